//! Announced visits and late entries.

use sea_orm::FromQueryResult;
use time::Date;

use crate::access::Writes;
use crate::base::ids::{FacilityId, GateVisitId, StaffId};
use crate::base::time::Instant;
use crate::gate::scope::announced;
use crate::schema::providers::gate_visit;
use crate::store::{Result, Rows, Sql, Writer};

/// Most visits of a list.
pub const VISITS: i64 = 200;

/// A visit with everything its pages show.
#[derive(Debug, Clone, FromQueryResult)]
pub struct VisitRow {
    /// Id.
    pub id: GateVisitId,
    /// Who comes.
    pub staff_id: StaffId,
    /// Name.
    pub name: String,
    /// Organisation.
    pub organisation: String,
    /// Where.
    pub facility_id: FacilityId,
    /// Name of the facility.
    pub facility_name: String,
    /// Day.
    pub day: Date,
    /// Beginning.
    pub start_minute: i64,
    /// Length.
    pub minutes: i64,
    /// Place in the facility.
    pub destination: String,
    /// Escort asked for.
    pub escort: bool,
    /// Why it was entered late without a grant.
    pub waiver_reason: Option<String>,
    /// Who announced it.
    pub created_by_name: String,
    /// When.
    pub created_at: Instant,
    /// When it was cancelled.
    pub cancelled_at: Option<Instant>,
    /// Version.
    pub version: i64,
}

const VISIT: &str = "select v.id, v.staff_id, s.name, p.name as organisation, v.facility_id, f.name as facility_name, v.day, \
     v.start_minute, v.minutes, v.destination, v.escort, v.waiver_reason, v.created_by_name, v.created_at, \
     v.cancelled_at, v.version from gate_visit v join staff s on s.id = v.staff_id \
     join provider p on p.id = s.provider_id join facility f on f.id = v.facility_id where ";

/// The announced visits in scope from a day on.
pub async fn visits(rows: &impl Rows, from: Date) -> Result<Vec<VisitRow>> {
    rows.all(
        Sql::new(VISIT)
            .push("v.day >= ? and v.waiver_reason is null and ")
            .bind(from)
            .append(announced(rows.access().actor().profile()))
            .push(" order by v.day, v.start_minute, s.name, v.id limit ?")
            .bind(VISITS),
    )
    .await
}

/// One visit in scope, announced or late.
pub async fn visit(rows: &impl Rows, id: GateVisitId) -> Result<Option<VisitRow>> {
    rows.one(
        Sql::new(VISIT)
            .push("v.id = ? and ")
            .bind(id)
            .append(announced(rows.access().actor().profile())),
    )
    .await
}

/// The late entries of a facility (or of all) from a day on, newest first.
pub async fn late(
    rows: &impl Rows,
    facility: Option<FacilityId>,
    from: Date,
) -> Result<Vec<VisitRow>> {
    let mut sql = Sql::new(VISIT)
        .push("v.day >= ? and v.waiver_reason is not null")
        .bind(from);
    if let Some(facility) = facility {
        sql = sql.push(" and v.facility_id = ?").bind(facility);
    }
    rows.all(
        sql.push(" order by v.day desc, v.created_at desc, v.id limit ?")
            .bind(VISITS),
    )
    .await
}

/// Stores a visit.
pub async fn insert<P: Writes>(writer: &Writer<P>, visit: gate_visit::Model) -> Result<()> {
    writer.insert(visit).await
}

/// What a changed visit says.
pub struct Change {
    /// Day.
    pub day: Date,
    /// Beginning.
    pub start_minute: i64,
    /// Length.
    pub minutes: i64,
    /// Place in the facility.
    pub destination: String,
    /// Escort asked for.
    pub escort: bool,
}

/// Changes a visit that nobody changed since the version. The caller has checked the scope.
pub async fn change<P: Writes>(
    writer: &Writer<P>,
    id: GateVisitId,
    version: i64,
    to: &Change,
) -> Result<()> {
    writer
        .change_one(
            Sql::new(
                "update gate_visit set day = ?, start_minute = ?, minutes = ?, destination = ?, escort = ?, changed_at = ?, \
                 version = version + 1 where id = ? and version = ? and cancelled_at is null",
            )
            .bind(to.day)
            .bind(to.start_minute)
            .bind(to.minutes)
            .bind(to.destination.clone())
            .bind(to.escort)
            .bind(writer.now())
            .bind(id)
            .bind(version),
        )
        .await
}

/// Cancels a visit that nobody changed since the version. The caller has checked the scope.
pub async fn cancel<P: Writes>(writer: &Writer<P>, id: GateVisitId, version: i64) -> Result<()> {
    writer
        .change_one(
            Sql::new(
                "update gate_visit set cancelled_at = ?, cancelled_by_name = ?, version = version + 1 \
                 where id = ? and version = ? and cancelled_at is null",
            )
            .bind(writer.now())
            .bind(writer.access().actor().name().to_owned())
            .bind(id)
            .bind(version),
        )
        .await
}
