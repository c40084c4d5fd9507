//! Public holidays in Saxony and quarters of the year.
//!
//! The holidays follow § 1 SächsSFG (Gesetz über Sonn- und Feiertage im
//! Freistaat Sachsen). They are computed by rule for every year, so nobody has
//! to enter them. Corpus Christi (Fronleichnam) is left out: § 1 SächsSFG makes
//! it a holiday only in some Catholic, mainly Sorbian municipalities. An
//! institution there enters it as a closure day.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use time::{Date, Duration, Month, Weekday};

/// The first full year of the Gregorian calendar, for which the rule of Easter
/// is valid.
const FIRST_GREGORIAN_YEAR: i32 = 1583;
const LAST_YEAR: i32 = 9999;

/// A public holiday on a certain day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Holiday {
    /// The day.
    pub date: Date,
    /// The German name.
    pub name: &'static str,
}

/// Easter Sunday of the Western churches, or `None` outside the years 1583 to
/// 9999.
///
/// Source: the "Anonymous Gregorian" computation, Meeus, Astronomical
/// Algorithms, chapter 8.
pub fn easter_sunday(year: i32) -> Option<Date> {
    if !(FIRST_GREGORIAN_YEAR..=LAST_YEAR).contains(&year) {
        return None;
    }
    let golden = year % 19;
    let (century, year_of_century) = (year / 100, year % 100);
    let (century_leaps, century_rest) = (century / 4, century % 4);
    let moon_correction = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * golden + century - century_leaps - moon_correction + 15) % 30;
    let (leaps, rest) = (year_of_century / 4, year_of_century % 4);
    let to_sunday = (32 + 2 * century_rest + 2 * leaps - epact - rest) % 7;
    let late_shift = (golden + 11 * epact + 22 * to_sunday) / 451;
    let days_after_22_march = epact + to_sunday - 7 * late_shift;
    day_of(year, Month::March, 22)?.checked_add(Duration::days(i64::from(days_after_22_march)))
}

/// The public holidays in all of Saxony in `year`, in order. Empty outside the
/// years 1583 to 9999.
///
/// Two holidays can fall on one day (in 2008 Ascension Day was the 1st of May);
/// both are listed then.
pub fn saxon_holidays(year: i32) -> Vec<Holiday> {
    let Some(easter) = easter_sunday(year) else {
        return Vec::new();
    };
    let from_easter = |days| easter.checked_add(Duration::days(days));
    let fixed = |month, day| day_of(year, month, day);
    let rules = [
        (fixed(Month::January, 1), "Neujahr"),
        (from_easter(-2), "Karfreitag"),
        (from_easter(1), "Ostermontag"),
        (fixed(Month::May, 1), "1. Mai"),
        (from_easter(39), "Christi Himmelfahrt"),
        (from_easter(50), "Pfingstmontag"),
        (fixed(Month::October, 3), "Tag der Deutschen Einheit"),
        (fixed(Month::October, 31), "Reformationsfest"),
        (repentance_day(year), "Buß- und Bettag"),
        (fixed(Month::December, 25), "1. Weihnachtstag"),
        (fixed(Month::December, 26), "2. Weihnachtstag"),
    ];
    let mut holidays: Vec<Holiday> = rules
        .into_iter()
        .filter_map(|(date, name)| date.map(|date| Holiday { date, name }))
        .collect();
    holidays.sort_by_key(|holiday| holiday.date);
    holidays
}

/// The name of the public holiday in all of Saxony on `date`, if it is one.
pub fn saxon_holiday(date: Date) -> Option<&'static str> {
    saxon_holidays(date.year())
        .into_iter()
        .find(|holiday| holiday.date == date)
        .map(|holiday| holiday.name)
}

/// The `number`th working day in Saxony after a day: Saturdays, Sundays and holidays do not count.
pub fn working_days_after(day: Date, number: u32) -> Date {
    let mut day = day;
    let mut left = number;
    while left > 0 {
        let Some(next) = day.next_day() else {
            return day;
        };
        day = next;
        let weekend = matches!(
            day.weekday(),
            time::Weekday::Saturday | time::Weekday::Sunday
        );
        if !weekend && saxon_holiday(day).is_none() {
            left -= 1;
        }
    }
    day
}

