//! "Wer hat meinen Datensatz gesehen?" on paper, for the data subject.

use super::rules::Told;
use super::store::SubjectRow;
use crate::base::german;
use crate::base::time::{Instant, berlin_local};
use crate::paper::{Column, Document, Orientation, PaperProblem};

/// The entries about a person: office, time, operation, kind and reason; no member of staff is named.
///
/// # Errors
/// If it cannot be set.
pub(super) fn who_saw(
    subject: &SubjectRow,
    told: &[Told],
    made: Instant,
) -> Result<Vec<u8>, PaperProblem> {
    let day = german::date(berlin_local(made).date);
    let document = Document::new("Wer hat meine Daten verarbeitet?", made)
        .orientation(Orientation::Landscape)
        .footer(format!("Auskunft aus dem Protokoll, Stand {day}"))
        .paragraph(format!(
            "Name: {}\nGeboren am: {}",
            subject.name(),
            subject
                .birth_date
                .map_or_else(|| "nicht bekannt".to_owned(), german::date)
        ))
        .paragraph(
            "Jede Abfrage, Änderung und Weitergabe wird protokolliert (§ 32 SächsDSUG). Die Liste nennt die Stelle, die Zeit, den Vorgang und den Grund, aber keine Namen von Beschäftigten. Einträge werden zwölf Monate aufbewahrt.",
        );
    if told.is_empty() {
        return document
            .paragraph("In den letzten zwölf Monaten wurden keine Daten dieser Person verarbeitet.")
            .render();
    }
    let columns = vec![
        Column::new("Zeitpunkt", 2.0),
        Column::new("Stelle", 3.0),
        Column::new("Vorgang", 4.0),
        Column::new("Art und Umfang", 2.2),
        Column::new("Grund", 3.0),
        Column::new("Empfänger", 2.0),
    ];
    let rows = told
        .iter()
        .map(|entry| {
            let office = if entry.place.is_empty() {
                entry.office.clone()
            } else {
                format!("{}\n{}", entry.office, entry.place)
            };
            let kind = format!("{}, {}\n{}", entry.verb, entry.level, entry.outcome);
            vec![
                entry.when.clone(),
                office,
                entry.operation.clone(),
                kind,
                entry.reason.clone(),
                entry.recipient.clone(),
            ]
        })
        .collect();
    document.table(columns, rows).render()
}
