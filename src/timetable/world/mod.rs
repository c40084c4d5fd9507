//! The compact model everything computes on: keys instead of names, day numbers instead of dates, sets of weeks
//! instead of lists of days. Built once from an [`Instance`].

mod build;
mod plan;
mod table;
mod weeks;

use time::{Date, Duration};

pub use plan::{Appointment, Course, Plan, Session};
pub use table::{
    FacilityKey, Grid, GroupKey, Key, PersonKey, RoomKey, SingleKey, Table, TrainerKey,
};
pub use weeks::{Day, Days, LONG_AGO, Span, Weeks, week_of, weekday_of};

pub use super::instance::{Instance, InstanceError};

/// Everything that is given: the calendar data, the people, the courses.
#[derive(Clone, Debug)]
pub struct World {
    /// The name of the instance.
    pub name: String,
    /// The Monday of week 0.
    pub start: Date,
    /// Number of weeks, at most 64.
    pub weeks: u8,
    /// Events start on multiples of this many minutes.
    pub grid: u16,
    /// Minutes of the entry procedure.
    pub gate: u16,
    /// The prisons.
    pub facilities: Table<FacilityKey, Facility>,
    /// All rooms of all prisons.
    pub rooms: Table<RoomKey, Room>,
    /// The external staff.
    pub trainers: Table<TrainerKey, Trainer>,
    /// The courses that may be opened.
    pub groups: Table<GroupKey, Group>,
    /// The people who may take part.
    pub people: Table<PersonKey, Person>,
    /// One-to-one events.
    pub singles: Table<SingleKey, Single>,
    /// What is published already and since when it may be changed; only for a repair.
    pub repair: Option<Published>,
    /// What takes place whatever is planned.
    pub fixed: Vec<Fixed>,
    travel: Vec<u16>,
    towns: usize,
}

/// Something that takes place whatever is planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixed {
    /// What it is called in a sentence.
    pub label: String,
    /// The day.
    pub day: Day,
    /// The minutes.
    pub span: Span,
    /// The prison.
    pub facility: FacilityKey,
    /// The room, if it takes one.
    pub room: Option<RoomKey>,
    /// Who is taken by it.
    pub trainers: Vec<TrainerKey>,
}

/// The plan everybody knows.
#[derive(Clone, Debug)]
pub struct Published {
    /// The first day that may be changed.
    pub now: Day,
    /// What was published.
    pub plan: Plan,
    /// What happened, in words.
    pub disruptions: Vec<String>,
}

/// A set of small things (languages, qualifications) as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traits(pub u128);

impl Traits {
    /// Whether everything in `needed` is here.
    #[inline]
    pub fn cover(self, needed: Self) -> bool {
        needed.0 & !self.0 == 0
    }

