//! Emergency access.

use uuid::Uuid;

use crate::harness::{Answer, Browser, TestApp};
use crate::html;
use crate::rows::{id, person, place};

const REASON: &str = "Anruf der Familie mit Suizidankündigung, niemand erreichbar";

/// Somebody in Leipzig, whom Dresden does not see.
async fn elsewhere(test: &TestApp) -> Uuid {
    let there = person(test, "Specht", "Kai", "L 77/26").await;
    place(test, there, "L", "custody").await;
    there
}

/// Lets the clock go on, so that the device shows a code that was not used.
fn next_code(test: &TestApp, browser: &Browser, login: &str) -> String {
    test.clock.set(test.clock_now().plus_seconds(61));
    browser.code(test.account(login))
}

async fn send(
    browser: &mut Browser,
    number: &str,
    place: &str,
    reason: &str,
    code: &str,
) -> Answer {
    let form = browser.open("/notfallzugriff/neu").await.expect(200);
    assert_eq!(html::problems(&form.text()), Vec::<String>::new());
    let (token, place) = (
        form.input("einmal").unwrap(),
        form.option("einrichtung", place).unwrap(),
    );
    browser
        .post(
            "/notfallzugriff/neu",
            &[
                ("einmal", &token),
                ("nummer", number),
                ("einrichtung", &place),
                ("begruendung", reason),
                ("code", code),
            ],
        )
        .await
}

async fn opened(test: &TestApp, browser: &mut Browser, login: &str) -> String {
    let code = next_code(test, browser, login);
    let done = send(browser, "l77-26", "JVA Leipzig", REASON, &code).await;
    assert_eq!(done.status.as_u16(), 303, "{}", done.text());
    done.location().to_owned()
}

/// Where the number of the test's person was given.
async fn numbered(test: &TestApp, person: Uuid) {
    test.execute(&format!(
        "insert into person_alias (id, person_id, kind, value, value_key, facility_id, valid_from) \
         select {}, {}, 'prison_number', 'L 77/26', 'l7726', f.id, '2026-01-05' from facility f where f.code = 'L'",
        id(crate::world::fresh()),
        id(person)
    ))
    .await;
}

#[tokio::test]
async fn half_an_hour_of_reading_one_person_and_no_more() {
    let test = TestApp::new().await;
    let there = elsewhere(&test).await;
    numbered(&test, there).await;
    let mut prison = test.signed_in("sozialdienst").await;
    prison.open(&format!("/personen/{there}")).await.expect(404);
    // A wrong code opens nothing and tells nothing about numbers.
    let wrong = send(&mut prison, "l77-26", "JVA Leipzig", REASON, "000000")
        .await
        .expect(422);
    assert!(wrong.text().contains("Der Code stimmt nicht"));
    assert_eq!(wrong.input("nummer").unwrap(), "l77-26");
    test.clock.set(test.clock_now().plus_seconds(40));
    let code = next_code(&test, &prison, "sozialdienst");
    let none = send(&mut prison, "l77-27", "JVA Leipzig", REASON, &code)
        .await
        .expect(422);
    assert!(none.text().contains("keine gültige Nummer"));
    let again = send(&mut prison, "l77-26", "JVA Leipzig", REASON, &code)
        .await
        .expect(422);
    assert!(again.text().contains("schon benutzt"), "a code works once");
    test.clock.set(test.clock_now().plus_seconds(40));
    let short = send(&mut prison, "l77-26", "JVA Leipzig", "eilt", "123456")
        .await
        .expect(422);
    assert!(short.text().contains("mindestens 30 Zeichen"));
    assert_eq!(
        test.number("select count(*) from emergency_access").await,
        0
    );

    let path = opened(&test, &mut prison, "sozialdienst").await;
    let page = prison.open(&path).await.expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    let text = page.text();
    assert!(
        text.contains("Specht, Kai")
            && text.contains("JVA Leipzig")
            && text.contains("Notfallzugriff, nur lesen")
    );
    for never in ["Notiz</", "Gespräche</", "Beratung<"] {
        assert!(!text.contains(never), "{never}");
    }
    // Only this page: the person stays out of scope everywhere else.
    prison.open(&format!("/personen/{there}")).await.expect(404);
    prison
        .open(&format!("/personen/{there}/gespraeche"))
        .await
        .expect(404);
    let reason = test
        .text("select reason from audit_entry where route = 'GET /notfallzugriff/{emergency}' and outcome = 'erlaubt'")
        .await;
    assert_eq!(reason, path.replace("/notfallzugriff/", "notfall/"));
    // Not again before it was reviewed, also not with another account of the same person.
    let code = next_code(&test, &prison, "sozialdienst");
    let twice = send(&mut prison, "L 77/26", "JVA Leipzig", REASON, &code)
        .await
        .expect(422);
    assert!(twice.text().contains("noch nicht nachgeprüft"));
    let mine = test.account("sozialdienst").id.0;
    test.execute(&format!(
        "update account set holder_id = {} where login = 'sozialdienst.zwei'",
        id(mine)
    ))
    .await;
    let mut second = test.signed_in("sozialdienst.zwei").await;
    let code = next_code(&test, &second, "sozialdienst.zwei");
    let other = send(&mut second, "L 77/26", "JVA Leipzig", REASON, &code)
        .await
        .expect(422);
    assert!(other.text().contains("noch nicht nachgeprüft"));
    let shown = second.open(&path).await.expect(200);
    assert!(
        !shown.text().contains("Specht"),
        "the factor was the other account's"
    );
    // After half an hour to the second there is nothing to read.
    let opened_at = test.number("select opened_at from emergency_access").await;
    let opened_at = geleit::base::time::Instant::from_millis(opened_at);
    test.clock.set(opened_at.plus_minutes(29));
    prison.sign_in(test.account("sozialdienst")).await;
    test.clock.set(opened_at.plus_seconds(1_799));
    assert!(
        prison
            .open(&path)
            .await
            .expect(200)
            .text()
            .contains("Specht")
    );
    test.clock.set(opened_at.plus_minutes(30));
    let over = prison.open(&path).await.expect(200);
    assert!(!over.text().contains("Specht"));
    assert_eq!(html::problems(&over.text()), Vec::<String>::new());
}

