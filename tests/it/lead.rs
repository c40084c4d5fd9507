//! The lead of an office: given by two people, taken at once; reviews the office's emergency accesses and looks into its
//! restricted records. A colleague without it sees neither.

use crate::harness::{Browser, TestApp};
use crate::html;
use crate::restriction::restrict;
use crate::rows::{client, inmate};
use crate::world::World;

const WHY: &str = "Bestellung vom 3. November";

async fn nobody_leads(test: &TestApp) {
    test.execute("update account set lead = (1 = 0)").await;
}

fn place(test: &TestApp, login: &str) -> String {
    format!("/konten/{}/leitung", test.account(login).id)
}

/// Asks for the lead of an account; where the request is.
async fn ask(browser: &mut Browser, path: &str) -> String {
    let form = browser.get(path).await.expect(200);
    assert_eq!(html::problems(&form.text()), Vec::<String>::new());
    let (token, version) = (
        form.input("einmal").unwrap(),
        form.input("version").unwrap(),
    );
    let none = browser
        .post(
            path,
            &[("einmal", &token), ("version", &version), ("grund", "")],
        )
        .await
        .expect(422);
    assert!(none.text().contains("Grund"));
    let done = browser
        .post(
            path,
            &[("einmal", &token), ("version", &version), ("grund", WHY)],
        )
        .await
        .expect(303);
    done.location().to_owned()
}

#[tokio::test]
async fn the_lead_is_given_by_two_people_and_taken_at_once() {
    let test = TestApp::new().await;
    nobody_leads(&test).await;
    let path = place(&test, "sozialdienst");
    let mut admin = test.signed_in("verwaltung").await;
    let request = ask(&mut admin, &path).await;
    // Nothing yet, and not by who asked.
    let page = admin.get(&path).await.expect(200);
    let version = page.input("version").unwrap();
    let give = [("version", version.as_str()), ("tun", "uebertragen")];
    admin.post(&path, &give).await.expect(409);
    admin
        .post(&request, &[("tun", "genehmigen"), ("grund", "")])
        .await
        .expect(422);
    let mut second = test.signed_in("datenschutz").await;
    second
        .post(&request, &[("tun", "genehmigen"), ("grund", "")])
        .await
        .expect(303);
    let tasks = admin.get("/aufgaben").await.expect(200);
    assert!(
        tasks.text().contains("genehmigter Antrag auszuführen"),
        "{}",
        tasks.text()
    );
    let page = admin.get(&path).await.expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    assert!(page.text().contains("Genehmigt von"));
    let lead = "select count(*) from account where lead";
    assert_eq!(test.number(lead).await, 0);
    admin.post(&path, &give).await.expect(303);
    assert_eq!(test.number(lead).await, 1);
    // The approval is used up: taken away, it has to be asked for again.
    let page = admin.get(&path).await.expect(200);
    let version = page.input("version").unwrap();
    let take = [
        ("version", version.as_str()),
        ("tun", "entziehen"),
        ("grund", "Nachfolge"),
    ];
    admin.post(&path, &take).await.expect(303);
    assert_eq!(test.number(lead).await, 0);
    let page = admin.get(&path).await.expect(200);
    assert!(page.text().contains("Leitung beantragen"));
    assert!(page.text().contains("Leitung übertragen") && page.text().contains("Nachfolge"));
    admin
        .post(
            &path,
            &[
                ("version", &version),
                ("tun", "entziehen"),
                ("grund", "noch einmal"),
            ],
        )
        .await
        .expect(409);
    // Only offices that hold people have a lead, and nobody gives it to themselves.
    for login in ["pforte", "kora", "verwaltung"] {
        admin.get(&place(&test, login)).await.expect(404);
    }
}

