//! Every night: restricts records whose first stage is over, and clears free pages once more after an erasure. At the
//! start: brings the database up to the ledger of erasures.

use super::{automatic, operate};
use crate::audit::{Entry, Level, Verb};
use crate::retention::ledger::Ledger;
use crate::retention::{self, LedgerProblem, Marked};
use crate::store::{Result, Store};

/// One look at all records; running it again, or on another instance at the same time, does nothing more.
///
/// # Errors
/// If the database does not answer; nothing was changed then.
pub async fn mark_due_records(store: &Store) -> Result<Marked> {
    let writer = store.write(automatic(store, "job loeschfristen")).await?;
    let scrub = retention::erased_lately(&writer).await?;
    let marked = retention::mark_due(&writer).await?;
    let mut entries = Vec::new();
    if !marked.restricted.is_empty() {
        entries.push(
            Entry::new(Verb::Change, "datensaetze nach frist eingeschraenkt")
                .about_all(marked.restricted.iter().copied(), Level::Basic),
        );
    }
    if !marked.lifted.is_empty() {
        entries.push(
            Entry::new(Verb::Change, "einschraenkung nach frist aufgehoben")
                .about_all(marked.lifted.iter().copied(), Level::Basic),
        );
    }
    if !marked.moved.is_empty() {
        entries.push(
            Entry::new(Verb::Change, "tag der loeschung nachgefuehrt")
                .about_all(marked.moved.iter().copied(), Level::List),
        );
    }
    if entries.is_empty() {
        writer.abandon().await?;
    } else {
        writer.commit_all(entries).await?;
    }
    if scrub {
        store.scrub().await;
    }
    Ok(marked)
}

/// Brings the database up to the ledger, before anybody sees a page. Says how many erasures were done again.
///
/// # Errors
/// If the two do not belong together: Geleit must not start then.
pub async fn open_ledger(
    store: &Store,
    ledger: &Ledger,
) -> std::result::Result<usize, LedgerProblem> {
    // A clock that is behind forbids writing, not opening.
    if retention::level(&store.read(operate(store, "loeschbuch", None)), ledger).await? {
        return Ok(0);
    }
    let writer = store.write(operate(store, "loeschbuch", None)).await?;
    match retention::catch_up(&writer, ledger).await? {
        None => {
            writer.abandon().await?;
            Ok(0)
        }
        Some(0) => {
            let entry = Entry::new(Verb::System, "loeschbuch begonnen");
            writer.commit(entry).await?;
            Ok(0)
        }
        Some(again) => {
            let entry = Entry::new(Verb::Erase, "loeschungen aus dem loeschbuch nachgeholt");
            writer.commit(entry).await?;
            store.scrub().await;
            tracing::warn!(again, "erasures of the ledger were done again");
            Ok(again)
        }
    }
}

/// Begins a new ledger after the loss of the old one.
///
/// # Errors
/// If the file cannot be written or the database does not answer.
pub async fn begin_new_ledger(
    store: &Store,
    ledger: &Ledger,
) -> std::result::Result<(), LedgerProblem> {
    let writer = store.write(operate(store, "erasures accept", None)).await?;
    retention::new_ledger(&writer, ledger).await?;
    let entry = Entry::new(Verb::System, "loeschbuch verloren, neues begonnen");
    writer.commit(entry).await?;
    Ok(())
}
