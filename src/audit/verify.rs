//! Verification of a stored log against its chain, its segments and the signed checkpoints.

use std::collections::BTreeMap;

use time::Date;
use uuid::Uuid;

use super::chain::{ChainedEntry, genesis, link};
use super::checkpoint::Checkpoint;
use crate::base::crypto::{KeyedHash, same};
use crate::base::time::Instant;

/// A day of a writer's chain. Kept after its entries were deleted, so that the chain still closes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// The writer.
    pub writer: Uuid,
    /// The day.
    pub day: Date,
    /// The number of its first entry.
    pub first: i64,
    /// The number of its last entry.
    pub last: i64,
    /// The hash before its first entry.
    pub start: [u8; 32],
    /// The hash of its last entry.
    pub end: [u8; 32],
    /// Whether its entries were deleted after their period.
    pub removed: bool,
    /// Keyed seal over all of the above, so that a removed segment cannot be made up.
    pub seal: [u8; 32],
}

impl Segment {
    /// The seal of a removed segment.
    pub fn seal_of(&self, key: &KeyedHash) -> [u8; 32] {
        key.tag(&[
            b"segment-removed",
            self.writer.as_bytes(),
            self.day.to_string().as_bytes(),
            &self.first.to_be_bytes(),
            &self.last.to_be_bytes(),
            &self.start,
            &self.end,
        ])
    }
}

/// Something wrong with the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Finding {
    /// A hash does not follow from the one before.
    #[error(
        "Schreiber {writer}: Eintrag {sequence} wurde verändert, vertauscht oder passt nicht zum Vorgänger."
    )]
    Broken {
        /// The writer.
        writer: Uuid,
        /// The entry.
        sequence: i64,
    },
    /// Entries are missing.
    #[error("Schreiber {writer}: Nach Eintrag {after} fehlen Einträge bis {before}.")]
    Gap {
        /// The writer.
        writer: Uuid,
        /// The last entry before the gap.
        after: i64,
        /// The next entry that is there.
        before: i64,
    },
    /// A removed segment is not sealed by us.
    #[error("Schreiber {writer}: Der gelöschte Tagesabschnitt {day} trägt kein gültiges Siegel.")]
    Seal {
        /// The writer.
        writer: Uuid,
        /// The day.
        day: Date,
    },
    /// The log ends before a checkpoint.
    #[error(
        "Schreiber {writer}: Das Protokoll endet bei {found}, ein Prüfpunkt bezeugt {expected} Einträge."
    )]
    Cut {
        /// The writer.
        writer: Uuid,
        /// The last entry found.
        found: i64,
        /// The entry that a checkpoint attests.
        expected: i64,
    },
    /// The log says something else than a checkpoint.
    #[error(
        "Schreiber {writer}: Eintrag {sequence} stimmt nicht mit dem unterschriebenen Prüfpunkt überein."
    )]
    Checkpoint {
        /// The writer.
        writer: Uuid,
        /// The entry.
        sequence: i64,
    },
}

struct WriterState {
    sequence: i64,
    hash: [u8; 32],
    /// What checkpoints attest of an entry: several copies of the file may disagree.
    checkpoints: BTreeMap<i64, Vec<(Vec<u8>, Instant)>>,
    /// The checkpoint that covers the entries read now: its entry, and when it was written.
    next: Option<(i64, Instant)>,
    removed: Vec<Segment>,
}

/// Verifies a log that is handed over entry by entry, ordered by writer and number: a year is verified in
/// constant memory.
pub struct Verifier {
    key: KeyedHash,
    writers: BTreeMap<Uuid, WriterState>,
    findings: Vec<Finding>,
    entries: u64,
    longest_wait: i64,
}

/// What a verification says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Entries that were read.
    pub entries: u64,
    /// What is wrong; empty if nothing is.
    pub findings: Vec<Finding>,
    /// The longest that an entry waited for the checkpoint that attests it, in milliseconds: so long somebody with access
    /// to database and key could have changed it unseen.
    pub longest_wait: i64,
}

