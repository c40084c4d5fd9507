//! Queries of who stands in for whom.

use sea_orm::FromQueryResult;
use time::Date;

use crate::access::{Role, Writes};
use crate::base::ids::{AccountId, FacilityId, StandInId};
use crate::base::time::{Instant, berlin_today};
use crate::schema::accounts::stand_in;
use crate::store::{Result, Rows, Sql, Writer};

/// The accounts for whose clients somebody of an office is responsible on a day, as a set in parentheses: the own one, and
/// those whom somebody stands in for.
pub fn charges(account: AccountId, office: FacilityId, today: Date) -> Sql {
    Sql::new("(select va.id from account va where va.id = ? union all select vs.absent_id from stand_in vs where vs.stand_in_id = ? ")
        .bind(account)
        .bind(account)
        .push("and vs.ended_at is null and vs.facility_id = ? and vs.from_day <= ? and vs.to_day > ?)")
        .bind(office)
        .bind(today)
        .bind(today)
}

/// A line of the list.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct StandInRow {
    pub id: StandInId,
    pub absent_id: AccountId,
    pub absent_name: String,
    pub stand_in_id: AccountId,
    pub stand_in_name: String,
    pub from_day: Date,
    /// The first day on which it does not hold any more.
    pub to_day: Date,
    pub set_by_name: String,
    pub version: i64,
}

const ROW: &str = "select v.id, v.absent_id, aa.name as absent_name, v.stand_in_id, sa.name as stand_in_name, v.from_day, v.to_day, \
     v.set_by_name, v.version from stand_in v join account aa on aa.id = v.absent_id join account sa on sa.id = v.stand_in_id \
     where v.ended_at is null and v.facility_id = ? and v.to_day > ? and ";

/// What the actor may know of in an office: the lead everything, others what concerns them.
fn scope<R: Rows>(rows: &R, office: FacilityId) -> Sql {
    let sql = Sql::new(ROW).bind(office).bind(berlin_today(rows.now()));
    if rows.access().actor().leads() == Some(office) {
        return sql.push("1 = 1");
    }
    let me = rows.access().actor().account();
    sql.push("(v.absent_id = ? or v.stand_in_id = ?)")
        .bind(me)
        .bind(me)
}

/// What holds or will hold, the earliest first.
pub(super) async fn list<R: Rows>(rows: &R, office: FacilityId) -> Result<Vec<StandInRow>> {
    rows.all(scope(rows, office).push(" order by v.from_day, v.id limit 200"))
        .await
}

/// One of them.
pub(super) async fn find<R: Rows>(
    rows: &R,
    office: FacilityId,
    id: StandInId,
) -> Result<Option<StandInRow>> {
    rows.one(scope(rows, office).push(" and v.id = ?").bind(id))
        .await
}

/// An officer of the office.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct OfficerRow {
    pub id: AccountId,
    pub name: String,
    /// The first account of the same human.
    pub holder: AccountId,
}

/// The officers of an office who can sign in.
pub(super) async fn officers(rows: &impl Rows, office: FacilityId) -> Result<Vec<OfficerRow>> {
    rows.all(
        Sql::new(
            "select id, name, coalesce(holder_id, id) as holder from account where facility_id = ? and role = ? \
             and disabled_at is null order by name, id limit 500",
        )
        .bind(office)
        .bind(Role::Probation.code().to_owned()),
    )
    .await
}

pub(super) async fn insert<P: Writes>(writer: &Writer<P>, row: stand_in::Model) -> Result<()> {
    writer.insert(row).await
}

/// Ends it at once.
pub(super) async fn end<P: Writes>(
    writer: &Writer<P>,
    id: StandInId,
    version: i64,
    now: Instant,
) -> Result<()> {
    writer
        .change_one(
            Sql::new("update stand_in set ended_at = ?, ended_by_name = ?, version = version + 1 where id = ? and version = ? and ended_at is null")
                .bind(now)
                .bind(writer.access().actor().name().to_owned())
                .bind(id)
                .bind(version),
        )
        .await
}
