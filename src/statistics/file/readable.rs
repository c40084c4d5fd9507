//! The CSV for people: opens in German Excel and LibreOffice by double click. `;`, UTF-8 with byte order mark, CRLF,
//! decimal comma, one line for each cell in the long format of GENESIS ffcsv, quotes only where RFC 4180 wants them.

use super::FileError;
use super::content::{CellContent, Protection, ReleaseContent, TableContent};
use super::rows::{Field, head, row, width};
use super::words::{decimal, iso};

/// UTF-8 byte order mark; German Excel needs it.
pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// What explains a line, after everything else: the file is handed on by itself, without the package and its explanations.
pub(super) const EXPLANATIONS: [&str; 5] = [
    "Definition",
    "Definition_Merkmale",
    "Geheimhaltung",
    "Grund_der_Korrektur",
    "Hinweise",
];

/// The bytes of the file. The content is expected to be [checked](fn@super::check).
pub(super) fn readable_csv(content: &ReleaseContent) -> Result<Vec<u8>, FileError> {
    let failed = |error: csv::Error| FileError::Write(error.to_string());
    let mut writer = csv::WriterBuilder::new()
        .delimiter(b';')
        .terminator(csv::Terminator::CRLF)
        .from_writer(BYTE_ORDER_MARK.to_vec());
    let explanations = EXPLANATIONS.map(str::to_owned);
    writer
        .write_record(head(content).into_iter().chain(explanations))
        .map_err(failed)?;
    let width = width(content);
    for table in &content.tables {
        for cell in &table.cells {
            let Some(row) = row(content, table, cell, width) else {
                continue;
            };
            let fields = row.iter().map(|field| match field {
                Field::Text(text) => (*text).to_owned(),
                Field::Day(day) => iso(*day),
                Field::Number(value, decimals) => decimal(*value, *decimals, ','),
                Field::Empty => String::new(),
            });
            writer
                .write_record(fields.chain(explanations_of(content, table, cell)))
                .map_err(failed)?;
        }
    }
    writer
        .into_inner()
        .map_err(|error| FileError::Write(error.to_string()))
}

/// What is counted, what it is broken down by, what is hidden, why there is a correction, and what else is to be known.
pub(super) fn explanations_of(
    content: &ReleaseContent,
    table: &TableContent,
    cell: &CellContent,
) -> [String; 5] {
    let measure = content.measure(&cell.measure);
    let dimensions: Vec<String> = table
        .dimensions
        .iter()
        .filter_map(|code| content.dimension(code))
        .filter(|dimension| !dimension.definition.is_empty())
        .map(|dimension| format!("{}: {}", dimension.label, dimension.definition))
        .collect();
    let protection = match content.protection {
        _ if measure.is_some_and(|measure| measure.open) => {
            "Betrifft keine Personen; nichts ist geheim gehalten.".to_owned()
        }
        Protection::Suppression { threshold } => format!(
            "Werte unter {threshold} (außer 0) sind geheim gehalten, und was sie sonst verriete."
        ),
        Protection::Rounding { base } => {
            format!("Werte sind auf Vielfache von {base} gerundet.")
        }
    };
    [
        measure.map_or_else(String::new, |measure| measure.definition.clone()),
        dimensions.join(" "),
        protection,
        content.correction.clone().unwrap_or_default(),
        content.notes.join(" "),
    ]
}
