//! How often the clients of cases are talked with, and the times that plans of a half-year propose for it.

use std::collections::BTreeSet;

use sea_orm::FromQueryResult;
use time::Date;

use super::cases::{CaseLine, STATE};
use super::plans::client_title;
use crate::access::{Scope, Writes};
use crate::base::ids::{
    CaseId, FacilityId, HalfYearPlanId, PersonId, ProgrammeId, ProviderId, StaffId, TalkId,
    TalkOfferId,
};
use crate::base::time::berlin_today;
use crate::casework::rules::CONFIDENTIAL_PROVIDER;
use crate::casework::scope::case_condition;
use crate::consent;
use crate::people::{scope_condition, unrestricted};
use crate::schema::casework::talk_offer;
use crate::store::{Result, Rows, Sql, Writer};

/// Cases with a cadence that are read for one house.
const CASES: i64 = 500;
/// Offers shown and answered at once.
pub(in crate::casework) const OFFERS: usize = 40;

/// Sets how often a client is talked with and for how long; nothing: there is no such agreement.
pub(in crate::casework) async fn set_cadence<P: Writes>(
    writer: &Writer<P>,
    line: &CaseLine,
    cadence: Option<(i64, i64)>,
) -> Result<()> {
    writer
        .change_one(
            Sql::new(
                "update client_case set talk_weeks = ?, talk_minutes = ?, version = version + 1 where id = ? and version = ?",
            )
            .bind(cadence.map(|(weeks, _)| weeks))
            .bind(cadence.map(|(_, minutes)| minutes))
            .bind(line.id)
            .bind(line.version),
        )
        .await
}

/// A running case whose client is talked with regularly.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct CadenceCase {
    pub id: CaseId,
    pub person_id: PersonId,
    pub programme_id: ProgrammeId,
    pub provider_id: ProviderId,
    pub staff_id: StaffId,
    pub staff_name: String,
    pub weeks: i64,
    pub minutes: i64,
    /// The last talk that took place.
    pub last_day: Option<Date>,
}

/// The cases of people in custody in a house who are talked with regularly by somebody of a provider, for planning:
/// whoever reads them shows none of them to somebody who could not see the case.
pub(crate) async fn cadence_cases<R: Rows>(
    rows: &R,
    facility: FacilityId,
) -> Result<Vec<CadenceCase>> {
    let today = berlin_today(rows.now());
    rows.all(
        Sql::new(
            "select k.id, k.person_id, k.programme_id, k.provider_id, k.staff_id, s.name as staff_name, k.talk_weeks as weeks, \
             k.talk_minutes as minutes, (select max(c.day) from counselling_session c where c.enrolment_id = k.enrolment_id \
             and c.outcome = 'took_place') as last_day from placement x join client_case k on k.person_id = x.person_id \
             join staff s on s.id = k.staff_id left join enrolment e on e.id = k.enrolment_id \
             where x.facility_id = ? and x.kind = 'custody' and x.from_day <= ? and (x.to_day is null or x.to_day > ?) \
             and k.talk_weeks is not null and k.talk_minutes is not null and k.closed_on is null and e.ended_on is null and ",
        )
        .bind(facility)
        .bind(today)
        .bind(today)
        .push(STATE)
        .push(" in ('agreed', 'running', 'transition') and ")
        .append(scope_condition(&rows.access().scope(), today, "k.person_id"))
        .push(" and ")
        .append(unrestricted("k.person_id"))
        .push(" and (k.linked_on is null or ")
        .append(consent::link_stands("k.id"))
        .push(") order by k.id limit ?")
        .bind(CASES),
    )
    .await
}

/// A planned talk in a house.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct BookedTalk {
    pub id: TalkId,
    pub case_id: CaseId,
    pub person_id: PersonId,
    pub programme_id: ProgrammeId,
    pub staff_id: StaffId,
    pub staff_name: String,
    pub day: Date,
    pub start_minute: i64,
    pub minutes: i64,
    /// What became of the last time that was proposed instead.
    pub answer: Option<String>,
}

