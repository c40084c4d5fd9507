//! The command line as an operator meets it: the real program, exit codes, German messages.

use std::path::Path;
use std::process::{Command, Output};

use crate::harness::postgres;

pub struct Installation {
    pub folder: tempfile::TempDir,
}

impl Installation {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_geleit"))
            .args([
                "--data-dir",
                &self.folder.path().join("daten").display().to_string(),
            ])
            .args(arguments)
            .env_remove("GELEIT_DATABASE")
            .env_remove("GELEIT_CONFIG")
            .current_dir(self.folder.path())
            .output()
            .unwrap()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[track_caller]
pub fn expect(output: &Output, code: i32) -> String {
    assert_eq!(
        output.status.code(),
        Some(code),
        "{}{}",
        text(&output.stdout),
        text(&output.stderr)
    );
    text(&output.stdout) + &text(&output.stderr)
}

#[test]
fn accounts_are_added_reset_and_disabled() {
    let here = Installation::new();
    let add = [
        "account",
        "add",
        "s.muster",
        "--name",
        "Sabine Muster",
        "--role",
        "social_service",
        "--facility",
        "DD",
    ];
    assert!(expect(&here.run(&add), 0).contains("Einrichtungscode"));
    assert!(expect(&here.run(&add), 4).contains("gibt es schon"));
    let without = [
        "account",
        "add",
        "x.y",
        "--name",
        "X",
        "--role",
        "social_service",
    ];
    assert!(expect(&here.run(&without), 4).contains("Einrichtung"));
    let unknown = ["account", "add", "x.y", "--name", "X", "--role", "chef"];
    assert!(expect(&here.run(&unknown), 4).contains("social_service"));
    // The same name again: somebody has to say whether it is the same person.
    let again = |extra: &[&'static str]| {
        let mut words = add.to_vec();
        words[2] = if extra.len() == 1 {
            "s.anders"
        } else {
            "s.muster2"
        };
        words.extend(extra);
        here.run(&words)
    };
    assert!(expect(&again(&[]), 4).contains("--same-person-as"));
    assert!(expect(&again(&["--same-person-as", "niemand"]), 4).contains("gibt es nicht"));
    expect(&again(&["--same-person-as", "s.muster"]), 0);
    expect(&again(&["--other-person"]), 0);
    assert!(expect(&here.run(&["clock", "show"]), 0).contains("Das passt zusammen"));
    assert!(expect(&here.run(&["clock", "accept"]), 0).contains("Ab jetzt gilt"));
    // No notes yet: only the master key is new.
    let key = here.folder.path().join("daten/notizen.key");
    geleit::notes::create(&key, &geleit::base::crypto::SystemEntropy).unwrap();
    let before = std::fs::read(&key).unwrap();
    let told = expect(&here.run(&["keys", "rotate-notes"]), 0);
    assert!(
        told.contains("Schlüssel von 0 Trägern, 0 Notizen"),
        "{told}"
    );
    assert_ne!(std::fs::read(&key).unwrap(), before);
    std::fs::remove_file(&key).unwrap();
    expect(&here.run(&["keys", "rotate-notes"]), 1);
    expect(&here.run(&["account", "reset", "s.muster"]), 0);
    expect(&here.run(&["account", "disable", "s.muster"]), 0);
    expect(&here.run(&["account", "enable", "s.muster"]), 0);
    assert!(expect(&here.run(&["account", "reset", "niemand"]), 4).contains("gibt es nicht"));
}

#[test]
fn all_configuration_errors_come_at_once() {
    let here = Installation::new();
    let all = expect(
        &here.run(&[
            "--threshold",
            "2",
            "--listen",
            "hier",
            "--database",
            "mysql://x",
            "migrate",
        ]),
        2,
    );
    for key in ["threshold", "listen", "database", "Beispiel"] {
        assert!(all.contains(key), "{all}");
    }
}

#[test]
fn the_permission_table_is_the_reviewed_one() {
    let here = Installation::new();
    insta::assert_snapshot!("permissions", text(&here.run(&["permissions"]).stdout));
}

#[test]
fn the_help_in_the_readme_is_the_real_one() {
    let here = Installation::new();
    let help = text(&here.run(&["--help"]).stdout);
    let readme =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let shown = readme
        .split("```text\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .unwrap_or_default();
    assert_eq!(
        shown.trim(),
        help.trim(),
        "please copy the output of `geleit --help` into README.md"
    );
}

#[test]
fn a_missing_server_schema_is_refused_with_what_to_do() {
    let Some(server) = postgres() else { return };
    let here = Installation::new();
    let empty = server.rsplit_once('/').unwrap().0.to_owned() + "/postgres";
    let refused = expect(&here.run(&["--database", &empty, "serve"]), 1);
    assert!(refused.contains("geleit migrate"), "{refused}");
}

fn fixture(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/imports")
        .join(name)
        .display()
        .to_string()
}

#[test]
fn a_list_of_people_is_checked_taken_over_and_the_second_time_nothing_new() {
    let here = Installation::new();
    let list = fixture("jva-dresden-utf8-bom-semicolon.csv");
    let dry = expect(
        &here.run(&["import", "people", &list, "--facility", "DD", "--dry-run"]),
        0,
    );
    assert!(
        dry.contains("12 neu") && dry.contains("nichts gespeichert"),
        "{dry}"
    );
    let first = expect(
        &here.run(&["import", "people", &list, "--facility", "DD"]),
        0,
    );
    assert!(
        first.contains("Übernommen: 12 neu, 0 geändert, 0 unverändert"),
        "{first}"
    );
    let second = expect(
        &here.run(&["import", "people", &list, "--facility", "DD"]),
        0,
    );
    assert!(
        second.contains("Übernommen: 0 neu, 0 geändert, 12 unverändert"),
        "{second}"
    );
    let next = fixture("jva-dresden-naechste-woche.csv");
    let third = expect(
        &here.run(&["import", "people", &next, "--facility", "DD"]),
        0,
    );
    assert!(
        third.contains("Übernommen: 2 neu, 3 geändert, 9 unverändert"),
        "{third}"
    );
    // The log of all these commands is whole, and their ends are attested.
    assert!(expect(&here.run(&["audit", "verify"]), 0).contains("unversehrt"));
}

#[test]
fn bad_lists_change_nothing_and_say_why() {
    let here = Installation::new();
    for name in [
        "boesartig-nul-byte.csv",
        "boesartig-offenes-anfuehrungszeichen.csv",
        "boesartig-langes-feld.csv",
        "fehlerhaft.csv",
        "doppelte-nummern.csv",
        "boesartig.csv",
    ] {
        let refused = expect(
            &here.run(&["import", "people", &fixture(name), "--facility", "DD"]),
            4,
        );
        assert!(refused.contains("eile"), "{name}: {refused}");
    }
    let rejected = here.folder.path().join("abgelehnt.csv");
    let arguments = [
        "import",
        "people",
        &fixture("fehlerhaft.csv"),
        "--facility",
        "DD",
        "--skip-rejected",
        "--rejected",
        &rejected.display().to_string(),
    ];
    let done = expect(&here.run(&arguments), 0);
    assert!(done.contains("Übernommen: 3 neu"), "{done}");
    let text = std::fs::read_to_string(&rejected).unwrap();
    assert!(
        text.lines().next().unwrap().trim_end().ends_with("Grund"),
        "{text}"
    );
}

#[test]
fn a_database_is_not_opened_with_another_key() {
    let here = Installation::new();
    expect(&here.run(&["migrate"]), 0);
    let key = here.folder.path().join("daten/geleit.key");
    std::fs::write(&key, "ab".repeat(32)).unwrap();
    assert!(expect(&here.run(&["migrate"]), 1).contains("Schlüsseldatei"));
}

#[test]
fn a_probation_office_needs_somebody_in_charge() {
    let here = Installation::new();
    let list = fixture("bewaehrungshilfe-leipzig-comma.csv");
    let base = ["import", "people", &list, "--facility", "BH-L"];
    assert!(expect(&here.run(&base), 2).contains("--account"));
    let add = [
        "account",
        "add",
        "b.hilfe",
        "--name",
        "Bea Hilfe",
        "--role",
        "probation",
        "--facility",
        "BH-L",
    ];
    expect(&here.run(&add), 0);
    let elsewhere = [
        "import",
        "people",
        &list,
        "--facility",
        "BH-DD",
        "--account",
        "b.hilfe",
    ];
    assert!(expect(&here.run(&elsewhere), 4).contains("b.hilfe"));
    let with = [
        "import",
        "people",
        &list,
        "--facility",
        "BH-L",
        "--account",
        "b.hilfe",
    ];
    assert!(expect(&here.run(&with), 0).contains("Übernommen:"));
}

#[test]
fn published_files_are_verified_without_an_installation() {
    let here = Installation::new();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/exports/veroeffentlichung");
    let stem = "kora-quartal-2026-Q3-v2";
    let verify = |words: &[&str], code: i32| {
        expect(&here.run(&[&["verify", "release"], words].concat()), code)
    };
    let path = |name: &str| golden.join(name).display().to_string();

    let told = verify(&[&path("")], 0);
    for part in [
        "Quartalsbericht Extremismusprävention, 3. Quartal 2026, Version 2, Stand 15.10.2026",
        "2 Tabellen, 19 Werte, davon 4 geheim gehalten",
        "ob er der richtige ist, sagt --key",
    ] {
        assert!(told.contains(part), "{told}");
    }
    verify(
        &[
            &path("paket"),
            &path(&format!("{stem}-maschinenlesbar.zip")),
        ],
        0,
    );

    // Whose signature it is.
    let told = verify(&[&path(""), "--key", &path("paket/schluessel.pem")], 0);
    assert!(
        told.contains("Unterschrift der herausgebenden Stelle"),
        "{told}"
    );
    let own = expect(&here.run(&["verify", "key"]), 0);
    assert_eq!(own, expect(&here.run(&["verify", "key"]), 0));
    std::fs::write(here.folder.path().join("eigener.pem"), own).unwrap();
    let told = verify(&[&path(""), "--key", "eigener.pem"], 4);
    assert!(
        told.contains("mit einem fremden Schlüssel unterschrieben"),
        "{told}"
    );
    let told = verify(&[&path(""), "--key", &path("paket/daten.csv")], 4);
    assert!(told.contains("kein öffentlicher Schlüssel"), "{told}");

    // What somebody meddled with, beside the package and in it.
    let copy = here.folder.path().join("kopie");
    let fresh = |spoil: &dyn Fn(&Path)| {
        let _ = std::fs::remove_dir_all(&copy);
        copy_folder(&golden, &copy);
        spoil(&copy);
    };
    let append = |file: std::path::PathBuf| {
        let mut bytes = std::fs::read(&file).unwrap();
        bytes.push(b'x');
        std::fs::write(&file, bytes).unwrap();
    };
    fresh(&|copy| append(copy.join(format!("{stem}-lesbar.csv"))));
    assert!(verify(&["kopie"], 4).contains("-lesbar.csv wurde verändert"));
    fresh(&|copy| append(copy.join(format!("{stem}.xlsx"))));
    assert!(verify(&["kopie"], 4).contains(".xlsx wurde verändert"));
    fresh(&|copy| append(copy.join("paket/codelisten/einrichtung.csv")));
    assert!(verify(&["kopie/paket"], 4).contains("codelisten/einrichtung.csv wurde verändert"));
    fresh(&|copy| std::fs::remove_file(copy.join("paket/zertifikat.json")).unwrap());
    assert!(verify(&["kopie/paket"], 4).contains("Die Datei zertifikat.json fehlt"));
    fresh(&|copy| std::fs::write(copy.join("paket/codelisten/neu.csv"), "").unwrap());
    assert!(verify(&["kopie/paket"], 4).contains("codelisten/neu.csv gehört nicht"));

    // What is no release at all.
    std::fs::create_dir(here.folder.path().join("leer")).unwrap();
    assert!(verify(&["leer"], 2).contains("keine Veröffentlichung"));
    assert!(verify(&[&path(&format!("{stem}.xlsx"))], 4).contains("manifest.json fehlt"));
    assert!(verify(&[&path("paket/daten.csv")], 4).contains("kein lesbares ZIP-Archiv"));
    // Why a path cannot be read is told in German, with the path.
    let file = path("paket/daten.csv");
    for (words, why) in [
        (
            vec!["m/nix"],
            "m/nix: Hier gibt es weder eine Datei noch einen Ordner.",
        ),
        (
            vec!["gibt-es-nicht.zip"],
            "gibt-es-nicht.zip: Hier gibt es weder",
        ),
        (
            vec![file.as_str(), "--key", "/nix"],
            "/nix: Hier gibt es weder",
        ),
        (
            vec![file.as_str(), "--key", "leer"],
            "leer: Das ist ein Ordner.",
        ),
        (
            vec![file.as_str(), "--key", "kein-text.pem"],
            "kein-text.pem: Das ist kein Text",
        ),
    ] {
        if words.contains(&"kein-text.pem") {
            std::fs::write(here.folder.path().join("kein-text.pem"), [0xFF, 0xFE, 0x00]).unwrap();
        }
        let told = verify(&words, 1);
        assert!(told.contains(why) && !told.contains("os error"), "{told}");
    }
    verify(&[], 2);
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}
