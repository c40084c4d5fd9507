//! Taking responsibility for somebody who is handed over to the probation service.

use time::Date;

use super::import::Setting;
use super::rules::PlacementKind;
use super::store::write::{self, NewPlacement};
use crate::access::Writes;
use crate::base::german;
use crate::base::ids::{AccountId, AssignmentId, FacilityId, PersonId};
use crate::base::time::{Instant, berlin_local, berlin_today};
use crate::history::{self, Change};
use crate::review::{Arrival, Charged};
use crate::store::{Result, Rows, StoreError, Writer};

/// Makes a probation officer responsible for a person from today on, and the office from a day on (which may lie ahead:
/// who is handed over early is still in custody). The sentence why not. The person need not be in the actor's scope yet.
pub(crate) async fn take_charge<P: Writes>(
    writer: &Writer<P>,
    person: PersonId,
    sort_key: &str,
    (office, account): (FacilityId, AccountId),
    from: Date,
) -> Result<Option<String>> {
    let today = berlin_today(writer.now());
    let stays = write::placements(writer, &[person], PlacementKind::Probation).await?;
    let open = stays
        .iter()
        .find(|stay| stay.to_day.is_none_or(|to| to > today.max(from)));
    if open.is_some_and(|stay| stay.facility_id != office) {
        return Ok(Some(
            "Für diese Person ist schon eine andere Dienststelle zuständig. Sie muss die Zuständigkeit zuerst übergeben oder beenden.".into(),
        ));
    }
    take_on(writer, person, (office, account), today, true).await?;
    if open.is_some() {
        return Ok(None);
    }
    let from = stays
        .iter()
        .filter_map(|stay| stay.to_day)
        .fold(from, Date::max);
    let new = NewPlacement {
        facility: office,
        kind: PlacementKind::Probation,
        setting: Setting::Probation,
        from_day: from,
        expected_release: None,
        sort_key: sort_key.to_owned(),
    };
    let placement = match write::place(writer, person, new).await {
        Err(StoreError::Duplicate(_)) => return Err(StoreError::Changed),
        other => other?,
    };
    // Wherever an organisation works with the person and has no grant at the office, it is asked to look at it.
    let arrival = Arrival {
        person,
        placement,
        facility: office,
        from,
    };
    crate::review::transferred(writer, &[arrival]).await?;
    let change = Change::new("placement", placement.0, "Zuständigkeit übernommen")
        .about(person)
        .values(None, Some(format!("ab {}", german::date(from))));
    history::record(writer, vec![change]).await?;
    Ok(None)
}

/// Makes an officer responsible from a day on, and asks about what that leaves open. `known` says that it is the officer's
/// own act.
pub(super) async fn take_on<P: Writes>(
    writer: &Writer<P>,
    person: PersonId,
    (office, account): (FacilityId, AccountId),
    from: Date,
    known: bool,
) -> Result<()> {
    if let Some(assignment) = write::assign(writer, person, account, from).await? {
        let charged = Charged {
            person,
            office,
            account,
            assignment,
            known,
        };
        crate::review::charge_changed(writer, charged).await?;
    }
    Ok(())
}

/// Ends a responsibility today; nothing happens if it is over already.
pub(crate) async fn end_charge<P: Writes>(writer: &Writer<P>, id: AssignmentId) -> Result<()> {
    let Some(charge) = write::end_assignment(writer, id).await? else {
        return Ok(());
    };
    let change = Change::new("person", charge.person_id.0, "Zuständigkeit beendet")
        .about(charge.person_id)
        .values(Some(charge.name), None);
    history::record(writer, vec![change]).await
}

/// Gives responsibility back that was taken at an instant and has not come about: the officer is not responsible any more,
/// and the office will not be.
pub(crate) async fn give_back<P: Writes>(
    writer: &Writer<P>,
    person: PersonId,
    (office, account): (FacilityId, AccountId),
    taken: Instant,
) -> Result<()> {
    let today = berlin_today(writer.now());
    let stays = write::placements(writer, &[person], PlacementKind::Probation).await?;
    write::unassign_since(writer, person, account, berlin_local(taken).date).await?;
    for stay in write::placed_at(writer, person, office, taken).await? {
        let Some(stay) = stays
            .iter()
            .find(|one| one.id == stay && one.to_day.is_none())
        else {
            continue;
        };
        let end = stay.from_day.max(today);
        write::end_placement(writer, stay.id, stay.version, end, "other").await?;
        let change =
            Change::new("placement", stay.id.0, "Zuständigkeit zurückgegeben").about(person);
        history::record(writer, vec![change]).await?;
    }
    Ok(())
}
