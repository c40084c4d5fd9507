//! Queries of the calendar and of what may be renewed.

use sea_orm::FromQueryResult;
use time::{Date, Duration};

use super::super::rules::RENEWAL_DAYS;
use super::super::scope::grant_scope;
use crate::base::ids::{FacilityId, GrantId, ProgrammeId, ProviderId, StaffId};
use crate::store::{Result, Rows, Sql};

/// Staff members on a page of the calendar.
pub(in crate::grants) const PAGE: i64 = 25;

/// What the calendar is narrowed to.
#[derive(Debug, Clone, Default)]
pub(in crate::grants) struct CalendarFilter {
    /// Only this facility.
    pub facility: Option<FacilityId>,
    /// Only this organisation.
    pub provider: Option<ProviderId>,
    /// Only these staff members.
    pub staff: Option<Vec<StaffId>>,
}

/// The grants in scope that touch a period and mean something in it.
fn touching(rows: &impl Rows, filter: &CalendarFilter, first: Date, last: Date) -> Sql {
    let mut sql = grant_scope(rows.access().actor().profile())
        .push(" and g.state in ('active', 'suspended', 'requested') and g.first_day <= ? and g.last_day >= ?")
        .bind(last)
        .bind(first);
    if let Some(facility) = filter.facility {
        sql = sql.push(" and g.facility_id = ?").bind(facility);
    }
    if let Some(provider) = filter.provider {
        sql = sql.push(" and s.provider_id = ?").bind(provider);
    }
    if let Some(staff) = &filter.staff {
        sql = sql.push(" and s.id in ").list(staff.iter().copied());
    }
    sql
}

/// A row of the calendar.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::grants) struct CalendarStaff {
    pub id: StaffId,
    pub name: String,
    pub provider_name: String,
}

/// The staff members of a page of the calendar (one more, if there is a further page).
pub(in crate::grants) async fn calendar_staff(
    rows: &impl Rows,
    filter: &CalendarFilter,
    (first, last): (Date, Date),
    page: i64,
) -> Result<Vec<CalendarStaff>> {
    rows.all(
        Sql::new(
            "select s.id, s.name, p.name as provider_name from staff s join provider p on p.id = s.provider_id \
             where exists (select 1 from access_grant g where g.staff_id = s.id and ",
        )
        .append(touching(rows, filter, first, last))
        .push(") order by s.name, s.id limit ? offset ?")
        .bind(PAGE + 1)
        .bind(page * PAGE),
    )
    .await
}

/// A grant in the calendar.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::grants) struct CalendarGrant {
    pub staff_id: StaffId,
    pub facility_name: String,
    pub state: String,
    pub first_day: Date,
    pub last_day: Date,
}

/// The grants of the staff members of a page.
pub(in crate::grants) async fn calendar_grants(
    rows: &impl Rows,
    filter: &CalendarFilter,
    (first, last): (Date, Date),
    staff: &[StaffId],
) -> Result<Vec<CalendarGrant>> {
    rows.all(
        Sql::new(
            "select g.staff_id, f.name as facility_name, g.state, g.first_day, g.last_day from access_grant g \
             join staff s on s.id = g.staff_id join facility f on f.id = g.facility_id where ",
        )
        .append(touching(rows, filter, first, last))
        .push(" and g.staff_id in ")
        .list(staff.iter().copied())
        .push(" order by g.first_day, g.id limit 5000"),
    )
    .await
}

/// A grant that ends soon and has no further period yet.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::grants) struct EndingGrant {
    pub id: GrantId,
    pub staff_id: StaffId,
    pub staff_name: String,
    pub facility_id: FacilityId,
    pub facility_name: String,
    pub programme_id: ProgrammeId,
    pub programme_name: String,
    pub last_day: Date,
}

/// The approved grants in scope that end soon and for which no further period was asked; those that end first come
/// first.
pub(in crate::grants) async fn ending(rows: &impl Rows, today: Date) -> Result<Vec<EndingGrant>> {
    rows.all(
        Sql::new(
            "select g.id, g.staff_id, s.name as staff_name, g.facility_id, f.name as facility_name, g.programme_id, \
             m.name as programme_name, g.last_day from access_grant g join staff s on s.id = g.staff_id \
             join facility f on f.id = g.facility_id join programme m on m.id = g.programme_id \
             where g.state = 'active' and g.last_day >= ? and g.last_day <= ? and not exists (\
             select 1 from access_grant n where n.staff_id = g.staff_id and n.facility_id = g.facility_id \
             and n.programme_id = g.programme_id and n.state in ('requested', 'active', 'suspended') \
             and n.last_day > g.last_day) and ",
        )
        .bind(today)
        .bind(today + Duration::days(RENEWAL_DAYS))
        .append(grant_scope(rows.access().actor().profile()))
        .push(" order by g.last_day, s.name, f.name, m.name, g.id limit 100"),
    )
    .await
}
