//! Consents over HTTP: paper, record, and a withdrawal that counts at once in views, hand-overs and figures; the
//! statement of a case for the court.

use uuid::Uuid;

use crate::gate::pdf;
use crate::handover::consent;
use crate::harness::{Browser, TestApp};
use crate::placement::part;
use crate::rows::{assign, client, grant, id, inmate};
use crate::statistics::{Q3, prepare};
use crate::world::fresh;

async fn withdraw(browser: &mut Browser, person: Uuid) {
    let page = browser
        .get(&format!("/personen/{person}/einwilligungen"))
        .await
        .expect(200);
    let link = page
        .links("/einwilligungen/")
        .into_iter()
        .next()
        .expect("a consent that holds");
    let ask = browser.get(&link).await.expect(200);
    let version = ask.input("version").unwrap();
    browser
        .post(&link, &[("version", &version)])
        .await
        .expect(303);
    // Once is enough.
    let again = browser.post(&link, &[("version", &version)]).await;
    assert!(
        [404, 409].contains(&again.status.as_u16()),
        "{}",
        again.status
    );
}

#[tokio::test]
async fn a_consent_is_printed_signed_recorded_and_withdrawn() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Einverstanden").await;
    let mut social = test.signed_in("sozialdienst").await;
    let path = format!("/personen/{person}/einwilligungen");
    let sheet = social
        .get(&format!("{path}/blatt?zweck=statistics"))
        .await
        .expect(200);
    let words = pdf::words(&sheet.body);
    assert!(
        words.contains("Einverstanden, Jan") && words.contains("Auswertung in der Statistik"),
        "{words}"
    );
    assert!(words.contains("jederzeit ohne Begründung widerrufen"));
    social
        .get(&format!("{path}/blatt?zweck=alles"))
        .await
        .expect(404);

    let page = social.get(&path).await.expect(200);
    let token = page.input("einmal").unwrap();
    let fields = [
        ("einmal", token.as_str()),
        ("zweck", "link"),
        ("von", "24.11.2026"),
        ("bis", ""),
        ("ort", ""),
    ];
    let wrong = social.post(&path, &fields).await.expect(422).text();
    assert!(wrong.contains("liegt in der Zukunft"), "{wrong}");
    consent(&mut social, person, "statistics").await;
    let page = social.get(&path).await.expect(200);
    let token = page.input("einmal").unwrap();
    let twice = [
        ("einmal", token.as_str()),
        ("zweck", "statistics"),
        ("von", "20.11.2026"),
        ("ort", "Akte"),
    ];
    assert!(
        social
            .post(&path, &twice)
            .await
            .expect(422)
            .text()
            .contains("gilt schon eine Einwilligung")
    );
    withdraw(&mut social, person).await;
    let page = social.get(&path).await.expect(200).text();
    assert!(page.contains("widerrufen am 23.11.2026"), "{page}");
    // Given anew: both stay in the history.
    consent(&mut social, person, "statistics").await;
    assert_eq!(test.number("select count(*) from consent").await, 2);
    assert_eq!(
        test.number("select count(*) from history where object_kind = 'consent'")
            .await,
        3
    );
    test.signed_in("sozialdienst.leipzig")
        .await
        .get(&path)
        .await
        .expect(404);
}

#[tokio::test]
async fn who_withdraws_is_counted_nowhere_and_the_note_says_how_many() {
    let test = TestApp::new().await;
    let mut people = Vec::new();
    for name in [
        "Anders", "Bert", "Cramer", "Dietz", "Ehrlich", "Frank", "Gruber",
    ] {
        let person = inmate(&test, name).await;
        part(&test, person, "training", "distanzierung").await;
        people.push(person);
    }
    test.execute("update enrolment set enrolled_on = '2026-08-03', started_on = '2026-08-10'")
        .await;
    let mut social = test.signed_in("sozialdienst").await;
    consent(&mut social, people[0], "statistics").await;
    withdraw(&mut social, people[0]).await;
    let mut officer = test.signed_in("statistik").await;
    let first = prepare(&mut officer, "quartal", Q3).await;
    let page = officer.get(&first).await.expect(200);
    let text = page.text();
    // One is as small a figure as any: the note says no more than a table would.
    let note = "Weniger als 5 Personen haben die Einwilligung widerrufen, gezählt zu werden";
    assert!(text.contains(note), "{text}");
    assert!(text.contains(">6<") && !text.contains(">7<"), "{text}");
    let version = page.input("version").unwrap();
    officer
        .post(&format!("{first}/verwerfen"), &[("version", &version)])
        .await
        .expect(303);
    // Consented again: counted again.
    consent(&mut social, people[0], "statistics").await;
    let second = prepare(&mut officer, "quartal", Q3).await;
    let text = officer.get(&second).await.expect(200).text();
    assert!(text.contains(">7<") && !text.contains(note), "{text}");
}

