//! What calendar data allow: opening times (H1), rooms (H2), working hours and absences (H6), clearances (H7) and
//! persons announced already (part of H10 and H11). Each rule once, for a weekday over all weeks where that is
//! possible; a single day is one bit of the same answer.

use super::super::measure;
use super::super::world::{
    Day, FacilityKey, RoomKey, Span, TrainerKey, Weeks, World, week_of, weekday_of,
};

/// H1: weeks in which the prison is open on this weekday (neither closed nor a public holiday, inside the horizon).
pub fn open_weeks(world: &World, facility: FacilityKey, weekday: u8) -> Weeks {
    world.facilities[facility].open.on(weekday)
}

/// H1: the prison is open on the day.
pub fn is_open(world: &World, facility: FacilityKey, day: Day) -> bool {
    open_weeks(world, facility, weekday_of(day)).has(week_of(day))
}

/// H1: inside the horizon.
pub fn in_horizon(world: &World, day: Day) -> bool {
    (0..world.end()).contains(&day)
}

/// H1: the time lies inside one window for external staff.
pub fn in_window(world: &World, facility: FacilityKey, weekday: u8, span: Span) -> bool {
    let windows = world.facilities[facility].windows.iter();
    let on_day = windows.filter(|window| window.weekday == weekday);
    measure::in_a_window(
        on_day.map(|window| (window.span.from, window.span.to)),
        (span.from, span.to),
    )
}

/// H1: the start lies on the grid.
pub fn on_grid(world: &World, start: u16) -> bool {
    start.is_multiple_of(world.grid.max(1))
}

/// H2: the room is in the prison.
pub fn room_belongs(world: &World, room: RoomKey, facility: FacilityKey) -> bool {
    world.rooms[room].facility == facility
}

/// H2: groups may use the room.
pub fn room_serves_groups(world: &World, room: RoomKey) -> bool {
    world.rooms[room].for_groups
}

/// H2: the room is not taken every week at that time.
pub fn room_weekly_free(world: &World, room: RoomKey, weekday: u8, span: Span) -> bool {
    !world.rooms[room]
        .weekly_blocked
        .iter()
        .any(|block| block.weekday == weekday && block.span.overlaps(span))
}

/// H2: weeks in which the room is not taken on the very day.
pub fn room_weeks(world: &World, room: RoomKey, weekday: u8, span: Span) -> Weeks {
    let mut free = Weeks::first(world.weeks);
    for (day, taken) in &world.rooms[room].blocked {
        if weekday_of(*day) == weekday && taken.overlaps(span) {
            free.remove(week_of(*day));
        }
    }
    free
}

/// H2: the room is free on the day as far as calendar data go.
pub fn room_free_on(world: &World, room: RoomKey, day: Day, span: Span) -> bool {
    let weekday = weekday_of(day);
    room_weekly_free(world, room, weekday, span)
        && !world.rooms[room]
            .blocked
            .iter()
            .any(|(taken, minutes)| *taken == day && minutes.overlaps(span))
}

/// H6: the trainer works at that time of the week.
pub fn in_hours(world: &World, trainer: TrainerKey, weekday: u8, span: Span) -> bool {
    let windows = world.trainers[trainer].hours.iter();
    let on_day = windows.filter(|window| window.weekday == weekday);
    measure::in_a_window(
        on_day.map(|window| (window.span.from, window.span.to)),
        (span.from, span.to),
    )
}

/// H6: weeks in which the trainer is not absent on this weekday.
pub fn present_weeks(world: &World, trainer: TrainerKey, weekday: u8) -> Weeks {
    world.trainers[trainer].present.on(weekday)
}

/// H7: weeks in which the trainer's clearance for the prison is valid on this weekday.
pub fn cleared_weeks(
    world: &World,
    trainer: TrainerKey,
    facility: FacilityKey,
    weekday: u8,
) -> Weeks {
    world.trainers[trainer]
        .access
        .iter()
        .find(|(known, _)| *known == facility)
        .map_or(Weeks::NONE, |(_, days)| days.on(weekday))
}

/// H7: the trainer has a clearance for the prison at all, whenever it is valid.
pub fn knows(world: &World, trainer: TrainerKey, facility: FacilityKey) -> bool {
    world.trainers[trainer]
        .access
        .iter()
        .any(|(known, _)| *known == facility)
}

/// H6 and H7 for one event on one day.
pub fn trainer_free_on(
    world: &World,
    trainer: TrainerKey,
    facility: FacilityKey,
    day: Day,
    span: Span,
) -> bool {
    let (week, weekday) = (week_of(day), weekday_of(day));
    in_hours(world, trainer, weekday, span)
        && present_weeks(world, trainer, weekday).has(week)
        && cleared_weeks(world, trainer, facility, weekday).has(week)
}

/// H10: external persons announced already on a day.
pub fn announced(world: &World, facility: FacilityKey, day: Day) -> u16 {
    world.facilities[facility]
        .announced
        .binary_search_by_key(&day, |(known, _)| *known)
        .ok()
        .and_then(|place| world.facilities[facility].announced.get(place))
        .map_or(0, |(_, load)| *load)
}

/// H10: beside those announced there is room for so many persons more.
pub fn announced_leave_room(world: &World, facility: FacilityKey, day: Day, persons: u16) -> bool {
    let there = announced(world, facility, day) + persons;
    !measure::crowded(there, world.facilities[facility].ext_cap)
}

/// H11: weeks in which a pair can come beside those announced already.
pub fn uncrowded_weeks(world: &World, facility: FacilityKey, weekday: u8) -> Weeks {
    let known = &world.facilities[facility];
    if known.ext_cap < 2 {
        return Weeks::NONE;
    }
    let mut weeks = Weeks::first(world.weeks);
    for (day, load) in &known.announced {
        if weekday_of(*day) == weekday && measure::crowded(load + 2, known.ext_cap) {
            weeks.remove(week_of(*day));
        }
    }
    weeks
}

/// H11: weeks in which a weekly session can be held as far as prison and room go.
pub fn place_weeks(
    world: &World,
    facility: FacilityKey,
    room: RoomKey,
    weekday: u8,
    span: Span,
) -> Weeks {
    open_weeks(world, facility, weekday)
        & room_weeks(world, room, weekday, span)
        & uncrowded_weeks(world, facility, weekday)
}

/// H11: weeks in which a weekly session can be held as far as the pair goes.
pub fn team_weeks(
    world: &World,
    facility: FacilityKey,
    team: &[TrainerKey; 2],
    weekday: u8,
) -> Weeks {
    team.iter()
        .fold(Weeks::first(world.weeks), |weeks, trainer| {
            weeks
                & present_weeks(world, *trainer, weekday)
                & cleared_weeks(world, *trainer, facility, weekday)
        })
}
