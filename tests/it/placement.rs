//! What changes of placement leave to be decided: items of which nothing is lost, and answers that do what they say.

use uuid::Uuid;

use crate::harness::{Answer, Browser, TestApp};
use crate::rows::{group, id, inmate};
use crate::world::fresh;

/// A participation led by an organisation, with its case.
pub async fn part(test: &TestApp, person: Uuid, login: &str, programme: &str) -> Uuid {
    let (part, case) = (fresh(), fresh());
    test.execute(&format!(
        "insert into enrolment (id, person_id, programme_id, provider_id, facility_id, staff_id, access_route, enrolled_on, \
         created_at, version) select {}, {}, m.id, a.provider_id, f.id, a.staff_id, 'self', '2026-02-01', 0, 1 \
         from programme m, account a, facility f where m.code = '{programme}' and a.login = '{login}' and f.code = 'DD'",
        id(part),
        id(person)
    ))
    .await;
    test.execute(&format!(
        "insert into client_case (id, client, person_id, programme_id, provider_id, facility_id, staff_id, enrolment_id, \
         access_route, enquired_on, court_report, interpreter, availability, state, created_at, created_by_name, version) \
         select {}, 'person', e.person_id, e.programme_id, e.provider_id, e.facility_id, e.staff_id, e.id, 'self', e.enrolled_on, \
         false, false, '', 'agreed', 0, 'Träger', 1 from enrolment e where e.id = {}",
        id(case),
        id(part)
    ))
    .await;
    test.execute(&format!(
        "insert into case_step (case_id, number, day, to_state, at, by_name) values ({}, 1, '2026-02-01', 'agreed', 0, 'Träger')",
        id(case)
    ))
    .await;
    part
}

/// A place in a group by a participation, since March.
pub async fn member(test: &TestApp, person: Uuid, part: Uuid, group: Uuid) -> Uuid {
    let place = fresh();
    test.execute(&format!(
        "insert into membership (id, group_id, person_id, programme_id, enrolment_id, from_day) \
         select {}, g.id, {}, g.programme_id, {}, '2026-03-02' from training_group g where g.id = {}",
        id(place),
        id(person),
        id(part),
        id(group)
    ))
    .await;
    place
}

/// Sends one of the forms of the placement page.
pub async fn move_person(
    browser: &mut Browser,
    person: Uuid,
    what: &str,
    fields: &[(&str, &str)],
) -> Answer {
    let path = format!("/personen/{person}/unterbringung");
    let page = browser.get(&path).await.expect(200);
    let token = page.input("einmal").unwrap();
    let version = page.input("version").unwrap_or_default();
    let mut all = vec![
        ("einmal", token.as_str()),
        ("version", version.as_str()),
        ("tun", what),
    ];
    all.extend_from_slice(fields);
    browser.post(&path, &all).await
}

pub async fn transfer(browser: &mut Browser, person: Uuid, to: &str, day: &str) {
    let page = browser
        .get(&format!("/personen/{person}/unterbringung"))
        .await
        .expect(200);
    let target = page.option("target", to).unwrap();
    move_person(
        browser,
        person,
        "verlegen",
        &[("target", &target), ("transfer_day", day)],
    )
    .await
    .expect(303);
}

pub async fn release(browser: &mut Browser, person: Uuid, day: &str) {
    move_person(
        browser,
        person,
        "entlassen",
        &[("release_day", day), ("release_reason", "other")],
    )
    .await
    .expect(303);
}

async fn absence(browser: &mut Browser, person: Uuid, to: &str) {
    let path = format!("/personen/{person}/abwesenheit");
    let page = browser.get(&path).await.expect(200);
    let token = page.input("einmal").unwrap();
    browser
        .post(
            &path,
            &[
                ("einmal", &token),
                ("tun", "beginnen"),
                ("from_day", "23.11.2026"),
                ("to_day", to),
                ("reason", "court"),
            ],
        )
        .await
        .expect(303);
}

/// The id of the open item of a kind.
pub async fn item(test: &TestApp, kind: &str) -> Uuid {
    use sea_orm::{ConnectionTrait, Statement};
    let database = test.database().await;
    let sql = format!("select id from review_item where kind = '{kind}' and state = 'open'");
    let statement = Statement::from_string(database.get_database_backend(), sql);
    let row = database.query_one_raw(statement).await.unwrap().unwrap();
    let found = row.try_get_by_index::<Uuid>(0).unwrap();
    database.close().await.unwrap();
    found
}