/// Buß- und Bettag: the Wednesday before the 23rd of November.
fn repentance_day(year: i32) -> Option<Date> {
    let mut day = day_of(year, Month::November, 22)?;
    while day.weekday() != Weekday::Wednesday {
        day = day.previous_day()?;
    }
    Some(day)
}

fn day_of(year: i32, month: Month, day: u8) -> Option<Date> {
    Date::from_calendar_date(year, month, day).ok()
}

/// A quarter of a calendar year, written `2026-Q3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Quarter {
    year: i32,
    number: u8,
}

/// A text is no quarter. The message is shown to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Das ist kein Quartal. Bitte ein Quartal wie 2026-Q3 angeben.")]
pub struct QuarterParseError;

impl Quarter {
    /// Quarter `number` (1 to 4) of `year` (0 to 9999), or `None` if there is
    /// none.
    pub fn new(year: i32, number: u8) -> Option<Self> {
        ((0..=LAST_YEAR).contains(&year) && (1..=4).contains(&number))
            .then_some(Self { year, number })
    }

    /// The quarter `date` lies in. Days before the year 0 count as its first
    /// quarter.
    pub fn of(date: Date) -> Self {
        if date.year() < 0 {
            return Self { year: 0, number: 1 };
        }
        Self {
            year: date.year(),
            number: (u8::from(date.month()) - 1) / 3 + 1,
        }
    }

    /// The calendar year.
    pub const fn year(self) -> i32 {
        self.year
    }

    /// The number within the year, 1 to 4.
    pub const fn number(self) -> u8 {
        self.number
    }

    /// The first day of the quarter.
    pub fn first_day(self) -> Date {
        let month = match self.number {
            1 => Month::January,
            2 => Month::April,
            3 => Month::July,
            _ => Month::October,
        };
        // Every year that `new` admits has these days.
        day_of(self.year, month, 1).unwrap_or(Date::MIN)
    }

    /// The first day after the quarter; after the last quarter of 9999, the
    /// last day of the calendar.
    pub fn day_after(self) -> Date {
        let next = self.next();
        if next == self {
            Date::MAX
        } else {
            next.first_day()
        }
    }

    /// Whether `date` lies in the quarter.
    pub fn contains(self, date: Date) -> bool {
        date.year() == self.year && Self::of(date) == self
    }

    /// The quarter before; the very first one of the year 0 stays itself.
    #[must_use]
    pub fn previous(self) -> Self {
        match self.number {
            1 => Self::new(self.year - 1, 4),
            number => Self::new(self.year, number - 1),
        }
        .unwrap_or(self)
    }

    /// The quarter after; the very last one of the year 9999 stays itself.
    #[must_use]
    pub fn next(self) -> Self {
        match self.number {
            4 => Self::new(self.year + 1, 1),
            number => Self::new(self.year, number + 1),
        }
        .unwrap_or(self)
    }

    /// The German name, for example "3. Quartal 2026".
    pub fn label(self) -> String {
        format!("{}. Quartal {}", self.number, self.year)
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-Q{}", self.year, self.number)
    }
}

impl FromStr for Quarter {
    type Err = QuarterParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (year, number) = text.trim().split_once("-Q").ok_or(QuarterParseError)?;
        let only_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if year.len() != 4 || number.len() != 1 || !only_digits(year) || !only_digits(number) {
            return Err(QuarterParseError);
        }
        let year = year.parse().map_err(|_| QuarterParseError)?;
        let number = number.parse().map_err(|_| QuarterParseError)?;
        Self::new(year, number).ok_or(QuarterParseError)
    }
}

