//! The report on paper: PDF/A-2a and PDF/UA-1.

use super::rules::report::{OFFICES, RECIPIENTS, Report, Section, information};
use crate::base::german;
use crate::base::time::{Instant, berlin_local};
use crate::paper::{Column, Document, PaperProblem};

/// Columns of a section that stand side by side; with more, each value has a line of its own.
const SIDE_BY_SIDE: usize = 4;

fn when(instant: Instant) -> String {
    german::date_time(berlin_local(instant))
}

/// The headings of a section that any entry has, in their order: column and heading.
pub(super) fn headings(section: &Section) -> Vec<(&'static str, &'static str)> {
    let mut found: Vec<(&'static str, &'static str)> = Vec::new();
    let Some(class) = super::rules::class(section.name) else {
        return found;
    };
    for (column, heading) in super::rules::columns(&class) {
        let used = section
            .entries
            .iter()
            .flatten()
            .any(|value| value.column == column.name);
        if used {
            found.push((column.name, heading));
        }
    }
    found
}

/// Sentence for what is withheld.
pub(super) fn withheld(ground: &str) -> String {
    format!("Zu diesem Abschnitt wird keine Auskunft erteilt. Grund: {ground}.")
}

fn entries(document: Document, section: &Section) -> Document {
    let headings = headings(section);
    if headings.len() <= SIDE_BY_SIDE {
        let rows = section
            .entries
            .iter()
            .map(|entry| {
                headings
                    .iter()
                    .map(|(column, _)| {
                        entry
                            .iter()
                            .find(|value| value.column == *column)
                            .map_or_else(String::new, |value| value.said.clone())
                    })
                    .collect()
            })
            .collect();
        let columns = headings
            .iter()
            .map(|(_, heading)| Column::new(*heading, 1.0))
            .collect();
        return document.table(columns, rows);
    }
    let rows = section
        .entries
        .iter()
        .enumerate()
        .flat_map(|(index, entry)| {
            entry.iter().enumerate().map(move |(line, value)| {
                let number = if line == 0 {
                    (index + 1).to_string()
                } else {
                    String::new()
                };
                vec![number, value.heading.to_owned(), value.said.clone()]
            })
        })
        .collect();
    let columns = vec![
        Column::new("Nr.", 0.4),
        Column::new("Angabe", 2.0),
        Column::new("Inhalt", 4.0),
    ];
    document.table(columns, rows)
}

fn section(document: Document, section: &Section) -> Document {
    let document = document.heading(section.title);
    match section.withheld {
        Some(ground) => document.paragraph(withheld(ground.label())),
        None => entries(document, section),
    }
}

fn recipients(document: Document, report: &Report) -> Document {
    let document = document.heading("Empfänger");
    if let Some(ground) = report.asked.restricted.of(RECIPIENTS) {
        return document.paragraph(withheld(ground.label()));
    }
    let told = report.told_recipients();
    if told.is_empty() {
        return document
            .paragraph("In den letzten zwölf Monaten wurden keine Angaben weitergegeben.");
    }
    let rows = told
        .iter()
        .map(|one| {
            vec![
                when(one.at),
                one.to.clone(),
                one.by.clone(),
                one.what.clone(),
            ]
        })
        .collect();
    let columns = vec![
        Column::new("Zeitpunkt", 1.3),
        Column::new("Empfänger", 1.5),
        Column::new("Weitergegeben von", 2.0),
        Column::new("Vorgang", 2.5),
    ];
    document
        .paragraph(
            "Weitergaben in den letzten zwölf Monaten; so lange wird das Protokoll aufbewahrt.",
        )
        .table(columns, rows)
}

fn offices(document: Document, report: &Report) -> Document {
    let document = document.heading("Stellen, die Angaben abgefragt oder geändert haben");
    if let Some(ground) = report.asked.restricted.of(OFFICES) {
        return document.paragraph(withheld(ground.label()));
    }
    if report.offices.is_empty() {
        return document.paragraph("In den letzten zwölf Monaten keine.");
    }
    let rows = report
        .offices
        .iter()
        .map(|one| {
            vec![
                one.name.clone(),
                german::count(one.number),
                when(one.span.0),
                when(one.span.1),
            ]
        })
        .collect();
    let columns = vec![
        Column::new("Stelle", 3.0),
        Column::new("Vorgänge", 1.0),
        Column::new("erster am", 1.5),
        Column::new("letzter am", 1.5),
    ];
    document.table(columns, rows)
}

/// The report as PDF.
///
/// # Errors
/// If it cannot be set.
pub(super) fn pdf(report: &Report) -> Result<Vec<u8>, PaperProblem> {
    let draft = if report.asked.draft {
        "Entwurf, nicht zur Aushändigung. "
    } else {
        ""
    };
    let mut document = Document::new("Auskunft über gespeicherte Angaben", report.made)
        .footer(format!(
            "{draft}Auskunft {}, Stand {}",
            report.asked.reference,
            when(report.made)
        ))
        .paragraph(format!(
            "{draft}Aktenzeichen: {}\nErsuchen eingegangen am: {}\nStand der Angaben: {}\nAuskunft nach Art. 15 DSGVO und §§ 11 bis 13 SächsDSUG",
            report.asked.reference,
            german::date(report.asked.received_on),
            when(report.made)
        ));
    if report.sections.is_empty() {
        return document
            .heading("Keine Daten")
            .paragraph("Zu der Person, die im Ersuchen genannt ist, sind in Geleit keine Angaben gespeichert.")
            .heading("Beschwerde")
            .paragraph(
                information()
                    .into_iter()
                    .find(|(heading, _)| *heading == "Beschwerde")
                    .map(|(_, text)| text)
                    .unwrap_or_default(),
            )
            .render();
    }
    for one in &report.sections {
        document = section(document, one);
    }
    document = offices(recipients(document, report), report);
    document = document.heading("Was diese Auskunft nicht enthält").table(
        vec![Column::new("Angaben", 3.0), Column::new("Grund", 2.0)],
        report
            .marks()
            .iter()
            .map(|(what, ground)| vec![(*what).to_owned(), (*ground).to_owned()])
            .collect(),
    );
    for (heading, text) in information() {
        document = document.heading(heading).paragraph(text);
    }
    document.render()
}
