//! Weeks and months as the calendar shows them. Pure; the text of a subscription is in [`ics`].

pub mod ics;

use std::fmt;

use time::{Date, Duration, Month, Weekday};

use crate::base::german::{self, PLANNING_YEARS};

/// A week from Monday to Sunday, counted and written as ISO 8601 does: `2026-W47`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Week {
    year: i32,
    number: u8,
}

impl Week {
    /// The week a day lies in. The first days of January may lie in the last week of the year before.
    pub fn of(day: Date) -> Self {
        let (year, number, _) = day.to_iso_week_date();
        Self { year, number }
    }

    /// Reads `2026-W47`; nothing if the year has no such week or lies outside the years that are planned.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, number) = text.trim().split_once("-W")?;
        let week = Self {
            year: digits(year, 4)?,
            number: u8::try_from(digits(number, 2)?).ok()?,
        };
        week.monday_if_any()?;
        PLANNING_YEARS.contains(&week.year).then_some(week)
    }

    fn monday_if_any(self) -> Option<Date> {
        Date::from_iso_week_date(self.year, self.number, Weekday::Monday).ok()
    }

    /// Its first day.
    pub fn monday(self) -> Date {
        // A week is made from one of its days or was found to exist.
        self.monday_if_any().unwrap_or(Date::MIN)
    }

    /// Its seven days.
    pub fn days(self) -> [Date; 7] {
        let monday = self.monday();
        std::array::from_fn(|index| monday.saturating_add(Duration::days(index as i64)))
    }

    /// The week so many weeks later, if it can be planned.
    pub fn plus(self, weeks: i64) -> Option<Self> {
        let monday = self.monday().checked_add(Duration::weeks(weeks))?;
        Some(Self::of(monday)).filter(|week| PLANNING_YEARS.contains(&week.year))
    }

    /// Its number within the year, 1 to 53.
    pub const fn number(self) -> u8 {
        self.number
    }

    /// "47. Kalenderwoche 2026, 16.11. bis 22.11.2026".
    pub fn label(self) -> String {
        let [monday, .., sunday] = self.days();
        let first = german::date(monday);
        let first = if monday.year() == sunday.year() {
            first.trim_end_matches(|letter: char| letter.is_ascii_digit())
        } else {
            first.as_str()
        };
        format!(
            "{}. Kalenderwoche {}, {first} bis {}",
            self.number,
            self.year,
            german::date(sunday)
        )
    }
}

impl fmt::Display for Week {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-W{:02}", self.year, self.number)
    }
}

/// A month, written `2026-11`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MonthOfYear {
    year: i32,
    month: u8,
}

impl MonthOfYear {
    /// The month a day lies in.
    pub fn of(day: Date) -> Self {
        Self {
            year: day.year(),
            month: u8::from(day.month()),
        }
    }

    /// Reads `2026-11`; nothing if there is no such month or it lies outside the years that are planned.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.trim().split_once('-')?;
        let month = Self {
            year: digits(year, 4)?,
            month: u8::try_from(digits(month, 2)?).ok()?,
        };
        (PLANNING_YEARS.contains(&month.year) && (1..=12).contains(&month.month)).then_some(month)
    }

    /// Its first day.
    pub fn first(self) -> Date {
        Month::try_from(self.month)
            .ok()
            .and_then(|month| Date::from_calendar_date(self.year, month, 1).ok())
            .unwrap_or(Date::MIN)
    }

    /// The month so many months later, if it can be planned.
    pub fn plus(self, months: i32) -> Option<Self> {
        let all = self.year * 12 + i32::from(self.month) - 1 + months;
        let month = Self {
            year: all.div_euclid(12),
            month: u8::try_from(all.rem_euclid(12) + 1).ok()?,
        };
        PLANNING_YEARS.contains(&month.year).then_some(month)
    }

    /// Whether a day lies in it.
    pub fn contains(self, day: Date) -> bool {
        Self::of(day) == self
    }

    /// The weeks that show it: from the one with its first day to the one with its last.
    pub fn weeks(self) -> Vec<Week> {
        let first = self.first();
        let last = first
            .replace_day(first.month().length(first.year()))
            .unwrap_or(first);
        let (begin, end) = (Week::of(first), Week::of(last));
        let count = (end.monday() - begin.monday()).whole_weeks();
        (0..=count)
            .filter_map(|number| begin.monday().checked_add(Duration::weeks(number)))
            .map(Week::of)
            .collect()
    }

    /// "November 2026".
    pub fn label(self) -> String {
        format!("{} {}", german::month_name(self.first().month()), self.year)
    }
}

impl fmt::Display for MonthOfYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

fn digits(text: &str, length: usize) -> Option<i32> {
    let plain = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// What a page of the calendar shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// A week.
    Week(Week),
    /// A month, with the days of other months that fill its weeks.
    Month(MonthOfYear),
}

impl Span {
    /// Its first and last day.
    pub fn bounds(self) -> (Date, Date) {
        let weeks = self.weeks();
        let first = weeks.first().map_or(Date::MIN, |week| week.monday());
        let last = weeks.last().map_or(first, |week| {
            let [.., sunday] = week.days();
            sunday
        });
        (first, last)
    }

    /// The weeks it is made of.
    pub fn weeks(self) -> Vec<Week> {
        match self {
            Span::Week(week) => vec![week],
            Span::Month(month) => month.weeks(),
        }
    }

    /// The span before (-1) or after (1), if it can be planned.
    pub fn plus(self, number: i32) -> Option<Self> {
        match self {
            Span::Week(week) => week.plus(i64::from(number)).map(Span::Week),
            Span::Month(month) => month.plus(number).map(Span::Month),
        }
    }