#[tokio::test]
async fn emergency_accesses_are_for_the_lead_and_data_protection() {
    let test = TestApp::new().await;
    let world = World::new(&test).await;
    nobody_leads(&test).await;
    let path = format!("/notfallzugriff/{}", world.emergency);
    let review = [("ergebnis", "justified"), ("bemerkung", "war nötig")];
    let mut colleague = test.signed_in("sozialdienst").await;
    colleague.open(&path).await.expect(404);
    colleague
        .post(&format!("{path}/pruefung"), &review)
        .await
        .expect(404);
    let list = colleague.open("/notfallzugriff").await.expect(200);
    assert!(!list.text().contains("Nachzuprüfen"));
    let tasks = colleague.open("/aufgaben").await.expect(200);
    assert!(!tasks.text().contains("Notfallzugriff nachzuprüfen"));
    // At once, within the same session.
    test.execute(
        "update account set lead = (1 = 1) where login in ('sozialdienst', 'sozialdienst.leipzig')",
    )
    .await;
    let tasks = colleague.open("/aufgaben").await.expect(200);
    assert!(tasks.text().contains("Notfallzugriff nachzuprüfen"));
    let mut elsewhere = test.signed_in("sozialdienst.leipzig").await;
    elsewhere.open(&path).await.expect(404);
    colleague
        .post(&format!("{path}/pruefung"), &review)
        .await
        .expect(303);
}

#[tokio::test]
async fn the_lead_looks_into_restricted_records_of_the_own_office_with_a_reason() {
    let test = TestApp::new().await;
    nobody_leads(&test).await;
    let who = inmate(&test, "Adlerhorst").await;
    let other = client(&test, "Falkenstein", "bewaehrung").await;
    let mut protection = test.signed_in("datenschutz").await;
    for person in [who, other] {
        restrict(&mut protection, person, "contested").await;
    }
    const LIST: &str = "/einschraenkungen/stelle";
    let mut lead = test.signed_in("sozialdienst").await;
    let path = format!("{LIST}/{who}");
    let reason = ("einsicht", "Anfrage des Gerichts vom 20. November");
    lead.open(LIST).await.expect(404);
    lead.open(&path).await.expect(404);
    lead.post(&path, &[reason]).await.expect(404);
    assert!(
        !lead
            .open("/personen")
            .await
            .expect(200)
            .text()
            .contains(LIST)
    );

    test.execute("update account set lead = (1 = 1) where login = 'sozialdienst'")
        .await;
    let list = lead.open(LIST).await.expect(200);
    assert_eq!(html::problems(&list.text()), Vec::<String>::new());
    assert!(list.text().contains("Adlerhorst"), "{}", list.text());
    assert!(!list.text().contains("Falkenstein"), "of another office");
    lead.open(&format!("{LIST}/{other}")).await.expect(404);
    lead.post(&format!("{LIST}/{other}"), &[reason])
        .await
        .expect(404);
    // In no other list, and not without saying why.
    assert!(
        !lead
            .open("/personen")
            .await
            .expect(200)
            .text()
            .contains("Adlerhorst")
    );
    let asked = lead.open(&path).await.expect(200);
    assert_eq!(html::problems(&asked.text()), Vec::<String>::new());
    assert!(!asked.text().contains("Untersuchungshaft") && !asked.text().contains("Strafhaft"));
    lead.post(&path, &[("einsicht", "")]).await.expect(422);
    let look = lead.post(&path, &[reason]).await.expect(200);
    assert_eq!(html::problems(&look.text()), Vec::<String>::new());
    assert!(look.text().contains("JVA Dresden"), "{}", look.text());
    let logged = test
        .text("select reason from audit_entry where route = 'POST /einschraenkungen/stelle/{person}' and outcome = 'erlaubt'")
        .await;
    assert_eq!(logged, reason.1);
    // Lifting stays with data protection.
    lead.post(
        &format!("/personen/{who}/einschraenkung/aufheben"),
        &[("version", "1"), ("aufheben", "Doch nicht bestritten")],
    )
    .await
    .expect(404);
}
