//! Why a wish cannot be had, rule by rule, and what comes nearest to it.

use super::bookings::{Bookings, Event};
use super::placements::{self, Placement};

use super::rules::{
    Party, Rule, Violation, Wish, event_violations, members, occupancy, pattern_violations,
    wished_weeks,
};
use super::seating;
use super::world::{
    Appointment, Day, GroupKey, PersonKey, Plan, Session, SingleKey, Span, Table, World,
};

/// Alternatives that are offered.
const ALTERNATIVES: usize = 3;

/// The answer to a wish.
#[derive(Clone, Debug)]
pub struct Explanation<A> {
    /// Every rule the wish breaks; none means that it can be had.
    pub violations: Vec<Violation>,
    /// What can be had instead, the nearest first; the wish itself does not stand here.
    pub alternatives: Vec<A>,
}

/// What was worked out about a world while questions were answered: kept for the next ones about the same world.
#[derive(Debug, Clone)]
pub struct Memory {
    patterns: Table<GroupKey, Option<Vec<Placement>>>,
    places: Table<SingleKey, Option<Vec<Appointment>>>,
}

impl Memory {
    /// Nothing is worked out yet.
    pub fn new(world: &World) -> Self {
        Self {
            patterns: Table::like(&world.groups, None),
            places: Table::like(&world.singles, None),
        }
    }
}

/// Answers questions about one plan. The patterns of a group are worked out when it is first asked about.
pub struct Explainer<'w> {
    world: &'w World,
    plan: Plan,
    bookings: Bookings,
    memory: Memory,
}

impl<'w> Explainer<'w> {
    /// An explainer for a plan.
    pub fn new(world: &'w World, plan: Plan) -> Self {
        Self::remembering(world, plan, Memory::new(world))
    }

    /// The same with what was worked out about this world before.
    pub fn remembering(world: &'w World, plan: Plan, memory: Memory) -> Self {
        Self {
            world,
            bookings: Bookings::of(world, &plan),
            memory,
            plan,
        }
    }

    /// What was worked out, for the next time.
    pub fn into_memory(self) -> Memory {
        self.memory
    }

    /// The plan that is asked about.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Who would sit in the group: its members, or those of the waiting who suit when it is not held.
    pub fn members_for(&self, group: GroupKey, pattern: &Placement) -> Vec<PersonKey> {
        match &self.plan.groups[group] {
            Some(course) => course.members.clone(),
            None => {
                let pool = seating::pool(self.world, &self.plan, group);
                seating::choose(self.world, &self.plan.singles, group, pattern, &pool)
            }
        }
    }

    /// A weekly pattern for a group: what speaks against it, and the nearest ones that can be had with everything else
    /// as it is.
    pub fn group(&mut self, group: GroupKey, wish: &Wish) -> Explanation<Placement> {
        let world = self.world;
        if let Some(course) = &self.plan.groups[group] {
            self.bookings.remove_course(world, group, course);
        }
        let mut wish = *wish;
        wish.pattern.held = wished_weeks(world, group, &wish);
        let people = self.members_for(group, &wish.pattern);
        let singles = &self.plan.singles;
        let violations = pattern_violations(world, &self.bookings, singles, group, &wish, &people);
        let alternatives = self.nearest(group, &wish);
        if let Some(course) = &self.plan.groups[group] {
            self.bookings.add_course(world, group, course);
        }
        Explanation {
            violations,
            alternatives,
        }
    }

    fn nearest(&mut self, group: GroupKey, wish: &Wish) -> Vec<Placement> {
        let world = self.world;
        let patterns =
            self.memory.patterns[group].get_or_insert_with(|| placements::of_group(world, group));
        let mut order: Vec<(u32, u32)> = (0u32..)
            .zip(patterns.iter())
            .map(|(place, pattern)| (distance(wish, pattern), place))
            .filter(|(far, _)| *far > 0)
            .collect();
        order.sort_unstable();
        let known = &world.groups[group];
        let members = self.plan.groups[group]
            .as_ref()
            .map(|course| course.members.as_slice());
        let pool = match members {
            Some(_) => Vec::new(),
            None => seating::pool(world, &self.plan, group),
        };
        let mut found: Vec<Placement> = Vec::new();
        for (_, place) in order {
            let Some(pattern) = patterns.get(place as usize) else {
                continue;
            };
            if !occupancy::leaves_room_weekly(world, &self.bookings, known.facility, pattern) {
                continue;
            }
            let singles = &self.plan.singles;
            let seated = match members {
                Some(members) => {
                    members.len() <= members::most(world, known, pattern.room)
                        && members
                            .iter()
                            .all(|one| seating::suits(world, singles, group, pattern, *one))
                }
                None => seating::choose(world, singles, group, pattern, &pool).len() >= known.min,
            };
            if seated {
                found.push(*pattern);
                if found.len() == ALTERNATIVES {
                    break;
                }
            }
        }
        found
    }

