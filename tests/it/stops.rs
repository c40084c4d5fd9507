//! Stops ("Sperren"): closed at once, everywhere and on every instance; opened again by a second person, and only what
//! may be open.

use crate::grants::{GROUP_TRAINING, ask, decide};
use crate::harness::{Answer, Browser, TestApp};
use crate::html;
use crate::rows;

async fn staff_of(browser: &mut Browser, name: &str) -> String {
    browser
        .get("/sperren/neu")
        .await
        .expect(200)
        .option("staff", name)
        .expect("the staff member can be stopped")
}

/// Sets a stop as a person would: the page with the reason, then the button.
pub async fn stop(browser: &mut Browser, name: &str, extent: &str) -> Answer {
    let staff = staff_of(browser, name).await;
    let page = browser
        .get(&format!("/sperren/neu?fachkraft={staff}"))
        .await
        .expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    let token = page.input("einmal").unwrap();
    let fields = [
        ("einmal", token.as_str()),
        ("staff", staff.as_str()),
        ("extent", extent),
        ("reason", "Verstoß gegen die Hausordnung"),
    ];
    let sent = browser.post("/sperren/neu", &fields).await.expect(303);
    let twice = browser.post("/sperren/neu", &fields).await.expect(303);
    assert_eq!(sent.location(), twice.location());
    sent
}

pub async fn lift(browser: &mut Browser, stop: &str) -> Answer {
    let version = browser.get(stop).await.expect(200).input("version");
    let version = version.unwrap_or_else(|| "1".into());
    browser
        .post(
            &format!("{stop}/aufheben"),
            &[("version", &version), ("reason", "Geklärt")],
        )
        .await
}

async fn in_state(test: &TestApp, state: &str) -> i64 {
    test.number(&format!(
        "select count(*) from access_grant where state = '{state}'"
    ))
    .await
}

#[tokio::test]
async fn a_stop_closes_the_data_at_the_next_request_on_another_instance() {
    let test = TestApp::new().await;
    rows::grant(&test, "training", "DD", "akt_gruppe", "2027-12-31").await;
    rows::grant(&test, "training", "L", "akt_gruppe", "2027-12-31").await;
    let here = rows::group(&test, "training", "DD", "akt_gruppe").await;
    let elsewhere = rows::group(&test, "training", "L", "akt_gruppe").await;
    let second = test.second_instance().await;
    let mut trainer = test.browser_on(second);
    trainer.sign_in(test.account("training")).await;
    for group in [here, elsewhere] {
        trainer.get(&format!("/gruppen/{group}")).await.expect(200);
    }
    let name = test.account("training").name.clone();
    let mut officer = test.signed_in("zugang").await;
    let set = stop(&mut officer, &name, "own").await;
    trainer.get(&format!("/gruppen/{here}")).await.expect(404);
    trainer
        .get(&format!("/gruppen/{elsewhere}"))
        .await
        .expect(200);
    let page = officer.get(set.location()).await.expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    assert!(
        page.text().contains("Verstoß gegen die Hausordnung")
            && page.text().contains("gilt danach wieder")
    );
    assert_eq!(page.links("/vertretung?fachkraft=").len(), 1);
    officer
        .get(&page.links("/vertretung?fachkraft=")[0])
        .await
        .expect(200);
    // The coordination learns of the stop, not of the facility's reason.
    let mut provider = test.signed_in("koordination").await;
    let seen = provider.get(set.location()).await.expect(200);
    assert!(!seen.text().contains("Hausordnung") && seen.text().contains("erfragen"));
    provider.get("/sperren").await.expect(200);
    provider
        .post(&format!("{}/aufheben", set.location()), &[("reason", "x")])
        .await
        .expect(404);

    stop(&mut officer, &name, "all").await;
    trainer
        .get(&format!("/gruppen/{elsewhere}"))
        .await
        .expect(404);
    assert_eq!(in_state(&test, "suspended").await, 2);
    let entries =
        "select count(*) from audit_entry where object like 'sperre gesetzt%' and verb = 'rechte'";
    assert_eq!(test.number(entries).await, 2);
}

#[tokio::test]
async fn while_it_is_open_nothing_is_approved_and_only_a_second_person_lifts_it() {
    let test = TestApp::new().await;
    rows::clearance(&test, "training", "DD", "2026-01-01", "2027-12-31").await;
    let name = test.account("training").name.clone();
    let mut provider = test.signed_in("koordination").await;
    let place = "JVA Dresden";
    let before = ask(
        &mut provider,
        &name,
        place,
        &[GROUP_TRAINING],
        "24.11.2026",
        "31.12.2026",
    )
    .await
    .expect(303);
    let mut officer = test.signed_in("zugang").await;
    let set = stop(&mut officer, &name, "own").await;
    let set = set.location().to_owned();
    assert_eq!(in_state(&test, "suspended").await, 1);
    let during = ask(
        &mut provider,
        &name,
        place,
        &[GROUP_TRAINING],
        "01.01.2027",
        "31.01.2027",
    )
    .await
    .expect(303);
    for grant in [before.location(), during.location()] {
        let refused = decide(&mut officer, grant, "genehmigen").await.expect(422);
        assert!(refused.text().contains("gesperrt"), "{}", refused.text());
    }
    // Not by the person who set it, also not with a second account.
    let refused = lift(&mut officer, &set).await.expect(409);
    assert!(refused.text().contains("zweite Person"));
    test.execute(
        "update account set holder_id = (select id from account where login = 'zugang') where login = 'zugang.zwei'",
    )
    .await;
    let mut second = test.signed_in("zugang.zwei").await;
    lift(&mut second, &set).await.expect(409);
    test.execute("update account set holder_id = null").await;
    second
        .post(&format!("{set}/aufheben"), &[("version", "1")])
        .await
        .expect(422);
    lift(&mut second, &set).await.expect(303);
    // What was asked for is asked for again, not approved.
    assert_eq!(in_state(&test, "requested").await, 2);
    let twice = lift(&mut officer, &set).await.expect(409);
    assert!(twice.text().contains("Zoe Zander") && twice.text().contains("schon aufgehoben"));
    decide(&mut second, before.location(), "genehmigen")
        .await
        .expect(303);
    assert_eq!(in_state(&test, "active").await, 1);
}

