//! What is past stays as it was (H22); only a repair has a past.

use super::super::world::{Plan, Published, Session, World};
use super::{Party, Rule, Violation};

fn same(old: &[&Session], new: &[&Session]) -> bool {
    old.len() == new.len()
        && old.iter().zip(new).all(|(one, two)| {
            (one.day, one.start, one.room) == (two.day, two.start, two.room)
                && one.same_team(&two.trainers)
        })
}

pub(super) fn check(world: &World, published: &Published, plan: &Plan, found: &mut Vec<Violation>) {
    let now = published.now;
    for (key, old) in published.plan.groups.iter() {
        let new = plan.groups[key].as_ref();
        let past = |sessions: &'_ [Session]| -> Vec<Session> {
            sessions
                .iter()
                .filter(|one| one.day < now)
                .copied()
                .collect()
        };
        let there = new.map(|course| past(&course.sessions)).unwrap_or_default();
        let id = &world.groups[key].id;
        let about = [Party::Group(key)];
        let Some(old) = old else {
            if !there.is_empty() {
                let text = format!("{id} ist neu und hätte schon begonnen.");
                found.push(Violation::new(Rule::H22, about, text));
            }
            continue;
        };
        let before = past(&old.sessions);
        let (one, two): (Vec<&Session>, Vec<&Session>) =
            (before.iter().collect(), there.iter().collect());
        if !same(&one, &two) {
            let text = format!("Vergangene Sitzungen von {id} wurden geändert.");
            found.push(Violation::new(Rule::H22, about, text));
        }
        let joined = new
            .iter()
            .flat_map(|course| &course.members)
            .any(|member| !old.members.contains(member));
        if !before.is_empty() && joined {
            let text = format!("{id} hat begonnen, niemand kann mehr dazukommen.");
            found.push(Violation::new(Rule::H22, about, text));
        }
    }
    for (key, new) in plan.singles.iter() {
        let old = published.plan.singles[key];
        let id = &world.singles[key].id;
        let about = [Party::Single(key)];
        if old.is_some_and(|one| one.day < now) && *new != old {
            let text = format!("Der vergangene Einzeltermin {id} wurde geändert.");
            found.push(Violation::new(Rule::H22, about, text));
        }
        if new.is_some_and(|one| one.day < now) && *new != old {
            let text = format!("Der Einzeltermin {id} liegt in der Vergangenheit.");
            found.push(Violation::new(Rule::H22, about, text));
        }
    }
}
