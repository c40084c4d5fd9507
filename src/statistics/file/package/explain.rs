//! What people must know to read the figures: the method, the explanations beside the figures, the LIESMICH.

use std::fmt::Write;

use serde::{Deserialize, Serialize};

use super::super::FileError;
use super::super::content::*;
use super::super::words::{HIDDEN_SIGN, NOTHING_SIGN};
use super::{json, stem};
use crate::base::german;

/// How figures are protected, in paragraphs, for [`ReleaseContent::method`].
pub fn method_text(protection: &Protection) -> Vec<String> {
    match protection {
        Protection::Suppression { threshold } => {
            let small = threshold.saturating_sub(1);
            vec![
                format!(
                    "Zahlen von 1 bis {small} werden nicht veröffentlicht, weil sie auf einzelne Menschen schließen \
                     lassen (Schwellenwert {threshold}). Damit sie sich auch nicht aus Summen, Differenzen und früheren \
                     Veröffentlichungen errechnen lassen, werden weitere Zahlen geheim gehalten, auch größere und \
                     gegebenenfalls Nullen."
                ),
                format!(
                    "Für jede geheim gehaltene Zahl bleiben nach allem, was veröffentlicht ist, nur die 0 möglich, \
                     nur Werte ab {threshold} oder eine Spanne bis mindestens \
                     {threshold}, deren größter und kleinster Wert mindestens {small} auseinanderliegen. Der Nachweis steht für jede dieser Zahlen in zertifikat.json."
                ),
                format!(
                    "Haben alle Fälle einer Gruppe ab {threshold} dasselbe Alter, dieselbe Vollzugsart, denselben \
                     Phänomenbereich oder denselben Ausgang, verriete das jeden von ihnen, obwohl keine Zahl klein ist \
                     (Gruppenmerkmal). Dann werden diese Zahl und mindestens eine 0 daneben geheim gehalten, soweit das \
                     nicht schon veröffentlicht ist oder kleine Zahlen preisgäbe."
                ),
                "Veröffentlichte Zahlen sind weder gerundet noch verändert. Eine 0 heißt: kein Fall.".to_owned(),
            ]
        }
        Protection::Rounding { base } => vec![
            format!(
                "Alle Zahlen über Menschen sind auf Vielfache von {base} gerundet, und zwar so, dass Summen weiterhin \
                 genau aufgehen. Eine einzelne Zahl kann deshalb auch auf das entferntere der beiden benachbarten \
                 Vielfachen gerundet sein."
            ),
            "Eine 0 heißt: kein Fall oder wenige Fälle.".to_owned(),
        ],
    }
}

/// Measures, dimensions, method and signs: what is printed beside the figures. Chapters with their lines.
pub fn explanation(content: &ReleaseContent) -> Vec<(&'static str, Vec<String>)> {
    let measures = content.measures.iter().map(|measure| {
        format!(
            "{} ({}, {}): {}",
            measure.label, measure.code, measure.unit, measure.definition
        )
    });
    let dimensions =
        content
            .dimensions
            .iter()
            .map(|dimension| match dimension.definition.as_str() {
                "" => format!("{} ({})", dimension.label, dimension.code),
                definition => format!("{} ({}): {definition}", dimension.label, dimension.code),
            });
    let signs = Quality::ALL.iter().map(|quality| {
        let sign = match quality {
            Quality::Hidden => format!("„{HIDDEN_SIGN}“ als Wert"),
            Quality::Nothing => format!("„{NOTHING_SIGN}“ als Wert"),
            Quality::Exact | Quality::Rounded => "Zahl als Wert".to_owned(),
        };
        format!(
            "{sign}, „{}“ in der Spalte Wert_Q: {}",
            quality.code(),
            quality.label()
        )
    });
    let mut chapters = vec![
        ("Was gezählt wird", measures.collect::<Vec<_>>()),
        ("Wonach gegliedert wird", dimensions.collect()),
        ("Geheimhaltung", content.method.clone()),
        ("Zeichen", signs.collect()),
    ];
    let correction = content.correction.iter().map(|reason| {
        format!(
            "Version {} berichtigt die vorherige. Grund: {reason}",
            content.version
        )
    });
    let notes: Vec<String> = correction.chain(content.notes.iter().cloned()).collect();
    if !notes.is_empty() {
        chapters.push(("Hinweise", notes));
    }
    chapters
}

