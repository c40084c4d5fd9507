//! Who sits where: members for a pattern, places for those who lost theirs, people between groups.

use super::super::rules::members;
use super::super::world::{GroupKey, PersonKey};
use super::moves::Walker;

impl Walker<'_> {
    /// Chooses members for a pattern from those who have no place: old ones first if wanted, then by weight and by what
    /// they cost. `false` when there are too few.
    pub(super) fn crew(&mut self, group: GroupKey, choice: usize, keep: &[PersonKey]) -> bool {
        let known = &self.world().groups[group];
        let choices = &self.state.catalogue.groups[group];
        let Some(pattern) = choices.placements.get(choice) else {
            return false;
        };
        let most = members::most(self.world(), known, pattern.room);
        self.crew.clear();
        self.pool.clear();
        for (candidate, person) in choices.candidates.iter().enumerate() {
            let place = self.state.place[*person];
            if place.is_none_or(|other| self.spares(other))
                && self.state.suits(group, choice, candidate)
            {
                let prio = i64::from(self.world().people[*person].prio);
                let missed = i64::from(self.state.missed(group, choice, candidate));
                let kept = i64::from(keep.contains(person));
                let chance = i64::try_from(self.random.below(64)).unwrap_or(0);
                // Weight first, then few missed sessions; the rest by chance. Who sits elsewhere comes last.
                let key = match place {
                    None => -((kept * 1000 + prio) * 4096 - missed * 64 + chance),
                    Some(_) => missed * 64 + chance,
                };
                self.pool.push((*person, key));
            }
        }
        if self.pool.len() < known.min {
            return false;
        }
        self.pool.sort_unstable_by_key(|(_, key)| *key);
        for (person, _) in &self.pool {
            let place = self.state.place[*person];
            // People are taken out of other groups only as far as this one needs them to exist, and those can spare
            // them.
            let enough = if place.is_none() { most } else { known.min };
            if self.crew.len() >= enough {
                break;
            }
            if let Some(other) = place {
                let taken = self
                    .crew
                    .iter()
                    .filter(|one| self.state.place[**one] == place);
                if self.state.members[other].len() <= self.world().groups[other].min + taken.count()
                {
                    continue;
                }
            }
            if !self
                .crew
                .iter()
                .any(|other| members::separated(self.state.world, *other, *person))
            {
                self.crew.push(*person);
            }
        }
        self.crew.len() >= known.min
    }

    fn spares(&self, group: GroupKey) -> bool {
        self.state.members[group].len() > self.state.world.groups[group].min
    }

    /// Holds a group in a pattern with the members chosen last.
    pub(super) fn settle(&mut self, group: GroupKey, choice: usize) {
        self.state.set_group(group, Some(choice));
        for place in 0..self.crew.len() {
            if let Some(person) = self.crew.get(place).copied() {
                self.state.set_person(person, Some(group));
            }
        }
    }

    pub(super) fn dissolve(&mut self, group: GroupKey) -> Vec<PersonKey> {
        let old = self.state.members[group].clone();
        self.state.clear(group);
        if self.state.chosen[group].is_some() {
            self.state.set_group(group, None);
        }
        old
    }

    /// Finds other groups for people who lost their place.
    pub(super) fn adopt(&mut self, people: &[PersonKey]) {
        for person in people {
            if self.state.place[*person].is_none() {
                self.adopt_one(*person, None);
            }
        }
    }

    /// Gives a person a free place in a running group of the prison, other than `but`.
    fn adopt_one(&mut self, person: PersonKey, but: Option<GroupKey>) -> bool {
        let facility = self.world().people[person].facility;
        let count = self.near[facility].len();
        let offset = self.random.below(count);
        for step in 0..count {
            let Some(group) = self.near[facility].get((offset + step) % count).copied() else {
                continue;
            };
            if Some(group) != but && self.has_place(group, person) {
                self.state.set_person(person, Some(group));
                return true;
            }
        }
        false
    }

    fn suits(&self, group: GroupKey, person: PersonKey) -> bool {
        let candidate = self.state.catalogue.groups[group].candidate(person);
        self.state.chosen[group]
            .zip(candidate)
            .is_some_and(|(choice, candidate)| self.state.suits(group, choice, candidate))
    }

    pub(super) fn has_place(&self, group: GroupKey, person: PersonKey) -> bool {
        let Some(pattern) = self.state.placement(group) else {
            return false;
        };
        let there = &self.state.members[group];
        there.len() < members::most(self.world(), &self.world().groups[group], pattern.room)
            && self.suits(group, person)
            && !there
                .iter()
                .any(|other| members::separated(self.state.world, *other, person))
    }

    /// A person into another group, into a full one in exchange for others, or out.
    pub(super) fn rehouse(&mut self, person: PersonKey) -> bool {
        let world = self.world();
        let from = self.state.place[person];
        if let Some(group) = from
            && self.state.members[group].len() <= world.groups[group].min
            && self.random.below(2) == 0
        {
            return false;
        }
        let near = &self.near[world.people[person].facility];
        let Some(to) = self
            .random
            .pick(near)
            .copied()
            .filter(|to| Some(*to) != from)
        else {
            return false;
        };
        let Some(pattern) = self.state.placement(to) else {
            return false;
        };
        if !self.suits(to, person) {
            return false;
        }
        self.state.set_person(person, None);
        let mut out: Vec<PersonKey> = self.state.members[to]
            .iter()
            .copied()
            .filter(|other| members::separated(world, *other, person))
            .collect();
        let most = members::most(world, &world.groups[to], pattern.room);
        if out.is_empty() && self.state.members[to].len() >= most {
            out.extend(self.random.pick(&self.state.members[to]).copied());
        }
        for other in &out {
            self.state.set_person(*other, None);
        }
        self.state.set_person(person, Some(to));
        for other in &out {
            match from {
                Some(back) if self.has_place(back, *other) => {
                    self.state.set_person(*other, Some(back));
                }
                _ => {
                    self.adopt_one(*other, Some(to));
                }
            }
        }
        let enough = |group: GroupKey| self.state.members[group].len() >= world.groups[group].min;
        enough(to) && from.is_none_or(enough)
    }
}
