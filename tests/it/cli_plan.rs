//! `geleit plan` as an operator meets it: plans, answers, exit codes, German messages.

use std::path::Path;

use serde_json::{Value, json};

use crate::cli::{Installation, expect};

fn fixture(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/timetable");
    folder.join(name).display().to_string()
}

/// A changed instance in the folder of the installation.
fn changed(here: &Installation, name: &str, change: impl Fn(&mut Value)) {
    let text = std::fs::read_to_string(fixture(name)).unwrap();
    let mut value: Value = serde_json::from_str(&text).unwrap();
    change(&mut value);
    std::fs::write(here.folder.path().join("aufgabe.json"), value.to_string()).unwrap();
}

fn without_trainers(left: usize) -> impl Fn(&mut Value) {
    move |value| {
        value["trainers"].as_array_mut().unwrap().truncate(left);
        for single in value["singles"].as_array_mut().unwrap() {
            single["trainer"] = Value::Null;
        }
    }
}

#[test]
fn a_timetable_is_made_checked_and_explained() {
    let here = Installation::new();
    let small = fixture("S1.json");
    let make = ["plan", &small, "--steps", "3000", "-o", "plan.json"];
    let made = expect(&here.run(&make), 0);
    assert!(made.contains("Plan für S1: 2 von 2 Gruppen"), "{made}");
    let first = std::fs::read(here.folder.path().join("plan.json")).unwrap();
    expect(&here.run(&make), 0);
    let second = std::fs::read(here.folder.path().join("plan.json")).unwrap();
    assert_eq!(first, second, "the same seed and steps give the same plan");
    let asked = [small.as_str(), "--solution", "plan.json"];
    let checked = expect(
        &here.run(&[&["plan", "check"], asked.as_slice()].concat()),
        0,
    );
    assert!(checked.starts_with("Zielwerte [0, 15,"), "{checked}");
    let wish = ["--group", "G0", "--slot", "So 13:00"];
    let explain = [&["plan", "explain"], asked.as_slice(), &wish].concat();
    let explained = expect(&here.run(&explain), 0);
    assert!(
        explained.contains("H1: F0 lässt am Sonntag um 13:00"),
        "{explained}"
    );
    let propose = [&["plan", "propose"], asked.as_slice(), &["--group", "G0"]].concat();
    assert!(expect(&here.run(&propose), 0).contains("Fahrzeit"));
    let unknown = [&["plan", "propose"], asked.as_slice(), &["--group", "G9"]].concat();
    assert!(expect(&here.run(&unknown), 2).contains("„G9“ gibt es in der Datei nicht"));
}

#[test]
fn a_timetable_that_cannot_be_is_refused_with_the_reason() {
    let here = Installation::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/timetable");
    let impossible = folder.join("I1-access.json").display().to_string();
    let answer = expect(&here.run(&["plan", &impossible, "--time", "1s"]), 3);
    assert!(
        answer.contains("G1") && answer.contains("Zugangsfreigaben"),
        "{answer}"
    );
    let broken = here.folder.path().join("kaputt.json");
    std::fs::write(
        &broken,
        "{\"format\": \"akt-sched/1\", \"horizon\": {\"start\": \"gestern\"}}",
    )
    .unwrap();
    let answer = expect(&here.run(&["plan", "kaputt.json"]), 2);
    assert!(
        answer.contains("horizon.start: „gestern“ ist kein Datum"),
        "{answer}"
    );
    expect(&here.run(&["plan"]), 2);
}

#[test]
fn a_proposal_for_an_impossible_group_names_the_reason() {
    let here = Installation::new();
    changed(&here, "S1.json", without_trainers(0));
    let answer = expect(
        &here.run(&["plan", "propose", "aufgabe.json", "--group", "G0"]),
        3,
    );
    assert!(
        answer.contains("keine Fachkräfte") && answer.contains("H5"),
        "{answer}"
    );
    let help = expect(&here.run(&["plan", "propose", "--help"]), 0);
    assert!(help.contains("3 es gibt keine"), "{help}");
}

#[test]
fn a_wish_is_explained_even_where_nobody_qualifies() {
    let here = Installation::new();
    let wish = [
        "plan",
        "explain",
        "aufgabe.json",
        "--group",
        "G0",
        "--slot",
        "Di 13:00",
    ];
    changed(&here, "S1.json", |value| {
        for trainer in value["trainers"].as_array_mut().unwrap() {
            trainer["quals"] = json!([]);
            trainer["lead"] = json!(false);
        }
    });
    let answer = expect(&here.run(&wish), 0);
    for part in [
        "Kein Paar darf die Gruppe halten",
        "H5: ",
        "darf leiten",
        "Qualifikation",
    ] {
        assert!(answer.contains(part), "{part}: {answer}");
    }
    changed(&here, "S1.json", without_trainers(1));
    let answer = expect(&here.run(&wish), 0);
    assert!(
        answer.contains("H5: Eine Gruppe braucht zwei Fachkräfte, in der Datei steht nur eine.")
    );
}

