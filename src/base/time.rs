//! Points in time and civil time in Europe/Berlin.
//!
//! The application stores points in time as [`Instant`] (UTC) and shows and
//! plans in Berlin civil time. Every conversion between the two goes through
//! this file, so that the two clock changes of a year are handled once.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use jiff::civil;
use jiff::tz::{AmbiguousOffset, TimeZone};
use serde::{Deserialize, Serialize};
use time::{Date, Month};

const MILLIS_PER_SECOND: i64 = 1_000;
const MILLIS_PER_MINUTE: i64 = 60 * MILLIS_PER_SECOND;
const MINUTES_PER_DAY: u16 = 24 * 60;

/// A point in time: milliseconds since 1970-01-01T00:00:00 UTC.
///
/// Arithmetic saturates at the ends of the number range instead of failing.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Instant(i64);

impl Instant {
    /// The point in time `millis` milliseconds after the start of 1970 (UTC).
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the start of 1970 (UTC); negative before it.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// This point moved by `millis` milliseconds (negative moves back).
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// This point moved by `seconds` seconds (negative moves back).
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        self.plus_millis(seconds.saturating_mul(MILLIS_PER_SECOND))
    }

    /// This point moved by `minutes` minutes (negative moves back).
    pub const fn plus_minutes(self, minutes: i64) -> Self {
        self.plus_millis(minutes.saturating_mul(MILLIS_PER_MINUTE))
    }

    /// Milliseconds from `earlier` to this point; negative if `earlier` is in
    /// fact later.
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The UTC notation of RFC 3339, for example `2026-11-24T13:00:00Z`.
    /// Points outside the years -9999 to 9999 are shown as the nearest end.
    pub fn to_rfc3339(self) -> String {
        self.timestamp().to_string()
    }

    fn timestamp(self) -> Timestamp {
        Timestamp::from_millisecond(self.0).unwrap_or(if self.0 < 0 {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        })
    }
}

/// A minute of a civil day, 0 (00:00) to 1439 (23:59).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct MinuteOfDay(u16);

impl MinuteOfDay {
    /// 00:00.
    pub const MIDNIGHT: Self = Self(0);

    /// The minute with this number, or `None` if it is not within 0..=1439.
    pub const fn new(minute: u16) -> Option<Self> {
        if minute < MINUTES_PER_DAY {
            Some(Self(minute))
        } else {
            None
        }
    }

    /// The minute at `hour`:`minute`, or `None` if the clock has no such time.
    pub const fn from_hm(hour: u8, minute: u8) -> Option<Self> {
        if hour < 24 && minute < 60 {
            Some(Self(hour as u16 * 60 + minute as u16))
        } else {
            None
        }
    }

    /// The hour, 0..=23.
    pub const fn hour(self) -> u8 {
        (self.0 / 60) as u8
    }

    /// The minute within the hour, 0..=59.
    pub const fn minute(self) -> u8 {
        (self.0 % 60) as u8
    }

    /// Minutes since 00:00, 0..=1439.
    pub const fn value(self) -> u16 {
        self.0
    }

    /// The minute `minutes` later on the same day, or `None` if that is 24:00
    /// or later.
    pub const fn plus_minutes(self, minutes: u16) -> Option<Self> {
        match self.0.checked_add(minutes) {
            Some(sum) => Self::new(sum),
            None => None,
        }
    }
}

/// A number is no minute of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no minute of a day (0 to 1439)")]
pub struct MinuteOutOfRange(u16);

impl TryFrom<u16> for MinuteOfDay {
    type Error = MinuteOutOfRange;

    fn try_from(minute: u16) -> Result<Self, Self::Error> {
        Self::new(minute).ok_or(MinuteOutOfRange(minute))
    }
}

impl From<MinuteOfDay> for u16 {
    fn from(minute: MinuteOfDay) -> Self {
        minute.0
    }
}

/// A calendar day and a clock time as read from a wall clock in Berlin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalDateTime {
    /// The calendar day.
    pub date: Date,
    /// The clock time, to the minute.
    pub minute: MinuteOfDay,
}

