//! Made-up grants and groups: one that runs, one that ended, one in preparation.

use time::{Date, Duration, Weekday};

use super::people::Placed;
use super::{DemoAccount, DemoProblem, Outcome, account, facility, programme, staff};
use crate::access::permissions::Operate;
use crate::base::calendar::saxon_holiday;
use crate::base::german;
use crate::base::ids::{
    AttendanceId, EnrolmentId, FacilityId, GrantId, GroupId, GroupSessionId, MembershipId,
    PersonId, ProgrammeId, StaffId,
};
use crate::base::time::{MinuteOfDay, berlin_today};
use crate::casework::take_part;
use crate::facilities;
use crate::groups::rules::{CancelReason, MEMBERSHIP_COMPLETED, time_range};
use crate::groups::series::{SeriesRequest, SessionPlan, plan_series};
use crate::groups::store::plan;
use crate::history::{self, Change};
use crate::schema::groups::{
    attendance, enrolment, group_session, group_trainer, membership, training_group,
};
use crate::schema::providers::access_grant;
use crate::store::{Rows, Writer};

/// One group to be made.
struct Course {
    name: String,
    weekday: Weekday,
    first_day: Date,
    state: &'static str,
    people: std::ops::Range<usize>,
    /// How many of them broke off, when it ended.
    dropped: usize,
}

/// The groups that were made.
pub(super) struct Made {
    /// One that is over.
    pub ended: GroupId,
    /// One in the middle of its course.
    pub running: GroupId,
    /// One near its end.
    pub ending: GroupId,
}

struct Stage<'a> {
    writer: &'a Writer<Operate>,
    facility: FacilityId,
    programme: ProgrammeId,
    provider: crate::base::ids::ProviderId,
    trainers: [StaffId; 2],
    today: Date,
}

pub(super) async fn seed(
    writer: &Writer<Operate>,
    accounts: &[DemoAccount],
    placed: &Placed,
) -> Outcome<Made> {
    let today = berlin_today(writer.now());
    let dresden = facility(writer, "DD").await?;
    let choices = facilities::account_choices(writer, today)
        .await
        .map_err(DemoProblem::new)?;
    let (first, second) = (
        staff(accounts, "training")?,
        staff(accounts, "training.vsr")?,
    );
    let exit = staff(accounts, "beratung")?;
    let programmes = facilities::programmes(writer, today, today)
        .await
        .map_err(DemoProblem::new)?;
    let (by, decided) = (
        account(accounts, "zugang")?,
        account(accounts, "zugang.zwei")?,
    );
    let grants = [
        (first, "akt_gruppe", "active", 300),
        (second, "akt_gruppe", "active", 21),
        (first, "elterncoaching", "active", 300),
        (first, "distanzierung", "active", 300),
        (exit, "ausstieg", "active", 200),
        (second, "elterncoaching", "requested", 180),
    ];
    let mut rows = Vec::new();
    for (holder, code, state, days) in grants {
        let active = state == "active";
        rows.push(access_grant::Model {
            id: GrantId(writer.entropy().uuid()),
            staff_id: holder,
            facility_id: dresden,
            programme_id: programme(&programmes, code)?,
            clearance_id: None,
            first_day: today - Duration::days(if active { 400 } else { 0 }),
            last_day: today + Duration::days(days),
            state: state.to_owned(),
            request_id: None,
            renewal_of: None,
            stop_id: None,
            requested_by: by.id,
            requested_by_name: by.name.clone(),
            requested_at: writer.now().plus_minutes(-60 * 24 * 30),
            decided_by: active.then_some(decided.id),
            decided_by_name: active.then(|| decided.name.clone()),
            decided_at: active.then(|| writer.now().plus_minutes(-60 * 24 * 29)),
            approved_hash: None,
            suspended_reason: None,
            version: 1,
        });
    }
    writer.insert_all(rows).await.map_err(DemoProblem::new)?;

    let provider = choices
        .provider_of(Some(first))
        .ok_or_else(|| DemoProblem::new("Träger fehlt"))?;
    let stage = Stage {
        writer,
        facility: dresden,
        programme: programme(&programmes, "akt_gruppe")?,
        provider,
        trainers: [first, second],
        today,
    };
    let weeks = |count: i64| today + Duration::weeks(count);
    let courses = [
        Course {
            name: "AKT-Gruppe 2025/2".to_owned(),
            weekday: Weekday::Tuesday,
            first_day: weeks(-52),
            state: "closed",
            people: 0..8,
            dropped: 2,
        },
        Course {
            name: "AKT-Gruppe 2026/2".to_owned(),
            weekday: Weekday::Tuesday,
            first_day: weeks(-9),
            state: "published",
            people: 8..15,
            dropped: 0,
        },
        // Near its end: who has completed is proposed.
        Course {
            name: "AKT-Gruppe 2026/1".to_owned(),
            first_day: weeks(-25),
            weekday: Weekday::Thursday,
            state: "published",
            people: 60..66,
            dropped: 0,
        },
        Course {
            name: "AKT-Gruppe 2027/1".to_owned(),
            // The running group takes room and trainers on Tuesdays.
            weekday: Weekday::Thursday,
            first_day: weeks(8),
            state: "draft",
            people: 0..0,
            dropped: 0,
        },
    ];
    let (mut ended, mut running, mut ending) = (None, None, None);
    for course in courses {
        let people = placed
            .dresden
            .get(course.people.clone())
            .unwrap_or_default();
        let id = make(&stage, &course, people).await?;
        match (course.state, course.weekday) {
            ("published", Weekday::Thursday) => ending = Some(id),
            ("published", _) => running = Some(id),
            ("closed", _) => ended = Some(id),
            _ => {}
        }
    }
    match (ended, running, ending) {
        (Some(ended), Some(running), Some(ending)) => Ok(Made {
            ended,
            running,
            ending,
        }),
        _ => Err(DemoProblem::new("eine Gruppe fehlt")),
    }
}

