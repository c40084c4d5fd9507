//! Queries of notes and keys.

use sea_orm::FromQueryResult;

use crate::access::Writes;
use crate::base::ids::{AccountId, CaseId, NoteId, ProviderId, ProviderKeyId};
use crate::base::time::Instant;
use crate::schema::casework::{case_note, provider_key};
use crate::store::{Result, Rows, Sql, Writer};

/// Notes shown on a page, and re-sealed in one step.
pub(super) const NOTES: i64 = 50;

/// An organisation's key as it is stored.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct KeyRow {
    pub id: ProviderKeyId,
    pub provider_id: ProviderId,
    pub master: String,
    pub wrapped: Vec<u8>,
}

/// A note with the key it was sealed with.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct NoteRow {
    pub id: NoteId,
    pub case_id: CaseId,
    pub provider_id: ProviderId,
    pub sealed: Vec<u8>,
    pub written_by: AccountId,
    pub written_by_name: String,
    pub written_at: Instant,
    pub key_id: ProviderKeyId,
    pub master: String,
    pub wrapped: Vec<u8>,
}

impl NoteRow {
    /// The key.
    pub fn key(&self) -> KeyRow {
        KeyRow {
            id: self.key_id,
            provider_id: self.provider_id,
            master: self.master.clone(),
            wrapped: self.wrapped.clone(),
        }
    }
}

const NOTE: &str = "select n.id, n.case_id, n.provider_id, n.sealed, n.written_by, n.written_by_name, n.written_at, n.key_id, \
     y.master, y.wrapped from case_note n join provider_key y on y.id = n.key_id where ";

/// The notes of a case, the newest first; one more than is shown. The caller found the case in scope and belongs to its
/// team; those of another organisation that had the case before are not there.
pub(super) async fn notes_of(
    rows: &impl Rows,
    case: CaseId,
    provider: ProviderId,
) -> Result<Vec<NoteRow>> {
    rows.all(
        Sql::new(NOTE)
            .push("n.case_id = ? and n.provider_id = ? order by n.written_at desc, n.id limit ?")
            .bind(case)
            .bind(provider)
            .bind(NOTES + 1),
    )
    .await
}

/// A note; the caller looks for its case in scope.
pub(super) async fn note(rows: &impl Rows, id: NoteId) -> Result<Option<NoteRow>> {
    rows.one(Sql::new(NOTE).push("n.id = ?").bind(id)).await
}

/// Holds an organisation's key until the commit, so that nobody replaces it meanwhile, and reads it.
pub(super) async fn held_key<P: Writes>(
    writer: &Writer<P>,
    provider: ProviderId,
) -> Result<Option<KeyRow>> {
    writer
        .change(
            Sql::new("update provider_key set created_at = created_at where provider_id = ?")
                .bind(provider),
        )
        .await?;
    writer
        .one(
            Sql::new(
                "select id, provider_id, master, wrapped from provider_key where provider_id = ?",
            )
            .bind(provider),
        )
        .await
}

pub(super) async fn insert_key<P: Writes>(
    writer: &Writer<P>,
    row: provider_key::Model,
) -> Result<()> {
    writer.insert(row).await
}

pub(super) async fn insert_note<P: Writes>(
    writer: &Writer<P>,
    row: case_note::Model,
) -> Result<()> {
    writer.insert(row).await
}

pub(super) async fn delete_note<P: Writes>(writer: &Writer<P>, id: NoteId) -> Result<()> {
    writer
        .change_one(Sql::new("delete from case_note where id = ?").bind(id))
        .await
}

#[derive(FromQueryResult)]
struct CountRow {
    number: i64,
}

/// Whether any organisation has a key.
pub(super) async fn any_key(rows: &impl Rows) -> Result<bool> {
    let row: Option<CountRow> = rows
        .one(Sql::new("select count(*) as number from provider_key"))
        .await?;
    Ok(row.is_some_and(|row| row.number > 0))
}

/// All keys, held until the commit.
pub(super) async fn all_keys<P: Writes>(writer: &Writer<P>) -> Result<Vec<KeyRow>> {
    writer
        .change(Sql::new("update provider_key set created_at = created_at"))
        .await?;
    writer
        .all(Sql::new(
            "select id, provider_id, master, wrapped from provider_key order by id limit 1000",
        ))
        .await
}

/// Some notes sealed with a key, after the one named.
pub(super) async fn notes_with(
    rows: &impl Rows,
    key: ProviderKeyId,
    after: Option<NoteId>,
) -> Result<Vec<NoteRow>> {
    let mut sql = Sql::new(NOTE).push("n.key_id = ?").bind(key);
    if let Some(after) = after {
        sql = sql.push(" and n.id > ?").bind(after);
    }
    rows.all(sql.push(" order by n.id limit ?").bind(NOTES))
        .await
}

pub(super) async fn seal_again<P: Writes>(
    writer: &Writer<P>,
    id: NoteId,
    sealed: Vec<u8>,
) -> Result<()> {
    writer
        .change_one(
            Sql::new("update case_note set sealed = ? where id = ?")
                .bind(sealed)
                .bind(id),
        )
        .await
}

pub(super) async fn replace_key<P: Writes>(
    writer: &Writer<P>,
    id: ProviderKeyId,
    (master, wrapped): (String, Vec<u8>),
) -> Result<()> {
    writer
        .change_one(
            Sql::new(
                "update provider_key set master = ?, wrapped = ?, created_at = ? where id = ?",
            )
            .bind(master)
            .bind(wrapped)
            .bind(writer.now())
            .bind(id),
        )
        .await
}
