//! The end of cases and what comes after it; talks that were had before a client was known.

use uuid::Uuid;

use crate::cases::{counted, refer, state, step};
use crate::harness::{Browser, TestApp};
use crate::rows::{grant, id, inmate};
use crate::world::fresh;

/// A participation of the programme `distanzierung` that a room ended on a day, with its case as far as rooms write it:
/// agreed, and nothing since. The address of the case.
async fn ended_elsewhere(test: &TestApp, person: Uuid, started: &str, ended: &str) -> String {
    let (part, case) = (fresh(), fresh());
    test.execute(&format!(
        "insert into enrolment (id, person_id, programme_id, provider_id, facility_id, staff_id, access_route, enrolled_on, \
         started_on, ended_on, outcome, created_at, version) select {}, {}, m.id, s.provider_id, f.id, s.id, 'self', '{started}', \
         '{started}', '{ended}', 'completed', 0, 1 from programme m, facility f, account a join staff s on s.id = a.staff_id \
         where m.code = 'distanzierung' and f.code = 'DD' and a.login = 'training'",
        id(part),
        id(person)
    ))
    .await;
    test.execute(&format!(
        "insert into client_case (id, client, person_id, programme_id, provider_id, facility_id, staff_id, enrolment_id, access_route, \
         enquired_on, court_report, interpreter, availability, state, created_at, created_by_name, version) \
         select {}, 'person', e.person_id, e.programme_id, e.provider_id, e.facility_id, e.staff_id, e.id, 'self', e.enrolled_on, \
         false, false, '', 'agreed', 0, 'Träger', 1 from enrolment e where e.id = {}",
        id(case),
        id(part)
    ))
    .await;
    test.execute(&format!(
        "insert into case_step (case_id, number, day, to_state, at, by_name) values ({}, 1, '{started}', 'agreed', 0, 'Träger')",
        id(case)
    ))
    .await;
    format!("/faelle/{case}")
}

/// A number of the person's by which external staff may name them.
async fn numbered(test: &TestApp, person: Uuid) {
    test.execute(&format!(
        "insert into person_alias (id, person_id, kind, value, value_key, facility_id, valid_from) \
         select {}, {}, 'prison_number', '12/26', '{}', f.id, '2026-01-05' from facility f where f.code = 'DD'",
        id(fresh()),
        id(person),
        geleit::base::fold::number_key("12/26")
    ))
    .await;
}

/// Makes the client of a case known by number and birth date; the status.
async fn link(browser: &mut Browser, case: &str) -> u16 {
    let path = format!("{case}/verknuepfen");
    let version = browser
        .get(&path)
        .await
        .expect(200)
        .input("version")
        .unwrap();
    let fields = [
        ("version", version.as_str()),
        ("nummer", "12/26"),
        ("geburt", "04.05.1990"),
        ("einwilligung", "20.11.2026"),
        ("liegt_vor", "1"),
    ];
    browser.post(&path, &fields).await.status.as_u16()
}

/// Records a talk of somebody who is not known by name.
async fn talk(browser: &mut Browser, case: &str, day: &str) {
    let facts = [
        ("day", day),
        ("minutes", "60"),
        ("form", "office"),
        ("outcome", "took_place"),
    ];
    browser
        .post(&format!("{case}/gespraech"), &facts)
        .await
        .expect(303);
}

#[tokio::test]
async fn the_end_of_after_care_leaves_the_case_to_its_provider_and_the_completion_to_its_day() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Adler").await;
    grant(&test, "training", "DD", "distanzierung", "2027-12-31").await;
    let case = ended_elsewhere(&test, person, "2026-01-12", "2026-03-20").await;
    test.execute("update client_case set state = 'aftercare', before_state = 'completed'")
        .await;
    let mut trainer = test.signed_in("training").await;
    assert_eq!(state(&mut trainer, &case).await, "Nachsorge");
    step(&mut trainer, &case, "completed", "", "20.11.2026")
        .await
        .expect(303);
    // The way back leads somewhere, and the person is still there.
    assert_eq!(state(&mut trainer, &case).await, "abgeschlossen");
    trainer
        .get(&format!("/personen/{person}"))
        .await
        .expect(200);
    // Completed in March, not when after-care ended.
    assert_eq!(counted(&test, "2026-Q1").await[3], 1);
}

#[tokio::test]
async fn a_case_is_opened_again_after_after_care() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Adler").await;
    grant(&test, "training", "DD", "distanzierung", "2027-12-31").await;
    let case = ended_elsewhere(&test, person, "2026-01-12", "2026-03-20").await;
    test.execute("update client_case set state = 'aftercare', before_state = 'completed'")
        .await;
    let mut trainer = test.signed_in("training").await;
    step(&mut trainer, &case, "completed", "", "20.11.2026")
        .await
        .expect(303);
    // Back in prison: the provider opens it again.
    step(&mut trainer, &case, "running", "recall", "23.11.2026")
        .await
        .expect(303);
    assert_eq!(state(&mut trainer, &case).await, "läuft");
    // The day after-care ended says nothing about a case that runs.
    assert_eq!(
        test.number("select count(*) from client_case where closed_on is null")
            .await,
        1
    );
}

