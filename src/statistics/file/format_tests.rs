//! The files as other programs read them: golden files, a CSV reader of RFC 4180, a reader of workbooks; and that
//! what was written is read back.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use calamine::{Data, Reader, Xlsx};
use proptest::prelude::*;

use super::examples::{example, random, signer};
use super::rows::{Field, head, rows};
use super::words::{decimal, parse_decimal};
use super::*;

fn golden_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/exports/veroeffentlichung")
}

/// To renew after a reviewed change: `INSTA_UPDATE=always cargo test --lib statistics::file`.
#[test]
fn the_example_is_written_byte_for_byte() {
    let files = write_release(&Release::made_up(example()), &signer()).expect("written");
    let unpacked = package::unpacked(&files.package.bytes);
    let mut expected: BTreeMap<String, &[u8]> = BTreeMap::new();
    for file in [&files.readable, &files.package, &files.workbook] {
        expected.insert(file.name.clone(), &file.bytes);
    }
    for (name, bytes) in &unpacked {
        expected.insert(format!("paket/{name}"), bytes);
    }
    let folder = golden_folder();
    if std::env::var_os("INSTA_UPDATE").is_some_and(|wish| wish == "always") {
        for (name, bytes) in &expected {
            let path = folder.join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            std::fs::write(path, bytes).expect("written");
        }
    }
    for (name, bytes) in &expected {
        let golden = std::fs::read(folder.join(name)).expect("a golden file");
        match (std::str::from_utf8(bytes), std::str::from_utf8(&golden)) {
            (Ok(text), Ok(golden)) => assert_eq!(text, golden, "{name}"),
            _ => assert!(**bytes == golden, "{name}: other bytes"),
        }
    }
    assert_eq!(files_below(&folder), expected.len(), "files nobody writes");
}

fn files_below(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let count = |path: PathBuf| if path.is_dir() { files_below(&path) } else { 1 };
    entries
        .map(|entry| count(entry.expect("an entry").path()))
        .sum()
}

/// Packages that were handed out stay readable by later versions.
#[test]
fn the_golden_package_is_read() {
    let bytes = std::fs::read(golden_folder().join("kora-quartal-2026-Q3-v2-maschinenlesbar.zip"));
    let read = read_zip(
        &bytes.expect("a golden file"),
        Known::Key(&signer().public_key()),
    );
    assert_eq!(read.expect("readable").content, example());
}

/// What starts a formula somewhere (OWASP ASVS 5.0, 1.2.10), but for the sign of "nothing".
fn could_run(field: &str) -> bool {
    field.starts_with(['=', '+', '-', '@', '\t', '\r', '\0', '\'']) && field != NOTHING_SIGN
}

fn records(bytes: &[u8], delimiter: u8) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .delimiter(delimiter)
        .from_reader(bytes);
    let records = reader.records();
    records
        .map(|record| {
            record
                .expect("RFC 4180")
                .iter()
                .map(str::to_owned)
                .collect()
        })
        .collect()
}

/// The value a reader of the list takes from a line.
fn shown(field: &Field<'_>) -> String {
    match field {
        Field::Text(text) => (*text).to_owned(),
        Field::Day(day) => words::iso(*day),
        Field::Number(value, decimals) => decimal(*value, *decimals, ','),
        Field::Empty => String::new(),
    }
}

/// The file is handed on by itself: each line says what it counts, what is hidden, and why it was corrected.
#[test]
fn the_csv_for_people_explains_itself() {
    let content = example();
    let files = write_release(&Release::made_up(content.clone()), &signer()).expect("written");
    let records = records(&files.readable.bytes[3..], b';');
    let column = |name: &str| {
        let place = records[0].iter().position(|head| head == name);
        place.expect("a column")
    };
    let reason = content.correction.as_deref().expect("a correction");
    for record in &records[1..] {
        let measure = content
            .measure(&record[column("Kennzahl_Code")])
            .expect("known");
        assert_eq!(record[column("Definition")], measure.definition);
        assert_eq!(record[column("Grund_der_Korrektur")], reason);
        let notes = &record[column("Hinweise")];
        assert!(content.notes.iter().all(|note| notes.contains(note)));
        let protection = &record[column("Geheimhaltung")];
        assert!(protection.contains("Werte unter ") || measure.open);
        for number in 1..=2 {
            let dimension = &record[column(&format!("{number}_Merkmal_Code"))];
            if let Some(dimension) = content.dimension(dimension) {
                let all = &record[column("Definition_Merkmale")];
                assert!(all.contains(&dimension.definition));
            }
        }
    }
    assert!(!content.notes.is_empty());
}

