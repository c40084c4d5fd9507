//! A clock that was set back. Sessions, grants and setup codes go by the clock: an hour back would open again what has
//! ended. The highest time that was ever seen is kept in the database, and while the clock is more than
//! [`TOLERATED_SECONDS`] behind it nothing is written and nobody signs in.

use std::sync::Mutex;

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, FromQueryResult};

use super::open::Store;
use super::sql::Sql;
use super::unit::{begin, stamp};
use super::{Result, Seen, StoreError};
use crate::access::{Access, SystemPermission};
use crate::audit::Entry;
use crate::base::time::Instant;

/// How far the clock may be behind the highest time seen: what time services correct without a word.
pub const TOLERATED_SECONDS: i64 = 120;
/// The highest time is written down at most this often, and that of other instances is looked up as often: one
/// statement each, by the primary key.
const EVERY_SECONDS: i64 = 10;

/// What this process knows. An operator who accepts the clock begins a new generation, which outweighs every time of
/// the one before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Highest {
    generation: i64,
    millis: i64,
}

impl Highest {
    /// Sorts as text as it does as a value.
    fn text(self) -> String {
        format!("{:08}.{:020}", self.generation, self.millis)
    }

    fn parse(text: &str) -> Option<Self> {
        let (generation, millis) = text.split_once('.')?;
        Some(Self {
            generation: generation.parse().ok()?,
            millis: millis.parse().ok()?,
        })
    }

    /// Whether a clock that shows this is too far behind.
    fn refuses(self, now: Instant) -> bool {
        self.millis.saturating_sub(now.millis()) > TOLERATED_SECONDS * 1_000
    }
}

#[derive(Debug, Default)]
struct Known {
    highest: Highest,
    /// What the database is known to hold.
    stored: Highest,
    /// When it was last looked up.
    looked: Option<Instant>,
}

#[derive(Debug, Default)]
pub(super) struct HighWater(Mutex<Known>);

#[derive(FromQueryResult)]
struct ValueRow {
    value: String,
}

async fn stored(transaction: &DatabaseTransaction) -> Result<Highest> {
    let sql = Sql::new("select value from installation where name = 'clock'");
    let row = ValueRow::find_by_statement(sql.statement(transaction.get_database_backend()))
        .one(transaction)
        .await?;
    Ok(row
        .and_then(|row| Highest::parse(&row.value))
        .unwrap_or_default())
}

/// On a server, another writer may hold the row until its long transaction ends; what it writes down is as good, so
/// nobody waits for it.
async fn free(transaction: &DatabaseTransaction) -> Result<bool> {
    let backend = transaction.get_database_backend();
    if backend != DbBackend::Postgres {
        return Ok(true);
    }
    let there = Sql::new("select value from installation where name = 'clock'");
    let held =
        Sql::new("select value from installation where name = 'clock' for update skip locked");
    Ok(transaction
        .query_one_raw(there.statement(backend))
        .await?
        .is_none()
        || transaction
            .query_one_raw(held.statement(backend))
            .await?
            .is_some())
}

async fn keep(transaction: &DatabaseTransaction, highest: Highest) -> Result<()> {
    let sql = Sql::new(
        "insert into installation (name, value) values ('clock', ?) on conflict (name) do update \
         set value = excluded.value where installation.value < excluded.value",
    )
    .bind(highest.text());
    transaction
        .execute_raw(sql.statement(transaction.get_database_backend()))
        .await?;
    Ok(())
}

impl HighWater {
    fn with<T>(&self, act: impl FnOnce(&mut Known) -> T) -> T {
        // What a panicking thread left is still a time that was seen.
        act(&mut self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    /// At the beginning of a writing transaction: refuses it while the clock is behind.
    pub(super) async fn check(
        &self,
        transaction: &DatabaseTransaction,
        now: Instant,
    ) -> Result<()> {
        let look = self.with(|known| {
            known.highest.refuses(now)
                || known
                    .looked
                    .is_none_or(|looked| now.since(looked).abs() >= EVERY_SECONDS * 1_000)
        });
        if look {
            let stored = stored(transaction).await?;
            self.with(|known| {
                known.stored = stored;
                known.looked = Some(now);
                known.highest = known.highest.max(stored);
            });
        }
        let (refused, write) = self.with(|known| {
            if known.highest.refuses(now) {
                return (Some(known.highest), None);
            }
            known.highest.millis = known.highest.millis.max(now.millis());
            let ahead = known.highest.millis.saturating_sub(known.stored.millis);
            let write = ahead >= EVERY_SECONDS * 1_000;
            if write {
                known.stored = known.highest;
            }
            (None, write.then_some(known.highest))
        });
        if let Some(highest) = refused {
            return Err(StoreError::ClockBehind {
                highest: Instant::from_millis(highest.millis),
                now,
            });
        }
        match write {
            Some(highest) if free(transaction).await? => keep(transaction, highest).await,
            _ => Ok(()),
        }
    }
}

impl Store {
    /// The highest time seen and what the clock shows now.
    pub async fn clock_state(&self) -> Result<(Instant, Instant)> {
        let transaction = begin(&self.pools.write).await?;
        let highest = stored(&transaction).await?;
        transaction.rollback().await?;
        Ok((Instant::from_millis(highest.millis), self.clock().now()))
    }

    /// An operator says that the clock is right now and was wrong before: the highest time seen begins anew, on every
    /// instance. With its audit entry.
    pub async fn accept_clock<P: SystemPermission>(
        &self,
        access: Access<P>,
        entry: Entry,
    ) -> Result<Seen> {
        let transaction = begin(&self.pools.write).await?;
        let before = stored(&transaction).await?;
        let highest = Highest {
            generation: before.generation.saturating_add(1),
            millis: self.clock().now().millis(),
        };
        keep(&transaction, highest).await?;
        let seen = self
            .journal
            .commit(transaction, [(stamp(&access), entry)])
            .await?;
        self.time.with(|known| {
            known.highest = highest;
            known.stored = highest;
        });
        Ok(seen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_sorts_like_the_value_and_reads_back() {
        let values = [(0, 5), (0, 1_790_000_000_000), (1, 7), (12, 0)];
        let texts: Vec<String> = values
            .iter()
            .map(|(generation, millis)| {
                let value = Highest {
                    generation: *generation,
                    millis: *millis,
                };
                assert_eq!(Highest::parse(&value.text()), Some(value));
                value.text()
            })
            .collect();
        assert!(texts.is_sorted());
    }

    #[test]
    fn two_minutes_are_tolerated() {
        let highest = Highest {
            generation: 0,
            millis: 1_000_000,
        };
        assert!(!highest.refuses(Instant::from_millis(1_000_000 - 120_000)));
        assert!(highest.refuses(Instant::from_millis(1_000_000 - 120_001)));
        assert!(!highest.refuses(Instant::from_millis(2_000_000)));
    }
}
