//! The rule by its properties: nothing is lost, and the way back restores everything.

use proptest::prelude::*;

use super::*;
use crate::merge::rules::{Changed, difference};

fn row(table: &'static str, values: Value) -> Row {
    let Value::Object(values) = values else {
        panic!("an object");
    };
    Row {
        table,
        values: values.into_iter().collect(),
    }
}

fn together() -> Together {
    Together {
        into: "a".into(),
        from: "b".into(),
        today: "2026-11-23".into(),
        now: 7,
        by: "Sabine Muster".into(),
        wins: BTreeMap::new(),
    }
}

fn people() -> Vec<Row> {
    ["a", "b"]
        .map(|id| {
            row(
                "person",
                json!({"id": id, "sort_key": format!("key {id}"), "version": 1}),
            )
        })
        .to_vec()
}

/// Writes the changes into the rows as the database would; panics where it would refuse.
fn apply(rows: &[Row], changes: &[&Changed]) -> Vec<Row> {
    let mut now = rows.to_vec();
    for change in changes {
        if let Some(before) = &change.before {
            let place = now
                .iter()
                .position(|row| row == before)
                .expect("the row as it was");
            now.remove(place);
        }
        if let Some(after) = &change.after {
            assert!(
                !now.iter()
                    .any(|row| row.table == after.table && row.key() == after.key()),
                "twice: {after:?}"
            );
            now.push(after.clone());
        }
    }
    now
}

fn sorted(rows: &[Row]) -> Vec<String> {
    let mut text: Vec<String> = rows.iter().map(|row| format!("{row:?}")).collect();
    text.sort();
    text
}

#[derive(Debug, Clone)]
struct Part {
    whose: bool,
    programme: u8,
    from: u8,
    length: Option<u8>,
    sessions: Vec<u8>,
}

fn part() -> impl Strategy<Value = Part> {
    (
        any::<bool>(),
        0u8..3,
        1u8..20,
        prop::option::of(1u8..8),
        prop::collection::vec(0u8..6, 0..4),
    )
        .prop_map(|(whose, programme, from, length, sessions)| Part {
            whose,
            programme,
            from,
            length,
            sessions,
        })
}

fn rows_of(parts: &[Part]) -> Vec<Row> {
    let mut rows = people();
    let mut attended = BTreeSet::new();
    let mut taken: Vec<(bool, u8, u8, u8)> = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let person = if part.whose { "a" } else { "b" };
        let end = part.length.map_or(99, |length| part.from + length);
        // One record has no two participations in the same programme at once: the database says so.
        if taken.iter().any(|(whose, programme, from, to)| {
            *whose == part.whose && *programme == part.programme && *from < end && part.from < *to
        }) {
            continue;
        }
        taken.push((part.whose, part.programme, part.from, end));
        let day = |day: u8| format!("2026-11-{day:02}");
        let to = part.length.map(|length| day(part.from + length));
        rows.push(row("enrolment", json!({"id": format!("e{index}"), "person_id": person, "programme_id": format!("p{}", part.programme),
            "provider_id": "v", "enrolled_on": day(part.from), "started_on": null, "ended_on": to,
            "outcome": to.as_ref().map(|_| "dropped_out"), "version": 1})));
        rows.push(row("client_case", json!({"id": format!("k{index}"), "person_id": person, "about_person_id": null,
            "programme_id": format!("p{}", part.programme), "provider_id": "v", "enrolment_id": format!("e{index}"),
            "state": "agreed", "before_state": null, "closed_on": null, "version": 1})));
        rows.push(row(
            "case_step",
            json!({"case_id": format!("k{index}"), "number": 1, "to_state": "agreed"}),
        ));
        rows.push(row("membership", json!({"id": format!("m{index}"), "person_id": person, "group_id": format!("g{}", part.programme),
            "programme_id": format!("p{}", part.programme), "enrolment_id": format!("e{index}"), "from_day": day(part.from),
            "to_day": to, "end_reason": null})));
        for session in &part.sessions {
            if attended.insert((part.whose, *session)) {
                rows.push(row(
                    "attendance",
                    json!({"id": format!("t{person}{session}"), "person_id": person,
                    "session_id": format!("s{session}"), "status": "present", "version": 1}),
                ));
            }
        }
    }
    rows
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn putting_together_loses_nothing_and_taking_apart_restores_everything(
        parts in prop::collection::vec(part(), 0..8), goes: bool,
    ) {
        let rows = rows_of(&parts);
        let mut input = together();
        for session in asked(&rows, "a", "b") {
            input.wins.insert(session, if goes { Wins::Goes } else { Wins::Stays });
        }
        let after = match combine(&rows, &input) {
            Ok(after) => after,
            // Two of a record that both overlap one of the other can clash; then nothing happens.
            Err(problems) => {
                prop_assert!(!problems.is_empty());
                return Ok(());
            }
        };
        // Nothing but the record itself is left of who goes.
        prop_assert!(after.iter().all(|row| row.table == "person" || row.text("person_id") != Some("b")));
        // Every attended session is there once.
        let sessions = |rows: &[Row]| -> BTreeSet<String> {
            rows.iter().filter(|row| row.table == "attendance").filter_map(|row| row.text("session_id").map(str::to_owned)).collect()
        };
        prop_assert_eq!(sessions(&rows), sessions(&after));
        prop_assert_eq!(after.iter().filter(|row| row.table == "attendance").count(), sessions(&after).len());
        // No case is lost, and no reference hangs.
        let ids = |rows: &[Row], table: &str| -> BTreeSet<String> {
            rows.iter().filter(|row| row.table == table).filter_map(|row| row.text("id").map(str::to_owned)).collect()
        };
        prop_assert_eq!(ids(&rows, "client_case"), ids(&after, "client_case"));
        let enrolments = ids(&after, "enrolment");
        for row in &after {
            if let Some(id) = row.text("enrolment_id") { prop_assert!(enrolments.contains(id)); }
        }
        let linked: Vec<&str> = after.iter().filter(|row| row.table == "client_case").filter_map(|row| row.text("enrolment_id")).collect();
        prop_assert_eq!(linked.iter().collect::<BTreeSet<_>>().len(), linked.len(), "one case for each participation");
        // The way there and back again.
        let changes = difference(&rows, &after);
        let now = apply(&rows, &crate::merge::rules::in_order(&changes, true));
        prop_assert_eq!(sorted(&now), sorted(&after));
        let back: Vec<Changed> = changes.iter().map(Changed::undone).collect();
        let again = apply(&now, &crate::merge::rules::in_order(&back, false));
        prop_assert_eq!(sorted(&again), sorted(&rows));
    }
}

