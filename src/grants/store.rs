//! Queries of grants and of what may be asked for.

use sea_orm::FromQueryResult;
use time::{Date, Duration};

use super::rules::{ENDING_DAYS, Shown, State};
use super::scope::grant_scope;
use crate::access::{Role, Writes};
use crate::base::ids::{AccountId, FacilityId, GrantId, ProgrammeId, ProviderId, StaffId};
use crate::base::time::Instant;
use crate::schema::providers::access_grant;
use crate::store::{Cursor, Page, Result, Rows, Sql, Writer};

/// Lines on a page of the list: as many as keep the page small on a slow line.
pub(super) const PAGE: usize = 30;

/// A line of the list.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct GrantLine {
    pub id: GrantId,
    pub staff_name: String,
    pub provider_name: String,
    pub facility_name: String,
    pub programme_name: String,
    pub first_day: Date,
    pub last_day: Date,
    pub state: String,
    pub urgency: i64,
}

/// Which lines of the list are asked for.
#[derive(Debug, Clone, Default)]
pub(super) struct Filter {
    /// Only these staff members.
    pub staff: Option<Vec<StaffId>>,
    /// Only with this state.
    pub shown: Option<Shown>,
    /// Only valid ones that end soon.
    pub ending: bool,
}

fn state_condition(shown: Shown, today: Date) -> Sql {
    match shown {
        Shown::Requested => Sql::new(" and g.state = 'requested' and g.last_day >= ?").bind(today),
        Shown::Valid => {
            Sql::new(" and g.state = 'active' and g.first_day <= ? and g.last_day >= ?")
                .bind(today)
                .bind(today)
        }
        Shown::Future => {
            Sql::new(" and g.state = 'active' and g.first_day > ? and g.last_day >= ?")
                .bind(today)
                .bind(today)
        }
        Shown::Expired => {
            Sql::new(" and g.state in ('requested', 'active') and g.last_day < ?").bind(today)
        }
        Shown::Declined => Sql::new(" and g.state = 'declined'"),
        Shown::Revoked => Sql::new(" and g.state = 'revoked'"),
    }
}

/// Where a page of the list begins: urgency (0 open requests, 1 valid and future, 2 over) and last day.
fn place(cursor: &Cursor) -> Option<(i64, Date)> {
    let (urgency, day) = cursor.key.split_once(' ')?;
    Some((
        urgency.parse().ok()?,
        crate::base::german::parse_date(day).ok()?,
    ))
}

/// A page of the grants in scope: open requests first, then what ends soonest, then what is over, newest first.
pub(super) async fn grants(
    rows: &impl Rows,
    filter: &Filter,
    from: Option<&Cursor>,
    today: Date,
) -> Result<Page<GrantLine>> {
    let mut sql = Sql::new(
        "select * from (select g.id, s.name as staff_name, p.name as provider_name, f.name as facility_name, \
         m.name as programme_name, g.first_day, g.last_day, g.state, \
         cast(case when g.last_day < ? or g.state in ('declined', 'revoked') then 2 \
         when g.state = 'requested' then 0 else 1 end as bigint) as urgency \
         from access_grant g join staff s on s.id = g.staff_id join provider p on p.id = s.provider_id \
         join facility f on f.id = g.facility_id join programme m on m.id = g.programme_id where ",
    )
    .bind(today)
    .append(grant_scope(rows.access().actor().profile()));
    if let Some(staff) = &filter.staff {
        sql = sql.push(" and g.staff_id in ").list(staff.iter().copied());
    }
    if let Some(shown) = filter.shown {
        sql = sql.append(state_condition(shown, today));
    }
    if filter.ending {
        sql = sql
            .append(state_condition(Shown::Valid, today))
            .push(" and g.last_day <= ?")
            .bind(today + Duration::days(ENDING_DAYS));
    }
    sql = sql.push(") q");
    let backward = from.is_some_and(|cursor| cursor.backward);
    let from = from.and_then(|cursor| place(cursor).map(|place| (cursor, place)));
    if let Some((cursor, (urgency, day))) = from {
        // What is over runs the other way, newest first.
        let days_descend = (urgency == 2) != backward;
        sql = sql
            .push(if backward {
                " where (q.urgency < ?"
            } else {
                " where (q.urgency > ?"
            })
            .bind(urgency)
            .push(" or (q.urgency = ? and (")
            .bind(urgency)
            .push(if days_descend {
                "q.last_day < ?"
            } else {
                "q.last_day > ?"
            })
            .bind(day)
            .push(" or (q.last_day = ? and ")
            .bind(day)
            .push(if backward {
                "q.id < ?))))"
            } else {
                "q.id > ?))))"
            })
            .bind(cursor.id);
    }
    sql = sql
        .push(if backward {
            " order by q.urgency desc, case when q.urgency < 2 then q.last_day end desc, q.last_day, q.id desc limit ?"
        } else {
            " order by q.urgency, case when q.urgency < 2 then q.last_day end, q.last_day desc, q.id limit ?"
        })
        .bind(PAGE as i64 + 1);
    let lines: Vec<GrantLine> = rows.all(sql).await?;
    Ok(Page::from_rows(
        lines,
        PAGE,
        from.map(|(cursor, _)| cursor),
        |line| (format!("{} {}", line.urgency, line.last_day), line.id.0),
    ))
}

