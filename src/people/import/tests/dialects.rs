//! Random tables in every dialect are read back; no bytes make the import panic.

use std::collections::{BTreeSet, HashMap};

use proptest::prelude::*;

use super::super::*;
use super::{lookup, plan};

/// How a random table is written.
#[derive(Debug, Clone)]
struct Dialect {
    separator: char,
    line_end: &'static str,
    encoding: Encoding,
    always_quoted: bool,
    title_lines: usize,
    last_line_ended: bool,
}

fn dialects() -> impl Strategy<Value = Dialect> {
    (
        prop::sample::select(vec![';', ',', '\t']),
        prop::sample::select(vec!["\n", "\r\n", "\r"]),
        prop::sample::select(vec![
            Encoding::Utf8,
            Encoding::Utf8WithMark,
            Encoding::Windows1252,
        ]),
        any::<bool>(),
        0_usize..4,
        any::<bool>(),
    )
        .prop_map(
            |(separator, line_end, encoding, always_quoted, title_lines, last_line_ended)| {
                Dialect {
                    separator,
                    line_end,
                    encoding,
                    always_quoted,
                    title_lines,
                    last_line_ended,
                }
            },
        )
}

/// Column names in any order, and rows whose first cell is filled.
fn tables() -> impl Strategy<Value = (Vec<String>, Vec<Vec<String>>)> {
    let names: Vec<String> = [
        "Buch-Nr.", "Name", "Vorname", "geb. am", "Anstalt", "Zugang", "Größe", "x;y,z",
    ]
    .map(str::to_owned)
    .to_vec();
    let header = Just(names)
        .prop_shuffle()
        .prop_filter("a single known name is no header", |names| names.len() > 1);
    let width = 8;
    let cell = "[a-zA-Z0-9äöüßÄÖÜé ;,\"\t\r\n.'=-]{0,12}";
    let row =
        ("[a-zäß]{1,5}", prop::collection::vec(cell, width - 1)).prop_map(|(first, mut row)| {
            row.insert(0, first);
            row
        });
    (header, prop::collection::vec(row, 1..20))
}

fn written(header: &[String], rows: &[Vec<String>], dialect: &Dialect) -> Vec<u8> {
    let mut records: Vec<Vec<String>> = (0..dialect.title_lines)
        .map(|number| {
            if number == 1 {
                vec![String::new()]
            } else {
                vec!["Liste 2026".to_owned()]
            }
        })
        .collect();
    records.push(header.to_vec());
    records.extend_from_slice(rows);
    let special = [dialect.separator, '"', '\r', '\n'];
    let lines: Vec<String> = records
        .iter()
        .map(|cells| {
            let cells = cells.iter().map(|cell| {
                if dialect.always_quoted || cell.contains(special) {
                    format!("\"{}\"", cell.replace('"', "\"\""))
                } else {
                    cell.clone()
                }
            });
            cells
                .collect::<Vec<_>>()
                .join(&dialect.separator.to_string())
        })
        .collect();
    let mut text = lines.join(dialect.line_end);
    if dialect.last_line_ended {
        text.push_str(dialect.line_end);
    }
    match dialect.encoding {
        Encoding::Utf8 => text.into_bytes(),
        Encoding::Utf8WithMark => [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        Encoding::Windows1252 => encoding_rs::WINDOWS_1252.encode(&text).0.into_owned(),
    }
}

proptest! {
    #[test]
    fn tables_in_every_dialect_are_read_back((header, rows) in tables(), dialect in dialects()) {
        let table = read_table(&written(&header, &rows, &dialect)).unwrap();
        prop_assert_eq!(table.encoding, dialect.encoding);
        prop_assert_eq!(table.separator, dialect.separator);
        prop_assert_eq!(&table.header, &header);
        let cells: Vec<Vec<String>> = table.rows.into_iter().map(|row| row.cells).collect();
        prop_assert_eq!(cells, rows);
    }

    #[test]
    fn lines_of_rows_only_grow((header, rows) in tables(), dialect in dialects()) {
        let table = read_table(&written(&header, &rows, &dialect)).unwrap();
        let lines: BTreeSet<u32> = table.rows.iter().map(|row| row.line).collect();
        prop_assert_eq!(lines.len(), table.rows.len());
        prop_assert!(table.rows.is_sorted_by_key(|row| row.line));
    }

    #[test]
    fn rejected_rows_can_be_handed_in_again((header, rows) in tables(), dialect in dialects()) {
        let table = read_table(&written(&header, &rows, &dialect)).unwrap();
        let problems: Vec<RowProblem> = read_rows(&table, &suggest_mapping(&table.header), &lookup())
            .into_iter()
            .filter_map(Result::err)
            .flatten()
            .collect();
        prop_assert!(!problems.is_empty());
        let again = read_table(&rejected_csv(&table, &problems)).unwrap();
        prop_assert_eq!(again.rows.len(), table.rows.len());
        for (again, row) in again.rows.iter().zip(&table.rows) {
            let disarmed: Vec<String> = row.cells.iter().map(|cell| neutralise_formula(cell)).collect();
            prop_assert_eq!(&again.cells[..row.cells.len()], &disarmed[..]);
        }
    }

    #[test]
    fn no_bytes_make_the_import_panic(
        start in prop::sample::select(vec!["", "Name;Vorname;geb. am;Buchnr\n", "sep=,\n", "\u{FEFF}\"a\";b\n1"]),
        bytes in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(b";,\t\"\r\n'=".to_vec())], 0..400),
    ) {
        let bytes = [start.as_bytes(), &bytes].concat();
        if let Ok(table) = read_table(&bytes) {
            let mapping = suggest_mapping(&table.header);
            let remembered = mapping.remember(&table.header).apply(&table.header);
            prop_assert_eq!(&remembered.columns, &mapping.columns);
            let (people, problems): (Vec<_>, Vec<_>) =
                read_rows(&table, &mapping, &lookup()).into_iter().partition(Result::is_ok);
            let people = people.into_iter().flatten().collect();
            plan(people, &HashMap::new());
            let problems: Vec<RowProblem> = problems.into_iter().filter_map(Result::err).flatten().collect();
            rejected_csv(&table, &problems);
        }
    }
}
