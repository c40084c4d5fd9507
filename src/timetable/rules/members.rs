//! Who may sit in a group: room (H3, H4), group (H16), release (H17), missed sessions (H18), separations (H19), other
//! events of the same person (H20).

use super::super::measure;
use super::super::world::{
    Appointment, Day, Group, PersonKey, RoomKey, SingleKey, Span, Table, Weeks, World, week_of,
    weekday_of,
};

/// Trainers who sit in a group's room.
const TEAM: usize = 2;

/// H3: members the room has seats for.
pub fn seats(world: &World, room: RoomKey) -> usize {
    usize::from(world.rooms[room].cap).saturating_sub(TEAM)
}

/// H3, H14: the largest number of members of a group in this room.
pub fn most(world: &World, group: &Group, room: RoomKey) -> usize {
    group.max.min(seats(world, room))
}

/// H4: the room is secure enough.
pub fn secure(world: &World, room: RoomKey, person: PersonKey) -> bool {
    measure::secure(world.people[person].sec, world.rooms[room].sec)
}

/// H16: is in the prison and of the kind the group is for.
pub fn in_the_right_place(world: &World, group: &Group, person: PersonKey) -> bool {
    let known = &world.people[person];
    known.facility == group.facility && known.cat == group.cat
}

/// H16: speaks the group's language.
pub fn understands(world: &World, group: &Group, person: PersonKey) -> bool {
    world.people[person].langs.meet(group.lang)
}

/// H17: is still there on the last day.
pub fn stays(world: &World, person: PersonKey, last: Day) -> bool {
    measure::stays(last, world.people[person].out)
}

/// H18, H21: weeks in which the person cannot come at this time of the week.
pub fn blocked_weeks(world: &World, person: PersonKey, weekday: u8, span: Span) -> Weeks {
    let known = &world.people[person];
    let mut weeks = Weeks::NONE;
    for (window, during) in &known.blocks {
        if window.weekday == weekday && window.span.overlaps(span) {
            weeks = weeks | *during;
        }
    }
    for (day, taken) in &known.dates {
        if weekday_of(*day) == weekday && taken.overlaps(span) {
            weeks.insert(week_of(*day));
        }
    }
    weeks
}

/// H18, H21: the person cannot come on this day at this time.
pub fn blocked_on(world: &World, person: PersonKey, day: Day, span: Span) -> bool {
    blocked_weeks(world, person, weekday_of(day), span).has(week_of(day))
}

/// H18: misses no more sessions than allowed.
pub fn may_miss(group: &Group, missed: u32) -> bool {
    missed <= group.max_missed
}

/// H19: the two must not sit in the same group.
pub fn separated(world: &World, one: PersonKey, other: PersonKey) -> bool {
    measure::apart(&world.people[one].separated, &other)
}

/// H20: own one-to-one events at this time on one of the days that `on` says yes to.
pub fn own_events_on<'a>(
    world: &'a World,
    singles: &'a Table<SingleKey, Option<Appointment>>,
    person: PersonKey,
    on: impl Fn(Day) -> bool + 'a,
    span: Span,
) -> impl Iterator<Item = SingleKey> + 'a {
    world.people[person]
        .singles
        .iter()
        .copied()
        .filter(move |key| {
            singles[*key].is_some_and(|appointment| {
                on(appointment.day)
                    && Span::lasting(appointment.start, world.singles[*key].minutes).overlaps(span)
            })
        })
}

/// H20: own one-to-one events on the day that overlap the time.
pub fn own_events<'a>(
    world: &'a World,
    singles: &'a Table<SingleKey, Option<Appointment>>,
    person: PersonKey,
    day: Day,
    span: Span,
) -> impl Iterator<Item = SingleKey> + 'a {
    own_events_on(world, singles, person, move |other| other == day, span)
}
