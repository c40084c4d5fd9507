//! The secret address under which a calendar program reads an account's dates without signing in. It is a credential:
//! 256 random bits, of which only the hash is kept; it ends when its owner says so, when the account is set up anew or
//! disabled, and when the member of external staff or the organisation leaves.
//!
//! Guesses are not counted: nobody finds one of 2^256 addresses, and a row written for each guess would let strangers
//! write to the database without end.

use std::sync::Arc;

pub use super::store::feeds::Feed;

use super::service::{actor_of, short, system_access};
use super::store::feeds as feed_store;
use crate::access::permissions::{Identify, SignIn};
use crate::access::{Actor, RequestRef, Writes};
use crate::base::crypto::{hex, sha256};
use crate::base::ids::AccountId;
use crate::base::time::{Instant, berlin_today};
use crate::history::{self, Change};
use crate::store::{Result, Rows, Store, StoreError, Writer};

/// How often the time of the last reading is kept at most, in milliseconds.
const TOUCH_EVERY: i64 = 10 * 60_000;

/// The subscription of an account.
pub async fn of(rows: &impl Rows, account: AccountId) -> Result<Option<Feed>> {
    feed_store::of(rows, account).await
}

/// Gives the account of the writer a new address and ends the one before. The token is shown once.
pub async fn issue<P: Writes>(writer: &Writer<P>) -> Result<String> {
    let account = writer.access().actor().account();
    let before = feed_store::revoke(writer, account).await?;
    let token = hex(&writer.entropy().secret());
    let id = feed_store::insert(writer, account, &sha256(token.as_bytes())).await?;
    let what = if before > 0 {
        "Neue Adresse des Kalenderabos"
    } else {
        "Kalenderabo eingerichtet"
    };
    history::record(writer, vec![Change::new("calendar_feed", id.0, what)]).await?;
    Ok(token)
}

/// Ends the subscription of the writer's account; `false` if there was none.
pub async fn end<P: Writes>(writer: &Writer<P>) -> Result<bool> {
    let account = writer.access().actor().account();
    let Some(feed) = feed_store::of(writer, account).await? else {
        return Ok(false);
    };
    feed_store::revoke(writer, account).await?;
    let ended = Change::new("calendar_feed", feed.id.0, "Kalenderabo beendet");
    history::record(writer, vec![ended]).await?;
    Ok(true)
}

/// Whose dates an address opens: nobody's if it is unknown, was ended, or its account is not open any more.
pub async fn holder(
    store: &Store,
    token: &str,
    now: Instant,
    request: RequestRef,
) -> Result<Option<Arc<Actor>>> {
    let hash = sha256(token.as_bytes());
    let reader = store.read(system_access::<Identify>(
        "Kalenderabo",
        now,
        request.clone(),
    ));
    let Some(row) = feed_store::by_hash(&reader, &hash).await? else {
        return Ok(None);
    };
    let today = berlin_today(now);
    if !row.account.open(today) || row.epoch != row.account.session_epoch {
        return Ok(None);
    }
    if row
        .used_at
        .is_none_or(|last| now.since(last) >= TOUCH_EVERY)
    {
        match store
            .write(system_access::<SignIn>("Kalenderabo", now, request))
            .await
        {
            Ok(writer) => {
                feed_store::touch(&writer, row.id, now).await?;
                writer.commit_quietly().await?;
            }
            // Nothing is written while the clock is behind; reading goes on.
            Err(StoreError::ClockBehind { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    actor_of(&reader, row.account, short(&hash), now).await
}
