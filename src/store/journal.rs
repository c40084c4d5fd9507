//! The writing of the audit log: a write's entry in the write's own transaction, reads group-committed
//! by one task per process (a commit per read costs fifteen times as much).
//!
//! The chain's head is taken only after a transaction was begun, by writes and by the task alike: the
//! other order would let them wait for each other.

use std::sync::Arc;

use sea_orm::{DatabaseTransaction, TransactionTrait};
use tokio::sync::{Mutex, mpsc, oneshot};

use super::journal_store;
use super::open::Pools;
use super::unit::begin;
use super::{Result, StoreError};
use crate::audit::{Chain, ChainedEntry, Checkpoint, Entry, SignedCheckpoint, Stamp};
use crate::base::crypto::{Entropy, KeyedHash, MasterSecret, Purpose, Signer};
use crate::base::time::{Clock, Instant};

/// Reads waiting for one commit at the most.
const BATCH: usize = 256;
/// Reads waiting at all; beyond that the answer is "busy".
const QUEUE: usize = 1024;

/// The proof that an audit entry is on disk. Only the store makes one; a page with data cannot be
/// answered without it.
#[derive(Debug)]
pub struct Seen(());

type Waiting = (Stamp, Entry, oneshot::Sender<bool>);

/// The running chain. `unsure`: a commit was begun whose end nobody heard of (the connection broke); the
/// database says then where the chain ends.
struct Running {
    chain: Chain,
    unsure: bool,
}

pub(super) struct Journal {
    key: KeyedHash,
    signer: Option<Signer>,
    running: Mutex<Running>,
    queue: mpsc::Sender<Waiting>,
    clock: Arc<dyn Clock>,
}

impl Journal {
    pub(super) fn start(
        pools: Arc<Pools>,
        secret: &MasterSecret,
        clock: Arc<dyn Clock>,
        entropy: &dyn Entropy,
    ) -> Arc<Self> {
        let key = secret.keyed_hash(Purpose::AuditChain);
        let chain = Chain::new(&key, entropy.uuid());
        let (queue, waiting) = mpsc::channel(QUEUE);
        let journal = Arc::new(Self {
            signer: secret.signer(),
            running: Mutex::new(Running {
                chain,
                unsure: false,
            }),
            key,
            queue,
            clock,
        });
        tokio::spawn(write_reads(Arc::downgrade(&journal), pools, waiting));
        journal
    }

    pub(super) fn key(&self) -> &KeyedHash {
        &self.key
    }

    /// Commits a write together with its entries.
    pub(super) async fn commit(
        &self,
        transaction: DatabaseTransaction,
        entries: impl IntoIterator<Item = (Stamp, Entry)>,
    ) -> Result<Seen> {
        let mut running = self.running.lock().await;
        if running.unsure {
            let writer = running.chain.writer();
            if let Some(head) = journal_store::head(&transaction, writer).await? {
                running.chain.resume(head);
            }
        }
        // Unsure until the end was heard: also an insert may fail on a link that a lost commit brought.
        running.unsure = true;
        let chain = &running.chain;
        let mut head = chain.head();
        let mut links: Vec<ChainedEntry> = Vec::new();
        for (stamp, entry) in entries {
            let link = chain.next(head, &self.key, stamp, &entry);
            head = link.head();
            links.push(link);
        }
        journal_store::insert(&transaction, &links)
            .await
            .map_err(|error| {
                tracing::error!(%error, "audit log not written");
                StoreError::NoAudit
            })?;
        transaction.commit().await?;
        running.unsure = false;
        running.chain.resume(head);
        Ok(Seen(()))
    }

    /// Waits until a read's entry is on disk.
    pub(super) async fn seen(&self, stamp: Stamp, entry: Entry) -> Result<Seen> {
        let (done, wait) = oneshot::channel();
        self.queue
            .try_send((stamp, entry, done))
            .map_err(|_| StoreError::NoAudit)?;
        match wait.await {
            Ok(true) => Ok(Seen(())),
            _ => Err(StoreError::NoAudit),
        }
    }

    /// The chain's end, signed, for the checkpoint file; nothing if nothing was written yet.
    pub(super) async fn checkpoint(&self) -> Option<SignedCheckpoint> {
        let running = self.running.lock().await;
        let chain = &running.chain;
        let head = chain.head();
        if head.sequence == 0 {
            return None;
        }
        let at: Instant = self.clock.now();
        let checkpoint = Checkpoint::new(at, chain.writer(), head);
        self.signer
            .as_ref()
            .map(|signer| SignedCheckpoint::sign(signer, checkpoint))
    }

    pub(super) fn public_key(&self) -> Vec<u8> {
        self.signer
            .as_ref()
            .map(Signer::public_key)
            .unwrap_or_default()
    }

    /// Waits until what is queued was written.
    pub(super) async fn stop(&self) {
        while self.queue.capacity() < self.queue.max_capacity() {
            tokio::task::yield_now().await;
        }
        drop(self.running.lock().await);
    }
}

async fn write_reads(
    journal: std::sync::Weak<Journal>,
    pools: Arc<Pools>,
    mut waiting: mpsc::Receiver<Waiting>,
) {
    let mut batch: Vec<Waiting> = Vec::with_capacity(BATCH);
    loop {
        if waiting.recv_many(&mut batch, BATCH).await == 0 {
            return;
        }
        let Some(journal) = journal.upgrade() else {
            return;
        };
        let mut entries = Vec::with_capacity(batch.len());
        let mut waiters = Vec::with_capacity(batch.len());
        for (stamp, entry, done) in batch.drain(..) {
            entries.push((stamp, entry));
            waiters.push(done);
        }
        let written = match begin(&pools.write).await {
            Ok(transaction) => journal.commit(transaction, entries).await.is_ok(),
            Err(error) => {
                tracing::error!(%error, "audit log not reachable");
                false
            }
        };
        for done in waiters {
            // A waiter that is gone has lost its request; the entry stands all the same.
            let _ = done.send(written);
        }
    }
}

/// Begins a writing transaction: IMMEDIATE on SQLite, because a deferred one fails when it turns from
/// reading to writing while another writes (174 of 200 in the measurement).
pub(super) async fn immediate(pool: &sea_orm::DatabaseConnection) -> Result<DatabaseTransaction> {
    use sea_orm::{SqliteTransactionMode, TransactionOptions};
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    Ok(pool.begin_with_options(options).await?)
}
