//! Lists of people: dry run, take over once, refuse what cannot be read, page through many.

use std::fmt::Write;
use std::time::Instant;

use crate::harness::{Answer, Browser, TestApp};
use crate::html;

macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!("../../fixtures/imports/", $name)).as_slice()
    };
}

const UPLOAD: &str = "/personen/einlesen";

#[track_caller]
fn sound(answer: &Answer) {
    assert_eq!(html::problems(&answer.text()), Vec::<String>::new());
}

/// Uploads a list; gives the address of its dry run.
async fn upload(browser: &mut Browser, content: &[u8]) -> String {
    browser
        .upload(UPLOAD, &[], "liste.csv", content)
        .await
        .expect(303)
        .location()
        .to_owned()
}

/// The counts of the dry run: new, changed, unchanged, errors, to check.
async fn counts(browser: &mut Browser, path: &str) -> Vec<String> {
    let page = browser.get(path).await.expect(200);
    sound(&page);
    page.texts("dl.summary dd")
}

async fn take_over(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
    let version = browser.get(path).await.input("version").unwrap_or_default();
    let mut all = vec![("version", version.as_str())];
    all.extend_from_slice(fields);
    browser.post(&format!("{path}/uebernehmen"), &all).await
}

#[tokio::test]
async fn a_list_is_tried_taken_over_once_and_again_changes_nothing() {
    let test = TestApp::new().await;
    let mut browser = test.signed_in("sozialdienst").await;
    sound(&browser.get(UPLOAD).await.expect(200));
    let path = upload(&mut browser, fixture!("jva-dresden-utf8-bom-semicolon.csv")).await;
    assert_eq!(
        counts(&mut browser, &path).await,
        [
            "12 Personen",
            "0 Personen",
            "0 Personen",
            "0 Zeilen",
            "0 Zeilen"
        ]
    );
    assert_eq!(
        test.number("select count(*) from person").await,
        0,
        "a dry run records nobody"
    );

    take_over(&mut browser, &path, &[]).await.expect(303);
    assert_eq!(test.number("select count(*) from person").await, 12);
    assert_eq!(
        test.number("select count(*) from person_import where content is not null")
            .await,
        0
    );
    let done = browser.get(&path).await.expect(200);
    sound(&done);
    assert!(done.text().contains("12 neu"));
    browser
        .post(&format!("{path}/uebernehmen"), &[("version", "1")])
        .await
        .expect(303);
    assert!(browser.get(&path).await.text().contains("schon übernommen"));

    let path = upload(&mut browser, fixture!("jva-dresden-utf8-bom-semicolon.csv")).await;
    assert_eq!(
        counts(&mut browser, &path).await,
        [
            "0 Personen",
            "0 Personen",
            "12 Personen",
            "0 Zeilen",
            "0 Zeilen"
        ]
    );
    take_over(&mut browser, &path, &[]).await.expect(303);
    let lines = test.number("select count(*) from history").await;
    assert_eq!(
        (test.number("select count(*) from person").await, lines),
        (12, 12)
    );

    let path = upload(&mut browser, fixture!("jva-dresden-naechste-woche.csv")).await;
    let page = browser.get(&path).await;
    assert!(
        page.text()
            .contains("Voraussichtliches Ende: 21.07.2028 → 21.03.2028")
    );
    let before = counts(&mut browser, &path).await;
    assert!(before[1] != "0 Personen", "{before:?}");
    take_over(&mut browser, &path, &[("ohne_abgelehnte", "1")])
        .await
        .expect(303);
    assert!(test.number("select count(*) from history").await > lines);
    let path = upload(&mut browser, fixture!("jva-dresden-naechste-woche.csv")).await;
    let after = counts(&mut browser, &path).await;
    assert_eq!(
        (after[0].as_str(), after[1].as_str()),
        ("0 Personen", "0 Personen")
    );
    let list = browser.get(UPLOAD).await.expect(200);
    sound(&list);
    assert_eq!(list.texts("tbody tr").len(), 4);
}

#[tokio::test]
async fn a_double_click_takes_a_list_over_once() {
    let test = TestApp::new().await;
    let mut browser = test.signed_in("sozialdienst").await;
    let list = "Buch-Nr.;Name;Vorname;Geburtsdatum;Geschlecht;Zugang;Haftart\n1-26;Adler;Kai;03.04.1990;m;02.11.2026;Strafhaft\n";
    let path = upload(&mut browser, list.as_bytes()).await;
    let mut second = browser.clone();
    let (one, two) = tokio::join!(
        take_over(&mut browser, &path, &[]),
        take_over(&mut second, &path, &[])
    );
    one.expect(303);
    two.expect(303);
    assert_eq!(test.number("select count(*) from person").await, 1);
    assert!(
        take_over(&mut browser, &path, &[("version", "1")])
            .await
            .expect(303)
            .location()
            .starts_with(&path)
    );
}

