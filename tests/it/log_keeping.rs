//! Holds on days of the log and the sheet of a week; that the deletion goes by the holds is in [`crate::tampering`].

use crate::harness::{Answer, TestApp};
use crate::html;
use crate::world::World;

#[track_caller]
fn clean(page: &Answer) {
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
}

#[tokio::test]
async fn a_hold_needs_days_a_reference_and_a_ground() {
    let test = TestApp::new().await;
    let mut browser = test.signed_in("datenschutz").await;
    let page = browser.get("/protokollpflege").await.expect(200);
    clean(&page);
    let path = "/protokollpflege/aufbewahrungen";
    let token = page.input("einmal").unwrap();
    for wrong in [
        vec![],
        vec![
            ("von", "01.12.2026"),
            ("aktenzeichen", "1"),
            ("grund", "fine"),
        ],
        vec![
            ("von", "10.11.2026"),
            ("bis", "09.11.2026"),
            ("aktenzeichen", "1"),
            ("grund", "fine"),
        ],
        vec![
            ("von", "10.11.2026"),
            ("aktenzeichen", "1"),
            ("grund", "neugier"),
        ],
    ] {
        let mut fields = wrong.clone();
        fields.push(("einmal", &token));
        let answer = browser.post(path, &fields).await.expect(422);
        clean(&answer);
    }
    assert_eq!(test.number("select count(*) from audit_hold").await, 0);
    let fields = [
        ("einmal", token.as_str()),
        ("von", "10.11.2026"),
        ("aktenzeichen", "OWi 3/26"),
        ("grund", "fine"),
    ];
    browser.post(path, &fields).await.expect(303);
    browser.post(path, &fields).await.expect(303);
    assert_eq!(test.number("select count(*) from audit_hold").await, 1);
    let page = browser.get("/protokollpflege").await.expect(200);
    clean(&page);
    for shown in ["OWi 3/26", "ab 10.11.2026", "Bußgeldverfahren"] {
        assert!(page.text().contains(shown), "{shown}");
    }
    let history = "select count(*) from history where object_kind = 'audit_hold'";
    assert_eq!(test.number(history).await, 1);
}

#[tokio::test]
async fn a_hold_is_lifted_once() {
    let test = TestApp::new().await;
    let world = World::new(&test).await;
    let mut browser = test.signed_in("datenschutz").await;
    let path = format!("/protokollpflege/aufbewahrungen/{}/aufheben", world.hold);
    let form = browser.get(&path).await.expect(200);
    clean(&form);
    let empty = browser.post(&path, &[("version", "1")]).await.expect(422);
    clean(&empty);
    browser
        .post(&path, &[("version", "7"), ("warum", "alter Stand")])
        .await
        .expect(409);
    browser
        .post(
            &path,
            &[("version", "1"), ("warum", "Verfahren eingestellt")],
        )
        .await
        .expect(303);
    browser.get(&path).await.expect(303);
    let page = browser.get("/protokollpflege").await.expect(200);
    clean(&page);
    assert!(page.text().contains("Verfahren eingestellt"));
    browser
        .get(&format!(
            "/protokollpflege/aufbewahrungen/{}/aufheben",
            crate::world::fresh()
        ))
        .await
        .expect(404);
}

#[tokio::test]
async fn the_sheet_of_a_week_stays_the_same_and_outlives_the_entries() {
    let test = TestApp::new().await;
    let mut browser = test.signed_in("verwaltung").await;
    browser.get("/konten").await.expect(200);
    // A week later the week is over.
    test.clock.set(test.clock_now().plus_minutes(60 * 24 * 7));
    let mut officer = test.signed_in("datenschutz").await;
    let page = officer.get("/protokollpflege").await.expect(200);
    let link = page.links("/protokollpflege/wochenblatt.pdf")[0].clone();
    assert!(link.ends_with("ab=2026-11-23"), "{link}");
    let sheet = officer.get(&link).await.expect(200);
    assert!(sheet.body.starts_with(b"%PDF-1.7"));
    assert_eq!(
        test.number(
            "select count(*) from audit_entry where verb = 'offenlegung' and recipient = 'Ausdruck'"
        )
        .await,
        1
    );
    // Weeks that are not over, and no days at all, have no sheet.
    for wrong in ["2026-11-30", "2027-06-01", "unsinn"] {
        officer
            .get(&format!("/protokollpflege/wochenblatt.pdf?ab={wrong}"))
            .await
            .expect(404);
    }
    // The same lines after the entries were deleted: only the moment of printing differs, so both are printed at one.
    test.clock.set(test.clock_now().plus_minutes(60 * 24 * 380));
    let mut officer = test.signed_in("datenschutz").await;
    let before = officer.get(&link).await.expect(200);
    assert!(geleit::jobs::prune_audit(&test.app.store).await.unwrap() > 0);
    assert_eq!(
        test.number("select count(*) from audit_entry where day = '2026-11-23'")
            .await,
        0
    );
    let after = officer.get(&link).await.expect(200);
    assert_eq!(before.body, after.body);
}
