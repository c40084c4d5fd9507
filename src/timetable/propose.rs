//! Five ways to hold one group with everything else as it is, and what each is worth in words.

use super::bookings::{Bookings, Owner};
use super::objective::{MISSED, SKIPPED, size_deviation, waiting};
use super::placements::{self, Placement};
use super::rules::findings::{date, owner_name, time, weekday};
use super::rules::{Party, members, occupancy, series};
use super::search::{Random, blockers};
use super::seating;
use super::world::{GroupKey, PersonKey, Plan, World};
use crate::base::german;

/// Proposals for a group.
pub const PROPOSALS: usize = 5;
/// Events that may have to give way for one.
const MOST_DISPLACED: usize = 2;

/// A way to hold a group.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// The pattern.
    pub pattern: Placement,
    /// Who would take part.
    pub members: Vec<PersonKey>,
    /// How many people for whom the group would do have to wait on.
    pub left_waiting: usize,
    /// Sessions its members would miss, all together.
    pub missed: u32,
    /// Minutes on the road of both trainers over all sessions, from home and back.
    pub travel: u64,
    /// What would have to be held elsewhere; empty when everything else can stay as it is.
    pub displaced: Vec<Party>,
    /// All of this in German.
    pub text: String,
}

/// Lexicographic: what has to give way, weight of those who wait, quality, travel.
type Worth = (usize, i64, i64, u64);

struct Way {
    worth: Worth,
    pattern: Placement,
    chosen: Vec<PersonKey>,
    displaced: Vec<Owner>,
}

/// Up to [`PROPOSALS`] ways to hold a group, the best first. They differ in weekday or time as long as there are so
/// many, then in first week or trainers, then in room or by half an hour. Members of other groups stay where they are; only when there are not
/// enough ways with everything else as it is, some are offered for which up to two other events must give way.
pub fn propose(world: &World, plan: &Plan, group: GroupKey) -> Vec<Proposal> {
    let known = &world.groups[group];
    let mut bookings = Bookings::of(world, plan);
    if let Some(course) = &plan.groups[group] {
        bookings.remove_course(world, group, course);
    }
    let pool = seating::pool(world, plan, group);
    let mut all: Vec<Way> = Vec::new();
    let mut random = Random::new(0);
    for pattern in placements::of_group(world, group) {
        if pattern.day(pattern.first_week()) < world.now() {
            continue;
        }
        let chosen = seating::choose(world, &plan.singles, group, &pattern, &pool);
        if chosen.len() < known.min {
            continue;
        }
        let free = occupancy::leaves_room_weekly(world, &bookings, known.facility, &pattern);
        let displaced = if free {
            Some(Vec::new())
        } else {
            blockers(world, &bookings, known.facility, &pattern, &mut random)
                .filter(|owners| owners.len() <= MOST_DISPLACED)
        };
        if let Some(displaced) = displaced {
            all.push(Way {
                worth: worth(world, group, &pattern, &chosen, &pool, displaced.len()),
                pattern,
                chosen,
                displaced,
            });
        }
    }
    all.sort_by_key(|one| one.worth);
    pick(&all)
        .into_iter()
        .filter_map(|place| all.get(place))
        .map(|way| describe(world, group, way, &pool))
        .collect()
}

/// The best of each kind: other weekdays and times first, then another first week or other trainers, then anything
/// different.
fn pick(all: &[Way]) -> Vec<usize> {
    let kinds: [fn(&Placement, &Placement) -> bool; 3] = [
        |one, other| one.weekday != other.weekday || !one.span.overlaps(other.span),
        // A beginning half an hour later or the room beside it is no other proposal for whoever has to choose.
        |one, other| {
            one.first_week() != other.first_week()
                || !one.team.iter().all(|trainer| other.team.contains(trainer))
        },
        |one, other| one != other,
    ];
    let mut picked: Vec<usize> = Vec::new();
    for differs in kinds {
        for (place, way) in all.iter().enumerate() {
            let different = picked
                .iter()
                .filter_map(|other| all.get(*other))
                .all(|one| differs(&one.pattern, &way.pattern));
            if picked.len() < PROPOSALS && different {
                picked.push(place);
            }
        }
    }
    picked.sort_unstable();
    picked
}

