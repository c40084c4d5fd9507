//! Queries of clearances.

use sea_orm::FromQueryResult;
use time::{Date, Duration};

use crate::access::Writes;
use crate::base::ids::{AccountId, ClearanceId, FacilityId, GrantId, StaffId};
use crate::base::time::Instant;
use crate::providers::rules::clearance::{Decision, Restrictions, State, WARNING_DAYS};
use crate::providers::scope::clearance_scope;
use crate::schema::providers::clearance;
use crate::store::{Cursor, Page, Result, Rows, Sql, Writer};

/// Lines on a page of the list.
pub(in crate::providers) const PAGE: usize = 30;
/// Most lines on the start page.
const TO_DO: i64 = 12;

/// A line of a list of clearances.
#[derive(Debug, Clone, FromQueryResult)]
pub struct ClearanceLine {
    /// Id.
    pub id: ClearanceId,
    /// Whose it is.
    pub staff_name: String,
    /// The organisation.
    pub provider_name: String,
    /// Where.
    pub facility_name: String,
    /// First day, once granted.
    pub first_day: Option<Date>,
    /// Last day, once granted.
    pub last_day: Option<Date>,
    /// State code.
    pub state: String,
    /// Only in company.
    pub escort: bool,
    /// No group session alone.
    pub not_alone: bool,
    /// No devices.
    pub no_devices: bool,
    /// Whether a renewal is asked for (or granted).
    pub renewal: bool,
    /// Whether the decision it accepted was taken back by the other facility.
    pub source_ended: bool,
    pub(in crate::providers) urgency: i64,
    pub(in crate::providers) due: Date,
}

impl ClearanceLine {
    /// What is not allowed.
    pub fn restrictions(&self) -> Restrictions {
        Restrictions {
            escort: self.escort,
            not_alone: self.not_alone,
            no_devices: self.no_devices,
        }
    }

    /// From when to when it holds, once granted.
    pub fn validity(&self) -> Option<(Date, Date)> {
        self.first_day.zip(self.last_day)
    }
}

/// Which part of the list is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::providers) enum Part {
    /// Open requests.
    Open,
    /// Running, ends within 90 days, no renewal granted.
    Ending,
    /// Running or to come.
    Valid,
    /// Over: expired, declined, ended.
    Over,
}

impl Part {
    pub const ALL: [Part; 4] = [Part::Open, Part::Ending, Part::Valid, Part::Over];

    /// The value in the address.
    pub fn code(self) -> &'static str {
        match self {
            Part::Open => "offen",
            Part::Ending => "endet",
            Part::Valid => "gueltig",
            Part::Over => "vorbei",
        }
    }

    /// The word in the filter.
    pub fn label(self) -> &'static str {
        match self {
            Part::Open => "offene Anträge",
            Part::Ending => "endet in 90 Tagen",
            Part::Valid => "gültig oder künftig",
            Part::Over => "abgelaufen, abgelehnt, beendet",
        }
    }
}

/// Running on a day, ends within 90 days, and nothing granted follows.
fn ending(today: Date) -> Sql {
    let [early, _, _] = WARNING_DAYS;
    Sql::new(
        "(c.state = 'granted' and c.first_day <= ? and c.last_day >= ? and c.last_day <= ? and not exists \
         (select 1 from clearance cn where cn.renewal_of = c.id and cn.state = 'granted') \
         and (s.valid_to is null or s.valid_to > c.last_day))",
    )
    .bind(today)
    .bind(today)
    .bind(today + Duration::days(early))
}

/// Accepted from a decision that was taken back, and not over.
fn source_ended(today: Date) -> Sql {
    Sql::new(
        "(c.state = 'granted' and c.last_day >= ? and exists (select 1 from clearance co \
         where co.id = c.accepted_from and co.state = 'withdrawn'))",
    )
    .bind(today)
}

fn part_condition(part: Part, today: Date) -> Sql {
    match part {
        Part::Open => Sql::new("c.state = 'requested'"),
        Part::Ending => ending(today),
        Part::Valid => Sql::new("c.state = 'granted' and c.last_day >= ?").bind(today),
        Part::Over => Sql::new(
            "(c.state in ('declined', 'withdrawn') or (c.state = 'granted' and c.last_day < ?))",
        )
        .bind(today),
    }
}