    /// One session of a group on a certain date: what speaks against it. The session keeps its number in the series.
    pub fn session(
        &mut self,
        group: GroupKey,
        number: usize,
        session: &Session,
    ) -> Explanation<Session> {
        let world = self.world;
        let old = self.plan.groups[group]
            .as_ref()
            .and_then(|course| course.sessions.get(number).copied());
        if let Some(old) = &old {
            self.bookings
                .remove(world, &Event::session(world, group, number, old));
        }
        let violations = self.session_violations(group, number, session);
        let alternatives = self.nearest_sessions(group, number, session);
        if let Some(old) = &old {
            self.bookings
                .add(world, &Event::session(world, group, number, old));
        }
        Explanation {
            violations,
            alternatives,
        }
    }

    fn session_violations(
        &self,
        group: GroupKey,
        number: usize,
        session: &Session,
    ) -> Vec<Violation> {
        let (world, known) = (self.world, &self.world.groups[group]);
        let event = Event::session(world, group, number, session);
        let mut found = event_violations(world, &self.bookings, &self.plan.singles, &event);
        let Some(course) = &self.plan.groups[group] else {
            return found;
        };
        let mut moved = course.clone();
        if let Some(place) = moved.sessions.get_mut(number) {
            *place = *session;
        }
        for one in super::rules::check::course_violations(world, group, &moved) {
            // What the event itself breaks stands there already, with its reasons.
            let of_series = matches!(
                one.rule,
                Rule::H3 | Rule::H4 | Rule::H11 | Rule::H12 | Rule::H13 | Rule::H17 | Rule::H18
            );
            if of_series && !found.contains(&one) {
                found.push(one);
            }
        }
        for member in &course.members {
            let span = session.span(known.minutes);
            for single in members::own_events(world, &self.plan.singles, *member, session.day, span)
            {
                let text = format!(
                    "{} hat zur selben Zeit den Einzeltermin {}.",
                    world.people[*member].id, world.singles[single].id
                );
                let parties = [Party::Person(*member), Party::Single(single)];
                found.push(Violation::new(Rule::H20, parties, text));
            }
        }
        if session.day < world.now() {
            let text = "Vergangenes wird nicht mehr geändert.";
            found.push(Violation::new(Rule::H22, [Party::Group(group)], text));
        }
        found.sort_by_key(|one| one.rule);
        found
    }

    /// Free places of one session within a week of the wish, the nearest first.
    fn nearest_sessions(&self, group: GroupKey, number: usize, wish: &Session) -> Vec<Session> {
        let (world, known) = (self.world, &self.world.groups[group]);
        let slots = placements::slots(world, group);
        let pairs = placements::pairs(world, group);
        let mut order = Vec::new();
        for day in wish.day - 7..=wish.day + 7 {
            let on = super::world::weekday_of(day);
            for (_, span) in slots.iter().filter(|(weekday, _)| *weekday == on) {
                for room in &world.facilities[known.facility].rooms {
                    for (place, team) in pairs.iter().enumerate() {
                        let far = day.abs_diff(wish.day) * 20
                            + u32::from(span.from.abs_diff(wish.start)) / 30
                            + if *room == wish.room { 0 } else { 3 }
                            + strangers(team, &wish.trainers) * 4;
                        if far > 0 {
                            order.push((far, day, span.from, *room, place));
                        }
                    }
                }
            }
        }
        order.sort_unstable();
        let mut found = Vec::new();
        for (_, day, start, room, place) in order {
            let Some(trainers) = pairs.get(place).copied() else {
                continue;
            };
            let session = Session {
                day,
                start,
                room,
                trainers,
            };
            let event = Event::session(world, group, number, &session);
            if occupancy::leaves_room(world, &self.bookings, &event)
                && day >= world.now()
                && self.session_violations(group, number, &session).is_empty()
            {
                found.push(session);
                if found.len() == ALTERNATIVES {
                    break;
                }
            }
        }
        found
    }