#[test]
fn a_wish_that_ends_after_midnight_is_refused() {
    let here = Installation::new();
    let small = fixture("S1.json");
    for slot in ["Di 23:59", "12.01.2027 22:30"] {
        let wish = ["plan", "explain", &small, "--group", "G0", "--slot", slot];
        let answer = expect(&here.run(&wish), 2);
        assert!(answer.contains("endet er nach Mitternacht"), "{answer}");
    }
}

#[test]
fn nothing_is_searched_for_a_plan_that_could_not_be_written() {
    let here = Installation::new();
    let small = fixture("S1.json");
    for (file, said) in [
        ("nichts/plan.json", "das Verzeichnis nichts gibt es nicht"),
        (".", "das ist ein Verzeichnis, keine Datei"),
    ] {
        let begun = std::time::Instant::now();
        let answer = expect(&here.run(&["plan", &small, "--time", "1m", "-o", file]), 2);
        assert!(answer.contains(said), "{answer}");
        assert!(begun.elapsed().as_secs() < 30, "before the search");
    }
    // A plan that is there stays there when there is no new one.
    let old = here.folder.path().join("plan.json");
    std::fs::write(&old, "alt").unwrap();
    let impossible = fixture("I1-access.json");
    expect(&here.run(&["plan", &impossible, "-o", "plan.json"]), 3);
    assert_eq!(std::fs::read_to_string(&old).unwrap(), "alt");
}

#[test]
fn what_is_wrong_with_the_call_is_said_in_german_with_the_right_code() {
    let here = Installation::new();
    let small = fixture("S1.json");
    let cases: [(&[&str], &str); 4] = [
        (&["plan", &small, "--seed", "x"], "keine ganze Zahl"),
        (
            &["plan", &small, "--threads", "0"],
            "keine ganze Zahl von 1 bis 64",
        ),
        (&["plan", "."], "das ist ein Verzeichnis, keine Datei"),
        (&["plan", "gibt-es-nicht.json"], "diese Datei gibt es nicht"),
    ];
    for (call, said) in cases {
        let answer = expect(&here.run(call), 2);
        assert!(answer.contains(said), "{answer}");
        for english in ["error", "Usage", "invalid", "directory"] {
            assert!(!answer.contains(english), "{answer}");
        }
    }
    // No key beside a database: nothing about plans.
    expect(&here.run(&["migrate"]), 0);
    std::fs::remove_file(here.folder.path().join("daten/geleit.key")).unwrap();
    let answer = expect(&here.run(&["plan", "--from-database"]), 1);
    assert!(answer.contains("Die Schlüsseldatei"), "{answer}");
    let help = expect(&here.run(&["plan", "--help"]), 0);
    for code in [
        "0 Plan gefunden",
        "1 etwas",
        "2 eine Datei",
        "3 es gibt",
        "130 mit",
    ] {
        assert!(help.contains(code), "{help}");
    }
}

#[test]
fn a_repair_lists_what_it_changes() {
    let here = Installation::new();
    let repair = fixture("R1-sick.json");
    let told = expect(
        &here.run(&["plan", &repair, "--steps", "400", "-o", "plan.json"]),
        0,
    );
    assert!(
        told.contains("Änderungen gegenüber dem veröffentlichten Plan:"),
        "{told}"
    );
    assert!(
        told.contains(". Sitzung: ") && told.contains(" → "),
        "{told}"
    );
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_the_search_and_keeps_the_best_plan() {
    use std::process::{Command, Stdio};
    let here = Installation::new();
    let plan = here.folder.path().join("plan.json");
    let search = Command::new(env!("CARGO_BIN_EXE_geleit"))
        .args(["plan", &fixture("S1.json"), "--time", "5m", "-o"])
        .arg(&plan)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_secs(4));
    let killed = Command::new("kill")
        .args(["-INT", &search.id().to_string()])
        .status()
        .unwrap();
    assert!(killed.success());
    let told = expect(&search.wait_with_output().unwrap(), 0);
    assert!(told.contains("mit Strg+C beendet"), "{told}");
    let written: Value = serde_json::from_str(&std::fs::read_to_string(&plan).unwrap()).unwrap();
    assert_eq!(written["instance"], "S1");
}