fn readable_csv_is_right(content: &ReleaseContent, bytes: &[u8]) {
    let body = bytes
        .strip_prefix(b"\xEF\xBB\xBF")
        .expect("byte order mark");
    let text = std::str::from_utf8(body).expect("UTF-8");
    assert!(text.ends_with("\r\n") && text.matches('\n').count() == text.matches("\r\n").count());
    let records = records(body, b';');
    let told = head(content).len();
    assert_eq!(records[0][..told], head(content));
    assert_eq!(records[0][told..], readable::EXPLANATIONS);
    let cells = content
        .tables
        .iter()
        .flat_map(|table| table.cells.iter().map(move |cell| (table, cell)));
    let expected: Vec<Vec<String>> = rows(content)
        .zip(cells)
        .map(|(row, (table, cell))| {
            let explained = readable::explanations_of(content, table, cell);
            row.iter().map(shown).chain(explained).collect()
        })
        .collect();
    assert_eq!(records[1..], expected);
    for field in records.iter().flatten() {
        assert!(!could_run(field), "{field}");
    }
    let at = |name: &str| {
        records[0]
            .iter()
            .position(|label| label == name)
            .expect("a column")
    };
    let cells = content.tables.iter().flat_map(|table| &table.cells);
    for (record, cell) in records[1..].iter().zip(cells) {
        let value = record[at("Wert")].as_str();
        let quality = record[at("Wert_Q")].as_str();
        let decimals = content.measure(&cell.measure).expect("known").decimals;
        match &cell.figure {
            Figure::Number(number) => {
                assert_eq!(parse_decimal(value, decimals, ','), Some(*number));
                assert!(matches!(quality, "e" | "u"));
            }
            Figure::Hidden(_) => assert_eq!((value, quality), (".", "g")),
            Figure::Nothing => assert_eq!((value, quality), ("-", "n")),
        }
    }
}

fn workbook_is_right(content: &ReleaseContent, bytes: &[u8]) {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes.to_vec())).expect("a workbook");
    let names = book.sheet_names();
    assert_eq!(names.len(), content.tables.len() + 3);
    for name in &names {
        let formulas = book.worksheet_formula(name).expect("a sheet");
        assert!(
            formulas.used_cells().next().is_none(),
            "{name} has formulas"
        );
    }
    let range = book.worksheet_range(workbook::LIST).expect("the list");
    for (line, fields) in range.rows().skip(1).zip(rows(content)) {
        for (cell, field) in line.iter().zip(fields) {
            match field {
                Field::Text(text) => assert_eq!(cell, &Data::String(text.to_owned())),
                Field::Number(value, decimals) => {
                    let Data::Float(found) = cell else {
                        panic!("{cell:?} is no number")
                    };
                    let expected: f64 = decimal(value, decimals, '.').parse().expect("a number");
                    assert!(
                        (found - expected).abs() <= expected * 1e-15,
                        "{found} {expected}"
                    );
                }
                Field::Day(_) => assert!(matches!(cell, Data::DateTime(_)), "{cell:?}"),
                Field::Empty => assert_eq!(cell, &Data::Empty),
            }
        }
    }
    assert_eq!(range.height(), rows(content).count() + 1);
}

/// Each table is also there as people read it: rows by codes, a column for each measure.
#[test]
fn a_table_of_the_workbook_reads_like_a_table() {
    let files = write_release(&Release::made_up(example()), &signer()).expect("written");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(files.workbook.bytes)).expect("a workbook");
    assert_eq!(
        book.sheet_names(),
        [
            "Überblick",
            "1 Maßnahmen in Sachsen",
            "2 Einrichtungen, Gruppen",
            "Werte",
            "Codelisten"
        ]
    );
    let range = book
        .worksheet_range("1 Maßnahmen in Sachsen")
        .expect("a sheet");
    let text = |line: usize| -> Vec<String> {
        range
            .rows()
            .nth(line)
            .expect("a line")
            .iter()
            .map(ToString::to_string)
            .collect()
    };
    assert_eq!(text(3), ["Maßnahme", "Begonnene Personen", "Stunden"]);
    assert_eq!(text(4), ["Alle Maßnahmen", "60", "1312.75"]);
    assert_eq!(text(7), ["AKT im Einzelgespräch", ".", ""]);
}

