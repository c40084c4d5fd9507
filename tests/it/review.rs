//! Items to be looked at, and what a provider keeps after a person was moved.

use uuid::Uuid;

use crate::harness::{Browser, TestApp};
use crate::placement::{answer, item, part};
use crate::rows::{client, grant, id, inmate};
use crate::world::fresh;

/// A participation in a programme of the account's organisation, led by the account's member of staff.
async fn enrol(test: &TestApp, person: Uuid, login: &str, programme: &str) -> Uuid {
    let enrolment = fresh();
    test.execute(&format!(
        "insert into enrolment (id, person_id, programme_id, provider_id, facility_id, staff_id, access_route, enrolled_on, \
         created_at, version) select {}, {}, m.id, a.provider_id, f.id, a.staff_id, 'staff', '2026-02-01', 0, 1 \
         from programme m, account a, facility f where m.code = '{programme}' and a.login = '{login}' and f.code = 'DD'",
        id(enrolment),
        id(person)
    ))
    .await;
    enrolment
}

async fn talk(test: &TestApp, person: Uuid, enrolment: Uuid, login: &str, day: &str) {
    test.execute(&format!(
        "insert into counselling_session (id, enrolment_id, person_id, day, minutes, form, outcome, recorded_by, \
         recorded_by_name, recorded_at, version) select {}, {}, {}, '{day}', 50, 'prison', 'took_place', a.id, a.name, 0, 1 \
         from account a where a.login = '{login}'",
        id(fresh()),
        id(enrolment),
        id(person)
    ))
    .await;
}

/// Moves a person to a prison, from a day on.
async fn transfer(browser: &mut Browser, person: Uuid, to: &str) -> String {
    transfer_on(browser, person, to, "23.11.2026").await
}

async fn transfer_on(browser: &mut Browser, person: Uuid, to: &str, day: &str) -> String {
    let page = browser
        .get(&format!("/personen/{person}/unterbringung"))
        .await
        .expect(200);
    let target = page.option("target", to).unwrap();
    let fields = [
        ("einmal", page.input("einmal").unwrap()),
        ("version", page.input("version").unwrap()),
        ("tun", "verlegen".to_owned()),
        ("target", target),
        ("transfer_day", day.to_owned()),
    ];
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let done = browser
        .post(&format!("/personen/{person}/unterbringung"), &fields)
        .await;
    assert_eq!(done.status.as_u16(), 303, "{}", done.text());
    done.location().to_owned()
}

/// An access officer for Leipzig: the one of Dresden, moved.
async fn officer_of_leipzig(test: &TestApp) -> Browser {
    test.execute(
        "update account set facility_id = (select id from facility where code = 'L') where login = 'zugang.zwei'",
    )
    .await;
    test.signed_in("zugang.zwei").await
}

#[tokio::test]
async fn a_transfer_shuts_the_record_keeps_the_dates_and_asks_the_new_facility_once() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Sonderfall").await;
    grant(&test, "training", "DD", "distanzierung", "2027-12-31").await;
    let case = enrol(&test, person, "training", "distanzierung").await;
    talk(&test, person, case, "training", "2026-11-10").await;
    let mut trainer = test.signed_in("training").await;
    trainer
        .get(&format!("/personen/{person}"))
        .await
        .expect(200);
    let mut social = test.signed_in("sozialdienst").await;
    transfer(&mut social, person, "JVA Leipzig").await;

    // The record is gone for the provider, the dates stay as facts without the name.
    trainer
        .get(&format!("/personen/{person}"))
        .await
        .expect(404);
    for login in ["training", "koordination"] {
        let page = test
            .signed_in(login)
            .await
            .get("/fruehere-termine")
            .await
            .expect(200)
            .text();
        assert!(
            page.contains("Di., 10.11.2026") && page.contains("JVA Dresden"),
            "{page}"
        );
        let label = case.simple().to_string()[..8].to_uppercase();
        assert!(page.contains(&format!("Fall {label}")));
        assert!(!page.contains("Sonderfall") && !page.contains(&person.to_string()));
    }
    let page = test
        .signed_in("training.vsr")
        .await
        .get("/fruehere-termine")
        .await
        .expect(200)
        .text();
    assert!(!page.contains("10.11.2026"), "facts of own work only");

    // One item in Leipzig; none in Dresden.
    assert_eq!(
        test.number("select count(*) from review_item where kind = 'grant_after_transfer'")
            .await,
        1
    );
    let mut leipzig = test.signed_in("sozialdienst.leipzig").await;
    let page = leipzig.get("/pruefung").await.expect(200).text();
    assert!(page.contains("Sonderfall") && page.contains("arbeitete bisher mit dieser Person"));
    assert!(
        leipzig
            .get("/")
            .await
            .text()
            .contains("Vorgang zur Prüfung")
    );
    assert!(
        !social
            .get("/pruefung")
            .await
            .expect(200)
            .text()
            .contains("Freigabe nach Verlegung")
    );
    let mut officer = officer_of_leipzig(&test).await;
    let page = officer.get("/pruefung").await.expect(200).text();
    assert!(page.contains("arbeitete bisher mit einer Person Ihrer Einrichtung"));
    assert!(
        !page.contains("Sonderfall") && !page.contains("/personen/"),
        "the access officer learns no name: {page}"
    );
}

