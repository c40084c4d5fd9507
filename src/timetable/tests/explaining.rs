//! Explanations are true and complete: the judge finds exactly the rules they name.

use super::super::explain::{Explainer, wish};
use super::super::infeasible;
use super::super::placements;
use super::super::propose;
use super::super::rules::{Party, Rule, Violation, wished_weeks};
use super::super::search::Random;
use super::super::world::{Course, GroupKey, Key, Plan, World};
use super::judging::{codes, judge, search, world_of, written};
use super::made_up;

#[test]
fn explanations_name_exactly_the_rules_the_judge_finds() {
    let mut cases = Vec::new();
    let mut own = Vec::new();
    let mut possible = 0;
    for seed in 0..250 {
        let value = made_up::instance(seed);
        let world = world_of(&value);
        let plan = search(&world, seed, 128);
        // Without anything that is broken already.
        if !codes(&world, &plan).is_empty() {
            continue;
        }
        let mut random = Random::new(seed);
        let mut explainer = Explainer::new(&world, plan.clone());
        for _ in 0..4 {
            let group: GroupKey = Key::of(random.below(world.groups.len()));
            let known = &world.groups[group];
            let rooms = &world.facilities[known.facility].rooms;
            let room = *random.pick(rooms).unwrap();
            let first = random.below(world.trainers.len());
            let other = first + 1 + random.below(world.trainers.len() - 1);
            let second = other % world.trainers.len();
            let start = 480 + 15 * u16::try_from(random.below(40)).unwrap();
            let slot = (u8::try_from(random.below(5)).unwrap(), start);
            let week = i32::try_from(random.below(6)).unwrap();
            let mut wish = wish(
                &world,
                group,
                slot,
                room,
                [Key::of(first), Key::of(second)],
                week,
            );
            // Every other wish is one that calendar data allow.
            if let Some(pattern) = random.pick(&placements::of_group(&world, group))
                && random.below(2) == 0
            {
                wish.first_week = pattern.first_week();
                wish.pattern = *pattern;
            }
            let answer = explainer.group(group, &wish);
            possible += usize::from(answer.violations.is_empty());
            wish.pattern.held = wished_weeks(&world, group, &wish);
            let members = explainer.members_for(group, &wish.pattern);
            let mut changed = plan.clone();
            changed.groups[group] = Some(Course::weekly(&wish.pattern, members));
            let mut named: Vec<String> = answer
                .violations
                .iter()
                .map(|one| one.rule.to_string())
                .collect();
            named.dedup();
            own.push((seed, group, wish, named));
            cases.push((value.clone(), written(&world, &changed)));
            for pattern in answer.alternatives {
                let members = explainer.members_for(group, &pattern);
                let mut changed = plan.clone();
                changed.groups[group] = Some(Course::weekly(&pattern, members));
                assert_eq!(codes(&world, &changed), Vec::<String>::new(), "seed {seed}");
            }
        }
    }
    for ((seed, group, wish, mut named), judgement) in own.into_iter().zip(judge(&cases)) {
        let mut found = judgement.codes;
        found.dedup();
        named.sort();
        assert_eq!(named, found, "seed {seed}, {group:?}, {wish:?}");
    }
    assert!(possible > 5, "only {possible} wishes could be had");
}

/// Takes away what a violation names: the rule on a copy of the world, the other events out of the plan.
fn take_away(world: &mut World, plan: &mut Plan, group: GroupKey, violation: &Violation) {
    infeasible::drop_rule(world, group, violation.rule);
    match violation.rule {
        Rule::H1 => world.grid = 1,
        Rule::H9 => {
            for party in &violation.parties {
                if let Party::Trainer(trainer) = party {
                    world.trainers[*trainer].max_day = u16::MAX;
                    world.trainers[*trainer].max_week = 7 * 24 * 60;
                }
            }
        }
        Rule::H2 | Rule::H8 | Rule::H20 => {
            for party in &violation.parties {
                match party {
                    Party::Group(other) if *other != group => plan.groups[*other] = None,
                    Party::Single(single) => plan.singles[*single] = None,
                    _ => {}
                }
            }
        }
        // The horizon has an end: fewer sessions fit.
        Rule::H12 => world.groups[group].sessions -= 1,
        _ => {}
    }
}

