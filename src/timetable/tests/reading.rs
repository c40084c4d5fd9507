//! Broken files are refused with the place and the reason.

use serde_json::{Value, json};

use super::super::instance::{self, read_solution};
use super::super::world::World;
use super::judging::{search, world_of, written};
use super::made_up;

fn complaint(change: impl Fn(&mut Value)) -> String {
    complaint_about("S1.json", change)
}

fn complaint_about(name: &str, change: impl Fn(&mut Value)) -> String {
    let mut value: Value = serde_json::from_str(&super::fixture(name)).unwrap();
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
fn what_contradicts_itself_is_refused_too() {
    type Case = (fn(&mut Value), &'static str);
    let cases: [Case; 20] = [
        (
            |v| v["holidays"] = json!({"BY": []}),
            "facilities[0].state: unter „holidays“ steht nichts zu „SN“",
        ),
        (
            |v| v["facilities"][0]["state"] = json!(""),
            "facilities[0].state: der Name darf nicht leer sein",
        ),
        (
            |v| v["travel"][2][1] = json!(1),
            "travel: hin und zurück muss der Weg gleich lang sein: vom Ort Nr. 1 zum Ort Nr. 2",
        ),
        (
            |v| v["travel"][4][4] = json!(7),
            "travel: der Weg vom Ort Nr. 4 zu ihm selbst muss 0 Minuten sein, da stehen 7",
        ),
        (
            |v| v["programmes"][0]["modules"] = json!([["A", 3], ["B", 4]]),
            "programmes[0].modules: die Module haben zusammen 7 Sitzungen, die Maßnahme hat 16",
        ),
        (
            |v| v["programmes"][0]["modules"] = json!([]),
            "programmes[0].modules: die Module haben zusammen 0 Sitzungen, die Maßnahme hat 16",
        ),
        (
            |v| v["programmes"][0]["modules"] = json!("A"),
            "programmes[0].modules: erwartet wird eine Liste, da steht ein Text",
        ),
        (
            |v| v["programmes"][0]["modules"] = json!([["A"]]),
            "programmes[0].modules[0]: erwartet werden 2 Einträge, da ist nur einer",
        ),
        (
            |v| v["programmes"][0]["modules"][0][1] = json!(-3),
            "programmes[0].modules[0][1]: -3 liegt nicht zwischen 1 und 64",
        ),
        (
            |v| {
                v["programmes"][0]
                    .as_object_mut()
                    .unwrap()
                    .remove("modules");
            },
            "programmes[0]: „modules“ fehlt",
        ),
        (
            |v| {
                v["trainers"][1].as_object_mut().unwrap().remove("provider");
            },
            "trainers[1]: „provider“ fehlt",
        ),
        (
            |v| v["programmes"][1]["ideal"] = json!(11),
            "programmes[1].ideal: 11 liegt nicht zwischen min (6) und max (10)",
        ),
        (
            |v| v["participants"][0]["id"] = json!(""),
            "participants[0].id: der Name darf nicht leer sein",
        ),
        (
            |v| v["facilities"][0]["rooms"][0]["id"] = json!(" "),
            "facilities[0].rooms[0].id: der Name darf nicht leer sein",
        ),
        (
            |v| v["grid"] = json!(30.0),
            "grid: erwartet wird eine ganze Zahl, da steht die Kommazahl 30.0",
        ),
        (
            |v| v["gate_minutes"] = json!(u64::MAX),
            "gate_minutes: 18446744073709551615 liegt nicht zwischen 0 und 1440",
        ),
        (
            |v| v["singles"][0]["facility"] = json!("F9"),
            "singles[0].facility: die Einrichtung „F9“ gibt es nicht",
        ),
        (
            |v| v["singles"][0]["participant"] = json!("P999"),
            "singles[0].participant: die Person „P999“ gibt es nicht",
        ),
        (
            |v| v["groups"][0]["programme"] = json!("K9"),
            "groups[0].programme: die Maßnahme „K9“ gibt es nicht",
        ),
        (
            |v| {
                v["fixed"] = json!([{"label": "x", "facility": "F0", "room": "R9", "trainers": [],
                    "when": ["2027-01-12", 540, 600]}]);
            },
            "fixed[0].room: den Raum „R9“ gibt es nicht",
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
fn a_published_plan_is_read_as_strictly_and_named_with_its_path() {
    type Case = (fn(&mut Value), &'static str);
    let running = |v: &Value| {
        let groups = v["published"]["groups"].as_array().unwrap();
        groups.iter().position(|one| one["run"] == true).unwrap()
    };
    let known: Value = serde_json::from_str(&super::fixture("R1-sick.json")).unwrap();
    assert_eq!(
        running(&known),
        0,
        "the cases below speak of the first group"
    );
    let cases: [Case; 12] = [
        (
            |v| v["now"] = json!("2040-01-01"),
            "now: 2040-01-01 liegt nicht im Planungszeitraum (2027-01-04 bis 2027-07-04)",
        ),
        (
            |v| v["now"] = json!("2027-01-03"),
            "now: 2027-01-03 liegt nicht im Planungszeitraum",
        ),
        (
            |v| {
                let first = v["published"]["groups"][0].clone();
                v["published"]["groups"].as_array_mut().unwrap().push(first);
            },
            "published.groups: „G0“ kommt zweimal vor",
        ),
        (
            |v| {
                let first = v["published"]["singles"][0].clone();
                v["published"]["singles"]
                    .as_array_mut()
                    .unwrap()
                    .push(first);
            },
            "published.singles: „",
        ),
        (
            |v| v["published"]["groups"][0]["id"] = json!("G99"),
            "published.groups[0]: die Gruppe „G99“ gibt es nicht",
        ),
        (
            |v| v["published"]["groups"][0]["id"] = json!(""),
            "published.groups[0].id: der Name darf nicht leer sein",
        ),
        (
            |v| v["published"]["groups"][0]["sessions"][0][2] = json!("XX"),
            "published.groups[0].sessions[0]: den Raum „XX“ gibt es nicht",
        ),
        (
            |v| v["published"]["groups"][0]["sessions"][0][3] = json!(["T1"]),
            "published.groups[0].sessions[0]: erwartet werden zwei Fachkräfte, da ist nur eine",
        ),
        (
            |v| v["published"]["groups"][0]["sessions"][0][1] = json!(1440),
            "published.groups[0].sessions[0][1]: 1440 liegt nicht zwischen 0 und 1439",
        ),
        (
            |v| v["published"]["groups"][0]["members"][0] = json!("P999"),
            "published.groups[0].members: die Person „P999“ gibt es nicht",
        ),
        (
            |v| v["published"]["singles"][0]["id"] = json!("E999"),
            "published.singles[0]: den Einzeltermin „E999“ gibt es nicht",
        ),
        (
            |v| v["published"]["singles"][0]["trainer"] = json!("T999"),
            "published.singles[0]: die Fachkraft „T999“ gibt es nicht",
        ),
    ];
    for (change, expected) in cases {
        let text = complaint_about("R1-sick.json", change);
        assert!(
            text.starts_with(expected),
            "{text:?} instead of {expected:?}"
        );
    }
}

#[test]
fn a_key_that_comes_twice_is_refused() {
    let text = super::fixture("S1.json").replacen("\"mode\"", "\"grid\":30,\"mode\"", 1);
    assert_eq!(
        instance::read(&text).unwrap_err().to_string(),
        "(Anfang): „grid“ steht zweimal im selben Objekt"
    );
    let plan = "{\"groups\": [{\"id\": \"G0\", \"run\": false, \"run\": true}]}";
    assert_eq!(
        read_solution(plan).unwrap_err().to_string(),
        "groups[0]: „run“ steht zweimal im selben Objekt"
    );
}

#[test]
fn every_public_instance_is_read_and_written_as_it_was() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/timetable");
    let mut read = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if !name.ends_with(".json") || name.contains(".expect.") || name.contains(".planted.") {
            continue;
        }
        let known = super::instance(&name);
        World::new(&known).unwrap();
        let written = instance::write(&known).to_string();
        let again = instance::read(&written).unwrap();
        assert_eq!(instance::write(&again).to_string(), written, "{name}");
        read += 1;
    }
    assert_eq!(read, 8);
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
