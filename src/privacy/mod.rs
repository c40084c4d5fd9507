//! The protocol for data protection: who processed the data of a person, how often, and whether the log is whole.
//! Offers nothing to other rooms.

mod operations;
pub mod pages;
mod rules;
mod store;
mod views;
