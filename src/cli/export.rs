//! `geleit export kora`.

use clap::{Args, Subcommand};

use super::{Config, Failure, Outcome, Output};

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

pub(super) async fn run(_config: Config, export: Export) -> Outcome {
    let Export::Kora(kora) = export;
    Err(Failure::failed(format!("{} {:?}", kora.period, kora.output.output)))
}
