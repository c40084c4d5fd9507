//! Signed checkpoints of the audit log, outside the database, at most 60 seconds apart.

use std::io::Write;
use std::path::Path;

use crate::store::Store;

/// Appends a signed checkpoint of the running chain to the file and waits until it is on disk.
pub async fn write_checkpoint(store: &Store, file: &Path) -> std::io::Result<()> {
    let Some(checkpoint) = store.audit_checkpoint().await else { return Ok(()) };
    let line = serde_json::to_string(&checkpoint).map_err(std::io::Error::other)?;
    let file = file.to_owned();
    tokio::task::spawn_blocking(move || {
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(file)?;
        writeln!(file, "{line}")?;
        file.sync_data()
    })
    .await
    .map_err(std::io::Error::other)?
}
