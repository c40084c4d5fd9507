//! The few figures of the start page.

use sea_orm::FromQueryResult;
use time::Date;

use crate::access::{ActorProfile, Role};
use crate::base::ids::GrantId;
use crate::store::{Result, Rows, Sql};

/// A grant that is valid today.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct GrantLine {
    pub id: GrantId,
    pub staff_name: String,
    pub facility_name: String,
    pub programme_name: String,
    pub last_day: Date,
    /// Requests of the same organisation that wait for a decision; the same in every line.
    pub waiting: i64,
}

/// The grants of a staff member, or of a coordination's organisation, that are valid today; those that end first come
/// first.
pub(super) async fn grants(
    rows: &impl Rows,
    profile: &ActorProfile,
    today: Date,
) -> Result<Vec<GrantLine>> {
    let sql = Sql::new(
        "select g.id, s.name as staff_name, f.name as facility_name, m.name as programme_name, g.last_day, \
         (select count(*) from staff ws join access_grant w on w.staff_id = ws.id where ws.provider_id = s.provider_id \
         and w.state = 'requested') as waiting from access_grant g join staff s on s.id = g.staff_id join facility f on f.id = g.facility_id \
         join programme m on m.id = g.programme_id where g.state = 'active' and g.first_day <= ? and g.last_day >= ? \
         and (s.valid_to is null or s.valid_to > ?) and ",
    )
    .bind(today)
    .bind(today)
    .bind(today);
    let sql = match (profile.role, profile.staff, profile.provider) {
        (Role::Trainer, Some(staff), _) => sql.push("g.staff_id = ?").bind(staff),
        (Role::Coordinator, _, Some(provider)) => sql.push("s.provider_id = ?").bind(provider),
        _ => return Ok(Vec::new()),
    };
    rows.all(sql.push(" order by g.last_day, f.name, m.name, g.id limit 50"))
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

/// Requested grants that wait for a decision in the actor's facility or for the actor's organisation.
pub(super) async fn waiting_grants(rows: &impl Rows, profile: &ActorProfile) -> Result<u64> {
    let sql = Sql::new(
        "select count(*) as number from access_grant g join staff s on s.id = g.staff_id where g.state = 'requested' and ",
    );
    match (profile.role, profile.facility, profile.provider) {
        (Role::AccessOfficer, Some(facility), _) => {
            figure(rows, sql.push("g.facility_id = ?").bind(facility)).await
        }
        (Role::Coordinator, _, Some(provider)) => {
            figure(rows, sql.push("s.provider_id = ?").bind(provider)).await
        }
        _ => Ok(0),
    }
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
