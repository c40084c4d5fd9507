//! Participations and counselling sessions.

use crate::harness::{Answer, Browser, TestApp};
use crate::html;
use crate::rows::{client, grant, id, inmate, place};
use crate::world::fresh;

#[track_caller]
fn clean(page: &Answer) {
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
}

async fn enrol(
    browser: &mut Browser,
    person: uuid::Uuid,
    programme: &str,
    provider: &str,
    day: &str,
) -> Answer {
    let path = format!("/personen/{person}/teilnahme/neu");
    let page = browser.get(&path).await.expect(200);
    clean(&page);
    let token = page.input("einmal").unwrap();
    let programme = page
        .option("programme", programme)
        .expect("a programme on offer");
    let provider = page.option("provider", provider).expect("a provider");
    let fields = [
        ("einmal", token.as_str()),
        ("programme", &programme),
        ("provider", &provider),
        ("access_route", "vollzugsplan"),
        ("enrolled_on", day),
    ];
    browser.post(&path, &fields).await
}

/// Logs a talk; `enrolment` is the beginning of the label to choose.
async fn talk(
    browser: &mut Browser,
    person: uuid::Uuid,
    enrolment: &str,
    day: &str,
    outcome: &str,
) -> Answer {
    let path = format!("/personen/{person}/gespraech");
    let page = browser.get(&path).await.expect(200);
    clean(&page);
    let token = page.input("einmal").unwrap();
    let enrolment = page
        .option("enrolment", enrolment)
        // The only one is no choice.
        .or_else(|| page.input("enrolment"))
        .expect("a participation");
    let fields = [
        ("einmal", token.as_str()),
        ("day", day),
        ("minutes", "45"),
        ("form", "telephone"),
        ("enrolment", &enrolment),
        ("outcome", outcome),
    ];
    browser.post(&path, &fields).await
}

#[tokio::test]
async fn a_person_takes_part_once_in_a_programme() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Adler").await;
    let mut browser = test.signed_in("sozialdienst").await;
    let done = enrol(&mut browser, person, "Distanzierung", "VPN", "02.11.2026")
        .await
        .expect(303);
    assert_eq!(done.location(), format!("/personen/{person}/gespraeche"));
    let list = browser.get(done.location()).await.expect(200);
    clean(&list);
    assert!(
        list.text().contains("Distanzierungsbegleitung")
            && list.text().contains("Die Teilnahme ist eingetragen.")
    );
    let again = enrol(&mut browser, person, "Distanzierung", "VPN", "03.11.2026")
        .await
        .expect(422);
    clean(&again);
    assert!(
        again
            .texts("#f-programme-error")
            .join("")
            .contains("nimmt die Person schon teil")
    );
    assert_eq!(test.number("select count(*) from enrolment").await, 1);
    assert_eq!(
        test.number("select count(*) from history where object_kind = 'enrolment'")
            .await,
        1
    );
}

#[tokio::test]
async fn wrong_entries_are_told_at_their_field() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Adler").await;
    let mut browser = test.signed_in("sozialdienst").await;
    for (provider, day, field) in [
        ("VPN", "24.11.2026", "enrolled_on"),
        ("VPN", "31.12.1999", "enrolled_on"),
        ("VPN", "31.02.2026", "enrolled_on"),
        ("VSR", "02.11.2026", "provider"),
    ] {
        let page = enrol(&mut browser, person, "Distanzierung", provider, day)
            .await
            .expect(422);
        assert_eq!(
            page.texts(&format!("#f-{field}-error")).len(),
            1,
            "{day} {provider}"
        );
        assert_eq!(page.input("enrolled_on").as_deref(), Some(day));
    }
    let path = format!("/personen/{person}/teilnahme/neu");
    let page = browser.get(&path).await.expect(200);
    assert!(
        page.option(
            "programme",
            "Antigewalt- und Kompetenztraining (AKT) in der"
        )
        .is_none()
    );
    assert!(
        page.option("provider", "APro").is_none(),
        "a prison begins no confidential case"
    );
    browser
        .post(
            &path,
            &[("programme", "nichts"), ("access_route", "erfunden")],
        )
        .await
        .expect(422);
    assert_eq!(test.number("select count(*) from enrolment").await, 0);
}