/// The talks that a provider's staff have planned in a house from a day on, for planning: nobody is shown whom they are
/// with.
pub(crate) async fn booked_talks<R: Rows>(
    rows: &R,
    facility: FacilityId,
    from: Date,
) -> Result<Vec<BookedTalk>> {
    rows.all(
        Sql::new(
            "select t.id, t.case_id, k.person_id, k.programme_id, t.staff_id, s.name as staff_name, t.day, t.start_minute, \
             t.minutes, (select min(case when o.state = 'offered' then 'offered' else 'refused' end) from talk_offer o \
             where o.moves = t.id and (o.state = 'declined' or (o.state = 'offered' and o.day > ?))) as answer \
             from talk_plan t join client_case k on k.id = t.case_id join staff s on s.id = t.staff_id \
             where t.facility_id = ? and t.day >= ? and t.state = 'planned' and k.person_id is not null and ",
        )
        .bind(berlin_today(rows.now()))
        .bind(facility)
        .bind(from)
        .append(scope_condition(
            &rows.access().scope(),
            berlin_today(rows.now()),
            "k.person_id",
        ))
        .push(" and ")
        .append(unrestricted("k.person_id"))
        .push(" and (k.linked_on is null or ")
        .append(consent::link_stands("k.id"))
        .push(") order by t.day, t.start_minute, t.id limit 2000"),
    )
    .await
}

#[derive(FromQueryResult)]
struct DayRow {
    case_id: CaseId,
    day: Date,
}

/// The days from one day on for which talks of these cases are planned.
pub(crate) async fn planned_days<R: Rows>(
    rows: &R,
    cases: &[CaseId],
    from: Date,
) -> Result<Vec<(CaseId, Date)>> {
    if cases.is_empty() {
        return Ok(Vec::new());
    }
    let found: Vec<DayRow> = rows
        .all(
            Sql::new("select case_id, day from talk_plan where state = 'planned' and day >= ? and case_id in ")
                .bind(from)
                .list(cases.iter().copied())
                .push(" order by case_id, day limit 20000"),
        )
        .await?;
    Ok(found
        .into_iter()
        .map(|row| (row.case_id, row.day))
        .collect())
}

/// Keeps times that were found. One proposed instead of a talk takes the place of what was proposed instead of it before.
pub(crate) async fn keep_offers<P: Writes>(
    writer: &Writer<P>,
    offers: Vec<talk_offer::Model>,
) -> Result<()> {
    if offers.is_empty() {
        return Ok(());
    }
    let moved: Vec<TalkId> = offers.iter().filter_map(|offer| offer.moves).collect();
    if !moved.is_empty() {
        writer
            .change(
                Sql::new(
                    "update talk_offer set state = 'superseded', version = version + 1 where state = 'offered' and moves in ",
                )
                .list(moved),
            )
            .await?;
    }
    writer.insert_all(offers).await
}

/// What a plan proposes to one member of staff.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct OfferSum {
    pub staff_id: StaffId,
    pub staff_name: String,
    /// Of cases about which a prison learns nothing but the appointments.
    pub confidential: bool,
    pub talks: i64,
    /// To come, and not shown to the counsellor yet.
    pub found: i64,
    pub offered: i64,
    pub planned: i64,
    pub declined: i64,
    /// Whose day is over, or that gave way to another plan or another counsellor.
    pub lapsed: i64,
    pub first: Date,
    pub last: Date,
}

/// What a plan proposes, by whom it is for. The caller found the plan in scope.
pub(crate) async fn offer_sums<R: Rows>(rows: &R, plan: HalfYearPlanId) -> Result<Vec<OfferSum>> {
    let today = berlin_today(rows.now());
    rows.all(
        Sql::new(
            "select o.staff_id, s.name as staff_name, (v.code = ?) as confidential, count(*) as talks, \
             cast(sum(case when o.state = 'found' and o.day > ? then 1 else 0 end) as bigint) as found, \
             cast(sum(case when o.state = 'offered' and o.day > ? then 1 else 0 end) as bigint) as offered, \
             cast(sum(case when o.state = 'planned' then 1 else 0 end) as bigint) as planned, \
             cast(sum(case when o.state = 'declined' then 1 else 0 end) as bigint) as declined, \
             cast(sum(case when o.state = 'superseded' or (o.state in ('found', 'offered') and o.day <= ?) then 1 else 0 end) \
             as bigint) as lapsed, min(o.day) as first, max(o.day) as last from talk_offer o join staff s on s.id = o.staff_id \
             join provider v on v.id = s.provider_id where o.plan_id = ? group by o.staff_id, s.name, v.code \
             order by s.name, o.staff_id limit 200",
        )
        .bind(CONFIDENTIAL_PROVIDER.to_owned())
        .bind(today)
        .bind(today)
        .bind(today)
        .bind(plan),
    )
    .await
}

