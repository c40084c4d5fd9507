//! `geleit keys rotate-notes`: new keys for the notes of counselling teams.

use clap::Subcommand;

use super::{Config, Failure, Outcome, print_text};
use crate::jobs;

#[derive(Debug, Subcommand)]
pub(super) enum Keys {
    /// Hauptschlüssel und Schlüssel der Träger erneuern, alle Notizen neu verschlüsseln
    RotateNotes,
}

pub(super) async fn run(config: Config, keys: Keys) -> Outcome {
    let Keys::RotateNotes = keys;
    let app = config.open().await?;
    let file = config.note_key_file();
    let rotated = jobs::rotate_note_keys(&app.store, &file).await;
    let closed = super::close(&config, &app).await;
    let done = rotated.map_err(Failure::failed)?;
    closed?;
    print_text(&format!(
        "Erneuert: Schlüssel von {} Trägern, {} Notizen. Bitte {} sichern; die alte Datei öffnet nichts mehr.\n",
        done.keys,
        done.notes,
        file.display()
    ));
    Ok(())
}
