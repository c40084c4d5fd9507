//! Two records of one person are put together, and taken apart again: a decision for every table with a person
//! ([`rules::TABLES`]), one pure rule that says what the rows become ([`rules::combine`]), every changed row kept as it
//! was, so that undoing restores it. The audit log and the histories are never rewritten. Offers where a record went
//! (`merged_into`) and the condition on the histories of a person with its former records (`histories_of`).

pub mod pages;
pub mod rules;
mod service;
mod store;
mod views;

pub(crate) use store::{histories_of, merged_into};
