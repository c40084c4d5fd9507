//! The table of tampering: what somebody with access to the database, and somebody with access to everything, can do to
//! the audit log, and who finds it: the next verification with the checkpoints beside the program, or only the copy of the
//! checkpoints on another machine.

use geleit::audit::{
    Chain, Checkpoint, Entry, Finding, Head, Level, SignedCheckpoint, Stamp, Verb,
};
use geleit::base::crypto::{KeyedHash, MasterSecret, Purpose, hex};
use geleit::base::ids::{AccountId, PersonId};
use geleit::base::time::Instant;
use geleit::store::Store;
use sea_orm::{ConnectionTrait, Statement};

use crate::harness::{SECRET, TestApp};

/// An application with some entries by a process of its own.
async fn busy() -> TestApp {
    let test = TestApp::new().await;
    let mut browser = test.signed_in("verwaltung").await;
    for _ in 0..6 {
        browser.get("/konten").await.expect(200);
        browser.get("/einrichtungen").await.expect(200);
    }
    test
}

async fn checkpoint(store: &Store) -> Vec<Checkpoint> {
    let signed = store
        .audit_checkpoint()
        .await
        .expect("entries were written");
    let line = serde_json::to_string(&signed).unwrap();
    SignedCheckpoint::read_all(&line, &store.audit_public_key()).unwrap()
}

async fn findings(test: &TestApp, checkpoints: &[Checkpoint]) -> Vec<Finding> {
    let verified = test.app.store.audit_verify(checkpoints).await.unwrap();
    verified.findings
}

/// A statement that writes a hash, on both databases.
fn bytes(test: &TestApp, hash: &[u8]) -> String {
    if test.app.store.embedded() {
        format!("x'{}'", hex(hash))
    } else {
        format!("decode('{}', 'hex')", hex(hash))
    }
}

/// Recomputes the chain of the running process from its first entry on, with a key of the attacker's choice, as a program
/// of ours would.
async fn recompute(test: &TestApp, key: &KeyedHash) {
    let writer = checkpoint(&test.app.store).await[0].writer;
    let database = test.database().await;
    let backend = database.get_database_backend();
    let writer_sql = crate::rows::id(writer);
    let rows = database
        .query_all_raw(Statement::from_string(
            backend,
            format!(
                "select sequence, at, actor_id, role, route, request, session, verb, outcome, reason, recipient, object, fields \
                 from audit_entry where writer = {writer_sql} order by sequence"
            ),
        ))
        .await
        .unwrap();
    let mut chain = Chain::new(key, writer);
    for row in rows {
        let sequence: i64 = row.try_get_by_index(0).unwrap();
        let text = |index: usize| row.try_get_by_index::<String>(index).unwrap();
        let stamp = Stamp {
            at: Instant::from_millis(row.try_get_by_index(1).unwrap()),
            actor: row
                .try_get_by_index::<Option<uuid::Uuid>>(2)
                .unwrap()
                .map(AccountId),
            role: text(3),
            route: text(4),
            request: text(5),
            session: text(6),
        };
        let mut entry = Entry::new(text(7).parse::<Verb>().unwrap(), text(11))
            .to(text(10))
            .because(text(9));
        if text(8) == "verweigert" {
            entry = entry.denied().because(text(9));
        }
        entry.fields = text(12)
            .split(',')
            .filter(|field| !field.is_empty())
            .map(|field| &*Box::leak(field.to_owned().into_boxed_str()))
            .collect();
        let people = database
            .query_all_raw(Statement::from_string(
                backend,
                format!("select person_id, level from audit_subject where writer = {writer_sql} and sequence = {sequence}"),
            ))
            .await
            .unwrap();
        for person in people {
            let id: uuid::Uuid = person.try_get_by_index(0).unwrap();
            let level: String = person.try_get_by_index(1).unwrap();
            entry = entry.about(PersonId(id), Level::from_code(&level).unwrap());
        }
        let head = chain.head();
        // Numbers close up over what was deleted.
        let link = chain.next(head, key, stamp, &entry);
        database
            .execute_unprepared(&format!(
                "update audit_entry set sequence = {}, hash = {} where writer = {writer_sql} and sequence = {sequence}",
                link.sequence,
                bytes(test, &link.hash)
            ))
            .await
            .unwrap();
        database
            .execute_unprepared(&format!(
                "update audit_subject set sequence = {} where writer = {writer_sql} and sequence = {sequence}",
                link.sequence
            ))
            .await
            .unwrap();
        let head: Head = link.head();
        chain.resume(head);
    }
    database.close().await.unwrap();
}

/// The end of the running process's chain.
const LAST: &str = "(select max(sequence) from audit_entry)";

