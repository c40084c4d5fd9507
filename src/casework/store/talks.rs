//! Queries of talks that were had, and of a person's dates with those that are planned.

use sea_orm::FromQueryResult;
use time::Date;

use super::CodeEntry;
use super::plans::plan_condition;
use crate::access::{Scope, Writes};
use crate::base::ids::{AccountId, CaseId, CounsellingId, EnrolmentId, FacilityId, PersonId};
use crate::base::time::berlin_today;
use crate::casework::rules;
use crate::casework::scope::talk_condition;
use crate::people::scope_condition;
use crate::schema::casework::{counselling_session, counselling_topic};
use crate::store::{Result, Rows, Sql, Writer};

/// A counselling session.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::casework) struct SessionLine {
    pub id: CounsellingId,
    pub enrolment_id: EnrolmentId,
    pub person_id: PersonId,
    pub day: Date,
    pub minutes: i64,
    pub form: String,
    pub outcome: String,
    pub late: bool,
    pub recorded_by: AccountId,
    pub recorded_by_name: String,
    pub version: i64,
    pub programme_name: String,
    pub facility_id: FacilityId,
}

const SESSION: &str = "select c.id, c.enrolment_id, c.person_id, c.day, c.minutes, c.form, c.outcome, c.late, c.recorded_by, \
     c.recorded_by_name, c.version, m.name as programme_name, e.facility_id \
     from counselling_session c join enrolment e on e.id = c.enrolment_id join programme m on m.id = e.programme_id where ";

/// Sessions shown on one page.
pub(in crate::casework) const SESSIONS: usize = 30;

/// A talk or a planned one, as the list of a person's dates shows it.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::casework) struct DateLine {
    /// Of the talk or of the plan.
    pub id: uuid::Uuid,
    /// Planned, moved or cancelled; otherwise a talk that was recorded.
    pub plan: bool,
    pub day: Date,
    pub start_minute: Option<i64>,
    pub minutes: i64,
    pub form: String,
    /// The outcome of a talk, the state of a plan.
    pub outcome: String,
    pub late: bool,
    pub asked_by: Option<String>,
    pub reason: Option<String>,
    pub recorded_by: AccountId,
    pub recorded_by_name: String,
    pub programme_name: String,
    pub provider_code: String,
    pub facility_id: Option<FacilityId>,
    /// Counselled by a provider's staff, not by the probation service.
    pub of_provider: bool,
    /// Of a planned one: the last day of the participation, or else of the case.
    pub over_on: Option<Date>,
    /// A topic; a talk with several has as many rows.
    topic: Option<String>,
}

impl DateLine {
    /// Whether the actor may know of it only that there is one.
    pub fn masked(&self, scope: &Scope) -> bool {
        rules::confidential(scope, &self.provider_code)
    }
}

