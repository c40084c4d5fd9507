//! Deletes what is only needed for hours: ended sessions, used form tokens, throttles, contents of imports.

use super::operate;
use crate::store::{Result, Rows, Store};

pub(super) async fn run(store: &Store) -> Result<()> {
    let writer = store
        .write(operate(store, "job housekeeping", None))
        .await?;
    crate::accounts::housekeeping(&writer).await?;
    crate::people::purge_imports(&writer, writer.now().plus_seconds(-24 * 3600)).await?;
    writer.commit_quietly().await
}