#[tokio::test]
async fn after_care_follows_an_end_that_another_room_recorded() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Adler").await;
    grant(&test, "training", "DD", "distanzierung", "2027-12-31").await;
    let case = ended_elsewhere(&test, person, "2026-09-07", "2026-11-10").await;
    let mut trainer = test.signed_in("training").await;
    // Not before the participation was over.
    step(&mut trainer, &case, "aftercare", "", "09.11.2026")
        .await
        .expect(422);
    step(&mut trainer, &case, "aftercare", "", "12.11.2026")
        .await
        .expect(303);
    assert_eq!(state(&mut trainer, &case).await, "Nachsorge");
    assert_eq!(
        test.number("select count(*) from case_step where to_state = 'completed' and day = '2026-11-10' and number = 3")
            .await,
        1
    );
    assert_eq!(
        test.number("select count(*) from case_step where to_state = 'aftercare' and from_state = 'completed' and number = 4")
            .await,
        1
    );
}

#[tokio::test]
async fn talks_before_the_agreement_go_along_with_the_client_who_became_known() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Adler").await;
    numbered(&test, person).await;
    grant(&test, "training", "DD", "distanzierung", "2027-12-31").await;
    let mut trainer = test.signed_in("training").await;
    let case = refer(&mut trainer, "anonymous", "", "Distanzierung", "").await;
    talk(&mut trainer, &case, "03.11.2026").await;
    talk(&mut trainer, &case, "05.11.2026").await;
    assert_eq!(link(&mut trainer, &case).await, 303);
    assert_eq!(state(&mut trainer, &case).await, "Erstgespräch");
    step(&mut trainer, &case, "agreed", "", "06.11.2026")
        .await
        .expect(303);
    assert_eq!(state(&mut trainer, &case).await, "vereinbart");
    assert_eq!(
        test.number("select count(*) from counselling_session where enrolment_id is not null and person_id is not null and case_id is null")
            .await,
        2
    );
    let list = trainer
        .get(&format!("/personen/{person}/gespraeche"))
        .await
        .expect(200);
    for day in ["03.11.2026", "05.11.2026"] {
        assert!(list.text().contains(day), "{day}");
    }
    // As if it had been agreed first and linked then: the first talk is the beginning.
    let path = format!("/personen/{person}/gespraech");
    let form = trainer.get(&path).await.expect(200);
    let (token, part) = (
        form.input("einmal").unwrap(),
        form.input("enrolment").unwrap(),
    );
    let facts = [
        ("einmal", token.as_str()),
        ("day", "09.11.2026"),
        ("minutes", "50"),
        ("form", "office"),
        ("enrolment", &part),
        ("outcome", "took_place"),
    ];
    trainer.post(&path, &facts).await.expect(303);
    assert_eq!(
        test.number("select count(*) from enrolment where enrolled_on = '2026-11-03' and started_on = '2026-11-03'")
            .await,
        1
    );
    assert_eq!(state(&mut trainer, &case).await, "läuft");
}

#[tokio::test]
async fn a_second_participation_is_refused_in_words_when_a_client_becomes_known() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Adler").await;
    numbered(&test, person).await;
    grant(&test, "training", "DD", "distanzierung", "2027-12-31").await;
    let mut trainer = test.signed_in("training").await;
    let case = refer(&mut trainer, "anonymous", "", "Distanzierung", "").await;
    for (to, day) in [("first_talk", "03.11.2026"), ("agreed", "04.11.2026")] {
        step(&mut trainer, &case, to, "", day).await.expect(303);
    }
    // As if somebody began one in the same moment: it is there, but no question before told of it.
    let other = ended_elsewhere(&test, person, "2026-11-02", "2026-11-02").await;
    let other = id(other.trim_start_matches("/faelle/").parse().unwrap());
    for sql in [
        format!("delete from case_step where case_id = {other}"),
        format!("delete from client_case where id = {other}"),
        "update enrolment set ended_on = null, outcome = null".to_owned(),
    ] {
        test.execute(&sql).await;
    }
    assert_eq!(link(&mut trainer, &case).await, 422);
    assert_eq!(
        test.number("select count(*) from client_case where client = 'anonymous'")
            .await,
        1
    );
}

#[tokio::test]
async fn talks_with_the_nameless_are_among_ones_own_past_dates() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Adler").await;
    numbered(&test, person).await;
    grant(&test, "training", "DD", "distanzierung", "2027-12-31").await;
    let mut trainer = test.signed_in("training").await;
    let case = refer(&mut trainer, "anonymous", "", "Distanzierung", "").await;
    talk(&mut trainer, &case, "03.11.2026").await;
    let label = case.trim_start_matches("/faelle/")[..8].to_uppercase();
    let mut lead = test.signed_in("koordination").await;
    let mut other = test.signed_in("training.vsr").await;
    for browser in [&mut trainer, &mut lead] {
        let page = browser.get("/fruehere-termine").await.expect(200);
        assert_eq!(page.texts("tbody tr").len(), 1);
        assert!(
            page.text().contains("Di., 03.11.2026")
                && page.text().contains(&format!("Fall {label}"))
                && page.text().contains("außerhalb"),
            "{}",
            page.text()
        );
    }
    let page = other.get("/fruehere-termine").await.expect(200);
    assert!(page.texts("tbody tr").is_empty());
    // Known by name and agreed, it is the same one talk.
    assert_eq!(link(&mut trainer, &case).await, 303);
    for agreed in [false, true] {
        if agreed {
            step(&mut trainer, &case, "agreed", "", "06.11.2026")
                .await
                .expect(303);
        }
        let page = trainer.get("/fruehere-termine").await.expect(200);
        assert_eq!(page.texts("tbody tr").len(), 1, "{agreed}");
    }
}