fn worth(
    world: &World,
    group: GroupKey,
    pattern: &Placement,
    chosen: &[PersonKey],
    pool: &[PersonKey],
    displaced: usize,
) -> Worth {
    let weight = |people: &[PersonKey]| -> i64 {
        people
            .iter()
            .map(|one| i64::from(world.people[*one].prio))
            .sum()
    };
    let burden: i64 = chosen
        .iter()
        .map(|one| {
            waiting(world.people[*one].prio, pattern.first_week())
                + MISSED * i64::from(seating::missed(world, pattern, *one))
        })
        .sum();
    let quality = burden
        + size_deviation(chosen.len(), world.groups[group].ideal)
        + SKIPPED * i64::from(series::skipped(pattern.held));
    (
        displaced,
        weight(pool) - weight(chosen),
        quality,
        travel(world, group, pattern),
    )
}

fn travel(world: &World, group: GroupKey, pattern: &Placement) -> u64 {
    let facility = world.groups[group].facility;
    let trip: u64 = pattern
        .team
        .iter()
        .map(|one| u64::from(world.round_trip(*one, facility)))
        .sum();
    trip * u64::from(pattern.held.count())
}

fn describe(world: &World, group: GroupKey, way: &Way, pool: &[PersonKey]) -> Proposal {
    let Way {
        pattern,
        chosen,
        displaced,
        ..
    } = way;
    let known = &world.groups[group];
    let missed: u32 = chosen
        .iter()
        .map(|one| seating::missed(world, pattern, *one))
        .sum();
    let left_waiting = pool.len() - chosen.len();
    let travel = travel(world, group, pattern);
    let skipped = series::skipped(pattern.held);
    let [one, two] = pattern
        .team
        .map(|trainer| world.trainers[trainer].id.as_str());
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let waits = match left_waiting {
        0 => "Niemand muss weiter warten".to_owned(),
        1 => "1 Person muss weiter warten".to_owned(),
        more => format!("{more} Personen müssen weiter warten"),
    };
    let names: Vec<String> = displaced
        .iter()
        .map(|one| owner_name(world, *one).1)
        .collect();
    let gives_way = if names.is_empty() {
        String::new()
    } else {
        format!(" Dafür müsste weichen: {}.", names.join(", "))
    };
    let text = format!(
        "{}s {}, Raum {}, mit {one} und {two}, vom {} bis {}: {} von {} Plätzen besetzt. {waits}. {}, {}. Fahrzeit \
         der Fachkräfte zusammen: {}.{gives_way}",
        weekday(pattern.weekday).to_lowercase(),
        time(pattern.span),
        world.rooms[pattern.room].id,
        date(world, pattern.day(pattern.first_week())),
        date(world, pattern.last_day()),
        chosen.len(),
        german::count(count(members::most(world, known, pattern.room))),
        match missed {
            0 => "Niemand versäumt eine Sitzung".to_owned(),
            1 => "Versäumt wird 1 Sitzung".to_owned(),
            _ => format!(
                "Versäumt werden {}",
                german::plural(u64::from(missed), "Sitzung", "Sitzungen")
            ),
        },
        match skipped {
            0 => "keine Woche fällt aus".to_owned(),
            1 => "1 Woche fällt aus".to_owned(),
            more => format!("{more} Wochen fallen aus"),
        },
        german::duration_minutes(u32::try_from(travel).unwrap_or(u32::MAX)).trim_end_matches('.'),
    );
    Proposal {
        pattern: *pattern,
        members: chosen.clone(),
        displaced: displaced
            .iter()
            .map(|one| owner_name(world, *one).0)
            .collect(),
        left_waiting,
        missed,
        travel,
        text,
    }
}
