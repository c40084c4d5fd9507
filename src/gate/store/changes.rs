//! What changed on the list of a day, and what waits for a decision.

use sea_orm::FromQueryResult;
use time::Date;

use crate::access::Writes;
use crate::base::ids::{FacilityId, GateChangeId, GroupSessionId, StaffId};
use crate::groups::session_staff_sql;
use crate::schema::providers::gate_change;
use crate::store::{Result, Rows, Sql, Writer};

/// Records a change for several staff members.
pub async fn insert<P: Writes>(
    writer: &Writer<P>,
    facility: FacilityId,
    day: Date,
    staff: &[StaffId],
    what: &str,
) -> Result<()> {
    let rows = staff
        .iter()
        .map(|staff| gate_change::Model {
            id: GateChangeId(writer.entropy().uuid()),
            facility_id: facility,
            day,
            staff_id: *staff,
            what: what.to_owned(),
            at: writer.now().millis(),
        })
        .collect();
    writer.insert_all(rows).await
}

#[derive(FromQueryResult)]
struct StaffRow {
    id: StaffId,
}

/// Who comes to a session: its trainers, or whoever covers for them.
pub async fn session_staff(rows: &impl Rows, session: GroupSessionId) -> Result<Vec<StaffId>> {
    let found: Vec<StaffRow> = rows
        .all(
            Sql::new("select s.id from group_session gs ")
                .append(session_staff_sql())
                .push(" where gs.id = ? order by s.id limit 20")
                .bind(session),
        )
        .await?;
    Ok(found.into_iter().map(|row| row.id).collect())
}

#[derive(FromQueryResult)]
struct WaitingRow {
    objects: i64,
    guests: i64,
}

/// Objects and guests of a facility that wait for a decision, from a day on.
pub async fn waiting(rows: &impl Rows, facility: FacilityId, today: Date) -> Result<(u64, u64)> {
    let row: Option<WaitingRow> = rows
        .one(
            Sql::new(
                "select (select count(*) from approved_object o where o.facility_id = ? and o.state = 'requested' \
                 and o.last_day >= ?) as objects, (select count(*) from family_guest w join family_day d \
                 on d.id = w.family_day_id where d.facility_id = ? and d.day >= ? and d.cancelled_at is null \
                 and w.state = 'announced') as guests",
            )
            .bind(facility)
            .bind(today)
            .bind(facility)
            .bind(today),
        )
        .await?;
    Ok(row.map_or((0, 0), |row| {
        (row.objects.unsigned_abs(), row.guests.unsigned_abs())
    }))
}
