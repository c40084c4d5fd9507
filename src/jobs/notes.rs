//! The keys of the notes: made for a new installation, replaced when somebody asks for it.

use std::path::Path;

use super::operate;
use crate::notes::{self, Rotated};
use crate::store::Store;

/// Makes the key file of a new installation ([`notes::prepare`]).
///
/// # Errors
/// A German sentence: without the file there are no notes, and everything else goes on.
pub async fn prepare_note_keys(store: &Store, file: &Path) -> Result<(), String> {
    let reader = store.read(operate(store, "notizen", None));
    notes::prepare(file, &reader, store.entropy().as_ref()).await
}

/// Replaces the keys of the notes ([`notes::rotate`]).
///
/// # Errors
/// A German sentence. Nothing was replaced then.
pub async fn rotate_note_keys(store: &Store, file: &Path) -> Result<Rotated, String> {
    notes::rotate(store, operate(store, "keys rotate-notes", None), file).await
}
