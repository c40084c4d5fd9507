//! Signed checkpoints of the audit log, outside the database, at most 60 seconds apart.

use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::store::Store;

/// An entry is attested by a checkpoint after so many seconds at the most.
pub const CHECKPOINT_SECONDS_AT_MOST: i64 = 60;
/// The pause between two checkpoints: the writing itself and a busy machine take their part of the minute.
pub(super) const PAUSE_SECONDS: u64 = 45;

/// Appends a signed checkpoint of the running chain to the file and waits until it is on disk; nothing before the
/// first entry.
pub async fn write_checkpoint(store: &Store, file: &Path) -> std::io::Result<()> {
    write_if_newer(store, file, &AtomicI64::new(0)).await
}

/// The same, but only if the chain grew since the entry numbered `last`.
pub(super) async fn write_if_newer(
    store: &Store,
    file: &Path,
    last: &AtomicI64,
) -> std::io::Result<()> {
    let Some(checkpoint) = store.audit_checkpoint().await else {
        return Ok(());
    };
    let sequence = checkpoint.checkpoint.sequence;
    if last.load(Ordering::Relaxed) == sequence {
        return Ok(());
    }
    let line = serde_json::to_string(&checkpoint).map_err(std::io::Error::other)?;
    let file = file.to_owned();
    tokio::task::spawn_blocking(move || {
        let mut file = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(file)?;
        writeln!(file, "{line}")?;
        file.sync_data()
    })
    .await
    .map_err(std::io::Error::other)??;
    last.store(sequence, Ordering::Relaxed);
    Ok(())
}
