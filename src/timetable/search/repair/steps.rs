//! The steps of a repair: sessions and one-to-one events to the place that changes least, people into free seats, and
//! pushing others out for it.

use super::super::super::bookings::{Booking, Event, Owner};
use super::super::super::objective::session_change;
use super::super::super::placements;
use super::super::super::rules::{occupancy, series};
use super::super::super::world::{
    Appointment, GroupKey, PersonKey, Session, SingleKey, Table, week_of,
};
use super::super::random::Random;
use super::insert::person_free;
use super::places::Means;
use super::state::{Draft, Worth};

/// Weights of the levels while mending, far apart: a lower level never pays for a higher one.
const OPEN: f64 = 1e8;
const SERVICE: f64 = 1e5;
pub(super) const STABILITY: f64 = 100.0;
pub(super) const QUALITY: f64 = 1.0;
pub(super) const COST: f64 = 0.01;
/// Events that may be pushed out at once.
const MOST_PUSHED: usize = 3;

pub(super) fn whole(number: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "the numbers are small")]
    let number = number as f64;
    number
}

fn energy(worth: Worth) -> f64 {
    OPEN * whole(worth.open)
        + SERVICE * whole(worth.service)
        + STABILITY * whole(worth.stability)
        + QUALITY * whole(worth.quality)
        + COST * whole(worth.cost)
}

/// A draft with what the steps need.
pub(super) struct Mender<'w> {
    pub(super) draft: Draft<'w>,
    pub(super) random: Random,
    pub(super) means: Table<GroupKey, Option<Means>>,
    pub(super) singles: Table<SingleKey, Vec<Appointment>>,
    dated: Vec<SingleKey>,
    pub(super) people: Vec<PersonKey>,
    coming: Vec<(GroupKey, usize)>,
}

impl<'w> Mender<'w> {
    pub(super) fn new(draft: Draft<'w>, random: Random) -> Self {
        let (world, now) = (draft.world, draft.now);
        let means = world.groups.keys().map(|group| {
            let course = draft.course(group)?;
            Some(Means::new(world, group, Some(&course.team)))
        });
        let singles = Table::new(
            world
                .singles
                .keys()
                .map(|single| placements::of_single(world, single))
                .collect::<Vec<_>>(),
        );
        let past =
            |single: &SingleKey| draft.published.singles[*single].is_some_and(|one| one.day < now);
        let mut coming = Vec::new();
        for group in world.groups.keys() {
            let sessions = draft
                .course(group)
                .map_or(0, |course| course.sessions.len());
            let later = |number: &usize| {
                draft
                    .session(group, *number)
                    .is_some_and(|one| one.day >= now)
            };
            coming.extend((0..sessions).filter(later).map(|number| (group, number)));
        }
        // Only courses that have not begun can be joined or left for another.
        let joinable = |group: GroupKey| {
            draft
                .course(group)
                .is_none_or(|course| !series::has_started(course, now))
        };
        let open_places: Vec<_> = world
            .groups
            .keys()
            .filter(|group| joinable(*group))
            .map(|group| world.groups[group].facility)
            .collect();
        Self {
            means: Table::new(means.collect()),
            dated: world
                .singles
                .keys()
                .filter(|single| !past(single) && !singles[*single].is_empty())
                .collect(),
            people: world
                .people
                .keys()
                .filter(|person| open_places.contains(&world.people[*person].facility))
                .collect(),
            singles,
            coming,
            draft,
            random,
        }
    }

    /// Puts everything back that was taken out, and uses what is free anyway.
    pub(super) fn prepare(&mut self) {
        let mut open = self.draft.open.clone();
        open.sort_unstable();
        for (group, number) in open {
            self.insert(group, number);
        }
        for single in self.dated.clone() {
            if self.draft.plan.singles[single].is_none() {
                self.insert_single(single);
            }
        }
        for person in self.people.clone() {
            self.join(person);
        }
        for group in self.draft.world.groups.keys() {
            self.open_group(group);
        }
        for group in self.draft.world.groups.keys() {
            self.give_up(group);
        }
        self.draft.remember();
    }

    /// One step; a better draft is kept, a worse one with the chance of Metropolis.
    pub(super) fn step(&mut self, temperature: f64) {
        self.draft.remember();
        let before = energy(self.draft.worth());
        let changed = match self.random.below(8) {
            0..=2 => self.rearrange(),
            3 | 4 => self.force(),
            5 => self.move_single(),
            6 => self.push_in_single(),
            _ => self.move_person(),
        };
        if changed {
            let worse = energy(self.draft.worth()) - before;
            if worse <= 0.0 || self.random.unit() < (-worse / temperature).exp() {
                return;
            }
        }
        self.draft.roll_back();
    }

    /// Sessions that differ from what was published, or have no place.
    fn changed(&self) -> Vec<(GroupKey, usize)> {
        let differs = |(group, number): &(GroupKey, usize)| {
            self.draft.session(*group, *number) != self.draft.old_session(*group, *number)
        };
        let mut list: Vec<_> = self.coming.iter().copied().filter(differs).collect();
        list.extend(self.draft.open.iter().copied());
        list
    }

    /// Takes some sessions out and puts each back where it changes least.
    fn rearrange(&mut self) -> bool {
        let changed = self.changed();
        let count = 1 + self.random.below(3);
        let mut lifted = Vec::new();
        for _ in 0..count {
            let from = if self.random.below(3) > 0 {
                &changed
            } else {
                &self.coming
            };
            if let Some(one) = self.random.pick(from).copied()
                && !lifted.contains(&one)
                && self.draft.course(one.0).is_some()
            {
                self.draft.lift(one.0, one.1);
                lifted.push(one);
            }
        }
        self.random.shuffle(&mut lifted);
        let mut done = !lifted.is_empty();
        for (group, number) in lifted {
            done &= self.insert(group, number);
        }
        done
    }

