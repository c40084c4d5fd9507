//! Figures for KORA: four eyes, the bytes that leave the house, and the counting behind them.

mod cases;
mod counting;

use axum::http::header;
use geleit::base::crypto::{hex, sha256};
use geleit::statistics::attacker::too_narrow;
use geleit::statistics::cube::Measure;

use self::cases::small_figures;
use crate::harness::{Answer, Browser, TestApp};
use crate::html;

async fn prepare(browser: &mut Browser, quarter: &str) -> Answer {
    let page = browser.get("/statistik").await.expect(200);
    let token = page.input("einmal").unwrap_or_default();
    browser
        .post(
            "/statistik/vorbereiten",
            &[("quartal", quarter), ("einmal", &token)],
        )
        .await
}

/// What a second person sends to approve, read off the page that person sees.
async fn seal(browser: &mut Browser, preview: &str) -> (String, String) {
    let page = browser.get(preview).await.expect(200);
    (
        page.input("hash").expect("a form to approve"),
        page.input("version").unwrap(),
    )
}

/// Prepares and publishes 2026-Q3; returns the id of the release.
async fn publish(test: &TestApp) -> String {
    let mut first = test.signed_in("statistik").await;
    let preview = prepare(&mut first, "2026-Q3")
        .await
        .expect(303)
        .location()
        .to_owned();
    let mut second = test.signed_in("statistik.zwei").await;
    let (hash, version) = seal(&mut second, &preview).await;
    second
        .post(
            &format!("{preview}/freigeben"),
            &[("hash", &hash), ("version", &version)],
        )
        .await
        .expect(303);
    preview.trim_start_matches("/statistik/").to_owned()
}

#[tokio::test]
async fn a_release_takes_two_people_and_kora_sees_nothing_before() {
    let test = TestApp::new().await;
    small_figures(&test).await;
    let mut first = test.signed_in("statistik").await;
    let mut kora = test.signed_in("kora").await;
    let preview = prepare(&mut first, "2026-Q3")
        .await
        .expect(303)
        .location()
        .to_owned();
    let id = preview.trim_start_matches("/statistik/").to_owned();

    // The preview is what KORA will see, with the proof; the preparing person cannot approve.
    let page = first.get(&preview).await.expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    assert!(
        page.texts(".tag").contains(&"✓geprüft".to_owned()),
        "{:?}",
        page.texts(".tag")
    );
    assert!(!page.texts(".supp").is_empty() && page.text().contains("Ein Punkt heißt"));
    assert!(page.text().contains("zweite Person") && page.input("hash").is_none());

    // Prepared: not there for KORA, nor under any other address.
    for path in [
        format!("/zahlen/{id}"),
        format!("/zahlen/{id}/csv"),
        format!("/zahlen/{id}/liesmich"),
        preview.clone(),
        "/statistik".into(),
    ] {
        kora.get(&path).await.expect(404);
    }
    assert!(
        kora.get("/zahlen")
            .await
            .expect(200)
            .links("/zahlen/")
            .is_empty()
    );
    first.get(&format!("/zahlen/{id}/csv")).await.expect(404);

    let mut second = test.signed_in("statistik.zwei").await;
    let (hash, version) = seal(&mut second, &preview).await;
    let approve = format!("{preview}/freigeben");
    let own = first
        .post(&approve, &[("hash", &hash), ("version", &version)])
        .await
        .expect(422);
    assert!(own.text().contains("zweite Person"));
    assert_eq!(html::problems(&own.text()), Vec::<String>::new());
    // Bound to what was shown.
    second
        .post(
            &approve,
            &[
                (
                    "hash",
                    &hash.replace(|digit: char| digit.is_ascii_digit(), "0"),
                ),
                ("version", &version),
            ],
        )
        .await
        .expect(409);
    second
        .post(&approve, &[("hash", &hash), ("version", "9")])
        .await
        .expect(409);
    kora.post(&approve, &[("hash", &hash), ("version", &version)])
        .await
        .expect(404);
    kora.get(&format!("/zahlen/{id}/csv")).await.expect(404);

    second
        .post(&approve, &[("hash", &hash), ("version", &version)])
        .await
        .expect(303);
    second
        .post(&approve, &[("hash", &hash), ("version", &version)])
        .await
        .expect(409);
    second
        .post(&format!("{preview}/verwerfen"), &[("version", "2")])
        .await
        .expect(409);
    let again = prepare(&mut first, "2026-Q3").await.expect(422);
    assert!(again.text().contains("bereits veröffentlicht"));
    assert_eq!(html::problems(&again.text()), Vec::<String>::new());
    let done = first.get(&preview).await.expect(200);
    assert!(done.text().contains("Susanne Summe") && done.text().contains("Stefan Zahl"));
    assert_eq!(html::problems(&done.text()), Vec::<String>::new());
}

