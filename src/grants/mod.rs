//! External staff: access grants ("Zugangsfreigaben"). A grant is one object: revoke it
//! and the gate list, the planner's warnings and the data access change with the next request. Offers
//! [`suspend_for_clearance`] to the room that withdraws clearances, and the quarterly confirmation to its job and the
//! start page.

pub mod pages;
pub mod rules;
mod scope;
mod service;
mod store;
mod views;

pub use scope::{Responsibility, grant_scope, responsibility};
pub use service::confirmation::{open_confirmations, suspend_unconfirmed, waiting};
pub use service::decisions::suspend_for_clearance;
pub use service::staff_left;
