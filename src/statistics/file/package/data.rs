//! The CSV files of a package and the certificate: writing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::super::FileError;
use super::super::content::*;
use super::super::words::{HIDDEN_SIGN, NOTHING_SIGN, decimal, iso};
use super::{DATA, MEASURES, QUALITIES, TABLES, code_list, json};

/// Columns of a code list.
pub(super) const CODE_COLUMNS: [&str; 7] = [
    "code",
    "bezeichnung",
    "uebergeordnet",
    "gueltig_von",
    "gueltig_bis",
    "bund_code",
    "bund_bezeichnung",
];
/// Columns of the list of measures.
pub(super) const MEASURE_COLUMNS: [&str; 7] = [
    "code",
    "bezeichnung",
    "definition",
    "einheit",
    "nachkommastellen",
    "summierbar_ueber",
    "offen",
];
/// Columns of the list of tables.
pub(super) const TABLE_COLUMNS: [&str; 3] = ["code", "bezeichnung", "merkmale"];
/// Columns of the list of quality signs.
pub(super) const QUALITY_COLUMNS: [&str; 4] =
    ["code", "bezeichnung", "sdmx_obs_status", "sdmx_conf_status"];

/// Columns of the figures: table, measure, each dimension, value, quality.
pub(super) fn data_columns(content: &ReleaseContent) -> Vec<String> {
    let dimensions = content
        .dimensions
        .iter()
        .map(|dimension| dimension.code.clone());
    ["tabelle", "kennzahl"]
        .map(str::to_owned)
        .into_iter()
        .chain(dimensions)
        .chain(["wert", "wert_q"].map(str::to_owned))
        .collect()
}

/// Yes and no in a CSV file.
pub(super) fn yes(is: bool) -> &'static str {
    if is { "ja" } else { "nein" }
}

/// All CSV files by name.
pub(super) fn files(content: &ReleaseContent) -> Result<BTreeMap<String, Vec<u8>>, FileError> {
    let mut files = BTreeMap::from([
        (DATA.to_owned(), data(content)?),
        (TABLES.to_owned(), tables(content)?),
        (MEASURES.to_owned(), measures(content)?),
        (QUALITIES.to_owned(), qualities()?),
    ]);
    for dimension in &content.dimensions {
        files.insert(code_list(&dimension.code), codes(dimension)?);
    }
    Ok(files)
}

fn csv_file(
    head: &[impl AsRef<str>],
    rows: impl Iterator<Item = Vec<String>>,
) -> Result<Vec<u8>, FileError> {
    let failed = |error: csv::Error| FileError::Write(error.to_string());
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    writer
        .write_record(head.iter().map(AsRef::as_ref))
        .map_err(failed)?;
    for row in rows {
        writer.write_record(row).map_err(failed)?;
    }
    writer
        .into_inner()
        .map_err(|error| FileError::Write(error.to_string()))
}

fn data(content: &ReleaseContent) -> Result<Vec<u8>, FileError> {
    let rows = content.tables.iter().flat_map(|table| {
        table.cells.iter().filter_map(move |cell| {
            let measure = content.measure(&cell.measure)?;
            let mut row = vec![table.code.clone(), measure.code.clone()];
            for dimension in &content.dimensions {
                row.push(table.code_in(cell, &dimension.code).to_owned());
            }
            row.push(match cell.figure {
                Figure::Number(value) => decimal(value, measure.decimals, '.'),
                Figure::Hidden(_) => HIDDEN_SIGN.to_owned(),
                Figure::Nothing => NOTHING_SIGN.to_owned(),
            });
            row.push(content.quality(measure, &cell.figure).code().to_owned());
            Some(row)
        })
    });
    csv_file(&data_columns(content), rows)
}

fn tables(content: &ReleaseContent) -> Result<Vec<u8>, FileError> {
    let rows = content.tables.iter().map(|table| {
        vec![
            table.code.clone(),
            table.label.clone(),
            table.dimensions.join(" "),
        ]
    });
    csv_file(&TABLE_COLUMNS, rows)
}

fn measures(content: &ReleaseContent) -> Result<Vec<u8>, FileError> {
    let rows = content.measures.iter().map(|measure| {
        vec![
            measure.code.clone(),
            measure.label.clone(),
            measure.definition.clone(),
            measure.unit.clone(),
            measure.decimals.to_string(),
            measure.additive.join(" "),
            yes(measure.open).to_owned(),
        ]
    });
    csv_file(&MEASURE_COLUMNS, rows)
}

/// The bytes of the list of quality signs, the same in every package.
pub(super) fn qualities() -> Result<Vec<u8>, FileError> {
    let rows = Quality::ALL.into_iter().map(|quality| {
        let (observation, confidentiality) = quality.sdmx();
        [
            quality.code(),
            quality.label(),
            observation,
            confidentiality,
        ]
        .map(str::to_owned)
        .into()
    });
    csv_file(&QUALITY_COLUMNS, rows)
}

fn codes(dimension: &Dimension) -> Result<Vec<u8>, FileError> {
    let day = |day: Option<time::Date>| day.map(iso).unwrap_or_default();
    let rows = dimension.codes.iter().map(|item| {
        let (code, label) = item
            .federal
            .as_ref()
            .map(|federal| (federal.code.clone(), federal.label.clone()))
            .unwrap_or_default();
        vec![
            item.code.clone(),
            item.label.clone(),
            item.parent.clone().unwrap_or_default(),
            day(item.valid_from),
            day(item.valid_until),
            code,
            label,
        ]
    });
    csv_file(&CODE_COLUMNS, rows)
}

/// The certificate: for every hidden cell what each attacker can say about it.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Certificate {
    pub format: String,
    #[serde(rename = "geheimhaltung")]
    pub protection: Protection,
    #[serde(rename = "geheime_zellen")]
    pub cells: Vec<CertifiedCell>,
}

/// One hidden cell.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CertifiedCell {
    #[serde(rename = "tabelle")]
    pub table: String,
    #[serde(rename = "kennzahl")]
    pub measure: String,
    /// Codes in the order of the table's dimensions.
    #[serde(rename = "schluessel")]
    pub codes: Vec<String>,
    #[serde(rename = "spannen")]
    pub intervals: Vec<AttackerInterval>,
}

/// The version of the format of certificates.
pub(super) const CERTIFICATE_FORMAT: &str = "geleit-zertifikat/1";

/// The bytes of the certificate.
pub(super) fn certificate(content: &ReleaseContent) -> Result<Vec<u8>, FileError> {
    let hidden = content.tables.iter().flat_map(|table| {
        table.cells.iter().filter_map(|cell| match &cell.figure {
            Figure::Hidden(intervals) => Some(CertifiedCell {
                table: table.code.clone(),
                measure: cell.measure.clone(),
                codes: cell.codes.clone(),
                intervals: intervals.clone(),
            }),
            Figure::Number(_) | Figure::Nothing => None,
        })
    });
    json(&Certificate {
        format: CERTIFICATE_FORMAT.to_owned(),
        protection: content.protection,
        cells: hidden.collect(),
    })
}