/// A name and whose it is.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct StaffName {
    pub id: StaffId,
    pub name: String,
}

/// The staff members who have a grant in scope.
pub(super) async fn granted_staff(rows: &impl Rows) -> Result<Vec<StaffName>> {
    rows.all(
        Sql::new(
            "select s.id, s.name from staff s where exists (select 1 from access_grant g where g.staff_id = s.id and ",
        )
        .append(grant_scope(rows.access().actor().profile()))
        .push(") order by s.name, s.id limit 2000"),
    )
    .await
}

/// One grant with everything its page shows.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct GrantRow {
    pub id: GrantId,
    pub staff_name: String,
    pub provider_name: String,
    pub facility_id: FacilityId,
    pub facility_name: String,
    pub programme_name: String,
    pub first_day: Date,
    pub last_day: Date,
    pub state: String,
    pub requested_by: AccountId,
    pub requested_by_name: String,
    pub requested_at: Instant,
    pub decided_by_name: Option<String>,
    pub decided_at: Option<Instant>,
    pub version: i64,
}

/// A grant in scope.
pub(super) async fn grant(rows: &impl Rows, id: GrantId) -> Result<Option<GrantRow>> {
    rows.one(
        Sql::new(
            "select g.id, s.name as staff_name, p.name as provider_name, g.facility_id, f.full_name as facility_name, \
             m.name as programme_name, g.first_day, g.last_day, g.state, g.requested_by, g.requested_by_name, \
             g.requested_at, g.decided_by_name, g.decided_at, g.version \
             from access_grant g join staff s on s.id = g.staff_id join provider p on p.id = s.provider_id \
             join facility f on f.id = g.facility_id join programme m on m.id = g.programme_id where g.id = ? and ",
        )
        .bind(id)
        .append(grant_scope(rows.access().actor().profile())),
    )
    .await
}

#[derive(FromQueryResult)]
struct NameRow {
    name: String,
}

/// The other accounts that may decide about grants of a facility.
pub(super) async fn other_officers(rows: &impl Rows, facility: FacilityId) -> Result<Vec<String>> {
    let found: Vec<NameRow> = rows
        .all(
            Sql::new("select name from account where facility_id = ? and role = ? and disabled_at is null and id <> ? order by name, id limit 5")
                .bind(facility)
                .bind(Role::AccessOfficer.code().to_owned())
                .bind(rows.access().actor().account()),
        )
        .await?;
    Ok(found.into_iter().map(|row| row.name).collect())
}

/// Stores new requests.
pub(super) async fn insert<P: Writes>(
    writer: &Writer<P>,
    grants: Vec<access_grant::Model>,
) -> Result<()> {
    writer.insert_all(grants).await
}

