//! Notes of a team: for nobody else, nowhere in the clear, and gone with the key.

use geleit::jobs::{prepare_note_keys, rotate_note_keys};
use uuid::Uuid;

use crate::cases::refer;
use crate::harness::{Answer, Browser, TestApp};
use crate::html;
use crate::rows::id;

/// A text that stands nowhere else.
const CANARY: &str = "Kanarienvogelnotiz-4711-Zitronenfalter";

#[track_caller]
fn clean(page: &Answer) {
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
}

/// Switches the notes on for the programme of the enquiry (or off).
async fn switch(test: &TestApp, on: bool) {
    test.execute("delete from counselling_rule").await;
    test.execute(&format!(
        "insert into counselling_rule (provider_id, programme_id, notes, missed, changed_at, changed_by_name, version) \
         select distinct k.provider_id, k.programme_id, {on}, 2, 0, 'Karin', 1 from client_case k"
    ))
    .await;
}

async fn write(browser: &mut Browser, case: &str, text: &str) -> Answer {
    let path = format!("{case}/notizen");
    let page = browser.get(&path).await.expect(200);
    clean(&page);
    let token = page.input("einmal").unwrap();
    browser
        .post(&path, &[("einmal", &token), ("notiz", text)])
        .await
}

async fn case(test: &TestApp) -> (Browser, String) {
    let mut counsellor = test.signed_in("beratung").await;
    let case = refer(&mut counsellor, "relative", "parent", "Umfeldberatung", "").await;
    (counsellor, case)
}

#[tokio::test]
async fn notes_are_off_until_the_coordination_wants_them_and_for_the_team_only() {
    let test = TestApp::new().await;
    let (mut counsellor, case) = case(&test).await;
    let path = format!("{case}/notizen");
    counsellor.get(&path).await.expect(404);
    switch(&test, true).await;
    let page = counsellor.get(&path).await.expect(200);
    clean(&page);
    assert!(page.text().contains("vor Gericht verlesen"));
    write(&mut counsellor, &case, &"x".repeat(501))
        .await
        .expect(422);
    write(&mut counsellor, &case, CANARY).await.expect(303);
    assert!(counsellor.get(&path).await.text().contains(CANARY));
    // Nobody else: the own coordination, another provider, prison, office, data protection, administration.
    for login in [
        "koordination",
        "training",
        "sozialdienst",
        "bewaehrung",
        "datenschutz",
        "verwaltung",
    ] {
        let mut other = test.signed_in(login).await;
        other.get(&path).await.expect(404);
    }
    // Out of the team, out of the notes; at once.
    test.execute("update client_case set staff_id = null").await;
    counsellor.get(&path).await.expect(404);
    let note: i64 = test.number("select count(*) from case_note").await;
    assert_eq!(note, 1);
    // Whoever takes over reads them; only the writer deletes.
    test.execute(&format!(
        "update client_case set second_staff_id = (select staff_id from account where login = 'beratung'), \
         staff_id = (select s.id from staff s join provider v on v.id = s.provider_id where v.code = 'apro' and s.id <> \
         (select staff_id from account where login = 'beratung') order by s.id limit 1) where id <> {}",
        id(Uuid::nil())
    ))
    .await;
    let page = counsellor.get(&path).await.expect(200);
    let text = page.text();
    let delete = text
        .split("/notizen/")
        .find_map(|part| part.split("/loeschen").next().filter(|id| id.len() == 36))
        .unwrap()
        .to_owned();
    test.execute(
        "update case_note set written_by = (select id from account where login = 'training')",
    )
    .await;
    counsellor
        .post(&format!("/notizen/{delete}/loeschen"), &[])
        .await
        .expect(404);
    test.execute(
        "update case_note set written_by = (select id from account where login = 'beratung')",
    )
    .await;
    counsellor
        .post(&format!("/notizen/{delete}/loeschen"), &[])
        .await
        .expect(303);
    assert_eq!(test.number("select count(*) from case_note").await, 0);
    switch(&test, false).await;
    counsellor.get(&path).await.expect(404);
}