#[tokio::test]
async fn people_of_others_are_not_found() {
    let test = TestApp::new().await;
    let person = crate::rows::person(&test, "Fremd", "Jan", "l1").await;
    place(&test, person, "L", "custody").await;
    let foreign = client(&test, "Becker", "bewaehrung.zwei").await;
    let mut prison = test.signed_in("sozialdienst").await;
    let mut office = test.signed_in("bewaehrung").await;
    for path in ["teilnahme/neu", "gespraeche"] {
        prison
            .get(&format!("/personen/{person}/{path}"))
            .await
            .expect(404);
        office
            .get(&format!("/personen/{foreign}/{path}"))
            .await
            .expect(404);
    }
    office
        .get(&format!("/personen/{foreign}/gespraech"))
        .await
        .expect(404);
    office
        .post(
            &format!("/personen/{foreign}/gespraech"),
            &[("day", "23.11.2026")],
        )
        .await
        .expect(404);
    // Logging talks is not the prison's task at all.
    let own = inmate(&test, "Adler").await;
    prison
        .get(&format!("/personen/{own}/gespraech"))
        .await
        .expect(404);
    let unknown = fresh();
    prison
        .get(&format!("/teilnahmen/{unknown}/beenden"))
        .await
        .expect(404);
}

#[tokio::test]
async fn the_first_talk_begins_the_participation() {
    let test = TestApp::new().await;
    let person = client(&test, "Adler", "bewaehrung").await;
    let mut browser = test.signed_in("bewaehrung").await;
    let start = browser.get("/").await.expect(200);
    clean(&start);
    assert!(
        start.text().contains("noch keines")
            && start.text().contains("kein Gespräch seit 28 Tagen")
    );
    talk(
        &mut browser,
        person,
        "Distanzierung",
        "02.11.2026",
        "no_show",
    )
    .await
    .expect(303);
    assert_eq!(
        test.number(
            "select count(*) from enrolment where access_route = 'probation' and started_on is null"
        )
        .await,
        1
    );
    // Now there is one running participation, chosen beforehand, with the last values.
    let page = browser
        .get(&format!("/personen/{person}/gespraech"))
        .await
        .expect(200);
    assert_eq!(page.input("minutes").as_deref(), Some("45"));
    assert!(page.input("enrolment").is_some(), "nothing to choose");
    talk(
        &mut browser,
        person,
        "Distanzierung",
        "16.11.2026",
        "took_place",
    )
    .await
    .expect(303);
    assert_eq!(
        test.number("select count(*) from enrolment where started_on = '2026-11-16'")
            .await,
        1
    );
    talk(
        &mut browser,
        person,
        "Distanzierung",
        "09.11.2026",
        "took_place",
    )
    .await
    .expect(303);
    assert_eq!(
        test.number("select count(*) from enrolment where started_on = '2026-11-09'")
            .await,
        1
    );
    let list = browser
        .get(&format!("/personen/{person}/gespraeche"))
        .await
        .expect(200);
    clean(&list);
    assert!(list.text().contains("Weiteres Gespräch") && list.text().contains("nicht erschienen"));
    let start = browser.get("/").await.expect(200);
    assert!(start.text().contains("16.11.2026") && !start.text().contains("kein Gespräch seit"));
}

#[tokio::test]
async fn a_talk_sent_twice_is_one_talk() {
    let test = TestApp::new().await;
    let person = client(&test, "Adler", "bewaehrung").await;
    let mut browser = test.signed_in("bewaehrung").await;
    let path = format!("/personen/{person}/gespraech");
    let page = browser.get(&path).await.expect(200);
    let (token, choice) = (
        page.input("einmal").unwrap(),
        page.option("enrolment", "Distanzierung").unwrap(),
    );
    let fields = [
        ("einmal", token.as_str()),
        ("day", "23.11.2026"),
        ("minutes", "60"),
        ("form", "office"),
        ("enrolment", &choice),
        ("outcome", "took_place"),
    ];
    // A mistake first: the same token still counts.
    let mut wrong = fields;
    wrong[2].1 = "0";
    browser.post(&path, &wrong).await.expect(422);
    let first = browser.post(&path, &fields).await.expect(303);
    let second = browser.post(&path, &fields).await.expect(303);
    assert_eq!(first.location(), second.location());
    assert_eq!(
        test.number("select count(*) from counselling_session")
            .await,
        1
    );
    assert_eq!(test.number("select count(*) from enrolment").await, 1);
}

