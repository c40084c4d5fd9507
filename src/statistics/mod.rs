//! Figures for KORA: measures, disclosure control, releases.
//!
//! The way of a release: `service::prepare` counts a finished quarter, protects the table and stores nothing but the
//! protected file; a second person looks at that file and publishes it, bound to its checksum; KORA reads published
//! files only. Unprotected figures live in memory for the length of one call and are never written anywhere.
//!
//! Offers others [`export_kora`], the bytes of a published release, and [`ExportProblem`].

pub mod attacker;
pub mod chart;
pub mod cube;
pub mod disclosure;
pub mod file;
pub mod pages;
mod rules;
pub(crate) mod service;
pub(crate) mod store;
mod views;

pub use service::{ExportProblem, export_kora};