#[tokio::test]
async fn moving_back_and_forth_raises_nothing_twice_and_with_a_grant_nothing_at_all() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Pendler").await;
    enrol(&test, person, "training", "distanzierung").await;
    grant(&test, "training", "DD", "distanzierung", "2027-12-31").await;
    let items =
        || test.number("select count(*) from review_item where kind = 'grant_after_transfer'");
    go(&test, person, 23, "JVA Leipzig").await;
    assert_eq!(items().await, 1);
    // Back where a grant is valid: nothing new. Then to Leipzig again while the first item is open.
    go(&test, person, 24, "JVA Dresden").await;
    assert_eq!(items().await, 1);
    go(&test, person, 25, "JVA Leipzig").await;
    assert_eq!(items().await, 1);
    // Once it is done, a new transfer is a new question.
    let done =
        "update review_item set state = 'done', outcome = 'solved', reason = 'x', done_at = 0";
    test.execute(done).await;
    go(&test, person, 26, "JVA Dresden").await;
    go(&test, person, 27, "JVA Leipzig").await;
    assert_eq!(items().await, 2);
    // With a grant there, none.
    test.execute(done).await;
    grant(&test, "training", "L", "distanzierung", "2027-12-31").await;
    go(&test, person, 28, "JVA Dresden").await;
    go(&test, person, 29, "JVA Leipzig").await;
    assert_eq!(items().await, 2);
}

/// On a day of November 2026, the prison where the person is moves it to the other one.
async fn go(test: &TestApp, person: Uuid, day: u8, to: &str) {
    crate::groups::set_clock(
        test,
        time::Date::from_calendar_date(2026, time::Month::November, day).unwrap(),
        9,
    );
    let login = if to == "JVA Leipzig" {
        "sozialdienst"
    } else {
        "sozialdienst.leipzig"
    };
    let mut browser = test.signed_in(login).await;
    transfer_on(&mut browser, person, to, &format!("{day}.11.2026")).await;
}

#[tokio::test]
async fn an_item_is_closed_once_with_a_reason_and_stays_readable() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Wechsler").await;
    enrol(&test, person, "training", "distanzierung").await;
    let mut social = test.signed_in("sozialdienst").await;
    transfer(&mut social, person, "JVA Leipzig").await;
    let mut leipzig = test.signed_in("sozialdienst.leipzig").await;
    let page = leipzig.get("/pruefung").await.expect(200);
    let action = {
        let document = scraper::Html::parse_document(&page.text());
        let selector = scraper::Selector::parse("form[action$=\"/erledigen\"]").unwrap();
        document
            .select(&selector)
            .next()
            .and_then(|form| form.value().attr("action"))
            .unwrap()
            .to_owned()
    };
    let item: Uuid = action.split('/').nth(2).unwrap().parse().unwrap();
    let (outcome, reason) = (
        format!("ergebnis_{}", item.simple()),
        format!("grund_{}", item.simple()),
    );
    let version = page.input("version").unwrap();
    let fields = [
        ("version", version.as_str()),
        (outcome.as_str(), "solved"),
        (reason.as_str(), "Freigabe ist beantragt."),
    ];
    // Without a reason, or by strangers, nothing happens; what was typed stays.
    let refused = leipzig.post(&action, &fields[..2]).await.expect(422);
    assert!(refused.text().contains("Bitte „Begründung“ angeben."));
    assert!(
        refused.text().contains("value=\"solved\" checked"),
        "{}",
        refused.text()
    );
    social.post(&action, &fields).await.expect(404);
    test.signed_in("zugang")
        .await
        .post(&action, &fields)
        .await
        .expect(404);
    // Two at once: one closes it, the other is told.
    let mut officer = officer_of_leipzig(&test).await;
    let (one, two) = tokio::join!(
        leipzig.post(&action, &fields),
        officer.post(&action, &fields)
    );
    let mut answers = [one.status.as_u16(), two.status.as_u16()];
    answers.sort_unstable();
    assert_eq!(answers, [303, 409]);
    assert!(
        leipzig
            .get("/pruefung")
            .await
            .text()
            .contains("Nichts zu prüfen")
    );
    for browser in [&mut leipzig, &mut officer] {
        let page = browser
            .get("/pruefung?ansicht=erledigt")
            .await
            .expect(200)
            .text();
        assert!(page.contains("Freigabe ist beantragt.") && page.contains("gelöst"));
    }
    assert_eq!(
        test.number("select count(*) from history where what = 'Vorgang zur Prüfung erledigt'")
            .await,
        1
    );
}

