//! What is due: people by their course, cases without a person by their end.

use std::collections::BTreeMap;

use sea_orm::FromQueryResult;
use time::Date;

use crate::access::Writes;
use crate::base::ids::{CaseId, PersonId};
use crate::base::time::{Instant, berlin_local};
use crate::people::{PlacementKind, import::Setting};
use crate::restriction::rules::Ground;
use crate::retention::rules::{Category, Course, Standing, Stay};
use crate::store::{Result, Rows, Sql, Writer};

/// People looked at in one go.
pub(in crate::retention) const CHUNK: i64 = 500;

#[derive(FromQueryResult)]
struct IdRow {
    id: PersonId,
}

/// Not part of another record.
const OWN: &str = "not exists (select 1 from person_merge g where g.from_person_id = p.id and g.undone_at is null)";

/// People without a restriction of whom nothing ran since `bound`, by id after `after`.
pub(in crate::retention) async fn idle(
    rows: &impl Rows,
    bound: Date,
    after: Option<PersonId>,
) -> Result<Vec<PersonId>> {
    let mut sql = Sql::new("select p.id from person p where ").push(OWN).push(
        " and not exists (select 1 from person_restriction r where r.person_id = p.id and r.lifted_at is null) \
         and not exists (select 1 from placement s where s.person_id = p.id and (s.to_day is null or s.to_day > ?)) \
         and not exists (select 1 from enrolment e where e.person_id = p.id and (e.ended_on is null or e.ended_on > ?))",
    )
    .bind(bound)
    .bind(bound);
    if let Some(after) = after {
        sql = sql.push(" and p.id > ?").bind(after);
    }
    let rows: Vec<IdRow> = rows
        .all(sql.push(" order by p.id limit ?").bind(CHUNK))
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Somebody whose record is restricted by a period or must not be processed.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::retention) struct RestrictedRow {
    pub id: PersonId,
    pub family_name: String,
    pub given_name: String,
    pub birth_date: Option<Date>,
    pub ground: String,
    pub restricted_at: Instant,
    pub held: bool,
    /// The day from which the record is to be erased, as the last night found it.
    pub erase_on: Option<Date>,
    /// Whether a list of what is to be erased names the person already.
    pub proposed: bool,
}

impl RestrictedRow {
    /// As the rules take it.
    pub fn standing(&self) -> Standing {
        Standing {
            restricted: Ground::from_code(&self.ground)
                .map(|ground| (ground, berlin_local(self.restricted_at).date)),
            held: self.held,
        }
    }

    /// "Adler, Kai".
    pub fn name(&self) -> String {
        format!("{}, {}", self.family_name, self.given_name)
    }
}

const RESTRICTED: &str = "select p.id, p.family_name, p.given_name, p.birth_date, r.ground, r.restricted_at, r.erase_on, \
     exists (select 1 from erasure_hold h where h.person_id = p.id and h.lifted_at is null) as held, \
     exists (select 1 from erasure_item i where i.subject_id = p.id) as proposed \
     from person_restriction r join person p on p.id = r.person_id where r.lifted_at is null \
     and r.ground in ('period', 'unlawful') and ";

/// The restricted of a chunk, by id after `after`.
pub(in crate::retention) async fn restricted(
    rows: &impl Rows,
    after: Option<PersonId>,
) -> Result<Vec<RestrictedRow>> {
    let mut sql = Sql::new(RESTRICTED).push(OWN);
    if let Some(after) = after {
        sql = sql.push(" and p.id > ?").bind(after);
    }
    rows.all(sql.push(" order by p.id limit ?").bind(CHUNK))
        .await
}

/// The restricted who are to be erased by a day and are not held, what is due first on top.
pub(in crate::retention) async fn restricted_due(
    rows: &impl Rows,
    today: Date,
) -> Result<Vec<RestrictedRow>> {
    rows.all(
        Sql::new(RESTRICTED)
            .push(OWN)
            .push(
                " and r.erase_on <= ? and not exists (select 1 from erasure_hold n where n.person_id = p.id \
                 and n.lifted_at is null) order by r.erase_on, p.id limit ?",
            )
            .bind(today)
            .bind(CHUNK),
    )
    .await
}

/// Writes down from when a restricted record is to be erased.
pub(in crate::retention) async fn note_due<P: Writes>(
    writer: &Writer<P>,
    person: PersonId,
    erase_on: Date,
) -> Result<()> {
    writer
        .change(
            Sql::new("update person_restriction set erase_on = ? where person_id = ? and lifted_at is null")
                .bind(erase_on)
                .bind(person),
        )
        .await?;
    Ok(())
}