    /// Whether something is in both.
    #[inline]
    pub fn meet(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// A weekly span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// 0 Monday .. 6 Sunday.
    pub weekday: u8,
    /// The minutes.
    pub span: Span,
}

/// A prison.
#[derive(Clone, Debug)]
pub struct Facility {
    /// Its name.
    pub id: String,
    /// Place in the travel table.
    pub town: usize,
    /// When external staff may hold sessions.
    pub windows: Vec<Window>,
    /// Days on which it is neither closed nor a public holiday, within the horizon.
    pub open: Days,
    /// Different external persons per day.
    pub ext_cap: u16,
    /// Days with persons announced already.
    pub announced: Vec<(Day, u16)>,
    /// Its rooms.
    pub rooms: Vec<RoomKey>,
}

/// A room.
#[derive(Clone, Debug)]
pub struct Room {
    /// Its name.
    pub id: String,
    /// Where it is.
    pub facility: FacilityKey,
    /// Whether groups may use it.
    pub for_groups: bool,
    /// Heads, trainers included.
    pub cap: u16,
    /// The highest security level it is good for.
    pub sec: u8,
    /// Taken every week.
    pub weekly_blocked: Vec<Window>,
    /// Taken on a day.
    pub blocked: Vec<(Day, Span)>,
}

/// Somebody who holds sessions.
#[derive(Clone, Debug)]
pub struct Trainer {
    /// The name.
    pub id: String,
    /// Place in the travel table.
    pub home: usize,
    /// Whether he or she may lead a group.
    pub lead: bool,
    /// Languages.
    pub langs: Traits,
    /// Qualifications.
    pub quals: Traits,
    /// Working hours.
    pub hours: Vec<Window>,
    /// Days without absence.
    pub present: Days,
    /// Where he or she is cleared, and on which days.
    pub access: Vec<(FacilityKey, Days)>,
    /// Events per day.
    pub max_day: u16,
    /// Minutes per calendar week.
    pub max_week: u32,
}

/// A course that may be opened, with what its programme says.
#[derive(Clone, Debug)]
pub struct Group {
    /// Its name.
    pub id: String,
    /// The name of its programme.
    pub programme: String,
    /// Where.
    pub facility: FacilityKey,
    /// Number of sessions.
    pub sessions: u8,
    /// Length of a session.
    pub minutes: u16,
    /// Smallest number of members.
    pub min: usize,
    /// Largest number of members.
    pub max: usize,
    /// The size it works best with.
    pub ideal: usize,
    /// Sessions a member may miss.
    pub max_missed: u32,
    /// Weeks that may be skipped.
    pub max_skips: u32,
    /// Whom it is for.
    pub cat: Traits,
    /// Its language.
    pub lang: Traits,
    /// The language's name.
    pub lang_name: String,
    /// Qualifications every trainer must have.
    pub needs: Traits,
    /// Their names.
    pub needs_names: Vec<String>,
    /// First and last week in which it may start.
    pub start_weeks: (i32, i32),
    /// Whether it has to be held.
    pub must_run: bool,
}

/// Somebody who may take part.
#[derive(Clone, Debug)]
pub struct Person {
    /// The name.
    pub id: String,
    /// Where.
    pub facility: FacilityKey,
    /// m, f, j.
    pub cat: Traits,
    /// Languages.
    pub langs: Traits,
    /// Security level.
    pub sec: u8,
    /// Weight of the wish for a place.
    pub prio: u32,
    /// Day of release or transfer.
    pub out: Day,
    /// Work, school, other programmes: a weekly span and the weeks in which it holds.
    pub blocks: Vec<(Window, Weeks)>,
    /// Court, hospital.
    pub dates: Vec<(Day, Span)>,
    /// Whether he or she waits for a place.
    pub waits: bool,
    /// Who must not sit in the same group.
    pub separated: Vec<PersonKey>,
    /// Own one-to-one events.
    pub singles: Vec<SingleKey>,
}

/// A one-to-one event.
#[derive(Clone, Debug)]
pub struct Single {
    /// Its name.
    pub id: String,
    /// Where.
    pub facility: FacilityKey,
    /// With whom.
    pub person: PersonKey,
    /// Length.
    pub minutes: u16,
    /// People beside the participant and the trainer.
    pub guests: u16,
    /// First and last day.
    pub range: (Day, Day),
    /// Qualifications the trainer must have.
    pub needs: Traits,
    /// Their names.
    pub needs_names: Vec<String>,
    /// Who has to hold it.
    pub trainer: Option<TrainerKey>,
    /// Weight.
    pub prio: u32,
}

impl World {
    /// Minutes by car between two towns.
    #[inline]
    pub fn travel(&self, from: usize, to: usize) -> u16 {
        self.travel
            .get(from * self.towns + to)
            .copied()
            .unwrap_or(0)
    }

    /// Minutes by car from a trainer's home to a facility and back.
    #[inline]
    pub fn round_trip(&self, trainer: TrainerKey, facility: FacilityKey) -> u32 {
        let (home, there) = (self.trainers[trainer].home, self.facilities[facility].town);
        2 * u32::from(self.travel(home, there))
    }

    /// Gives facilities, rooms, groups and people other names, in the order of their keys: those for the screen. Names need
    /// not differ then; files are written from the world as it was made.
    pub fn rename(
        &mut self,
        facilities: &[String],
        rooms: &[String],
        groups: &[String],
        people: &[String],
    ) {
        for (key, name) in self.facilities.keys().zip(facilities) {
            self.facilities[key].id.clone_from(name);
        }
        for (key, name) in self.rooms.keys().zip(rooms) {
            self.rooms[key].id.clone_from(name);
        }
        for (key, name) in self.groups.keys().zip(groups) {
            self.groups[key].id.clone_from(name);
        }
        for (key, name) in self.people.keys().zip(people) {
            self.people[key].id.clone_from(name);
        }
    }

    /// The number of a day.
    pub fn day(&self, date: Date) -> Day {
        Day::try_from((date - self.start).whole_days()).unwrap_or(LONG_AGO)
    }

    /// The date of a day.
    pub fn date(&self, day: Day) -> Date {
        self.start
            .checked_add(Duration::days(i64::from(day)))
            .unwrap_or(self.start)
    }

    /// The day after the last.
    pub fn end(&self) -> Day {
        Day::from(self.weeks) * 7
    }

    /// The first day that may be changed.
    pub fn now(&self) -> Day {
        self.repair
            .as_ref()
            .map_or(LONG_AGO, |published| published.now)
    }

    /// The group with this name.
    pub fn group_named(&self, id: &str) -> Option<GroupKey> {
        self.groups
            .iter()
            .find(|(_, group)| group.id == id)
            .map(|(key, _)| key)
    }

    /// The one-to-one event with this name.
    pub fn single_named(&self, id: &str) -> Option<SingleKey> {
        self.singles
            .iter()
            .find(|(_, single)| single.id == id)
            .map(|(key, _)| key)
    }

    /// The room with this name.
    pub fn room_named(&self, id: &str) -> Option<RoomKey> {
        self.rooms
            .iter()
            .find(|(_, room)| room.id == id)
            .map(|(key, _)| key)
    }

    /// The trainer with this name.
    pub fn trainer_named(&self, id: &str) -> Option<TrainerKey> {
        self.trainers
            .iter()
            .find(|(_, trainer)| trainer.id == id)
            .map(|(key, _)| key)
    }
}