/// The talks and planned talks of a person that the actor may see, newest first, one more than a page shows; and their
/// topics, which not everybody may know. One statement.
pub(in crate::casework) async fn dates_of<R: Rows>(
    rows: &R,
    person: PersonId,
    before: Option<(Date, uuid::Uuid)>,
) -> Result<(Vec<DateLine>, Vec<TopicLine>)> {
    let today = berlin_today(rows.now());
    let scope = rows.access().scope();
    let account = rows.access().actor().account();
    let mut sql = Sql::new(
        "select z.*, w.label as topic from (select x.* from (select c.id, false as plan, c.day, cast(null as bigint) as start_minute, c.minutes, c.form, c.outcome, \
         c.late, cast(null as text) as asked_by, cast(null as text) as reason, c.recorded_by, c.recorded_by_name, \
         m.name as programme_name, v.code as provider_code, e.facility_id, true as of_provider, cast(null as date) as over_on \
         from counselling_session c join enrolment e on e.id = c.enrolment_id join programme m on m.id = e.programme_id \
         join provider v on v.id = e.provider_id where c.person_id = ? and ",
    )
    .bind(person)
    .append(scope_condition(&scope, today, "c.person_id"))
    .push(" and ")
    .append(talk_condition(&scope, today))
    .push(
        " union all select t.id, true, t.day, t.start_minute, t.minutes, t.place, t.state, false, t.asked_by, t.reason, \
         t.planned_by, t.planned_by_name, m.name, v.code, t.facility_id, (t.staff_id is not null), coalesce(e.ended_on, k.closed_on) \
         from client_case k \
         join talk_plan t on t.case_id = k.id join programme m on m.id = k.programme_id join provider v on v.id = k.provider_id \
         left join enrolment e on e.id = k.enrolment_id where k.person_id = ? and t.state <> 'done' and ",
    )
    .bind(person)
    .append(plan_condition(&scope, account, today))
    .push(") x");
    if let Some((day, id)) = before {
        sql = sql
            .push(" where (x.day < ? or (x.day = ? and x.id < ?))")
            .bind(day)
            .bind(day)
            .bind(id);
    }
    let found: Vec<DateLine> = rows
        .all(
            sql.push(" order by x.day desc, x.id desc limit ?")
                .bind(SESSIONS as i64 + 1)
                .push(
                    ") z left join counselling_topic o on o.session_id = z.id left join code_entry w on w.list = 'topic' \
                     and w.code = o.code order by z.day desc, z.id desc, w.place, w.label limit 2000",
                ),
        )
        .await?;
    let (mut dates, mut topics): (Vec<DateLine>, Vec<TopicLine>) = (Vec::new(), Vec::new());
    for line in found {
        if let Some(label) = &line.topic {
            let topic = TopicLine {
                session_id: CounsellingId(line.id),
                code: String::new(),
                label: label.clone(),
            };
            // A word that was in the list twice, one time after the other.
            let known =
                |one: &TopicLine| one.session_id == topic.session_id && one.label == topic.label;
            if !topics.iter().any(known) {
                topics.push(topic);
            }
        }
        if dates.last().is_none_or(|last| last.id != line.id) {
            dates.push(line);
        }
    }
    Ok((dates, topics))
}

/// The topics of talks, by the words of the catalogue.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::casework) struct TopicLine {
    pub session_id: CounsellingId,
    pub code: String,
    pub label: String,
}

/// The topics of talks that the caller found in scope.
pub(in crate::casework) async fn topics_of(
    rows: &impl Rows,
    talks: impl IntoIterator<Item = CounsellingId>,
) -> Result<Vec<TopicLine>> {
    rows.all(
        Sql::new(
            "select o.session_id, o.code, coalesce(max(w.label), o.code) as label from counselling_topic o \
             left join code_entry w on w.list = 'topic' and w.code = o.code where o.session_id in ",
        )
        .list(talks)
        .push(" group by o.session_id, o.code order by label limit 2000"),
    )
    .await
}

/// Writes down the topics of a talk in place of what stood there.
pub(in crate::casework) async fn set_topics<P: Writes>(
    writer: &Writer<P>,
    talk: CounsellingId,
    codes: &[String],
) -> Result<()> {
    writer
        .change(Sql::new("delete from counselling_topic where session_id = ?").bind(talk))
        .await?;
    let rows: Vec<counselling_topic::Model> = codes
        .iter()
        .map(|code| counselling_topic::Model {
            session_id: talk,
            code: code.clone(),
        })
        .collect();
    writer.insert_all(rows).await
}

/// One session that the actor may see.
pub(in crate::casework) async fn session<R: Rows>(
    rows: &R,
    id: CounsellingId,
) -> Result<Option<SessionLine>> {
    let today = berlin_today(rows.now());
    let scope = rows.access().scope();
    rows.one(
        Sql::new(SESSION)
            .push("c.id = ? and ")
            .bind(id)
            .append(scope_condition(&scope, today, "c.person_id"))
            .push(" and ")
            .append(talk_condition(&scope, today)),
    )
    .await
}

/// What somebody entered last.
#[derive(Debug, Clone)]
pub(in crate::casework) struct LastSession {
    pub minutes: i64,
    pub form: String,
    pub enrolment_id: EnrolmentId,
}

