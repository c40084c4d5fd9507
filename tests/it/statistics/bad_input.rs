//! Orders that make no sense are refused beside the field, and nothing is published.

use geleit::statistics::file::Figure;

use super::cases::small_figures;
use super::{Q3, order, prepare, publish};
use crate::harness::TestApp;
use crate::html;

#[tokio::test]
async fn orders_that_make_no_sense_are_refused_beside_the_field() {
    let test = TestApp::new().await;
    small_figures(&test).await;
    let mut browser = test.signed_in("statistik").await;
    for (report, fields, why) in [
        (
            "quartal",
            vec![("zeitraum", "2026-Q4")],
            "noch nicht zu Ende",
        ),
        ("quartal", vec![("zeitraum", "2027-Q1")], "in der Zukunft"),
        ("quartal", vec![("zeitraum", "2020-Q1")], "zu weit zurück"),
        ("quartal", vec![("zeitraum", "")], "ein Quartal auswählen"),
        (
            "quartal",
            vec![("zeitraum", "2026-H1")],
            "Bericht über ein Quartal",
        ),
        ("jahr", vec![("zeitraum", "2026")], "noch nicht zu Ende"),
        ("quartal", vec![("zeitraum", "2024-Q4")], "nichts erfasst"),
        (
            "quartal",
            vec![("zeitraum", "2026-Q3"), ("stichtag", "31.12.2026")],
            "heute also der 23.11.2026",
        ),
        (
            "quartal",
            vec![("zeitraum", "2026-Q3"), ("stichtag", "22.11.2026")],
            "heute also der 23.11.2026",
        ),
        (
            "quartal",
            vec![("zeitraum", "2026-Q3"), ("stichtag", "irgendwann")],
            "Stichtag",
        ),
        (
            "quartal",
            vec![("zeitraum", "2026-Q3"), ("grund", "Nachträge")],
            "nichts zu korrigieren",
        ),
        (
            "quartal",
            vec![("zeitraum", "2026-Q3"), ("grund", "=1+1")],
            "mit einem Buchstaben beginnen",
        ),
        (
            "quartal",
            vec![("zeitraum", "2026-Q3"), ("schwellenwert", "1")],
            "Der Schwellenwert 1 ist zu niedrig",
        ),
        (
            "quartal",
            vec![("zeitraum", "2026-Q3"), ("schwellenwert", "4")],
            "mindestens der Schwellenwert 5",
        ),
        (
            "quartal",
            vec![("zeitraum", "2026-Q3"), ("schwellenwert", "viel")],
            "als ganze Zahl",
        ),
    ] {
        let page = order(&mut browser, report, &fields).await.expect(422);
        assert!(
            page.text().contains(why),
            "{report} {fields:?}: {}",
            page.text()
        );
        assert_eq!(
            html::problems(&page.text()),
            Vec::<String>::new(),
            "{fields:?}"
        );
        // The sentence stands beside its field, which is the last one of the order.
        let field = fields.last().unwrap().0;
        let beside = page.texts(&format!("#f-{field}-error")).join(" ");
        assert!(beside.contains(why), "{fields:?}: {beside}");
        // Nothing typed is lost.
        for (name, value) in fields
            .iter()
            .filter(|(name, _)| !["zeitraum", "stichtag"].contains(name))
        {
            assert_eq!(page.input(name).as_deref(), Some(*value));
        }
    }
    assert_eq!(
        test.number("select count(*) from statistics_release").await,
        0
    );
    assert_eq!(test.number("select count(*) from statistics_file").await, 0);
}

#[tokio::test]
async fn a_clock_that_went_back_behind_the_last_release_is_noticed() {
    let test = TestApp::new().await;
    small_figures(&test).await;
    publish(&test, "quartal", Q3).await;
    // The last release came out while the clock was a week ahead.
    test.execute("update statistics_release set cut_off = '2026-11-30'")
        .await;
    let mut browser = test.signed_in("statistik").await;
    let page = order(&mut browser, "quartal", &[("zeitraum", "2026-Q2")])
        .await
        .expect(422);
    let beside = page.texts("#f-stichtag-error").join(" ");
    assert!(
        beside.contains("23.11.2026") && beside.contains("30.11.2026"),
        "{beside}"
    );
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
}

#[tokio::test]
async fn the_cut_off_is_the_day_of_the_count_for_everything_counted() {
    let test = TestApp::new().await;
    small_figures(&test).await;
    let mut browser = test.signed_in("statistik").await;
    let form = browser
        .get("/statistik/berichte?bericht=quartal")
        .await
        .expect(200);
    assert!(form.text().contains("Stichtag: heute, 23.11.2026"));
    assert_eq!(form.input("stichtag"), None);
    // Whatever a sheet of the day before still says is not counted as of that day: not the cases, and not the sessions.
    let past = [("zeitraum", "2026-Q3"), ("stichtag", "02.10.2026")];
    order(&mut browser, "quartal", &past).await.expect(422);
    // Today is what it is anyway.
    let today = [("zeitraum", "2026-Q3"), ("stichtag", "23.11.2026")];
    let id = publish(&test, "quartal", &today).await;
    let said = super::content(&test, &id).await;
    assert_eq!(said.cut_off, time::macros::date!(2026 - 11 - 23));
    assert!(
        said.notes[0].starts_with("Gezählt wurde am 23.11.2026, was zu diesem Zeitpunkt erfasst"),
        "{:?}",
        said.notes
    );
    let figure = |measure: &str| super::figure(&said, "gruppen", measure, &["gesamt"]);
    assert_eq!(figure("sitzungen_durchgefuehrt"), Figure::Number(2));
    assert_eq!(
        super::figure(&said, "massnahmen", "begonnen", &["gesamt"]),
        Figure::Number(19)
    );
}

