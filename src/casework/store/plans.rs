//! Queries of planned talks; [`super::appointments`] has what is written of them.

use sea_orm::FromQueryResult;
use time::Date;

use crate::access::{Role, Scope};
use crate::base::ids::{AccountId, CaseId, EnrolmentId, FacilityId, PersonId, StaffId, TalkId};
use crate::base::time::{Instant, berlin_local, berlin_today};
use crate::casework::codes::ClientRole;
use crate::casework::scope::{case_condition, known, not_confidential, part_condition};
use crate::people::scope_condition;
use crate::store::{Result, Rows, Sql};

/// Planned talks shown on one page.
pub(in crate::casework) const PLANS: usize = 100;

/// A planned talk.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::casework) struct PlanLine {
    pub id: TalkId,
    pub case_id: CaseId,
    pub person_id: Option<PersonId>,
    pub enrolment_id: Option<EnrolmentId>,
    pub staff_id: Option<StaffId>,
    pub facility_id: Option<FacilityId>,
    pub day: Date,
    pub start_minute: i64,
    pub minutes: i64,
    pub place: String,
    pub state: String,
    pub version: i64,
    pub programme_name: String,
    pub family_name: Option<String>,
    pub given_name: Option<String>,
    pub client_role: Option<String>,
    /// The last day of the participation, or else of the case.
    pub over_on: Option<Date>,
}

impl PlanLine {
    /// Whether the talk can have been one of the case: it was planned for a day on which the case was not over.
    pub fn recordable(&self) -> bool {
        self.over_on.is_none_or(|over| self.day <= over)
    }

    /// Whom it is with.
    pub fn title(&self) -> String {
        client_title(
            self.family_name.as_deref(),
            self.given_name.as_deref(),
            self.client_role.as_deref(),
            self.case_id,
        )
    }

    /// Where it is recorded.
    pub fn recording(&self) -> String {
        match (self.person_id, self.enrolment_id) {
            (Some(person), Some(_)) => format!("/personen/{person}/gespraech?termin={}", self.id),
            _ => format!("/faelle/{}/gespraech?termin={}", self.case_id, self.id),
        }
    }

    /// When, in words.
    pub fn words(&self) -> String {
        crate::casework::rules::plan::words(self.day, self.start_minute)
    }
}

/// How somebody who is counselled is called: the name, or what the client is with the reference of the case.
pub(in crate::casework) fn client_title(
    family: Option<&str>,
    given: Option<&str>,
    role: Option<&str>,
    case: CaseId,
) -> String {
    match (family, given) {
        (Some(family), Some(given)) => format!("{family}, {given}"),
        _ => format!(
            "{} ({})",
            role.and_then(ClientRole::from_code)
                .map_or("anonym", ClientRole::label),
            crate::base::readable::reference(case.0)
        ),
    }
}

/// A condition on a planned talk `t` of a case `k` with its participation `e` (a left join): a prison sees those of its
/// people, of confidential ones those that it arranges itself; the probation service those of its clients; external
/// staff those of their cases.
pub(in crate::casework) fn plan_condition(scope: &Scope, account: AccountId, today: Date) -> Sql {
    let people = || {
        Sql::new("(k.person_id is not null and ").append(scope_condition(
            scope,
            today,
            "k.person_id",
        ))
    };
    match scope {
        Scope::Facility(facility) => people()
            .push(" and ")
            .append(known(account))
            .push(" and (")
            .append(not_confidential("k.provider_id"))
            .push(" or (t.facility_id = ? and t.state = 'planned')))")
            .bind(*facility),
        Scope::Assigned { .. } => people().push(" and ").append(known(account)).push(")"),
        Scope::Trainer { .. } | Scope::Provider { .. } => Sql::new("((")
            .append(case_condition(scope, account, today))
            .push(") or (k.enrolment_id is not null and ")
            .append(scope_condition(scope, today, "k.person_id"))
            .push(" and ")
            .append(part_condition(scope, today))
            .push("))"),
        Scope::Nothing => Sql::new("1 = 0"),
    }
}

