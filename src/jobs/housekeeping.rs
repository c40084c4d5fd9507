//! Deletes what is only needed for hours: ended sessions, used form tokens, throttles, contents of imports; and
//! measures the tables of the embedded database, which no server does by itself.

use super::operate;
use crate::audit::{Entry, Verb};
use crate::store::{Result, Rows, Store};

pub(super) async fn run(store: &Store) -> Result<()> {
    if store.embedded() {
        store.refresh_statistics().await;
    }
    let access = || operate(store, "job housekeeping", None);
    let writer = store.write(access()).await?;
    crate::accounts::housekeeping(&writer).await?;
    writer.commit_quietly().await?;
    // Drafts of referrals nobody came back to.
    let writer = store.write(access()).await?;
    let before = writer.now().plus_seconds(-14 * 24 * 3600);
    if crate::casework::purge_drafts(&writer, before).await? == 0 {
        writer.abandon().await?;
    } else {
        writer
            .commit(Entry::new(Verb::Erase, "entwuerfe von anfragen"))
            .await?;
    }
    // Lists hold personal data: deleting them is an entry of its own.
    let writer = store.write(access()).await?;
    let before = writer.now().plus_seconds(-24 * 3600);
    if crate::people::purge_imports(&writer, before).await? == 0 {
        return writer.abandon().await;
    }
    writer
        .commit(Entry::new(Verb::Erase, "eingelesene listen"))
        .await?;
    Ok(())
}
