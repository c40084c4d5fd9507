//! The inventory of keys (BSI CON.1.A4, A10).

use super::{head, table};
use crate::base::crypto::Purpose;
use crate::schema::{Sensitivity, tables};

/// The inventory as Markdown.
pub(super) fn document() -> String {
    let mut text = head("Schlüssel");
    text.push_str("## Dateien\n\n");
    text.push_str(&table(
        &["Datei im Datenverzeichnis", "Inhalt", "Schutz", "Erneuern"],
        [
            [
                "`geleit.key`",
                "Hauptgeheimnis, 256 Bit; alle Schlüssel unten werden mit HKDF-SHA-256 (RFC 5869) daraus abgeleitet",
                "Rechte 0600, sonst startet Geleit nicht; getrennt von der Datenbank sichern",
                "nur mit neuer Datenbank: Protokoll und zweite Anmeldestufen hängen daran",
            ],
            [
                "`notizen.key`",
                "Hauptschlüssel der Notizen, 256 Bit; verschließt je Träger einen Schlüssel in `provider_key`",
                "Rechte 0600; getrennt von Datenbank und `geleit.key` sichern",
                "`geleit keys rotate-notes`; verschlüsselt alle Notizen neu",
            ],
        ]
        .map(|row| row.map(str::to_owned).to_vec()),
    ));
    text.push_str("## Abgeleitete Schlüssel: ein Schlüssel, ein Zweck\n\n");
    text.push_str(&table(
        &["Ableitung", "Verfahren", "Zweck"],
        Purpose::ALL.iter().map(|purpose| {
            let (algorithm, words) = purpose.words();
            vec![
                format!("`{}`", purpose.derivation()),
                algorithm.to_owned(),
                words.to_owned(),
            ]
        }),
    ));
    text.push_str("## Geheimes in der Datenbank\n\nGehasht, verschlossen oder abgeleitet; dazu Trennungsvermerke, die nur die Planung der Anstalt sieht.\n\n");
    text.push_str(&table(
        &["Tabelle", "Spalten"],
        tables().iter().filter_map(|table| {
            let names: Vec<String> = table
                .columns
                .iter()
                .filter(|column| column.sensitivity == Sensitivity::Secret)
                .map(|column| format!("`{}`", column.name))
                .collect();
            (!names.is_empty()).then(|| vec![format!("`{}`", table.name), names.join(", ")])
        }),
    ));
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_purpose_is_missing() {
        let source = include_str!("../../base/crypto.rs");
        let labels = source.matches("=> b\"geleit/").count();
        let listed: BTreeSet<String> = Purpose::ALL
            .iter()
            .map(|purpose| purpose.derivation())
            .collect();
        assert_eq!(listed.len(), labels, "Purpose::ALL lacks a purpose");
    }
}