#[tokio::test]
async fn a_link_that_is_withdrawn_makes_the_client_unknown_to_the_prison_again() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Geheimnis").await;
    grant(&test, "training", "DD", "distanzierung", "2027-12-31").await;
    let part = part(&test, person, "training", "distanzierung").await;
    test.execute("update client_case set linked_on = '2026-11-20', consent_on = '2026-11-20'")
        .await;
    test.execute(&format!(
        "insert into consent (id, person_id, case_id, purpose, from_day, kept_at, provider_id, recorded_at, recorded_by_name, version) \
         select {}, k.person_id, k.id, 'link', '2026-11-20', '', k.provider_id, 0, 'Träger', 1 from client_case k",
        id(fresh())
    ))
    .await;
    test.execute(&format!(
        "insert into history (id, object_kind, object_id, person_id, at, actor_name, what) \
         select {}, 'enrolment', e.id, e.person_id, 1, 'Träger', 'Teilnahme begonnen KANARIENVOGEL' from enrolment e",
        id(fresh())
    ))
    .await;
    let mut social = test.signed_in("sozialdienst").await;
    let pages = [
        format!("/personen/{person}"),
        format!("/personen/{person}/gespraeche"),
        "/faelle".to_owned(),
    ];
    for page in &pages {
        assert!(
            social
                .get(page)
                .await
                .expect(200)
                .text()
                .contains("Distanzierung"),
            "{page} before"
        );
    }
    let mut trainer = test.signed_in("training").await;
    withdraw(&mut trainer, person).await;
    for page in &pages {
        let text = social.get(page).await.expect(200).text();
        for word in ["Distanzierung", "KANARIENVOGEL", &part.to_string()] {
            // The filter of the list of cases names no programme either.
            assert!(!text.contains(word), "{word} on {page}: {text}");
        }
    }
    social
        .get(&format!("/teilnahmen/{part}/nachweis"))
        .await
        .expect(404);
    social
        .get(&format!("/teilnahmen/{part}/beenden"))
        .await
        .expect(404);
    // The provider goes on with its own case.
    assert!(
        trainer
            .get("/faelle")
            .await
            .expect(200)
            .text()
            .contains("Distanzierung")
    );
}

#[tokio::test]
async fn consents_that_the_exit_programme_keeps_are_none_of_the_prisons() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Ausstieg").await;
    test.execute(&format!(
        "insert into consent (id, person_id, purpose, from_day, kept_at, provider_id, recorded_at, recorded_by_name, version) \
         select {}, {}, 'provider', '2026-11-20', 'KANARIENVOGEL', v.id, 0, 'Beratung', 1 from provider v where v.code = 'apro'",
        id(fresh()),
        id(person)
    ))
    .await;
    let text = test
        .signed_in("sozialdienst")
        .await
        .get(&format!("/personen/{person}/einwilligungen"))
        .await
        .expect(200)
        .text();
    assert!(text.contains("Keine Einwilligung erfasst") && !text.contains("KANARIENVOGEL"));
    // Nor are they found by trying: the prison's own is recorded beside it, and a withdrawal ends both.
    let mut social = test.signed_in("sozialdienst").await;
    consent(&mut social, person, "provider").await;
    let path = format!("/personen/{person}/einwilligungen");
    let page = social.get(&path).await.expect(200);
    let token = page.input("einmal").unwrap();
    let again = [
        ("einmal", token.as_str()),
        ("zweck", "provider"),
        ("von", "20.11.2026"),
        ("ort", "Akte"),
    ];
    let told = social.post(&path, &again).await.expect(422).text();
    assert!(told.contains("gilt schon eine Einwilligung"), "{told}");
    withdraw(&mut social, person).await;
    assert_eq!(
        test.number("select count(*) from consent where withdrawn_on is null")
            .await,
        0
    );
}

