//! Replacing all keys: a new master key, a new key for each organisation, every note sealed anew.

use std::path::Path;

use super::keys::{Keys, create, name_of, new_key, note_place, successor};
use super::store;
use crate::access::Access;
use crate::access::permissions::Operate;
use crate::audit::{Entry, Verb};
use crate::store::Store;

/// What was replaced.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rotated {
    /// Keys of organisations.
    pub keys: u64,
    /// Notes.
    pub notes: u64,
}

/// Replaces the master key in the file and everything sealed under it, in one unit of work. If the machine stops between
/// the commit and the change of the file, the new key lies beside it and is used; the next call puts it in place first.
///
/// # Errors
/// A German sentence. Nothing was replaced then.
pub async fn rotate(
    store: &Store,
    access: Access<Operate>,
    file: &Path,
) -> Result<Rotated, String> {
    let failed =
        |error: crate::store::StoreError| format!("Die Datenbank antwortet nicht: {error}");
    let io = |error: std::io::Error| format!("{}: {error}", file.display());
    let next = successor(file);
    let writer = store.write(access).await.map_err(failed)?;
    let rows = store::all_keys(&writer).await.map_err(failed)?;
    if next.exists() {
        settle(file, &next, &rows)?;
    }
    let old = Keys::read(file).map_err(|problem| problem.to_string())?;
    create(&next, writer.entropy()).map_err(io)?;
    let new = Keys::read(file).map_err(|problem| problem.to_string())?;
    let Some(master) = new.successor() else {
        return Err("Der neue Schlüssel ist nicht lesbar.".to_owned());
    };
    let mut done = Rotated::default();
    for row in rows {
        let lost = || {
            format!(
                "Der Schlüssel eines Trägers ({}) lässt sich nicht öffnen; es wurde nichts erneuert.",
                row.provider_id
            )
        };
        let before = old.unwrap(&row).ok_or_else(lost)?;
        let (wrapped, after) = new_key(master, row.provider_id, row.id, writer.entropy());
        let mut last = None;
        loop {
            let notes = store::notes_with(&writer, row.id, last)
                .await
                .map_err(failed)?;
            for note in &notes {
                let place = note_place(note.provider_id, note.case_id, note.id);
                let text = before.open(&place, &note.sealed).ok_or_else(lost)?;
                let sealed = after.seal(writer.entropy(), &place, &text);
                store::seal_again(&writer, note.id, sealed)
                    .await
                    .map_err(failed)?;
                done.notes += 1;
            }
            last = notes.last().map(|note| note.id);
            if (notes.len() as i64) < store::NOTES {
                break;
            }
        }
        store::replace_key(&writer, row.id, (name_of(master), wrapped))
            .await
            .map_err(failed)?;
        done.keys += 1;
    }
    writer
        .commit(Entry::new(Verb::System, "schluessel der notizen erneuert"))
        .await
        .map_err(failed)?;
    std::fs::rename(&next, file).map_err(io)?;
    Ok(done)
}

/// What an earlier call left: if the database was changed, its key takes the place of the old one, otherwise it is thrown
/// away.
fn settle(file: &Path, next: &Path, rows: &[store::KeyRow]) -> Result<(), String> {
    let io = |error: std::io::Error| format!("{}: {error}", file.display());
    let keys = Keys::read(file).map_err(|problem| problem.to_string())?;
    let changed = keys
        .successor()
        .is_some_and(|master| rows.iter().any(|row| row.master == name_of(master)));
    if changed {
        std::fs::rename(next, file).map_err(io)
    } else {
        std::fs::remove_file(next).map_err(io)
    }
}
