//! A plan while it is searched: every change keeps bookings and objective up to date and can be taken back.

use super::super::bookings::{Bookings, Event, Owner};
use super::super::objective::{self, MISSED, Objective, SKIPPED, delay, size_deviation, waiting};
use super::super::placements::Placement;
use super::super::rules::{members, series};
use super::super::world::{
    Appointment, Course, GroupKey, PersonKey, Plan, SingleKey, Table, World,
};
use super::catalogue::Catalogue;

/// A change, told by what was there before.
#[derive(Clone, Copy, Debug)]
enum Undo {
    Group(GroupKey, Option<usize>),
    Person(PersonKey, Option<GroupKey>),
    Single(SingleKey, Option<Appointment>),
}

/// What a plan is worth, in the order in which it counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Worth {
    /// Groups that must run and do not.
    pub missing: i64,
    /// As in the objective.
    pub service: i64,
    /// As in the objective.
    pub quality: i64,
    /// As in the objective.
    pub cost: i64,
}

/// A choice for everything: enough to come back to a state.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub(super) worth: Worth,
    groups: Vec<Option<usize>>,
    people: Vec<Option<GroupKey>>,
    singles: Vec<Option<Appointment>>,
}

/// A plan that is being searched.
pub struct State<'w> {
    pub(super) world: &'w World,
    pub(super) catalogue: &'w Catalogue,
    pub(super) bookings: Bookings,
    pub(super) chosen: Table<GroupKey, Option<usize>>,
    pub(super) members: Table<GroupKey, Vec<PersonKey>>,
    pub(super) place: Table<PersonKey, Option<GroupKey>>,
    pub(super) singles: Table<SingleKey, Option<Appointment>>,
    missing: i64,
    service: i64,
    quality: i64,
    log: Vec<Undo>,
}

impl<'w> State<'w> {
    /// A state in which nothing takes place.
    pub fn new(world: &'w World, catalogue: &'w Catalogue) -> Self {
        let nothing = Plan::empty(world);
        let all = objective_of_nothing(world, &nothing);
        Self {
            world,
            catalogue,
            bookings: Bookings::new(world),
            chosen: Table::like(&world.groups, None),
            members: Table::like(&world.groups, Vec::new()),
            place: Table::like(&world.people, None),
            singles: Table::like(&world.singles, None),
            missing: all.0,
            service: all.1,
            quality: 0,
            log: Vec::new(),
        }
    }

    /// What it is worth.
    #[inline]
    pub fn worth(&self) -> Worth {
        Worth {
            missing: self.missing,
            service: self.service,
            quality: self.quality,
            cost: objective::cost(self.bookings.travel(), self.bookings.busiest()),
        }
    }

