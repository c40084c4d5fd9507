//! Deciding about grants: approving what was looked at and nothing else, declining, revoking, taking a request back.

use time::Date;

use super::super::rules::{self, NoClearance, Refusal, State, Step};
use super::super::store::{self, GrantRow, decisions};
use super::{HISTORY, Request, period_words, tell_gate};
use crate::access::{Writes, same_person};
use crate::base::crypto::{hex, same};
use crate::base::ids::{ClearanceId, GrantId, StaffId};
use crate::base::time::berlin_today;
use crate::history::{self, Change};
use crate::store::{Result, Rows, StoreError, Writer};

/// Why a grant was suspended without a stop: its clearance holds no longer.
pub const NO_CLEARANCE: &str = "Die Überprüfung, auf der die Freigabe beruht, gilt nicht mehr.";

/// Why a decision was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::grants) enum Why {
    /// The rules refuse it.
    Rule(Refusal),
    /// No clearance carries it.
    Clearance(NoClearance),
    /// A stop is open.
    Stopped,
    /// It stands otherwise than the form showed.
    Changed,
}

/// What came of a decision.
pub(in crate::grants) enum Decision {
    /// Stored, not yet committed.
    Taken,
    /// Refused; nothing was stored. The first grant that stands against it, and why.
    Refused(GrantId, Why),
    /// There is no such grant in scope.
    Unknown,
}

/// What the approving person looked at.
#[derive(Debug, Clone)]
pub(in crate::grants) struct Looked {
    /// Which grant.
    pub id: GrantId,
    /// The hash of what the page showed, as hexadecimal digits.
    pub hash: String,
}

/// The day from which a clearance must cover a grant: what is past needs none any more.
pub(in crate::grants) fn needed_from(row: &GrantRow, today: Date) -> Date {
    row.first_day.max(today)
}

/// The clearance that a grant can rest on.
pub(in crate::grants) fn clearance_of(
    row: &GrantRow,
    clearances: &[(StaffId, rules::ClearancePeriod)],
    today: Date,
) -> std::result::Result<ClearanceId, NoClearance> {
    let own: Vec<rules::ClearancePeriod> = clearances
        .iter()
        .filter(|(staff, _)| *staff == row.staff_id)
        .map(|(_, period)| *period)
        .collect();
    rules::clearance_for(&own, needed_from(row, today), row.last_day)
}

/// Whether a grant is suspended only for want of a clearance, so that an approval can open it again.
pub(in crate::grants) fn may_be_readmitted(row: &GrantRow) -> bool {
    row.state == State::Suspended.code()
        && row.stop_id.is_none()
        && row.suspended_reason.as_deref() == Some(NO_CLEARANCE)
}

/// Approves grants of one facility that are exactly what the page showed: all of them or none.
pub(in crate::grants) async fn approve<P: Writes>(
    writer: &Writer<P>,
    looked: &[Looked],
    today: Date,
) -> Result<Decision> {
    let ids: Vec<GrantId> = looked.iter().map(|one| one.id).collect();
    let before = store::grants_with(writer, &ids).await?;
    if before.is_empty() || before.len() != ids.len() {
        return Ok(Decision::Unknown);
    }
    let staff: Vec<StaffId> = before.iter().map(|row| row.staff_id).collect();
    decisions::lock_staff(writer, &staff).await?;
    // What others did while this one waited counts.
    let rows = store::grants_with(writer, &ids).await?;
    let Some(facility) = rows.first().map(|row| row.facility_id) else {
        return Ok(Decision::Unknown);
    };
    if rows.len() != ids.len() || rows.iter().any(|row| row.facility_id != facility) {
        return Ok(Decision::Unknown);
    }
    let clearances = decisions::clearances(writer, &staff, facility).await?;
    let mut found = Vec::new();
    for row in &rows {
        match check(writer, row, looked, &clearances, today) {
            Ok(approval) => found.push(approval),
            Err(why) => return Ok(Decision::Refused(row.id, why)),
        }
    }
    let clearances: Vec<ClearanceId> = found.iter().map(|(_, clearance, _)| *clearance).collect();
    decisions::hold_clearances(writer, &clearances).await?;
    let mut changes = Vec::new();
    for (row, clearance, hash) in &found {
        decisions::approve(writer, row.id, row.version, *clearance, *hash).await?;
        let before = row.decidable().state;
        let what = if before == State::Suspended {
            "Zugangsfreigabe wieder zugelassen"
        } else {
            "Zugangsfreigabe genehmigt"
        };
        changes.push(Change::new(HISTORY, row.id.0, what).values(
            Some(before.label().to_owned()),
            Some(State::Active.label().to_owned()),
        ));
    }
    tell_gate(writer, &ids).await?;
    history::record(writer, changes).await?;
    Ok(Decision::Taken)
}

