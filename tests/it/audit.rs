//! The audit log: its chain, tampering, deletion after twelve months, and "no audit, no data".

use geleit::audit::{Checkpoint, Finding, SignedCheckpoint};

use crate::harness::TestApp;

async fn checkpoint(test: &TestApp) -> Vec<Checkpoint> {
    let signed = test
        .app
        .store
        .audit_checkpoint()
        .await
        .expect("entries were written");
    let line = serde_json::to_string(&signed).unwrap();
    SignedCheckpoint::read_all(&line, &test.app.store.audit_public_key()).unwrap()
}

/// Signs in and reads a little, so that there are entries to tamper with.
async fn busy() -> TestApp {
    let test = TestApp::new().await;
    let mut browser = test.signed_in("verwaltung").await;
    for _ in 0..5 {
        browser.get("/konten").await.expect(200);
        browser.get("/einrichtungen").await.expect(200);
    }
    test
}

async fn findings(test: &TestApp, checkpoints: &[Checkpoint]) -> Vec<Finding> {
    test.app
        .store
        .audit_verify(checkpoints)
        .await
        .unwrap()
        .findings
}

/// The writer with the most entries: the application's own, not the template's.
const LAST: &str = "(select max(sequence) from audit_entry)";

#[tokio::test]
async fn an_untouched_log_verifies() {
    let test = busy().await;
    let points = checkpoint(&test).await;
    let result = test.app.store.audit_verify(&points).await.unwrap();
    assert_eq!(result.findings, []);
    assert!(result.entries > 10);
}

#[tokio::test]
async fn tampering_is_found() {
    let all = format!("sequence = {LAST} - 3");
    let attacks: Vec<(&str, Vec<String>)> = vec![
        (
            "edit a row",
            vec![format!(
                "update audit_entry set object = 'nichts' where {all}"
            )],
        ),
        (
            "hide a refusal",
            vec![format!(
                "update audit_entry set outcome = 'erlaubt', reason = 'x' where {all}"
            )],
        ),
        (
            "delete a row",
            vec![format!("delete from audit_entry where {all}")],
        ),
        (
            "swap two rows",
            vec![
                format!("update audit_entry set sequence = -1 where {all}"),
                format!(
                    "update audit_entry set sequence = sequence - 1 where sequence = {LAST} - 2"
                ),
                format!("update audit_entry set sequence = {LAST} - 2 where sequence = -1"),
            ],
        ),
        (
            "cut the end",
            vec![format!(
                "delete from audit_entry where sequence > {LAST} - 4"
            )],
        ),
        (
            "change the time",
            vec![format!(
                "update audit_entry set at = at - 3600000 where {all}"
            )],
        ),
        (
            "copy a hash",
            vec![format!(
                "update audit_entry set hash = (select hash from audit_entry e where e.sequence = 1 and e.writer = audit_entry.writer) where {all}"
            )],
        ),
        (
            "let it expire early",
            vec![format!(
                "update audit_entry set day = '2020-01-01' where {all}"
            )],
        ),
        ("empty the log", vec!["delete from audit_entry".to_owned()]),
    ];
    for (name, statements) in attacks {
        let test = busy().await;
        let points = checkpoint(&test).await;
        for statement in statements {
            test.execute(&statement).await;
        }
        assert!(
            !findings(&test, &points).await.is_empty(),
            "not found: {name}"
        );
    }
}

#[tokio::test]
async fn a_forged_checkpoint_is_refused() {
    let test = busy().await;
    let mut signed = test.app.store.audit_checkpoint().await.unwrap();
    signed.checkpoint.sequence -= 1;
    let line = serde_json::to_string(&signed).unwrap();
    assert!(SignedCheckpoint::read_all(&line, &test.app.store.audit_public_key()).is_err());
    assert!(SignedCheckpoint::read_all("kein json", &test.app.store.audit_public_key()).is_err());
}

#[tokio::test]
async fn whole_days_are_deleted_after_twelve_months_and_the_rest_still_verifies() {
    let test = busy().await;
    let before = test.number("select count(*) from audit_entry").await;
    test.clock.set(test.clock_now().plus_minutes(60 * 24 * 364));
    let gone = geleit::jobs::prune_audit(&test.app.store).await.unwrap();
    assert_eq!(gone, 0);
    let mut browser = test.signed_in("verwaltung").await;
    browser.get("/konten").await.expect(200);
    test.clock.set(test.clock_now().plus_minutes(60 * 24 * 3));
    let gone = geleit::jobs::prune_audit(&test.app.store).await.unwrap();
    assert_eq!(i64::try_from(gone).unwrap(), before);
    let points = checkpoint(&test).await;
    assert_eq!(findings(&test, &points).await, []);
    assert!(test.number("select count(*) from audit_entry").await > 0);
    // A removed day that was made up is found.
    test.execute("update audit_segment set last_sequence = last_sequence - 1")
        .await;
    assert!(!findings(&test, &points).await.is_empty());
}

#[tokio::test]
async fn without_the_log_nothing_is_shown() {
    let test = busy().await;
    let mut browser = test.signed_in("verwaltung").await;
    browser.get("/konten").await.expect(200);
    test.execute("alter table audit_entry rename to audit_entry_away")
        .await;
    let answer = browser.get("/konten").await.expect(503);
    assert!(!answer.text().contains("sozialdienst"), "{}", answer.text());
    // Help and sign-in page stay up, and all is well again when the log is back.
    browser.get("/hilfe").await.expect(200);
    test.execute("alter table audit_entry_away rename to audit_entry")
        .await;
    browser.get("/konten").await.expect(200);
}

#[tokio::test]
async fn a_write_without_its_entry_is_undone() {
    let test = busy().await;
    let mut browser = test.signed_in("verwaltung").await;
    let csrf = browser.csrf().await;
    test.execute("alter table audit_entry rename to audit_entry_away")
        .await;
    let id = test.account("kora").id;
    browser
        .post_raw(&format!("/konten/{id}/sperren"), &[("csrf", &csrf)])
        .await
        .expect(503);
    assert_eq!(
        test.number("select count(*) from account where disabled_at is not null")
            .await,
        0
    );
}
