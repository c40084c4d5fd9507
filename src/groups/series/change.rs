//! Every change of a running series, as a pure function from the sessions before to the sessions after. The page that
//! shows a change beforehand and the one that saves it call the same function, so they cannot disagree.
//!
//! A session row is a date: it keeps its id, room and trainers for life. What is done in it, its [`Content`] with the
//! number people see, moves from date to date when one before it falls out.

use std::collections::VecDeque;

use time::{Date, Duration};

use super::place::{Ask, Item, Rhythm, Slot, World, place};
use super::{SeriesProblem, SkippedDay};
use crate::base::german;
use crate::base::ids::{GroupSessionId, RoomId};
use crate::base::time::MinuteOfDay;

/// Reason of a replacement date that is no longer needed because the cancelled date takes place after all. Such rows
/// stay for calendars that know them, and are shown nowhere else.
pub const NOT_NEEDED: &str = "restored";

/// What is done in a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// Its number in the series, shown to people.
    pub ordinal: i64,
    /// The session of the template that it is, if it is one.
    pub template_ordinal: Option<i64>,
    /// The module.
    pub module: String,
    /// The kind of session.
    pub kind: String,
    /// Its length in minutes.
    pub minutes: i64,
    /// At least so many days after the session before.
    pub gap_days: i64,
}

/// Whether a session takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// It is to take place, or its register is missing.
    Planned,
    /// It took place.
    Held,
    /// It does not take place.
    Cancelled,
}

impl State {
    /// The code in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Held => "held",
            Self::Cancelled => "cancelled",
        }
    }

    /// From the code in the database; anything unknown counts as held, which nothing touches.
    pub fn from_code(code: &str) -> Self {
        match code {
            "planned" => Self::Planned,
            "cancelled" => Self::Cancelled,
            _ => Self::Held,
        }
    }
}

/// One date of a series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its row; none: still to be made.
    pub id: Option<GroupSessionId>,
    /// What is done in it.
    pub content: Content,
    /// The day.
    pub day: Date,
    /// The minute at which it begins.
    pub start: MinuteOfDay,
    /// The room.
    pub room: RoomId,
    /// Whether it takes place.
    pub state: State,
    /// Locked: changed by correction with a reason only.
    pub locked: bool,
    /// Why it was cancelled: code and note.
    pub cancelled: Option<(String, Option<String>)>,
    /// The cancelled session whose place it takes.
    pub replaces: Option<GroupSessionId>,
    /// The version of its row.
    pub version: i64,
}

impl Session {
    /// The first minute after it.
    pub fn end(&self) -> MinuteOfDay {
        plus(self.start, self.content.minutes).unwrap_or(self.start)
    }

    /// Whether plans may still move it: it is to take place, is not locked and has not begun.
    pub fn is_open(&self, world: &World<'_>) -> bool {
        self.state == State::Planned && !self.locked && !world.begun(self.day, self.start)
    }

    fn active(&self) -> bool {
        self.state != State::Cancelled
    }
}

fn plus(start: MinuteOfDay, minutes: i64) -> Option<MinuteOfDay> {
    start.plus_minutes(u16::try_from(minutes).ok()?)
}

/// A series after a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// All sessions, cancelled and new ones too.
    pub sessions: Vec<Session>,
    /// Days that were left out on the way, with their reasons.
    pub skipped: Vec<SkippedDay>,
    /// The weekly slots from now on, if they change.
    pub slots: Option<Vec<Slot>>,
}

/// What keeps a change from being made: the field of the form ("" for the whole) and the German sentence.
pub type Refusals = Vec<(&'static str, String)>;

fn refuse<T>(field: &'static str, why: impl Into<String>) -> Result<T, Refusals> {
    Err(vec![(field, why.into())])
}

/// Where a session is moved to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// The day.
    pub day: Date,
    /// The minute at which it begins.
    pub start: MinuteOfDay,
    /// The room.
    pub room: RoomId,
}

