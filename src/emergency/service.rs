//! Opening, ending, reviewing.

use super::rules::{self, Emergency, Refusal, Step, Verdict};
use super::store::{self, EmergencyRow};
use crate::access::Writes;
use crate::base::ids::{EmergencyId, FacilityId, PersonId};
use crate::history::{self, Change};
use crate::schema::protection::emergency_access;
use crate::store::{Result, Rows, Writer};

/// Opens the access to a person; `confirmed`: the second factor was right.
///
/// # Errors
/// If the store cannot. The inner error: why it is not possible.
pub(super) async fn open<P: Writes>(
    writer: &Writer<P>,
    person: PersonId,
    facility: FacilityId,
    confirmed: bool,
    reason: String,
) -> Result<std::result::Result<EmergencyId, Refusal>> {
    let actor = writer.access().actor();
    let earlier: Vec<Emergency> = store::unreviewed_of(writer, person)
        .await?
        .iter()
        .map(EmergencyRow::emergency)
        .collect();
    let opened = match Emergency::open(&earlier, actor.person(), confirmed, &reason, writer.now()) {
        Ok(opened) => opened,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let id = EmergencyId(writer.entropy().uuid());
    let row = emergency_access::Model {
        id,
        person_id: person,
        account_id: actor.account(),
        account_name: actor.name().to_owned(),
        facility_id: facility,
        reason,
        opened_at: opened.opened_at,
        ends_at: opened.ends_at,
        ended_at: None,
        ended_by_name: None,
        review_due: rules::review_due(opened.opened_at),
        result: None,
        review_note: None,
        reviewed_by: None,
        reviewed_by_name: None,
        reviewed_at: None,
        version: 1,
    };
    store::insert(writer, row).await?;
    let change = Change::new("emergency_access", id.0, "Notfallzugriff geöffnet");
    history::record(writer, vec![change]).await?;
    Ok(Ok(id))
}

/// Ends an access early: its holder, or whoever would review it.
///
/// # Errors
/// If the store cannot. The inner error: why it is not possible.
pub(super) async fn end<P: Writes>(
    writer: &Writer<P>,
    row: &EmergencyRow,
) -> Result<std::result::Result<(), Refusal>> {
    let person = writer.access().actor().person();
    if let Err(refusal) = row.emergency().after(Step::End, person, writer.now()) {
        return Ok(Err(refusal));
    }
    store::end(writer, row).await?;
    let change = Change::new("emergency_access", row.id.0, "Notfallzugriff beendet");
    history::record(writer, vec![change]).await?;
    Ok(Ok(()))
}

/// Reviews the access of somebody else.
///
/// # Errors
/// If the store cannot. The inner error: why it is not possible.
pub(super) async fn review<P: Writes>(
    writer: &Writer<P>,
    row: &EmergencyRow,
    verdict: Verdict,
    note: String,
) -> Result<std::result::Result<(), Refusal>> {
    let person = writer.access().actor().person();
    let step = Step::Review(verdict);
    if let Err(refusal) = row.emergency().after(step, person, writer.now()) {
        return Ok(Err(refusal));
    }
    store::review(writer, row, verdict, &note).await?;
    let change = Change::new("emergency_access", row.id.0, "Nachgeprüft")
        .values(None, Some(verdict.label().to_owned()))
        .because(Some(note));
    history::record(writer, vec![change]).await?;
    Ok(Ok(()))
}
