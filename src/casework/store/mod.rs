//! Queries of participations; [`cases`] has those of cases, [`talks`] those of talks, [`plans`] those of planned ones,
//! [`mod@write`] what is written of cases.

pub(super) mod appointments;
pub(super) mod cases;
pub(super) mod deadlines;
pub(super) mod drafts;
pub(super) mod extras;
pub(super) mod offers;
pub(super) mod participation;
pub(super) mod plans;
pub(super) mod settings;
pub(super) mod talks;
pub(super) mod team;
pub(super) mod vocabulary;
pub(super) mod write;

use sea_orm::FromQueryResult;
use time::Date;

use super::rules::Life;
use super::rules::course::{Part, State, effective};
use super::scope::{enrolment_condition, open_to, talk_condition};
use crate::access::{Scope, Writes};
use crate::base::ids::{
    CaseId, EnrolmentId, FacilityId, PersonId, ProgrammeId, ProviderId, StaffId,
};
use crate::base::time::berlin_today;
use crate::people::{scope_condition, unrestricted};
use crate::store::{Result, Rows, Sql, Writer};

/// A participation.
#[derive(Debug, Clone, FromQueryResult)]
pub struct EnrolmentLine {
    /// Id.
    pub id: EnrolmentId,
    /// The person.
    pub person_id: PersonId,
    /// The programme.
    pub programme_id: ProgrammeId,
    /// The programme's name.
    pub programme_name: String,
    /// `group`, `individual`, `counselling` or `coaching`.
    pub programme_kind: String,
    /// The provider's code word.
    pub provider_code: String,
    /// The provider's name.
    pub provider_name: String,
    /// Where it began.
    pub facility_id: FacilityId,
    /// The facility's name.
    pub facility_name: String,
    /// Code of the access route.
    pub access_route: String,
    /// First day.
    pub enrolled_on: Date,
    /// Day of the first session.
    pub started_on: Option<Date>,
    /// Last day.
    pub ended_on: Option<Date>,
    /// Code of the outcome.
    pub outcome: Option<String>,
    /// For the optimistic lock.
    pub version: i64,
    /// The case it belongs to.
    pub case_id: Option<CaseId>,
    /// The state recorded in the case.
    pub recorded: Option<String>,
}

impl EnrolmentLine {
    /// Where it stands.
    pub fn state(&self) -> State {
        let recorded = self.recorded.as_deref().and_then(State::from_code);
        let part = Part {
            started: self.started_on.is_some(),
            ended: self
                .ended_on
                .map(|_| self.outcome.as_deref() == Some("completed")),
        };
        effective(recorded.unwrap_or(State::Agreed), Some(part))
    }

    /// Its days.
    pub fn life(&self) -> Life {
        Life {
            enrolled_on: self.enrolled_on,
            started_on: self.started_on,
            ended_on: self.ended_on,
        }
    }
}

const ENROLMENT: &str = "select e.id, e.person_id, e.programme_id, m.name as programme_name, m.kind as programme_kind, \
     v.code as provider_code, v.name as provider_name, e.facility_id, f.name as facility_name, e.access_route, \
     e.enrolled_on, e.started_on, e.ended_on, e.outcome, e.version, k.id as case_id, k.state as recorded from enrolment e \
     join programme m on m.id = e.programme_id join provider v on v.id = e.provider_id \
     join facility f on f.id = e.facility_id left join client_case k on k.enrolment_id = e.id where ";

/// The participations of a person as the actor may see them, running ones first. Empty for a person out of scope.
/// A prison does not get confidential cases at all: it learns only of their appointments.
pub async fn enrolments_of<R: Rows>(rows: &R, person: PersonId) -> Result<Vec<EnrolmentLine>> {
    let today = berlin_today(rows.now());
    let scope = rows.access().scope();
    rows.all(
        Sql::new(ENROLMENT)
            .push("e.person_id = ? and ")
            .bind(person)
            .append(scope_condition(&scope, today, "e.person_id"))
            .push(" and ")
            .append(enrolment_condition(&scope, today))
            .push(" order by case when e.ended_on is null then 0 else 1 end, e.enrolled_on desc, e.id limit 100"),
    )
    .await
}

