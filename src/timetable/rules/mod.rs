//! The hard rules, each written down once. The check of a whole plan, the explanation of a wish, the search and the
//! repair all ask the same functions.
//!
//! `calendar`, `team`, `series`, `members`, `singles` and `occupancy` hold the rules as questions with a yes or no;
//! `event`, `pattern`, `check` and `past` turn noes into sentences.

pub mod calendar;
pub mod check;
pub mod event;
pub(super) mod findings;
mod fixed;
pub mod members;
pub mod occupancy;
mod past;
pub mod pattern;
pub mod series;
pub mod singles;
pub mod team;

use std::fmt;

use super::world::{FacilityKey, GroupKey, PersonKey, RoomKey, SingleKey, TrainerKey};

pub use check::check;
pub use event::event_violations;
pub use pattern::{Wish, pattern_violations, wished_weeks};

/// A hard rule; the names are those of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// Horizon, opening, window, grid.
    H1,
    /// Room: belongs, right kind, not blocked, one event at a time.
    H2,
    /// Seats.
    H3,
    /// Security level of the room.
    H4,
    /// Two trainers with qualification, lead and language.
    H5,
    /// Working hours and absences.
    H6,
    /// Clearance.
    H7,
    /// Overlap and way of a trainer.
    H8,
    /// A trainer's day and week.
    H9,
    /// External persons in the prison.
    H10,
    /// Weekly pattern; continuity in a repair.
    H11,
    /// Number and order of sessions.
    H12,
    /// First week.
    H13,
    /// Number of members.
    H14,
    /// Has to run.
    H15,
    /// Right prison, kind and language.
    H16,
    /// Released or transferred before the end.
    H17,
    /// Too many sessions missed.
    H18,
    /// Separated from one another.
    H19,
    /// In two groups, or at two events at once.
    H20,
    /// One-to-one event: days, trainer, participant.
    H21,
    /// What is past stays as it was.
    H22,
}

impl fmt::Display for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, formatter)
    }
}

/// Who or what a violation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Party {
    /// A prison.
    Facility(FacilityKey),
    /// A room.
    Room(RoomKey),
    /// A trainer.
    Trainer(TrainerKey),
    /// A group.
    Group(GroupKey),
    /// A participant.
    Person(PersonKey),
    /// A one-to-one event.
    Single(SingleKey),
    /// What takes place anyway: its place in the world's list.
    Fixed(u32),
}

/// A rule that is broken, by whom, and in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The rule.
    pub rule: Rule,
    /// Who or what is involved.
    pub parties: Vec<Party>,
    /// A German sentence for the person who plans.
    pub text: String,
}

impl Violation {
    /// A violation.
    pub fn new(rule: Rule, parties: impl Into<Vec<Party>>, text: impl Into<String>) -> Self {
        Self {
            rule,
            parties: parties.into(),
            text: text.into(),
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.rule, self.text)
    }
}