/// Which of the planned talks in scope are the actor's own to hold, move and record: a member of staff's own, and those
/// of the probation service for whoever is responsible now. Nobody else's.
fn own<R: Rows>(rows: &R) -> Sql {
    let profile = rows.access().actor().profile();
    match (profile.role, profile.staff) {
        (Role::Probation, _) => Sql::new("t.staff_id is null"),
        (Role::Trainer, Some(staff)) => Sql::new("t.staff_id = ?").bind(staff),
        _ => Sql::new("1 = 0"),
    }
}

const FROM: &str = " from talk_plan t join client_case k on k.id = t.case_id join programme m on m.id = k.programme_id \
     left join enrolment e on e.id = k.enrolment_id left join person p on p.id = k.person_id where ";

fn select<R: Rows>(rows: &R) -> Sql {
    let scope = rows.access().scope();
    let account = rows.access().actor().account();
    Sql::new(
        "select t.id, t.case_id, k.person_id, k.enrolment_id, t.staff_id, t.facility_id, t.day, t.start_minute, t.minutes, \
         t.place, t.state, t.version, m.name as programme_name, p.family_name, p.given_name, k.client_role, \
         coalesce(e.ended_on, k.closed_on) as over_on",
    )
    .push(FROM)
    .append(plan_condition(&scope, account, berlin_today(rows.now())))
}

/// A planned talk that is the actor's own.
pub(in crate::casework) async fn plan<R: Rows>(rows: &R, id: TalkId) -> Result<Option<PlanLine>> {
    rows.one(
        select(rows)
            .push(" and t.id = ? and ")
            .bind(id)
            .append(own(rows)),
    )
    .await
}

/// A condition on a planned talk `t`: it is over.
fn over(now: Instant) -> Sql {
    let local = berlin_local(now);
    Sql::new(
        "t.state = 'planned' and (t.day < ? or (t.day = ? and t.start_minute + t.minutes <= ?))",
    )
    .bind(local.date)
    .bind(local.date)
    .bind(i64::from(local.minute.value()))
}

/// The actor's own planned talks that are over and not recorded, the oldest first; at most `limit`.
pub(in crate::casework) async fn to_record<R: Rows>(
    rows: &R,
    limit: usize,
) -> Result<Vec<PlanLine>> {
    rows.all(
        select(rows)
            .push(" and ")
            .append(over(rows.now()))
            .push(" and ")
            .append(own(rows))
            .push(" order by t.day, t.start_minute, t.id limit ?")
            .bind(limit as i64),
    )
    .await
}

/// How many there are, as a value in a statement.
pub(crate) fn to_record_count<R: Rows>(rows: &R) -> Sql {
    let scope = rows.access().scope();
    let account = rows.access().actor().account();
    Sql::new("(select count(*)")
        .push(FROM)
        .append(plan_condition(&scope, account, berlin_today(rows.now())))
        .push(" and ")
        .append(over(rows.now()))
        .push(" and ")
        .append(own(rows))
        .push(")")
}

/// The actor's own planned talks of a day that are not recorded, by time.
pub(in crate::casework) async fn of_day<R: Rows>(rows: &R, day: Date) -> Result<Vec<PlanLine>> {
    rows.all(
        select(rows)
            .push(" and t.day = ? and t.state = 'planned' and ")
            .bind(day)
            .append(own(rows))
            .push(" order by t.start_minute, t.id limit ?")
            .bind(PLANS as i64),
    )
    .await
}

/// Somebody whom the actor may record a talk with: a running participation of a client.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::casework) struct ClientRow {
    pub enrolment_id: EnrolmentId,
    pub person_id: PersonId,
    pub family_name: String,
    pub given_name: String,
    pub programme_name: String,
    pub minutes: Option<i64>,
    pub form: Option<String>,
}

