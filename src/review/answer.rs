//! How an item is answered: the answer does what it says, in the same unit of work, and stays in the history.

use super::rules::events::{self, Event};
use super::rules::{Conclusion, Kind};
use super::service::{Raise, raise};
use super::store::{self, events::Subject};
use crate::access::Writes;
use crate::base::german;
use crate::base::ids::{FacilityId, PersonId, ReviewItemId};
use crate::base::time::berlin_today;
use crate::groups::rules::EndReason;
use crate::history::{self, Change};
use crate::store::{Result, Rows, StoreError, Writer};
use crate::{casework, groups, people};

/// What came of an answer. Whoever gets anything but `Done` drops the writer.
pub(super) enum Answered {
    /// Done; whom the item is about.
    Done(Option<PersonId>),
    /// The sentence why the answer cannot be carried out.
    Refused(String),
    /// There is no such item.
    NotFound,
}

/// Answers an item of the actor's facility.
///
/// # Errors
/// [`StoreError::Changed`] if it was answered or changed meanwhile.
pub(super) async fn answer<P: Writes>(
    writer: &Writer<P>,
    id: ReviewItemId,
    version: Option<i64>,
    outcome: Conclusion,
    reason: String,
) -> Result<Answered> {
    let Some(subject) = store::events::subject(writer, id).await? else {
        return Ok(Answered::NotFound);
    };
    let version = version.ok_or(StoreError::Changed)?;
    // First, so that of two answers one waits and finds the item answered.
    store::close(writer, id, version, outcome, reason.clone()).await?;
    if let Some(sentence) = carry_out(writer, id, &subject, outcome, &reason).await? {
        return Ok(Answered::Refused(sentence));
    }
    let change = Change::new("review_item", id.0, "Vorgang zur Prüfung erledigt")
        .values(None, Some(outcome.label().to_owned()))
        .because(Some(reason));
    history::record(writer, vec![change]).await?;
    Ok(Answered::Done(subject.person_id))
}

/// Does what an answer says; the sentence why not.
async fn carry_out<P: Writes>(
    writer: &Writer<P>,
    id: ReviewItemId,
    subject: &Subject,
    outcome: Conclusion,
    reason: &str,
) -> Result<Option<String>> {
    let event = subject.event.as_deref().and_then(Event::from_code);
    let gone = || StoreError::Changed;
    if !outcome.acts() {
        return Ok(None);
    }
    let today = berlin_today(writer.now());
    if let Some(day) = subject
        .event_day
        .filter(|day| *day > today && outcome != Conclusion::AskGrant)
    {
        return Ok(Some(format!(
            "Das geht erst ab dem {}, dem Tag selbst. Bis dahin bleibt der Vorgang offen.",
            german::date(day)
        )));
    }
    match outcome {
        Conclusion::EndPlace => {
            let (group, person) = (
                subject.group_id.ok_or_else(gone)?,
                subject.person_id.ok_or_else(gone)?,
            );
            let why = match event {
                Some(Event::Transfer) => EndReason::Transferred,
                Some(Event::Release) => EndReason::Released,
                _ => EndReason::WorkSchoolHealth,
            };
            groups::end_place(writer, group, person, why, reason.to_owned()).await
        }
        Conclusion::Suspend => {
            let (group, person) = (
                subject.group_id.ok_or_else(gone)?,
                subject.person_id.ok_or_else(gone)?,
            );
            let from = subject.event_day.ok_or_else(gone)?;
            let health = subject.absence_reason.as_deref() == Some("hospital");
            groups::suspend(writer, group, person, (from, subject.back_on), health).await
        }
        Conclusion::EndPart => {
            let why = if event == Some(Event::Release) {
                "released"
            } else {
                "transferred"
            };
            casework::end_after_move(writer, subject.enrolment_id.ok_or_else(gone)?, why).await
        }
        Conclusion::Reopen => {
            casework::reopen_after_recall(
                writer,
                subject.enrolment_id.ok_or_else(gone)?,
                reason.to_owned(),
            )
            .await
        }
        Conclusion::EndCharge => {
            people::end_charge(writer, subject.assignment_id.ok_or_else(gone)?).await?;
            Ok(None)
        }
        Conclusion::AskGrant => {
            let item = Raise {
                kind: Kind::GrantAsked,
                facility: subject.facility_id,
                // The access officer learns of no person.
                person: None,
                provider: subject.provider_id,
                cause: id.to_string(),
                subject: None,
                event: None,
            };
            raise(writer, item).await?;
            Ok(None)
        }
        _ => Ok(None),
    }
}

/// A hand-over of a person was offered: what asks the facility for one is answered by it.
///
/// # Errors
/// If the store cannot.
pub async fn hand_over_offered<P: Writes>(
    writer: &Writer<P>,
    person: PersonId,
    facility: FacilityId,
) -> Result<()> {
    for (id, version) in store::open_about(writer, person, facility, Kind::HandOver).await? {
        let reason = "Die Übergabe wurde angeboten.".to_owned();
        store::close(writer, id, version, Conclusion::Offered, reason.clone()).await?;
        let change = Change::new("review_item", id.0, "Vorgang zur Prüfung erledigt")
            .values(None, Some(Conclusion::Offered.label().to_owned()))
            .because(Some(reason));
        history::record(writer, vec![change]).await?;
    }
    Ok(())
}

/// Whether a role may answer an item of a kind that way.
pub(super) fn allowed(
    kind: Option<Kind>,
    event: Option<&str>,
    role: crate::access::Role,
) -> Vec<&'static str> {
    let event = event.and_then(Event::from_code);
    kind.map_or(&[][..], |kind| events::answers(kind, event, role))
        .iter()
        .map(|answer| answer.code())
        .collect()
}
