//! Proofs that no plan exists: a group that has to run and cannot, with the rules that are the reason. Each proof drops
//! rules on a copy of the world until the group could run; what had to be dropped is what stands in the way.

use super::placements::{self, Placement};
use super::rules::{Party, Rule, Violation, calendar, members, series, team};
use super::world::{
    FacilityKey, Group, GroupKey, Key, PersonKey, RoomKey, Span, TrainerKey, Weeks, World,
};
use crate::base::german;

mod drop;

pub(super) use drop::drop_rule;

/// A group that has to run and cannot, or several that cannot run together.
#[derive(Clone, Debug)]
pub struct Impossible {
    /// The groups.
    pub groups: Vec<GroupKey>,
    /// The rules that are the reason: without any one of them the group could run (or only without all of them).
    pub rules: Vec<Rule>,
    /// In German.
    pub text: String,
}

/// Steps of the search for groups that have to share rooms, before it gives up without a proof.
const MOST_STEPS: usize = 300_000;

/// Every proof that is found; an empty list does not mean that a plan exists.
pub fn proofs(world: &World) -> Vec<Impossible> {
    let must: Vec<GroupKey> = world
        .groups
        .keys()
        .filter(|group| world.groups[*group].must_run && !published(world, *group))
        .collect();
    let mut found = Vec::new();
    for group in &must {
        if !possible(world, *group) {
            found.push(reasons(world, *group));
        }
    }
    if found.is_empty() {
        for facility in world.facilities.keys() {
            let together: Vec<GroupKey> = must
                .iter()
                .copied()
                .filter(|group| world.groups[*group].facility == facility)
                .collect();
            found.extend(cannot_share(world, &together));
        }
    }
    found
}

/// Why a group could not run even if no other event took place, whether it has to or not; `None` when that is not
/// proven.
pub fn of_group(world: &World, group: GroupKey) -> Option<Impossible> {
    (!possible(world, group)).then(|| reasons(world, group))
}

fn published(world: &World, group: GroupKey) -> bool {
    world
        .repair
        .as_ref()
        .is_some_and(|known| known.plan.groups[group].is_some())
}

/// The violations of a list of proofs, for those who show them beside others.
pub fn violations(proofs: &[Impossible]) -> Vec<Violation> {
    proofs
        .iter()
        .map(|proof| {
            let parties: Vec<Party> = proof.groups.iter().map(|one| Party::Group(*one)).collect();
            let rule = proof.rules.first().copied().unwrap_or(Rule::H15);
            Violation::new(rule, parties, proof.text.clone())
        })
        .collect()
}

/// Whether the group could run if no other event took place.
fn possible(world: &World, group: GroupKey) -> bool {
    let known = &world.groups[group];
    let candidates: Vec<PersonKey> = candidates(world, known).collect();
    let pairs = placements::pairs(world, group);
    placements::slots(world, group).into_iter().any(|slot| {
        let teams = teams(world, known.facility, &pairs, slot);
        world.facilities[known.facility]
            .rooms
            .iter()
            .flat_map(|room| patterns(world, known, *room, slot, &teams))
            .any(|pattern| fills(world, known, &pattern, &candidates))
    })
}

/// People for whom the group is meant.
fn candidates<'w>(world: &'w World, known: &'w Group) -> impl Iterator<Item = PersonKey> + 'w {
    world.people.keys().filter(|person| {
        members::in_the_right_place(world, known, *person)
            && members::understands(world, known, *person)
    })
}

/// The different sets of weeks in which pairs can hold something at a time, each with one pair. Who else has the same
/// weeks changes nothing; with rules dropped there are very many pairs.
fn teams(
    world: &World,
    facility: FacilityKey,
    pairs: &[[TrainerKey; 2]],
    (weekday, span): (u8, Span),
) -> Vec<(Weeks, [TrainerKey; 2])> {
    let mut found: Vec<(Weeks, [TrainerKey; 2])> = pairs
        .iter()
        .filter(|pair| {
            pair.iter().all(|trainer| {
                calendar::in_hours(world, *trainer, weekday, span)
                    && team::within_limits(world, *trainer, span)
            })
        })
        .map(|pair| (calendar::team_weeks(world, facility, pair, weekday), *pair))
        .collect();
    found.sort_by_key(|(weeks, _)| weeks.0);
    found.dedup_by_key(|(weeks, _)| weeks.0);
    found
}

/// The different series of weeks in a room.
fn patterns(
    world: &World,
    known: &Group,
    room: RoomKey,
    (weekday, span): (u8, Span),
    teams: &[(Weeks, [TrainerKey; 2])],
) -> Vec<Placement> {
    if !calendar::room_serves_groups(world, room)
        || !calendar::room_weekly_free(world, room, weekday, span)
    {
        return Vec::new();
    }
    let place = calendar::place_weeks(world, known.facility, room, weekday, span);
    let (first, last) = known.start_weeks;
    let mut found = Vec::new();
    for (weeks, team) in teams {
        for week in first..=last.min(i32::from(world.weeks)) {
            if let Some(held) = series::held_weeks(place & *weeks, week, known.sessions)
                && series::skips_allowed(known, held)
            {
                found.push(Placement {
                    held,
                    span,
                    room,
                    team: *team,
                    weekday,
                });
            }
        }
    }
    found.sort_by_key(|one| one.held.0);
    found.dedup_by_key(|one| one.held.0);
    found
}

