//! What releases need beside the database: the key that seals counts, the key that signs files, and the computations that
//! run in this process.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use crate::base::crypto::{MasterSecret, Purpose, SealBox, Signer};
use crate::base::ids::ReleaseId;
use crate::store::Store;

/// Keys and running computations. Cheap to clone.
#[derive(Clone)]
pub struct Desk(Arc<Inner>);

struct Inner {
    store: Store,
    seal: SealBox,
    signer: Signer,
    running: Mutex<BTreeMap<ReleaseId, Arc<Running>>>,
}

/// How far a computation is: the measure in words, steps done, steps in all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub what: String,
    pub done: u64,
    pub of: u64,
}

/// A computation that runs.
#[derive(Default)]
pub(super) struct Running {
    given_up: AtomicBool,
    said: Mutex<Said>,
}

impl Running {
    /// Says how far it is; whether to go on.
    pub(super) fn tell(&self, what: &str, done: u64, of: u64) -> ControlFlow<()> {
        if let Ok(mut said) = self.said.lock() {
            *said = Said {
                what: what.to_owned(),
                done,
                of,
            };
        }
        if self.given_up.load(Ordering::Relaxed) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }
}

impl Desk {
    /// The desk of an installation.
    pub fn new(store: Store, secret: &MasterSecret) -> Self {
        Self(Arc::new(Inner {
            store,
            seal: secret.seal_box(Purpose::Figures),
            signer: secret.release_signer(),
            running: Mutex::default(),
        }))
    }

    pub(super) fn store(&self) -> &Store {
        &self.0.store
    }

    pub(super) fn seal(&self) -> &SealBox {
        &self.0.seal
    }

    /// Signs files of releases.
    pub fn signer(&self) -> &Signer {
        &self.0.signer
    }

    /// Takes up a computation; `None` if it runs already.
    pub(super) fn take_up(&self, id: ReleaseId) -> Option<Arc<Running>> {
        let mut running = self.0.running.lock().ok()?;
        if running.contains_key(&id) {
            return None;
        }
        let new = Arc::new(Running::default());
        running.insert(id, Arc::clone(&new));
        Some(new)
    }

    /// Puts a computation away that is over.
    pub(super) fn put_away(&self, id: ReleaseId) {
        if let Ok(mut running) = self.0.running.lock() {
            running.remove(&id);
        }
    }

    /// Asks a computation to end.
    pub(super) fn give_up(&self, id: ReleaseId) {
        if let Ok(running) = self.0.running.lock()
            && let Some(one) = running.get(&id)
        {
            one.given_up.store(true, Ordering::Relaxed);
        }
    }

    /// How far a computation is; `None` if it does not run in this process.
    pub(super) fn said(&self, id: ReleaseId) -> Option<Said> {
        let running = self.0.running.lock().ok()?;
        running
            .get(&id)
            .and_then(|one| one.said.lock().ok().map(|said| said.clone()))
    }
}
