//! Everything that decides whether staff can come, in one statement for however many.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::FromQueryResult;
use time::{Date, Duration};

use crate::base::ids::{FacilityId, GrantId, ProgrammeId, StaffId};
use crate::cover::rules::{ClearanceSpan, Decided, Facts, GrantSpan};
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
}

/// What is known of a member of staff.
#[derive(Debug, Clone, Default)]
pub(in crate::cover) struct Known {
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
                let last = row.last_day.map(|after| after.saturating_sub(Duration::DAY));
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

/// What is known of staff at some facilities, with what they have planned in a period (both days included). One
/// statement; the columns that one kind of fact does not have are empty.
pub(in crate::cover) async fn facts(
    rows: &impl Rows,
    staff: &[StaffId],
    facilities: &[FacilityId],
    today: Date,
    planned: Option<(Date, Date)>,
) -> Result<BTreeMap<StaffId, Known>> {
    if staff.is_empty() {
        return Ok(BTreeMap::new());
    }
    let back = today - Duration::days(BACK_DAYS);
    let mut sql = Sql::new("with who as (select s.id, s.provider_id, s.valid_from, s.valid_to from staff s where s.id in ")
        .list(staff.iter().copied())
        .push(
            ") select 'staff' as fact, w.id as staff_id, cast(null as uuid) as facility_id, cast(null as uuid) as programme_id, \
             cast(null as uuid) as grant_id, cast(null as text) as word, w.valid_from as first_day, w.valid_to as last_day, \
             cast(null as bigint) as number, cast(null as bigint) as number_to from who w \
             union all select 'provider', w.id, null, null, null, null, null, p.valid_to, null, null from who w \
             join provider p on p.id = w.provider_id where p.valid_to is not null \
             union all select 'stop', t.staff_id, t.facility_id, null, null, null, null, null, null, null from access_stop t \
             where t.lifted_at is null and t.staff_id in (select id from who) \
             union all select 'grant', g.staff_id, g.facility_id, g.programme_id, g.id, g.state, g.first_day, g.last_day, \
             case when g.clearance_id is null then 0 else 1 end, null from access_grant g \
             where g.state in ('active', 'suspended', 'revoked') and g.last_day >= ? and g.staff_id in (select id from who) \
             and g.facility_id in ",
        )
        .bind(back)
        .list(facilities.iter().copied())
        .push(
            " union all select 'clearance', c.staff_id, c.facility_id, null, null, c.state, c.first_day, c.last_day, null, null \
             from clearance c where c.state in ('granted', 'withdrawn') and c.last_day is not null \
             and c.staff_id in (select id from who) and c.facility_id in ",
        )
        .list(facilities.iter().copied())
        .push(
            " union all select 'absence', a.staff_id, null, null, null, null, a.first_day, a.day_after, null, null \
             from staff_absence a where a.removed_at is null and a.day_after > ? and a.staff_id in (select id from who)",
        )
        .bind(today)
        .push(
            " union all select 'language', l.staff_id, null, null, null, l.language, null, null, null, null \
             from staff_language l where l.staff_id in (select id from who)",
        );
    if let Some((from, to)) = planned {
        sql = sql
            .push(
                " union all select 'certificate', q.staff_id, null, null, null, null, q.acquired_on, q.valid_to, null, null \
                 from staff_qualification q where q.removed_at is null and q.kind = ? and q.staff_id in (select id from who)",
            )
            .bind(CERTIFICATE.to_owned())
            .push(
                " union all select 'time', v.staff_id, null, null, null, cast(v.weekday as text), null, null, v.start_minute, \
                 v.end_minute from staff_availability v where v.staff_id in (select id from who) \
                 union all select 'busy', s.id, null, null, null, null, gs.day, null, gs.start_minute, gs.minutes \
                 from group_session gs ",
            )
            .append(crate::groups::session_staff_sql())
            .push(
                " join training_group tg on tg.id = gs.group_id where gs.state = 'planned' and tg.state <> 'closed' \
                 and gs.day >= ? and gs.day <= ? and s.id in (select id from who) \
                 union all select 'busy', v.staff_id, null, null, null, null, v.day, null, v.start_minute, v.minutes \
                 from gate_visit v where v.cancelled_at is null and v.day >= ? and v.day <= ? and v.staff_id in (select id from who)",
            )
            .bind(from)
            .bind(to)
            .bind(from)
            .bind(to);
    }
    let found: Vec<FactRow> = rows.all(sql.push(" limit ?").bind(LIMIT)).await?;
    let mut known: BTreeMap<StaffId, Known> = BTreeMap::new();
    // The organisation's end shortens what the member's own line says, so that line comes first.
    let (own, rest): (Vec<FactRow>, Vec<FactRow>) =
        found.into_iter().partition(|row| row.fact == "staff");
    for row in own.into_iter().chain(rest) {
        known.entry(row.staff_id).or_default().take(row);
    }
    Ok(known)
}