/// The running participations of the actor's people that have no planned talk on a day, those without a talk for the
/// longest time first; with what was entered last for them. At most `limit`; of those in `only`, if they are named.
pub(in crate::casework) async fn others_of_day<R: Rows>(
    rows: &R,
    day: Date,
    only: Option<&[EnrolmentId]>,
    limit: usize,
) -> Result<Vec<ClientRow>> {
    let today = berlin_today(rows.now());
    let scope = rows.access().scope();
    let last = "(select max(c.day) from counselling_session c where c.enrolment_id = e.id)";
    let mut sql = Sql::new(
            "select e.id as enrolment_id, p.id as person_id, p.family_name, p.given_name, m.name as programme_name, \
             (select c.minutes from counselling_session c where c.enrolment_id = e.id order by c.day desc, c.id limit 1) as minutes, \
             (select c.form from counselling_session c where c.enrolment_id = e.id order by c.day desc, c.id limit 1) as form \
             from person p join enrolment e on e.person_id = p.id join programme m on m.id = e.programme_id \
             left join client_case k on k.enrolment_id = e.id \
             where e.ended_on is null and e.enrolled_on <= ? and m.kind <> 'group' \
             and not exists (select 1 from talk_plan t where t.case_id = k.id and t.day = ? and t.state in ('planned', 'done')) and ",
        )
        .bind(day)
        .bind(day)
        .append(scope_condition(&scope, today, "p.id"))
        .push(" and ")
        .append(part_condition(&scope, today));
    if let Some(only) = only {
        sql = sql.push(" and e.id in ").list(only.iter().copied());
    }
    rows.all(
        sql.push(" order by case when ")
            .push(last)
            .push(" is null then 0 else 1 end, ")
            .push(last)
            .push(", p.sort_key, e.id limit ?")
            .bind(limit as i64),
    )
    .await
}

/// An open planned talk of a case on a day, the earliest.
pub(in crate::casework) async fn open_of<R: Rows>(
    rows: &R,
    case: CaseId,
    day: Date,
) -> Result<Option<PlanLine>> {
    rows.one(
        select(rows)
            .push(" and t.case_id = ? and t.day = ? and t.state = 'planned' and ")
            .bind(case)
            .bind(day)
            .append(own(rows))
            .push(" order by t.start_minute, t.id limit 1"),
    )
    .await
}

/// A running case, for made-up data.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct RunningCase {
    pub id: CaseId,
    /// Who counsels for the provider.
    pub staff_id: Option<StaffId>,
}

/// The running participations of a facility with their cases, the newest first.
pub(crate) async fn running_cases(
    rows: &impl Rows,
    facility: FacilityId,
) -> Result<Vec<RunningCase>> {
    rows.all(
        Sql::new(
            "select k.id, e.staff_id from enrolment e join client_case k on k.enrolment_id = e.id \
             join programme m on m.id = e.programme_id where e.facility_id = ? and e.ended_on is null and m.kind <> 'group' \
             order by e.enrolled_on desc, e.id limit 100",
        )
        .bind(facility),
    )
    .await
}

/// The planned talks from a day to a day (both included) for the calendar: of a person all that the actor may see,
/// otherwise one's own, for a prison those that it houses. A confidential one is masked towards a prison.
/// A part of a statement with the columns of the calendar.
pub(crate) fn planned_talks<R: Rows>(
    rows: &R,
    (from, to): (Date, Date),
    person: Option<PersonId>,
) -> Sql {
    let scope = rows.access().scope();
    let account = rows.access().actor().account();
    let mut sql = Sql::new(
        "select 'plan', t.id, '', 'published', coalesce(tf.name, ''), t.day, t.start_minute, t.minutes, '', t.state, null, 0, \
         '', 0, null, null, ",
    );
    sql = match scope {
        Scope::Facility(_) => sql
            .push("(tv.code = ?)")
            .bind(crate::casework::rules::CONFIDENTIAL_PROVIDER.to_owned()),
        _ => sql.push("false"),
    };
    sql = sql
        .push(
            ", t.version, t.planned_at from talk_plan t join client_case k on k.id = t.case_id \
             join provider tv on tv.id = k.provider_id left join enrolment e on e.id = k.enrolment_id \
             left join facility tf on tf.id = t.facility_id \
             where t.day >= ? and t.day <= ? and t.state in ('planned', 'cancelled') and ",
        )
        .bind(from)
        .bind(to);
    sql = match (person, &scope) {
        (Some(person), _) => sql.push("k.person_id = ?").bind(person),
        (None, Scope::Facility(facility)) => sql.push("t.facility_id = ?").bind(*facility),
        (None, Scope::Provider { .. }) => sql.push("t.staff_id is not null"),
        _ => sql.append(own(rows)),
    };
    sql.push(" and ")
        .append(plan_condition(&scope, account, berlin_today(rows.now())))
}
