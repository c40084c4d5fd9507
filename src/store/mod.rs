//! The only way to the database: open, units of work, paging, error mapping, optimistic lock, and the
//! writing of the audit log. The pools are private; rooms reach rows through a [`Reader`] or a
//! [`Writer`], which exist only with an [`Access`](crate::access::Access).
//!
//! Reaching the pool past the store does not compile:
//!
//! ```compile_fail,E0616
//! fn past(store: &geleit::store::Store) {
//!     let _ = &store.pools;
//! }
//! ```
//!
//! Writing with a read permission does not compile:
//!
//! ```compile_fail,E0277
//! use geleit::access::{Access, permissions::PersonRead};
//! async fn write(store: &geleit::store::Store, access: Access<PersonRead>) {
//!     let _ = store.write(access).await;
//! }
//! ```

mod clock;
mod error;
mod journal;
mod journal_store;
mod migrate;
mod open;
mod opening;
mod paging;
mod recording;
mod sql;
mod unit;

pub use clock::TOLERATED_SECONDS;
pub use error::StoreError;
pub use journal::Seen;
pub use journal_store::Verification;
pub use migrate::migrate;
pub use open::{Store, StoreOptions};
pub use opening::{BLOCKED_CODE, MANY_CODE};
pub use paging::{Cursor, Page};
pub use recording::Recording;
pub use sql::Sql;
pub use unit::{Reader, Rows, Writer};

/// Result of a store operation.
pub type Result<T> = std::result::Result<T, StoreError>;