    /// The span of the same kind with a day.
    pub fn at(self, day: Date) -> Self {
        match self {
            Span::Week(_) => Span::Week(Week::of(day)),
            Span::Month(_) => Span::Month(MonthOfYear::of(day)),
        }
    }

    /// Its name.
    pub fn label(self) -> String {
        match self {
            Span::Week(week) => week.label(),
            Span::Month(month) => month.label(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;

    /// Days around the turn of a year and the weeks that ISO 8601 puts them into.
    const TURNS: &[(Date, &str)] = &[
        (date!(2019 - 12 - 30), "2020-W01"),
        (date!(2020 - 12 - 31), "2020-W53"),
        (date!(2021 - 01 - 03), "2020-W53"),
        (date!(2021 - 01 - 04), "2021-W01"),
        (date!(2022 - 01 - 02), "2021-W52"),
        (date!(2024 - 12 - 30), "2025-W01"),
        (date!(2026 - 11 - 17), "2026-W47"),
        (date!(2026 - 12 - 31), "2026-W53"),
        (date!(2027 - 01 - 03), "2026-W53"),
        (date!(2027 - 01 - 04), "2027-W01"),
        (date!(2028 - 02 - 29), "2028-W09"),
        (date!(2033 - 01 - 01), "2032-W53"),
    ];

    #[test]
    fn weeks_are_numbered_as_the_standard_says() {
        for (day, text) in TURNS {
            let week = Week::of(*day);
            assert_eq!(week.to_string(), *text, "{day}");
            assert_eq!(Week::parse(text), Some(week));
            assert!(week.days().contains(day));
        }
    }

    #[test]
    fn weeks_and_months_that_do_not_exist_are_refused() {
        for text in [
            "",
            "2026",
            "2026-W54",
            "2025-W53",
            "2026-W00",
            "2026-W1",
            "26-W47",
            "2026-47",
            "2026-w47",
            "1900-W01",
            "2200-W01",
            "2026-W4711",
            "-W",
            "+026-W01",
            "2026-W+1",
        ] {
            assert_eq!(Week::parse(text), None, "{text}");
        }
        for text in [
            "",
            "2026-13",
            "2026-00",
            "2026-1",
            "1999-12",
            "2101-01",
            "2026-W47",
            "2026-11-01",
        ] {
            assert_eq!(MonthOfYear::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_first_and_last_planned_week_have_no_way_beyond() {
        let last = Week::parse("2100-W52").unwrap();
        assert_eq!(last.plus(1), None);
        assert_eq!(MonthOfYear::parse("2100-12").unwrap().plus(1), None);
        assert_eq!(MonthOfYear::parse("2000-01").unwrap().plus(-1), None);
    }

    #[test]
    fn a_label_names_both_years_where_they_differ() {
        assert_eq!(
            Week::parse("2026-W47").unwrap().label(),
            "47. Kalenderwoche 2026, 16.11. bis 22.11.2026"
        );
        assert_eq!(
            Week::parse("2026-W53").unwrap().label(),
            "53. Kalenderwoche 2026, 28.12.2026 bis 03.01.2027"
        );
        assert_eq!(MonthOfYear::parse("2027-03").unwrap().label(), "März 2027");
    }

    #[test]
    fn february_may_fill_four_weeks_and_others_six() {
        let weeks = |text| MonthOfYear::parse(text).unwrap().weeks().len();
        assert_eq!(weeks("2027-02"), 4);
        assert_eq!(weeks("2026-11"), 6);
        assert_eq!(weeks("2026-12"), 5);
    }

    /// Weeks in which the clocks change have seven days like any other.
    #[test]
    fn the_weeks_of_the_change_of_clocks_are_whole() {
        for day in [
            date!(2026 - 03 - 29),
            date!(2026 - 10 - 25),
            date!(2027 - 03 - 28),
            date!(2027 - 10 - 31),
        ] {
            let days = Week::of(day).days();
            assert_eq!(days[6], day);
            assert_eq!(days[6] - days[0], Duration::days(6));
        }
    }

    prop_compose! {
        fn a_day()(number in 0i64..36_880) -> Date {
            date!(2000 - 01 - 03) + Duration::days(number)
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn each_day_has_one_week(day in a_day()) {
            let week = Week::of(day);
            prop_assert_eq!(Week::parse(&week.to_string()), Some(week));
            prop_assert_eq!(week.days().iter().filter(|one| **one == day).count(), 1);
            prop_assert_eq!(week.monday().weekday(), Weekday::Monday);
            if let Some(next) = week.plus(1) {
                prop_assert_eq!(next.monday() - week.monday(), Duration::weeks(1));
                prop_assert_eq!(next.plus(-1), Some(week));
            }
        }

        #[test]
        fn a_month_is_shown_whole_and_once(day in a_day()) {
            let month = MonthOfYear::of(day);
            prop_assert_eq!(MonthOfYear::parse(&month.to_string()), Some(month));
            let days: Vec<Date> = month.weeks().iter().flat_map(|week| week.days()).collect();
            let own = days.iter().filter(|one| month.contains(**one)).count();
            prop_assert_eq!(own, usize::from(day.month().length(day.year())));
            prop_assert!(days.windows(2).all(|pair| pair[1] - pair[0] == Duration::days(1)));
            // No week stands there for days of other months alone.
            prop_assert!(month.weeks().iter().all(|week| week.days().iter().any(|one| month.contains(*one))));
            let (first, last) = Span::Month(month).bounds();
            prop_assert_eq!((Some(&first), Some(&last)), (days.first(), days.last()));
        }
    }
}