/// One participation that the actor may change: confidential ones are none of a prison's.
pub(super) async fn enrolment<R: Rows>(rows: &R, id: EnrolmentId) -> Result<Option<EnrolmentLine>> {
    let today = berlin_today(rows.now());
    let scope = rows.access().scope();
    rows.one(
        Sql::new(ENROLMENT)
            .push("e.id = ? and ")
            .bind(id)
            .append(scope_condition(&scope, today, "e.person_id"))
            .push(" and ")
            .append(enrolment_condition(&scope, today)),
    )
    .await
}

/// The participation of a case that the actor found in scope: whoever has the case ends and opens its participation, also
/// after years of after-care and where the person is now.
pub(super) async fn enrolment_of_case<R: Rows>(
    rows: &R,
    case: CaseId,
) -> Result<Option<EnrolmentLine>> {
    rows.one(Sql::new(ENROLMENT).push("k.id = ?").bind(case))
        .await
}

/// A participation about which the actor decides by an item of its facility, wherever the person is by now. Confidential
/// ones are none of a prison's.
pub(super) async fn enrolment_to_decide<P: Writes>(
    writer: &Writer<P>,
    id: EnrolmentId,
) -> Result<Option<EnrolmentLine>> {
    writer
        .one(
            Sql::new(ENROLMENT)
                .push("e.id = ? and ")
                .bind(id)
                .append(open_to(&writer.access().scope(), "e.provider_id")),
        )
        .await
}

#[derive(FromQueryResult)]
struct SiblingRow {
    enrolled_on: Date,
    ended_on: Option<Date>,
}

/// What other participations of the same person in the same programme allow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Siblings {
    /// One is running.
    pub open: bool,
    /// The last day of the latest that ended.
    pub latest_end: Option<Date>,
    /// The first day of the latest.
    pub latest_begin: Option<Date>,
}

/// The other participations of a person in a programme, whoever carries them out: they count once in the whole land.
/// A prison's question leaves confidential ones out: nobody finds out by trying that there is one.
pub(super) async fn siblings(
    rows: &impl Rows,
    person: PersonId,
    programme: ProgrammeId,
    except: Option<EnrolmentId>,
) -> Result<Siblings> {
    let mut sql = Sql::new(
        "select enrolled_on, ended_on from enrolment where person_id = ? and programme_id = ?",
    )
    .bind(person)
    .bind(programme);
    if let Some(except) = except {
        sql = sql.push(" and id <> ?").bind(except);
    }
    sql = sql
        .push(" and ")
        .append(open_to(&rows.access().scope(), "provider_id"));
    let found: Vec<SiblingRow> = rows.all(sql.push(" limit 100")).await?;
    Ok(Siblings {
        open: found.iter().any(|row| row.ended_on.is_none()),
        latest_end: found.iter().filter_map(|row| row.ended_on).max(),
        latest_begin: found.iter().map(|row| row.enrolled_on).max(),
    })
}

/// Holds a running participation until the unit of work is over, so that on PostgreSQL nobody else hangs a membership
/// on it or ends it meanwhile. Refused as changed if it has ended.
pub(crate) async fn hold<P: Writes>(writer: &Writer<P>, id: EnrolmentId) -> Result<()> {
    writer
        .change_one(
            Sql::new("update enrolment set version = version where id = ? and ended_on is null")
                .bind(id),
        )
        .await
}

