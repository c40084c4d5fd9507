//! Broken files are refused with the place and the reason.

use serde_json::{Value, json};

use super::super::instance::{self, read_solution};
use super::super::world::World;
use super::judging::{search, world_of, written};
use super::made_up;

fn complaint(change: impl Fn(&mut Value)) -> String {
    let mut value: Value = serde_json::from_str(&super::fixture("S1.json")).unwrap();
    change(&mut value);
    instance::read(&value.to_string())
        .and_then(|instance| World::new(&instance))
        .err()
        .map(|error| error.to_string())
        .unwrap_or_default()
}

#[test]
fn every_broken_file_is_refused_with_place_and_reason() {
    type Case = (fn(&mut Value), &'static str);
    let cases: [Case; 16] = [
        (
            |v| v["format"] = json!("akt-sched/2"),
            "format: nur das Format „akt-sched/1“ wird gelesen",
        ),
        (
            |v| v["horizon"]["start"] = json!("2027-01-05"),
            "horizon.start: der Planungszeitraum muss an einem Montag beginnen",
        ),
        (
            |v| v["horizon"]["weeks"] = json!(0),
            "horizon.weeks: 0 liegt nicht zwischen 1 und 64",
        ),
        (
            |v| v["grid"] = json!("30"),
            "grid: erwartet wird eine ganze Zahl, da steht ein Text",
        ),
        (
            |v| v["trainers"][2]["lead"] = json!(1),
            "trainers[2].lead: erwartet wird true oder false, da steht eine Zahl",
        ),
        (
            |v| v["trainers"][0]["access"] = json!([["F9", "2026-01-01", "2027-01-01"]]),
            "trainers[0].access[0][0]: die Einrichtung „F9“ gibt es nicht",
        ),
        (
            |v| v["trainers"][0]["absent"] = json!([["2027-02-05", "2027-02-01"]]),
            "trainers[0].absent[0]: der erste Tag (2027-02-05) liegt nach dem letzten (2027-02-01)",
        ),
        (
            |v| v["facilities"][0]["windows"][0] = json!([0, 720, 540]),
            "facilities[0].windows[0]: der Beginn (720) liegt nicht vor dem Ende (540)",
        ),
        (
            |v| v["facilities"][0]["closed"] = json!(["2027-02-30"]),
            "facilities[0].closed[0]: „2027-02-30“ ist kein Datum in der Form 2027-01-31 oder kein Tag des Kalenders",
        ),
        (
            |v| v["facilities"][0]["ext_load"] = json!({"gestern": 1}),
            "facilities[0].ext_load.gestern: „gestern“ ist kein Datum in der Form 2027-01-31 oder kein Tag des Kalenders",
        ),
        (
            |v| v["facilities"][0]["rooms"][0]["kind"] = json!("gym"),
            "facilities[0].rooms[0].kind: „gym“ ist weder group noch talk",
        ),
        (
            |v| v["groups"][1]["id"] = json!("G0"),
            "groups: „G0“ kommt zweimal vor",
        ),
        (
            |v| v["groups"][0]["start_min"] = json!(9),
            "groups[0]: start_min (9) ist größer als start_max",
        ),
        (
            |v| v["participants"][3]["out"] = json!(null),
            "participants[3]: „out“ fehlt",
        ),
        (
            |v| v["separations"][0] = json!(["P1", "P1"]),
            "separations[0]: eine Person kann nicht von sich selbst getrennt werden",
        ),
        (
            |v| v["travel"][3] = json!([1, 2]),
            "travel[3]: 2 Einträge für 10 Orte",
        ),
    ];
    for (change, expected) in cases {
        let text = complaint(change);
        assert!(
            text.starts_with(expected),
            "{text:?} instead of {expected:?}"
        );
    }
}

#[test]
fn text_that_is_no_json_is_refused_with_its_place() {
    let error = instance::read("{\"format\": \n oops}").unwrap_err();
    assert_eq!(
        error.to_string(),
        "Zeile 2, Spalte 2: das ist kein gültiges JSON"
    );
}

#[test]
fn no_missing_or_mistyped_field_of_an_instance_is_read_over() {
    let value: Value = serde_json::from_str(&super::fixture("R1-sick.json")).unwrap();
    // Every value of the first of everything, replaced by something of another type.
    fn places(value: &Value, path: &str, found: &mut Vec<String>) {
        match value {
            Value::Object(map) => {
                for (key, inner) in map {
                    places(inner, &format!("{path}/{key}"), found);
                }
            }
            Value::Array(items) => {
                if let Some(first) = items.first() {
                    places(first, &format!("{path}/0"), found);
                }
            }
            _ => found.push(path.to_owned()),
        }
    }
    let mut found = Vec::new();
    places(&value, "", &mut found);
    let unread = [
        "/note",
        "/seed",
        "/gate_minutes_",
        "/facilities/0/cats/0",
        "/trainers/0/provider",
        "/programmes/0/modules/0/0",
        "/programmes/0/modules/0/1",
        "/participants/0/wait_since",
        "/singles/0/kind",
    ];
    let mut refused = 0;
    for path in found {
        if unread.contains(&path.as_str()) {
            continue;
        }
        let mut broken = value.clone();
        *broken.pointer_mut(&path).unwrap() = json!({"something": "else"});
        let result =
            instance::read(&broken.to_string()).and_then(|one| World::new(&one).map(|_| ()));
        assert!(result.is_err(), "{path} was read over");
        refused += 1;
    }
    assert!(refused > 60, "{refused}");
}

#[test]
fn a_plan_comes_back_from_its_file_as_it_was() {
    for seed in 0..20 {
        let world = world_of(&made_up::instance(seed));
        let plan = search(&world, seed, 256);
        let text = written(&world, &plan).to_string();
        let again = super::super::world::Plan::read(&world, &read_solution(&text).unwrap());
        assert_eq!(again.unwrap(), plan, "seed {seed}");
    }
}
