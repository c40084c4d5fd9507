//! What the page of a release tells whoever decides on it.

use super::cases::{Cases, SUMMER, small_figures};
use super::coarser::people;
use super::{Q3, approve, content, order, prepare, publish};
use crate::harness::TestApp;
use crate::html;

/// Beginnings in four facilities, two of them small: each facility knows its own.
async fn four_facilities(test: &TestApp) {
    let mut cases = Cases::of(test).await;
    cases
        .many(22, "akt_gruppe", SUMMER, Some(SUMMER), None)
        .await;
    cases.database.close().await.unwrap();
    for (code, number) in [("L", 12), ("C", 2), ("Z", 1)] {
        test.execute(&format!(
            "update enrolment set facility_id = (select id from facility where code = '{code}') where id in \
             (select e.id from enrolment e join facility f on f.id = e.facility_id where f.code = 'DD' order by e.id limit {number})"
        ))
        .await;
    }
}

#[tokio::test]
async fn the_preview_names_who_knows_most_and_no_file_does() {
    let test = TestApp::new().await;
    four_facilities(&test).await;
    let mut browser = test.signed_in("statistik").await;
    let preview = prepare(&mut browser, "quartal", Q3).await;
    let page = browser
        .get(&format!("{preview}?tabelle=einrichtungen"))
        .await
        .expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    let rows = page.texts("tr");
    assert!(
        rows.iter()
            .any(|row| row.contains("0 bis 3 (JVA ") && row.contains("Der Wert ist klein.")),
        "{rows:#?}"
    );
    approve(&test, &preview).await.expect(303);
    let id = preview.trim_start_matches("/statistik/").to_owned();
    let said = format!("{:?}", content(&test, &id).await);
    assert!(!said.contains("einrichtung.") && !said.contains("0 bis 3"));
    let mut kora = test.signed_in("kora").await;
    for path in ["?tabelle=einrichtungen", "/csv"] {
        let text = kora
            .get(&format!("/zahlen/{id}{path}"))
            .await
            .expect(200)
            .text();
        assert!(
            !text.contains("0 bis 3") && !text.contains("am meisten"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_table_with_hidden_parts_says_so_wherever_one_looks() {
    let test = TestApp::new().await;
    people(&test, &[("male", 2000, 12), ("male", 1980, 2)]).await;
    let mut browser = test.signed_in("statistik").await;
    let preview = prepare(&mut browser, "quartal", Q3).await;
    // By sex alone everything is told; by age it is not.
    let whole = browser
        .get(&format!("{preview}?tabelle=personen"))
        .await
        .expect(200);
    assert_eq!(html::problems(&whole.text()), Vec::<String>::new());
    assert!(whole.text().contains("In der ganzen Tabelle"));
    assert!(!whole.text().contains("Der Wert ist klein."));
    assert!(!whole.text().contains("kein Wert geheim gehalten"));
    let part = whole.links(&format!("{preview}?tabelle=personen&teil=a30"));
    let part = part.first().expect("the way to the part");
    let part = browser
        .get(part.trim_end_matches("#tabelle"))
        .await
        .expect(200);
    assert!(part.text().contains("Der Wert ist klein."));
    let page = browser
        .get(&format!("{preview}?tabelle=uebergaben"))
        .await
        .expect(200);
    assert!(page.text().contains("kein Wert geheim gehalten"));
    let page = browser.get(&preview).await.expect(200);
    assert!(page.text().contains("Mit den Nullen gerechnet"));
    assert!(!page.text().contains("Tabelle (freiwillig)"));
}

#[tokio::test]
async fn what_was_replaced_says_so_and_does_not_come_back() {
    let test = TestApp::new().await;
    small_figures(&test).await;
    let first = publish(&test, "quartal", Q3).await;
    let mut cases = Cases::of(&test).await;
    cases.skip(1000);
    cases
        .many(6, "akt_einzel", SUMMER, Some(SUMMER), None)
        .await;
    cases.database.close().await.unwrap();
    let corrected = [("zeitraum", "2026-Q3"), ("grund", "Nachgetragene Beginne")];
    let mut browser = test.signed_in("statistik").await;
    let preview = prepare(&mut browser, "quartal", &corrected).await;
    // The approving person judges what changed.
    let page = browser.get(&preview).await.expect(200);
    assert!(page.text().contains("gegenüber Version 1") && page.text().contains("Geänderte Werte"));
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    approve(&test, &preview).await.expect(303);
    let mut kora = test.signed_in("kora").await;
    let page = kora.get(&format!("/zahlen/{first}")).await.expect(200);
    assert!(page.text().contains("Diese Fassung ist ersetzt") && page.text().contains("Version 2"));
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());

    let mut second = test.signed_in("statistik.zwei").await;
    let version = second
        .get(&preview)
        .await
        .expect(200)
        .input("version")
        .unwrap();
    second
        .post(
            &format!("{preview}/zurueckziehen"),
            &[("version", &version), ("grund", "Falsch gezählt")],
        )
        .await
        .expect(303);
    let page = kora.get(&format!("/zahlen/{first}")).await.expect(200);
    assert!(
        page.text().contains("gilt dadurch nicht wieder"),
        "{}",
        page.text()
    );
    let withdrawn = browser.get(&preview).await.expect(200);
    assert!(!withdrawn.text().contains("wie KORA sie sieht"));
    for (browser, path) in [
        (&mut kora, "/zahlen"),
        (&mut browser, "/statistik/verzeichnis"),
    ] {
        let page = browser.get(path).await.expect(200);
        assert!(page.text().contains("ist zurückgezogen"), "{path}");
        assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    }
    // No other way hands it out as if it were valid: nor the overview, nor the command line.
    let overview = browser.get("/statistik").await.expect(200);
    assert!(overview.text().contains("Noch kein Quartalsbericht"));
    let folder = super::data_directory(&test).await;
    let (code, bytes, message) = super::export(&test, &folder, &["--period", "2026-Q3"]);
    assert!(code != Some(0) && bytes.is_empty(), "{message}");
    assert!(message.contains("zurückgezogen"), "{message}");
}

#[tokio::test]
async fn what_is_out_of_date_says_so_before_the_click() {
    let test = TestApp::new().await;
    small_figures(&test).await;
    let mut cases = Cases::of(&test).await;
    cases.skip(1000);
    let spring = time::macros::date!(2026 - 05 - 04);
    cases
        .many(9, "akt_gruppe", spring, Some(spring), None)
        .await;
    cases.database.close().await.unwrap();
    let mut browser = test.signed_in("statistik").await;
    let preview = prepare(&mut browser, "quartal", Q3).await;
    publish(&test, "quartal", &[("zeitraum", "2026-Q2")]).await;
    let mut second = test.signed_in("statistik.zwei").await;
    let page = second.get(&preview).await.expect(200);
    assert!(page.input("hash").is_none() && page.text().contains("etwas anderes veröffentlicht"));
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    let version = page.input("version").unwrap();
    let next = browser
        .post(&format!("{preview}/neu"), &[("version", &version)])
        .await
        .expect(303)
        .location()
        .to_owned();
    super::ready(&mut browser, &next).await;
    approve(&test, &next).await.expect(303);
    let gone = browser.get(&preview).await.expect(200);
    assert!(gone.text().contains("verworfen"));
    order(&mut browser, "quartal", Q3).await.expect(422);
}

#[tokio::test]
async fn what_could_not_be_made_safe_names_what_stands_in_the_way_and_offers_less() {
    let test = TestApp::new().await;
    small_figures(&test).await;
    publish(&test, "quartal", Q3).await;
    let mut cases = Cases::of(&test).await;
    cases.skip(1000);
    let spring = time::macros::date!(2026 - 05 - 04);
    cases
        .many(9, "akt_gruppe", spring, Some(spring), None)
        .await;
    cases.database.close().await.unwrap();
    let mut browser = test.signed_in("statistik").await;
    let preview = prepare(&mut browser, "quartal", &[("zeitraum", "2026-Q2")]).await;
    // As disclosure control leaves it where nothing is safe.
    test.execute("update statistics_release set state = 'failed', problem = 'Nichts ist sicher.' where period = '2026-Q2'")
        .await;
    let page = browser.get(&preview).await.expect(200);
    assert!(
        page.text().contains("Quartalsbericht, 3. Quartal 2026"),
        "{}",
        page.text()
    );
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    browser
        .post(
            &format!("{preview}/vergroebern"),
            &[("aktion", "berechnen")],
        )
        .await
        .expect(303);
    for _ in 0..super::TRIES {
        let page = browser.get(&preview).await.expect(200);
        if !page.text().contains("werden berechnet") {
            assert_eq!(html::problems(&page.text()), Vec::<String>::new());
            let rows = page.texts("tr:has(button[name=wahl])");
            assert!(
                rows.iter().any(|row| row.contains("Nur „Nach Maßnahme“")),
                "{}",
                page.text()
            );
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    panic!("never computed");
}
