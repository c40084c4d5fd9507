//! The purpose of opening a person who is not assigned, and how many people somebody opens.

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use geleit::access::Role;
use geleit::server::routes;
use sea_orm::ConnectionTrait;

use crate::harness::{Answer, Browser, TestApp};
use crate::html;
use crate::rows::{id, inmate, place};
use crate::world::World;

/// Moves a person of JVA Dresden to Leipzig; Dresden still sees them for the hand-over.
async fn move_away(test: &TestApp, person: uuid::Uuid) {
    test.execute(&format!(
        "update placement set to_day = '2026-11-20', end_reason = 'transferred' where person_id = {}",
        id(person)
    ))
    .await;
    place(test, person, "L", "custody").await;
}

#[track_caller]
fn asks(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.text());
    assert!(answer.text().contains("Warum öffnen Sie diese Person?"));
    assert_eq!(html::problems(&answer.text()), Vec::<String>::new());
}

async fn reasons(test: &TestApp, outcome: &str) -> BTreeSet<String> {
    test.counted(&format!(
        "select e.reason, cast(count(*) as bigint) from audit_entry e where e.outcome = '{outcome}' and e.route like 'GET /personen/%' group by e.reason"
    ))
    .await
    .into_keys()
    .collect()
}

#[tokio::test]
async fn the_assigned_open_without_a_click_and_the_log_says_why() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Adler").await;
    let mut prison = test.signed_in("sozialdienst").await;
    prison
        .open(&format!("/personen/{person}"))
        .await
        .expect(200);
    let placement = test
        .text("select reason from audit_entry where route = 'GET /personen/{person}'")
        .await;
    let (basis, reference) = placement.split_once('/').unwrap();
    assert_eq!(basis, "unterbringung");
    assert_eq!(
        reference.parse::<uuid::Uuid>().unwrap().get_version_num(),
        4
    );
}

#[tokio::test]
async fn whoever_left_is_opened_for_a_reason_that_lasts_an_hour() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Adler").await;
    move_away(&test, person).await;
    let mut prison = test.signed_in("sozialdienst").await;
    let path = format!("/personen/{person}/gespraeche");
    let question = prison.open(&path).await;
    asks(&question);
    assert!(
        !question.text().contains("Adler"),
        "the name comes after the reason"
    );
    assert_eq!(question.input("weiter").unwrap(), path);
    assert_eq!(
        reasons(&test, "verweigert").await,
        BTreeSet::from(["grund-fehlt".to_owned()])
    );
    let (zeichen, id_text) = (
        question.input("zeichen").unwrap(),
        question.input("person").unwrap(),
    );
    // Too little is asked for again; nothing typed is lost.
    let short = prison
        .post(
            "/zweck",
            &[
                ("person", &id_text),
                ("weiter", &path),
                ("zeichen", &zeichen),
                ("grund", "anfrage"),
                ("text", "kurz"),
            ],
        )
        .await
        .expect(422);
    assert_eq!(short.input("text").unwrap(), "kurz");
    assert_eq!(html::problems(&short.text()), Vec::<String>::new());
    let stated = prison.state_purpose(&question).await.expect(303);
    assert_eq!(stated.location(), path);
    prison.open(&path).await.expect(200);
    // Every further reading of the person carries it, on whatever page.
    prison
        .open(&format!("/personen/{person}"))
        .await
        .expect(200);
    let all = reasons(&test, "erlaubt").await;
    assert_eq!(all.len(), 1, "{all:?}");
    assert!(
        all.iter()
            .all(|reason| reason.starts_with("zweck/vertretung/"))
    );
    assert_eq!(
        test.number(
            "select count(*) from stated_purpose where explanation = 'Vertretung bis Freitag'"
        )
        .await,
        1
    );
    // Another session of the same account has stated nothing.
    test.clock.set(test.clock_now().plus_seconds(31));
    let mut other = test.signed_in("sozialdienst").await;
    asks(&other.open(&path).await);
    // And after an hour nobody has.
    for _ in 0..6 {
        test.clock.set(test.clock_now().plus_minutes(10));
        prison.open("/").await.expect(200);
    }
    asks(&prison.open(&path).await);
}

#[tokio::test]
async fn only_who_was_asked_can_answer() {
    let test = TestApp::new().await;
    let (person, other) = (inmate(&test, "Adler").await, inmate(&test, "Bussard").await);
    move_away(&test, person).await;
    let mut prison = test.signed_in("sozialdienst").await;
    let question = prison.open(&format!("/personen/{person}")).await;
    let proof = question.input("zeichen").unwrap();
    let onward = question.input("weiter").unwrap();
    for (who, onward, proof) in [
        (other.to_string(), onward.as_str(), proof.as_str()),
        (person.to_string(), "/protokoll", proof.as_str()),
        (person.to_string(), onward.as_str(), "0000"),
    ] {
        let fields = [
            ("person", who.as_str()),
            ("weiter", onward),
            ("zeichen", proof),
            ("grund", "anfrage"),
            ("text", "Anfrage des Gerichts"),
        ];
        prison.post("/zweck", &fields).await.expect(403);
    }
    // The proof is bound to the session, too.
    let mut stranger = test.signed_in("sozialdienst.leipzig").await;
    let fields = [
        ("person", person.to_string()),
        ("weiter", onward.clone()),
        ("zeichen", proof),
        ("grund", "anfrage".to_owned()),
        ("text", "Anfrage des Gerichts".to_owned()),
    ];
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    stranger.post("/zweck", &fields).await.expect(403);
    assert_eq!(test.number("select count(*) from stated_purpose").await, 0);
}

