//! From bytes to a table: finds out separator and header line, passes over title lines above the header.

use std::collections::{BTreeMap, BTreeSet};

use super::encoding::{Encoding, decode};
use super::problem::{FileProblem, FileProblemKind as Kind, shown};
use super::records::{RawRow, Records};
use super::target::recognise;

/// The most data rows that are read.
pub const MAX_ROWS: usize = 50_000;

/// In this order a draw between separators is decided.
const SEPARATORS: [char; 3] = [';', '\t', ','];
/// The header must be among the first records that are not blank.
const HEADER_SEARCH: usize = 40;

/// A list as it stands in the file; cells are neither trimmed nor interpreted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawTable {
    /// How the text was encoded.
    pub encoding: Encoding,
    /// What separates the columns: `;`, `,` or a tab.
    pub separator: char,
    /// The names of the columns, trimmed.
    pub header: Vec<String>,
    /// The rows below the header; blank rows and repeated header lines are left out.
    pub rows: Vec<RawRow>,
}

/// Reads a list: finds out encoding, separator and header line, and splits it into rows.
///
/// # Errors
/// A [`FileProblem`] with place, expected and found, if the file as a whole is no such table.
pub fn read_table(bytes: &[u8]) -> Result<RawTable, FileProblem> {
    let (encoding, text) = decode(bytes)?;
    let separator = match separator_hint(&text) {
        Some(separator) => separator,
        None => detect_separator(&text)?,
    };
    let header_position = find_header(&sample(&text, separator))?;

    let mut records = Records::new(&text, separator);
    let mut header: Option<Vec<String>> = None;
    let mut rows = Vec::new();
    let mut position = 0;
    while let Some(record) = records.next_record()? {
        if record.is_blank() {
            continue;
        }
        match &header {
            None if position == header_position => header = Some(record.cells),
            None => position += 1,
            // Printed lists repeat their header on every page.
            Some(header) if *header == record.cells => {}
            Some(_) if rows.len() == MAX_ROWS => {
                let expected = format!("höchstens {MAX_ROWS} Zeilen");
                return Err(FileProblem::new(Kind::TooManyRows, expected, "mehr Zeilen")
                    .at(record.line, None));
            }
            Some(_) => rows.push(record),
        }
    }
    if rows.is_empty() {
        let expected = "Zeilen mit Personen unter der Kopfzeile";
        return Err(FileProblem::new(Kind::NoRows, expected, "keine"));
    }
    let header = header
        .unwrap_or_default()
        .iter()
        .map(|cell| cell.trim().to_owned())
        .collect();
    Ok(RawTable {
        encoding,
        separator,
        header,
        rows,
    })
}

/// The first line `sep=;` by which some programs announce the separator.
fn separator_hint(text: &str) -> Option<char> {
    let first = text.lines().next()?.trim_end().trim_matches('"');
    let rest = first
        .strip_prefix("sep=")
        .or_else(|| first.strip_prefix("SEP="))?;
    SEPARATORS
        .into_iter()
        .find(|separator| rest.chars().eq([*separator]))
}

/// The separator under which most column names are known; else the one that gives most rows of equal
/// width.
fn detect_separator(text: &str) -> Result<char, FileProblem> {
    let mut best = None;
    let mut best_score = (0, 0, 0);
    for separator in SEPARATORS {
        let sample = sample(text, separator);
        let known = sample.iter().map(known_columns).max().unwrap_or(0);
        let (width, rows) = usual_width(&sample);
        let score = (known, rows, width);
        if score > best_score {
            (best, best_score) = (Some(separator), score);
        }
    }
    if let Some(separator) = best {
        return Ok(separator);
    }
    // Perhaps the columns cannot be seen because of a mistake in the first rows: that says more.
    let mut records = Records::new(text, ';');
    while records.next_record()?.is_some() {}
    Err(FileProblem::new(
        Kind::NoColumns,
        "mehrere Spalten, getrennt durch Semikolon, Komma oder Tabulator",
        "nur eine Spalte",
    ))
}

/// The first records that are not blank, up to the first mistake.
fn sample(text: &str, separator: char) -> Vec<RawRow> {
    let mut records = Records::new(text, separator);
    let mut sample = Vec::new();
    while sample.len() < HEADER_SEARCH {
        match records.next_record() {
            Ok(Some(record)) if record.is_blank() => {}
            Ok(Some(record)) => sample.push(record),
            Ok(None) | Err(_) => break,
        }
    }
    sample
}

/// How many different targets the cells of a record name. A single cell is no header.
fn known_columns(record: &RawRow) -> usize {
    if record.cells.len() < 2 {
        return 0;
    }
    record
        .cells
        .iter()
        .filter_map(|cell| recognise(cell))
        .collect::<BTreeSet<_>>()
        .len()
}

/// The most frequent number of cells (at least two) and how many records have it; (0, 0) if none.
fn usual_width(records: &[RawRow]) -> (usize, usize) {
    let mut counts = BTreeMap::new();
    for record in records.iter().filter(|record| record.cells.len() > 1) {
        *counts.entry(record.cells.len()).or_insert(0_usize) += 1;
    }
    counts
        .into_iter()
        .max_by_key(|(width, count)| (*count, *width))
        .unwrap_or((0, 0))
}