    /// A place for a one-to-one event: what speaks against it, and the nearest places that can be had.
    pub fn single(&mut self, single: SingleKey, wish: &Appointment) -> Explanation<Appointment> {
        let world = self.world;
        let old = self.plan.singles[single];
        if let Some(old) = &old {
            self.bookings
                .remove(world, &Event::single(world, single, old));
        }
        let mut violations = self.single_violations(single, wish);
        if wish.day < world.now() {
            let text = "Vergangenes wird nicht mehr geändert.";
            violations.push(Violation::new(Rule::H22, [Party::Single(single)], text));
        }
        let places =
            self.memory.places[single].get_or_insert_with(|| placements::of_single(world, single));
        let mut order: Vec<(u32, u32)> = (0u32..)
            .zip(places.iter())
            .map(|(place, other)| {
                let far = other.day.abs_diff(wish.day) * 20
                    + u32::from(other.start.abs_diff(wish.start)) / 30
                    + if other.room == wish.room { 0 } else { 3 }
                    + if other.trainer == wish.trainer { 0 } else { 4 };
                (far, place)
            })
            .filter(|(far, _)| *far > 0)
            .collect();
        order.sort_unstable();
        let mut alternatives = Vec::new();
        for (_, place) in order {
            let Some(place) = self.memory.places[single]
                .as_ref()
                .and_then(|places| places.get(place as usize).copied())
            else {
                continue;
            };
            let event = Event::single(world, single, &place);
            if occupancy::leaves_room(world, &self.bookings, &event)
                && self.single_violations(single, &place).is_empty()
            {
                alternatives.push(place);
                if alternatives.len() == ALTERNATIVES {
                    break;
                }
            }
        }
        if let Some(old) = &old {
            self.bookings.add(world, &Event::single(world, single, old));
        }
        Explanation {
            violations,
            alternatives,
        }
    }

    fn single_violations(&self, single: SingleKey, place: &Appointment) -> Vec<Violation> {
        let world = self.world;
        let event = Event::single(world, single, place);
        let mut found = event_violations(world, &self.bookings, &self.plan.singles, &event);
        let person = world.singles[single].person;
        for (group, course) in self.plan.groups.iter() {
            let Some(course) = course else { continue };
            let meets = |one: &Session| {
                one.day == event.day && one.span(world.groups[group].minutes).overlaps(event.span)
            };
            if course.members.contains(&person) && course.sessions.iter().any(meets) {
                let text = format!(
                    "{} ist zur selben Zeit in Gruppe {}.",
                    world.people[person].id, world.groups[group].id
                );
                let parties = [Party::Person(person), Party::Group(group)];
                found.push(Violation::new(Rule::H20, parties, text));
            }
        }
        found
    }
}

/// Trainers of the one pair who are not in the other.
fn strangers<T: PartialEq>(team: &[T; 2], other: &[T; 2]) -> u32 {
    team.iter().map(|one| u32::from(!other.contains(one))).sum()
}

/// How far a pattern is from a wish: another day of the week weighs most, then trainers, room, weeks and time.
fn distance(wish: &Wish, pattern: &Placement) -> u32 {
    let Placement {
        span,
        room,
        team,
        weekday,
        ..
    } = wish.pattern;
    let days = u32::from(weekday.abs_diff(pattern.weekday));
    days * 20
        + u32::from(span.from.abs_diff(pattern.span.from)) / 30
        + if room == pattern.room { 0 } else { 3 }
        + strangers(&pattern.team, &team) * 4
        + wish.first_week.abs_diff(pattern.first_week()) * 2
}

/// A wish from its parts.
pub fn wish(
    world: &World,
    group: GroupKey,
    (weekday, start): (u8, u16),
    room: super::world::RoomKey,
    team: [super::world::TrainerKey; 2],
    first_week: Day,
) -> Wish {
    Wish {
        pattern: Placement {
            held: super::world::Weeks::NONE,
            span: Span::lasting(start, world.groups[group].minutes),
            room,
            team,
            weekday,
        },
        first_week,
    }
}
