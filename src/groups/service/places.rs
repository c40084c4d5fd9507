//! Ending a place because the course is over for the person, and taking that back.

use time::Date;

use super::catch_up;
use super::passport::Pass;
use crate::access::Writes;
use crate::base::german;
use crate::base::ids::{EnrolmentId, GroupId, MembershipId, PersonId};
use crate::base::time::berlin_today;
use crate::casework;
use crate::conflicts::rules::Weight;
use crate::conflicts::{self, Planned};
use crate::groups::rules::{
    EndReason, MEMBERSHIP_COMPLETED, OUTCOME_COMPLETED, OUTCOME_DROPPED_OUT, counts_from, has_place,
};
use crate::groups::store::{self, members};
use crate::history::{self, Change};
use crate::store::{Result, Rows, StoreError, Writer};

/// Ends a present member's place and participation after the last session that was held for them; says whether there
/// was such a place. The caller has locked the group.
pub(crate) async fn conclude<P: Writes>(
    writer: &Writer<P>,
    (group, programme): (GroupId, &str),
    person: PersonId,
    completed: bool,
    last: Option<Date>,
) -> Result<bool> {
    let today = berlin_today(writer.now());
    let Some(open) = members::open_membership(writer, group, person).await? else {
        return Ok(false);
    };
    let ended_on = last.unwrap_or(today).max(open.enrolled_on);
    let to_day = last
        .and_then(Date::next_day)
        .unwrap_or(today)
        .max(open.from_day);
    let (end_reason, outcome, what) = ending(completed);
    members::end(writer, &open, to_day, end_reason, ended_on, outcome).await?;
    catch_up::leave(writer, group, person, to_day).await?;
    let change = Change::new("enrolment", open.enrolment_id.0, what)
        .about(person)
        .values(
            Some(programme.to_owned()),
            Some(format!("beendet am {}", german::date(ended_on))),
        );
    history::record(writer, vec![change]).await?;
    Ok(true)
}

/// Writes how a place that has ended, and the participation with it, ended; the days stay. A participation that went on
/// since keeps what it has. The caller has locked the group.
pub(crate) async fn settle<P: Writes>(
    writer: &Writer<P>,
    pass: &Pass,
    completed: bool,
    reason: Option<&str>,
) -> Result<()> {
    let stay = &pass.stay;
    let (end_reason, outcome, what) = ending(completed);
    if !members::settle(
        writer,
        (stay.membership_id, stay.enrolment_id),
        end_reason,
        outcome,
    )
    .await?
    {
        return Ok(());
    }
    let change = Change::new("enrolment", stay.enrolment_id.0, what)
        .about(pass.person_id)
        .values(None, Some(pass.programme_name.clone()))
        .because(reason.map(str::to_owned));
    history::record(writer, vec![change]).await
}

/// Why a place ended, the outcome of its participation, and the words for the history.
fn ending(completed: bool) -> (&'static str, &'static str, &'static str) {
    if completed {
        (
            MEMBERSHIP_COMPLETED,
            OUTCOME_COMPLETED,
            "Teilnahme abgeschlossen",
        )
    } else {
        (
            EndReason::Other.code(),
            OUTCOME_DROPPED_OUT,
            "Teilnahme ohne Abschluss beendet",
        )
    }
}

/// Opens a place and its participation again; the sentence why not, if the place is taken, if the person must not be
/// with somebody who is in the group by now, or has another place. The caller has locked the group, and drops the writer
/// if it is refused.
pub(crate) async fn reopen<P: Writes>(
    writer: &Writer<P>,
    group: GroupId,
    (membership, enrolment): (MembershipId, EnrolmentId),
    person: PersonId,
    reason: &str,
) -> Result<Option<String>> {
    let Some(group) = store::find(writer, group).await? else {
        return Err(StoreError::Changed);
    };
    let room = members::room(writer, group.id).await?;
    if !has_place(group.places, room.members) {
        return Ok(Some("Die Person käme zurück in die Gruppe, aber alle Plätze sind inzwischen vergeben; dieser Abschluss bleibt bestehen.".into()));
    }
    let planned = Planned {
        group: group.id,
        facility: group.facility_id,
        programme: group.programme_id,
        places: group.places,
        trainers: &[],
    };
    let from = counts_from(berlin_today(writer.now()), room.over_today);
    let against = conflicts::of_person(writer, &planned, person, from, group.last_day).await?;
    // What is soft was taken on when the person came, or is shown among the conflicts of the house.
    if let Some(hard) = against.iter().find(|one| one.weight == Weight::Hard) {
        return Ok(Some(format!(
            "Die Person kann nicht zurück in die Gruppe ({}); dieser Abschluss bleibt bestehen. Bitte mit der Einrichtung klären.",
            hard.kind.label()
        )));
    }
    casework::case_goes_on(writer, enrolment).await?;
    match members::reopen(writer, membership, enrolment).await {
        Ok(()) => {}
        Err(StoreError::Duplicate(_)) => {
            return Ok(Some("Die Person nimmt inzwischen an einer anderen Gruppe dieser Maßnahme teil; dieser Abschluss bleibt bestehen.".into()));
        }
        Err(other) => return Err(other),
    }
    let change = Change::new("enrolment", enrolment.0, "Teilnahme wieder geöffnet")
        .about(person)
        .because(Some(reason.to_owned()));
    history::record(writer, vec![change]).await?;
    Ok(None)
}
