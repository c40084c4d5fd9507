//! Deletes what is kept for a short time only, by the table of periods: ended sessions, used form tokens, failed sign-ins,
//! drafts, contents of imports, ticks and guests of the gate, notes of ended cases, enquiries that came to nothing. Measures
//! the tables of the embedded database, which no server does by itself.

use super::operate;
use crate::access::permissions::Operate;
use crate::audit::{Entry, Verb};
use crate::base::time::{Instant, berlin_today};
use crate::retention::rules::Category;
use crate::retention::{self, PeriodRow};
use crate::store::{Result, Rows, Store, Writer};
use time::Duration;

/// How long proposed times of talks are kept after their day, whatever became of them: what was arranged is a talk of its own.
const OFFERS_KEPT: Duration = Duration::days(30);

pub(super) async fn run(store: &Store) -> Result<()> {
    if store.embedded() {
        store.refresh_statistics().await;
    }
    delete_short_lived(store).await?;
    Ok(())
}

async fn writer(store: &Store) -> Result<Writer<Operate>> {
    store.write(operate(store, "job fristen", None)).await
}

/// Commits with an entry of its own if anything went.
async fn finish(writer: Writer<Operate>, gone: u64, what: &'static str) -> Result<u64> {
    if gone == 0 {
        writer.abandon().await?;
    } else {
        writer.commit(Entry::new(Verb::Erase, what)).await?;
    }
    Ok(gone)
}

/// What happened before this is over; nothing is while a period is missing.
fn before(periods: &[PeriodRow], category: Category, now: Instant) -> Instant {
    periods
        .iter()
        .find(|row| row.category() == Some(category))
        .and_then(PeriodRow::period)
        .map_or(Instant::from_millis(i64::MIN / 2), |period| {
            period.instant_before(now)
        })
}

/// Deletes everything whose short period is over; says how many rows went.
///
/// # Errors
/// If the database does not answer; what was done before that stays done.
pub async fn delete_short_lived(store: &Store) -> Result<u64> {
    let first = writer(store).await?;
    let now = first.now();
    let periods = retention::periods(&first).await?;
    let over = |category| before(&periods, category, now);
    // Sessions and tokens are nobody's in a programme: no entry.
    let mut gone =
        crate::accounts::housekeeping(&first, over(Category::Session), over(Category::FormToken))
            .await?;
    first.commit_quietly().await?;

    let drafts = writer(store).await?;
    let number = crate::casework::purge_drafts(&drafts, over(Category::Draft)).await?;
    gone += finish(drafts, number, "entwuerfe von anfragen").await?;

    let offers = writer(store).await?;
    let today = berlin_today(offers.now());
    let number = crate::casework::purge_offers(&offers, today - OFFERS_KEPT).await?;
    gone += finish(offers, number, "vorgeschlagene gespraechstermine").await?;

    // Lists hold personal data: deleting them is an entry of its own.
    let lists = writer(store).await?;
    let number = crate::people::purge_imports(&lists, over(Category::Import)).await?;
    gone += finish(lists, number, "eingelesene listen").await?;

    gone += purge_gate(store).await?;

    let cases = writer(store).await?;
    let (notes, enquiries) = retention::delete_short_lived(&cases).await?;
    gone += finish(
        cases,
        notes + enquiries,
        "notizen beendeter faelle, erledigte anfragen, gruende von zugriffen",
    )
    .await?;
    if notes + enquiries > 0 {
        store.scrub().await;
    }
    Ok(gone)
}

/// Deletes entry and exit ticks, guests of family days and marks of changes after their periods; says how many rows went.
///
/// # Errors
/// If the database does not answer; nothing is deleted then.
pub async fn purge_gate(store: &Store) -> Result<u64> {
    let gate = writer(store).await?;
    let (now, today) = (gate.now(), berlin_today(gate.now()));
    let periods = retention::periods(&gate).await?;
    let first_kept = |category: Category| {
        periods
            .iter()
            .find(|row| row.category() == Some(category))
            .and_then(PeriodRow::period)
            .and_then(|period| period.began_by(today).next_day())
            .unwrap_or(time::Date::MIN)
    };
    let gone = crate::gate::purge(
        &gate,
        before(&periods, Category::GateTick, now),
        first_kept(Category::FamilyGuest),
        first_kept(Category::GateChange),
    )
    .await?;
    finish(gate, gone, "pforte: vermerke und gäste").await
}