/// Some of the restricted.
pub(in crate::retention) async fn restricted_of(
    rows: &impl Rows,
    people: &[PersonId],
) -> Result<Vec<RestrictedRow>> {
    rows.all(
        Sql::new(RESTRICTED)
            .push(OWN)
            .push(" and p.id in ")
            .list(people.iter().copied())
            .push(" order by p.id limit ?")
            .bind(CHUNK),
    )
    .await
}

#[derive(FromQueryResult)]
struct CourseRow {
    person_id: PersonId,
    what: String,
    setting: Option<String>,
    ended: Option<Date>,
    at: Option<Instant>,
}

/// The courses of people, in one statement.
pub(in crate::retention) async fn courses(
    rows: &impl Rows,
    people: &[PersonId],
) -> Result<BTreeMap<PersonId, Course>> {
    let of = |sql: Sql| sql.list(people.iter().copied());
    let sql = of(Sql::new(
        "select p.id as person_id, 'person' as what, null as setting, cast(null as date) as ended, p.created_at as at from person p where p.id in ",
    ));
    let sql = of(sql.push(
        " union all select s.person_id, s.kind, s.setting, s.to_day, null from placement s where s.person_id in ",
    ));
    let sql = of(sql.push(
        " union all select e.person_id, 'part', null, e.ended_on, null from enrolment e where e.person_id in ",
    ));
    let sql = of(sql.push(
        " union all select k.person_id, 'part', null, case when k.state <> 'aftercare' then coalesce(k.closed_on, e.ended_on) end, null \
         from client_case k left join enrolment e on e.id = k.enrolment_id where k.person_id in ",
    ));
    let found: Vec<CourseRow> = rows.all(sql.push(" limit 200000")).await?;
    let mut courses: BTreeMap<PersonId, Course> = BTreeMap::new();
    for row in found {
        let course = courses.entry(row.person_id).or_insert_with(|| Course {
            registered: Date::MIN,
            stays: Vec::new(),
            parts: Vec::new(),
        });
        match row.what.as_str() {
            "person" => {
                if let Some(at) = row.at {
                    course.registered = berlin_local(at).date;
                }
            }
            "part" => course.parts.push(row.ended),
            kind => course.stays.push(Stay {
                category: category(kind, row.setting.as_deref().unwrap_or_default()),
                to: row.ended,
            }),
        }
    }
    Ok(courses)
}

fn category(kind: &str, setting: &str) -> Category {
    if kind == PlacementKind::Probation.code() {
        Category::Probation
    } else if setting == Setting::YouthCustody.code() {
        Category::YouthCustody
    } else {
        Category::Custody
    }
}

/// A case without a person that is due.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::retention) struct CaseRow {
    pub id: CaseId,
    pub programme_name: String,
    pub provider_name: String,
    pub ended: Date,
    pub proposed: bool,
}

const CASES: &str = "select k.id, m.name as programme_name, v.name as provider_name, k.closed_on as ended, \
     exists (select 1 from erasure_item i where i.subject_id = k.id) as proposed from client_case k \
     join programme m on m.id = k.programme_id join provider v on v.id = k.provider_id where k.person_id is null \
     and k.state not in ('aftercare', 'declined') and k.closed_on <= ?";

/// Cases without a person that ended by a day.
pub(in crate::retention) async fn cases(rows: &impl Rows, by: Date) -> Result<Vec<CaseRow>> {
    rows.all(
        Sql::new(CASES)
            .bind(by)
            .push(" order by k.closed_on, k.id limit ?")
            .bind(CHUNK),
    )
    .await
}

/// Some of them.
pub(in crate::retention) async fn cases_of(
    rows: &impl Rows,
    by: Date,
    cases: &[CaseId],
) -> Result<Vec<CaseRow>> {
    rows.all(
        Sql::new(CASES)
            .bind(by)
            .push(" and k.id in ")
            .list(cases.iter().copied())
            .push(" order by k.closed_on, k.id limit ?")
            .bind(CHUNK),
    )
    .await
}

#[derive(FromQueryResult)]
struct CaseIdRow {
    id: CaseId,
}

/// Enquiries that came to nothing by a day, a bounded number; nobody's whose record is held.
pub(in crate::retention) async fn enquiries(rows: &impl Rows, by: Date) -> Result<Vec<CaseId>> {
    let rows: Vec<CaseIdRow> = rows
        .all(
            Sql::new(
                "select k.id from client_case k where k.state = 'declined' and k.enrolment_id is null and k.closed_on <= ? \
                 and not exists (select 1 from erasure_hold h where h.person_id = k.person_id and h.lifted_at is null) \
                 order by k.closed_on, k.id limit ?",
            )
            .bind(by)
            .bind(CHUNK),
        )
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}