/// The position of the header among the records that are not blank.
fn find_header(records: &[RawRow]) -> Result<usize, FileProblem> {
    let most = records.iter().map(known_columns).max().unwrap_or(0);
    let (width, _) = usual_width(records);
    let found = records.iter().position(|record| {
        if most > 0 {
            known_columns(record) == most
        } else {
            record.cells.len() == width
        }
    });
    match found.and_then(|position| Some((position, records.get(position)?))) {
        Some((position, record)) if most > 0 || !looks_like_data(record) => Ok(position),
        Some((_, record)) => {
            let found = shown(&record.cells.join(" | "));
            Err(FileProblem::new(
                Kind::NoHeader,
                "eine Zeile mit den Namen der Spalten",
                found,
            )
            .at(record.line, None))
        }
        None => Err(FileProblem::new(
            Kind::NoHeader,
            "eine Zeile mit den Namen der Spalten",
            "keine solche Zeile",
        )),
    }
}

/// Whether a cell holds a date or number, which no column is named after.
fn looks_like_data(record: &RawRow) -> bool {
    record.cells.iter().any(|cell| {
        let cell = cell.trim();
        cell.chars().any(|char| char.is_ascii_digit())
            && cell
                .chars()
                .all(|char| char.is_ascii_digit() || matches!(char, '.' | '-' | '/' | ','))
    })
}

#[cfg(test)]
mod tests {
    use super::super::records::{MAX_COLUMNS, MAX_FIELD_CHARS};
    use super::*;

    fn read(text: &str) -> RawTable {
        read_table(text.as_bytes()).unwrap()
    }

    fn refused(text: &str) -> (Kind, Option<u32>, Option<u32>) {
        let problem = read_table(text.as_bytes()).unwrap_err();
        (problem.kind, problem.line, problem.column)
    }

    fn cells(table: &RawTable) -> Vec<(u32, Vec<&str>)> {
        table
            .rows
            .iter()
            .map(|row| (row.line, row.cells.iter().map(String::as_str).collect()))
            .collect()
    }

    #[test]
    fn quotes_line_ends_and_line_numbers() {
        let table = read("Name;Vorname\r\n\"a;\"\"b\"\"\r\nc\";d\r\n\r\n;\r\ne;\"f\" \n");
        assert_eq!(
            cells(&table),
            [(2, vec!["a;\"b\"\r\nc", "d"]), (6, vec!["e", "f"])]
        );
        let table = read("Name\tVorname\ra\tb\rc\td");
        assert_eq!(table.separator, '\t');
        assert_eq!(cells(&table), [(2, vec!["a", "b"]), (3, vec!["c", "d"])]);
    }

    #[test]
    fn a_quote_inside_a_plain_field_is_only_a_character() {
        assert_eq!(
            cells(&read("Name;Vorname\na \"b\";c")),
            [(2, vec!["a \"b\"", "c"])]
        );
    }

    #[test]
    fn title_lines_and_repeated_headers_are_passed_over() {
        let table = read(
            "Liste, Stand 1.1.2026\n\nAnstalt;Dresden;;\nName;Vorname;Buchnr\nA;B;1\nName;Vorname;Buchnr\nC;D;2\n",
        );
        assert_eq!(table.header, ["Name", "Vorname", "Buchnr"]);
        assert_eq!(
            cells(&table),
            [(5, vec!["A", "B", "1"]), (7, vec!["C", "D", "2"])]
        );
    }

    #[test]
    fn the_separator_is_announced_recognised_or_counted() {
        assert_eq!(read("sep=,\nx;1,y;2\na;1,b;2\n").separator, ',');
        assert_eq!(read("sep=,\nx;1,y;2\na;1,b;2\n").rows.len(), 1);
        assert_eq!(read("Name;Vorname\nA, B, C, D;E\n").separator, ';');
        assert_eq!(
            read("Titel; mit; Semikolon\nName,Vorname\nA,B\n").separator,
            ','
        );
        assert_eq!(read("eins,zwei\na,b\nc,d\n").separator, ',');
    }

    #[test]
    fn what_is_no_table_is_refused_with_its_place() {
        assert_eq!(
            refused("nur ein Text\nohne Spalten\n"),
            (Kind::NoColumns, None, None)
        );
        assert_eq!(
            refused("\"nie zu\nEnde"),
            (Kind::UnclosedQuote, Some(1), Some(1))
        );
        assert_eq!(
            refused("Name;Vorname\nA;B\nC;\"D\nE;F\n"),
            (Kind::UnclosedQuote, Some(3), Some(2))
        );
        assert_eq!(
            refused("Name;Vorname\n\"A\"x;B\n"),
            (Kind::TextAfterQuote, Some(2), Some(1))
        );
        assert_eq!(
            refused("1234-24;03.04.1990\n1235-24;05.06.1991\n"),
            (Kind::NoHeader, Some(1), None)
        );
        assert_eq!(refused("Name;Vorname\n;\n"), (Kind::NoRows, None, None));
    }

    #[test]
    fn limits_hold_to_the_last_unit() {
        let field = |length: usize| format!("Name;Vorname\nA;{}\n", "x".repeat(length));
        assert_eq!(read(&field(MAX_FIELD_CHARS)).rows.len(), 1);
        assert_eq!(
            refused(&field(MAX_FIELD_CHARS + 1)),
            (Kind::FieldTooLong, Some(2), Some(2))
        );
        let columns = |count: usize| format!("Name{}\nA\n", ";Vorname".repeat(count - 1));
        assert_eq!(read(&columns(MAX_COLUMNS)).header.len(), MAX_COLUMNS);
        assert_eq!(refused(&columns(MAX_COLUMNS + 1)).0, Kind::TooManyColumns);
        let rows = |count: usize| format!("Name;Vorname\n{}", "A;B\n".repeat(count));
        assert_eq!(read(&rows(MAX_ROWS)).rows.len(), MAX_ROWS);
        assert_eq!(
            refused(&rows(MAX_ROWS + 1)),
            (Kind::TooManyRows, Some(50_002), None)
        );
    }
}
