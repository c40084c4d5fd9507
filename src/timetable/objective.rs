//! What a plan is worth: a vector that is compared from left to right, smaller is better. The weights are those of the
//! format; the search counts with the same functions.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::bookings::utilisation;
use super::rules::{members, series};
use super::world::{
    Appointment, Course, Day, GroupKey, Key, PersonKey, Plan, Session, SingleKey, TrainerKey,
    World, weekday_of,
};

/// Quality: one session one member misses (each needs a catch-up session).
pub const MISSED: i64 = 3;
/// Quality: one head away from the ideal size.
pub const SIZE: i64 = 2;
/// Quality: one skipped week inside a course.
pub const SKIPPED: i64 = 2;
/// Cost: one per cent of the busiest trainer's utilisation.
pub const FAIRNESS: i64 = 4;
/// Cost: one point per so many minutes on the road.
pub const TRAVEL_UNIT: u64 = 15;
/// Participants of this weight or more wait twice as hard.
const URGENT: u32 = 5;

/// Stability: another weekday or time, or cancelled.
const OTHER_TIME: i64 = 4;
/// Stability: another week, same weekday and time.
const OTHER_WEEK: i64 = 2;
/// Stability: another room.
const OTHER_ROOM: i64 = 1;
/// Stability: a trainer who does not come.
const OTHER_TRAINER: i64 = 2;
/// Stability: a member in another group.
pub const MEMBER_MOVED: i64 = 6;
/// Stability: a member in no group any more.
pub const MEMBER_DROPPED: i64 = 3;
/// Stability: another day or time of a one-to-one event.
const SINGLE_TIME: i64 = 2;
/// Stability: another trainer of a one-to-one event.
const SINGLE_TRAINER: i64 = 1;

/// The vector of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Objective {
    /// Number of violated hard rules.
    pub hard: usize,
    /// Weights of the people without a place and of the one-to-one events without a date.
    pub service: i64,
    /// How much of what was published has changed; 0 when nothing was.
    pub stability: i64,
    /// Waiting, missed sessions, sizes, skipped weeks, delays.
    pub quality: i64,
    /// Travel and fairness.
    pub cost: i64,
}

impl Objective {
    /// The vector as the format writes it: five numbers for a repair, otherwise four.
    pub fn vector(&self, repair: bool) -> Vec<i64> {
        let hard = i64::try_from(self.hard).unwrap_or(i64::MAX);
        if repair {
            vec![hard, self.service, self.stability, self.quality, self.cost]
        } else {
            vec![hard, self.service, self.quality, self.cost]
        }
    }
}

impl fmt::Display for Objective {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            hard,
            service,
            stability,
            quality,
            cost,
        } = self;
        write!(
            formatter,
            "[{hard}, {service}, {stability}, {quality}, {cost}]"
        )
    }
}

/// What a member's wait until the first week costs.
pub fn waiting(prio: u32, first_week: i32) -> i64 {
    i64::from(first_week) * if prio >= URGENT { 2 } else { 1 }
}

/// What the size of a course costs.
pub fn size_deviation(members: usize, ideal: usize) -> i64 {
    SIZE * i64::try_from(members.abs_diff(ideal)).unwrap_or(i64::MAX / 4)
}

/// Whole weeks between the first possible day of a one-to-one event and its day.
pub fn delay(world: &World, single: SingleKey, day: Day) -> i64 {
    i64::from((day - world.singles[single].range.0).div_euclid(7))
}

/// Cost of travel and of the busiest trainer's utilisation.
pub fn cost(travel: u64, busiest: u64) -> i64 {
    let units = i64::try_from(travel.div_ceil(TRAVEL_UNIT)).unwrap_or(i64::MAX / 4);
    units + FAIRNESS * i64::try_from(busiest).unwrap_or(i64::MAX / 8)
}

/// What changed between a published session and the one in its place.
pub fn session_change(old: &Session, new: &Session) -> i64 {
    let mut change = 0;
    if (old.day, old.start) != (new.day, new.start) {
        let same_slot = old.start == new.start && weekday_of(old.day) == weekday_of(new.day);
        change += if same_slot { OTHER_WEEK } else { OTHER_TIME };
    }
    if old.room != new.room {
        change += OTHER_ROOM;
    }
    let gone = old
        .trainers
        .iter()
        .filter(|one| !new.trainers.contains(one));
    change + OTHER_TRAINER * i64::try_from(gone.count()).unwrap_or(2)
}

/// A published session that is not held.
pub fn session_cancelled() -> i64 {
    OTHER_TIME
}

/// What changed between a published one-to-one event and its new place.
pub fn single_change(old: &Appointment, new: &Appointment) -> i64 {
    let mut change = 0;
    if (old.day, old.start) != (new.day, new.start) {
        change += SINGLE_TIME;
    }
    if old.trainer != new.trainer {
        change += SINGLE_TRAINER;
    }
    change
}

