//! The protocol, and the pages that everybody may see.

use crate::harness::{Answer, TestApp};
use crate::html;
use crate::rows::{inmate, person, place};

#[track_caller]
fn clean(page: &Answer) {
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
}

#[tokio::test]
async fn only_data_protection_reads_the_protocol() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Adler").await;
    for login in [
        "sozialdienst",
        "bewaehrung",
        "training",
        "statistik",
        "verwaltung",
    ] {
        let mut browser = test.signed_in(login).await;
        for path in [
            "/protokoll".to_owned(),
            "/protokoll/pruefung".into(),
            format!("/protokoll/personen/{person}"),
            format!("/protokoll/personen/{person}/auskunft.csv"),
        ] {
            browser.get(&path).await.expect(404);
        }
    }
}

#[tokio::test]
async fn a_search_finds_everybody_and_is_itself_logged() {
    let test = TestApp::new().await;
    let here = inmate(&test, "Adlermann").await;
    let there = person(&test, "Adlerfrau", "Ina", "l77").await;
    place(&test, there, "L", "custody").await;
    let mut browser = test.signed_in("datenschutz").await;
    clean(&browser.get("/protokoll").await.expect(200));
    let short = browser.get("/protokoll?suche=ad").await.expect(422);
    clean(&short);
    assert_eq!(test.number("select count(*) from audit_subject").await, 0);
    let found = browser.get("/protokoll?suche=adler").await.expect(200);
    clean(&found);
    assert_eq!(found.links("/protokoll/personen/").len(), 2);
    assert_eq!(
        test.number("select count(*) from audit_subject where level = 'liste'")
            .await,
        2
    );
    let by_number = browser.get("/protokoll?suche=L77").await.expect(200);
    assert_eq!(
        by_number.links("/protokoll/personen/"),
        [format!("/protokoll/personen/{there}")]
    );
    clean(&browser.get("/protokoll?suche=nirgends").await.expect(200));
    browser
        .get(&format!("/protokoll/personen/{here}"))
        .await
        .expect(200);
    browser
        .get(&format!("/protokoll/personen/{}", crate::world::fresh()))
        .await
        .expect(404);
}

#[tokio::test]
async fn the_protocol_tells_offices_not_names() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Adler").await;
    let mut prison = test.signed_in("sozialdienst").await;
    prison
        .get(&format!("/personen/{person}/gespraeche"))
        .await
        .expect(200);
    prison
        .get(&format!("/personen/{person}/teilnahme/neu"))
        .await
        .expect(200);
    let mut browser = test.signed_in("datenschutz").await;
    let path = format!("/protokoll/personen/{person}");
    let page = browser.get(&path).await.expect(200);
    clean(&page);
    let text = page.text();
    for shown in [
        "Teilnahmen und Gespräche geöffnet",
        "Sozialdienst",
        "JVA Dresden",
        "Abfrage",
        "Unterbringung in der Einrichtung",
    ] {
        assert!(text.contains(shown), "{shown}");
    }
    assert!(!text.contains("Sabine"), "a member of staff is named");
    let none = browser
        .get(&format!("{path}?von=24.11.2026"))
        .await
        .expect(200);
    clean(&none);
    assert!(none.text().contains("Keine Einträge"));
    let some = browser
        .get(&format!("{path}?bis=23.11.2026&art=abfrage"))
        .await
        .expect(200);
    assert!(some.text().contains("Teilnahmen und Gespräche geöffnet"));
    let wrong = browser
        .get(&format!("{path}?von=irgendwann&art=erfunden"))
        .await
        .expect(422);
    clean(&wrong);
    let file = browser
        .get(&format!("{path}/auskunft.csv"))
        .await
        .expect(200);
    let text = file.text();
    assert!(text.starts_with("\u{feff}Zeitpunkt;Stelle;"));
    assert!(text.contains("\r\n") && text.contains("JVA Dresden") && !text.contains("Sabine"));
    assert_eq!(test.number("select count(*) from audit_entry where verb = 'offenlegung' and recipient = 'betroffene Person'").await, 1);
    let after = browser.get(&path).await.expect(200);
    assert!(
        after
            .text()
            .contains("Auskunft aus dem Protokoll ausgestellt")
    );
}

#[tokio::test]
async fn the_protocol_has_pages_in_both_directions() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Adler").await;
    let mut prison = test.signed_in("sozialdienst").await;
    for number in 0..60 {
        test.clock.set(test.clock_now().plus_seconds(number % 2));
        prison
            .get(&format!("/personen/{person}/gespraeche"))
            .await
            .expect(200);
    }
    let mut browser = test.signed_in("datenschutz").await;
    let path = format!("/protokoll/personen/{person}");
    let first = browser
        .get(&format!("{path}?art=abfrage&bis=23.11.2026"))
        .await
        .expect(200);
    clean(&first);
    assert!(first.body.len() <= 18 * 1024, "{} bytes", first.body.len());
    assert_eq!(first.texts("tbody tr").len(), 50);
    let next = first
        .links(&format!("{path}?"))
        .into_iter()
        .find(|href| href.contains("ab="))
        .unwrap();
    assert!(next.contains("art=abfrage"));
    let second = browser.get(&next).await.expect(200);
    clean(&second);
    // The look at the first page came after the 60 and is newer: the second page does not move.
    assert_eq!(second.texts("tbody tr").len(), 10);
    let back = second
        .links(&format!("{path}?"))
        .into_iter()
        .find(|href| href.contains("ab=v"))
        .unwrap();
    let again = browser.get(&back).await.expect(200);
    assert_eq!(again.texts("tbody tr")[..], first.texts("tbody tr")[..]);
}

#[tokio::test]
async fn the_check_counts_days_and_refusals() {
    let test = TestApp::new().await;
    let mut prison = test.signed_in("sozialdienst").await;
    prison.get("/protokoll").await.expect(404);
    let mut browser = test.signed_in("datenschutz").await;
    let page = browser.get("/protokoll/pruefung").await.expect(200);
    clean(&page);
    assert!(page.text().contains("geleit audit verify"));
    assert_eq!(page.texts("tbody tr:first-child th"), ["Mo., 23.11.2026"]);
    assert_eq!(page.texts("tbody tr:first-child td")[1], "1", "one refusal");
}

#[tokio::test]
async fn every_role_has_a_start_page() {
    let test = TestApp::new().await;
    for account in &test.accounts {
        let mut browser = test.signed_in(&account.login).await;
        let page = browser.get("/").await.expect(200);
        clean(&page);
        assert!(
            !page.texts("main h2").is_empty(),
            "{} has nothing to do",
            account.login
        );
    }
}

#[tokio::test]
async fn public_pages_know_who_is_signed_in() {
    let test = TestApp::new().await;
    let mut guest = test.browser();
    let mut prison = test.signed_in("sozialdienst").await;
    for path in ["/hilfe", "/barrierefreiheit", "/datenschutz"] {
        let page = guest.get(path).await.expect(200);
        clean(&page);
        assert!(page.links("/personen").is_empty());
        let page = prison.get(path).await.expect(200);
        clean(&page);
        assert_eq!(page.links("/personen").len(), 1, "{path}");
        assert!(page.text().contains("Sabine Muster"));
    }
}
