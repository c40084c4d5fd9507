//! Packages somebody has meddled with: each is refused, with a sentence that says where.

use super::super::examples::{example, signer};
use std::sync::LazyLock;

use proptest::prelude::*;

use super::super::{Figure, Release, check, write_release};
use super::*;

type Files = BTreeMap<String, Vec<u8>>;

/// The package of the example; written once, because writing takes longer than reading.
static PACKAGE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let written = write_release(&Release::made_up(example()), &signer()).expect("written");
    written.package.bytes
});

fn files() -> Files {
    unpacked(&PACKAGE)
}

fn text(files: &Files, name: &str) -> String {
    String::from_utf8(files[name].clone()).expect("UTF-8")
}

/// Replaces a text in a file; it must be there.
fn replace(files: &mut Files, name: &str, from: &str, to: &str) {
    let text = text(files, name);
    assert!(text.contains(from), "{name} has no {from}");
    files.insert(name.to_owned(), text.replacen(from, to, 1).into_bytes());
}

/// Makes manifest and signature fit the files again, as the owner of the key could.
fn sign_again(files: &mut Files) {
    let mut manifest: manifest::Manifest =
        serde_json::from_slice(&files[MANIFEST]).expect("a manifest");
    let mut rest = files.clone();
    rest.remove(MANIFEST);
    rest.remove(SIGNATURE);
    let beside = manifest.beside.clone();
    manifest.files = manifest::Manifest::of(&example(), &[], &rest, &[]).files;
    manifest.beside = beside;
    let bytes = json(&manifest).expect("written");
    files.insert(SIGNATURE.to_owned(), signer().sign(&bytes));
    files.insert(MANIFEST.to_owned(), bytes);
}

fn refused(files: &Files) -> String {
    read_files(files, Known::Any)
        .expect_err("meddled with")
        .to_string()
}

#[test]
fn whatever_is_changed_afterwards_is_found() {
    type Meddling = fn(&mut Files);
    let cases: [(&str, Meddling); 14] = [
        ("daten.csv wurde verändert", |f| {
            replace(f, DATA, ",38,e", ",39,e")
        }),
        ("daten.csv wurde verändert", |f| {
            replace(f, DATA, ".,g", "3,e")
        }),
        ("codelisten/massnahme.csv wurde verändert", |f| {
            replace(
                f,
                "codelisten/massnahme.csv",
                "AKT in der Gruppe",
                "AKT in Gruppen",
            );
        }),
        ("kennzahlen.csv wurde verändert", |f| {
            replace(f, MEASURES, "Dauer", "Zahl")
        }),
        ("verfahren.json wurde verändert", |f| {
            replace(f, PROCEDURE, "\"schwellenwert\": 5", "\"schwellenwert\": 3")
        }),
        ("zertifikat.json wurde verändert", |f| {
            replace(f, CERTIFICATE, "\"bis\": 12", "\"bis\": 99")
        }),
        ("datapackage.json wurde verändert", |f| {
            replace(f, DATA_PACKAGE, "number", "string")
        }),
        ("LIESMICH.txt wurde verändert", |f| {
            replace(f, README, "Personen", "Menschen")
        }),
        ("Die Unterschrift des Manifests stimmt nicht", |f| {
            replace(f, MANIFEST, "\"version\": 2", "\"version\": 3")
        }),
        ("Die Unterschrift des Manifests stimmt nicht", |f| {
            f.get_mut(SIGNATURE).expect("there")[5] ^= 1
        }),
        ("Die Unterschrift des Manifests stimmt nicht", |f| {
            f.get_mut(SIGNATURE).expect("there").truncate(63)
        }),
        ("Die Datei zertifikat.json fehlt", |f| {
            drop(f.remove(CERTIFICATE))
        }),
        ("Die Datei manifest.json.sig fehlt", |f| {
            drop(f.remove(SIGNATURE))
        }),
        ("Die Datei daten-neu.csv gehört nicht", |f| {
            drop(f.insert("daten-neu.csv".into(), Vec::new()))
        }),
    ];
    for (expected, meddle) in cases {
        let mut files = files();
        meddle(&mut files);
        let why = refused(&files);
        assert!(why.contains(expected), "{why} instead of {expected}");
    }
}

