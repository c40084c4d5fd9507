//! Queries of the members of external staff.

use sea_orm::FromQueryResult;
use time::Date;

use crate::access::Writes;
use crate::base::ids::{ProviderId, StaffId};
use crate::grants::grant_scope;
use crate::providers::scope::{clearance_scope, staff_scope};
use crate::schema::reference::staff;
use crate::store::{Cursor, Page, Result, Rows, Sql, Writer};

/// Lines on a page of the list.
pub(in crate::providers) const PAGE: usize = 30;

/// A line of the list.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::providers) struct StaffLine {
    pub id: StaffId,
    pub name: String,
    pub provider_name: String,
    pub role: String,
    pub town: String,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
}

/// Which lines are asked for.
#[derive(Debug, Clone, Default)]
pub(in crate::providers) struct Filter {
    /// Only these.
    pub ids: Option<Vec<StaffId>>,
    /// Only with this role.
    pub role: Option<&'static str>,
    /// Those who left instead of those who are there.
    pub former: bool,
}

/// A page of the staff in scope, by name.
pub(in crate::providers) async fn page(
    rows: &impl Rows,
    filter: &Filter,
    from: Option<&Cursor>,
    today: Date,
) -> Result<Page<StaffLine>> {
    let mut sql = Sql::new(
        "select s.id, s.name, p.name as provider_name, s.role, s.town, s.valid_from, s.valid_to from staff s \
         join provider p on p.id = s.provider_id where ",
    )
    .append(staff_scope(rows.access().actor().profile(), today))
    .push(if filter.former {
        " and s.valid_to <= ?"
    } else {
        " and (s.valid_to is null or s.valid_to > ?)"
    })
    .bind(today);
    if let Some(ids) = &filter.ids {
        sql = sql.push(" and s.id in ").list(ids.iter().copied());
    }
    if let Some(role) = filter.role {
        sql = sql.push(" and s.role = ?").bind(role.to_owned());
    }
    let backward = from.is_some_and(|cursor| cursor.backward);
    if let Some(cursor) = from {
        sql = sql
            .push(if backward {
                " and (s.name < ? or (s.name = ? and s.id < ?))"
            } else {
                " and (s.name > ? or (s.name = ? and s.id > ?))"
            })
            .bind(cursor.key.clone())
            .bind(cursor.key.clone())
            .bind(cursor.id);
    }
    sql = sql
        .push(if backward {
            " order by s.name desc, s.id desc limit ?"
        } else {
            " order by s.name, s.id limit ?"
        })
        .bind(PAGE as i64 + 1);
    let lines: Vec<StaffLine> = rows.all(sql).await?;
    Ok(Page::from_rows(lines, PAGE, from, |line| {
        (line.name.clone(), line.id.0)
    }))
}

/// A name and whose it is.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::providers) struct StaffName {
    pub id: StaffId,
    pub name: String,
    pub valid_to: Option<Date>,
}

/// The names of all staff in scope.
pub(in crate::providers) async fn names(rows: &impl Rows, today: Date) -> Result<Vec<StaffName>> {
    rows.all(
        Sql::new("select s.id, s.name, s.valid_to from staff s where ")
            .append(staff_scope(rows.access().actor().profile(), today))
            .push(" order by s.name, s.id limit 2000"),
    )
    .await
}

/// A member of staff.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::providers) struct StaffRow {
    pub id: StaffId,
    pub provider_id: ProviderId,
    pub provider_name: String,
    pub provider_to: Option<Date>,
    pub name: String,
    pub role: String,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    pub contact: String,
    pub town: String,
    pub version: i64,
}

/// A member of staff in scope.
pub(in crate::providers) async fn member(
    rows: &impl Rows,
    id: StaffId,
    today: Date,
) -> Result<Option<StaffRow>> {
    rows.one(
        Sql::new(
            "select s.id, s.provider_id, p.name as provider_name, p.valid_to as provider_to, s.name, s.role, s.valid_from, \
             s.valid_to, s.contact, s.town, s.version from staff s join provider p on p.id = s.provider_id where s.id = ? and ",
        )
        .bind(id)
        .append(staff_scope(rows.access().actor().profile(), today)),
    )
    .await
}

/// Holds a member's row until the commit: who changes the member's absences or asks for clearances waits.
pub(in crate::providers) async fn hold<P: Writes>(writer: &Writer<P>, id: StaffId) -> Result<()> {
    writer
        .change(Sql::new("update staff set version = version where id = ?").bind(id))
        .await?;
    Ok(())
}

/// Stores a new member of staff.
pub(in crate::providers) async fn insert<P: Writes>(
    writer: &Writer<P>,
    row: staff::Model,
) -> Result<()> {
    writer.insert(row).await
}

