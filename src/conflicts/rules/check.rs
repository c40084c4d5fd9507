//! The check of one session against everything else, through an index by day.

use std::collections::{BTreeSet, HashMap};

use time::{Date, Duration};
use uuid::Uuid;

use super::words::{self, by_group};
use super::{
    Conflict, Expected, Group, Kind, Meeting, Person, Room, Span, Trainer, Weight, What, World,
};
use crate::base::calendar::saxon_holiday;
use crate::base::ids::{FacilityId, GroupId, GroupSessionId, PersonId, StaffId};
use crate::cover::rules::{Gap, gap};
use crate::cover::travel;
use crate::timetable::measure;

/// The sessions of one day.
#[derive(Debug, Default)]
struct DayOf<'a> {
    meetings: Vec<&'a Meeting>,
    visits: Vec<(StaffId, FacilityId, Span)>,
    /// External staff in the house.
    external: BTreeSet<StaffId>,
}

/// What is known, sorted by day. Making it costs one look at everything, a check only the session's own day.
#[derive(Debug)]
pub struct Index<'a> {
    world: &'a World,
    days: HashMap<Date, DayOf<'a>>,
    separated: HashMap<PersonId, Vec<PersonId>>,
    catch_ups: BTreeSet<GroupSessionId>,
}

impl<'a> Index<'a> {
    /// The index of a world, with `plan` in the place of the series of the group `replaced`; its catch-up sessions stay.
    pub fn new(world: &'a World, plan: &'a [Meeting], replaced: Option<GroupId>) -> Self {
        let mut days: HashMap<Date, DayOf<'a>> = HashMap::new();
        let known = world
            .meetings
            .iter()
            .filter(|meeting| Some(meeting.group) != replaced || meeting.is_catch_up())
            .chain(plan);
        for meeting in known.filter(|meeting| !meeting.cancelled) {
            let day = days.entry(meeting.day).or_default();
            let here = world
                .groups
                .get(&meeting.group)
                .and_then(|group| group.place);
            if here.map(|(house, _)| house) == world.house.id {
                day.external.extend(&meeting.staff);
            }
            day.meetings.push(meeting);
        }
        for (staff, trainer) in &world.staff {
            for (house, day, span) in &trainer.visits {
                let day = days.entry(*day).or_default();
                day.visits.push((*staff, *house, *span));
                if Some(*house) == world.house.id {
                    day.external.insert(*staff);
                }
            }
        }
        let mut separated: HashMap<PersonId, Vec<PersonId>> = HashMap::new();
        for (one, other) in &world.separations {
            separated.entry(*one).or_default().push(*other);
            separated.entry(*other).or_default().push(*one);
        }
        let catch_ups = world.meetings.iter().filter(|one| one.is_catch_up());
        Self {
            world,
            days,
            separated,
            catch_ups: catch_ups.map(|one| one.id).collect(),
        }
    }

    /// Everything that stands against a session, hard ones first.
    pub fn check(&self, meeting: &Meeting) -> Vec<Conflict> {
        if meeting.cancelled {
            return Vec::new();
        }
        let mut found = Found {
            meeting,
            list: Vec::new(),
        };
        let empty = Group::default();
        let group = self.world.groups.get(&meeting.group).unwrap_or(&empty);
        if let Some(day) = self.days.get(&meeting.day) {
            self.others(day, &mut found);
            self.limit(day, &mut found);
        }
        self.load(&mut found);
        self.access(group, &mut found);
        self.house(&mut found);
        let members: Vec<(PersonId, &Person)> = group
            .members
            .iter()
            .filter(|member| member.expected(meeting.day) && meeting.expected.has(member.person))
            .filter_map(|member| Some((member.person, self.world.people.get(&member.person)?)))
            .collect();
        self.room(group, &members, &mut found);
        for (id, person) in &members {
            self.person(*id, person, &mut found);
            // Whoever comes alone meets nobody.
            if meeting.expected != Expected::One {
                self.apart(*id, person, &members, &mut found);
            }
        }
        let mut list = found.list;
        list.sort_by(|left, right| {
            (left.weight, left.kind, &left.text).cmp(&(right.weight, right.kind, &right.text))
        });
        list.dedup();
        list
    }