/// `LIESMICH.txt`.
pub(super) fn readme(content: &ReleaseContent) -> String {
    let mut text = format!(
        "{}\n{}\nStand {}, Version {}\n",
        content.report.label,
        content.period.label,
        german::date(content.cut_off),
        content.version
    );
    for (heading, lines) in explanation(content) {
        let _ = write!(text, "\n{heading}\n");
        for line in lines {
            let _ = writeln!(text, "- {line}");
        }
    }
    let stem = stem(content);
    let _ = write!(
        text,
        "\nDateien\n\
         - daten.csv: die Werte, eine Zeile je Zelle; Schlüsselwörter stehen in tabellen.csv, kennzahlen.csv und \
         codelisten. Komma als Trennzeichen, Punkt als Dezimalzeichen, UTF-8 ohne BOM, Zeilenende CRLF (RFC 4180)\n\
         - csv-metadata.json: Beschreibung der CSV-Dateien nach CSV on the Web (W3C)\n\
         - datapackage.json: dieselbe Beschreibung als Frictionless Data Package\n\
         - verfahren.json: Bericht, Zeitraum, Geheimhaltung und Merkmale\n\
         - zertifikat.json: für jede geheim gehaltene Zahl der kleinste und der größte Wert, den jemand aus allem \
         Veröffentlichten schließen kann, in der kleinsten Einheit der Kennzahl (bei zwei Nachkommastellen in \
         Hundertsteln)\n\
         - manifest.json: Prüfsummen (SHA-256) aller Dateien, auch der Dateien daneben, {stem}-lesbar.csv und {stem}.xlsx\n\
         - manifest.json.sig, schluessel.pem: Unterschrift (Ed25519) der Datei manifest.json und der Schlüssel dazu\n\n\
         Echtheit prüfen\n\
         - mit Geleit: geleit verify release {stem}-maschinenlesbar.zip\n\
         - ohne Geleit: openssl pkeyutl -verify -pubin -inkey schluessel.pem -rawin -in manifest.json -sigfile \
         manifest.json.sig und danach die Prüfsummen vergleichen\n\
         - Dass der Schlüssel der richtige ist, sagt die herausgebende Stelle (geleit verify key), nicht dieses Paket.\n"
    );
    text
}

/// The version of the format of a package.
pub(super) const FORMAT: &str = "geleit-veroeffentlichung/1";

/// `verfahren.json`: what is no table.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Procedure {
    pub format: String,
    #[serde(rename = "bericht")]
    pub report: Named,
    #[serde(rename = "zeitraum")]
    pub period: PeriodInfo,
    #[serde(rename = "stand", with = "super::super::content::iso_day")]
    pub cut_off: time::Date,
    pub version: u32,
    #[serde(rename = "berichtigung")]
    pub correction: Option<String>,
    #[serde(rename = "geheimhaltung")]
    pub protection: Protection,
    #[serde(rename = "verfahren")]
    pub method: Vec<String>,
    #[serde(rename = "hinweise")]
    pub notes: Vec<String>,
    #[serde(rename = "merkmale")]
    pub dimensions: Vec<DimensionLine>,
}

/// A dimension; its codes are in its code list.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DimensionLine {
    pub code: String,
    #[serde(rename = "bezeichnung")]
    pub label: String,
    pub definition: String,
}

/// The bytes of `verfahren.json`.
pub(super) fn procedure(content: &ReleaseContent) -> Result<Vec<u8>, FileError> {
    let dimensions = content.dimensions.iter().map(|dimension| DimensionLine {
        code: dimension.code.clone(),
        label: dimension.label.clone(),
        definition: dimension.definition.clone(),
    });
    json(&Procedure {
        format: FORMAT.to_owned(),
        report: content.report.clone(),
        period: content.period.clone(),
        cut_off: content.cut_off,
        version: content.version,
        correction: content.correction.clone(),
        protection: content.protection,
        method: content.method.clone(),
        notes: content.notes.clone(),
        dimensions: dimensions.collect(),
    })
}
