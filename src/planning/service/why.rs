//! Why a wish cannot be had, and what comes nearest to it.

use std::collections::BTreeSet;

use time::{Date, Duration, Weekday};

use super::{monday, set_up, today};
use crate::base::ids::{FacilityId, GroupId, GroupSessionId, RoomId, StaffId, TemplateId};
use crate::planning::Desk;
use crate::planning::rules::{Made, Order, Source, Wanted};
use crate::planning::store::facts::Talks;
use crate::store::{Result, Rows};
use crate::timetable::explain::wish;
use crate::timetable::placements::Placement;
use crate::timetable::rules::{Rule, Violation, wished_weeks};
use crate::timetable::world::{Key, RoomKey, Session, TrainerKey, World};

/// Weeks a wish is looked at: enough for the longest course.
const WEEKS: u8 = 60;
/// Weeks later in which alternatives may begin.
const LATER: i64 = 4;
/// What somebody wants for a group that is planned anew.
pub(crate) struct NewWish {
    pub facility: FacilityId,
    pub template: TemplateId,
    pub name: String,
    pub weekday: Weekday,
    pub start: u16,
    pub room: RoomId,
    pub trainers: [StaffId; 2],
    pub first_day: Date,
}

/// Where somebody wants to move a session.
pub(crate) struct MoveWish {
    pub facility: FacilityId,
    pub group: GroupId,
    pub session: GroupSessionId,
    pub day: Date,
    pub start: u16,
    pub room: RoomId,
}

/// A rule that is broken, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reason {
    pub rule: Rule,
    pub text: String,
}

/// What can be had instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Other {
    /// The day, of a whole group that of its first session.
    pub day: Date,
    pub start: u16,
    pub end: u16,
    pub room: (RoomId, String),
    pub trainers: Vec<(StaffId, String)>,
    /// The last day, of a whole group.
    pub last: Option<Date>,
}

/// The answer.
pub(crate) struct Why {
    pub reasons: Vec<Reason>,
    pub others: Vec<Other>,
    /// How many of those who wait could take part, and how many wait; of a whole group.
    pub seats: Option<(usize, usize)>,
    /// Why nothing can be computed for the template, if that is so; then all the rest is empty.
    pub unfit: Option<&'static str>,
}

/// The minutes a wish's start is a multiple of.
fn grid(start: u16) -> u16 {
    [30, 15, 5]
        .into_iter()
        .find(|grid| start.is_multiple_of(*grid))
        .unwrap_or(1)
}

fn reasons(violations: Vec<Violation>) -> Vec<Reason> {
    let mut all: Vec<Reason> = violations
        .into_iter()
        .map(|one| Reason {
            rule: one.rule,
            text: one.text,
        })
        .collect();
    all.dedup();
    all
}

fn team(made: &Made, team: &[TrainerKey]) -> Vec<(StaffId, String)> {
    team.iter()
        .filter_map(|key| made.trainers.get(key.place()).cloned())
        .collect()
}

fn weekly(made: &Made, world: &World, pattern: &Placement) -> Option<Other> {
    Some(Other {
        day: world.date(pattern.day(pattern.first_week())),
        start: pattern.span.from,
        end: pattern.span.to,
        room: made.rooms.get(pattern.room.place())?.clone(),
        trainers: team(made, &pattern.team),
        last: Some(world.date(pattern.last_day())),
    })
}