/// Whether enough people can come.
fn fills(world: &World, known: &Group, pattern: &Placement, candidates: &[PersonKey]) -> bool {
    let able: Vec<PersonKey> = candidates
        .iter()
        .copied()
        .filter(|person| {
            members::secure(world, pattern.room, *person)
                && members::stays(world, *person, pattern.last_day())
                && members::may_miss(known, super::seating::missed(world, pattern, *person))
        })
        .collect();
    members::seats(world, pattern.room) >= known.min && can_sit_together(world, &able, known.min)
}

/// Steps of the search for people who may sit together, before they are taken to exist.
const MOST_TRIES: usize = 20_000;

/// Whether `needed` of these people may sit in one room (H19). Says yes when it cannot tell.
fn can_sit_together(world: &World, people: &[PersonKey], needed: usize) -> bool {
    let mut tries = 0;
    seat(world, people, needed, &mut tries) || tries >= MOST_TRIES
}

fn seat(world: &World, people: &[PersonKey], needed: usize, tries: &mut usize) -> bool {
    *tries += 1;
    if needed == 0 {
        return true;
    }
    if people.len() < needed || *tries >= MOST_TRIES {
        return false;
    }
    // Either the first one sits there, without all he or she is separated from, or does not.
    let Some((first, rest)) = people.split_first() else {
        return false;
    };
    let beside: Vec<PersonKey> = rest
        .iter()
        .copied()
        .filter(|other| !members::separated(world, *first, *other))
        .collect();
    seat(world, &beside, needed - 1, tries)
        || (beside.len() < rest.len() && seat(world, rest, needed, tries))
}

/// Rules that can be dropped, each with what it says in words.
const DROPPED: [(Rule, &str); 15] = [
    (
        Rule::H1,
        "wegen der Öffnungszeiten, Schließtage und Feiertage (H1)",
    ),
    (
        Rule::H2,
        "weil die Räume belegt oder keine Gruppenräume sind (H2)",
    ),
    (Rule::H3, "weil die Räume zu wenig Plätze haben (H3)"),
    (Rule::H4, "weil die Räume nicht sicher genug sind (H4)"),
    (
        Rule::H5,
        "weil Fachkräfte mit der nötigen Qualifikation, Sprache oder Leitung fehlen (H5)",
    ),
    (
        Rule::H6,
        "wegen der Arbeitszeiten und Abwesenheiten der Fachkräfte (H6)",
    ),
    (Rule::H7, "weil Zugangsfreigaben fehlen oder enden (H7)"),
    (
        Rule::H9,
        "weil schon eine Sitzung über die Termine am Tag oder die Wochenarbeitszeit der Fachkräfte geht (H9)",
    ),
    (
        Rule::H10,
        "weil schon zu viele externe Personen angekündigt sind (H10)",
    ),
    (Rule::H11, "weil zu viele Wochen ausfielen (H11)"),
    (Rule::H13, "wegen der vorgegebenen Anfangswochen (H13)"),
    (Rule::H14, "weil zu wenige Personen in Frage kommen (H14)"),
    (
        Rule::H17,
        "weil zu viele vor dem Ende entlassen oder verlegt werden (H17)",
    ),
    (Rule::H18, "weil zu viele zu oft verhindert wären (H18)"),
    (Rule::H19, "wegen der Trennungsvermerke (H19)"),
];

fn reasons(world: &World, group: GroupKey) -> Impossible {
    // A horizon with fewer weeks than sessions is a reason whatever else is. To see what else is, one session is enough.
    let too_short = world.weeks < world.groups[group].sessions;
    let mut base = world.clone();
    if too_short {
        base.groups[group].sessions = 1;
    }
    let (mut rules, any_of_them) = if too_short && possible(&base, group) {
        (Vec::new(), false)
    } else {
        in_the_way(&base, group)
    };
    let mut words: Vec<String> = DROPPED
        .iter()
        .filter(|(rule, _)| rules.contains(rule))
        .map(|(rule, words)| in_words(world, group, *rule, words))
        .collect();
    if words.len() > 1 {
        let how = if any_of_them {
            "schon eines davon zu ändern würde genügen"
        } else {
            "alles zusammen"
        };
        words = vec![format!("{} ({how})", words.join(", "))];
    }
    if too_short {
        rules.retain(|rule| *rule != Rule::H1);
        rules.splice(0..0, [Rule::H12, Rule::H1]);
        words.insert(
            0,
            format!(
                "weil der Planungszeitraum von {} zu kurz für {} ist (H1, H12)",
                german::plural(u64::from(world.weeks), "Woche", "Wochen"),
                sessions(&world.groups[group]),
            ),
        );
    }
    let id = &world.groups[group].id;
    let place = &world.facilities[world.groups[group].facility].id;
    let what = if world.groups[group].must_run {
        "muss stattfinden und kann nicht"
    } else {
        "kann nicht stattfinden"
    };
    Impossible {
        groups: vec![group],
        rules,
        text: format!(
            "Die Gruppe {id} in {place} {what}: {}.{}",
            words.join(", und "),
            detail(world, group)
        ),
    }
}