    /// A changed session takes a place that changes little, its published one if it can; who is there has to go
    /// elsewhere.
    fn force(&mut self) -> bool {
        let changed = self.changed();
        let from = if self.random.below(8) > 0 {
            &changed
        } else {
            &self.coming
        };
        let Some((group, number)) = self.random.pick(from).copied() else {
            return false;
        };
        let Some(session) = self.wished(group, number) else {
            return false;
        };
        self.draft.lift(group, number);
        let event = Event::session(self.draft.world, group, number, &session);
        let Some(pushed) = self.push_out(&event) else {
            return false;
        };
        self.draft.put(group, number, session);
        let members = self.draft.course(group).map(|one| one.members.clone());
        let misfit = |person: &PersonKey| !self.draft.may_stay(group, *person);
        if members.iter().flatten().any(misfit) {
            return false;
        }
        self.put_back(pushed)
    }

    /// Any place of a session that changes no more than a limit chosen by chance, other events not looked at.
    fn wished(&mut self, group: GroupKey, number: usize) -> Option<Session> {
        let limit = [2, 2, 3, 4].get(self.random.below(4)).copied().unwrap_or(2);
        let draft = &self.draft;
        let (course, means) = (draft.course(group)?, self.means[group].as_ref()?);
        let old = draft.old_session(group, number)?;
        let now = course.sessions.get(number).copied();
        let least = |session: &Session| {
            session_change(
                &old,
                &Session {
                    trainers: old.trainers,
                    ..*session
                },
            ) <= limit
        };
        let mut places = Vec::new();
        let position = (draft.now, number);
        means.sessions(draft.world, group, course, position, least, |session| {
            if session_change(&old, session) <= limit && Some(*session) != now {
                places.push(*session);
            }
        });
        self.random.pick(&places).copied()
    }

    /// Takes out what stands in the way of an event.
    fn push_out(&mut self, event: &Event) -> Option<Vec<Owner>> {
        let mut pushed: Vec<Owner> = Vec::new();
        for _ in 0..=MOST_PUSHED {
            let Some(owner) = self.in_the_way(event) else {
                return occupancy::leaves_room(self.draft.world, &self.draft.bookings, event)
                    .then_some(pushed);
            };
            match owner {
                Owner::Session(group, number) => self.draft.lift(group, usize::from(number)),
                Owner::Single(single) => self.draft.set_single(single, None),
                Owner::Fixed(_) => return None,
            }
            pushed.push(owner);
        }
        None
    }

    fn in_the_way(&mut self, event: &Event) -> Option<Owner> {
        let (world, bookings) = (self.draft.world, &self.draft.bookings);
        let facility = event.facility;
        if let Some(one) = occupancy::in_room(bookings, event.room, event.day, event.span).next() {
            return Some(one.owner);
        }
        for trainer in event.trainers() {
            let near = (event.span, facility);
            if let Some(one) = occupancy::beside(world, bookings, trainer, event.day, near).next() {
                return Some(one.owner);
            }
            if occupancy::day_full(world, bookings, trainer, event.day) {
                return self.any(bookings.trainer_day(trainer, event.day).to_vec());
            }
            let minutes = event.span.to - event.span.from;
            let week = week_of(event.day);
            if occupancy::week_full(world, bookings, trainer, week, minutes) {
                let days = (week * 7..week * 7 + 7).filter(|day| *day >= self.draft.now);
                let all = days.flat_map(|day| bookings.trainer_day(trainer, day).to_vec());
                return self.any(all.collect());
            }
        }
        if occupancy::crowded(world, bookings, facility, event.day, &event.pair) {
            let mut there = bookings.facility_day(facility, event.day).to_vec();
            there.retain(|one| !event.pair.contains(&one.trainer));
            return self.any(there);
        }
        None
    }

    fn any(&mut self, bookings: Vec<Booking>) -> Option<Owner> {
        self.random.pick(&bookings).map(|one| one.owner)
    }

    fn put_back(&mut self, pushed: Vec<Owner>) -> bool {
        pushed.into_iter().all(|owner| match owner {
            Owner::Session(group, number) => self.insert(group, usize::from(number)),
            // Without a date is possible, if it is worth it.
            Owner::Single(single) => {
                self.insert_single(single);
                true
            }
            Owner::Fixed(_) => false,
        })
    }

    /// A one-to-one event to its best place.
    fn move_single(&mut self) -> bool {
        let Some(single) = self.random.pick(&self.dated).copied() else {
            return false;
        };
        self.draft.set_single(single, None);
        self.insert_single(single)
    }

    /// A one-to-one event without a date takes a place; who is there has to go elsewhere.
    fn push_in_single(&mut self) -> bool {
        let waiting: Vec<SingleKey> = self
            .dated
            .iter()
            .copied()
            .filter(|single| self.draft.plan.singles[*single].is_none())
            .collect();
        let Some(single) = self.random.pick(&waiting).copied() else {
            return false;
        };
        let Some(place) = self.random.pick(&self.singles[single]).copied() else {
            return false;
        };
        if !person_free(&self.draft, single, &place) {
            return false;
        }
        let event = Event::single(self.draft.world, single, &place);
        let Some(pushed) = self.push_out(&event) else {
            return false;
        };
        self.draft.set_single(single, Some(place));
        self.put_back(pushed)
    }
}