/// What the form about a talk offers: the topics of the catalogue, and what the actor entered last for the person.
#[derive(Debug, Clone, Default)]
pub(in crate::casework) struct Offered {
    pub topics: Vec<CodeEntry>,
    pub last: Option<LastSession>,
}

#[derive(FromQueryResult)]
struct OfferedRow {
    code: String,
    label: String,
    minutes: Option<i64>,
    enrolment_id: Option<EnrolmentId>,
}

/// What the form about a talk offers today. One statement.
pub(in crate::casework) async fn offered<R: Rows>(
    rows: &R,
    person: Option<PersonId>,
) -> Result<Offered> {
    let today = berlin_today(rows.now());
    let account = rows.access().actor().account();
    let mut sql = Sql::new("select w.code, w.label, cast(null as bigint) as minutes, cast(null as uuid) as enrolment_id, w.place \
         from code_entry w where w.list = 'topic' and w.valid_from <= ? and (w.valid_to is null or w.valid_to > ?)")
        .bind(today)
        .bind(today);
    if let Some(person) = person {
        sql = sql
            .push(
                " union all select l.* from (select c.form, '', c.minutes, c.enrolment_id, -1 from counselling_session c \
                 where c.person_id = ? and c.recorded_by = ? order by c.recorded_at desc, c.id limit 1) l",
            )
            .bind(person)
            .bind(account);
    }
    let found: Vec<OfferedRow> = rows
        .all(
            Sql::new("select * from (")
                .append(sql)
                .push(") q order by q.place, q.code limit 100"),
        )
        .await?;
    let mut offered = Offered::default();
    for row in found {
        match (row.minutes, row.enrolment_id) {
            (Some(minutes), Some(enrolment_id)) => {
                offered.last = Some(LastSession {
                    minutes,
                    form: row.code,
                    enrolment_id,
                });
            }
            _ => offered.topics.push(CodeEntry {
                code: row.code,
                category: String::new(),
                label: row.label,
            }),
        }
    }
    Ok(offered)
}

pub(in crate::casework) async fn insert_session<P: Writes>(
    writer: &Writer<P>,
    row: counselling_session::Model,
) -> Result<()> {
    writer.insert(row).await
}

pub(in crate::casework) async fn correct_session<P: Writes>(
    writer: &Writer<P>,
    id: CounsellingId,
    version: i64,
    facts: &rules::SessionFacts,
) -> Result<()> {
    writer
        .change_one(
            Sql::new(
                "update counselling_session set day = ?, minutes = ?, form = ?, outcome = ?, late = ?, version = version + 1 \
                 where id = ? and version = ?",
            )
            .bind(facts.day)
            .bind(facts.minutes)
            .bind(facts.form.code().to_owned())
            .bind(facts.outcome.stored().0.code().to_owned())
            .bind(facts.outcome.stored().1)
            .bind(id)
            .bind(version),
        )
        .await
}

/// A talk with a client who is not known by name.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::casework) struct CaseTalk {
    pub id: CounsellingId,
    pub day: Date,
    pub minutes: i64,
    pub form: String,
    pub outcome: String,
    pub late: bool,
    pub recorded_by_name: String,
}

/// When a case was agreed, and when its first talk took place.
#[derive(Debug, Clone, Copy, Default, FromQueryResult)]
pub(in crate::casework) struct CaseDays {
    pub agreed: Option<Date>,
    pub first_talk: Option<Date>,
}

/// The days of a case that a participation would begin with.
pub(in crate::casework) async fn case_days(rows: &impl Rows, id: CaseId) -> Result<CaseDays> {
    let row: Option<CaseDays> = rows
        .one(
            Sql::new(
                "select (select min(st.day) from case_step st where st.case_id = ? and st.to_state = 'agreed') as agreed, \
                 (select min(c.day) from counselling_session c where c.case_id = ? and c.outcome = 'took_place') as first_talk",
            )
            .bind(id)
            .bind(id),
        )
        .await?;
    Ok(row.unwrap_or_default())
}
