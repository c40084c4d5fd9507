//! Stops: closing the access of a staff member at once, and opening it again by a second person.

use time::Date;

use super::super::rules::{self, Step};
use super::super::store::decisions;
use super::super::store::stops::{self, StopRow, StoppedGrant};
use super::decisions::NO_CLEARANCE;
use super::{HISTORY, tell_gate};
use crate::access::{Writes, same_person};
use crate::base::ids::{FacilityId, GrantId, StaffId, StopId};
use crate::facilities;
use crate::history::{self, Change};
use crate::schema::providers::access_stop;
use crate::store::{Result, Rows, Writer};

/// The kind of object in the history.
pub(in crate::grants) const STOP: &str = "access_stop";

/// A stop to be set.
pub(in crate::grants) struct NewStop {
    pub id: StopId,
    pub staff: StaffId,
    /// Only this facility; all without one.
    pub facility: Option<FacilityId>,
    pub reason: String,
}

/// Sets a stop: every grant of the staff member there, open or asked for, is closed with this commit. Returns how many.
pub(in crate::grants) async fn set<P: Writes>(
    writer: &Writer<P>,
    new: &NewStop,
    today: Date,
) -> Result<usize> {
    decisions::lock_staff(writer, &[new.staff]).await?;
    let actor = writer.access().actor();
    let row = access_stop::Model {
        id: new.id,
        staff_id: new.staff,
        facility_id: new.facility,
        reason: new.reason.clone(),
        set_by: actor.account(),
        set_by_name: actor.name().to_owned(),
        set_at: writer.now(),
        lifted_by_name: None,
        lifted_at: None,
        version: 1,
    };
    stops::insert(writer, vec![row]).await?;
    let grants = stops::to_close(writer, new.staff, new.facility, today).await?;
    let by = actor.person();
    let closing: Vec<&StoppedGrant> = grants
        .iter()
        .filter(|grant| rules::next(&grant.decidable(by), Step::Suspend, by, today).is_ok())
        .collect();
    let ids: Vec<GrantId> = closing.iter().map(|grant| grant.id).collect();
    stops::close(writer, new.id, &ids).await?;
    stops::hold(writer, new.id, new.staff, new.facility, today).await?;
    tell_gate(writer, &ids).await?;
    let mut changes =
        vec![Change::new(STOP, new.id.0, "Sperre gesetzt").because(Some(new.reason.clone()))];
    // The reason stays with the stop: more people read the history of a grant.
    changes.extend(
        ids.iter()
            .map(|id| Change::new(HISTORY, id.0, "Durch eine Sperre geschlossen")),
    );
    history::record(writer, changes).await?;
    Ok(ids.len())
}

/// What came of lifting a stop.
pub(in crate::grants) enum Lifting {
    /// Stored, not yet committed: how many grants are open (or asked for) again, and how many stay closed.
    Done { again: usize, closed: usize },
    /// The person who set it cannot lift it.
    FourEyes,
    /// It was lifted already; by whom.
    Already(String),
    /// There is no such stop in scope.
    Unknown,
}

/// Lifts a stop for the facility of the actor, who is another person than the one who set it. A stop for all facilities
/// goes on for the others. What is over, revoked, stopped otherwise or without clearance stays closed.
///
/// # Errors
/// [`StoreError::Changed`](crate::store::StoreError::Changed) if it stands otherwise than the form showed.
pub(in crate::grants) async fn lift<P: Writes>(
    writer: &Writer<P>,
    id: StopId,
    version: Option<i64>,
    reason: &str,
    today: Date,
) -> Result<Lifting> {
    let Some(facility) = writer.access().actor().profile().facility else {
        return Ok(Lifting::Unknown);
    };
    let Some(before) = stops::stop(writer, id).await? else {
        return Ok(Lifting::Unknown);
    };
    decisions::lock_staff(writer, &[before.staff_id]).await?;
    let Some(stop) = stops::stop(writer, id).await? else {
        return Ok(Lifting::Unknown);
    };
    if stop.lifted_at.is_some() {
        return Ok(Lifting::Already(stop.lifted_by_name.unwrap_or_default()));
    }
    if same_person(stop.setter(), writer.access().actor().person()) {
        return Ok(Lifting::FourEyes);
    }
    let version = version.ok_or(crate::store::StoreError::Changed)?;
    stops::lift(writer, id, version).await?;
    let mut changes =
        vec![Change::new(STOP, id.0, "Sperre aufgehoben").because(Some(reason.to_owned()))];
    if stop.facility_id.is_none() {
        changes.extend(go_on_elsewhere(writer, &stop, facility, today).await?);
    }
    let (again, closed, grants) = let_go(writer, &stop, facility, today).await?;
    changes.extend(grants);
    history::record(writer, changes).await?;
    Ok(Lifting::Done { again, closed })
}

