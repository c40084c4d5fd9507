//! One event or one weekly pattern against all rules, in words: the noes of the rules become sentences here.

use super::super::bookings::{Booking, Bookings, Event, Owner};
use super::super::placements::Placement;
use super::super::world::{
    Appointment, Course, Day, GroupKey, PersonKey, SingleKey, Span, Table, Traits, Weeks, World,
    week_of, weekday_of,
};
use super::{Party, Rule, Violation, calendar, members, occupancy, series, singles, team};
use crate::base::german;
use crate::base::time::MinuteOfDay;

/// A broken rule and the days on which it is broken (none: whatever the day).
struct Finding {
    rule: Rule,
    parties: Vec<Party>,
    reason: String,
    days: Vec<Day>,
}

/// Broken rules, gathered so that the same reason on many days is one sentence.
#[derive(Default)]
pub(super) struct Findings(Vec<Finding>);

impl Findings {
    pub(super) fn add(
        &mut self,
        rule: Rule,
        parties: impl Into<Vec<Party>>,
        reason: impl Into<String>,
        day: Option<Day>,
    ) {
        let (parties, reason) = (parties.into(), reason.into());
        let known = self
            .0
            .iter_mut()
            .find(|one| one.rule == rule && one.parties == parties && one.reason == reason);
        match known {
            Some(finding) => finding.days.extend(day),
            None => self.0.push(Finding {
                rule,
                parties,
                reason,
                days: day.into_iter().collect(),
            }),
        }
    }

    /// One violation per reason, with its days.
    pub(super) fn into_violations(self, world: &World) -> Vec<Violation> {
        let mut found: Vec<Violation> = self
            .0
            .into_iter()
            .map(|finding| {
                let when = match finding.days.as_slice() {
                    [] => String::new(),
                    [day] => format!(" (am {})", date(world, *day)),
                    [first, ..] => format!(
                        " (an {} Terminen, zuerst am {})",
                        finding.days.len(),
                        date(world, *first)
                    ),
                };
                let text = format!("{}{when}.", finding.reason);
                Violation::new(finding.rule, finding.parties, text)
            })
            .collect();
        found.sort_by_key(|one| one.rule);
        found
    }
}

/// A day as people read it: `Di., 12.01.2027`.
pub(in super::super) fn date(world: &World, day: Day) -> String {
    german::weekday_date(world.date(day))
}

/// A span as people read it: `13:00–15:30 Uhr`.
pub(in super::super) fn time(span: Span) -> String {
    let minute = |value: u16| MinuteOfDay::new(value).unwrap_or(MinuteOfDay::MIDNIGHT);
    german::time_range(minute(span.from), minute(span.to))
}

const WEEKDAYS: [&str; 7] = [
    "Montag",
    "Dienstag",
    "Mittwoch",
    "Donnerstag",
    "Freitag",
    "Samstag",
    "Sonntag",
];

/// The name of a weekday.
pub(in super::super) fn weekday(number: u8) -> &'static str {
    WEEKDAYS.get(usize::from(number)).copied().unwrap_or("?")
}

/// What an event belongs to, for a sentence.
pub(in super::super) fn owner_name(world: &World, owner: Owner) -> (Party, String) {
    match owner {
        Owner::Session(group, _) => (
            Party::Group(group),
            format!("Gruppe {}", world.groups[group].id),
        ),
        Owner::Single(single) => (
            Party::Single(single),
            format!("Einzeltermin {}", world.singles[single].id),
        ),
    }
}