/// A weekly time for a group that is planned anew. `None`: nothing can be said, because room or trainers are unknown.
pub(crate) async fn of_new<R: Rows>(rows: &R, desk: &Desk, asked: &NewWish) -> Result<Option<Why>> {
    let wait = i64::from(asked.weekday.number_days_from_monday())
        - i64::from(asked.first_day.weekday().number_days_from_monday());
    let first = asked.first_day + Duration::days(wait.rem_euclid(7));
    let begin = monday(asked.first_day);
    let days = (begin, WEEKS);
    // Also those who may not come: that they may not is the answer.
    let staff = &asked.trainers;
    let facts = super::known_with(rows, asked.facility, days, Talks::None, staff).await?;
    let Some(template) = facts.template(asked.template) else {
        return Ok(None);
    };
    if let Some(unfit) = template.unfit() {
        return Ok(Some(Why {
            reasons: Vec::new(),
            others: Vec::new(),
            seats: None,
            unfit: Some(unfit),
        }));
    }
    let order = Order {
        name: "Warum nicht".to_owned(),
        from: Some(asked.first_day),
        weeks: WEEKS,
        wanted: vec![Wanted {
            facility: asked.facility,
            template: asked.template,
            label: asked.name.clone(),
            start: (asked.first_day, first + Duration::weeks(LATER)),
            least: 0,
        }],
        weekend: asked.weekday.number_days_from_monday() > 4,
        grid: grid(asked.start),
        ..Order::default()
    };
    let Some(table) = set_up(facts, &order) else {
        return Ok(None);
    };
    let made = table.made;
    let (Some(room), Some(one), Some(two)) = (
        made.room(asked.room),
        made.trainer(asked.trainers[0]),
        made.trainer(asked.trainers[1]),
    ) else {
        return Ok(None);
    };
    let index = desk.index(&made, || (table.world, table.plan));
    let world = &index.world;
    let Some(group) = world.groups.keys().next() else {
        return Ok(None);
    };
    let week = world.day(first).div_euclid(7);
    let mut wish = wish(
        world,
        group,
        (asked.weekday.number_days_from_monday(), asked.start),
        RoomKey::of(room),
        [TrainerKey::of(one), TrainerKey::of(two)],
        week,
    );
    wish.pattern.held = wished_weeks(world, group, &wish);
    let (found, seated) = index.ask(|explainer| {
        let seated = explainer.members_for(group, &wish.pattern).len();
        (explainer.group(group, &wish), seated)
    });
    let waiting = world.people.values().iter().filter(|one| one.waits).count();
    Ok(Some(Why {
        reasons: reasons(found.violations),
        others: found
            .alternatives
            .iter()
            .filter_map(|pattern| weekly(&made, world, pattern))
            .collect(),
        seats: Some((seated, waiting)),
        unfit: None,
    }))
}

/// Another day for one session. `None`: nothing can be said, because the group is none that a computation can move.
pub(crate) async fn of_move<R: Rows>(
    rows: &R,
    desk: &Desk,
    asked: &MoveWish,
) -> Result<Option<Why>> {
    let today = today(rows);
    let begin = monday(today);
    let facts = super::known(rows, asked.facility, (begin, WEEKS), Talks::None).await?;
    // Who holds the group's sessions, covers too: other days are looked for, not other people.
    let trainers: BTreeSet<StaffId> = facts
        .houses
        .iter()
        .flat_map(|house| &house.known.meetings)
        .filter(|meeting| meeting.group == asked.group)
        .flat_map(|meeting| meeting.staff.iter().copied())
        .collect();
    let order = Order {
        name: "Warum nicht".to_owned(),
        from: Some(begin),
        weeks: WEEKS,
        open: vec![asked.group],
        now: Some(today + Duration::DAY),
        weekend: asked.day.weekday().number_days_from_monday() > 4,
        grid: grid(asked.start),
        only_staff: Some(trainers.into_iter().collect()),
        ..Order::default()
    };
    let Some(table) = set_up(facts, &order) else {
        return Ok(None);
    };
    let made = table.made;
    let Some((Source::Existing(_, sessions), _)) = made.groups.first() else {
        return Ok(None);
    };
    let (Some(number), Some(room)) = (
        sessions.iter().position(|id| *id == asked.session),
        made.room(asked.room),
    ) else {
        return Ok(None);
    };
    let index = desk.index(&made, || (table.world, table.plan));
    let world = &index.world;
    let Some(group) = world.groups.keys().next() else {
        return Ok(None);
    };
    let trainers = index.plan.groups[group]
        .as_ref()
        .and_then(|course| course.sessions.get(number))
        .map(|session| session.trainers);
    let Some(trainers) = trainers else {
        return Ok(None);
    };
    let session = Session {
        day: world.day(asked.day),
        start: asked.start,
        room: RoomKey::of(room),
        trainers,
    };
    let found = index.ask(|explainer| explainer.session(group, number, &session));
    let minutes = world.groups[group].minutes;
    Ok(Some(Why {
        reasons: reasons(found.violations),
        others: found
            .alternatives
            .iter()
            .filter_map(|one| {
                Some(Other {
                    day: world.date(one.day),
                    start: one.start,
                    end: one.span(minutes).to,
                    room: made.rooms.get(one.room.place())?.clone(),
                    trainers: team(&made, &one.trainers),
                    last: None,
                })
            })
            .collect(),
        seats: None,
        unfit: None,
    }))
}
