//! Which periods may be asked for, and what several periods cover together.

use time::{Date, Duration, Month};

use crate::base::german;

/// The longest grant in years.
pub const LONGEST_YEARS: i32 = 3;

/// What is wrong with a period that is asked for: the form's field and the German sentence.
pub fn period_problem(first: Date, last: Date, today: Date) -> Option<(&'static str, String)> {
    if first < today {
        return Some((
            "first_day",
            format!(
                "Der erste Tag liegt in der Vergangenheit. Bitte frühestens den {} eingeben.",
                german::date(today)
            ),
        ));
    }
    if last < first {
        return Some((
            "last_day",
            format!(
                "Der letzte Tag liegt vor dem ersten. Bitte einen Tag ab dem {} eingeben.",
                german::date(first)
            ),
        ));
    }
    let longest = longest_last_day(first);
    (last > longest).then(|| {
        (
            "last_day",
            format!(
                "Eine Zugangsfreigabe gilt höchstens {LONGEST_YEARS} Jahre. Bitte spätestens den {} eingeben.",
                german::date(longest)
            ),
        )
    })
}

fn longest_last_day(first: Date) -> Date {
    let year = first.year() + LONGEST_YEARS;
    // Only the 29th of February may be missing in the later year.
    first
        .replace_year(year)
        .or_else(|_| Date::from_calendar_date(year, Month::March, 1))
        .ok()
        .and_then(Date::previous_day)
        .unwrap_or(Date::MAX)
}

/// The last day that periods (first and last day, both included) cover without a gap from a day on; `None` if they do
/// not cover that day.
pub fn covered_until(periods: impl IntoIterator<Item = (Date, Date)>, from: Date) -> Option<Date> {
    let mut periods: Vec<(Date, Date)> = periods
        .into_iter()
        .filter(|(first, last)| first <= last)
        .collect();
    periods.sort();
    let mut until: Option<Date> = None;
    for (first, last) in periods {
        // Before anything is covered, the period must reach `from`; afterwards, the day after.
        let needed = match until {
            None => from,
            Some(covered) => covered.next_day().unwrap_or(covered),
        };
        if first > needed {
            break;
        }
        if last >= needed {
            until = Some(last);
        }
    }
    until
}

/// The last day of a validity that is stored with the day after it; far away if there is no end.
pub fn last_valid_day(day_after: Option<Date>) -> Date {
    day_after.map_or(Date::MAX, |day| day.saturating_sub(Duration::DAY))
}

/// Whether an organisation takes part in a programme over a whole period; the German sentence if it does not.
pub fn part_problem(
    provider: &str,
    programme: &str,
    parts: impl IntoIterator<Item = (Date, Date)>,
    first: Date,
    last: Date,
) -> Option<String> {
    match covered_until(parts, first) {
        None => Some(format!(
            "{provider} wirkt am {} an der Maßnahme „{programme}“ nicht mit. Bitte Maßnahme oder Zeitraum ändern.",
            german::date(first)
        )),
        Some(until) if until < last => Some(format!(
            "{provider} wirkt an der Maßnahme „{programme}“ nur bis zum {} mit. Bitte den Zeitraum dort enden lassen.",
            german::date(until)
        )),
        Some(_) => None,
    }
}

/// What is wrong with a further period that begins the day after a grant ends: the German sentence.
pub fn renewal_problem(ends: Date, last: Date) -> Option<String> {
    let first = ends.next_day()?;
    if last < first {
        return Some(format!(
            "Diese Freigabe gilt schon bis zum {}. Bitte einen späteren Tag eingeben.",
            german::date(ends)
        ));
    }
    let longest = longest_last_day(first);
    (last > longest).then(|| {
        format!(
            "Eine Zugangsfreigabe gilt höchstens {LONGEST_YEARS} Jahre. Bitte spätestens den {} eingeben.",
            german::date(longest)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;
    use time::macros::date;

    const TODAY: Date = date!(2026 - 11 - 24);

    #[test]
    fn a_renewal_begins_where_the_grant_ends() {
        let ends = date!(2026 - 12 - 31);
        assert_eq!(renewal_problem(ends, date!(2027 - 06 - 30)), None);
        assert!(renewal_problem(ends, ends).is_some_and(|text| text.contains("31.12.2026")));
        assert!(
            renewal_problem(ends, date!(2030 - 01 - 01))
                .is_some_and(|text| text.contains("31.12.2029"))
        );
    }

    #[test]
    fn periods_are_not_in_the_past_not_reversed_and_at_most_three_years() {
        let field = |first, last| period_problem(first, last, TODAY).map(|(field, _)| field);
        assert_eq!(field(TODAY, TODAY), None);
        assert_eq!(field(date!(2026 - 11 - 23), TODAY), Some("first_day"));
        assert_eq!(
            field(date!(2026 - 12 - 02), date!(2026 - 12 - 01)),
            Some("last_day")
        );
        assert_eq!(field(date!(2027 - 01 - 01), date!(2029 - 12 - 31)), None);
        assert_eq!(
            field(date!(2027 - 01 - 01), date!(2030 - 01 - 01)),
            Some("last_day")
        );
        // Three years from a 29th of February end with the 28th.
        assert_eq!(field(date!(2028 - 02 - 29), date!(2031 - 02 - 28)), None);
        assert_eq!(
            field(date!(2028 - 02 - 29), date!(2031 - 03 - 01)),
            Some("last_day")
        );
    }

    #[test]
    fn coverage_ends_at_the_first_gap() {
        let from = date!(2026 - 03 - 01);
        let spring = (date!(2026 - 01 - 01), date!(2026 - 03 - 31));
        let summer = (date!(2026 - 04 - 01), date!(2026 - 06 - 30));
        let autumn = (date!(2026 - 07 - 02), date!(2026 - 09 - 30));
        assert_eq!(
            covered_until([autumn, summer, spring], from),
            Some(date!(2026 - 06 - 30))
        );
        assert_eq!(covered_until([summer, autumn], from), None);
        assert_eq!(covered_until([], from), None);
    }

    #[test]
    fn an_organisation_needs_a_part_in_the_programme_over_the_whole_period() {
        let problem = |parts: &[(Date, Date)]| {
            part_problem(
                "VPN",
                "AKT",
                parts.iter().copied(),
                date!(2026 - 12 - 01),
                date!(2027 - 01 - 31),
            )
        };
        assert_eq!(problem(&[(date!(2020 - 01 - 01), Date::MAX)]), None);
        assert!(problem(&[]).is_some_and(|text| text.contains("nicht mit")));
        let until_new_year = (date!(2020 - 01 - 01), date!(2026 - 12 - 31));
        assert!(
            problem(&[until_new_year]).is_some_and(|text| text.contains("nur bis zum 31.12.2026"))
        );
        assert_eq!(
            problem(&[
                (date!(2027 - 01 - 01), date!(2029 - 12 - 31)),
                until_new_year
            ]),
            None
        );
    }

    proptest! {
        /// Coverage agrees with counting day by day.
        #[test]
        fn coverage_agrees_with_counting_days(periods in proptest::collection::vec((0i64..40, 0i64..12), 0..6), from in 0i64..40) {
            let day = |number: i64| TODAY + Duration::days(number);
            let days: BTreeSet<i64> = periods.iter().flat_map(|(first, length)| *first..=first + length).collect();
            let mut counted = None;
            let mut number = from;
            while days.contains(&number) {
                counted = Some(day(number));
                number += 1;
            }
            let spans = periods.iter().map(|(first, length)| (day(*first), day(first + length)));
            prop_assert_eq!(covered_until(spans, day(from)), counted);
        }
    }
}
