//! The calendar of who may go where: which days of a month a staff member's grants open a facility.

use std::collections::BTreeMap;

use time::{Date, Duration, Month};

use super::State;
use crate::base::german;

/// Months the calendar shows.
pub const MONTHS: usize = 6;

/// One month of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthSpan {
    /// Its first day.
    pub first: Date,
    /// Its last day.
    pub last: Date,
}

impl MonthSpan {
    /// "Dezember 2026"
    pub fn label(self) -> String {
        format!(
            "{} {}",
            german::month_name(self.first.month()),
            self.first.year()
        )
    }
}

/// The months from that of a day on.
pub fn months(from: Date) -> Vec<MonthSpan> {
    let mut first = from.replace_day(1).unwrap_or(from);
    (0..MONTHS)
        .map(|_| {
            let year = first.year() + i32::from(first.month() == Month::December);
            let next = Date::from_calendar_date(year, first.month().next(), 1).unwrap_or(Date::MAX);
            let month = MonthSpan {
                first,
                last: next.saturating_sub(Duration::DAY),
            };
            first = next;
            month
        })
        .collect()
}

/// A state and the days it holds on.
type Days = (State, Vec<(Date, Date)>);

/// What a cell says about one facility.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line<'a> {
    /// The facility.
    pub place: &'a str,
    /// Whether it is open, closed for now, or only asked for.
    pub state: State,
    /// The days, if they are not the whole month: "ab 12.", "bis 15.", "3.–9.".
    pub days: Option<String>,
}

/// What the grants of one staff member say about a month, by facility; grants of several programmes at the same
/// facility count together. Open days hide requested ones, a stop is always said.
pub fn in_month<'a>(
    grants: impl IntoIterator<Item = (&'a str, State, Date, Date)>,
    month: MonthSpan,
) -> Vec<Line<'a>> {
    // By facility and, within it, what counts most.
    let mut spans: BTreeMap<(&str, u8), Days> = BTreeMap::new();
    for (place, state, first, last) in grants {
        let rank = match state {
            State::Active => 0,
            State::Suspended => 1,
            State::Requested => 2,
            State::Declined | State::Revoked => continue,
        };
        let (first, last) = (first.max(month.first), last.min(month.last));
        if first <= last {
            let entry = spans.entry((place, rank)).or_insert((state, Vec::new()));
            entry.1.push((first, last));
        }
    }
    let mut lines: Vec<Line<'a>> = Vec::new();
    let mut open: Vec<(Date, Date)> = Vec::new();
    for ((place, _), (state, days)) in spans {
        let merged = merge(days);
        if state == State::Active {
            open.clone_from(&merged);
        }
        let hidden = state == State::Requested
            && lines
                .last()
                .is_some_and(|line| line.place == place && line.state == State::Active)
            && merged
                .iter()
                .all(|(first, last)| open.iter().any(|(from, to)| from <= first && last <= to));
        if !hidden {
            lines.push(Line {
                place,
                state,
                days: words(&merged, month),
            });
        }
    }
    lines
}

/// The same days in as few spans as possible.
fn merge(mut spans: Vec<(Date, Date)>) -> Vec<(Date, Date)> {
    spans.sort();
    let mut merged: Vec<(Date, Date)> = Vec::new();
    for (first, last) in spans {
        match merged.last_mut() {
            Some((_, end)) if first <= end.next_day().unwrap_or(*end) => *end = last.max(*end),
            _ => merged.push((first, last)),
        }
    }
    merged
}

fn words(spans: &[(Date, Date)], month: MonthSpan) -> Option<String> {
    let parts: Vec<String> = spans
        .iter()
        .filter(|(first, last)| *first > month.first || *last < month.last)
        .map(
            |(first, last)| match (*first == month.first, *last == month.last) {
                (true, _) => format!("bis {}.", last.day()),
                (_, true) => format!("ab {}.", first.day()),
                _ if first == last => format!("{}.", first.day()),
                _ => format!("{}.–{}.", first.day(), last.day()),
            },
        )
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use time::macros::date;

    const DECEMBER: MonthSpan = MonthSpan {
        first: date!(2026 - 12 - 01),
        last: date!(2026 - 12 - 31),
    };

    #[test]
    fn half_a_year_from_any_day_on() {
        let list = months(date!(2026 - 09 - 30));
        assert_eq!(list.len(), MONTHS);
        assert_eq!(list[0].first, date!(2026 - 09 - 01));
        assert_eq!(list[3], DECEMBER);
        assert_eq!(list[5].last, date!(2027 - 02 - 28));
        assert_eq!(list[5].label(), "Februar 2027");
    }

    #[test]
    fn cells_say_facility_and_days() {
        let grants = [
            (
                "JVA Dresden",
                State::Active,
                date!(2026 - 01 - 01),
                date!(2026 - 12 - 10),
            ),
            (
                "JVA Dresden",
                State::Active,
                date!(2026 - 12 - 11),
                date!(2026 - 12 - 15),
            ),
            (
                "JVA Dresden",
                State::Requested,
                date!(2026 - 12 - 01),
                date!(2026 - 12 - 15),
            ),
            (
                "JVA Leipzig",
                State::Active,
                date!(2026 - 12 - 07),
                date!(2027 - 12 - 15),
            ),
            (
                "JVA Torgau",
                State::Suspended,
                date!(2026 - 01 - 01),
                date!(2027 - 12 - 15),
            ),
            (
                "JVA Zeithain",
                State::Revoked,
                date!(2026 - 01 - 01),
                date!(2027 - 12 - 15),
            ),
            (
                "JVA Bautzen",
                State::Active,
                date!(2027 - 01 - 01),
                date!(2027 - 12 - 15),
            ),
        ];
        let said: Vec<(&str, State, Option<String>)> = in_month(grants, DECEMBER)
            .into_iter()
            .map(|line| (line.place, line.state, line.days))
            .collect();
        assert_eq!(
            said,
            [
                ("JVA Dresden", State::Active, Some("bis 15.".to_owned())),
                ("JVA Leipzig", State::Active, Some("ab 7.".to_owned())),
                ("JVA Torgau", State::Suspended, None),
            ]
        );
    }

    proptest! {
        /// Merged spans hold exactly the days of the spans they were made of, and never touch each other.
        #[test]
        fn merging_keeps_the_days(spans in proptest::collection::vec((0i64..31, 0i64..9), 0..8)) {
            let day = |number: i64| DECEMBER.first + Duration::days(number);
            let given: Vec<(Date, Date)> = spans.iter().map(|(first, length)| (day(*first), day(first + length))).collect();
            let merged = merge(given.clone());
            for number in 0..45 {
                let inside = |list: &[(Date, Date)]| list.iter().any(|(first, last)| *first <= day(number) && day(number) <= *last);
                prop_assert_eq!(inside(&given), inside(&merged));
            }
            for pair in merged.windows(2) {
                prop_assert!(pair[0].1 + Duration::DAY < pair[1].0);
            }
        }
    }
}
