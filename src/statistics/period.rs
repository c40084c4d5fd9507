//! The spans of time that a report is about: a quarter, a half-year, a year. All are made of quarters, the smallest span
//! that figures are counted in.

use std::fmt;
use std::str::FromStr;

use time::Date;

use crate::base::calendar::Quarter;

/// What a report is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Period {
    /// A quarter, `2026-Q3`.
    Quarter(Quarter),
    /// A half-year, `2026-H2`.
    Half(i32, u8),
    /// A calendar year, `2026`.
    Year(i32),
}

/// How long a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Span {
    /// Three months.
    Quarter,
    /// Six months.
    Half,
    /// Twelve months.
    Year,
}

/// A text is no period. The message is shown to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Das ist kein Zeitraum. Bitte einen Zeitraum wie 2026-Q3, 2026-H2 oder 2026 angeben.")]
pub struct NoPeriod;

impl Period {
    /// The period of a length in which a day lies.
    pub fn of(day: Date, span: Span) -> Self {
        match span {
            Span::Quarter => Self::Quarter(Quarter::of(day)),
            Span::Half => Self::Half(day.year(), if u8::from(day.month()) <= 6 { 1 } else { 2 }),
            Span::Year => Self::Year(day.year()),
        }
    }

    /// How long it is.
    pub const fn span(self) -> Span {
        match self {
            Self::Quarter(_) => Span::Quarter,
            Self::Half(..) => Span::Half,
            Self::Year(_) => Span::Year,
        }
    }

    /// Its quarters, in order.
    pub fn quarters(self) -> Vec<Quarter> {
        let (year, numbers) = match self {
            Self::Quarter(quarter) => return vec![quarter],
            Self::Half(year, 1) => (year, 1..=2),
            Self::Half(year, _) => (year, 3..=4),
            Self::Year(year) => (year, 1..=4),
        };
        numbers
            .filter_map(|number| Quarter::new(year, number))
            .collect()
    }

    /// Its first day.
    pub fn first_day(self) -> Date {
        self.quarters()
            .first()
            .map_or(Date::MIN, |first| first.first_day())
    }

    /// The first day after it.
    pub fn day_after(self) -> Date {
        self.quarters()
            .last()
            .map_or(Date::MAX, |last| last.day_after())
    }

    /// Its last day.
    pub fn last_day(self) -> Date {
        self.day_after().previous_day().unwrap_or(Date::MAX)
    }

    /// The period of the same length before it.
    #[must_use]
    pub fn previous(self) -> Self {
        let before = self.first_day().previous_day().unwrap_or(Date::MIN);
        Self::of(before, self.span())
    }

    /// Whether all of the other lies within.
    pub fn contains(self, other: Self) -> bool {
        self.first_day() <= other.first_day() && other.day_after() <= self.day_after()
    }

    /// The shorter periods within it: half-years first, then quarters.
    pub fn parts(self) -> Vec<Self> {
        let mut parts = match self {
            Self::Year(year) => vec![Self::Half(year, 1), Self::Half(year, 2)],
            Self::Quarter(_) => return Vec::new(),
            Self::Half(..) => Vec::new(),
        };
        parts.extend(self.quarters().into_iter().map(Self::Quarter));
        parts
    }

    /// The ways in which shorter periods make it up.
    pub fn tilings(self) -> Vec<Vec<Self>> {
        match self {
            Self::Quarter(_) => Vec::new(),
            Self::Half(..) => vec![self.parts()],
            Self::Year(year) => {
                let halves = [1, 2].map(|half| Self::Half(year, half));
                let [first, second] = halves.map(|half| vec![vec![half], half.parts()]);
                first
                    .iter()
                    .flat_map(|one| second.iter().map(|two| [one.clone(), two.clone()].concat()))
                    .collect()
            }
        }
    }

    /// In words.
    pub fn label(self) -> String {
        match self {
            Self::Quarter(quarter) => quarter.label(),
            Self::Half(year, half) => format!("{half}. Halbjahr {year}"),
            Self::Year(year) => format!("Jahr {year}"),
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quarter(quarter) => write!(f, "{quarter}"),
            Self::Half(year, half) => write!(f, "{year:04}-H{half}"),
            Self::Year(year) => write!(f, "{year:04}"),
        }
    }
}

impl FromStr for Period {
    type Err = NoPeriod;

    fn from_str(text: &str) -> Result<Self, NoPeriod> {
        let text = text.trim();
        let year = |digits: &str| {
            let plain = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
            digits.parse().ok().filter(|_| plain).ok_or(NoPeriod)
        };
        match text.split_once('-') {
            None => Ok(Self::Year(year(text)?)),
            Some((digits, "H1")) => Ok(Self::Half(year(digits)?, 1)),
            Some((digits, "H2")) => Ok(Self::Half(year(digits)?, 2)),
            Some(_) => text.parse().map(Self::Quarter).map_err(|_| NoPeriod),
        }
    }
}

/// The last periods of a length that are over, the newest first.
pub fn finished(today: Date, span: Span, number: usize) -> Vec<Period> {
    std::iter::successors(Some(Period::of(today, span).previous()), |period| {
        Some(period.previous())
    })
    .take(number)
    .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;

    #[test]
    fn periods_are_read_and_written() {
        for (text, label, days) in [
            ("2026-Q3", "3. Quartal 2026", 92),
            ("2026-H1", "1. Halbjahr 2026", 181),
            ("2026-H2", "2. Halbjahr 2026", 184),
            ("2024", "Jahr 2024", 366),
        ] {
            let period: Period = text.parse().unwrap();
            assert_eq!(
                (period.to_string().as_str(), period.label().as_str()),
                (text, label)
            );
            assert_eq!((period.day_after() - period.first_day()).whole_days(), days);
        }
        for wrong in [
            "", "2026-H3", "2026-H0", "26", "2026-", "-2026", "+026", "2026-Q5", "2026-h1",
            "2026-01",
        ] {
            assert_eq!(wrong.parse::<Period>(), Err(NoPeriod), "{wrong}");
        }
    }

    #[test]
    fn the_newest_finished_period_comes_first() {
        let today = date!(2026 - 10 - 01);
        let of = |span| {
            finished(today, span, 2)
                .into_iter()
                .map(|period| period.to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(of(Span::Quarter), ["2026-Q3", "2026-Q2"]);
        assert_eq!(of(Span::Half), ["2026-H1", "2025-H2"]);
        assert_eq!(of(Span::Year), ["2025", "2024"]);
    }

    proptest! {
        #[test]
        fn a_period_is_its_quarters(days in 0i64..40_000, span in prop::sample::select(vec![Span::Quarter, Span::Half, Span::Year])) {
            let day = date!(1990 - 01 - 01) + time::Duration::days(days);
            let period = Period::of(day, span);
            prop_assert!(period.first_day() <= day && day < period.day_after());
            let quarters = period.quarters();
            prop_assert_eq!(quarters.first().unwrap().first_day(), period.first_day());
            prop_assert_eq!(quarters.last().unwrap().day_after(), period.day_after());
            prop_assert!(quarters.iter().all(|quarter| period.contains(Period::Quarter(*quarter))));
            prop_assert_eq!(period.previous().day_after(), period.first_day());
            prop_assert_eq!(period.to_string().parse::<Period>(), Ok(period));
        }
    }
}