#[tokio::test]
async fn impossible_days_and_durations_are_refused() {
    let test = TestApp::new().await;
    let person = client(&test, "Adler", "bewaehrung").await;
    let mut browser = test.signed_in("bewaehrung").await;
    talk(
        &mut browser,
        person,
        "Distanzierung",
        "02.11.2026",
        "took_place",
    )
    .await
    .expect(303);
    for (day, minutes, field) in [
        ("24.11.2026", "60", "day"),
        ("31.12.1999", "60", "day"),
        ("01.11.2026", "60", "day"),
        ("23.11.2026", "0", "minutes"),
        ("23.11.2026", "601", "minutes"),
        ("23.11.2026", "eine Stunde", "minutes"),
    ] {
        let path = format!("/personen/{person}/gespraech");
        let page = browser.get(&path).await.expect(200);
        let (token, choice) = (
            page.input("einmal").unwrap(),
            page.input("enrolment").unwrap(),
        );
        let fields = [
            ("einmal", token.as_str()),
            ("day", day),
            ("minutes", minutes),
            ("form", "video"),
            ("enrolment", &choice),
            ("outcome", "took_place"),
        ];
        let page = browser.post(&path, &fields).await.expect(422);
        clean(&page);
        assert_eq!(
            page.texts(&format!("#f-{field}-error")).len(),
            1,
            "{day} {minutes}"
        );
    }
    assert_eq!(
        test.number("select count(*) from counselling_session")
            .await,
        1
    );
}

#[tokio::test]
async fn a_prison_learns_of_the_exit_programme_only_that_there_was_an_appointment() {
    let test = TestApp::new().await;
    let person = client(&test, "Adler", "bewaehrung").await;
    place(&test, person, "DD", "custody").await;
    test.execute("update placement set from_day = '2026-11-10' where kind = 'custody'")
        .await;
    let mut office = test.signed_in("bewaehrung").await;
    // One before the placement, one during it, one that did not take place.
    for (day, outcome) in [
        ("09.11.2026", "took_place"),
        ("16.11.2026", "took_place"),
        ("17.11.2026", "no_show"),
    ] {
        talk(&mut office, person, "Ausstieg", day, outcome)
            .await
            .expect(303);
    }
    let mut prison = test.signed_in("sozialdienst").await;
    let list = prison
        .get(&format!("/personen/{person}/gespraeche"))
        .await
        .expect(200);
    clean(&list);
    let text = list.text();
    assert!(text.contains("Beratungstermin") && text.contains("16.11.2026"));
    for secret in [
        "09.11.2026",
        "17.11.2026",
        "Ausstieg",
        "APro",
        "telefonisch",
        "stattgefunden",
        "Birgit",
        "45 Min",
    ] {
        assert!(!text.contains(secret), "{secret}");
    }
    let mine = office
        .get(&format!("/personen/{person}/gespraeche"))
        .await
        .expect(200);
    let end = mine.links("/teilnahmen/").remove(0);
    prison.get(&end).await.expect(404);
    office.get(&end).await.expect(200);
}