/// A signature says who wrote it, not that it is right.
#[test]
fn what_is_wrong_is_found_even_when_it_is_signed() {
    type Meddling = fn(&mut Files);
    let cases: [(&str, Meddling); 22] = [
        ("daten.csv, Zeile 4: „38,0“", |f| {
            replace(f, DATA, ",38,e", ",\"38,0\",e")
        }),
        ("daten.csv, Zeile 4: „038“", |f| {
            replace(f, DATA, ",38,e", ",038,e")
        }),
        ("daten.csv, Zeile 4: „+38“", |f| {
            replace(f, DATA, ",38,e", ",+38,e")
        }),
        ("daten.csv, Zeile 4: „“ ist kein Wert", |f| {
            replace(f, DATA, ",38,e", ",,e")
        }),
        ("daten.csv, Zeile 4: „g“ passt nicht", |f| {
            replace(f, DATA, ",38,e", ",38,g")
        }),
        ("daten.csv, Zeile 4: für den geheim", |f| {
            replace(f, DATA, ",38,e", ",.,g")
        }),
        ("daten.csv, Zeile 4: nicht lesbar", |f| {
            replace(f, DATA, ",38,e", ",38")
        }),
        ("daten.csv, Zeile 1: das ist nicht", |f| {
            replace(f, DATA, "wert_q", "quality")
        }),
        ("daten.csv, Zeile 4: die Kennzahl „personen“", |f| {
            replace(
                f,
                DATA,
                "personen_begonnen,akt_gruppe",
                "personen,akt_gruppe",
            );
        }),
        ("den Schlüssel „=1+1“ gibt es nicht", |f| {
            replace(f, DATA, ",akt_gruppe,", ",=1+1,")
        }),
        ("dieselbe Zahl steht", |f| {
            replace(f, DATA, ",38,e", ",39,e")
        }),
        ("ist doppelt aufgeführt", |f| {
            replace(f, DATA, ",akt_gruppe,", ",prisma,")
        }),
        ("nennt eine Zelle, die nicht geheim", |f| {
            replace(f, DATA, ".,g", "3,e")
        }),
        ("nach „einrichtung“ gegliedert", |f| {
            replace(f, DATA, "akt_gruppe,gesamt", "akt_gruppe,vollzug")
        }),
        ("nennt eine andere Geheimhaltung", |f| {
            replace(
                f,
                CERTIFICATE,
                "\"schwellenwert\": 5",
                "\"schwellenwert\": 3",
            )
        }),
        ("zertifikat.json ist nicht lesbar", |f| {
            replace(f, CERTIFICATE, "\"von\": 0", "\"von\": -1")
        }),
        ("die endet, bevor sie beginnt", |f| {
            replace(f, CERTIFICATE, "\"von\": 0", "\"von\": 13")
        }),
        ("verfahren.json ist nicht lesbar", |f| {
            replace(f, PROCEDURE, "{", "{\"neu\": 1,")
        }),
        ("codelisten/massnahme.csv, Zeile 6: „1.7.2024“", |f| {
            replace(f, "codelisten/massnahme.csv", "2024-07-01", "1.7.2024");
        }),
        ("kennzahlen.csv, Zeile 2: offen", |f| {
            replace(f, MEASURES, ",nein", ",vielleicht")
        }),
        ("schluessel.pem enthält nicht", |f| {
            f.insert(KEY.into(), public_key_pem(&[7; 32]).into_bytes());
        }),
        ("gehört zu einer anderen Veröffentlichung", |f| {
            replace(f, PROCEDURE, "\"version\": 2", "\"version\": 3")
        }),
    ];
    for (expected, meddle) in cases {
        let mut files = files();
        meddle(&mut files);
        sign_again(&mut files);
        let why = refused(&files);
        assert!(why.contains(expected), "{why} instead of {expected}");
    }
}

#[test]
fn signing_again_without_a_change_is_believed() {
    let mut files = files();
    sign_again(&mut files);
    assert_eq!(
        read_files(&files, Known::Any).expect("whole").content,
        example()
    );
}

#[test]
fn the_signature_of_somebody_else_is_not_believed() {
    let other = crate::base::crypto::MasterSecret::new([1; 32]).release_signer();
    let theirs = write_release(&Release::made_up(example()), &other)
        .expect("written")
        .package
        .bytes;
    assert!(read_zip(&theirs, Known::Any).is_ok());
    let ours = signer().public_key();
    let why = read_zip(&theirs, Known::Key(&ours))
        .expect_err("foreign")
        .to_string();
    assert!(why.contains("fremden Schlüssel"), "{why}");
}

