//! Counting against plain queries.

use geleit::statistics::cube::Measure;
use geleit::statistics::file::read_kora_csv;
use time::Date;
use time::macros::date;

use super::cases::{Cases, SUMMER};
use super::publish;
use crate::harness::TestApp;
use crate::rows::id;
use crate::world::fresh;

#[tokio::test]
async fn figures_are_those_of_plain_queries() {
    let test = TestApp::new().await;
    let mut cases = Cases::of(&test).await;
    let (first, last) = (date!(2026 - 07 - 01), date!(2026 - 09 - 30));
    let (before, after) = (date!(2026 - 06 - 30), date!(2026 - 10 - 01));
    // On the edges and just outside them.
    cases.many(5, "akt_gruppe", first, Some(last), None).await;
    cases.many(4, "akt_gruppe", last, Some(after), None).await;
    cases
        .many(
            3,
            "akt_gruppe",
            before,
            Some(first),
            Some((last, "completed")),
        )
        .await;
    cases
        .many(
            2,
            "akt_gruppe",
            before,
            Some(before),
            Some((first, "completed")),
        )
        .await;
    cases.many(6, "akt_gruppe", after, None, None).await;
    cases
        .many(
            5,
            "akt_gruppe",
            before,
            Some(before),
            Some((SUMMER, "dropped_out")),
        )
        .await;
    cases
        .many(2, "akt_gruppe", before, None, Some((SUMMER, "transferred")))
        .await;
    cases
        .many(
            2,
            "akt_gruppe",
            before,
            Some(before),
            Some((after, "completed")),
        )
        .await;
    // Twice in the same programme: one person. In another one too: counted there as well.
    for _ in 0..5 {
        let person = cases.person().await;
        cases
            .enrol(
                person,
                "distanzierung",
                first,
                Some(first),
                Some((SUMMER, "dropped_out")),
            )
            .await;
        cases
            .enrol(
                person,
                "distanzierung",
                SUMMER,
                Some(SUMMER),
                Some((last, "dropped_out")),
            )
            .await;
        let enrolment = cases
            .enrol(
                person,
                "ausstieg",
                SUMMER,
                Some(SUMMER),
                Some((last, "completed")),
            )
            .await;
        cases.counsel(enrolment, person, first, "took_place").await;
        cases.counsel(enrolment, person, last, "took_place").await;
        cases.counsel(enrolment, person, after, "took_place").await;
        cases.counsel(enrolment, person, SUMMER, "no_show").await;
        cases.counsel(enrolment, person, SUMMER, "cancelled").await;
    }
    // Group and single sessions of one programme add up.
    let held: Vec<(Date, &str)> = vec![
        (before, "held"),
        (first, "held"),
        (SUMMER, "held"),
        (SUMMER, "planned"),
        (SUMMER, "cancelled"),
        (last, "held"),
        (after, "held"),
    ];
    cases.group("akt_gruppe", &held).await;
    cases
        .group("akt_gruppe", &[(SUMMER, "held"), (last, "held")])
        .await;
    cases.talks("akt_gruppe", SUMMER).await;
    let codes: Vec<String> = cases
        .programmes
        .iter()
        .map(|programme| programme.code.clone())
        .collect();
    cases.database.close().await.unwrap();

    let id = publish(&test).await;
    let mut kora = test.signed_in("kora").await;
    let file = read_kora_csv(
        &kora
            .get(&format!("/zahlen/{id}/csv"))
            .await
            .expect(200)
            .body,
    )
    .expect("a KORA file");
    let published = |code: &str, measure: Measure| {
        let line = file
            .lines
            .iter()
            .find(|line| line.programme == code && line.measure == measure.code());
        i64::try_from(
            line.expect("a line for each figure")
                .value
                .expect("no small figure here, so none is hidden"),
        )
        .unwrap()
    };
    let persons = |code: &str, condition: &str| {
        format!(
            "select count(*) from (select distinct e.person_id from enrolment e, programme p where p.id = e.programme_id \
             and p.code = '{code}' and {condition}) people"
        )
    };
    let quarter = |column: &str| format!("{column} between '2026-07-01' and '2026-09-30'");
    for code in &codes {
        let queries = [
            (
                Measure::PersonsEnrolled,
                persons(code, &quarter("e.enrolled_on")),
            ),
            (
                Measure::PersonsStarted,
                persons(code, &quarter("e.started_on")),
            ),
            (
                Measure::PersonsCompleted,
                persons(
                    code,
                    &format!("{} and e.outcome = 'completed'", quarter("e.ended_on")),
                ),
            ),
            (
                Measure::PersonsDroppedOut,
                persons(
                    code,
                    &format!("{} and e.outcome = 'dropped_out'", quarter("e.ended_on")),
                ),
            ),
        ];
        for (measure, query) in queries {
            assert_eq!(
                published(code, measure),
                test.number(&query).await,
                "{code} {measure:?}"
            );
        }
        let group = test
            .number(&format!(
                "select count(*) from group_session s, training_group g, programme p where g.id = s.group_id \
                 and p.id = g.programme_id and p.code = '{code}' and s.state = 'held' and {}",
                quarter("s.day")
            ))
            .await;
        let single = test
            .number(&format!(
                "select count(*) from counselling_session c, enrolment e, programme p where e.id = c.enrolment_id \
                 and p.id = e.programme_id and p.code = '{code}' and c.outcome = 'took_place' and {}",
                quarter("c.day")
            ))
            .await;
        assert_eq!(
            published(code, Measure::SessionsHeld),
            group + single,
            "{code} sessions"
        );
    }
    // And by counting on fingers, so that both queries cannot be wrong together.
    let all = |code: &str| Measure::ALL.map(|measure| published(code, measure));
    assert_eq!(all("akt_gruppe"), [9, 8, 5, 5, 10]);
    assert_eq!(all("distanzierung"), [5, 5, 0, 5, 0]);
    assert_eq!(all("ausstieg"), [5, 5, 5, 0, 10]);
}

