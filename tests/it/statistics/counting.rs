//! Counting on fingers: edges of days, duplicates, transfers, superseded sessions, late as attended.

use time::Date;
use time::macros::date;

use super::cases::{Cases, SUMMER};
use super::sealed::{Counts, count, counts};
use super::{Q3, prepare};
use crate::harness::TestApp;
use crate::rows::id;
use crate::world::fresh;

async fn counted(test: &TestApp, report: &str, fields: &[(&str, &str)]) -> Counts {
    let mut browser = test.signed_in("statistik").await;
    let preview = prepare(&mut browser, report, fields).await;
    counts(test, &preview).await
}

fn of(counts: &Counts, measure: &str, programme: &str) -> i64 {
    count(counts, "massnahme", measure, "2026-Q3", programme)
}

#[tokio::test]
async fn the_days_at_both_ends_of_a_quarter_belong_to_it() {
    let test = TestApp::new().await;
    let mut cases = Cases::of(&test).await;
    let (first, last) = (date!(2026 - 07 - 01), date!(2026 - 09 - 30));
    let (before, after) = (date!(2026 - 06 - 30), date!(2026 - 10 - 01));
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
        .many(
            2,
            "akt_gruppe",
            before,
            Some(before),
            Some((after, "completed")),
        )
        .await;
    cases
        .many(
            1,
            "akt_gruppe",
            before,
            Some(before),
            Some((before, "dropped_out")),
        )
        .await;
    // Agreed, never begun, ended: no process.
    cases
        .many(7, "akt_gruppe", before, None, Some((SUMMER, "dropped_out")))
        .await;
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
    cases
        .group("akt_einzel", &[(before, "held"), (SUMMER, "cancelled")])
        .await;
    cases.talks("distanzierung", SUMMER).await;
    cases.database.close().await.unwrap();
    let counts = counted(&test, "quartal", Q3).await;
    let all = |measures: &[&str], programme: &str| -> Vec<i64> {
        measures
            .iter()
            .map(|measure| of(&counts, measure, programme))
            .collect()
    };
    assert_eq!(
        all(
            &["anfragen", "begonnen", "abgeschlossen", "abgebrochen"],
            "akt_gruppe"
        ),
        [9, 8, 5, 5]
    );
    let running = |time: &str| count(&counts, "massnahme", "laufend_am_ende", time, "akt_gruppe");
    assert_eq!((running("bis-2026-Q2"), running("bis-2026-Q3")), (9, 7));
    let dates = [
        "sitzungen_geplant",
        "sitzungen_durchgefuehrt",
        "sitzungen_ausgefallen",
        "gruppenstunden",
    ];
    assert_eq!(all(&dates, "akt_gruppe"), [7, 5, 1, 1500]);
    assert_eq!(all(&dates, "akt_einzel"), [1, 0, 1, 0]);
    let groups = |programme: &str| count(&counts, "massnahme", "gruppen", "je-2026-Q3", programme);
    assert_eq!((groups("akt_gruppe"), groups("akt_einzel")), (2, 0));
    assert_eq!(
        all(
            &["gespraeche", "gespraechsstunden", "gespraeche_ausgefallen"],
            "distanzierung"
        ),
        [5, 5, 0]
    );
}