#[test]
fn archives_that_are_none_are_refused() {
    let good = write_release(&Release::made_up(example()), &signer())
        .expect("written")
        .package
        .bytes;
    for bad in [
        &b""[..],
        b"PK",
        b"zeitraum;stand",
        &good[..good.len() / 2],
        &good[100..],
    ] {
        assert!(read_zip(bad, Known::Any).is_err());
    }
    // Changed within a compressed file: its own checksum, or its end, does not fit.
    let mut damaged = good.clone();
    for byte in damaged.iter_mut().skip(80).take(20) {
        *byte ^= 0x55;
    }
    assert!(read_zip(&damaged, Known::Any).is_err());
}

#[test]
fn two_files_of_one_name_are_refused() {
    let mut files = files();
    let twin = files[DATA].clone();
    files.insert("daten.csX".to_owned(), twin);
    let mut bytes = archive::pack(&files).expect("packed");
    let places: Vec<usize> = bytes
        .windows(9)
        .enumerate()
        .filter(|(_, part)| part == b"daten.csX")
        .map(|(at, _)| at)
        .collect();
    assert_eq!(places.len(), 2, "local and central name");
    for at in places {
        bytes[at + 8] = b'v';
    }
    assert_eq!(read_zip(&bytes, Known::Any), Err(PackageError::Twice));
}

#[test]
fn a_bomb_is_not_unpacked() {
    let bomb = BTreeMap::from([("daten.csv".to_owned(), vec![b'0'; 65 * 1024 * 1024])]);
    let bytes = archive::pack(&bomb).expect("packed");
    assert!(bytes.len() < 1_000_000);
    assert_eq!(read_zip(&bytes, Known::Any), Err(PackageError::TooLarge));
    let many: Files = (0..200)
        .map(|number| (format!("f{number}"), Vec::new()))
        .collect();
    let bytes = archive::pack(&many).expect("packed");
    assert_eq!(read_zip(&bytes, Known::Any), Err(PackageError::TooLarge));
}

#[test]
fn files_beside_the_package_are_known() {
    let written = write_release(&Release::made_up(example()), &signer()).expect("written");
    let read = read_zip(&written.package.bytes, Known::Any).expect("whole");
    let names: Vec<&str> = read.beside().collect();
    assert_eq!(names, [&written.readable.name, &written.workbook.name]);
    let meddled = [written.readable.bytes.as_slice(), b"x"].concat();
    assert_eq!(
        read.check_beside(&written.readable.name, &meddled),
        Err(PackageError::Changed(written.readable.name.clone()))
    );
    assert!(read.check_beside("kora-anders.csv", b"").is_err());
}

/// The certificate belongs to hidden figures only, and to each of them.
#[test]
fn every_hidden_figure_has_its_intervals() {
    let read = read_files(&files(), Known::Any).expect("whole").content;
    let hidden = read.tables.iter().flat_map(|table| &table.cells);
    let intervals: Vec<usize> = hidden
        .filter_map(|cell| match &cell.figure {
            Figure::Hidden(intervals) => Some(intervals.len()),
            _ => None,
        })
        .collect();
    assert_eq!(intervals, [2, 2, 2, 2]);
}

#[test]
fn a_manifest_leads_to_no_other_folder() {
    let mut files = files();
    replace(
        &mut files,
        MANIFEST,
        "kora-quartal-2026-Q3-v2.xlsx",
        "../../kora.xlsx",
    );
    sign_again(&mut files);
    let why = refused(&files);
    assert!(
        why.contains("„../../kora.xlsx“ ist kein Dateiname"),
        "{why}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn a_changed_byte_is_found_or_means_nothing(at in any::<prop::sample::Index>(), change in 1_u8..) {
        let mut bytes = PACKAGE.clone();
        let at = at.index(bytes.len());
        bytes[at] ^= change;
        if let Ok(read) = read_zip(&bytes, Known::Key(&signer().public_key())) {
            prop_assert_eq!(read.content, example());
        }
    }

    /// Whatever is signed: it is refused or hangs together, and nothing breaks.
    #[test]
    fn signed_nonsense_breaks_nothing(
        file in prop::sample::select(vec![DATA, TABLES, MEASURES, PROCEDURE, CERTIFICATE, "codelisten/massnahme.csv"]),
        at in any::<prop::sample::Index>(),
        with in "[a-z0-9,.;\"=+ {}\\r\\n-]{0,6}",
    ) {
        let mut files = files();
        let bytes = &files[file];
        let at = at.index(bytes.len());
        let end = (at + 3).min(bytes.len());
        let changed = [&bytes[..at], with.as_bytes(), &bytes[end..]].concat();
        files.insert(file.to_owned(), changed);
        sign_again(&mut files);
        if let Ok(read) = read_files(&files, Known::Any) {
            prop_assert_eq!(check(&read.content), Ok(()));
        }
    }
}
