//! A plan of a half-year: begun, computed beside the requests, stored, its groups taken over one by one.

use time::{Date, Duration, Weekday};

use super::propose::{Asked, Chosen, Taken, take};
use super::talk_times::talk_times;
use super::{Table, monday, set_up};
use crate::access::{Access, Writes};
use crate::audit::{Entry, Verb};
use crate::base::ids::{
    FacilityId, GroupId, HalfYearGroupId, HalfYearPlanId, TalkOfferId, TemplateId,
};
use crate::casework::codes::AskedBy;
use crate::groups::rules::minute;
use crate::planning::desk::Seat;
use crate::planning::rules::runs::{self, Rounds};
use crate::planning::rules::{DueTalk, Facts, Order, Source, Wanted};
use crate::planning::store::facts::Talks;
use crate::planning::store::plans::{self, GroupRow, Outcome, PlanRow, Proposed};
use crate::schema::casework::talk_offer;
use crate::schema::planning::half_year_group;
use crate::store::{Result, Rows, Store, StoreError, Writer};
use crate::timetable::search::Found;
use crate::timetable::world::{Key, Person, World};

/// Weeks of the horizon: a half-year of beginnings, and time for the last courses to end.
pub(super) const WEEKS: u8 = 60;
/// The least members of a course that is worth opening.
pub(crate) const LEAST: u16 = 3;
/// The most courses of one template in a plan.
pub(crate) const MOST: i64 = 6;

/// How thorough a search may be: code, words, steps.
pub(crate) const THOROUGH: [(&str, &str, Rounds); 3] = [
    (
        "kurz",
        "kurz (Sekunden)",
        Rounds {
            first: 1024,
            number: 3,
        },
    ),
    (
        "normal",
        "normal (bis zu einer Minute)",
        Rounds {
            first: 4096,
            number: 7,
        },
    ),
    (
        "lang",
        "gründlich (einige Minuten)",
        Rounds {
            first: 8192,
            number: 11,
        },
    ),
];

/// The rounds of a code.
pub(crate) fn rounds(code: &str) -> Rounds {
    THOROUGH
        .iter()
        .find(|(known, ..)| *known == code)
        .map_or(THOROUGH[0].2, |(_, _, rounds)| *rounds)
}

/// The half-year that begins next, and the one after it: name, first and last day.
pub(crate) fn half_years(today: Date) -> Vec<(String, Date, Date)> {
    let halves = |year: i32| {
        [
            (1, time::Month::January, (time::Month::June, 30)),
            (2, time::Month::July, (time::Month::December, 31)),
        ]
        .into_iter()
        .filter_map(move |(number, first, (last, day))| {
            let first = Date::from_calendar_date(year, first, 1).ok()?;
            let last = Date::from_calendar_date(year, last, day).ok()?;
            Some((format!("{number}. Halbjahr {year}"), first, last))
        })
    };
    halves(today.year())
        .chain(halves(today.year() + 1))
        .filter(|(_, _, last)| *last > today + Duration::weeks(4))
        .take(3)
        .map(|(name, first, last)| (name, first.max(today + Duration::DAY), last))
        .collect()
}

/// What a plan asked for: templates and how many courses of each.
pub(crate) fn wanted(row: &PlanRow) -> Vec<(TemplateId, i64)> {
    serde_json::from_str(&row.wanted).unwrap_or_default()
}

/// The courses that a plan asks for.
fn courses(facts: &Facts, row: &PlanRow) -> Vec<Wanted> {
    let mut courses = Vec::new();
    for (template, number) in wanted(row) {
        let Some(template) = facts.template(template).filter(|one| one.unfit().is_none()) else {
            continue;
        };
        for count in 1..=number.min(MOST) {
            courses.push(Wanted {
                facility: row.facility_id,
                template: template.id,
                label: format!("{} Nr. {count}", template.name),
                start: (row.first_day, row.last_day),
                least: LEAST,
            });
        }
    }
    courses
}

