//! The keyed chain: each entry's hash covers the one before it. The key is outside the database, so that
//! whoever writes into the database cannot recompute the chain.

use time::Date;
use uuid::Uuid;

use super::entry::{Entry, Stamp};
use crate::base::crypto::KeyedHash;
use crate::base::time::berlin_today;

/// The end of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The number of the last entry; 0 before the first.
    pub sequence: i64,
    /// Its hash.
    pub hash: [u8; 32],
    /// Its day, if there is one.
    pub day: Option<Date>,
}

/// The chain of one writer. Each process is a writer of its own, so that instances do not wait for
/// each other.
#[derive(Debug, Clone)]
pub struct Chain {
    writer: Uuid,
    head: Head,
}

/// An entry with its place in the chain, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainedEntry {
    /// The writer.
    pub writer: Uuid,
    /// Its number in the writer's chain, from 1.
    pub sequence: i64,
    /// The day (Europe/Berlin) of its segment.
    pub day: Date,
    /// Who and when.
    pub stamp: Stamp,
    /// What.
    pub entry: StoredEntry,
    /// The keyed hash over the previous hash and this entry.
    pub hash: [u8; 32],
}

/// An entry with codes as text, the form in which it is hashed and stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEntry {
    /// Code of the operation.
    pub verb: String,
    /// Code of the outcome.
    pub outcome: String,
    /// Why.
    pub reason: String,
    /// To whom.
    pub recipient: String,
    /// About what.
    pub object: String,
    /// Changed fields, separated by commas.
    pub fields: String,
    /// People and levels, sorted and unique.
    pub subjects: Vec<(Uuid, String)>,
}

impl From<&Entry> for StoredEntry {
    fn from(entry: &Entry) -> Self {
        let mut subjects: Vec<(Uuid, String)> = entry
            .subjects
            .iter()
            .map(|(person, level)| (person.0, level.code().to_owned()))
            .collect();
        subjects.sort();
        subjects.dedup();
        Self {
            verb: entry.verb.code().to_owned(),
            outcome: entry.outcome.code().to_owned(),
            reason: entry.reason.clone(),
            recipient: entry.recipient.clone(),
            object: entry.object.clone(),
            fields: entry.fields.join(","),
            subjects,
        }
    }
}

/// The first link of a writer's chain.
pub(super) fn genesis(key: &KeyedHash, writer: Uuid) -> [u8; 32] {
    key.tag(&[b"genesis", writer.as_bytes()])
}

/// The hash of an entry after the previous one.
pub(super) fn link(
    key: &KeyedHash,
    previous: &[u8; 32],
    writer: Uuid,
    (sequence, day): (i64, Date),
    stamp: &Stamp,
    entry: &StoredEntry,
) -> [u8; 32] {
    let sequence = sequence.to_be_bytes();
    // The day decides when an entry is deleted, so it must not be changeable either.
    let day = day.to_julian_day().to_be_bytes();
    let at = stamp.at.millis().to_be_bytes();
    let actor = stamp
        .actor
        .map(|account| account.0.into_bytes().to_vec())
        .unwrap_or_default();
    let mut subjects = Vec::with_capacity(entry.subjects.len() * 24);
    for (person, level) in &entry.subjects {
        subjects.extend_from_slice(person.as_bytes());
        subjects.extend_from_slice(level.as_bytes());
        subjects.push(0);
    }
    key.tag(&[
        previous,
        writer.as_bytes(),
        &sequence,
        &day,
        &at,
        &actor,
        stamp.role.as_bytes(),
        stamp.route.as_bytes(),
        stamp.request.as_bytes(),
        stamp.session.as_bytes(),
        entry.verb.as_bytes(),
        entry.outcome.as_bytes(),
        entry.reason.as_bytes(),
        entry.recipient.as_bytes(),
        entry.object.as_bytes(),
        entry.fields.as_bytes(),
        &subjects,
    ])
}

impl Chain {
    /// A new writer's chain.
    pub fn new(key: &KeyedHash, writer: Uuid) -> Self {
        Self {
            writer,
            head: Head {
                sequence: 0,
                hash: genesis(key, writer),
                day: None,
            },
        }
    }

    /// The writer.
    pub fn writer(&self) -> Uuid {
        self.writer
    }

    /// The end of the chain.
    pub fn head(&self) -> Head {
        self.head
    }

    /// The entry as the next link, without taking it into the chain: the caller stores it and then
    /// calls [`Chain::resume`].
    pub fn next(&self, after: Head, key: &KeyedHash, stamp: Stamp, entry: &Entry) -> ChainedEntry {
        let stored = StoredEntry::from(entry);
        let sequence = after.sequence + 1;
        // Within a chain days never go back, even if the clock does: a segment is contiguous.
        let today = berlin_today(stamp.at);
        let day = after.day.map_or(today, |before| before.max(today));
        let hash = link(
            key,
            &after.hash,
            self.writer,
            (sequence, day),
            &stamp,
            &stored,
        );
        ChainedEntry {
            writer: self.writer,
            sequence,
            day,
            stamp,
            entry: stored,
            hash,
        }
    }

    /// Goes on after links that were stored.
    pub fn resume(&mut self, head: Head) {
        self.head = head;
    }
}

impl ChainedEntry {
    /// The head that this entry makes.
    pub fn head(&self) -> Head {
        Head {
            sequence: self.sequence,
            hash: self.hash,
            day: Some(self.day),
        }
    }
}
