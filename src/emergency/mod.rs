//! Emergency access ("Notfallzugriff"): half an hour of reading the master data of one person outside the own scope, with a
//! reason and the second factor, reviewed by somebody else within three working days. Offers [`to_review_count`] and
//! [`overdue_count`] to the to-do list.

pub mod pages;
pub mod rules;
mod service;
mod store;
mod views;

pub use store::{overdue_count, to_review_count};