fn lines(today: Date) -> Sql {
    Sql::new(
        "select c.id, s.name as staff_name, p.name as provider_name, f.name as facility_name, c.first_day, c.last_day, \
         c.state, c.escort, c.not_alone, c.no_devices, exists (select 1 from clearance cr where cr.renewal_of = c.id \
         and cr.state in ('requested', 'granted')) as renewal, ",
    )
    .append(source_ended(today))
    .push(
        " as source_ended, cast(case when c.state = 'requested' then 0 when c.state = 'granted' and c.last_day >= ? \
         then 1 else 2 end as bigint) as urgency, coalesce(c.last_day, c.consent_on) as due from clearance c \
         join staff s on s.id = c.staff_id join provider p on p.id = s.provider_id \
         join facility f on f.id = c.facility_id where ",
    )
    .bind(today)
}

/// Where a page of the list begins: urgency (0 open, 1 running and to come, 2 over) and day.
fn place(cursor: &Cursor) -> Option<(i64, Date)> {
    let (urgency, day) = cursor.key.split_once(' ')?;
    Some((
        urgency.parse().ok()?,
        crate::base::german::parse_date(day).ok()?,
    ))
}

/// A page of the clearances in scope: open requests first (oldest consent first), then what ends soonest, then what is
/// over, newest first.
pub(in crate::providers) async fn page(
    rows: &impl Rows,
    staff: Option<&[StaffId]>,
    part: Option<Part>,
    from: Option<&Cursor>,
    today: Date,
) -> Result<Page<ClearanceLine>> {
    let mut sql = Sql::new("select * from (")
        .append(lines(today))
        .append(clearance_scope(rows.access().actor().profile()));
    if let Some(ids) = staff {
        sql = sql.push(" and c.staff_id in ").list(ids.iter().copied());
    }
    if let Some(part) = part {
        sql = sql.push(" and ").append(part_condition(part, today));
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
                "q.due < ?"
            } else {
                "q.due > ?"
            })
            .bind(day)
            .push(" or (q.due = ? and ")
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
            " order by q.urgency desc, case when q.urgency < 2 then q.due end desc, q.due, q.id desc limit ?"
        } else {
            " order by q.urgency, case when q.urgency < 2 then q.due end, q.due desc, q.id limit ?"
        })
        .bind(PAGE as i64 + 1);
    let found: Vec<ClearanceLine> = rows.all(sql).await?;
    Ok(Page::from_rows(
        found,
        PAGE,
        from.map(|(cursor, _)| cursor),
        |line| (format!("{} {}", line.urgency, line.due), line.id.0),
    ))
}

/// What waits for the actor: what ends within 90 days without a renewal, what rests on a decision that was taken back,
/// and open requests; the most urgent first.
pub async fn clearances_to_do(rows: &impl Rows, today: Date) -> Result<Vec<ClearanceLine>> {
    rows.all(
        lines(today)
            .append(clearance_scope(rows.access().actor().profile()))
            .push(" and (c.state = 'requested' or ")
            .append(ending(today))
            .push(" or ")
            .append(source_ended(today))
            .push(") order by case when c.state = 'granted' then 0 else 1 end, due, c.id limit ?")
            .bind(TO_DO),
    )
    .await
}

/// One clearance with everything its page shows.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::providers) struct ClearanceRow {
    pub id: ClearanceId,
    pub staff_id: StaffId,
    pub staff_name: String,
    pub staff_to: Option<Date>,
    pub provider_name: String,
    pub facility_id: FacilityId,
    pub facility_name: String,
    pub state: String,
    pub consent_on: Date,
    pub consent_kept_at: String,
    pub result: Option<String>,
    pub scope: Option<String>,
    pub issuing_office: Option<String>,
    pub first_day: Option<Date>,
    pub last_day: Option<Date>,
    pub escort: bool,
    pub not_alone: bool,
    pub no_devices: bool,
    pub accepted_facility: Option<String>,
    pub accepted_state: Option<String>,
    pub renewal_of: Option<ClearanceId>,
    pub renewed_until: Option<Date>,
    pub next_id: Option<ClearanceId>,
    /// The human who asked: their first account.
    pub requester: AccountId,
    pub requested_by_name: String,
    pub requested_at: Instant,
    pub decided_by_name: Option<String>,
    pub decided_at: Option<Instant>,
    pub ended_by_name: Option<String>,
    pub ended_at: Option<Instant>,
    pub version: i64,
}

