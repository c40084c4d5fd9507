//! Dates, times and numbers as people in Germany write and read them.

use time::{Date, Month, Weekday};

use crate::base::time::{LocalDateTime, MinuteOfDay};

/// The years in which something can be planned.
pub const PLANNING_YEARS: std::ops::RangeInclusive<i32> = 2000..=2100;
/// The greatest age in full years that a date of birth may give.
const OLDEST_AGE: i32 = 110;
/// How much of a wrong input is repeated in a message.
const SHOWN_INPUT_LENGTH: usize = 30;

/// Why a date could not be read. The message is shown to people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateInputError {
    /// Nothing was entered.
    #[error("Bitte ein Datum wie 12.01.2027 eingeben.")]
    Missing,
    /// The text is not written like a date. Carries the start of the text.
    #[error("„{0}“ ist kein Datum. Bitte ein Datum wie 12.01.2027 eingeben.")]
    NotADate(String),
    /// Written like a date, but the calendar has no such day. Carries the day
    /// as `30.02.2027`.
    #[error("{0} gibt es nicht. Bitte einen Kalendertag wie 12.01.2027 eingeben.")]
    NoSuchDay(String),
    /// A day outside the years that can be planned. Carries the day.
    #[error(
        "{0} liegt außerhalb der Jahre 2000 bis 2100. Bitte ein Datum wie 12.01.2027 eingeben."
    )]
    OutsidePlanning(String),
    /// A date of birth after today. Carries the day.
    #[error("{0} liegt in der Zukunft. Bitte ein Geburtsdatum wie 12.01.1987 eingeben.")]
    BirthInFuture(String),
    /// A date of birth that would make a person older than 110 years. Carries
    /// the day.
    #[error("{0} liegt mehr als 110 Jahre zurück. Bitte ein Geburtsdatum wie 12.01.1987 eingeben.")]
    BirthTooLongAgo(String),
}

/// Why a time of day could not be read. The message is shown to people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimeInputError {
    /// Nothing was entered.
    #[error("Bitte eine Uhrzeit wie 14:00 eingeben.")]
    Missing,
    /// The text is not written like a time. Carries the start of the text.
    #[error("„{0}“ ist keine Uhrzeit. Bitte eine Uhrzeit wie 14:00 eingeben.")]
    NotATime(String),
    /// Written like a time, but no clock shows it. Carries the text.
    #[error("{0} Uhr gibt es nicht. Bitte eine Uhrzeit von 00:00 bis 23:59 eingeben.")]
    NoSuchTime(String),
}

/// Reads a date: `12.1.27`, `12.01.2027`, `12. 1. 2027` or `2027-01-12`, with
/// or without space around it. Two digits for the year mean 2000 to 2099.
///
/// # Errors
/// [`DateInputError`], to be shown at the field.
pub fn parse_date(text: &str) -> Result<Date, DateInputError> {
    let parts = DateParts::read(text)?;
    if parts.short_year {
        parts.in_year(2000 + parts.year)
    } else {
        parts.in_year(parts.year)
    }
}

/// Reads a date like [`parse_date`] and accepts only the years 2000 to 2100,
/// so that a slip of the finger does not plan something for the year 2206.
///
/// # Errors
/// [`DateInputError`], to be shown at the field.
pub fn parse_planning_date(text: &str) -> Result<Date, DateInputError> {
    let day = parse_date(text)?;
    if PLANNING_YEARS.contains(&day.year()) {
        Ok(day)
    } else {
        Err(DateInputError::OutsidePlanning(date(day)))
    }
}

/// Reads a date of birth, written as for [`parse_date`]. Two digits for the
/// year mean the latest such year that is not in the future. `today` is the
/// current day in Berlin.
///
/// # Errors
/// [`DateInputError`], also for a day in the future or for an age of more than
/// 110 years.
pub fn parse_birth_date(text: &str, today: Date) -> Result<Date, DateInputError> {
    let parts = DateParts::read(text)?;
    let birth = if parts.short_year {
        let this_century = today.year() - today.year().rem_euclid(100) + parts.year;
        let last_century = this_century - 100;
        match parts.in_year(this_century) {
            Ok(day) if day <= today => day,
            // 29.02.00 exists in 2000 but not in 1900, so the message must be
            // about the year that was tried last.
            _ => parts.in_year(last_century)?,
        }
    } else {
        parts.in_year(parts.year)?
    };
    if birth > today {
        return Err(DateInputError::BirthInFuture(date(birth)));
    }
    if full_years(birth, today) > OLDEST_AGE {
        return Err(DateInputError::BirthTooLongAgo(date(birth)));
    }
    Ok(birth)
}

