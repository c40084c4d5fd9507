//! Instances and solutions of the format `akt-sched/1` as they stand in a file: names instead of indices, dates
//! instead of day numbers. Reading checks everything a file can get wrong, so that what follows need not doubt
//! it.
//!
//! The format is written down in `fixtures/timetable/FORMAT.md`.

mod decode;
mod encode;
mod json;
mod node;
mod solution;
mod spans;

use std::collections::BTreeMap;

use time::Date;

pub use decode::read;
pub use encode::write;
pub use node::InstanceError;
pub use solution::{
    CourseRecord, GroupRecord, SessionRecord, SingleRecord, Solution, read_solution,
};

/// The name of the only format that is read.
pub const FORMAT: &str = "akt-sched/1";

/// A span of minutes since midnight on a weekday (0 Monday .. 6 Sunday), half open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WeeklySpan {
    /// 0 Monday .. 6 Sunday.
    pub weekday: u8,
    /// First minute.
    pub from: u16,
    /// The minute after the last.
    pub to: u16,
}

/// A span of minutes on one date, half open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DatedSpan {
    /// The day.
    pub date: Date,
    /// First minute.
    pub from: u16,
    /// The minute after the last.
    pub to: u16,
}

/// Days from the first to the last, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateRange {
    /// First day.
    pub first: Date,
    /// Last day.
    pub last: Date,
}

/// What is to be planned.
#[derive(Clone, Debug)]
pub struct Instance {
    /// Its name; a solution repeats it.
    pub name: String,
    /// The Monday with which week 0 begins.
    pub start: Date,
    /// Number of weeks.
    pub weeks: u8,
    /// Events start on multiples of this many minutes.
    pub grid: u16,
    /// Minutes of the entry procedure when a trainer changes the facility.
    pub gate_minutes: u16,
    /// Names of the towns.
    pub towns: Vec<String>,
    /// Minutes by car from town to town.
    pub travel: Vec<Vec<u16>>,
    /// Public holidays by Land.
    pub holidays: BTreeMap<String, Vec<Date>>,
    /// The prisons.
    pub facilities: Vec<Facility>,
    /// The external staff.
    pub trainers: Vec<Trainer>,
    /// The kinds of courses.
    pub programmes: Vec<Programme>,
    /// The courses that may be opened.
    pub groups: Vec<Group>,
    /// The people who may take part.
    pub participants: Vec<Participant>,
    /// Pairs of participants (places in the list) that must not sit in one group.
    pub separations: Vec<(usize, usize)>,
    /// One-to-one events.
    pub singles: Vec<Single>,
    /// What is there already, when a published plan is to be repaired.
    pub repair: Option<Repair>,
    /// What takes place whatever is planned. The format has no word for it: a file may name it under `fixed`, which
    /// other readers of the format pass over.
    pub fixed: Vec<FixedEvent>,
}

/// Something that takes place anyway and takes room and people from outside: a session of a group that is not planned
/// anew, an announced visit.
#[derive(Clone, Debug)]
pub struct FixedEvent {
    /// What it is called in a sentence ("Im Raum 2.14 ist …").
    pub label: String,
    /// Place in the list of facilities.
    pub facility: usize,
    /// Place of the room, counted over all facilities in their order.
    pub room: Option<usize>,
    /// Places in the list of trainers.
    pub trainers: Vec<usize>,
    /// When.
    pub span: DatedSpan,
}

/// A published plan that no longer fits.
#[derive(Clone, Debug)]
pub struct Repair {
    /// The first day that may be changed.
    pub now: Date,
    /// The plan everybody knows.
    pub published: Solution,
    /// What happened, in words.
    pub disruptions: Vec<String>,
}

/// A prison.
#[derive(Clone, Debug)]
pub struct Facility {
    /// Its name in the file.
    pub id: String,
    /// Place in the list of towns.
    pub town: usize,
    /// Its Land, key of the holidays.
    pub state: String,
    /// When external staff may hold sessions.
    pub windows: Vec<WeeklySpan>,
    /// Days on which nothing takes place.
    pub closed: Vec<Date>,
    /// Different external persons per day.
    pub ext_cap: u16,
    /// External persons announced already, by day.
    pub ext_load: Vec<(Date, u16)>,
    /// Its rooms.
    pub rooms: Vec<Room>,
}