/// The rules without which the group could run, and whether each of them is enough alone (otherwise all are needed).
fn in_the_way(world: &World, group: GroupKey) -> (Vec<Rule>, bool) {
    let without = |rules: &[Rule]| {
        let mut other = world.clone();
        for rule in rules {
            drop_rule(&mut other, group, *rule);
        }
        possible(&other, group)
    };
    let all = DROPPED.map(|(rule, _)| rule);
    let alone: Vec<Rule> = all
        .iter()
        .copied()
        .filter(|rule| without(&[*rule]))
        .collect();
    if !alone.is_empty() {
        return (alone, true);
    }
    // No rule alone: the fewest that together are in the way, found by taking back one after the other.
    let mut rules = all.to_vec();
    for rule in all {
        let fewer: Vec<Rule> = rules.iter().copied().filter(|one| *one != rule).collect();
        if without(&fewer) {
            rules = fewer;
        }
    }
    (rules, false)
}

/// A reason in words: what is not there at all is said as it is.
fn in_words(world: &World, group: GroupKey, rule: Rule, words: &str) -> String {
    let known = &world.groups[group];
    match (rule, world.trainers.len()) {
        (Rule::H5, 0) => "weil es keine Fachkräfte gibt und zwei nötig sind (H5)".to_owned(),
        (Rule::H5, 1) => "weil es nur eine Fachkraft gibt und zwei nötig sind (H5)".to_owned(),
        (Rule::H2, _) if world.facilities[known.facility].rooms.is_empty() => {
            "weil es dort keinen Raum gibt (H2)".to_owned()
        }
        _ => words.to_owned(),
    }
}

fn sessions(known: &Group) -> String {
    german::plural(u64::from(known.sessions), "Sitzung", "Sitzungen")
}

/// Figures that help to see the reason.
fn detail(world: &World, group: GroupKey) -> String {
    let known = &world.groups[group];
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let (first, last) = (known.start_weeks.0 + 1, known.start_weeks.1 + 1);
    let begin = if first == last {
        format!("mit Beginn in Woche {first}")
    } else {
        format!("mit Beginn in Woche {first} bis {last}")
    };
    format!(
        " Nötig: {} {begin} und mindestens {}. Vorhanden: {} mit Zugang und {}, für die die Gruppe gedacht ist.",
        sessions(known),
        german::plural(
            count(known.min),
            "teilnehmende Person",
            "teilnehmende Personen"
        ),
        german::plural(
            count(placements::pairs(world, group).len()),
            "mögliches Fachkräftepaar",
            "mögliche Fachkräftepaare"
        ),
        german::plural(
            count(candidates(world, known).count()),
            "Person",
            "Personen"
        ),
    )
}

/// Groups of one prison that cannot be held together, whoever holds them: every way to give them rooms and times was
/// tried.
fn cannot_share(world: &World, groups: &[GroupKey]) -> Option<Impossible> {
    if groups.len() < 2 {
        return None;
    }
    let choices: Vec<Vec<Placement>> = groups
        .iter()
        .map(|group| {
            let mut patterns = placements::of_group(world, *group);
            // Who holds it does not matter here.
            let key = |one: &Placement| (one.weekday, one.span, one.room.place(), one.held.0);
            patterns.sort_by_key(key);
            patterns.dedup_by_key(|one| key(one));
            patterns
        })
        .collect();
    let mut steps = 0;
    let mut taken = Vec::new();
    let fits = share(&choices, &mut taken, &mut steps);
    if fits || steps >= MOST_STEPS {
        return None;
    }
    let names: Vec<&str> = groups
        .iter()
        .map(|one| world.groups[*one].id.as_str())
        .collect();
    let place = groups.first().map(|one| world.groups[*one].facility)?;
    Some(Impossible {
        groups: groups.to_vec(),
        rules: vec![Rule::H2, Rule::H13],
        text: format!(
            "Die Gruppen {} in {} müssen alle stattfinden; Räume, Zeiten und Anfangswochen reichen nicht für alle \
             (H2, H13).",
            names.join(", "),
            world.facilities[place].id
        ),
    })
}

fn share(choices: &[Vec<Placement>], taken: &mut Vec<Placement>, steps: &mut usize) -> bool {
    let Some((first, rest)) = choices.split_first() else {
        return true;
    };
    for pattern in first {
        *steps += 1;
        if *steps >= MOST_STEPS {
            return false;
        }
        let free = taken.iter().all(|other| {
            other.room != pattern.room
                || other.weekday != pattern.weekday
                || !other.span.overlaps(pattern.span)
                || (other.held & pattern.held).is_empty()
        });
        if free {
            taken.push(*pattern);
            let fits = share(rest, taken, steps);
            taken.pop();
            if fits {
                return true;
            }
        }
    }
    false
}
