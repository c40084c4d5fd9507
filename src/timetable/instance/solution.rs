//! Solutions as they stand in a file.

use std::collections::HashSet;

use serde::Serialize;
use time::Date;

use super::json;
use super::node::{InstanceError, Node};
use super::spans::words;

time::serde::format_description!(iso_day, Date, "[year]-[month]-[day]");

/// A timetable with names and dates.
#[derive(Clone, Debug, Serialize)]
pub struct Solution {
    /// The name of the instance.
    pub instance: String,
    /// Every group, running or not.
    pub groups: Vec<GroupRecord>,
    /// The one-to-one events that have a date.
    pub singles: Vec<SingleRecord>,
}

/// A group of a solution.
#[derive(Clone, Debug, Serialize)]
pub struct GroupRecord {
    /// Its name.
    pub id: String,
    /// Whether it is held.
    pub run: bool,
    /// How it is held.
    #[serde(flatten)]
    pub course: Option<CourseRecord>,
}

/// A group that is held.
#[derive(Clone, Debug, Serialize)]
pub struct CourseRecord {
    /// The pair it is known with.
    pub trainers: Vec<String>,
    /// The room of the pattern.
    pub room: String,
    /// The weekday of the pattern.
    pub weekday: u8,
    /// The starting minute of the pattern.
    pub start: u16,
    /// The week of the first session.
    pub first_week: u8,
    /// Every session.
    pub sessions: Vec<SessionRecord>,
    /// Who takes part.
    pub members: Vec<String>,
}

/// A session: date, start, room, trainers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SessionRecord(
    #[serde(with = "iso_day")] pub Date,
    pub u16,
    pub String,
    pub Vec<String>,
);

/// A one-to-one event with a date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SingleRecord {
    /// Its name.
    pub id: String,
    /// The day.
    #[serde(with = "iso_day")]
    pub date: Date,
    /// The starting minute.
    pub start: u16,
    /// The room.
    pub room: String,
    /// Who holds it.
    pub trainer: String,
}

/// Reads a solution from the text of a file.
///
/// # Errors
/// [`InstanceError`] with the path and the reason of the first thing that is wrong.
pub fn read_solution(text: &str) -> Result<Solution, InstanceError> {
    let value = json::parse(text)?;
    decode(&Node::root(&value))
}

/// Whatever has a name must not come twice: one of the two would be passed over.
fn once<'a>(node: &Node<'_>, names: impl Iterator<Item = &'a String>) -> Result<(), InstanceError> {
    let mut seen = HashSet::new();
    for (place, name) in names.enumerate() {
        if !seen.insert(name) {
            return Err(node.wrong(format!(
                "„{name}“ kommt zweimal vor, zuletzt als Eintrag [{place}]"
            )));
        }
    }
    Ok(())
}

pub(super) fn decode(node: &Node<'_>) -> Result<Solution, InstanceError> {
    let groups_node = node.field("groups")?;
    let groups = groups_node.each(group)?;
    once(&groups_node, groups.iter().map(|one| &one.id))?;
    let singles = match node.maybe("singles")? {
        Some(list) => {
            let singles = list.each(single)?;
            once(&list, singles.iter().map(|one| &one.id))?;
            singles
        }
        None => Vec::new(),
    };
    Ok(Solution {
        instance: match node.maybe("instance")? {
            Some(name) => name.text()?.to_owned(),
            None => String::new(),
        },
        groups,
        singles,
    })
}

fn group(node: &Node<'_>) -> Result<GroupRecord, InstanceError> {
    let run = match node.maybe("run")? {
        Some(flag) => flag.flag()?,
        None => false,
    };
    let id = node.field("id")?.name()?.to_owned();
    if !run {
        return Ok(GroupRecord {
            id,
            run,
            course: None,
        });
    }
    let course = CourseRecord {
        trainers: words(&node.field("trainers")?)?,
        room: node.field("room")?.text()?.to_owned(),
        weekday: node.field("weekday")?.number(0, 6)?,
        start: node.field("start")?.number(0, 1439)?,
        first_week: node.field("first_week")?.number(0, 255)?,
        sessions: node.field("sessions")?.each(|session| {
            let [date, start, room, trainers] = session.tuple()?;
            Ok(SessionRecord(
                date.date()?,
                start.number(0, 1439)?,
                room.text()?.to_owned(),
                words(&trainers)?,
            ))
        })?,
        members: words(&node.field("members")?)?,
    };
    if course.sessions.is_empty() {
        return Err(node.wrong("die Gruppe läuft, hat aber keine Sitzung"));
    }
    Ok(GroupRecord {
        id,
        run,
        course: Some(course),
    })
}

fn single(node: &Node<'_>) -> Result<SingleRecord, InstanceError> {
    Ok(SingleRecord {
        id: node.field("id")?.name()?.to_owned(),
        date: node.field("date")?.date()?,
        start: node.field("start")?.number(0, 1439)?,
        room: node.field("room")?.text()?.to_owned(),
        trainer: node.field("trainer")?.text()?.to_owned(),
    })
}
