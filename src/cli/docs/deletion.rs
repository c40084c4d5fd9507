//! The deletion concept: which table is deleted when, by what, on which source.

use super::{head, table};
use crate::gate::rules::{GUEST_DAYS, SHEET_DAYS, TICK_HOURS};
use crate::jobs::{AUDIT_MONTHS, CHECKPOINT_SECONDS_AT_MOST};
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
pub(super) fn document() -> String {
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
    text.push_str("## Selbsttätige Löschungen\n\n");
    text.push_str(&super::table(
        &["Was", "Wann", "Wie oft geprüft"],
        [
            vec![
                "Tage des Protokolls, auf denen keine Aufbewahrung liegt".to_owned(),
                format!("{AUDIT_MONTHS} Monate nach der Eintragung, ganze Tage; Grenzen des Tages bleiben mit Siegel"),
                "täglich".to_owned(),
            ],
            vec![
                "Ein- und Ausgang an der Pforte".to_owned(),
                format!("nach {TICK_HOURS} Stunden"),
                "stündlich".to_owned(),
            ],
            vec![
                "Gäste eines Familientags".to_owned(),
                format!("{GUEST_DAYS} Tage nach dem Familientag"),
                "stündlich".to_owned(),
            ],
            vec![
                "Gedruckte Pfortenlisten im Datenverzeichnis".to_owned(),
                format!("nach {SHEET_DAYS} Tagen"),
                "stündlich".to_owned(),
            ],
            vec![
                "Hochgeladene Personenlisten".to_owned(),
                "nach der Übernahme, spätestens nach einem Tag".to_owned(),
                "stündlich".to_owned(),
            ],
            vec![
                "Entwürfe von Anfragen".to_owned(),
                "zwei Wochen nach dem letzten Speichern".to_owned(),
                "stündlich".to_owned(),
            ],
        ],
    ));
    text.push_str(&format!(
        "SQLite überschreibt gelöschte Zeilen (`secure_delete`). Das Protokoll bleibt nach der Löschung prüfbar: Die Siegel der \
         gelöschten Tage und die Prüfpunkte (höchstens {CHECKPOINT_SECONDS_AT_MOST} Sekunden auseinander) schließen die Kette.\n"
    ));
    text
}