#[tokio::test]
async fn two_of_everything_is_counted_once() {
    let test = TestApp::new().await;
    let mut cases = Cases::of(&test).await;
    // One person with two programmes, two histories, a transfer, two trainers and two providers around.
    let person = cases.person().await;
    let one = cases
        .enrol(person, "akt_gruppe", SUMMER, Some(SUMMER), None)
        .await;
    let two = cases
        .enrol(person, "distanzierung", SUMMER, Some(SUMMER), None)
        .await;
    cases.group("akt_gruppe", &[(SUMMER, "held")]).await;
    cases.counsel(two, person, SUMMER, "took_place").await;
    cases.database.close().await.unwrap();
    let (case, other) = (fresh(), fresh());
    for (case, enrolment, programme) in [(case, one, "akt_gruppe"), (other, two, "distanzierung")] {
        test.execute(&format!(
            "insert into client_case (id, client, person_id, programme_id, provider_id, facility_id, staff_id, second_staff_id, enrolment_id, \
             access_route, enquired_on, court_report, interpreter, availability, state, created_at, created_by_name, version) \
             select {}, 'person', e.person_id, e.programme_id, e.provider_id, e.facility_id, (select s.id from staff s order by s.id limit 1), \
             (select s.id from staff s order by s.id desc limit 1), e.id, 'kora', '2026-07-02', false, false, '', 'agreed', 0, 'Träger', 1 from enrolment e, programme m \
             where e.id = {} and m.id = e.programme_id and m.code = '{programme}'",
            id(case), id(enrolment.0)
        ))
        .await;
    }
    // Two histories: interrupted, taken up again.
    for (number, day, from, to) in [
        (1, "2026-07-02", "null", "enquiry"),
        (2, "2026-07-03", "'enquiry'", "first_talk"),
        (3, "2026-07-04", "'first_talk'", "agreed"),
        (4, "2026-08-12", "'agreed'", "running"),
        (5, "2026-08-20", "'running'", "paused"),
        (6, "2026-09-01", "'paused'", "running"),
    ] {
        test.execute(&format!(
            "insert into case_step (case_id, number, day, from_state, to_state, at, by_name) values ({}, {number}, '{day}', {from}, '{to}', 0, 'Träger')",
            id(other)
        ))
        .await;
    }
    // A transfer: two stays in the quarter, one closed.
    for (facility, from, to) in [
        ("DD", "2026-01-01", "'2026-08-01'"),
        ("BZ", "2026-08-01", "null"),
    ] {
        test.execute(&format!(
            "insert into placement (id, person_id, facility_id, kind, setting, from_day, to_day, sort_key, created_at, version) \
             select {}, {}, f.id, 'custody', 'remand', '{from}', {to}, 'muster', 0, 1 from facility f where f.code = '{facility}'",
            id(fresh()), id(person.0)
        ))
        .await;
    }
    // Two trainers of the group, and one attendance: late is attended, once.
    test.execute("insert into group_trainer (group_id, staff_id) select g.id, s.id from training_group g, staff s").await;
    let trainers = test.number("select count(*) from group_trainer").await;
    assert!(trainers >= 2);
    test.execute(&format!(
        "insert into attendance (id, session_id, person_id, status, recorded_at, recorded_by_name, version) \
         select {}, s.id, {}, 'late', 0, 'Training', 1 from group_session s",
        id(fresh()), id(person.0)
    ))
    .await;
    let counts = counted(&test, "quartal", Q3).await;
    for (measure, programme, number) in [
        ("anfragen", "akt_gruppe", 1),
        ("anfragen", "distanzierung", 1),
        ("faelle", "distanzierung", 1),
        ("begonnen", "akt_gruppe", 1),
        ("begonnen", "distanzierung", 1),
        ("sitzungen_durchgefuehrt", "akt_gruppe", 1),
        ("gruppenstunden", "akt_gruppe", 300),
        ("anwesenheiten", "akt_gruppe", 1),
        ("gespraeche", "distanzierung", 1),
    ] {
        assert_eq!(
            of(&counts, measure, programme),
            number,
            "{measure} {programme}"
        );
    }
    let persons: i64 = counts
        .iter()
        .filter(|((dimensions, measure, _, _), _)| {
            measure == "personen" && dimensions == "geschlecht+alter"
        })
        .map(|(_, number)| number)
        .sum();
    assert_eq!(
        persons, 1,
        "each person once, whatever they take part in and wherever they are"
    );
    assert_eq!(
        count(
            &counts,
            "vollzug",
            "personen",
            "je-2026-Q3",
            "untersuchungshaft"
        ),
        1
    );
    assert_eq!(
        count(
            &counts,
            "vollzug",
            "begonnen",
            "2026-Q3",
            "untersuchungshaft"
        ),
        2
    );
}

