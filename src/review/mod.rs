//! What somebody must look at ("Vorgang zur Prüfung"): raised by other rooms with [`raise`] in the unit of work that
//! causes it, listed by age, closed with a reason. Transfers use [`transferred`]; the to-do list [`open_items_count`].

pub mod pages;
pub mod rules;
mod service;
mod store;
mod views;

pub use rules::Kind;
pub use service::{Arrival, Raise, raise, transferred};
pub use store::open_items_count;
