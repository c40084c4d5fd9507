//! For whom and where something may be announced.

use sea_orm::FromQueryResult;
use time::Date;

use super::CountRow;
use crate::access::{ActorProfile, Role, Writes};
use crate::base::ids::{FacilityId, StaffId};
use crate::groups::sessions_of_sql;
use crate::store::{Result, Rows, Sql, Writer};

/// A member of external staff who may be announced.
#[derive(Debug, Clone, FromQueryResult)]
pub struct StaffChoice {
    /// Id.
    pub id: StaffId,
    /// Name.
    pub name: String,
    /// Organisation.
    pub organisation: String,
}

/// External staff whom the actor may announce: oneself, one's own organisation's, or all for an access officer.
pub async fn staff(rows: &impl Rows, day: Date) -> Result<Vec<StaffChoice>> {
    let profile = rows.access().actor().profile();
    let sql = Sql::new(
        "select s.id, s.name, p.name as organisation from staff s join provider p on p.id = s.provider_id \
         where s.valid_from <= ? and (s.valid_to is null or s.valid_to > ?) and (p.valid_to is null or p.valid_to > ?) and ",
    )
    .bind(day)
    .bind(day)
    .bind(day);
    let sql = match (profile.role, profile.staff, profile.provider) {
        (Role::Trainer, Some(staff), _) => sql.push("s.id = ?").bind(staff),
        (Role::Coordinator, _, Some(provider)) => sql.push("s.provider_id = ?").bind(provider),
        (Role::AccessOfficer, _, _) => sql.push("1 = 1"),
        _ => return Ok(Vec::new()),
    };
    rows.all(sql.push(" order by s.name, s.id limit 1000"))
        .await
}

/// A facility to announce something at.
#[derive(Debug, Clone, FromQueryResult)]
pub struct PlaceChoice {
    /// Id.
    pub id: FacilityId,
    /// Name.
    pub name: String,
}

/// Where the actor's staff hold a grant that is not over; one's own facility for an access officer.
pub async fn places(
    rows: &impl Rows,
    profile: &ActorProfile,
    day: Date,
) -> Result<Vec<PlaceChoice>> {
    let sql = Sql::new("select f.id, f.name from facility f where ");
    let granted = "exists (select 1 from access_grant g join staff s on s.id = g.staff_id where g.facility_id = f.id \
                   and g.state = 'active' and g.last_day >= ? and ";
    let sql = match (
        profile.role,
        profile.staff,
        profile.provider,
        profile.facility,
    ) {
        (Role::Trainer, Some(staff), _, _) => {
            sql.push(granted).bind(day).push("s.id = ?)").bind(staff)
        }
        (Role::Coordinator, _, Some(provider), _) => sql
            .push(granted)
            .bind(day)
            .push("s.provider_id = ?)")
            .bind(provider),
        (Role::AccessOfficer, _, _, Some(facility)) => sql.push("f.id = ?").bind(facility),
        _ => return Ok(Vec::new()),
    };
    rows.all(sql.push(" order by f.name, f.id limit 200")).await
}

/// What lets somebody in, or keeps them out, on a day.
#[derive(Debug, Clone, Copy, FromQueryResult)]
pub struct Right {
    /// A grant of any programme is valid.
    pub granted: bool,
    /// A stop is set.
    pub stopped: bool,
    /// A grant for the day is suspended.
    pub suspended: bool,
    /// A clearance covers the day.
    pub cleared: bool,
    /// A clearance of the day allows no devices.
    pub no_devices: bool,
}

impl Right {
    /// Must not come in, whatever else is approved.
    pub fn blocked(&self) -> bool {
        self.stopped || (self.suspended && !self.granted)
    }
}

/// What lets a staff member into a facility from one day to another (grant and clearance: on all of it for one day;
/// the restriction: on any day of it).
pub async fn right(
    rows: &impl Rows,
    staff: StaffId,
    facility: FacilityId,
    first: Date,
    last: Date,
) -> Result<Right> {
    let found: Option<Right> = rows
        .one(
            Sql::new(
                "select exists (select 1 from access_grant g join staff s on s.id = g.staff_id where g.staff_id = ? \
                 and g.facility_id = ? and g.state = 'active' and g.first_day <= ? and g.last_day >= ? \
                 and (s.valid_to is null or s.valid_to > ?)) as granted, \
                 exists (select 1 from access_stop x where x.staff_id = ? and x.lifted_at is null \
                 and (x.facility_id is null or x.facility_id = ?)) as stopped, exists (select 1 from access_grant g \
                 where g.staff_id = ? and g.facility_id = ? and g.state = 'suspended' and g.first_day <= ? \
                 and g.last_day >= ?) as suspended, \
                 exists (select 1 from clearance c where c.staff_id = ? and c.facility_id = ? and c.state = 'granted' \
                 and c.ended_at is null and c.first_day <= ? and c.last_day >= ?) as cleared, \
                 exists (select 1 from clearance c where c.staff_id = ? and c.facility_id = ? and c.state = 'granted' \
                 and c.ended_at is null and c.first_day <= ? and c.last_day >= ? and c.no_devices) as no_devices",
            )
            .bind(staff)
            .bind(facility)
            .bind(first)
            .bind(first)
            .bind(first)
            .bind(staff)
            .bind(facility)
            .bind(staff)
            .bind(facility)
            .bind(first)
            .bind(first)
            .bind(staff)
            .bind(facility)
            .bind(first)
            .bind(first)
            .bind(staff)
            .bind(facility)
            .bind(last)
            .bind(first),
        )
        .await?;
    Ok(found.unwrap_or(Right {
        granted: false,
        stopped: true,
        suspended: true,
        cleared: false,
        no_devices: true,
    }))
}

/// Holds a staff member's row until the commit: two announcements for the same person wait for each other.
pub async fn hold<P: Writes>(writer: &Writer<P>, staff: StaffId) -> Result<()> {
    writer
        .change(Sql::new("update staff set version = version where id = ?").bind(staff))
        .await?;
    Ok(())
}

/// Whether a staff member is expected anywhere else within a span of a day (sessions and visits, any facility).
pub async fn busy(
    rows: &impl Rows,
    staff: StaffId,
    day: Date,
    from: i64,
    to: i64,
    except: Option<crate::base::ids::GateVisitId>,
) -> Result<bool> {
    let mut sql = Sql::new("select (select count(*) from group_session gs join ")
    .append(sessions_of_sql(&Sql::new("(?)").bind(staff), Some((day, day))))
    .push(
        " held on held.session_id = gs.id join training_group tg on tg.id = gs.group_id where gs.day = ? and gs.state = 'planned' \
         and tg.state = 'published' and gs.start_minute < ? and gs.start_minute + gs.minutes > ?) \
         + (select count(*) from gate_visit v where v.staff_id = ? and v.day = ? and v.cancelled_at is null \
         and v.start_minute < ? and v.start_minute + v.minutes > ?",
    )
    .bind(day)
    .bind(to)
    .bind(from)
    .bind(staff)
    .bind(day)
    .bind(to)
    .bind(from);
    if let Some(except) = except {
        sql = sql.push(" and v.id <> ?").bind(except);
    }
    let row: Option<CountRow> = rows.one(sql.push(") as number")).await?;
    Ok(row.is_some_and(|row| row.number > 0))
}
