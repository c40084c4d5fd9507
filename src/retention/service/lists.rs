//! Proposing a list, and erasing it after a second person approved exactly it.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::book::{LedgerProblem, catch_up};
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
/// in one unit of work. If that fails after the ledger was written, the next start or the next attempt finishes it.
pub(in crate::retention) async fn run<P: Writes>(
    writer: &Writer<P>,
    ledger: &Ledger,
    list: &ErasureRow,
) -> std::result::Result<Erased, Trouble> {
    let items = of_list(&proposals::items(writer, list.id).await?);
    let of = |person: bool| -> Vec<Uuid> {
        items
            .iter()
            .filter(|item| item.person == person)
            .map(|item| item.subject)
            .collect()
    };
    let people: Vec<PersonId> = of(true).into_iter().map(PersonId).collect();
    if met(writer, ledger).await? {
        let again = proposals::find(writer, list.id).await?;
        if let Some(rows) = again.and_then(|again| again.rows_gone) {
            let rows = rows.unsigned_abs();
            return Ok(Erased { people, rows });
        }
    }
    let approved_by = approved(writer, list, &items).await?;
    let known = erase::known_end(writer).await?;
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
    let cases: Vec<CaseId> = of(false).into_iter().map(CaseId).collect();
    let rows = erase::erase(writer, &people, &cases).await?;
    let proof = proposals::Proof {
        approved_by: Some(&approved_by),
        done_at: writer.now(),
        done_by: writer.access().actor().name(),
        ledger_number: line.number,
        rows_gone: rows,
    };
    proposals::done(writer, list, &proof).await?;
    history::record(writer, vec![Change::new("erasure", list.id.0, "Gelöscht")]).await?;
    Ok(Erased { people, rows })
}

/// Whether the ledger knew more than the database and was followed: an erasure had been cut short after its line was
/// written.
async fn met<P: Writes>(writer: &Writer<P>, ledger: &Ledger) -> std::result::Result<bool, Trouble> {
    let known = erase::known_end(writer).await?;
    let lines = ledger.read().map_err(|damage| unusable(&damage))?;
    match meet(known.as_ref(), lines) {
        Meeting::Level => Ok(false),
        Meeting::Behind(_) => match catch_up(writer, ledger).await {
            Ok(_) => Ok(true),
            Err(LedgerProblem::Store(error)) => Err(error.into()),
            Err(problem) => Err(Trouble::Refused(problem.to_string())),
        },
        Meeting::Begin | Meeting::Refused(_) => Err(Trouble::Refused(
            "Löschbuch und Datenbank passen nicht zusammen. Bitte Geleit neu starten und, wenn es dann nicht startet, der Meldung folgen.".into(),
        )),
    }
}

/// Uses up the approval of a list of which everything is still due; who approved it.
async fn approved<P: Writes>(
    writer: &Writer<P>,
    list: &ErasureRow,
    items: &[Item],
) -> std::result::Result<String, Trouble> {
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
        return Err(Trouble::Refused(
            "Etwas auf dieser Liste ist nicht mehr fällig oder gesperrt. Bitte die Liste zurückziehen und neu vorschlagen.".into(),
        ));
    }
    let approval = list.approval().ok_or_else(|| {
        Trouble::Refused(
            "Diese Liste wurde keiner zweiten Person vorgelegt. Bitte zurückziehen und neu vorschlagen.".into(),
        )
    })?;
    let redeemed = approvals::redeem(writer, approval, Kind::Erasure, &payload(items)).await??;
    Ok(redeemed.approved_by)
}

fn unusable(damage: &Damage) -> StoreError {
    StoreError::Unavailable(damage.to_string())
}