#[tokio::test]
async fn two_people_who_prepare_at_once_make_one_release() {
    let test = TestApp::new().await;
    small_figures(&test).await;
    let mut one = test.signed_in("statistik").await;
    let mut two = test.signed_in("statistik.zwei").await;
    let (first, second) = tokio::join!(
        order(&mut one, "quartal", Q3),
        order(&mut two, "quartal", Q3)
    );
    let mut answers = [first.status.as_u16(), second.status.as_u16()];
    answers.sort_unstable();
    assert_eq!(answers, [303, 422]);
    assert_eq!(
        test.number("select count(*) from statistics_release").await,
        1
    );
    // Sending one form twice makes one release, too.
    test.execute("update statistics_release set state = 'discarded'")
        .await;
    let page = one
        .get("/statistik/berichte?bericht=quartal")
        .await
        .expect(200);
    let token = page.input("einmal").unwrap();
    let send = [
        ("bericht", "quartal"),
        ("zeitraum", "2026-Q3"),
        ("einmal", token.as_str()),
    ];
    let first = one.post("/statistik/vorbereiten", &send).await.expect(303);
    let again = one.post("/statistik/vorbereiten", &send).await.expect(303);
    assert_eq!(first.location(), again.location());
    assert_eq!(
        test.number("select count(*) from statistics_release").await,
        2
    );
}

#[tokio::test]
async fn of_two_releases_prepared_under_the_same_past_only_one_is_published() {
    let test = TestApp::new().await;
    small_figures(&test).await;
    let mut first = test.signed_in("statistik").await;
    let quarter = prepare(&mut first, "quartal", Q3).await;
    let mut cases = super::cases::Cases::of(&test).await;
    cases.skip(1000);
    cases
        .many(
            6,
            "akt_einzel",
            time::macros::date!(2026 - 05 - 04),
            Some(time::macros::date!(2026 - 05 - 04)),
            None,
        )
        .await;
    cases.database.close().await.unwrap();
    let other = prepare(&mut first, "quartal", &[("zeitraum", "2026-Q2")]).await;
    let mut second = test.signed_in("statistik.zwei").await;
    let (hash, version) = super::seal(&mut second, &quarter).await;
    let (other_hash, other_version) = super::seal(&mut second, &other).await;
    let mut third = second.clone();
    let (one, two) = (format!("{quarter}/freigeben"), format!("{other}/freigeben"));
    let (one_form, two_form) = (
        [("hash", hash.as_str()), ("version", version.as_str())],
        [
            ("hash", other_hash.as_str()),
            ("version", other_version.as_str()),
        ],
    );
    let (one, two) = tokio::join!(second.post(&one, &one_form), third.post(&two, &two_form));
    let mut answers = [one.status.as_u16(), two.status.as_u16()];
    answers.sort_unstable();
    assert_eq!(answers, [303, 422]);
    let refused = if one.status.as_u16() == 422 { one } else { two };
    assert!(
        refused
            .text()
            .contains("wurde etwas anderes veröffentlicht")
    );
    assert_eq!(html::problems(&refused.text()), Vec::<String>::new());
    assert_eq!(
        test.number("select count(*) from statistics_release where state = 'published'")
            .await,
        1
    );
}

#[tokio::test]
async fn a_stricter_threshold_may_be_chosen_and_holds_from_then_on() {
    let test = TestApp::new().await;
    small_figures(&test).await;
    let id = publish(
        &test,
        "quartal",
        &[("zeitraum", "2026-Q3"), ("schwellenwert", "8")],
    )
    .await;
    let said = super::content(&test, &id).await;
    // Seven would be told at the usual threshold.
    assert!(matches!(
        super::figure(&said, "massnahmen", "begonnen", &["akt_gruppe"]),
        Figure::Hidden(_)
    ));
    let mut browser = test.signed_in("statistik").await;
    let weaker = order(
        &mut browser,
        "quartal",
        &[("zeitraum", "2026-Q2"), ("schwellenwert", "5")],
    )
    .await
    .expect(422);
    assert!(weaker.text().contains("mindestens 8"), "{}", weaker.text());
}

#[tokio::test]
async fn what_came_out_without_its_counts_is_not_published_over() {
    let test = TestApp::new().await;
    small_figures(&test).await;
    publish(&test, "quartal", Q3).await;
    // As the migration leaves a release of the former format.
    test.execute("update statistics_release set report = 'quartal_alt', figures = null")
        .await;
    let mut browser = test.signed_in("statistik").await;
    for (state, answer) in [("published", 422), ("withdrawn", 422), ("discarded", 303)] {
        test.execute(&format!(
            "update statistics_release set state = '{state}' where report = 'quartal_alt'"
        ))
        .await;
        let page = order(&mut browser, "quartal", Q3).await.expect(answer);
        if answer == 422 {
            let beside = page.texts("#f-zeitraum-error").join(" ");
            assert!(
                beside.contains("„Quartalszahlen (früheres Format), 3. Quartal 2026“"),
                "{beside}"
            );
            assert_eq!(html::problems(&page.text()), Vec::<String>::new());
        }
    }
    // Another quarter is not concerned, a year that holds the old one is.
    test.execute("update statistics_release set state = 'discarded' where state = 'computing' or state = 'prepared'").await;
    test.execute("update statistics_release set state = 'published', period = '2025-Q4' where report = 'quartal_alt'").await;
    let year = order(&mut browser, "jahr", &[("zeitraum", "2025")])
        .await
        .expect(422);
    assert!(year.text().contains("4. Quartal 2025"));
    order(&mut browser, "quartal", Q3).await.expect(303);
}
