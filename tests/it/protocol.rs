//! Searching the log, the monthly sample, and the paper for the data subject.

use crate::harness::TestApp;
use crate::html;
use crate::rows::inmate;

#[tokio::test]
async fn entries_are_found_by_operation_record_kind_and_period() {
    let test = TestApp::new().await;
    let (adler, bussard) = (inmate(&test, "Adler").await, inmate(&test, "Bussard").await);
    let mut prison = test.signed_in("sozialdienst").await;
    prison.open(&format!("/personen/{adler}")).await.expect(200);
    prison
        .open(&format!("/personen/{bussard}/modulpass"))
        .await
        .expect(200);
    let mut browser = test.signed_in("datenschutz").await;
    let empty = browser.open("/protokoll/suche").await.expect(200);
    assert_eq!(html::problems(&empty.text()), Vec::<String>::new());
    assert!(empty.text().contains("Noch nichts gesucht"));
    let rows = async |browser: &mut crate::harness::Browser, query: &str| {
        let page = browser
            .open(&format!("/protokoll/suche?{query}"))
            .await
            .expect(200);
        assert_eq!(html::problems(&page.text()), Vec::<String>::new());
        page.texts("tbody tr")
    };
    let opened = rows(&mut browser, "vorgang=person+ge%C3%B6ffnet").await;
    assert_eq!(opened.len(), 1, "{opened:?}");
    assert!(opened[0].contains("JVA Dresden") && !opened[0].contains("Sabine"));
    let of_record = rows(&mut browser, &format!("datensatz={bussard}")).await;
    assert_eq!(of_record.len(), 1, "{of_record:?}");
    assert!(of_record[0].contains("Modulpass"));
    assert_eq!(rows(&mut browser, "art=loeschung").await.len(), 0);
    assert_eq!(
        rows(&mut browser, "von=01.10.2026&bis=31.10.2026")
            .await
            .len(),
        0
    );
    for wrong in [
        "vorgang=gibtesnicht",
        "von=01.01.2026&bis=23.11.2026",
        "datensatz=17",
        "von=23.11.2026&bis=1.11.2026",
    ] {
        let page = browser
            .open(&format!("/protokoll/suche?{wrong}"))
            .await
            .expect(422);
        assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    }
    // Every search is itself an entry that says by what was searched.
    let searches = test.counted("select object, cast(count(*) as bigint) from audit_entry where route = 'GET /protokoll/suche' group by object").await;
    assert_eq!(searches.values().sum::<i64>(), 9, "{searches:?}");
    assert!(searches.contains_key("protokollsuche nach zeitraum datensatz"));
    let mut prison = test.signed_in("verwaltung").await;
    for path in [
        "/protokoll/suche",
        "/protokoll/stichprobe",
        "/protokoll/auffaelligkeiten",
        "/protokoll/konto",
    ] {
        prison.open(path).await.expect(404);
    }
}

#[tokio::test]
async fn the_data_subject_gets_paper_without_names_of_staff() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Adler").await;
    let mut prison = test.signed_in("sozialdienst").await;
    prison
        .open(&format!("/personen/{person}"))
        .await
        .expect(200);
    let mut browser = test.signed_in("datenschutz").await;
    let path = format!("/protokoll/personen/{person}");
    let page = browser.open(&path).await.expect(200);
    assert_eq!(page.links(&format!("{path}/auskunft.pdf")).len(), 1);
    let file = browser
        .open(&format!("{path}/auskunft.pdf"))
        .await
        .expect(200);
    assert!(file.body.starts_with(b"%PDF-1.7"));
    let text = crate::gate::pdf::words(&file.body);
    for shown in [
        "Wer hat meine Daten verarbeitet?",
        "Adler",
        "Sozialdienst",
        "JVA Dresden",
        "Person geöffnet",
        "Unterbringung in der",
    ] {
        assert!(text.contains(shown), "{shown} in {text}");
    }
    assert!(!text.contains("Sabine"), "{text}");
    assert_eq!(
        test.number("select count(*) from audit_entry where verb = 'offenlegung' and recipient = 'betroffene Person' and route like '%auskunft.pdf'").await,
        1
    );
}

