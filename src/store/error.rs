//! One mapping of database errors for both databases.

use crate::base::time::Instant;
use sea_orm::{DbErr, RuntimeErr, SqlErr, sqlx};

/// Why the store could not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A row with this key is there already; carries the index or columns as the database names them.
    #[error("duplicate: {0}")]
    Duplicate(String),
    /// A rule of the schema (check, reference, not null) forbids it.
    #[error("constraint: {0}")]
    Constraint(String),
    /// Someone else changed the row since it was read.
    #[error("the row was changed meanwhile")]
    Changed,
    /// The schema is not the one this program knows.
    #[error("{0}")]
    Schema(String),
    /// The audit log cannot be written; so nothing may be shown or changed.
    #[error("the audit log cannot be written")]
    NoAudit,
    /// The clock is far behind the highest time that was seen: nothing is written.
    #[error(
        "Die Uhr des Servers geht nach: Sie zeigt {now}, gesehen wurde schon {highest}. Bitte die Uhr stellen. Ist sie richtig und ging vorher vor, hilft „geleit clock accept“.",
        now = now.to_rfc3339(), highest = highest.to_rfc3339()
    )]
    ClockBehind {
        /// The highest time seen.
        highest: Instant,
        /// What the clock shows.
        now: Instant,
    },
    /// The person is not assigned to whoever opens them, and no purpose was stated.
    #[error("no purpose was stated for this person")]
    PurposeNeeded(crate::base::ids::PersonId),
    /// Unusually many people were opened within an hour: goes on with a reason.
    #[error("no purpose was stated for opening many people")]
    ManyOpened,
    /// Too many people were opened within an hour.
    #[error("too many people were opened within an hour")]
    TooManyOpened,
    /// Others held what was needed for too long; nothing was stored, and the next try may succeed.
    #[error("too much at once: {0}")]
    Busy(String),
    /// The database does not answer.
    #[error("database: {0}")]
    Unavailable(String),
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(what)) => return StoreError::Duplicate(what),
            Some(SqlErr::ForeignKeyConstraintViolation(what)) => {
                return StoreError::Constraint(what);
            }
            _ => {}
        }
        // sea-orm does not know checks and `not null`; the drivers' codes do (SQLite 275, 1299;
        // PostgreSQL 23514, 23502). Waited too long for a lock, or each for the other: PostgreSQL 55P03, 40P01.
        if let DbErr::Exec(RuntimeErr::SqlxError(cause))
        | DbErr::Query(RuntimeErr::SqlxError(cause)) = &error
            && let sqlx::Error::Database(database) = cause.as_ref()
        {
            let message = || database.message().to_owned();
            match database.code().as_deref() {
                Some("275" | "1299" | "23514" | "23502") => {
                    return StoreError::Constraint(message());
                }
                Some("55P03" | "40P01") => return StoreError::Busy(message()),
                _ => {}
            }
        }
        StoreError::Unavailable(error.to_string())
    }
}

impl StoreError {
    /// Whether a unique index of this name (or over this column) refused.
    pub fn duplicates(&self, index: &str) -> bool {
        matches!(self, StoreError::Duplicate(what) if what.contains(index))
    }
}
