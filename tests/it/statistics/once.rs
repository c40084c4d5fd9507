//! Whoever is put together from two records, handed over and transferred is one person in every quarter and in the half-year.

use geleit::statistics::file::Figure;
use time::macros::date;

use super::cases::{Cases, SUMMER};
use super::sealed::{Counts, counts};
use super::{approve, content, figure, prepare};
use crate::harness::TestApp;
use crate::placement::{part, transfer};
use crate::rows::{id, inmate};

/// All counts of a measure by a breakdown, whatever the time.
fn all(counts: &Counts, dimensions: &str, measure: &str, time: &str) -> i64 {
    counts
        .iter()
        .filter(|((by, what, when, _), _)| by == dimensions && what == measure && when == time)
        .map(|(_, number)| number)
        .sum()
}

#[tokio::test]
async fn who_is_handed_over_transferred_and_put_together_counts_once_everywhere() {
    let test = TestApp::new().await;
    let mut cases = Cases::of(&test).await;
    cases
        .many(9, "distanzierung", SUMMER, Some(SUMMER), None)
        .await;
    cases.database.close().await.unwrap();
    let person = inmate(&test, "Umzug").await;
    let double = inmate(&test, "Umzuk").await;
    for (who, programme, begun) in [
        (person, "akt_gruppe", date!(2026 - 08 - 03)),
        (double, "akt_einzel", date!(2026 - 08 - 10)),
    ] {
        let part = part(&test, who, "training", programme).await;
        test.execute(&format!(
            "update enrolment set started_on = '{begun}' where id = {}",
            id(part)
        ))
        .await;
    }
    let mut social = test.signed_in("sozialdienst").await;
    crate::merge::together(&mut social, person, double, &[])
        .await
        .expect(303);
    let place = crate::handover::offer(&mut social, person, "JVA Leipzig", "25.11.2026", &[])
        .await
        .expect(303)
        .location()
        .to_owned();
    let mut leipzig = test.signed_in("sozialdienst.leipzig").await;
    crate::handover::answer(&mut leipzig, &place, "annehmen", &[])
        .await
        .expect(303);
    transfer(&mut social, person, "JVA Leipzig", "25.11.2026").await;
    test.clock.set(test.clock_now().plus_minutes(60 * 24 * 2));
    geleit::jobs::tidy_hand_overs(&test.app.store)
        .await
        .unwrap();
    test.clock.set(test.clock_now().plus_minutes(60 * 24 * 50));

    for (report, period, begun, handed) in [
        ("quartal", "2026-Q3", 11, 0),
        ("quartal", "2026-Q4", 0, 1),
        ("halbjahr", "2026-H2", 11, 1),
    ] {
        let mut browser = test.signed_in("statistik").await;
        let preview = prepare(&mut browser, report, &[("zeitraum", period)]).await;
        let counted = counts(&test, &preview).await;
        let quarters: &[&str] = if report == "quartal" {
            &[period]
        } else {
            &["2026-Q3", "2026-Q4"]
        };
        let over = |dimensions: &str, measure: &str| -> i64 {
            quarters
                .iter()
                .map(|quarter| all(&counted, dimensions, measure, quarter))
                .sum()
        };
        assert_eq!(
            all(
                &counted,
                "geschlecht+alter",
                "personen",
                &format!("je-{period}")
            ),
            10,
            "{period}"
        );
        // Two participations of one person are two beginnings, a hand-over is none.
        assert_eq!(over("massnahme", "begonnen"), begun, "{period}");
        for measure in ["uebergaben_angeboten", "uebergaben_angenommen"] {
            assert_eq!(
                over("uebergabe_von+uebergabe_an", measure),
                handed,
                "{period} {measure}"
            );
        }
        approve(&test, &preview).await.expect(303);
        let said = content(&test, preview.trim_start_matches("/statistik/")).await;
        assert_eq!(
            figure(&said, "personen", "personen", &["gesamt", "gesamt"]),
            Figure::Number(10),
            "{period}"
        );
        let hand_over = figure(
            &said,
            "uebergaben",
            "uebergaben_angenommen",
            &["anstalten", "anstalten"],
        );
        match handed {
            0 => assert_eq!(hand_over, Figure::Number(0)),
            _ => assert!(matches!(hand_over, Figure::Hidden(_)), "{hand_over:?}"),
        }
    }
}
