//! Consents ("Einwilligungen"): for one purpose each, from a day on, withdrawn with effect at once. Offers whether one
//! holds ([`holds`], for the actor [`holds_visibly`]), the conditions that carry a withdrawal into the queries of other rooms ([`counted`] for the
//! statistics, `link_stands` for clients who were made known), how many people the figures leave out
//! ([`left_out`]), and the record of a consent to be linked (`record_link`). The paper form is printed from here.

mod documents;
pub mod pages;
pub mod rules;
mod service;
mod store;
mod views;

pub use rules::Purpose;
pub(crate) use service::record_link;
pub use store::{counted, holds, holds_visibly, left_out};
pub(crate) use store::{holds_sql, link_of_part_stands, link_stands, unknown_again};