#[tokio::test]
async fn lists_are_seen_by_their_facility_only() {
    let test = TestApp::new().await;
    let mut dresden = test.signed_in("sozialdienst").await;
    let path = upload(&mut dresden, fixture!("jva-dresden-windows1252.csv")).await;
    let mut leipzig = test.signed_in("sozialdienst.leipzig").await;
    leipzig.get(&path).await.expect(404);
    leipzig
        .get(&format!("{path}/abgelehnt.csv"))
        .await
        .expect(404);
    for action in ["uebernehmen", "verwerfen", "zuordnung"] {
        leipzig
            .post(&format!("{path}/{action}"), &[("version", "1")])
            .await
            .expect(404);
    }
    // The list of another prison: every row names Dresden.
    let path = upload(&mut leipzig, fixture!("jva-dresden-utf8-bom-semicolon.csv")).await;
    assert_eq!(counts(&mut leipzig, &path).await[..1], ["0 Personen"]);
    dresden.get("/personen/einlesen").await.expect(200);
}

#[tokio::test]
async fn refused_rows_need_consent_and_can_be_downloaded() {
    let test = TestApp::new().await;
    let mut browser = test.signed_in("sozialdienst").await;
    let path = upload(&mut browser, fixture!("fehlerhaft.csv")).await;
    let before = counts(&mut browser, &path).await;
    assert!(before[3] != "0 Zeilen", "{before:?}");
    let refused = take_over(&mut browser, &path, &[]).await.expect(422);
    assert!(refused.text().contains("Es gibt abgelehnte Zeilen"));
    sound(&refused);
    assert_eq!(test.number("select count(*) from person").await, 0);
    let file = browser
        .get(&format!("{path}/abgelehnt.csv"))
        .await
        .expect(200);
    assert!(
        file.headers["content-disposition"]
            .to_str()
            .unwrap()
            .starts_with("attachment")
    );
    assert!(file.text().contains("Grund") && file.text().contains("erwartet"));
    take_over(&mut browser, &path, &[("ohne_abgelehnte", "1")])
        .await
        .expect(303);
    let people = test.number("select count(*) from person").await;
    assert_eq!(format!("{people}"), before[0].split(' ').next().unwrap());
}

#[tokio::test]
async fn malicious_files_do_no_harm() {
    let test = TestApp::new().await;
    let mut browser = test.signed_in("sozialdienst").await;
    for content in [
        fixture!("boesartig-nul-byte.csv"),
        fixture!("boesartig-offenes-anfuehrungszeichen.csv"),
        fixture!("boesartig-langes-feld.csv"),
        fixture!("utf16.csv"),
        b"".as_slice(),
        b"PK\x03\x04nichts",
    ] {
        let answer = browser
            .upload(UPLOAD, &[], "liste.csv", content)
            .await
            .expect(422);
        sound(&answer);
    }
    assert_eq!(test.number("select count(*) from person_import").await, 0);
    let huge = vec![b'a'; 6 * 1024 * 1024];
    browser
        .upload(UPLOAD, &[], "liste.csv", &huge)
        .await
        .expect(413);

    let path = upload(&mut browser, fixture!("boesartig.csv")).await;
    let page = browser.get(&path).await.expect(200);
    sound(&page);
    assert!(!page.text().contains("<script>alert"));
    let file = browser
        .get(&format!("{path}/abgelehnt.csv"))
        .await
        .expect(200)
        .text();
    for line in file.lines() {
        for cell in line.split(';') {
            assert!(
                !cell.trim_start_matches('"').starts_with(['=', '@']),
                "{line}"
            );
        }
    }
    browser
        .post(&format!("{path}/verwerfen"), &[])
        .await
        .expect(303);
    assert_eq!(
        test.number("select count(*) from person_import where content is not null")
            .await,
        0
    );
    assert!(
        take_over(&mut browser, &path, &[])
            .await
            .location()
            .contains("/personen/einlesen")
    );
    assert_eq!(test.number("select count(*) from person").await, 0);
}

