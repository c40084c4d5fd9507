//! Geleit: programme management for prevention in prison and probation.
//!
//! The map of the house: `docs/ARCHITECTURE.md`. Imports go one way, from the top of this list to its end:
//! [`base`], [`timetable`], [`audit`], [`access`], [`schema`], [`store`], [`history`], [`paper`]; then the rooms
//! ([`accounts`], [`approvals`], [`facilities`], [`people`], [`providers`], [`grants`], [`gate`], [`groups`], [`planning`], [`waiting`],
//! [`casework`], [`handover`], [`consent`], [`merge`], [`calendar`], [`cover`], [`review`], [`worklog`], [`notes`], [`mod@todo`], [`statistics`], [`privacy`], [`subject_report`], [`log_keeping`], [`purpose`], [`emergency`], [`start`]) beside the frame [`web`];
//! then [`server`] and [`jobs`], [`demo`], [`cli`].
#![forbid(unsafe_code)]
#![warn(missing_docs)]
#![cfg_attr(
    not(test),
    warn(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::string_slice
    )
)]

pub mod access;
pub mod accounts;
pub mod approvals;
pub mod audit;
pub mod base;
pub mod calendar;
pub mod casework;
pub mod cli;
pub mod completion;
pub mod conflicts;
pub mod consent;
pub mod cover;
pub mod demo;
pub mod emergency;
pub mod facilities;
pub mod gate;
pub mod grants;
pub mod groups;
pub mod handover;
pub mod history;
pub mod jobs;
pub mod log_keeping;
pub mod merge;
pub mod notes;
pub mod paper;
pub mod people;
pub mod planning;
pub mod privacy;
pub mod providers;
pub mod purpose;
pub mod restriction;
pub mod retention;
pub mod review;
pub mod schema;
pub mod server;
pub mod stand_in;
pub mod start;
pub mod statistics;
pub mod store;
pub mod subject_report;
pub mod timetable;
pub mod todo;
pub mod waiting;
pub mod web;
pub mod worklog;
