//! Everything that decides whether staff can come, in one statement for however many.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::FromQueryResult;
use time::{Date, Duration};

use super::SessionRow;
use crate::base::ids::{FacilityId, GrantId, GroupId, GroupSessionId, ProgrammeId, StaffId};
use crate::cover::rules::{ClearanceSpan, Decided, Facts, GrantSpan};
use crate::groups::sessions_of_sql;
use crate::store::{Result, Rows, Sql};

/// The kind of qualification that lets somebody hold anti-violence training.
pub(crate) const CERTIFICATE: &str = "akt_trainer";
/// Days back for which ended grants and clearances are named as the reason.
const BACK_DAYS: i64 = 400;
/// The most facts that are read at once.
const LIMIT: i64 = 20_000;

#[derive(FromQueryResult)]
struct FactRow {
    fact: String,
    staff_id: StaffId,
    facility_id: Option<FacilityId>,
    programme_id: Option<ProgrammeId>,
    grant_id: Option<GrantId>,
    word: Option<String>,
    first_day: Option<Date>,
    last_day: Option<Date>,
    number: Option<i64>,
    number_to: Option<i64>,
    session_id: Option<GroupSessionId>,
    version: Option<i64>,
    group_id: Option<GroupId>,
    group_name: Option<String>,
    ordinal: Option<i64>,
    facility_name: Option<String>,
    facility_town: Option<String>,
    programme_code: Option<String>,
    programme_name: Option<String>,
    staff_name: Option<String>,
    provider_name: Option<String>,
    planned_id: Option<StaffId>,
}

impl FactRow {
    /// The session that the row is, if it is one.
    fn session(&self) -> Option<SessionRow> {
        Some(SessionRow {
            id: self.session_id?,
            version: self.version?,
            group_id: self.group_id?,
            group_name: self.group_name.clone()?,
            ordinal: self.ordinal?,
            day: self.first_day?,
            start_minute: self.number?,
            minutes: self.number_to?,
            facility_id: self.facility_id?,
            facility_name: self.facility_name.clone()?,
            facility_town: self.facility_town.clone()?,
            programme_id: self.programme_id?,
            programme_code: self.programme_code.clone()?,
            programme_name: self.programme_name.clone()?,
            staff_id: self.staff_id,
            staff_name: self.staff_name.clone()?,
            provider_name: self.provider_name.clone()?,
            planned_id: self.planned_id?,
        })
    }
}

/// What is known of a member of staff.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    registered: Option<(Date, Option<Date>)>,
    /// `None`: everywhere.
    stops: Vec<Option<FacilityId>>,
    grants: Vec<(FacilityId, ProgrammeId, GrantSpan)>,
    clearances: Vec<(FacilityId, ClearanceSpan)>,
    absences: Vec<(Date, Date)>,
    /// Certificates as trainer.
    pub certificates: Vec<(Date, Option<Date>)>,
    /// Weekly times.
    pub times: Vec<(i64, i64, i64)>,
    /// Languages.
    pub languages: BTreeSet<String>,
    /// Planned sessions and visits.
    pub busy: Vec<(Date, i64, i64)>,
}

impl Known {
    /// Whether there is or was a grant for one of the facilities asked about.
    pub fn ever_granted(&self) -> bool {
        !self.grants.is_empty()
    }

    /// What of it matters for a facility and a programme.
    pub fn at(&self, facility: FacilityId, programme: ProgrammeId) -> Facts {
        Facts {
            registered: self.registered,
            stopped: self
                .stops
                .iter()
                .any(|place| place.is_none_or(|place| place == facility)),
            grants: self
                .grants
                .iter()
                .filter(|(place, what, _)| *place == facility && *what == programme)
                .map(|(_, _, grant)| *grant)
                .collect(),
            clearances: self
                .clearances
                .iter()
                .filter(|(place, _)| *place == facility)
                .map(|(_, clearance)| *clearance)
                .collect(),
            absences: self.absences.clone(),
        }
    }

