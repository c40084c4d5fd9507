//! The quarterly confirmation: opening the lists, proposing, answering, suspending what nobody confirmed.

use time::Date;

use super::super::rules::{self, Answer, ItemRefusal, ItemState, Proposal, State, Step};
use super::super::store::confirmation::{self, Item};
use super::super::store::decisions;
use super::decisions::NO_CLEARANCE;
use super::{HISTORY, tell_gate};
use crate::access::{Person, Writes};
use crate::base::calendar::Quarter;
use crate::base::ids::{GrantId, RecertificationId, RecertificationItemId, StaffId};
use crate::base::time::berlin_today;
use crate::grants::scope::responsibility;
use crate::history::{self, Change};
use crate::schema::providers::{recertification, recertification_item};
use crate::store::{Result, Rows, StoreError, Writer};

/// Why a grant was suspended without a stop: nobody confirmed it.
pub(in crate::grants) fn not_confirmed(quarter: &str) -> String {
    let label = quarter
        .parse()
        .map_or_else(|_| quarter.to_owned(), Quarter::label);
    format!("{NOT_CONFIRMED} ({label}).")
}

const NOT_CONFIRMED: &str = "In der vierteljährlichen Bestätigung nicht bestätigt";

/// Opens the list of the running quarter for every facility that has active grants and none yet; returns how many were
/// opened. Safe on several instances: each facility has one list per quarter.
pub async fn open_confirmations<P: Writes>(writer: &Writer<P>) -> Result<usize> {
    let today = berlin_today(writer.now());
    let quarter = Quarter::of(today).to_string();
    let mut opened = 0;
    for facility in confirmation::without_list(writer, &quarter, today).await? {
        let row = recertification::Model {
            id: RecertificationId(writer.entropy().uuid()),
            facility_id: facility,
            quarter: quarter.clone(),
            opened_at: writer.now(),
            due_day: rules::due_day(today),
            closed_at: None,
        };
        if !confirmation::open(writer, &row).await? {
            continue;
        }
        opened += 1;
        let grants = confirmation::active(writer, facility, today).await?;
        let items = grants
            .into_iter()
            .map(|grant| recertification_item::Model {
                id: RecertificationItemId(writer.entropy().uuid()),
                recertification_id: row.id,
                grant_id: grant,
                proposal: None,
                proposed_by: None,
                proposed_by_name: None,
                proposed_at: None,
                state: ItemState::Open.code().to_owned(),
                decided_by_name: None,
                decided_at: None,
                version: 1,
            })
            .collect();
        confirmation::insert_items(writer, items).await?;
    }
    Ok(opened)
}

/// Suspends the grants that nobody confirmed in time; returns how many. Safe on several instances: who closes a list
/// does its work.
pub async fn suspend_unconfirmed<P: Writes>(writer: &Writer<P>) -> Result<usize> {
    let today = berlin_today(writer.now());
    let mut suspended = 0;
    let lists = confirmation::overdue_lists(writer, today).await?;
    // All at once and in order, so that nobody waits for this one while it waits for them.
    let mut staff: Vec<StaffId> = Vec::new();
    for list in &lists {
        let items = confirmation::undecided(writer, list.id, today).await?;
        staff.extend(items.iter().map(|item| item.staff_id));
    }
    decisions::lock_staff(writer, &staff).await?;
    for list in lists {
        if !confirmation::close(writer, list.id).await? {
            continue;
        }
        let items = confirmation::undecided(writer, list.id, today).await?;
        let (alive, over): (Vec<_>, Vec<_>) = items.into_iter().partition(|item| item.alive);
        let over: Vec<RecertificationItemId> = over.iter().map(|item| item.id).collect();
        confirmation::set_items(writer, &over, ItemState::Moot).await?;
        let ids: Vec<RecertificationItemId> = alive.iter().map(|item| item.id).collect();
        confirmation::set_items(writer, &ids, ItemState::Suspended).await?;
        let grants: Vec<GrantId> = alive.iter().map(|item| item.grant_id).collect();
        let reason = not_confirmed(&list.quarter);
        decisions::suspend(writer, &grants, &reason).await?;
        tell_gate(writer, &grants).await?;
        let changes = grants
            .iter()
            .map(|id| {
                Change::new(HISTORY, id.0, "Zugangsfreigabe gesperrt").because(Some(reason.clone()))
            })
            .collect();
        history::record(writer, changes).await?;
        suspended += grants.len();
    }
    Ok(suspended)
}

/// A line that was ticked, as the page showed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::grants) struct Ticked {
    pub id: RecertificationItemId,
    pub version: i64,
}

/// What came of a step over several lines.
pub(in crate::grants) enum Steps {
    /// Stored, not yet committed: the grants concerned.
    Done(Vec<GrantId>),
    /// Refused for this staff member's grant; nothing was stored.
    Refused(String, ItemRefusal),
    /// One of the lines is not in scope.
    Unknown,
}

/// The ticked lines, with everybody else waiting; `None`: one of them is not in scope.
async fn ticked_items<P: Writes>(
    writer: &Writer<P>,
    ticked: &[Ticked],
) -> Result<Option<Vec<Item>>> {
    let Some(facility) = writer.access().actor().profile().facility else {
        return Ok(None);
    };
    let ids: Vec<RecertificationItemId> = ticked.iter().map(|one| one.id).collect();
    let before = confirmation::items_with(writer, facility, &ids).await?;
    let staff: Vec<StaffId> = before.iter().map(|item| item.staff_id).collect();
    decisions::lock_staff(writer, &staff).await?;
    let items = confirmation::items_with(writer, facility, &ids).await?;
    if items.is_empty() || items.len() != ticked.len() {
        return Ok(None);
    }
    let changed = items.iter().any(|item| {
        ticked
            .iter()
            .any(|one| one.id == item.id && one.version != item.version)
    });
    if changed {
        return Err(StoreError::Changed);
    }
    Ok(Some(items))
}

