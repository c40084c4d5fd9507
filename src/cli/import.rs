//! `geleit import people`: the same steps as the pages, for the operator.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Config, Failure, Outcome, print_text};
use crate::accounts;
use crate::audit::{Entry, Level, Verb};
use crate::base::german::plural;
use crate::facilities;
use crate::jobs::operate;
use crate::people::import::Setting;
use crate::people::import_service::{ImportProblem, ImportRequest, Preview, commit, preview};

/// Rows of refusals that are printed; the file of rejected rows has all.
const SHOWN: usize = 50;

#[derive(Debug, Subcommand)]
pub(super) enum Import {
    /// Personenliste (CSV) einer Einrichtung einlesen: alles oder nichts
    People(People),
}

#[derive(Debug, Args)]
pub(super) struct People {
    /// Die Datei
    #[arg(value_name = "DATEI")]
    file: PathBuf,
    /// Kürzel der Einrichtung, zu der die Liste gehört, zum Beispiel DD
    #[arg(long, value_name = "KÜRZEL")]
    facility: String,
    /// Anmeldename der zuständigen Fachkraft; nötig für Dienststellen der Bewährungshilfe
    #[arg(long, value_name = "ANMELDENAME")]
    account: Option<String>,
    /// Haftart der Zeilen, die keine nennen: sentence, remand, youth_custody, probation, conduct_supervision
    #[arg(long, value_name = "HAFTART")]
    setting: Option<String>,
    /// Nur prüfen, nichts speichern
    #[arg(long)]
    dry_run: bool,
    /// Fehlerhafte Zeilen weglassen und die übrigen übernehmen
    #[arg(long)]
    skip_rejected: bool,
    /// Fehlerhafte Zeilen mit Grund in diese Datei schreiben
    #[arg(long, value_name = "DATEI")]
    rejected: Option<PathBuf>,
}

fn failure(problem: ImportProblem) -> Failure {
    match problem {
        ImportProblem::Store(error) => Failure::failed(error),
        other => Failure::invalid(other.to_string()),
    }
}

pub(super) async fn run(config: Config, import: Import) -> Outcome {
    let Import::People(arguments) = import;
    let content = std::fs::read(&arguments.file)
        .map_err(|error| Failure::failed(format!("{}: {error}", arguments.file.display())))?;
    let setting = match &arguments.setting {
        None => None,
        Some(code) => Some(Setting::from_code(code).ok_or_else(|| {
            let codes: Vec<&str> = Setting::ALL.iter().map(|setting| setting.code()).collect();
            Failure::wrong_use(format!(
                "Die Haftart „{code}“ gibt es nicht. Möglich sind: {}.",
                codes.join(", ")
            ))
        })?),
    };
    let app = config.open().await?;
    super::serve::prepare(&app).await?;
    let reader = app.store.read(operate(&app.store, "import people", None));
    let facility = facilities::facility_by_code(&reader, &arguments.facility)
        .await
        .map_err(Failure::failed)?
        .ok_or_else(|| {
            Failure::invalid(format!(
                "Die Einrichtung „{}“ gibt es nicht.",
                arguments.facility
            ))
        })?;
    // Within the facility, as the writing is: people of the same name and birth date are looked for there.
    let reader = app
        .store
        .read(operate(&app.store, "import people", Some(facility.id)));
    let account = match &arguments.account {
        // Without somebody in charge nobody could see the new clients.
        None if facility.kind == "probation" => {
            return Err(Failure::wrong_use(
                "Für eine Dienststelle der Bewährungshilfe muss --account sagen, wer zuständig ist.",
            ));
        }
        None => None,
        Some(login) => {
            let found = accounts::find_by_login(&reader, login)
                .await
                .map_err(Failure::failed)?
                .filter(|account| account.facility_id == Some(facility.id));
            Some(found.map(|account| account.id).ok_or_else(|| {
                Failure::invalid(format!(
                    "Das Konto „{login}“ gibt es in dieser Einrichtung nicht."
                ))
            })?)
        }
    };
    let request = ImportRequest {
        facility: facility.id,
        account,
        content: &content,
        mapping: None,
        setting,
    };
    let shown = preview(&reader, &request).await.map_err(failure)?;
    report(&shown);
    if let Some(file) = &arguments.rejected {
        std::fs::write(file, shown.rejected_csv())
            .map_err(|error| Failure::failed(format!("{}: {error}", file.display())))?;
    }
    let looked =
        Entry::new(Verb::Query, "einlesen vorschau").about_all(shown.people(), Level::Basic);
    reader.seen(looked).await.map_err(Failure::failed)?;
    if !shown.mapping_problems.is_empty() {
        let problems: Vec<String> = shown
            .mapping_problems
            .iter()
            .map(ToString::to_string)
            .collect();
        super::close(&config, &app).await?;
        return Err(Failure::invalid(problems.join("\n")));
    }
    let refused = shown.refused_lines().len();
    if refused > 0 && !arguments.skip_rejected {
        super::close(&config, &app).await?;
        return Err(Failure::invalid(
            "Es wurde nichts übernommen. Bitte die Zeilen berichtigen oder mit --skip-rejected weglassen.",
        ));
    }
    if arguments.dry_run {
        super::close(&config, &app).await?;
        print_text("Nur geprüft, nichts gespeichert.\n");
        return Ok(());
    }
    let access = operate(&app.store, "import people", Some(facility.id));
    let writer = app.store.write(access).await.map_err(Failure::failed)?;
    let done = commit(&writer, &request, arguments.skip_rejected)
        .await
        .map_err(failure)?;
    let entry = Entry::new(Verb::Collect, "einlesen")
        .about_all(done.new.iter().chain(&done.changed).copied(), Level::Basic);
    writer.commit(entry).await.map_err(Failure::failed)?;
    app.store.refresh_statistics().await;
    super::close(&config, &app).await?;
    print_text(&format!(
        "Übernommen: {} neu, {} geändert, {} unverändert, {} weggelassen.\n",
        done.new.len(),
        done.changed.len(),
        done.unchanged,
        done.refused
    ));
    Ok(())
}

fn report(preview: &Preview) {
    print_text(&format!(
        "{}: {} neu, {} geändert, {} unverändert, {} fehlerhaft.\n",
        plural(
            u64::try_from(preview.table.rows.len()).unwrap_or(0),
            "Zeile",
            "Zeilen"
        ),
        preview.new.len(),
        preview.changed.len(),
        preview.unchanged.len(),
        preview.refused_lines().len()
    ));
    let problems: Vec<String> = preview
        .errors
        .iter()
        .chain(&preview.to_check)
        .map(ToString::to_string)
        .collect();
    for line in problems.iter().take(SHOWN) {
        print_text(&format!("  {line}\n"));
    }
    if problems.len() > SHOWN {
        print_text(&format!("  … und {} weitere.\n", problems.len() - SHOWN));
    }
}
