//! Appointments that belong together at the same time of the week: the objective knows no habit, people do. Only what
//! makes a plan no worse is changed.

use std::collections::BTreeMap;

use super::bookings::{Bookings, Event};
use super::objective::score;
use super::placements;
use super::rules::event_violations;
use super::world::{Appointment, Day, Plan, SingleKey, World, week_of, weekday_of};

/// Weekday and starting minute.
type Slot = (u8, u16);

/// Times of the week that are tried for one series.
const TRIES: usize = 6;

/// How many different times of the week a series has.
pub fn slots(plan: &Plan, series: &[SingleKey]) -> usize {
    let mut all: Vec<Slot> = series
        .iter()
        .filter_map(|key| plan.singles[*key].as_ref().map(slot))
        .collect();
    all.sort_unstable();
    all.dedup();
    all.len()
}

fn slot(appointment: &Appointment) -> Slot {
    (weekday_of(appointment.day), appointment.start)
}

/// Moves the appointments of each series within their weeks to the time that most of them can have, as long as the plan
/// breaks no rule and its objective does not get worse. The longest series first.
pub fn settle(world: &World, plan: &mut Plan, series: &[Vec<SingleKey>]) {
    let mut order: Vec<&Vec<SingleKey>> = series.iter().filter(|keys| keys.len() > 1).collect();
    order.sort_by_key(|keys| std::cmp::Reverse(keys.len()));
    let mut bookings = Bookings::of(world, plan);
    let mut worth = score(world, plan).vector(false);
    for keys in order {
        let before: Vec<Option<Appointment>> = keys.iter().map(|key| plan.singles[*key]).collect();
        if slots(plan, keys) < 2 {
            continue;
        }
        put(world, plan, &mut bookings, keys, &vec![None; keys.len()]);
        let free = free(world, plan, &bookings, keys, &before);
        put(world, plan, &mut bookings, keys, &before);
        for wanted in best(&free, &before) {
            let after: Vec<Option<Appointment>> = free
                .iter()
                .zip(&before)
                .map(|(free, before)| free.get(&wanted).copied().or(*before))
                .collect();
            put(world, plan, &mut bookings, keys, &after);
            if slots(plan, keys) < slots_of(&before) {
                // Its first number counts the rules that are broken.
                let new = score(world, plan).vector(false);
                if new <= worth {
                    worth = new;
                    break;
                }
            }
            put(world, plan, &mut bookings, keys, &before);
        }
    }
}

/// Moves appointments of a series that come less than so many days after the one before to the first later week of their
/// range in which they can be, at the same time of the week if that is free. Each series with its days; no rule is broken
/// that was not before, and nothing gets lost.
pub fn spread(world: &World, plan: &mut Plan, series: &[(Vec<SingleKey>, Day)]) {
    let mut bookings = Bookings::of(world, plan);
    let broken = |world: &World, plan: &Plan| score(world, plan).hard;
    let kept = broken(world, plan);
    for (keys, least) in series {
        let mut former: Option<Appointment> = None;
        for key in keys {
            let Some(now) = plan.singles[*key] else {
                continue;
            };
            let earliest = former.map_or(now.day, |former| former.day + least);
            if now.day < earliest {
                let one = std::slice::from_ref(key);
                put(world, plan, &mut bookings, one, &[None]);
                let wanted = former.map_or_else(|| slot(&now), |former| slot(&former));
                let possible = |place: &Appointment| {
                    let event = Event::single(world, *key, place);
                    place.day >= earliest
                        && (place.room, place.trainer) == (now.room, now.trainer)
                        && event_violations(world, &bookings, &plan.singles, &event).is_empty()
                };
                let order = |place: &Appointment| {
                    let week = week_of(place.day);
                    (week, slot(place) != wanted, place.day, place.start)
                };
                let places = placements::of_single(world, *key).into_iter();
                let mut later: Vec<Appointment> = places.filter(possible).collect();
                later.sort_by_key(order);
                let mut place = Some(now);
                for other in later.into_iter().take(TRIES) {
                    put(world, plan, &mut bookings, one, &[Some(other)]);
                    // The person's course is nothing that bookings know.
                    if broken(world, plan) <= kept {
                        place = Some(other);
                        break;
                    }
                }
                put(world, plan, &mut bookings, one, &[place]);
            }
            former = plan.singles[*key];
        }
    }
}

fn slots_of(appointments: &[Option<Appointment>]) -> usize {
    let mut all: Vec<Slot> = appointments.iter().flatten().map(slot).collect();
    all.sort_unstable();
    all.dedup();
    all.len()
}

/// Puts the appointments of a series where they are said to be.
fn put(
    world: &World,
    plan: &mut Plan,
    bookings: &mut Bookings,
    keys: &[SingleKey],
    to: &[Option<Appointment>],
) {
    for (key, to) in keys.iter().zip(to) {
        if let Some(old) = plan.singles[*key].take() {
            bookings.remove(world, &Event::single(world, *key, &old));
        }
        if let Some(new) = to {
            bookings.add(world, &Event::single(world, *key, new));
        }
        plan.singles[*key] = *to;
    }
}

/// The times of its week at which each appointment of a series could be, if the others of the series were nowhere.
fn free(
    world: &World,
    plan: &Plan,
    bookings: &Bookings,
    keys: &[SingleKey],
    before: &[Option<Appointment>],
) -> Vec<BTreeMap<Slot, Appointment>> {
    let one = |(key, before): (&SingleKey, &Option<Appointment>)| {
        let Some(before) = before else {
            return BTreeMap::new();
        };
        let possible = |place: &Appointment| {
            let event = Event::single(world, *key, place);
            event_violations(world, bookings, &plan.singles, &event).is_empty()
        };
        placements::of_single(world, *key)
            .into_iter()
            .filter(|place| week_of(place.day) == week_of(before.day))
            .filter(|place| (place.room, place.trainer) == (before.room, before.trainer))
            .filter(possible)
            .map(|place| (slot(&place), place))
            .collect()
    };
    keys.iter().zip(before).map(one).collect()
}

/// The times that most appointments could have, those first that most have already.
fn best(free: &[BTreeMap<Slot, Appointment>], before: &[Option<Appointment>]) -> Vec<Slot> {
    let mut number: BTreeMap<Slot, usize> = BTreeMap::new();
    for slot in free.iter().flat_map(BTreeMap::keys) {
        *number.entry(*slot).or_default() += 1;
    }
    let held = |wanted: &Slot| {
        before
            .iter()
            .flatten()
            .filter(|one| slot(one) == *wanted)
            .count()
    };
    let mut all: Vec<(Slot, usize)> = number.into_iter().collect();
    all.sort_by_key(|(slot, number)| std::cmp::Reverse((*number, held(slot))));
    all.into_iter().take(TRIES).map(|(slot, _)| slot).collect()
}
