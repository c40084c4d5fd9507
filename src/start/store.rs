//! The few figures of the start page.

use sea_orm::FromQueryResult;
use time::{Date, Duration};

use crate::access::{ActorProfile, Role};
use crate::base::ids::{FacilityId, GrantId};
use crate::store::{Result, Rows, Sql};

/// A grant of the start page.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct GrantLine {
    pub id: GrantId,
    pub staff_name: String,
    pub facility_id: FacilityId,
    pub facility_name: String,
    pub programme_name: String,
    pub state: String,
    pub first_day: Date,
    pub last_day: Date,
    /// Requests of the same organisation that wait for a decision; the same in every line.
    pub waiting: i64,
}

/// Days after its end for which a grant is still named as closed.
const CLOSED_DAYS: i64 = 60;

/// The grants of a staff member, or of a coordination's organisation: those valid today, those that begin later, are
/// suspended, or ended lately without a further one. What ends first comes first.
pub(super) async fn grants(
    rows: &impl Rows,
    profile: &ActorProfile,
    today: Date,
) -> Result<Vec<GrantLine>> {
    let sql = Sql::new(
        "select g.id, s.name as staff_name, g.facility_id, f.name as facility_name, m.name as programme_name, g.state, \
         g.first_day, g.last_day, \
         (select count(*) from staff ws join access_grant w on w.staff_id = ws.id where ws.provider_id = s.provider_id \
         and w.state = 'requested' and w.last_day >= ?) as waiting \
         from access_grant g join staff s on s.id = g.staff_id join facility f on f.id = g.facility_id \
         join programme m on m.id = g.programme_id where g.state in ('active', 'suspended') and g.last_day >= ? \
         and (s.valid_to is null or s.valid_to > ?) and (g.last_day >= ? or not exists (select 1 from access_grant n \
         where n.staff_id = g.staff_id and n.facility_id = g.facility_id and n.programme_id = g.programme_id \
         and n.state in ('active', 'suspended') and n.last_day > g.last_day)) and ",
    )
    .bind(today)
    .bind(today - Duration::days(CLOSED_DAYS))
    .bind(today)
    .bind(today);
    let sql = match (profile.role, profile.staff, profile.provider) {
        (Role::Trainer, Some(staff), _) => sql.push("g.staff_id = ?").bind(staff),
        (Role::Coordinator, _, Some(provider)) => sql.push("s.provider_id = ?").bind(provider),
        _ => return Ok(Vec::new()),
    };
    rows.all(
        sql.push(" order by case when g.state = 'active' and g.first_day <= ? and g.last_day >= ? then 0 else 1 end, ")
            .bind(today)
            .bind(today)
            .push("g.last_day, f.name, m.name, g.id limit 60"),
    )
    .await
}

/// Who decides about access in a facility.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Officer {
    pub facility_id: FacilityId,
    pub name: String,
}

/// The people with the role access officer in facilities.
pub(super) async fn officers(
    rows: &impl Rows,
    facilities: impl IntoIterator<Item = FacilityId>,
) -> Result<Vec<Officer>> {
    rows.all(
        Sql::new("select facility_id, name from account where role = ? and disabled_at is null and facility_id in ")
            .bind(Role::AccessOfficer.code().to_owned())
            .list(facilities)
            .push(" order by facility_id, name, id limit 100"),
    )
    .await
}

#[derive(FromQueryResult)]
struct FigureRow {
    number: i64,
}

async fn figure(rows: &impl Rows, sql: Sql) -> Result<u64> {
    let row: Option<FigureRow> = rows.one(sql).await?;
    Ok(row.map_or(0, |row| row.number.unsigned_abs()))
}

/// External staff with a grant for the actor's facility today.
pub(super) async fn expected_staff(
    rows: &impl Rows,
    profile: &ActorProfile,
    today: Date,
) -> Result<u64> {
    let Some(facility) = profile.facility else {
        return Ok(0);
    };
    figure(
        rows,
        Sql::new(
            "select count(distinct g.staff_id) as number from access_grant g join staff s on s.id = g.staff_id \
             where g.facility_id = ? and g.state = 'active' and g.first_day <= ? and g.last_day >= ? \
             and (s.valid_to is null or s.valid_to > ?)",
        )
        .bind(facility)
        .bind(today)
        .bind(today)
        .bind(today),
    )
    .await
}

/// Releases in a state: `prepared` or `published`.
pub(super) async fn releases(rows: &impl Rows, state: &str) -> Result<u64> {
    figure(
        rows,
        Sql::new("select count(*) as number from statistics_release where state = ?")
            .bind(state.to_owned()),
    )
    .await
}

/// Refused requests since a day.
pub(super) async fn refusals(rows: &impl Rows, since: Date) -> Result<u64> {
    figure(
        rows,
        Sql::new(
            "select count(*) as number from audit_entry where day >= ? and outcome = 'verweigert'",
        )
        .bind(since),
    )
    .await
}

/// Accounts that are not set up yet.
pub(super) async fn accounts_waiting(rows: &impl Rows) -> Result<u64> {
    figure(
        rows,
        Sql::new("select count(*) as number from account where password_hash is null and disabled_at is null"),
    )
    .await
}
