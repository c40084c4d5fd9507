//! A whole plan against all rules. Counts like the format's validator: one violation per rule, event and party.

use std::collections::{BTreeMap, BTreeSet};

use super::super::bookings::{Bookings, Event};
use super::super::measure;
use super::super::world::{
    Course, Day, FacilityKey, GroupKey, PersonKey, Plan, RoomKey, SingleKey, Span, TrainerKey,
    World, week_of, weekday_of,
};
use super::event::{calendar_findings, single_findings};
use super::findings::{Findings, date};
use super::pattern::one_member;
use super::{Party, Rule, Violation, calendar, fixed, members, occupancy, past, series};

/// Something of a plan that takes place.
struct Held {
    event: Event,
    label: String,
}

/// Every violation of a plan; none means that it may be held.
pub fn check(world: &World, plan: &Plan) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut held = Vec::new();
    let mut member_of: BTreeMap<PersonKey, GroupKey> = BTreeMap::new();
    for (key, course) in plan.groups.iter() {
        let group = &world.groups[key];
        match course {
            None if group.must_run => found.push(Violation::new(
                Rule::H15,
                [Party::Group(key)],
                format!("{} muss stattfinden und ist nicht eingeplant.", group.id),
            )),
            None => {}
            Some(course) => {
                check_course(world, key, course, &mut held, &mut found);
                for member in &course.members {
                    if let Some(other) = member_of.insert(*member, key) {
                        found.push(Violation::new(
                            Rule::H20,
                            [
                                Party::Person(*member),
                                Party::Group(key),
                                Party::Group(other),
                            ],
                            format!(
                                "{} ist in {} und in {}.",
                                world.people[*member].id, world.groups[other].id, group.id
                            ),
                        ));
                    }
                }
            }
        }
    }
    for (key, appointment) in plan.singles.iter() {
        let Some(appointment) = appointment else {
            continue;
        };
        let event = Event::single(world, key, appointment);
        let mut findings = Findings::default();
        if appointment.day >= world.now() {
            calendar_findings(world, &event, &mut findings);
            single_findings(world, key, &event, &mut findings);
        }
        found.extend(findings.into_violations(world));
        held.push(Held {
            event,
            label: format!("Einzeltermin {}", world.singles[key].id),
        });
    }
    separations(world, &member_of, &mut found);
    resources(world, &held, &mut found);
    own_clashes(world, plan, &member_of, &mut found);
    if let Some(published) = &world.repair {
        past::check(world, published, plan, &mut found);
    }
    found
}

/// Every violation of one course by itself, as [`check`] would find it.
pub fn course_violations(world: &World, key: GroupKey, course: &Course) -> Vec<Violation> {
    let (mut held, mut found) = (Vec::new(), Vec::new());
    check_course(world, key, course, &mut held, &mut found);
    found
}

