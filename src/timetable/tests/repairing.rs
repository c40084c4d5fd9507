//! Repairs against the judge and against exhaustive search.

use serde_json::{Value, json};

use super::super::bookings::{Bookings, Event};
use super::super::objective::{score, session_change, single_change};
use super::super::placements;
use super::super::rules::{check, occupancy, series};
use super::super::search::{self, Effort, Random, Settings};
use super::super::world::{
    Appointment, Day, GroupKey, Plan, Session, SingleKey, TrainerKey, World, weekday_of,
};
use super::judging::{codes, judge, search, world_of, written};
use super::made_up;

/// A made-up instance with a published plan and a trainer who falls ill; `None` when nothing was planned.
fn disrupted(seed: u64) -> Option<Value> {
    let mut value = made_up::instance(seed);
    let world = world_of(&value);
    let plan = search(&world, seed, 400);
    if !codes(&world, &plan).is_empty() {
        return None;
    }
    let mut random = Random::new(seed);
    let now = 7 * (1 + random.below(3));
    let course = plan.groups.values().iter().flatten().next()?;
    let ill = world.trainers[course.team[random.below(2)]].id.clone();
    let date = |number: usize| {
        let date = world.date(Day::try_from(number).unwrap());
        format!(
            "{}-{:02}-{:02}",
            date.year(),
            u8::from(date.month()),
            date.day()
        )
    };
    let absence = json!([date(now), date(now + 6 + 7 * random.below(2))]);
    for trainer in value["trainers"].as_array_mut().unwrap() {
        if trainer["id"] == ill.as_str() {
            trainer["absent"]
                .as_array_mut()
                .unwrap()
                .push(absence.clone());
        }
    }
    value["mode"] = json!("repair");
    value["now"] = json!(date(now));
    value["published"] = written(&world, &plan);
    value["disruptions"] = json!([format!("{ill} is ill")]);
    Some(value)
}

fn repaired(world: &World, steps: u64) -> Plan {
    let settings = Settings {
        seed: 1,
        threads: 1,
        effort: Effort::Steps(steps),
    };
    search::repair(world, &settings).unwrap().plan
}

#[test]
fn repaired_plans_are_judged_alike() {
    let mut cases = Vec::new();
    let mut own = Vec::new();
    let mut whole = 0;
    for seed in 0..200 {
        let Some(value) = disrupted(seed) else {
            continue;
        };
        let world = world_of(&value);
        let plan = repaired(&world, 80);
        let objective = score(&world, &plan);
        whole += usize::from(objective.hard == 0);
        own.push((seed, codes(&world, &plan), objective.vector(true)));
        cases.push((value, written(&world, &plan)));
    }
    let count = own.len();
    for ((seed, found, vector), judgement) in own.into_iter().zip(judge(&cases)) {
        assert_eq!(found, judgement.codes, "seed {seed}");
        assert_eq!(vector, judgement.vector, "seed {seed}");
    }
    assert!(
        count > 60 && whole * 10 > count * 7,
        "{whole} of {count} could be repaired"
    );
}

/// One event that may change.
#[derive(Clone, Copy)]
enum Piece {
    Session(GroupKey, usize, Session),
    Single(SingleKey, Appointment),
}

/// Combinations that are tried before a case is left undecided.
const MOST_TRIED: u64 = 60_000;

/// Every way to change the pieces that costs less than a limit, tried one after the other. Members and the set of
/// one-to-one events stay.
struct Exhaustion<'w> {
    world: &'w World,
    plan: Plan,
    bookings: Bookings,
    tried: u64,
}

impl Exhaustion<'_> {
    fn options(&self, piece: &Piece, most: i64) -> Vec<(i64, Piece)> {
        let world = self.world;
        let mut options = Vec::new();
        if least_change(world, piece) == 0 {
            options.push((0, *piece));
        }
        match piece {
            Piece::Session(group, number, old) => {
                let known = &world.groups[*group];
                for day in world.now()..world.end() {
                    for (_, span) in placements::slots(world, *group)
                        .into_iter()
                        .filter(|(on, _)| *on == weekday_of(day))
                    {
                        for room in &world.facilities[known.facility].rooms {
                            for trainers in pairs(world) {
                                let new = Session {
                                    day,
                                    start: span.from,
                                    room: *room,
                                    trainers,
                                };
                                let change = session_change(old, &new);
                                if change > 0 && change <= most {
                                    options.push((change, Piece::Session(*group, *number, new)));
                                }
                            }
                        }
                    }
                }
            }
            Piece::Single(single, old) => {
                for new in placements::of_single(world, *single) {
                    let change = single_change(old, &new).max(i64::from(new.room != old.room));
                    if new != *old && change <= most {
                        options.push((single_change(old, &new), Piece::Single(*single, new)));
                    }
                }
            }
        }
        options
    }

    /// Whether the remaining pieces can be placed for at most `left`; `None` when there was too much to try.
    fn possible(&mut self, pieces: &[(i64, Vec<(i64, Piece)>)], left: i64) -> Option<bool> {
        let Some(((_, options), rest)) = pieces.split_first() else {
            return Some(check(self.world, &self.plan).is_empty());
        };
        let needed: i64 = rest.iter().map(|(least, _)| least).sum();
        for (cost, option) in options {
            if cost + needed > left {
                continue;
            }
            self.tried += 1;
            if self.tried > MOST_TRIED {
                return None;
            }
            let event = match *option {
                Piece::Session(group, number, session) => {
                    self.plan.groups[group].as_mut().unwrap().sessions[number] = session;
                    Event::session(self.world, group, number, &session)
                }
                Piece::Single(single, place) => {
                    self.plan.singles[single] = Some(place);
                    Event::single(self.world, single, &place)
                }
            };
            if occupancy::leaves_room(self.world, &self.bookings, &event) {
                self.bookings.add(self.world, &event);
                let found = self.possible(rest, left - cost);
                self.bookings.remove(self.world, &event);
                if found != Some(false) {
                    return found;
                }
            }
        }
        Some(false)
    }
}