/// Stores a decision, if the grant stands as it was shown.
pub(super) async fn decide<P: Writes>(
    writer: &Writer<P>,
    id: GrantId,
    version: i64,
    from: State,
    to: State,
) -> Result<()> {
    let actor = writer.access().actor();
    writer
        .change_one(
            Sql::new(
                "update access_grant set state = ?, decided_by = ?, decided_by_name = ?, decided_at = ?, \
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

/// A member of external staff for whom a grant may be asked.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct StaffChoice {
    pub id: StaffId,
    pub name: String,
    pub provider_id: ProviderId,
    pub provider_name: String,
    pub valid_to: Option<Date>,
}

/// External staff valid on a day; of one organisation, or all.
pub(super) async fn staff(
    rows: &impl Rows,
    provider: Option<ProviderId>,
    day: Date,
) -> Result<Vec<StaffChoice>> {
    let mut sql = Sql::new(
        "select s.id, s.name, s.provider_id, p.name as provider_name, s.valid_to from staff s join provider p \
         on p.id = s.provider_id where s.valid_from <= ? and (s.valid_to is null or s.valid_to > ?) \
         and (p.valid_to is null or p.valid_to > ?)",
    )
    .bind(day)
    .bind(day)
    .bind(day);
    if let Some(provider) = provider {
        sql = sql.push(" and s.provider_id = ?").bind(provider);
    }
    rows.all(sql.push(" order by s.name, s.id limit 1000"))
        .await
}

/// An organisation's part in a programme.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct PartChoice {
    pub programme_id: ProgrammeId,
    pub programme_name: String,
    pub provider_id: ProviderId,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
}

/// The parts that end after a day; of one organisation, or all.
pub(super) async fn parts(
    rows: &impl Rows,
    provider: Option<ProviderId>,
    day: Date,
) -> Result<Vec<PartChoice>> {
    let mut sql = Sql::new(
        "select m.id as programme_id, m.name as programme_name, pp.provider_id, pp.valid_from, pp.valid_to \
         from programme_provider pp join programme m on m.id = pp.programme_id \
         where (pp.valid_to is null or pp.valid_to > ?)",
    )
    .bind(day);
    if let Some(provider) = provider {
        sql = sql.push(" and pp.provider_id = ?").bind(provider);
    }
    rows.all(sql.push(" order by m.name, m.id, pp.valid_from limit 1000"))
        .await
}

/// A grant or request that is already there.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Existing {
    pub programme_name: String,
    pub first_day: Date,
    pub last_day: Date,
    pub state: String,
}

/// Requested and approved grants of a staff member at a facility for these programmes that overlap a period. Two
/// requests for the same person at the same time wait for each other here.
pub(super) async fn overlapping<P: Writes>(
    writer: &Writer<P>,
    staff: StaffId,
    facility: FacilityId,
    programmes: &[ProgrammeId],
    first: Date,
    last: Date,
) -> Result<Vec<Existing>> {
    // Changes nothing, but holds the row until the commit; SQLite has one writer anyway.
    writer
        .change(Sql::new("update staff set version = version where id = ?").bind(staff))
        .await?;
    writer
        .all(
            Sql::new(
                "select m.name as programme_name, g.first_day, g.last_day, g.state from access_grant g \
                 join programme m on m.id = g.programme_id where g.staff_id = ? and g.facility_id = ? \
                 and g.state in ('requested', 'active') and g.first_day <= ? and g.last_day >= ? and g.programme_id in ",
            )
            .bind(staff)
            .bind(facility)
            .bind(last)
            .bind(first)
            .list(programmes.iter().copied())
            .push(" order by m.name, g.first_day limit 20"),
        )
        .await
}

/// An approved period.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct ApprovedPeriod {
    pub staff_id: StaffId,
    pub first_day: Date,
    pub last_day: Date,
    pub staff_valid_to: Option<Date>,
}

/// The approved grants of staff members at a facility for a programme that touch a period.
pub(super) async fn approved(
    rows: &impl Rows,
    facility: FacilityId,
    programme: ProgrammeId,
    staff: &[StaffId],
    from: Date,
    to: Date,
) -> Result<Vec<ApprovedPeriod>> {
    rows.all(
        Sql::new(
            "select g.staff_id, g.first_day, g.last_day, s.valid_to as staff_valid_to from access_grant g \
             join staff s on s.id = g.staff_id where g.facility_id = ? and g.programme_id = ? and g.state = 'active' \
             and g.first_day <= ? and g.last_day >= ? and g.staff_id in ",
        )
        .bind(facility)
        .bind(programme)
        .bind(to)
        .bind(from)
        .list(staff.iter().copied())
        .push(" order by g.first_day, g.id limit 2000"),
    )
    .await
}