#[tokio::test]
async fn a_mapping_is_chosen_and_remembered() {
    let test = TestApp::new().await;
    let mut browser = test.signed_in("sozialdienst").await;
    let list = "Kennung;Wie;Rufname;geb.;Beginn\n1-26;Adler;Kai;03.04.1990;02.11.2026\n";
    let path = upload(&mut browser, list.as_bytes()).await;
    let page = browser.get(&path).await.expect(200);
    sound(&page);
    assert!(
        page.text()
            .contains("Die Zuordnung ist noch nicht vollständig")
    );
    take_over(&mut browser, &path, &[]).await.expect(422);
    let version = page.input("version").unwrap();
    let choice = [
        ("version", version.as_str()),
        ("spalte_0", "number"),
        ("spalte_1", "family_name"),
        ("spalte_2", "given_name"),
        ("spalte_3", "birth_date"),
        ("spalte_4", "placed_from"),
        ("setting", "remand"),
    ];
    browser
        .post(&format!("{path}/zuordnung"), &choice)
        .await
        .expect(303);
    browser
        .post(&format!("{path}/zuordnung"), &choice)
        .await
        .expect(409);
    assert_eq!(counts(&mut browser, &path).await[0], "1 Person");
    take_over(&mut browser, &path, &[]).await.expect(303);
    assert_eq!(
        test.number("select count(*) from placement where setting = 'remand'")
            .await,
        1
    );

    let other = "Rufname;Wie;Kennung;Beginn;geb.\nOle;Berg;2-26;02.11.2026;03.04.1991\n";
    let path = browser
        .upload(
            UPLOAD,
            &[("setting", "sentence")],
            "b.csv",
            other.as_bytes(),
        )
        .await
        .expect(303);
    assert_eq!(counts(&mut browser, path.location()).await[0], "1 Person");
}

#[tokio::test]
async fn what_a_person_must_decide_is_not_taken_over() {
    let test = TestApp::new().await;
    let mut browser = test.signed_in("sozialdienst").await;
    let head = "Buch-Nr.;Name;Vorname;Geburtsdatum;Geschlecht;Zugang;Haftart\n";
    let first = format!(
        "{head}1-26;Adler;Kai;03.04.1990;m;02.11.2026;Strafhaft\n2-26;Berg;Ole;03.04.1991;m;02.11.2026;Strafhaft\n"
    );
    let path = upload(&mut browser, first.as_bytes()).await;
    take_over(&mut browser, &path, &[]).await.expect(303);
    // 1: the same person under a new number; 2: another person under a known number; 3: no prison's setting.
    let second = format!(
        "{head}9-26;ADLER;Kai;03.04.1990;m;02.11.2026;Strafhaft\n2-26;Custos;Ole;03.04.1981;m;02.11.2026;Strafhaft\n\
         3-26;Dorn;Jo;03.04.1981;m;02.11.2026;Bewährung\n"
    );
    let path = upload(&mut browser, second.as_bytes()).await;
    assert_eq!(
        counts(&mut browser, &path).await,
        [
            "0 Personen",
            "0 Personen",
            "0 Personen",
            "1 Zeile",
            "2 Zeilen"
        ]
    );
    // Whoever is compared with a known person has seen something of it: the log names both, each time.
    for shown in [path.clone(), format!("{path}/abgelehnt.csv")] {
        let before = test.number("select count(*) from audit_subject").await;
        browser.get(&shown).await.expect(200);
        let after = test.number("select count(*) from audit_subject").await;
        assert_eq!(after - before, 2, "{shown}");
    }
    take_over(&mut browser, &path, &[("ohne_abgelehnte", "1")])
        .await
        .expect(303);
    assert_eq!(test.number("select count(*) from person").await, 2);

    // Moved away: the old prison's list does not move the person back.
    let target = browser
        .get("/personen?q=adler")
        .await
        .links("/personen/")
        .into_iter()
        .find(|link| link.len() > 30)
        .unwrap();
    let form = browser
        .get(&format!("{target}/unterbringung"))
        .await
        .expect(200);
    let (version, leipzig) = (
        form.input("version").unwrap(),
        form.option("target", "JVA Leipzig").unwrap(),
    );
    let transfer = [
        ("tun", "verlegen"),
        ("version", version.as_str()),
        ("target", leipzig.as_str()),
        ("transfer_day", "20.11.2026"),
    ];
    browser
        .post(&format!("{target}/unterbringung"), &transfer)
        .await
        .expect(303);
    let path = upload(&mut browser, first.as_bytes()).await;
    assert_eq!(
        counts(&mut browser, &path).await,
        [
            "0 Personen",
            "0 Personen",
            "1 Person",
            "0 Zeilen",
            "1 Zeile"
        ]
    );
}