    fn take(&mut self, row: FactRow) {
        let span = row.first_day.zip(row.last_day);
        match row.fact.as_str() {
            "staff" => {
                let last = row
                    .last_day
                    .map(|after| after.saturating_sub(Duration::DAY));
                self.registered = row.first_day.map(|first| (first, last));
            }
            // The organisation's end is the member's end.
            "provider" => {
                if let (Some((_, last)), Some(after)) = (&mut self.registered, row.last_day) {
                    let ends = after.saturating_sub(Duration::DAY);
                    *last = Some(last.map_or(ends, |known| known.min(ends)));
                }
            }
            "stop" => self.stops.push(row.facility_id),
            "grant" => {
                let decided = match row.word.as_deref() {
                    Some("active") => Decided::Active,
                    Some("suspended") => Decided::Suspended,
                    _ => Decided::Revoked,
                };
                if let (Some(facility), Some(programme), Some(id), Some((first, last))) =
                    (row.facility_id, row.programme_id, row.grant_id, span)
                {
                    let rests = row.number == Some(1);
                    self.grants.push((
                        facility,
                        programme,
                        GrantSpan {
                            id,
                            decided,
                            first,
                            last,
                            rests,
                        },
                    ));
                }
            }
            "clearance" => {
                if let (Some(facility), Some((first, last))) = (row.facility_id, span) {
                    let holds = row.word.as_deref() == Some("granted");
                    self.clearances
                        .push((facility, ClearanceSpan { holds, first, last }));
                }
            }
            "absence" => self.absences.extend(span),
            "certificate" => self
                .certificates
                .extend(row.first_day.map(|first| (first, row.last_day))),
            "language" => self.languages.extend(row.word),
            "time" => {
                let weekday = row.word.and_then(|word| word.parse().ok());
                if let (Some(weekday), Some(from), Some(to)) = (weekday, row.number, row.number_to)
                {
                    self.times.push((weekday, from, to));
                }
            }
            "busy" => {
                if let (Some(day), Some(from), Some(length)) =
                    (row.first_day, row.number, row.number_to)
                {
                    self.busy.push((day, from, from.saturating_add(length)));
                }
            }
            _ => {}
        }
    }
}

/// The columns that only sessions have, empty.
const EMPTY: &str = ", null, null, null, null, null, null, null, null, null, null, null, null";

/// The first lines of the statement when no sessions are asked for: none, but with the types of all columns.
const TYPES: &str = "select 'none' as fact, cast(null as uuid) as staff_id, cast(null as uuid) as facility_id, \
     cast(null as uuid) as programme_id, cast(null as uuid) as grant_id, cast(null as text) as word, \
     cast(null as date) as first_day, cast(null as date) as last_day, cast(null as bigint) as number, \
     cast(null as bigint) as number_to, cast(null as uuid) as session_id, cast(null as bigint) as version, \
     cast(null as uuid) as group_id, cast(null as text) as group_name, cast(null as bigint) as ordinal, \
     cast(null as text) as facility_name, cast(null as text) as facility_town, cast(null as text) as programme_code, \
     cast(null as text) as programme_name, cast(null as text) as staff_name, cast(null as text) as provider_name, \
     cast(null as uuid) as planned_id where 1 = 0";

/// The first lines when sessions are asked for.
const SESSIONS: &str = " union all select 'session', h.staff_id, h.facility_id, h.programme_id, null, null, h.day, null, \
     h.start_minute, h.minutes, h.session_id, h.version, h.group_id, h.group_name, h.ordinal, h.facility_name, \
     h.facility_town, h.programme_code, h.programme_name, h.staff_name, h.provider_name, h.planned_id from held h";

/// Everything that is asked about the staff `who`, at some facilities (a list or a query in brackets).
fn about_staff(sql: Sql, facilities: &Sql, today: Date) -> Sql {
    sql.push(
        " union all select 'staff', w.id, null, null, null, null, w.valid_from, w.valid_to, null, null",
    )
    .push(EMPTY)
    .push(" from who w union all select 'provider', w.id, null, null, null, null, null, p.valid_to, null, null")
    .push(EMPTY)
    .push(
        " from who w join provider p on p.id = w.provider_id where p.valid_to is not null \
         union all select 'stop', t.staff_id, t.facility_id, null, null, null, null, null, null, null",
    )
    .push(EMPTY)
    .push(
        " from access_stop t where t.lifted_at is null and t.staff_id in (select id from who) \
         union all select 'grant', g.staff_id, g.facility_id, g.programme_id, g.id, g.state, g.first_day, g.last_day, \
         case when g.clearance_id is null then 0 else 1 end, null",
    )
    .push(EMPTY)
    .push(
        " from access_grant g where (g.state in ('active', 'suspended') \
         or (g.state = 'revoked' and g.clearance_id is not null)) and g.last_day >= ? \
         and g.staff_id in (select id from who) and g.facility_id in ",
    )
    .bind(today - Duration::days(BACK_DAYS))
    .append(facilities.clone())
    .push(" union all select 'clearance', c.staff_id, c.facility_id, null, null, c.state, c.first_day, c.last_day, null, null")
    .push(EMPTY)
    .push(
        " from clearance c where c.state in ('granted', 'withdrawn') and c.last_day is not null \
         and c.staff_id in (select id from who) and c.facility_id in ",
    )
    .append(facilities.clone())
    .push(" union all select 'absence', a.staff_id, null, null, null, null, a.first_day, a.day_after, null, null")
    .push(EMPTY)
    .push(" from staff_absence a where a.removed_at is null and a.day_after > ? and a.staff_id in (select id from who)")
    .bind(today)
    .push(" union all select 'language', l.staff_id, null, null, null, l.language, null, null, null, null")
    .push(EMPTY)
    .push(" from staff_language l where l.staff_id in (select id from who)")
}

