//! Late entries: a further version with a reason, the old one as it was; and withdrawal.

use geleit::base::ids::{EnrolmentId, PersonId};
use geleit::statistics::file::Figure;
use time::macros::date;
use uuid::Uuid;

use super::cases::{Cases, SUMMER, small_figures};
use super::{Q3, approve, content, figure, order, prepare, publish};
use crate::harness::TestApp;
use crate::html;
use crate::rows::id;

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

/// A group with its register, completions, talks and participations in the first quarter.
async fn spring(test: &TestApp) -> (EnrolmentId, PersonId) {
    let day = date!(2026 - 02 - 03);
    let mut cases = Cases::of(test).await;
    cases.many(8, "akt_gruppe", day, Some(day), None).await;
    cases
        .many(
            9,
            "distanzierung",
            day,
            Some(day),
            Some((date!(2026 - 03 - 02), "dropped_out")),
        )
        .await;
    let twin = cases.person().await;
    let own = cases.enrol(twin, "akt_einzel", day, Some(day), None).await;
    cases.group("akt_gruppe", &[(day, "held")]).await;
    cases.talks("ausstieg", day).await;
    for number in 0..8 {
        let fresh = |kind: u128| id(Uuid::from_u128((kind << 64) | number));
        let enrolment = format!(
            "from enrolment e join programme m on m.id = e.programme_id, training_group g, group_session s \
             where m.code = 'akt_gruppe' order by e.id limit 1 offset {number}"
        );
        let columns = "insert into attendance (id, session_id, person_id, status, recorded_at, recorded_by_name, version)";
        test.execute(&format!(
            "{columns} select {}, s.id, e.person_id, 'present', 0, 'Training', 1 {enrolment}",
            fresh(21)
        ))
        .await;
        let columns = "insert into membership (id, group_id, person_id, enrolment_id, from_day, programme_id)";
        test.execute(&format!(
            "{columns} select {}, g.id, e.person_id, e.id, '{day}', e.programme_id {enrolment}",
            fresh(22)
        ))
        .await;
        let columns = "insert into completion (id, membership_id, person_id, enrolment_id, group_id, template_id, result, day, done, \
             required, lacking, evidence, ended_place, confirmed_at, confirmed_by_name, version)";
        test.execute(&format!(
            "{columns} select {}, {}, e.person_id, e.id, g.id, g.template_id, 'completed', '2026-03-20', 1, 1, '', '', false, 0, \
             'Training', 1 {enrolment}",
            fresh(23),
            fresh(22)
        ))
        .await;
    }
    cases.database.close().await.unwrap();
    (own, twin)
}

/// Not only rows that came later: whatever changes a count. Otherwise the half-year would rest on sums that do not hold.
#[tokio::test]
async fn every_change_of_state_since_a_release_is_late() {
    let test = TestApp::new().await;
    let (own, twin) = spring(&test).await;
    publish(&test, "quartal", &[("zeitraum", "2026-Q1")]).await;
    let mut browser = test.signed_in("statistik").await;
    let half = [("zeitraum", "2026-H1")];
    let first = "(select e.id from enrolment e join programme m on m.id = e.programme_id where m.code = 'akt_gruppe' order by e.id limit 1)";
    let (own, twin) = (id(own.0), id(twin.0));
    for (what, change, back) in [
        (
            "a session that did not take place after all",
            "update group_session set state = 'planned'".to_owned(),
            "update group_session set state = 'held'".to_owned(),
        ),
        (
            "a participation ended on a day in the past",
            format!("update enrolment set ended_on = '2026-03-15', outcome = 'dropped_out' where id = {first}"),
            "update enrolment set ended_on = null, outcome = null where ended_on = '2026-03-15'".to_owned(),
        ),
        (
            "another outcome",
            "update enrolment set outcome = 'completed' where outcome = 'dropped_out'".to_owned(),
            "update enrolment set outcome = 'dropped_out' where outcome = 'completed'".to_owned(),
        ),
        (
            "another day of beginning",
            format!("update enrolment set started_on = '2025-12-30' where id = {first}"),
            format!("update enrolment set started_on = '2026-02-03' where id = {first}"),
        ),
        (
            "a corrected register",
            format!("update attendance set status = 'excused' where id = {}", id(Uuid::from_u128(21 << 64))),
            "update attendance set status = 'present'".to_owned(),
        ),
        (
            "a completion withdrawn",
            format!(
                "update completion set withdrawn_at = 1, withdrawn_by_name = 'Training', withdrawn_reason = 'Irrtum' where id = {}",
                id(Uuid::from_u128(23 << 64))
            ),
            "update completion set withdrawn_at = null, withdrawn_by_name = null, withdrawn_reason = null".to_owned(),
        ),
        (
            "two records put together",
            format!("update enrolment set person_id = (select e.person_id from enrolment e where e.id = {first}) where id = {own}"),
            format!("update enrolment set person_id = {twin} where id = {own}"),
        ),
    ] {
        test.execute(&change).await;
        let refused = order(&mut browser, "halbjahr", &half).await.expect(422);
        assert!(
            refused.text().contains("zuerst die Korrektur") && refused.text().contains("1. Quartal 2026"),
            "{what}: {}",
            refused.text()
        );
        test.execute(&back).await;
    }
    // All is as it was, so nothing is late.
    prepare(&mut browser, "halbjahr", &half).await;
    test.execute("update statistics_release set state = 'discarded' where report = 'halbjahr'")
        .await;
    // Somebody is erased.
    test.execute(&format!("delete from enrolment where id = {own}"))
        .await;
    test.execute(&format!("delete from person where id = {twin}"))
        .await;
    let refused = order(&mut browser, "halbjahr", &half).await.expect(422);
    assert!(refused.text().contains("zuerst die Korrektur"));
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
