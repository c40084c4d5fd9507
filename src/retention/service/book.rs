//! The ledger of erasures and the database: compared at the start, brought to the same end, or refused.

use crate::access::Writes;
use crate::approvals;
use crate::base::ids::{CaseId, PersonId};
use crate::base::time::Instant;
use crate::history::{self, Change};
use crate::retention::ledger::{Damage, End, Ledger, Line, Meeting, Refused, meet};
use crate::retention::store::{erase, proposals};
use crate::store::{Result, Rows, StoreError, Writer};

/// Why a database must not be opened beside this ledger. German, says how to go on.
#[derive(Debug, thiserror::Error)]
pub enum LedgerProblem {
    /// There is no file, but the database knows of one.
    #[error(
        "Das Löschbuch {0} fehlt, die Datenbank kennt es aber. Ohne das Buch könnten gelöschte Personen nach dem Zurückholen einer Sicherung wieder da sein. Bitte die Datei zurückholen, die neben der letzten laufenden Datenbank lag. Ist sie verloren: „geleit erasures accept“."
    )]
    Missing(String),
    /// The file ends before what the database knows.
    #[error(
        "Das Löschbuch {0} ist älter als die Datenbank: Es fehlen die letzten Einträge. Bitte die neueste Fassung der Datei hinlegen. Ist sie verloren: „geleit erasures accept“."
    )]
    Short(String),
    /// It belongs to another database.
    #[error(
        "Das Löschbuch {0} gehört nicht zu dieser Datenbank. Bitte das Buch dieser Installation hinlegen."
    )]
    Other(String),
    /// It cannot be read, or was tampered with.
    #[error("{0} Bitte die Datei aus einer Kopie zurückholen.")]
    Damaged(Damage),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Whether the database is up to the ledger.
///
/// # Errors
/// If one of them cannot be read.
pub async fn level<R: Rows>(rows: &R, ledger: &Ledger) -> std::result::Result<bool, LedgerProblem> {
    let known = erase::known_end(rows).await?;
    let lines = ledger.read().map_err(LedgerProblem::Damaged)?;
    Ok(meet(known.as_ref(), lines) == Meeting::Level)
}

/// Brings the database up to the ledger before anybody sees a page: what was erased after the backup was made is erased
/// again, and a list whose erasure was cut short after its line was written is finished. Begins a ledger if neither knows
/// of one. Says how many erasures were done again.
///
/// # Errors
/// If the two do not belong together; the program must not start then.
pub async fn catch_up<P: Writes>(
    writer: &Writer<P>,
    ledger: &Ledger,
) -> std::result::Result<Option<usize>, LedgerProblem> {
    let known = erase::known_end(writer).await?;
    let lines = ledger.read().map_err(LedgerProblem::Damaged)?;
    let place = || ledger.file().display().to_string();
    match meet(known.as_ref(), lines) {
        Meeting::Level => Ok(None),
        Meeting::Begin => {
            begin(writer, ledger, known.as_ref()).await?;
            Ok(Some(0))
        }
        Meeting::Behind(lines) => {
            // First, so that of two instances one waits here and then finds it done.
            if let Some(last) = lines.last() {
                erase::know_end(writer, known.as_ref(), &last.end()).await?;
            }
            for line in &lines {
                again(writer, line).await?;
            }
            Ok(Some(lines.iter().filter(|line| line.number > 0).count()))
        }
        Meeting::Refused(Refused::Missing) => Err(LedgerProblem::Missing(place())),
        Meeting::Refused(Refused::Short) => Err(LedgerProblem::Short(place())),
        Meeting::Refused(Refused::Other) => Err(LedgerProblem::Other(place())),
    }
}

/// Does what a line says once more. Was it cut short after the line was written, its list becomes the proof that it would
/// have been, and its approval is used up.
async fn again<P: Writes>(writer: &Writer<P>, line: &Line) -> Result<()> {
    let list = proposals::naming_exactly(writer, &line.people, &line.cases).await?;
    let people: Vec<PersonId> = line.people.iter().copied().map(PersonId).collect();
    let cases: Vec<CaseId> = line.cases.iter().copied().map(CaseId).collect();
    let rows_gone = erase::erase(writer, &people, &cases).await?;
    let Some(list) = list else {
        return Ok(());
    };
    let approved_by = match list.approval() {
        Some(approval) => approvals::used_before(writer, approval).await?,
        None => None,
    };
    let proof = proposals::Proof {
        approved_by: approved_by.as_deref(),
        done_at: Instant::from_millis(line.at),
        done_by: &list.proposed_by_name,
        ledger_number: line.number,
        rows_gone,
    };
    proposals::done(writer, &list, &proof).await?;
    let change = Change::new("erasure", list.id.0, "Gelöscht").because(Some(
        "Nach einem Abbruch aus dem Löschbuch zu Ende geführt".to_owned(),
    ));
    history::record(writer, vec![change]).await
}

async fn begin<P: Writes>(
    writer: &Writer<P>,
    ledger: &Ledger,
    known: Option<&End>,
) -> std::result::Result<(), LedgerProblem> {
    let line = ledger.next(None, writer.entropy().uuid(), writer.now(), vec![], vec![]);
    match known {
        None => erase::know_end(writer, None, &line.end()).await?,
        Some(_) => erase::replace_end(writer, &line.end()).await?,
    }
    ledger.append(&line).map_err(LedgerProblem::Damaged)
}

/// Begins a new ledger because the old one is lost: an operator says so. Older backups must not be restored any more.
///
/// # Errors
/// If the file cannot be written or the database does not answer.
pub async fn new_ledger<P: Writes>(
    writer: &Writer<P>,
    ledger: &Ledger,
) -> std::result::Result<(), LedgerProblem> {
    let known = erase::known_end(writer).await?;
    begin(writer, ledger, known.as_ref()).await
}