/// H1, H2 (calendar), H5, H6, H7 of an event. `needs` are the qualifications its trainers must have.
pub(super) fn calendar_findings(world: &World, event: &Event, found: &mut Findings) {
    let Event {
        day,
        span,
        facility,
        room,
        ..
    } = *event;
    if !calendar::in_horizon(world, day) {
        found.add(
            Rule::H1,
            [Party::Facility(facility)],
            "Der Tag liegt außerhalb des Planungszeitraums",
            Some(day),
        );
        return;
    }
    if !calendar::is_open(world, facility, day) {
        let reason = format!(
            "{} ist geschlossen, oder es ist Feiertag",
            world.facilities[facility].id
        );
        found.add(Rule::H1, [Party::Facility(facility)], reason, Some(day));
    }
    place_findings(world, event, found);
    if calendar::room_belongs(world, room, facility)
        && !calendar::room_free_on(world, room, day, span)
    {
        let reason = format!("Der Raum {} ist anderweitig belegt", world.rooms[room].id);
        found.add(Rule::H2, [Party::Room(room)], reason, Some(day));
    }
    team_findings(world, event, found);
    for trainer in event.trainers() {
        let id = &world.trainers[trainer].id;
        let (week, weekday) = (week_of(day), weekday_of(day));
        if !calendar::present_weeks(world, trainer, weekday).has(week) {
            let reason = format!("{id} ist abwesend");
            found.add(Rule::H6, [Party::Trainer(trainer)], reason, Some(day));
        }
        if !calendar::cleared_weeks(world, trainer, facility, weekday).has(week) {
            let place = &world.facilities[facility].id;
            let reason = format!("{id} hat keine gültige Zugangsfreigabe für {place}");
            found.add(Rule::H7, [Party::Trainer(trainer)], reason, Some(day));
        }
    }
}

/// The part of H1 and H2 that is the same every week.
fn place_findings(world: &World, event: &Event, found: &mut Findings) {
    let Event {
        day,
        span,
        facility,
        room,
        owner,
        ..
    } = *event;
    let on = weekday_of(day);
    if !calendar::in_window(world, facility, on, span) {
        let reason = format!(
            "{} lässt am {} um {} keine Veranstaltung Externer zu",
            world.facilities[facility].id,
            weekday(on),
            time(span)
        );
        found.add(Rule::H1, [Party::Facility(facility)], reason, None);
    }
    if !calendar::on_grid(world, span.from) {
        let reason = format!(
            "Der Beginn liegt nicht im Raster von {} Minuten",
            world.grid
        );
        found.add(Rule::H1, [Party::Facility(facility)], reason, None);
    }
    let id = &world.rooms[room].id;
    if !calendar::room_belongs(world, room, facility) {
        let reason = format!(
            "Der Raum {id} gehört nicht zu {}",
            world.facilities[facility].id
        );
        found.add(Rule::H2, [Party::Room(room)], reason, None);
    } else if matches!(owner, Owner::Session(..)) && !calendar::room_serves_groups(world, room) {
        let reason = format!("Der Raum {id} ist kein Gruppenraum");
        found.add(Rule::H2, [Party::Room(room)], reason, None);
    }
}

/// H5 and the working hours of H6: the same every week.
fn team_findings(world: &World, event: &Event, found: &mut Findings) {
    let (needs, names): (Traits, &[String]) = match event.owner {
        Owner::Session(group, _) => {
            let known = &world.groups[group];
            let both = event.pair.map(Party::Trainer);
            if !team::are_two(&event.pair) {
                found.add(
                    Rule::H5,
                    both,
                    "Es müssen zwei verschiedene Fachkräfte sein",
                    None,
                );
            }
            if !team::may_lead(world, &event.pair) {
                found.add(
                    Rule::H5,
                    both,
                    "Keine der beiden Fachkräfte darf leiten",
                    None,
                );
            }
            if !team::speaks(world, known, &event.pair) {
                let reason = format!(
                    "Keine der beiden Fachkräfte spricht die Sprache der Gruppe ({})",
                    known.lang_name
                );
                found.add(Rule::H5, both, reason, None);
            }
            (known.needs, &known.needs_names)
        }
        Owner::Single(single) => {
            let known = &world.singles[single];
            (known.needs, &known.needs_names)
        }
    };
    for trainer in event.trainers() {
        let id = &world.trainers[trainer].id;
        if !team::qualified(world, trainer, needs) {
            let reason = format!(
                "{id} fehlt eine Qualifikation (nötig: {})",
                names.join(", ")
            );
            found.add(Rule::H5, [Party::Trainer(trainer)], reason, None);
        }
        let on = weekday_of(event.day);
        if !calendar::in_hours(world, trainer, on, event.span) {
            let reason = format!(
                "{id} arbeitet am {} um {} nicht",
                weekday(on),
                time(event.span)
            );
            found.add(Rule::H6, [Party::Trainer(trainer)], reason, None);
        }
    }
}

