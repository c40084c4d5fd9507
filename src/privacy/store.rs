//! Queries of the audit log. Data protection looks at every person's protocol: there is no scope here, and every
//! look is itself an entry.

pub(super) mod log;
pub(super) mod sample;

use sea_orm::FromQueryResult;
use time::Date;
use uuid::Uuid;

use crate::base::fold::{number_key, prefix_upper_bound, search_terms};
use crate::base::ids::PersonId;
use crate::base::time::Instant;
use crate::store::{Result, Rows, Sql};

/// A person whose protocol is asked for.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct SubjectRow {
    pub id: PersonId,
    pub family_name: String,
    pub given_name: String,
    pub birth_date: Option<Date>,
    pub number: Option<String>,
}

impl SubjectRow {
    pub fn name(&self) -> String {
        format!("{}, {}", self.family_name, self.given_name)
    }
}

const SUBJECT: &str = "select p.id, p.family_name, p.given_name, p.birth_date, (select a.value from person_alias a \
     where a.person_id = p.id and a.valid_to is null order by a.valid_from desc, a.value limit 1) as number \
     from person p where ";

/// Most people a search shows.
pub(super) const HITS: usize = 20;

/// At most 20 people by name or number.
pub(super) async fn search(rows: &impl Rows, query: &str) -> Result<Vec<SubjectRow>> {
    let mut terms = search_terms(query);
    terms.truncate(6);
    let number = number_key(query);
    if terms.is_empty() || number.is_empty() {
        return Ok(Vec::new());
    }
    let by = |term: &str| {
        Sql::new("p.id in (select k.person_id from person_key k where k.key >= ? and k.key < ?)")
            .bind(term.to_owned())
            .bind(prefix_upper_bound(term))
    };
    let mut sql = Sql::new(SUBJECT).push("((");
    for (index, term) in terms.iter().enumerate() {
        sql = sql
            .push(if index == 0 { "" } else { " and " })
            .append(by(term));
    }
    rows.all(
        sql.push(") or ")
            .append(by(&number))
            .push(") order by p.sort_key, p.id limit ?")
            .bind(HITS as i64),
    )
    .await
}

/// One person.
pub(super) async fn subject(rows: &impl Rows, person: PersonId) -> Result<Option<SubjectRow>> {
    rows.one(Sql::new(SUBJECT).push("p.id = ?").bind(person))
        .await
}

/// An entry about a person.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct EntryRow {
    pub writer: Uuid,
    pub sequence: i64,
    pub at: Instant,
    pub role: String,
    pub place: Option<String>,
    pub route: String,
    pub verb: String,
    pub outcome: String,
    pub reason: String,
    pub recipient: String,
    pub fields: String,
    /// The deepest level seen: 1 list, 2 master data, 3 participation.
    pub depth: i64,
}

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub(super) struct Filter {
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub to: Option<Date>,
    /// Code of the operation.
    pub verb: Option<String>,
}

/// Where a page of entries begins: time, sequence and writer of the row beside it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub backward: bool,
    pub at: Instant,
    pub sequence: i64,
    pub writer: Uuid,
}

/// The entries about a person, newest first (going back: oldest first).
pub(super) async fn entries(
    rows: &impl Rows,
    person: PersonId,
    filter: &Filter,
    place: Option<Place>,
    limit: i64,
) -> Result<Vec<EntryRow>> {
    let mut sql = Sql::new(
        "select e.writer, e.sequence, e.at, e.role, coalesce(f.name, v.name) as place, e.route, e.verb, e.outcome, \
         e.reason, e.recipient, e.fields, s.depth from (select writer, sequence, cast(max(case level when 'fall' then 3 \
         when 'basis' then 2 else 1 end) as bigint) as depth from audit_subject where ",
    )
    // Also what was seen of a record that is part of the person's by now.
    .append(crate::merge::histories_of("person_id", person))
    .push(
        " group by writer, sequence) s join audit_entry e on e.writer = s.writer and e.sequence = s.sequence \
         left join account a on a.id = e.actor_id left join facility f on f.id = a.facility_id \
         left join provider v on v.id = a.provider_id where 1 = 1",
    );
    if let Some(day) = filter.from {
        sql = sql.push(" and e.day >= ?").bind(day);
    }
    if let Some(day) = filter.to {
        sql = sql.push(" and e.day <= ?").bind(day);
    }
    if let Some(verb) = &filter.verb {
        sql = sql.push(" and e.verb = ?").bind(verb.clone());
    }
    let backward = place.is_some_and(|place| place.backward);
    if let Some(place) = place {
        sql = sql.push(if backward {
            " and (e.at > ? or (e.at = ? and (e.sequence > ? or (e.sequence = ? and e.writer > ?))))"
        } else {
            " and (e.at < ? or (e.at = ? and (e.sequence < ? or (e.sequence = ? and e.writer < ?))))"
        });
        sql = sql
            .bind(place.at)
            .bind(place.at)
            .bind(place.sequence)
            .bind(place.sequence)
            .bind(place.writer);
    }
    sql = sql.push(if backward {
        " order by e.at, e.sequence, e.writer limit ?"
    } else {
        " order by e.at desc, e.sequence desc, e.writer desc limit ?"
    });
    rows.all(sql.bind(limit)).await
}

/// How much was logged on a day.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct DayRow {
    pub day: Date,
    pub number: i64,
    pub denied: i64,
}

/// The days since `from`, newest first.
pub(super) async fn days(rows: &impl Rows, from: Date) -> Result<Vec<DayRow>> {
    rows.all(
        Sql::new(
            "select day, count(*) as number, cast(sum(case when outcome = 'verweigert' then 1 else 0 end) as bigint) \
             as denied from audit_entry where day >= ? group by day order by day desc limit 31",
        )
        .bind(from),
    )
    .await
}
