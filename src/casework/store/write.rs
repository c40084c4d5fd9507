//! Writing cases: recording them, their steps, their team; participations with the case they belong to; drafts of forms.

use std::collections::BTreeMap;

use sea_orm::FromQueryResult;
use time::Date;

use crate::access::{Role, Writes};
use crate::base::ids::{CaseId, EnrolmentId, PersonId, ProgrammeId, ProviderId, StaffId};
use crate::base::readable::{REFERENCE_BITS, ids_of_reference, reference};
use crate::base::time::Instant;
use crate::casework::rules::course::{Course, State};
use crate::schema::casework::{case_step, client_case};
use crate::schema::groups::enrolment;
use crate::store::{Result, Rows, Sql, Writer};

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

fn step_row<P: Writes>(writer: &Writer<P>, step: &Step<'_>, number: i64) -> case_step::Model {
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

/// What the days of the participation say from now on is all there is to say: no pause, no after-care.
pub(in crate::casework) async fn follow_participation<P: Writes>(
    writer: &Writer<P>,
    id: CaseId,
) -> Result<()> {
    writer
        .change_one(
            Sql::new(
                "update client_case set state = 'agreed', before_state = null, closed_on = null, version = version + 1 \
                 where id = ?",
            )
            .bind(id),
        )
        .await
}

/// The same for the case of a participation that another room opens again. Before the participation is touched: the row of
/// the case is always taken first.
pub(crate) async fn case_goes_on<P: Writes>(
    writer: &Writer<P>,
    enrolment: EnrolmentId,
) -> Result<()> {
    writer
        .change(
            Sql::new(
                "update client_case set state = 'agreed', before_state = null, closed_on = null, version = version + 1 \
                 where enrolment_id = ?",
            )
            .bind(enrolment),
        )
        .await?;
    Ok(())
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
    Ok(())
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

/// An enquiry that a participation fulfils.
#[derive(Debug, FromQueryResult)]
struct Waiting {
    id: CaseId,
    person_id: PersonId,
    programme_id: ProgrammeId,
    provider_id: ProviderId,
    state: String,
    staff_id: Option<StaffId>,
    version: i64,
}

/// Records participations, each with its case: an open enquiry of the person for the same programme and provider is
/// agreed by it, otherwise a case begins with the participation. The one way in which a participation comes about.
pub(crate) async fn take_part<P: Writes>(
    writer: &Writer<P>,
    rows: Vec<enrolment::Model>,
) -> Result<()> {
    let people: Vec<PersonId> = rows.iter().map(|row| row.person_id).collect();
    let mut waiting: BTreeMap<(PersonId, ProgrammeId, ProviderId), Waiting> = BTreeMap::new();
    for some in people.chunks(500) {
        let found: Vec<Waiting> = writer
            .all(
                Sql::new(
                    "select k.id, k.person_id, k.programme_id, k.provider_id, k.state, k.staff_id, k.version from client_case k \
                     where k.enrolment_id is null and k.state in ('enquiry', 'clearing', 'first_talk') and k.person_id in ",
                )
                .list(some.iter().copied())
                .push(" limit 5000"),
            )
            .await?;
        waiting.extend(
            found
                .into_iter()
                .map(|case| ((case.person_id, case.programme_id, case.provider_id), case)),
        );
    }
    let (mut cases, mut steps) = (Vec::new(), Vec::new());
    let mut joined = Vec::new();
    let single = rows.len() == 1;
    for row in &rows {
        match waiting.remove(&(row.person_id, row.programme_id, row.provider_id)) {
            Some(case) => joined.push((case, row.id, row.enrolled_on)),
            None => {
                let id = if single {
                    new_id(writer).await?
                } else {
                    CaseId(writer.entropy().uuid())
                };
                let step = Step {
                    case: id,
                    day: row.enrolled_on,
                    from: None,
                    to: State::Agreed,
                    reason: None,
                };
                steps.push(step_row(writer, &step, 1));
                cases.push(of_participation(writer, id, row));
            }
        }
    }
    // Always in the same order, the case before its participation; and only as it was read: an enquiry that was declined
    // meanwhile stays declined.
    joined.sort_by_key(|(case, _, _)| case.id);
    for (case, _, _) in &joined {
        writer
            .change_one(
                Sql::new(
                    "update client_case set state = 'agreed', before_state = null, version = version + 1 \
                     where id = ? and version = ? and state = ? and enrolment_id is null",
                )
                .bind(case.id)
                .bind(case.version)
                .bind(case.state.clone()),
            )
            .await?;
    }
    writer.insert_all(rows).await?;
    writer.insert_all(cases).await?;
    writer.insert_all(steps).await?;
    for (case, enrolment, day) in joined {
        writer
            .change_one(
                Sql::new(
                    "update client_case set enrolment_id = ? where id = ? and enrolment_id is null",
                )
                .bind(enrolment)
                .bind(case.id),
            )
            .await?;
        bring_talks(writer, case.id, case.person_id, enrolment).await?;
        // Who was meant to counsel goes on with it.
        writer
            .change(
                Sql::new("update enrolment set staff_id = coalesce(staff_id, ?) where id = ?")
                    .bind(case.staff_id)
                    .bind(enrolment),
            )
            .await?;
        // The participation says that there was a talk, too: no step is left out.
        let mut from = State::from_code(&case.state).unwrap_or(State::Enquiry);
        for to in [State::FirstTalk, State::Agreed] {
            if from != to {
                let step = Step {
                    case: case.id,
                    day,
                    from: Some(from),
                    to,
                    reason: None,
                };
                insert_step(writer, &step).await?;
                from = to;
            }
        }
    }
    Ok(())
}

/// Talks that were had before the participation are its own from now on. The first that took place is its first day, as
/// where somebody becomes known after the agreement; unless an earlier participation still ran then.
async fn bring_talks<P: Writes>(
    writer: &Writer<P>,
    case: CaseId,
    person: PersonId,
    enrolment: EnrolmentId,
) -> Result<()> {
    if move_talks(writer, case, person, enrolment).await? == 0 {
        return Ok(());
    }
    writer
        .change(
            Sql::new(
                "update enrolment set enrolled_on = coalesce((select min(c.day) from counselling_session c \
                 where c.enrolment_id = enrolment.id and c.outcome = 'took_place' and c.day < enrolment.enrolled_on \
                 and not exists (select 1 from enrolment o where o.person_id = enrolment.person_id \
                 and o.programme_id = enrolment.programme_id and o.id <> enrolment.id and o.ended_on > c.day)), enrolled_on) \
                 where id = ?",
            )
            .bind(enrolment),
        )
        .await?;
    Ok(())
}

/// Moves the talks of a case to its participation; how many there were.
async fn move_talks<P: Writes>(
    writer: &Writer<P>,
    case: CaseId,
    person: PersonId,
    enrolment: EnrolmentId,
) -> Result<u64> {
    writer
        .change(
            Sql::new("update counselling_session set person_id = ?, enrolment_id = ?, case_id = null where case_id = ?")
                .bind(person)
                .bind(enrolment)
                .bind(case),
        )
        .await
}

/// Holds a case until the unit of work is over, so that on PostgreSQL nobody else changes it, hangs a talk on it or makes its
/// client known meanwhile. What concerns a case and its participation takes the row of the case first.
pub(in crate::casework) async fn hold_case<P: Writes>(
    writer: &Writer<P>,
    id: CaseId,
) -> Result<()> {
    writer
        .change(Sql::new("update client_case set version = version where id = ?").bind(id))
        .await?;
    Ok(())
}

/// The same by the participation.
pub(in crate::casework) async fn hold_case_of<P: Writes>(
    writer: &Writer<P>,
    enrolment: EnrolmentId,
) -> Result<()> {
    writer
        .change(
            Sql::new("update client_case set version = version where enrolment_id = ?")
                .bind(enrolment),
        )
        .await?;
    Ok(())
}

/// The case of a participation that began without an enquiry.
fn of_participation<P: Writes>(
    writer: &Writer<P>,
    id: CaseId,
    row: &enrolment::Model,
) -> client_case::Model {
    let actor = writer.access().actor();
    client_case::Model {
        id,
        client: "person".to_owned(),
        client_role: None,
        person_id: Some(row.person_id),
        about_person_id: None,
        programme_id: row.programme_id,
        provider_id: row.provider_id,
        facility_id: Some(row.facility_id),
        staff_id: row.staff_id,
        second_staff_id: None,
        enrolment_id: Some(row.id),
        asked_by: None,
        access_route: row.access_route.clone(),
        enquired_on: row.enrolled_on,
        court_order: None,
        court_report: false,
        sentence_plan: (row.access_route == "vollzugsplan").then(|| "yes".to_owned()),
        phenomenon: None,
        language: None,
        interpreter: false,
        availability: String::new(),
        children_small: None,
        children_school: None,
        children_youth: None,
        state: State::Agreed.code().to_owned(),
        before_state: None,
        closed_on: None,
        linked_on: None,
        consent_on: None,
        created_at: writer.now(),
        created_by: (actor.role() != Role::System).then(|| actor.account()),
        created_by_name: actor.name().to_owned(),
        version: 1,
    }
}

/// What an account typed into a form and has not sent yet.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::casework) struct Draft {
    pub content: Vec<u8>,
    pub saved_at: Instant,
}

/// The draft of the actor for a form.
pub(in crate::casework) async fn draft<R: Rows>(
    rows: &R,
    form: &'static str,
) -> Result<Option<Draft>> {
    let account = rows.access().actor().account();
    rows.one(
        Sql::new("select content, saved_at from form_draft where account_id = ? and form = ?")
            .bind(account)
            .bind(form.to_owned()),
    )
    .await
}

/// Keeps the actor's draft, in place of an earlier one; `None` deletes it.
pub(in crate::casework) async fn keep_draft<P: Writes>(
    writer: &Writer<P>,
    form: &'static str,
    content: Option<Vec<u8>>,
) -> Result<()> {
    let account = writer.access().actor().account();
    let sql = match content {
        Some(content) => Sql::new(
            "insert into form_draft (account_id, form, content, saved_at) values (?, ?, ?, ?) \
             on conflict (account_id, form) do update set content = excluded.content, saved_at = excluded.saved_at",
        )
        .bind(account)
        .bind(form.to_owned())
        .bind(content)
        .bind(writer.now()),
        None => Sql::new("delete from form_draft where account_id = ? and form = ?")
            .bind(account)
            .bind(form.to_owned()),
    };
    writer.change(sql).await?;
    Ok(())
}

/// Deletes drafts that were last saved before an instant.
pub(crate) async fn purge_drafts<P: Writes>(writer: &Writer<P>, before: Instant) -> Result<u64> {
    writer
        .change(Sql::new("delete from form_draft where saved_at < ?").bind(before))
        .await
}
