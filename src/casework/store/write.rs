//! Writing cases: recording them, their steps, their team.

use sea_orm::FromQueryResult;
use time::Date;

use super::participation::move_talks;
use crate::access::Writes;
use crate::base::ids::{CaseId, EnrolmentId, PersonId, StaffId};
use crate::base::readable::{REFERENCE_BITS, ids_of_reference, reference};
use crate::casework::rules::course::{Course, State};
use crate::casework::service::enquiry::Said;
use crate::casework::store::cases::CaseLine;
use crate::schema::casework::{case_step, client_case};
use crate::store::{Result, Rows, Sql, StoreError, Writer};

/// A new id whose reference no other case has.
pub(in crate::casework) async fn new_id<P: Writes>(writer: &Writer<P>) -> Result<CaseId> {
    const { assert!(REFERENCE_BITS < 64) };
    loop {
        let id = writer.entropy().uuid();
        let Ok((first, last)) = ids_of_reference(&reference(id)) else {
            continue;
        };
        let taken: Option<NumberRow> = writer
            .one(
                Sql::new(
                    "select count(*) as number from client_case k where k.id >= ? and k.id <= ?",
                )
                .bind(first)
                .bind(last),
            )
            .await?;
        if taken.is_none_or(|taken| taken.number == 0) {
            return Ok(CaseId(id));
        }
    }
}

pub(in crate::casework) async fn insert_case<P: Writes>(
    writer: &Writer<P>,
    row: client_case::Model,
) -> Result<()> {
    writer.insert(row).await
}

/// A step to record.
pub(in crate::casework) struct Step<'a> {
    pub case: CaseId,
    pub day: Date,
    pub from: Option<State>,
    pub to: State,
    pub reason: Option<&'a str>,
}

#[derive(FromQueryResult)]
struct NumberRow {
    number: i64,
}

/// Records a step after the last one.
pub(in crate::casework) async fn insert_step<P: Writes>(
    writer: &Writer<P>,
    step: &Step<'_>,
) -> Result<()> {
    let last: Option<NumberRow> = writer
        .one(
            Sql::new("select coalesce(max(number), 0) as number from case_step where case_id = ?")
                .bind(step.case),
        )
        .await?;
    let number = last.map_or(0, |last| last.number) + 1;
    writer.insert(step_row(writer, step, number)).await
}

pub(super) fn step_row<P: Writes>(
    writer: &Writer<P>,
    step: &Step<'_>,
    number: i64,
) -> case_step::Model {
    case_step::Model {
        case_id: step.case,
        number,
        day: step.day,
        from_state: step.from.map(|state| state.code().to_owned()),
        to_state: step.to.code().to_owned(),
        reason: step.reason.map(str::to_owned),
        at: writer.now(),
        by_name: writer.access().actor().name().to_owned(),
    }
}

/// Stores where a case stands, under the optimistic lock.
pub(in crate::casework) async fn set_course<P: Writes>(
    writer: &Writer<P>,
    id: CaseId,
    version: i64,
    course: Course,
    closed_on: Option<Date>,
) -> Result<()> {
    writer
        .change_one(
            Sql::new(
                "update client_case set state = ?, before_state = ?, closed_on = ?, version = version + 1 \
                 where id = ? and version = ?",
            )
            .bind(course.state.code().to_owned())
            .bind(course.before.map(|state| state.code().to_owned()))
            .bind(closed_on)
            .bind(id)
            .bind(version),
        )
        .await
}

/// Stores corrected statements of an enquiry, under the optimistic lock; the first step keeps the day with it.
pub(in crate::casework) async fn correct_enquiry<P: Writes>(
    writer: &Writer<P>,
    case: &CaseLine,
    said: &Said,
) -> Result<()> {
    writer
        .change_one(
            Sql::new(
                "update client_case set asked_by = ?, access_route = ?, enquired_on = ?, phenomenon = ?, court_order = ?, \
                 court_report = ?, sentence_plan = ?, language = ?, interpreter = ?, availability = ?, version = version + 1 \
                 where id = ? and version = ?",
            )
            .bind(said.asker.clone())
            .bind(said.route.clone())
            .bind(said.day)
            .bind(said.phenomenon.as_ref().map(|word| word.code.clone()))
            .bind(said.order.clone())
            .bind(said.report)
            .bind(said.plan.clone())
            .bind(said.language.clone())
            .bind(said.interpreter)
            .bind(said.availability.clone())
            .bind(case.id)
            .bind(case.version),
        )
        .await?;
    writer
        .change(
            Sql::new(
                "update case_step set day = ? where case_id = ? and number = 1 and from_state is null and to_state = 'enquiry'",
            )
            .bind(said.day)
            .bind(case.id),
        )
        .await?;
    Ok(())
}

