//! Stored plans of a half-year with their groups, and whom drafts are meant for.

use sea_orm::FromQueryResult;
use time::Date;

use crate::access::{Scope, Writes};
use crate::base::ids::{
    ApplicationId, FacilityId, GroupId, HalfYearGroupId, HalfYearPlanId, LandPlanId, PersonId,
    ProviderId, RoomId, StaffId, TemplateId,
};
use crate::base::time::{Instant, berlin_today};
use crate::casework;
use crate::people::scope_condition;
use crate::schema::casework::talk_offer;
use crate::schema::planning::{half_year_group, half_year_plan, planned_member};
use crate::store::{Result, Rows, Sql, Writer};

/// Days after which plans whose half-year is over are deleted when a new one is begun.
const KEPT_DAYS: i64 = 200;
/// The most plans that are listed.
const LIMIT: i64 = 100;

/// A plan.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct PlanRow {
    pub id: HalfYearPlanId,
    pub facility_id: FacilityId,
    pub facility_name: String,
    pub name: String,
    pub first_day: Date,
    pub last_day: Date,
    pub seed: i64,
    pub thorough: String,
    pub everybody: bool,
    pub wanted: String,
    pub state: String,
    pub rounds: i64,
    pub service: i64,
    pub quality: i64,
    pub cost: i64,
    pub waiting: i64,
    pub seated: i64,
    pub created_at: Instant,
    pub created_by_name: String,
    pub finished_at: Option<Instant>,
    /// The computation for several houses of which this is one house's part.
    pub land_id: Option<LandPlanId>,
    pub land_provider_id: Option<ProviderId>,
    /// Whether times are looked for talks too, and how many talks were due.
    pub with_talks: bool,
    pub talks: i64,
    /// Talks for which it proposes a time.
    pub offers: i64,
    pub version: i64,
    /// Groups it proposes, and those of them that became drafts.
    pub groups: i64,
    pub taken: i64,
}

/// A condition on a plan: it is one of the facility for which the actor plans. What is computed for several houses
/// reaches a facility when it is finished.
fn own(scope: &Scope) -> Sql {
    match scope {
        Scope::Facility(facility) => {
            Sql::new("h.facility_id = ? and (h.land_id is null or h.state in ('ready', 'stopped'))")
                .bind(*facility)
        }
        _ => Sql::new("1 = 0"),
    }
}

/// A condition on a plan: the actor's organisation had it computed for several houses, and still works in this one.
fn own_land(scope: &Scope) -> Sql {
    match scope {
        Scope::Provider { provider, grants } if !grants.is_empty() => {
            Sql::new("h.land_id is not null and h.land_provider_id = ?")
                .bind(*provider)
                .push(" and h.facility_id in ")
                .list(grants.iter().map(|grant| grant.facility))
        }
        _ => Sql::new("1 = 0"),
    }
}

const SELECT: &str = "select h.id, h.facility_id, f.name as facility_name, h.name, h.first_day, h.last_day, h.seed, h.thorough, h.everybody, h.wanted, \
     h.state, h.rounds, h.service, h.quality, h.cost, h.waiting, h.seated, h.created_at, h.created_by_name, \
     h.finished_at, h.land_id, h.land_provider_id, h.with_talks, h.talks, \
     (select count(*) from talk_offer o where o.plan_id = h.id) as offers, h.version, (select count(*) from half_year_group c where c.plan_id = h.id) as groups, \
     (select count(*) from half_year_group c where c.plan_id = h.id and c.group_id is not null) as taken \
     from half_year_plan h join facility f on f.id = h.facility_id where ";

/// The plans of the actor's facility, the newest first.
pub(crate) async fn all<R: Rows>(rows: &R) -> Result<Vec<PlanRow>> {
    let scope = rows.access().scope();
    rows.all(
        Sql::new(SELECT)
            .append(own(&scope))
            .push(" order by h.created_at desc, h.id limit ?")
            .bind(LIMIT),
    )
    .await
}

/// A plan of the actor's facility.
pub(crate) async fn find<R: Rows>(rows: &R, id: HalfYearPlanId) -> Result<Option<PlanRow>> {
    let scope = rows.access().scope();
    rows.one(
        Sql::new(SELECT)
            .append(own(&scope))
            .push(" and h.id = ?")
            .bind(id),
    )
    .await
}

/// The most rows of plans for several houses that are listed: one for each house.
const LAND_LIMIT: i64 = 1_000;