#[test]
fn what_may_not_stand_in_a_release_is_refused_with_its_place() {
    type Change = fn(&mut ReleaseContent);
    let cases: [(&str, Change); 22] = [
        ("Bericht: „=1“", |c| c.report.label = "=1".into()),
        ("Bericht: „Q 1“", |c| c.report.code = "Q 1".into()),
        ("Zeitraum: „2026-Q5“", |c| {
            c.period.code = "2026-Q5".into()
        }),
        ("Zeitraum: endet", |c| {
            c.period.last = time::macros::date!(2026 - 06 - 30)
        }),
        ("Stand: liegt vor", |c| {
            c.cut_off = time::macros::date!(2026 - 09 - 29)
        }),
        ("Version: zählt", |c| c.version = 0),
        ("Berichtigung: ein Grund", |c| c.correction = None),
        ("Geheimhaltung: 1 schützt", |c| {
            c.protection = Protection::Suppression { threshold: 1 }
        }),
        ("Hinweis: „@SUM(A1)“", |c| {
            c.notes.push("@SUM(A1)".into())
        }),
        ("Verfahren: ist nicht", |c| c.method.clear()),
        ("Tabellen: enthalten keine", |c| c.tables.clear()),
        ("Merkmal massnahme, Schlüssel prisma: „1e5“", |c| {
            c.dimensions[0].codes[1].label = "1e5".into()
        }),
        ("Merkmal massnahme, Schlüssel prisma: ist doppelt", |c| {
            c.dimensions[0].codes[2].code = "prisma".into()
        }),
        ("Merkmal massnahme: „akt_einzel“ führt nicht", |c| {
            c.dimensions[0].codes[3].parent = Some("akt_einzel".into())
        }),
        (
            "Merkmal einrichtung: der Schlüssel „gesamt“ fehlt",
            |c| {
                c.dimensions[1].codes.remove(0);
            },
        ),
        ("Merkmal wert: so heißt", |c| {
            c.dimensions[0].code = "wert".into()
        }),
        ("Kennzahl stunden: das Merkmal „alter“", |c| {
            c.measures[1].additive.push("alter".into())
        }),
        (
            "Tabelle massnahmen, personen_begonnen x: den Schlüssel „x“",
            |c| c.tables[0].cells[0].codes[0] = "x".into(),
        ),
        (
            "Tabelle massnahmen, personen_begonnen gesamt: ist doppelt",
            |c| {
                let cell = c.tables[0].cells[0].clone();
                c.tables[0].cells.push(cell);
            },
        ),
        ("dieselbe Zahl steht", |c| {
            c.tables[1].cells[0].figure = Figure::Number(61)
        }),
        ("der Nachweis für „aussen“", |c| {
            c.tables[0].cells[3].figure = Figure::Hidden(Vec::new())
        }),
        ("obwohl die Kennzahl offen", |c| c.measures[0].open = true),
    ];
    for (expected, change) in cases {
        let mut content = example();
        change(&mut content);
        let refused = write_release(&Release::made_up(content.clone()), &signer())
            .expect_err(expected)
            .to_string();
        assert!(
            refused.contains(expected),
            "{refused} instead of {expected}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn what_is_written_is_read_back(seed in any::<u64>()) {
        let content = random(seed);
        let files = write_release(&Release::made_up(content.clone()), &signer()).expect("written");
        let read = read_zip(&files.package.bytes, Known::Key(&signer().public_key())).expect("readable");
        prop_assert_eq!(&read.content, &content);
        prop_assert_eq!(&read.hash, &files.hash);
        for file in [&files.readable, &files.workbook] {
            prop_assert_eq!(read.check_beside(&file.name, &file.bytes), Ok(()));
        }
        prop_assert_eq!(&write_release(&Release::made_up(read.content), &signer()).expect("written"), &files);
        readable_csv_is_right(&content, &files.readable.bytes);
        workbook_is_right(&content, &files.workbook.bytes);
        for (name, bytes) in package::unpacked(&files.package.bytes) {
            if name.ends_with(".csv") {
                for field in records(&bytes, b',').iter().flatten() {
                    prop_assert!(!could_run(field), "{}: {}", name, field);
                }
            }
        }
    }
}

/// Hidden figures are nowhere in the files: contents that differ in nothing public give the same bytes. The type
/// has no room for the value, so it is enough that no file is made of anything else.
#[test]
fn the_example_is_right_in_every_file() {
    let content = example();
    let files = write_release(&Release::made_up(content.clone()), &signer()).expect("written");
    readable_csv_is_right(&content, &files.readable.bytes);
    workbook_is_right(&content, &files.workbook.bytes);
}
