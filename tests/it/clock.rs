//! A clock that is set back: nothing is written and nobody signs in while it is more than two minutes behind the highest
//! time that was ever seen, on every instance and after a restart.

use geleit::jobs::confirm_grants;
use geleit::store::StoreError;

use crate::harness::TestApp;
use crate::html;

/// The highest time in the database, in milliseconds.
async fn stored(test: &TestApp) -> i64 {
    test.number("select cast(substr(value, 10) as bigint) from installation where name = 'clock'")
        .await
}

#[tokio::test]
async fn two_minutes_back_are_tolerated_and_not_a_second_more() {
    let test = TestApp::new().await;
    let mut officer = test.signed_in("zugang").await;
    let now = test.clock_now();
    assert!(now.millis() - stored(&test).await < 60_000);
    let staff = officer
        .get("/sperren/neu")
        .await
        .option("staff", &test.account("training").name)
        .unwrap();
    let stop = [
        ("staff", staff.as_str()),
        ("extent", "own"),
        ("reason", "Probe"),
    ];
    test.clock.set(now.plus_seconds(-120));
    officer.post("/sperren/neu", &stop).await.expect(303);
    test.clock.set(now.plus_seconds(-121));
    let refused = officer.post("/sperren/neu", &stop).await.expect(503);
    assert!(refused.text().contains("Die Uhr des Servers geht nach"));
    assert_eq!(html::problems(&refused.text()), Vec::<String>::new());
    // Reading goes on, signing in does not.
    officer.get("/freigaben").await.expect(200);
    let account = test.account("training");
    let fields = [
        ("login", account.login.as_str()),
        ("password", account.password),
    ];
    test.browser().post("/anmelden", &fields).await.expect(503);
    // Jobs write nothing either.
    assert!(matches!(
        confirm_grants(&test.app.store).await,
        Err(StoreError::ClockBehind { .. })
    ));
    test.clock.set(now.plus_seconds(1));
    officer.post("/sperren/neu", &stop).await.expect(303);
    assert_eq!(test.number("select count(*) from access_stop").await, 2);
}

#[tokio::test]
async fn other_instances_and_the_next_start_know_it_too() {
    let test = TestApp::new().await;
    let now = test.clock_now();
    test.clock.set(now.plus_minutes(24 * 60));
    test.signed_in("zugang").await;
    test.clock.set(now);
    let second = test.second_instance().await;
    let account = test.account("training");
    let fields = [
        ("login", account.login.as_str()),
        ("password", account.password),
    ];
    test.browser_on(second)
        .post("/anmelden", &fields)
        .await
        .expect(503);
}

#[tokio::test]
async fn an_operator_can_say_that_the_clock_is_right_now() {
    let test = TestApp::new().await;
    let now = test.clock_now();
    let second = test.second_instance().await;
    let account = test.account("training");
    // The clock was wrong by ten years while somebody signed in; then it was put right.
    test.clock.set(now.plus_minutes(10 * 365 * 24 * 60));
    test.signed_in("zugang").await;
    test.clock.set(now);
    let fields = [
        ("login", account.login.as_str()),
        ("password", account.password),
    ];
    let mut browser = test.browser_on(second);
    browser.post("/anmelden", &fields).await.expect(503);
    // What `geleit clock accept` does.
    let sql =
        "update installation set value = '00000001.' || substr(value, 10) where name = 'clock'";
    test.execute(sql).await;
    test.execute(&format!(
        "update installation set value = '00000001.{:020}' where name = 'clock'",
        now.millis()
    ))
    .await;
    browser.post("/anmelden", &fields).await.expect(303);
    test.browser().post("/anmelden", &fields).await.expect(303);
    assert!(stored(&test).await >= now.millis() && stored(&test).await < now.millis() + 60_000);
}
