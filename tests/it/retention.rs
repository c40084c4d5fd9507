//! Periods, lists of what is due, erasure by two people, the ledger and restored backups, with the clock turned forward.

use std::path::{Path, PathBuf};

use geleit::base::crypto::{MasterSecret, Purpose};
use geleit::base::time::{Instant, MinuteOfDay, berlin_instant};
use geleit::jobs;
use geleit::retention::LedgerProblem;
use geleit::retention::ledger::Ledger;
use time::Date;
use time::macros::date;
use uuid::Uuid;

use crate::harness::{Browser, SECRET, TestApp, morning, postgres};
use crate::placement::part;
use crate::restriction::{hold, lift, restrict};
use crate::rows::{id, inmate, person};
use crate::world::fresh;

mod canary;
mod map;

pub const WHY: &str = "Regelmäßige Löschung, ohne Besonderheiten";

/// Nine in the morning of a day.
pub fn on(day: Date) -> Instant {
    berlin_instant(day, MinuteOfDay::from_hm(9, 0).unwrap()).unwrap()
}

pub fn ledger(file: &Path) -> Ledger {
    Ledger::at(
        file.to_owned(),
        MasterSecret::new(SECRET).keyed_hash(Purpose::Erasures),
    )
}

/// Gives the application a ledger in a folder of its own.
pub async fn with_ledger(test: &TestApp) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("loeschbuch.jsonl");
    jobs::open_ledger(&test.app.store, &ledger(&file))
        .await
        .unwrap();
    test.app.keep_erasures_in(ledger(&file));
    (folder, file)
}

/// Lets somebody's stays and participations end on a day.
pub async fn released(test: &TestApp, person: Uuid, day: &str) {
    let who = id(person);
    for sql in [
        format!(
            "update placement set from_day = '2020-01-05', to_day = '{day}', end_reason = 'release' where person_id = {who}"
        ),
        format!(
            "update enrolment set enrolled_on = '2020-02-01', ended_on = '{day}', outcome = 'completed' where person_id = {who}"
        ),
        format!(
            "update client_case set enquired_on = '2020-02-01', closed_on = '{day}', state = 'completed' where person_id = {who}"
        ),
    ] {
        test.execute(&sql).await;
    }
}

async fn standing(test: &TestApp, person: Uuid) -> i64 {
    test.number(&format!(
        "select count(*) from person_restriction where lifted_at is null and person_id = {}",
        id(person)
    ))
    .await
}

async fn there(test: &TestApp, person: Uuid) -> bool {
    test.number(&format!(
        "select count(*) from person where id = {}",
        id(person)
    ))
    .await
        == 1
}