#[tokio::test]
async fn somebody_else_reviews_within_three_working_days() {
    let test = TestApp::new().await;
    let there = elsewhere(&test).await;
    numbered(&test, there).await;
    let mut prison = test.signed_in("sozialdienst").await;
    let path = opened(&test, &mut prison, "sozialdienst").await;
    // The own office and data protection are told at once.
    let mut lead = test.signed_in("sozialdienst.zwei").await;
    let mut protection = test.signed_in("datenschutz").await;
    for browser in [&mut lead, &mut protection] {
        let tasks = browser.open("/aufgaben").await.expect(200);
        assert!(
            tasks.text().contains("Notfallzugriff nachzuprüfen"),
            "{}",
            tasks.text()
        );
        let page = browser.open("/notfallzugriff").await.expect(200);
        assert_eq!(html::problems(&page.text()), Vec::<String>::new());
        assert!(page.text().contains("Suizidankündigung"));
        assert!(!page.text().contains("Specht"));
    }
    let own = prison.open("/aufgaben").await.expect(200);
    assert!(
        !own.text().contains("Notfallzugriff nachzuprüfen"),
        "not one's own"
    );
    let mut stranger = test.signed_in("bewaehrung").await;
    stranger.open(&path).await.expect(404);
    let review = format!("{path}/pruefung");
    let fields = [
        ("ergebnis", "misuse"),
        ("bemerkung", "Die Bewährungshilfe war erreichbar."),
    ];
    stranger.post(&review, &fields).await.expect(404);
    prison.post(&review, &fields).await.expect(422);
    let early = lead.post(&review, &fields).await.expect(422);
    assert!(early.text().contains("läuft noch"));
    lead.post(&format!("{path}/beenden"), &[]).await.expect(303);
    assert!(
        !prison
            .open(&path)
            .await
            .expect(200)
            .text()
            .contains("Specht"),
        "ended by the lead"
    );
    let own = prison.post(&review, &fields).await.expect(422);
    assert!(own.text().contains("andere Person"));
    lead.post(&review, &[("ergebnis", "misuse"), ("bemerkung", "")])
        .await
        .expect(422);

    // Four days later it is overdue.
    test.clock.set(test.clock_now().plus_minutes(4 * 24 * 60));
    let mut protection = test.signed_in("datenschutz").await;
    let tasks = protection.open("/aufgaben").await.expect(200);
    assert!(
        tasks.text().contains("überfällige Prüfung"),
        "{}",
        tasks.text()
    );
    protection.post(&review, &fields).await.expect(303);
    let page = protection.open(&path).await.expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    assert!(page.text().contains("nicht gerechtfertigt"));
    protection.post(&review, &fields).await.expect(422);
    let tasks = protection.open("/aufgaben").await.expect(200);
    assert!(!tasks.text().contains("überfällige Prüfung"));
    // Reviewed, it can be opened again.
    let mut prison = test.signed_in("sozialdienst").await;
    opened(&test, &mut prison, "sozialdienst").await;
}