/// Answers an item.
pub async fn answer(browser: &mut Browser, item: Uuid, outcome: &str) -> Answer {
    let key = item.simple();
    browser
        .post(
            &format!("/pruefung/{item}/erledigen"),
            &[
                ("version", "1"),
                (&format!("ergebnis_{key}"), outcome),
                (&format!("grund_{key}"), "Absprache mit dem Träger"),
            ],
        )
        .await
}

async fn count(test: &TestApp, kind: &str) -> i64 {
    test.number(&format!(
        "select count(*) from review_item where kind = '{kind}'"
    ))
    .await
}

#[tokio::test]
async fn a_transfer_asks_about_place_work_and_hand_over_and_ends_nothing() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Wanderer").await;
    let group = group(&test, "training", "DD", "akt_gruppe").await;
    let training = part(&test, person, "training", "akt_gruppe").await;
    member(&test, person, training, group).await;
    part(&test, person, "training", "distanzierung").await;
    // What the prison knows as appointments only raises nothing.
    part(&test, person, "beratung", "ausstieg").await;
    let mut social = test.signed_in("sozialdienst").await;
    transfer(&mut social, person, "JVA Leipzig", "23.11.2026").await;

    for (kind, number) in [("group_place", 1), ("individual_work", 1), ("hand_over", 1)] {
        assert_eq!(count(&test, kind).await, number, "{kind}");
    }
    // Nothing ended, and nothing does when nobody acts.
    assert_eq!(
        test.number("select count(*) from membership where to_day is null")
            .await,
        1
    );
    assert_eq!(
        test.number("select count(*) from enrolment where ended_on is null")
            .await,
        3
    );
    let page = social.get("/pruefung").await.expect(200);
    let text = page.text();
    assert!(text.contains("Verlegung am 23.11.2026"), "{text}");
    assert!(
        text.contains("AKT-Gruppe")
            && text.contains("noch 14 Tage")
            && text.contains("bis 07.12.2026")
    );
    assert!(
        !text.contains("Ausstieg") && !text.contains("APro"),
        "no word of the confidential one"
    );
    // The facility sets its own days; the countdown follows.
    let form = social.get("/pruefung/frist").await.expect(200);
    social
        .post(
            "/pruefung/frist",
            &[("tage", "29"), ("version", &form.input("version").unwrap())],
        )
        .await
        .expect(422);
    social
        .post(
            "/pruefung/frist",
            &[("tage", "10"), ("version", &form.input("version").unwrap())],
        )
        .await
        .expect(303);
    social
        .post(
            "/pruefung/frist",
            &[("tage", "12"), ("version", &form.input("version").unwrap())],
        )
        .await
        .expect(409);
    assert!(
        social
            .get("/pruefung")
            .await
            .text()
            .contains("noch 10 Tage")
    );
    let mut leipzig = test.signed_in("sozialdienst.leipzig").await;
    assert!(
        !leipzig
            .get("/pruefung")
            .await
            .text()
            .contains("Platz in der Gruppe")
    );

    // The answer does what it says, once.
    let place = item(&test, "group_place").await;
    answer(&mut leipzig, place, "end_place").await.expect(404);
    answer(&mut social, place, "reopen").await.expect(422);
    answer(&mut social, place, "end_place").await.expect(303);
    assert_eq!(
        test.number("select count(*) from membership where end_reason = 'versetzt'")
            .await,
        1
    );
    answer(&mut social, place, "keep_place").await.expect(409);
    let work = item(&test, "individual_work").await;
    answer(&mut social, work, "goes_on").await.expect(303);
    assert_eq!(
        test.number("select count(*) from enrolment where ended_on is null")
            .await,
        2
    );
    let done = social
        .get("/pruefung?ansicht=erledigt")
        .await
        .expect(200)
        .text();
    assert!(
        done.contains("Platz in der Gruppe beenden") && done.contains("Absprache mit dem Träger")
    );
    assert!(done.contains("Teilnahme läuft weiter"));
}

