//! Use cases: finding sessions whose trainers cannot come, proposing who could, putting somebody in, and the planner's
//! refusal to plan past a grant.

use std::collections::{BTreeMap, BTreeSet};

use time::{Date, Duration};

use super::rules::ranking::{self, Candidate, Need};
use super::rules::{self, AHEAD_DAYS, Gap};
use super::store::facts::{Known, facts};
use super::store::{self, CoverRow, SessionRow, Wanted};
use crate::access::{Role, Writes};
use crate::base::german;
use crate::base::ids::{
    CoverId, FacilityId, GrantId, GroupId, GroupSessionId, ProgrammeId, StaffId,
};
use crate::base::time::berlin_today;
use crate::gate;
use crate::groups::rules::{begins, session_number};
use crate::history::{self, Change};
use crate::store::{Result, Rows, StoreError, Writer};

/// The programmes whose trainers need the certificate begin so.
const CERTIFIED: &str = "akt";
/// The language that everybody speaks.
const GERMAN: &str = "de";

/// A session with a trainer who cannot hold it.
#[derive(Debug, Clone)]
pub(super) struct Affected {
    pub row: SessionRow,
    pub gap: Gap,
    /// The grant that ends before, if that is the reason.
    pub grant: Option<GrantId>,
}

/// Everything looked at for some sessions.
pub(super) struct Looked {
    /// All rows that were looked at, also those in order.
    pub rows: Vec<SessionRow>,
    /// Those with a trainer who cannot come.
    pub affected: Vec<Affected>,
    known: BTreeMap<StaffId, Known>,
    today: Date,
}

fn places(rows: &[SessionRow]) -> Vec<(FacilityId, ProgrammeId)> {
    let set: BTreeSet<_> = rows
        .iter()
        .map(|row| (row.facility_id, row.programme_id))
        .collect();
    set.into_iter().collect()
}

fn facilities(places: &[(FacilityId, ProgrammeId)]) -> Vec<FacilityId> {
    let set: BTreeSet<_> = places.iter().map(|(facility, _)| *facility).collect();
    set.into_iter().collect()
}

/// Looks at planned sessions that have not begun. One statement.
pub(super) async fn look<R: Rows>(rows: &R, wanted: &Wanted) -> Result<Looked> {
    let today = berlin_today(rows.now());
    let (mut found, known) = store::sessions(rows, wanted, today).await?;
    found.retain(|row| begins(row.day, row.start_minute) > rows.now());
    let affected = found
        .iter()
        .filter_map(|row| {
            let facts = known
                .get(&row.staff_id)
                .map(|known| known.at(row.facility_id, row.programme_id))
                .unwrap_or_default();
            let gap = rules::gap(&facts, row.day)?;
            Some(Affected {
                row: row.clone(),
                gap,
                grant: rules::ending_grant(&facts, gap),
            })
        })
        .collect();
    Ok(Looked {
        rows: found,
        affected,
        known,
        today,
    })
}

/// The window of the list.
pub(super) fn ahead(today: Date) -> Wanted {
    Wanted::Until(today + Duration::days(AHEAD_DAYS))
}

impl Looked {
    /// What a session needs of whoever holds it instead of its trainer.
    pub fn need(&self, row: &SessionRow) -> Need {
        Need {
            day: row.day,
            start: row.start_minute,
            minutes: row.minutes,
            certificate: row.programme_code.starts_with(CERTIFIED),
            trainers: self
                .rows
                .iter()
                .filter(|other| other.id == row.id)
                .map(|other| other.staff_id)
                .collect(),
            town: row.facility_town.clone(),
            languages: self
                .known
                .get(&row.staff_id)
                .map(|known| {
                    let besides = known.languages.iter().filter(|code| *code != GERMAN);
                    besides.cloned().collect()
                })
                .unwrap_or_default(),
        }
    }
}

/// Affected sessions of one trainer for one reason at one place.
pub(super) struct Block {
    pub sessions: Vec<Affected>,
    /// Who could hold them, best first.
    pub proposals: Vec<ranking::Proposal>,
    /// Of each session, the position of the best proposal.
    pub best: Vec<Option<usize>>,
    pub candidates: Vec<Candidate>,
}

impl Block {
    /// The session that stands for the block: all have trainer, reason and place in common.
    pub fn head(&self) -> Option<&Affected> {
        self.sessions.first()
    }
}

