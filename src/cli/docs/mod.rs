//! `geleit docs privacy`: records of processing, data flow, inventory of keys, deletion concept, as Markdown. All of it is
//! made from the tables the program itself goes by (permissions, routes, classes of columns, keys, periods), so that a
//! document cannot say anything else than the program does. The committed copies are compared by a test.

mod activities;
mod deletion;
mod flow;
mod keys;

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Failure, Outcome, print_text};

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

/// The documents of data protection.
pub fn privacy() -> Vec<Document> {
    vec![
        ("verarbeitungen.md", activities::document()),
        ("datenfluss.md", flow::document()),
        ("schluessel.md", keys::document()),
        ("loeschkonzept.md", deletion::document()),
    ]
}

pub(super) fn run(docs: Docs) -> Outcome {
    let Docs::Privacy(options) = docs;
    let documents = privacy();
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