/// Proposes everything that is due; where the list is.
pub async fn propose(browser: &mut Browser) -> String {
    let page = browser.get("/loeschungen/faellig").await.expect(200);
    let values: Vec<String> = page
        .text()
        .split("name=\"auswahl\" value=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect();
    assert!(!values.is_empty(), "nothing is due: {}", page.text());
    let token = page.input("einmal").unwrap();
    let mut fields: Vec<(&str, &str)> = values
        .iter()
        .map(|value| ("auswahl", value.as_str()))
        .collect();
    fields.push(("einmal", &token));
    fields.push(("begruendung", WHY));
    let answer = browser
        .post("/loeschungen/faellig", &fields)
        .await
        .expect(303);
    answer.location().to_owned()
}

/// Lets a second person approve what was proposed last.
pub async fn approve(test: &TestApp, login: &str) {
    let mut second = test.signed_in(login).await;
    let page = second.get("/vier-augen").await.expect(200);
    let link = page
        .links("/vier-augen/")
        .into_iter()
        .next()
        .expect("a request to decide about");
    second
        .post(&link, &[("tun", "genehmigen"), ("grund", "Liste geprüft")])
        .await
        .expect(303);
}

pub async fn run(browser: &mut Browser, list: &str) -> crate::harness::Answer {
    let version = browser
        .get(list)
        .await
        .expect(200)
        .input("version")
        .unwrap();
    browser
        .post(&format!("{list}/ausfuehren"), &[("version", &version)])
        .await
}

#[tokio::test]
async fn from_the_release_to_the_erasure_with_the_clock_turned_forward() {
    let test = TestApp::new().await;
    let (_folder, file) = with_ledger(&test).await;
    let adult = inmate(&test, "Erwachsen").await;
    let young = inmate(&test, "Jungmann").await;
    let only = person(&test, "Beraten", "Uwe", "b1").await;
    let stays = inmate(&test, "Bleibtda").await;
    for who in [adult, young, only, stays] {
        part(&test, who, "training", "distanzierung").await;
    }
    for who in [adult, young, only] {
        released(&test, who, "2026-11-20").await;
    }
    test.execute(&format!(
        "update placement set setting = 'youth_custody' where person_id = {}",
        id(young)
    ))
    .await;

    jobs::mark_due_records(&test.app.store).await.unwrap();
    assert_eq!(standing(&test, only).await, 0);
    // Thirteen months: the first stage of whoever was never in custody.
    test.clock.set(on(date!(2027 - 12 - 23)));
    let marked = jobs::mark_due_records(&test.app.store).await.unwrap();
    assert_eq!(marked.restricted.len(), 1);
    assert_eq!(standing(&test, only).await, 1);
    assert_eq!(
        jobs::mark_due_records(&test.app.store).await.unwrap(),
        Default::default()
    );
    // The day before the second anniversary is over, and the day after.
    test.clock.set(on(date!(2028 - 11 - 20)));
    assert!(
        jobs::mark_due_records(&test.app.store)
            .await
            .unwrap()
            .restricted
            .is_empty()
    );
    test.clock.set(on(date!(2028 - 11 - 21)));
    assert_eq!(
        jobs::mark_due_records(&test.app.store)
            .await
            .unwrap()
            .restricted
            .len(),
        2
    );
    let mut officer = test.signed_in("datenschutz").await;
    let page = officer.get("/loeschungen/faellig").await.expect(200).text();
    assert!(
        page.contains("Beraten") && !page.contains("Erwachsen") && !page.contains("Jungmann"),
        "{page}"
    );

    // Six years: all are due, whoever is still there is not.
    test.clock.set(on(date!(2032 - 11 - 23)));
    jobs::mark_due_records(&test.app.store).await.unwrap();
    let mut officer = test.signed_in("datenschutz").await;
    let page = officer.get("/loeschungen/faellig").await.expect(200).text();
    for word in [
        "Erwachsen",
        "Jungmann",
        "Beraten",
        "21.11.2031",
        "21.11.2029",
        "20.11.2026",
        "Jugendstrafvollzug",
    ] {
        assert!(page.contains(word), "{word}: {page}");
    }
    assert!(!page.contains("Bleibtda"));
    let list = propose(&mut officer).await;
    // Not without a second person.
    let page = officer.get(&list).await.expect(200);
    let version = page.input("version").unwrap();
    let early = officer
        .post(&format!("{list}/ausfuehren"), &[("version", &version)])
        .await;
    assert_eq!(early.status.as_u16(), 400);
    assert!(there(&test, adult).await);
    approve(&test, "datenschutz.zwei").await;
    run(&mut officer, &list).await.expect(303);
    for who in [adult, young, only] {
        assert!(!there(&test, who).await);
    }
    assert!(there(&test, stays).await);
    // The proof has numbers and grounds, and nobody.
    let proof = officer.get(&list).await.expect(200).text();
    assert!(
        proof.contains("Nachweis einer Löschung")
            && proof.contains("Daniel Schirm")
            && proof.contains("SächsJVollzDSG"),
        "{proof}"
    );
    for who in [adult, young, only] {
        assert!(!proof.contains(&who.to_string()));
    }
    assert!(
        !proof.contains("Erwachsen,") && !proof.contains("Jungmann") && !proof.contains("Beraten,"),
        "{proof}"
    );
    assert_eq!(test.number("select count(*) from erasure_item").await, 0);
    assert_eq!(
        test.number("select cast(sum(number) as bigint) from erasure_count")
            .await,
        3
    );
    let lines = ledger(&file).read().unwrap().unwrap();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[1].people.len(), 3);
    // Once is enough.
    let again = officer
        .post(&format!("{list}/ausfuehren"), &[("version", "2")])
        .await;
    assert_eq!(again.status.as_u16(), 409);
    // The log keeps the internal id for its twelve months, and then not even that.
    let subject = format!(
        "select count(*) from audit_subject where person_id = {}",
        id(adult)
    );
    assert!(test.number(&subject).await > 0);
    test.clock.set(on(date!(2033 - 12 - 24)));
    jobs::prune_audit(&test.app.store).await.unwrap();
    assert_eq!(test.number(&subject).await, 0);
}

