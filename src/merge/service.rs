//! Use cases: putting two records together, taking them apart.

use std::collections::{BTreeMap, BTreeSet};

use super::rules::combine::{Together, Wins, combine};
use super::rules::{Changed, Row, difference, in_order, table_of};
use super::store::{self, MergeLine};
use crate::access::Writes;
use crate::base::ids::{FacilityId, MergeId, PersonId};
use crate::base::time::berlin_today;
use crate::history::{self, Change};
use crate::people::PersonHead;
use crate::schema::transitions::person_merge;
use crate::store::{Result, Rows, StoreError, Writer};

/// What came of it.
pub(super) enum Outcome {
    /// Done.
    Done,
    /// What stands in the way.
    Refused(Vec<String>),
}

fn input<R: Rows>(
    rows: &R,
    into: PersonId,
    from: PersonId,
    wins: BTreeMap<String, Wins>,
) -> Together {
    Together {
        into: into.to_string(),
        from: from.to_string(),
        today: berlin_today(rows.now()).to_string(),
        now: rows.now().millis(),
        by: rows.access().actor().name().to_owned(),
        wins,
    }
}

/// What stands in the way of putting two people together, the choices aside.
pub(super) async fn in_the_way<R: Rows>(
    rows: &R,
    into: PersonId,
    from: PersonId,
) -> Result<Vec<String>> {
    let found = store::all_rows(rows, [into, from]).await?;
    let (a, b) = (into.to_string(), from.to_string());
    let wins = super::rules::combine::asked(&found, &a, &b)
        .into_iter()
        .map(|session| (session, Wins::Stays))
        .collect();
    Ok(combine(&found, &input(rows, into, from, wins))
        .err()
        .unwrap_or_default()
        .into_iter()
        .collect())
}

/// Puts the record `from` into the record `into`. Both were found in scope, with the versions they were compared in.
pub(super) async fn together<P: Writes>(
    writer: &Writer<P>,
    (into, from): (&PersonHead, &PersonHead),
    versions: (i64, i64),
    facility: FacilityId,
    wins: BTreeMap<String, Wins>,
    reason: String,
) -> Result<Outcome> {
    store::hold(writer, [(into.id, versions.0), (from.id, versions.1)]).await?;
    let before = store::all_rows(writer, [into.id, from.id]).await?;
    let after = match combine(&before, &input(writer, into.id, from.id, wins)) {
        Ok(after) => after,
        Err(problems) => return Ok(Outcome::Refused(problems.into_iter().collect())),
    };
    let changes = difference(&before, &after);
    match store::apply(writer, &in_order(&changes, true)).await {
        // What the rule did not foresee the database refuses; nothing is kept.
        Err(StoreError::Duplicate(_)) => {
            return Ok(Outcome::Refused(vec![
                "Beide Einträge enthalten etwas, das es nur einmal geben darf. Bitte zuerst die Teilnahmen und Plätze der beiden vergleichen.".into(),
            ]));
        }
        other => other?,
    }
    // What others wrote while this was decided is in no comparison: it would stay behind with the record that goes.
    let now = store::all_rows(writer, [into.id, from.id]).await?;
    if !difference(&now, &after).is_empty() {
        return Err(StoreError::Changed);
    }
    let id = MergeId(writer.entropy().uuid());
    let actor = writer.access().actor();
    let row = person_merge::Model {
        id,
        into_person_id: into.id,
        from_person_id: from.id,
        facility_id: facility,
        reason: reason.clone(),
        made_at: writer.now(),
        made_by: Some(actor.account()),
        made_by_name: actor.name().to_owned(),
        undone_at: None,
        undone_by_name: None,
        undo_reason: None,
        version: 1,
    };
    store::keep(writer, row, &changes).await?;
    let number = |head: &PersonHead| head.number.clone().unwrap_or_else(|| "ohne Nummer".into());
    let change = Change::new("person", into.id.0, "Doppelten Eintrag zusammengeführt")
        .about(into.id)
        .values(Some(number(from)), Some(number(into)))
        .because(Some(reason));
    history::record(writer, vec![change]).await?;
    Ok(Outcome::Done)
}

/// The tables whose rows were changed since, in words.
fn touched(now: &[Row], changes: &[Changed]) -> BTreeSet<&'static str> {
    changes
        .iter()
        .filter(|change| {
            let row = change.after.as_ref().or(change.before.as_ref());
            let stored = row.and_then(|row| {
                now.iter()
                    .find(|other| other.table == row.table && other.key() == row.key())
            });
            stored != change.after.as_ref()
        })
        .map(|change| {
            table_of(change.table).map_or("Angaben", |table| match table.words.0 {
                "" => "Angaben",
                words => words,
            })
        })
        .collect()
}

/// Takes two records apart again: every row that was changed is what it was. Refused if one of them was changed since.
pub(super) async fn apart<P: Writes>(
    writer: &Writer<P>,
    merge: &MergeLine,
    version: i64,
    reason: String,
) -> Result<Outcome> {
    let people = [merge.into_person_id, merge.from_person_id];
    store::hold_both(writer, people).await?;
    store::undone(writer, merge.id, version, &reason).await?;
    let changes = store::kept(writer, merge.id).await?;
    let now = store::all_rows(writer, people).await?;
    let touched = touched(&now, &changes);
    if !touched.is_empty() {
        let touched: Vec<&str> = touched.into_iter().collect();
        return Ok(Outcome::Refused(vec![format!(
            "Seit der Zusammenführung wurde geändert, was sie betraf: {}. Trennen würde das überschreiben; bitte von Hand richtigstellen.",
            touched.join(", ")
        )]));
    }
    let back: Vec<Changed> = changes.iter().map(Changed::undone).collect();
    match store::apply(writer, &in_order(&back, false)).await {
        Err(StoreError::Duplicate(_)) => {
            return Ok(Outcome::Refused(vec![
                "Seit der Zusammenführung kam etwas hinzu, das dem Trennen im Weg steht. Bitte von Hand richtigstellen.".into(),
            ]));
        }
        other => other?,
    }
    let change = Change::new(
        "person",
        merge.into_person_id.0,
        "Zusammenführung aufgehoben",
    )
    .about(merge.into_person_id)
    .because(Some(reason));
    history::record(writer, vec![change]).await?;
    Ok(Outcome::Done)
}