#[test]
fn two_people_who_must_not_meet_are_two_people() {
    let mut rows = people();
    rows.push(row(
        "person_separation",
        json!({"id": "x", "person_id": "b", "other_id": "a"}),
    ));
    let problems = combine(&rows, &together()).unwrap_err();
    assert!(
        problems
            .iter()
            .any(|text| text.contains("Trennungsvermerk"))
    );
}

#[test]
fn the_same_stay_becomes_one_and_another_place_is_in_the_way() {
    let stay = |id: &str, person: &str, facility: &str, from: &str| {
        row(
            "placement",
            json!({"id": id, "person_id": person, "facility_id": facility, "kind": "custody", "from_day": from,
            "to_day": null, "end_reason": null, "expected_release": null, "sort_key": "x", "version": 1}),
        )
    };
    let mut rows = people();
    rows.extend([
        stay("1", "a", "dd", "2026-03-01"),
        stay("2", "b", "dd", "2026-01-01"),
    ]);
    rows.push(row("absence", json!({"id": "3", "person_id": "b", "placement_id": "2", "from_day": "2026-04-01", "to_day": null, "version": 1})));
    let after = combine(&rows, &together()).unwrap();
    let stays: Vec<&Row> = after
        .iter()
        .filter(|row| row.table == "placement")
        .collect();
    assert_eq!(stays.len(), 1);
    assert_eq!(stays[0].text("from_day"), Some("2026-01-01"));
    assert_eq!(stays[0].text("sort_key"), Some("key a"));
    let absence = after.iter().find(|row| row.table == "absence").unwrap();
    assert_eq!(
        (absence.text("person_id"), absence.text("placement_id")),
        (Some("a"), Some("1"))
    );
    rows[3] = stay("2", "b", "l", "2026-01-01");
    assert!(
        combine(&rows, &together())
            .unwrap_err()
            .iter()
            .any(|text| text.contains("überschneiden"))
    );
}

#[test]
fn without_a_choice_between_two_attendances_nothing_happens() {
    let mut rows = people();
    for person in ["a", "b"] {
        rows.push(row("attendance", json!({"id": person, "person_id": person, "session_id": "s", "status": person, "version": 1})));
    }
    assert_eq!(asked(&rows, "a", "b"), ["s"]);
    assert!(combine(&rows, &together()).is_err());
    for (wins, status) in [(Wins::Stays, "a"), (Wins::Goes, "b")] {
        let mut input = together();
        input.wins.insert("s".into(), wins);
        let after = combine(&rows, &input).unwrap();
        let left: Vec<&Row> = after
            .iter()
            .filter(|row| row.table == "attendance")
            .collect();
        assert_eq!(left.len(), 1);
        assert_eq!(
            (left[0].text("status"), left[0].text("person_id")),
            (Some(status), Some("a"))
        );
    }
}