fn check_course(
    world: &World,
    key: GroupKey,
    course: &Course,
    held: &mut Vec<Held>,
    found: &mut Vec<Violation>,
) {
    let group = &world.groups[key];
    let now = world.now();
    let about = [Party::Group(key)];
    let started = world.repair.is_some() && series::has_started(course, now);
    if course.sessions.len() != usize::from(group.sessions) {
        let text = format!(
            "{} hat {} Sitzungen, vorgesehen sind {}.",
            group.id,
            course.sessions.len(),
            group.sessions
        );
        found.push(Violation::new(Rule::H12, about, text));
    }
    for pair in course.sessions.windows(2) {
        if let [one, two] = pair
            && two.day <= one.day
        {
            let text = format!(
                "Die Sitzungen von {} stehen am {} nicht in der Folge der Tage.",
                group.id,
                date(world, two.day)
            );
            found.push(Violation::new(Rule::H12, about, text));
        }
    }
    for (number, session) in course.sessions.iter().enumerate() {
        let event = Event::session(world, key, number, session);
        if session.day >= now {
            let mut findings = Findings::default();
            calendar_findings(world, &event, &mut findings);
            room_for_members(world, key, course, session.room, &mut findings);
            found.extend(findings.into_violations(world));
        }
        held.push(Held {
            event,
            label: format!("Gruppe {}", group.id),
        });
    }
    if world.repair.is_some() {
        continuity(world, key, course, now, found);
    } else {
        pattern(world, key, course, found);
    }
    if !started && !series::may_start(group, course.begins()) {
        let text = format!(
            "{} darf in Woche {} nicht beginnen.",
            group.id,
            course.begins() + 1
        );
        found.push(Violation::new(Rule::H13, about, text));
    }
    let mut sorted = course.members.clone();
    sorted.sort_unstable();
    if sorted
        .windows(2)
        .any(|pair| matches!(pair, [one, two] if one == two))
    {
        let text = format!("In {} steht jemand zweimal.", group.id);
        found.push(Violation::new(Rule::H14, about, text));
    }
    let count = course.members.len();
    if count > group.max || (count < group.min && !started) {
        let text = format!(
            "{} hat {count} Teilnehmende, vorgesehen sind {} bis {}.",
            group.id, group.min, group.max
        );
        found.push(Violation::new(Rule::H14, about, text));
    }
    for member in &course.members {
        let mut findings = Findings::default();
        one_member(world, key, course, *member, &mut findings);
        found.extend(findings.into_violations(world));
    }
}

/// H3 and H4 of one session.
fn room_for_members(
    world: &World,
    key: GroupKey,
    course: &Course,
    room: RoomKey,
    found: &mut Findings,
) {
    if measure::overfull(course.members.len(), members::seats(world, room)) {
        let reason = format!("Der Raum {} hat zu wenig Plätze", world.rooms[room].id);
        found.add(
            Rule::H3,
            [Party::Group(key), Party::Room(room)],
            reason,
            None,
        );
    }
    for member in &course.members {
        if !members::secure(world, room, *member) {
            let reason = format!(
                "Der Raum {} ist für {} nicht sicher genug",
                world.rooms[room].id, world.people[*member].id
            );
            let parties = [Party::Person(*member), Party::Room(room)];
            found.add(Rule::H4, parties, reason, None);
        }
    }
}

/// H11 when planning: the weekly pattern.
fn pattern(world: &World, key: GroupKey, course: &Course, found: &mut Vec<Violation>) {
    let group = &world.groups[key];
    let about = [Party::Group(key)];
    for session in &course.sessions {
        if weekday_of(session.day) != course.weekday
            || session.start != course.start
            || session.room != course.room
            || !session.same_team(&course.team)
        {
            let text = format!(
                "Die Sitzung von {} am {} liegt nicht im wöchentlichen Muster.",
                group.id,
                date(world, session.day)
            );
            found.push(Violation::new(Rule::H11, about, text));
        }
    }
    let first = course.begins();
    if first != course.first_week {
        let text = format!(
            "{} beginnt in Woche {}, angegeben ist Woche {}.",
            group.id,
            first + 1,
            course.first_week + 1
        );
        found.push(Violation::new(Rule::H11, about, text));
    }
    let span = Span::lasting(course.start, group.minutes);
    let possible = calendar::place_weeks(world, group.facility, course.room, course.weekday, span)
        & calendar::team_weeks(world, group.facility, &course.team, course.weekday);
    let due: Vec<Day> = series::pattern_weeks(possible, first, group.sessions)
        .iter()
        .map(|week| week * 7 + Day::from(course.weekday))
        .collect();
    if !course.sessions.iter().map(|session| session.day).eq(due) {
        let text = format!(
            "{} wird nicht in jeder möglichen Woche ab Woche {} gehalten.",
            group.id,
            first + 1
        );
        found.push(Violation::new(Rule::H11, about, text));
    }
    let weeks = series::weeks_of(course);
    if !series::skips_allowed(group, weeks) {
        let text = format!(
            "In {} fallen {} Wochen aus, erlaubt sind {}.",
            group.id,
            series::skipped(weeks),
            group.max_skips
        );
        found.push(Violation::new(Rule::H11, about, text));
    }
}

