//! How participations come about, each with the case it belongs to.

use std::collections::BTreeMap;

use sea_orm::FromQueryResult;

use super::write::{Step, insert_step, new_id, step_row};
use crate::access::{Role, Writes};
use crate::base::ids::{CaseId, EnrolmentId, PersonId, ProgrammeId, ProviderId, StaffId};
use crate::casework::rules::course::State;
use crate::schema::casework::client_case;
use crate::schema::groups::enrolment;
use crate::store::{Result, Rows, Sql, Writer};

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
pub(super) async fn move_talks<P: Writes>(
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
        talk_weeks: None,
        talk_minutes: None,
        linked_on: None,
        consent_on: None,
        created_at: writer.now(),
        created_by: (actor.role() != Role::System).then(|| actor.account()),
        created_by_name: actor.name().to_owned(),
        version: 1,
    }
}