/// What a program writes to its technical log.
#[derive(Clone, Default)]
struct Log(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_note_stands_nowhere_in_the_clear() {
    // The log at its most talkative; all of the application runs on this thread.
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _listening = tracing::subscriber::set_default(subscriber);
    let test = TestApp::new().await;
    let (mut counsellor, case) = case(&test).await;
    switch(&test, true).await;
    write(&mut counsellor, &case, CANARY).await.expect(303);
    // A form that came back, and one that was sent twice.
    write(&mut counsellor, &case, &CANARY.repeat(20))
        .await
        .expect(422);
    for page in [
        case.as_str(),
        "/faelle",
        "/anfragen",
        "/",
        "/aufgaben",
        "/fruehere-termine",
    ] {
        assert!(
            !counsellor.get(page).await.text().contains(CANARY),
            "{page}"
        );
    }
    let mut protection = test.signed_in("datenschutz").await;
    assert!(!protection.get("/protokoll").await.text().contains(CANARY));
    // Every page without an id, for everybody else who works there.
    for login in [
        "koordination",
        "training",
        "sozialdienst",
        "bewaehrung",
        "zugang",
        "statistik",
        "kora",
        "datenschutz",
        "verwaltung",
    ] {
        let mut other = test.signed_in(login).await;
        for route in geleit::server::routes() {
            if route.method == axum::http::Method::GET && !route.path.contains('{') {
                let page = other.get(route.path).await;
                assert!(!page.text().contains(CANARY), "{login}: {}", route.path);
            }
        }
    }
    tracing::warn!("the log is listened to");
    let log = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(log.contains("the log is listened to"));
    assert!(!log.contains(CANARY));
    // Every column of every table, as text and as bytes; on SQLite the files themselves, too. Last, because the search
    // itself names what it looks for.
    let hits = test.everything_holding(CANARY).await;
    assert_eq!(hits, Vec::<String>::new());
}

#[tokio::test]
async fn a_note_moved_to_another_case_or_changed_does_not_open() {
    let test = TestApp::new().await;
    let (mut counsellor, case) = case(&test).await;
    switch(&test, true).await;
    write(&mut counsellor, &case, CANARY).await.expect(303);
    let other = refer(
        &mut counsellor,
        "professional",
        "teacher",
        "Umfeldberatung",
        "",
    )
    .await;
    let target = Uuid::parse_str(other.trim_start_matches("/faelle/")).unwrap();
    test.execute(&format!("update case_note set case_id = {}", id(target)))
        .await;
    let page = counsellor
        .get(&format!("{other}/notizen"))
        .await
        .expect(200);
    clean(&page);
    assert!(!page.text().contains(CANARY) && page.text().contains("nicht lesbar"));
}

#[tokio::test]
async fn rotation_seals_everything_anew_and_old_keys_open_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notizen.key");
    let test = TestApp::with_note_keys(file.clone()).await;
    let (mut counsellor, case) = case(&test).await;
    switch(&test, true).await;
    let path = format!("{case}/notizen");
    // No file yet: the page says so, everything else works.
    let page = counsellor.get(&path).await.expect(200);
    clean(&page);
    assert!(page.text().contains("Schlüsseldatei der Notizen fehlt"));
    counsellor
        .post(&path, &[("einmal", "n1"), ("notiz", CANARY)])
        .await
        .expect(422);
    counsellor.get(&case).await.expect(200);
    let store = &test.app.store;
    prepare_note_keys(store, &file).await.unwrap();
    for number in 0..60 {
        write(&mut counsellor, &case, &format!("{CANARY} {number}"))
            .await
            .expect(303);
    }
    let before = std::fs::read(&file).unwrap();
    let old = test.number("select count(*) from provider_key").await;
    let done = rotate_note_keys(store, &file).await.unwrap();
    assert_eq!((done.keys, done.notes, old), (1, 60, 1));
    assert_ne!(std::fs::read(&file).unwrap(), before);
    assert!(counsellor.get(&path).await.text().contains(CANARY));
    // The machine stopped between commit and change of the file: the new key lies beside it and is used.
    let newest = std::fs::read(&file).unwrap();
    std::fs::rename(&file, folder.path().join("notizen.key.neu")).unwrap();
    std::fs::write(&file, &before).unwrap();
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    assert!(counsellor.get(&path).await.text().contains(CANARY));
    rotate_note_keys(store, &file).await.unwrap();
    assert_ne!(std::fs::read(&file).unwrap(), newest);
    assert!(counsellor.get(&path).await.text().contains(CANARY));
    // The old key opens nothing any more.
    std::fs::write(&file, &before).unwrap();
    let page = counsellor.get(&path).await.expect(200);
    assert!(!page.text().contains(CANARY) && page.text().contains("nicht lesbar"));
    std::fs::remove_file(&file).unwrap();
    assert!(
        prepare_note_keys(store, &file).await.is_err(),
        "never silently anew"
    );
}

#[tokio::test]
async fn no_file_that_is_handed_out_holds_a_note() {
    let test = TestApp::new().await;
    let person = crate::rows::inmate(&test, "Adler").await;
    let (mut counsellor, case) = crate::talks::exit_case(&test, person).await;
    test.execute(&format!(
        "insert into person_alias (id, person_id, kind, value, value_key, facility_id, valid_from) select {}, {}, \
         'prison_number', 'DD-Adler', 'ddadler', id, '2026-01-05' from facility where code = 'DD'",
        crate::rows::id(crate::world::fresh()),
        crate::rows::id(person)
    ))
    .await;
    switch(&test, true).await;
    write(&mut counsellor, &case, CANARY).await.expect(303);
    assert_eq!(test.number("select count(*) from case_note").await, 1);
    let mut protection = test.signed_in("datenschutz").await;
    let place = crate::subject_report::asked(&mut protection, "ddadler").await;
    let log = format!("/protokoll/personen/{person}");
    let files = [
        format!("{place}/auskunft.pdf"),
        format!("{place}/auskunft.json"),
        format!("{log}/auskunft.pdf"),
        format!("{log}/auskunft.csv"),
    ];
    for path in files {
        let file = protection.get(&path).await.expect(200);
        let text = if path.ends_with("pdf") {
            crate::gate::pdf::words(&file.body)
        } else {
            file.text()
        };
        assert!(text.len() > 100, "{path} is empty");
        assert!(!text.contains(CANARY), "{path}");
    }
}