/// H2, H8, H9, H10 of an event that is not entered yet.
fn occupancy_findings(world: &World, bookings: &Bookings, event: &Event, found: &mut Findings) {
    let Event {
        day,
        span,
        facility,
        room,
        ..
    } = *event;
    let taken_by = |one: &Booking| owner_name(world, one.owner);
    for one in occupancy::in_room(bookings, room, day, span) {
        let (party, name) = taken_by(one);
        let reason = format!("Im Raum {} ist {name}", world.rooms[room].id);
        found.add(Rule::H2, [Party::Room(room), party], reason, Some(day));
    }
    for trainer in event.trainers() {
        let known = &world.trainers[trainer];
        for one in occupancy::beside(world, bookings, trainer, day, (span, facility)) {
            let (party, name) = taken_by(one);
            let way = occupancy::way(world, one.facility, facility);
            let reason = if one.span.overlaps(span) {
                format!("{} hält zur selben Zeit {name}", known.id)
            } else {
                format!(
                    "{} hält {name} in {} und braucht für den Weg {}",
                    known.id,
                    world.facilities[one.facility].id,
                    german::duration_minutes(u32::from(way))
                )
            };
            found.add(
                Rule::H8,
                [Party::Trainer(trainer), party],
                reason,
                Some(day),
            );
        }
        if occupancy::day_full(world, bookings, trainer, day) {
            let reason = format!("{} hat schon {} Termine am Tag", known.id, known.max_day);
            found.add(Rule::H9, [Party::Trainer(trainer)], reason, Some(day));
        }
        if occupancy::week_full(world, bookings, trainer, week_of(day), span.to - span.from) {
            let reason = format!(
                "{} käme über die Wochenarbeitszeit von {}",
                known.id,
                german::duration_minutes(known.max_week)
            );
            found.add(Rule::H9, [Party::Trainer(trainer)], reason, Some(day));
        }
    }
    if occupancy::crowded(world, bookings, facility, day, &event.pair) {
        let reason = format!(
            "In {} wären mehr als {} externe Personen",
            world.facilities[facility].id, world.facilities[facility].ext_cap
        );
        found.add(Rule::H10, [Party::Facility(facility)], reason, Some(day));
    }
}

/// Every rule one proposed event breaks on its own and beside what is booked: H1, H2, H5 to H10. The event itself must
/// not be entered in `bookings`. For a one-to-one event also H3, H4, H20 and H21; `singles` are the person's other ones.
pub fn event_violations(
    world: &World,
    bookings: &Bookings,
    plan_singles: &Table<SingleKey, Option<Appointment>>,
    event: &Event,
) -> Vec<Violation> {
    let mut found = Findings::default();
    calendar_findings(world, event, &mut found);
    occupancy_findings(world, bookings, event, &mut found);
    if let Owner::Single(single) = event.owner {
        single_findings(world, single, event, &mut found);
        let person = world.singles[single].person;
        for other in members::own_events(world, plan_singles, person, event.day, event.span) {
            if other != single {
                let reason = format!(
                    "{} hat zur selben Zeit den Einzeltermin {}",
                    world.people[person].id, world.singles[other].id
                );
                let parties = [Party::Person(person), Party::Single(other)];
                found.add(Rule::H20, parties, reason, Some(event.day));
            }
        }
    }
    found.into_violations(world)
}

