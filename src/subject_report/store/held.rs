//! What is stored about a person: one statement over all tables that are told, made from their classes, so that a new
//! column is read without anybody thinking of it here.

use sea_orm::{DbErr, FromQueryResult, QueryResult};

use crate::base::ids::PersonId;
use crate::base::time::Instant;
use crate::merge::histories_of;
use crate::store::{Result, Rows, Sql};
use crate::subject_report::rules::report::Stored;
use crate::subject_report::rules::words::{self, Words};
use crate::subject_report::rules::{Kind, Link, TABLES, Told, class, columns, kind};

/// Values of a row at most; the test below holds it.
const WIDTH: usize = 30;
/// Rows at most. Beyond, there is no report rather than one that leaves something out.
pub(in crate::subject_report) const ROWS: usize = 50_000;

struct HeldRow(Stored);

impl FromQueryResult for HeldRow {
    fn from_query_result(row: &QueryResult, _: &str) -> std::result::Result<Self, DbErr> {
        let table: i64 = row.try_get_by_index(0)?;
        let mut values = Vec::with_capacity(WIDTH);
        for index in 0..WIDTH {
            values.push(row.try_get_by_index(index + 2)?);
        }
        Ok(Self(Stored {
            table: usize::try_from(table).unwrap_or(usize::MAX),
            about: row.try_get_by_index(1)?,
            values,
        }))
    }
}

/// A column's value as text, the same on both databases.
fn expression(sql: Sql, table: &'static str, column: &'static str, of: Kind) -> Sql {
    let named = |sql: Sql, from: &'static str| {
        sql.push("(select ")
            .push(from)
            .push(" r where r.id = t.")
            .push(column)
            .push(")")
    };
    match of {
        Kind::Text => match words::of(table, column) {
            Some(Words::Listed(list)) => sql
                .push("coalesce((select r.label from code_entry r where r.list = '")
                .push(list)
                .push("' and r.code = t.")
                .push(column)
                .push(" order by r.valid_from desc, r.category limit 1), t.")
                .push(column)
                .push(")"),
            _ => sql.push("cast(t.").push(column).push(" as text)"),
        },
        Kind::Count | Kind::Day | Kind::Instant => {
            sql.push("cast(t.").push(column).push(" as text)")
        }
        Kind::Flag => sql
            .push("case when t.")
            .push(column)
            .push(" then '1' else '0' end"),
        Kind::Name("facility") => named(sql, "r.full_name from facility"),
        Kind::Name("provider") => named(sql, "r.full_name from provider"),
        Kind::Name("programme") => named(sql, "r.name from programme"),
        Kind::Name(_) => named(sql, "r.name from training_group"),
        Kind::Session => sql
            .push(
                "(select g.name || '|' || cast(r.ordinal as text) || '|' || cast(r.day as text) from group_session r \
                 join training_group g on g.id = r.group_id where r.id = t.",
            )
            .push(column)
            .push(")"),
    }
}

fn link(sql: Sql, link: Link) -> Sql {
    let (column, of, only) = match link {
        Link::Person(column) => (column, "subject", ""),
        Link::Case(column, only) => (column, "cases", only),
        Link::Place(column) => (column, "places", ""),
        Link::Talk(column) => (column, "talks", ""),
    };
    let sql = sql
        .push("t.")
        .push(column)
        .push(" in (select x.id from ")
        .push(of)
        .push(" x)");
    if only.is_empty() {
        sql
    } else {
        sql.push(" and ").push(only)
    }
}

fn rows_of(mut sql: Sql, index: usize, table: &Told, by: Link) -> Sql {
    sql = sql
        .push("select cast(? as bigint), ")
        .bind(i64::try_from(index).unwrap_or(i64::MAX))
        .push(if table.name == "history" {
            "t.object_kind"
        } else {
            "cast(null as text)"
        });
    let mut number = 0;
    if let Some(class) = class(table.name) {
        for (column, _) in columns(&class) {
            number += 1;
            sql = match kind(table.name, column) {
                Some(of) => expression(sql.push(", "), table.name, column.name, of),
                None => sql.push(", cast(null as text)"),
            };
        }
    }
    for _ in number..WIDTH {
        sql = sql.push(", cast(null as text)");
    }
    sql = link(sql.push(" from ").push(table.name).push(" t where "), by);
    if table.only.is_empty() {
        sql
    } else {
        sql.push(" and ").push(table.only)
    }
}

