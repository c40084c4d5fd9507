//! External staff: access grants ("Zugangsfreigaben"). A grant is one object: revoke it
//! and the gate list, the planner's warnings and the data access change with the next request. Offers [`coverage`]
//! (until when staff may come) to the room that plans groups, [`suspend_for_clearance`] to the one that withdraws
//! clearances, and the quarterly confirmation to its job and the start page.

pub mod pages;
pub mod rules;
mod scope;
mod service;
mod store;
mod views;

pub use scope::{Responsibility, grant_scope, responsibility};
pub use service::confirmation::{open_confirmations, suspend_unconfirmed, waiting};
pub use service::coverage;
pub use service::decisions::suspend_for_clearance;
