//! The steps of the search: one group into another pattern, a group into a pattern that others hold, people between
//! groups, one-to-one events.

use super::super::bookings::{Event, Owner};
use super::super::objective::size_deviation;
use super::super::placements::Placement;
use super::super::rules::{members, occupancy};
use super::super::world::{
    Appointment, FacilityKey, GroupKey, PersonKey, SingleKey, Table, World, week_of, weekday_of,
};
use super::blockers::blockers;
use super::random::Random;
use super::state::{State, Worth};

/// Patterns that are looked at before a move is given up.
const TRIES: usize = 12;
/// Patterns that are compared when a group that was pushed out looks for a new one.
const SAMPLE: usize = 40;
/// Places that are tried for a one-to-one event.
const SINGLE_TRIES: usize = 16;
/// Events that may be pushed out at once.
const MOST_PUSHED: usize = 3;

/// How much each level of the objective weighs while searching.
#[derive(Clone, Copy, Debug)]
pub struct Weights {
    /// A group that must run and does not.
    pub missing: f64,
    /// A point of service.
    pub service: f64,
    /// A point of quality.
    pub quality: f64,
    /// A point of cost.
    pub cost: f64,
}

impl Weights {
    /// One number for a worth.
    #[expect(clippy::cast_precision_loss, reason = "the numbers are small")]
    pub fn energy(&self, worth: Worth) -> f64 {
        self.missing * worth.missing as f64
            + self.service * worth.service as f64
            + self.quality * worth.quality as f64
            + self.cost * worth.cost as f64
    }
}

/// A state with what the steps need.
pub struct Walker<'w> {
    pub(super) state: State<'w>,
    pub(super) random: Random,
    pub(super) weights: Weights,
    groups: Vec<GroupKey>,
    near: Table<FacilityKey, Vec<GroupKey>>,
    people: Vec<PersonKey>,
    singles: Vec<SingleKey>,
    crew: Vec<PersonKey>,
    pool: Vec<(PersonKey, i64)>,
}

impl<'w> Walker<'w> {
    /// A walker that begins at a state.
    pub fn new(state: State<'w>, random: Random, weights: Weights) -> Self {
        let (world, catalogue) = (state.world, state.catalogue);
        let able = |group: &GroupKey| !catalogue.groups[*group].placements.is_empty();
        let groups: Vec<GroupKey> = world.groups.keys().filter(able).collect();
        let mut near = Table::like(&world.facilities, Vec::new());
        for group in &groups {
            near[world.groups[*group].facility].push(*group);
        }
        let wanted = |person: &PersonKey| {
            let known = &world.people[*person];
            known.waits && !near[known.facility].is_empty()
        };
        Self {
            people: world.people.keys().filter(wanted).collect(),
            singles: world
                .singles
                .keys()
                .filter(|single| !catalogue.singles[*single].is_empty())
                .collect(),
            groups,
            near,
            state,
            random,
            weights,
            crew: Vec::new(),
            pool: Vec::new(),
        }
    }

