//! Proofs that a group cannot run name the reason that was built in.

use serde_json::{Value, json};

use super::super::infeasible;
use super::super::rules::Rule;
use super::super::search::Random;
use super::judging::{codes, search, world_of};
use super::made_up;

#[test]
fn proofs_name_the_reason_that_was_built_in() {
    for name in ["I1-access", "I3-members"] {
        let world = super::world(&format!("{name}.json"));
        let expected: Value =
            serde_json::from_str(&super::fixture(&format!("{name}.expect.json"))).unwrap();
        let proofs = infeasible::proofs(&world);
        let [proof] = proofs.as_slice() else {
            panic!("{name}: {} proofs", proofs.len());
        };
        let group = &world.groups[proof.groups[0]];
        assert_eq!(expected["group"], group.id.as_str(), "{name}");
        for rule in &proof.rules {
            let codes = expected["codes"].as_array().unwrap();
            assert!(
                codes.contains(&Value::from(rule.to_string())),
                "{name}: {rule}"
            );
        }
        assert!(proof.text.contains(&group.id), "{}", proof.text);
    }
}

/// The only proof for an instance that was changed, and the codes it names.
fn proof(name: &str, change: impl Fn(&mut Value)) -> (String, Vec<String>) {
    let mut value: Value = serde_json::from_str(&super::fixture(name)).unwrap();
    // One group that has to run, so that there is one reason.
    value["groups"].as_array_mut().unwrap().truncate(1);
    value["groups"][0]["must_run"] = true.into();
    change(&mut value);
    let proofs = infeasible::proofs(&world_of(&value));
    let [proof] = proofs.as_slice() else {
        panic!("{} proofs", proofs.len());
    };
    let codes = proof.rules.iter().map(ToString::to_string).collect();
    (proof.text.clone(), codes)
}

fn each(value: &mut Value, list: &str, key: &str, what: &Value) {
    for one in value[list].as_array_mut().unwrap() {
        one[key] = what.clone();
    }
}

#[test]
fn what_is_not_there_at_all_is_named_as_the_reason() {
    let none = |v: &mut Value| {
        v["trainers"] = json!([]);
        each(v, "singles", "trainer", &Value::Null);
    };
    let (text, codes) = proof("S1.json", none);
    assert_eq!(codes, ["H5"], "{text}");
    assert!(text.contains("weil es keine Fachkräfte gibt und zwei nötig sind (H5)"));
    let (text, codes) = proof("S1.json", |v| {
        v["trainers"].as_array_mut().unwrap().truncate(1);
        each(v, "singles", "trainer", &Value::Null);
        // Whoever it is may come.
        v["trainers"][0]["access"] = json!([["F0", "2026-01-01", "2028-12-31"]]);
    });
    assert_eq!(codes, ["H5"], "{text}");
    assert!(text.contains("weil es nur eine Fachkraft gibt"), "{text}");
    assert!(text.contains("0 mögliche Fachkräftepaare"), "{text}");
    for (key, value) in [("max_day", 0), ("max_week_min", 10)] {
        let (text, codes) = proof("S1.json", |v| each(v, "trainers", key, &value.into()));
        assert_eq!(codes, ["H9"], "{key}: {text}");
    }
    let (text, codes) = proof("S1.json", |v| v["facilities"][0]["rooms"] = json!([]));
    assert!(codes.contains(&"H2".to_owned()), "{text}");
    assert!(
        text.contains("weil es dort keinen Raum gibt (H2)"),
        "{text}"
    );
}

#[test]
fn a_horizon_with_too_few_weeks_is_a_reason_beside_the_others() {
    let short = |v: &mut Value| {
        v["horizon"]["weeks"] = 3.into();
        v["groups"][0]["start_min"] = 0.into();
        each(v, "participants", "blocks", &json!([]));
        each(v, "participants", "dates", &json!([]));
    };
    let (text, codes) = proof("S1.json", short);
    assert_eq!(codes, ["H12", "H1"], "{text}");
    let expected = "weil der Planungszeitraum von 3 Wochen zu kurz für 16 Sitzungen ist (H1, H12).";
    assert!(text.contains(expected), "{text}");
    let (text, codes) = proof("S1.json", |v| {
        short(v);
        each(v, "trainers", "max_day", &0.into());
    });
    assert_eq!(codes, ["H12", "H1", "H9"], "{text}");
    assert!(
        text.contains("(H1, H12), und weil schon eine Sitzung"),
        "{text}"
    );
}

#[test]
fn every_proof_names_a_rule_without_which_or_all_without_which_the_group_could_run() {
    let mut asked = 0;
    for seed in 0..150 {
        let mut value = made_up::instance(seed);
        let mut random = Random::new(seed);
        // Something is taken away, often more than one thing.
        for _ in 0..=random.below(2) {
            match random.below(8) {
                0 => value["trainers"]
                    .as_array_mut()
                    .unwrap()
                    .truncate(random.below(2)),
                1 => each(&mut value, "trainers", "max_day", &0.into()),
                2 => each(&mut value, "trainers", "max_week_min", &10.into()),
                3 => value["horizon"]["weeks"] = (1 + random.below(5)).into(),
                4 => each(&mut value, "facilities", "rooms", &json!([])),
                5 => each(&mut value, "trainers", "access", &json!([])),
                6 => each(&mut value, "facilities", "windows", &json!([])),
                _ => value["participants"].as_array_mut().unwrap().truncate(2),
            }
        }
        value["singles"] = json!([]);
        value["separations"] = json!([]);
        each(&mut value, "groups", "must_run", &true.into());
        let world = world_of(&value);
        for group in world.groups.keys() {
            let Some(proof) = infeasible::of_group(&world, group) else {
                continue;
            };
            asked += 1;
            assert!(!proof.rules.is_empty(), "seed {seed}: {}", proof.text);
            let mut other = world.clone();
            for rule in &proof.rules {
                if *rule == Rule::H12 {
                    other.groups[group].sessions = 1;
                } else {
                    infeasible::drop_rule(&mut other, group, *rule);
                }
            }
            assert!(
                infeasible::of_group(&other, group).is_none(),
                "seed {seed}: {}",
                proof.text
            );
        }
    }
    assert!(asked > 150, "{asked}");
}

#[test]
fn nothing_that_can_be_planned_is_called_impossible() {
    for name in ["S1", "SP1", "M1", "MP1"] {
        assert!(
            infeasible::proofs(&super::world(&format!("{name}.json"))).is_empty(),
            "{name}"
        );
    }
    for seed in 0..300 {
        let world = world_of(&made_up::instance(seed));
        let plan = search(&world, seed, 128);
        if codes(&world, &plan).is_empty() {
            assert!(infeasible::proofs(&world).is_empty(), "seed {seed}");
        }
    }
}
