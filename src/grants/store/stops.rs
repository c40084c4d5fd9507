//! Queries of stops.

use sea_orm::FromQueryResult;
use time::Date;

use super::super::rules::{Decidable, State};
use super::super::scope::stop_scope;
use crate::access::{Person, Writes};
use crate::base::ids::{AccountId, FacilityId, GrantId, ProviderId, StaffId, StopId};
use crate::base::time::Instant;
use crate::schema::providers::access_stop;
use crate::store::{Result, Rows, Sql, Writer};

/// A stop with everything its page shows.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::grants) struct StopRow {
    pub id: StopId,
    pub staff_id: StaffId,
    pub staff_name: String,
    pub provider_name: String,
    pub facility_id: Option<FacilityId>,
    pub facility_name: Option<String>,
    pub reason: String,
    pub set_by: AccountId,
    pub set_by_holder: AccountId,
    pub set_by_provider: Option<ProviderId>,
    pub set_by_name: String,
    pub set_at: Instant,
    pub lifted_by_name: Option<String>,
    pub lifted_at: Option<Instant>,
    pub version: i64,
}

impl StopRow {
    /// Who set it.
    pub(in crate::grants) fn setter(&self) -> Person {
        Person::of(self.set_by, Some(self.set_by_holder))
    }
}

const STOP: &str = "select t.id, t.staff_id, s.name as staff_name, p.name as provider_name, t.facility_id, \
     f.name as facility_name, t.reason, t.set_by, coalesce(a.holder_id, a.id) as set_by_holder, \
     a.provider_id as set_by_provider, t.set_by_name, t.set_at, t.lifted_by_name, t.lifted_at, t.version \
     from access_stop t join staff s on s.id = t.staff_id join provider p on p.id = s.provider_id \
     join account a on a.id = t.set_by left join facility f on f.id = t.facility_id where ";

/// A stop in scope.
pub(in crate::grants) async fn stop(rows: &impl Rows, id: StopId) -> Result<Option<StopRow>> {
    rows.one(
        Sql::new(STOP)
            .push("t.id = ? and ")
            .bind(id)
            .append(stop_scope(rows.access().actor().profile())),
    )
    .await
}

/// The stops in scope, open ones first, then the newest.
pub(in crate::grants) async fn stops(rows: &impl Rows) -> Result<Vec<StopRow>> {
    rows.all(
        Sql::new(STOP)
            .append(stop_scope(rows.access().actor().profile()))
            .push(" order by case when t.lifted_at is null then 0 else 1 end, t.set_at desc, t.id limit 60"),
    )
    .await
}

/// The open stops of a staff member that close a facility; all facilities without one.
pub(in crate::grants) async fn open_stops<P: Writes>(
    writer: &Writer<P>,
    staff: StaffId,
) -> Result<Vec<StopRow>> {
    writer
        .all(
            Sql::new(STOP)
                .push("t.staff_id = ? and t.lifted_at is null order by t.set_at, t.id limit 100")
                .bind(staff),
        )
        .await
}

/// Stores a stop.
pub(in crate::grants) async fn insert<P: Writes>(
    writer: &Writer<P>,
    stops: Vec<access_stop::Model>,
) -> Result<()> {
    writer.insert_all(stops).await
}

/// A grant that a stop closes or closed.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::grants) struct StoppedGrant {
    pub id: GrantId,
    pub facility_name: String,
    pub programme_name: String,
    pub first_day: Date,
    pub last_day: Date,
    pub state: String,
    pub approved: bool,
    /// Whether the clearance it rests on still holds; true without one.
    pub cleared: bool,
    pub suspended_reason: Option<String>,
}

impl StoppedGrant {
    /// What a step depends on; who asked does not matter for stops.
    pub(in crate::grants) fn decidable(&self, by: Person) -> Decidable {
        Decidable {
            state: self.state.parse().unwrap_or(State::Revoked),
            approved: self.approved,
            requested_by: by,
            last: self.last_day,
        }
    }
}

const STOPPED: &str = "select g.id, f.name as facility_name, m.name as programme_name, g.first_day, g.last_day, g.state, \
     (g.decided_at is not null) as approved, g.suspended_reason, \
     (g.clearance_id is null or exists (select 1 from clearance c where c.id = g.clearance_id and c.state = 'granted' \
     and c.ended_at is null and c.last_day >= g.last_day)) as cleared \
     from access_grant g join facility f on f.id = g.facility_id join programme m on m.id = g.programme_id where ";

