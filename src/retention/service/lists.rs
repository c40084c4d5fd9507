//! Proposing a list, and erasing it after a second person approved exactly it.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::due::still_due;
use crate::access::Writes;
use crate::approvals::{self, Kind, Refusal};
use crate::base::crypto::{hex, sha256};
use crate::base::german;
use crate::base::ids::{CaseId, ErasureId, PersonId};
use crate::history::{self, Change};
use crate::retention::ledger::{Damage, Ledger, Meeting, meet};
use crate::retention::rules::Category;
use crate::retention::store::proposals::{ErasureRow, Item};
use crate::retention::store::{erase, periods, proposals};
use crate::schema::retention::erasure_count;
use crate::store::{Rows, StoreError, Writer};

/// Most people and cases of one list: two people look at each.
pub(in crate::retention) const MOST: usize = 200;

/// Exactly what is erased: what the second person approves.
type Payload = Vec<(String, String, String)>;

fn payload(items: &[Item]) -> Payload {
    let sorted: BTreeSet<(String, String, String)> = items
        .iter()
        .map(|item| {
            (
                if item.person { "person" } else { "case" }.to_owned(),
                item.subject.to_string(),
                format!("{}/{}", item.category.code(), item.due),
            )
        })
        .collect();
    sorted.into_iter().collect()
}

fn fingerprint(payload: &Payload) -> String {
    let text: Vec<String> = payload
        .iter()
        .map(|(kind, subject, why)| format!("{kind} {subject} {why}"))
        .collect();
    hex(&sha256(text.join("\n").as_bytes()))
}

/// Why a list cannot be proposed or run. Shown to people.
#[derive(Debug)]
pub(in crate::retention) enum Trouble {
    /// A sentence.
    Refused(String),
    /// The store could not.
    Store(StoreError),
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Trouble::Store(error)
    }
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        Trouble::Refused(refusal.sentence().to_owned())
    }
}

/// Proposes to erase some of what is due; asks for the second person.
pub(in crate::retention) async fn propose<P: Writes>(
    writer: &Writer<P>,
    chosen: &[(bool, Uuid)],
    reason: String,
) -> std::result::Result<ErasureId, Trouble> {
    let lines = still_due(writer, chosen).await?;
    if lines.len() != chosen.len() || lines.iter().any(|line| line.proposed) {
        return Err(Trouble::Refused("Die Liste hat sich geändert: Etwas davon ist nicht mehr fällig, gesperrt oder schon vorgeschlagen. Bitte neu auswählen.".into()));
    }
    let grounds: BTreeMap<String, String> = periods::periods(writer)
        .await?
        .into_iter()
        .map(|row| (row.code, row.ground))
        .collect();
    let items: Vec<Item> = lines.iter().map(|line| line.item).collect();
    let mut numbers: BTreeMap<Category, i64> = BTreeMap::new();
    for item in &items {
        *numbers.entry(item.category).or_default() += 1;
    }
    let id = ErasureId(writer.entropy().uuid());
    let counts = numbers
        .into_iter()
        .map(|(category, number)| erasure_count::Model {
            erasure_id: id,
            category: category.code().into(),
            ground: grounds.get(category.code()).cloned().unwrap_or_default(),
            number,
        })
        .collect();
    let payload = payload(&items);
    let hash = fingerprint(&payload);
    proposals::insert(writer, id, &hash, &items, counts).await?;
    let number = items.len() as u64;
    let request = approvals::Request {
        kind: Kind::Erasure,
        subject: format!(
            "{} löschen, Liste {}",
            german::plural(number, "Datensatz", "Datensätze"),
            first_digits(&hash)
        ),
        location: format!("/loeschungen/{id}"),
        payload: &payload,
        reason,
    };
    let approval = approvals::request(writer, request).await??;
    proposals::ask(writer, id, approval).await?;
    history::record(
        writer,
        vec![Change::new("erasure", id.0, "Löschung vorgeschlagen")],
    )
    .await?;
    Ok(id)
}

/// The first digits of a checksum, enough to compare by eye.
pub(in crate::retention) fn first_digits(hash: &str) -> &str {
    hash.get(..8).unwrap_or(hash)
}

fn of_list(rows: &[proposals::ItemRow]) -> Vec<Item> {
    rows.iter()
        .filter_map(|row| {
            Some(Item {
                person: row.kind == "person",
                subject: row.subject_id,
                category: Category::from_code(&row.category)?,
                began: row.began,
                due: row.due,
            })
        })
        .collect()
}

/// What an erasure did.
pub(in crate::retention) struct Erased {
    pub people: Vec<PersonId>,
    pub rows: u64,
}

/// Erases a list that a second person approved: the approval is used up, the ledger knows it first, then the rows go, all
/// in one unit of work. If that fails after the ledger was written, the next start does it (`catch_up`).
pub(in crate::retention) async fn run<P: Writes>(
    writer: &Writer<P>,
    ledger: &Ledger,
    list: &ErasureRow,
) -> std::result::Result<Erased, Trouble> {
    let refused = |text: &str| Err(Trouble::Refused(text.to_owned()));
    let items = of_list(&proposals::items(writer, list.id).await?);
    let chosen: Vec<(bool, Uuid)> = items
        .iter()
        .map(|item| (item.person, item.subject))
        .collect();
    let due: BTreeSet<Uuid> = still_due(writer, &chosen)
        .await?
        .iter()
        .map(|line| line.item.subject)
        .collect();
    if items.is_empty() || items.iter().any(|item| !due.contains(&item.subject)) {
        return refused(
            "Etwas auf dieser Liste ist nicht mehr fällig oder gesperrt. Bitte die Liste zurückziehen und neu vorschlagen.",
        );
    }
    let Some(approval) = list.approval() else {
        return refused(
            "Diese Liste wurde keiner zweiten Person vorgelegt. Bitte zurückziehen und neu vorschlagen.",
        );
    };
    let redeemed = approvals::redeem(writer, approval, Kind::Erasure, &payload(&items)).await??;
    let known = erase::known_end(writer).await?;
    let lines = ledger.read().map_err(|damage| unusable(&damage))?;
    if meet(known.as_ref(), lines) != Meeting::Level {
        return refused(
            "Löschbuch und Datenbank passen nicht zusammen. Bitte Geleit neu starten und, wenn es dann nicht startet, der Meldung folgen.",
        );
    }
    let of = |person: bool| -> Vec<Uuid> {
        items
            .iter()
            .filter(|item| item.person == person)
            .map(|item| item.subject)
            .collect()
    };
    let line = ledger.next(
        known.as_ref(),
        writer.entropy().uuid(),
        writer.now(),
        of(true),
        of(false),
    );
    // Whoever is first here is the only one who writes: the database says so.
    erase::know_end(writer, known.as_ref(), &line.end()).await?;
    ledger.append(&line).map_err(|damage| unusable(&damage))?;
    let people: Vec<PersonId> = of(true).into_iter().map(PersonId).collect();
    let cases: Vec<CaseId> = of(false).into_iter().map(CaseId).collect();
    let rows = erase::erase(writer, &people, &cases).await?;
    proposals::done(
        writer,
        list,
        &redeemed.approved_by,
        i64::try_from(line.number).unwrap_or(i64::MAX),
        i64::try_from(rows).unwrap_or(i64::MAX),
    )
    .await?;
    history::record(writer, vec![Change::new("erasure", list.id.0, "Gelöscht")]).await?;
    Ok(Erased { people, rows })
}

fn unusable(damage: &Damage) -> StoreError {
    StoreError::Unavailable(damage.to_string())
}
