//! Objects that external staff may bring along.

use sea_orm::FromQueryResult;
use time::Date;

use crate::access::Writes;
use crate::base::ids::{
    AccountId, ApprovedObjectId, FacilityId, GateVisitId, GroupSessionId, StaffId,
};
use crate::gate::rules::objects::State;
use crate::gate::scope::announced;
use crate::groups::{group_scope, session_staff_sql};
use crate::schema::providers::approved_object;
use crate::store::{Result, Rows, Sql, Writer};

/// An object with everything its list shows.
#[derive(Debug, Clone, FromQueryResult)]
pub struct ObjectLine {
    /// Id.
    pub id: ApprovedObjectId,
    /// Whose.
    pub staff_id: StaffId,
    /// Name.
    pub name: String,
    /// Organisation.
    pub organisation: String,
    /// Where.
    pub facility_id: FacilityId,
    /// Name of the facility.
    pub facility_name: String,
    /// What, as stored.
    pub what: String,
    /// From this day.
    pub first_day: Date,
    /// To this day.
    pub last_day: Date,
    /// For one appointment only.
    pub single: bool,
    /// What was decided.
    pub state: String,
    /// The human who asked: their first account.
    pub requested_by: AccountId,
    /// Their name.
    pub requested_by_name: String,
    /// Who decided.
    pub decided_by_name: Option<String>,
    /// Version.
    pub version: i64,
}

const OBJECT: &str = "select v.id, v.staff_id, s.name, p.name as organisation, v.facility_id, f.name as facility_name, v.what, \
     v.first_day, v.last_day, (v.session_id is not null or v.visit_id is not null) as single, v.state, \
     (select coalesce(ha.holder_id, ha.id) from account ha where ha.id = v.requested_by) as requested_by, \
     v.requested_by_name, v.decided_by_name, v.version from approved_object v \
     join staff s on s.id = v.staff_id join provider p on p.id = s.provider_id \
     join facility f on f.id = v.facility_id where ";

/// The objects in scope that are not over, open requests first.
pub async fn objects(rows: &impl Rows, today: Date) -> Result<Vec<ObjectLine>> {
    rows.all(
        Sql::new(OBJECT)
            .push("v.last_day >= ? and ")
            .bind(today)
            .append(announced(rows.access().actor().profile()))
            .push(
                " order by case v.state when 'requested' then 0 when 'approved' then 1 else 2 end, v.first_day, s.name, \
                 v.id limit 300",
            ),
    )
    .await
}

/// One object in scope.
pub async fn object(rows: &impl Rows, id: ApprovedObjectId) -> Result<Option<ObjectLine>> {
    rows.one(
        Sql::new(OBJECT)
            .push("v.id = ? and ")
            .bind(id)
            .append(announced(rows.access().actor().profile())),
    )
    .await
}

/// Stores a request.
pub async fn insert<P: Writes>(writer: &Writer<P>, object: approved_object::Model) -> Result<()> {
    writer.insert(object).await
}

/// Stores a decision, if the object stands as it was shown.
pub async fn decide<P: Writes>(
    writer: &Writer<P>,
    id: ApprovedObjectId,
    version: i64,
    (from, to): (State, State),
) -> Result<()> {
    let actor = writer.access().actor();
    writer
        .change_one(
            Sql::new(
                "update approved_object set state = ?, decided_by = ?, decided_by_name = ?, decided_at = ?, \
                 version = version + 1 where id = ? and version = ? and state = ?",
            )
            .bind(to.code().to_owned())
            .bind(actor.account())
            .bind(actor.name().to_owned())
            .bind(writer.now())
            .bind(id)
            .bind(version)
            .bind(from.code().to_owned()),
        )
        .await
}

/// An appointment for which an object may be asked.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Occasion {
    /// `session` or `visit`.
    pub kind: String,
    /// Its id.
    pub source: uuid::Uuid,
    /// Who comes.
    pub staff_id: StaffId,
    /// Name.
    pub name: String,
    /// Where.
    pub facility_id: FacilityId,
    /// Name of the facility.
    pub facility_name: String,
    /// Day.
    pub day: Date,
    /// Beginning.
    pub start_minute: i64,
}

impl Occasion {
    /// The value in the form.
    pub fn value(&self) -> String {
        format!(
            "{}-{}-{}",
            self.kind,
            self.source.simple(),
            self.staff_id.0.simple()
        )
    }

    /// The session, if it is one.
    pub fn session(&self) -> Option<GroupSessionId> {
        (self.kind == "session").then_some(GroupSessionId(self.source))
    }

    /// The visit, if it is one.
    pub fn visit(&self) -> Option<GateVisitId> {
        (self.kind == "visit").then_some(GateVisitId(self.source))
    }
}

/// The appointments of the actor's staff between two days: sessions of groups in scope and announced visits.
pub async fn occasions(rows: &impl Rows, from: Date, to: Date) -> Result<Vec<Occasion>> {
    let profile = rows.access().actor().profile();
    let scope = rows.access().scope();
    // Sessions stand under the names that the one condition expects.
    let sql = Sql::new(
        "select * from (select 'session' as kind, v.session_id as source, v.staff_id, s.name, v.facility_id, \
         f.name as facility_name, v.day, v.start_minute from (select gs.id as session_id, s.id as staff_id, tg.facility_id, \
         gs.day, gs.start_minute from group_session gs join training_group tg on tg.id = gs.group_id ",
    )
    .append(session_staff_sql())
    .push(
        " where gs.day >= ? and gs.day <= ? and gs.state = 'planned' and tg.state = 'published' and ",
    )
    .bind(from)
    .bind(to)
    .append(group_scope(&scope, "tg.id"))
    .push(") v join staff s on s.id = v.staff_id join facility f on f.id = v.facility_id where ")
    .append(announced(profile))
    .push(
        " union all select 'visit', v.id, v.staff_id, s.name, v.facility_id, f.name, v.day, v.start_minute \
         from gate_visit v join staff s on s.id = v.staff_id join facility f on f.id = v.facility_id \
         where v.day >= ? and v.day <= ? and v.cancelled_at is null and v.waiver_reason is null and ",
    )
    .bind(from)
    .bind(to)
    .append(announced(profile))
    .push(") o order by o.day, o.start_minute, o.name, o.source limit 200");
    rows.all(sql).await
}
