//! One event against all rules, in words: the noes of the rules become sentences here.

use super::super::bookings::{Booking, Bookings, Event, Owner};
use super::super::world::{Appointment, SingleKey, Table, Traits, World, week_of, weekday_of};
use super::findings::{Findings, date, owner_name, time, weekday};
use super::{Party, Rule, Violation, calendar, members, occupancy, singles, team};
use crate::base::german;

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
        let reason = format!(
            "Der Raum {} steht nicht zur Verfügung",
            world.rooms[room].id
        );
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
        Owner::Fixed(_) => return,
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
pub(super) fn occupancy_findings(
    world: &World,
    bookings: &Bookings,
    event: &Event,
    found: &mut Findings,
) {
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
