//! Putting records together while somebody else writes about the same people: one after the other, and no row is left
//! behind with the record that goes.

use std::time::Duration;

use sea_orm::{ConnectionTrait, DatabaseConnection, TransactionTrait};
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::harness::{Browser, TestApp, postgres};
use crate::merge::compared;
use crate::placement::part;
use crate::rows::{grant, id, inmate, person, place};

type Fields = Vec<(String, String)>;

/// Sends a form on a task of its own: its status, or 302 for what only leads to the record that stayed.
async fn sent(browser: &Browser, path: String, mut fields: Fields) -> JoinHandle<u16> {
    let mut browser = browser.clone();
    fields.push(("csrf".into(), browser.csrf().await));
    tokio::spawn(async move {
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let answer = browser.post_raw(&path, &fields).await;
        match answer.status.as_u16() {
            303 if path.ends_with("/gespraech") && !answer.location().ends_with("/gespraeche") => {
                302
            }
            303 if path.ends_with("/zusammenfuehren")
                && path != format!("{}/zusammenfuehren", answer.location()) =>
            {
                302
            }
            status => status,
        }
    })
}

/// How many wait for a lock in this database.
async fn waiting(test: &TestApp) -> i64 {
    test.number(
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    )
    .await
}

async fn until_waiting(test: &TestApp, number: i64) {
    for _ in 0..100 {
        if waiting(test).await >= number {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{} wait, not {number}", waiting(test).await);
}

/// Sends two forms so that they meet: on a server the first is kept from writing its history, which comes after everything
/// else it writes, until the second waits, too. SQLite takes them one after the other of itself.
async fn meeting(
    test: &TestApp,
    first: (&Browser, String, Fields),
    second: (&Browser, String, Fields),
) -> (u16, u16) {
    let database: DatabaseConnection = test.database().await;
    let gate = database.begin().await.unwrap();
    if postgres().is_some() {
        gate.execute_unprepared("lock table history in share mode")
            .await
            .unwrap();
    }
    let one = sent(first.0, first.1, first.2).await;
    if postgres().is_some() {
        until_waiting(test, 1).await;
    }
    let other = sent(second.0, second.1, second.2).await;
    if postgres().is_some() {
        until_waiting(test, 2).await;
    }
    gate.rollback().await.unwrap();
    let answers = (one.await.unwrap(), other.await.unwrap());
    database.close().await.unwrap();
    answers
}

/// Two records of one person; the second takes part in counselling.
async fn pair(test: &TestApp) -> (Uuid, Uuid) {
    let (one, other) = (
        inmate(test, "Zwilling").await,
        person(test, "Zwillink", "Jan", "4711-99").await,
    );
    place(test, other, "DD", "custody").await;
    part(test, other, "training", "distanzierung").await;
    grant(test, "training", "DD", "distanzierung", "2026-12-31").await;
    (one, other)
}

/// The form of a talk with somebody, filled in.
async fn talk(browser: &mut Browser, person: Uuid) -> Fields {
    let page = browser
        .get(&format!("/personen/{person}/gespraech"))
        .await
        .expect(200);
    let enrolment = page
        .option("enrolment", "Distanzierung")
        .or_else(|| page.input("enrolment"))
        .expect("a participation");
    [
        ("einmal", page.input("einmal").unwrap().as_str()),
        ("day", "16.11.2026"),
        ("minutes", "45"),
        ("form", "prison"),
        ("enrolment", &enrolment),
        ("outcome", "took_place"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

fn merge_of(person: Uuid) -> String {
    format!("/personen/{person}/zusammenfuehren")
}

/// What is kept of the two, whoever was first.
async fn kept(test: &TestApp, one: Uuid, talks: i64) {
    assert_eq!(
        test.number("select count(*) from counselling_session")
            .await,
        talks,
        "as many talks as were confirmed"
    );
    assert_eq!(
        test.number(&format!(
            "select count(*) from counselling_session c join enrolment e on e.id = c.enrolment_id \
             where c.person_id = {0} and e.person_id = {0}",
            id(one)
        ))
        .await,
        talks,
        "each with its participation, and with the record that stays"
    );
    assert_eq!(
        test.number("select count(*) from history where what = 'Beratungsgespräch erfasst'")
            .await,
        talks
    );
    assert_eq!(test.number("select count(*) from person_merge").await, 1);
    assert_eq!(
        test.number(&format!(
            "select count(*) from enrolment where person_id = {}",
            id(one)
        ))
        .await,
        1
    );
}

#[tokio::test]
async fn a_talk_recorded_while_two_records_become_one_is_not_left_behind() {
    for talk_first in [true, false] {
        let test = TestApp::new().await;
        let (one, other) = pair(&test).await;
        let (mut social, mut trainer) = (
            test.signed_in("sozialdienst").await,
            test.signed_in("training").await,
        );
        let merge = compared(&mut social, one, other).await;
        let filled = talk(&mut trainer, other).await;
        let merging = (&social, merge_of(one), merge);
        let talking = (&trainer, format!("/personen/{other}/gespraech"), filled);
        let (merged, talked) = if talk_first {
            let (talked, merged) = meeting(&test, talking, merging).await;
            (merged, talked)
        } else {
            meeting(&test, merging, talking).await
        };
        assert_eq!(merged, 303, "the talk first: {talk_first}");
        // Whoever comes after the merge finds that record no more, and nothing is stored.
        assert!([302, 303, 404].contains(&talked), "{talked}");
        if postgres().is_some() {
            assert_eq!(talked == 303, talk_first);
        }
        kept(&test, one, i64::from(talked == 303)).await;
    }
}

#[tokio::test]
async fn of_two_merges_of_the_same_records_one_is_done() {
    for same_way in [true, false] {
        let test = TestApp::new().await;
        let (one, other) = pair(&test).await;
        let mut social = test.signed_in("sozialdienst").await;
        let left = compared(&mut social, one, other).await;
        let (into, right) = if same_way {
            (one, compared(&mut social, one, other).await)
        } else {
            (other, compared(&mut social, other, one).await)
        };
        let (first, second) = meeting(
            &test,
            (&social, merge_of(one), left),
            (&social, merge_of(into), right),
        )
        .await;
        let done = [first, second].iter().filter(|one| **one == 303).count();
        assert_eq!(done, 1, "{first} {second}");
        assert!(
            [first, second]
                .iter()
                .all(|status| [302, 303, 404, 409].contains(status)),
            "{first} {second}"
        );
        let stays = if first == 303 { one } else { into };
        kept(&test, stays, 0).await;
        assert_eq!(
            test.number("select count(*) from placement").await,
            1,
            "one record stays"
        );
    }
}

#[tokio::test]
async fn a_merge_of_one_of_them_with_a_third_meanwhile_keeps_all_rows() {
    let test = TestApp::new().await;
    let (one, other) = pair(&test).await;
    let third = person(&test, "Zwilling", "Jan", "4711-77").await;
    place(&test, third, "DD", "custody").await;
    let mut social = test.signed_in("sozialdienst").await;
    let left = compared(&mut social, one, other).await;
    // Into the one that goes: it is no longer there.
    let right = compared(&mut social, other, third).await;
    let (first, second) = meeting(
        &test,
        (&social, merge_of(one), left),
        (&social, merge_of(other), right),
    )
    .await;
    let done = [first, second].iter().filter(|one| **one == 303).count();
    assert!(done >= 1, "{first} {second}");
    let mut of_gone = 0;
    for table in ["enrolment", "placement"] {
        of_gone += test
            .number(&format!(
                "select count(*) from {table} x join person_merge g on g.from_person_id = x.person_id"
            ))
            .await;
    }
    assert_eq!(of_gone, 0, "no row hangs on a record that went");
    assert_eq!(test.number("select count(*) from enrolment").await, 1);
}
