//! Weekly patterns: every way in which a group may be held as far as calendar data go, and every place a one-to-one
//! event may have. Built from the rules; what other events take is not looked at here.

use super::rules::{calendar, series, singles, team};
use super::world::{
    Appointment, Day, GroupKey, RoomKey, SingleKey, Span, TrainerKey, Weeks, World,
};

/// A weekly pattern with a first week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placement {
    /// The weeks in which a session is held.
    pub held: Weeks,
    /// The minutes.
    pub span: Span,
    /// Where.
    pub room: RoomKey,
    /// Who holds it.
    pub team: [TrainerKey; 2],
    /// The weekday, 0 Monday .. 6 Sunday.
    pub weekday: u8,
}

impl Placement {
    /// The week of the first session.
    pub fn first_week(&self) -> i32 {
        self.held.lowest().unwrap_or(0)
    }

    /// The day of the last session.
    pub fn last_day(&self) -> Day {
        self.held.highest().unwrap_or(0) * 7 + Day::from(self.weekday)
    }

    /// The day of a week's session.
    pub fn day(&self, week: i32) -> Day {
        week * 7 + Day::from(self.weekday)
    }
}

/// A weekday and a time at which a prison lets groups meet.
pub fn slots(world: &World, group: GroupKey) -> Vec<(u8, Span)> {
    let known = &world.groups[group];
    starts(world, known.minutes, |weekday, span| {
        calendar::in_window(world, known.facility, weekday, span)
    })
}

fn starts(world: &World, minutes: u16, allowed: impl Fn(u8, Span) -> bool) -> Vec<(u8, Span)> {
    let mut found = Vec::new();
    for weekday in 0..7 {
        for from in (0..24 * 60u16).step_by(usize::from(world.grid)) {
            let span = Span::lasting(from, minutes);
            if calendar::on_grid(world, from) && allowed(weekday, span) {
                found.push((weekday, span));
            }
        }
    }
    found
}

/// The pairs that may hold a group (H5) and have been cleared for its prison at all (H7).
pub fn pairs(world: &World, group: GroupKey) -> Vec<[TrainerKey; 2]> {
    let known = &world.groups[group];
    let able: Vec<TrainerKey> = world
        .trainers
        .keys()
        .filter(|trainer| {
            team::qualified(world, *trainer, known.needs)
                && calendar::knows(world, *trainer, known.facility)
        })
        .collect();
    let mut pairs = Vec::new();
    for (place, one) in able.iter().enumerate() {
        for two in able.iter().skip(place + 1) {
            if team::may_lead(world, &[*one, *two]) && team::speaks(world, known, &[*one, *two]) {
                pairs.push([*one, *two]);
            }
        }
    }
    pairs
}

/// Every pattern of a group, sorted by weekday, time, room, pair and first week.
pub fn of_group(world: &World, group: GroupKey) -> Vec<Placement> {
    let known = &world.groups[group];
    let pairs = pairs(world, group);
    let mut found = Vec::new();
    for (weekday, span) in slots(world, group) {
        for room in &world.facilities[known.facility].rooms {
            if !calendar::room_serves_groups(world, *room)
                || !calendar::room_weekly_free(world, *room, weekday, span)
            {
                continue;
            }
            let place = calendar::place_weeks(world, known.facility, *room, weekday, span);
            for team in &pairs {
                if !team.iter().all(|trainer| {
                    calendar::in_hours(world, *trainer, weekday, span)
                        && team::within_limits(world, *trainer, span)
                }) {
                    continue;
                }
                let possible = place & calendar::team_weeks(world, known.facility, team, weekday);
                let (first, last) = known.start_weeks;
                for week in first..=last.min(i32::from(world.weeks)) {
                    if let Some(held) = series::held_weeks(possible, week, known.sessions)
                        && series::skips_allowed(known, held)
                    {
                        found.push(Placement {
                            held,
                            span,
                            room: *room,
                            team: *team,
                            weekday,
                        });
                    }
                }
            }
        }
    }
    found
}

/// Every place of a one-to-one event as far as calendar data go, in the order of days.
pub fn of_single(world: &World, single: SingleKey) -> Vec<Appointment> {
    let known = &world.singles[single];
    let slots = starts(world, known.minutes, |weekday, span| {
        calendar::in_window(world, known.facility, weekday, span)
    });
    let trainers: Vec<TrainerKey> = world
        .trainers
        .keys()
        .filter(|trainer| {
            team::qualified(world, *trainer, known.needs)
                && singles::right_trainer(known, *trainer)
                && calendar::knows(world, *trainer, known.facility)
        })
        .collect();
    let rooms: Vec<RoomKey> = world.facilities[known.facility]
        .rooms
        .iter()
        .copied()
        .filter(|room| singles::room_fits(world, single, *room))
        .collect();
    let mut found = Vec::new();
    for day in known.range.0.max(world.now()).max(0)..=known.range.1.min(world.end() - 1) {
        if !singles::day_allowed(world, known, day)
            || !calendar::is_open(world, known.facility, day)
            || !calendar::announced_leave_room(world, known.facility, day, 1)
        {
            continue;
        }
        let weekday = super::world::weekday_of(day);
        for (_, span) in slots.iter().filter(|(on, _)| *on == weekday) {
            if super::rules::members::blocked_on(world, known.person, day, *span) {
                continue;
            }
            for room in &rooms {
                if !calendar::room_free_on(world, *room, day, *span) {
                    continue;
                }
                for trainer in &trainers {
                    if calendar::trainer_free_on(world, *trainer, known.facility, day, *span)
                        && team::within_limits(world, *trainer, *span)
                    {
                        found.push(Appointment {
                            day,
                            start: span.from,
                            room: *room,
                            trainer: *trainer,
                        });
                    }
                }
            }
        }
    }
    found
}