fn pairs(world: &World) -> Vec<[TrainerKey; 2]> {
    let mut pairs = Vec::new();
    for one in world.trainers.keys() {
        pairs.extend(
            world
                .trainers
                .keys()
                .filter(|two| one < *two)
                .map(|two| [one, two]),
        );
    }
    pairs
}

#[test]
fn no_cheaper_repair_exists_at_small_size() {
    let mut proven = 0;
    for seed in 0..90 {
        let Some(value) = disrupted(seed) else {
            continue;
        };
        let world = world_of(&value);
        let published = &world.repair.as_ref().unwrap().plan;
        let plan = repaired(&world, 400);
        let objective = score(&world, &plan);
        let same_people = plan.groups.iter().all(|(key, course)| {
            let members = |one: &Option<super::super::world::Course>| {
                one.as_ref().map(|one| {
                    let mut list = one.members.clone();
                    list.sort();
                    list
                })
            };
            members(course) == members(&published.groups[key])
        });
        let same_singles = published
            .singles
            .iter()
            .all(|(key, old)| old.is_some() == plan.singles[key].is_some());
        // Where service had to change, fewer changes would mean less service.
        if objective.hard > 0 || !same_people || !same_singles || objective.stability == 0 {
            continue;
        }
        let mut bookings = Bookings::new(&world);
        let mut pieces = Vec::new();
        for (group, course) in published.groups.iter() {
            for (number, session) in course
                .iter()
                .flat_map(|one| one.sessions.iter().enumerate())
            {
                if session.day < world.now() {
                    bookings.add(&world, &Event::session(&world, group, number, session));
                } else {
                    pieces.push(Piece::Session(group, number, *session));
                }
            }
        }
        for (single, place) in published.singles.iter() {
            match place {
                Some(place) if place.day < world.now() => {
                    bookings.add(&world, &Event::single(&world, single, place));
                }
                Some(place) => pieces.push(Piece::Single(single, *place)),
                None => {}
            }
        }
        let mut all = Exhaustion {
            world: &world,
            plan: published.clone(),
            bookings,
            tried: 0,
        };
        let least: i64 = pieces.iter().map(|piece| least_change(&world, piece)).sum();
        let most = objective.stability - 1;
        // What cannot stay comes first: it prunes best.
        pieces.sort_by_key(|piece| -least_change(&world, piece));
        let choices: Vec<_> = pieces
            .iter()
            .map(|piece| {
                let own = least_change(&world, piece);
                let options = all.options(piece, most - (least - own));
                (own, options)
            })
            .collect();
        match all.possible(&choices, most) {
            None => continue,
            Some(cheaper) => assert!(
                !cheaper,
                "seed {seed}: cheaper than {}",
                objective.stability
            ),
        }
        proven += 1;
    }
    assert!(proven >= 10, "only {proven} repairs were proven");
}

/// What a piece costs at least: somebody who is ill is replaced, or it moves.
fn least_change(world: &World, piece: &Piece) -> i64 {
    let ill = |trainer: &TrainerKey, day: Day| !world.trainers[*trainer].present.has(day);
    match piece {
        Piece::Session(_, _, session) => {
            2 * i64::from(session.trainers.iter().any(|one| ill(one, session.day)))
        }
        Piece::Single(_, place) => i64::from(ill(&place.trainer, place.day)),
    }
}

#[test]
fn the_sick_trainer_of_the_example_is_replaced_within_the_rules() {
    let world = super::world("R1-sick.json");
    let published = &world.repair.as_ref().unwrap().plan;
    assert!(!check(&world, published).is_empty());
    let plan = repaired(&world, 600);
    let objective = score(&world, &plan);
    assert_eq!((objective.hard, objective.service), (0, 209));
    assert!(objective.stability <= 60, "{objective}");
    for (key, course) in plan.groups.iter() {
        if let Some(course) = course {
            let coming = course.sessions.iter().filter(|one| one.day >= world.now());
            assert!(
                coming
                    .clone()
                    .all(|one| series::continues(&course.team, one)),
                "{key:?}"
            );
        }
    }
}
