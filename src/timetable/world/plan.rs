//! A timetable on the compact model, and its way from and to a file.

use std::collections::HashMap;

use super::{
    Day, GroupKey, InstanceError, PersonKey, RoomKey, SingleKey, Span, Table, TrainerKey, World,
    week_of, weekday_of,
};
use crate::timetable::instance::{
    CourseRecord, GroupRecord, SessionRecord, SingleRecord, Solution,
};

/// A timetable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Every group: how it is held, or `None` when it is not.
    pub groups: Table<GroupKey, Option<Course>>,
    /// Every one-to-one event: when, or `None` when it has no date.
    pub singles: Table<SingleKey, Option<Appointment>>,
}

/// A group that is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    /// The pair it is known with.
    pub team: [TrainerKey; 2],
    /// The room of the pattern.
    pub room: RoomKey,
    /// The weekday of the pattern.
    pub weekday: u8,
    /// The starting minute of the pattern.
    pub start: u16,
    /// The week in which the pattern says it begins.
    pub first_week: i32,
    /// Every session in the order of the modules.
    pub sessions: Vec<Session>,
    /// Who takes part.
    pub members: Vec<PersonKey>,
}

/// A session of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// The day.
    pub day: Day,
    /// The starting minute.
    pub start: u16,
    /// Where.
    pub room: RoomKey,
    /// Who holds it.
    pub trainers: [TrainerKey; 2],
}

/// A one-to-one event with a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appointment {
    /// The day.
    pub day: Day,
    /// The starting minute.
    pub start: u16,
    /// Where.
    pub room: RoomKey,
    /// Who holds it.
    pub trainer: TrainerKey,
}

impl Session {
    /// The minutes it takes.
    pub fn span(&self, minutes: u16) -> Span {
        Span::lasting(self.start, minutes)
    }

    /// The same two trainers, in any order.
    pub fn same_team(&self, other: &[TrainerKey; 2]) -> bool {
        let [one, two] = *other;
        self.trainers == *other || self.trainers == [two, one]
    }
}

impl Course {
    /// The last day.
    pub fn last_day(&self) -> Option<Day> {
        self.sessions.last().map(|session| session.day)
    }

    /// The week of the first session.
    pub fn begins(&self) -> i32 {
        self.sessions
            .first()
            .map_or(self.first_week, |session| week_of(session.day))
    }
}

struct Names<'a> {
    rooms: HashMap<&'a str, RoomKey>,
    trainers: HashMap<&'a str, TrainerKey>,
    people: HashMap<&'a str, PersonKey>,
}

fn unknown(path: String, what: &str, name: &str) -> InstanceError {
    InstanceError {
        path,
        reason: format!("{what} „{name}“ gibt es nicht"),
    }
}

impl Names<'_> {
    fn room(&self, path: &str, name: &str) -> Result<RoomKey, InstanceError> {
        let found = self.rooms.get(name).copied();
        found.ok_or_else(|| unknown(path.to_owned(), "den Raum", name))
    }

    fn trainer(&self, path: &str, name: &str) -> Result<TrainerKey, InstanceError> {
        let found = self.trainers.get(name).copied();
        found.ok_or_else(|| unknown(path.to_owned(), "die Fachkraft", name))
    }

    fn pair(&self, path: &str, names: &[String]) -> Result<[TrainerKey; 2], InstanceError> {
        let [one, two] = names else {
            return Err(InstanceError {
                path: path.to_owned(),
                reason: match names.len() {
                    0 => "erwartet werden zwei Fachkräfte, da steht keine".to_owned(),
                    1 => "erwartet werden zwei Fachkräfte, da ist nur eine".to_owned(),
                    more => format!("erwartet werden zwei Fachkräfte, da sind {more}"),
                },
            });
        };
        Ok([self.trainer(path, one)?, self.trainer(path, two)?])
    }
}

impl Plan {
    /// A plan in which nothing takes place.
    pub fn empty(world: &World) -> Self {
        Self {
            groups: Table::like(&world.groups, None),
            singles: Table::like(&world.singles, None),
        }
    }

