//! Who may hold an event (H5), and the limits of a trainer's day and week as far as one event goes (part of H9).

use super::super::measure;
use super::super::world::{Group, Span, TrainerKey, Traits, World};

/// H5: has all qualifications.
pub fn qualified(world: &World, trainer: TrainerKey, needs: Traits) -> bool {
    world.trainers[trainer].quals.cover(needs)
}

/// H5: one of the two may lead.
pub fn may_lead(world: &World, team: &[TrainerKey; 2]) -> bool {
    team.iter().any(|trainer| world.trainers[*trainer].lead)
}

/// H5: one of the two speaks the group's language.
pub fn speaks(world: &World, group: &Group, team: &[TrainerKey; 2]) -> bool {
    measure::spoken(team, |trainer| {
        world.trainers[*trainer].langs.meet(group.lang)
    })
}

/// H5: two different people.
pub fn are_two(team: &[TrainerKey; 2]) -> bool {
    let [one, two] = team;
    one != two
}

/// H5 as a whole: this pair may hold this group.
pub fn may_hold(world: &World, group: &Group, team: &[TrainerKey; 2]) -> bool {
    are_two(team)
        && may_lead(world, team)
        && speaks(world, group, team)
        && team
            .iter()
            .all(|trainer| qualified(world, *trainer, group.needs))
}

/// H9: the event alone does not exceed the trainer's day and week.
pub fn within_limits(world: &World, trainer: TrainerKey, span: Span) -> bool {
    let known = &world.trainers[trainer];
    known.max_day > 0 && u32::from(span.to - span.from) <= known.max_week
}