/// The houses' parts of what the actor's organisation had computed for several houses, the newest first.
pub(crate) async fn of_lands<R: Rows>(rows: &R) -> Result<Vec<PlanRow>> {
    let scope = rows.access().scope();
    rows.all(
        Sql::new(SELECT)
            .append(own_land(&scope))
            .push(" order by h.created_at desc, h.land_id, f.name, h.id limit ?")
            .bind(LAND_LIMIT),
    )
    .await
}

/// The houses' parts of one of them; none if it is none of the actor's organisation.
pub(crate) async fn of_land<R: Rows>(rows: &R, land: LandPlanId) -> Result<Vec<PlanRow>> {
    let scope = rows.access().scope();
    rows.all(
        Sql::new(SELECT)
            .append(own_land(&scope))
            .push(" and h.land_id = ? order by f.name, h.id limit ?")
            .bind(land)
            .bind(LAND_LIMIT),
    )
    .await
}

/// A group of a plan.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct GroupRow {
    pub id: HalfYearGroupId,
    pub plan_id: HalfYearPlanId,
    pub template_id: TemplateId,
    pub template_name: String,
    pub room_id: RoomId,
    pub room_name: String,
    pub weekday: i64,
    pub start_minute: i64,
    pub minutes: i64,
    pub days: String,
    pub trainer_one: StaffId,
    pub one_name: String,
    pub one_provider: ProviderId,
    pub one_provider_name: String,
    pub trainer_two: StaffId,
    pub two_name: String,
    pub two_provider: ProviderId,
    pub two_provider_name: String,
    pub applications: String,
    pub missed: i64,
    pub travel: i64,
    pub group_id: Option<GroupId>,
    pub group_name: Option<String>,
    pub group_state: Option<String>,
    pub version: i64,
}

impl GroupRow {
    /// Its dates.
    pub fn dates(&self) -> Vec<Date> {
        let numbers: Vec<i32> = serde_json::from_str(&self.days).unwrap_or_default();
        numbers
            .into_iter()
            .filter_map(|number| Date::from_julian_day(number).ok())
            .collect()
    }

    /// The applications of those it would seat.
    pub fn seats(&self) -> Vec<ApplicationId> {
        serde_json::from_str(&self.applications).unwrap_or_default()
    }
}

/// The groups of some plans, which the caller has found in scope, in the order of their first days.
pub(crate) async fn groups<R: Rows>(rows: &R, plans: &[HalfYearPlanId]) -> Result<Vec<GroupRow>> {
    rows.all(
        Sql::new(
            "select c.id, c.plan_id, c.template_id, t.name as template_name, c.room_id, r.name as room_name, \
             c.weekday, c.start_minute, c.minutes, c.days, c.trainer_one, a.name as one_name, a.provider_id as one_provider, \
             ap.name as one_provider_name, c.trainer_two, b.name as two_name, b.provider_id as two_provider, \
             bp.name as two_provider_name, c.applications, c.missed, c.travel, c.group_id, g.name as group_name, \
             g.state as group_state, c.version from half_year_group c join template t on t.id = c.template_id \
             join room r on r.id = c.room_id join staff a on a.id = c.trainer_one join staff b on b.id = c.trainer_two \
             join provider ap on ap.id = a.provider_id join provider bp on bp.id = b.provider_id \
             left join training_group g on g.id = c.group_id where c.plan_id in ",
        )
        .list(plans.iter().copied())
        .push(" order by c.plan_id, c.ordinal limit 500"),
    )
    .await
}

/// Somebody of the waiting list.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct SeatRow {
    pub id: ApplicationId,
    pub person_id: PersonId,
    pub family_name: String,
    pub given_name: String,
    /// Whether the person still waits.
    pub waits: bool,
}

/// Whose applications these are, as far as the actor may see them.
pub(crate) async fn seats<R: Rows>(rows: &R, ids: &[ApplicationId]) -> Result<Vec<SeatRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let (scope, today) = (rows.access().scope(), berlin_today(rows.now()));
    rows.all(
        Sql::new(
            "select a.id, a.person_id, p.family_name, p.given_name, (a.closed_on is null) as waits from application a \
             join person p on p.id = a.person_id where a.id in ",
        )
        .list(ids.iter().copied())
        .push(" and ")
        .append(scope_condition(&scope, today, "a.person_id"))
        .push(" order by p.sort_key, a.id limit 500"),
    )
    .await
}