/// H3, H4, H21 of a one-to-one event.
pub(super) fn single_findings(
    world: &World,
    single: SingleKey,
    event: &Event,
    found: &mut Findings,
) {
    let known = &world.singles[single];
    let person = &world.people[known.person];
    let about = [Party::Single(single), Party::Person(known.person)];
    if !singles::in_range(known, event.day) {
        let reason = format!(
            "{} ist nur vom {} bis {} möglich",
            known.id,
            date(world, known.range.0),
            date(world, known.range.1)
        );
        found.add(Rule::H21, about, reason, Some(event.day));
    }
    for trainer in event.trainers() {
        if !singles::right_trainer(known, trainer) {
            let fixed = known
                .trainer
                .map_or("", |fixed| world.trainers[fixed].id.as_str());
            let reason = format!("{} muss von {fixed} gehalten werden", known.id);
            found.add(Rule::H21, about, reason, None);
        }
    }
    if members::blocked_on(world, known.person, event.day, event.span) {
        let reason = format!("{} ist verhindert", person.id);
        found.add(Rule::H21, about, reason, Some(event.day));
    }
    if !singles::still_there(world, known, event.day) {
        let reason = format!("{} ist nicht mehr da", person.id);
        found.add(Rule::H21, about, reason, Some(event.day));
    }
    if !members::secure(world, event.room, known.person) {
        let reason = format!(
            "Der Raum {} ist für {} nicht sicher genug",
            world.rooms[event.room].id, person.id
        );
        found.add(Rule::H4, about, reason, None);
    }
    if !singles::seats_suffice(world, known, event.room) {
        let reason = format!(
            "Der Raum {} hat zu wenig Plätze",
            world.rooms[event.room].id
        );
        found.add(Rule::H3, about, reason, None);
    }
}

/// A wish for a weekly pattern: from `first_week` on, every week that is possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    /// The pattern; its weeks are worked out.
    pub pattern: Placement,
    /// The week in which it shall begin.
    pub first_week: i32,
}

/// H11: weeks in which the pattern can be held as far as calendar data go.
fn possible_weeks(world: &World, group: GroupKey, pattern: &Placement) -> Weeks {
    let Placement {
        span,
        room,
        team,
        weekday,
        ..
    } = *pattern;
    let facility = world.groups[group].facility;
    calendar::place_weeks(world, facility, room, weekday, span)
        & calendar::team_weeks(world, facility, &team, weekday)
}

/// The weeks of a wish: its first week, possible or not, and then every week that is possible.
pub fn wished_weeks(world: &World, group: GroupKey, wish: &Wish) -> Weeks {
    let possible = possible_weeks(world, group, &wish.pattern) | Weeks::only(wish.first_week);
    series::pattern_weeks(possible, wish.first_week, world.groups[group].sessions)
}

/// Every rule a weekly pattern of a group breaks: H1 to H14 and H16 to H20 for these members. The group itself must
/// not be entered in `bookings`.
pub fn pattern_violations(
    world: &World,
    bookings: &Bookings,
    plan_singles: &Table<SingleKey, Option<Appointment>>,
    group: GroupKey,
    wish: &Wish,
    people: &[PersonKey],
) -> Vec<Violation> {
    let known = &world.groups[group];
    let mut found = Findings::default();
    let on = wish.pattern.weekday;
    let held = wished_weeks(world, group, wish);
    let about = [Party::Group(group)];
    if !series::may_start(known, wish.first_week) {
        let (first, last) = known.start_weeks;
        let reason = format!(
            "{} darf nur in den Wochen {} bis {} beginnen, nicht in Woche {}",
            known.id,
            first + 1,
            last + 1,
            wish.first_week + 1
        );
        found.add(Rule::H13, about, reason, None);
    }
    if !possible_weeks(world, group, &wish.pattern).has(wish.first_week) {
        found.add(
            Rule::H11,
            about,
            "Die erste Woche ist nach dem Kalender nicht möglich",
            Some(wish.first_week * 7 + Day::from(on)),
        );
    }
    if held.count() < u32::from(known.sessions) {
        let reason = format!(
            "Bis zum Ende des Planungszeitraums sind nur {} statt {} Sitzungen möglich",
            held.count(),
            known.sessions
        );
        found.add(Rule::H12, about, reason, None);
    }
    if !series::skips_allowed(known, held) {
        let reason = format!(
            "{} Wochen fielen aus, höchstens {} sind erlaubt",
            series::skipped(held),
            known.max_skips
        );
        found.add(Rule::H11, about, reason, None);
    }
    let course = Course::weekly(
        &Placement {
            held,
            ..wish.pattern
        },
        people.to_vec(),
    );
    for (number, session) in course.sessions.iter().enumerate() {
        let event = Event::session(world, group, number, session);
        calendar_findings(world, &event, &mut found);
        occupancy_findings(world, bookings, &event, &mut found);
    }
    member_findings(world, group, &course, &mut found);
    for member in people {
        for session in &course.sessions {
            let span = session.span(known.minutes);
            for single in members::own_events(world, plan_singles, *member, session.day, span) {
                let reason = format!(
                    "{} hat zur selben Zeit den Einzeltermin {}",
                    world.people[*member].id, world.singles[single].id
                );
                let parties = [Party::Person(*member), Party::Single(single)];
                found.add(Rule::H20, parties, reason, Some(session.day));
            }
        }
    }
    found.into_violations(world)
}