/// A condition on an offer `o` of a case `k` with its participation `e` (a left join): its talk is still needed. One instead
/// of another is as long as that one is planned; one of a cadence as long as the case runs, somebody counsels in it and no
/// other talk stands in its period.
fn needed() -> Sql {
    Sql::new(
        "(case when o.moves is not null then exists (select 1 from talk_plan q where q.id = o.moves and q.state = 'planned' \
         and q.staff_id = o.staff_id) else k.talk_weeks is not null and k.staff_id = o.staff_id and ",
    )
    .push(STATE)
    .push(
        " in ('agreed', 'running', 'transition') and not exists (select 1 from talk_plan q where q.case_id = o.case_id \
         and q.state in ('planned', 'done') and q.day >= o.period_from and q.day <= o.period_to) end)",
    )
}

#[derive(FromQueryResult)]
struct PersonRow {
    id: TalkOfferId,
    person_id: Option<PersonId>,
}

/// Shows what a plan found to the member of staff it is for: how many times that were, and for whom. What other plans had
/// offered them for the same cases in the half-year of this one gives way to it.
pub(crate) async fn hand_on<P: Writes>(
    writer: &Writer<P>,
    (plan, first, last): (HalfYearPlanId, Date, Date),
    staff: StaffId,
) -> Result<(usize, Vec<PersonId>)> {
    let found: Vec<PersonRow> = writer
        .all(
            Sql::new(
                "select o.id, k.person_id from talk_offer o join client_case k on k.id = o.case_id \
                 left join enrolment e on e.id = k.enrolment_id where o.plan_id = ? and o.staff_id = ? and o.state = 'found' \
                 and o.day > ? and ",
            )
            .bind(plan)
            .bind(staff)
            .bind(berlin_today(writer.now()))
            .append(needed())
            .push(" order by o.day, o.id limit 5000"),
        )
        .await?;
    if found.is_empty() {
        return Ok((0, Vec::new()));
    }
    writer
        .change(
            Sql::new(
                "update talk_offer set state = 'superseded', version = version + 1 where staff_id = ? and state = 'offered' \
                 and plan_id <> ? and day >= ? and day <= ? and case_id in (select o.case_id from talk_offer o \
                 where o.plan_id = ? and o.staff_id = ?)",
            )
            .bind(staff)
            .bind(plan)
            .bind(first)
            .bind(last)
            .bind(plan)
            .bind(staff),
        )
        .await?;
    for some in found.chunks(500) {
        writer
            .change(
                Sql::new(
                    "update talk_offer set state = 'offered', version = version + 1 where state = 'found' and id in ",
                )
                .list(some.iter().map(|row| row.id)),
            )
            .await?;
    }
    let people = found.iter().filter_map(|row| row.person_id);
    let people: BTreeSet<PersonId> = people.collect();
    Ok((found.len(), people.into_iter().collect()))
}

/// Takes back what was found for or offered to anybody but whoever counsels in a case now.
pub(in crate::casework) async fn follow_team<P: Writes>(
    writer: &Writer<P>,
    case: CaseId,
    first: StaffId,
) -> Result<()> {
    writer
        .change(
            Sql::new(
                "update talk_offer set state = 'superseded', version = version + 1 where case_id = ? and staff_id <> ? \
                 and state in ('found', 'offered')",
            )
            .bind(case)
            .bind(first),
        )
        .await?;
    Ok(())
}