/// Reads a time of day: `14:00`, `14.00`, `1400`, `9:05`, `14`, `14 Uhr` or
/// `14:00 Uhr`. Minutes need two digits, because `9:5` can mean 9:05 and 9:50.
///
/// # Errors
/// [`TimeInputError`], to be shown at the field.
pub fn parse_time(text: &str) -> Result<MinuteOfDay, TimeInputError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(TimeInputError::Missing);
    }
    let not_a_time = || TimeInputError::NotATime(shown(text));
    let clock = strip_unit(text);
    let (hour, minute) = match clock.split_once([':', '.']) {
        Some((hour, minute)) if minute.len() == 2 => (hour, minute),
        Some(_) => return Err(not_a_time()),
        // Typed without a sign: the last two digits are the minutes.
        None if matches!(clock.len(), 3 | 4) => clock
            .split_at_checked(clock.len() - 2)
            .ok_or_else(not_a_time)?,
        None => (clock, "00"),
    };
    let hour = small_number(hour, 2).ok_or_else(not_a_time)?;
    let minute = small_number(minute, 2).ok_or_else(not_a_time)?;
    u8::try_from(hour)
        .ok()
        .zip(u8::try_from(minute).ok())
        .and_then(|(hour, minute)| MinuteOfDay::from_hm(hour, minute))
        .ok_or_else(|| TimeInputError::NoSuchTime(shown(clock)))
}

/// A day: `24.11.2026`.
pub fn date(day: Date) -> String {
    format!(
        "{:02}.{:02}.{:04}",
        day.day(),
        u8::from(day.month()),
        day.year()
    )
}

/// A day with its short weekday: `Di., 24.11.2026`.
pub fn weekday_date(day: Date) -> String {
    format!("{}, {}", weekday_short(day.weekday()), date(day))
}

/// A day in words: `Dienstag, 24. November 2026`.
pub fn long_date(day: Date) -> String {
    format!(
        "{}, {}. {} {}",
        weekday_name(day.weekday()),
        day.day(),
        month_name(day.month()),
        day.year()
    )
}

/// The name of a weekday: `Dienstag`.
pub const fn weekday_name(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "Montag",
        Weekday::Tuesday => "Dienstag",
        Weekday::Wednesday => "Mittwoch",
        Weekday::Thursday => "Donnerstag",
        Weekday::Friday => "Freitag",
        Weekday::Saturday => "Samstag",
        Weekday::Sunday => "Sonntag",
    }
}

/// The abbreviation of a weekday with its full stop: `Di.`.
pub const fn weekday_short(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "Mo.",
        Weekday::Tuesday => "Di.",
        Weekday::Wednesday => "Mi.",
        Weekday::Thursday => "Do.",
        Weekday::Friday => "Fr.",
        Weekday::Saturday => "Sa.",
        Weekday::Sunday => "So.",
    }
}

/// The name of a month: `November`.
pub const fn month_name(month: Month) -> &'static str {
    match month {
        Month::January => "Januar",
        Month::February => "Februar",
        Month::March => "März",
        Month::April => "April",
        Month::May => "Mai",
        Month::June => "Juni",
        Month::July => "Juli",
        Month::August => "August",
        Month::September => "September",
        Month::October => "Oktober",
        Month::November => "November",
        Month::December => "Dezember",
    }
}

/// A time of day as in an input field: `14:00`.
pub fn time(minute: MinuteOfDay) -> String {
    format!("{:02}:{:02}", minute.hour(), minute.minute())
}

/// A time of day in a text: `14:00 Uhr`.
pub fn time_of_day(minute: MinuteOfDay) -> String {
    format!("{} Uhr", time(minute))
}