    /// The plan of a file.
    ///
    /// # Errors
    /// [`InstanceError`] when it names something the world does not have.
    pub fn read(world: &World, solution: &Solution) -> Result<Self, InstanceError> {
        let names = Names {
            rooms: world
                .rooms
                .iter()
                .map(|(key, one)| (one.id.as_str(), key))
                .collect(),
            trainers: world
                .trainers
                .iter()
                .map(|(key, one)| (one.id.as_str(), key))
                .collect(),
            people: world
                .people
                .iter()
                .map(|(key, one)| (one.id.as_str(), key))
                .collect(),
        };
        let groups: HashMap<_, _> = world
            .groups
            .iter()
            .map(|(key, one)| (one.id.as_str(), key))
            .collect();
        let singles: HashMap<_, _> = world
            .singles
            .iter()
            .map(|(key, one)| (one.id.as_str(), key))
            .collect();
        let mut plan = Self::empty(world);
        for (place, record) in solution.groups.iter().enumerate() {
            let path = format!("groups[{place}]");
            let key = *groups
                .get(record.id.as_str())
                .ok_or_else(|| unknown(path.clone(), "die Gruppe", &record.id))?;
            if let Some(course) = &record.course {
                plan.groups[key] = Some(course_of(world, &names, &path, course)?);
            }
        }
        for (place, record) in solution.singles.iter().enumerate() {
            let path = format!("singles[{place}]");
            let key = *singles
                .get(record.id.as_str())
                .ok_or_else(|| unknown(path.clone(), "den Einzeltermin", &record.id))?;
            plan.singles[key] = Some(Appointment {
                day: world.day(record.date),
                start: record.start,
                room: names.room(&path, &record.room)?,
                trainer: names.trainer(&path, &record.trainer)?,
            });
        }
        Ok(plan)
    }

    /// The plan as it stands in a file.
    pub fn write(&self, world: &World) -> Solution {
        let trainer = |key: TrainerKey| world.trainers[key].id.clone();
        let session = |one: &Session| {
            SessionRecord(
                world.date(one.day),
                one.start,
                world.rooms[one.room].id.clone(),
                one.trainers.iter().map(|key| trainer(*key)).collect(),
            )
        };
        let groups = self.groups.iter().map(|(key, course)| GroupRecord {
            id: world.groups[key].id.clone(),
            run: course.is_some(),
            course: course.as_ref().map(|course| CourseRecord {
                trainers: course.team.iter().map(|key| trainer(*key)).collect(),
                room: world.rooms[course.room].id.clone(),
                weekday: course.weekday,
                start: course.start,
                first_week: u8::try_from(course.first_week).unwrap_or(0),
                sessions: course.sessions.iter().map(session).collect(),
                members: course
                    .members
                    .iter()
                    .map(|key| world.people[*key].id.clone())
                    .collect(),
            }),
        });
        let singles = self.singles.iter().filter_map(|(key, appointment)| {
            let appointment = appointment.as_ref()?;
            Some(SingleRecord {
                id: world.singles[key].id.clone(),
                date: world.date(appointment.day),
                start: appointment.start,
                room: world.rooms[appointment.room].id.clone(),
                trainer: trainer(appointment.trainer),
            })
        });
        Solution {
            instance: world.name.clone(),
            groups: groups.collect(),
            singles: singles.collect(),
        }
    }
}

fn course_of(
    world: &World,
    names: &Names<'_>,
    path: &str,
    record: &CourseRecord,
) -> Result<Course, InstanceError> {
    let sessions = record
        .sessions
        .iter()
        .enumerate()
        .map(|(place, SessionRecord(date, start, room, trainers))| {
            let path = format!("{path}.sessions[{place}]");
            Ok(Session {
                day: world.day(*date),
                start: *start,
                room: names.room(&path, room)?,
                trainers: names.pair(&path, trainers)?,
            })
        })
        .collect::<Result<Vec<_>, InstanceError>>()?;
    let members = record
        .members
        .iter()
        .map(|name| {
            let found = names.people.get(name.as_str()).copied();
            found.ok_or_else(|| unknown(format!("{path}.members"), "die Person", name))
        })
        .collect::<Result<_, _>>()?;
    Ok(Course {
        team: names.pair(path, &record.trainers)?,
        room: names.room(path, &record.room)?,
        weekday: record.weekday,
        start: record.start,
        first_week: i32::from(record.first_week),
        sessions,
        members,
    })
}

impl Course {
    /// A course that follows a weekly pattern.
    pub fn weekly(pattern: &super::super::placements::Placement, members: Vec<PersonKey>) -> Self {
        let sessions = pattern
            .held
            .iter()
            .map(|week| Session {
                day: week * 7 + Day::from(pattern.weekday),
                start: pattern.span.from,
                room: pattern.room,
                trainers: pattern.team,
            })
            .collect::<Vec<_>>();
        debug_assert!(
            sessions
                .iter()
                .all(|one| weekday_of(one.day) == pattern.weekday)
        );
        Self {
            team: pattern.team,
            room: pattern.room,
            weekday: pattern.weekday,
            start: pattern.span.from,
            first_week: pattern.held.lowest().unwrap_or(0),
            sessions,
            members,
        }
    }
}
