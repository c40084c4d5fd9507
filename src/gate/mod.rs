//! The gate: who is expected at a facility on a day, derived from sessions, trainers and valid grants, from announced
//! visits and from the approved guests of family days; and what may be brought along. It never knows an inmate, nor
//! what a group is about.
//!
//! Offers [`note_change`] to rooms that change sessions, visits or grants (the change is marked on the list with its
//! time), [`kept_out`] (why somebody may not come), `announced` and `family` (which visits and family days an actor may see), [`waiting`] (what waits for the access officer), and to jobs [`sheets`] (the PDF of the day) and [`purge`].

pub mod pages;
pub mod rules;
mod scope;
mod service;
pub(crate) mod sheet;
pub(crate) mod store;
mod views;

pub(crate) use scope::{announced, family};
pub use service::list::{note_change, note_changes, note_session, purge, waiting};
pub use service::visits::kept_out;
pub use sheet::{Expected, file_name, folder_name, sheets};
pub(crate) use store::choices::hold;
pub(crate) use store::list::SOMEWHERE;
