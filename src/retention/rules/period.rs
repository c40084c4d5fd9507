//! Lengths of periods, and the day on which one is over (sections 187 and 188 BGB).

use time::{Date, Duration, Month};

use crate::base::codes::codes;
use crate::base::german;
use crate::base::time::Instant;

codes! {
    /// In what a period is counted.
    Unit {
        /// Hours.
        Hours "hours" "Stunden",
        /// Days.
        Days "days" "Tage",
        /// Months.
        Months "months" "Monate",
        /// Years.
        Years "years" "Jahre",
    }
}

impl Unit {
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Unit::Hours => ("Stunde", "Stunden"),
            Unit::Days => ("Tag", "Tage"),
            Unit::Months => ("Monat", "Monate"),
            Unit::Years => ("Jahr", "Jahre"),
        }
    }

    /// The most that is taken for a period: longer ones are mistakes.
    pub const fn most(self) -> u32 {
        match self {
            Unit::Hours => 240,
            Unit::Days => 366,
            Unit::Months => 120,
            Unit::Years => 30,
        }
    }
}

/// A period with its two stages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// After how many units the record is restricted; none: there is no such stage.
    pub restrict_after: Option<u32>,
    /// After how many units it is erased.
    pub erase_after: u32,
    /// The unit.
    pub unit: Unit,
}

/// The last day of a period that began with an event on a day: the day of the same number, or the last one of a month that
/// has none such (section 188 paragraphs 2 and 3 BGB).
fn last_day(began: Date, months: u32) -> Date {
    let month = i64::from(u8::from(began.month())) - 1 + i64::from(months);
    let year = i64::from(began.year()) + month.div_euclid(12);
    let month = u8::try_from(month.rem_euclid(12) + 1)
        .ok()
        .and_then(|number| Month::try_from(number).ok())
        .unwrap_or(Month::December);
    let year = i32::try_from(year).unwrap_or(i32::MAX).min(9_999);
    let day = began.day().min(month.length(year));
    Date::from_calendar_date(year, month, day).unwrap_or(Date::MAX)
}

impl Period {
    fn over_on(self, began: Date, number: u32) -> Date {
        let last = match self.unit {
            Unit::Years => last_day(began, number.saturating_mul(12)),
            Unit::Months => last_day(began, number),
            Unit::Days => began.saturating_add(Duration::days(i64::from(number))),
            // Counted in days, what is meant in hours ends with the day.
            Unit::Hours => began.saturating_add(Duration::days(i64::from(number.div_ceil(24)))),
        };
        last.next_day().unwrap_or(last)
    }

    /// The first day after the whole period.
    pub fn erase_on(self, began: Date) -> Date {
        self.over_on(began, self.erase_after)
    }

    /// The first day after the first stage; without one that of erasure.
    pub fn restrict_on(self, began: Date) -> Date {
        self.over_on(began, self.restrict_after.unwrap_or(self.erase_after))
    }

    /// What happened before this moment is over, for periods of hours and days.
    pub fn instant_before(self, now: Instant) -> Instant {
        let hours = match self.unit {
            Unit::Hours => i64::from(self.erase_after),
            Unit::Days => 24 * i64::from(self.erase_after),
            Unit::Months => 24 * 31 * i64::from(self.erase_after),
            Unit::Years => 24 * 366 * i64::from(self.erase_after),
        };
        now.plus_seconds(-hours * 3_600)
    }

    /// The last day on which something must have happened for its period to be over on `today`.
    pub fn began_by(self, today: Date) -> Date {
        // The day counted back may lie a few days off at the ends of months; walk to the exact one.
        let days = match self.unit {
            Unit::Hours => i64::from(self.erase_after.div_ceil(24)),
            Unit::Days => i64::from(self.erase_after),
            Unit::Months => i64::from(self.erase_after) * 31,
            Unit::Years => i64::from(self.erase_after) * 366,
        };
        let mut day = today.saturating_sub(Duration::days(days + 2));
        while let Some(next) = day.next_day() {
            if self.erase_on(next) > today {
                break;
            }
            day = next;
        }
        day
    }

    fn told(self, number: u32) -> String {
        let (one, more) = self.unit.words();
        german::plural(u64::from(number), one, more)
    }

    /// "5 Jahre".
    pub fn erase_text(self) -> String {
        self.told(self.erase_after)
    }

    /// "2 Jahre", if there is a first stage.
    pub fn restrict_text(self) -> Option<String> {
        self.restrict_after.map(|number| self.told(number))
    }
}
