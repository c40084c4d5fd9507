//! Lists of what is to be erased, and the proofs of those that were.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::FromQueryResult;
use time::Date;
use uuid::Uuid;

use crate::access::Writes;
use crate::base::ids::{ApprovalId, ErasureId};
use crate::base::time::Instant;
use crate::retention::rules::Category;
use crate::schema::retention::{erasure, erasure_count, erasure_item};
use crate::store::{Result, Rows, Sql, Writer};

/// A list, with what became of its request.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::retention) struct ErasureRow {
    pub id: ErasureId,
    pub state: String,
    pub approval_id: Option<Uuid>,
    pub content_hash: String,
    pub proposed_at: Instant,
    pub proposed_by_name: String,
    pub approved_by_name: Option<String>,
    pub done_at: Option<Instant>,
    pub done_by_name: Option<String>,
    pub ledger_number: Option<i64>,
    pub rows_gone: Option<i64>,
    pub version: i64,
    /// How many people and cases it names or named.
    pub number: i64,
}

impl ErasureRow {
    /// The request that a second person decides about.
    pub fn approval(&self) -> Option<ApprovalId> {
        self.approval_id.map(ApprovalId)
    }
}

const ERASURE: &str = "select x.id, x.state, x.approval_id, x.content_hash, x.proposed_at, x.proposed_by_name, x.approved_by_name, \
     x.done_at, x.done_by_name, x.ledger_number, x.rows_gone, x.version, cast(coalesce((select sum(c.number) from erasure_count c \
     where c.erasure_id = x.id), 0) as bigint) as number from erasure x ";

/// All lists, open ones first, then the newest.
pub(in crate::retention) async fn lists(rows: &impl Rows) -> Result<Vec<ErasureRow>> {
    rows.all(Sql::new(ERASURE).push(
        "order by case when x.state = 'proposed' then 0 else 1 end, x.proposed_at desc, x.id limit 200",
    ))
    .await
}

/// One list.
pub(in crate::retention) async fn find(
    rows: &impl Rows,
    id: ErasureId,
) -> Result<Option<ErasureRow>> {
    rows.one(Sql::new(ERASURE).push("where x.id = ?").bind(id))
        .await
}

/// How many records of which category, on which ground.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::retention) struct CountRow {
    pub category: String,
    pub ground: String,
    pub number: i64,
}

/// What a list counts.
pub(in crate::retention) async fn counts(rows: &impl Rows, id: ErasureId) -> Result<Vec<CountRow>> {
    rows.all(
        Sql::new("select category, ground, number from erasure_count where erasure_id = ? order by category limit 50")
            .bind(id),
    )
    .await
}

/// Whom an open list names. A person who is gone by now has no name any more.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::retention) struct ItemRow {
    pub kind: String,
    pub subject_id: Uuid,
    pub category: String,
    pub began: Date,
    pub due: Date,
    pub family_name: Option<String>,
    pub given_name: Option<String>,
    pub birth_date: Option<Date>,
    pub held: bool,
}

/// The items of a list, what is due first on top.
pub(in crate::retention) async fn items(rows: &impl Rows, id: ErasureId) -> Result<Vec<ItemRow>> {
    rows.all(
        Sql::new(
            "select i.kind, i.subject_id, i.category, i.began, i.due, p.family_name, p.given_name, p.birth_date, \
             exists (select 1 from erasure_hold h where h.person_id = i.subject_id and h.lifted_at is null) as held \
             from erasure_item i left join person p on p.id = i.subject_id where i.erasure_id = ? \
             order by i.kind desc, i.due, i.subject_id limit 1000",
        )
        .bind(id),
    )
    .await
}

/// What is to be erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::retention) struct Item {
    /// Whether it is a person; else a case.
    pub person: bool,
    pub subject: Uuid,
    pub category: Category,
    pub began: Date,
    pub due: Date,
}

/// Records a list with its items and numbers.
pub(in crate::retention) async fn insert<P: Writes>(
    writer: &Writer<P>,
    id: ErasureId,
    hash: &str,
    items: &[Item],
    counts: Vec<erasure_count::Model>,
) -> Result<()> {
    let actor = writer.access().actor();
    writer
        .insert(erasure::Model {
            id,
            state: "proposed".into(),
            approval_id: None,
            content_hash: hash.to_owned(),
            proposed_at: writer.now(),
            proposed_by: actor.account(),
            proposed_by_name: actor.name().to_owned(),
            approved_by_name: None,
            done_at: None,
            done_by_name: None,
            ledger_number: None,
            rows_gone: None,
            version: 1,
        })
        .await?;
    writer
        .insert_all(
            items
                .iter()
                .map(|item| erasure_item::Model {
                    erasure_id: id,
                    kind: if item.person { "person" } else { "case" }.into(),
                    subject_id: item.subject,
                    category: item.category.code().into(),
                    began: item.began,
                    due: item.due,
                })
                .collect(),
        )
        .await?;
    writer.insert_all(counts).await
}

