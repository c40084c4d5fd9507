//! Everything the search may choose from, worked out once: the patterns of every group, the places of every one-to-one
//! event, who may sit in which group and in which weeks he or she cannot come.

use super::super::placements::{self, Placement};
use super::super::rules::members;
use super::super::world::{Appointment, GroupKey, PersonKey, SingleKey, Span, Table, Weeks, World};

/// The choices of a whole instance.
#[derive(Debug)]
pub struct Catalogue {
    /// The choices of every group.
    pub groups: Table<GroupKey, Choices>,
    /// The places of every one-to-one event.
    pub singles: Table<SingleKey, Vec<Appointment>>,
}

/// The choices of a group.
#[derive(Debug)]
pub struct Choices {
    /// Patterns for which there are enough people, sorted by weekday, time, room, pair and first week.
    pub placements: Vec<Placement>,
    /// For every pattern, the place of its weekday and time in `slots`.
    slot_of: Vec<u16>,
    /// For every pattern, where the patterns of the same weekday, time and room begin and end.
    block_of: Vec<(u32, u32)>,
    /// People who wait and may sit in the group as far as place and language go.
    pub candidates: Vec<PersonKey>,
    /// For every slot and candidate the weeks in which he or she cannot come.
    blocked: Vec<Weeks>,
}

impl Choices {
    fn new(world: &World, group: GroupKey) -> Self {
        let known = &world.groups[group];
        let candidates: Vec<PersonKey> = world
            .people
            .keys()
            .filter(|person| {
                world.people[*person].waits
                    && members::in_the_right_place(world, known, *person)
                    && members::understands(world, known, *person)
            })
            .collect();
        let mut choices = Self {
            placements: Vec::new(),
            slot_of: Vec::new(),
            block_of: Vec::new(),
            candidates,
            blocked: Vec::new(),
        };
        let mut slots: Vec<(u8, Span)> = Vec::new();
        let mut block = 0;
        for placement in placements::of_group(world, group) {
            let slot = (placement.weekday, placement.span);
            if slots.last() != Some(&slot) {
                slots.push(slot);
                choices
                    .blocked
                    .extend(choices.candidates.iter().map(|person| {
                        members::blocked_weeks(world, *person, placement.weekday, placement.span)
                    }));
            }
            let index = slots.len() - 1;
            let able = (0..choices.candidates.len()).filter(|place| {
                choices.candidates.get(*place).is_some_and(|person| {
                    let missed = (choices.blocked_at(index, *place) & placement.held).count();
                    members::secure(world, placement.room, *person)
                        && members::stays(world, *person, placement.last_day())
                        && members::may_miss(known, missed)
                })
            });
            if able.count() < known.min {
                continue;
            }
            if let Some(last) = choices.placements.last()
                && (last.weekday, last.span, last.room)
                    != (placement.weekday, placement.span, placement.room)
            {
                choices.close(block);
                block = choices.placements.len();
            }
            choices.placements.push(placement);
            choices
                .slot_of
                .push(u16::try_from(index).unwrap_or(u16::MAX));
        }
        choices.close(block);
        choices
    }

    /// The patterns from `block` on share weekday, time and room.
    fn close(&mut self, block: usize) {
        let end = self.placements.len();
        let bounds = (
            u32::try_from(block).unwrap_or(0),
            u32::try_from(end).unwrap_or(0),
        );
        self.block_of.resize(end, bounds);
    }

    fn blocked_at(&self, slot: usize, candidate: usize) -> Weeks {
        self.blocked
            .get(slot * self.candidates.len() + candidate)
            .copied()
            .unwrap_or_default()
    }

    /// Weeks in which the candidate cannot come to this pattern.
    #[inline]
    pub fn blocked(&self, choice: usize, candidate: usize) -> Weeks {
        let slot = self.slot_of.get(choice).copied().unwrap_or(0);
        self.blocked_at(usize::from(slot), candidate)
    }

    /// The place of a person among the candidates.
    #[inline]
    pub fn candidate(&self, person: PersonKey) -> Option<usize> {
        self.candidates.binary_search(&person).ok()
    }

    /// The patterns with the same weekday, time and room.
    pub fn block(&self, choice: usize) -> (usize, usize) {
        self.block_of
            .get(choice)
            .map_or((0, 0), |(from, to)| (*from as usize, *to as usize))
    }
}

impl Catalogue {
    /// Works everything out.
    pub fn new(world: &World) -> Self {
        Self {
            groups: Table::new(
                world
                    .groups
                    .keys()
                    .map(|group| Choices::new(world, group))
                    .collect(),
            ),
            singles: Table::new(
                world
                    .singles
                    .keys()
                    .map(|single| placements::of_single(world, single))
                    .collect(),
            ),
        }
    }
}