#[tokio::test]
async fn a_repeated_event_raises_nothing_twice_and_its_day_is_put_right() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Heimkehr").await;
    part(&test, person, "training", "distanzierung").await;
    let mut social = test.signed_in("sozialdienst").await;
    release(&mut social, person, "30.11.2026").await;
    release(&mut social, person, "02.12.2026").await;
    assert_eq!(count(&test, "individual_work").await, 1);
    assert_eq!(count(&test, "hand_over").await, 1);
    assert!(
        social
            .get("/pruefung")
            .await
            .text()
            .contains("Entlassung am 02.12.2026")
    );
    // What acts waits for the day.
    let work = item(&test, "individual_work").await;
    let early = answer(&mut social, work, "end_part")
        .await
        .expect(422)
        .text();
    assert!(early.contains("Das geht erst ab dem 02.12.2026"), "{early}");
    assert_eq!(
        test.number("select count(*) from review_item where state = 'done'")
            .await,
        0
    );
    // Many at once: the index holds it.
    let mut tries = Vec::new();
    for _ in 0..4 {
        let mut browser = social.clone();
        tries.push(tokio::spawn(async move {
            release(&mut browser, person, "02.12.2026").await
        }));
    }
    for one in tries {
        let _ = one.await;
    }
    assert_eq!(count(&test, "individual_work").await, 1);
}

#[tokio::test]
async fn a_release_ends_and_a_recall_opens_again_what_was_reached_stays() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Rückkehr").await;
    let part = part(&test, person, "training", "distanzierung").await;
    let mut social = test.signed_in("sozialdienst").await;
    release(&mut social, person, "20.11.2026").await;
    let work = item(&test, "individual_work").await;
    answer(&mut social, work, "end_part").await.expect(303);
    assert_eq!(
        test.number("select count(*) from enrolment where outcome = 'dropped_out'")
            .await,
        1
    );
    move_person(
        &mut social,
        person,
        "aufnehmen",
        &[("setting", "sentence"), ("from_day", "23.11.2026")],
    )
    .await
    .expect(303);
    let recall = item(&test, "recall").await;
    assert!(
        social
            .get("/pruefung")
            .await
            .text()
            .contains("Rückkehr in Haft am 23.11.2026")
    );
    answer(&mut social, recall, "reopen").await.expect(303);
    assert_eq!(
        test.number(&format!(
            "select count(*) from enrolment where ended_on is null and id = {}",
            id(part)
        ))
        .await,
        1
    );
    assert_eq!(
        test.number("select count(*) from case_step where reason = 'recall'")
            .await,
        1
    );
}

#[tokio::test]
async fn a_short_absence_is_nothing_to_decide_and_a_long_one_suspends() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Fernbleib").await;
    let group = group(&test, "training", "DD", "akt_gruppe").await;
    let training = part(&test, person, "training", "akt_gruppe").await;
    member(&test, person, training, group).await;
    let mut social = test.signed_in("sozialdienst").await;
    absence(&mut social, person, "27.11.2026").await;
    assert_eq!(test.number("select count(*) from review_item").await, 0);
    test.execute("delete from absence").await;
    absence(&mut social, person, "20.12.2026").await;
    assert_eq!(count(&test, "group_place").await, 1);
    assert_eq!(count(&test, "hand_over").await, 0);
    let place = item(&test, "group_place").await;
    answer(&mut social, place, "suspend").await.expect(303);
    assert_eq!(
        test.number("select count(*) from membership_pause where from_day = '2026-11-23' and to_day = '2026-12-20'").await,
        1
    );
    assert_eq!(
        test.number("select count(*) from membership where to_day is null")
            .await,
        1
    );
}

#[tokio::test]
async fn asking_for_a_grant_reaches_the_access_officer_without_a_name() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Ungenannt").await;
    part(&test, person, "training", "distanzierung").await;
    let mut social = test.signed_in("sozialdienst").await;
    transfer(&mut social, person, "JVA Leipzig", "23.11.2026").await;
    let mut leipzig = test.signed_in("sozialdienst.leipzig").await;
    let grant = item(&test, "grant_after_transfer").await;
    answer(&mut leipzig, grant, "ask_grant").await.expect(303);
    test.execute(
        "update account set facility_id = (select id from facility where code = 'L') where login = 'zugang.zwei'",
    )
    .await;
    let mut officer = test.signed_in("zugang.zwei").await;
    let page = officer.get("/pruefung").await.expect(200).text();
    assert!(
        page.contains("Freigabe erbeten") && page.contains("VPN"),
        "{page}"
    );
    assert!(!page.contains("Ungenannt") && !page.contains(&person.to_string()));
    assert!(
        !leipzig
            .get("/pruefung")
            .await
            .text()
            .contains("Freigabe erbeten")
    );
    let asked = item(&test, "grant_asked").await;
    answer(&mut leipzig, asked, "solved").await.expect(404);
    answer(&mut officer, asked, "solved").await.expect(303);
}
