//! Ending a place because the course is over for the person, and taking that back.

use time::Date;

use crate::access::Writes;
use crate::base::german;
use crate::base::ids::{EnrolmentId, GroupId, MembershipId, PersonId};
use crate::base::time::berlin_today;
use crate::casework;
use crate::groups::rules::{
    EndReason, MEMBERSHIP_COMPLETED, OUTCOME_COMPLETED, OUTCOME_DROPPED_OUT,
};
use crate::groups::store::members;
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
    let (end_reason, outcome, what) = if completed {
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
    };
    members::end(writer, &open, to_day, end_reason, ended_on, outcome).await?;
    let change = Change::new("enrolment", open.enrolment_id.0, what)
        .about(person)
        .values(
            Some(programme.to_owned()),
            Some(format!("beendet am {}", german::date(ended_on))),
        );
    history::record(writer, vec![change]).await?;
    Ok(true)
}

/// Opens a place and its participation again; `false` if the person has another one by now. The caller has locked the
/// group.
pub(crate) async fn reopen<P: Writes>(
    writer: &Writer<P>,
    membership: MembershipId,
    enrolment: EnrolmentId,
    person: PersonId,
    reason: &str,
) -> Result<bool> {
    casework::case_goes_on(writer, enrolment).await?;
    match members::reopen(writer, membership, enrolment).await {
        Ok(()) => {}
        Err(StoreError::Duplicate(_)) => return Ok(false),
        Err(other) => return Err(other),
    }
    let change = Change::new("enrolment", enrolment.0, "Teilnahme wieder geöffnet")
        .about(person)
        .because(Some(reason.to_owned()));
    history::record(writer, vec![change]).await?;
    Ok(true)
}
