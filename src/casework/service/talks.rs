//! Recording and correcting counselling sessions with a person.

use super::begin::begin;
use super::{Problem, at, plans};
use crate::access::Writes;
use crate::base::ids::CounsellingId;
use crate::base::time::berlin_today;
use crate::casework::codes::AccessRoute;
use crate::casework::rules::SessionFacts;
use crate::casework::store::plans::PlanLine;
use crate::casework::store::talks::{self, SessionLine};
use crate::casework::store::{self, EnrolmentLine, Offer};
use crate::history::{self, Change};
use crate::people::PersonHead;
use crate::schema::casework::counselling_session;
use crate::store::{Rows, StoreError, Writer};

/// What the form about a talk says.
pub(in crate::casework) struct Talk {
    pub facts: SessionFacts,
    /// Codes of the catalogue.
    pub topics: Vec<String>,
    /// The next one, which is planned with it.
    pub next: Option<plans::Wish>,
}

/// What a counselling session belongs to.
pub(in crate::casework) enum Target<'a> {
    /// A running participation.
    Running(&'a EnrolmentLine),
    /// None yet: logging the first talk begins it.
    Begin(&'a Offer),
}

/// Records a counselling session.
pub(in crate::casework) async fn log<P: Writes>(
    writer: &Writer<P>,
    head: &PersonHead,
    target: Target<'_>,
    talk: &Talk,
    plan: Option<&PlanLine>,
) -> Result<CounsellingId, Problem> {
    let facts = &talk.facts;
    let begun;
    let line = match target {
        Target::Running(line) => line,
        Target::Begin(offer) => {
            let id = begin(
                writer,
                head,
                offer,
                AccessRoute::Probation,
                None,
                facts.day,
                "day",
            )
            .await
            .map_err(|problem| match problem {
                Problem::Field("programme", sentence) => Problem::Field("enrolment", sentence),
                other => other,
            })?;
            begun = store::enrolment(writer, id)
                .await?
                .ok_or(StoreError::Changed)?;
            &begun
        }
    };
    line.life()
        .session_day(facts.day, berlin_today(writer.now()))
        .map_err(at("day"))?;
    let row = counselling_session::Model {
        enrolment_id: Some(line.id),
        person_id: Some(head.id),
        ..row(writer, facts)
    };
    let id = row.id;
    talks::insert_session(writer, row).await?;
    talks::set_topics(writer, id, &talk.topics).await?;
    if facts.outcome.held() {
        settle_start(writer, line).await?;
    }
    if let Some(case) = line.case_id {
        if talk.next.is_some() && line.ended_on.is_some() {
            return Err(Problem::Field(
                "next_day",
                "Die Teilnahme ist beendet. Ein weiterer Termin lässt sich erst vereinbaren, wenn sie wieder läuft.".into(),
            ));
        }
        plans::settle(writer, case, id, facts.day, plan, talk.next.as_ref()).await?;
    }
    let change = Change::new("counselling_session", id.0, "Beratungsgespräch erfasst")
        .values(None, Some(facts.line()));
    history::record(writer, vec![change.about(head.id)]).await?;
    Ok(id)
}

/// A talk that belongs to nothing yet.
pub(super) fn row<P: Writes>(
    writer: &Writer<P>,
    facts: &SessionFacts,
) -> counselling_session::Model {
    let actor = writer.access().actor();
    let (outcome, late) = facts.outcome.stored();
    counselling_session::Model {
        id: CounsellingId(writer.entropy().uuid()),
        enrolment_id: None,
        person_id: None,
        case_id: None,
        day: facts.day,
        minutes: facts.minutes,
        form: facts.form.code().to_owned(),
        outcome: outcome.code().to_owned(),
        late,
        recorded_by: actor.account(),
        recorded_by_name: actor.name().to_owned(),
        recorded_at: writer.now(),
        version: 1,
    }
}

/// Corrects a counselling session; the old values go into the history.
pub(in crate::casework) async fn correct<P: Writes>(
    writer: &Writer<P>,
    session: &SessionLine,
    (before, old_topics): (&SessionFacts, &[String]),
    (after, topics): (&SessionFacts, &[String]),
    reason: String,
) -> Result<(), Problem> {
    if before == after && old_topics == topics {
        return Err(Problem::Field(
            "",
            "Es wurde nichts geändert. Bitte die falsche Angabe berichtigen oder abbrechen.".into(),
        ));
    }
    let line = store::enrolment(writer, session.enrolment_id)
        .await?
        .ok_or(StoreError::Changed)?;
    line.life()
        .session_day(after.day, berlin_today(writer.now()))
        .map_err(at("day"))?;
    talks::correct_session(writer, session.id, session.version, after).await?;
    talks::set_topics(writer, session.id, topics).await?;
    settle_start(writer, &line).await?;
    let change = Change::new(
        "counselling_session",
        session.id.0,
        "Beratungsgespräch berichtigt",
    )
    .values(Some(before.line()), Some(after.line()))
    .because(Some(reason));
    history::record(writer, vec![change.about(session.person_id)]).await?;
    Ok(())
}

/// A participation has begun on the day of its first session that took place. In a group programme the register
/// sets the day; an accompanying talk can only be earlier.
async fn settle_start<P: Writes>(
    writer: &Writer<P>,
    line: &EnrolmentLine,
) -> Result<(), StoreError> {
    let first = store::held(writer, line.id).await?.first;
    let first = if line.programme_kind == "group" {
        first.into_iter().chain(line.started_on).min()
    } else {
        first
    };
    let settled = line.life().with_first_session(first);
    if settled != line.life() {
        store::set_start(writer, line.id, line.version, settled.started_on).await?;
    }
    Ok(())
}