#[tokio::test]
async fn five_thousand_rows_are_fast_and_paged_through() {
    let test = TestApp::new().await;
    let mut browser = test.signed_in("sozialdienst").await;
    let mut list = String::from(
        "Buch-Nr.;Name;Vorname;Geburtsdatum;Geschlecht;Zugang;Entlassung vorauss.;Haftart\n",
    );
    let syllables = [
        "ber", "dor", "fal", "gan", "hel", "jor", "kra", "lin", "mos", "nor",
    ];
    for number in 0..5_000usize {
        let pick = |power: usize| syllables[(number * 7 + number / power) % 10];
        let release = if number % 3 == 0 {
            String::new()
        } else {
            format!(
                "{:02}.{:02}.{}",
                number % 28 + 1,
                number % 12 + 1,
                2027 + number % 5
            )
        };
        writeln!(
            list,
            "{number}-26;{}{}{};Kai{};{:02}.03.19{};m;02.11.2026;{release};Strafhaft",
            pick(1),
            pick(10),
            pick(100),
            pick(1000),
            number % 28 + 1,
            60 + number % 40,
        )
        .unwrap();
    }
    let path = upload(&mut browser, list.as_bytes()).await;
    let begun = Instant::now();
    take_over(&mut browser, &path, &[]).await.expect(303);
    let took = begun.elapsed();
    eprintln!("5,000 rows: {took:?}");
    assert!(took.as_secs() < 30, "{took:?}");
    assert_eq!(test.number("select count(*) from person").await, 5_000);

    let first = browser.get("/personen").await.expect(200);
    sound(&first);
    assert!(first.text().contains("50 von über 1.000 Personen"));
    for sort in [
        "?",
        "?ab=1",
        "?nach=entlassung",
        "?nach=entlassung&ab=1",
        "?q=ber",
        "?q=k&nach=entlassung",
    ] {
        let (mut address, mut pages) = (format!("/personen{sort}"), Vec::new());
        let begun = Instant::now();
        for _ in 0..5 {
            let page = browser.get(&address).await.expect(200);
            pages.push((address.clone(), page.texts("tbody th")));
            assert_eq!(pages.last().unwrap().1.len(), 50);
            address = next(&page, "next").unwrap();
        }
        eprintln!("5 pages of {sort}: {:?}", begun.elapsed());
        let all: std::collections::BTreeSet<_> = {
            let mut links = Vec::new();
            for (address, _) in &pages {
                links.extend(
                    browser
                        .get(address)
                        .await
                        .links("/personen/")
                        .into_iter()
                        .filter(|link| link.len() == 42),
                );
            }
            links.into_iter().collect()
        };
        assert_eq!(all.len(), 250, "nobody twice, nobody left out: {sort}");
        // And back again.
        for (_, shown) in pages.iter().rev() {
            let page = browser.get(&address).await.expect(200);
            address = next(&page, "prev").unwrap();
            assert_eq!(
                &browser.get(&address).await.texts("tbody th"),
                shown,
                "{sort}"
            );
        }
    }
    // Past those with a date come those without, and back.
    let dated = test
        .number("select count(*) from placement where expected_release is not null")
        .await;
    let mut address = "/personen?nach=entlassung".to_owned();
    let mut seen = 0;
    let mut dashes = 0;
    loop {
        let page = browser.get(&address).await.expect(200);
        let days: Vec<String> = page.texts("tbody td:nth-child(6)");
        dashes += days.iter().filter(|day| *day == "–").count();
        seen += days.len();
        if dashes > 50 {
            break;
        }
        address = next(&page, "next").unwrap();
    }
    assert_eq!(i64::try_from(seen - dashes).unwrap(), dated);
    let back = next(&browser.get(&address).await, "prev").unwrap();
    let mixed = browser.get(&back).await.texts("tbody td:nth-child(6)");
    assert_eq!(mixed.len(), 50);
    assert!(mixed.iter().any(|day| day != "–") && mixed.iter().any(|day| day == "–"));
}

/// The address of the page after or before.
fn next(page: &Answer, way: &str) -> Option<String> {
    let document = scraper::Html::parse_document(&page.text());
    let selector = scraper::Selector::parse(&format!("a[rel={way}]")).unwrap();
    document
        .select(&selector)
        .next()
        .and_then(|link| link.value().attr("href"))
        .map(ToOwned::to_owned)
}