impl TryFrom<String> for Quarter {
    type Error = QuarterParseError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Quarter> for String {
    fn from(quarter: Quarter) -> Self {
        quarter.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;

    /// Published dates: Easter Sunday, Ascension Day, Whit Monday, Buß- und
    /// Bettag.
    const KNOWN: [(Date, Date, Date, Date); 7] = [
        (
            date!(2024 - 03 - 31),
            date!(2024 - 05 - 09),
            date!(2024 - 05 - 20),
            date!(2024 - 11 - 20),
        ),
        (
            date!(2025 - 04 - 20),
            date!(2025 - 05 - 29),
            date!(2025 - 06 - 09),
            date!(2025 - 11 - 19),
        ),
        (
            date!(2026 - 04 - 05),
            date!(2026 - 05 - 14),
            date!(2026 - 05 - 25),
            date!(2026 - 11 - 18),
        ),
        (
            date!(2027 - 03 - 28),
            date!(2027 - 05 - 06),
            date!(2027 - 05 - 17),
            date!(2027 - 11 - 17),
        ),
        (
            date!(2028 - 04 - 16),
            date!(2028 - 05 - 25),
            date!(2028 - 06 - 05),
            date!(2028 - 11 - 22),
        ),
        (
            date!(2029 - 04 - 01),
            date!(2029 - 05 - 10),
            date!(2029 - 05 - 21),
            date!(2029 - 11 - 21),
        ),
        (
            date!(2030 - 04 - 21),
            date!(2030 - 05 - 30),
            date!(2030 - 06 - 10),
            date!(2030 - 11 - 20),
        ),
    ];

    /// Gauss' rule in the form of H. Lichtenberg (1997), independent of the
    /// computation under test. Result: the day in March (32 is 1 April).
    fn easter_by_gauss(year: i32) -> i32 {
        let k = year / 100;
        let m = 15 + (3 * k + 3) / 4 - (8 * k + 13) / 25;
        let s = 2 - (3 * k + 3) / 4;
        let a = year % 19;
        let d = (19 * a + m) % 30;
        let r = (d + a / 11) / 29;
        let og = 21 + d - r;
        let sz = 7 - (year + year / 4 + s) % 7;
        let oe = 7 - (og - sz) % 7;
        og + oe
    }

    #[test]
    fn published_dates() {
        for (easter, ascension, whit_monday, repentance) in KNOWN {
            assert_eq!(easter_sunday(easter.year()), Some(easter));
            assert_eq!(saxon_holiday(ascension), Some("Christi Himmelfahrt"));
            assert_eq!(saxon_holiday(whit_monday), Some("Pfingstmontag"));
            assert_eq!(saxon_holiday(repentance), Some("Buß- und Bettag"));
        }
    }

    #[test]
    fn the_whole_year_2026() {
        let listed: Vec<(Date, &str)> = saxon_holidays(2026)
            .into_iter()
            .map(|holiday| (holiday.date, holiday.name))
            .collect();
        assert_eq!(
            listed,
            [
                (date!(2026 - 01 - 01), "Neujahr"),
                (date!(2026 - 04 - 03), "Karfreitag"),
                (date!(2026 - 04 - 06), "Ostermontag"),
                (date!(2026 - 05 - 01), "1. Mai"),
                (date!(2026 - 05 - 14), "Christi Himmelfahrt"),
                (date!(2026 - 05 - 25), "Pfingstmontag"),
                (date!(2026 - 10 - 03), "Tag der Deutschen Einheit"),
                (date!(2026 - 10 - 31), "Reformationsfest"),
                (date!(2026 - 11 - 18), "Buß- und Bettag"),
                (date!(2026 - 12 - 25), "1. Weihnachtstag"),
                (date!(2026 - 12 - 26), "2. Weihnachtstag"),
            ]
        );
    }

    #[test]
    fn holidays_of_other_states_are_working_days() {
        // Epiphany, Corpus Christi, Assumption, All Saints, Easter Sunday.
        for day in [
            date!(2026 - 01 - 06),
            date!(2026 - 06 - 04),
            date!(2026 - 08 - 15),
            date!(2026 - 11 - 01),
            date!(2026 - 04 - 05),
        ] {
            assert_eq!(saxon_holiday(day), None);
        }
    }

    #[test]
    fn two_holidays_on_one_day() {
        let day = date!(2008 - 05 - 01);
        let names: Vec<&str> = saxon_holidays(2008)
            .into_iter()
            .filter(|holiday| holiday.date == day)
            .map(|holiday| holiday.name)
            .collect();
        assert_eq!(names, ["1. Mai", "Christi Himmelfahrt"]);
        assert_eq!(saxon_holiday(day), Some("1. Mai"));
    }

    #[test]
    fn no_holidays_before_the_gregorian_calendar() {
        assert_eq!(easter_sunday(1582), None);
        assert_eq!(easter_sunday(10_000), None);
        assert_eq!(saxon_holidays(1582), []);
        assert_eq!(saxon_holidays(i32::MAX), []);
        assert_eq!(saxon_holidays(9999).len(), 11);
    }

    #[test]
    fn quarter_notation() {
        let quarter: Quarter = " 2026-Q3 ".parse().unwrap();
        assert_eq!((quarter.year(), quarter.number()), (2026, 3));
        assert_eq!(quarter.to_string(), "2026-Q3");
        assert_eq!(quarter.label(), "3. Quartal 2026");
        assert_eq!(serde_json::to_string(&quarter).unwrap(), "\"2026-Q3\"");
        for wrong in [
            "", "2026", "2026-Q0", "2026-Q5", "26-Q1", "2026-Q+1", "-026-Q1", "2026-Q11",
        ] {
            assert_eq!(wrong.parse::<Quarter>(), Err(QuarterParseError), "{wrong}");
        }
    }

    #[test]
    fn quarter_days() {
        let last = Quarter::new(2026, 4).unwrap();
        assert_eq!(last.first_day(), date!(2026 - 10 - 01));
        assert_eq!(last.day_after(), date!(2027 - 01 - 01));
        assert!(last.contains(date!(2026 - 12 - 31)));
        assert!(!last.contains(date!(2027 - 01 - 01)));
        assert!(!last.contains(date!(2025 - 12 - 31)));
        assert_eq!(last.next(), Quarter::new(2027, 1).unwrap());
        assert_eq!(last.next().previous(), last);
        let end = Quarter::of(Date::MAX);
        assert_eq!((end.next(), end.day_after()), (end, Date::MAX));
        let start = Quarter::new(0, 1).unwrap();
        assert_eq!(start.previous(), start);
        assert!(!start.contains(date!(-0001 - 01 - 01)));
    }

    proptest! {
        #[test]
        fn easter_agrees_with_gauss(year in FIRST_GREGORIAN_YEAR..=LAST_YEAR) {
            let easter = easter_sunday(year).unwrap();
            prop_assert_eq!(easter.weekday(), Weekday::Sunday);
            prop_assert!(day_of(year, Month::March, 22).unwrap() <= easter);
            prop_assert!(easter <= day_of(year, Month::April, 25).unwrap());
            let by_gauss = day_of(year, Month::March, 1).unwrap()
                + Duration::days(i64::from(easter_by_gauss(year)) - 1);
            prop_assert_eq!(easter, by_gauss);
        }

        #[test]
        fn repentance_day_is_a_wednesday_in_its_week(year in FIRST_GREGORIAN_YEAR..=LAST_YEAR) {
            let found = saxon_holidays(year)
                .into_iter()
                .find(|holiday| holiday.name == "Buß- und Bettag")
                .unwrap()
                .date;
            prop_assert_eq!(found.weekday(), Weekday::Wednesday);
            prop_assert_eq!(found.month(), Month::November);
            prop_assert!((16..=22).contains(&found.day()));
        }

        #[test]
        fn quarters_follow_without_gap(year in 1_i32..9999, number in 1_u8..=4) {
            let quarter = Quarter::new(year, number).unwrap();
            prop_assert_eq!(Quarter::of(quarter.first_day()), quarter);
            prop_assert_eq!(Quarter::of(quarter.day_after()), quarter.next());
            prop_assert_eq!(quarter.to_string().parse::<Quarter>(), Ok(quarter));
            prop_assert!(quarter.contains(quarter.day_after().previous_day().unwrap()));
        }
    }
}
