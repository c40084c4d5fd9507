//! The report to a data subject ("Auskunft"): everything that is stored about a person, read by the classes of the
//! columns, with recipients and with what is withheld and why; the register of requests with their last day; the answer
//! as PDF and as JSON. What is told of which table is decided in [`rules`]. Offers nothing to other rooms.

mod documents;
pub mod pages;
pub mod rules;
pub(crate) mod service;
pub(crate) mod store;
mod views;
