//! Data protection on the command line: the ledger of erasures, the clock, the audit log, the generated documents. The
//! real program, exit codes, messages that say how to go on.

use std::path::{Path, PathBuf};

use sea_orm::ConnectionTrait;

use crate::cli::{Installation, expect};

fn data(here: &Installation, name: &str) -> PathBuf {
    here.folder.path().join("daten").join(name)
}

/// What somebody does with the tools of the database.
async fn execute(here: &Installation, sql: &str) -> u64 {
    let url = format!("sqlite://{}?mode=rw", data(here, "geleit.sqlite").display());
    let database = sea_orm::Database::connect(url).await.unwrap();
    let done = database.execute_unprepared(sql).await.unwrap();
    database.close().await.unwrap();
    done.rows_affected()
}

fn account(here: &Installation, login: &str) {
    let words = [
        "account",
        "add",
        login,
        "--name",
        login,
        "--role",
        "administration",
    ];
    expect(&here.run(&words), 0);
}

#[test]
fn the_ledger_of_erasures_is_checked_and_its_loss_accepted() {
    let here = Installation::new();
    let book = data(&here, "loeschbuch.jsonl");
    let check = |code| expect(&here.run(&["erasures", "check"]), code);
    let told = check(0);
    assert!(
        told.contains("0 Löschungen, unversehrt. Nachgeholt: 0."),
        "{told}"
    );
    let whole = std::fs::read_to_string(&book).unwrap();

    // A digit changed: every command that opens the database refuses, and says where.
    let spoilt = whole.replacen("\"number\":0", "\"number\":7", 1);
    assert_ne!(spoilt, whole);
    std::fs::write(&book, &spoilt).unwrap();
    let told = check(3);
    assert!(
        told.contains("Zeile 1 des Löschbuchs") && told.contains("aus einer Kopie zurückholen"),
        "{told}"
    );
    expect(&here.run(&["audit", "verify"]), 3);

    // Lost: nothing starts, and the message names the way on.
    std::fs::remove_file(&book).unwrap();
    let told = check(3);
    assert!(
        told.contains("fehlt") && told.contains("geleit erasures accept"),
        "{told}"
    );
    expect(&here.run(&["account", "reset", "niemand"]), 3);
    assert!(!book.exists(), "no new one is begun by itself");
    let told = expect(&here.run(&["erasures", "accept"]), 0);
    assert!(
        told.contains("Ein neues Löschbuch beginnt")
            && told.contains("dürfen nicht mehr zurückgeholt werden"),
        "{told}"
    );
    assert!(check(0).contains("unversehrt"));
    // The old one does not belong here any more.
    std::fs::write(&book, &whole).unwrap();
    assert!(check(3).contains("gehört nicht zu dieser Datenbank"));
    expect(&here.run(&["erasures"]), 2);
}

#[tokio::test]
async fn a_clock_that_went_ahead_is_shown_and_accepted() {
    let here = Installation::new();
    account(&here, "v.amt");
    assert!(expect(&here.run(&["clock", "show"]), 0).contains("Das passt zusammen"));
    // The clock had been wrong by centuries: in the year 2500.
    let ahead = "update installation set value = substr(value, 1, 9) || '00000016725225600000' where name = 'clock'";
    assert_eq!(execute(&here, ahead).await, 1);
    let told = expect(&here.run(&["clock", "show"]), 0);
    assert!(
        told.contains("2500") && told.contains("geleit clock accept"),
        "{told}"
    );
    // Nothing is written meanwhile.
    let refused = expect(&here.run(&["account", "reset", "v.amt"]), 1);
    assert!(refused.contains("Uhr"), "{refused}");
    let told = expect(&here.run(&["clock", "accept"]), 0);
    assert!(told.contains("Ab jetzt gilt, was die Uhr zeigt"), "{told}");
    assert!(expect(&here.run(&["clock", "show"]), 0).contains("Das passt zusammen"));
    expect(&here.run(&["account", "reset", "v.amt"]), 0);
    // Who accepted it stands in the log, which is whole.
    assert!(expect(&here.run(&["audit", "verify"]), 0).contains("unversehrt"));
    let marked = "update audit_entry set object = object where object = 'uhr angenommen'";
    assert_eq!(execute(&here, marked).await, 1);
}

#[tokio::test]
async fn the_log_is_verified_with_the_own_checkpoints_and_with_a_copy() {
    let here = Installation::new();
    let points = data(&here, "pruefpunkte.jsonl");
    let copy = here.folder.path().join("kopie.jsonl");
    let copied = copy.display().to_string();
    let verify =
        |code, more: &[&str]| expect(&here.run(&[&["audit", "verify"], more].concat()), code);
    account(&here, "v.amt");
    account(&here, "v.zwei");
    let told = verify(0, &[]);
    assert!(
        told.contains("Das Protokoll ist unversehrt")
            && told.contains("Einträge")
            && told.contains("Prüfpunkte"),
        "{told}"
    );
    std::fs::copy(&points, &copy).unwrap();
    verify(0, &["--checkpoints", &copied]);

    // Checkpoints of another key, none at all, no file.
    let text = std::fs::read_to_string(&copy).unwrap();
    let forged = here.folder.path().join("gefaelscht.jsonl");
    std::fs::write(&forged, text.replacen("\"sequence\":", "\"sequence\":1", 1)).unwrap();
    let told = verify(4, &["--checkpoints", &forged.display().to_string()]);
    assert!(told.contains("gefaelscht.jsonl"), "{told}");
    let told = verify(1, &["--checkpoints", "gibt-es-nicht.jsonl"]);
    assert!(told.contains("gibt es nicht"), "{told}");

    // The end is cut and the checkpoints beside the program with it: only the copy elsewhere tells.
    let cut = "delete from audit_entry where (writer, sequence) in (select writer, max(sequence) from audit_entry group by writer)";
    assert!(execute(&here, cut).await > 0);
    std::fs::write(&points, "").unwrap();
    let told = verify(4, &["--checkpoints", &copied]);
    assert!(told.contains("Das Protokoll ist beschädigt"), "{told}");

    // A row is changed: found without any checkpoint.
    account(&here, "v.drei");
    assert!(
        execute(
            &here,
            "update audit_entry set object = 'nichts' where object like 'konto angelegt%'"
        )
        .await
            > 0
    );
    let told = verify(4, &[]);
    assert!(told.contains("beschädigt"), "{told}");
}

#[test]
fn the_documents_of_data_protection_are_written_as_they_are_committed() {
    let here = Installation::new();
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/datenschutz");
    let told = expect(&here.run(&["docs", "privacy", "--output", "papiere"]), 0);
    let shown = expect(&here.run(&["docs", "privacy"]), 0);
    let names = [
        "verarbeitungen.md",
        "datenfluss.md",
        "schluessel.md",
        "loeschkonzept.md",
    ];
    for name in names {
        assert!(told.contains(name), "{told}");
        let written = std::fs::read_to_string(here.folder.path().join("papiere").join(name));
        let written = written.unwrap();
        let known = std::fs::read_to_string(committed.join(name)).unwrap();
        assert!(written == known, "{name} is not the committed one");
        assert!(shown.contains(written.trim_end()), "{name}");
    }
    // It needs no installation, makes none, and says where it cannot write.
    assert!(!here.folder.path().join("daten").exists());
    std::fs::write(here.folder.path().join("datei"), "").unwrap();
    let told = expect(&here.run(&["docs", "privacy", "--output", "datei"]), 1);
    assert!(told.contains("datei"), "{told}");
    expect(&here.run(&["docs"]), 2);
}
