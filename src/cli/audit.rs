//! `geleit audit verify`: the whole log against its chain and the signed checkpoints.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Config, Failure, Outcome, print_text};
use crate::audit::SignedCheckpoint;
use crate::jobs;

#[derive(Debug, Subcommand)]
pub(super) enum Audit {
    /// Protokoll gegen Kette und Prüfpunkte prüfen
    Verify(Verify),
}

#[derive(Debug, Args)]
pub(super) struct Verify {
    /// Dateien mit Prüfpunkten [Vorgabe: die des Datenverzeichnisses]
    #[arg(long, value_name = "DATEI")]
    checkpoints: Vec<PathBuf>,
}

pub(super) async fn run(config: Config, audit: Audit) -> Outcome {
    let Audit::Verify(verify) = audit;
    let app = config.open().await?;
    let files = if verify.checkpoints.is_empty() {
        vec![config.checkpoint_file()]
    } else {
        verify.checkpoints
    };
    let mut checkpoints = Vec::new();
    for file in files {
        if !file.exists() {
            return Err(Failure::failed(format!(
                "Die Prüfpunkte {} gibt es nicht. Ohne sie lässt sich nicht sagen, ob das Ende des Protokolls fehlt.",
                file.display()
            )));
        }
        let text = std::fs::read_to_string(&file)
            .map_err(|error| Failure::failed(format!("{}: {error}", file.display())))?;
        let read = SignedCheckpoint::read_all(&text, &app.store.audit_public_key())
            .map_err(|error| Failure::invalid(format!("{}: {error}", file.display())))?;
        checkpoints.extend(read);
    }
    let result = app
        .store
        .audit_verify(&checkpoints)
        .await
        .map_err(Failure::failed)?;
    app.store.clone().close().await.map_err(Failure::failed)?;
    let mut summary = format!(
        "{} Einträge, {} Prüfpunkte, {} gelöschte Tagesabschnitte.\n",
        result.entries,
        checkpoints.len(),
        result.removed_segments
    );
    let seconds = (result.longest_wait + 999) / 1000;
    summary.push_str(&format!(
        "Längste Zeit eines Eintrags ohne Prüfpunkt: {seconds} s"
    ));
    summary.push_str(if seconds <= jobs::CHECKPOINT_SECONDS_AT_MOST {
        ".\n"
    } else {
        ". Mehr als eine Minute: Das Programm wurde in dieser Zeit hart beendet oder kam nicht zum Schreiben.\n"
    });
    if result.findings.is_empty() {
        print_text(&format!("Das Protokoll ist unversehrt: {summary}"));
        return Ok(());
    }
    let findings: Vec<String> = result.findings.iter().map(ToString::to_string).collect();
    Err(Failure::invalid(format!(
        "Das Protokoll ist beschädigt: {summary}{}",
        findings.join("\n")
    )))
}
