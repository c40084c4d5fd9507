//! `geleit import people`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Config, Failure, Outcome};

#[derive(Debug, Subcommand)]
pub(super) enum Import {
    /// Personenliste (CSV) einer Einrichtung einlesen
    People(People),
}

#[derive(Debug, Args)]
pub(super) struct People {
    /// Die Datei
    file: PathBuf,
    /// Kürzel der Einrichtung, zu der die Liste gehört, zum Beispiel DD
    #[arg(long)]
    facility: String,
    /// Nur prüfen, nichts speichern
    #[arg(long)]
    dry_run: bool,
}

pub(super) async fn run(_config: Config, import: Import) -> Outcome {
    let Import::People(people) = import;
    Err(Failure::failed(format!("{} {} {}", people.file.display(), people.facility, people.dry_run)))
}
