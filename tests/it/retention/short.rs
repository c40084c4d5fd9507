//! What runs out by itself, and the table of periods.

use geleit::jobs;

use crate::harness::{TestApp, morning, postgres};
use crate::placement::part;
use crate::rows::{id, inmate};
use crate::world::fresh;

#[tokio::test]
async fn short_periods_run_out_by_themselves() {
    let test = TestApp::new().await;
    let who = inmate(&test, "Kurzfrist").await;
    part(&test, who, "training", "distanzierung").await;
    let enquiry = |state: &str, closed: &str| {
        format!(
            "insert into client_case (id, client, programme_id, provider_id, access_route, enquired_on, court_report, interpreter, \
             availability, state, closed_on, created_at, created_by_name, version) select {}, 'anonymous', m.id, a.provider_id, 'self', \
             '2026-01-05', false, false, '', '{state}', {closed}, 0, 'Träger', 1 from programme m, account a \
             where m.code = 'distanzierung' and a.login = 'training'",
            id(fresh())
        )
    };
    for sql in [
        enquiry("declined", "'2025-11-22'"),
        enquiry("declined", "'2025-11-23'"),
        enquiry("enquiry", "null"),
        enquiry("completed", "'2025-11-01'"),
    ] {
        test.execute(&sql).await;
    }
    let draft = |login: &str, saved: i64| {
        format!(
            "insert into form_draft (account_id, form, content, saved_at) select id, 'anfrage', {}, {saved} from account where login = '{login}'",
            if postgres().is_some() {
                "'\\x00'::bytea"
            } else {
                "x'00'"
            }
        )
    };
    let day = 24 * 3_600_000;
    test.execute(&draft("sozialdienst", morning().millis() - 14 * day - 1))
        .await;
    test.execute(&draft("training", morning().millis() - 13 * day))
        .await;
    let token = |name: &str, used: i64| {
        format!(
            "insert into form_token (token, account_id, location, used_at) select '{name}', id, '/', {used} from account where login = 'training'"
        )
    };
    test.execute(&token("alt", morning().millis() - day - 1))
        .await;
    test.execute(&token("neu", morning().millis() - day + 1))
        .await;
    jobs::delete_short_lived(&test.app.store).await.unwrap();
    let left = test
        .counted("select state, count(*) from client_case where person_id is null group by state")
        .await;
    assert_eq!(
        left.get("declined"),
        Some(&1),
        "one is over by a day, one is not"
    );
    assert_eq!(
        (left.get("enquiry"), left.get("completed")),
        (Some(&1), Some(&1))
    );
    assert_eq!(test.number("select count(*) from form_draft").await, 1);
    assert_eq!(test.text("select token from form_token").await, "neu");
    // The ended case without a name is for two people to erase.
    let mut officer = test.signed_in("datenschutz").await;
    assert!(
        officer
            .get("/loeschungen/faellig")
            .await
            .expect(200)
            .text()
            .contains("Fall: Distanzierung")
    );
    jobs::delete_short_lived(&test.app.store).await.unwrap();
    assert_eq!(
        test.number("select count(*) from client_case where person_id is null")
            .await,
        3
    );
}

#[tokio::test]
async fn every_category_has_its_period_and_its_source() {
    use geleit::retention::rules::Category;
    let test = TestApp::new().await;
    let codes = test
        .counted("select code, erase_after from retention_period")
        .await;
    let known: Vec<&str> = Category::codes();
    assert_eq!(codes.len(), known.len());
    for code in known {
        assert!(codes.contains_key(code), "{code}");
    }
    assert_eq!(codes["audit"], i64::from(geleit::jobs::AUDIT_MONTHS));
    assert_eq!(
        test.number(
            "select count(*) from retention_period where length(source) < 20 or length(ground) < 10"
        )
        .await,
        0
    );
    let mut officer = test.signed_in("datenschutz").await;
    let page = officer.get("/loeschfristen").await.expect(200).text();
    assert!(
        page.contains("§ 42 JVollzDSG NRW")
            && page.contains("nach 5 Jahren")
            && page.contains("48 Stunden"),
        "{page}"
    );
}
