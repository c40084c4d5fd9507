//! Opens the quarterly confirmation of grants and suspends what nobody confirmed in time. If the server was off at the
//! beginning of a quarter, the lists are opened when it is back; their thirty days count from then on.

use super::automatic;
use crate::audit::{Entry, Verb};
use crate::grants;
use crate::store::{Result, Store};

/// What the job did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Confirmed {
    /// Lists opened, one for each facility.
    pub opened: usize,
    /// Grants suspended.
    pub suspended: usize,
}

/// One run of the job; running it again, or on another instance at the same time, does nothing more.
pub async fn confirm_grants(store: &Store) -> Result<Confirmed> {
    let writer = store.write(automatic(store, "job confirmation")).await?;
    // First what is over: a suspended grant is in no new list.
    let done = Confirmed {
        suspended: grants::suspend_unconfirmed(&writer).await?,
        opened: grants::open_confirmations(&writer).await?,
    };
    if done == Confirmed::default() {
        // Lists may have been closed without anything to suspend.
        writer.commit_quietly().await?;
        return Ok(done);
    }
    let mut entries = Vec::new();
    if done.opened > 0 {
        entries.push(Entry::new(
            Verb::System,
            "bestaetigung der freigaben eroeffnet",
        ));
    }
    if done.suspended > 0 {
        entries.push(Entry::new(
            Verb::Rights,
            "nicht bestaetigte zugangsfreigaben gesperrt",
        ));
    }
    writer.commit_all(entries).await?;
    Ok(done)
}
