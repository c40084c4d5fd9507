//! Deleting: the rows of people and cases over all tables, and what goes after a short period.

use sea_orm::FromQueryResult;
use time::Date;

use crate::access::Writes;
use crate::base::ids::{CaseId, PersonId};
use crate::base::time::berlin_midnight;
use crate::retention::ledger::End;
use crate::retention::rules::tables::{Fate, Link, TABLES, links, objects};
use crate::store::{Result, Rows, Sql, StoreError, Writer};

#[derive(FromQueryResult)]
struct IdRow {
    id: uuid::Uuid,
}

/// The people together with the records that are part of theirs.
async fn with_records<R: Rows>(rows: &R, people: &[PersonId]) -> Result<Vec<PersonId>> {
    let mut all: Vec<PersonId> = people.to_vec();
    let mut last = all.clone();
    // Records of records: each round is one level, and nobody is merged a hundred times over.
    for _ in 0..100 {
        if last.is_empty() {
            break;
        }
        let found: Vec<IdRow> = rows
            .all(
                Sql::new("select from_person_id as id from person_merge where undone_at is null and into_person_id in ")
                    .list(last.iter().copied())
                    .push(" limit 10000"),
            )
            .await?;
        last = found
            .into_iter()
            .map(|row| PersonId(row.id))
            .filter(|id| !all.contains(id))
            .collect();
        all.extend(last.iter().copied());
    }
    Ok(all)
}

async fn cases_of<R: Rows>(rows: &R, people: &[PersonId]) -> Result<Vec<CaseId>> {
    let found: Vec<IdRow> = rows
        .all(
            Sql::new("select id from client_case where person_id in ")
                .list(people.iter().copied())
                .push(" limit 20000"),
        )
        .await?;
    Ok(found.into_iter().map(|row| CaseId(row.id)).collect())
}

/// The condition that a row of a table belongs to the erased.
fn belongs(of: &[Link], people: &[PersonId], cases: &[CaseId]) -> Sql {
    let mut sql = Sql::new("(");
    for (index, link) in of.iter().enumerate() {
        sql = sql.push(if index == 0 { "" } else { " or " });
        sql = match *link {
            Link::Person(column) => sql.push(column).push(" in ").list(people.iter().copied()),
            Link::Case(column) => sql.push(column).push(" in ").list(cases.iter().copied()),
            Link::Row(column, parent) => sql.push(column).append(rows_of(parent, people, cases)),
            Link::Object(column) => {
                let mut any = sql
                    .push("(")
                    .push(column)
                    .push(" in ")
                    .list(people.iter().copied())
                    .push(" or ")
                    .push(column)
                    .push(" in ")
                    .list(cases.iter().copied());
                for table in objects() {
                    any = any
                        .push(" or ")
                        .push(column)
                        .append(rows_of(table, people, cases));
                }
                any.push(")")
            }
        };
    }
    sql.push(")")
}

fn rows_of(table: &'static str, people: &[PersonId], cases: &[CaseId]) -> Sql {
    Sql::new(" in (select id from ")
        .push(table)
        .push(" where ")
        .append(belongs(links(table), people, cases))
        .push(")")
}

/// Deletes every row of people and of cases, in all tables; says how many went. Who was counselled about an erased person
/// keeps the case, which then is about nobody.
pub(in crate::retention) async fn erase<P: Writes>(
    writer: &Writer<P>,
    people: &[PersonId],
    cases: &[CaseId],
) -> Result<u64> {
    if people.is_empty() && cases.is_empty() {
        return Ok(0);
    }
    let people = with_records(writer, people).await?;
    let mut cases = cases.to_vec();
    cases.extend(cases_of(writer, &people).await?);
    let mut gone = 0;
    for table in TABLES {
        let sql = Sql::new("delete from ").push(table.name);
        gone += match table.fate {
            Fate::Erased(links) => {
                writer
                    .change(sql.push(" where ").append(belongs(links, &people, &cases)))
                    .await?
            }
            // With people only: an enquiry that was declined has no draft.
            Fate::Emptied if !people.is_empty() => writer.change(sql).await?,
            _ => 0,
        };
        if table.name == "case_step" {
            writer
                .change(
                    Sql::new("update client_case set about_person_id = null, version = version + 1 where about_person_id in ")
                        .list(people.iter().copied()),
                )
                .await?;
        }
    }
    Ok(gone)
}