async fn make(stage: &Stage<'_>, course: &Course, people: &[PersonId]) -> Outcome<GroupId> {
    let writer = stage.writer;
    let templates = plan::templates(writer, stage.today)
        .await
        .map_err(DemoProblem::new)?;
    let template = templates
        .iter()
        .find(|template| template.name == "AKT Gruppe 23");
    let template = template.ok_or_else(|| DemoProblem::new("Vorlage AKT Gruppe 23 fehlt"))?;
    let modules = plan::template_sessions(writer, template.id)
        .await
        .map_err(DemoProblem::new)?;
    let rooms = facilities::rooms(writer, stage.facility, stage.today)
        .await
        .map_err(DemoProblem::new)?;
    let room = rooms
        .iter()
        .find(|room| room.name.contains("Gruppenraum"))
        .or(rooms.first());
    let room = room
        .ok_or_else(|| DemoProblem::new("JVA Dresden hat keinen Raum"))?
        .id;
    let start = MinuteOfDay::from_hm(14, 0).ok_or_else(|| DemoProblem::new("14 Uhr"))?;
    let request = SeriesRequest {
        sessions: modules
            .iter()
            .map(|session| SessionPlan {
                ordinal: u16::try_from(session.ordinal).unwrap_or_default(),
                minutes: u16::try_from(session.minutes).unwrap_or_default(),
                gap_days: u16::try_from(session.gap_days).unwrap_or_default(),
            })
            .collect(),
        weekday: course.weekday,
        start,
        more: &[],
        first_day: course.first_day,
        interval_weeks: 1,
        holidays: &|day| saxon_holiday(day).map(str::to_owned),
        closures: &[],
        // A group that runs already is planned as of its first day.
        today: course.first_day.min(stage.today),
    };
    let series = plan_series(&request).map_err(|_| DemoProblem::new("keine Terminreihe"))?;
    let (Some(first), Some(last)) = (series.planned.first(), series.planned.last()) else {
        return Err(DemoProblem::new("leere Terminreihe"));
    };
    let id = GroupId(writer.entropy().uuid());
    let group = training_group::Model {
        id,
        name: course.name.clone(),
        template_id: template.id,
        programme_id: stage.programme,
        provider_id: stage.provider,
        facility_id: stage.facility,
        room_id: room,
        weekday: i64::from(course.weekday.number_from_monday()),
        start_minute: i64::from(start.value()),
        first_day: first.date,
        last_day: last.date,
        places: template.places,
        state: course.state.to_owned(),
        created_at: writer.now(),
        version: 1,
        entry_open: false,
    };
    writer.insert(group).await.map_err(DemoProblem::new)?;
    let trainers = stage.trainers.map(|staff_id| group_trainer::Model {
        group_id: id,
        staff_id,
    });
    writer
        .insert_all(trainers.to_vec())
        .await
        .map_err(DemoProblem::new)?;
    let closed = course.state == "closed";
    let mut sessions = Vec::new();
    // The latest session of the running group that is over waits for its register.
    let over = series
        .planned
        .iter()
        .filter(|planned| planned.date < stage.today)
        .count();
    let recorded = if closed { over } else { over.saturating_sub(1) };
    for (index, (planned, module)) in series.planned.iter().zip(&modules).enumerate() {
        let held = index < recorded;
        sessions.push(group_session::Model {
            id: GroupSessionId(writer.entropy().uuid()),
            group_id: id,
            ordinal: i64::from(planned.ordinal),
            module: module.module.clone(),
            day: planned.date,
            start_minute: i64::from(start.value()),
            minutes: module.minutes,
            room_id: room,
            state: if held { "held" } else { "planned" }.to_owned(),
            cancel_reason: None,
            version: 1,
            kind: module.kind.clone(),
            template_ordinal: Some(i64::from(planned.ordinal)),
            replaces: None,
            locked: false,
            cancel_note: None,
        });
    }
    let mut changes = vec![Change::new("training_group", id.0, "Gruppe geplant")];
    if course.state == "published" {
        changes.extend(upset(sessions.iter_mut().skip(recorded + 2)));
    }
    writer
        .insert_all(sessions.clone())
        .await
        .map_err(DemoProblem::new)?;
    history::record(writer, changes)
        .await
        .map_err(DemoProblem::new)?;
    members(stage, course, id, people, &sessions).await?;
    Ok(id)
}

