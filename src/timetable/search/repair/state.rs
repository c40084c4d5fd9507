//! A published plan while it is repaired: every change keeps bookings and objective up to date and can be taken back.

use super::super::super::bookings::{Bookings, Event};
use super::super::super::objective::{
    self, MEMBER_DROPPED, MEMBER_MOVED, MISSED, SKIPPED, delay, missed, session_cancelled,
    session_change, single_change, size_deviation, waiting,
};
use super::super::super::rules::{members, occupancy, series};
use super::super::super::world::{
    Appointment, Course, Day, GroupKey, PersonKey, Plan, Session, SingleKey, Table, World,
};
use super::places;

/// What a draft is worth, in the order in which it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Worth {
    /// Sessions without a place, and courses with too few members.
    pub(super) open: i64,
    /// As in the objective.
    pub(super) service: i64,
    /// As in the objective.
    pub(super) stability: i64,
    /// As in the objective.
    pub(super) quality: i64,
    /// As in the objective.
    pub(super) cost: i64,
}

/// A change, told by what was there before.
enum Undo {
    Session(GroupKey, usize, Session, bool),
    Person(PersonKey, Option<GroupKey>),
    Single(SingleKey, Option<Appointment>),
    Opened(GroupKey),
    Cancelled(GroupKey, Course, Vec<usize>),
}

/// The plan in work.
pub(super) struct Draft<'w> {
    pub(super) world: &'w World,
    pub(super) published: &'w Plan,
    pub(super) now: Day,
    pub(super) plan: Plan,
    pub(super) bookings: Bookings,
    pub(super) place: Table<PersonKey, Option<GroupKey>>,
    /// Sessions without a place; they keep their old day so that their neighbours stay in order.
    pub(super) open: Vec<(GroupKey, usize)>,
    before: Table<PersonKey, Option<GroupKey>>,
    parts: Table<GroupKey, Part>,
    short: i64,
    service: i64,
    stability: i64,
    quality: i64,
    log: Vec<Undo>,
}

/// What one group adds to the objective.
#[derive(Clone, Copy, Default)]
struct Part {
    short: i64,
    stability: i64,
    quality: i64,
}

impl<'w> Draft<'w> {
    /// The published plan with everything that no longer fits taken out.
    pub(super) fn new(world: &'w World, published: &'w Plan) -> Self {
        let now = world.now();
        let mut before = Table::like(&world.people, None);
        for (group, course) in published.groups.iter() {
            for member in course.iter().flat_map(|course| &course.members) {
                before[*member] = Some(group);
            }
        }
        let mut draft = Self {
            world,
            published,
            now,
            plan: published.clone(),
            bookings: Bookings::new(world),
            place: before.clone(),
            open: Vec::new(),
            before,
            parts: Table::like(&world.groups, Part::default()),
            short: 0,
            service: 0,
            stability: 0,
            quality: 0,
            log: Vec::new(),
        };
        draft.service = objective::score(world, published).service;
        draft.enter_everything();
        for group in world.groups.keys() {
            draft.refresh(group);
        }
        for (single, appointment) in published.singles.iter() {
            if let Some(appointment) = appointment {
                draft.quality += delay(world, single, appointment.day);
            }
        }
        draft.put_out_members();
        draft
    }

    /// Books what is past, then every event that still fits; the others are left open.
    fn enter_everything(&mut self) {
        let world = self.world;
        let mut later = Vec::new();
        for (group, course) in self.published.groups.iter() {
            for (number, session) in course
                .iter()
                .flat_map(|one| one.sessions.iter().enumerate())
            {
                if session.day < self.now {
                    self.bookings
                        .add(world, &Event::session(world, group, number, session));
                } else {
                    later.push((group, number, *session));
                }
            }
        }
        for (single, appointment) in self.published.singles.iter() {
            let Some(appointment) = appointment else {
                continue;
            };
            let event = Event::single(world, single, appointment);
            let stays = appointment.day < self.now
                || (places::single_allowed(world, single, appointment)
                    && occupancy::leaves_room(world, &self.bookings, &event));
            if stays {
                self.bookings.add(world, &event);
            } else {
                self.plan.singles[single] = None;
                self.service += i64::from(world.singles[single].prio);
                self.quality -= delay(world, single, appointment.day);
            }
        }
        for (group, number, session) in later {
            let event = Event::session(world, group, number, &session);
            let neighbours = self.plan.groups[group].as_ref().is_some_and(|course| {
                places::in_series(world, group, course, self.now, number, &session)
            });
            if neighbours
                && places::session_allowed(world, group, &session)
                && occupancy::leaves_room(world, &self.bookings, &event)
            {
                self.bookings.add(world, &event);
            } else {
                self.open.push((group, number));
            }
        }
    }

    /// Members who may no longer be members lose their place.
    fn put_out_members(&mut self) {
        for group in self.world.groups.keys() {
            let Some(course) = &self.plan.groups[group] else {
                continue;
            };
            for member in course.members.clone() {
                if !self.may_stay(group, member) {
                    self.set_person(member, None);
                }
            }
        }
        self.log.clear();
    }

