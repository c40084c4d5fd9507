//! `geleit export kora`: the bytes of a published release, exactly as they were approved.

use std::io::Write;

use clap::{Args, Subcommand};

use super::{Config, Failure, Outcome, Output};
use crate::audit::{Entry, Verb};
use crate::jobs::operate;
use crate::statistics::{ExportProblem, FileKind, Period, Span, export_kora};

#[derive(Debug, Subcommand)]
pub(super) enum Export {
    /// Eine Datei eines veröffentlichten Berichts
    Kora(Kora),
}

#[derive(Debug, Args)]
pub(super) struct Kora {
    /// Der Zeitraum, zum Beispiel 2026-Q3, 2026-H1 oder 2025
    #[arg(long)]
    period: String,
    /// Der Bericht: quartal, halbjahr, jahr oder landtag; ohne Angabe der zur Länge des Zeitraums
    #[arg(long)]
    report: Option<String>,
    /// Die Datei: csv, xlsx oder zip
    #[arg(long, default_value = "csv")]
    format: String,
    #[command(flatten)]
    output: Output,
}

pub(super) async fn run(config: Config, export: Export) -> Outcome {
    let Export::Kora(kora) = export;
    let period: Period = kora
        .period
        .parse()
        .map_err(|error| Failure::wrong_use(format!("--period: {error}")))?;
    let kind = FileKind::ALL
        .into_iter()
        .find(|kind| kind.code() == kora.format)
        .ok_or_else(|| {
            Failure::wrong_use("--format: Bitte csv, xlsx oder zip angeben.".to_owned())
        })?;
    let report = kora.report.as_deref().unwrap_or(match period.span() {
        Span::Quarter => "quartal",
        Span::Half => "halbjahr",
        Span::Year => "jahr",
    });
    let app = config.open().await?;
    let reader = app.store.read(operate(&app.store, "export kora", None));
    let found =
        export_kora(&reader, report, period, kind)
            .await
            .map_err(|problem| match problem {
                ExportProblem::Damaged | ExportProblem::Withdrawn(_) => {
                    Failure::invalid(problem.to_string())
                }
                ExportProblem::Store(error) => Failure::failed(error),
            })?;
    let Some((_, bytes)) = found else {
        return Err(Failure::failed(format!(
            "Für „{}“ ist kein solcher Bericht veröffentlicht.",
            period.label()
        )));
    };
    // Audit before answer, as on every page.
    let entry = Entry::new(
        Verb::Disclose,
        format!("kora {report} {period} {}", kind.code()),
    )
    .to("KORA");
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