/// What the days of the participation say from now on is all there is to say: no pause, no after-care.
pub(in crate::casework) async fn follow_participation<P: Writes>(
    writer: &Writer<P>,
    id: CaseId,
) -> Result<()> {
    match writer.change(follow("id").bind(id)).await? {
        1 => Ok(()),
        _ => Err(StoreError::Changed),
    }
}

/// The same for the case of a participation that another room opens again. Before the participation is touched: the row of
/// the case is always taken first.
pub(crate) async fn case_goes_on<P: Writes>(
    writer: &Writer<P>,
    enrolment: EnrolmentId,
) -> Result<()> {
    writer
        .change(follow("enrolment_id").bind(enrolment))
        .await?;
    Ok(())
}

fn follow(column: &'static str) -> Sql {
    Sql::new("update client_case set state = 'agreed', before_state = null, closed_on = null, version = version + 1 where ")
        .push(column)
        .push(" = ?")
}

/// The participation ended because somebody else goes on.
pub(in crate::casework) async fn keep_passed_on<P: Writes>(
    writer: &Writer<P>,
    id: CaseId,
) -> Result<()> {
    writer
        .change_one(
            Sql::new(
                "update client_case set state = 'passed_on', version = version + 1 where id = ?",
            )
            .bind(id),
        )
        .await
}

/// The state of the last step of a case.
pub(in crate::casework) async fn last_state<P: Writes>(
    writer: &Writer<P>,
    id: CaseId,
) -> Result<Option<State>> {
    let row: Option<StateRow> = writer
        .one(
            Sql::new(
                "select to_state from case_step where case_id = ? order by number desc limit 1",
            )
            .bind(id),
        )
        .await?;
    Ok(row.and_then(|row| State::from_code(&row.to_state)))
}

#[derive(FromQueryResult)]
struct StateRow {
    to_state: String,
}

/// Stores the team of a case, under the optimistic lock; a person's participation follows.
pub(in crate::casework) async fn set_team<P: Writes>(
    writer: &Writer<P>,
    id: CaseId,
    version: i64,
    team: (Option<StaffId>, Option<StaffId>),
) -> Result<()> {
    writer
        .change_one(
            Sql::new(
                "update client_case set staff_id = ?, second_staff_id = ?, version = version + 1 where id = ? and version = ?",
            )
            .bind(team.0)
            .bind(team.1)
            .bind(id)
            .bind(version),
        )
        .await?;
    writer
        .change(
            Sql::new(
                "update enrolment set staff_id = ? where id = (select k.enrolment_id from client_case k where k.id = ?)",
            )
            .bind(team.0)
            .bind(id),
        )
        .await?;
    super::appointments::follow_team(writer, id, team).await
}

/// Makes the client of a case known, under the optimistic lock.
pub(in crate::casework) async fn set_person<P: Writes>(
    writer: &Writer<P>,
    id: CaseId,
    version: i64,
    person: (PersonId, crate::base::ids::FacilityId),
    enrolment: Option<EnrolmentId>,
    consent_on: Date,
) -> Result<()> {
    let today = crate::base::time::berlin_today(writer.now());
    writer
        .change_one(
            Sql::new(
                "update client_case set client = 'person', person_id = ?, facility_id = ?, enrolment_id = ?, consent_on = ?, \
                 linked_on = ?, version = version + 1 where id = ? and version = ? and client = 'anonymous'",
            )
            .bind(person.0)
            .bind(person.1)
            .bind(enrolment)
            .bind(consent_on)
            .bind(today)
            .bind(id)
            .bind(version),
        )
        .await?;
    // Before the agreement they stay with the case; the participation brings them along when it begins.
    if let Some(enrolment) = enrolment {
        move_talks(writer, id, person.0, enrolment).await?;
    }
    Ok(())
}

/// Holds a case until the unit of work is over, so that on PostgreSQL nobody else changes it, hangs a talk on it or makes its
/// client known meanwhile. What concerns a case and its participation takes the row of the case first.
pub(in crate::casework) async fn hold_case<P: Writes>(
    writer: &Writer<P>,
    id: CaseId,
) -> Result<()> {
    held(writer, "id", id.0).await
}

/// The same by the participation.
pub(in crate::casework) async fn hold_case_of<P: Writes>(
    writer: &Writer<P>,
    enrolment: EnrolmentId,
) -> Result<()> {
    held(writer, "enrolment_id", enrolment.0).await
}

async fn held<P: Writes>(writer: &Writer<P>, column: &'static str, id: uuid::Uuid) -> Result<()> {
    writer
        .change(
            Sql::new("update client_case set version = version where ")
                .push(column)
                .push(" = ?")
                .bind(id),
        )
        .await?;
    Ok(())
}