#[tokio::test]
async fn a_prison_cannot_find_out_a_confidential_case_by_trying() {
    let test = TestApp::new().await;
    let person = client(&test, "Adler", "bewaehrung").await;
    place(&test, person, "DD", "custody").await;
    let mut office = test.signed_in("bewaehrung").await;
    enrol(&mut office, person, "Elterncoaching", "APro", "16.11.2026")
        .await
        .expect(303);
    let mut prison = test.signed_in("sozialdienst").await;
    enrol(&mut prison, person, "Elterncoaching", "VPN", "02.11.2026")
        .await
        .expect(303);
    assert_eq!(
        test.number("select count(*) from enrolment where ended_on is null")
            .await,
        2
    );
    enrol(&mut prison, person, "Elterncoaching", "VPN", "03.11.2026")
        .await
        .expect(422);
    enrol(&mut office, person, "Elterncoaching", "VPN", "03.11.2026")
        .await
        .expect(422);
}

#[tokio::test]
async fn after_a_transfer_the_former_prison_changes_nothing() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Adler").await;
    let mut prison = test.signed_in("sozialdienst").await;
    enrol(&mut prison, person, "Distanzierung", "VPN", "02.11.2026")
        .await
        .expect(303);
    let list = prison
        .get(&format!("/personen/{person}/gespraeche"))
        .await
        .expect(200);
    let end = list.links("/teilnahmen/").remove(0);
    let reopen = end.replace("beenden", "wieder-oeffnen");
    test.execute("update placement set to_day = '2026-11-20', end_reason = 'transferred'")
        .await;
    place(&test, person, "L", "custody").await;
    test.execute("update placement set from_day = '2026-11-20' where to_day is null")
        .await;
    let form = [
        ("version", "1"),
        ("reason", "consent_withdrawn"),
        ("ended_on", "20.11.2026"),
    ];
    // Somebody who left opens for a reason only; within the hour the form is answered as before.
    prison.get(&format!("/personen/{person}")).await.expect(200);
    let page = prison.post(&end, &form).await.expect(422);
    clean(&page);
    assert!(page.text().contains("nicht in Ihrer Einrichtung"));
    test.execute("update enrolment set ended_on = '2026-11-20', outcome = 'dropped_out'")
        .await;
    let page = prison.post(&reopen, &form).await.expect(422);
    clean(&page);
    assert!(page.text().contains("nicht in Ihrer Einrichtung"));
    assert_eq!(
        test.number("select count(*) from enrolment where version = 1 and ended_on is not null")
            .await,
        1
    );
}

#[tokio::test]
async fn corrections_need_a_reason_and_keep_the_old_value() {
    let test = TestApp::new().await;
    let person = client(&test, "Adler", "bewaehrung").await;
    let mut browser = test.signed_in("bewaehrung").await;
    talk(
        &mut browser,
        person,
        "Distanzierung",
        "02.11.2026",
        "took_place",
    )
    .await
    .expect(303);
    let list = browser
        .get(&format!("/personen/{person}/gespraeche"))
        .await
        .expect(200);
    let path = list.links("/gespraeche/").remove(0);
    let page = browser.get(&path).await.expect(200);
    clean(&page);
    let version = page.input("version").unwrap();
    let fields = |outcome: &'static str, reason: &'static str| {
        [
            ("day", "02.11.2026"),
            ("minutes", "45"),
            ("form", "telephone"),
            ("outcome", outcome),
            ("reason", reason),
        ]
    };
    let with = |fields: [(&'static str, &'static str); 5]| {
        let mut all: Vec<(&str, &str)> = fields.to_vec();
        all.push(("version", version.as_str()));
        all
    };
    let missing = browser
        .post(&path, &with(fields("no_show", "")))
        .await
        .expect(422);
    clean(&missing);
    browser
        .post(&path, &with(fields("took_place", "nichts")))
        .await
        .expect(422);
    browser
        .post(&path, &with(fields("no_show", "verwechselt")))
        .await
        .expect(303);
    // The only talk that took place did not: the participation has not begun.
    assert_eq!(
        test.number("select count(*) from enrolment where started_on is null")
            .await,
        1
    );
    assert_eq!(
        test.number("select count(*) from history where what = 'Beratungsgespräch berichtigt' and reason = 'verwechselt' \
                     and old_value = '02.11.2026, 45 Minuten, telefonisch, stattgefunden'")
            .await,
        1
    );
    let late = browser
        .post(&path, &with(fields("took_place", "doch")))
        .await
        .expect(409);
    clean(&late);
    assert!(late.text().contains("Beide Fassungen"));
    assert_eq!(late.input("version").as_deref(), Some("2"));
    assert_eq!(late.input("reason").as_deref(), Some("doch"));
    // A colleague who is not responsible for the client does not find it.
    let mut colleague = test.signed_in("bewaehrung.zwei").await;
    colleague.get(&path).await.expect(404);
    crate::rows::assign(&test, person, "bewaehrung.zwei").await;
    colleague.get(&path).await.expect(200);
}

