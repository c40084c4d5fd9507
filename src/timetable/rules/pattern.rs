//! A weekly pattern of a group with its members against all rules, in words.

use super::super::bookings::{Bookings, Event};
use super::super::measure;
use super::super::objective::missed;
use super::super::placements::Placement;
use super::super::world::{
    Appointment, Course, Day, GroupKey, PersonKey, SingleKey, Table, Weeks, World,
};
use super::event::{calendar_findings, occupancy_findings};
use super::findings::{Findings, date};
use super::{Party, Rule, Violation, calendar, members, series};

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
            "Bis zum Ende des Planungszeitraums reicht die Zeit nur für {} von {} Sitzungen",
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
fn member_findings(world: &World, group: GroupKey, course: &Course, found: &mut Findings) {
    let known = &world.groups[group];
    let count = course.members.len();
    let about = [Party::Group(group)];
    let seats = members::seats(world, course.room);
    if measure::overfull(count, seats) {
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
    let missed = missed(world, known.minutes, course, member);
    if !members::may_miss(known, missed) {
        let reason = format!(
            "{} würde {missed} Sitzungen versäumen, höchstens {} sind erlaubt",
            person.id, known.max_missed
        );
        found.add(Rule::H18, about, reason, None);
    }
}