#[tokio::test]
async fn a_consent_that_a_prison_may_not_know_of_is_none_for_its_hand_over() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Ausstieg").await;
    part(&test, person, "training", "distanzierung").await;
    test.execute(&format!(
        "insert into consent (id, person_id, purpose, from_day, kept_at, provider_id, recorded_at, recorded_by_name, version) \
         select {}, {}, 'probation', '2026-11-20', 'Akte', v.id, 0, 'Beratung', 1 from provider v where v.code = 'apro'",
        id(fresh()),
        id(person)
    ))
    .await;
    let mut social = test.signed_in("sozialdienst").await;
    let path = format!("/personen/{person}/uebergabe");
    let page = social.get(&path).await.expect(200);
    let (token, part) = (
        page.input("einmal").unwrap(),
        page.input("teilnahmen").unwrap(),
    );
    let target = page.option("an", "Bewährungshilfe Dresden").unwrap();
    let fields = [
        ("einmal", token.as_str()),
        ("an", target.as_str()),
        ("tag", "30.11.2026"),
        ("gilt_bis", "07.12.2026"),
        ("teilnahmen", part.as_str()),
        ("coaching", "0"),
    ];
    let told = social.post(&path, &fields).await.expect(422).text();
    assert!(told.contains("keine gültige Einwilligung"), "{told}");
}

#[tokio::test]
async fn the_court_gets_days_and_the_reason_of_the_end_and_never_content() {
    let test = TestApp::new().await;
    let person = client(&test, "Auflage", "bewaehrung").await;
    assign(&test, person, "bewaehrung.zwei").await;
    let part = part(&test, person, "training", "distanzierung").await;
    for (day, outcome) in [
        ("2026-10-05", "took_place"),
        ("2026-10-12", "no_show"),
        ("2026-10-19", "took_place"),
    ] {
        test.execute(&format!(
            "insert into counselling_session (id, enrolment_id, person_id, day, minutes, form, outcome, recorded_by, \
             recorded_by_name, recorded_at, version) select {}, {}, {}, '{day}', 50, 'in_person', '{outcome}', a.id, 'KANARIENVOGEL', 0, 1 \
             from account a where a.login = 'training'",
            id(fresh()),
            id(part),
            id(person)
        ))
        .await;
    }
    test.execute("update enrolment set ended_on = '2026-11-20', outcome = 'dropped_out', started_on = '2026-10-05'").await;
    test.execute(
        "insert into case_step (case_id, number, day, from_state, to_state, reason, at, by_name) \
         select k.id, 2, '2026-11-20', 'running', 'broken_off', 'contact_lost', 0, 'Träger' from client_case k",
    )
    .await;
    let mut officer = test.signed_in("bewaehrung").await;
    let list = officer.get("/faelle?stand=alle").await.expect(200);
    let case = list
        .links("/faelle/")
        .into_iter()
        .find(|link| link.len() > 30)
        .unwrap_or_else(|| panic!("{}", list.text()));
    assert!(
        officer
            .get(&case)
            .await
            .expect(200)
            .text()
            .contains("für das Gericht")
    );
    let sheet = officer
        .get(&format!("{case}/nachweis?fuer=gericht"))
        .await
        .expect(200);
    let words = pdf::words(&sheet.body);
    for fact in [
        "Auflage, Kai",
        "Zur Vorlage beim Gericht",
        "2 von 3 vereinbarten Terminen",
        "Kontakt abgerissen",
        "Mo., 05.10.2026",
    ] {
        assert!(words.contains(fact), "{fact}: {words}");
    }
    assert!(!words.contains("KANARIENVOGEL"));
    let plan = officer
        .get(&format!("{case}/nachweis?fuer=vollzugsplan"))
        .await
        .expect(200);
    assert!(pdf::words(&plan.body).contains("Für die Vollzugsplankonferenz"));
    officer
        .get(&format!("{case}/nachweis?fuer=presse"))
        .await
        .expect(404);
    assert_eq!(
        test.number(
            "select count(*) from audit_entry where recipient = 'Gericht' and verb = 'offenlegung'"
        )
        .await,
        1
    );
    test.signed_in("sozialdienst.leipzig")
        .await
        .get(&format!("{case}/nachweis"))
        .await
        .expect(404);
}