impl Verifier {
    /// A verifier that knows the key, the removed segments and the checkpoints.
    pub fn new(key: KeyedHash, removed: Vec<Segment>, checkpoints: &[Checkpoint]) -> Self {
        let mut verifier = Self {
            key,
            writers: BTreeMap::new(),
            findings: Vec::new(),
            entries: 0,
            longest_wait: 0,
        };
        for segment in removed {
            if !same(&segment.seal, &segment.seal_of(&verifier.key)) {
                verifier.findings.push(Finding::Seal {
                    writer: segment.writer,
                    day: segment.day,
                });
                continue;
            }
            verifier.writer(segment.writer).removed.push(segment);
        }
        for state in verifier.writers.values_mut() {
            state.removed.sort_by_key(|segment| segment.first);
            state.removed.reverse();
        }
        for checkpoint in checkpoints {
            let hash = checkpoint.hash_bytes().unwrap_or_default();
            if checkpoint.sequence > 0 {
                verifier
                    .writer(checkpoint.writer)
                    .checkpoints
                    .entry(checkpoint.sequence)
                    .or_default()
                    .push((hash, checkpoint.at));
            }
        }
        verifier
    }

    fn writer(&mut self, writer: Uuid) -> &mut WriterState {
        let start = genesis(&self.key, writer);
        self.writers.entry(writer).or_insert_with(|| WriterState {
            sequence: 0,
            hash: start,
            checkpoints: BTreeMap::new(),
            next: None,
            removed: Vec::new(),
        })
    }

    /// The next entry.
    pub fn entry(&mut self, entry: &ChainedEntry) {
        self.entries += 1;
        let key = self.key.clone();
        let mut findings = Vec::new();
        let state = self.writer(entry.writer);
        state.pass_removed(entry.writer, &mut findings);
        if entry.sequence != state.sequence + 1 {
            findings.push(Finding::Gap {
                writer: entry.writer,
                after: state.sequence,
                before: entry.sequence,
            });
        } else {
            let expected = link(
                &key,
                &state.hash,
                entry.writer,
                (entry.sequence, entry.day),
                &entry.stamp,
                &entry.entry,
            );
            if !same(&expected, &entry.hash) {
                findings.push(Finding::Broken {
                    writer: entry.writer,
                    sequence: entry.sequence,
                });
            }
        }
        state.reach(entry.writer, entry.sequence, entry.hash, &mut findings);
        let wait = state.wait(entry.sequence, entry.stamp.at);
        self.longest_wait = self.longest_wait.max(wait);
        self.findings.append(&mut findings);
    }

    /// The result.
    pub fn finish(mut self) -> Verdict {
        for (writer, state) in &mut self.writers {
            state.pass_removed(*writer, &mut self.findings);
            if let Some((expected, _)) = state.checkpoints.last_key_value()
                && *expected > state.sequence
            {
                self.findings.push(Finding::Cut {
                    writer: *writer,
                    found: state.sequence,
                    expected: *expected,
                });
            }
        }
        Verdict {
            entries: self.entries,
            findings: self.findings,
            longest_wait: self.longest_wait,
        }
    }
}

impl WriterState {
    /// Steps over removed segments that follow directly.
    fn pass_removed(&mut self, writer: Uuid, findings: &mut Vec<Finding>) {
        while let Some(segment) = self.removed.last() {
            if segment.first != self.sequence + 1 {
                break;
            }
            if !same(&segment.start, &self.hash) {
                findings.push(Finding::Broken {
                    writer,
                    sequence: segment.first,
                });
            }
            let (last, end) = (segment.last, segment.end);
            self.removed.pop();
            self.reach(writer, last, end, findings);
        }
    }

    /// How long an entry waited for its checkpoint; 0 for those after the last one.
    fn wait(&mut self, sequence: i64, at: Instant) -> i64 {
        if self.next.is_none_or(|(covers, _)| covers < sequence) {
            self.next = self
                .checkpoints
                .range(sequence..)
                .next()
                .and_then(|(covers, copies)| {
                    let written = copies.iter().map(|(_, at)| *at).min()?;
                    Some((*covers, written))
                });
        }
        self.next
            .map_or(0, |(_, written)| written.millis() - at.millis())
    }

    fn reach(&mut self, writer: Uuid, sequence: i64, hash: [u8; 32], findings: &mut Vec<Finding>) {
        if let Some(attested) = self.checkpoints.get(&sequence)
            && !attested.iter().all(|(copy, _)| same(copy, &hash))
        {
            findings.push(Finding::Checkpoint { writer, sequence });
        }
        self.sequence = sequence;
        self.hash = hash;
    }
}
