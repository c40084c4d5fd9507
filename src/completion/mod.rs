//! How participations in groups end: completion as a trainer confirms it, the certificate with its authenticity code,
//! and the statement of attendance for the conference on the sentence plan. What counts is decided by the module
//! passport ([`crate::groups::rules::passport`]). Offers the demo what it shows.

mod documents;
pub mod pages;
pub mod rules;
pub(crate) mod service;
pub(crate) mod store;
mod views;