#[tokio::test]
async fn kora_gets_exactly_the_approved_bytes() {
    let test = TestApp::new().await;
    small_figures(&test).await;
    let id = publish(&test).await;
    let mut kora = test.signed_in("kora").await;
    let list = kora.get("/zahlen").await.expect(200);
    assert_eq!(html::problems(&list.text()), Vec::<String>::new());
    assert!(list.text().contains("3. Quartal 2026"));
    let address = format!("/zahlen/{id}");
    let page = kora.get(&address).await.expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    assert!(
        page.text().contains("Zahlenwert geheim gehalten") && !page.text().contains("Stefan Zahl")
    );

    let before = test
        .number(
            "select count(*) from audit_entry where verb = 'offenlegung' and recipient = 'KORA'",
        )
        .await;
    let file = kora.get(&format!("{address}/csv")).await.expect(200);
    let after = test
        .number(
            "select count(*) from audit_entry where verb = 'offenlegung' and recipient = 'KORA'",
        )
        .await;
    assert_eq!(after, before + 1);
    assert_eq!(
        file.headers[header::CONTENT_TYPE],
        "text/csv; charset=utf-8"
    );
    assert_eq!(
        file.headers[header::CONTENT_DISPOSITION],
        "attachment; filename=\"kora-2026-Q3.csv\""
    );
    assert_eq!(
        kora.get(&format!("{address}/csv")).await.expect(200).body,
        file.body
    );
    assert!(
        list.text().contains(&hex(&sha256(&file.body))),
        "the checksum in the list is that of the file"
    );

    assert_eq!(too_narrow(&[&file.body], 5), Ok(Vec::new()));
    let text = file.text();
    assert!(
        text.contains(";personen_aufgenommen;.;g"),
        "there is a small figure, so something is hidden"
    );
    for field in text
        .trim_start_matches('\u{feff}')
        .lines()
        .flat_map(|line| line.split(';'))
    {
        assert!(
            !field.is_empty() && !field.starts_with(['=', '+', '-', '@', '\t', '\'', '"']),
            "{field}"
        );
    }

    let explained = kora.get(&format!("{address}/liesmich")).await.expect(200);
    assert_eq!(
        explained.headers[header::CONTENT_TYPE],
        "text/plain; charset=utf-8"
    );
    for measure in Measure::ALL {
        assert!(explained.text().contains(measure.definition()));
    }
    // Unknown is the same as forbidden.
    kora.get("/zahlen/00000000-0000-4000-8000-000000000000/csv")
        .await
        .expect(404);
    test.signed_in("sozialdienst")
        .await
        .get(&address)
        .await
        .expect(404);
}

#[tokio::test]
async fn the_same_data_give_the_same_bytes_and_nothing_is_replaced() {
    let test = TestApp::new().await;
    small_figures(&test).await;
    let mut browser = test.signed_in("statistik").await;
    let mut second = test.signed_in("statistik.zwei").await;
    let preview = prepare(&mut browser, "2026-Q3")
        .await
        .expect(303)
        .location()
        .to_owned();
    let (hash, version) = seal(&mut second, &preview).await;
    let refused = prepare(&mut browser, "2026-Q3").await.expect(422);
    assert!(refused.text().contains("bereits vorbereitet"));
    browser
        .post(&format!("{preview}/verwerfen"), &[("version", &version)])
        .await
        .expect(303);
    second
        .post(
            &format!("{preview}/freigeben"),
            &[("hash", &hash), ("version", &version)],
        )
        .await
        .expect(409);
    let discarded = browser.get(&preview).await.expect(200);
    assert!(discarded.text().contains("Veröffentlichung verworfen"));
    assert_eq!(html::problems(&discarded.text()), Vec::<String>::new());

    let next = prepare(&mut browser, "2026-Q3")
        .await
        .expect(303)
        .location()
        .to_owned();
    assert_ne!(next, preview);
    assert_eq!(seal(&mut second, &next).await.0, hash);
    let register = browser.get("/statistik").await.expect(200);
    assert_eq!(html::problems(&register.text()), Vec::<String>::new());
    assert_eq!(register.texts("td .tag").len(), 2);
}

#[tokio::test]
async fn only_finished_quarters_are_prepared_and_a_form_acts_once() {
    let test = TestApp::new().await;
    let mut browser = test.signed_in("statistik").await;
    let empty = browser.get("/statistik").await.expect(200);
    assert_eq!(html::problems(&empty.text()), Vec::<String>::new());
    assert_eq!(
        empty.option("quartal", "3. Quartal 2026").as_deref(),
        Some("2026-Q3")
    );
    assert_eq!(empty.texts("select option").len(), 8);
    for (quarter, why) in [
        ("2026-Q4", "noch nicht zu Ende"),
        ("2027-Q1", "Zukunft"),
        ("2020-Q1", "zu weit zurück"),
        ("", "Quartal"),
    ] {
        let page = prepare(&mut browser, quarter).await.expect(422);
        assert!(page.text().contains(why), "{quarter}");
    }
    let token = empty.input("einmal").unwrap();
    let send = [("quartal", "2026-Q3"), ("einmal", token.as_str())];
    let one = browser
        .post("/statistik/vorbereiten", &send)
        .await
        .expect(303);
    let two = browser
        .post("/statistik/vorbereiten", &send)
        .await
        .expect(303);
    assert_eq!(one.location(), two.location());
    assert_eq!(
        test.number("select count(*) from statistics_release").await,
        1
    );
    test.signed_in("kora")
        .await
        .post("/statistik/vorbereiten", &send)
        .await
        .expect(404);
}