impl ClearanceRow {
    pub fn restrictions(&self) -> Restrictions {
        Restrictions {
            escort: self.escort,
            not_alone: self.not_alone,
            no_devices: self.no_devices,
        }
    }

    pub fn validity(&self) -> Option<(Date, Date)> {
        self.first_day.zip(self.last_day)
    }
}

/// A clearance in scope.
pub(in crate::providers) async fn clearance(
    rows: &impl Rows,
    id: ClearanceId,
) -> Result<Option<ClearanceRow>> {
    rows.one(
        Sql::new(
            "select c.id, c.staff_id, s.name as staff_name, s.valid_to as staff_to, p.name as provider_name, c.facility_id, \
             f.full_name as facility_name, c.state, c.consent_on, c.consent_kept_at, c.result, c.scope, c.issuing_office, \
             c.first_day, c.last_day, c.escort, c.not_alone, c.no_devices, fo.name as accepted_facility, \
             co.state as accepted_state, c.renewal_of, cb.last_day as renewed_until, (select cn.id from clearance cn \
             where cn.renewal_of = c.id and cn.state in ('requested', 'granted') order by cn.requested_at desc limit 1) \
             as next_id, (select coalesce(ha.holder_id, ha.id) from account ha where ha.id = c.requested_by) as requester, c.requested_by_name, c.requested_at, c.decided_by_name, c.decided_at, \
             c.ended_by_name, c.ended_at, c.version from clearance c join staff s on s.id = c.staff_id \
             join provider p on p.id = s.provider_id join facility f on f.id = c.facility_id \
             left join clearance co on co.id = c.accepted_from left join facility fo on fo.id = co.facility_id \
             left join clearance cb on cb.id = c.renewal_of and cb.state = 'granted' where c.id = ? and ",
        )
        .bind(id)
        .append(clearance_scope(rows.access().actor().profile())),
    )
    .await
}

/// A grant that rests on a clearance.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::providers) struct RestingGrant {
    pub id: GrantId,
    pub programme_name: String,
    pub first_day: Date,
    pub last_day: Date,
    pub state: String,
}

/// The grants that rest on a clearance.
pub(in crate::providers) async fn resting(
    rows: &impl Rows,
    id: ClearanceId,
) -> Result<Vec<RestingGrant>> {
    rows.all(
        Sql::new(
            "select g.id, m.name as programme_name, g.first_day, g.last_day, g.state from access_grant g \
             join programme m on m.id = g.programme_id where g.clearance_id = ? order by g.last_day desc, g.id limit 50",
        )
        .bind(id),
    )
    .await
}

/// A decision about a member of staff at a facility that holds.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::providers) struct Running {
    pub id: ClearanceId,
    pub facility_id: FacilityId,
    pub facility_name: String,
    pub scope: Option<String>,
    pub issuing_office: Option<String>,
    pub first_day: Date,
    pub last_day: Date,
    pub escort: bool,
    pub not_alone: bool,
    pub no_devices: bool,
}

impl Running {
    pub fn restrictions(&self) -> Restrictions {
        Restrictions {
            escort: self.escort,
            not_alone: self.not_alone,
            no_devices: self.no_devices,
        }
    }
}

