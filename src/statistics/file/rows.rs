//! The lines of the file for people: one for each cell, every code with its name beside it. CSV and workbook are both
//! made of them; the CSV says more at the end of each, because it has no other place for explanations.

use super::content::*;

/// A field of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Field<'a> {
    /// A code word, a name, a sign.
    Text(&'a str),
    /// A day.
    Day(time::Date),
    /// A figure and how many decimals it has.
    Number(u64, u8),
    /// The table has no such column.
    Empty,
}

/// The head: columns of GENESIS ffcsv in German, with the day of the cut-off, the version and the table besides.
pub(super) fn head(content: &ReleaseContent) -> Vec<String> {
    let mut head: Vec<String> = [
        "Bericht_Code",
        "Bericht",
        "Zeit_Code",
        "Zeit",
        "Stand",
        "Version",
        "Tabelle_Code",
        "Tabelle",
    ]
    .map(str::to_owned)
    .into();
    for number in 1..=width(content) {
        for what in ["Merkmal_Code", "Merkmal", "Auspraegung_Code", "Auspraegung"] {
            head.push(format!("{number}_{what}"));
        }
    }
    head.extend(
        [
            "Kennzahl_Code",
            "Kennzahl",
            "Wert",
            "Einheit",
            "Wert_Q",
            "Wert_Q_Bedeutung",
        ]
        .map(str::to_owned),
    );
    head
}

/// The largest number of dimensions of a table.
pub(super) fn width(content: &ReleaseContent) -> usize {
    let widths = content.tables.iter().map(|table| table.dimensions.len());
    widths.max().unwrap_or(0)
}

/// The lines, table by table in their order.
pub(super) fn rows(content: &ReleaseContent) -> impl Iterator<Item = Vec<Field<'_>>> {
    let width = width(content);
    content.tables.iter().flat_map(move |table| {
        table
            .cells
            .iter()
            .filter_map(move |cell| row(content, table, cell, width))
    })
}

/// `None` only for a content that [`fn@super::check`] refuses.
pub(super) fn row<'a>(
    content: &'a ReleaseContent,
    table: &'a TableContent,
    cell: &'a CellContent,
    width: usize,
) -> Option<Vec<Field<'a>>> {
    use Field::{Day, Empty, Number, Text};
    let measure = content.measure(&cell.measure)?;
    let mut row = vec![
        Text(&content.report.code),
        Text(&content.report.label),
        Text(&content.period.code),
        Text(&content.period.label),
        Day(content.cut_off),
        Number(u64::from(content.version), 0),
        Text(&table.code),
        Text(&table.label),
    ];
    for place in 0..width {
        match table.dimensions.get(place).zip(cell.codes.get(place)) {
            Some((dimension, code)) => {
                let dimension = content.dimension(dimension)?;
                row.extend([
                    Text(&dimension.code),
                    Text(&dimension.label),
                    Text(code),
                    Text(dimension.label_of(code)),
                ]);
            }
            None => row.extend([Empty, Empty, Empty, Empty]),
        }
    }
    let quality = content.quality(measure, &cell.figure);
    row.extend([
        Text(&measure.code),
        Text(&measure.label),
        match cell.figure {
            Figure::Number(value) => Number(value, measure.decimals),
            Figure::Hidden(_) => Text(super::words::HIDDEN_SIGN),
            Figure::Nothing => Text(super::words::NOTHING_SIGN),
        },
        Text(&measure.unit),
        Text(quality.code()),
        Text(quality.label()),
    ]);
    Some(row)
}
