//! Appointments that belong together at the same time of the week.

use std::collections::BTreeMap;

use super::super::habit::{settle, slots, spread};
use super::super::objective::score;
use super::super::world::{Key, SingleKey, week_of};
use super::judging::{codes, search, world_of};
use super::made_up;

/// No rule is broken that was not before, the objective gets no worse, nothing changes its week or gets lost, no series
/// gets more times of the week; and many get fewer.
#[test]
fn habits_cost_nothing_and_help() {
    let (mut before, mut after) = (0, 0);
    for seed in 0..150 {
        let mut value = made_up::instance(seed);
        // Every single appointment four times, week after week.
        let singles = value["singles"].as_array().unwrap().clone();
        let mut all = Vec::new();
        for (place, single) in singles.iter().enumerate() {
            for week in 0..4 {
                let mut one = single.clone();
                one["id"] = format!("E{place}-{week}").into();
                one["from"] = made_up::day(week * 7).into();
                one["to"] = made_up::day(week * 7 + 6).into();
                all.push(one);
            }
        }
        value["singles"] = all.into();
        let world = world_of(&value);
        let mut plan = search(&world, seed, 128);
        let mut series: BTreeMap<usize, Vec<SingleKey>> = BTreeMap::new();
        for key in world.singles.keys() {
            series.entry(key.place() / 4).or_default().push(key);
        }
        let series: Vec<Vec<SingleKey>> = series.into_values().collect();
        let count = |plan: &_| {
            series
                .iter()
                .map(|keys| slots(plan, keys))
                .collect::<Vec<_>>()
        };
        let (old, worth, broken) = (
            plan.clone(),
            score(&world, &plan).vector(false),
            codes(&world, &plan),
        );
        settle(&world, &mut plan, &series);
        assert_eq!(codes(&world, &plan), broken, "seed {seed}");
        assert!(score(&world, &plan).vector(false) <= worth, "seed {seed}");
        for (was, is) in old.singles.values().iter().zip(plan.singles.values()) {
            assert_eq!(
                was.map(|one| week_of(one.day)),
                is.map(|one| week_of(one.day)),
                "seed {seed}"
            );
        }
        for (was, is) in count(&old).iter().zip(count(&plan)) {
            assert!(is <= *was, "seed {seed}");
            before += was;
            after += is;
        }
    }
    assert!(
        after * 3 < before * 2,
        "{before} times of the week before, {after} after"
    );
}

/// No rule is broken that was not before, nothing gets lost or earlier, and hardly anything that belongs together lies close
/// together any more.
#[test]
fn what_belongs_together_is_spread() {
    const APART: i32 = 9;
    let (mut before, mut after) = (0, 0);
    for seed in 0..150 {
        let mut value = made_up::instance(seed);
        // Every single appointment twice: in the second week, and in the two after it.
        let singles = value["singles"].as_array().unwrap().clone();
        let mut all = Vec::new();
        for (place, single) in singles.iter().enumerate() {
            for (number, days) in [(7, 13), (14, 27)].into_iter().enumerate() {
                let mut one = single.clone();
                one["id"] = format!("E{place}-{number}").into();
                one["from"] = made_up::day(days.0).into();
                one["to"] = made_up::day(days.1).into();
                all.push(one);
            }
        }
        value["singles"] = all.into();
        let world = world_of(&value);
        let mut plan = search(&world, seed, 128);
        let series: Vec<(Vec<SingleKey>, i32)> = (0..world.singles.keys().count() / 2)
            .map(|place| {
                (
                    [2 * place, 2 * place + 1].map(SingleKey::of).to_vec(),
                    APART,
                )
            })
            .collect();
        let close = |plan: &super::super::world::Plan| {
            let near = |(keys, _): &&(Vec<SingleKey>, i32)| {
                let days: Vec<i32> = keys
                    .iter()
                    .filter_map(|key| plan.singles[*key].map(|one| one.day))
                    .collect();
                days.windows(2).any(|pair| pair[1] - pair[0] < APART)
            };
            series.iter().filter(near).count()
        };
        let (old, broken) = (plan.clone(), codes(&world, &plan));
        spread(&world, &mut plan, &series);
        assert_eq!(codes(&world, &plan), broken, "seed {seed}");
        for (was, is) in old.singles.values().iter().zip(plan.singles.values()) {
            assert_eq!(was.is_some(), is.is_some(), "seed {seed}");
            assert!(
                was.map(|one| one.day) <= is.map(|one| one.day),
                "seed {seed}"
            );
        }
        before += close(&old);
        after += close(&plan);
    }
    assert!(
        after * 4 < before,
        "{before} close together before, {after} after"
    );
}
