//! Late entries: a further version with a reason, the old one as it was; and withdrawal.

use geleit::statistics::file::Figure;
use time::macros::date;

use super::cases::{Cases, SUMMER, small_figures};
use super::{Q3, approve, content, figure, order, prepare, publish};
use crate::harness::TestApp;
use crate::html;

#[tokio::test]
async fn late_entries_become_a_further_version_and_the_old_one_stays() {
    let test = TestApp::new().await;
    small_figures(&test).await;
    let first = publish(&test, "quartal", Q3).await;
    let mut kora = test.signed_in("kora").await;
    let old = kora
        .get(&format!("/zahlen/{first}/zip"))
        .await
        .expect(200)
        .body;
    let mut cases = Cases::of(&test).await;
    // Ids of the made-up cases begin anew; these must not meet the first ones.
    cases.skip(1000);
    cases
        .many(6, "akt_einzel", SUMMER, Some(SUMMER), None)
        .await;
    cases.database.close().await.unwrap();
    let mut browser = test.signed_in("statistik").await;
    let without = order(&mut browser, "quartal", Q3).await.expect(422);
    assert!(without.text().contains("Grund der Korrektur") && without.text().contains("Version 2"));
    let preview = prepare(
        &mut browser,
        "quartal",
        &[
            ("zeitraum", "2026-Q3"),
            ("grund", "Nachgetragene Beginne im Einzeltraining"),
        ],
    )
    .await;
    approve(&test, &preview).await.expect(303);
    let second = preview.trim_start_matches("/statistik/").to_owned();
    let said = content(&test, &second).await;
    assert_eq!(
        (said.version, said.correction.as_deref()),
        (2, Some("Nachgetragene Beginne im Einzeltraining"))
    );
    assert_eq!(
        figure(&said, "massnahmen", "begonnen", &["gesamt"]),
        Figure::Number(25)
    );
    assert_eq!(
        kora.get(&format!("/zahlen/{first}/zip"))
            .await
            .expect(200)
            .body,
        old
    );
    let list = kora.get("/zahlen").await.expect(200);
    assert!(list.text().contains("Version 2") && list.text().contains("ersetzt"));
    assert_eq!(html::problems(&list.text()), Vec::<String>::new());
    let page = kora.get(&format!("/zahlen/{second}")).await.expect(200);
    assert!(page.text().contains("Nachgetragene Beginne"));
}

#[tokio::test]
async fn a_half_year_waits_for_the_correction_of_its_quarters() {
    let test = TestApp::new().await;
    let mut cases = Cases::of(&test).await;
    let spring = date!(2026 - 02 - 03);
    cases
        .many(8, "akt_gruppe", spring, Some(spring), None)
        .await;
    cases
        .many(
            9,
            "akt_einzel",
            date!(2026 - 05 - 04),
            Some(date!(2026 - 05 - 04)),
            None,
        )
        .await;
    publish(&test, "quartal", &[("zeitraum", "2026-Q1")]).await;
    cases
        .many(6, "akt_gruppe", spring, Some(spring), None)
        .await;
    cases.database.close().await.unwrap();
    let mut browser = test.signed_in("statistik").await;
    let refused = order(&mut browser, "halbjahr", &[("zeitraum", "2026-H1")])
        .await
        .expect(422);
    assert!(
        refused.text().contains("zuerst die Korrektur")
            && refused.text().contains("1. Quartal 2026"),
        "{}",
        refused.text()
    );
    publish(
        &test,
        "quartal",
        &[("zeitraum", "2026-Q1"), ("grund", "Nachträge")],
    )
    .await;
    let half = publish(&test, "halbjahr", &[("zeitraum", "2026-H1")]).await;
    let said = content(&test, &half).await;
    assert_eq!(
        figure(&said, "massnahmen", "begonnen", &["gesamt"]),
        Figure::Number(23)
    );
}

#[tokio::test]
async fn what_is_withdrawn_stays_visible_as_such() {
    let test = TestApp::new().await;
    small_figures(&test).await;
    let id = publish(&test, "quartal", Q3).await;
    let mut second = test.signed_in("statistik.zwei").await;
    let address = format!("/statistik/{id}/zurueckziehen");
    let version = second
        .get(&format!("/statistik/{id}"))
        .await
        .expect(200)
        .input("version")
        .unwrap();
    let empty = second
        .post(&address, &[("version", &version), ("grund", "")])
        .await
        .expect(422);
    assert_eq!(html::problems(&empty.text()), Vec::<String>::new());
    second
        .post(
            &address,
            &[("version", &version), ("grund", "Falsche Einrichtung")],
        )
        .await
        .expect(303);
    second
        .post(&address, &[("version", &version), ("grund", "Noch einmal")])
        .await
        .expect(409);
    let mut kora = test.signed_in("kora").await;
    let page = kora.get(&format!("/zahlen/{id}")).await.expect(200);
    assert!(page.text().contains("Zurückgezogen") && page.text().contains("Falsche Einrichtung"));
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    for kind in ["csv", "zip", "xlsx"] {
        kora.get(&format!("/zahlen/{id}/{kind}")).await.expect(404);
    }
    assert!(
        kora.get("/zahlen")
            .await
            .expect(200)
            .text()
            .contains("zurückgezogen")
    );
    // It was read: the next release is the second version and takes the first one into account.
    let mut browser = test.signed_in("statistik").await;
    let refused = order(&mut browser, "quartal", Q3).await.expect(422);
    assert!(refused.text().contains("Grund der Korrektur"));
    let preview = prepare(
        &mut browser,
        "quartal",
        &[("zeitraum", "2026-Q3"), ("grund", "Neu gezählt")],
    )
    .await;
    assert!(
        browser
            .get(&preview)
            .await
            .expect(200)
            .text()
            .contains("Version 2")
    );
}