/// Groups affected sessions by trainer, reason and place, and finds for each block who could hold them. With
/// `propose` two statements more.
pub(super) async fn blocks<R: Rows>(
    rows: &R,
    looked: &Looked,
    affected: Vec<Affected>,
    propose: bool,
) -> Result<Vec<Block>> {
    let mut grouped: BTreeMap<_, Vec<Affected>> = BTreeMap::new();
    for one in affected {
        let row = &one.row;
        let key = (
            one.gap.lies_ahead(looked.today),
            row.staff_name.clone(),
            row.staff_id,
            one.gap,
            row.facility_id,
            row.programme_id,
        );
        grouped.entry(key).or_default().push(one);
    }
    let sessions: Vec<SessionRow> = grouped
        .values()
        .flatten()
        .map(|one| one.row.clone())
        .collect();
    let known = if propose && !sessions.is_empty() {
        candidates(rows, &sessions, looked.today).await?
    } else {
        Vec::new()
    };
    Ok(grouped
        .into_values()
        .map(|sessions| {
            let needs: Vec<Need> = sessions.iter().map(|one| looked.need(&one.row)).collect();
            let candidates: Vec<Candidate> = sessions.first().map_or_else(Vec::new, |one| {
                known
                    .iter()
                    .map(|(staff, known)| candidate(staff, known, &one.row))
                    .collect()
            });
            let proposals = ranking::rank(&candidates, &needs);
            let best = (0..needs.len())
                .map(|need| {
                    proposals
                        .iter()
                        .position(|proposal| proposal.possible.contains(&need))
                })
                .collect();
            Block {
                sessions,
                proposals,
                best,
                candidates,
            }
        })
        .collect())
}

fn candidate(staff: &store::StaffRow, known: &Known, at: &SessionRow) -> Candidate {
    Candidate {
        id: staff.id,
        name: staff.name.clone(),
        provider: staff.provider_name.clone(),
        role: staff.role.clone(),
        town: staff.town.clone(),
        facts: known.at(at.facility_id, at.programme_id),
        certificates: known.certificates.clone(),
        times: known.times.clone(),
        languages: known.languages.clone(),
        busy: known.busy.clone(),
        minutes: super::travel::minutes(&staff.town, &at.facility_town),
    }
}

/// The staff who might hold some sessions, with what is known of them. A coordination is offered its own staff only.
async fn candidates<R: Rows>(
    rows: &R,
    sessions: &[SessionRow],
    today: Date,
) -> Result<Vec<(store::StaffRow, Known)>> {
    let places = places(sessions);
    let days = sessions.iter().map(|row| row.day);
    let (Some(from), Some(to)) = (days.clone().min(), days.max()) else {
        return Ok(Vec::new());
    };
    let profile = rows.access().actor().profile();
    let own = (profile.role == Role::Coordinator)
        .then_some(profile.provider)
        .flatten();
    let staff = store::candidates(rows, &places, (from, to), own).await?;
    let ids: Vec<StaffId> = staff.iter().map(|one| one.id).collect();
    let mut known = facts(rows, &ids, &facilities(&places), today, Some((from, to))).await?;
    Ok(staff
        .into_iter()
        .map(|one| {
            let facts = known.remove(&one.id).unwrap_or_default();
            (one, facts)
        })
        .collect())
}

/// How many sessions of the next 120 days have a trainer who cannot come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Already now: stopped, suspended, away, without grant.
    pub now: u64,
    /// All is in order today, but ends before the session.
    pub ahead: u64,
}

/// The numbers of the start page, of what the actor is responsible for. One statement.
///
/// # Errors
/// If the store cannot.
pub async fn counts<R: Rows>(rows: &R) -> Result<Counts> {
    let today = berlin_today(rows.now());
    let looked = look(rows, &ahead(today)).await?;
    let number = |ahead: bool| {
        let sessions: BTreeSet<GroupSessionId> = looked
            .affected
            .iter()
            .filter(|one| one.gap.lies_ahead(today) == ahead)
            .map(|one| one.row.id)
            .collect();
        sessions.len() as u64
    };
    Ok(Counts {
        now: number(false),
        ahead: number(true),
    })
}

/// Why a group cannot be published: for each trainer who cannot hold all sessions, which days are not covered and who
/// could. Empty: every session has all its trainers. One statement, or three.
///
/// # Errors
/// If the store cannot.
pub async fn publish_problems<R: Rows>(rows: &R, group: GroupId) -> Result<Vec<String>> {
    let looked = look(rows, &Wanted::Group(group)).await?;
    let blocks = blocks(rows, &looked, looked.affected.clone(), true).await?;
    Ok(blocks
        .iter()
        .filter_map(|block| {
            // Somebody's holiday in half a year is covered when it comes; it stands in the list until then.
            let head = block.head().filter(|head| head.gap != Gap::Absent)?;
            let days: Vec<Date> = block.sessions.iter().map(|one| one.row.day).collect();
            let told = rules::sentence(&head.row.staff_name, head.gap, &days, looked.today);
            let proposal = block
                .proposals
                .first()
                .and_then(|proposal| Some((block.candidates.get(proposal.candidate)?, proposal)));
            Some(match proposal {
                Some((candidate, proposal)) => format!(
                    "{told} Vorschlag zur Vertretung: {}.",
                    ranking::line(candidate, proposal, days.len())
                ),
                None => format!(
                    "{told} Für diese Tage ist niemand mit gültiger Freigabe frei; bitte die Freigabe verlängern lassen."
                ),
            })
        })
        .collect())
}