#[tokio::test]
async fn attendance_is_one_field_and_superseded_dates_stand_on_their_own_day() {
    let test = TestApp::new().await;
    let mut cases = Cases::of(&test).await;
    let statuses = [
        "present",
        "late",
        "left_early",
        "excused",
        "unexcused",
        "not_brought",
        "refused",
    ];
    let mut people = Vec::new();
    for _ in statuses {
        people.push(cases.person().await);
    }
    let next = date!(2026 - 08 - 19);
    cases
        .group("akt_gruppe", &[(SUMMER, "cancelled"), (next, "held")])
        .await;
    cases.database.close().await.unwrap();
    // The cancelled date was moved: the other one stands in its place.
    test.execute(
        "update group_session set replaces = (select s.id from group_session s where s.state = 'cancelled') where state = 'held'",
    )
    .await;
    test.execute("update group_session set cancel_reason = 'lock_in' where state = 'cancelled'")
        .await;
    for (person, status) in people.iter().zip(statuses) {
        // Also on the cancelled date, where nobody can have been.
        for state in ["held", "cancelled"] {
            test.execute(&format!(
                "insert into attendance (id, session_id, person_id, status, minutes, before_status, recorded_at, recorded_by_name, version) \
                 select {}, s.id, {}, '{status}', 20, 'late', 0, 'Training', 1 from group_session s where s.state = '{state}'",
                id(fresh()), id(person.0)
            ))
            .await;
        }
    }
    let counts = counted(&test, "quartal", Q3).await;
    assert_eq!(of(&counts, "anwesenheiten", "akt_gruppe"), 3);
    assert_eq!(of(&counts, "sitzungen_geplant", "akt_gruppe"), 2);
    assert_eq!(of(&counts, "sitzungen_ausgefallen", "akt_gruppe"), 1);
    assert_eq!(
        count(
            &counts,
            "ausfallgrund",
            "sitzungen_ausgefallen",
            "2026-Q3",
            "einschluss"
        ),
        1
    );
}

/// A case without a name, with the steps of its way.
async fn nameless(
    test: &TestApp,
    programme: &str,
    asked: &str,
    children: &str,
    steps: &[(&str, &str, &str)],
) {
    let case = fresh();
    test.execute(&format!(
        "insert into client_case (id, client, client_role, programme_id, provider_id, access_route, enquired_on, phenomenon, court_report, \
         interpreter, availability, children_small, children_school, children_youth, state, created_at, created_by_name, version) \
         select {}, 'relative', 'parent', m.id, v.id, 'kora', '{asked}', 'right', false, false, '', {children}, 'enquiry', 0, 'Träger', 1 \
         from programme m, provider v where m.code = '{programme}' and v.code = 'apro'",
        id(case)
    ))
    .await;
    for (number, (day, to, reason)) in (1..).zip(steps) {
        test.execute(&format!(
            "insert into case_step (case_id, number, day, to_state, reason, at, by_name) values ({}, {number}, '{day}', '{to}', {}, 0, 'Träger')",
            id(case),
            if reason.is_empty() { "null".to_owned() } else { format!("'{reason}'") }
        ))
        .await;
    }
}