/// H11 when repairing: gaps, sessions per week, the base pair.
fn continuity(world: &World, key: GroupKey, course: &Course, now: Day, found: &mut Vec<Violation>) {
    let group = &world.groups[key];
    let about = [Party::Group(key)];
    let weeks: BTreeSet<i32> = course.sessions.iter().map(|one| week_of(one.day)).collect();
    for week in weeks {
        if series::in_week_of(&course.sessions, week * 7) > series::MOST_PER_WEEK {
            let text = format!(
                "{} hat mehr als zwei Sitzungen in Woche {}.",
                group.id,
                week + 1
            );
            found.push(Violation::new(Rule::H11, about, text));
        }
    }
    for pair in course.sessions.windows(2) {
        if let [one, two] = pair
            && two.day >= now
            && !series::gap_allowed(one.day, two.day)
        {
            let text = format!(
                "Zwischen zwei Sitzungen von {} liegen {} Tage (bis {}).",
                group.id,
                two.day - one.day,
                date(world, two.day)
            );
            found.push(Violation::new(Rule::H11, about, text));
        }
    }
    for session in &course.sessions {
        if session.day >= now && !series::continues(&course.team, session) {
            let text = format!(
                "Am {} ist niemand der beiden vertrauten Fachkräfte von {} dabei.",
                date(world, session.day),
                group.id
            );
            found.push(Violation::new(Rule::H11, about, text));
        }
    }
}

fn separations(
    world: &World,
    member_of: &BTreeMap<PersonKey, GroupKey>,
    found: &mut Vec<Violation>,
) {
    for (person, group) in member_of {
        for other in &world.people[*person].separated {
            if other > person && member_of.get(other) == Some(group) {
                let text = format!(
                    "{} und {} dürfen nicht zusammen in {} sitzen.",
                    world.people[*person].id, world.people[*other].id, world.groups[*group].id
                );
                let parties = [Party::Person(*person), Party::Person(*other)];
                found.push(Violation::new(Rule::H19, parties, text));
            }
        }
    }
}

type Day2<K> = BTreeMap<(K, Day), Vec<usize>>;