/// Sessions of a course a person misses.
pub fn missed(world: &World, minutes: u16, course: &Course, person: PersonKey) -> u32 {
    let misses = course
        .sessions
        .iter()
        .filter(|one| members::blocked_on(world, person, one.day, one.span(minutes)));
    u32::try_from(misses.count()).unwrap_or(u32::MAX)
}

/// The vector of a plan; `hard` is counted by [`super::rules::check()`].
pub fn score(world: &World, plan: &Plan) -> Objective {
    let mut placed = vec![None; world.people.len()];
    for (group, course) in plan.groups.iter() {
        for member in course.iter().flat_map(|course| &course.members) {
            if let Some(place) = placed.get_mut(member.place()) {
                *place = Some(group);
            }
        }
    }
    let waiting_people = world.people.iter().zip(&placed);
    let service: u64 = waiting_people
        .filter(|((_, person), place)| person.waits && place.is_none())
        .map(|((_, person), _)| u64::from(person.prio))
        .chain(
            world
                .singles
                .iter()
                .filter(|(key, _)| plan.singles[*key].is_none())
                .map(|(_, single)| u64::from(single.prio)),
        )
        .sum();
    Objective {
        hard: super::rules::check(world, plan).len(),
        service: i64::try_from(service).unwrap_or(i64::MAX),
        stability: stability(world, plan, &placed),
        quality: quality(world, plan, &placed),
        cost: whole_cost(world, plan),
    }
}

/// Everybody counts once, in the group he or she was found in last, as the format's validator counts.
fn quality(world: &World, plan: &Plan, placed: &[Option<GroupKey>]) -> i64 {
    let mut sum = 0;
    for (key, course) in plan.groups.iter() {
        if let Some(course) = course {
            sum += size_deviation(course.members.len(), world.groups[key].ideal);
            sum += SKIPPED * i64::from(series::skipped(series::weeks_of(course)));
        }
    }
    for ((person, known), group) in world.people.iter().zip(placed) {
        let course = group.and_then(|group| plan.groups[group].as_ref().zip(Some(group)));
        if let Some((course, group)) = course {
            let minutes = world.groups[group].minutes;
            sum += waiting(known.prio, course.begins());
            sum += MISSED * i64::from(missed(world, minutes, course, person));
        }
    }
    for (key, appointment) in plan.singles.iter() {
        if let Some(appointment) = appointment {
            sum += delay(world, key, appointment.day);
        }
    }
    sum
}

fn whole_cost(world: &World, plan: &Plan) -> i64 {
    let mut visits = BTreeSet::new();
    let mut minutes: BTreeMap<TrainerKey, u32> = BTreeMap::new();
    for (key, course) in plan.groups.iter() {
        let group = &world.groups[key];
        for session in course.iter().flat_map(|course| &course.sessions) {
            for trainer in session.trainers {
                visits.insert((trainer, session.day, group.facility));
                *minutes.entry(trainer).or_default() += u32::from(group.minutes);
            }
        }
    }
    for (key, appointment) in plan.singles.iter() {
        if let Some(appointment) = appointment {
            let single = &world.singles[key];
            visits.insert((appointment.trainer, appointment.day, single.facility));
            *minutes.entry(appointment.trainer).or_default() += u32::from(single.minutes);
        }
    }
    let travel = visits
        .iter()
        .map(|(trainer, _, facility)| u64::from(world.round_trip(*trainer, *facility)))
        .sum();
    let busiest = minutes
        .iter()
        .map(|(trainer, sum)| u64::from(utilisation(world, *trainer, *sum)))
        .max();
    cost(travel, busiest.unwrap_or(0))
}

fn stability(world: &World, plan: &Plan, placed: &[Option<GroupKey>]) -> i64 {
    let Some(published) = &world.repair else {
        return 0;
    };
    let mut sum = 0;
    for (key, old) in published.plan.groups.iter() {
        let Some(old) = old else { continue };
        let new = plan.groups[key].as_ref();
        for (number, session) in old.sessions.iter().enumerate() {
            if session.day < published.now {
                continue;
            }
            sum += match new.and_then(|course| course.sessions.get(number)) {
                Some(there) => session_change(session, there),
                None => session_cancelled(),
            };
        }
        for member in &old.members {
            sum += match placed.get(member.place()).copied().flatten() {
                None => MEMBER_DROPPED,
                Some(group) if group != key => MEMBER_MOVED,
                Some(_) => 0,
            };
        }
    }
    for (key, old) in published.plan.singles.iter() {
        if let (Some(old), Some(new)) = (old, &plan.singles[key])
            && old.day >= published.now
        {
            sum += single_change(old, new);
        }
    }
    sum
}