#[tokio::test]
async fn lifting_revives_neither_the_expired_nor_the_revoked_nor_what_lost_its_clearance() {
    let test = TestApp::new().await;
    for (programme, last) in [
        ("akt_gruppe", "2027-12-31"),
        ("akt_einzel", "2026-11-30"),
        ("distanzierung", "2027-12-31"),
        ("elterncoaching", "2027-12-31"),
    ] {
        rows::grant(&test, "training", "DD", programme, last).await;
    }
    let clearance = rows::clearance(&test, "training", "DD", "2026-01-01", "2027-12-31").await;
    let of =
        |code: &str| format!("programme_id = (select id from programme where code = '{code}')");
    test.execute(&format!(
        "update access_grant set clearance_id = {} where {}",
        rows::id(clearance),
        of("elterncoaching")
    ))
    .await;
    let name = test.account("training").name.clone();
    let mut officer = test.signed_in("zugang").await;
    let set = stop(&mut officer, &name, "own").await.location().to_owned();
    assert_eq!(in_state(&test, "suspended").await, 4);
    // While it is stopped: one is revoked, one runs out, one loses its clearance.
    let revoked = rows::grant_id(&test, "training", "distanzierung").await;
    decide(&mut officer, &format!("/freigaben/{revoked}"), "widerrufen")
        .await
        .expect(303);
    test.execute("update clearance set state = 'withdrawn'")
        .await;
    test.clock.set(test.clock_now().plus_minutes(10 * 24 * 60));
    let mut second = test.signed_in("zugang.zwei").await;
    lift(&mut second, &set).await.expect(303);
    assert_eq!(in_state(&test, "active").await, 1);
    assert_eq!(in_state(&test, "revoked").await, 1);
    let closed = format!(
        "select count(*) from access_grant where state = 'suspended' and suspended_reason is not null and {}",
        of("elterncoaching")
    );
    assert_eq!(test.number(&closed).await, 1);
    let open = format!(
        "select count(*) from access_grant where state = 'active' and {}",
        of("akt_gruppe")
    );
    assert_eq!(test.number(&open).await, 1);
    // With a new clearance it is let in again, by somebody who looked at it.
    rows::clearance(&test, "training", "DD", "2026-12-01", "2027-12-31").await;
    let grant = rows::grant_id(&test, "training", "elterncoaching").await;
    let page = second.get(&format!("/freigaben/{grant}")).await.expect(200);
    assert!(page.text().contains("Wieder zulassen"));
    decide(&mut second, &format!("/freigaben/{grant}"), "genehmigen")
        .await
        .expect(303);
    assert_eq!(in_state(&test, "active").await, 2);
}

#[tokio::test]
async fn a_stop_for_all_facilities_is_lifted_by_each_for_itself() {
    let test = TestApp::new().await;
    rows::grant(&test, "training", "DD", "akt_gruppe", "2027-12-31").await;
    rows::grant(&test, "training", "L", "akt_gruppe", "2027-12-31").await;
    let name = test.account("training").name.clone();
    let mut provider = test.signed_in("koordination").await;
    let set = stop(&mut provider, &name, "").await.location().to_owned();
    assert!(
        provider.get(&set).await.text().contains("Hausordnung"),
        "the coordination's own reason"
    );
    assert_eq!(in_state(&test, "suspended").await, 2);
    let mut officer = test.signed_in("zugang").await;
    lift(&mut officer, &set).await.expect(303);
    let at = |code: &str, state: &str| {
        format!(
            "select count(*) from access_grant g join facility f on f.id = g.facility_id where f.code = '{code}' and g.state = '{state}'"
        )
    };
    assert_eq!(test.number(&at("DD", "active")).await, 1);
    assert_eq!(test.number(&at("L", "suspended")).await, 1);
    let open = "select count(*) from access_stop t join facility f on f.id = t.facility_id where t.lifted_at is null and f.code = 'L'";
    assert_eq!(test.number(open).await, 1);
    let held = "select count(*) from access_grant g join access_stop t on t.id = g.stop_id where t.lifted_at is null";
    assert_eq!(test.number(held).await, 1);
    let here = "select count(*) from access_stop t join facility f on f.id = t.facility_id where t.lifted_at is null and f.code = 'DD'";
    assert_eq!(test.number(here).await, 0);
}

#[tokio::test]
async fn two_stops_hold_until_both_are_lifted() {
    let test = TestApp::new().await;
    rows::grant(&test, "training", "DD", "akt_gruppe", "2027-12-31").await;
    let name = test.account("training").name.clone();
    let mut officer = test.signed_in("zugang").await;
    let first = stop(&mut officer, &name, "own").await.location().to_owned();
    let second_stop = stop(&mut officer, &name, "own").await.location().to_owned();
    let mut second = test.signed_in("zugang.zwei").await;
    lift(&mut second, &first).await.expect(303);
    assert_eq!(in_state(&test, "suspended").await, 1);
    lift(&mut second, &second_stop).await.expect(303);
    assert_eq!(in_state(&test, "active").await, 1);
}
