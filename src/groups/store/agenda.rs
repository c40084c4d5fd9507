//! Sessions by day, for the start page and the gate.

use sea_orm::FromQueryResult;
use time::Date;

use super::over;
use crate::base::ids::{FacilityId, GroupId, GroupSessionId, StaffId};
use crate::groups::scope::group_scope;
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
    /// Number in the series.
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
     where m.group_id = s.group_id and m.from_day <= s.day and (m.to_day is null or m.to_day > s.day)) as members, \
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
            .push("s.day >= ? and s.day <= ? and ")
            .bind(from_day)
            .bind(to_day)
            .append(group_scope(&scope, "s.group_id"))
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
            .append(group_scope(&scope, "s.group_id"))
            .push(" order by s.day, s.start_minute, g.name, s.id limit ?")
            .bind(limit),
    )
    .await
}

/// A trainer who comes to a session. Says nothing about programme or people: for the gate.
#[derive(Debug, Clone, FromQueryResult)]
pub struct TrainerLine {
    /// The trainer.
    pub staff_id: StaffId,
    /// The trainer's name.
    pub staff_name: String,
    /// The organisation.
    pub provider_name: String,
    /// The session.
    pub session_id: GroupSessionId,
    /// Minute of the day at which it begins.
    pub start_minute: i64,
    /// Length in minutes.
    pub minutes: i64,
    /// Room.
    pub room_name: String,
    /// `planned`, `held` or `cancelled`.
    pub state: String,
    /// Whether the trainer has a grant for this facility and programme on that day.
    pub granted: bool,
}

/// Who comes to the sessions of a facility on a day, by time. The gate has no scope of groups: the caller passes the
/// actor's own facility.
pub async fn trainers_of_day(
    rows: &impl Rows,
    facility: FacilityId,
    day: Date,
) -> Result<Vec<TrainerLine>> {
    rows.all(
        Sql::new(
            "select st.id as staff_id, st.name as staff_name, pv.name as provider_name, s.id as session_id, \
             s.start_minute, s.minutes, r.name as room_name, s.state, exists (select 1 from access_grant ag \
             where ag.staff_id = st.id and ag.facility_id = g.facility_id and ag.programme_id = g.programme_id \
             and ag.state = 'active' and ag.first_day <= s.day and ag.last_day >= s.day) as granted \
             from group_session s join training_group g on g.id = s.group_id join group_trainer gt on gt.group_id = g.id \
             join staff st on st.id = gt.staff_id join provider pv on pv.id = st.provider_id join room r on r.id = s.room_id \
             where g.facility_id = ? and g.state <> 'draft' and s.day = ? order by s.start_minute, st.name, st.id, s.id \
             limit 500",
        )
        .bind(facility)
        .bind(day),
    )
    .await
}