#[tokio::test]
async fn clients_without_a_name_count_and_four_counts_are_never_one() {
    let test = TestApp::new().await;
    // Coached parents with children; one begins after the quarter.
    nameless(
        &test,
        "elterncoaching",
        "2026-06-20",
        "1, 2, 0",
        &[
            ("2026-06-21", "clearing", ""),
            ("2026-07-01", "agreed", ""),
            ("2026-07-15", "running", ""),
        ],
    )
    .await;
    nameless(
        &test,
        "elterncoaching",
        "2026-07-01",
        "0, 1, 3",
        &[
            ("2026-07-02", "first_talk", ""),
            ("2026-07-20", "agreed", ""),
            ("2026-10-02", "running", ""),
        ],
    )
    .await;
    // Asked only; asked by mistake; completed, then taken up again; broken off, then taken up again.
    nameless(
        &test,
        "umfeldberatung",
        "2026-08-01",
        "null, null, null",
        &[("2026-08-01", "enquiry", "")],
    )
    .await;
    nameless(
        &test,
        "umfeldberatung",
        "2026-08-01",
        "null, null, null",
        &[
            ("2026-08-01", "enquiry", ""),
            ("2026-08-02", "declined", "mistake"),
        ],
    )
    .await;
    nameless(
        &test,
        "umfeldberatung",
        "2026-01-02",
        "null, null, null",
        &[
            ("2026-01-03", "agreed", ""),
            ("2026-01-10", "running", ""),
            ("2026-08-03", "completed", "settled"),
            ("2026-08-20", "aftercare", ""),
            ("2026-09-01", "running", "returned"),
        ],
    )
    .await;
    nameless(
        &test,
        "umfeldberatung",
        "2026-01-02",
        "null, null, null",
        &[
            ("2026-01-03", "agreed", ""),
            ("2026-07-10", "running", ""),
            ("2026-08-03", "broken_off", "contact_lost"),
            ("2026-09-01", "running", "returned"),
        ],
    )
    .await;
    nameless(
        &test,
        "umfeldberatung",
        "2026-01-02",
        "null, null, null",
        &[
            ("2026-01-03", "agreed", ""),
            ("2026-07-10", "running", ""),
            ("2026-08-03", "broken_off", "health"),
            ("2026-08-04", "aftercare", ""),
        ],
    )
    .await;
    nameless(
        &test,
        "umfeldberatung",
        "2026-01-02",
        "null, null, null",
        &[
            ("2026-01-03", "agreed", ""),
            ("2026-01-10", "running", ""),
            ("2026-09-30", "passed_on", "regular_services"),
        ],
    )
    .await;
    let counts = counted(&test, "quartal", Q3).await;
    for (measure, programme, number) in [
        ("anfragen", "elterncoaching", 1),
        ("faelle", "elterncoaching", 1),
        ("begonnen", "elterncoaching", 1),
        ("anfragen", "umfeldberatung", 1),
        ("faelle", "umfeldberatung", 0),
        ("begonnen", "umfeldberatung", 2),
        ("abgeschlossen", "umfeldberatung", 1),
        ("abgebrochen", "umfeldberatung", 1),
        ("weitergegeben", "umfeldberatung", 1),
    ] {
        assert_eq!(
            of(&counts, measure, programme),
            number,
            "{measure} {programme}"
        );
    }
    assert_eq!(
        count(
            &counts,
            "massnahme",
            "laufend_am_ende",
            "bis-2026-Q2",
            "umfeldberatung"
        ),
        2
    );
    assert_eq!(
        count(
            &counts,
            "massnahme",
            "laufend_am_ende",
            "bis-2026-Q3",
            "umfeldberatung"
        ),
        1
    );
    for (age, number) in [("k0_5", 1), ("k6_11", 2), ("k12_17", 0)] {
        assert_eq!(
            count(&counts, "kindesalter", "kinder", "2026-Q3", age),
            number
        );
    }
    assert_eq!(count(&counts, "traeger", "eltern", "2026-Q3", "apro"), 1);
    assert_eq!(
        count(&counts, "ausgang", "beendet", "2026-Q3", "grund_health"),
        1
    );
    assert_eq!(
        count(
            &counts,
            "ausgang",
            "beendet",
            "2026-Q3",
            "grund_contact_lost"
        ),
        0
    );
    assert_eq!(
        count(
            &counts,
            "einrichtung",
            "begonnen",
            "2026-Q3",
            "ohne_einrichtung"
        ),
        3
    );
}
