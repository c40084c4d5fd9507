//! The gate's sheets on disk, for the case that the network fails.

use std::io::Write;
use std::path::{Path, PathBuf};

use time::Date;

use super::operate;
use crate::audit::{Entry, Verb};
use crate::base::time::{MinuteOfDay, berlin_local};
use crate::gate::{self, Expected};
use crate::store::Store;

/// From when on the sheets of a day are made.
const MADE_AT: (u8, u8) = (6, 0);
/// Says within a day's folder that all its sheets are there.
const DONE: &str = "fertig";

/// Makes the sheets of today, one PDF for each facility that expects somebody, once a day from 06:00 in Berlin on; later
/// if Geleit was off then. Deletes the folders of days that are over. Says how many sheets were made.
///
/// # Errors
/// What failed, in words; the next call tries again.
pub async fn make_sheets(store: &Store, root: &Path) -> std::result::Result<usize, String> {
    let now = berlin_local(store.clock().now());
    let due = MinuteOfDay::from_hm(MADE_AT.0, MADE_AT.1).unwrap_or(MinuteOfDay::MIDNIGHT);
    let folder = gate::folder_name(root, now.date);
    if now.minute < due || folder.join(DONE).exists() {
        return Ok(0);
    }
    let reader = store.read(operate(store, "job gate", None));
    let expected = gate::sheets(&reader, now.date)
        .await
        .map_err(|error| error.to_string())?;
    drop(reader);
    let mut made = 0;
    for facility in &expected {
        let bytes = sheet(store, facility, now.date).await?;
        write(folder.join(gate::file_name(&facility.code)), bytes).await?;
        made += 1;
    }
    write(folder.join(DONE), Vec::new()).await?;
    let (root, today) = (root.to_owned(), now.date);
    tokio::task::spawn_blocking(move || sweep(&root, today))
        .await
        .map_err(|error| error.to_string())?
        .map_err(|error| error.to_string())?;
    Ok(made)
}

/// One sheet; its entry is on disk before its bytes are.
async fn sheet(
    store: &Store,
    facility: &Expected,
    day: Date,
) -> std::result::Result<Vec<u8>, String> {
    let reader = store.read(operate(store, "job gate", Some(facility.id)));
    let bytes = gate::sheet::pdf(&reader, facility.id, &facility.name, day)
        .await
        .map_err(|error| error.to_string())?
        .map_err(|error| error.to_string())?;
    let entry = Entry::new(
        Verb::Disclose,
        format!("pfortenliste als datei facility/{}", facility.id),
    );
    reader
        .seen(entry.to("Pforte"))
        .await
        .map_err(|error| error.to_string())?;
    Ok(bytes)
}

/// Puts a file where it belongs in one step: whoever looks sees all of it or none.
async fn write(file: PathBuf, bytes: Vec<u8>) -> std::result::Result<(), String> {
    let name = file.display().to_string();
    tokio::task::spawn_blocking(move || place(&file, &bytes))
        .await
        .map_err(|error| error.to_string())?
        .map_err(|error| format!("{name}: {error}"))
}

fn place(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    let folder = file.parent().unwrap_or(Path::new("."));
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let mut draft = tempfile::NamedTempFile::new_in(folder)?;
    draft.write_all(bytes)?;
    draft.as_file().sync_all()?;
    draft.persist(file).map_err(|error| error.error)?;
    Ok(())
}

fn sweep(root: &Path, today: Date) -> std::io::Result<()> {
    for entry in std::fs::read_dir(root)? {
        let entry = entry?;
        let name = entry.file_name();
        if entry.file_type()?.is_dir()
            && name
                .to_str()
                .is_some_and(|name| gate::sheet::over(name, today))
        {
            std::fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}
