//! Proofs that no plan exists: a group that has to run and cannot, with the rules that are the reason. Each proof drops
//! rules on a copy of the world until the group could run; what had to be dropped is what stands in the way.

use super::placements::{self, Placement};
use super::rules::{Party, Rule, Violation, members};
use super::world::{Days, GroupKey, Key, LONG_AGO, PersonKey, Span, Traits, Window, World};

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
    let candidates: Vec<PersonKey> = world
        .people
        .keys()
        .filter(|person| {
            members::in_the_right_place(world, known, *person)
                && members::understands(world, known, *person)
        })
        .collect();
    placements::of_group(world, group).iter().any(|pattern| {
        let able: Vec<PersonKey> = candidates
            .iter()
            .copied()
            .filter(|person| {
                members::secure(world, pattern.room, *person)
                    && members::stays(world, *person, pattern.last_day())
                    && members::may_miss(known, super::seating::missed(world, pattern, *person))
            })
            .collect();
        members::seats(world, pattern.room) >= known.min
            && can_sit_together(world, &able, known.min)
    })
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
const DROPPED: [(Rule, &str); 14] = [
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
    let without = |rules: &[Rule]| {
        let mut other = world.clone();
        for rule in rules {
            drop_rule(&mut other, group, *rule);
        }
        possible(&other, group)
    };
    let all = DROPPED.map(|(rule, _)| rule);
    let mut rules: Vec<Rule> = all
        .iter()
        .copied()
        .filter(|rule| without(&[*rule]))
        .collect();
    let alone = !rules.is_empty();
    if !alone && without(&all) {
        // No rule alone: the fewest that together are in the way, found by taking back one after the other.
        rules = all.to_vec();
        for rule in all {
            let fewer: Vec<Rule> = rules.iter().copied().filter(|one| *one != rule).collect();
            if without(&fewer) {
                rules = fewer;
            }
        }
    }
    let words: Vec<&str> = DROPPED
        .iter()
        .filter(|(rule, _)| rules.contains(rule))
        .map(|(_, words)| *words)
        .collect();
    let id = &world.groups[group].id;
    let place = &world.facilities[world.groups[group].facility].id;
    let why = match (alone, words.as_slice()) {
        (_, []) => "mit diesen Angaben".to_owned(),
        (_, [one]) => (*one).to_owned(),
        (true, many) => format!(
            "{} (schon eines davon zu ändern würde genügen)",
            many.join(", ")
        ),
        (false, many) => format!("{} (alles zusammen)", many.join(", ")),
    };
    Impossible {
        groups: vec![group],
        rules,
        text: format!(
            "Die Gruppe {id} in {place} muss stattfinden und kann nicht: {why}.{}",
            detail(world, group)
        ),
    }
}

/// Figures that help to see the reason.
fn detail(world: &World, group: GroupKey) -> String {
    let known = &world.groups[group];
    let pairs = placements::pairs(world, group).len();
    let candidates = world
        .people
        .keys()
        .filter(|person| {
            members::in_the_right_place(world, known, *person)
                && members::understands(world, known, *person)
        })
        .count();
    format!(
        " Nötig sind {} Sitzungen ab Woche {} bis {} und mindestens {} Teilnehmende; es gibt {pairs} mögliche \
         Fachkräftepaare mit Zugang und {candidates} Personen, für die die Gruppe gedacht ist.",
        known.sessions,
        known.start_weeks.0 + 1,
        known.start_weeks.1 + 1,
        known.min,
    )
}

fn whole_week() -> Vec<Window> {
    let span = Span {
        from: 0,
        to: 24 * 60,
    };
    (0..7).map(|weekday| Window { weekday, span }).collect()
}

/// Lets a rule hold no longer for this group.
pub(super) fn drop_rule(world: &mut World, group: GroupKey, rule: Rule) {
    let weeks = world.weeks;
    let facility = world.groups[group].facility;
    let rooms = world.facilities[facility].rooms.clone();
    let trainers: Vec<_> = world.trainers.keys().collect();
    let people: Vec<_> = world.people.keys().collect();
    match rule {
        Rule::H1 => {
            world.facilities[facility].open = Days::all(weeks);
            world.facilities[facility].windows = whole_week();
        }
        Rule::H2 => {
            for room in rooms {
                world.rooms[room].for_groups = true;
                world.rooms[room].weekly_blocked.clear();
                world.rooms[room].blocked.clear();
            }
        }
        Rule::H3 => rooms
            .iter()
            .for_each(|room| world.rooms[*room].cap = u16::MAX),
        Rule::H4 => rooms
            .iter()
            .for_each(|room| world.rooms[*room].sec = u8::MAX),
        Rule::H5 => {
            for trainer in trainers {
                let known = &mut world.trainers[trainer];
                known.lead = true;
                known.quals = Traits(u128::MAX);
                known.langs = Traits(u128::MAX);
            }
        }
        Rule::H6 => {
            for trainer in trainers {
                world.trainers[trainer].present = Days::all(weeks);
                world.trainers[trainer].hours = whole_week();
            }
        }
        Rule::H7 => {
            for trainer in trainers {
                let access = &mut world.trainers[trainer].access;
                access.retain(|(known, _)| *known != facility);
                access.push((facility, Days::all(weeks)));
            }
        }
        Rule::H10 => {
            world.facilities[facility].ext_cap = u16::MAX;
            world.facilities[facility].announced.clear();
        }
        Rule::H11 => world.groups[group].max_skips = u32::MAX,
        Rule::H13 => world.groups[group].start_weeks = (0, i32::from(weeks) - 1),
        Rule::H14 => world.groups[group].min = 0,
        Rule::H17 => people
            .iter()
            .for_each(|person| world.people[*person].out = -LONG_AGO),
        Rule::H18 => world.groups[group].max_missed = u32::MAX,
        Rule::H19 => people
            .iter()
            .for_each(|person| world.people[*person].separated.clear()),
        _ => {}
    }
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