/// Which trainers of a group cannot hold which of its sessions, as far as the actor is responsible for them (external
/// staff: for themselves), one sentence each. One statement.
///
/// # Errors
/// If the store cannot.
pub async fn group_problems<R: Rows>(rows: &R, group: GroupId) -> Result<Vec<String>> {
    let looked = look(rows, &Wanted::Group(group)).await?;
    let blocks = blocks(rows, &looked, looked.affected.clone(), false).await?;
    Ok(blocks
        .iter()
        .filter_map(|block| {
            let head = block.head()?;
            let days: Vec<Date> = block.sessions.iter().map(|one| one.row.day).collect();
            Some(rules::sentence(
                &head.row.staff_name,
                head.gap,
                &days,
                looked.today,
            ))
        })
        .collect())
}

/// What the preview of a plan says of trainers who cannot come on all of its days: one sentence each. One statement.
///
/// # Errors
/// If the store cannot.
pub async fn plan_problems<R: Rows>(
    rows: &R,
    facility: FacilityId,
    programme: ProgrammeId,
    trainers: &[(StaffId, String)],
    days: &[Date],
) -> Result<Vec<String>> {
    let today = berlin_today(rows.now());
    let ids: Vec<StaffId> = trainers.iter().map(|(id, _)| *id).collect();
    let known = facts(rows, &ids, &[facility], today, None).await?;
    let mut sentences = Vec::new();
    for (id, name) in trainers {
        let facts = known
            .get(id)
            .map(|known| known.at(facility, programme))
            .unwrap_or_default();
        let mut gaps: BTreeMap<Gap, Vec<Date>> = BTreeMap::new();
        for day in days {
            if let Some(gap) = rules::gap(&facts, *day) {
                gaps.entry(gap).or_default().push(*day);
            }
        }
        sentences.extend(
            gaps.iter()
                .map(|(gap, days)| rules::sentence(name, *gap, days, today)),
        );
    }
    Ok(sentences)
}

/// Sessions of a group in the actor's responsibility with their versions as they are now, for [`put_in`].
pub(crate) async fn versions<R: Rows>(
    rows: &R,
    group: GroupId,
    sessions: &[GroupSessionId],
) -> Result<Vec<(GroupSessionId, i64)>> {
    let looked = look(rows, &Wanted::These(sessions.to_vec())).await?;
    let mut found: Vec<(GroupSessionId, i64)> = looked
        .rows
        .iter()
        .filter(|row| row.group_id == group)
        .map(|row| (row.id, row.version))
        .collect();
    found.sort();
    found.dedup();
    Ok(found)
}

/// What came of putting somebody in.
pub(crate) enum Outcome {
    /// Stored, not yet committed; carries the name and how many sessions.
    Done(String, usize),
    /// Refused; carries the German sentences. Nothing may be committed.
    Refused(Vec<String>),
    /// There are no such sessions in the actor's responsibility.
    Unknown,
}

