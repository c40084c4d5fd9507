//! Organisations as dated data, the external staff they keep themselves, and clearances ("Überprüfungen") of that staff
//! by the facilities. Offers [`Restrictions`] (what a clearance forbids), [`staff_facts`] (what planners need to know), and [`clearances_to_do`] with [`warning`] for the
//! start page.

pub mod pages;
pub mod rules;
mod scope;
mod service;
mod store;
mod views;

pub use rules::clearance::{Restrictions, Urgency, warning};
pub use rules::{Language, Qualification, StaffRole};
pub(crate) use service::staff::keep_absence;
pub use store::clearance::{ClearanceLine, clearances_to_do};
pub use store::facts::{AbsenceFact, QualificationFact, StaffFacts, staff_facts};