/// The grants of a staff member that a stop must close: open and requested ones that are not over.
pub(in crate::grants) async fn to_close<P: Writes>(
    writer: &Writer<P>,
    staff: StaffId,
    facility: Option<FacilityId>,
    today: Date,
) -> Result<Vec<StoppedGrant>> {
    let mut sql = Sql::new(STOPPED)
        .push("g.staff_id = ? and g.state in ('active', 'requested') and g.last_day >= ?")
        .bind(staff)
        .bind(today);
    if let Some(facility) = facility {
        sql = sql.push(" and g.facility_id = ?").bind(facility);
    }
    writer.all(sql.push(" order by g.id limit 2000")).await
}

/// The grants that a stop holds, as far as they are in scope.
pub(in crate::grants) async fn held(
    rows: &impl Rows,
    staff: StaffId,
    stop: StopId,
) -> Result<Vec<StoppedGrant>> {
    let profile = rows.access().actor().profile();
    let mut sql = Sql::new(STOPPED)
        .push("g.staff_id = ? and g.stop_id = ? and g.state = 'suspended'")
        .bind(staff)
        .bind(stop);
    if let Some(facility) = profile.facility {
        sql = sql.push(" and g.facility_id = ?").bind(facility);
    }
    rows.all(sql.push(" order by f.name, m.name, g.id limit 500"))
        .await
}

/// Suspends grants under a stop.
pub(in crate::grants) async fn close<P: Writes>(
    writer: &Writer<P>,
    stop: StopId,
    grants: &[GrantId],
) -> Result<()> {
    for chunk in grants.chunks(500) {
        writer
            .change(
                Sql::new(
                    "update access_grant set state = 'suspended', stop_id = ?, version = version + 1 \
                     where state in ('active', 'requested') and id in ",
                )
                .bind(stop)
                .list(chunk.iter().copied()),
            )
            .await?;
    }
    Ok(())
}

/// Marks a stop as lifted, if it stands as it was shown.
pub(in crate::grants) async fn lift<P: Writes>(
    writer: &Writer<P>,
    id: StopId,
    version: i64,
) -> Result<()> {
    writer
        .change_one(
            Sql::new(
                "update access_stop set lifted_by_name = ?, lifted_at = ?, version = version + 1 \
                 where id = ? and version = ? and lifted_at is null",
            )
            .bind(writer.access().actor().name().to_owned())
            .bind(writer.now())
            .bind(id)
            .bind(version),
        )
        .await
}

/// Hands the grants that a stop holds at a facility over to another one.
pub(in crate::grants) async fn hand_over<P: Writes>(
    writer: &Writer<P>,
    from: StopId,
    to: StopId,
    facility: FacilityId,
) -> Result<()> {
    writer
        .change(
            Sql::new(
                "update access_grant set stop_id = ?, version = version + 1 \
                 where stop_id = ? and facility_id = ? and state = 'suspended'",
            )
            .bind(to)
            .bind(from)
            .bind(facility),
        )
        .await?;
    Ok(())
}

/// Lets grants go that a stop held: back to a state, or still suspended for another reason.
pub(in crate::grants) async fn release<P: Writes>(
    writer: &Writer<P>,
    grants: &[GrantId],
    to: State,
    reason: Option<&str>,
) -> Result<()> {
    if grants.is_empty() {
        return Ok(());
    }
    let mut sql =
        Sql::new("update access_grant set state = ?, stop_id = null").bind(to.code().to_owned());
    if let Some(reason) = reason {
        sql = sql
            .push(", suspended_reason = coalesce(suspended_reason, ?)")
            .bind(reason.to_owned());
    }
    let sql = sql
        .push(", version = version + 1 where state = 'suspended' and id in ")
        .list(grants.iter().copied());
    writer.change(sql).await?;
    Ok(())
}

/// What is suspended for another reason is held by the stop too, so that nothing opens it while the stop is open.
pub(in crate::grants) async fn hold<P: Writes>(
    writer: &Writer<P>,
    stop: StopId,
    staff: StaffId,
    facility: Option<FacilityId>,
    today: Date,
) -> Result<()> {
    let mut sql = Sql::new(
        "update access_grant set stop_id = ?, version = version + 1 where staff_id = ? \
         and state = 'suspended' and stop_id is null and last_day >= ?",
    )
    .bind(stop)
    .bind(staff)
    .bind(today);
    if let Some(facility) = facility {
        sql = sql.push(" and facility_id = ?").bind(facility);
    }
    writer.change(sql).await?;
    Ok(())
}
