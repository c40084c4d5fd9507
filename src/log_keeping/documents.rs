//! The sheet of a week: the ends of all chains by day, with room to sign.

use uuid::Uuid;

use super::rules::week_label;
use super::store::EndRow;
use crate::base::crypto::hex;
use crate::base::german;
use crate::base::time::{Instant, berlin_local};
use crate::paper::{Column, Document, Orientation, PaperProblem};

/// Letters of a hash in one group: 64 letters are compared by eye.
const GROUP: usize = 8;

/// A hash in groups.
pub(super) fn grouped(hash: &[u8]) -> String {
    let letters: Vec<char> = hex(hash).chars().collect();
    let groups: Vec<String> = letters
        .chunks(GROUP)
        .map(|group| group.iter().collect())
        .collect();
    groups.join(" ")
}

fn short(writer: Uuid) -> String {
    writer.simple().to_string().chars().take(8).collect()
}

/// The sheet as PDF.
///
/// # Errors
/// If it cannot be set.
pub(super) fn sheet(
    monday: time::Date,
    ends: &[EndRow],
    made: Instant,
) -> Result<Vec<u8>, PaperProblem> {
    let label = week_label(monday);
    let document = Document::new("Wochenblatt des Protokolls", made)
        .orientation(Orientation::Landscape)
        .footer(format!("Wochenblatt {label}"))
        .paragraph(format!(
            "{label}\nGedruckt am {}",
            german::date_time(berlin_local(made))
        ))
        .paragraph(
            "Jede Zeile ist das Ende der Kette eines Schreibers (eines laufenden Programms) an einem Tag. Wer danach einen \
             Eintrag dieses Tages ändert, löscht oder hinzufügt, ändert den Kettenwert. Das Blatt wird unterschrieben außerhalb \
             des Rechenzentrums aufbewahrt. Zur Prüfung dasselbe Blatt neu drucken und Zeile für Zeile vergleichen; das geht auch \
             nach der Löschung der Einträge.",
        );
    let document = if ends.is_empty() {
        document.paragraph("In dieser Woche wurde nichts protokolliert.")
    } else {
        let rows = ends
            .iter()
            .map(|end| {
                vec![
                    german::weekday_date(end.day),
                    short(end.writer),
                    format!("{} bis {}", end.first_sequence, end.last_sequence),
                    grouped(&end.hash),
                ]
            })
            .collect();
        let columns = vec![
            Column::new("Tag", 1.2),
            Column::new("Schreiber", 0.9),
            Column::new("Einträge", 1.2),
            Column::new("Kettenwert am Ende des Tages", 5.0),
        ];
        document.table(columns, rows)
    };
    document
        .space(12.0)
        .signature("Datum, Unterschrift Datenschutz")
        .render()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_read_in_groups() {
        let text = grouped(&[0xab; 32]);
        assert_eq!(text.split(' ').count(), 8);
        assert_eq!(text.replace(' ', "").len(), 64);
    }
}