fn find(sessions: &[Session], id: GroupSessionId) -> Result<usize, Refusals> {
    sessions
        .iter()
        .position(|session| session.id == Some(id))
        .map_or_else(
            || refuse("", "Diese Sitzung gibt es in der Gruppe nicht mehr."),
            Ok,
        )
}

fn why_closed(session: &Session, world: &World<'_>) -> Option<String> {
    let begun = world.begun(session.day, session.start);
    match session.state {
        State::Held => Some("Diese Sitzung hat stattgefunden und wird nicht mehr verschoben.".into()),
        State::Cancelled => Some("Diese Sitzung ist abgesagt.".into()),
        State::Planned if session.locked => {
            Some("Diese Sitzung ist gesperrt und kann nur mit Grund berichtigt werden.".into())
        }
        State::Planned if begun => Some(
            "Diese Sitzung hat schon begonnen. Bitte die Anwesenheit erfassen oder sie absagen; dann rückt der Baustein auf den nächsten Termin.".into(),
        ),
        State::Planned => None,
    }
}

/// What is wrong with a day for a session itself.
fn day_problem(
    ordinal: i64,
    day: Date,
    start: MinuteOfDay,
    minutes: i64,
    world: &World<'_>,
) -> Option<(&'static str, String)> {
    let Some(end) = plus(start, minutes) else {
        let length = german::duration_minutes(u32::try_from(minutes).unwrap_or(0));
        return Some((
            "start",
            format!(
                "Die Sitzung dauert {length} und würde erst nach Mitternacht enden. Bitte eine frühere Uhrzeit wählen."
            ),
        ));
    };
    if world.begun(day, start) {
        return Some((
            "tag",
            format!(
                "Der {}, {} liegt in der Vergangenheit. Bitte einen späteren Tag wählen.",
                german::date(day),
                german::time_of_day(start)
            ),
        ));
    }
    world.why_not(day, start, end).map(|why| {
        (
            "tag",
            format!(
                "Sitzung {ordinal} kann am {} nicht stattfinden ({why}). Bitte einen anderen Tag wählen oder unten bestätigen, dass sie trotzdem an diesem Tag ist.",
                german::weekday_date(day)
            ),
        )
    })
}

/// Whether a session stands between its neighbours, with their gaps.
fn order_problem(sessions: &[Session], index: usize) -> Option<String> {
    let mine = sessions.get(index)?;
    let others = || {
        sessions
            .iter()
            .enumerate()
            .filter(|(other, session)| *other != index && session.active())
            .map(|(_, session)| session)
    };
    if let Some(same) = others().find(|other| other.day == mine.day) {
        return Some(format!(
            "Am {} ist schon Sitzung {} dieser Gruppe.",
            german::weekday_date(mine.day),
            same.content.ordinal
        ));
    }
    let before = others()
        .filter(|other| other.content.ordinal < mine.content.ordinal)
        .max_by_key(|other| other.content.ordinal);
    if let Some(before) = before {
        if before.day > mine.day {
            return Some(format!(
                "Sitzung {} läge dann vor Sitzung {} am {}. Die Bausteine bauen aufeinander auf.",
                mine.content.ordinal,
                before.content.ordinal,
                german::weekday_date(before.day)
            ));
        }
        if let Some(gap) = gap_problem(before, mine) {
            return Some(gap);
        }
    }
    let after = others()
        .filter(|other| {
            other.content.ordinal > mine.content.ordinal && other.state == State::Planned
        })
        .min_by_key(|other| other.content.ordinal)?;
    if after.day < mine.day {
        return Some(format!(
            "Sitzung {} läge dann nach Sitzung {} am {}. Bitte „diese und die folgenden“ wählen.",
            mine.content.ordinal,
            after.content.ordinal,
            german::weekday_date(after.day)
        ));
    }
    gap_problem(mine, after)
}

