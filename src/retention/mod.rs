//! Retention: how long what is kept ([`rules`]), what is due, erasure by two people, the proof that stays, and the ledger
//! outside the database that keeps a restored backup from bringing erased people back ([`ledger`]).
//!
//! Offers the periods ([`periods`]) to whoever deletes by them, [`mark_due`] and [`delete_short_lived`] to the jobs,
//! [`catch_up`] to the start of the program, and [`rules::tables`] to what must know each table's fate.

pub mod ledger;
pub mod pages;
pub mod rules;
mod service;
mod store;
mod views;

pub use service::{
    LedgerProblem, Marked, catch_up, delete_short_lived, erased_lately, level, mark_due, new_ledger,
};
pub use store::periods::{PeriodRow, periods};
