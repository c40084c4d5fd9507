//! External staff: access grants ("Zugangsfreigaben"). A grant is one object: revoke it
//! and the gate list, the planner's warnings and the data access change with the next request. Offers [`coverage`]
//! (until when staff may come) to the room that plans groups.

pub mod pages;
pub mod rules;
mod scope;
mod service;
mod store;
mod views;

pub use scope::grant_scope;
pub use service::coverage;
