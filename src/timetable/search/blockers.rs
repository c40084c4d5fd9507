//! Which events stand in the way of a pattern, so that they can be pushed out.

use super::super::bookings::{Bookings, Owner};
use super::super::placements::Placement;
use super::super::rules::occupancy;
use super::super::world::{FacilityKey, Key, TrainerKey, World};
use super::random::Random;

/// More events in the way than anybody will push out.
const MANY: usize = 4;

/// The owners of the events in the way; sessions of one group count once. `None` when there are too many. After they
/// are gone the pattern mostly fits, but the rules have to be asked again.
pub(in super::super) fn blockers(
    world: &World,
    bookings: &Bookings,
    facility: FacilityKey,
    pattern: &Placement,
    random: &mut Random,
) -> Option<Vec<Owner>> {
    let Placement {
        held,
        span,
        room,
        team,
        weekday,
    } = *pattern;
    let mut found: Vec<Owner> = Vec::new();
    for week in (held & bookings.room_busy(room).on(weekday)).iter() {
        for one in occupancy::in_room(bookings, room, pattern.day(week), span) {
            note(&mut found, one.owner)?;
        }
    }
    for trainer in team {
        for week in (held & bookings.trainer_busy(trainer).on(weekday)).iter() {
            let day = pattern.day(week);
            for one in occupancy::beside(world, bookings, trainer, day, (span, facility)) {
                note(&mut found, one.owner)?;
            }
            if occupancy::day_full(world, bookings, trainer, day) {
                let all = bookings.trainer_day(trainer, day);
                one_of(
                    &mut found,
                    all.iter().map(|one| one.owner).collect(),
                    random,
                )?;
            }
        }
        let minutes = span.to - span.from;
        for week in held.iter() {
            if occupancy::week_full(world, bookings, trainer, week, minutes) {
                one_of(&mut found, week_of_trainer(bookings, trainer, week), random)?;
            }
        }
    }
    for week in (held & bookings.facility_busy(facility).on(weekday)).iter() {
        let day = pattern.day(week);
        if occupancy::crowded(world, bookings, facility, day, &team) {
            let others = bookings
                .facility_day(facility, day)
                .iter()
                .filter(|one| !team.contains(&one.trainer))
                .map(|one| one.owner);
            one_of(&mut found, others.collect(), random)?;
        }
    }
    Some(found)
}

fn week_of_trainer(bookings: &Bookings, trainer: TrainerKey, week: i32) -> Vec<Owner> {
    (week * 7..week * 7 + 7)
        .flat_map(|day| bookings.trainer_day(trainer, day))
        .map(|one| one.owner)
        .collect()
}

fn same(one: Owner, other: Owner) -> bool {
    match (one, other) {
        (Owner::Session(one, _), Owner::Session(other, _)) => one.place() == other.place(),
        _ => one == other,
    }
}

fn note(found: &mut Vec<Owner>, owner: Owner) -> Option<()> {
    if matches!(owner, Owner::Fixed(_)) {
        return None;
    }
    if !found.iter().any(|known| same(*known, owner)) {
        if found.len() + 1 >= MANY {
            return None;
        }
        found.push(owner);
    }
    Some(())
}

/// One of several has to go; nobody more when one of them goes anyway.
fn one_of(found: &mut Vec<Owner>, mut owners: Vec<Owner>, random: &mut Random) -> Option<()> {
    if owners
        .iter()
        .any(|owner| found.iter().any(|known| same(*known, *owner)))
    {
        return Some(());
    }
    owners.retain(|owner| !matches!(owner, Owner::Fixed(_)));
    random.shuffle(&mut owners);
    note(found, *owners.first()?)
}
