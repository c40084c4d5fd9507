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
    pub(super) groups: Vec<GroupKey>,
    pub(super) near: Table<FacilityKey, Vec<GroupKey>>,
    pub(super) people: Vec<PersonKey>,
    pub(super) singles: Vec<SingleKey>,
    pub(super) crew: Vec<PersonKey>,
    pub(super) pool: Vec<(PersonKey, i64)>,
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

    pub(super) fn world(&self) -> &'w World {
        self.state.world
    }

    /// Tries one step at a temperature: a better state is kept, a worse one with the chance of Metropolis.
    pub fn step(&mut self, temperature: f64) {
        self.state.remember();
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

    /// Any pattern of a group; often one with the same weekday, time and room as `now`.
    fn draw(&mut self, group: GroupKey, now: Option<usize>) -> Option<usize> {
        let choices = &self.state.catalogue.groups[group];
        if let Some(now) = now
            && self.random.below(3) == 0
        {
            let (from, to) = choices.block(now);
            return Some(from + self.random.below(to - from));
        }
        let all = choices.placements.len();
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

    /// A group into another pattern.
    fn relocate(&mut self, group: GroupKey) -> bool {
        let now = self.state.chosen[group];
        let mut choice = None;
        let keep = self.random.below(2) == 0;
        let old = self.dissolve(group);
        let kept: &[PersonKey] = if keep { &old } else { &[] };
        for _ in 0..TRIES {
            let drawn = self.draw(group, now).filter(|drawn| Some(*drawn) != now);
            if let Some(drawn) = drawn
                && self.leaves_room(group, drawn)
                && self.crew(group, drawn, kept)
            {
                choice = Some(drawn);
                break;
            }
        }
        let Some(choice) = choice else { return false };
        self.settle(group, choice);
        self.adopt(&old);
        true
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
            .draw(group, self.state.chosen[group])
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
                Owner::Fixed(_) => return false,
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
                Owner::Fixed(_) => return false,
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