/// What matters only for those who might step in: certificates, times, and what is planned in a period.
fn about_candidates(sql: Sql, (from, to): (Date, Date)) -> Sql {
    sql.push(" union all select 'certificate', q.staff_id, null, null, null, null, q.acquired_on, q.valid_to, null, null")
        .push(EMPTY)
        .push(
            " from staff_qualification q where q.removed_at is null and q.kind = ? and q.staff_id in (select id from who)",
        )
        .bind(CERTIFICATE.to_owned())
        .push(
            " union all select 'time', v.staff_id, null, null, null, cast(v.weekday as text), null, null, v.start_minute, \
             v.end_minute",
        )
        .push(EMPTY)
        .push(
            " from staff_availability v where v.staff_id in (select id from who) \
             union all select 'busy', b.staff_id, null, null, null, null, gs.day, null, gs.start_minute, gs.minutes",
        )
        .push(EMPTY)
        .push(" from ")
        .append(sessions_of_sql(&Sql::new("(select id from who)"), Some((from, to))))
        .push(
            " b join group_session gs on gs.id = b.session_id join training_group tg on tg.id = gs.group_id \
             where gs.state = 'planned' and tg.state <> 'closed' and gs.day >= ? and gs.day <= ? \
             union all select 'busy', v.staff_id, null, null, null, null, v.day, null, v.start_minute, v.minutes",
        )
        .bind(from)
        .bind(to)
        .push(EMPTY)
        .push(
            " from gate_visit v where v.cancelled_at is null and v.day >= ? and v.day <= ? and v.staff_id in (select id from who)",
        )
        .bind(from)
        .bind(to)
}

async fn read(rows: &impl Rows, sql: Sql) -> Result<(Vec<SessionRow>, BTreeMap<StaffId, Known>)> {
    let found: Vec<FactRow> = rows.all(sql.push(" limit ?").bind(LIMIT)).await?;
    let mut known: BTreeMap<StaffId, Known> = BTreeMap::new();
    let mut sessions = Vec::new();
    // The organisation's end shortens what the member's own line says, so that line comes first.
    let (own, rest): (Vec<FactRow>, Vec<FactRow>) =
        found.into_iter().partition(|row| row.fact == "staff");
    for row in own.into_iter().chain(rest) {
        match row.session() {
            Some(session) => sessions.push(session),
            None => known.entry(row.staff_id).or_default().take(row),
        }
    }
    sessions.sort_by(|left: &SessionRow, right| {
        (
            left.day,
            left.start_minute,
            left.id,
            &left.staff_name,
            left.staff_id,
        )
            .cmp(&(
                right.day,
                right.start_minute,
                right.id,
                &right.staff_name,
                right.staff_id,
            ))
    });
    Ok((sessions, known))
}

/// What is known of staff at some facilities; with a period (both days included) also what matters for those who might
/// step in. One statement; the columns that one kind of fact does not have are empty.
pub(crate) async fn facts(
    rows: &impl Rows,
    staff: &[StaffId],
    facilities: &[FacilityId],
    today: Date,
    planned: Option<(Date, Date)>,
) -> Result<BTreeMap<StaffId, Known>> {
    if staff.is_empty() {
        return Ok(BTreeMap::new());
    }
    let sql = Sql::new("with who as (select s.id, s.provider_id, s.valid_from, s.valid_to from staff s where s.id in ")
        .list(staff.iter().copied())
        .push(") ")
        .push(TYPES);
    let mut sql = about_staff(sql, &Sql::new("").list(facilities.iter().copied()), today);
    if let Some(period) = planned {
        sql = about_candidates(sql, period);
    }
    Ok(read(rows, sql).await?.1)
}

/// Sessions, and what is known of those who hold them. `held` is the query of the sessions. One statement.
pub(super) async fn with_sessions(
    rows: &impl Rows,
    held: Sql,
    today: Date,
) -> Result<(Vec<SessionRow>, BTreeMap<StaffId, Known>)> {
    let sql = Sql::new("with held as (")
        .append(held)
        .push(
            "), who as (select s.id, s.provider_id, s.valid_from, s.valid_to from staff s \
             where s.id in (select staff_id from held)) ",
        )
        .push(TYPES)
        .push(SESSIONS);
    let facilities = Sql::new("(select facility_id from held)");
    read(rows, about_staff(sql, &facilities, today)).await
}