/// The granted clearances of a member of staff that last until a day or longer, by last day; at one facility or all.
pub(in crate::providers) async fn running(
    rows: &impl Rows,
    staff: StaffId,
    facility: Option<FacilityId>,
    day: Date,
) -> Result<Vec<Running>> {
    let mut sql = Sql::new(
        "select c.id, c.facility_id, f.name as facility_name, c.scope, c.issuing_office, c.first_day, c.last_day, \
         c.escort, c.not_alone, c.no_devices from clearance c join facility f on f.id = c.facility_id \
         where c.state = 'granted' and c.last_day >= ? and c.staff_id = ?",
    )
    .bind(day)
    .bind(staff);
    if let Some(facility) = facility {
        sql = sql.push(" and c.facility_id = ?").bind(facility);
    }
    rows.all(sql.push(" order by c.last_day, c.id limit 2000"))
        .await
}

#[derive(FromQueryResult)]
struct IdRow {
    id: ClearanceId,
}

/// The open request for a member of staff at a facility.
pub(in crate::providers) async fn open_request(
    rows: &impl Rows,
    staff: StaffId,
    facility: FacilityId,
) -> Result<Option<ClearanceId>> {
    let row: Option<IdRow> = rows
        .one(
            Sql::new("select id from clearance where staff_id = ? and facility_id = ? and state = 'requested' limit 1")
                .bind(staff)
                .bind(facility),
        )
        .await?;
    Ok(row.map(|row| row.id))
}

/// Stores a request.
pub(in crate::providers) async fn insert<P: Writes>(
    writer: &Writer<P>,
    row: clearance::Model,
) -> Result<()> {
    writer.insert(row).await
}

/// What a granting stores beside the decision itself.
pub(in crate::providers) struct Granted<'a> {
    pub decision: Decision,
    pub issuing_office: &'a str,
    pub accepted_from: Option<ClearanceId>,
}

/// Stores a granting, if the request stands as it was shown.
pub(in crate::providers) async fn grant<P: Writes>(
    writer: &Writer<P>,
    id: ClearanceId,
    version: i64,
    granted: Granted<'_>,
) -> Result<()> {
    let actor = writer.access().actor();
    let decision = granted.decision;
    let mut sql = Sql::new(
        "update clearance set state = 'granted', result = ?, scope = ?, issuing_office = ?, first_day = ?, last_day = ?, \
         escort = ?, not_alone = ?, no_devices = ?, decided_by = ?, decided_by_name = ?, decided_at = ?, ",
    )
    .bind(decision.outcome.code().to_owned())
    .bind(decision.scope.code().to_owned())
    .bind(granted.issuing_office.to_owned())
    .bind(decision.first)
    .bind(decision.last)
    .bind(decision.restrictions.escort)
    .bind(decision.restrictions.not_alone)
    .bind(decision.restrictions.no_devices)
    .bind(actor.account())
    .bind(actor.name().to_owned())
    .bind(writer.now());
    if let Some(source) = granted.accepted_from {
        sql = sql.push("accepted_from = ?, ").bind(source);
    }
    writer
        .change_one(
            sql.push("version = version + 1 where id = ? and version = ? and state = 'requested'")
                .bind(id)
                .bind(version),
        )
        .await
}

/// Stores a refusal, if the request stands as it was shown.
pub(in crate::providers) async fn decline<P: Writes>(
    writer: &Writer<P>,
    id: ClearanceId,
    version: i64,
) -> Result<()> {
    let actor = writer.access().actor();
    writer
        .change_one(
            Sql::new(
                "update clearance set state = 'declined', decided_by = ?, decided_by_name = ?, decided_at = ?, \
                 version = version + 1 where id = ? and version = ? and state = 'requested'",
            )
            .bind(actor.account())
            .bind(actor.name().to_owned())
            .bind(writer.now())
            .bind(id)
            .bind(version),
        )
        .await
}

/// Stores an end before time, if the clearance stands as it was shown.
pub(in crate::providers) async fn withdraw<P: Writes>(
    writer: &Writer<P>,
    id: ClearanceId,
    version: i64,
    from: State,
) -> Result<()> {
    writer
        .change_one(
            Sql::new(
                "update clearance set state = 'withdrawn', ended_by_name = ?, ended_at = ?, version = version + 1 \
                 where id = ? and version = ? and state = ?",
            )
            .bind(writer.access().actor().name().to_owned())
            .bind(writer.now())
            .bind(id)
            .bind(version)
            .bind(from.code().to_owned()),
        )
        .await
}