pub(super) async fn set_end<P: Writes>(
    writer: &Writer<P>,
    id: EnrolmentId,
    version: i64,
    end: Option<(Date, &'static str)>,
) -> Result<()> {
    writer
        .change_one(
            Sql::new("update enrolment set ended_on = ?, outcome = ?, version = version + 1 where id = ? and version = ?")
                .bind(end.map(|(day, _)| day))
                .bind(end.map(|(_, outcome)| outcome.to_owned()))
                .bind(id)
                .bind(version),
        )
        .await
}

pub(super) async fn set_start<P: Writes>(
    writer: &Writer<P>,
    id: EnrolmentId,
    version: i64,
    started_on: Option<Date>,
) -> Result<()> {
    writer
        .change_one(
            Sql::new("update enrolment set started_on = ?, version = version + 1 where id = ? and version = ?")
                .bind(started_on)
                .bind(id)
                .bind(version),
        )
        .await
}

/// The sessions of a participation that took place: counselling sessions, and attended sessions of its groups.
#[derive(Debug, Clone, Default, FromQueryResult)]
pub(super) struct Held {
    /// Day of the first counselling session since its first day.
    pub first: Option<Date>,
    /// Day of the last session of either kind.
    pub last: Option<Date>,
    /// Groups that the person is still a member of.
    pub memberships: i64,
}

pub(super) async fn held(rows: &impl Rows, id: EnrolmentId) -> Result<Held> {
    let row: Option<Held> = rows
        .one(
            Sql::new(
                "select (select min(c.day) from counselling_session c join enrolment e on e.id = c.enrolment_id \
                 where c.enrolment_id = ? and c.outcome = 'took_place' and c.day >= e.enrolled_on) as first, (select max(x.day) from (select c.day from counselling_session c where c.enrolment_id = ? \
                 and c.outcome = 'took_place' union all select gs.day from membership ms join attendance t \
                 on t.person_id = ms.person_id join group_session gs on gs.id = t.session_id \
                 and gs.group_id = ms.group_id where ms.enrolment_id = ? and t.status in ('present', 'late', 'left_early')) x) as last, \
                 (select count(*) from membership ms where ms.enrolment_id = ? and ms.to_day is null) as memberships",
            )
            .bind(id)
            .bind(id)
            .bind(id)
            .bind(id),
        )
        .await?;
    Ok(row.unwrap_or_default())
}

/// A programme that a provider has a part in today.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Offer {
    pub programme_id: ProgrammeId,
    pub programme_name: String,
    pub kind: String,
    /// For whom: `participant`, `parent` or `environment`.
    pub client: String,
    pub provider_id: ProviderId,
    pub provider_name: String,
}

/// Everything offered on a day, the leading provider first. Confidential cases are not begun in prisons: whether
/// somebody already takes part must not be found out by trying. A provider offers what is its own.
pub(super) async fn offers<R: Rows>(rows: &R, day: Date) -> Result<Vec<Offer>> {
    let scope = rows.access().scope();
    let mut sql = Sql::new(
        "select m.id as programme_id, m.name as programme_name, m.kind, m.client, v.id as provider_id, \
         v.name as provider_name from programme_provider pp join programme m on m.id = pp.programme_id join provider v on v.id = pp.provider_id \
         where pp.valid_from <= ? and (pp.valid_to is null or pp.valid_to > ?) \
         and m.valid_from <= ? and (m.valid_to is null or m.valid_to > ?) \
         and v.valid_from <= ? and (v.valid_to is null or v.valid_to > ?)",
    )
    .bind(day)
    .bind(day)
    .bind(day)
    .bind(day)
    .bind(day)
    .bind(day);
    sql = sql.push(" and ").append(open_to(&scope, "v.id"));
    sql = match &scope {
        Scope::Provider { provider, .. } => sql.push(" and v.id = ?").bind(*provider),
        Scope::Trainer { staff, .. } => sql
            .push(" and v.id = (select xs.provider_id from staff xs where xs.id = ?)")
            .bind(*staff),
        _ => sql,
    };
    rows.all(
        sql.push(" order by m.name, case pp.part when 'lead' then 0 else 1 end, v.name limit 500"),
    )
    .await
}

/// A member of a provider's staff.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct StaffLine {
    pub id: StaffId,
    pub name: String,
    pub provider_id: ProviderId,
    pub provider_name: String,
}