fn gap_problem(before: &Session, after: &Session) -> Option<String> {
    let gap = (after.day - before.day).whole_days();
    (gap < after.content.gap_days).then(|| {
        format!(
            "Zwischen Sitzung {} und {} müssen mindestens {} liegen; dann wären es {}.",
            before.content.ordinal,
            after.content.ordinal,
            german::plural(after.content.gap_days.unsigned_abs(), "Tag", "Tage"),
            german::plural(gap.unsigned_abs(), "Tag", "Tage")
        )
    })
}

/// Moves one session and leaves all others where they are.
pub fn move_one(
    sessions: &[Session],
    id: GroupSessionId,
    to: Target,
    world: &World<'_>,
) -> Result<Changed, Refusals> {
    let index = find(sessions, id)?;
    let mut after = sessions.to_vec();
    let Some(session) = after.get_mut(index) else {
        return refuse("", "Diese Sitzung gibt es nicht.");
    };
    if let Some(why) = why_closed(session, world) {
        return refuse("", why);
    }
    let content = &session.content;
    if let Some(problem) = day_problem(content.ordinal, to.day, to.start, content.minutes, world) {
        return Err(vec![problem]);
    }
    session.day = to.day;
    session.start = to.start;
    session.room = to.room;
    if let Some(why) = order_problem(&after, index) {
        return refuse("tag", why);
    }
    Ok(Changed {
        sessions: after,
        skipped: Vec::new(),
        slots: None,
    })
}

/// Moves sessions, each to a place of its own. Only where all of them end counts: on the way they may stand in each
/// other's place.
pub fn move_each(
    sessions: &[Session],
    targets: &[(GroupSessionId, Target)],
    world: &World<'_>,
) -> Result<Changed, Refusals> {
    let mut after = sessions.to_vec();
    let mut moved = Vec::with_capacity(targets.len());
    for (id, to) in targets {
        let index = find(sessions, *id)?;
        let Some(session) = after.get_mut(index) else {
            return refuse("", "Diese Sitzung gibt es nicht.");
        };
        if let Some(why) = why_closed(session, world) {
            return refuse("", why);
        }
        let content = &session.content;
        if let Some(problem) =
            day_problem(content.ordinal, to.day, to.start, content.minutes, world)
        {
            return Err(vec![problem]);
        }
        session.day = to.day;
        session.start = to.start;
        session.room = to.room;
        moved.push(index);
    }
    for index in moved {
        if let Some(why) = order_problem(&after, index) {
            return refuse("tag", why);
        }
    }
    Ok(Changed {
        sessions: after,
        skipped: Vec::new(),
        slots: None,
    })
}