/// From one time of day to another: `14:00–17:00 Uhr`.
pub fn time_range(from: MinuteOfDay, to: MinuteOfDay) -> String {
    format!("{}–{} Uhr", time(from), time(to))
}

/// A day and a time: `24.11.2026, 14:00 Uhr`.
pub fn date_time(local: LocalDateTime) -> String {
    format!("{}, {}", date(local.date), time_of_day(local.minute))
}

/// A whole number with a full stop between the thousands: `1.234`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    grouped
}

/// A number given in its smallest unit, with a decimal comma: 131275 with two decimals is `1.312,75`.
pub fn decimal(number: u64, decimals: u8) -> String {
    match 10_u64.checked_pow(u32::from(decimals)) {
        Some(unit) if decimals > 0 => {
            let width = usize::from(decimals);
            format!("{},{:0width$}", count(number / unit), number % unit)
        }
        _ => count(number),
    }
}

/// A length of time: `3 Std. 30 Min.`, `3 Std.` or `45 Min.`.
pub fn duration_minutes(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, rest) => format!("{rest} Min."),
        (hours, 0) => format!("{} Std.", count(u64::from(hours))),
        (hours, rest) => format!("{} Std. {rest} Min.", count(u64::from(hours))),
    }
}

/// A number with the noun that goes with it: `1 Person`, `2 Personen`.
pub fn plural(number: u64, one: &str, other: &str) -> String {
    format!(
        "{} {}",
        count(number),
        if number == 1 { one } else { other }
    )
}

/// The three numbers of a date as written; the calendar is not asked yet.
struct DateParts {
    day: u16,
    month: u16,
    year: i32,
    short_year: bool,
}

impl DateParts {
    fn read(text: &str) -> Result<Self, DateInputError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(DateInputError::Missing);
        }
        Self::split(text).ok_or_else(|| DateInputError::NotADate(shown(text)))
    }

    fn split(text: &str) -> Option<Self> {
        let (german, separator) = match text.contains('-') {
            true => (false, '-'),
            false => (true, '.'),
        };
        let mut parts = text.split(separator).map(str::trim);
        let (first, month, last) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let (day, year) = if german { (first, last) } else { (last, first) };
        let short_year = german && year.len() == 2;
        if !short_year && year.len() != 4 {
            return None;
        }
        Some(Self {
            day: small_number(day, 2)?,
            month: small_number(month, 2)?,
            year: i32::from(small_number(year, 4)?),
            short_year,
        })
    }

    fn in_year(&self, year: i32) -> Result<Date, DateInputError> {
        u8::try_from(self.month)
            .ok()
            .and_then(|month| Month::try_from(month).ok())
            .zip(u8::try_from(self.day).ok())
            .and_then(|(month, day)| Date::from_calendar_date(year, month, day).ok())
            .ok_or_else(|| {
                DateInputError::NoSuchDay(format!("{:02}.{:02}.{year:04}", self.day, self.month))
            })
    }
}

/// A number of one to `longest` ASCII digits; `str::parse` alone would also
/// take a sign.
fn small_number(text: &str, longest: usize) -> Option<u16> {
    let only_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    (only_digits && text.len() <= longest)
        .then(|| text.parse().ok())
        .flatten()
}

/// The text without a closing "Uhr".
fn strip_unit(text: &str) -> &str {
    const UNIT: &str = "uhr";
    text.len()
        .checked_sub(UNIT.len())
        .and_then(|cut| text.split_at_checked(cut))
        .filter(|(_, end)| end.eq_ignore_ascii_case(UNIT))
        .map_or(text, |(start, _)| start.trim_end())
}

fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN_INPUT_LENGTH) {
        Some((cut, _)) => format!("{}…", text.get(..cut).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Age in full years; someone born on 29 February completes a year on 1 March
/// of other years (§ 187 (2), § 188 (2) BGB: at the end of 28 February).
fn full_years(birth: Date, today: Date) -> i32 {
    let birthday_passed =
        (u8::from(today.month()), today.day()) >= (u8::from(birth.month()), birth.day());
    today.year() - birth.year() - i32::from(!birthday_passed)
}

#[cfg(test)]
#[path = "german_tests.rs"]
mod tests;
