//! What other events leave free: rooms (H2), the way between two prisons (H8), a trainer's day and week (H9), external
//! persons in a prison (H10).

use super::super::bookings::{Booking, Bookings, Event};
use super::super::measure;
use super::super::placements::Placement;
use super::super::world::{Day, FacilityKey, RoomKey, Span, TrainerKey, World, week_of};
use super::calendar;

/// H2: what is in the room at that time.
pub fn in_room(
    bookings: &Bookings,
    room: RoomKey,
    day: Day,
    span: Span,
) -> impl Iterator<Item = &Booking> {
    bookings
        .room_day(room, day)
        .iter()
        .filter(move |one| one.span.overlaps(span))
}

/// H8: minutes a trainer needs from one prison to another; none inside the same prison.
pub fn way(world: &World, from: FacilityKey, to: FacilityKey) -> u16 {
    if from == to {
        return 0;
    }
    let town = |facility| world.facilities[facility].town;
    world.travel(town(from), town(to)) + world.gate
}

/// H8: nobody can hold both.
pub fn too_close(
    world: &World,
    (one, at): (Span, FacilityKey),
    (other, there): (Span, FacilityKey),
) -> bool {
    // From home to home the way is as long in either direction.
    let way = if one.from <= other.from {
        way(world, at, there)
    } else {
        way(world, there, at)
    };
    measure::too_close((one.from, one.to), (other.from, other.to), way)
}

/// H8: a trainer's events of the day that cannot be held beside this one.
pub fn beside<'a>(
    world: &'a World,
    bookings: &'a Bookings,
    trainer: TrainerKey,
    day: Day,
    (span, facility): (Span, FacilityKey),
) -> impl Iterator<Item = &'a Booking> {
    bookings
        .trainer_day(trainer, day)
        .iter()
        .filter(move |one| too_close(world, (one.span, one.facility), (span, facility)))
}

/// H9: so many events are more than the trainer may hold on one day.
pub fn day_exceeded(world: &World, trainer: TrainerKey, events: usize) -> bool {
    measure::overloaded(events, usize::from(world.trainers[trainer].max_day))
}

/// H9: so many minutes are more than the trainer may work in one week.
pub fn week_exceeded(world: &World, trainer: TrainerKey, minutes: u32) -> bool {
    measure::overloaded(minutes, world.trainers[trainer].max_week)
}

/// H9: one more event is too much for the trainer's day.
pub fn day_full(world: &World, bookings: &Bookings, trainer: TrainerKey, day: Day) -> bool {
    day_exceeded(world, trainer, bookings.trainer_day(trainer, day).len() + 1)
}

/// H9: so many minutes more are too much for the trainer's week.
pub fn week_full(
    world: &World,
    bookings: &Bookings,
    trainer: TrainerKey,
    week: i32,
    minutes: u16,
) -> bool {
    week_exceeded(
        world,
        trainer,
        bookings.week_minutes(trainer, week) + u32::from(minutes),
    )
}

/// H10: different external persons of the plan in the prison on the day, these included.
pub fn externals(
    bookings: &Bookings,
    facility: FacilityKey,
    day: Day,
    coming: &[TrainerKey],
) -> u16 {
    let there = bookings.facility_day(facility, day);
    let mut count = 0;
    for (place, one) in there.iter().enumerate() {
        let counted = there
            .iter()
            .take(place)
            .any(|other| other.trainer == one.trainer);
        if !counted && !coming.contains(&one.trainer) {
            count += 1;
        }
    }
    for (place, one) in coming.iter().enumerate() {
        if !coming.iter().take(place).any(|other| other == one) {
            count += 1;
        }
    }
    count
}

/// H10: too many external persons would be in the prison on the day.
pub fn crowded(
    world: &World,
    bookings: &Bookings,
    facility: FacilityKey,
    day: Day,
    coming: &[TrainerKey],
) -> bool {
    !calendar::announced_leave_room(
        world,
        facility,
        day,
        externals(bookings, facility, day, coming),
    )
}

/// H2, H8, H9, H10 together: other events leave room for this one. The event itself must not be entered.
pub fn leaves_room(world: &World, bookings: &Bookings, event: &Event) -> bool {
    in_room(bookings, event.room, event.day, event.span)
        .next()
        .is_none()
        && event.trainers().all(|trainer| {
            let minutes = event.span.to - event.span.from;
            beside(
                world,
                bookings,
                trainer,
                event.day,
                (event.span, event.facility),
            )
            .next()
            .is_none()
                && !day_full(world, bookings, trainer, event.day)
                && !week_full(world, bookings, trainer, week_of(event.day), minutes)
        })
        && !crowded(world, bookings, event.facility, event.day, &event.pair)
}

/// The same for a weekly pattern of a group that is not entered. Only weeks in which somebody is busy on the weekday
/// are looked at.
pub fn leaves_room_weekly(
    world: &World,
    bookings: &Bookings,
    facility: FacilityKey,
    pattern: &Placement,
) -> bool {
    let Placement {
        held,
        span,
        room,
        team,
        weekday,
    } = *pattern;
    let busy = held & bookings.room_busy(room).on(weekday);
    if busy.iter().any(|week| {
        in_room(bookings, room, pattern.day(week), span)
            .next()
            .is_some()
    }) {
        return false;
    }
    for trainer in team {
        let busy = held & bookings.trainer_busy(trainer).on(weekday);
        for week in busy.iter() {
            let day = pattern.day(week);
            if beside(world, bookings, trainer, day, (span, facility))
                .next()
                .is_some()
                || day_full(world, bookings, trainer, day)
            {
                return false;
            }
        }
    }
    let busy = held & bookings.facility_busy(facility).on(weekday);
    if busy
        .iter()
        .any(|week| crowded(world, bookings, facility, pattern.day(week), &team))
    {
        return false;
    }
    let minutes = span.to - span.from;
    team.iter().all(|trainer| {
        held.iter()
            .all(|week| !week_full(world, bookings, *trainer, week, minutes))
    })
}
