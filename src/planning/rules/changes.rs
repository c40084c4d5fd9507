//! What a repaired plan changes: old and new date of every session that moves or gets other trainers, with the reason.

use super::assemble::{Made, Source};
use crate::base::ids::{GroupId, GroupSessionId, RoomId, StaffId};
use crate::timetable::bookings::{Bookings, Event};
use crate::timetable::rules::event_violations;
use crate::timetable::world::{Key, Plan, Session, World};
use time::Date;

/// A trainer with the name.
pub type Trainer = (StaffId, String);

/// Where and with whom a session is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The day.
    pub day: Date,
    /// The starting minute.
    pub start: u16,
    /// The room with its name.
    pub room: (RoomId, String),
    /// The trainers with their names.
    pub trainers: Vec<Trainer>,
}

/// A session that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The group and its name.
    pub group: (GroupId, String),
    /// The session.
    pub session: GroupSessionId,
    /// As it stands.
    pub old: Held,
    /// As it would be.
    pub new: Held,
    /// What stands against it as it is; empty: it makes room for another.
    pub reasons: Vec<String>,
    /// Whether something still stands against the new date.
    pub open: Vec<String>,
}

impl Change {
    /// Whether day, time or room are others.
    pub fn moves(&self) -> bool {
        (self.old.day, self.old.start, self.old.room.0)
            != (self.new.day, self.new.start, self.new.room.0)
    }

    /// Whether others hold it, in whatever order they are named.
    pub fn other_team(&self) -> bool {
        !self.replaced().is_empty() || self.old.trainers.len() != self.new.trainers.len()
    }

    /// Who is replaced by whom.
    pub fn replaced(&self) -> Vec<(&Trainer, &Trainer)> {
        let gone = self
            .old
            .trainers
            .iter()
            .filter(|one| !self.new.trainers.contains(one));
        let come = self
            .new
            .trainers
            .iter()
            .filter(|one| !self.old.trainers.contains(one));
        gone.zip(come).collect()
    }
}

fn held(made: &Made, world: &World, session: &Session) -> Option<Held> {
    Some(Held {
        day: world.date(session.day),
        start: session.start,
        room: made.rooms.get(session.room.place())?.clone(),
        trainers: session
            .trainers
            .iter()
            .filter_map(|key| made.trainers.get(key.place()).cloned())
            .collect(),
    })
}

/// What stands against a session in a plan, beside everything else of it.
fn against(
    world: &World,
    plan: &Plan,
    group: crate::timetable::world::GroupKey,
    number: usize,
) -> Vec<String> {
    let Some(session) = plan.groups[group]
        .as_ref()
        .and_then(|course| course.sessions.get(number))
    else {
        return Vec::new();
    };
    let mut bookings = Bookings::of(world, plan);
    let event = Event::session(world, group, number, session);
    bookings.remove(world, &event);
    let found = event_violations(world, &bookings, &plan.singles, &event);
    found.into_iter().map(|one| one.text).collect()
}

/// Everything that a new plan changes in the sessions to come, in the order of groups and days.
pub fn changes(made: &Made, world: &World, old: &Plan, new: &Plan) -> Vec<Change> {
    let mut found = Vec::new();
    for (key, course) in old.groups.iter() {
        let Some(before) = course else { continue };
        // Nobody is told that a group falls out because a computation found nothing for it: it stays where it was.
        let after = new.groups[key].as_ref().unwrap_or(before);
        let Some((Source::Existing(group, ids), name)) = made.groups.get(key.place()) else {
            continue;
        };
        for (number, id) in ids.iter().enumerate() {
            let (Some(was), Some(is)) = (before.sessions.get(number), after.sessions.get(number))
            else {
                continue;
            };
            let same = (was.day, was.start, was.room) == (is.day, is.start, is.room)
                && was.same_team(&is.trainers);
            let plan = if new.groups[key].is_some() { new } else { old };
            let open = against(world, plan, key, number);
            if same && open.is_empty() {
                continue;
            }
            let (Some(was), Some(is)) = (held(made, world, was), held(made, world, is)) else {
                continue;
            };
            found.push(Change {
                group: (*group, name.clone()),
                session: *id,
                old: was,
                new: is,
                reasons: against(world, old, key, number),
                open,
            });
        }
    }
    found
}
