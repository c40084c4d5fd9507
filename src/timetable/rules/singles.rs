//! One-to-one events (H21), and the room they need (H3, H4).

use super::super::measure;
use super::super::world::{Day, RoomKey, Single, SingleKey, TrainerKey, World};

/// H21: between the first and the last day, and before the person leaves.
pub fn day_allowed(world: &World, single: &Single, day: Day) -> bool {
    in_range(single, day) && still_there(world, single, day)
}

/// H21: between the first and the last day.
pub fn in_range(single: &Single, day: Day) -> bool {
    (single.range.0..=single.range.1).contains(&day)
}

/// H21: before the person leaves.
pub fn still_there(world: &World, single: &Single, day: Day) -> bool {
    measure::stays(day, world.people[single.person].out)
}

/// H21: held by the one who has to.
pub fn right_trainer(single: &Single, trainer: TrainerKey) -> bool {
    single.trainer.is_none_or(|fixed| fixed == trainer)
}

/// H3: the room has a seat for everybody.
pub fn seats_suffice(world: &World, single: &Single, room: RoomKey) -> bool {
    !measure::overfull(2 + single.guests, world.rooms[room].cap)
}

/// H2, H3, H4: the event may be held in this room.
pub fn room_fits(world: &World, single: SingleKey, room: RoomKey) -> bool {
    let known = &world.singles[single];
    super::calendar::room_belongs(world, room, known.facility)
        && seats_suffice(world, known, room)
        && super::members::secure(world, room, known.person)
}
