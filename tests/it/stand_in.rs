//! Standing in for an absent probation officer: the clients of the absent one like the own ones, for the days said.

use crate::harness::{Answer, Browser, TestApp};
use crate::html;
use crate::rows::client;

const HERE: &str = "/abwesenheiten";

/// Fills the form and sends it; what is named otherwise is left out.
async fn set(
    browser: &mut Browser,
    absent: Option<&str>,
    by: &str,
    from: &str,
    to: &str,
) -> Answer {
    let form = browser.open(HERE).await.expect(200);
    assert_eq!(html::problems(&form.text()), Vec::<String>::new());
    let token = form.input("einmal").unwrap();
    let absent = absent.map(|name| form.option("abwesend", name).unwrap());
    let by = form.option("vertretung", by).unwrap_or_default();
    let mut fields = vec![
        ("einmal", token.as_str()),
        ("vertretung", by.as_str()),
        ("von", from),
        ("bis", to),
    ];
    if let Some(absent) = &absent {
        fields.push(("abwesend", absent));
    }
    browser.post(HERE, &fields).await
}

#[tokio::test]
async fn whoever_stands_in_has_the_absent_ones_clients_for_these_days() {
    let test = TestApp::new().await;
    let who = client(&test, "Vertretenfeld", "bewaehrung.zwei").await;
    let path = format!("/personen/{who}");
    let mut absent = test.signed_in("bewaehrung.zwei").await;
    let mut other = test.signed_in("bewaehrung").await;
    other.open(&path).await.expect(404);
    assert!(
        !other
            .open("/personen")
            .await
            .expect(200)
            .text()
            .contains("Vertretenfeld")
    );

    // From tomorrow for three days.
    let early = set(
        &mut absent,
        None,
        "Birgit Beispiel",
        "22.11.2026",
        "26.11.2026",
    )
    .await;
    assert!(
        early
            .expect(422)
            .text()
            .contains("heute oder einen späteren")
    );
    set(
        &mut absent,
        None,
        "Birgit Beispiel",
        "24.11.2026",
        "24.03.2027",
    )
    .await
    .expect(422);
    set(&mut absent, None, "niemand", "24.11.2026", "26.11.2026")
        .await
        .expect(422);
    set(
        &mut absent,
        None,
        "Birgit Beispiel",
        "24.11.2026",
        "26.11.2026",
    )
    .await
    .expect(303);
    other.open(&path).await.expect(404);
    for day in 1..=4 {
        test.clock.set(test.clock_now().plus_minutes(24 * 60));
        let mut other = test.signed_in("bewaehrung").await;
        let mut absent = test.signed_in("bewaehrung.zwei").await;
        let code = if day <= 3 { 200 } else { 404 };
        // Without asking what for; the log knows the reason.
        other.open(&path).await.expect(code);
        absent.open(&path).await.expect(200);
        let list = other.get("/personen").await.expect(200);
        assert_eq!(list.text().contains("Vertretenfeld"), day <= 3, "day {day}");
        let page = other.get(HERE).await.expect(200);
        assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    }
    let by_absence = "select count(*) from audit_entry where route = 'GET /personen/{person}' and reason like 'abwesenheit/%' and outcome = 'erlaubt'";
    assert_eq!(test.number(by_absence).await, 3);
    let own = "select count(*) from audit_entry where route = 'GET /personen/{person}' and reason like 'bewaehrung/%' and outcome = 'erlaubt'";
    assert_eq!(test.number(own).await, 4);
}

#[tokio::test]
async fn it_ends_at_once_and_only_the_lead_speaks_for_others() {
    let test = TestApp::new().await;
    let who = client(&test, "Vertretenfeld", "bewaehrung.zwei").await;
    let path = format!("/personen/{who}");
    // The other one leads the office and sets it for the colleague who fell ill.
    let mut lead = test.signed_in("bewaehrung").await;
    set(
        &mut lead,
        Some("Bernd Beispiel"),
        "Bernd Beispiel",
        "23.11.2026",
        "25.11.2026",
    )
    .await
    .expect(422);
    set(
        &mut lead,
        Some("Bernd Beispiel"),
        "Birgit Beispiel",
        "23.11.2026",
        "25.11.2026",
    )
    .await
    .expect(303);
    lead.open(&path).await.expect(200);
    let page = lead.get(HERE).await.expect(200);
    let end = format!("{HERE}/{}/beenden", test.text(&stand_in_id(&test)).await);
    let version = page.input("version").unwrap();
    lead.post(&end, &[("version", &version)]).await.expect(303);
    lead.open(&path).await.expect(404);
    lead.post(&end, &[("version", &version)]).await.expect(404);
    // Who does not lead can neither say it of others nor end what is none of the own.
    let mut officer = test.signed_in("bewaehrung.zwei").await;
    let form = officer.get(HERE).await.expect(200);
    assert!(form.option("abwesend", "Birgit Beispiel").is_none());
    let token = form.input("einmal").unwrap();
    let me = test.account("bewaehrung").id.to_string();
    let fields = [
        ("einmal", token.as_str()),
        ("abwesend", me.as_str()),
        ("vertretung", me.as_str()),
        ("von", "23.11.2026"),
        ("bis", "24.11.2026"),
    ];
    officer.post(HERE, &fields).await.expect(303);
    let absent = test
        .text("select a.login from stand_in s join account a on a.id = s.absent_id where s.ended_at is null")
        .await;
    assert_eq!(absent, "bewaehrung.zwei", "only the own absence");
    // Another office knows nothing of it; other roles have no such page.
    test.execute("update account set facility_id = (select id from facility where code = 'BH-L') where login = 'bewaehrung'")
        .await;
    lead.open(&path).await.expect(404);
    lead.post(&end, &[("version", "2")]).await.expect(404);
    test.signed_in("sozialdienst")
        .await
        .get(HERE)
        .await
        .expect(404);
}

/// The id of the only one, as an address writes it.
fn stand_in_id(test: &TestApp) -> String {
    if test.app.store.embedded() {
        "select lower(substr(hex(id), 1, 8) || '-' || substr(hex(id), 9, 4) || '-' || substr(hex(id), 13, 4) || '-' \
         || substr(hex(id), 17, 4) || '-' || substr(hex(id), 21)) from stand_in"
            .to_owned()
    } else {
        "select cast(id as text) from stand_in".to_owned()
    }
}