    /// The pattern a group is held in.
    #[inline]
    pub fn placement(&self, group: GroupKey) -> Option<&'w Placement> {
        let choice = self.chosen[group]?;
        self.catalogue.groups[group].placements.get(choice)
    }

    /// From here on changes can be taken back.
    #[inline]
    pub fn remember(&mut self) {
        self.log.clear();
    }

    /// Takes every change back since [`State::remember`].
    pub fn roll_back(&mut self) {
        while let Some(undo) = self.log.pop() {
            let before = self.log.len();
            match undo {
                Undo::Group(group, choice) => self.set_group(group, choice),
                Undo::Person(person, group) => self.set_person(person, group),
                Undo::Single(single, appointment) => self.set_single(single, appointment),
            }
            self.log.truncate(before);
        }
    }

    /// Holds a group in another pattern, or not at all. It must have no members.
    pub fn set_group(&mut self, group: GroupKey, choice: Option<usize>) {
        let old = self.chosen[group];
        self.log.push(Undo::Group(group, old));
        if let Some(pattern) = self.placement(group) {
            self.quality -= self.empty_course(group, pattern);
            self.missing += i64::from(self.world.groups[group].must_run);
            self.book(group, pattern, false);
        }
        self.chosen[group] = choice;
        if let Some(pattern) = self.placement(group) {
            self.quality += self.empty_course(group, pattern);
            self.missing -= i64::from(self.world.groups[group].must_run);
            self.book(group, pattern, true);
        }
    }

    fn empty_course(&self, group: GroupKey, pattern: &Placement) -> i64 {
        size_deviation(0, self.world.groups[group].ideal)
            + SKIPPED * i64::from(series::skipped(pattern.held))
    }

    fn book(&mut self, group: GroupKey, pattern: &Placement, enter: bool) {
        let facility = self.world.groups[group].facility;
        for week in pattern.held.iter() {
            let event = Event {
                // The week tells sessions of one group apart as well as their number does.
                owner: Owner::Session(group, u8::try_from(week).unwrap_or(0)),
                day: pattern.day(week),
                span: pattern.span,
                facility,
                room: pattern.room,
                pair: pattern.team,
            };
            if enter {
                self.bookings.add(self.world, &event);
            } else {
                self.bookings.remove(self.world, &event);
            }
        }
    }

    /// Sessions a candidate would miss in a pattern of the group.
    #[inline]
    pub fn missed(&self, group: GroupKey, choice: usize, candidate: usize) -> u32 {
        let choices = &self.catalogue.groups[group];
        let held = choices.placements.get(choice).map(|one| one.held);
        (choices.blocked(choice, candidate) & held.unwrap_or_default()).count()
    }

    /// What a member adds to quality beside the size of the group.
    pub fn burden(&self, group: GroupKey, choice: usize, person: PersonKey) -> i64 {
        let choices = &self.catalogue.groups[group];
        let (Some(candidate), Some(pattern)) =
            (choices.candidate(person), choices.placements.get(choice))
        else {
            return 0;
        };
        waiting(self.world.people[person].prio, pattern.first_week())
            + MISSED * i64::from(self.missed(group, choice, candidate))
    }

    /// Puts a person into a group that is held, or out of any.
    pub fn set_person(&mut self, person: PersonKey, group: Option<GroupKey>) {
        let old = self.place[person];
        if old == group {
            return;
        }
        self.log.push(Undo::Person(person, old));
        if let Some(from) = old {
            self.quality += self.shift(from, person, false);
            self.members[from].retain(|one| *one != person);
            self.service += i64::from(self.world.people[person].prio);
        }
        self.place[person] = group;
        if let Some(to) = group {
            self.quality += self.shift(to, person, true);
            self.members[to].push(person);
            self.service -= i64::from(self.world.people[person].prio);
        }
    }

    /// Takes every member out of a group.
    pub fn clear(&mut self, group: GroupKey) {
        while let Some(member) = self.members[group].last().copied() {
            self.set_person(member, None);
        }
    }

    /// The change of quality when a person joins or leaves a group.
    fn shift(&self, group: GroupKey, person: PersonKey, joins: bool) -> i64 {
        let Some(choice) = self.chosen[group] else {
            return 0;
        };
        let (size, ideal) = (self.members[group].len(), self.world.groups[group].ideal);
        let burden = self.burden(group, choice, person);
        if joins {
            burden + size_deviation(size + 1, ideal) - size_deviation(size, ideal)
        } else {
            size_deviation(size.saturating_sub(1), ideal) - size_deviation(size, ideal) - burden
        }
    }

    /// Gives a one-to-one event another place, or none.
    pub fn set_single(&mut self, single: SingleKey, appointment: Option<Appointment>) {
        let old = self.singles[single];
        self.log.push(Undo::Single(single, old));
        let prio = i64::from(self.world.singles[single].prio);
        if let Some(appointment) = old {
            self.service += prio;
            self.quality -= delay(self.world, single, appointment.day);
            let event = Event::single(self.world, single, &appointment);
            self.bookings.remove(self.world, &event);
        }
        self.singles[single] = appointment;
        if let Some(appointment) = appointment {
            self.service -= prio;
            self.quality += delay(self.world, single, appointment.day);
            let event = Event::single(self.world, single, &appointment);
            self.bookings.add(self.world, &event);
        }
    }

    /// Whether a candidate may sit in this pattern of the group as far as time, room and release go, and with his or
    /// her own one-to-one events.
    #[inline]
    pub fn suits(&self, group: GroupKey, choice: usize, candidate: usize) -> bool {
        let choices = &self.catalogue.groups[group];
        let (Some(person), Some(pattern)) = (
            choices.candidates.get(candidate).copied(),
            choices.placements.get(choice),
        ) else {
            return false;
        };
        members::may_miss(
            &self.world.groups[group],
            self.missed(group, choice, candidate),
        ) && members::stays(self.world, person, pattern.last_day())
            && members::secure(self.world, pattern.room, person)
            && !self.busy(person, pattern)
    }

    fn busy(&self, person: PersonKey, pattern: &Placement) -> bool {
        let pattern = *pattern;
        let on = move |day| {
            super::super::world::weekday_of(day) == pattern.weekday
                && pattern.held.has(super::super::world::week_of(day))
        };
        members::own_events_on(self.world, &self.singles, person, on, pattern.span)
            .next()
            .is_some()
    }

    /// Remembers the state.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            worth: self.worth(),
            groups: self.chosen.values().to_vec(),
            people: self.place.values().to_vec(),
            singles: self.singles.values().to_vec(),
        }
    }

    /// Goes back to a remembered state.
    pub fn restore(&mut self, snapshot: &Snapshot) {
        for (person, group) in self.world.people.keys().zip(&snapshot.people) {
            if self.place[person] != *group {
                self.set_person(person, None);
            }
        }
        for (group, choice) in self.world.groups.keys().zip(&snapshot.groups) {
            if self.chosen[group] != *choice {
                self.clear(group);
                self.set_group(group, *choice);
            }
        }
        for (person, group) in self.world.people.keys().zip(&snapshot.people) {
            self.set_person(person, *group);
        }
        for (single, appointment) in self.world.singles.keys().zip(&snapshot.singles) {
            if self.singles[single] != *appointment {
                self.set_single(single, *appointment);
            }
        }
        self.log.clear();
    }

    /// The state as a plan.
    pub fn plan(&self) -> Plan {
        let mut plan = Plan::empty(self.world);
        for group in self.world.groups.keys() {
            plan.groups[group] = self.placement(group).map(|pattern| {
                let mut members = self.members[group].clone();
                members.sort_unstable();
                Course::weekly(pattern, members)
            });
        }
        plan.singles = self.singles.clone();
        plan
    }
}

/// Groups that must run, and the weight of everybody and everything that waits.
fn objective_of_nothing(world: &World, nothing: &Plan) -> (i64, i64) {
    let Objective { service, .. } = objective::score(world, nothing);
    let missing = world
        .groups
        .values()
        .iter()
        .filter(|one| one.must_run)
        .count();
    (i64::try_from(missing).unwrap_or(i64::MAX), service)
}