/// The staff of all providers on a day.
pub(super) async fn staff<R: Rows>(rows: &R, day: Date) -> Result<Vec<StaffLine>> {
    rows.all(
        Sql::new(
            "select s.id, s.name, s.provider_id, v.name as provider_name from staff s join provider v \
             on v.id = s.provider_id where s.valid_from <= ? and (s.valid_to is null or s.valid_to > ?) and ",
        )
        .bind(day)
        .bind(day)
        .append(open_to(&rows.access().scope(), "v.id"))
        .push(" order by s.name, s.id limit 300"),
    )
    .await
}

/// Clients shown on the start page; more make the page heavy.
pub const CLIENTS: usize = 40;

/// A person in the actor's scope with the day of the last counselling session that took place.
#[derive(Debug, Clone, FromQueryResult)]
pub struct ClientLine {
    /// Id.
    pub id: PersonId,
    /// Family name.
    pub family_name: String,
    /// Given name.
    pub given_name: String,
    /// Day of the last session that the actor may see.
    pub last_session: Option<Date>,
}

/// At most [`CLIENTS`] people in the actor's scope, those without a session for the longest time first.
pub async fn clients<R: Rows>(rows: &R) -> Result<Vec<ClientLine>> {
    let today = berlin_today(rows.now());
    let scope = rows.access().scope();
    rows.all(
        Sql::new(
            "select x.id, x.family_name, x.given_name, x.last_session from (select p.id, p.family_name, p.given_name, \
             p.sort_key, (select max(c.day) from counselling_session c join enrolment e on e.id = c.enrolment_id \
             where c.person_id = p.id and c.outcome = 'took_place' and ",
        )
        .append(talk_condition(&scope, today))
        .push(") as last_session from person p where ")
        .append(scope_condition(&scope, today, "p.id"))
        .push(
            ") x order by case when x.last_session is null then 0 else 1 end, x.last_session, x.sort_key, x.id limit ?",
        )
        .bind(CLIENTS as i64),
    )
    .await
}

/// A word of a dated code list.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct CodeEntry {
    pub code: String,
    pub category: String,
    pub label: String,
}

/// The words of a code list on a day, in their order.
pub(super) async fn codes(
    rows: &impl Rows,
    list: &'static str,
    day: Date,
) -> Result<Vec<CodeEntry>> {
    rows.all(
        Sql::new(
            "select code, category, label from code_entry where list = ? and valid_from <= ? \
             and (valid_to is null or valid_to > ?) order by category, place, code limit 200",
        )
        .bind(list.to_owned())
        .bind(day)
        .bind(day),
    )
    .await
}

/// Somebody found by number and birth date.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Known {
    pub id: PersonId,
    pub family_name: String,
    pub given_name: String,
    pub facility_id: Option<FacilityId>,
    pub setting: Option<String>,
}

/// A person who is found by a valid number and the birth date together, placed today where one of the actor's grants
/// opens the programme: nobody is found by trying, nobody is listed. Empty for whoever is no external staff.
pub(super) async fn by_number<R: Rows>(
    rows: &R,
    number: &str,
    birth: Date,
    programme: Option<ProgrammeId>,
) -> Result<Option<Known>> {
    let today = berlin_today(rows.now());
    let (Scope::Trainer { grants, .. } | Scope::Provider { grants, .. }) = rows.access().scope()
    else {
        return Ok(None);
    };
    let places: Vec<FacilityId> = grants
        .iter()
        .filter(|grant| programme.is_none_or(|wanted| grant.programme == wanted))
        .map(|grant| grant.facility)
        .collect();
    rows.one(
        Sql::new(
            "select p.id, p.family_name, p.given_name, np.facility_id, np.setting from person_alias a \
             join person p on p.id = a.person_id join placement np on np.person_id = p.id where a.value_key = ? \
             and a.valid_to is null and p.birth_date = ? and np.from_day <= ? and (np.to_day is null or np.to_day > ?) \
             and np.facility_id in ",
        )
        .bind(crate::base::fold::number_key(number))
        .bind(birth)
        .bind(today)
        .bind(today)
        .list(places)
        .push(" and ")
        .append(unrestricted("p.id"))
        .push(" order by np.kind, p.id limit 1"),
    )
    .await
}
