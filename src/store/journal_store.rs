//! The audit log's rows: inserting links, deleting whole segments after their period, and reading a log
//! back for verification.

use std::sync::Arc;

use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult};
use time::Date;
use uuid::Uuid;

use super::open::{Pools, Store};
use super::sql::Sql;
use super::unit::begin;
use super::{Result, StoreError};
use crate::audit::{
    ChainedEntry, Checkpoint, Finding, Head, Segment, SignedCheckpoint, Stamp, StoredEntry,
    Verifier,
};
use crate::base::ids::{AccountId, PersonId};
use crate::base::time::Instant;

/// Rows of one statement; SQLite binds at most 32,766 values.
const CHUNK: usize = 500;
/// Entries read at once for verification.
const READ: i64 = 2_000;

pub(super) async fn insert(
    transaction: &DatabaseTransaction,
    links: &[ChainedEntry],
) -> Result<()> {
    let backend = transaction.get_database_backend();
    for chunk in links.chunks(CHUNK) {
        let mut sql = Sql::new(
            "insert into audit_entry (writer, sequence, day, at, actor_id, role, route, request, session, verb, \
             outcome, reason, recipient, object, fields, hash) values ",
        );
        for (index, link) in chunk.iter().enumerate() {
            sql = sql
                .push(if index == 0 {
                    "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
                } else {
                    ",(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
                })
                .bind(link.writer)
                .bind(link.sequence)
                .bind(link.day)
                .bind(link.stamp.at)
                .bind(link.stamp.actor)
                .bind(link.stamp.role.clone())
                .bind(link.stamp.route.clone())
                .bind(link.stamp.request.clone())
                .bind(link.stamp.session.clone())
                .bind(link.entry.verb.clone())
                .bind(link.entry.outcome.clone())
                .bind(link.entry.reason.clone())
                .bind(link.entry.recipient.clone())
                .bind(link.entry.object.clone())
                .bind(link.entry.fields.clone())
                .bind(link.hash.to_vec());
        }
        transaction.execute_raw(sql.statement(backend)).await?;
    }
    let subjects: Vec<(&ChainedEntry, &(Uuid, String))> = links
        .iter()
        .flat_map(|link| {
            link.entry
                .subjects
                .iter()
                .map(move |subject| (link, subject))
        })
        .collect();
    for chunk in subjects.chunks(CHUNK) {
        let mut sql =
            Sql::new("insert into audit_subject (person_id, writer, sequence, level) values ");
        for (index, (link, (person, level))) in chunk.iter().enumerate() {
            sql = sql
                .push(if index == 0 {
                    "(?,?,?,?)"
                } else {
                    ",(?,?,?,?)"
                })
                .bind(*person)
                .bind(link.writer)
                .bind(link.sequence)
                .bind(level.clone());
        }
        transaction.execute_raw(sql.statement(backend)).await?;
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct HeadRow {
    sequence: i64,
    hash: Vec<u8>,
    day: Date,
}

/// Where the database says that a writer's chain ends.
pub(super) async fn head(transaction: &DatabaseTransaction, writer: Uuid) -> Result<Option<Head>> {
    let backend = transaction.get_database_backend();
    let row = HeadRow::find_by_statement(
        Sql::new("select sequence, hash, day from audit_entry where writer = ? order by sequence desc limit 1")
            .bind(writer)
            .statement(backend),
    )
    .one(transaction)
    .await?;
    Ok(row.map(|row| Head {
        sequence: row.sequence,
        hash: fixed(&row.hash),
        day: Some(row.day),
    }))
}

#[derive(FromQueryResult)]
struct EntryRow {
    writer: Uuid,
    sequence: i64,
    day: Date,
    at: Instant,
    actor_id: Option<AccountId>,
    role: String,
    route: String,
    request: String,
    session: String,
    verb: String,
    outcome: String,
    reason: String,
    recipient: String,
    object: String,
    fields: String,
    hash: Vec<u8>,
}

#[derive(FromQueryResult)]
struct SubjectRow {
    sequence: i64,
    person_id: PersonId,
    level: String,
}

#[derive(FromQueryResult)]
struct SegmentRow {
    writer: Uuid,
    day: Date,
    first_sequence: i64,
    last_sequence: i64,
    start_hash: Vec<u8>,
    end_hash: Vec<u8>,
    seal: Vec<u8>,
}

#[derive(FromQueryResult)]
struct BoundsRow {
    writer: Uuid,
    day: Date,
    first_sequence: i64,
    last_sequence: i64,
}

#[derive(FromQueryResult)]
struct HashRow {
    hash: Vec<u8>,
}

#[derive(FromQueryResult)]
struct WriterRow {
    writer: Uuid,
}

fn fixed(bytes: &[u8]) -> [u8; 32] {
    <[u8; 32]>::try_from(bytes).unwrap_or([0; 32])
}

impl From<SegmentRow> for Segment {
    fn from(row: SegmentRow) -> Self {
        Segment {
            writer: row.writer,
            day: row.day,
            first: row.first_sequence,
            last: row.last_sequence,
            start: fixed(&row.start_hash),
            end: fixed(&row.end_hash),
            removed: true,
            seal: fixed(&row.seal),
        }
    }
}

/// The result of verifying the whole log.
#[derive(Debug, Clone)]
pub struct Verification {
    /// Entries read.
    pub entries: u64,
    /// Day segments that were deleted after their period.
    pub removed_segments: usize,
    /// What is wrong; empty if nothing is.
    pub findings: Vec<Finding>,
    /// The longest that an entry waited for the checkpoint that attests it, in milliseconds.
    pub longest_wait: i64,
}

impl Store {
    /// A signed checkpoint of the running chain; `None` before the first entry.
    pub async fn audit_checkpoint(&self) -> Option<SignedCheckpoint> {
        self.journal.checkpoint().await
    }

    /// The public key that verifies checkpoints.
    pub fn audit_public_key(&self) -> Vec<u8> {
        self.journal.public_key()
    }

    /// Verifies the whole log against its chain and these checkpoints, in constant memory.
    pub async fn audit_verify(&self, checkpoints: &[Checkpoint]) -> Result<Verification> {
        let read = &self.pools.read;
        let backend = read.get_database_backend();
        let removed: Vec<Segment> = SegmentRow::find_by_statement(
            Sql::new(
                "select writer, day, first_sequence, last_sequence, start_hash, end_hash, seal from audit_segment \
                 order by writer, first_sequence",
            )
            .statement(backend),
        )
        .all(read)
        .await?
        .into_iter()
        .map(Segment::from)
        .collect();
        let removed_segments = removed.len();
        let mut verifier = Verifier::new(self.journal.key().clone(), removed, checkpoints);
        let writers = WriterRow::find_by_statement(
            Sql::new("select distinct writer from audit_entry order by writer").statement(backend),
        )
        .all(read)
        .await?;
        for WriterRow { writer } in writers {
            let mut next = tokio::spawn(links_after(Arc::clone(&self.pools), writer, 0));
            loop {
                let links = next
                    .await
                    .map_err(|error| StoreError::Unavailable(error.to_string()))??;
                let Some(last) = links.last().map(|link| link.sequence) else {
                    break;
                };
                // The next ones are read while these are hashed: half of the time is the one, half the other.
                next = tokio::spawn(links_after(Arc::clone(&self.pools), writer, last));
                for link in &links {
                    verifier.entry(link);
                }
            }
        }
        let verdict = verifier.finish();
        Ok(Verification {
            entries: verdict.entries,
            removed_segments,
            findings: verdict.findings,
            longest_wait: verdict.longest_wait,
        })
    }

    /// Deletes the day segments before `first_kept` (section 32 paragraph 5 SächsDSUG) but for days on which a legal hold
    /// stands; returns how many entries went. Their sealed bounds stay, so that verification still succeeds.
    pub async fn audit_prune(&self, first_kept: Date, now: Instant) -> Result<u64> {
        let transaction = begin(&self.pools.write).await?;
        let backend = transaction.get_database_backend();
        let bounds = BoundsRow::find_by_statement(
            Sql::new(
                "select writer, day, min(sequence) as first_sequence, max(sequence) as last_sequence from audit_entry \
                 where day < ? and not exists (select 1 from audit_hold h where h.lifted_at is null and h.first_day <= day \
                 and (h.last_day is null or h.last_day >= day)) group by writer, day order by writer, day",
            )
            .bind(first_kept)
            .statement(backend),
        )
        .all(&transaction)
        .await?;
        let mut gone = 0u64;
        let mut previous: Option<(Uuid, i64, [u8; 32])> = None;
        for bound in bounds {
            let start = match previous {
                // A day that is held lies between: its own end is the start.
                Some((writer, last, end))
                    if writer == bound.writer && last + 1 == bound.first_sequence =>
                {
                    end
                }
                _ => {
                    self.start_of(&transaction, bound.writer, bound.first_sequence)
                        .await?
                }
            };
            let end = hash_of(&transaction, bound.writer, bound.last_sequence)
                .await?
                .ok_or(StoreError::NoAudit)?;
            let mut segment = Segment {
                writer: bound.writer,
                day: bound.day,
                first: bound.first_sequence,
                last: bound.last_sequence,
                start,
                end,
                removed: true,
                seal: [0; 32],
            };
            segment.seal = segment.seal_of(self.journal.key());
            let insert = Sql::new(
                "insert into audit_segment (writer, day, first_sequence, last_sequence, start_hash, end_hash, seal, \
                 removed_at) values (?,?,?,?,?,?,?,?)",
            )
            .bind(segment.writer)
            .bind(segment.day)
            .bind(segment.first)
            .bind(segment.last)
            .bind(segment.start.to_vec())
            .bind(segment.end.to_vec())
            .bind(segment.seal.to_vec())
            .bind(now);
            transaction.execute_raw(insert.statement(backend)).await?;
            for text in [
                "delete from audit_subject where writer = ? and sequence >= ? and sequence <= ?",
                "delete from audit_entry where writer = ? and sequence >= ? and sequence <= ?",
            ] {
                let delete = Sql::new(text)
                    .bind(segment.writer)
                    .bind(segment.first)
                    .bind(segment.last);
                gone += transaction
                    .execute_raw(delete.statement(backend))
                    .await?
                    .rows_affected()
                    * u64::from(text.contains("audit_entry"));
            }
            previous = Some((segment.writer, segment.last, segment.end));
        }
        transaction.commit().await?;
        Ok(gone)
    }

    async fn start_of(
        &self,
        transaction: &DatabaseTransaction,
        writer: Uuid,
        first: i64,
    ) -> Result<[u8; 32]> {
        if first == 1 {
            return Ok(crate::audit::Chain::new(self.journal.key(), writer)
                .head()
                .hash);
        }
        if let Some(hash) = hash_of(transaction, writer, first - 1).await? {
            return Ok(hash);
        }
        let backend = transaction.get_database_backend();
        let before = HashRow::find_by_statement(
            Sql::new(
                "select end_hash as hash from audit_segment where writer = ? and last_sequence = ?",
            )
            .bind(writer)
            .bind(first - 1)
            .statement(backend),
        )
        .one(transaction)
        .await?;
        before
            .map(|row| fixed(&row.hash))
            .ok_or(StoreError::NoAudit)
    }
}

/// The next entries of a writer with their people, in order.
async fn links_after(pools: Arc<Pools>, writer: Uuid, after: i64) -> Result<Vec<ChainedEntry>> {
    let read = &pools.read;
    let backend = read.get_database_backend();
    let rows = EntryRow::find_by_statement(
        Sql::new(
            "select * from audit_entry where writer = ? and sequence > ? order by sequence limit ?",
        )
        .bind(writer)
        .bind(after)
        .bind(READ)
        .statement(backend),
    )
    .all(read)
    .await?;
    let Some(last) = rows.last().map(|row| row.sequence) else {
        return Ok(Vec::new());
    };
    let mut subjects = SubjectRow::find_by_statement(
        Sql::new(
            "select sequence, person_id, level from audit_subject where writer = ? and sequence > ? \
             and sequence <= ? order by sequence, person_id, level",
        )
        .bind(writer)
        .bind(after)
        .bind(last)
        .statement(backend),
    )
    .all(read)
    .await?
    .into_iter()
    .peekable();
    Ok(rows
        .into_iter()
        .map(|row| {
            let mut about = Vec::new();
            while let Some(subject) = subjects.next_if(|subject| subject.sequence <= row.sequence) {
                about.push((subject.person_id.0, subject.level));
            }
            about.sort();
            chained(row, about)
        })
        .collect())
}

async fn hash_of(
    transaction: &DatabaseTransaction,
    writer: Uuid,
    sequence: i64,
) -> Result<Option<[u8; 32]>> {
    let backend = transaction.get_database_backend();
    let row = HashRow::find_by_statement(
        Sql::new("select hash from audit_entry where writer = ? and sequence = ?")
            .bind(writer)
            .bind(sequence)
            .statement(backend),
    )
    .one(transaction)
    .await?;
    Ok(row.map(|row| fixed(&row.hash)))
}

fn chained(row: EntryRow, subjects: Vec<(Uuid, String)>) -> ChainedEntry {
    ChainedEntry {
        writer: row.writer,
        sequence: row.sequence,
        day: row.day,
        stamp: Stamp {
            at: row.at,
            actor: row.actor_id,
            role: row.role,
            route: row.route,
            request: row.request,
            session: row.session,
        },
        entry: StoredEntry {
            verb: row.verb,
            outcome: row.outcome,
            reason: row.reason,
            recipient: row.recipient,
            object: row.object,
            fields: row.fields,
            subjects,
        },
        hash: fixed(&row.hash),
    }
}