/// What happens to every series: the first of these sessions is moved to another day, the next one is cancelled.
fn upset<'a>(
    mut sessions: impl Iterator<Item = &'a mut group_session::Model>,
) -> Vec<Change<'static>> {
    let line = |session: &group_session::Model| {
        format!(
            "Nr. {}, {}, {}",
            session.ordinal,
            german::weekday_date(session.day),
            time_range(session.start_minute, session.minutes)
        )
    };
    let mut changes = Vec::new();
    if let Some(moved) = sessions.next() {
        let before = line(moved);
        // Two or three days later, the first that is no holiday; the series is held on Tuesdays.
        moved.day = (2..=3)
            .map(|days| moved.day.saturating_add(Duration::days(days)))
            .find(|day| saxon_holiday(*day).is_none())
            .unwrap_or(moved.day);
        moved.version += 1;
        changes.push(
            Change::new("group_session", moved.id.0, "Termine verschoben")
                .values(Some(before), Some(line(moved)))
                .because(Some("Raum am Dienstag belegt".to_owned())),
        );
    }
    if let Some(cancelled) = sessions.next() {
        let before = line(cancelled);
        cancelled.state = "cancelled".to_owned();
        cancelled.cancel_reason = Some(CancelReason::LockIn.code().to_owned());
        cancelled.version += 1;
        let after = format!("{before}, abgesagt ({})", CancelReason::LockIn.label());
        changes.push(
            Change::new("group_session", cancelled.id.0, "Sitzung abgesagt")
                .values(Some(before), Some(after)),
        );
    }
    changes
}

async fn members(
    stage: &Stage<'_>,
    course: &Course,
    group: GroupId,
    people: &[PersonId],
    sessions: &[group_session::Model],
) -> Outcome<()> {
    let writer = stage.writer;
    let held: Vec<&group_session::Model> = sessions
        .iter()
        .filter(|session| session.state == "held")
        .collect();
    let begun = held.first().map(|session| session.day);
    let ended = held
        .last()
        .filter(|_| course.state == "closed")
        .map(|session| session.day);
    let enrolled_on =
        sessions.first().map_or(stage.today, |session| session.day) - Duration::days(14);
    let (mut enrolments, mut memberships, mut attendances) = (Vec::new(), Vec::new(), Vec::new());
    for (index, person) in people.iter().enumerate() {
        let dropped = index < course.dropped;
        let enrolment_id = EnrolmentId(writer.entropy().uuid());
        let end = ended.map(|end| {
            if dropped {
                end - Duration::weeks(9)
            } else {
                end
            }
        });
        enrolments.push(enrolment::Model {
            id: enrolment_id,
            person_id: *person,
            programme_id: stage.programme,
            provider_id: stage.provider,
            facility_id: stage.facility,
            staff_id: None,
            access_route: if index % 3 == 0 {
                "vollzugsplan"
            } else {
                "self"
            }
            .to_owned(),
            enrolled_on,
            started_on: begun,
            ended_on: end,
            outcome: end.map(|_| if dropped { "dropped_out" } else { "completed" }.to_owned()),
            created_at: writer.now(),
            version: 1,
        });
        memberships.push(membership::Model {
            id: MembershipId(writer.entropy().uuid()),
            group_id: group,
            person_id: *person,
            programme_id: stage.programme,
            enrolment_id,
            from_day: enrolled_on,
            to_day: end.and_then(Date::next_day),
            end_reason: end.map(|_| {
                if dropped {
                    "zurueckgezogen"
                } else {
                    MEMBERSHIP_COMPLETED
                }
                .to_owned()
            }),
        });
        for (turn, session) in held.iter().enumerate() {
            if end.is_some_and(|end| session.day > end) {
                continue;
            }
            let (status, reason) = match (index * 7 + turn * 3) % 17 {
                0 => ("excused", Some("illness")),
                5 => ("excused", Some("court")),
                9 => ("unexcused", None),
                12 => ("late", None),
                _ => ("present", None),
            };
            attendances.push(attendance::Model {
                id: AttendanceId(writer.entropy().uuid()),
                session_id: session.id,
                person_id: *person,
                status: status.to_owned(),
                reason: reason.map(str::to_owned),
                recorded_at: writer.now(),
                recorded_by_name: "Sabine Muster".to_owned(),
                version: 1,
                minutes: None,
                recorded_by: None,
                before_status: None,
                before_reason: None,
                before_minutes: None,
            });
        }
    }
    take_part(writer, enrolments)
        .await
        .map_err(DemoProblem::new)?;
    writer
        .insert_all(memberships)
        .await
        .map_err(DemoProblem::new)?;
    writer
        .insert_all(attendances)
        .await
        .map_err(DemoProblem::new)?;
    Ok(())
}