/// Moves a session and everything after it that has not begun; the rest follows in the group's rhythm, in which the
/// new weekday and time take the place of the old ones.
pub fn move_from(
    sessions: &[Session],
    id: GroupSessionId,
    to: Target,
    rhythm: &Rhythm,
    world: &World<'_>,
) -> Result<Changed, Refusals> {
    let index = find(sessions, id)?;
    let Some(first) = sessions.get(index) else {
        return refuse("", "Diese Sitzung gibt es nicht.");
    };
    if let Some(why) = why_closed(first, world) {
        return refuse("", why);
    }
    if let Some(problem) = day_problem(
        first.content.ordinal,
        to.day,
        to.start,
        first.content.minutes,
        world,
    ) {
        return Err(vec![problem]);
    }
    let mut slots = rhythm.slots.clone();
    let old = slots
        .iter()
        .position(|slot| slot.weekday == first.day.weekday())
        .unwrap_or(0);
    let new = Slot {
        weekday: to.day.weekday(),
        start: to.start,
    };
    match slots.get_mut(old) {
        Some(slot) => *slot = new,
        None => slots.push(new),
    }
    let from = first.content.ordinal;
    let moves = |session: &Session| session.content.ordinal >= from && session.is_open(world);
    let mut order: Vec<usize> = (0..sessions.len())
        .filter(|index| sessions.get(*index).is_some_and(Session::active))
        .collect();
    order.sort_by_key(|index| sessions.get(*index).map(|session| session.content.ordinal));
    let items: Vec<Item> = order
        .iter()
        .filter_map(|index| sessions.get(*index))
        .map(|session| item(session, moves(session)))
        .collect();
    let new_rhythm = Rhythm {
        slots: slots.clone(),
        interval_weeks: rhythm.interval_weeks,
    };
    let placement = place(&Ask {
        items: &items,
        rhythm: &new_rhythm,
        first_day: to.day,
        anchor: Some(to.day),
        world: *world,
    })
    .map_err(|problem| vec![(field(&problem), problem.to_string())])?;
    let mut after = sessions.to_vec();
    for (index, planned) in order.iter().zip(&placement.planned) {
        if let Some(session) = after.get_mut(*index)
            && moves(session)
        {
            session.day = planned.date;
            session.start = planned.start;
            session.room = to.room;
        }
    }
    match after.get(index) {
        Some(session) if session.day == to.day => {}
        Some(session) => {
            let earliest = german::weekday_date(session.day);
            return refuse(
                "tag",
                format!(
                    "An diesem Tag läge die Sitzung nicht nach der vorigen oder nicht mit dem nötigen Abstand. Der früheste mögliche Tag ist der {earliest}."
                ),
            );
        }
        None => return refuse("", "Diese Sitzung gibt es nicht."),
    }
    Ok(Changed {
        sessions: after,
        skipped: placement.skipped,
        slots: (slots != rhythm.slots).then_some(slots),
    })
}

fn item(session: &Session, moves: bool) -> Item {
    let number = |value: i64| u16::try_from(value).unwrap_or(0);
    Item {
        ordinal: number(session.content.ordinal),
        minutes: number(session.content.minutes),
        gap_days: number(session.content.gap_days),
        fixed: (!moves).then_some((session.day, session.start)),
    }
}

fn field(problem: &SeriesProblem) -> &'static str {
    match problem {
        SeriesProblem::EndsAfterMidnight { .. } => "start",
        _ => "tag",
    }
}

/// What becomes of cancelled sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instead {
    /// What was to be done in them moves to the next date, and so on; new dates are added at the end.
    Append,
    /// They fall away with what was to be done in them.
    Drop,
}

/// Why sessions are cancelled: code and note.
pub type Why = (String, Option<String>);

/// Cancels sessions. `room` is the room of dates that are added.
pub fn cancel(
    sessions: &[Session],
    ids: &[GroupSessionId],
    instead: Instead,
    why: &Why,
    rhythm: &Rhythm,
    room: RoomId,
    world: &World<'_>,
) -> Result<Changed, Refusals> {
    let mut gone = Vec::with_capacity(ids.len());
    for id in ids {
        let index = find(sessions, *id)?;
        match sessions.get(index) {
            Some(session) if session.state == State::Held => {
                return refuse(
                    "",
                    "Diese Sitzung hat stattgefunden und kann nicht mehr abgesagt werden.",
                );
            }
            Some(session) if session.state == State::Cancelled => {
                return refuse("", "Diese Sitzung ist schon abgesagt.");
            }
            Some(session) if session.locked => {
                return refuse(
                    "",
                    "Diese Sitzung ist gesperrt und kann nicht mehr abgesagt werden.",
                );
            }
            _ => gone.push(index),
        }
    }
    let mut after = sessions.to_vec();
    for index in &gone {
        if let Some(session) = after.get_mut(*index) {
            session.state = State::Cancelled;
            session.cancelled = Some(why.clone());
        }
    }
    let mut skipped = Vec::new();
    if instead == Instead::Append {
        skipped = shift(sessions, &mut after, &gone, rhythm, room, world)?;
    }
    Ok(Changed {
        sessions: after,
        skipped,
        slots: None,
    })
}

