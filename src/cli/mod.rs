//! The command line: one file per command. Exit codes: 0 done, 1 failed, 2 wrong use, 3 not allowed, 4 data
//! invalid. `plan` has its own, told in its help: 3 means that there is no plan, 130 that the search was broken off.

mod account;
mod audit;
mod clock;
mod config;
mod demo;
pub mod docs;
mod erasures;
mod export;
mod import;
mod keys;
mod migrate;
mod misuse;
mod plan;
mod serve;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

pub use config::{Config, ConfigProblem, Settings};
pub use misuse::parse;
pub use plan::instance_of_database;

/// A command's end: what went wrong, and the exit code.
#[derive(Debug)]
pub struct Failure {
    code: u8,
    text: String,
}

impl Failure {
    fn failed(error: impl std::fmt::Display) -> Self {
        Self {
            code: 1,
            text: error.to_string(),
        }
    }

    fn wrong_use(text: impl Into<String>) -> Self {
        Self {
            code: 2,
            text: text.into(),
        }
    }

    fn not_allowed(text: impl Into<String>) -> Self {
        Self {
            code: 3,
            text: text.into(),
        }
    }

    fn invalid(text: impl Into<String>) -> Self {
        Self {
            code: 4,
            text: text.into(),
        }
    }
}

type Outcome = Result<(), Failure>;

const TEMPLATE: &str = "{about}\n\nAufruf: {usage}\n\n{all-args}";

/// Geleit: Maßnahmen der Prävention in Vollzug und Bewährungshilfe planen, dokumentieren und auszählen
#[derive(Debug, Parser)]
#[command(name = "geleit", version, help_template = TEMPLATE, subcommand_help_heading = "Befehle",
    disable_help_subcommand = true, disable_help_flag = true, disable_version_flag = true,
    override_usage = "geleit [OPTIONEN] <BEFEHL>")]
pub struct Cli {
    /// Diese Hilfe; nach einem Befehl dessen Hilfe
    #[arg(short, long, global = true, action = clap::ArgAction::Help, help_heading = "Optionen")]
    help: Option<bool>,
    /// Version
    #[arg(short = 'V', long, action = clap::ArgAction::Version, help_heading = "Optionen")]
    version: Option<bool>,
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Geleit mit erfundenen Daten in einem Wegwerf-Verzeichnis starten
    Demo(demo::Demo),
    /// Geleit starten
    Serve,
    /// Datenbank auf den Stand dieses Programms bringen
    Migrate,
    /// Konten anlegen, zurücksetzen, sperren
    #[command(subcommand)]
    Account(account::Account),
    /// Listen einlesen
    #[command(subcommand)]
    Import(import::Import),
    /// Veröffentlichte Zahlen ausgeben
    #[command(subcommand)]
    Export(export::Export),
    /// Veröffentlichte Dateien prüfen, auch ohne eigene Installation
    #[command(subcommand)]
    Verify(verify::Verify),
    /// Gruppen und Einzeltermine einplanen, einen Plan ausbessern oder erklären
    Plan(plan::Plan),
    /// Protokoll prüfen
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Uhr prüfen, wenn Geleit wegen ihr nichts speichert
    #[command(subcommand)]
    Clock(clock::Clock),
    /// Löschbuch prüfen, nach seinem Verlust ein neues beginnen
    #[command(subcommand)]
    Erasures(erasures::Erasures),
    /// Schlüssel erneuern
    #[command(subcommand)]
    Keys(keys::Keys),
    /// Tabelle der Rollen und Rechte ausgeben
    Permissions,
    /// Unterlagen aus den Tabellen des Programms schreiben
    #[command(subcommand)]
    Docs(docs::Docs),
}

/// Where an output goes.
#[derive(Debug, Args)]
struct Output {
    /// In diese Datei schreiben statt auf die Ausgabe
    #[arg(short, long, value_name = "DATEI")]
    output: Option<PathBuf>,
}

/// Runs the command line.
pub async fn run(cli: Cli) -> ExitCode {
    let outcome = match cli.command {
        Command::Demo(demo) => demo::run(demo).await,
        Command::Plan(plan) => plan::run(&cli.settings, plan).await,
        Command::Verify(verify) => verify::run(&cli.settings, verify),
        Command::Permissions => {
            print_text(&crate::access::permissions::table());
            Ok(())
        }
        Command::Docs(docs) => docs::run(docs).await,
        command => match Config::resolve(&cli.settings) {
            Err(problems) => Err(Failure::wrong_use(config::report(&problems))),
            Ok(config) => match command {
                Command::Serve => serve::run(config).await,
                Command::Migrate => migrate::run(config).await,
                Command::Account(account) => account::run(config, account).await,
                Command::Import(import) => import::run(config, import).await,
                Command::Export(export) => export::run(config, export).await,
                Command::Audit(audit) => audit::run(config, audit).await,
                Command::Clock(clock) => clock::run(config, clock).await,
                Command::Erasures(erasures) => erasures::run(config, erasures).await,
                Command::Keys(keys) => keys::run(config, keys).await,
                Command::Demo(_)
                | Command::Plan(_)
                | Command::Verify(_)
                | Command::Docs(_)
                | Command::Permissions => Ok(()),
            },
        },
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{}", failure.text);
            ExitCode::from(failure.code)
        }
    }
}

/// Ends a command: its entries get a checkpoint like those of the server, then the database is closed.
async fn close(config: &Config, app: &crate::web::App) -> Outcome {
    crate::jobs::write_checkpoint(&app.store, &config.checkpoint_file())
        .await
        .map_err(Failure::failed)?;
    app.store.clone().close().await.map_err(Failure::failed)
}

fn print_text(text: &str) {
    use std::io::Write;
    // A closed pipe (`geleit permissions | head`) is no failure.
    let _ = std::io::stdout().write_all(text.as_bytes());
}
