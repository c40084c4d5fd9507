//! A case as the team that counsels in it has it; for the room of the notes.

use super::cases;
use super::write::hold_case;
use crate::access::{Scope, Writes};
use crate::base::ids::{CaseId, PersonId, ProviderId};
use crate::store::{Result, Rows, Writer};

/// A case of a team.
#[derive(Debug, Clone)]
pub(crate) struct TeamCase {
    pub id: CaseId,
    pub person_id: Option<PersonId>,
    pub provider_id: ProviderId,
    /// How it is called.
    pub title: String,
    pub reference: String,
    pub programme_name: String,
    /// Not closed.
    pub open: bool,
    /// Notes are on for this organisation and programme.
    pub notes: bool,
}

/// A case in whose team the actor is, today and where a grant opens it; nothing for everybody else, be it the own
/// coordination.
pub(crate) async fn team_case<R: Rows>(rows: &R, id: CaseId) -> Result<Option<TeamCase>> {
    if !matches!(rows.access().scope(), Scope::Trainer { .. }) {
        return Ok(None);
    }
    // The scope of a trainer's cases is the team.
    let line = cases::find(rows, id).await?;
    Ok(line.map(|line| TeamCase {
        id,
        person_id: line.person_id,
        provider_id: line.provider_id,
        title: line.title(),
        reference: line.reference(),
        open: !line.course().state.closed(),
        programme_name: line.programme_name,
        notes: line.notes,
    }))
}

/// Holds the row of a case until the commit: whoever leaves the team meanwhile writes nothing more.
pub(crate) async fn hold_team_case<P: Writes>(writer: &Writer<P>, id: CaseId) -> Result<()> {
    hold_case(writer, id).await
}