/// A date on which contents can be held, with the row that has it.
struct Free {
    day: Date,
    block: usize,
    row: usize,
}

/// Moves the contents of cancelled sessions and of the open ones after them to the next dates, and adds dates.
///
/// A content with a long gap before it (a closing assessment six weeks later) begins a block of its own. Within a
/// block contents shift to the next date; the dates added for a block follow its last one, and a later block keeps
/// its dates as long as its gap is kept.
fn shift(
    before: &[Session],
    after: &mut Vec<Session>,
    gone: &[usize],
    rhythm: &Rhythm,
    room: RoomId,
    world: &World<'_>,
) -> Result<Vec<SkippedDay>, Refusals> {
    let lost: Vec<&Session> = gone.iter().filter_map(|index| before.get(*index)).collect();
    let (Some(first_day), Some(first_ordinal)) = (
        lost.iter().map(|session| session.day).min(),
        lost.iter().map(|session| session.content.ordinal).min(),
    ) else {
        return Ok(Vec::new());
    };
    let mut rows: Vec<usize> = (0..before.len())
        .filter(|index| !gone.contains(index))
        .filter(|index| {
            before.get(*index).is_some_and(|session| {
                session.is_open(world)
                    && session.day > first_day
                    && session.content.ordinal > first_ordinal
            })
        })
        .collect();
    rows.sort_by_key(|index| before.get(*index).map(|session| session.day));
    let mut contents: Vec<Content> = lost
        .iter()
        .map(|session| session.content.clone())
        .chain(
            rows.iter()
                .filter_map(|index| before.get(*index).map(|session| session.content.clone())),
        )
        .collect();
    contents.sort_by_key(|content| content.ordinal);
    let block_of = |ordinal: i64| {
        let weeks = 7 * i64::from(rhythm.interval_weeks.max(1));
        contents
            .iter()
            .filter(|content| content.ordinal <= ordinal && content.gap_days > weeks)
            .count()
    };
    let mut free: VecDeque<Free> = rows
        .iter()
        .filter_map(|row| {
            before.get(*row).map(|session| Free {
                day: session.day,
                block: block_of(session.content.ordinal),
                row: *row,
            })
        })
        .collect();
    let mut last = before
        .iter()
        .enumerate()
        .filter(|(index, session)| {
            session.active()
                && !gone.contains(index)
                && !rows.contains(index)
                && session.content.ordinal < first_ordinal
        })
        .map(|(_, session)| session.day)
        .max();
    let anchor = rows
        .last()
        .and_then(|row| before.get(*row))
        .or(lost.iter().copied().max_by_key(|session| session.day))
        .map(|session| session.day);
    let tomorrow = world.now.date.next_day().unwrap_or(world.now.date);
    let mut left = VecDeque::new();
    let mut skipped = Vec::new();
    // Contents with their day; the row if the day is its own.
    let mut placed: Vec<(Content, Date, Option<MinuteOfDay>, Option<usize>)> = Vec::new();
    for content in &contents {
        let gap = Duration::days(content.gap_days.max(1));
        let earliest = last
            .and_then(|last| last.checked_add(gap))
            .unwrap_or(first_day)
            .max(tomorrow.min(first_day.next_day().unwrap_or(first_day)));
        let block = block_of(content.ordinal);
        while free
            .front()
            .is_some_and(|date| date.block < block || date.block == block && date.day < earliest)
        {
            left.extend(free.pop_front().map(|date| date.row));
        }
        if free.front().is_some_and(|date| date.block == block)
            && let Some(date) = free.pop_front()
        {
            last = Some(date.day);
            placed.push((content.clone(), date.day, None, Some(date.row)));
            continue;
        }
        let placement = place(&Ask {
            items: &[Item {
                ordinal: u16::try_from(content.ordinal).unwrap_or(0),
                minutes: u16::try_from(content.minutes).unwrap_or(0),
                gap_days: 0,
                fixed: None,
            }],
            rhythm,
            first_day: earliest
                .max(tomorrow)
                .max(first_day.next_day().unwrap_or(first_day)),
            anchor,
            world: *world,
        })
        .map_err(|problem| vec![("", problem.to_string())])?;
        let Some(planned) = placement.planned.first() else {
            return refuse("", "Für die Ersatzsitzung ist kein Termin zu finden.");
        };
        skipped.extend(placement.skipped);
        last = Some(planned.date);
        placed.push((content.clone(), planned.date, Some(planned.start), None));
    }
    left.extend(free.into_iter().map(|date| date.row));
    let mut lost_ids: VecDeque<Option<GroupSessionId>> =
        lost.iter().map(|session| session.id).collect();
    for (content, day, start, row) in placed {
        match row.or_else(|| left.pop_front()) {
            Some(row) => {
                if let Some(session) = after.get_mut(row) {
                    session.content = content;
                    session.day = day;
                    session.start = start.unwrap_or(session.start);
                }
            }
            None => after.push(Session {
                id: None,
                content,
                day,
                start: start.unwrap_or(MinuteOfDay::MIDNIGHT),
                room,
                state: State::Planned,
                locked: false,
                cancelled: None,
                replaces: lost_ids.pop_front().flatten(),
                version: 1,
            }),
        }
    }
    // A longer session may have moved to a date on which it would end after midnight.
    if let Some(late) = after.iter().find(|session| {
        session.is_open(world) && plus(session.start, session.content.minutes).is_none()
    }) {
        return refuse(
            "",
            format!(
                "Sitzung {} würde am {} erst nach Mitternacht enden.",
                late.content.ordinal,
                german::weekday_date(late.day)
            ),
        );
    }
    Ok(skipped)
}