/// Tells the current time. Passed to everything that needs it, so that tests
/// and demonstration data choose their own time.
pub trait Clock: Send + Sync {
    /// The current point in time.
    fn now(&self) -> Instant;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    // The one place that may ask the machine; everything else takes a `Clock`.
    #[allow(clippy::disallowed_methods)]
    fn now(&self) -> Instant {
        let now = std::time::SystemTime::now();
        match now.duration_since(std::time::UNIX_EPOCH) {
            Ok(after) => Instant(i64::try_from(after.as_millis()).unwrap_or(i64::MAX)),
            Err(before) => {
                let millis = before.duration().as_millis();
                Instant(i64::try_from(millis).map_or(i64::MIN, |value| -value))
            }
        }
    }
}

/// A clock that stands still until it is set, for tests and demonstration
/// data.
#[derive(Debug, Default)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// A clock that shows `now`.
    pub const fn new(now: Instant) -> Self {
        Self(AtomicI64::new(now.0))
    }

    /// Sets the clock to `now`, forwards or backwards.
    pub fn set(&self, now: Instant) {
        self.0.store(now.0, Ordering::SeqCst);
    }

    /// Moves the clock forward by `minutes` minutes (negative moves back).
    pub fn advance_minutes(&self, minutes: i64) {
        self.set(self.now().plus_minutes(minutes));
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Instant {
        Instant(self.0.load(Ordering::SeqCst))
    }
}

/// A Berlin wall-clock time that has no point in time. The message is shown
/// to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LocalTimeError {
    /// The time lies in the hour that is left out when summer time begins.
    #[error(
        "Diese Uhrzeit gibt es an diesem Tag nicht, weil die Uhr auf Sommerzeit vorgestellt wird. Bitte eine Uhrzeit vor 02:00 oder ab 03:00 Uhr wählen."
    )]
    DoesNotExist,
    /// The date lies beyond the years that can be computed with.
    #[error("Dieses Datum liegt außerhalb des darstellbaren Zeitraums.")]
    OutOfRange,
}

/// Rules for Europe/Berlin from the bundled time zone database. The fallback
/// is the rule in force since 1996 (summer time from the last Sunday in March
/// to the last Sunday in October, directive 2000/84/EC), so that a damaged
/// database cannot stop the application.
static BERLIN: LazyLock<TimeZone> = LazyLock::new(|| {
    TimeZone::get("Europe/Berlin")
        .or_else(|_| TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3"))
        .unwrap_or(TimeZone::UTC)
});

/// What a wall clock in Berlin shows at `instant`, cut to the minute.
pub fn berlin_local(instant: Instant) -> LocalDateTime {
    let local = BERLIN.to_datetime(instant.timestamp());
    LocalDateTime {
        date: date_from_jiff(local.date()),
        minute: MinuteOfDay(u16::from(local.hour().unsigned_abs()) * 60)
            .plus_minutes(u16::from(local.minute().unsigned_abs()))
            .unwrap_or(MinuteOfDay::MIDNIGHT),
    }
}

/// The calendar day in Berlin at `instant`.
pub fn berlin_today(instant: Instant) -> Date {
    berlin_local(instant).date
}

/// The point in time at which a wall clock in Berlin shows `date`, `minute`.
/// In the hour that is repeated in autumn this is the first of the two.
///
/// # Errors
/// [`LocalTimeError::DoesNotExist`] within the hour left out in spring,
/// [`LocalTimeError::OutOfRange`] at the very ends of the calendar.
pub fn berlin_instant(date: Date, minute: MinuteOfDay) -> Result<Instant, LocalTimeError> {
    let ambiguous = BERLIN.to_ambiguous_timestamp(datetime_to_jiff(date, minute)?);
    if matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. }) {
        return Err(LocalTimeError::DoesNotExist);
    }
    ambiguous
        .earlier()
        .map(|timestamp| Instant(timestamp.as_millisecond()))
        .map_err(|_| LocalTimeError::OutOfRange)
}

