//! Sessions by day, for the start page.

use sea_orm::FromQueryResult;
use time::Date;

use super::over;
use crate::base::ids::{GroupId, GroupSessionId};
use crate::groups::scope::{held_in_person, session_scope};
use crate::groups::series::change::NOT_NEEDED;
use crate::store::{Result, Rows, Sql};

/// A session of a published group.
#[derive(Debug, Clone, FromQueryResult)]
pub struct SessionLine {
    /// The session: its register is `/sitzungen/{id}/anwesenheit`.
    pub id: GroupSessionId,
    /// The group: `/gruppen/{group_id}`.
    pub group_id: GroupId,
    /// The group's name.
    pub group_name: String,
    /// The facility's name.
    pub facility_name: String,
    /// Number in the series; 0 for a catch-up session.
    pub ordinal: i64,
    /// Module.
    pub module: String,
    /// Day in Berlin.
    pub day: Date,
    /// Minute of the day at which it begins; shown by [`crate::groups::rules::time_range`].
    pub start_minute: i64,
    /// Length in minutes.
    pub minutes: i64,
    /// Room.
    pub room_name: String,
    /// `planned`, `held` or `cancelled`.
    pub state: String,
    /// Members on that day.
    pub members: i64,
    /// Recorded rows of its register.
    pub recorded: i64,
}

const LINE: &str = "select s.id, s.group_id, g.name as group_name, f.name as facility_name, s.ordinal, s.module, s.day, \
     s.start_minute, s.minutes, r.name as room_name, s.state, (select count(*) from membership m \
     where m.group_id = s.group_id and m.from_day <= s.day and (m.to_day is null or m.to_day > s.day) \
     and (s.kind <> 'catch_up' or exists (select 1 from catch_up_person zp where zp.session_id = s.id \
     and zp.person_id = m.person_id))) as members, \
     (select count(*) from attendance a where a.session_id = s.id) as recorded from group_session s \
     join training_group g on g.id = s.group_id join facility f on f.id = g.facility_id join room r on r.id = s.room_id \
     where g.state = 'published' and ";

/// The sessions in the actor's own scope from a day to a day (both included), cancelled ones too, by time.
pub async fn upcoming<R: Rows>(
    rows: &R,
    from_day: Date,
    to_day: Date,
    limit: i64,
) -> Result<Vec<SessionLine>> {
    let scope = rows.access().scope();
    rows.all(
        Sql::new(LINE)
            .push("(s.cancel_reason is null or s.cancel_reason <> ?) and s.day >= ? and s.day <= ? and ")
            .bind(NOT_NEEDED.to_owned())
            .bind(from_day)
            .bind(to_day)
            .append(session_scope(&scope, "s.id", "s.group_id"))
            .push(" and ")
            .append(held_in_person(&scope, "s.id"))
            .push(" order by s.day, s.start_minute, g.name, s.id limit ?")
            .bind(limit),
    )
    .await
}

/// The sessions in the actor's own scope that are over and neither recorded nor cancelled, the oldest first.
pub async fn open_registers<R: Rows>(rows: &R, limit: i64) -> Result<Vec<SessionLine>> {
    let scope = rows.access().scope();
    rows.all(
        Sql::new(LINE)
            .push("s.state = 'planned' and ")
            .append(over(rows.now()))
            .push(" and ")
            .append(session_scope(&scope, "s.id", "s.group_id"))
            .push(" and ")
            .append(held_in_person(&scope, "s.id"))
            .push(" order by s.day, s.start_minute, g.name, s.id limit ?")
            .bind(limit),
    )
    .await
}

/// How many sessions are over and neither recorded nor cancelled, as a value in a statement.
pub fn open_registers_count<R: Rows>(rows: &R) -> Sql {
    let scope = rows.access().scope();
    Sql::new(
        "(select count(*) from group_session s join training_group g on g.id = s.group_id \
         where g.state = 'published' and s.state = 'planned' and ",
    )
    .append(over(rows.now()))
    .push(" and ")
    .append(session_scope(&scope, "s.id", "s.group_id"))
    .push(" and ")
    .append(held_in_person(&scope, "s.id"))
    .push(")")
}
