//! What an item about a change of placement does with a place in a group.

use time::Date;

use super::Step;
use super::members::{self, Leaving, Paused};
use crate::access::Writes;
use crate::base::ids::{GroupId, PersonId};
use crate::groups::rules::{EndReason, PauseReason};
use crate::store::{Result, Writer};

/// Ends a place because the person left: transferred, released, or away for long. The sentence why not.
pub(crate) async fn end_place<P: Writes>(
    writer: &Writer<P>,
    group: GroupId,
    person: PersonId,
    reason: EndReason,
    remark: String,
) -> Result<Option<String>> {
    let leaving = Leaving {
        reason,
        from: None,
        remark: Some(remark),
    };
    Ok(match members::end(writer, group, person, &leaving).await? {
        Step::Done(_) => None,
        Step::Refused(sentence) => Some(sentence),
        Step::Ask(..) | Step::NotFound => Some(
            "Den Platz gibt es nicht mehr, oder die Gruppe gehört nicht zu Ihrer Einrichtung. Bitte die Seite neu laden.".into(),
        ),
    })
}

/// Suspends a member for the days of an absence. The sentence why not.
pub(crate) async fn suspend<P: Writes>(
    writer: &Writer<P>,
    group: GroupId,
    person: PersonId,
    (from, to): (Date, Option<Date>),
    health: bool,
) -> Result<Option<String>> {
    let reason = if health {
        PauseReason::Health
    } else {
        PauseReason::Prison
    };
    Ok(
        match members::pause(writer, group, person, from, to, reason).await? {
            Paused::Done => None,
            Paused::Refused(_, sentence) => Some(sentence),
            Paused::NotFound => {
                Some("Den Platz gibt es nicht mehr. Bitte die Seite neu laden.".into())
            }
        },
    )
}
