//! The quarterly confirmation of grants: opened once, decided by two people, suspended when nobody confirms.

use geleit::jobs::{Confirmed, confirm_grants};

use crate::harness::{Answer, Browser, TestApp};
use crate::html;
use crate::rows;

const PATH: &str = "/freigaben/bestaetigung";

async fn count(test: &TestApp, table: &str, state: &str) -> i64 {
    test.number(&format!(
        "select count(*) from {table} where state = '{state}'"
    ))
    .await
}

/// Ticks all lines of the form with this action and presses a button.
async fn press(browser: &mut Browser, action: &str, button: (&str, &str)) -> Answer {
    let page = browser.get(PATH).await.expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    let items: Vec<String> = {
        let document = scraper::Html::parse_document(&page.text());
        let selector = format!("form[action=\"{PATH}/{action}\"]:first-of-type input[name=item]");
        let inputs = scraper::Selector::parse(&selector).unwrap();
        document
            .select(&inputs)
            .filter_map(|input| input.value().attr("value").map(ToOwned::to_owned))
            .collect()
    };
    let mut fields = vec![button];
    fields.extend(items.iter().map(|value| ("item", value.as_str())));
    browser.post(&format!("{PATH}/{action}"), &fields).await
}

#[tokio::test]
async fn the_list_is_opened_once_and_two_people_decide() {
    let test = TestApp::new().await;
    rows::grant(&test, "training", "DD", "akt_gruppe", "2027-12-31").await;
    rows::grant(&test, "training.vsr", "DD", "akt_gruppe", "2027-12-31").await;
    rows::grant(&test, "beratung", "L", "ausstieg", "2027-12-31").await;
    rows::grant(&test, "beratung", "DD", "ausstieg", "2026-11-01").await;
    let done = confirm_grants(&test.app.store).await.unwrap();
    assert_eq!(
        done,
        Confirmed {
            opened: 2,
            suspended: 0
        }
    );
    let second = test.second_store().await;
    let (again, other) = tokio::join!(confirm_grants(&test.app.store), confirm_grants(&second));
    assert_eq!((again.unwrap(), other.unwrap()), Default::default());
    assert_eq!(count(&test, "recertification_item", "open").await, 3);

    let mut first = test.signed_in("zugang").await;
    assert!(
        first
            .get("/")
            .await
            .text()
            .contains("2</strong> Freigaben sind noch zu bestätigen")
    );
    press(&mut first, "vorschlagen", ("proposal", "quatsch"))
        .await
        .expect(422);
    first
        .post(&format!("{PATH}/vorschlagen"), &[("proposal", "confirm")])
        .await
        .expect(422);
    press(&mut first, "vorschlagen", ("proposal", "confirm"))
        .await
        .expect(303);
    // The same person, also with a second account, agrees to nothing.
    let refused = press(&mut first, "entscheiden", ("answer", "agree"))
        .await
        .expect(422);
    assert!(
        refused.text().contains("zweite Person"),
        "{}",
        refused.text()
    );
    let mut other = test.signed_in("zugang.zwei").await;
    test.execute(
        "update account set holder_id = (select id from account where login = 'zugang') where login = 'zugang.zwei'",
    )
    .await;
    press(&mut other, "entscheiden", ("answer", "agree"))
        .await
        .expect(422);
    test.execute("update account set holder_id = null").await;
    press(&mut other, "entscheiden", ("answer", "agree"))
        .await
        .expect(303);
    assert_eq!(count(&test, "recertification_item", "confirmed").await, 2);
    assert_eq!(count(&test, "access_grant", "active").await, 4);
    assert!(other.get(PATH).await.text().contains("Alles bestätigt"));
}

#[tokio::test]
async fn ended_by_two_is_revoked_and_a_proposal_can_be_given_back() {
    let test = TestApp::new().await;
    rows::grant(&test, "training", "DD", "akt_gruppe", "2027-12-31").await;
    confirm_grants(&test.app.store).await.unwrap();
    let (mut first, mut second) = (
        test.signed_in("zugang").await,
        test.signed_in("zugang.zwei").await,
    );
    press(&mut first, "vorschlagen", ("proposal", "end"))
        .await
        .expect(303);
    press(&mut second, "entscheiden", ("answer", "return"))
        .await
        .expect(303);
    assert_eq!(count(&test, "recertification_item", "open").await, 1);
    press(&mut first, "vorschlagen", ("proposal", "end"))
        .await
        .expect(303);
    // What both see at the same time is decided once.
    let page = second.get(PATH).await.expect(200);
    let item = page.input("item").unwrap();
    let fields = [("item", item.as_str()), ("answer", "agree")];
    let path = format!("{PATH}/entscheiden");
    second.post(&path, &fields).await.expect(303);
    second.post(&path, &fields).await.expect(409);
    assert_eq!(count(&test, "access_grant", "revoked").await, 1);
    assert_eq!(count(&test, "recertification_item", "ended").await, 1);
}

