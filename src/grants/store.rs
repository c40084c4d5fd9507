//! Queries of grants and of what may be asked for; in files of their own: decisions, stops, the
//! calendar and renewals, the quarterly confirmation.

pub(super) mod calendar;
pub(super) mod confirmation;
pub(super) mod decisions;
pub(super) mod stops;

use sea_orm::FromQueryResult;
use time::{Date, Duration};

use super::rules::{Decidable, ENDING_DAYS, Facts, Shown, State};
use super::scope::grant_scope;
use crate::access::{Person, Writes};
use crate::base::ids::{
    AccountId, ClearanceId, FacilityId, GrantId, GrantRequestId, ProgrammeId, ProviderId, StaffId,
    StopId,
};
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
            Sql::new(" and g.state in ('requested', 'active', 'suspended') and g.last_day < ?")
                .bind(today)
        }
        Shown::Suspended => Sql::new(" and g.state = 'suspended' and g.last_day >= ?").bind(today),
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
    pub staff_id: StaffId,
    pub staff_name: String,
    pub provider_id: ProviderId,
    pub provider_name: String,
    pub facility_id: FacilityId,
    pub facility_name: String,
    pub programme_id: ProgrammeId,
    pub programme_name: String,
    pub clearance_id: Option<ClearanceId>,
    pub first_day: Date,
    pub last_day: Date,
    pub state: String,
    pub request_id: Option<GrantRequestId>,
    pub renewal_of: Option<GrantId>,
    pub stop_id: Option<StopId>,
    pub suspended_reason: Option<String>,
    /// Whether a stop that nobody lifted yet closes this place to the staff member.
    pub stopped: bool,
    pub requested_by: AccountId,
    pub requested_holder: AccountId,
    pub requested_by_name: String,
    pub requested_at: Instant,
    pub decided_by_name: Option<String>,
    pub decided_at: Option<Instant>,
    pub version: i64,
}

impl GrantRow {
    /// What steps depend on. A state nobody knows opens nothing and cannot be left.
    pub(super) fn decidable(&self) -> Decidable {
        Decidable {
            state: self.state.parse().unwrap_or(State::Revoked),
            approved: self.decided_at.is_some(),
            requested_by: Person::of(self.requested_by, Some(self.requested_holder)),
            last: self.last_day,
        }
    }

    /// What an approval that rests on a clearance is bound to.
    pub(super) fn facts(&self, clearance: ClearanceId) -> Facts {
        Facts {
            staff: self.staff_id,
            facility: self.facility_id,
            programme: self.programme_id,
            first: self.first_day,
            last: self.last_day,
            clearance,
            requested_by: self.requested_by,
        }
    }
}

const GRANT: &str = "select g.id, g.staff_id, s.name as staff_name, s.provider_id, p.name as provider_name, g.facility_id, \
     f.full_name as facility_name, g.programme_id, m.name as programme_name, g.clearance_id, g.first_day, g.last_day, \
     g.state, g.request_id, g.renewal_of, g.stop_id, g.suspended_reason, \
     exists (select 1 from access_stop t where t.staff_id = g.staff_id and t.lifted_at is null \
     and (t.facility_id is null or t.facility_id = g.facility_id)) as stopped, \
     g.requested_by, coalesce(a.holder_id, a.id) as requested_holder, g.requested_by_name, g.requested_at, \
     g.decided_by_name, g.decided_at, g.version from access_grant g join staff s on s.id = g.staff_id \
     join provider p on p.id = s.provider_id join facility f on f.id = g.facility_id \
     join programme m on m.id = g.programme_id join account a on a.id = g.requested_by where ";

/// A grant in scope.
pub(super) async fn grant(rows: &impl Rows, id: GrantId) -> Result<Option<GrantRow>> {
    rows.one(
        Sql::new(GRANT)
            .push("g.id = ? and ")
            .bind(id)
            .append(grant_scope(rows.access().actor().profile())),
    )
    .await
}

/// The grants in scope with these ids.
pub(super) async fn grants_with(rows: &impl Rows, ids: &[GrantId]) -> Result<Vec<GrantRow>> {
    rows.all(
        Sql::new(GRANT)
            .push("g.id in ")
            .list(ids.iter().copied())
            .push(" and ")
            .append(grant_scope(rows.access().actor().profile()))
            .push(" order by f.name, m.name, g.first_day, g.id limit 500"),
    )
    .await
}

/// The grants in scope that were asked for with one form.
pub(super) async fn of_request(rows: &impl Rows, request: GrantRequestId) -> Result<Vec<GrantRow>> {
    rows.all(
        Sql::new(GRANT)
            .push("g.request_id = ? and ")
            .bind(request)
            .append(grant_scope(rows.access().actor().profile()))
            .push(" order by s.name, f.name, m.name, g.first_day, g.id limit 200"),
    )
    .await
}

/// Stores new requests.
pub(super) async fn insert<P: Writes>(
    writer: &Writer<P>,
    grants: Vec<access_grant::Model>,
) -> Result<()> {
    writer.insert_all(grants).await
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
    rows.all(sql.push(" order by s.name, s.id limit 5000"))
        .await
}

/// An organisation.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct ProviderName {
    pub id: ProviderId,
    pub name: String,
}

/// All organisations, by name.
pub(super) async fn providers(rows: &impl Rows) -> Result<Vec<ProviderName>> {
    rows.all(Sql::new(
        "select id, name from provider order by name, id limit 200",
    ))
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
    pub id: GrantId,
    pub facility_name: String,
    pub programme_name: String,
    pub first_day: Date,
    pub last_day: Date,
    pub state: String,
}

/// Requested, approved and suspended grants of a staff member at these facilities for these programmes that overlap a
/// period. Two requests for the same person at the same time wait for each other here.
pub(super) async fn overlapping<P: Writes>(
    writer: &Writer<P>,
    staff: StaffId,
    facilities: &[FacilityId],
    programmes: &[ProgrammeId],
    first: Date,
    last: Date,
) -> Result<Vec<Existing>> {
    decisions::lock_staff(writer, &[staff]).await?;
    writer
        .all(
            Sql::new(
                "select g.id, f.name as facility_name, m.name as programme_name, \
                 g.first_day, g.last_day, g.state from access_grant g join programme m on m.id = g.programme_id \
                 join facility f on f.id = g.facility_id where g.staff_id = ? \
                 and g.state in ('requested', 'active', 'suspended') and g.first_day <= ? and g.last_day >= ? \
                 and g.facility_id in ",
            )
            .bind(staff)
            .bind(last)
            .bind(first)
            .list(facilities.iter().copied())
            .push(" and g.programme_id in ")
            .list(programmes.iter().copied())
            .push(" order by f.name, m.name, g.first_day limit 200"),
        )
        .await
}
