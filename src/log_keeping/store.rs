//! Queries of holds and of the ends of the log's days.

use sea_orm::FromQueryResult;
use time::{Date, Duration};
use uuid::Uuid;

use crate::access::Writes;
use crate::base::ids::AuditHoldId;
use crate::base::time::Instant;
use crate::schema::inquiry::audit_hold;
use crate::store::{Result, Rows, Sql, Writer};

/// Holds shown at most.
const HOLDS: i64 = 100;
/// Ends of days on one sheet at most: far more writers than a week has.
const ENDS: i64 = 5_000;

/// A hold.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct HoldRow {
    pub id: AuditHoldId,
    pub first_day: Date,
    pub last_day: Option<Date>,
    pub reference: String,
    pub ground: String,
    pub set_at: Instant,
    pub set_by_name: String,
    pub lifted_at: Option<Instant>,
    pub lifted_by_name: Option<String>,
    pub lifted_reason: Option<String>,
    pub version: i64,
}

const HOLD: &str = "select id, first_day, last_day, reference, ground, set_at, set_by_name, lifted_at, lifted_by_name, \
     lifted_reason, version from audit_hold";

/// The holds, those that stand first.
pub(super) async fn holds(rows: &impl Rows) -> Result<Vec<HoldRow>> {
    rows.all(
        Sql::new(HOLD)
            .push(" order by case when lifted_at is null then 0 else 1 end, first_day, id limit ?")
            .bind(HOLDS),
    )
    .await
}

/// One hold.
pub(super) async fn hold(rows: &impl Rows, id: AuditHoldId) -> Result<Option<HoldRow>> {
    rows.one(Sql::new(HOLD).push(" where id = ?").bind(id))
        .await
}

/// Sets a hold.
pub(super) async fn insert<P: Writes>(writer: &Writer<P>, row: audit_hold::Model) -> Result<()> {
    writer.insert(row).await
}

/// Lifts a hold.
pub(super) async fn lift<P: Writes>(
    writer: &Writer<P>,
    id: AuditHoldId,
    version: i64,
    reason: &str,
) -> Result<()> {
    writer
        .change_one(
            Sql::new(
                "update audit_hold set lifted_at = ?, lifted_by_name = ?, lifted_reason = ?, version = version + 1 \
                 where id = ? and version = ? and lifted_at is null",
            )
            .bind(writer.now())
            .bind(writer.access().actor().name().to_owned())
            .bind(reason.to_owned())
            .bind(id)
            .bind(version),
        )
        .await
}

/// Where a writer's chain ended on a day.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct EndRow {
    pub day: Date,
    pub writer: Uuid,
    pub first_sequence: i64,
    pub last_sequence: i64,
    pub hash: Vec<u8>,
}

/// The ends of a week's days; also of days whose entries were deleted after their period.
pub(super) async fn ends(rows: &impl Rows, monday: Date) -> Result<Vec<EndRow>> {
    let after = monday + Duration::days(7);
    rows.all(
        Sql::new(
            "select s.day, s.writer, s.first_sequence, s.last_sequence, e.hash from (select a.writer, a.day, \
             min(a.sequence) as first_sequence, max(a.sequence) as last_sequence from audit_entry a \
             where a.day >= ? and a.day < ? group by a.writer, a.day) s join audit_entry e on e.writer = s.writer \
             and e.sequence = s.last_sequence union all select g.day, g.writer, g.first_sequence, g.last_sequence, \
             g.end_hash from audit_segment g where g.day >= ? and g.day < ? order by 1, 2 limit ?",
        )
        .bind(monday)
        .bind(after)
        .bind(monday)
        .bind(after)
        .bind(ENDS),
    )
    .await
}