/// What some plans that are computed together need. `None`: there is nothing to plan.
pub(super) fn table_of(mut facts: Facts, plans: &[PlanRow]) -> Option<Table> {
    let first = plans.first()?;
    let wanted: Vec<Wanted> = plans.iter().flat_map(|row| courses(&facts, row)).collect();
    for house in &mut facts.houses {
        // Of other organisations' cases nobody learns anything, not even their number.
        house.talks.retain(|talk| {
            first
                .land_provider_id
                .is_none_or(|own| own == talk.provider)
        });
    }
    let talks = facts.houses.iter().any(|house| !house.talks.is_empty());
    if wanted.is_empty() && !talks {
        return None;
    }
    let order = Order {
        name: first.name.clone(),
        from: Some(first.first_day),
        weeks: WEEKS,
        wanted,
        talks: first
            .with_talks
            .then_some((first.first_day, first.last_day)),
        everybody: first.everybody,
        ..Order::default()
    };
    set_up(facts, &order)
}

/// Reads what a plan needs. `None`: there is nothing to plan.
pub(crate) async fn table<R: Rows>(rows: &R, row: &PlanRow) -> Result<Option<Table>> {
    let days = (monday(row.first_day), WEEKS);
    let facts = super::known(rows, row.facility_id, days, Talks::of(row.with_talks)).await?;
    Ok(table_of(facts, std::slice::from_ref(row)))
}

/// Starts the computation of stored plans, one for each house, in a task of its own, and waits a moment: small ones are done by then.
pub(crate) async fn begin<P: Writes>(
    store: Store,
    access: Access<P>,
    plans: Vec<PlanRow>,
    table: Table,
    seat: Seat,
) {
    let (done, wait) = tokio::sync::oneshot::channel::<()>();
    tokio::spawn(async move {
        if let Err(error) = compute(&store, access, &plans, table, seat).await {
            tracing::error!(%error, "a plan of a half-year could not be stored");
        }
        let _ = done.send(());
    });
    tokio::select! {
        _ = wait => {}
        () = tokio::time::sleep(std::time::Duration::from_millis(800)) => {}
    }
}

async fn compute<P: Writes>(
    store: &Store,
    access: Access<P>,
    plans: &[PlanRow],
    table: Table,
    seat: Seat,
) -> std::result::Result<(), StoreError> {
    let Some(first) = plans.first() else {
        return Ok(());
    };
    let run = std::sync::Arc::clone(&seat.run);
    let (seed, rounds) = (first.seed.unsigned_abs(), rounds(&first.thorough));
    let work = tokio::task::spawn_blocking(move || {
        let found = runs::search(
            &table.world,
            seed,
            rounds,
            &run.progress,
            &mut |found, round| {
                if let Ok(mut best) = run.best.lock() {
                    *best = Some((round, found.objective.vector(false)));
                }
            },
        );
        let times = found.as_ref();
        let times = times.map(|found| talk_times(&table, &found.plan, seed));
        (table, found, times.unwrap_or_default(), run)
    });
    let computed = work.await;
    let writer = store.write(access).await?;
    let mut stored = false;
    for plan in plans {
        let (outcome, proposed) = match &computed {
            Ok((table, Some(found), times, run)) => {
                let state = if run.progress.stopped() {
                    "stopped"
                } else {
                    "ready"
                };
                let (outcome, groups) =
                    result(&writer, plan, table, found, (state, run.progress.steps()));
                let talks = talks(&writer, plan, table, times);
                (outcome, Proposed { groups, talks })
            }
            _ => (FAILED, Proposed::default()),
        };
        stored |= plans::finish(&writer, plan.id, &outcome, proposed).await?;
    }
    if stored {
        let object = match first.land_id {
            Some(land) => format!("landesplan berechnet half_year_plan/{land}"),
            None => format!("halbjahresplan berechnet half_year_plan/{}", first.id),
        };
        writer.commit(Entry::new(Verb::Change, object)).await?;
    } else {
        writer.abandon().await?;
    }
    // Only now may the next one begin: the plan is stored.
    drop(seat);
    Ok(())
}

/// What comes of a computation that found nothing.
const FAILED: Outcome = Outcome {
    state: "failed",
    rounds: 0,
    service: 0,
    quality: 0,
    cost: 0,
    waiting: 0,
    seated: 0,
    talks: 0,
};