/// What somebody does, and whether the next verification beside the program finds it.
enum Attack {
    /// Statements by whoever administers the database.
    Sql(&'static str, Vec<String>),
    /// Recomputes after a change, with a key made up.
    WrongKey,
    /// Takes the key file, changes an entry, recomputes, deletes the checkpoints beside the program.
    Everything,
    /// Puts back the database of a moment ago, checkpoints untouched.
    RollBack,
    /// The same, and deletes the checkpoints since then.
    RollBackAll,
}

fn attacks() -> Vec<(Attack, bool)> {
    let one = format!("sequence = {LAST} - 3");
    let sql = |name, statements| (Attack::Sql(name, statements), true);
    vec![
        sql(
            "edit a row",
            vec![format!("update audit_entry set reason = 'x' where {one}")],
        ),
        sql(
            "delete a row",
            vec![format!("delete from audit_entry where {one}")],
        ),
        sql(
            "delete many rows",
            vec![format!(
                "delete from audit_entry where sequence between {LAST} - 8 and {LAST} - 2"
            )],
        ),
        sql(
            "swap two rows",
            vec![
                format!("update audit_entry set sequence = -1 where {one}"),
                format!(
                    "update audit_entry set sequence = sequence - 1 where sequence = {LAST} - 2"
                ),
                format!("update audit_entry set sequence = {LAST} - 2 where sequence = -1"),
            ],
        ),
        sql(
            "insert a row",
            vec![format!(
                "insert into audit_entry (writer, sequence, day, at, actor_id, role, route, request, session, verb, outcome, \
                 reason, recipient, object, fields, hash) select writer, sequence + 1, day, at, actor_id, role, route, request, \
                 session, verb, outcome, reason, recipient, object, fields, hash from audit_entry where sequence = {LAST}"
            )],
        ),
        sql(
            "cut the end",
            vec![format!(
                "delete from audit_entry where sequence > {LAST} - 4"
            )],
        ),
        (Attack::WrongKey, true),
        (Attack::RollBack, true),
        (Attack::Everything, false),
        (Attack::RollBackAll, false),
    ]
}

/// The log as it was a moment before.
async fn roll_back(test: &TestApp, entries: i64, writer: uuid::Uuid) {
    let writer = crate::rows::id(writer);
    for table in ["audit_subject", "audit_entry"] {
        test.execute(&format!(
            "delete from {table} where writer = {writer} and sequence > {entries}"
        ))
        .await;
    }
}

#[tokio::test]
async fn eight_of_ten_are_found_at_once_and_all_with_the_copy_elsewhere() {
    let mut at_once = 0;
    for (attack, seen_here) in attacks() {
        let test = busy().await;
        let first = checkpoint(&test.app.store).await;
        let mut browser = test.signed_in("verwaltung").await;
        browser.get("/konten").await.expect(200);
        browser.get("/konten").await.expect(200);
        let last = checkpoint(&test.app.store).await;
        // Both checkpoints are in both files until somebody gets at the one beside the program.
        let elsewhere: Vec<Checkpoint> = [first.clone(), last.clone()].concat();
        assert_eq!(findings(&test, &elsewhere).await, []);
        let (name, beside) = match attack {
            Attack::Sql(name, statements) => {
                for statement in statements {
                    test.execute(&statement).await;
                }
                (name, elsewhere.clone())
            }
            Attack::WrongKey => {
                test.execute(&format!(
                    "update audit_entry set outcome = 'erlaubt', object = 'nichts' where sequence = {LAST} - 3"
                ))
                .await;
                let key = MasterSecret::new([1; 32]).keyed_hash(Purpose::AuditChain);
                recompute(&test, &key).await;
                ("recompute with another key", elsewhere.clone())
            }
            Attack::Everything => {
                test.execute(&format!(
                    "update audit_entry set object = 'nichts' where sequence = {LAST} - 3"
                ))
                .await;
                let key = MasterSecret::new(SECRET).keyed_hash(Purpose::AuditChain);
                recompute(&test, &key).await;
                (
                    "recompute with the stolen key, checkpoints dropped",
                    Vec::new(),
                )
            }
            Attack::RollBack => {
                roll_back(&test, first[0].sequence, first[0].writer).await;
                ("put back an older database", elsewhere.clone())
            }
            Attack::RollBackAll => {
                roll_back(&test, first[0].sequence, first[0].writer).await;
                ("put back older database and checkpoints", first.clone())
            }
        };
        let here = !findings(&test, &beside).await.is_empty();
        assert_eq!(here, seen_here, "{name}: found beside the program");
        at_once += usize::from(here);
        assert!(
            !findings(&test, &elsewhere).await.is_empty(),
            "{name}: not found with the copy elsewhere"
        );
    }
    assert_eq!(at_once, 8);
}

#[tokio::test]
async fn what_is_cut_behind_the_last_checkpoint_is_found_as_soon_as_the_program_goes_on() {
    let test = busy().await;
    let points = checkpoint(&test.app.store).await;
    let mut browser = test.signed_in("verwaltung").await;
    browser.get("/konten").await.expect(200);
    let writer = crate::rows::id(points[0].writer);
    for table in ["audit_subject", "audit_entry"] {
        test.execute(&format!(
            "delete from {table} where writer = {writer} and sequence > {}",
            points[0].sequence
        ))
        .await;
    }
    browser.get("/konten").await.expect(200);
    let found = findings(&test, &points).await;
    assert!(
        matches!(found.as_slice(), [Finding::Gap { .. }]),
        "{found:?}"
    );
}

#[tokio::test]
async fn two_copies_that_disagree_are_found() {
    let test = busy().await;
    let good = checkpoint(&test.app.store).await;
    let mut forged = good.clone();
    forged[0].hash = hex(&[7; 32]);
    for both in [
        [good.clone(), forged.clone()].concat(),
        [forged, good].concat(),
    ] {
        assert_eq!(findings(&test, &both).await.len(), 1);
    }
}

#[tokio::test]
async fn the_time_without_a_checkpoint_is_measured() {
    let test = busy().await;
    let begun = test.clock_now();
    test.clock.set(begun.plus_seconds(50));
    let mut points = checkpoint(&test.app.store).await;
    let verified = test.app.store.audit_verify(&points).await.unwrap();
    assert_eq!(verified.findings, []);
    // Signing in takes a few simulated seconds at the most.
    assert!(
        (20_000..=60_000).contains(&verified.longest_wait),
        "{}",
        verified.longest_wait
    );
    // With a checkpoint in between, what came before it did not wait for the later one.
    let mut browser = test.signed_in("verwaltung").await;
    let later = test.clock_now();
    browser.get("/konten").await.expect(200);
    test.clock.set(later.plus_seconds(55));
    points.extend(checkpoint(&test.app.store).await);
    let both = test.app.store.audit_verify(&points).await.unwrap();
    let only_last = test.app.store.audit_verify(&points[1..]).await.unwrap();
    assert!(both.longest_wait < only_last.longest_wait);
}

#[tokio::test]
async fn days_on_which_a_hold_stands_are_kept_and_the_rest_still_verifies() {
    let test = TestApp::new().await;
    for _ in 0..3 {
        let mut browser = test.signed_in("verwaltung").await;
        browser.get("/konten").await.expect(200);
        test.clock.set(test.clock_now().plus_minutes(60 * 24));
    }
    let counted = "select cast(day as text), count(*) from audit_entry where day >= '2026-11-23' group by day";
    let days = test.counted(counted).await;
    assert_eq!(
        days.keys().collect::<Vec<_>>(),
        ["2026-11-23", "2026-11-24", "2026-11-25"]
    );
    let mut officer = test.signed_in("datenschutz").await;
    let page = officer.get("/protokollpflege").await.expect(200);
    officer
        .post(
            "/protokollpflege/aufbewahrungen",
            &[
                ("einmal", &page.input("einmal").unwrap()),
                ("von", "24.11.2026"),
                ("bis", "24.11.2026"),
                ("aktenzeichen", "200 Js 1/26"),
                ("grund", "criminal"),
            ],
        )
        .await
        .expect(303);
    let points = checkpoint(&test.app.store).await;
    test.clock.set(test.clock_now().plus_minutes(60 * 24 * 370));
    let prune = || geleit::jobs::prune_audit(&test.app.store);
    assert!(prune().await.unwrap() > 0);
    let left = test.counted(counted).await;
    assert_eq!(left.keys().collect::<Vec<_>>(), ["2026-11-24"]);
    assert_eq!(left["2026-11-24"], days["2026-11-24"]);
    assert_eq!(findings(&test, &points).await, []);
    assert_eq!(prune().await.unwrap(), 0, "the held day stays");
    // What is held cannot be changed unseen either.
    let mut officer = test.signed_in("datenschutz").await;
    let page = officer.get("/protokollpflege").await.expect(200);
    let lift = page.links("/protokollpflege/aufbewahrungen/")[0].clone();
    let form = officer.get(&lift).await.expect(200);
    let version = form.input("version").unwrap();
    officer
        .post(&lift, &[("version", &version), ("warum", "")])
        .await
        .expect(422);
    officer
        .post(
            &lift,
            &[("version", &version), ("warum", "Verfahren eingestellt")],
        )
        .await
        .expect(303);
    officer
        .post(&lift, &[("version", &version), ("warum", "noch einmal")])
        .await
        .expect(303);
    assert!(prune().await.unwrap() > 0);
    let left = test.counted(counted).await;
    assert!(!left.contains_key("2026-11-24"));
    assert_eq!(findings(&test, &points).await, []);
}