/// The start of the civil day `date` in Berlin. At the very ends of the
/// calendar the nearest point that can be computed with.
pub fn berlin_midnight(date: Date) -> Instant {
    let start = datetime_to_jiff(date, MinuteOfDay::MIDNIGHT)
        .ok()
        .and_then(|midnight| BERLIN.to_ambiguous_timestamp(midnight).compatible().ok());
    let nearest_end = if date.year() < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    };
    Instant(start.unwrap_or(nearest_end).as_millisecond())
}

/// Minutes that really pass between two Berlin wall-clock times: an hour less
/// or more than the clock faces suggest when a clock change lies between.
/// Negative if `to` is before `from`.
///
/// # Errors
/// As [`berlin_instant`], for either of the two.
pub fn duration_minutes(from: LocalDateTime, to: LocalDateTime) -> Result<i64, LocalTimeError> {
    let start = berlin_instant(from.date, from.minute)?;
    let end = berlin_instant(to.date, to.minute)?;
    Ok(end.since(start) / MILLIS_PER_MINUTE)
}

fn datetime_to_jiff(date: Date, minute: MinuteOfDay) -> Result<civil::DateTime, LocalTimeError> {
    let year = i16::try_from(date.year()).map_err(|_| LocalTimeError::OutOfRange)?;
    civil::DateTime::new(
        year,
        u8::from(date.month()).cast_signed(),
        date.day().cast_signed(),
        minute.hour().cast_signed(),
        minute.minute().cast_signed(),
        0,
        0,
    )
    .map_err(|_| LocalTimeError::OutOfRange)
}

