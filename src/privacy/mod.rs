//! The protocol for data protection: who processed the data of a person, how often, and whether the log is whole.
//! Offers [`blocked_count`] to the to-do list and the names of operations in plain German (`operation`).

mod documents;
mod operations;
pub mod pages;
mod rules;
mod store;
mod views;

use crate::store::{Rows, Sql};
pub(crate) use operations::operation;

/// How often somebody was blocked in the last seven days for opening too many people, as a value in a statement.
pub fn blocked_count<R: Rows>(rows: &R) -> Sql {
    let today = crate::base::time::berlin_today(rows.now());
    store::log::blocked_count(today - time::Duration::days(7))
}