/// What comes of a computation for the house of a plan.
fn result<P: Writes>(
    writer: &Writer<P>,
    plan: &PlanRow,
    table: &Table,
    found: &Found,
    (state, steps): (&'static str, u64),
) -> (Outcome, Vec<half_year_group::Model>) {
    let (world, made) = (&table.world, &table.made);
    let mut groups = Vec::new();
    let mut seated = 0;
    for (key, course) in found.plan.groups.iter() {
        let (Some(course), Some((Source::New(facility, template), _))) =
            (course, made.groups.get(key.place()))
        else {
            continue;
        };
        if *facility != plan.facility_id {
            continue;
        }
        let [one, two] = course
            .team
            .map(|trainer| made.trainers.get(trainer.place()).map(|(id, _)| *id));
        let room = made.rooms.get(course.room.place()).map(|(id, _)| *id);
        let (Some(one), Some(two), Some(room)) = (one, two, room) else {
            continue;
        };
        let seats: Vec<_> = course
            .members
            .iter()
            .filter_map(|member| made.people.get(member.place())?.application)
            .collect();
        seated += i64::try_from(seats.len()).unwrap_or(0);
        let dates: Vec<i32> = course
            .sessions
            .iter()
            .map(|session| world.date(session.day).to_julian_day())
            .collect();
        groups.push(half_year_group::Model {
            id: HalfYearGroupId(writer.entropy().uuid()),
            plan_id: plan.id,
            ordinal: i64::try_from(groups.len() + 1).unwrap_or(i64::MAX),
            template_id: *template,
            room_id: room,
            weekday: i64::from(course.weekday) + 1,
            start_minute: i64::from(course.start),
            minutes: i64::from(world.groups[key].minutes),
            days: serde_json::to_string(&dates).unwrap_or_default(),
            trainer_one: one,
            trainer_two: two,
            applications: serde_json::to_string(&seats).unwrap_or_default(),
            missed: missed(world, key, course),
            travel: i64::try_from(road(world, key, course)).unwrap_or(0),
            group_id: None,
            version: 1,
        });
    }
    groups.sort_by(|left, right| left.days.cmp(&right.days));
    for (place, group) in groups.iter_mut().enumerate() {
        group.ordinal = i64::try_from(place + 1).unwrap_or(i64::MAX);
    }
    let own = |due: &&DueTalk| due.facility == plan.facility_id;
    let due = made.talks.due.iter().filter(own);
    let house = made
        .facilities
        .iter()
        .position(|facility| *facility == plan.facility_id);
    let waits = |one: &&Person| one.waits && Some(one.facility.place()) == house;
    let waiting = world.people.values().iter().filter(waits).count();
    let outcome = Outcome {
        state,
        rounds: i64::try_from(steps).unwrap_or(i64::MAX),
        service: found.objective.service,
        quality: found.objective.quality,
        cost: found.objective.cost,
        waiting: i64::try_from(waiting).unwrap_or(0),
        seated,
        talks: i64::try_from(due.count()).unwrap_or(0),
    };
    (outcome, groups)
}

/// The times that were found for talks in the house of a plan.
fn talks<P: Writes>(
    writer: &Writer<P>,
    plan: &PlanRow,
    table: &Table,
    times: &[Option<(Date, u16)>],
) -> Vec<talk_offer::Model> {
    let dated = table.made.talks.due.iter().zip(times);
    let dated = dated.filter(|(due, _)| due.facility == plan.facility_id);
    let offer = |(due, time): (&DueTalk, &Option<(Date, u16)>)| {
        let (day, start) = (*time)?;
        Some(offer_of(writer, due, (day, start), Some(plan.id)))
    };
    dated.filter_map(offer).collect()
}

/// A time that was found for a talk, as it is kept.
pub(super) fn offer_of<P: Writes>(
    writer: &Writer<P>,
    talk: &DueTalk,
    (day, start): (Date, u16),
    plan: Option<HalfYearPlanId>,
) -> talk_offer::Model {
    let lost = talk.lost.as_ref();
    talk_offer::Model {
        id: TalkOfferId(writer.entropy().uuid()),
        plan_id: plan,
        case_id: talk.case,
        staff_id: talk.staff,
        facility_id: talk.facility,
        moves: lost.map(|lost| lost.talk),
        asked_by: lost.map(|lost| {
            let by = if lost.by_counsellor {
                AskedBy::Counsellor
            } else {
                AskedBy::Facility
            };
            by.code().to_owned()
        }),
        why: lost.map(|lost| lost.why.clone()),
        period_from: talk.period.map(|(from, _)| from),
        period_to: talk.period.map(|(_, to)| to),
        day,
        start_minute: i64::from(start),
        minutes: talk.minutes,
        state: if lost.is_some() { "offered" } else { "found" }.to_owned(),
        version: 1,
    }
}

type Course = crate::timetable::world::Course;
type Key2 = crate::timetable::world::GroupKey;

fn missed(world: &World, group: Key2, course: &Course) -> i64 {
    let minutes = world.groups[group].minutes;
    let of = |member| crate::timetable::objective::missed(world, minutes, course, member);
    course
        .members
        .iter()
        .map(|member| i64::from(of(*member)))
        .sum()
}

fn road(world: &World, group: Key2, course: &Course) -> u64 {
    let facility = world.groups[group].facility;
    let trips = course
        .team
        .iter()
        .map(|one| u64::from(world.round_trip(*one, facility)));
    trips.sum::<u64>() * course.sessions.len() as u64
}

/// Takes a group of a plan over as a draft under a name. The rules are asked again: what was planned since counts.
pub(crate) async fn take_over<P: Writes>(
    writer: &Writer<P>,
    facility: FacilityId,
    (plan, line): (&PlanRow, &GroupRow),
    id: GroupId,
    name: String,
) -> Result<Taken> {
    let dates = line.dates();
    let Some(first) = dates.first().copied() else {
        return Ok(Taken::Gone(vec![
            "Der Vorschlag hat keine Termine.".to_owned(),
        ]));
    };
    let weekday = u8::try_from(line.weekday - 1).unwrap_or(0);
    let chosen = Chosen {
        asked: Asked {
            facility,
            template: line.template_id,
            label: name.clone(),
            earliest: first,
            everybody: plan.everybody,
        },
        name,
        weekday: Weekday::Monday.nth_next(weekday),
        start: minute(line.start_minute),
        room: line.room_id,
        trainers: [line.trainer_one, line.trainer_two],
        first,
        seats: line.seats(),
    };
    let taken = take(writer, id, &chosen).await?;
    if matches!(taken, Taken::Done) {
        plans::took(writer, line, id).await?;
    }
    Ok(taken)
}

/// A row as it will be stored, to plan with before it is.
pub(crate) fn row(model: &crate::schema::planning::half_year_plan::Model) -> PlanRow {
    PlanRow {
        id: model.id,
        facility_id: model.facility_id,
        facility_name: String::new(),
        name: model.name.clone(),
        first_day: model.first_day,
        last_day: model.last_day,
        seed: model.seed,
        thorough: model.thorough.clone(),
        everybody: model.everybody,
        wanted: model.wanted.clone(),
        state: model.state.clone(),
        rounds: 0,
        service: 0,
        quality: 0,
        cost: 0,
        waiting: 0,
        seated: 0,
        created_at: model.created_at,
        created_by_name: model.created_by_name.clone(),
        finished_at: None,
        land_id: model.land_id,
        land_provider_id: model.land_provider_id,
        with_talks: model.with_talks,
        talks: 0,
        offers: 0,
        version: model.version,
        groups: 0,
        taken: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn half_years_that_are_worth_planning() {
        let names = |today| {
            half_years(today)
                .into_iter()
                .map(|(name, first, _)| (name, first))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            names(date!(2026 - 11 - 23)),
            vec![
                ("2. Halbjahr 2026".to_owned(), date!(2026 - 11 - 24)),
                ("1. Halbjahr 2027".to_owned(), date!(2027 - 01 - 01)),
                ("2. Halbjahr 2027".to_owned(), date!(2027 - 07 - 01)),
            ]
        );
        assert_eq!(
            names(date!(2026 - 12 - 20))
                .first()
                .map(|(name, _)| name.as_str()),
            Some("1. Halbjahr 2027"),
            "nothing begins in the last days of a year"
        );
    }
}