#[tokio::test]
async fn a_confidential_case_is_not_named_to_the_social_service() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Aussteiger").await;
    enrol(&test, person, "beratung", "ausstieg").await;
    let mut social = test.signed_in("sozialdienst").await;
    transfer(&mut social, person, "JVA Leipzig").await;
    let provider = &test.account("beratung").place;
    let page = test
        .signed_in("sozialdienst.leipzig")
        .await
        .get("/pruefung")
        .await
        .expect(200)
        .text();
    assert!(page.contains("Beratungstermine") && !page.contains(provider.as_str()));
    let page = officer_of_leipzig(&test)
        .await
        .get("/pruefung")
        .await
        .expect(200)
        .text();
    assert!(page.contains(provider.as_str()) && !page.contains("Jan"));
}

#[tokio::test]
async fn a_list_that_brings_somebody_back_asks_too_and_only_once() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Rueckkehr").await;
    enrol(&test, person, "training", "distanzierung").await;
    test.execute(&format!(
        "insert into person_alias (id, person_id, kind, value, value_key, facility_id, valid_from) \
         select {}, {}, 'prison_number', '77-26', '7726', f.id, '2026-01-05' from facility f where f.code = 'DD'",
        id(fresh()),
        id(person)
    ))
    .await;
    test.execute("update placement set to_day = '2026-06-01', end_reason = 'release'")
        .await;
    let mut social = test.signed_in("sozialdienst").await;
    let list = "Buchnummer;Nachname;Vorname;Geburtsdatum;Geschlecht;Zugang;Vollzugsart\n\
                77-26;Rueckkehr;Jan;04.05.1990;m;02.11.2026;Strafhaft\n";
    for _ in 0..2 {
        let preview = social
            .upload(
                "/personen/einlesen",
                &[("setting", "sentence")],
                "liste.csv",
                list.as_bytes(),
            )
            .await
            .expect(303)
            .location()
            .to_owned();
        let page = social.get(&preview).await.expect(200);
        let mut fields = vec![];
        let version = page.input("version").unwrap_or_default();
        let token = page.input("einmal").unwrap_or_default();
        fields.push(("version", version.as_str()));
        fields.push(("einmal", token.as_str()));
        fields.push(("ohne_abgelehnte", "1"));
        social
            .post(&format!("{preview}/uebernehmen"), &fields)
            .await;
    }
    assert_eq!(
        test.number("select count(*) from placement where to_day is null")
            .await,
        1,
        "the list brought the person back"
    );
    assert_eq!(
        test.number("select count(*) from review_item where kind = 'grant_after_transfer'")
            .await,
        1
    );
}

#[tokio::test]
async fn who_becomes_responsible_is_asked_to_look_at_what_runs() {
    let test = TestApp::new().await;
    let person = client(&test, "Adler", "bewaehrung").await;
    let idle = client(&test, "Ohnefall", "bewaehrung").await;
    part(&test, person, "training", "distanzierung").await;
    let next = test.account("bewaehrung.zwei").name.clone();
    let mut officer = test.signed_in("bewaehrung").await;
    transfer(&mut officer, person, &next).await;
    transfer(&mut officer, idle, &next).await;
    let mut second = test.signed_in("bewaehrung.zwei").await;
    let page = second.get("/pruefung").await.expect(200).text();
    assert!(
        page.contains("Neue Zuständigkeit prüfen") && page.contains("Adler, "),
        "{page}"
    );
    assert!(
        !page.contains("Ohnefall"),
        "with nothing that runs there is nothing to look at"
    );
    assert!(!page.contains("inzwischen geklärt"));
    let start = second.get("/").await.expect(200).text();
    assert!(start.contains("1 Vorgang zur Prüfung"), "{start}");
    assert!(
        !officer
            .get("/pruefung")
            .await
            .expect(200)
            .text()
            .contains("Adler")
    );
    let asked = item(&test, "new_charge").await;
    answer(&mut officer, asked, "taken").await.expect(404);
    answer(&mut second, asked, "taken").await.expect(303);
    let done = second
        .get("/pruefung?ansicht=erledigt")
        .await
        .expect(200)
        .text();
    assert!(done.contains("übernommen und geprüft"), "{done}");
}
