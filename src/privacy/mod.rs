//! The protocol for data protection: who processed the data of a person, how often, and whether the log is whole.
//! Offers the names of operations in plain German (`operation`).

mod operations;
pub mod pages;
mod rules;
mod store;
mod views;

pub(crate) use operations::operation;