#[tokio::test]
async fn a_file_changed_in_the_database_is_neither_approved_nor_handed_out() {
    let test = TestApp::new().await;
    small_figures(&test).await;
    let mut first = test.signed_in("statistik").await;
    let preview = prepare(&mut first, "2026-Q3")
        .await
        .expect(303)
        .location()
        .to_owned();
    let mut second = test.signed_in("statistik.zwei").await;
    let (hash, version) = seal(&mut second, &preview).await;
    let other = hash.chars().rev().collect::<String>();
    test.execute(&format!(
        "update statistics_release set content_hash = '{other}'"
    ))
    .await;
    let refused = second
        .post(
            &format!("{preview}/freigeben"),
            &[("hash", &other), ("version", &version)],
        )
        .await
        .expect(422);
    assert!(refused.text().contains("Prüfsumme"));
    test.execute("update statistics_release set state = 'published'")
        .await;
    let mut kora = test.signed_in("kora").await;
    kora.get(&preview.replace("/statistik", "/zahlen"))
        .await
        .expect(503);
    kora.get(&format!("{}/csv", preview.replace("/statistik", "/zahlen")))
        .await
        .expect(503);
}

/// Runs the command line on the test's database; returns exit code, output, message.
fn export(test: &TestApp, quarter: &str) -> (Option<i32>, Vec<u8>, String) {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let folder = tempfile::tempdir().unwrap();
    let mut key = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(folder.path().join("geleit.key"))
        .unwrap();
    writeln!(key, "{}", hex(&crate::harness::SECRET)).unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_geleit"))
        .args(["export", "kora", "--period", quarter])
        .env("GELEIT_DATA_DIR", folder.path())
        .env("GELEIT_DATABASE", &test.url)
        .output()
        .unwrap();
    (
        output.status.code(),
        output.stdout,
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

#[tokio::test]
async fn the_command_line_writes_the_published_bytes() {
    let test = TestApp::new().await;
    small_figures(&test).await;
    let (code, bytes, message) = export(&test, "2026-Q3");
    assert_eq!((code, bytes.is_empty()), (Some(1), true), "{message}");
    assert!(message.contains("3. Quartal 2026"), "{message}");
    let id = publish(&test).await;
    let file = test
        .signed_in("kora")
        .await
        .get(&format!("/zahlen/{id}/csv"))
        .await
        .expect(200)
        .body;
    let (code, bytes, message) = export(&test, "2026-Q3");
    assert_eq!(code, Some(0), "{message}");
    assert_eq!(bytes, file);
    assert_eq!(export(&test, "2026-3").0, Some(2));
    let entries =
        "select count(*) from audit_entry where object = 'kora 2026-Q3' and recipient = 'KORA'";
    assert_eq!(test.number(entries).await, 1);
}

#[tokio::test]
async fn every_release_is_checked_together_with_all_published_ones() {
    let test = TestApp::new().await;
    small_figures(&test).await;
    // A programme that was over before the quarter, with a participation that was closed too late.
    test.execute("update programme set valid_to = '2026-01-01' where code = 'ausstieg'")
        .await;
    let mut first = test.signed_in("statistik").await;
    let mut second = test.signed_in("statistik.zwei").await;
    for (quarter, others) in [
        ("2026-Q3", "dieser Datei keinen"),
        ("2026-Q2", "und 1 weiteren Veröffentlichung"),
    ] {
        let preview = prepare(&mut first, quarter)
            .await
            .expect(303)
            .location()
            .to_owned();
        let page = first.get(&preview).await.expect(200).text();
        assert_eq!(
            page.contains("weil es die Maßnahme im Quartal nicht gab: ausstieg."),
            quarter == "2026-Q3"
        );
        assert!(page.contains(others), "{page}");
        let (hash, version) = seal(&mut second, &preview).await;
        second
            .post(
                &format!("{preview}/freigeben"),
                &[("hash", &hash), ("version", &version)],
            )
            .await
            .expect(303);
    }
    let mut kora = test.signed_in("kora").await;
    let addresses = kora.get("/zahlen").await.expect(200).links("/zahlen/");
    let files: Vec<String> = addresses
        .iter()
        .filter(|address| address.ends_with("/csv"))
        .cloned()
        .collect();
    assert_eq!(files.len(), 2);
    let newest = kora.get(&files[0]).await.expect(200);
    assert!(newest.text().contains("2026-Q3;") && !newest.text().contains("ausstieg"));
    let older = kora.get(&files[1]).await.expect(200);
    assert_eq!(too_narrow(&[&newest.body, &older.body], 5), Ok(Vec::new()));
}