/// Remembers the request that a second person decides about.
pub(in crate::retention) async fn ask<P: Writes>(
    writer: &Writer<P>,
    id: ErasureId,
    approval: ApprovalId,
) -> Result<()> {
    writer
        .change_one(
            Sql::new("update erasure set approval_id = ? where id = ? and state = 'proposed'")
                .bind(approval.0)
                .bind(id),
        )
        .await
}

/// What a proof says when nobody is named any more.
pub(in crate::retention) struct Proof<'a> {
    pub approved_by: Option<&'a str>,
    pub done_at: Instant,
    pub done_by: &'a str,
    pub ledger_number: u64,
    pub rows_gone: u64,
}

/// Turns a list into the proof: nobody is named any more.
pub(in crate::retention) async fn done<P: Writes>(
    writer: &Writer<P>,
    list: &ErasureRow,
    proof: &Proof<'_>,
) -> Result<()> {
    writer
        .change_one(
            Sql::new(
                "update erasure set state = 'done', approved_by_name = ?, done_at = ?, done_by_name = ?, ledger_number = ?, \
                 rows_gone = ?, version = version + 1 where id = ? and version = ? and state = 'proposed'",
            )
            .bind(proof.approved_by.map(str::to_owned))
            .bind(proof.done_at)
            .bind(proof.done_by.to_owned())
            .bind(i64::try_from(proof.ledger_number).unwrap_or(i64::MAX))
            .bind(i64::try_from(proof.rows_gone).unwrap_or(i64::MAX))
            .bind(list.id)
            .bind(list.version),
        )
        .await?;
    forget(writer, list.id).await
}

#[derive(FromQueryResult)]
struct NamedRow {
    erasure_id: ErasureId,
    kind: String,
    subject_id: Uuid,
}

/// The open list that names exactly these people and cases, if there is one.
pub(in crate::retention) async fn naming_exactly(
    rows: &impl Rows,
    people: &[Uuid],
    cases: &[Uuid],
) -> Result<Option<ErasureRow>> {
    let Some(one) = people.first().or(cases.first()) else {
        return Ok(None);
    };
    let named: Vec<NamedRow> = rows
        .all(
            Sql::new(
                "select i.erasure_id, i.kind, i.subject_id from erasure_item i join erasure x on x.id = i.erasure_id \
                 where x.state = 'proposed' and i.erasure_id in (select erasure_id from erasure_item where subject_id = ?",
            )
            .bind(*one)
            .push(") order by i.erasure_id limit 10000"),
        )
        .await?;
    let mut lists: BTreeMap<ErasureId, BTreeSet<(bool, Uuid)>> = BTreeMap::new();
    for row in named {
        let item = (row.kind == "person", row.subject_id);
        lists.entry(row.erasure_id).or_default().insert(item);
    }
    let wanted: BTreeSet<(bool, Uuid)> = people
        .iter()
        .map(|id| (true, *id))
        .chain(cases.iter().map(|id| (false, *id)))
        .collect();
    match lists.into_iter().find(|(_, items)| *items == wanted) {
        Some((id, _)) => find(rows, id).await,
        None => Ok(None),
    }
}

/// Takes a list back.
pub(in crate::retention) async fn withdraw<P: Writes>(
    writer: &Writer<P>,
    id: ErasureId,
    version: i64,
) -> Result<()> {
    writer
        .change_one(
            Sql::new("update erasure set state = 'withdrawn', version = version + 1 where id = ? and version = ? and state = 'proposed'")
                .bind(id)
                .bind(version),
        )
        .await?;
    forget(writer, id).await
}

async fn forget<P: Writes>(writer: &Writer<P>, id: ErasureId) -> Result<()> {
    writer
        .change(Sql::new("delete from erasure_item where erasure_id = ?").bind(id))
        .await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct RecentRow {
    number: i64,
}

/// Whether anything was erased since a moment.
pub(in crate::retention) async fn erased_since<R: Rows>(rows: &R, since: Instant) -> Result<bool> {
    let row: Option<RecentRow> = rows
        .one(Sql::new("select count(*) as number from erasure where done_at >= ?").bind(since))
        .await?;
    Ok(row.is_some_and(|row| row.number > 0))
}
