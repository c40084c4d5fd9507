//! The ledger of erasures: an older backup brings nobody back, and what does not belong together is refused.

use std::path::{Path, PathBuf};

use geleit::jobs;
use geleit::retention::LedgerProblem;
use uuid::Uuid;

use super::{approve, ledger, propose, released, run, sqlite_file, there, with_ledger};
use crate::harness::{TestApp, morning};
use crate::placement::part;
use crate::restriction::restrict;
use crate::rows::{id, inmate};

#[tokio::test]
async fn without_a_ledger_nothing_is_erased() {
    let test = TestApp::new().await;
    let who = inmate(&test, "Ohnebuch").await;
    let mut officer = test.signed_in("datenschutz").await;
    restrict(&mut officer, who, "unlawful").await;
    let list = propose(&mut officer).await;
    approve(&test, "datenschutz.zwei").await;
    let answer = run(&mut officer, &list).await;
    assert_eq!(answer.status.as_u16(), 400);
    assert!(answer.text().contains("kein Löschbuch"));
    assert!(there(&test, who).await);
}

/// Erases one person; the application, the ledger's file, the person.
async fn erased_one() -> (TestApp, tempfile::TempDir, PathBuf, Uuid) {
    let test = TestApp::new().await;
    let (folder, file) = with_ledger(&test).await;
    let who = inmate(&test, "Zurueck").await;
    part(&test, who, "training", "distanzierung").await;
    released(&test, who, "2020-05-04").await;
    jobs::mark_due_records(&test.app.store).await.unwrap();
    (test, folder, file, who)
}

async fn erase_all(test: &TestApp) {
    let mut officer = test.signed_in("datenschutz").await;
    let list = propose(&mut officer).await;
    approve(test, "datenschutz.zwei").await;
    run(&mut officer, &list).await.expect(303);
}

/// What the rows of a person are, to put them back as an older backup would.
const OF_BACKUP: [&str; 4] = ["person", "placement", "enrolment", "client_case"];

#[tokio::test]
async fn an_older_backup_brings_nobody_back() {
    let (test, folder, file, who) = erased_one().await;
    let Some(database) = sqlite_file(&test) else {
        // On a server the same is played by the rows themselves, below.
        erased_on_a_server(&test, &file, who).await;
        return;
    };
    let backup = folder.path().join("sicherung.sqlite");
    test.execute(&format!("vacuum into '{}'", backup.display()))
        .await;
    erase_all(&test).await;
    assert!(!there(&test, who).await);
    test.app.store.clone().close().await.unwrap();
    for end in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{end}", database.display()));
    }
    std::fs::copy(&backup, &database).unwrap();
    let store = test.second_store().await;
    assert!(there(&test, who).await, "the backup has the person");
    assert_eq!(jobs::open_ledger(&store, &ledger(&file)).await.unwrap(), 1);
    assert!(!there(&test, who).await);
    for table in OF_BACKUP {
        assert_eq!(
            test.number(&format!("select count(*) from {table}")).await,
            0,
            "{table}"
        );
    }
    // Once more does nothing, and says so.
    assert_eq!(jobs::open_ledger(&store, &ledger(&file)).await.unwrap(), 0);
    store.close().await.unwrap();
}

async fn erased_on_a_server(test: &TestApp, file: &Path, who: Uuid) {
    let columns = "id, family_name, given_name, birth_date, sex, sort_key, created_at, version";
    test.execute(&format!(
        "create table kept as select {columns} from person where id = {}",
        id(who)
    ))
    .await;
    let known = test
        .text("select value from installation where name = 'erasures'")
        .await;
    erase_all(test).await;
    assert!(!there(test, who).await);
    test.execute(&format!(
        "insert into person ({columns}) select {columns} from kept"
    ))
    .await;
    test.execute("drop table kept").await;
    test.execute(&format!(
        "update installation set value = '{known}' where name = 'erasures'"
    ))
    .await;
    assert!(there(test, who).await);
    assert_eq!(
        jobs::open_ledger(&test.app.store, &ledger(file))
            .await
            .unwrap(),
        1
    );
    assert!(!there(test, who).await);
}

#[tokio::test]
async fn ledger_and_database_that_do_not_belong_together_are_refused() {
    let (test, folder, file, _) = erased_one().await;
    let before = std::fs::read(&file).unwrap();
    erase_all(&test).await;
    let store = &test.app.store;
    let after = std::fs::read(&file).unwrap();
    // Gone.
    std::fs::remove_file(&file).unwrap();
    let problem = jobs::open_ledger(store, &ledger(&file)).await.unwrap_err();
    assert!(matches!(problem, LedgerProblem::Missing(_)));
    assert!(problem.to_string().contains("geleit erasures accept"));
    // Older than the database.
    std::fs::write(&file, &before).unwrap();
    assert!(matches!(
        jobs::open_ledger(store, &ledger(&file)).await,
        Err(LedgerProblem::Short(_))
    ));
    // A digit changed.
    let mut broken = after.clone();
    let at = broken.iter().rposition(u8::is_ascii_digit).unwrap();
    broken[at] = if broken[at] == b'1' { b'2' } else { b'1' };
    std::fs::write(&file, &broken).unwrap();
    assert!(matches!(
        jobs::open_ledger(store, &ledger(&file)).await,
        Err(LedgerProblem::Damaged(_))
    ));
    // That of another installation with the same key.
    let other = TestApp::new().await;
    let foreign = folder.path().join("anderes.jsonl");
    jobs::open_ledger(&other.app.store, &ledger(&foreign))
        .await
        .unwrap();
    assert!(matches!(
        jobs::open_ledger(store, &ledger(&foreign)).await,
        Err(LedgerProblem::Other(_))
    ));
    // The right one is fine; lost for good, an operator begins a new one.
    std::fs::write(&file, &after).unwrap();
    assert_eq!(jobs::open_ledger(store, &ledger(&file)).await.unwrap(), 0);
    std::fs::remove_file(&file).unwrap();
    jobs::begin_new_ledger(store, &ledger(&file)).await.unwrap();
    assert_eq!(jobs::open_ledger(store, &ledger(&file)).await.unwrap(), 0);
    assert_eq!(
        test.number(
            "select count(*) from audit_entry where object = 'loeschbuch verloren, neues begonnen'"
        )
        .await,
        1
    );
}

