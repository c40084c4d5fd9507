//! Where an event of a repair may go.

use super::super::super::placements;
use super::super::super::rules::{calendar, members, series, singles, team};
use super::super::super::world::{
    Appointment, Course, Day, GroupKey, Session, SingleKey, Span, TrainerKey, World, week_of,
    weekday_of,
};

/// H1, H2, H5, H6, H7 of a session, as far as calendar data go.
pub(super) fn session_allowed(world: &World, group: GroupKey, session: &Session) -> bool {
    let known = &world.groups[group];
    let span = session.span(known.minutes);
    place_allowed(world, group, session.day, span, session)
        && team::may_hold(world, known, &session.trainers)
        && session.trainers.iter().all(|trainer| {
            calendar::trainer_free_on(world, *trainer, known.facility, session.day, span)
                && team::within_limits(world, *trainer, span)
        })
}

fn place_allowed(world: &World, group: GroupKey, day: Day, span: Span, session: &Session) -> bool {
    let facility = world.groups[group].facility;
    calendar::in_horizon(world, day)
        && calendar::is_open(world, facility, day)
        && calendar::in_window(world, facility, weekday_of(day), span)
        && calendar::on_grid(world, span.from)
        && calendar::room_belongs(world, session.room, facility)
        && calendar::room_serves_groups(world, session.room)
        && calendar::room_free_on(world, session.room, day, span)
}

/// H1 to H7 and H21 of a one-to-one event.
pub(super) fn single_allowed(world: &World, single: SingleKey, place: &Appointment) -> bool {
    let known = &world.singles[single];
    let span = Span::lasting(place.start, known.minutes);
    calendar::in_horizon(world, place.day)
        && calendar::is_open(world, known.facility, place.day)
        && calendar::in_window(world, known.facility, weekday_of(place.day), span)
        && calendar::on_grid(world, span.from)
        && singles::room_fits(world, single, place.room)
        && calendar::room_free_on(world, place.room, place.day, span)
        && team::qualified(world, place.trainer, known.needs)
        && singles::right_trainer(known, place.trainer)
        && calendar::trainer_free_on(world, place.trainer, known.facility, place.day, span)
        && singles::day_allowed(world, known, place.day)
        && !members::blocked_on(world, known.person, place.day, span)
}

/// H11, H12, H13: the session fits between its neighbours, its week and the first week allowed.
pub(super) fn in_series(
    world: &World,
    group: GroupKey,
    course: &Course,
    now: Day,
    number: usize,
    session: &Session,
) -> bool {
    let before = number
        .checked_sub(1)
        .and_then(|place| course.sessions.get(place));
    let after = course.sessions.get(number + 1);
    let others = course
        .sessions
        .iter()
        .enumerate()
        .filter(|(place, one)| *place != number && week_of(one.day) == week_of(session.day));
    before.is_none_or(|one| series::gap_allowed(one.day, session.day))
        && after.is_none_or(|one| series::gap_allowed(session.day, one.day))
        && others.count() < series::MOST_PER_WEEK
        && series::continues(&course.team, session)
        && (number > 0
            || series::has_started(course, now)
            || series::may_start(&world.groups[group], week_of(session.day)))
}

/// What one group may use, worked out once.
pub(super) struct Means {
    slots: Vec<(u8, Span)>,
    pairs: Vec<[TrainerKey; 2]>,
}

impl Means {
    pub(super) fn new(world: &World, group: GroupKey, team: Option<&[TrainerKey; 2]>) -> Self {
        let mut pairs = placements::pairs(world, group);
        if let Some(team) = team {
            pairs.retain(|pair| pair.iter().any(|one| team.contains(one)));
        }
        Self {
            slots: placements::slots(world, group),
            pairs,
        }
    }

    /// Every place of a session between its neighbours that calendar data and series allow, the present day first.
    /// `worth_it` is asked about day, time and room before the pairs are tried.
    pub(super) fn sessions(
        &self,
        world: &World,
        group: GroupKey,
        course: &Course,
        (now, number): (Day, usize),
        worth_it: impl Fn(&Session) -> bool,
        mut visit: impl FnMut(&Session),
    ) {
        let Some(old) = course.sessions.get(number).copied() else {
            return;
        };
        let (least, most) = series::GAP_DAYS;
        let before = number
            .checked_sub(1)
            .and_then(|place| course.sessions.get(place));
        let after = course.sessions.get(number + 1);
        let from = before.map_or(now, |one| one.day + least).max(now);
        let from = after.map_or(from, |one| from.max(one.day - most));
        let to = after.map_or(world.end() - 1, |one| one.day - least);
        let to = before.map_or(to, |one| to.min(one.day + most));
        let days = std::iter::once(old.day)
            .filter(|day| (from..=to).contains(day))
            .chain((from..=to).filter(|day| *day != old.day));
        let facility = world.groups[group].facility;
        for day in days {
            if !calendar::is_open(world, facility, day) {
                continue;
            }
            for (_, span) in self.slots.iter().filter(|(on, _)| *on == weekday_of(day)) {
                for room in &world.facilities[facility].rooms {
                    let mut session = Session {
                        day,
                        start: span.from,
                        room: *room,
                        trainers: old.trainers,
                    };
                    if !worth_it(&session) || !place_allowed(world, group, day, *span, &session) {
                        continue;
                    }
                    for pair in &self.pairs {
                        session.trainers = *pair;
                        if in_series(world, group, course, now, number, &session)
                            && session.trainers.iter().all(|trainer| {
                                calendar::trainer_free_on(world, *trainer, facility, day, *span)
                                    && team::within_limits(world, *trainer, *span)
                            })
                        {
                            visit(&session);
                        }
                    }
                }
            }
        }
    }
}
