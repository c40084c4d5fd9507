//! People and whole courses while a plan is repaired.

use super::super::super::placements;
use super::super::super::rules::{members, occupancy, series};
use super::super::super::world::{Course, GroupKey, PersonKey};
use super::steps::Mender;

impl Mender<'_> {
    /// A course that cannot be saved is given up, if that is better than holding it against the rules.
    pub(super) fn give_up(&mut self, group: GroupKey) {
        let now = self.draft.now;
        let hopeless = self.draft.course(group).is_some_and(|course| {
            !series::has_started(course, now)
                && (course.members.len() < self.draft.world.groups[group].min
                    || self.draft.open.iter().any(|(one, _)| *one == group))
        });
        if hopeless && !self.draft.world.groups[group].must_run {
            self.draft.cancel(group);
        }
    }

    /// A person into a free seat of a course that has not begun.
    pub(super) fn join(&mut self, person: PersonKey) -> bool {
        if self.draft.place[person].is_some() || !self.draft.world.people[person].waits {
            return false;
        }
        let group = self
            .draft
            .world
            .groups
            .keys()
            .find(|group| self.draft.may_join(*group, person));
        if group.is_some() {
            self.draft.set_person(person, group);
        }
        group.is_some()
    }

    /// A person into another course, in exchange for somebody if it is full, or a course opened for those who wait.
    pub(super) fn move_person(&mut self) -> bool {
        let Some(person) = self.random.pick(&self.people).copied() else {
            return false;
        };
        let world = self.draft.world;
        let from = self.draft.place[person];
        if from.is_some_and(|group| !self.draft.may_leave(group)) {
            return false;
        }
        let facility = world.people[person].facility;
        let near: Vec<GroupKey> = world
            .groups
            .keys()
            .filter(|group| world.groups[*group].facility == facility && Some(*group) != from)
            .collect();
        let Some(to) = self.random.pick(&near).copied() else {
            return false;
        };
        if self.draft.course(to).is_none() {
            return self.open_group(to);
        }
        self.draft.set_person(person, None);
        if !self.draft.may_join(to, person) {
            let there = self
                .draft
                .course(to)
                .map(|one| one.members.clone())
                .unwrap_or_default();
            let Some(other) = self.random.pick(&there).copied() else {
                return false;
            };
            self.draft.set_person(other, None);
            if !self.draft.may_join(to, person) {
                return false;
            }
            self.draft.set_person(person, Some(to));
            self.join(other);
            return true;
        }
        self.draft.set_person(person, Some(to));
        true
    }

    /// Opens a course that was not published, if enough people wait and a weekly pattern fits.
    pub(super) fn open_group(&mut self, group: GroupKey) -> bool {
        let world = self.draft.world;
        let known = &world.groups[group];
        if self.draft.course(group).is_some() || self.draft.published.groups[group].is_some() {
            return false;
        }
        let waiting: Vec<PersonKey> = self
            .people
            .iter()
            .copied()
            .filter(|person| {
                self.draft.place[*person].is_none()
                    && world.people[*person].waits
                    && members::in_the_right_place(world, known, *person)
                    && members::understands(world, known, *person)
            })
            .collect();
        if waiting.len() < known.min {
            return false;
        }
        for pattern in placements::of_group(world, group) {
            if pattern.day(pattern.first_week()) < self.draft.now
                || !occupancy::leaves_room_weekly(
                    world,
                    &self.draft.bookings,
                    known.facility,
                    &pattern,
                )
            {
                continue;
            }
            self.draft
                .open_course(group, Course::weekly(&pattern, Vec::new()));
            for person in &waiting {
                if self.draft.may_join(group, *person) {
                    self.draft.set_person(*person, Some(group));
                }
            }
            let size = self.draft.course(group).map_or(0, |one| one.members.len());
            if size >= known.min {
                return true;
            }
            self.draft.cancel(group);
        }
        false
    }
}