#[tokio::test]
async fn a_ledger_that_knows_more_is_followed_after_a_crash() {
    let (test, _folder, file, who) = erased_one().await;
    // The ledger was written, then the power failed before the database committed.
    let book = ledger(&file);
    let last = book.read().unwrap().unwrap().pop().unwrap();
    let line = book.next(Some(&last.end()), Uuid::nil(), morning(), vec![who], vec![]);
    book.append(&line).unwrap();
    assert!(there(&test, who).await);
    assert_eq!(
        jobs::open_ledger(&test.app.store, &ledger(&file))
            .await
            .unwrap(),
        1
    );
    assert!(!there(&test, who).await);
}

/// Lets the database refuse the end of an erasure, as if the power failed between the ledger's line and the commit.
async fn cut_short(test: &TestApp) {
    if sqlite_file(test).is_some() {
        test.execute("create trigger cut before update on erasure when new.state = 'done' begin select raise(abort, 'cut'); end")
            .await;
    } else {
        test.execute("create function cut() returns trigger as $$ begin raise exception 'cut'; end $$ language plpgsql")
            .await;
        test.execute("create trigger cut before update on erasure for each row when (new.state = 'done') execute function cut()")
            .await;
    }
}

async fn power_is_back(test: &TestApp) {
    let on = if sqlite_file(test).is_some() {
        ""
    } else {
        " on erasure"
    };
    test.execute(&format!("drop trigger cut{on}")).await;
}

/// An approved list whose erasure was cut short: nothing happened in the database, the ledger has its line.
async fn cut() -> (TestApp, tempfile::TempDir, PathBuf, Uuid, String) {
    let (test, folder, file, who) = erased_one().await;
    let mut officer = test.signed_in("datenschutz").await;
    let list = propose(&mut officer).await;
    approve(&test, "datenschutz.zwei").await;
    cut_short(&test).await;
    let answer = run(&mut officer, &list).await;
    assert!(answer.status.is_server_error(), "{}", answer.status);
    assert!(there(&test, who).await, "nothing was committed");
    assert_eq!(ledger(&file).read().unwrap().unwrap().len(), 2);
    assert_eq!(state_of(&test).await, "proposed approved");
    power_is_back(&test).await;
    (test, folder, file, who, list)
}

async fn state_of(test: &TestApp) -> String {
    let list = test.text("select state from erasure").await;
    let approval = test.text("select state from approval").await;
    format!("{list} {approval}")
}

/// The person is gone, the list is the proof with the line of the ledger, and the approval is used up.
async fn finished(test: &TestApp, file: &Path, who: Uuid, list: &str) {
    assert!(!there(test, who).await);
    assert_eq!(state_of(test).await, "done used");
    assert_eq!(test.number("select count(*) from erasure_item").await, 0);
    assert_eq!(test.number("select ledger_number from erasure").await, 1);
    assert_eq!(
        ledger(file).read().unwrap().unwrap().len(),
        2,
        "the line was not written twice"
    );
    let mut officer = test.signed_in("datenschutz").await;
    let page = officer.get(list).await.expect(200);
    let text = page.text();
    assert!(text.contains("Nachweis einer Löschung"), "{text}");
    let approved_by = test.text("select approved_by_name from erasure").await;
    assert!(!approved_by.is_empty() && text.contains(&approved_by));
}

#[tokio::test]
async fn an_erasure_that_was_cut_short_is_finished_at_the_next_start() {
    let (test, _folder, file, who, list) = cut().await;
    let store = &test.app.store;
    assert_eq!(jobs::open_ledger(store, &ledger(&file)).await.unwrap(), 1);
    finished(&test, &file, who, &list).await;
    // Once more finds nothing to do.
    assert_eq!(jobs::open_ledger(store, &ledger(&file)).await.unwrap(), 0);
    finished(&test, &file, who, &list).await;
}

#[tokio::test]
async fn an_erasure_that_was_cut_short_is_finished_by_the_next_attempt() {
    let (test, _folder, file, who, list) = cut().await;
    // The approval's 72 hours count for what was begun, not for what is finished.
    test.execute("update approval set expires_at = requested_at")
        .await;
    let mut officer = test.signed_in("datenschutz").await;
    run(&mut officer, &list).await.expect(303);
    finished(&test, &file, who, &list).await;
}