#[tokio::test]
async fn whoever_comes_back_is_worked_with_again() {
    let test = TestApp::new().await;
    let who = inmate(&test, "Rueckkehr").await;
    released(&test, who, "2026-11-20").await;
    test.clock.set(on(date!(2029 - 01 - 10)));
    assert_eq!(
        jobs::mark_due_records(&test.app.store)
            .await
            .unwrap()
            .restricted
            .len(),
        1
    );
    test.execute(&format!(
        "update placement set to_day = null, end_reason = null where person_id = {}",
        id(who)
    ))
    .await;
    test.clock.set(on(date!(2029 - 01 - 11)));
    assert_eq!(
        jobs::mark_due_records(&test.app.store)
            .await
            .unwrap()
            .lifted
            .len(),
        1
    );
    let mut social = test.signed_in("sozialdienst").await;
    assert!(
        social
            .get("/personen")
            .await
            .expect(200)
            .text()
            .contains("Rueckkehr")
    );
    // Supervision that was prolonged, and a period that was changed, move the day.
    released(&test, who, "2029-02-01").await;
    test.clock.set(on(date!(2031 - 03 - 01)));
    jobs::mark_due_records(&test.app.store).await.unwrap();
    let due = "select cast(erase_on as text) from person_restriction where lifted_at is null";
    assert_eq!(test.text(due).await, "2034-02-02");
    let mut officer = test.signed_in("datenschutz").await;
    let page = officer.get("/loeschfristen/custody").await.expect(200);
    let version = page.input("version").unwrap();
    let fields = |erase: &'static str| {
        vec![
            ("version", version.clone()),
            ("einschraenken", "2".to_owned()),
            ("loeschen", erase.to_owned()),
            ("quelle", "Verwaltungsvorschrift vom 1. Februar".to_owned()),
            ("begruendung", "Neue Vorschrift des Hauses".to_owned()),
        ]
    };
    let send = |fields: Vec<(&'static str, String)>| fields;
    let wrong = send(fields("1"));
    let wrong: Vec<(&str, &str)> = wrong
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    officer
        .post("/loeschfristen/custody", &wrong)
        .await
        .expect(422);
    let right = send(fields("3"));
    let right: Vec<(&str, &str)> = right
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    officer
        .post("/loeschfristen/custody", &right)
        .await
        .expect(303);
    officer
        .post("/loeschfristen/custody", &right)
        .await
        .expect(409);
    assert!(
        officer
            .get("/loeschfristen")
            .await
            .expect(200)
            .text()
            .contains("nach 3 Jahren")
    );
    jobs::mark_due_records(&test.app.store).await.unwrap();
    assert_eq!(test.text(due).await, "2032-02-02");
    // The law's own period is nobody's to change.
    officer.get("/loeschfristen/audit").await.expect(404);
}

#[tokio::test]
async fn a_hold_and_any_change_stop_what_was_approved() {
    let test = TestApp::new().await;
    let (_folder, _file) = with_ledger(&test).await;
    let who = inmate(&test, "Halt").await;
    let other = inmate(&test, "Weiter").await;
    for person in [who, other] {
        released(&test, person, "2020-05-04").await;
    }
    jobs::mark_due_records(&test.app.store).await.unwrap();
    let mut officer = test.signed_in("datenschutz").await;
    let list = propose(&mut officer).await;
    // Nobody is on two lists.
    let page = officer.get("/loeschungen/faellig").await.expect(200).text();
    assert!(
        page.contains("vorgeschlagen") && !page.contains("name=\"auswahl\""),
        "{page}"
    );
    approve(&test, "datenschutz.zwei").await;
    hold(&mut officer, who).await;
    let answer = run(&mut officer, &list).await;
    assert_eq!(answer.status.as_u16(), 400);
    assert!(
        answer.text().contains("nicht mehr fällig oder gesperrt"),
        "{}",
        answer.text()
    );
    assert!(there(&test, who).await && there(&test, other).await);
    let version = officer
        .get(&list)
        .await
        .expect(200)
        .input("version")
        .unwrap();
    officer
        .post(&format!("{list}/zurueckziehen"), &[("version", &version)])
        .await
        .expect(303);
    // The next list has only the other one.
    let next = propose(&mut officer).await;
    approve(&test, "datenschutz.zwei").await;
    // The second person cannot run it: who proposed does.
    let mut second = test.signed_in("datenschutz.zwei").await;
    let page = second.get(&next).await.expect(200);
    assert!(page.input("version").is_none(), "{}", page.text());
    let foreign = second
        .post(&format!("{next}/ausfuehren"), &[("version", "1")])
        .await;
    assert_eq!(foreign.status.as_u16(), 400);
    run(&mut officer, &next).await.expect(303);
    assert!(there(&test, who).await && !there(&test, other).await);
}