/// The first person proposes the same for all ticked lines.
pub(in crate::grants) async fn propose<P: Writes>(
    writer: &Writer<P>,
    ticked: &[Ticked],
    proposal: Proposal,
) -> Result<Steps> {
    let Some(items) = ticked_items(writer, ticked).await? else {
        return Ok(Steps::Unknown);
    };
    let mut changes = Vec::new();
    for item in &items {
        if !rules::may_propose(item.state()) {
            return Ok(Steps::Refused(
                item.staff_name.clone(),
                ItemRefusal::NotPossible,
            ));
        }
        confirmation::propose(writer, item, proposal).await?;
        changes.push(
            Change::new(HISTORY, item.grant_id.0, "Bestätigung vorgeschlagen")
                .values(None, Some(proposal.label().to_owned())),
        );
    }
    history::record(writer, changes).await?;
    Ok(Steps::Done(
        items.iter().map(|item| item.grant_id).collect(),
    ))
}

/// The second person answers all ticked lines alike.
pub(in crate::grants) async fn answer<P: Writes>(
    writer: &Writer<P>,
    ticked: &[Ticked],
    answer: Answer,
    today: Date,
) -> Result<Steps> {
    let Some(items) = ticked_items(writer, ticked).await? else {
        return Ok(Steps::Unknown);
    };
    let by = writer.access().actor().person();
    let mut changes = Vec::new();
    for item in &items {
        let refused = |refusal| Ok(Steps::Refused(item.staff_name.clone(), refusal));
        let (Some(proposal), Some(proposer)) = (item.proposal(), item.proposer()) else {
            return refused(ItemRefusal::NotPossible);
        };
        let unconfirmed = unconfirmed(item);
        let after = match rules::answered(item.state(), proposal, answer, proposer, by, unconfirmed)
        {
            Ok(after) => after,
            Err(refusal) => return refused(refusal),
        };
        confirmation::answer(writer, item, after).await?;
        match after {
            ItemState::Confirmed => changes.extend(confirm(writer, item, by, today).await?),
            ItemState::Ended => changes.extend(end(writer, item, proposer, by, today).await?),
            _ => changes.push(Change::new(
                HISTORY,
                item.grant_id.0,
                "Vorschlag zur Bestätigung zurückgegeben",
            )),
        }
    }
    history::record(writer, changes).await?;
    Ok(Steps::Done(
        items.iter().map(|item| item.grant_id).collect(),
    ))
}

/// Whether the grant is closed because nobody confirmed it.
fn unconfirmed(item: &Item) -> bool {
    item.suspended_reason
        .as_deref()
        .is_some_and(|reason| reason.starts_with(NOT_CONFIRMED))
}

fn decidable(item: &Item, requested_by: Person) -> rules::Decidable {
    rules::Decidable {
        state: item.grant_state.parse().unwrap_or(State::Revoked),
        approved: true,
        requested_by,
        last: item.last_day,
    }
}

/// Confirmed late, a grant is open again unless a stop holds it.
async fn confirm<P: Writes>(
    writer: &Writer<P>,
    item: &Item,
    by: Person,
    today: Date,
) -> Result<Vec<Change<'static>>> {
    let id = item.grant_id;
    let mut changes = vec![Change::new(HISTORY, id.0, "Im Quartal bestätigt")];
    if unconfirmed(item) && !item.cleared && item.grant_state == State::Suspended.code() {
        // The confirmation was missing, and meanwhile the clearance is too.
        decisions::suspend(writer, &[id], NO_CLEARANCE).await?;
        changes.push(
            Change::new(HISTORY, id.0, "Bleibt geschlossen").because(Some(NO_CLEARANCE.to_owned())),
        );
    } else if unconfirmed(item) {
        let opens =
            !item.stopped && rules::next(&decidable(item, by), Step::Resume, by, today).is_ok();
        decisions::clear_reason(writer, &[id], opens).await?;
        if opens {
            tell_gate(writer, &[id]).await?;
            changes.push(
                Change::new(HISTORY, id.0, "Zugangsfreigabe wieder offen").values(
                    Some(State::Suspended.label().to_owned()),
                    Some(State::Active.label().to_owned()),
                ),
            );
        }
    }
    Ok(changes)
}

/// Ended by two people: revoked, unless it ended by itself meanwhile.
async fn end<P: Writes>(
    writer: &Writer<P>,
    item: &Item,
    proposer: Person,
    by: Person,
    today: Date,
) -> Result<Vec<Change<'static>>> {
    let grant = decidable(item, proposer);
    let Ok(after) = rules::next(&grant, Step::Revoke, by, today) else {
        return Ok(Vec::new());
    };
    decisions::decide(
        writer,
        item.grant_id,
        item.grant_version,
        grant.state,
        after,
    )
    .await?;
    tell_gate(writer, &[item.grant_id]).await?;
    Ok(vec![
        Change::new(HISTORY, item.grant_id.0, "In der Bestätigung beendet").values(
            Some(grant.state.label().to_owned()),
            Some(after.label().to_owned()),
        ),
    ])
}

/// What waits for a decision of the actor: requests (of a coordination: its own that wait for a facility), and lines of
/// the quarterly confirmation. One statement.
///
/// # Errors
/// If the store cannot.
pub async fn waiting(rows: &impl Rows) -> Result<(u64, u64)> {
    match responsibility(rows.access().actor().profile()) {
        Some(whose) => confirmation::waiting(rows, whose, berlin_today(rows.now())).await,
        None => Ok((0, 0)),
    }
}
