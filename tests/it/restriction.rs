//! Restricted records: in no list, no search, no count, no figure; a look costs a reason; lifted they are back.

use uuid::Uuid;

use crate::harness::{Browser, TestApp};
use crate::placement::{member, part};
use crate::rows::{client, grant, group, inmate};
use crate::statistics::{Q3, prepare};

pub const REASON: &str = "Schreiben der Person vom 20. November";

pub fn page_of(person: Uuid) -> String {
    format!("/personen/{person}/einschraenkung")
}

/// Restricts a record as data protection does.
pub async fn restrict(browser: &mut Browser, person: Uuid, ground: &str) {
    let path = page_of(person);
    let token = browser
        .get(&path)
        .await
        .expect(200)
        .input("einmal")
        .unwrap();
    browser
        .post(
            &path,
            &[
                ("einmal", &token),
                ("grund", ground),
                ("begruendung", REASON),
            ],
        )
        .await
        .expect(303);
}

/// Lifts it.
pub async fn lift(browser: &mut Browser, person: Uuid) {
    let path = page_of(person);
    let version = browser
        .get(&path)
        .await
        .expect(200)
        .input("version")
        .unwrap();
    browser
        .post(
            &format!("{path}/aufheben"),
            &[
                ("version", &version),
                ("aufheben", "Die Angaben sind berichtigt."),
            ],
        )
        .await
        .expect(303);
}

/// Keeps a record from being erased.
pub async fn hold(browser: &mut Browser, person: Uuid) {
    let path = page_of(person);
    let token = browser
        .get(&path)
        .await
        .expect(200)
        .input("einmal")
        .unwrap();
    browser
        .post(
            &format!("/personen/{person}/loeschsperre"),
            &[
                ("einmal", &token),
                ("sperrgrund", "proceedings"),
                ("sperre", "Verwaltungsgericht, 3 K 12/26"),
                ("pruefen", "01.06.2099"),
            ],
        )
        .await
        .expect(303);
}

#[tokio::test]
async fn a_restricted_record_is_in_no_list_and_back_when_it_is_lifted() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Einschranke").await;
    inmate(&test, "Sichtbar").await;
    grant(&test, "training", "DD", "akt_gruppe", "2027-12-31").await;
    let course = group(&test, "training", "DD", "akt_gruppe").await;
    let enrolment = part(&test, person, "training", "akt_gruppe").await;
    member(&test, person, enrolment, course).await;
    let mut social = test.signed_in("sozialdienst").await;
    let mut trainer = test.signed_in("training").await;
    let lists = [
        "/personen",
        "/personen?q=einschranke",
        "/faelle",
        "/aufgaben",
        "/konflikte",
    ];
    let mut seen_before = 0;
    for path in lists {
        seen_before += usize::from(
            social
                .get(path)
                .await
                .expect(200)
                .text()
                .contains("Einschranke"),
        );
    }
    assert!(seen_before >= 2, "the lists know the person at first");
    let of_group = format!("/gruppen/{course}");
    assert!(
        social
            .get(&of_group)
            .await
            .expect(200)
            .text()
            .contains("Einschranke")
    );
    assert!(
        trainer
            .get("/faelle")
            .await
            .expect(200)
            .text()
            .contains("Einschranke")
    );

    let mut officer = test.signed_in("datenschutz").await;
    // A word is no reason, and a ground must be chosen.
    let token = officer
        .get(&page_of(person))
        .await
        .expect(200)
        .input("einmal")
        .unwrap();
    let page = officer
        .post(
            &page_of(person),
            &[("einmal", &token), ("begruendung", "so")],
        )
        .await
        .expect(422)
        .text();
    assert!(
        page.contains("in einem Satz begründen") && page.contains("so</textarea>"),
        "{page}"
    );
    restrict(&mut officer, person, "contested").await;

    for path in lists {
        let text = social.get(path).await.expect(200).text();
        assert!(!text.contains("Einschranke,"), "{path}");
    }
    social.get(&format!("/personen/{person}")).await.expect(404);
    social
        .get(&format!("/personen/{person}/bearbeiten"))
        .await
        .expect(404);
    trainer
        .get(&format!("/personen/{person}"))
        .await
        .expect(404);
    assert!(
        !trainer
            .get("/faelle")
            .await
            .expect(200)
            .text()
            .contains("Einschranke")
    );
    // The seat stays taken and has no name.
    for browser in [&mut social, &mut trainer] {
        let text = browser.get(&of_group).await.expect(200).text();
        assert!(
            !text.contains("Einschranke") && text.contains("Gesperrte Person"),
            "{text}"
        );
    }
    assert!(
        social
            .get("/personen")
            .await
            .expect(200)
            .text()
            .contains("Sichtbar")
    );

    // Data protection sees the list, and looks inside with a reason only.
    assert!(
        officer
            .get("/einschraenkungen")
            .await
            .expect(200)
            .text()
            .contains("Einschranke")
    );
    let look = format!("{}/einsicht", page_of(person));
    officer.post(&look, &[("einsicht", "")]).await.expect(422);
    let counted =
        "select count(*) from audit_entry where reason = 'Anordnung der Leitung vom 22. November'";
    assert_eq!(test.number(counted).await, 0);
    let text = officer
        .post(
            &look,
            &[("einsicht", "Anordnung der Leitung vom 22. November")],
        )
        .await
        .expect(200)
        .text();
    assert!(
        text.contains("JVA Dresden") && text.contains("AKT"),
        "{text}"
    );
    assert_eq!(test.number(counted).await, 1);

    lift(&mut officer, person).await;
    assert!(
        social
            .get("/personen")
            .await
            .expect(200)
            .text()
            .contains("Einschranke")
    );
    // The history at the person says what was, and why.
    let text = social
        .get(&format!("/personen/{person}"))
        .await
        .expect(200)
        .text();
    assert!(
        text.contains("Verarbeitung eingeschränkt") && text.contains(REASON),
        "{text}"
    );
    assert!(
        officer
            .get(&page_of(person))
            .await
            .expect(200)
            .text()
            .contains("Die Angaben sind berichtigt.")
    );
}

