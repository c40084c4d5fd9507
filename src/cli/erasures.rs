//! `geleit erasures check|accept`: the ledger of erasures, and what to do when it is lost.

use clap::Subcommand;

use super::{Config, Failure, Outcome, print_text};
use crate::base::german;
use crate::jobs;

#[derive(Debug, Subcommand)]
pub(super) enum Erasures {
    /// Löschbuch prüfen; was die Datenbank davon noch nicht weiß, wird nachgeholt
    Check,
    /// Das Löschbuch ist verloren: ein neues beginnen. Ältere Sicherungen dürfen danach nicht mehr zurückgeholt werden
    Accept,
}

pub(super) async fn run(config: Config, erasures: Erasures) -> Outcome {
    let (app, ledger) = config.open_past_the_ledger().await?;
    let text = match erasures {
        Erasures::Check => {
            let again = jobs::open_ledger(&app.store, &ledger)
                .await
                .map_err(|problem| Failure::not_allowed(problem.to_string()))?;
            let lines = ledger.read().map_err(Failure::failed)?.unwrap_or_default();
            let number = lines.iter().filter(|line| line.number > 0).count() as u64;
            format!(
                "Löschbuch {}: {}, unversehrt. Nachgeholt: {again}.\n",
                ledger.file().display(),
                german::plural(number, "Löschung", "Löschungen")
            )
        }
        Erasures::Accept => {
            jobs::begin_new_ledger(&app.store, &ledger)
                .await
                .map_err(Failure::failed)?;
            format!(
                "Ein neues Löschbuch beginnt: {}. Sicherungen von vorher dürfen nicht mehr zurückgeholt werden.\n",
                ledger.file().display()
            )
        }
    };
    super::close(&config, &app).await?;
    print_text(&text);
    Ok(())
}