/// Where and when one of many groups meets; the two newest of each facility run, the others are over.
fn one_of_many(number: usize, facilities: usize) -> (usize, usize) {
    // Every twenty-fifth and the first four are in the first facility: whoever looks at it sees as much in a small
    // database as in a large one, while everything around it grows.
    if number < 4 {
        (0, number)
    } else if number.is_multiple_of(25) {
        (0, 3 + number / 25)
    } else {
        let others = number - 4 - number / 25;
        let rest = facilities.saturating_sub(1).max(1);
        (1 + others % rest, others / rest)
    }
}

/// Stores many groups with sessions, members and registers over the years, for benches. `people` are those of
/// `people::seed_many`: equal shares for each facility.
pub(super) async fn seed_many(
    writer: &Writer<Operate>,
    accounts: &[DemoAccount],
    people: &[PersonId],
    number: usize,
) -> Outcome<()> {
    const MEMBERS: usize = 8;
    let today = berlin_today(writer.now());
    let choices = facilities::account_choices(writer, today)
        .await
        .map_err(DemoProblem::new)?;
    let programmes = facilities::programmes(writer, today, today)
        .await
        .map_err(DemoProblem::new)?;
    let own = [
        staff(accounts, "training")?,
        staff(accounts, "training.vsr")?,
    ];
    let provider = choices
        .provider_of(Some(own[0]))
        .ok_or_else(|| DemoProblem::new("Träger fehlt"))?;
    let pool: Vec<StaffId> = choices
        .staff
        .iter()
        .filter_map(|(id, _)| id.parse().ok())
        .collect();
    let codes = super::people::MANY;
    let share = people.len() / codes.len();
    for index in 0..number {
        let (place, turn) = one_of_many(index, codes.len());
        let code = codes.get(place).copied().unwrap_or("DD");
        let trainers = if place == 0 {
            own
        } else {
            let of = |offset: usize| pool.get((place * 2 + offset) % pool.len().max(1)).copied();
            [of(0).unwrap_or(own[0]), of(1).unwrap_or(own[1])]
        };
        let stage = Stage {
            writer,
            facility: facility(writer, code).await?,
            programme: programme(&programmes, "akt_gruppe")?,
            provider,
            trainers,
            today,
        };
        let running = turn < 2;
        let weeks = if running {
            6 + 8 * i64::try_from(turn).unwrap_or(0)
        } else {
            20 + 12 * i64::try_from(turn).unwrap_or(0)
        };
        let course = Course {
            name: format!("Gruppe {code} {turn}"),
            weekday: match turn % 3 {
                0 => Weekday::Monday,
                1 => Weekday::Wednesday,
                _ => Weekday::Friday,
            },
            first_day: today - Duration::weeks(weeks),
            state: if running { "published" } else { "closed" },
            people: 0..MEMBERS,
            dropped: usize::from(!running),
        };
        let from = place * share + (turn * MEMBERS) % share.saturating_sub(MEMBERS).max(1);
        let members = people.get(from..from + MEMBERS).unwrap_or_default();
        make(&stage, &course, members).await?;
    }
    Ok(())
}
