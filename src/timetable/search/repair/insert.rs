//! Giving sessions and one-to-one events the free place that changes least.

use std::cell::Cell;

use super::super::super::bookings::Event;
use super::super::super::objective::{MISSED, delay, session_change, single_change, waiting};
use super::super::super::rules::{members, occupancy};
use super::super::super::world::{
    Appointment, Course, GroupKey, PersonKey, Session, SingleKey, week_of,
};
use super::state::Draft;
use super::steps::{COST, Mender, QUALITY, STABILITY, whole};

impl Mender<'_> {
    /// Gives an open session the free place that changes least.
    pub(super) fn insert(&mut self, group: GroupKey, number: usize) -> bool {
        let Some(session) = self.best_place(group, number) else {
            return false;
        };
        self.draft.put(group, number, session);
        true
    }

    pub(super) fn best_place(&mut self, group: GroupKey, number: usize) -> Option<Session> {
        let draft = &self.draft;
        let world = draft.world;
        let (course, means) = (draft.course(group)?, self.means[group].as_ref()?);
        let known = &world.groups[group];
        let old = draft.old_session(group, number);
        let last = number + 1 == course.sessions.len();
        // Sessions every member misses anyway, this one left out.
        let spare: Vec<u32> = course
            .members
            .iter()
            .map(|member| missed_but(draft, course, known.minutes, number, *member))
            .collect();
        let weight: i64 = course
            .members
            .iter()
            .map(|member| waiting(world.people[*member].prio, 1))
            .sum();
        let random = &mut self.random;
        let best: Cell<Option<(f64, Session)>> = Cell::new(None);
        let beaten = |value: f64| best.get().is_some_and(|(known, _)| value >= known);
        let change_of = |session: &Session| {
            old.map_or(0.0, |old| STABILITY * whole(session_change(&old, session)))
        };
        // With the trainers of old: what day, time and room change at least.
        let worth_it = |session: &Session| {
            let trainers = old.map_or(session.trainers, |old| old.trainers);
            !beaten(change_of(&Session {
                trainers,
                ..*session
            }))
        };
        means.sessions(
            world,
            group,
            course,
            (draft.now, number),
            worth_it,
            |session| {
                let mut value = change_of(session);
                if beaten(value) {
                    return;
                }
                let span = session.span(known.minutes);
                if course.members.len() > members::seats(world, session.room) {
                    return;
                }
                for (member, other) in course.members.iter().zip(&spare) {
                    let blocked = members::blocked_on(world, *member, session.day, span);
                    let fits = members::may_miss(known, other + u32::from(blocked))
                        && members::secure(world, session.room, *member)
                        && (!last || members::stays(world, *member, session.day))
                        && members::own_events(
                            world,
                            &draft.plan.singles,
                            *member,
                            session.day,
                            span,
                        )
                        .next()
                        .is_none();
                    if !fits {
                        return;
                    }
                    value += QUALITY * whole(MISSED * i64::from(blocked));
                }
                if number == 0 {
                    value += QUALITY * whole(weight * i64::from(week_of(session.day)));
                }
                for trainer in session.trainers {
                    let there = draft.bookings.trainer_day(trainer, session.day);
                    if !there.iter().any(|one| one.facility == known.facility) {
                        value += COST * f64::from(world.round_trip(trainer, known.facility)) / 15.0;
                    }
                }
                value += 0.01 * random.unit();
                if beaten(value) {
                    return;
                }
                let event = Event::session(world, group, number, session);
                if occupancy::leaves_room(world, &draft.bookings, &event) {
                    best.set(Some((value, *session)));
                }
            },
        );
        best.get().map(|(_, session)| session)
    }

    /// Gives a one-to-one event without a date the free place that changes least.
    pub(super) fn insert_single(&mut self, single: SingleKey) -> bool {
        let draft = &self.draft;
        let old = draft.published.singles[single];
        let mut best: Option<(f64, Appointment)> = None;
        for place in &self.singles[single] {
            let change = old.map_or(0, |old| single_change(&old, place));
            let mut value = STABILITY * whole(change)
                + QUALITY * whole(delay(draft.world, single, place.day))
                + 0.01 * self.random.unit();
            let facility = draft.world.singles[single].facility;
            let there = draft.bookings.trainer_day(place.trainer, place.day);
            if !there.iter().any(|one| one.facility == facility) {
                value += COST * f64::from(draft.world.round_trip(place.trainer, facility)) / 15.0;
            }
            if best.is_none_or(|(known, _)| value < known) && single_fits(draft, single, place) {
                best = Some((value, *place));
            }
        }
        let Some((_, place)) = best else { return false };
        self.draft.set_single(single, Some(place));
        true
    }
}

fn missed_but(
    draft: &Draft<'_>,
    course: &Course,
    minutes: u16,
    number: usize,
    person: PersonKey,
) -> u32 {
    let others = course.sessions.iter().enumerate().filter(|(place, one)| {
        *place != number && members::blocked_on(draft.world, person, one.day, one.span(minutes))
    });
    u32::try_from(others.count()).unwrap_or(u32::MAX)
}

/// H20: neither the person's course nor another one-to-one event is at that time.
pub(super) fn person_free(draft: &Draft<'_>, single: SingleKey, place: &Appointment) -> bool {
    let world = draft.world;
    let person = world.singles[single].person;
    let span = Event::single(world, single, place).span;
    let mut own = members::own_events(world, &draft.plan.singles, person, place.day, span);
    let group = draft.place[person];
    own.all(|other| other == single)
        && group.is_none_or(|group| {
            let minutes = world.groups[group].minutes;
            draft.course(group).is_none_or(|course| {
                !course
                    .sessions
                    .iter()
                    .any(|one| one.day == place.day && one.span(minutes).overlaps(span))
            })
        })
}

fn single_fits(draft: &Draft<'_>, single: SingleKey, place: &Appointment) -> bool {
    person_free(draft, single, place)
        && occupancy::leaves_room(
            draft.world,
            &draft.bookings,
            &Event::single(draft.world, single, place),
        )
}