#[tokio::test]
async fn who_restricts_looks_and_lifts_is_data_protection_alone() {
    let test = TestApp::new().await;
    let person = client(&test, "Nurdort", "bewaehrung").await;
    for login in [
        "sozialdienst",
        "bewaehrung",
        "training",
        "koordination",
        "verwaltung",
        "zugang",
        "statistik",
    ] {
        let mut browser = test.signed_in(login).await;
        browser.get("/einschraenkungen").await.expect(404);
        browser.get(&page_of(person)).await.expect(404);
        browser
            .post(
                &format!("{}/einsicht", page_of(person)),
                &[("einsicht", REASON)],
            )
            .await
            .expect(404);
    }
    let mut officer = test.signed_in("datenschutz").await;
    restrict(&mut officer, person, "objection").await;
    let mut probation = test.signed_in("bewaehrung").await;
    probation
        .get(&format!("/personen/{person}"))
        .await
        .expect(404);
    // Twice is refused, not stored twice.
    let path = page_of(person);
    let page = officer.get(&path).await.expect(200);
    let token = page.input("einmal").unwrap();
    officer
        .post(
            &path,
            &[
                ("einmal", &token),
                ("grund", "claims"),
                ("begruendung", REASON),
            ],
        )
        .await
        .expect(422);
    // An old form lifts nothing.
    officer
        .post(
            &format!("{path}/aufheben"),
            &[("version", "7"), ("aufheben", REASON)],
        )
        .await
        .expect(409);
    officer.get(&page_of(Uuid::nil())).await.expect(404);
}

#[tokio::test]
async fn who_is_restricted_is_counted_nowhere_and_the_note_says_that_there_are_some() {
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
    let mut protection = test.signed_in("datenschutz").await;
    restrict(&mut protection, people[0], "contested").await;
    let mut officer = test.signed_in("statistik").await;
    let first = prepare(&mut officer, "quartal", Q3).await;
    let page = officer.get(&first).await.expect(200);
    let text = page.text();
    // One is as small a figure as any: the note says no more than a table would.
    let note = "Weniger als 5 Personen sind nicht gezählt, weil die Verarbeitung ihrer Daten eingeschränkt ist";
    assert!(text.contains(note), "{text}");
    assert!(text.contains(">6<") && !text.contains(">7<"), "{text}");
    let version = page.input("version").unwrap();
    officer
        .post(&format!("{first}/verwerfen"), &[("version", &version)])
        .await
        .expect(303);
    lift(&mut protection, people[0]).await;
    let second = prepare(&mut officer, "quartal", Q3).await;
    let text = officer.get(&second).await.expect(200).text();
    assert!(text.contains(">7<") && !text.contains(note), "{text}");
}

#[tokio::test]
async fn a_hold_is_set_told_and_ended_with_reasons() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Gehalten").await;
    let mut officer = test.signed_in("datenschutz").await;
    let path = page_of(person);
    let token = officer
        .get(&path)
        .await
        .expect(200)
        .input("einmal")
        .unwrap();
    let fields = [
        ("einmal", token.as_str()),
        ("sperrgrund", "archive"),
        ("sperre", REASON),
        ("pruefen", "01.01.2020"),
    ];
    let page = officer
        .post(&format!("/personen/{person}/loeschsperre"), &fields)
        .await
        .expect(422);
    assert!(page.text().contains("in der Zukunft"));
    hold(&mut officer, person).await;
    let page = officer.get(&path).await.expect(200);
    assert!(page.text().contains("3 K 12/26"));
    assert!(
        officer
            .get("/einschraenkungen")
            .await
            .expect(200)
            .text()
            .contains("01.06.2099")
    );
    let which = page
        .option(
            "sperre_nr",
            "Gericht oder Behörde hat die Daten angefordert",
        )
        .unwrap();
    let end = format!("/personen/{person}/loeschsperre/aufheben");
    officer
        .post(&end, &[("sperrende", REASON)])
        .await
        .expect(422);
    officer
        .post(
            &end,
            &[
                ("sperre_nr", &which),
                ("sperrende", "Das Verfahren ist beendet."),
            ],
        )
        .await
        .expect(303);
    officer
        .post(
            &end,
            &[
                ("sperre_nr", &which),
                ("sperrende", "Das Verfahren ist beendet."),
            ],
        )
        .await
        .expect(409);
    assert!(
        officer
            .get(&path)
            .await
            .expect(200)
            .text()
            .contains("Das Verfahren ist beendet.")
    );
}