/// Stores a plan that begins, and deletes those that nobody needs any more.
pub(crate) async fn begin<P: Writes>(
    writer: &Writer<P>,
    plan: half_year_plan::Model,
) -> Result<()> {
    let old = writer.now().plus_minutes(-60 * 24 * KEPT_DAYS);
    let facility = plan.facility_id;
    let today = berlin_today(writer.now());
    let outdated = || {
        Sql::new("(select h.id from half_year_plan h where h.facility_id = ? and h.created_at < ? and h.last_day < ?)")
            .bind(facility)
            .bind(old)
.bind(today)
    };
    casework::drop_offers(writer, outdated()).await?;
    writer
        .change(Sql::new("delete from half_year_group where plan_id in ").append(outdated()))
        .await?;
    writer
        .change(
            Sql::new("delete from half_year_plan where facility_id = ? and created_at < ? and last_day < ?")
                .bind(facility)
                .bind(old)
.bind(today),
        )
        .await?;
    writer.insert(plan).await
}

/// What came of a computation.
pub(crate) struct Outcome {
    pub state: &'static str,
    pub rounds: i64,
    pub service: i64,
    pub quality: i64,
    pub cost: i64,
    pub waiting: i64,
    pub seated: i64,
    pub talks: i64,
}

/// What a computation proposes for one house.
#[derive(Default)]
pub(crate) struct Proposed {
    pub groups: Vec<half_year_group::Model>,
    pub talks: Vec<talk_offer::Model>,
}

/// Stores what came of a computation, if the plan still waits for it.
pub(crate) async fn finish<P: Writes>(
    writer: &Writer<P>,
    plan: HalfYearPlanId,
    outcome: &Outcome,
    proposed: Proposed,
) -> Result<bool> {
    let now = writer.now();
    let touched = writer
        .change(
            Sql::new(
                "update half_year_plan set state = ?, rounds = ?, service = ?, quality = ?, cost = ?, waiting = ?, \
                 seated = ?, talks = ?, finished_at = ?, version = version + 1 where id = ? and state = 'computing'",
            )
            .bind(outcome.state.to_owned())
            .bind(outcome.rounds)
            .bind(outcome.service)
            .bind(outcome.quality)
            .bind(outcome.cost)
            .bind(outcome.waiting)
            .bind(outcome.seated)
            .bind(outcome.talks)
            .bind(now)
            .bind(plan),
        )
        .await?;
    if touched == 1 {
        if !proposed.groups.is_empty() {
            writer.insert_all(proposed.groups).await?;
        }
        casework::keep_offers(writer, proposed.talks).await?;
    }
    Ok(touched == 1)
}

/// Begins a computation anew that a process left behind.
pub(crate) async fn resume<P: Writes>(writer: &Writer<P>, plan: &PlanRow) -> Result<()> {
    writer
        .change_one(
            Sql::new(
                "update half_year_plan set version = version + 1 where id = ? and version = ? and state = 'computing'",
            )
            .bind(plan.id)
            .bind(plan.version),
        )
        .await
}

/// Deletes a plan with its groups and the times for talks that nobody took; what came of it stays.
pub(crate) async fn delete<P: Writes>(writer: &Writer<P>, plan: HalfYearPlanId) -> Result<()> {
    casework::drop_offers(writer, Sql::new("(?)").bind(plan)).await?;
    writer
        .change(Sql::new("delete from half_year_group where plan_id = ?").bind(plan))
        .await?;
    writer
        .change_one(Sql::new("delete from half_year_plan where id = ?").bind(plan))
        .await
}

/// Says which draft a group of a plan became.
pub(crate) async fn took<P: Writes>(
    writer: &Writer<P>,
    line: &GroupRow,
    group: GroupId,
) -> Result<()> {
    writer
        .change_one(
            Sql::new(
                "update half_year_group set group_id = ?, version = version + 1 where id = ? and version = ? and group_id is null",
            )
            .bind(group)
            .bind(line.id)
            .bind(line.version),
        )
        .await
}

/// Keeps whom a draft is meant for.
pub(crate) async fn intend<P: Writes>(
    writer: &Writer<P>,
    group: GroupId,
    seats: &[ApplicationId],
) -> Result<()> {
    if seats.is_empty() {
        return Ok(());
    }
    let rows = seats.iter().map(|application| planned_member::Model {
        group_id: group,
        application_id: *application,
        planned_at: writer.now(),
    });
    writer.insert_all(rows.collect()).await
}
