//! Who would sit in a group that is held in a certain pattern.

use super::placements::Placement;
use super::rules::members;
use super::world::{
    Appointment, GroupKey, PersonKey, Plan, SingleKey, Table, World, week_of, weekday_of,
};

type Singles = Table<SingleKey, Option<Appointment>>;

/// Sessions of the pattern the person cannot come to.
pub(super) fn missed(world: &World, pattern: &Placement, person: PersonKey) -> u32 {
    (members::blocked_weeks(world, person, pattern.weekday, pattern.span) & pattern.held).count()
}

/// H4, H16, H17, H18, H20: the person may sit in the group as far as it goes without the others.
pub(super) fn suits(
    world: &World,
    singles: &Singles,
    group: GroupKey,
    pattern: &Placement,
    person: PersonKey,
) -> bool {
    let known = &world.groups[group];
    let pattern = *pattern;
    let on = move |day| weekday_of(day) == pattern.weekday && pattern.held.has(week_of(day));
    members::in_the_right_place(world, known, person)
        && members::understands(world, known, person)
        && members::secure(world, pattern.room, person)
        && members::stays(world, person, pattern.last_day())
        && members::may_miss(known, missed(world, &pattern, person))
        && members::own_events_on(world, singles, person, on, pattern.span)
            .next()
            .is_none()
}

/// People for a pattern out of a pool: the heaviest wishes first, then few missed sessions; nobody together with
/// somebody he or she is separated from.
pub(super) fn choose(
    world: &World,
    singles: &Singles,
    group: GroupKey,
    pattern: &Placement,
    pool: &[PersonKey],
) -> Vec<PersonKey> {
    let mut able: Vec<PersonKey> = pool
        .iter()
        .copied()
        .filter(|person| suits(world, singles, group, pattern, *person))
        .collect();
    able.sort_by_key(|person| {
        let prio = world.people[*person].prio;
        (
            std::cmp::Reverse(prio),
            missed(world, pattern, *person),
            *person,
        )
    });
    let most = members::most(world, &world.groups[group], pattern.room);
    let mut chosen: Vec<PersonKey> = Vec::new();
    for person in able {
        if chosen.len() < most
            && !chosen
                .iter()
                .any(|other| members::separated(world, *other, person))
        {
            chosen.push(person);
        }
    }
    chosen
}

/// Everybody who waits and has no place in another group of the plan.
pub(super) fn pool(world: &World, plan: &Plan, group: GroupKey) -> Vec<PersonKey> {
    let known = &world.groups[group];
    let elsewhere = |person: &PersonKey| {
        plan.groups
            .iter()
            .filter(|(key, _)| *key != group)
            .any(|(_, course)| {
                course
                    .as_ref()
                    .is_some_and(|one| one.members.contains(person))
            })
    };
    world
        .people
        .keys()
        .filter(|person| {
            world.people[*person].waits
                && members::in_the_right_place(world, known, *person)
                && members::understands(world, known, *person)
                && !elsewhere(person)
        })
        .collect()
}