#[tokio::test]
async fn the_monthly_sample_is_drawn_once_and_judged_once() {
    let test = TestApp::new().await;
    let mut prison = test.signed_in("sozialdienst").await;
    for number in 0..25 {
        let person = inmate(&test, &format!("Person{number:02}")).await;
        prison
            .open(&format!("/personen/{person}"))
            .await
            .expect(200);
    }
    let mut browser = test.signed_in("datenschutz").await;
    let running = browser
        .open("/protokoll/stichprobe?monat=2026-11")
        .await
        .expect(200);
    assert!(running.text().contains("Der Monat läuft noch"));
    browser
        .post("/protokoll/stichprobe/ziehen", &[("monat", "2026-11")])
        .await
        .expect(400);
    browser
        .post("/protokoll/stichprobe/ziehen", &[("monat", "irgendwann")])
        .await
        .expect(400);
    // In December.
    test.clock.set(test.clock_now().plus_minutes(10 * 24 * 60));
    let mut browser = test.signed_in("datenschutz").await;
    let before = browser.open("/protokoll/stichprobe").await.expect(200);
    assert_eq!(html::problems(&before.text()), Vec::<String>::new());
    assert!(
        before.text().contains("November 2026") && before.text().contains("Noch nicht gezogen")
    );
    browser
        .post("/protokoll/stichprobe/ziehen", &[("monat", "2026-11")])
        .await
        .expect(303);
    let drawn = test.number("select count(*) from sampled_read").await;
    assert!((5..=20).contains(&drawn), "{drawn}");
    let sequences = "select cast(sequence as text), place from sampled_read";
    let first = test.counted(sequences).await;
    browser
        .post("/protokoll/stichprobe/ziehen", &[("monat", "2026-11")])
        .await
        .expect(303);
    assert_eq!(test.counted(sequences).await, first, "drawn once");
    // Whoever threw it away and draws again gets the same readings.
    test.execute("delete from sampled_read").await;
    browser
        .post("/protokoll/stichprobe/ziehen", &[("monat", "2026-11")])
        .await
        .expect(303);
    assert_eq!(test.counted(sequences).await, first, "the same draw");
    let page = browser
        .open("/protokoll/stichprobe?monat=2026-11")
        .await
        .expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    assert_eq!(page.texts("tbody tr").len() as i64, drawn);
    assert!(
        page.text().contains("Unterbringung in der Einrichtung") && !page.text().contains("Sabine")
    );
    let hidden = |name: &str| page.input(name).unwrap();
    let (entry, number, place) = (hidden("eintrag"), hidden("nummer"), hidden("platz"));
    let note = format!("bemerkung_{place}");
    let fields = |judgement: &'static str, text: &'static str| {
        vec![
            ("monat", "2026-11".to_owned()),
            ("eintrag", entry.clone()),
            ("nummer", number.clone()),
            ("platz", place.clone()),
            ("urteil", judgement.to_owned()),
            (note.as_str(), text.to_owned()),
        ]
    };
    let send = async |browser: &mut crate::harness::Browser, fields: Vec<(&str, String)>| {
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        browser
            .post("/protokoll/stichprobe/beurteilen", &fields)
            .await
    };
    send(&mut browser, fields("conspicuous", ""))
        .await
        .expect(422);
    send(&mut browser, fields("conspicuous", "Kein Anlass erkennbar"))
        .await
        .expect(303);
    send(&mut browser, fields("ok", "")).await.expect(409);
    assert_eq!(test.number("select count(*) from sampled_read where judgement = 'conspicuous' and judged_by_name = 'Dorothea Schutz'").await, 1);
    assert_eq!(test.number("select count(*) from history where object_kind = 'sampled_read' and new_value = 'auffällig'").await, 1);
}
