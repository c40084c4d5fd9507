//! The deletion concept: which table is deleted when, by what, on which source.

use super::{head, table};
use crate::gate::rules::SHEET_DAYS;
use crate::jobs::{AUDIT_MONTHS, CHECKPOINT_SECONDS_AT_MOST};
use crate::retention::PeriodRow;
use crate::schema::{Retention, Sensitivity, kept, tables};

const CLASSES: &[Retention] = &[
    Retention::Person,
    Retention::Short,
    Retention::Audit,
    Retention::Account,
    Retention::Reference,
    Retention::Release,
];

/// The concept as Markdown.
pub(super) fn document(periods: &[PeriodRow]) -> String {
    let mut text = head("Löschkonzept");
    for class in CLASSES {
        let kept = kept(*class);
        text.push_str(&format!(
            "## {}\n\n- Aufbewahrung: {}\n- Quelle: {}\n\n",
            kept.category, kept.how_long, kept.source
        ));
        text.push_str(&table(
            &["Tabelle", "Spalten", "davon besondere Kategorie"],
            tables()
                .iter()
                .filter(|table| table.retention == *class)
                .map(|table| {
                    let special = table
                        .columns
                        .iter()
                        .filter(|column| column.sensitivity == Sensitivity::Special)
                        .count();
                    vec![
                        format!("`{}`", table.name),
                        table.columns.len().to_string(),
                        special.to_string(),
                    ]
                }),
        ));
    }
    text.push_str("## Fristen einer neuen Installation\n\nGeändert werden sie unter „Löschfristen“, mit Begründung und Verlauf.\n\n");
    text.push_str(&table(
        &[
            "Was",
            "Eingeschränkt nach",
            "Gelöscht nach",
            "Beginn",
            "Löschung durch",
            "Rechtsgrundlage",
            "Quelle der Zahl",
        ],
        periods.iter().filter_map(|row| {
            let (category, period) = (row.category()?, row.period()?);
            let by = if category.by_list() {
                "zwei Personen aus der Liste der fälligen"
            } else {
                "das Programm, stündlich"
            };
            Some(vec![
                category.label().to_owned(),
                period.restrict_text().unwrap_or_else(|| "–".to_owned()),
                period.erase_text(),
                category.clock().to_owned(),
                by.to_owned(),
                row.ground.clone(),
                row.source.clone(),
            ])
        }),
    ));
    text.push_str(&format!(
        "Das Protokoll wird täglich nach {AUDIT_MONTHS} Monaten in ganzen Tagen gelöscht, soweit keine Aufbewahrung auf ihnen liegt; \
         gedruckte Pfortenlisten im Datenverzeichnis nach {SHEET_DAYS} Tagen.\n\n"
    ));
    text.push_str(&format!(
        "SQLite überschreibt gelöschte Zeilen (`secure_delete`). Das Protokoll bleibt nach der Löschung prüfbar: Die Siegel der \
         gelöschten Tage und die Prüfpunkte (höchstens {CHECKPOINT_SECONDS_AT_MOST} Sekunden auseinander) schließen die Kette.\n"
    ));
    text
}
