//! Queries of changing a series: the group with its rhythm, its dates, and writing what changed.

use sea_orm::FromQueryResult;
use time::Date;

use super::slots;
use crate::access::Writes;
use crate::base::ids::{FacilityId, GroupId, GroupSessionId, RoomId};
use crate::base::time::Instant;
use crate::groups::rules::minute;
use crate::groups::scope::group_scope;
use crate::groups::series::change::{Content, NOT_NEEDED, Session, State};
use crate::schema::groups::{group_session, group_slot, series_undo};
use crate::store::{Result, Rows, Sql, Writer};

/// What changes of a series need to know about the group.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct SeriesGroup {
    pub id: GroupId,
    pub name: String,
    pub state: String,
    pub facility_id: FacilityId,
    pub facility_name: String,
    pub room_id: RoomId,
    pub weekday: i64,
    pub start_minute: i64,
    pub interval_weeks: i64,
    pub entry_open: bool,
    /// After so many days the facility's past sessions are locked.
    pub lock_after_days: Option<i64>,
    slot_low: Option<i64>,
    slot_high: Option<i64>,
}

impl SeriesGroup {
    /// Weekly times besides the first: weekday from 1 for Monday, and minute.
    pub fn more_slots(&self) -> Vec<(i64, i64)> {
        slots(self.slot_low, self.slot_high)
    }
}

const GROUP: &str = "select g.id, g.name, g.state, g.facility_id, f.name as facility_name, g.room_id, g.weekday, \
     g.start_minute, t.interval_weeks, g.entry_open, f.lock_after_days, \
     (select min(gs.weekday * 1440 + gs.start_minute) from group_slot gs where gs.group_id = g.id) as slot_low, \
     (select max(gs.weekday * 1440 + gs.start_minute) from group_slot gs where gs.group_id = g.id) as slot_high \
     from training_group g join facility f on f.id = g.facility_id join template t on t.id = g.template_id where ";

/// A group in scope.
pub(crate) async fn group<R: Rows>(rows: &R, id: GroupId) -> Result<Option<SeriesGroup>> {
    let scope = rows.access().scope();
    rows.one(
        Sql::new(GROUP)
            .push("g.id = ? and ")
            .bind(id)
            .append(group_scope(&scope, "g.id")),
    )
    .await
}

/// The group of a session in scope.
pub(crate) async fn group_of<R: Rows>(
    rows: &R,
    session: GroupSessionId,
) -> Result<Option<SeriesGroup>> {
    let scope = rows.access().scope();
    rows.one(
        Sql::new(GROUP)
            .push("g.id = (select z.group_id from group_session z where z.id = ?) and ")
            .bind(session)
            .append(group_scope(&scope, "g.id")),
    )
    .await
}

/// A date of a group as stored.
#[derive(Debug, Clone, FromQueryResult)]
struct DateRow {
    id: GroupSessionId,
    ordinal: i64,
    template_ordinal: Option<i64>,
    module: String,
    kind: String,
    day: Date,
    start_minute: i64,
    minutes: i64,
    gap_days: Option<i64>,
    room_id: RoomId,
    state: String,
    locked: bool,
    cancel_reason: Option<String>,
    cancel_note: Option<String>,
    replaces: Option<GroupSessionId>,
    version: i64,
}

const DATES: &str = "select s.id, s.ordinal, s.template_ordinal, s.module, s.kind, s.day, s.start_minute, s.minutes, ts.gap_days, \
     s.room_id, s.state, s.locked, s.cancel_reason, s.cancel_note, s.replaces, s.version from group_session s \
     join training_group g on g.id = s.group_id left join template_session ts on ts.template_id = g.template_id \
     and ts.ordinal = s.template_ordinal where s.group_id = ? ";

impl From<DateRow> for Session {
    fn from(row: DateRow) -> Self {
        Session {
            id: Some(row.id),
            content: Content {
                ordinal: row.ordinal,
                template_ordinal: row.template_ordinal,
                module: row.module,
                kind: row.kind,
                minutes: row.minutes,
                gap_days: row.gap_days.unwrap_or(0),
            },
            day: row.day,
            start: minute(row.start_minute),
            room: row.room_id,
            state: State::from_code(&row.state),
            locked: row.locked,
            cancelled: row.cancel_reason.map(|reason| (reason, row.cancel_note)),
            replaces: row.replaces,
            version: row.version,
        }
    }
}

