//! What takes place anyway beside a plan: it is never a violation by itself, but a plan may run into it (H2, H8) and has
//! to leave room for it in days and weeks (H9, H10).

use std::collections::{BTreeMap, BTreeSet};

use super::super::bookings::{Bookings, Event};
use super::super::world::{Day, FacilityKey, TrainerKey, World, week_of};
use super::findings::{date, owner_name};
use super::{Party, Rule, Violation, occupancy};

/// H10: who comes anyway on days on which the plan brings somebody.
pub(super) fn add_persons(
    world: &World,
    days: &mut BTreeMap<(FacilityKey, Day), BTreeSet<TrainerKey>>,
) {
    for fixed in &world.fixed {
        if let Some(people) = days.get_mut(&(fixed.facility, fixed.day)) {
            people.extend(&fixed.trainers);
        }
    }
}

/// H9: minutes that are worked anyway in weeks in which the plan needs somebody.
pub(super) fn add_minutes(world: &World, weeks: &mut BTreeMap<(TrainerKey, i32), u32>) {
    for fixed in &world.fixed {
        for trainer in &fixed.trainers {
            if let Some(sum) = weeks.get_mut(&(*trainer, week_of(fixed.day))) {
                *sum += u32::from(fixed.span.to - fixed.span.from);
            }
        }
    }
}

/// H2, H8: what an event of the plan runs into. `anyway` holds nothing but what takes place anyway.
pub(super) fn clashes(
    world: &World,
    anyway: &Bookings,
    event: &Event,
    label: &str,
    found: &mut Vec<Violation>,
) {
    let (day, at) = (event.day, (event.span, event.facility));
    for one in occupancy::in_room(anyway, event.room, day, event.span) {
        let (party, name) = owner_name(world, one.owner);
        let text = format!(
            "Im Raum {} überschneiden sich am {} {label} und {name}.",
            world.rooms[event.room].id,
            date(world, day),
        );
        found.push(Violation::new(
            Rule::H2,
            [Party::Room(event.room), party],
            text,
        ));
    }
    for trainer in event.trainers() {
        for one in occupancy::beside(world, anyway, trainer, day, at) {
            let (party, name) = owner_name(world, one.owner);
            let text = format!(
                "{} kann am {} nicht {label} und {name} halten.",
                world.trainers[trainer].id,
                date(world, day),
            );
            found.push(Violation::new(
                Rule::H8,
                [Party::Trainer(trainer), party],
                text,
            ));
        }
    }
}