#[tokio::test]
async fn talks_of_clients_without_a_name_are_sessions_that_were_held() {
    let test = TestApp::new().await;
    let case = fresh();
    test.execute(&format!(
        "insert into client_case (id, client, client_role, programme_id, provider_id, access_route, enquired_on, court_report, \
         interpreter, availability, state, created_at, created_by_name, version) select {}, 'relative', 'parent', m.id, v.id, 'kora', \
         '2026-07-01', false, false, '', 'running', 0, 'Träger', 1 from programme m, provider v \
         where m.code = 'umfeldberatung' and v.code = 'apro'",
        id(case)
    ))
    .await;
    for (day, outcome, number) in [
        ("2026-07-01", "took_place", 4),
        ("2026-09-30", "took_place", 3),
        ("2026-06-30", "took_place", 2),
        ("2026-10-01", "took_place", 2),
        ("2026-08-12", "no_show", 2),
    ] {
        for _ in 0..number {
            test.execute(&format!(
                "insert into counselling_session (id, case_id, day, minutes, form, outcome, recorded_by, recorded_by_name, \
                 recorded_at, version) select {}, {}, '{day}', 60, 'telephone', '{outcome}', a.id, a.name, 0, 1 \
                 from account a where a.login = 'beratung'",
                id(fresh()),
                id(case)
            ))
            .await;
        }
    }
    let release = publish(&test).await;
    let mut kora = test.signed_in("kora").await;
    let path = format!("/zahlen/{release}/csv");
    let file = read_kora_csv(&kora.get(&path).await.expect(200).body).expect("a KORA file");
    let held = |code: &str| {
        let line = file
            .lines
            .iter()
            .find(|line| line.programme == code && line.measure == Measure::SessionsHeld.code());
        line.expect("a line for each figure").value
    };
    assert_eq!(held("umfeldberatung"), Some(7));
    assert_eq!(held("ausstieg"), Some(0));
}
