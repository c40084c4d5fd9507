//! Saving a register.

use std::collections::BTreeMap;

use crate::access::Writes;
use crate::base::german;
use crate::base::ids::PersonId;
use crate::base::time::Instant;
use crate::groups::rules::begins;
use crate::groups::rules::register::Outcome;
use crate::groups::store::register::{self, SessionHead};
use crate::history::{self, Change};
use crate::store::{Result, Writer};

/// Why a register cannot be kept.
pub(crate) enum Closed {
    /// The group is not published.
    Draft,
    /// The session was cancelled.
    Cancelled,
    /// The session has not begun.
    Future,
}

/// Whether a register may be kept at a moment.
pub(crate) fn closed(session: &SessionHead, now: Instant) -> Option<Closed> {
    if session.state == "cancelled" {
        Some(Closed::Cancelled)
    } else if session.group_state == "draft" {
        Some(Closed::Draft)
    } else if session.state == "planned" && begins(session.day, session.start_minute) > now {
        Some(Closed::Future)
    } else {
        None
    }
}

/// Writes what differs: rows, the session's state, the beginning of enrolments, the history.
pub(crate) async fn save<P: Writes>(
    writer: &Writer<P>,
    session: &SessionHead,
    outcome: &Outcome,
    reason: Option<String>,
) -> Result<()> {
    register::insert(writer, session.id, &outcome.new).await?;
    let mut changes = Vec::new();
    if !outcome.corrected.is_empty() {
        let ids: BTreeMap<_, _> = register::ids(writer, session.id)
            .await?
            .into_iter()
            .collect();
        for (person, old, new) in &outcome.corrected {
            let Some(id) = ids.get(person) else { continue };
            register::correct(writer, *id, *new).await?;
            changes.push(
                Change::new("attendance", id.0, "Anwesenheit berichtigt")
                    .about(*person)
                    .values(Some(old.label()), Some(new.label()))
                    .because(reason.clone()),
            );
        }
    }
    register::held(writer, session.id).await?;
    if !outcome.new.is_empty() {
        let text = format!(
            "Nr. {} am {}: {}",
            session.ordinal,
            german::date(session.day),
            german::plural(outcome.new.len() as u64, "Person", "Personen")
        );
        changes.push(
            Change::new("training_group", session.group_id.0, "Anwesenheit erfasst")
                .values(None, Some(text)),
        );
    }
    history::record(writer, changes).await?;
    let now_attended = outcome
        .new
        .iter()
        .map(|(person, mark)| (*person, *mark))
        .chain(
            outcome
                .corrected
                .iter()
                .map(|(person, _, mark)| (*person, *mark)),
        );
    let attended: Vec<PersonId> = now_attended
        .filter(|(_, mark)| mark.status().attended())
        .map(|(person, _)| person)
        .collect();
    let lost: Vec<PersonId> = outcome
        .corrected
        .iter()
        .filter(|(_, old, new)| old.status().attended() && !new.status().attended())
        .map(|(person, _, _)| *person)
        .collect();
    if !attended.is_empty() {
        register::start(writer, session, &attended).await?;
    }
    if !lost.is_empty() {
        register::start_again(writer, session, &lost).await?;
    }
    Ok(())
}