/// Deletes proposed times whose day is long over, whatever became of them; how many.
pub(crate) async fn purge_offers<P: Writes>(writer: &Writer<P>, before: Date) -> Result<u64> {
    writer
        .change(Sql::new("delete from talk_offer where day < ?").bind(before))
        .await
}

/// Forgets what plans proposed; what was arranged stays.
pub(crate) async fn drop_offers<P: Writes>(writer: &Writer<P>, plans: Sql) -> Result<()> {
    writer
        .change(Sql::new("delete from talk_offer where plan_id in ").append(plans))
        .await?;
    Ok(())
}

/// A time that is proposed to the actor.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::casework) struct OfferLine {
    pub id: TalkOfferId,
    pub case_id: CaseId,
    pub person_id: Option<PersonId>,
    pub family_name: Option<String>,
    pub given_name: Option<String>,
    pub client_role: Option<String>,
    pub programme_name: String,
    /// The prison for which the time was found.
    pub facility_id: FacilityId,
    pub facility_name: String,
    pub day: Date,
    pub start_minute: i64,
    pub minutes: i64,
    /// The talk instead of which it is proposed, and when that is.
    pub moves: Option<TalkId>,
    pub old_day: Option<Date>,
    pub old_start: Option<i64>,
    pub asked_by: Option<String>,
    pub why: Option<String>,
    pub version: i64,
}

impl OfferLine {
    /// Whom it is with.
    pub fn title(&self) -> String {
        client_title(
            self.family_name.as_deref(),
            self.given_name.as_deref(),
            self.client_role.as_deref(),
            self.case_id,
        )
    }
}

/// The times after today that are proposed to the actor for talks that are still needed; nobody else has any.
fn own<R: Rows>(rows: &R) -> Sql {
    let (access, today) = (rows.access(), berlin_today(rows.now()));
    let actor = access.actor();
    match access.scope() {
        scope @ Scope::Trainer { staff, .. } => Sql::new(
            " from talk_offer o join client_case k on k.id = o.case_id left join enrolment e on e.id = k.enrolment_id \
             where o.staff_id = ? and o.state = 'offered' and o.day > ? and k.closed_on is null and e.ended_on is null and ",
        )
        .bind(staff)
        .bind(today)
        .append(needed())
        .push(" and ")
        .append(case_condition(&scope, actor.account(), today)),
        _ => Sql::new(" from talk_offer o where 1 = 0"),
    }
}

/// How many there are, as a value in a statement.
pub(crate) fn offers_count<R: Rows>(rows: &R) -> Sql {
    Sql::new("(select count(*)").append(own(rows)).push(")")
}

/// The next of them, by time; of those in `only`, if they are named.
pub(in crate::casework) async fn offers<R: Rows>(
    rows: &R,
    only: Option<&[TalkOfferId]>,
) -> Result<Vec<OfferLine>> {
    let mut found = Sql::new("select o.id").append(own(rows));
    if let Some(only) = only {
        found = found.push(" and o.id in ").list(only.iter().copied());
    }
    rows.all(
        Sql::new(
            "select o.id, o.case_id, k.person_id, p.family_name, p.given_name, k.client_role, m.name as programme_name, \
             o.facility_id, f.name as facility_name, o.day, o.start_minute, o.minutes, o.moves, t.day as old_day, \
             t.start_minute as old_start, o.asked_by, o.why, o.version from talk_offer o join facility f on f.id = o.facility_id \
             left join talk_plan t on t.id = o.moves \
             join client_case k on k.id = o.case_id join programme m on m.id = k.programme_id \
             left join person p on p.id = k.person_id where o.id in (",
        )
        .append(found)
        .push(") order by o.day, o.start_minute, o.id limit ?")
        .bind(OFFERS as i64 + 1),
    )
    .await
}

/// Settles a proposed time.
pub(in crate::casework) async fn answer<P: Writes>(
    writer: &Writer<P>,
    offer: &OfferLine,
    state: &'static str,
) -> Result<()> {
    writer
        .change_one(
            Sql::new(
                "update talk_offer set state = ?, version = version + 1 where id = ? and version = ? and state = 'offered'",
            )
            .bind(state.to_owned())
            .bind(offer.id)
            .bind(offer.version),
        )
        .await
}