/// A room.
#[derive(Clone, Debug)]
pub struct Room {
    /// Its name in the file.
    pub id: String,
    /// Whether groups may use it (otherwise it is a room for talks).
    pub for_groups: bool,
    /// Heads, trainers included.
    pub cap: u16,
    /// The highest security level it is good for.
    pub sec: u8,
    /// Taken every week.
    pub weekly_blocked: Vec<WeeklySpan>,
    /// Taken on a day.
    pub blocked: Vec<DatedSpan>,
}

/// Somebody who holds sessions.
#[derive(Clone, Debug)]
pub struct Trainer {
    /// The name in the file.
    pub id: String,
    /// Place in the list of towns.
    pub home: usize,
    /// Whether he or she may lead a group.
    pub lead: bool,
    /// Languages.
    pub langs: Vec<String>,
    /// Qualifications.
    pub quals: Vec<String>,
    /// Working hours.
    pub avail: Vec<WeeklySpan>,
    /// Holidays and illness.
    pub absent: Vec<DateRange>,
    /// Clearances: place in the list of facilities, and when they are valid.
    pub access: Vec<(usize, DateRange)>,
    /// Events per day.
    pub max_day: u16,
    /// Minutes per calendar week.
    pub max_week_min: u32,
}

/// A kind of course.
#[derive(Clone, Debug)]
pub struct Programme {
    /// Its name in the file.
    pub id: String,
    /// Number of sessions.
    pub sessions: u8,
    /// Length of a session.
    pub minutes: u16,
    /// Smallest number of members.
    pub min: u16,
    /// Largest number of members.
    pub max: u16,
    /// The size it works best with.
    pub ideal: u16,
    /// Sessions a member may miss.
    pub max_missed: u16,
    /// Weeks that may be skipped between the first and the last session.
    pub max_skips: u16,
}

/// A course that may be opened.
#[derive(Clone, Debug)]
pub struct Group {
    /// Its name in the file.
    pub id: String,
    /// Place in the list of facilities.
    pub facility: usize,
    /// Place in the list of programmes.
    pub programme: usize,
    /// Whom it is for: m, f, j.
    pub cat: String,
    /// Its language.
    pub lang: String,
    /// Qualifications every trainer must have.
    pub needs: Vec<String>,
    /// First week in which it may start.
    pub start_min: u8,
    /// Last week in which it may start.
    pub start_max: u8,
    /// Whether it has to be held.
    pub must_run: bool,
}

/// Somebody who may take part.
#[derive(Clone, Debug)]
pub struct Participant {
    /// The name in the file.
    pub id: String,
    /// Place in the list of facilities.
    pub facility: usize,
    /// m, f, j.
    pub cat: String,
    /// Languages.
    pub langs: Vec<String>,
    /// Security level.
    pub sec: u8,
    /// Weight of the wish for a place.
    pub prio: u32,
    /// Day of release or transfer.
    pub out: Date,
    /// Work, school, other programmes: a weekly span within a range of dates.
    pub blocks: Vec<(WeeklySpan, DateRange)>,
    /// Court, hospital.
    pub dates: Vec<DatedSpan>,
    /// Whether he or she waits for a place.
    pub needs_group: bool,
}

/// A one-to-one event.
#[derive(Clone, Debug)]
pub struct Single {
    /// Its name in the file.
    pub id: String,
    /// Place in the list of facilities.
    pub facility: usize,
    /// Place in the list of participants.
    pub participant: usize,
    /// Length.
    pub minutes: u16,
    /// People from outside beside the participant.
    pub guests: u16,
    /// When it may be held.
    pub range: DateRange,
    /// Qualifications the trainer must have.
    pub needs: Vec<String>,
    /// Who has to hold it (place in the list of trainers).
    pub trainer: Option<usize>,
    /// Weight.
    pub prio: u32,
}