#[tokio::test]
async fn a_participation_ends_once_and_can_be_opened_again() {
    let test = TestApp::new().await;
    let person = client(&test, "Adler", "bewaehrung").await;
    let mut browser = test.signed_in("bewaehrung").await;
    talk(
        &mut browser,
        person,
        "Distanzierung",
        "16.11.2026",
        "took_place",
    )
    .await
    .expect(303);
    let list = browser
        .get(&format!("/personen/{person}/gespraeche"))
        .await
        .expect(200);
    let end = list.links("/teilnahmen/").remove(0);
    let page = browser.get(&end).await.expect(200);
    clean(&page);
    let version = page.input("version").unwrap();
    let early = [
        ("version", version.as_str()),
        ("reason", "certificate"),
        ("ended_on", "15.11.2026"),
    ];
    let refused = browser.post(&end, &early).await.expect(422);
    clean(&refused);
    assert!(
        refused
            .texts("#f-ended_on-error")
            .join("")
            .contains("16.11.2026")
    );
    let fields = [
        ("version", version.as_str()),
        ("reason", "consent_withdrawn"),
        ("ended_on", "20.11.2026"),
    ];
    browser.post(&end, &fields).await.expect(303);
    assert_eq!(test.number("select count(*) from enrolment where outcome = 'dropped_out' and ended_on = '2026-11-20'").await, 1);
    browser.post(&end, &fields).await.expect(422);
    let reopen = end.replace("beenden", "wieder-oeffnen");
    let page = browser.get(&reopen).await.expect(200);
    clean(&page);
    let version = page.input("version").unwrap();
    browser
        .post(&reopen, &[("version", &version), ("reason", "")])
        .await
        .expect(422);
    browser
        .post(&reopen, &[("version", &version), ("reason", "Versehen")])
        .await
        .expect(303);
    assert_eq!(
        test.number("select count(*) from enrolment where outcome is null and ended_on is null")
            .await,
        1
    );
    // Ended again, followed by a new one: the old one stays closed.
    let version = browser
        .get(&end)
        .await
        .expect(200)
        .input("version")
        .unwrap();
    browser
        .post(
            &end,
            &[
                ("version", &version),
                ("reason", "no_certificate"),
                ("ended_on", "20.11.2026"),
            ],
        )
        .await
        .expect(303);
    let overlap = enrol(&mut browser, person, "Distanzierung", "VPN", "19.11.2026")
        .await
        .expect(422);
    assert!(
        overlap
            .texts("#f-enrolled_on-error")
            .join("")
            .contains("20.11.2026")
    );
    enrol(&mut browser, person, "Distanzierung", "VPN", "21.11.2026")
        .await
        .expect(303);
    let version = browser
        .get(&reopen)
        .await
        .expect(200)
        .input("version")
        .unwrap();
    browser
        .post(&reopen, &[("version", &version), ("reason", "Versehen")])
        .await
        .expect(422);
}

