//! What stands beside a case on its page: talks with their topics, planned talks, deadlines. One statement.

use sea_orm::FromQueryResult;
use time::Date;
use uuid::Uuid;

use crate::base::ids::{CaseId, CounsellingId, DeadlineId, TalkId};
use crate::casework::codes::DeadlineKind;
use crate::casework::store::talks::{CaseTalk, TopicLine};
use crate::store::{Result, Rows, Sql};

/// A planned talk of a case.
#[derive(Debug, Clone)]
pub(in crate::casework) struct CasePlan {
    pub id: TalkId,
    pub day: Date,
    pub start_minute: i64,
    pub minutes: i64,
    pub place: String,
    pub state: String,
    pub asked_by: Option<String>,
    pub reason: Option<String>,
    /// Of a provider's staff.
    pub of_provider: bool,
}

/// A deadline of a case.
#[derive(Debug, Clone)]
pub(in crate::casework) struct CaseDeadline {
    pub id: DeadlineId,
    pub kind: DeadlineKind,
    pub due: Date,
    pub version: i64,
}

/// What stands beside a case.
#[derive(Debug, Clone, Default)]
pub(in crate::casework) struct Extras {
    pub talks: Vec<CaseTalk>,
    pub topics: Vec<TopicLine>,
    pub plans: Vec<CasePlan>,
    /// Those that are open.
    pub deadlines: Vec<CaseDeadline>,
}

#[derive(FromQueryResult)]
struct Row {
    fact: String,
    id: Uuid,
    day: Option<Date>,
    number: Option<i64>,
    minutes: Option<i64>,
    word: Option<String>,
    state: Option<String>,
    name: Option<String>,
    reason: Option<String>,
    flag: Option<bool>,
}

/// Loads it for a case that the caller found in scope. A prison (`talks` false) learns of talks at the participation only.
pub(in crate::casework) async fn extras(
    rows: &impl Rows,
    case: CaseId,
    talks: bool,
) -> Result<Extras> {
    let mut sql = Sql::new(
        "select * from (select 'plan' as fact, t.id, t.day, t.start_minute as number, t.minutes, t.place as word, t.state, \
         t.asked_by as name, t.reason, (t.staff_id is not null) as flag from talk_plan t where t.case_id = ? and t.state <> 'done' \
         union all select 'deadline', d.id, d.due, d.version, null, d.kind, null, null, null, null from case_deadline d \
         where d.case_id = ? and d.done_on is null",
    )
    .bind(case)
    .bind(case);
    if talks {
        sql = sql
            .push(
                " union all select 'talk', c.id, c.day, null, c.minutes, c.form, c.outcome, c.recorded_by_name, null, c.late \
                 from counselling_session c where c.case_id = ? \
                 union all select 'topic', o.session_id, null, null, null, coalesce(max(w.label), o.code), o.code, null, null, null \
                 from counselling_session c join counselling_topic o on o.session_id = c.id \
                 left join code_entry w on w.list = 'topic' and w.code = o.code where c.case_id = ? \
                 group by o.session_id, o.code",
            )
            .bind(case)
            .bind(case);
    }
    let found: Vec<Row> = rows
        .all(sql.push(") x order by x.fact, x.day desc, x.number desc, x.word, x.id limit 1000"))
        .await?;
    let mut extras = Extras::default();
    for row in found {
        extras.take(row);
    }
    // What is due first stands first.
    extras.deadlines.reverse();
    Ok(extras)
}

impl Extras {
    fn take(&mut self, row: Row) {
        let word = row.word.unwrap_or_default();
        match (row.fact.as_str(), row.day) {
            ("plan", Some(day)) => self.plans.push(CasePlan {
                id: TalkId(row.id),
                day,
                start_minute: row.number.unwrap_or_default(),
                minutes: row.minutes.unwrap_or_default(),
                place: word,
                state: row.state.unwrap_or_default(),
                asked_by: row.name,
                reason: row.reason,
                of_provider: row.flag.unwrap_or_default(),
            }),
            ("talk", Some(day)) => self.talks.push(CaseTalk {
                id: CounsellingId(row.id),
                day,
                minutes: row.minutes.unwrap_or_default(),
                form: word,
                outcome: row.state.unwrap_or_default(),
                late: row.flag.unwrap_or_default(),
                recorded_by_name: row.name.unwrap_or_default(),
            }),
            ("deadline", Some(due)) => {
                if let Some(kind) = DeadlineKind::from_code(&word) {
                    self.deadlines.push(CaseDeadline {
                        id: DeadlineId(row.id),
                        kind,
                        due,
                        version: row.number.unwrap_or_default(),
                    });
                }
            }
            _ => self.topics.push(TopicLine {
                session_id: CounsellingId(row.id),
                code: row.state.unwrap_or_default(),
                label: word,
            }),
        }
    }
}
