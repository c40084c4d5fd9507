//! Plans a series of sessions (Terminreihe) from a programme template, and changes one: [`place`](mod@place) finds the days,
//! [`change`] is every change of a series as a pure function from one list of sessions to the next.
//!
//! Pure: given the template's sessions, a weekday, a time and the calendar, it
//! finds the days. A day with a public holiday or a closure is left out and
//! shown with its reason; the rhythm of weeks is kept, so the series becomes
//! longer instead of denser. A room or person that is taken does not move a
//! session: people decide about that, and [`crate::conflicts`] tells them.

use std::fmt;

use time::{Date, Weekday};

use crate::base::german;
use crate::base::interval::DaySpan;
use crate::base::time::{LocalDateTime, MinuteOfDay};

pub mod change;
pub mod place;

use place::{Ask, Item, Rhythm, Slot, World, place};

/// The most sessions one series can have.
pub const MOST_SESSIONS: usize = 60;
/// The longest rhythm, in weeks.
pub const LONGEST_INTERVAL_WEEKS: u8 = 52;

/// One session of the programme template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionPlan {
    /// Its number in the template, shown to people.
    pub ordinal: u16,
    /// Its length in minutes.
    pub minutes: u16,
    /// At least so many days after the session before; 0: no matter.
    pub gap_days: u16,
}

/// What to plan, and everything the planning depends on.
pub struct SeriesRequest<'a> {
    /// The template's sessions in the order in which they are to take place.
    pub sessions: Vec<SessionPlan>,
    /// The weekday of all sessions.
    pub weekday: Weekday,
    /// The time at which every session begins.
    pub start: MinuteOfDay,
    /// Further weekly times, each on another weekday.
    pub more: &'a [Slot],
    /// The earliest day of the first session.
    pub first_day: Date,
    /// Weeks from one session to the next, 1 to [`LONGEST_INTERVAL_WEEKS`].
    pub interval_weeks: u8,
    /// The name of the public holiday on a day, if it is one.
    pub holidays: &'a dyn Fn(Date) -> Option<String>,
    /// Days on which nothing takes place, each with its reason.
    pub closures: &'a [(DaySpan, String)],
    /// The current day in Berlin.
    pub today: Date,
}

/// A planned series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// Exactly the sessions asked for, in their order, on ascending days.
    pub planned: Vec<PlannedSession>,
    /// The days of the rhythm that were left out before the last session.
    pub skipped: Vec<SkippedDay>,
    /// What people should look at before they accept the series.
    pub warnings: Vec<SeriesWarning>,
}

/// A session on its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlannedSession {
    /// The number in the template.
    pub ordinal: u16,
    /// The day.
    pub date: Date,
    /// The first minute.
    pub start: MinuteOfDay,
    /// The first minute after the session, on the same day.
    pub end: MinuteOfDay,
}

/// A day of the rhythm on which no session takes place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkippedDay {
    /// The day.
    pub date: Date,
    /// Why, in words for people; never empty.
    pub reason: String,
}

/// The field of the planning form that a message belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SeriesField {
    /// The programme template with its sessions.
    Sessions,
    /// The weekday.
    Weekday,
    /// The time at which sessions begin.
    Start,
    /// The first day.
    FirstDay,
    /// The weeks between sessions.
    IntervalWeeks,
}

impl SeriesField {
    /// The name of the form field, the same as in [`SeriesRequest`].
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sessions => "sessions",
            Self::Weekday => "weekday",
            Self::Start => "start",
            Self::FirstDay => "first_day",
            Self::IntervalWeeks => "interval_weeks",
        }
    }
}

/// Why no series can be planned. The message is shown to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SeriesProblem {
    /// The template has no sessions.
    #[error(
        "Die Programmvorlage hat noch keine Termine. Bitte zuerst Termine in der Vorlage anlegen."
    )]
    NoSessions,
    /// The template has too many sessions. Carries their number.
    #[error(
        "Die Programmvorlage hat {0} Termine. Eine Terminreihe kann höchstens {MOST_SESSIONS} haben."
    )]
    TooManySessions(usize),
    /// A session has no length. Carries its number.
    #[error(
        "Termin {0} der Programmvorlage hat keine Dauer. Bitte die Dauer in der Vorlage eintragen."
    )]
    SessionWithoutLength(u16),
    /// A session would not end on the day on which it begins. Carries the
    /// number of the first such session.
    #[error("Termin {ordinal} dauert {} und würde erst nach Mitternacht enden. Bitte eine frühere Uhrzeit wählen.", german::duration_minutes(u32::from(*.minutes)))]
    EndsAfterMidnight {
        /// The number in the template.
        ordinal: u16,
        /// The length in minutes.
        minutes: u16,
    },
    /// The first day is before today. Carries the first day.
    #[error("Der {} liegt in der Vergangenheit. Bitte einen ersten Tag ab heute wählen.", german::date(*.0))]
    FirstDayInPast(Date),
    /// The interval is not within 1 to 52 weeks.
    #[error("Der Abstand muss 1 bis {LONGEST_INTERVAL_WEEKS} Wochen betragen.")]
    IntervalOutOfRange,
    /// The first session would be today, at a time that has begun.
    #[error("Heute hat diese Uhrzeit schon begonnen. Bitte einen späteren ersten Tag wählen.")]
    BegunToday,
    /// There is no weekly time.
    #[error("Bitte mindestens einen Wochentag mit Uhrzeit wählen.")]
    NoSlot,
    /// Two weekly times are on the same weekday.
    #[error("Dieser Wochentag ist schon gewählt. Bitte einen anderen wählen.")]
    WeekdayTwice,
    /// The last session would be after the last year that can be planned.
    #[error("Die Terminreihe würde über das Jahr {} hinausgehen. Bitte den ersten Tag und die Schließzeiten prüfen.", german::PLANNING_YEARS.end())]
    BeyondPlanning,
}