/// Changes master data, if they stand as they were shown.
pub(in crate::providers) async fn change<P: Writes>(
    writer: &Writer<P>,
    id: StaffId,
    version: i64,
    values: [&str; 4],
) -> Result<()> {
    let [name, role, contact, town] = values;
    writer
        .change_one(
            Sql::new(
                "update staff set name = ?, role = ?, contact = ?, town = ?, version = version + 1 where id = ? and version = ?",
            )
            .bind(name.to_owned())
            .bind(role.to_owned())
            .bind(contact.to_owned())
            .bind(town.to_owned())
            .bind(id)
            .bind(version),
        )
        .await
}

/// Counts a change of what belongs to a member, if the member stands as shown.
pub(in crate::providers) async fn touch<P: Writes>(
    writer: &Writer<P>,
    id: StaffId,
    version: i64,
) -> Result<()> {
    writer
        .change_one(
            Sql::new("update staff set version = version + 1 where id = ? and version = ?")
                .bind(id)
                .bind(version),
        )
        .await
}

/// Sets the day after the last one of a member, or takes it away.
pub(in crate::providers) async fn set_end<P: Writes>(
    writer: &Writer<P>,
    id: StaffId,
    version: i64,
    day_after: Option<Date>,
) -> Result<()> {
    let sql = match day_after {
        Some(day) => Sql::new(
            "update staff set valid_to = ?, version = version + 1 where id = ? and version = ?",
        )
        .bind(day),
        None => Sql::new(
            "update staff set valid_to = null, version = version + 1 where id = ? and version = ?",
        ),
    };
    writer.change_one(sql.bind(id).bind(version)).await
}

/// What a member leaves behind after a day.
#[derive(Debug, Clone, Copy, Default, FromQueryResult)]
pub(in crate::providers) struct LeftBehind {
    /// Planned sessions as a trainer.
    pub sessions: i64,
    /// Participations that run.
    pub cases: i64,
    /// Grants that last longer.
    pub grants: i64,
}

/// What a member of staff leaves behind from a day on.
pub(in crate::providers) async fn left_behind(
    rows: &impl Rows,
    id: StaffId,
    from: Date,
) -> Result<LeftBehind> {
    let found: Option<LeftBehind> = rows
        .one(
            Sql::new(
                "select (select count(*) from group_session gs join group_trainer gt on gt.group_id = gs.group_id \
                 where gt.staff_id = ? and gs.state = 'planned' and gs.day >= ?) as sessions, \
                 (select count(*) from enrolment e where e.staff_id = ? and e.ended_on is null) as cases, \
                 (select count(*) from access_grant g where g.staff_id = ? \
                 and g.state in ('requested', 'active', 'suspended') and g.last_day >= ?) as grants",
            )
            .bind(id)
            .bind(from)
            .bind(id)
            .bind(id)
            .bind(from),
        )
        .await?;
    Ok(found.unwrap_or_default())
}

/// A clearance or a grant of a member of staff.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::providers) struct Permit {
    /// `c` for a clearance, `g` for a grant.
    pub kind: String,
    pub id: uuid::Uuid,
    pub facility_name: String,
    /// The programme of a grant, the scope's code of a clearance.
    pub what: String,
    pub first_day: Option<Date>,
    pub last_day: Option<Date>,
    pub state: String,
    pub escort: bool,
    pub not_alone: bool,
    pub no_devices: bool,
}

/// The clearances and grants of a member of staff that the actor may see, newest first.
pub(in crate::providers) async fn permits(rows: &impl Rows, id: StaffId) -> Result<Vec<Permit>> {
    let profile = rows.access().actor().profile();
    rows.all(
        Sql::new(
            "select 'c' as kind, c.id, f.name as facility_name, coalesce(c.scope, '') as what, c.first_day, c.last_day, \
             c.state, c.escort, c.not_alone, c.no_devices from clearance c join staff s on s.id = c.staff_id \
             join facility f on f.id = c.facility_id where c.staff_id = ? and ",
        )
        .bind(id)
        .append(clearance_scope(profile))
        .push(
            " union all select 'g', g.id, f.name, m.name, g.first_day, g.last_day, g.state, (1 = 0), (1 = 0), (1 = 0) \
             from access_grant g join staff s on s.id = g.staff_id join facility f on f.id = g.facility_id \
             join programme m on m.id = g.programme_id where g.staff_id = ? and ",
        )
        .bind(id)
        .append(grant_scope(profile))
        .push(" order by 1, 6 desc, 3, 2 limit 200"),
    )
    .await
}