#[tokio::test]
async fn what_nobody_confirms_in_thirty_days_is_suspended_and_can_be_confirmed_late() {
    let test = TestApp::new().await;
    rows::grant(&test, "training", "DD", "akt_gruppe", "2027-12-31").await;
    rows::grant(&test, "training.vsr", "DD", "akt_gruppe", "2026-12-01").await;
    let group = rows::group(&test, "training", "DD", "akt_gruppe").await;
    confirm_grants(&test.app.store).await.unwrap();
    let opened = test.clock_now();
    // The thirtieth day is still in time; the one after is not.
    test.clock.set(opened.plus_minutes(30 * 24 * 60));
    assert_eq!(
        confirm_grants(&test.app.store).await.unwrap(),
        Confirmed::default()
    );
    test.clock.set(opened.plus_minutes(31 * 24 * 60));
    let mut trainer = test.signed_in("training").await;
    trainer.get(&format!("/gruppen/{group}")).await.expect(200);
    let second = test.second_store().await;
    let (one, other) = tokio::join!(confirm_grants(&test.app.store), confirm_grants(&second));
    assert_eq!(one.unwrap().suspended + other.unwrap().suspended, 1);
    trainer.get(&format!("/gruppen/{group}")).await.expect(404);
    assert_eq!(count(&test, "recertification_item", "moot").await, 1);
    let (mut first, mut second) = (
        test.signed_in("zugang").await,
        test.signed_in("zugang.zwei").await,
    );
    let grant = rows::grant_id(&test, "training", "akt_gruppe").await;
    let page = first.get(&format!("/freigaben/{grant}")).await.expect(200);
    assert!(
        page.text().contains("nicht bestätigt") && page.text().contains("4. Quartal 2026"),
        "{}",
        page.text()
    );
    press(&mut first, "vorschlagen", ("proposal", "confirm"))
        .await
        .expect(303);
    press(&mut second, "entscheiden", ("answer", "agree"))
        .await
        .expect(303);
    trainer.get(&format!("/gruppen/{group}")).await.expect(200);
}

#[tokio::test]
async fn confirmed_late_under_a_stop_a_grant_stays_closed_until_the_stop_is_lifted() {
    let test = TestApp::new().await;
    rows::grant(&test, "training", "DD", "akt_gruppe", "2027-12-31").await;
    confirm_grants(&test.app.store).await.unwrap();
    test.clock.set(test.clock_now().plus_minutes(31 * 24 * 60));
    assert_eq!(confirm_grants(&test.app.store).await.unwrap().suspended, 1);
    let (mut first, mut second) = (
        test.signed_in("zugang").await,
        test.signed_in("zugang.zwei").await,
    );
    let name = test.account("training").name.clone();
    let stop = crate::stops::stop(&mut first, &name, "own").await;
    press(&mut first, "vorschlagen", ("proposal", "confirm"))
        .await
        .expect(303);
    press(&mut second, "entscheiden", ("answer", "agree"))
        .await
        .expect(303);
    assert_eq!(count(&test, "access_grant", "suspended").await, 1);
    crate::stops::lift(&mut second, stop.location())
        .await
        .expect(303);
    assert_eq!(count(&test, "access_grant", "active").await, 1);
}

#[tokio::test]
async fn a_missed_beginning_of_the_quarter_is_caught_up() {
    let test = TestApp::new().await;
    rows::grant(&test, "training", "DD", "akt_gruppe", "2028-12-31").await;
    confirm_grants(&test.app.store).await.unwrap();
    // Off from November to the middle of the second quarter of the next year.
    test.clock.set(test.clock_now().plus_minutes(180 * 24 * 60));
    let done = confirm_grants(&test.app.store).await.unwrap();
    assert_eq!(
        done,
        Confirmed {
            opened: 0,
            suspended: 1
        }
    );
    let quarters = "select count(distinct quarter) from recertification";
    assert_eq!(test.number(quarters).await, 1);
    // Confirmed late, it is in the running quarter's list at the next run.
    let (mut first, mut second) = (
        test.signed_in("zugang").await,
        test.signed_in("zugang.zwei").await,
    );
    press(&mut first, "vorschlagen", ("proposal", "confirm"))
        .await
        .expect(303);
    press(&mut second, "entscheiden", ("answer", "agree"))
        .await
        .expect(303);
    let done = confirm_grants(&test.app.store).await.unwrap();
    assert_eq!(
        done,
        Confirmed {
            opened: 1,
            suspended: 0
        }
    );
    let due =
        "select count(*) from recertification where quarter = '2027-Q2' and due_day = '2027-06-21'";
    assert_eq!(test.number(due).await, 1);
}