/// The dates of a group that the caller has found in scope, by day; replacements that were not needed are left out.
pub(crate) async fn sessions(rows: &impl Rows, group: GroupId) -> Result<Vec<Session>> {
    let found: Vec<DateRow> = rows
        .all(
            Sql::new(DATES)
                .push(
                    "and s.kind <> 'catch_up' and (s.cancel_reason is null or s.cancel_reason <> ?) \
                     order by s.day, s.ordinal, s.id limit 300",
                )
                .bind(group)
                .bind(NOT_NEEDED.to_owned()),
        )
        .await?;
    Ok(found.into_iter().map(Session::from).collect())
}

/// Replacements of a group that were not needed.
pub(crate) async fn unneeded(
    rows: &impl Rows,
    group: GroupId,
    ids: &[GroupSessionId],
) -> Result<Vec<Session>> {
    let found: Vec<DateRow> = rows
        .all(
            Sql::new(DATES)
                .push("and s.cancel_reason = ? and s.id in ")
                .bind(group)
                .bind(NOT_NEEDED.to_owned())
                .list(ids.iter().copied())
                .push(" order by s.day, s.id limit 300"),
        )
        .await?;
    Ok(found.into_iter().map(Session::from).collect())
}

/// Writes the dates that changed, in an order in which no two of them ever have the same number; fails if one was
/// changed by somebody else since it was read.
pub(crate) async fn write<P: Writes>(
    writer: &Writer<P>,
    group: GroupId,
    changed: &[&Session],
    new: &[(GroupSessionId, &Session)],
) -> Result<()> {
    let ids: Vec<GroupSessionId> = changed.iter().filter_map(|session| session.id).collect();
    if !ids.is_empty() {
        // Numbers below zero are nobody's: from there each row takes its new number without meeting another.
        writer
            .change(
                Sql::new(
                    "update group_session set ordinal = -1 - ordinal where group_id = ? and id in ",
                )
                .bind(group)
                .list(ids),
            )
            .await?;
    }
    for session in changed {
        let Some(id) = session.id else { continue };
        let (reason, note) = session.cancelled.clone().unzip();
        writer
            .change_one(
                Sql::new(
                    "update group_session set ordinal = ?, template_ordinal = ?, module = ?, kind = ?, day = ?, \
                     start_minute = ?, minutes = ?, room_id = ?, state = ?, cancel_reason = ?, cancel_note = ?, replaces = ?, \
                     version = version + 1 where id = ? and group_id = ? and version = ?",
                )
                .bind(session.content.ordinal)
                .bind(session.content.template_ordinal)
                .bind(session.content.module.clone())
                .bind(session.content.kind.clone())
                .bind(session.day)
                .bind(i64::from(session.start.value()))
                .bind(session.content.minutes)
                .bind(session.room)
                .bind(session.state.code().to_owned())
                .bind(reason)
                .bind(note.flatten())
                .bind(session.replaces)
                .bind(id)
                .bind(group)
                .bind(session.version),
            )
            .await?;
    }
    let rows = new
        .iter()
        .map(|(id, session)| group_session::Model {
            id: *id,
            group_id: group,
            ordinal: session.content.ordinal,
            module: session.content.module.clone(),
            day: session.day,
            start_minute: i64::from(session.start.value()),
            minutes: session.content.minutes,
            room_id: session.room,
            state: session.state.code().to_owned(),
            cancel_reason: None,
            version: 1,
            kind: session.content.kind.clone(),
            template_ordinal: session.content.template_ordinal,
            replaces: session.replaces,
            locked: session.locked,
            cancel_note: None,
        })
        .collect();
    writer.insert_all(rows).await?;
    days(writer, group).await
}

/// Brings a group's first and last day in line with its dates.
async fn days<P: Writes>(writer: &Writer<P>, group: GroupId) -> Result<()> {
    writer
        .change(
            Sql::new(
                "update training_group set first_day = coalesce((select min(s.day) from group_session s \
                 where s.group_id = training_group.id and s.state <> 'cancelled' and s.kind <> 'catch_up'), first_day), \
                 last_day = coalesce((select max(s.day) from group_session s \
                 where s.group_id = training_group.id and s.state <> 'cancelled' and s.kind <> 'catch_up'), last_day) where id = ?",
            )
            .bind(group),
        )
        .await?;
    Ok(())
}