#[tokio::test]
async fn erasure_on_demand_waits_for_no_period_but_for_two_people() {
    let test = TestApp::new().await;
    let (_folder, _file) = with_ledger(&test).await;
    let who = inmate(&test, "Versehen").await;
    let mut officer = test.signed_in("datenschutz").await;
    restrict(&mut officer, who, "unlawful").await;
    let page = officer.get("/loeschungen/faellig").await.expect(200).text();
    assert!(
        page.contains("Versehen") && page.contains("Löschung verlangt"),
        "{page}"
    );
    let list = propose(&mut officer).await;
    approve(&test, "datenschutz.zwei").await;
    // Lifted meanwhile: not due any more.
    lift(&mut officer, who).await;
    assert_eq!(run(&mut officer, &list).await.status.as_u16(), 400);
    restrict(&mut officer, who, "unlawful").await;
    run(&mut officer, &list).await.expect(303);
    assert!(!there(&test, who).await);
}

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

/// The file of the database, if it has one.
pub fn sqlite_file(test: &TestApp) -> Option<PathBuf> {
    let rest = test.url.strip_prefix("sqlite://")?;
    Some(PathBuf::from(rest.split('?').next()?))
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

#[tokio::test]
async fn short_periods_run_out_by_themselves() {
    let test = TestApp::new().await;
    let who = inmate(&test, "Kurzfrist").await;
    part(&test, who, "training", "distanzierung").await;
    let enquiry = |state: &str, closed: &str| {
        format!(
            "insert into client_case (id, client, programme_id, provider_id, access_route, enquired_on, court_report, interpreter, \
             availability, state, closed_on, created_at, created_by_name, version) select {}, 'anonymous', m.id, a.provider_id, 'self', \
             '2026-01-05', false, false, '', '{state}', {closed}, 0, 'Träger', 1 from programme m, account a \
             where m.code = 'distanzierung' and a.login = 'training'",
            id(fresh())
        )
    };
    for sql in [
        enquiry("declined", "'2025-11-22'"),
        enquiry("declined", "'2025-11-23'"),
        enquiry("enquiry", "null"),
        enquiry("completed", "'2025-11-01'"),
    ] {
        test.execute(&sql).await;
    }
    let draft = |login: &str, saved: i64| {
        format!(
            "insert into form_draft (account_id, form, content, saved_at) select id, 'anfrage', {}, {saved} from account where login = '{login}'",
            if postgres().is_some() {
                "'\\x00'::bytea"
            } else {
                "x'00'"
            }
        )
    };
    let day = 24 * 3_600_000;
    test.execute(&draft("sozialdienst", morning().millis() - 14 * day - 1))
        .await;
    test.execute(&draft("training", morning().millis() - 13 * day))
        .await;
    let token = |name: &str, used: i64| {
        format!(
            "insert into form_token (token, account_id, location, used_at) select '{name}', id, '/', {used} from account where login = 'training'"
        )
    };
    test.execute(&token("alt", morning().millis() - day - 1))
        .await;
    test.execute(&token("neu", morning().millis() - day + 1))
        .await;
    jobs::delete_short_lived(&test.app.store).await.unwrap();
    let left = test
        .counted("select state, count(*) from client_case where person_id is null group by state")
        .await;
    assert_eq!(
        left.get("declined"),
        Some(&1),
        "one is over by a day, one is not"
    );
    assert_eq!(
        (left.get("enquiry"), left.get("completed")),
        (Some(&1), Some(&1))
    );
    assert_eq!(test.number("select count(*) from form_draft").await, 1);
    assert_eq!(test.text("select token from form_token").await, "neu");
    // The ended case without a name is for two people to erase.
    let mut officer = test.signed_in("datenschutz").await;
    assert!(
        officer
            .get("/loeschungen/faellig")
            .await
            .expect(200)
            .text()
            .contains("Fall: Distanzierung")
    );
    jobs::delete_short_lived(&test.app.store).await.unwrap();
    assert_eq!(
        test.number("select count(*) from client_case where person_id is null")
            .await,
        3
    );
}

#[tokio::test]
async fn every_category_has_its_period_and_its_source() {
    use geleit::retention::rules::Category;
    let test = TestApp::new().await;
    let codes = test
        .counted("select code, erase_after from retention_period")
        .await;
    let known: Vec<&str> = Category::codes();
    assert_eq!(codes.len(), known.len());
    for code in known {
        assert!(codes.contains_key(code), "{code}");
    }
    assert_eq!(codes["audit"], i64::from(geleit::jobs::AUDIT_MONTHS));
    assert_eq!(
        test.number(
            "select count(*) from retention_period where length(source) < 20 or length(ground) < 10"
        )
        .await,
        0
    );
    let mut officer = test.signed_in("datenschutz").await;
    let page = officer.get("/loeschfristen").await.expect(200).text();
    assert!(
        page.contains("§ 42 JVollzDSG NRW")
            && page.contains("nach 5 Jahren")
            && page.contains("48 Stunden"),
        "{page}"
    );
}
