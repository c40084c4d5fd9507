//! What a repair changed, as a short list: old and new.

use super::wish::{once, pair};
use crate::timetable::world::{Appointment, GroupKey, Plan, Published, Session, World};

/// Changes that are listed; how many more there are is said.
const LISTED: usize = 25;

/// The changes from one plan to another, in the order of days.
pub(super) fn told(world: &World, published: &Published, plan: &Plan) -> String {
    let mut changes = Vec::new();
    for group in world.groups.keys() {
        of_group(world, group, &published.plan, plan, &mut changes);
    }
    for (single, known) in world.singles.iter() {
        let (old, new) = (published.plan.singles[single], plan.singles[single]);
        if old != new {
            let show = |place: Option<Appointment>| place.map(|one| appointment(world, &one));
            let day = [old, new].into_iter().flatten().map(|one| one.day).min();
            let what = format!("Einzeltermin {}", known.id);
            changes.push((day, line(&what, show(old), show(new))));
        }
    }
    changes.sort();
    if changes.is_empty() {
        return "Gegenüber dem veröffentlichten Plan ändert sich nichts.\n".to_owned();
    }
    let mut text = "Änderungen gegenüber dem veröffentlichten Plan:\n".to_owned();
    for (_, change) in changes.iter().take(LISTED) {
        text.push_str(&format!("  {change}\n"));
    }
    match changes.len().saturating_sub(LISTED) {
        0 => {}
        1 => text.push_str("  und 1 weitere\n"),
        more => text.push_str(&format!("  und {more} weitere\n")),
    }
    text
}

type Change = (Option<i32>, String);

fn of_group(world: &World, group: GroupKey, old: &Plan, new: &Plan, changes: &mut Vec<Change>) {
    let sessions = |plan: &Plan| {
        let course = plan.groups[group].as_ref();
        course.map_or_else(Vec::new, |course| course.sessions.clone())
    };
    let members = |plan: &Plan| {
        let course = plan.groups[group].as_ref();
        course.map_or_else(Vec::new, |course| course.members.clone())
    };
    let id = &world.groups[group].id;
    let (before, after) = (sessions(old), sessions(new));
    for number in 0..before.len().max(after.len()) {
        let (was, is) = (before.get(number), after.get(number));
        let same = match (was, is) {
            (Some(was), Some(is)) => {
                (was.day, was.start, was.room) == (is.day, is.start, is.room)
                    && was.same_team(&is.trainers)
            }
            _ => false,
        };
        if !same {
            let show = |one: Option<&Session>| one.map(|one| session(world, one));
            let day = [was, is].into_iter().flatten().map(|one| one.day).min();
            let what = format!("Gruppe {id}, {}. Sitzung", number + 1);
            changes.push((day, line(&what, show(was), show(is))));
        }
    }
    let (before, after) = (members(old), members(new));
    for person in before.iter().filter(|one| !after.contains(one)) {
        let name = &world.people[*person].id;
        changes.push((None, format!("Gruppe {id}: {name} nimmt nicht mehr teil")));
    }
    for person in after.iter().filter(|one| !before.contains(one)) {
        let name = &world.people[*person].id;
        changes.push((None, format!("Gruppe {id}: {name} nimmt neu teil")));
    }
}

fn line(what: &str, old: Option<String>, new: Option<String>) -> String {
    match (old, new) {
        (Some(old), Some(new)) => format!("{what}: {old} → {new}"),
        (Some(old), None) => format!("{what}: {old} → entfällt"),
        (None, new) => format!("{what}: neu → {}", new.unwrap_or_default()),
    }
}

fn session(world: &World, one: &Session) -> String {
    once(
        world,
        one.day,
        one.start,
        one.room,
        &pair(world, &one.trainers),
    )
}

fn appointment(world: &World, one: &Appointment) -> String {
    let who = &world.trainers[one.trainer].id;
    once(world, one.day, one.start, one.room, who)
}