impl SeriesProblem {
    /// The field at which to show the problem.
    pub const fn field(&self) -> SeriesField {
        match self {
            Self::NoSessions | Self::TooManySessions(_) | Self::SessionWithoutLength(_) => {
                SeriesField::Sessions
            }
            Self::EndsAfterMidnight { .. } => SeriesField::Start,
            Self::FirstDayInPast(_) | Self::BegunToday | Self::BeyondPlanning => {
                SeriesField::FirstDay
            }
            Self::NoSlot | Self::WeekdayTwice => SeriesField::Weekday,
            Self::IntervalOutOfRange => SeriesField::IntervalWeeks,
        }
    }
}

/// Something about a planned series that people should know. The message is
/// shown to people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SeriesWarning {
    /// The first day asked for is another weekday; the rhythm begins later.
    FirstDayMoved {
        /// The day asked for.
        asked: Date,
        /// The day of the first session.
        moved_to: Date,
    },
}

impl SeriesWarning {
    /// The field at which to show the warning.
    pub const fn field(&self) -> SeriesField {
        match self {
            Self::FirstDayMoved { .. } => SeriesField::FirstDay,
        }
    }
}

impl fmt::Display for SeriesWarning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FirstDayMoved { asked, moved_to } => write!(
                formatter,
                "Der {} ist ein {}. Die Terminreihe beginnt am {}.",
                german::date(*asked),
                german::weekday_name(asked.weekday()),
                german::long_date(*moved_to),
            ),
        }
    }
}

/// Plans the series: the template's sessions one after another on the weekday,
/// in the rhythm of weeks, on the first days that are neither holiday nor
/// closed.
///
/// # Errors
/// All problems found with the request.
pub fn plan_series(request: &SeriesRequest<'_>) -> Result<Series, Vec<SeriesProblem>> {
    let problems = check(request);
    if !problems.is_empty() {
        return Err(problems);
    }
    place_sessions(request).map_err(|problem| vec![problem])
}

fn check(request: &SeriesRequest<'_>) -> Vec<SeriesProblem> {
    let sessions = &request.sessions;
    let mut problems = Vec::new();
    if sessions.is_empty() {
        problems.push(SeriesProblem::NoSessions);
    }
    if sessions.len() > MOST_SESSIONS {
        problems.push(SeriesProblem::TooManySessions(sessions.len()));
    }
    if let Some(session) = sessions.iter().find(|session| session.minutes == 0) {
        problems.push(SeriesProblem::SessionWithoutLength(session.ordinal));
    }
    let latest = request
        .more
        .iter()
        .map(|slot| slot.start)
        .fold(request.start, MinuteOfDay::max);
    if let Some(session) = sessions
        .iter()
        .find(|session| latest.plus_minutes(session.minutes).is_none())
    {
        problems.push(SeriesProblem::EndsAfterMidnight {
            ordinal: session.ordinal,
            minutes: session.minutes,
        });
    }
    if request.first_day < request.today {
        problems.push(SeriesProblem::FirstDayInPast(request.first_day));
    }
    if !(1..=LONGEST_INTERVAL_WEEKS).contains(&request.interval_weeks) {
        problems.push(SeriesProblem::IntervalOutOfRange);
    }
    problems
}

fn place_sessions(request: &SeriesRequest<'_>) -> Result<Series, SeriesProblem> {
    let mut slots = vec![Slot {
        weekday: request.weekday,
        start: request.start,
    }];
    slots.extend(request.more);
    let begins =
        place::first_slot(&slots, request.first_day).ok_or(SeriesProblem::BeyondPlanning)?;
    let items: Vec<Item> = request
        .sessions
        .iter()
        .map(|session| Item {
            ordinal: session.ordinal,
            minutes: session.minutes,
            gap_days: session.gap_days,
            fixed: None,
        })
        .collect();
    // Whole days only: whoever plans for today is asked about the time elsewhere.
    let now = LocalDateTime {
        date: request.today.previous_day().unwrap_or(request.today),
        minute: MinuteOfDay::new(24 * 60 - 1).unwrap_or(MinuteOfDay::MIDNIGHT),
    };
    let placement = place(&Ask {
        items: &items,
        rhythm: &Rhythm {
            slots,
            interval_weeks: request.interval_weeks,
        },
        first_day: request.first_day,
        anchor: None,
        world: World {
            holidays: request.holidays,
            closures: request.closures,
            chosen: &[],
            now,
        },
    })?;
    let mut warnings = Vec::new();
    if begins != request.first_day {
        warnings.push(SeriesWarning::FirstDayMoved {
            asked: request.first_day,
            // The weekday's first date may be a holiday or a closed day.
            moved_to: placement
                .planned
                .first()
                .map_or(begins, |session| session.date),
        });
    }
    Ok(Series {
        planned: placement.planned,
        skipped: placement.skipped,
        warnings,
    })
}

#[cfg(test)]
mod tests;