#[tokio::test]
async fn external_staff_log_only_what_a_grant_opens() {
    let test = TestApp::new().await;
    let person = client(&test, "Adler", "bewaehrung").await;
    let mut office = test.signed_in("bewaehrung").await;
    enrol(&mut office, person, "Distanzierung", "VPN", "02.11.2026")
        .await
        .expect(303);
    enrol(&mut office, person, "Ausstieg", "APro", "02.11.2026")
        .await
        .expect(303);
    test.execute(
        "update enrolment set staff_id = (select staff_id from account where login = 'training')",
    )
    .await;
    let path = format!("/personen/{person}/gespraech");
    let mut trainer = test.signed_in("training").await;
    trainer.get(&path).await.expect(404);
    grant(&test, "training", "BH-DD", "distanzierung", "2026-11-23").await;
    grant(&test, "training", "BH-DD", "ausstieg", "2026-11-23").await;
    let start = trainer.get("/").await.expect(200);
    clean(&start);
    assert!(start.text().contains("endet heute"));
    let page = trainer.get(&path).await.expect(200);
    // The case of the other provider is not offered, although a grant names its programme.
    assert!(page.input("enrolment").is_some(), "the only one");
    talk(
        &mut trainer,
        person,
        "Distanzierung",
        "23.11.2026",
        "took_place",
    )
    .await
    .expect(303);
    let list = trainer
        .get(&format!("/personen/{person}/gespraeche"))
        .await
        .expect(200);
    clean(&list);
    assert!(!list.text().contains("Ausstieg"));
    // An ended participation stays for the handover, not for ever.
    let own = list.links("/gespraeche/").remove(0);
    for (ended, status) in [("2026-11-22", 200), ("2026-10-26", 404)] {
        test.execute(&format!(
            "update enrolment set enrolled_on = '2026-10-01', ended_on = '{ended}', outcome = 'completed'"
        ))
        .await;
        trainer.get(&own).await.expect(status);
    }
    test.execute("update enrolment set ended_on = null, outcome = null")
        .await;
    // One minute after the last day nothing is left.
    test.execute("update access_grant set last_day = '2026-11-22'")
        .await;
    trainer.get(&path).await.expect(404);
    trainer
        .get(&list.links("/gespraeche/").remove(0))
        .await
        .expect(404);
}

#[tokio::test]
async fn long_lists_of_talks_have_pages() {
    let test = TestApp::new().await;
    let person = client(&test, "Adler", "bewaehrung").await;
    let mut browser = test.signed_in("bewaehrung").await;
    talk(
        &mut browser,
        person,
        "Distanzierung",
        "02.01.2026",
        "took_place",
    )
    .await
    .expect(303);
    for number in 0..60 {
        test.execute(&format!(
            "insert into counselling_session (id, enrolment_id, person_id, day, minutes, form, outcome, recorded_by, \
             recorded_by_name, recorded_at, version) select {}, enrolment_id, person_id, '2026-03-{:02}', {}, form, \
             outcome, recorded_by, recorded_by_name, 0, 1 from counselling_session where day = '2026-01-02'",
            id(fresh()),
            number / 3 + 1,
            number + 100
        ))
        .await;
    }
    let first = browser
        .get(&format!("/personen/{person}/gespraeche"))
        .await
        .expect(200);
    clean(&first);
    assert!(first.body.len() <= 20 * 1024, "{} bytes", first.body.len());
    let next = first
        .links(&format!("/personen/{person}/gespraeche?ab="))
        .remove(0);
    let second = browser.get(&next).await.expect(200);
    clean(&second);
    let last = second
        .links(&format!("/personen/{person}/gespraeche?ab="))
        .remove(0);
    let third = browser.get(&last).await.expect(200);
    let rows: usize = [&first, &second, &third]
        .iter()
        .map(|page| page.texts("tbody tr").len())
        .sum();
    // 61 talks, and the participation on every page.
    assert_eq!(rows, 61 + 3);
    browser
        .get(&format!("/personen/{person}/gespraeche?ab=unsinn"))
        .await
        .expect(200);
}

#[tokio::test]
async fn the_start_page_of_a_full_caseload_stays_small() {
    let test = TestApp::new().await;
    for number in 0..52 {
        client(&test, &format!("Mustermannhausen{number}"), "bewaehrung").await;
    }
    let mut browser = test.signed_in("bewaehrung").await;
    let page = browser.get("/").await.expect(200);
    clean(&page);
    assert_eq!(page.texts("tbody tr").len(), geleit::casework::CLIENTS);
    assert!(page.body.len() <= 18 * 1024, "{} bytes", page.body.len());
}
