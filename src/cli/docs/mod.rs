//! `geleit docs privacy`: records of processing, data flow, inventory of keys, deletion concept, as Markdown. All of it is
//! made from the tables the program itself goes by (permissions, routes, classes of columns, keys, periods), so that a
//! document cannot say anything else than the program does. The committed copies are compared by a test.

mod activities;
mod deletion;
mod flow;
mod keys;

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand};

use super::{Failure, Outcome, print_text};
use crate::base::crypto::{Entropy, MasterSecret, SystemEntropy};
use crate::base::time::SystemClock;
use crate::jobs::operate;
use crate::retention::{PeriodRow, periods};
use crate::store::{Store, StoreOptions};

#[derive(Debug, Subcommand)]
pub(super) enum Docs {
    /// Verzeichnis der Verarbeitungstätigkeiten, Datenfluss, Schlüssel, Löschkonzept (Markdown)
    Privacy(Privacy),
}

#[derive(Debug, Args)]
pub(super) struct Privacy {
    /// In diesen Ordner schreiben statt auf die Ausgabe
    #[arg(short, long, value_name = "ORDNER")]
    output: Option<PathBuf>,
}

/// A document: file name and text.
pub type Document = (&'static str, String);

/// The documents of data protection, with the periods of a new installation.
///
/// # Errors
/// If a database for them cannot be set up.
pub async fn privacy() -> Result<Vec<Document>, Failure> {
    let periods = first_periods().await?;
    Ok(vec![
        ("verarbeitungen.md", activities::document()),
        ("datenfluss.md", flow::document()),
        ("schluessel.md", keys::document()),
        ("loeschkonzept.md", deletion::document(&periods)),
    ])
}

/// The periods with which every installation begins, as its first database holds them.
async fn first_periods() -> Result<Vec<PeriodRow>, Failure> {
    let folder = tempfile::tempdir().map_err(Failure::failed)?;
    let store = Store::open(StoreOptions {
        url: format!(
            "sqlite://{}?mode=rwc",
            folder.path().join("geleit.sqlite").display()
        ),
        secret: Arc::new(MasterSecret::new(SystemEntropy.secret())),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        readers: 1,
    })
    .await
    .map_err(Failure::failed)?;
    let reader = store.read(operate(&store, "docs privacy", None));
    let found = periods(&reader).await.map_err(Failure::failed)?;
    drop(reader);
    store.close().await.map_err(Failure::failed)?;
    Ok(found)
}

pub(super) async fn run(docs: Docs) -> Outcome {
    let Docs::Privacy(options) = docs;
    let documents = privacy().await?;
    let Some(folder) = options.output else {
        for (_, text) in documents {
            print_text(&text);
            print_text("\n");
        }
        return Ok(());
    };
    let failed = |error: std::io::Error| Failure::failed(format!("{}: {error}", folder.display()));
    std::fs::create_dir_all(&folder).map_err(failed)?;
    for (name, text) in documents {
        std::fs::write(folder.join(name), text).map_err(failed)?;
        print_text(&format!("{}\n", folder.join(name).display()));
    }
    Ok(())
}

/// Where a document comes from, at its head.
fn head(title: &str) -> String {
    format!(
        "# {title}\n\nErzeugt von `geleit docs privacy` aus den Tabellen des Programms. Nicht von Hand ändern.\n\n"
    )
}

/// A table of Markdown.
fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let line = |cells: Vec<String>| {
        let cells: Vec<String> = cells
            .into_iter()
            .map(|cell| cell.replace('|', "\\|").replace('\n', " "))
            .collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let mut text = line(head.iter().map(|cell| (*cell).to_owned()).collect());
    text.push_str(&format!("|{}\n", "---|".repeat(head.len())));
    for row in rows {
        text.push_str(&line(row));
    }
    text.push('\n');
    text
}