/// Sets a group's weekly times (weekday 1 to 7, minute), the first of them in its own row, and its room.
pub(crate) async fn set_rhythm<P: Writes>(
    writer: &Writer<P>,
    group: GroupId,
    slots: &[(i64, i64)],
    room: RoomId,
) -> Result<()> {
    let Some(((weekday, start), more)) = slots.split_first() else {
        return Ok(());
    };
    writer
        .change_one(
            Sql::new(
                "update training_group set weekday = ?, start_minute = ?, room_id = ? where id = ?",
            )
            .bind(*weekday)
            .bind(*start)
            .bind(room)
            .bind(group),
        )
        .await?;
    writer
        .change(Sql::new("delete from group_slot where group_id = ?").bind(group))
        .await?;
    insert_slots(writer, group, more).await
}

/// Stores weekly times besides the first.
pub(crate) async fn insert_slots<P: Writes>(
    writer: &Writer<P>,
    group: GroupId,
    more: &[(i64, i64)],
) -> Result<()> {
    let rows = more
        .iter()
        .map(|(weekday, start_minute)| group_slot::Model {
            group_id: group,
            weekday: *weekday,
            start_minute: *start_minute,
        })
        .collect();
    writer.insert_all(rows).await
}

/// What the dates of a group were before their last change.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct UndoRow {
    pub at: Instant,
    pub by_name: String,
    pub what: String,
    pub before: String,
    pub after_hash: String,
}

/// The last change of a group's dates since a moment. The caller has found the group in scope.
pub(crate) async fn last_change(
    rows: &impl Rows,
    group: GroupId,
    since: Instant,
) -> Result<Option<UndoRow>> {
    rows.one(
        Sql::new("select at, by_name, what, before, after_hash from series_undo where group_id = ? and at >= ?")
            .bind(group)
            .bind(since),
    )
    .await
}

/// Keeps what was before a change instead of what was kept earlier; `None` forgets that.
pub(crate) async fn keep<P: Writes>(
    writer: &Writer<P>,
    group: GroupId,
    row: Option<UndoRow>,
) -> Result<()> {
    writer
        .change(Sql::new("delete from series_undo where group_id = ?").bind(group))
        .await?;
    if let Some(row) = row {
        writer
            .insert(series_undo::Model {
                group_id: group,
                at: row.at,
                by_name: row.by_name,
                what: row.what,
                before: row.before,
                after_hash: row.after_hash,
            })
            .await?;
    }
    Ok(())
}

/// Locks the dates of a group that are over, or opens them again.
pub(crate) async fn close_entry<P: Writes>(
    writer: &Writer<P>,
    group: GroupId,
    today: Date,
) -> Result<()> {
    writer
        .change_one(
            Sql::new("update training_group set entry_open = ? where id = ? and entry_open = ?")
                .bind(false)
                .bind(group)
                .bind(true),
        )
        .await?;
    writer
        .change(
            Sql::new("update group_session set locked = ?, version = version + 1 where group_id = ? and day < ?")
                .bind(true)
                .bind(group)
                .bind(today),
        )
        .await?;
    Ok(())
}

/// After how many days a facility's sessions are locked.
pub(crate) async fn set_lock<P: Writes>(
    writer: &Writer<P>,
    facility: FacilityId,
    days: Option<i64>,
) -> Result<()> {
    writer
        .change_one(
            Sql::new("update facility set lock_after_days = ? where id = ?")
                .bind(days)
                .bind(facility),
        )
        .await
}

#[derive(FromQueryResult)]
struct LockRow {
    lock_after_days: Option<i64>,
}

/// After how many days a facility's sessions are locked; `None`: never.
pub(crate) async fn lock_days(rows: &impl Rows, facility: FacilityId) -> Result<Option<i64>> {
    let row: Option<LockRow> = rows
        .one(Sql::new("select lock_after_days from facility where id = ?").bind(facility))
        .await?;
    Ok(row.and_then(|row| row.lock_after_days))
}

/// What a session's page says besides its head: its kind, the note of its cancellation, the day whose place it takes.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct NoteRow {
    pub kind: String,
    pub cancel_note: Option<String>,
    pub replaced_day: Option<Date>,
}

/// The same for a session that the caller has found in scope.
pub(crate) async fn note(rows: &impl Rows, session: GroupSessionId) -> Result<Option<NoteRow>> {
    rows.one(
        Sql::new(
            "select s.kind, s.cancel_note, r.day as replaced_day from group_session s \
             left join group_session r on r.id = s.replaces and r.group_id = s.group_id where s.id = ?",
        )
        .bind(session),
    )
    .await
}