/// Lets a cancelled session take place after all. If a date was added for it, contents move back and the added date
/// is not needed any more.
pub fn restore(
    sessions: &[Session],
    id: GroupSessionId,
    world: &World<'_>,
) -> Result<Changed, Refusals> {
    let index = find(sessions, id)?;
    let mut after = sessions.to_vec();
    let Some(session) = sessions.get(index) else {
        return refuse("", "Diese Sitzung gibt es nicht.");
    };
    if session.state != State::Cancelled {
        return refuse("", "Diese Sitzung ist nicht abgesagt.");
    }
    if world.begun(session.day, session.start) {
        return refuse(
            "",
            "Der Termin liegt in der Vergangenheit. Eine Absage wird nur vor dem Termin aufgehoben.",
        );
    }
    if let Some((_, why)) = day_problem(
        session.content.ordinal,
        session.day,
        session.start,
        session.content.minutes,
        world,
    ) {
        return refuse("", why);
    }
    match replacement(sessions, id) {
        Some(added) => {
            // Of the dates that were added the last one goes; the one for this session then stands for that one's.
            let last = (0..sessions.len())
                .filter(|row| {
                    sessions
                        .get(*row)
                        .is_some_and(|other| other.replaces.is_some() && other.is_open(world))
                })
                .max_by_key(|row| sessions.get(*row).map(|other| other.day))
                .unwrap_or(added);
            let passed_on = sessions.get(last).and_then(|other| other.replaces);
            let mut rows: Vec<usize> = (0..sessions.len())
                .filter(|row| {
                    sessions.get(*row).is_some_and(|other| {
                        other.is_open(world) && (*row == last || other.day > session.day)
                    })
                })
                .collect();
            let mut contents: Vec<Content> = rows
                .iter()
                .filter_map(|row| sessions.get(*row).map(|other| other.content.clone()))
                .collect();
            contents.sort_by_key(|content| content.ordinal);
            rows.retain(|row| *row != last);
            rows.push(index);
            rows.sort_by_key(|row| sessions.get(*row).map(|other| other.day));
            if rows.len() != contents.len() {
                return refuse("", GONE);
            }
            for (row, content) in rows.iter().zip(contents) {
                if let Some(other) = after.get_mut(*row) {
                    other.content = content;
                }
            }
            if last != added
                && let Some(other) = after.get_mut(added)
            {
                other.replaces = passed_on;
            }
            if let Some(unneeded) = after.get_mut(last) {
                unneeded.state = State::Cancelled;
                unneeded.cancelled = Some((NOT_NEEDED.to_owned(), None));
            }
        }
        None => {
            let taken = sessions
                .iter()
                .any(|other| other.active() && other.content.ordinal == session.content.ordinal);
            if taken {
                return refuse("", GONE);
            }
        }
    }
    if let Some(session) = after.get_mut(index) {
        session.state = State::Planned;
        session.cancelled = None;
    }
    for index in 0..after.len() {
        let touched = after.get(index) != sessions.get(index);
        if touched
            && after
                .get(index)
                .is_some_and(|session| session.is_open(world))
            && let Some(why) = order_problem(&after, index)
        {
            return refuse("", why);
        }
    }
    Ok(Changed {
        sessions: after,
        skipped: Vec::new(),
        slots: None,
    })
}