/// H2, H8, H9, H10: neighbours in time are compared.
fn resources(world: &World, held: &[Held], found: &mut Vec<Violation>) {
    let beside = Bookings::new(world);
    let mut rooms: Day2<RoomKey> = BTreeMap::new();
    let mut trainers: Day2<TrainerKey> = BTreeMap::new();
    let mut facilities: BTreeMap<(FacilityKey, Day), BTreeSet<TrainerKey>> = BTreeMap::new();
    let mut weeks: BTreeMap<(TrainerKey, i32), u32> = BTreeMap::new();
    for (place, Held { event, .. }) in held.iter().enumerate() {
        rooms
            .entry((event.room, event.day))
            .or_default()
            .push(place);
        for trainer in event.trainers() {
            trainers
                .entry((trainer, event.day))
                .or_default()
                .push(place);
            facilities
                .entry((event.facility, event.day))
                .or_default()
                .insert(trainer);
            *weeks.entry((trainer, week_of(event.day))).or_default() +=
                u32::from(event.span.to - event.span.from);
        }
    }
    fixed::add_persons(world, &mut facilities);
    fixed::add_minutes(world, &mut weeks);
    let now = world.now();
    for Held { event, label } in held.iter().filter(|one| one.event.day >= now) {
        fixed::clashes(world, &beside, event, label, found);
    }
    for ((room, day), mut places) in rooms {
        for (one, two) in neighbours(held, &mut places) {
            if day >= now && one.event.span.overlaps(two.event.span) {
                let text = format!(
                    "Im Raum {} überschneiden sich am {} {} und {}.",
                    world.rooms[room].id,
                    date(world, day),
                    one.label,
                    two.label
                );
                found.push(Violation::new(Rule::H2, [Party::Room(room)], text));
            }
        }
    }
    for ((trainer, day), mut places) in trainers {
        if day < now {
            continue;
        }
        let id = &world.trainers[trainer].id;
        let about = [Party::Trainer(trainer)];
        for (one, two) in neighbours(held, &mut places) {
            let (before, after) = (&one.event, &two.event);
            if occupancy::too_close(
                world,
                (before.span, before.facility),
                (after.span, after.facility),
            ) {
                let text = format!(
                    "{id} kann am {} nicht {} und {} halten.",
                    date(world, day),
                    one.label,
                    two.label
                );
                found.push(Violation::new(Rule::H8, about, text));
            }
        }
        let events = places.len() + beside.trainer_day(trainer, day).len();
        if occupancy::day_exceeded(world, trainer, events) {
            let text = format!("{id} hat am {} {events} Termine.", date(world, day));
            found.push(Violation::new(Rule::H9, about, text));
        }
    }
    for ((trainer, week), minutes) in weeks {
        if week * 7 + 6 >= now && occupancy::week_exceeded(world, trainer, minutes) {
            let text = format!(
                "{} käme in Woche {} auf {minutes} Minuten.",
                world.trainers[trainer].id,
                week + 1
            );
            found.push(Violation::new(Rule::H9, [Party::Trainer(trainer)], text));
        }
    }
    for ((facility, day), people) in facilities {
        let persons = u16::try_from(people.len()).unwrap_or(u16::MAX);
        if day >= now && !calendar::announced_leave_room(world, facility, day, persons) {
            let text = format!(
                "In {} sind am {} zu viele externe Personen.",
                world.facilities[facility].id,
                date(world, day)
            );
            found.push(Violation::new(Rule::H10, [Party::Facility(facility)], text));
        }
    }
}

fn neighbours<'a>(
    held: &'a [Held],
    places: &mut [usize],
) -> impl Iterator<Item = (&'a Held, &'a Held)> {
    places.sort_by_key(|place| held.get(*place).map(|one| one.event.span.from));
    let sorted: Vec<&Held> = places.iter().filter_map(|place| held.get(*place)).collect();
    let after: Vec<&Held> = sorted.iter().skip(1).copied().collect();
    sorted.into_iter().zip(after)
}

/// H20: somebody's own events.
fn own_clashes(
    world: &World,
    plan: &Plan,
    member_of: &BTreeMap<PersonKey, GroupKey>,
    found: &mut Vec<Violation>,
) {
    let dated = |key: SingleKey| {
        plan.singles[key].map(|one| {
            let span = Span::lasting(one.start, world.singles[key].minutes);
            (one.day, span)
        })
    };
    for (person, known) in world.people.iter() {
        let mut own: Vec<(Day, Span)> =
            known.singles.iter().filter_map(|key| dated(*key)).collect();
        if own.is_empty() {
            continue;
        }
        if let Some(group) = member_of.get(&person)
            && let Some(course) = &plan.groups[*group]
        {
            let minutes = world.groups[*group].minutes;
            own.extend(
                course
                    .sessions
                    .iter()
                    .map(|one| (one.day, one.span(minutes))),
            );
        }
        own.sort_unstable();
        for pair in own.windows(2) {
            if let [one, two] = pair
                && one.0 == two.0
                && one.0 >= world.now()
                && one.1.overlaps(two.1)
            {
                let text = format!(
                    "{} hätte am {} zwei Termine zugleich.",
                    known.id,
                    date(world, one.0)
                );
                found.push(Violation::new(Rule::H20, [Party::Person(person)], text));
            }
        }
    }
}
