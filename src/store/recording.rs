//! What a page asked of the database, for two purposes: the bench runs a page's own statements without the web and
//! compares, and a test holds the number of statements of a page. Switched off it costs one atomic read a statement.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use sea_orm::{ConnectionTrait, Statement};

use super::Result;
use super::journal::Seen;
use super::open::Store;
use crate::audit::{Entry, Stamp};

/// Statements and audit entries in the order in which they were issued.
#[derive(Debug, Clone, Default)]
pub struct Recording {
    reads: Vec<Statement>,
    writes: usize,
    entries: Vec<(Stamp, Entry)>,
}

impl Recording {
    /// Statements that read or changed rows, the audit log's own not counted.
    pub fn statements(&self) -> usize {
        self.reads.len() + self.writes
    }

    /// The texts of the reading statements, without values.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.reads.iter().map(|statement| statement.sql.as_str())
    }
}

#[derive(Debug, Default)]
pub(super) struct Recorder {
    on: AtomicBool,
    recording: Mutex<Recording>,
}

impl Recorder {
    fn note(&self, note: impl FnOnce(&mut Recording)) {
        if self.on.load(Ordering::Relaxed) {
            note(
                &mut self
                    .recording
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner),
            );
        }
    }

    pub(super) fn read(&self, statement: &Statement) {
        self.note(|recording| recording.reads.push(statement.clone()));
    }

    pub(super) fn wrote(&self) {
        self.note(|recording| recording.writes += 1);
    }

    pub(super) fn entry(&self, stamp: &Stamp, entry: &Entry) {
        self.note(|recording| recording.entries.push((stamp.clone(), entry.clone())));
    }
}

impl Store {
    /// Begins to note what is asked of this store, by anybody.
    pub fn record(&self) {
        let mut recording = self
            .recorder
            .recording
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *recording = Recording::default();
        self.recorder.on.store(true, Ordering::Relaxed);
    }

    /// Ends it and gives what was noted.
    pub fn recorded(&self) -> Recording {
        self.recorder.on.store(false, Ordering::Relaxed);
        std::mem::take(
            &mut *self
                .recorder
                .recording
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }

    /// Runs the recorded reading statements again, as they were, and counts the rows; with `entries` their audit
    /// entries are written as well. For measuring: no page comes of it.
    ///
    /// # Errors
    /// As any reading.
    pub async fn replay(&self, recording: &Recording, entries: bool) -> Result<usize> {
        let mut rows = 0;
        for statement in &recording.reads {
            rows += self
                .pools
                .read
                .query_all_raw(statement.clone())
                .await?
                .len();
        }
        if entries {
            for (stamp, entry) in &recording.entries {
                let _: Seen = self.journal.seen(stamp.clone(), entry.clone()).await?;
            }
        }
        Ok(rows)
    }
}