    /// H3, H4, H16 to H20 for a member of a running course.
    pub(super) fn may_stay(&self, group: GroupKey, person: PersonKey) -> bool {
        let (world, known) = (self.world, &self.world.groups[group]);
        let Some(course) = &self.plan.groups[group] else {
            return false;
        };
        let coming = || course.sessions.iter().filter(|one| one.day >= self.now);
        members::in_the_right_place(world, known, person)
            && members::understands(world, known, person)
            && course
                .last_day()
                .is_some_and(|last| members::stays(world, person, last))
            && members::may_miss(known, missed(world, known.minutes, course, person))
            && coming().all(|one| {
                members::secure(world, one.room, person)
                    && members::own_events(
                        world,
                        &self.plan.singles,
                        person,
                        one.day,
                        one.span(known.minutes),
                    )
                    .next()
                    .is_none()
            })
            && !course
                .members
                .iter()
                .any(|other| members::separated(world, *other, person))
    }

    /// A person may join: the course has not begun and has a seat.
    pub(super) fn may_join(&self, group: GroupKey, person: PersonKey) -> bool {
        let Some(course) = &self.plan.groups[group] else {
            return false;
        };
        !series::has_started(course, self.now)
            && course.sessions.iter().all(|one| {
                course.members.len()
                    < members::most(self.world, &self.world.groups[group], one.room)
            })
            && self.may_stay(group, person)
    }

    /// Whether a member can be spared (the minimum does not count once a course has begun).
    pub(super) fn may_leave(&self, group: GroupKey) -> bool {
        self.plan.groups[group].as_ref().is_none_or(|course| {
            course.members.len() > self.world.groups[group].min
                || series::has_started(course, self.now)
        })
    }

    pub(super) fn worth(&self) -> Worth {
        Worth {
            open: i64::try_from(self.open.len()).unwrap_or(i64::MAX / 2) + self.short,
            service: self.service,
            stability: self.stability,
            quality: self.quality,
            cost: objective::cost(self.bookings.travel(), self.bookings.busiest()),
        }
    }

    pub(super) fn plan(&self) -> Plan {
        self.plan.clone()
    }

    pub(super) fn course(&self, group: GroupKey) -> Option<&Course> {
        self.plan.groups[group].as_ref()
    }

    pub(super) fn session(&self, group: GroupKey, number: usize) -> Option<Session> {
        self.course(group)?.sessions.get(number).copied()
    }

    /// The session as it was published.
    pub(super) fn old_session(&self, group: GroupKey, number: usize) -> Option<Session> {
        self.published.groups[group]
            .as_ref()?
            .sessions
            .get(number)
            .copied()
    }

    /// Counts a group's part of the objective anew.
    fn refresh(&mut self, group: GroupKey) {
        let known = &self.world.groups[group];
        let mut part = Part::default();
        let old = self.published.groups[group].as_ref();
        if let Some(course) = &self.plan.groups[group] {
            let few = course.members.len() < known.min && !series::has_started(course, self.now);
            part.short = i64::from(few);
            part.quality = size_deviation(course.members.len(), known.ideal)
                + SKIPPED * i64::from(series::skipped(series::weeks_of(course)));
            for member in &course.members {
                part.quality += waiting(self.world.people[*member].prio, course.begins())
                    + MISSED * i64::from(missed(self.world, known.minutes, course, *member));
            }
            let pairs = old
                .iter()
                .flat_map(|old| old.sessions.iter().zip(&course.sessions));
            part.stability = pairs
                .filter(|(one, _)| one.day >= self.now)
                .map(|(one, two)| session_change(one, two))
                .sum();
        } else {
            part.short = i64::from(known.must_run);
            let lost = old.iter().flat_map(|old| &old.sessions);
            part.stability = lost
                .filter(|one| one.day >= self.now)
                .map(|_| session_cancelled())
                .sum();
        }
        let last = std::mem::replace(&mut self.parts[group], part);
        self.short += part.short - last.short;
        self.stability += part.stability - last.stability;
        self.quality += part.quality - last.quality;
    }

    pub(super) fn remember(&mut self) {
        self.log.clear();
    }

    pub(super) fn roll_back(&mut self) {
        while let Some(undo) = self.log.pop() {
            let before = self.log.len();
            match undo {
                Undo::Session(group, number, session, open) => {
                    self.set_session(group, number, session, open);
                }
                Undo::Person(person, group) => self.set_person(person, group),
                Undo::Single(single, appointment) => self.set_single(single, appointment),
                Undo::Opened(group) => self.close(group),
                Undo::Cancelled(group, course, open) => self.reopen(group, course, &open),
            }
            self.log.truncate(before);
        }
    }

    /// Takes a session out of the calendar; it keeps its day.
    pub(super) fn lift(&mut self, group: GroupKey, number: usize) {
        if let Some(session) = self.session(group, number) {
            self.set_session(group, number, session, true);
        }
    }