/// H3, H4, H14, H16 to H19 of a course's members.
pub(super) fn member_findings(
    world: &World,
    group: GroupKey,
    course: &Course,
    found: &mut Findings,
) {
    let known = &world.groups[group];
    let count = course.members.len();
    let about = [Party::Group(group)];
    let seats = members::seats(world, course.room);
    if count > seats {
        let reason = format!(
            "Der Raum {} hat Platz für {seats} Teilnehmende, es sind {count}",
            world.rooms[course.room].id
        );
        found.add(
            Rule::H3,
            [Party::Group(group), Party::Room(course.room)],
            reason,
            None,
        );
    }
    if count > known.max {
        let reason = format!(
            "{count} Teilnehmende, höchstens {} sind vorgesehen",
            known.max
        );
        found.add(Rule::H14, about, reason, None);
    }
    if count < known.min {
        let reason = format!("{count} Teilnehmende, mindestens {} sind nötig", known.min);
        found.add(Rule::H14, about, reason, None);
    }
    for (place, member) in course.members.iter().enumerate() {
        if !members::secure(world, course.room, *member) {
            let reason = format!(
                "Der Raum {} ist für {} nicht sicher genug",
                world.rooms[course.room].id, world.people[*member].id
            );
            let parties = [Party::Person(*member), Party::Room(course.room)];
            found.add(Rule::H4, parties, reason, None);
        }
        one_member(world, group, course, *member, found);
        for other in course.members.iter().skip(place + 1) {
            if members::separated(world, *member, *other) {
                let reason = format!(
                    "{} und {} dürfen nicht in dieselbe Gruppe",
                    world.people[*member].id, world.people[*other].id
                );
                let parties = [Party::Person(*member), Party::Person(*other)];
                found.add(Rule::H19, parties, reason, None);
            }
        }
    }
}

/// H16, H17, H18 of one member.
pub(super) fn one_member(
    world: &World,
    group: GroupKey,
    course: &Course,
    member: PersonKey,
    found: &mut Findings,
) {
    let (known, person) = (&world.groups[group], &world.people[member]);
    let about = [Party::Person(member), Party::Group(group)];
    if !members::in_the_right_place(world, known, member) {
        let reason = format!(
            "{} gehört nicht zum Kreis der Gruppe {}",
            person.id, known.id
        );
        found.add(Rule::H16, about, reason, None);
    }
    if !members::understands(world, known, member) {
        let reason = format!(
            "{} spricht die Sprache der Gruppe ({}) nicht",
            person.id, known.lang_name
        );
        found.add(Rule::H16, about, reason, None);
    }
    if let Some(last) = course.last_day()
        && !members::stays(world, member, last)
    {
        let reason = format!(
            "{} ist ab {} nicht mehr da, die Gruppe endet am {}",
            person.id,
            date(world, person.out),
            date(world, last)
        );
        found.add(Rule::H17, about, reason, None);
    }
    let missed = super::super::objective::missed(world, known.minutes, course, member);
    if !members::may_miss(known, missed) {
        let reason = format!(
            "{} würde {missed} Sitzungen versäumen, höchstens {} sind erlaubt",
            person.id, known.max_missed
        );
        found.add(Rule::H18, about, reason, None);
    }
}