#[tokio::test]
async fn a_form_opened_within_the_hour_can_be_sent_later() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Adler").await;
    move_away(&test, person).await;
    let mut prison = test.signed_in("sozialdienst").await;
    let path = format!("/personen/{person}/einwilligungen");
    // Sent without ever having stated a purpose, a form that fails shows nothing of the person.
    let blind = prison.post(&path, &[("purpose", "erfunden")]).await;
    asks(&blind);
    assert!(!blind.text().contains("Adler"));
    prison.get(&path).await.expect(200);
    for _ in 0..7 {
        test.clock.set(test.clock_now().plus_minutes(10));
        prison.open("/").await.expect(200);
    }
    asks(&prison.open(&path).await);
    let late = prison.post(&path, &[("purpose", "erfunden")]).await;
    assert_eq!(
        late.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        late.text()
    );
}

/// Pages with the id of something of one person that do not ask, and why not.
const UNASKED: &[(&str, &str)] = &[
    (
        "/faelle/{case}/gespraech",
        "only cases whose client has no name",
    ),
    (
        "/faelle/{case}/verknuepfen",
        "only cases whose client has no name",
    ),
];

/// Names of ids in addresses that lead to one person.
const OF_A_PERSON: &[&str] = &[
    "{person}",
    "{case}",
    "{enrolment}",
    "{application}",
    "{consent}",
    "{counselling}",
    "{completion}",
    "{certificate}",
    "{talk}",
    "{handover}",
];

#[tokio::test]
async fn every_page_of_a_person_asks_who_is_not_assigned() {
    let test = TestApp::new().await;
    let world = World::new(&test).await;
    let database = test.database().await;
    // Nobody is assigned any more: the stay is over, the assignment and own groups and cases are gone, but all of it
    // so recently that the pages still open.
    for sql in [
        "update placement set to_day = '2026-11-20', end_reason = 'transfer' where kind = 'custody' and to_day is null \
         and person_id in (select id from person where family_name = 'Kowalczyk')",
        "delete from group_trainer",
        "update enrolment set staff_id = null",
        "update client_case set staff_id = null, second_staff_id = null",
        "delete from hand_over where state in ('offered', 'accepted')",
    ] {
        database.execute_unprepared(sql).await.unwrap();
    }
    let mut asked = BTreeSet::new();
    let mut wrong = Vec::new();
    for (role, login) in [
        (Role::SocialService, "sozialdienst"),
        (Role::Coordinator, "koordination"),
        (Role::Trainer, "training"),
    ] {
        let mut browser: Browser = test.signed_in(login).await;
        for route in routes() {
            let Some(info) = route.permission else {
                continue;
            };
            let one_person = OF_A_PERSON.iter().any(|name| route.path.contains(name));
            if route.method != Method::GET || !info.roles.contains(&role) || !one_person {
                continue;
            }
            let answer = browser.open(&world.path(route.path, role.code())).await;
            let unasked = UNASKED.iter().any(|(path, _)| *path == route.path);
            match answer.status {
                StatusCode::FORBIDDEN => {
                    asks(&answer);
                    asked.insert(route.path);
                }
                // Out of scope by now, or led elsewhere.
                StatusCode::NOT_FOUND | StatusCode::SEE_OTHER => {}
                _ if unasked => {}
                status => wrong.push(format!("{role} at {}: {status}", route.path)),
            }
        }
    }
    database.close().await.unwrap();
    assert!(wrong.is_empty(), "open without a purpose: {wrong:#?}");
    assert!(
        asked.len() >= 12,
        "asked too seldom to mean anything: {asked:#?}"
    );
}

#[tokio::test]
async fn very_many_people_need_a_reason_and_too_many_are_blocked() {
    let test = TestApp::new().await;
    let mut people = Vec::new();
    for number in 0..402 {
        people.push(inmate(&test, &format!("Person{number:03}")).await);
    }
    let mut prison = test.signed_in("sozialdienst").await;
    let path = |person: &uuid::Uuid| format!("/personen/{person}/einwilligungen");
    for person in &people[..120] {
        prison.open(&path(person)).await.expect(200);
    }
    let question = prison.open(&path(&people[120])).await;
    assert_eq!(question.status, StatusCode::FORBIDDEN);
    assert!(
        question
            .text()
            .contains("Warum öffnen Sie so viele Personen?")
    );
    assert_eq!(html::problems(&question.text()), Vec::<String>::new());
    // Whom one has seen in this hour stays open.
    prison.open(&path(&people[7])).await.expect(200);
    prison.state_purpose(&question).await.expect(303);
    for person in &people[120..400] {
        prison.open(&path(person)).await.expect(200);
    }
    let blocked = prison.open(&path(&people[400])).await;
    assert_eq!(
        blocked.status,
        StatusCode::TOO_MANY_REQUESTS,
        "{}",
        blocked.text()
    );
    assert!(!blocked.text().contains("Person400"));
    // Data protection sees both, without a name.
    let mut protection = test.signed_in("datenschutz").await;
    let page = protection
        .open("/protokoll/auffaelligkeiten")
        .await
        .expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    let text = page.text();
    assert!(
        text.contains("gesperrt") && text.contains("ohne Grund") && text.contains("JVA Dresden")
    );
    assert!(!text.contains("Sabine"));
    let tasks = protection.open("/aufgaben").await.expect(200);
    assert!(
        tasks.text().contains("Sperre wegen zu vieler"),
        "{}",
        tasks.text()
    );
    // Another account is not touched by it, and after an hour the block is over.
    let mut colleague = test.signed_in("sozialdienst.zwei").await;
    colleague.open(&path(&people[401])).await.expect(200);
    for _ in 0..7 {
        test.clock.set(test.clock_now().plus_minutes(9));
        prison.open("/").await.expect(200);
    }
    prison.open(&path(&people[401])).await.expect(200);
}