const GONE: &str = "Der Baustein dieser Sitzung hat inzwischen einen anderen Termin, der nicht mehr frei ist. Bitte stattdessen eine Sitzung verschieben.";

/// The session that takes place instead of a cancelled one, also when the one added first was cancelled again.
fn replacement(sessions: &[Session], id: GroupSessionId) -> Option<usize> {
    let mut wanted = id;
    // A chain has at most as many links as there are sessions.
    for _ in 0..sessions.len() {
        let next = sessions
            .iter()
            .position(|session| session.replaces == Some(wanted))?;
        let session = sessions.get(next)?;
        if session.active() {
            return (session.state == State::Planned).then_some(next);
        }
        wanted = session.id?;
    }
    None
}

/// Corrects a session where it stands: its length and room, and for one that has begun also its day and time. What
/// was held may turn out shorter, not longer.
pub fn adjust(
    sessions: &[Session],
    id: GroupSessionId,
    to: Target,
    minutes: i64,
    world: &World<'_>,
) -> Result<Changed, Refusals> {
    let index = find(sessions, id)?;
    let mut after = sessions.to_vec();
    let Some(session) = after.get_mut(index) else {
        return refuse("", "Diese Sitzung gibt es nicht.");
    };
    if session.state == State::Cancelled {
        return refuse("", "Diese Sitzung ist abgesagt.");
    }
    let begun = session.state == State::Held || world.begun(session.day, session.start);
    let moved = (session.day, session.start) != (to.day, to.start);
    if plus(to.start, minutes).is_none() {
        return refuse("ende", "Die Sitzung muss am selben Tag enden.");
    }
    if begun && minutes > session.content.minutes {
        return refuse(
            "ende",
            format!(
                "Eine Sitzung, die begonnen hat, kann verkürzt, aber nicht verlängert werden. Geplant waren {}.",
                german::duration_minutes(u32::try_from(session.content.minutes).unwrap_or(0))
            ),
        );
    }
    if !begun && moved {
        return refuse(
            "tag",
            "Eine Sitzung, die noch bevorsteht, wird verschoben, nicht berichtigt.",
        );
    }
    if moved && !world.begun(to.day, to.start) {
        return refuse(
            "tag",
            "Diese Sitzung hat schon begonnen; der berichtigte Termin muss in der Vergangenheit liegen.",
        );
    }
    session.day = to.day;
    session.start = to.start;
    session.room = to.room;
    session.content.minutes = minutes;
    if moved && let Some(why) = order_problem(&after, index) {
        return refuse("tag", why);
    }
    Ok(Changed {
        sessions: after,
        skipped: Vec::new(),
        slots: None,
    })
}

#[cfg(test)]
#[path = "change_tests.rs"]
mod tests;