/// All rows about a person (and of the records that were put together with it), or of one table only; nothing if there
/// are more than [`ROWS`].
pub(in crate::subject_report) async fn about(
    rows: &impl Rows,
    person: PersonId,
    only: Option<&str>,
) -> Result<Option<Vec<Stored>>> {
    let mut sql = Sql::new("with subject as (select sp.id from person sp where ")
        .append(histories_of("sp.id", person))
        .push(
            "), cases as (select k.id from client_case k where k.person_id in (select s1.id from subject s1)), \
             places as (select m.id from membership m where m.person_id in (select s2.id from subject s2)), \
             talks as (select c.id from counselling_session c where c.person_id in (select s3.id from subject s3) \
             union select c.id from counselling_session c where c.case_id in (select k2.id from cases k2)) ",
        );
    let mut first = true;
    for (index, table) in TABLES.iter().enumerate() {
        if only.is_some_and(|only| only != table.name) {
            continue;
        }
        for by in table.links {
            if !first {
                sql = sql.push(" union all ");
            }
            first = false;
            sql = rows_of(sql, index, table, *by);
        }
    }
    if first {
        return Ok(Some(Vec::new()));
    }
    let found: Vec<HeldRow> = rows.all(sql.push(" limit ?").bind(ROWS as i64 + 1)).await?;
    Ok((found.len() <= ROWS).then(|| found.into_iter().map(|row| row.0).collect()))
}

/// A disclosure that the protocol knows.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::subject_report) struct DisclosureRow {
    pub at: Instant,
    pub recipient: String,
    pub place: Option<String>,
    pub role: String,
    pub route: String,
}

/// The entries about a person, also about the records that were put together with it.
fn entries(person: PersonId) -> Sql {
    Sql::new("(select distinct a.writer, a.sequence from audit_subject a where ")
        .append(histories_of("a.person_id", person))
        .push(
            ") s join audit_entry e on e.writer = s.writer and e.sequence = s.sequence left join account u on u.id = e.actor_id \
             left join facility f on f.id = u.facility_id left join provider v on v.id = u.provider_id \
             where e.outcome = 'erlaubt' and ",
        )
}

/// The disclosures of a person's data in the last twelve months, the oldest first.
pub(in crate::subject_report) async fn disclosures(
    rows: &impl Rows,
    person: PersonId,
) -> Result<Vec<DisclosureRow>> {
    rows.all(
        Sql::new(
            "select e.at, e.recipient, coalesce(f.full_name, v.full_name) as place, e.role, e.route from ",
        )
        .append(entries(person))
        .push("e.recipient <> '' order by e.at, e.writer, e.sequence limit ?")
        .bind(ROWS as i64),
    )
    .await
}

/// An office that read or changed data.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::subject_report) struct OfficeRow {
    pub place: Option<String>,
    pub role: String,
    pub number: i64,
    pub first: Instant,
    pub last: Instant,
}

/// The offices whose members read or changed a person's data in the last twelve months.
pub(in crate::subject_report) async fn offices(
    rows: &impl Rows,
    person: PersonId,
) -> Result<Vec<OfficeRow>> {
    rows.all(
        Sql::new(
            "select coalesce(f.full_name, v.full_name) as place, e.role, count(*) as number, min(e.at) as first, \
             max(e.at) as last from ",
        )
        .append(entries(person))
        .push("e.recipient = '' group by coalesce(f.full_name, v.full_name), e.role order by 1, 2 limit 500"),
    )
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_fits_the_width() {
        for table in TABLES {
            let class = class(table.name).unwrap();
            assert!(columns(&class).count() <= WIDTH, "{}", table.name);
        }
    }
}