/// A stop for all facilities becomes one for each of the others.
async fn go_on_elsewhere<P: Writes>(
    writer: &Writer<P>,
    stop: &StopRow,
    but: FacilityId,
    today: Date,
) -> Result<Vec<Change<'static>>> {
    let mut changes = Vec::new();
    for place in facilities::facilities(writer, today).await? {
        if place.id == but {
            continue;
        }
        let row = access_stop::Model {
            id: StopId(writer.entropy().uuid()),
            staff_id: stop.staff_id,
            facility_id: Some(place.id),
            reason: stop.reason.clone(),
            set_by: stop.set_by,
            set_by_name: stop.set_by_name.clone(),
            set_at: stop.set_at,
            lifted_by_name: None,
            lifted_at: None,
            version: 1,
        };
        let id = row.id;
        stops::insert(writer, vec![row]).await?;
        stops::hand_over(writer, stop.id, id, place.id).await?;
        changes.push(Change::new(
            STOP,
            id.0,
            "Gilt weiter, nachdem eine andere Einrichtung die Sperre für sich aufgehoben hat",
        ));
    }
    Ok(changes)
}

/// The grants that the lifted stop held at the facility: open again, asked for again, or closed for another reason.
async fn let_go<P: Writes>(
    writer: &Writer<P>,
    stop: &StopRow,
    facility: FacilityId,
    today: Date,
) -> Result<(usize, usize, Vec<Change<'static>>)> {
    let held = stops::held(writer, stop.staff_id, stop.id).await?;
    let by = writer.access().actor().person();
    let other = stops::open_stops(writer, stop.staff_id)
        .await?
        .into_iter()
        .find(|other| other.facility_id.is_none_or(|place| place == facility));
    if let Some(other) = other {
        // Another stop is open: it takes the grants over, nothing opens.
        stops::hand_over(writer, stop.id, other.id, facility).await?;
        return Ok((0, held.len(), Vec::new()));
    }
    let mut changes = Vec::new();
    let (mut again, mut closed) = (0, 0);
    for target in [rules::State::Active, rules::State::Requested] {
        let ids: Vec<GrantId> = held
            .iter()
            .filter(|grant| grant.suspended_reason.is_none() && (grant.cleared || !grant.approved))
            .filter(|grant| {
                rules::next(&grant.decidable(by), Step::Resume, by, today) == Ok(target)
            })
            .map(|grant| grant.id)
            .collect();
        stops::release(writer, &ids, target, None).await?;
        tell_gate(writer, &ids).await?;
        again += ids.len();
        changes.extend(ids.iter().map(|id| {
            Change::new(HISTORY, id.0, "Sperre aufgehoben")
                .values(None, Some(target.label().to_owned()))
        }));
    }
    let (mut uncleared, mut other_reason) = (Vec::new(), Vec::new());
    for grant in &held {
        let alive = grant.last_day >= today;
        if alive && grant.suspended_reason.is_some() {
            other_reason.push(grant.id);
        } else if alive && grant.approved && !grant.cleared {
            uncleared.push(grant.id);
        }
    }
    closed += uncleared.len() + other_reason.len();
    let suspended = rules::State::Suspended;
    stops::release(writer, &other_reason, suspended, None).await?;
    stops::release(writer, &uncleared, suspended, Some(NO_CLEARANCE)).await?;
    changes.extend(uncleared.iter().map(|id| {
        Change::new(HISTORY, id.0, "Sperre aufgehoben, bleibt geschlossen")
            .because(Some(NO_CLEARANCE.to_owned()))
    }));
    changes.extend(other_reason.iter().map(|id| {
        Change::new(
            HISTORY,
            id.0,
            "Sperre aufgehoben, bleibt aus anderem Grund geschlossen",
        )
    }));
    Ok((again, closed, changes))
}
