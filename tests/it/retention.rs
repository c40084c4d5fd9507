//! Periods, lists of what is due, erasure by two people, the ledger and restored backups, with the clock turned forward.

use std::path::{Path, PathBuf};

use geleit::base::crypto::{MasterSecret, Purpose};
use geleit::base::time::{Instant, MinuteOfDay, berlin_instant};
use geleit::jobs;
use geleit::retention::ledger::Ledger;
use time::Date;
use time::macros::date;
use uuid::Uuid;

use crate::harness::{Browser, SECRET, TestApp};
use crate::placement::part;
use crate::restriction::{hold, lift, restrict};
use crate::rows::{id, inmate, person};

mod book;
mod canary;
mod map;
mod short;

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

pub async fn there(test: &TestApp, person: Uuid) -> bool {
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

/// The file of the database, if it has one.
pub fn sqlite_file(test: &TestApp) -> Option<PathBuf> {
    let rest = test.url.strip_prefix("sqlite://")?;
    Some(PathBuf::from(rest.split('?').next()?))
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
