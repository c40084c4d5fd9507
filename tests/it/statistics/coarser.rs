//! Most of a table is hidden: coarser breakdowns are computed, and show what was said when they are chosen.

use geleit::statistics::file::Figure;
use time::macros::date;

use super::cases::{Cases, SUMMER};
use super::{Q3, approve, content, figure, order, prepare, ready};
use crate::harness::{Browser, TestApp};
use crate::html;

/// People with a programme in summer: sex, year of birth, how many.
pub async fn people(test: &TestApp, groups: &[(&str, i32, usize)]) {
    let mut cases = Cases::of(test).await;
    let number: usize = groups.iter().map(|(_, _, number)| number).sum();
    cases
        .many(number, "akt_gruppe", SUMMER, Some(SUMMER), None)
        .await;
    cases.database.close().await.unwrap();
    // Each person is followed by a participation: every second number.
    let mut next = 2;
    for (sex, born, number) in groups {
        for _ in 0..*number {
            test.execute(&format!(
                "update person set sex = '{sex}', birth_date = '{born}-01-15' where given_name = 'Person {next}'"
            ))
            .await;
            next += 2;
        }
    }
}

/// Computes coarser breakdowns; the texts of the rows that propose one.
async fn proposed(browser: &mut Browser, preview: &str) -> Vec<String> {
    let page = browser.get(preview).await.expect(200);
    assert!(
        page.text().contains("Gröber gliedern"),
        "most of a table is hidden"
    );
    browser
        .post(
            &format!("{preview}/vergroebern"),
            &[("aktion", "berechnen")],
        )
        .await
        .expect(303);
    for _ in 0..super::TRIES {
        let page = browser.get(preview).await.expect(200);
        if !page.text().contains("werden berechnet") {
            assert_eq!(html::problems(&page.text()), Vec::<String>::new());
            return page.texts("tr:has(button[name=wahl])");
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    panic!("never computed");
}

async fn choose(browser: &mut Browser, preview: &str, rows: &[String], words: &str) -> String {
    let place = rows
        .iter()
        .position(|row| row.contains(words))
        .unwrap_or_else(|| panic!("{words} in {rows:?}"));
    let version = browser
        .get(preview)
        .await
        .expect(200)
        .input("version")
        .unwrap();
    let wanted = [
        ("wahl".to_owned(), place.to_string()),
        ("version".to_owned(), version),
    ];
    let wanted: Vec<(&str, &str)> = wanted
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let next = browser
        .post(&format!("{preview}/groeber"), &wanted)
        .await
        .expect(303)
        .location()
        .to_owned();
    ready(browser, &next).await;
    // Once is enough: the first one is given up.
    browser
        .post(&format!("{preview}/groeber"), &wanted)
        .await
        .expect(409);
    let old = browser.get(preview).await.expect(200);
    assert!(old.text().contains("verworfen"));
    next
}

#[tokio::test]
async fn a_breakdown_left_out_shows_what_was_computed_and_says_so() {
    let test = TestApp::new().await;
    people(
        &test,
        &[
            ("male", 2011, 3),
            ("male", 2007, 3),
            ("male", 2000, 3),
            ("male", 1980, 3),
            ("female", 2011, 2),
            ("female", 2007, 2),
            ("female", 2000, 1),
            ("female", 1980, 1),
        ],
    )
    .await;
    let mut browser = test.signed_in("statistik").await;
    let preview = prepare(&mut browser, "quartal", Q3).await;
    let rows = proposed(&mut browser, &preview).await;
    let row = rows
        .iter()
        .find(|row| row.contains("Geschlecht und Alter“ ohne Alter"))
        .unwrap_or_else(|| panic!("{rows:?}"));
    // Men, women, all of them.
    assert!(row.contains("0 von 3"), "{row}");
    let page = browser.get(&preview).await.expect(200);
    assert!(
        page.text().contains(
            "Halbjahresbericht über „2. Halbjahr 2026“: erst nach dem 31.12.2026 möglich."
        ),
        "{}",
        page.text()
    );
    let next = choose(&mut browser, &preview, &rows, "ohne Alter").await;
    approve(&test, &next).await.expect(303);
    let id = next.trim_start_matches("/statistik/").to_owned();
    let said = content(&test, &id).await;
    assert!(said.tables.iter().all(|table| table.code != "personen"));
    for (code, number) in [("gesamt", 18), ("maennlich", 12), ("weiblich", 6)] {
        assert_eq!(
            figure(&said, "personen_ohne_alter", "personen", &[code]),
            Figure::Number(number)
        );
    }
    assert!(
        said.notes
            .iter()
            .any(|note| note.contains("ohne die Gliederung nach Alter")),
        "{:?}",
        said.notes
    );
    let mut kora = test.signed_in("kora").await;
    let csv = kora
        .get(&format!("/zahlen/{id}/csv"))
        .await
        .expect(200)
        .text();
    assert!(
        csv.contains("personen_ohne_alter") && !csv.contains("a14_17"),
        "{csv}"
    );
    let page = kora
        .get(&format!("/zahlen/{id}?tabelle=personen_ohne_alter"))
        .await
        .expect(200);
    assert!(page.text().contains("Alter zusammengefasst"));
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());

    // A correction is broken down in the same way.
    let mut cases = Cases::of(&test).await;
    cases.skip(1000);
    cases
        .many(6, "akt_gruppe", SUMMER, Some(SUMMER), None)
        .await;
    cases.database.close().await.unwrap();
    let again = prepare(
        &mut browser,
        "quartal",
        &[("zeitraum", "2026-Q3"), ("grund", "Nachgetragen")],
    )
    .await;
    approve(&test, &again).await.expect(303);
    let said = content(&test, again.trim_start_matches("/statistik/")).await;
    assert_eq!(
        figure(&said, "personen_ohne_alter", "personen", &["gesamt"]),
        Figure::Number(24)
    );

    // The half-year is broken down as the catalogue has it, and tells no more of the quarter than may be known.
    test.clock.set(test.clock_now().plus_minutes(60 * 24 * 45));
    let mut browser = test.signed_in("statistik").await;
    let half = prepare(&mut browser, "halbjahr", &[("zeitraum", "2026-H2")]).await;
    approve(&test, &half).await.expect(303);
    let said = content(&test, half.trim_start_matches("/statistik/")).await;
    assert!(said.tables.iter().any(|table| table.code == "personen"));
}

#[tokio::test]
async fn a_longer_report_takes_the_place_of_a_quarter() {
    let test = TestApp::new().await;
    let mut cases = Cases::of(&test).await;
    for day in [date!(2026 - 02 - 03), date!(2026 - 05 - 05)] {
        cases
            .many(3, "akt_gruppe", day, Some(day), Some((day, "completed")))
            .await;
    }
    cases.database.close().await.unwrap();
    let mut browser = test.signed_in("statistik").await;
    let preview = prepare(&mut browser, "quartal", &[("zeitraum", "2026-Q2")]).await;
    let rows = proposed(&mut browser, &preview).await;
    let next = choose(&mut browser, &preview, &rows, "Halbjahresbericht").await;
    let page = browser.get(&next).await.expect(200);
    assert!(page.text().contains("Halbjahresbericht, 1. Halbjahr 2026"));
    approve(&test, &next).await.expect(303);
    let said = content(&test, next.trim_start_matches("/statistik/")).await;
    assert_eq!(
        figure(&said, "massnahmen", "begonnen", &["akt_gruppe"]),
        Figure::Number(6)
    );
    // The quarter may still come, and is protected together with it.
    order(&mut browser, "quartal", &[("zeitraum", "2026-Q2")])
        .await
        .expect(303);
}

#[tokio::test]
async fn coarser_breakdowns_are_for_releases_that_wait() {
    let test = TestApp::new().await;
    people(&test, &[("male", 2000, 3), ("female", 1980, 12)]).await;
    let mut browser = test.signed_in("statistik").await;
    let preview = prepare(&mut browser, "quartal", Q3).await;
    // Nothing computed, nothing to choose; giving up what does not run does no harm.
    browser
        .post(
            &format!("{preview}/groeber"),
            &[("version", "2"), ("wahl", "0")],
        )
        .await
        .expect(409);
    browser
        .post(
            &format!("{preview}/vergroebern"),
            &[("aktion", "abbrechen")],
        )
        .await
        .expect(303);
    approve(&test, &preview).await.expect(303);
    browser
        .post(
            &format!("{preview}/vergroebern"),
            &[("aktion", "berechnen")],
        )
        .await
        .expect(409);
    let page = browser.get(&preview).await.expect(200);
    assert!(!page.text().contains("Gröber gliedern"));
}

#[tokio::test]
async fn that_all_of_a_group_are_alike_is_hidden_and_explained() {
    let test = TestApp::new().await;
    people(
        &test,
        &[
            ("female", 2000, 6),
            ("male", 2000, 9),
            ("male", 1980, 12),
            ("male", 2011, 7),
        ],
    )
    .await;
    let mut browser = test.signed_in("statistik").await;
    let preview = prepare(&mut browser, "quartal", Q3).await;
    let page = browser
        .get(&format!("{preview}?tabelle=personen&teil=a21_29"))
        .await
        .expect(200);
    assert!(page.text().contains("(Gruppenmerkmal)"), "{}", page.text());
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    approve(&test, &preview).await.expect(303);
    let said = content(&test, preview.trim_start_matches("/statistik/")).await;
    let of = |codes: &[&str]| figure(&said, "personen", "personen", codes);
    assert_eq!(of(&["weiblich", "gesamt"]), Figure::Number(6));
    for age in ["a21_29", "a14_17"] {
        assert!(matches!(of(&["weiblich", age]), Figure::Hidden(_)), "{age}");
    }
    assert!(
        said.method
            .iter()
            .any(|paragraph| paragraph.contains("Gruppenmerkmal"))
    );
}
