//! Figures for KORA: four eyes, the bytes that leave the house, corrections, withdrawal, and the counting behind them.

mod bad_input;
mod cases;
mod coarser;
mod corrections;
mod counting;
mod decade;
mod once;
mod preview;
pub mod sealed;

use axum::http::header;
use geleit::base::crypto::{hex, sha256};
use geleit::jobs;
use geleit::statistics::file::{self, Figure, Known, ReleaseContent, read_zip};
use geleit::statistics::measure::Measure;
use geleit::statistics::{Cleared, FigureKey, Release, disclosure};
use time::macros::date;

use self::cases::small_figures;
use crate::harness::{Answer, Browser, TestApp};
use crate::html;

/// A page that never shows what waits for a computation.
const TRIES: usize = 200;

/// Sends the form of a report.
async fn order(browser: &mut Browser, report: &str, fields: &[(&str, &str)]) -> Answer {
    let page = browser
        .get(&format!("/statistik/berichte?bericht={report}"))
        .await
        .expect(200);
    let token = page.input("einmal").unwrap_or_default();
    let mut all = vec![("bericht", report), ("einmal", token.as_str())];
    all.extend(fields);
    browser.post("/statistik/vorbereiten", &all).await
}

/// Prepares a report and waits for its computation; the address of the preview.
pub async fn prepare(browser: &mut Browser, report: &str, fields: &[(&str, &str)]) -> String {
    let answer = order(browser, report, fields).await;
    let preview = answer.expect(303).location().to_owned();
    ready(browser, &preview).await;
    preview
}