/// Deletes the notes of cases that ended by a day; nobody's whose record is held.
pub(in crate::retention) async fn delete_notes<P: Writes>(
    writer: &Writer<P>,
    by: Date,
) -> Result<u64> {
    let which = || {
        Sql::new(
            "(select k.id from client_case k left join enrolment e on e.id = k.enrolment_id where k.state <> 'aftercare' \
             and coalesce(k.closed_on, e.ended_on) <= ? and not exists (select 1 from erasure_hold h \
             where h.person_id = k.person_id and h.lifted_at is null))",
        )
        .bind(by)
    };
    writer
        .change(
            Sql::new("delete from history where object_kind = 'case_note' and object_id in (select id from case_note where case_id in ")
                .append(which())
                .push(")"),
        )
        .await?;
    writer
        .change(Sql::new("delete from case_note where case_id in ").append(which()))
        .await
}

/// Deletes what goes with the audit log after its twelve months: reasons of accesses, reviewed emergencies, samples.
pub(in crate::retention) async fn delete_beside_the_log<P: Writes>(
    writer: &Writer<P>,
    first_kept: Date,
) -> Result<u64> {
    let before = berlin_midnight(first_kept);
    let month = first_kept.to_string();
    let month = month.get(..7).unwrap_or_default().to_owned();
    let mut gone = 0;
    for sql in [
        Sql::new("delete from stated_purpose where stated_at < ?").bind(before),
        Sql::new("delete from emergency_access where opened_at < ? and reviewed_at is not null")
            .bind(before),
        Sql::new("delete from sampled_read where month < ?").bind(month),
    ] {
        gone += writer.change(sql).await?;
    }
    Ok(gone)
}

#[derive(FromQueryResult)]
struct ValueRow {
    value: String,
}

/// Where the ledger ended when the database last knew.
pub(in crate::retention) async fn known_end<R: Rows>(rows: &R) -> Result<Option<End>> {
    let row: Option<ValueRow> = rows
        .one(Sql::new(
            "select value from installation where name = 'erasures'",
        ))
        .await?;
    match row {
        None => Ok(None),
        Some(row) => End::parse(&row.value).map(Some).ok_or_else(|| {
            StoreError::Schema(
                "Der Vermerk über das Löschbuch in der Datenbank ist nicht lesbar.".into(),
            )
        }),
    }
}

/// Remembers where the ledger ends; fails if another instance was faster.
pub(in crate::retention) async fn know_end<P: Writes>(
    writer: &Writer<P>,
    before: Option<&End>,
    end: &End,
) -> Result<()> {
    match before {
        Some(before) => {
            writer
                .change_one(
                    Sql::new("update installation set value = ? where name = 'erasures' and value = ?")
                        .bind(end.text())
                        .bind(before.text()),
                )
                .await
        }
        None => {
            writer
                .change_one(
                    Sql::new("insert into installation (name, value) values ('erasures', ?) on conflict (name) do nothing")
                        .bind(end.text()),
                )
                .await
        }
    }
}

/// Remembers the end of another ledger, whatever was known before.
pub(in crate::retention) async fn replace_end<P: Writes>(
    writer: &Writer<P>,
    end: &End,
) -> Result<()> {
    writer
        .change_one(
            Sql::new("insert into installation (name, value) values ('erasures', ?) on conflict (name) do update set value = excluded.value")
                .bind(end.text()),
        )
        .await
}