    /// Everything that stands against some sessions, in their order.
    pub fn check_all<'m>(&self, meetings: impl IntoIterator<Item = &'m Meeting>) -> Vec<Conflict> {
        meetings
            .into_iter()
            .flat_map(|meeting| self.check(meeting))
            .collect()
    }

    fn trainer(&self, id: StaffId) -> Option<&'a Trainer> {
        self.world.staff.get(&id)
    }

    fn others(&self, day: &DayOf<'_>, found: &mut Found<'_>) {
        let meeting = found.meeting;
        let room = self.world.rooms.get(&meeting.room);
        let here = self.house_of(meeting.group);
        for other in &day.meetings {
            if other.id == meeting.id {
                continue;
            }
            let shared = meeting.staff.iter().filter(|id| other.staff.contains(id));
            if !other.span.meets(meeting.span) {
                for staff in shared {
                    let there = (self.house_of(other.group), other.span);
                    self.on_the_way(here, *staff, there, Some(other.id.0), found);
                }
                continue;
            }
            let group = self.world.groups.get(&other.group);
            let name = group.and_then(|group| group.name.as_deref());
            if measure::room_taken(
                (other.room, (other.span.from, other.span.to)),
                (meeting.room, (meeting.span.from, meeting.span.to)),
            ) {
                let text = format!(
                    "{} ist {} {}belegt.",
                    words::room(room),
                    words::span(other.span),
                    by_group("durch", name)
                );
                found.hard(Kind::RoomBusy, meeting.room.0, Some(other.id.0), text);
            }
            for staff in shared {
                let text = format!(
                    "{} ist {} {}.",
                    words::trainer(self.trainer(*staff)),
                    words::span(other.span),
                    name.map_or_else(
                        || "in einem anderen Termin".to_owned(),
                        |name| format!("in „{name}“")
                    )
                );
                found.hard(Kind::TrainerBusy, staff.0, Some(other.id.0), text);
            }
        }
        for (staff, house, span) in &day.visits {
            if !meeting.staff.contains(staff) {
                continue;
            }
            if !span.meets(meeting.span) {
                self.on_the_way(here, *staff, (Some(*house), *span), None, found);
            } else {
                let text = format!(
                    "{} ist {} in einem Einzeltermin.",
                    words::trainer(self.trainer(*staff)),
                    words::span(*span)
                );
                found.hard(Kind::TrainerBusy, staff.0, None, text);
            }
        }
    }

    fn house_of(&self, group: GroupId) -> Option<FacilityId> {
        let place = self.world.groups.get(&group).and_then(|group| group.place);
        place.map(|(house, _)| house)
    }

    /// Minutes from one house to another with the entry procedure; none where they are one or a town is not known.
    fn way(&self, one: Option<FacilityId>, other: Option<FacilityId>) -> i64 {
        let town = |house| self.world.towns.get(&house);
        match (one, other) {
            (Some(one), Some(other)) if one != other => match (town(one), town(other)) {
                (Some(from), Some(to)) => travel::way(from, to) + travel::GATE,
                _ => 0,
            },
            _ => 0,
        }
    }

    /// Somebody comes from another house, or has to go there: where the other event is, the viewer need not know.
    fn on_the_way(
        &self,
        here: Option<FacilityId>,
        staff: StaffId,
        (there, span): (Option<FacilityId>, Span),
        other: Option<Uuid>,
        found: &mut Found<'_>,
    ) {
        let own = found.meeting.span;
        let way = self.way(here, there);
        if way == 0 || !measure::too_close((own.from, own.to), (span.from, span.to), way) {
            return;
        }
        let text = format!(
            "{} ist {} in einer anderen Einrichtung; Weg und Einlass brauchen etwa {}.",
            words::trainer(self.trainer(staff)),
            words::span(span),
            words::minutes(way)
        );
        let cause = format!("{span:?} {way}");
        found.soft(Kind::TrainerWay, staff.0, other, text, cause);
    }

    fn limit(&self, day: &DayOf<'_>, found: &mut Found<'_>) {
        let (Some(limit), Some(house)) = (self.world.house.limit, self.world.house.id) else {
            return;
        };
        let number = i64::try_from(day.external.len()).unwrap_or(i64::MAX);
        if measure::crowded(number, limit) {
            let text = format!(
                "An diesem Tag kommen {number} externe Fachkräfte ins Haus, erlaubt sind {limit}."
            );
            found.hard(Kind::StaffLimit, house.0, None, text);
        }
    }

    /// H9 of the timetable: sessions of groups alone; talks are shorter and many a day.
    fn load(&self, found: &mut Found<'_>) {
        let meeting = found.meeting;
        for staff in &meeting.staff {
            let held = |day: Date| {
                let sessions = self.days.get(&day).into_iter();
                sessions
                    .flat_map(|day| &day.meetings)
                    .filter(|one| one.id != meeting.id && one.staff.contains(staff))
            };
            let name = words::trainer(self.trainer(*staff));
            let number = held(meeting.day).count() + 1;
            if measure::overloaded(number, usize::from(measure::MOST_A_DAY)) {
                let text = format!(
                    "{name} hielte an diesem Tag {number} Sitzungen; geplant werden höchstens {}.",
                    measure::MOST_A_DAY
                );
                found.soft(Kind::TrainerLoad, staff.0, None, text, "day".to_owned());
            }
            let back = i64::from(meeting.day.weekday().number_days_from_monday());
            let week = (0..7).filter_map(|day| meeting.day.checked_add(Duration::days(day - back)));
            let length = |one: &Meeting| one.span.to - one.span.from;
            let others: i64 = week.flat_map(held).map(|one| length(one)).sum();
            let minutes = others + length(meeting);
            let most = i64::from(measure::MOST_A_WEEK);
            if measure::overloaded(minutes, most) {
                let text = format!(
                    "{name} käme in dieser Woche auf {} mit Gruppen; mehr als {} werden nicht geplant.",
                    words::minutes(minutes),
                    words::minutes(most)
                );
                found.soft(Kind::TrainerLoad, staff.0, None, text, "week".to_owned());
            }
        }
    }

    fn access(&self, group: &Group, found: &mut Found<'_>) {
        let Some(place) = group.place else { return };
        let meeting = found.meeting;
        for id in &meeting.staff {
            let Some(trainer) = self.trainer(*id) else {
                continue;
            };
            let Some(facts) = trainer.access.get(&place) else {
                continue;
            };
            let Some(gap) = gap(facts, meeting.day) else {
                continue;
            };
            let kind = if gap == Gap::Absent {
                Kind::TrainerAbsent
            } else {
                Kind::TrainerAccess
            };
            let today = self.world.today.unwrap_or(meeting.day);
            let text = format!("{}: {}.", trainer.name, gap.words(today));
            found.soft(kind, id.0, None, text, format!("{gap:?}"));
        }
    }

    fn house(&self, found: &mut Found<'_>) {
        let (meeting, house) = (found.meeting, &self.world.house);
        let about = house.id.map(|id| id.0).unwrap_or_default();
        if let Some(name) = saxon_holiday(meeting.day) {
            let text = format!("Feiertag: {name}.");
            found.soft(Kind::Closed, about, None, text, name.to_owned());
        }
        for reason in house.closed_on(meeting.day) {
            let text = format!("Schließzeit: {reason}.");
            found.soft(Kind::Closed, about, None, text, reason.to_owned());
        }
        if let Some(window) = house.window
            && !measure::in_a_window(
                [(window.from, window.to)],
                (meeting.span.from, meeting.span.to),
            )
        {
            let text = format!(
                "Die Sitzung ist {}, das Haus lässt Maßnahmen {} zu.",
                words::span(meeting.span),
                words::span(window)
            );
            let cause = format!("{window:?}");
            found.soft(Kind::Window, about, None, text, cause);
        }
    }

    fn room(&self, group: &Group, members: &[(PersonId, &Person)], found: &mut Found<'_>) {
        let id = found.meeting.room;
        let Some(room) = self.world.rooms.get(&id) else {
            return;
        };
        let come = i64::try_from(members.len()).unwrap_or(i64::MAX);
        let (people, places) = match found.meeting.expected {
            Expected::All => (come, group.places),
            Expected::One => (come.min(1), 1),
            Expected::Only(_) => (come, come),
        };
        if measure::overfull(people, room.places) {
            let what = match found.meeting.expected {
                Expected::All => "in der Gruppe sind",
                Expected::One | Expected::Only(_) => "erwartet werden",
            };
            let text = format!(
                "{} hat {}, {what} {}.",
                words::room(Some(room)),
                words::places(room.places),
                words::people(people),
            );
            found.hard(Kind::RoomSmall, id.0, None, text);
        } else if measure::overfull(places, room.places) {
            let text = format!(
                "{} hat {}, die Gruppe ist für {} Personen gedacht.",
                words::room(Some(room)),
                words::places(room.places),
                places
            );
            let cause = format!("{places} {}", room.places);
            found.soft(Kind::RoomSmall, id.0, None, text, cause);
        }
        for reason in room.closed_on(found.meeting.day) {
            let text = format!("{} ist gesperrt: {reason}.", words::room(Some(room)));
            found.soft(Kind::RoomClosed, id.0, None, text, reason.to_owned());
        }
        for (person, known) in members {
            if !measure::secure(known.security, room.security) {
                self.secure(*person, known, room, found);
            }
        }
    }

    fn secure(&self, id: PersonId, person: &Person, room: &Room, found: &mut Found<'_>) {
        let text = format!(
            "{} braucht einen Raum der Sicherheitsstufe {}, {} hat Stufe {}.",
            words::person(person),
            person.security,
            words::room(Some(room)),
            room.security
        );
        let about = found.meeting.room.0;
        found.hard(Kind::RoomSecurity, id.0, Some(about), text);
    }

    fn person(&self, id: PersonId, person: &Person, found: &mut Found<'_>) {
        let meeting = found.meeting;
        let name = words::person(person);
        for engagement in &person.engagements {
            // The dates of the own series move with it, the catch-up sessions beside it do not.
            let own = matches!(&engagement.what, What::Session(session, group, _)
                if *session == meeting.id
                    || (*group == meeting.group
                        && !meeting.is_catch_up()
                        && !self.catch_ups.contains(session)));
            let apart = engagement
                .span
                .is_some_and(|span| !span.meets(meeting.span));
            if own || apart || !engagement.days.contains(meeting.day) {
                continue;
            }
            let kind = match engagement.what {
                What::Absent(_) => Kind::PersonAbsent,
                _ => Kind::PersonBusy,
            };
            let text = format!("{name} {}.", words::engagement(engagement));
            let other = match engagement.what {
                What::Session(session, ..) => Some(session.0),
                _ => None,
            };
            found.soft(kind, id.0, other, text, engagement.cause());
        }
        if let Some(words) = words::leaves(person, meeting.day) {
            let text = format!("{name} {words}.");
            found.soft(Kind::PersonLeaves, id.0, None, text, words);
        }
        if let Some(language) = &person.language {
            let spoken = measure::spoken(&meeting.staff, |staff| {
                self.trainer(*staff)
                    .is_some_and(|trainer| trainer.languages.contains(language))
            });
            if !spoken {
                let text = format!(
                    "{name} braucht die Sprache {}; niemand der Fachkräfte spricht sie.",
                    words::language(language)
                );
                found.soft(Kind::Language, id.0, None, text, language.clone());
            }
        }
    }

    fn apart(
        &self,
        id: PersonId,
        person: &Person,
        members: &[(PersonId, &Person)],
        found: &mut Found<'_>,
    ) {
        let Some(others) = self.separated.get(&id) else {
            return;
        };
        for (other, known) in members {
            // Once for each two.
            if id < *other && measure::apart(others, other) {
                let text = words::apart(person, known);
                found.hard(Kind::Separation, id.0, Some(other.0), text);
            }
        }
    }
}

/// The conflicts of a session so far.
struct Found<'m> {
    meeting: &'m Meeting,
    list: Vec<Conflict>,
}

impl Found<'_> {
    fn hard(&mut self, kind: Kind, about: Uuid, other: Option<Uuid>, text: String) {
        // Nobody takes a hard one on.
        self.add(kind, Weight::Hard, (about, other), text, String::new());
    }

    fn soft(&mut self, kind: Kind, about: Uuid, other: Option<Uuid>, text: String, cause: String) {
        self.add(kind, Weight::Soft, (about, other), text, cause);
    }

    fn add(
        &mut self,
        kind: Kind,
        weight: Weight,
        (about, other): (Uuid, Option<Uuid>),
        text: String,
        cause: String,
    ) {
        self.list.push(Conflict {
            kind,
            weight,
            session: self.meeting.id,
            group: self.meeting.group,
            day: self.meeting.day,
            span: self.meeting.span,
            about,
            other,
            text,
            cause,
        });
    }
}