/// Both libraries know the same days of the years -9999 to 9999, so the
/// fallbacks are never taken.
fn date_from_jiff(date: civil::Date) -> Date {
    let month = Month::try_from(date.month().unsigned_abs()).unwrap_or(Month::January);
    Date::from_calendar_date(i32::from(date.year()), month, date.day().unsigned_abs())
        .unwrap_or(Date::MIN)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;

    fn at(hour: u8, minute: u8) -> MinuteOfDay {
        MinuteOfDay::from_hm(hour, minute).unwrap()
    }

    fn rfc(date: Date, hour: u8, minute: u8) -> String {
        berlin_instant(date, at(hour, minute)).unwrap().to_rfc3339()
    }

    #[test]
    fn minute_of_day_keeps_to_the_clock() {
        assert_eq!(MinuteOfDay::new(1439), MinuteOfDay::from_hm(23, 59));
        assert_eq!(MinuteOfDay::new(1440), None);
        assert_eq!(MinuteOfDay::from_hm(24, 0), None);
        assert_eq!(MinuteOfDay::from_hm(9, 60), None);
        assert_eq!((at(9, 5).hour(), at(9, 5).minute()), (9, 5));
        assert_eq!(at(23, 0).plus_minutes(59), Some(at(23, 59)));
        assert_eq!(at(23, 0).plus_minutes(60), None);
        assert_eq!(at(23, 0).plus_minutes(u16::MAX), None);
    }

    #[test]
    fn serialised_as_plain_numbers_and_checked_when_read() {
        assert_eq!(serde_json::to_string(&at(14, 0)).unwrap(), "840");
        assert_eq!(
            serde_json::from_str::<MinuteOfDay>("840").unwrap(),
            at(14, 0)
        );
        assert!(serde_json::from_str::<MinuteOfDay>("1440").is_err());
        assert_eq!(
            serde_json::to_string(&Instant::from_millis(-5)).unwrap(),
            "-5"
        );
    }

    #[test]
    fn winter_and_summer_time() {
        assert_eq!(rfc(date!(2026 - 11 - 24), 14, 0), "2026-11-24T13:00:00Z");
        assert_eq!(rfc(date!(2026 - 07 - 31), 14, 0), "2026-07-31T12:00:00Z");
    }

    #[test]
    fn spring_gap_is_refused() {
        let day = date!(2026 - 03 - 29);
        assert_eq!(rfc(day, 1, 59), "2026-03-29T00:59:00Z");
        for (hour, minute) in [(2, 0), (2, 30), (2, 59)] {
            assert_eq!(
                berlin_instant(day, at(hour, minute)),
                Err(LocalTimeError::DoesNotExist)
            );
        }
        assert_eq!(rfc(day, 3, 0), "2026-03-29T01:00:00Z");
    }

    #[test]
    fn doubled_autumn_hour_takes_the_first() {
        let day = date!(2026 - 10 - 25);
        assert_eq!(rfc(day, 2, 30), "2026-10-25T00:30:00Z");
        assert_eq!(rfc(day, 3, 0), "2026-10-25T02:00:00Z");
        let second = berlin_instant(day, at(2, 30)).unwrap().plus_minutes(60);
        assert_eq!(berlin_local(second).minute, at(2, 30));
    }

    #[test]
    fn days_of_clock_change_are_shorter_and_longer() {
        let midnight = |date| LocalDateTime {
            date,
            minute: MinuteOfDay::MIDNIGHT,
        };
        let length = |date: Date| {
            duration_minutes(midnight(date), midnight(date.next_day().unwrap())).unwrap()
        };
        assert_eq!(length(date!(2026 - 03 - 29)), 23 * 60);
        assert_eq!(length(date!(2026 - 10 - 25)), 25 * 60);
        assert_eq!(length(date!(2026 - 10 - 26)), 24 * 60);
        assert_eq!(
            duration_minutes(
                midnight(date!(2026 - 05 - 02)),
                midnight(date!(2026 - 05 - 01))
            ),
            Ok(-24 * 60)
        );
    }

    #[test]
    fn today_changes_at_berlin_midnight() {
        let new_year = berlin_midnight(date!(2027 - 01 - 01));
        assert_eq!(new_year.to_rfc3339(), "2026-12-31T23:00:00Z");
        assert_eq!(berlin_today(new_year), date!(2027 - 01 - 01));
        assert_eq!(
            berlin_today(new_year.plus_millis(-1)),
            date!(2026 - 12 - 31)
        );
        let after_31st = berlin_midnight(date!(2026 - 08 - 01));
        assert_eq!(after_31st.to_rfc3339(), "2026-07-31T22:00:00Z");
        assert_eq!(
            berlin_local(after_31st.plus_seconds(-1)),
            LocalDateTime {
                date: date!(2026 - 07 - 31),
                minute: at(23, 59)
            }
        );
    }

    #[test]
    fn extremes_do_not_fail() {
        assert_eq!(Instant(i64::MAX).plus_minutes(1), Instant(i64::MAX));
        assert_eq!(Instant(i64::MIN).since(Instant(i64::MAX)), i64::MIN);
        assert_eq!(berlin_today(Instant(i64::MAX)).year(), 9999);
        assert_eq!(berlin_today(Instant(i64::MIN)).year(), -9999);
        assert!(berlin_midnight(Date::MIN) < berlin_midnight(Date::MAX));
        assert_eq!(
            berlin_instant(Date::MAX, at(23, 59)),
            Err(LocalTimeError::OutOfRange)
        );
    }

    #[test]
    fn fixed_clock_moves_only_when_told() {
        let clock = FixedClock::new(Instant::from_millis(1_000));
        assert_eq!(clock.now(), clock.now());
        clock.advance_minutes(2);
        assert_eq!(clock.now(), Instant::from_millis(121_000));
        clock.set(Instant::from_millis(7));
        assert_eq!(clock.now().millis(), 7);
    }

    #[test]
    fn system_clock_is_past_the_writing_of_this_test() {
        assert!(SystemClock.now() > berlin_midnight(date!(2024 - 01 - 01)));
    }

    proptest! {
        #[test]
        fn local_and_back(millis in 0_i64..4_102_444_800_000) {
            let whole_minute = Instant(millis - millis.rem_euclid(MILLIS_PER_MINUTE));
            let local = berlin_local(whole_minute);
            let back = berlin_instant(local.date, local.minute).unwrap();
            let difference = whole_minute.since(back);
            // An hour is lost only for the second of the two autumn hours.
            prop_assert!(difference == 0 || difference == 60 * MILLIS_PER_MINUTE);
            prop_assert!(berlin_midnight(local.date) <= whole_minute);
        }
    }
}
