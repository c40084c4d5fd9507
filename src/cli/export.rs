//! `geleit export kora`: the bytes of a published release, exactly as they were approved.

use std::io::Write;

use clap::{Args, Subcommand};

use super::{Config, Failure, Outcome, Output};
use crate::audit::{Entry, Verb};
use crate::base::calendar::Quarter;
use crate::jobs::operate;
use crate::statistics::{ExportProblem, export_kora};

#[derive(Debug, Subcommand)]
pub(super) enum Export {
    /// Veröffentlichte Zahlen eines Quartals als CSV
    Kora(Kora),
}

#[derive(Debug, Args)]
pub(super) struct Kora {
    /// Das Quartal, zum Beispiel 2026-Q3
    #[arg(long)]
    period: String,
    #[command(flatten)]
    output: Output,
}

pub(super) async fn run(config: Config, export: Export) -> Outcome {
    let Export::Kora(kora) = export;
    let quarter: Quarter = kora
        .period
        .parse()
        .map_err(|error| Failure::wrong_use(format!("--period: {error}")))?;
    let app = config.open().await?;
    let reader = app.store.read(operate(&app.store, "export kora", None));
    let found = export_kora(&reader, quarter)
        .await
        .map_err(|problem| match problem {
            ExportProblem::Damaged => Failure::invalid(problem.to_string()),
            ExportProblem::Store(error) => Failure::failed(error),
        })?;
    let Some(bytes) = found else {
        return Err(Failure::failed(format!(
            "Für das {} ist nichts veröffentlicht.",
            quarter.label()
        )));
    };
    // Audit before answer, as on every page.
    let entry = Entry::new(Verb::Disclose, format!("kora {quarter}")).to("KORA");
    reader.seen(entry).await.map_err(Failure::failed)?;
    match &kora.output.output {
        Some(file) => std::fs::write(file, &bytes)
            .map_err(|error| Failure::failed(format!("{}: {error}", file.display())))?,
        None => std::io::stdout()
            .write_all(&bytes)
            .map_err(Failure::failed)?,
    }
    super::close(&config, &app).await
}
