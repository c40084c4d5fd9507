//! Saving a register and taking a saving back. Each is one read and one write, however many people there are.

use crate::access::Writes;
use crate::base::german;
use crate::base::ids::{AccountId, PersonId};
use crate::base::time::Instant;
use crate::groups::rules::register::{Mark, Outcome, Recorded, TakeBack, take_back};
use crate::groups::rules::{begins, session_number};
use crate::groups::store::register::{self, RegisterPerson, SessionHead};
use crate::history::{self, Change};
use crate::store::{Result, Rows, Sql, Writer};

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

/// How enrolments follow a register: who took part now and did not before, and the other way round.
fn follow(
    session: &SessionHead,
    rows: impl Iterator<Item = (PersonId, Option<Mark>, Option<Mark>)> + Clone,
) -> Vec<Sql> {
    let took_part = |mark: Option<Mark>| mark.is_some_and(|mark| mark.status().attended());
    let started: Vec<PersonId> = rows
        .clone()
        .filter(|(_, _, new)| took_part(*new))
        .map(|(person, ..)| person)
        .collect();
    let lost: Vec<PersonId> = rows
        .filter(|(_, old, new)| took_part(*old) && !took_part(*new))
        .map(|(person, ..)| person)
        .collect();
    let mut statements = Vec::new();
    if !started.is_empty() {
        statements.push(register::start_sql(session, &started));
    }
    if !lost.is_empty() {
        statements.push(register::start_again_sql(session, &lost));
    }
    statements
}

/// What is said of a session in the history of its group.
fn line(session: &SessionHead, count: usize) -> String {
    format!(
        "{} am {}: {}",
        session_number(session.ordinal),
        german::date(session.day),
        german::plural(count as u64, "Person", "Personen")
    )
}

/// The changes of rows for the history.
fn corrections<'a>(
    what: &'a str,
    people: &'a [RegisterPerson],
    rows: impl Iterator<Item = (PersonId, Mark, Mark)> + 'a,
    reason: Option<String>,
) -> impl Iterator<Item = Change<'a>> + 'a {
    rows.filter_map(move |(person, old, new)| {
        let row = people.iter().find(|row| row.person_id == person)?;
        let id = row.entry.as_ref()?.id;
        Some(
            Change::new("attendance", id.0, what)
                .about(person)
                .values(Some(old.label()), Some(new.label()))
                .because(reason.clone()),
        )
    })
}

/// Runs the statements; `false` if somebody else changed the session since it was read, and then nothing may be kept.
async fn write<P: Writes>(writer: &Writer<P>, statements: Vec<Sql>) -> Result<bool> {
    let touched = writer.change_all(statements).await?;
    Ok(touched.first() == Some(&1))
}

/// Writes what differs: rows, the session's state, the beginning of enrolments, the history. `false` if somebody else
/// saved since session and people were read: the caller drops the writer and begins anew.
pub(crate) async fn save<P: Writes>(
    writer: &Writer<P>,
    session: &SessionHead,
    people: &[RegisterPerson],
    outcome: &Outcome,
    reason: Option<String>,
) -> Result<bool> {
    let corrected = outcome
        .corrected
        .iter()
        .map(|(person, old, new)| (*person, *old, *new));
    let mut changes: Vec<Change<'_>> =
        corrections("Anwesenheit berichtigt", people, corrected.clone(), reason).collect();
    if !outcome.new.is_empty() {
        changes.push(
            Change::new("training_group", session.group_id.0, "Anwesenheit erfasst")
                .values(None, Some(line(session, outcome.new.len()))),
        );
    }
    let new = outcome
        .new
        .iter()
        .map(|(person, mark)| (*person, None, Some(*mark)));
    let rows = new.chain(corrected.map(|(person, old, new)| (person, Some(old), Some(new))));
    let written: Vec<(PersonId, Mark)> = rows
        .clone()
        .filter_map(|(person, _, new)| new.map(|new| (person, new)))
        .collect();
    // The first one holds the version: of two who save at once the second one finds it changed.
    let mut statements = vec![
        register::held_sql(session),
        register::save_sql(writer, session.id, &written),
    ];
    statements.extend(history::record_sql(writer, changes));
    statements.extend(follow(session, rows));
    write(writer, statements).await
}

/// What the actor could take back now.
pub(crate) fn undoable(
    people: &[RegisterPerson],
    who: AccountId,
    now: Instant,
) -> Option<TakeBack> {
    let rows: Vec<Recorded<AccountId>> = people
        .iter()
        .filter_map(|person| {
            let entry = person.entry.as_ref()?;
            Some(Recorded {
                person: person.person_id,
                mark: entry.mark,
                before: entry.before,
                at: entry.recorded_at,
                by: entry.recorded_by,
            })
        })
        .collect();
    take_back(&rows, who, now)
}

/// Takes a saving back. `false` as in [`save`].
pub(crate) async fn undo<P: Writes>(
    writer: &Writer<P>,
    session: &SessionHead,
    people: &[RegisterPerson],
    back: &TakeBack,
) -> Result<bool> {
    let who = writer.access().actor().account();
    let forgotten = back
        .rows
        .iter()
        .filter(|(_, _, before)| before.is_none())
        .count();
    let recorded = people.iter().filter(|row| row.entry.is_some()).count();
    let restored = back
        .rows
        .iter()
        .filter_map(|(person, mark, before)| before.map(|before| (*person, *mark, before)));
    let what = "Anwesenheit: Berichtigung rückgängig gemacht";
    let mut changes: Vec<Change<'_>> = corrections(what, people, restored, None).collect();
    if forgotten > 0 {
        changes.push(
            Change::new(
                "training_group",
                session.group_id.0,
                "Erfassung der Anwesenheit rückgängig gemacht",
            )
            .values(Some(line(session, forgotten)), None),
        );
    }
    let mut statements = vec![
        register::taken_back_sql(session, recorded > forgotten),
        register::forget_sql(session.id, who, back.at),
        register::restore_sql(writer, session.id, who, back.at),
    ];
    statements.extend(history::record_sql(writer, changes));
    let rows = back
        .rows
        .iter()
        .map(|(person, mark, before)| (*person, Some(*mark), *before));
    statements.extend(follow(session, rows));
    write(writer, statements).await
}