type Approvable<'a> = (&'a GrantRow, ClearanceId, [u8; 32]);

fn check<'a, P: Writes>(
    writer: &Writer<P>,
    row: &'a GrantRow,
    looked: &[Looked],
    clearances: &[(StaffId, rules::ClearancePeriod)],
    today: Date,
) -> std::result::Result<Approvable<'a>, Why> {
    let by = writer.access().actor().person();
    let grant = row.decidable();
    if row.stopped {
        return Err(Why::Stopped);
    }
    if may_be_readmitted(row) {
        if same_person(by, grant.requested_by) {
            return Err(Why::Rule(Refusal::FourEyes));
        }
        rules::next(&grant, Step::Resume, by, today).map_err(Why::Rule)?;
    } else {
        rules::next(&grant, Step::Approve, by, today).map_err(Why::Rule)?;
    }
    let clearance = clearance_of(row, clearances, today).map_err(Why::Clearance)?;
    let hash = row.facts(clearance).hash();
    let shown = looked.iter().find(|one| one.id == row.id);
    if shown.is_none_or(|one| !same(one.hash.as_bytes(), hex(&hash).as_bytes())) {
        return Err(Why::Changed);
    }
    Ok((row, clearance, hash))
}

/// Declines or revokes a grant in scope that still stands as the form showed it; or takes a request back.
pub(in crate::grants) async fn decide<P: Writes>(
    writer: &Writer<P>,
    id: GrantId,
    version: Option<i64>,
    step: Step,
    reason: Option<String>,
    today: Date,
) -> Result<Decision> {
    let Some(before) = store::grant(writer, id).await? else {
        return Ok(Decision::Unknown);
    };
    decisions::lock_staff(writer, &[before.staff_id]).await?;
    let Some(row) = store::grant(writer, id).await? else {
        return Ok(Decision::Unknown);
    };
    let grant = row.decidable();
    let by = writer.access().actor().person();
    let after = match rules::next(&grant, step, by, today) {
        Ok(after) => after,
        Err(refusal) => return Ok(Decision::Refused(id, Why::Rule(refusal))),
    };
    if version != Some(row.version) {
        return Ok(Decision::Refused(id, Why::Changed));
    }
    decisions::decide(writer, id, row.version, grant.state, after).await?;
    let what = match (step, grant.state) {
        (Step::Decline, _) => "Zugangsfreigabe abgelehnt",
        (_, State::Requested) => "Antrag zurückgezogen",
        _ => "Zugangsfreigabe widerrufen",
    };
    let labels = (grant.state.label().to_owned(), after.label().to_owned());
    let change = Change::new(HISTORY, id.0, what)
        .values(Some(labels.0), Some(labels.1))
        .because(reason);
    if grant.state != State::Requested {
        tell_gate(writer, &[id]).await?;
    }
    history::record(writer, vec![change]).await?;
    Ok(Decision::Taken)
}

/// Changes the period of a request that nobody decided about yet. The second person then has to look again.
///
/// # Errors
/// [`StoreError::Changed`] if somebody changed or decided it meanwhile.
pub(in crate::grants) async fn change_period<P: Writes>(
    writer: &Writer<P>,
    row: &GrantRow,
    version: Option<i64>,
    request: &Request<'_>,
) -> Result<()> {
    let version = version.ok_or(StoreError::Changed)?;
    decisions::change_period(writer, row.id, version, request.first, request.last).await?;
    let change = Change::new(HISTORY, row.id.0, "Zeitraum des Antrags geändert").values(
        Some(period_words(row.first_day, row.last_day)),
        Some(period_words(request.first, request.last)),
    );
    history::record(writer, vec![change]).await
}

/// Suspends every grant that rests on a clearance which holds no longer; returns how many. Part of the unit of work that
/// withdraws the clearance: both are stored, or neither is. Data access and gate list are closed with the same commit.
pub async fn suspend_for_clearance<P: Writes>(
    writer: &Writer<P>,
    clearance: ClearanceId,
) -> Result<usize> {
    let today = berlin_today(writer.now());
    let ids = decisions::resting_on(writer, clearance, today).await?;
    decisions::suspend(writer, &ids, NO_CLEARANCE).await?;
    tell_gate(writer, &ids).await?;
    let changes = ids
        .iter()
        .map(|id| {
            Change::new(HISTORY, id.0, "Zugangsfreigabe gesperrt")
                .because(Some(NO_CLEARANCE.to_owned()))
        })
        .collect();
    history::record(writer, changes).await?;
    Ok(ids.len())
}
