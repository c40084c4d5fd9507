//! Lets offers of hand-overs expire after their last day, and participations go to where their person is by now.

use super::automatic;
use crate::audit::{Entry, Level, Verb};
use crate::store::{Result, Store};

/// Runs it once; how many people it concerned.
///
/// # Errors
/// If the store cannot.
pub async fn tidy_hand_overs(store: &Store) -> Result<usize> {
    let writer = store.write(automatic(store, "job uebergaben")).await?;
    let people = crate::handover::tidy(&writer).await?;
    if people.is_empty() {
        writer.abandon().await?;
        return Ok(0);
    }
    let entry = Entry::new(Verb::Change, "uebergaben nachgefuehrt")
        .about_all(people.iter().copied(), Level::Case);
    writer.commit(entry).await?;
    Ok(people.len())
}