    /// Gives a session a place.
    pub(super) fn put(&mut self, group: GroupKey, number: usize, session: Session) {
        self.set_session(group, number, session, false);
    }

    fn set_session(&mut self, group: GroupKey, number: usize, session: Session, open: bool) {
        let Some(old) = self.session(group, number) else {
            return;
        };
        let place = self.open.iter().position(|one| *one == (group, number));
        self.log
            .push(Undo::Session(group, number, old, place.is_some()));
        match place {
            Some(place) => {
                self.open.swap_remove(place);
            }
            None => self
                .bookings
                .remove(self.world, &Event::session(self.world, group, number, &old)),
        }
        if let Some(there) = self.plan.groups[group]
            .as_mut()
            .and_then(|course| course.sessions.get_mut(number))
        {
            *there = session;
        }
        if open {
            self.open.push((group, number));
        } else {
            self.bookings.add(
                self.world,
                &Event::session(self.world, group, number, &session),
            );
        }
        if old != session {
            self.refresh(group);
        }
    }

    fn member_change(&self, person: PersonKey) -> i64 {
        match (self.before[person], self.place[person]) {
            (None, _) => 0,
            (Some(_), None) => MEMBER_DROPPED,
            (Some(old), Some(new)) => {
                if old == new {
                    0
                } else {
                    MEMBER_MOVED
                }
            }
        }
    }

    /// Puts a person into a course, or out of any.
    pub(super) fn set_person(&mut self, person: PersonKey, group: Option<GroupKey>) {
        let old = self.place[person];
        if old == group {
            return;
        }
        self.log.push(Undo::Person(person, old));
        self.stability -= self.member_change(person);
        let prio = i64::from(self.world.people[person].prio);
        let counts = self.world.people[person].waits;
        if let Some(from) = old {
            if let Some(course) = self.plan.groups[from].as_mut() {
                course.members.retain(|one| *one != person);
            }
            self.refresh(from);
            self.service += if counts { prio } else { 0 };
        }
        if let Some(to) = group {
            if let Some(course) = self.plan.groups[to].as_mut() {
                course.members.push(person);
            }
            self.refresh(to);
            self.service -= if counts { prio } else { 0 };
        }
        self.place[person] = group;
        self.stability += self.member_change(person);
    }

    fn single_part(&self, single: SingleKey) -> i64 {
        match (self.published.singles[single], self.plan.singles[single]) {
            (Some(old), Some(new)) if old.day >= self.now => single_change(&old, &new),
            _ => 0,
        }
    }

    /// Gives a one-to-one event another place, or none.
    pub(super) fn set_single(&mut self, single: SingleKey, appointment: Option<Appointment>) {
        let old = self.plan.singles[single];
        if old == appointment {
            return;
        }
        self.log.push(Undo::Single(single, old));
        let prio = i64::from(self.world.singles[single].prio);
        self.stability -= self.single_part(single);
        if let Some(old) = old {
            self.service += prio;
            self.quality -= delay(self.world, single, old.day);
            self.bookings
                .remove(self.world, &Event::single(self.world, single, &old));
        }
        self.plan.singles[single] = appointment;
        if let Some(new) = appointment {
            self.service -= prio;
            self.quality += delay(self.world, single, new.day);
            self.bookings
                .add(self.world, &Event::single(self.world, single, &new));
        }
        self.stability += self.single_part(single);
    }

    /// Opens a course nobody was told of; its members join afterwards.
    pub(super) fn open_course(&mut self, group: GroupKey, course: Course) {
        self.log.push(Undo::Opened(group));
        self.bookings.add_course(self.world, group, &course);
        self.plan.groups[group] = Some(course);
        self.refresh(group);
    }

    fn close(&mut self, group: GroupKey) {
        if let Some(course) = self.plan.groups[group].take() {
            self.bookings.remove_course(self.world, group, &course);
        }
        self.refresh(group);
    }

    /// Gives up a course that has not begun; its members lose their place.
    pub(super) fn cancel(&mut self, group: GroupKey) {
        let members = self
            .course(group)
            .map(|one| one.members.clone())
            .unwrap_or_default();
        for member in members {
            self.set_person(member, None);
        }
        let Some(course) = self.plan.groups[group].take() else {
            return;
        };
        let mut open = Vec::new();
        for (number, session) in course.sessions.iter().enumerate() {
            match self.open.iter().position(|one| *one == (group, number)) {
                Some(place) => {
                    self.open.swap_remove(place);
                    open.push(number);
                }
                None => self.bookings.remove(
                    self.world,
                    &Event::session(self.world, group, number, session),
                ),
            }
        }
        self.log.push(Undo::Cancelled(group, course, open));
        self.refresh(group);
    }

    fn reopen(&mut self, group: GroupKey, course: Course, open: &[usize]) {
        for (number, session) in course.sessions.iter().enumerate() {
            if open.contains(&number) {
                self.open.push((group, number));
            } else {
                let event = Event::session(self.world, group, number, session);
                self.bookings.add(self.world, &event);
            }
        }
        self.plan.groups[group] = Some(course);
        self.refresh(group);
    }
}