#[test]
fn without_the_named_reasons_a_wish_can_be_had() {
    let (mut asked, mut at_once) = (0, 0);
    for seed in 0..100 {
        let world = world_of(&made_up::instance(seed));
        let plan = search(&world, seed, 128);
        if !codes(&world, &plan).is_empty() {
            continue;
        }
        let mut random = Random::new(seed);
        for _ in 0..4 {
            let group: GroupKey = Key::of(random.below(world.groups.len()));
            let rooms = &world.facilities[world.groups[group].facility].rooms;
            let room = *random.pick(rooms).unwrap();
            let first = random.below(world.trainers.len());
            let second =
                (first + 1 + random.below(world.trainers.len() - 1)) % world.trainers.len();
            let start = 480 + 15 * u16::try_from(random.below(40)).unwrap();
            let slot = (u8::try_from(random.below(5)).unwrap(), start);
            let week = i32::try_from(random.below(6)).unwrap();
            let team = [Key::of(first), Key::of(second)];
            let wish = wish(&world, group, slot, room, team, week);
            let answer = Explainer::new(&world, plan.clone()).group(group, &wish);
            if answer.violations.is_empty() {
                continue;
            }
            asked += 1;
            let (mut free, mut other) = (world.clone(), plan.clone());
            let mut against = answer.violations;
            let mut rounds = 0;
            // A week that becomes possible may run into something else, which is then named in its turn.
            while !against.is_empty() {
                rounds += 1;
                assert!(rounds <= 12, "seed {seed}: {against:?}");
                for violation in &against {
                    take_away(&mut free, &mut other, group, violation);
                }
                against = Explainer::new(&free, other.clone())
                    .group(group, &wish)
                    .violations;
            }
            at_once += usize::from(rounds == 1);
        }
    }
    assert!(asked > 150, "only {asked} wishes could not be had");
    assert!(at_once * 2 > asked, "{at_once} of {asked} at once");
}

#[test]
fn sessions_and_one_to_one_events_are_explained_like_the_check_does() {
    for seed in 0..60 {
        let world = world_of(&made_up::instance(seed));
        let plan = search(&world, seed, 128);
        if !codes(&world, &plan).is_empty() {
            continue;
        }
        let mut random = Random::new(seed);
        let mut explainer = Explainer::new(&world, plan.clone());
        for single in world.singles.keys() {
            let Some(mut place) = plan.singles[single] else {
                continue;
            };
            place.day = (place.day + i32::try_from(random.below(5)).unwrap()).min(world.end() - 1);
            place.trainer = Key::of(random.below(world.trainers.len()));
            let answer = explainer.single(single, &place);
            let mut changed = plan.clone();
            changed.singles[single] = Some(place);
            let mut named: Vec<String> = answer
                .violations
                .iter()
                .map(|one| one.rule.to_string())
                .collect();
            named.sort();
            named.dedup();
            let mut found = codes(&world, &changed);
            found.dedup();
            assert_eq!(named, found, "seed {seed}: {:?}", answer.violations);
            for place in answer.alternatives {
                changed.singles[single] = Some(place);
                assert!(codes(&world, &changed).is_empty(), "seed {seed}");
            }
        }
    }
}

#[test]
fn five_different_proposals_can_be_had_as_they_say() {
    let world = super::world("M1.json");
    for (group, _) in world.groups.iter().take(6) {
        let plan = Plan::empty(&world);
        let proposals = propose::propose(&world, &plan, group);
        assert_eq!(
            proposals.len(),
            propose::PROPOSALS,
            "{}",
            world.groups[group].id
        );
        for (place, proposal) in proposals.iter().enumerate() {
            assert!(proposal.displaced.is_empty());
            assert!(
                proposals
                    .iter()
                    .skip(place + 1)
                    .all(|other| other.pattern != proposal.pattern)
            );
            // Where there is as much to choose from, no two of them are nearly the same.
            let nearly = |other: &propose::Proposal| {
                let (one, two) = (&proposal.pattern, &other.pattern);
                one.weekday == two.weekday
                    && one.span.overlaps(two.span)
                    && one.first_week() == two.first_week()
                    && one.team.iter().all(|trainer| two.team.contains(trainer))
            };
            assert!(!proposals.iter().skip(place + 1).any(nearly));
            let mut changed = plan.clone();
            let members = proposal.members.clone();
            changed.groups[group] = Some(Course::weekly(&proposal.pattern, members));
            assert!(codes(&world, &changed).is_empty());
        }
    }
}