/// Puts somebody in for a trainer in some sessions that stand as they were shown: all of them or none.
///
/// # Errors
/// [`StoreError::Changed`] if somebody else changed one of them first.
pub(crate) async fn put_in<P: Writes>(
    writer: &Writer<P>,
    sessions: &[(GroupSessionId, i64)],
    instead_of: StaffId,
    staff: StaffId,
) -> Result<Outcome> {
    let Some(member) = store::hold_staff(writer, staff).await? else {
        return Ok(Outcome::Unknown);
    };
    let ids: Vec<GroupSessionId> = sessions.iter().map(|(id, _)| *id).collect();
    // In the order of the ids, so that two who take the same sessions wait for each other instead of both failing.
    let mut ordered = sessions.to_vec();
    ordered.sort();
    ordered.dedup();
    let looked = look(writer, &Wanted::These(ids)).await?;
    let mut rows = Vec::with_capacity(ordered.len());
    for (id, version) in &ordered {
        let mut own = looked.rows.iter().filter(|row| row.id == *id).peekable();
        if own.peek().is_none() {
            return Ok(Outcome::Unknown);
        }
        // Somebody else already covers: what the page showed is no longer so.
        let row = own
            .find(|row| row.staff_id == instead_of)
            .ok_or(StoreError::Changed)?;
        rows.push((row.clone(), *version));
    }
    let (Some(from), Some(to)) = (
        rows.iter().map(|(row, _)| row.day).min(),
        rows.iter().map(|(row, _)| row.day).max(),
    ) else {
        return Ok(Outcome::Unknown);
    };
    for (row, version) in &rows {
        store::touch(writer, row.id, *version).await?;
    }
    let places = facilities(&places(&looked.rows));
    let known = facts(writer, &[staff], &places, looked.today, Some((from, to))).await?;
    let known = known.get(&staff).cloned().unwrap_or_default();
    if !known.ever_granted() {
        // Nobody the page could have proposed: not even the name is told.
        return Ok(Outcome::Unknown);
    }
    let mut refused = Vec::new();
    let mut taken: Vec<(Date, i64, i64)> = Vec::new();
    for (row, _) in &rows {
        let mut candidate = candidate(&member, &known, row);
        // Two of the chosen sessions must not meet either.
        candidate.busy.extend(taken.iter().copied());
        if let Some(hindrance) = ranking::hindrance(&candidate, &looked.need(row)) {
            refused.push(format!(
                "{} am {}: {}.",
                member.name,
                german::date(row.day),
                hindrance.words(looked.today)
            ));
        }
        taken.push((row.day, row.start_minute, row.start_minute + row.minutes));
    }
    if !refused.is_empty() {
        return Ok(Outcome::Refused(refused));
    }
    for (row, _) in &rows {
        store::lift(writer, row.id, row.planned_id).await?;
        // Whoever was planned in the first place needs no cover.
        if row.planned_id != staff {
            match store::put_in(writer, row.id, row.planned_id, staff).await {
                Err(StoreError::Duplicate(_)) => return Err(StoreError::Changed),
                other => other?,
            }
        }
        gate::note_changes(writer, row.facility_id, row.day, &[staff], "Vertretung").await?;
    }
    let rows: Vec<SessionRow> = rows.into_iter().map(|(row, _)| row).collect();
    record(writer, &rows, &member.name, "Vertretung eingesetzt").await?;
    Ok(Outcome::Done(member.name, rows.len()))
}

/// One line of history for each group.
async fn record<P: Writes>(
    writer: &Writer<P>,
    rows: &[SessionRow],
    name: &str,
    what: &str,
) -> Result<()> {
    let mut groups: BTreeMap<GroupId, Vec<&SessionRow>> = BTreeMap::new();
    for row in rows {
        groups.entry(row.group_id).or_default().push(row);
    }
    let changes = groups
        .iter()
        .filter_map(|(group, rows)| {
            let first = rows.first()?;
            let days: Vec<String> = rows
                .iter()
                .map(|row| {
                    format!(
                        "{} am {}",
                        session_number(row.ordinal),
                        german::date(row.day)
                    )
                })
                .collect();
            Some(Change::new("training_group", group.0, what).values(
                Some(first.staff_name.clone()),
                Some(format!("{name} ({})", days.join(", "))),
            ))
        })
        .collect();
    history::record(writer, changes).await
}

/// Ends a cover of a session that stands as it was shown: its own trainer holds it again.
///
/// # Errors
/// [`StoreError::Changed`] if somebody else changed it first.
pub(super) async fn lift<P: Writes>(
    writer: &Writer<P>,
    cover: CoverId,
    version: Option<i64>,
) -> Result<Option<CoverRow>> {
    let today = berlin_today(writer.now());
    let Some(row) = store::covers(writer, today, Some(cover)).await?.pop() else {
        return Ok(None);
    };
    store::touch(writer, row.session_id, version.ok_or(StoreError::Changed)?).await?;
    if !store::lift(writer, row.session_id, row.planned_id).await? {
        return Err(StoreError::Changed);
    }
    gate::note_session(
        writer,
        row.facility_id,
        row.day,
        row.session_id,
        "Vertretung aufgehoben",
    )
    .await?;
    let change = Change::new("training_group", row.group_id.0, "Vertretung aufgehoben").values(
        Some(row.staff_name.clone()),
        Some(format!(
            "{} ({} am {})",
            row.planned_name,
            session_number(row.ordinal),
            german::date(row.day)
        )),
    );
    history::record(writer, vec![change]).await?;
    Ok(Some(row))
}

/// Ends the covers of a session for everybody who no longer holds it. The caller holds the group, has changed who holds
/// the session, and tells the gate.
pub async fn keep_only<P: Writes>(
    writer: &Writer<P>,
    (group, session): (GroupId, GroupSessionId),
    day: Date,
    holders: &[(StaffId, String)],
) -> Result<()> {
    let keep = holders.iter().map(|(id, _)| *id);
    let touched = store::lift_others(writer, session, keep).await?;
    if touched == 0 {
        return Ok(());
    }
    let text = format!("Nachholtermin am {}", german::date(day));
    let change =
        Change::new("training_group", group.0, "Vertretung aufgehoben").values(Some(text), None);
    history::record(writer, vec![change]).await
}