/// Waits until a computation is over.
async fn ready(browser: &mut Browser, preview: &str) {
    for _ in 0..TRIES {
        let page = browser.get(preview).await.expect(200);
        if !page.text().contains("wird berechnet") {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    panic!("{preview} is never computed");
}

/// What a second person sends to approve, read off the page that person sees.
async fn seal(browser: &mut Browser, preview: &str) -> (String, String) {
    let page = browser.get(preview).await.expect(200);
    (
        page.input("hash").expect("a form to approve"),
        page.input("version").unwrap(),
    )
}

async fn approve(test: &TestApp, preview: &str) -> Answer {
    let mut second = test.signed_in("statistik.zwei").await;
    let (hash, version) = seal(&mut second, preview).await;
    second
        .post(
            &format!("{preview}/freigeben"),
            &[("hash", &hash), ("version", &version)],
        )
        .await
}

/// Prepares and publishes a report; returns the id of the release.
async fn publish(test: &TestApp, report: &str, fields: &[(&str, &str)]) -> String {
    let mut first = test.signed_in("statistik").await;
    let preview = prepare(&mut first, report, fields).await;
    approve(test, &preview).await.expect(303);
    preview.trim_start_matches("/statistik/").to_owned()
}

pub const Q3: &[(&str, &str)] = &[("zeitraum", "2026-Q3")];

/// The content of a published release, as its package tells it.
async fn content(test: &TestApp, id: &str) -> ReleaseContent {
    let mut kora = test.signed_in("kora").await;
    let zip = kora
        .get(&format!("/zahlen/{id}/zip"))
        .await
        .expect(200)
        .body;
    read_zip(&zip, Known::Any).expect("a package").content
}

/// The figure of a release.
fn figure(content: &ReleaseContent, table: &str, measure: &str, codes: &[&str]) -> Figure {
    let table = content
        .tables
        .iter()
        .find(|known| known.code == table)
        .expect("a table");
    let cell = table
        .cells
        .iter()
        .find(|cell| cell.measure == measure && cell.codes == codes);
    cell.expect("a cell").figure.clone()
}

/// A small release for pages that only need one.
pub fn made_up_files(test: &TestApp, period: &str) -> file::ReleaseFiles {
    let quarter: geleit::base::calendar::Quarter = period.parse().unwrap();
    let code = |code: &str, label: &str, parent: Option<&str>| file::CodeItem {
        code: code.into(),
        label: label.into(),
        parent: parent.map(str::to_owned),
        valid_from: None,
        valid_until: None,
        federal: None,
    };
    let cell = |code: &str| file::CellContent {
        measure: "begonnen".into(),
        codes: vec![code.into()],
        figure: Figure::Nothing,
    };
    // Also made-up numbers reach a file through disclosure control only: 4 and 8 are hidden, 12 is told.
    let mut problem = disclosure::Problem::new(disclosure::Rule::default());
    let (group, single) = (problem.base(4), problem.base(8));
    for (code, cells) in [
        ("gesamt", vec![group, single]),
        ("akt_gruppe", vec![group]),
        ("akt_einzel", vec![single]),
    ] {
        let key = FigureKey {
            table: "massnahmen",
            measure: Measure::Started,
            codes: vec![code.into()],
        };
        problem.figure(key, cells);
    }
    let mut figures = Cleared::default();
    let published = disclosure::protect(
        &problem,
        disclosure::Budget::default(),
        &mut disclosure::Silent,
    );
    figures.add(&published.expect("a safe choice"));
    let protection = file::Protection::Suppression { threshold: 5 };
    let content = ReleaseContent {
        report: file::Named {
            code: "quartal".into(),
            label: "Quartalsbericht".into(),
        },
        period: file::PeriodInfo {
            code: period.into(),
            label: quarter.label(),
            first: quarter.first_day(),
            last: quarter.day_after().previous_day().unwrap(),
        },
        cut_off: date!(2026 - 10 - 15),
        version: 1,
        correction: None,
        method: file::method_text(&protection),
        protection,
        notes: vec!["Nur ein Beispiel.".into()],
        dimensions: vec![file::Dimension {
            code: "massnahme".into(),
            label: "Maßnahme".into(),
            definition: "Was angeboten wird.".into(),
            codes: vec![
                code("gesamt", "alle", None),
                code("akt_gruppe", "AKT als Gruppe", Some("gesamt")),
                code("akt_einzel", "AKT einzeln", Some("gesamt")),
            ],
        }],
        measures: vec![file::MeasureInfo {
            code: "begonnen".into(),
            label: "Begonnene Maßnahmen".into(),
            definition: "Was begann.".into(),
            unit: "Fälle".into(),
            decimals: 0,
            additive: vec!["massnahme".into()],
            open: false,
        }],
        tables: vec![file::TableContent {
            code: "massnahmen".into(),
            label: "Nach Maßnahme".into(),
            dimensions: vec!["massnahme".into()],
            cells: vec![cell("gesamt"), cell("akt_gruppe"), cell("akt_einzel")],
        }],
    };
    let release = Release::new(content, figures);
    file::write_release(&release, test.app.desk.signer()).expect("a release")
}

#[tokio::test]
async fn a_release_takes_two_people_and_kora_sees_nothing_before() {
    let test = TestApp::new().await;
    small_figures(&test).await;
    let mut first = test.signed_in("statistik").await;
    let mut kora = test.signed_in("kora").await;
    let preview = prepare(&mut first, "quartal", Q3).await;
    let id = preview.trim_start_matches("/statistik/").to_owned();

    // The preview is what KORA will see, with the reasons; the preparing person cannot approve.
    let page = first.get(&preview).await.expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    assert!(!page.texts(".supp").is_empty() && page.text().contains("Ein Punkt heißt"));
    assert!(
        page.text().contains("Der Wert ist klein.") && page.text().contains("Informationsverlust")
    );
    assert!(page.text().contains("zweite Person") && page.input("hash").is_none());

    // Prepared: not there for KORA, nor under any other address.
    for path in ["", "/csv", "/zip", "/xlsx"] {
        kora.get(&format!("/zahlen/{id}{path}")).await.expect(404);
        first.get(&format!("/zahlen/{id}{path}")).await.expect(404);
    }
    for path in [
        preview.as_str(),
        "/statistik",
        "/statistik/berichte",
        "/statistik/verzeichnis",
    ] {
        kora.get(path).await.expect(404);
    }
    assert!(
        kora.get("/zahlen")
            .await
            .expect(200)
            .links("/zahlen/")
            .is_empty()
    );

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
    let other = hash.replace(|digit: char| digit.is_ascii_digit(), "0");
    second
        .post(&approve, &[("hash", &other), ("version", &version)])
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
        .post(&format!("{preview}/verwerfen"), &[("version", "3")])
        .await
        .expect(409);
    let again = order(&mut first, "quartal", Q3).await.expect(422);
    assert!(
        again.text().contains("nichts zu korrigieren"),
        "{}",
        again.text()
    );
    assert_eq!(html::problems(&again.text()), Vec::<String>::new());
    let done = first.get(&preview).await.expect(200);
    assert!(done.text().contains("Susanne Summe") && done.text().contains("Stefan Zahl"));
    assert_eq!(html::problems(&done.text()), Vec::<String>::new());
}

#[tokio::test]
async fn the_second_account_of_a_person_is_no_second_person() {
    let test = TestApp::new().await;
    small_figures(&test).await;
    let mut first = test.signed_in("statistik").await;
    let preview = prepare(&mut first, "quartal", Q3).await;
    test.execute(
        "update account set holder_id = (select a.id from account a where a.login = 'statistik') where login = 'statistik.zwei'",
    )
    .await;
    let mut second = test.signed_in("statistik.zwei").await;
    let page = second.get(&preview).await.expect(200);
    assert!(page.input("hash").is_none());
    let hash = test
        .text(&format!(
            "select content_hash from statistics_release where id = {}",
            crate::rows::id(preview.trim_start_matches("/statistik/").parse().unwrap())
        ))
        .await;
    let refused = second
        .post(
            &format!("{preview}/freigeben"),
            &[("hash", &hash), ("version", "2")],
        )
        .await
        .expect(422);
    assert!(refused.text().contains("einem anderen Konto"));
    assert_eq!(
        test.number("select count(*) from statistics_release where state = 'published'")
            .await,
        0
    );
}

#[tokio::test]
async fn kora_gets_exactly_the_approved_bytes() {
    let test = TestApp::new().await;
    small_figures(&test).await;
    let id = publish(&test, "quartal", Q3).await;
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
    // Why a figure is hidden is itself a secret.
    assert!(!page.text().contains("Der Wert ist klein"));

    let disclosed =
        "select count(*) from audit_entry where verb = 'offenlegung' and recipient = 'KORA'";
    for (kind, content_type) in [
        ("csv", "text/csv; charset=utf-8"),
        ("zip", "application/zip"),
        (
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
    ] {
        let before = test.number(disclosed).await;
        let file = kora.get(&format!("{address}/{kind}")).await.expect(200);
        assert_eq!(test.number(disclosed).await, before + 1);
        assert_eq!(file.headers[header::CONTENT_TYPE], content_type);
        let name = file.headers[header::CONTENT_DISPOSITION]
            .to_str()
            .unwrap()
            .to_owned();
        assert!(
            name.starts_with("attachment; filename=\"kora-quartal-2026-Q3-v1")
                && name.ends_with(&format!(".{kind}\"")),
            "{name}"
        );
        assert_eq!(
            kora.get(&format!("{address}/{kind}"))
                .await
                .expect(200)
                .body,
            file.body
        );
        assert!(
            page.text().contains(&hex(&sha256(&file.body))),
            "{kind}: the checksum on the page is that of the file"
        );
    }
    let csv = kora.get(&format!("{address}/csv")).await.expect(200).text();
    for field in csv
        .trim_start_matches('\u{feff}')
        .lines()
        .flat_map(|line| line.split(';'))
    {
        assert!(!field.starts_with(['=', '+', '@', '\t', '\'']), "{field}");
    }
    let said = content(&test, &id).await;
    assert!(!said.measure("begonnen").unwrap().definition.is_empty());
    assert!(matches!(
        figure(&said, "massnahmen", "begonnen", &["akt_einzel"]),
        Figure::Hidden(_)
    ));
    assert_eq!(
        figure(&said, "massnahmen", "begonnen", &["gesamt"]),
        Figure::Number(19)
    );
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
async fn the_same_data_give_the_same_bytes() {
    let test = TestApp::new().await;
    small_figures(&test).await;
    let mut browser = test.signed_in("statistik").await;
    let mut second = test.signed_in("statistik.zwei").await;
    let preview = prepare(&mut browser, "quartal", Q3).await;
    let (hash, version) = seal(&mut second, &preview).await;
    let refused = order(&mut browser, "quartal", Q3).await.expect(422);
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
    assert_eq!(html::problems(&discarded.text()), Vec::<String>::new());

    let next = prepare(&mut browser, "quartal", Q3).await;
    assert_ne!(next, preview);
    assert_eq!(seal(&mut second, &next).await.0, hash);
    // The same on both databases: the hash covers every byte of every file.
    insta::assert_snapshot!("hash_of_a_release", hash);
    let register = browser.get("/statistik/verzeichnis").await.expect(200);
    assert_eq!(html::problems(&register.text()), Vec::<String>::new());
    assert_eq!(register.texts("td .tag").len(), 2);
}

#[tokio::test]
async fn a_file_changed_in_the_database_is_neither_approved_nor_handed_out() {
    let test = TestApp::new().await;
    small_figures(&test).await;
    let mut first = test.signed_in("statistik").await;
    let preview = prepare(&mut first, "quartal", Q3).await;
    let mut second = test.signed_in("statistik.zwei").await;
    let (hash, version) = seal(&mut second, &preview).await;
    let before = "select content_hash from statistics_file where kind = 'csv'";
    let kept = test.text(before).await;
    let other = kept.chars().rev().collect::<String>();
    test.execute(&format!(
        "update statistics_file set content_hash = '{other}' where kind = 'csv'"
    ))
    .await;
    let refused = second
        .post(
            &format!("{preview}/freigeben"),
            &[("hash", &hash), ("version", &version)],
        )
        .await
        .expect(422);
    assert!(refused.text().contains("Prüfsumme"));
    test.execute("update statistics_release set state = 'published'")
        .await;
    let mut kora = test.signed_in("kora").await;
    let page = preview.replace("/statistik", "/zahlen");
    kora.get(&page).await.expect(503);
    kora.get(&format!("{page}/csv")).await.expect(503);
}

/// A data directory for the command line on the test's database: its key, and the ledger of erasures that belongs to it.
async fn data_directory(test: &TestApp) -> tempfile::TempDir {
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
    let ledger = crate::retention::ledger(&folder.path().join("loeschbuch.jsonl"));
    jobs::open_ledger(&test.app.store, &ledger).await.unwrap();
    folder
}

/// Runs the command line on the test's database; returns exit code, output, message.
fn export(
    test: &TestApp,
    folder: &tempfile::TempDir,
    arguments: &[&str],
) -> (Option<i32>, Vec<u8>, String) {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_geleit"))
        .args(["export", "kora"])
        .args(arguments)
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
    let folder = data_directory(&test).await;
    let (code, bytes, message) = export(&test, &folder, &["--period", "2026-Q3"]);
    assert_eq!((code, bytes.is_empty()), (Some(1), true), "{message}");
    assert!(message.contains("3. Quartal 2026"), "{message}");
    let id = publish(&test, "quartal", Q3).await;
    for kind in ["csv", "zip", "xlsx"] {
        let file = test
            .signed_in("kora")
            .await
            .get(&format!("/zahlen/{id}/{kind}"))
            .await
            .expect(200)
            .body;
        let (code, bytes, message) =
            export(&test, &folder, &["--period", "2026-Q3", "--format", kind]);
        assert_eq!(code, Some(0), "{message}");
        assert_eq!(bytes, file);
    }
    assert_eq!(export(&test, &folder, &["--period", "2026-3"]).0, Some(2));
    assert_eq!(
        export(&test, &folder, &["--period", "2026-Q3", "--format", "pdf"]).0,
        Some(2)
    );
    assert_eq!(
        export(
            &test,
            &folder,
            &["--period", "2026-Q3", "--report", "landtag"]
        )
        .0,
        Some(1)
    );
    let entries = "select count(*) from audit_entry where object like 'kora quartal 2026-Q3 %' and recipient = 'KORA'";
    assert_eq!(test.number(entries).await, 3);
}

#[tokio::test]
async fn pages_of_the_office_read_well_in_every_state() {
    let test = TestApp::new().await;
    let mut browser = test.signed_in("statistik").await;
    for page in [
        "/statistik",
        "/statistik/berichte",
        "/statistik/verzeichnis",
        "/statistik/berichte?bericht=landtag",
    ] {
        let empty = browser.get(page).await.expect(200);
        assert_eq!(
            html::problems(&empty.text()),
            Vec::<String>::new(),
            "{page}"
        );
    }
    small_figures(&test).await;
    let id = publish(&test, "quartal", Q3).await;
    for page in [
        "/statistik",
        "/statistik/berichte",
        "/statistik/verzeichnis",
        "/statistik/berichte?bericht=quartal",
    ] {
        let full = browser.get(page).await.expect(200);
        assert_eq!(html::problems(&full.text()), Vec::<String>::new(), "{page}");
    }
    // Every table of the report, each on a screen of its own.
    let said = content(&test, &id).await;
    for table in &said.tables {
        for page in [
            format!("/statistik/{id}?tabelle={}", table.code),
            format!("/zahlen/{id}?tabelle={}&teil=a14_17", table.code),
        ] {
            let shown = browser.get(&page).await.expect(200);
            assert_eq!(
                html::problems(&shown.text()),
                Vec::<String>::new(),
                "{page}"
            );
            assert!(shown.text().contains(&table.label), "{page}");
        }
    }
    // A computation that was left behind, and one that found no way.
    test.execute("update statistics_release set state = 'computing'")
        .await;
    let left = browser.get(&format!("/statistik/{id}")).await.expect(200);
    assert!(left.text().contains("läuft nicht mehr"));
    assert_eq!(html::problems(&left.text()), Vec::<String>::new());
    test.execute("delete from statistics_file").await;
    browser
        .post(&format!("/statistik/{id}/fortsetzen"), &[])
        .await
        .expect(303);
    ready(&mut browser, &format!("/statistik/{id}")).await;
    assert_eq!(test.number("select count(*) from statistics_file").await, 3);
    test.execute("update statistics_release set state = 'failed', problem = 'Kein Weg gefunden.'")
        .await;
    let failed = browser.get(&format!("/statistik/{id}")).await.expect(200);
    assert!(failed.text().contains("Kein Weg gefunden."));
    assert_eq!(html::problems(&failed.text()), Vec::<String>::new());
}