    fn world(&self) -> &'w World {
        self.state.world
    }

    /// Tries one step at a temperature: a better state is kept, a worse one with the chance of Metropolis.
    pub fn step(&mut self, temperature: f64) {
        self.state.begin();
        let before = self.weights.energy(self.state.worth());
        let (groups, singles) = (self.groups.len() * 3, self.singles.len());
        let kind = self.random.below(groups + self.people.len() + singles);
        let changed = if kind < groups {
            let group = self.random.pick(&self.groups).copied();
            let dice = self.random.below(16);
            group.is_some_and(|group| match dice {
                0 => self.close(group),
                1..=3 => self.force(group),
                _ => self.relocate(group),
            })
        } else if kind < groups + self.people.len() {
            let person = self.random.pick(&self.people).copied();
            person.is_some_and(|person| self.rehouse(person))
        } else {
            let single = self.random.pick(&self.singles).copied();
            single.is_some_and(|single| self.reschedule(single))
        };
        if changed {
            let worse = self.weights.energy(self.state.worth()) - before;
            if worse <= 0.0 || self.random.unit() < (-worse / temperature).exp() {
                return;
            }
        }
        self.state.roll_back();
    }

    /// Any pattern of a group; often one with the same weekday, time and room as now.
    fn draw(&mut self, group: GroupKey) -> Option<usize> {
        let choices = &self.state.catalogue.groups[group];
        let all = choices.placements.len();
        if let Some(choice) = self.state.chosen[group]
            && self.random.below(3) == 0
        {
            let (from, to) = choices.block(choice);
            return Some(from + self.random.below(to - from));
        }
        (all > 0).then(|| self.random.below(all))
    }

    fn pattern(&self, group: GroupKey, choice: usize) -> Option<&'w Placement> {
        self.state.catalogue.groups[group].placements.get(choice)
    }

    fn leaves_room(&self, group: GroupKey, choice: usize) -> bool {
        let facility = self.world().groups[group].facility;
        self.pattern(group, choice).is_some_and(|pattern| {
            occupancy::leaves_room_weekly(self.world(), &self.state.bookings, facility, pattern)
        })
    }

    /// Chooses members for a pattern from those who have no place: old ones first if wanted, then by weight and by what
    /// they cost. `false` when there are too few.
    fn crew(&mut self, group: GroupKey, choice: usize, keep: &[PersonKey]) -> bool {
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
    fn settle(&mut self, group: GroupKey, choice: usize) {
        self.state.set_group(group, Some(choice));
        for place in 0..self.crew.len() {
            if let Some(person) = self.crew.get(place).copied() {
                self.state.set_person(person, Some(group));
            }
        }
    }

    fn dissolve(&mut self, group: GroupKey) -> Vec<PersonKey> {
        let old = self.state.members[group].clone();
        self.state.clear(group);
        if self.state.chosen[group].is_some() {
            self.state.set_group(group, None);
        }
        old
    }

    /// Finds other groups for people who lost their place.
    fn adopt(&mut self, people: &[PersonKey]) {
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

    fn has_place(&self, group: GroupKey, person: PersonKey) -> bool {
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

    /// A group into another pattern.
    fn relocate(&mut self, group: GroupKey) -> bool {
        let now = self.state.chosen[group];
        let mut choice = None;
        let keep = self.random.below(2) == 0;
        let first = self.draw(group);
        let old = self.dissolve(group);
        for attempt in 0..TRIES {
            let drawn = if attempt == 0 {
                first
            } else {
                self.draw_like(group, now)
            };
            let Some(drawn) = drawn.filter(|drawn| Some(*drawn) != now) else {
                continue;
            };
            let kept: &[PersonKey] = if keep { &old } else { &[] };
            if self.leaves_room(group, drawn) && self.crew(group, drawn, kept) {
                choice = Some(drawn);
                break;
            }
        }
        let Some(choice) = choice else { return false };
        self.settle(group, choice);
        self.adopt(&old);
        true
    }

    fn draw_like(&mut self, group: GroupKey, now: Option<usize>) -> Option<usize> {
        let choices = &self.state.catalogue.groups[group];
        match now {
            Some(now) if self.random.below(3) == 0 => {
                let (from, to) = choices.block(now);
                Some(from + self.random.below(to - from))
            }
            _ => {
                let all = choices.placements.len();
                (all > 0).then(|| self.random.below(all))
            }
        }
    }

    /// A group is not held; its members look for another one.
    fn close(&mut self, group: GroupKey) -> bool {
        if self.state.chosen[group].is_none() {
            return false;
        }
        let old = self.dissolve(group);
        self.adopt(&old);
        true
    }

    /// A group into a pattern that up to three others hold; they look for new places.
    fn force(&mut self, group: GroupKey) -> bool {
        let Some(choice) = self
            .draw(group)
            .filter(|one| Some(*one) != self.state.chosen[group])
        else {
            return false;
        };
        let facility = self.world().groups[group].facility;
        let mut loose = self.dissolve(group);
        let Some(pattern) = self.pattern(group, choice) else {
            return false;
        };
        let pushed = blockers(
            self.world(),
            &self.state.bookings,
            facility,
            pattern,
            &mut self.random,
        );
        let Some(pushed) = pushed.filter(|pushed| pushed.len() <= MOST_PUSHED) else {
            return false;
        };
        for owner in &pushed {
            match owner {
                Owner::Session(other, _) => loose.extend(self.dissolve(*other)),
                Owner::Single(single) => self.state.set_single(*single, None),
            }
        }
        if !self.leaves_room(group, choice) || !self.crew(group, choice, &[]) {
            return false;
        }
        self.settle(group, choice);
        for owner in pushed {
            match owner {
                Owner::Session(other, _) => {
                    self.house(other, SAMPLE);
                }
                Owner::Single(single) => {
                    self.reschedule(single);
                }
            }
        }
        self.adopt(&loose);
        true
    }

    /// Looks for the best of some random patterns for a group that is not held.
    pub(super) fn house(&mut self, group: GroupKey, sample: usize) -> bool {
        let count = self.state.catalogue.groups[group].placements.len();
        let mut best: Option<(f64, usize)> = None;
        for _ in 0..sample.min(count * 2) {
            let choice = self.random.below(count);
            if !self.leaves_room(group, choice) || !self.crew(group, choice, &[]) {
                continue;
            }
            let value = self.estimate(group, choice);
            if best.is_none_or(|(known, _)| value < known) {
                best = Some((value, choice));
            }
        }
        let Some((_, choice)) = best else {
            return false;
        };
        if !self.crew(group, choice, &[]) {
            return false;
        }
        self.settle(group, choice);
        true
    }

    /// What holding a group with the members chosen last would add, travel taken from home every time.
    fn estimate(&self, group: GroupKey, choice: usize) -> f64 {
        let Some(pattern) = self.pattern(group, choice) else {
            return f64::INFINITY;
        };
        let mut worth = Worth::default();
        for person in &self.crew {
            worth.service -= i64::from(self.world().people[*person].prio);
            worth.quality += self.state.burden(group, choice, *person);
        }
        let known = &self.world().groups[group];
        worth.quality += size_deviation(self.crew.len(), known.ideal);
        let trips: u32 = pattern
            .team
            .iter()
            .map(|trainer| self.world().round_trip(*trainer, known.facility))
            .sum();
        worth.cost += i64::from(trips) * i64::from(pattern.held.count()) / 15;
        self.weights.energy(worth)
    }

    /// A person into another group, into a full one in exchange for others, or out.
    fn rehouse(&mut self, person: PersonKey) -> bool {
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

    /// A one-to-one event to another place.
    pub(super) fn reschedule(&mut self, single: SingleKey) -> bool {
        let places = &self.state.catalogue.singles[single];
        let old = self.state.singles[single];
        if old.is_some() {
            self.state.set_single(single, None);
        }
        for _ in 0..SINGLE_TRIES {
            let Some(place) = self
                .random
                .pick(places)
                .copied()
                .filter(|one| Some(*one) != old)
            else {
                continue;
            };
            if self.single_fits(single, &place) {
                self.state.set_single(single, Some(place));
                return true;
            }
        }
        if let Some(place) = old
            && self.single_fits(single, &place)
        {
            self.state.set_single(single, old);
        }
        false
    }

    pub(super) fn single_fits(&self, single: SingleKey, place: &Appointment) -> bool {
        let world = self.world();
        let event = Event::single(world, single, place);
        let person = world.singles[single].person;
        if !occupancy::leaves_room(world, &self.state.bookings, &event)
            || members::own_events(world, &self.state.singles, person, event.day, event.span)
                .next()
                .is_some()
        {
            return false;
        }
        // H20: the person's group must not meet at that time.
        self.state.place[person]
            .and_then(|group| self.state.placement(group))
            .is_none_or(|pattern| {
                pattern.weekday != weekday_of(event.day)
                    || !pattern.held.has(week_of(event.day))
                    || !pattern.span.overlaps(event.span)
            })
    }
}
