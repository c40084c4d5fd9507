//! What runs by itself, one file per job. Each job is safe to run on several instances at once.

mod checkpoint;
mod confirmation;
mod erasures;
mod gate;
mod hand_over;
mod notes;
mod retention;
mod short_periods;

use std::path::PathBuf;
use std::time::Duration;

use crate::access::permissions::Operate;
use crate::access::{Access, Actor, RequestRef};
use crate::store::Store;

pub use checkpoint::{CHECKPOINT_SECONDS_AT_MOST, write_checkpoint};
pub use confirmation::{Confirmed, confirm_grants};
pub use erasures::{begin_new_ledger, mark_due_records, open_ledger};
pub use gate::make_sheets;
pub use hand_over::tidy_hand_overs;
pub use notes::{prepare_note_keys, rotate_note_keys};
pub use retention::{AUDIT_MONTHS, first_kept_day, prune_audit};
pub use short_periods::{delete_short_lived, purge_gate};

/// Starts all jobs; they end with the process.
pub fn start(store: Store, checkpoints: PathBuf, sheets: PathBuf) {
    let last = std::sync::Arc::new(std::sync::atomic::AtomicI64::new(0));
    tokio::spawn(every(
        Duration::from_secs(checkpoint::PAUSE_SECONDS),
        store.clone(),
        move |store| {
            let (checkpoints, last) = (checkpoints.clone(), std::sync::Arc::clone(&last));
            async move {
                let done = checkpoint::write_if_newer(&store, &checkpoints, &last).await;
                done.map_err(|error| error.to_string())
            }
        },
    ));
    tokio::spawn(every(
        Duration::from_secs(3600),
        store.clone(),
        |store| async move {
            short_periods::run(&store)
                .await
                .map_err(|error| error.to_string())
        },
    ));
    tokio::spawn(every(
        Duration::from_secs(3600),
        store.clone(),
        |store| async move {
            confirm_grants(&store)
                .await
                .map(|_| ())
                .map_err(|error| error.to_string())
        },
    ));
    tokio::spawn(every(
        Duration::from_secs(3600),
        store.clone(),
        |store| async move {
            tidy_hand_overs(&store)
                .await
                .map(|_| ())
                .map_err(|error| error.to_string())
        },
    ));
    tokio::spawn(every(
        Duration::from_secs(60),
        store.clone(),
        move |store| {
            let sheets = sheets.clone();
            async move { gate::make_sheets(&store, &sheets).await.map(|_| ()) }
        },
    ));
    tokio::spawn(every(
        Duration::from_secs(24 * 3600),
        store.clone(),
        |store| async move {
            mark_due_records(&store)
                .await
                .map(|_| ())
                .map_err(|error| error.to_string())
        },
    ));
    tokio::spawn(every(
        Duration::from_secs(24 * 3600),
        store,
        |store| async move {
            retention::prune_audit(&store)
                .await
                .map(|_| ())
                .map_err(|error| error.to_string())
        },
    ));
}

async fn every<F, Fut>(pause: Duration, store: Store, job: F)
where
    F: Fn(Store) -> Fut,
    Fut: Future<Output = Result<(), String>>,
{
    let mut ticks = tokio::time::interval(pause);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = job(store.clone()).await {
            tracing::error!(error, "job failed; it runs again at its time");
        }
    }
}

/// The access of a job or command.
pub(crate) fn operate(
    store: &Store,
    name: &str,
    facility: Option<crate::base::ids::FacilityId>,
) -> Access<Operate> {
    let now = store.clock().now();
    let request = RequestRef {
        id: String::new(),
        route: name.to_owned(),
    };
    Access::system(Actor::system("Kommandozeile", None, facility, now), request)
}

/// The access of a job that changes what people see: its name in the histories is the program's.
fn automatic(store: &Store, name: &str) -> Access<Operate> {
    let request = RequestRef {
        id: String::new(),
        route: name.to_owned(),
    };
    let actor = Actor::system("Geleit (selbsttätig)", None, None, store.clock().now());
    Access::system(actor, request)
}

/// The access of made-up data on behalf of a made-up account.
pub(crate) fn on_behalf(
    store: &Store,
    account: crate::base::ids::AccountId,
    name: &str,
) -> Access<Operate> {
    let now = store.clock().now();
    let request = RequestRef {
        id: String::new(),
        route: "demo".to_owned(),
    };
    Access::system(Actor::system(name, Some(account), None, now), request)
}
