//! People and where they are: master data, numbers, placements, absences, responsibilities, import. Offers the one
//! scope of people ([`scope_condition`]), single read ([`find`]), search within the scope ([`search`]) and what
//! other rooms show of a person ([`PersonHead`]).

pub mod import;
pub mod pages;
mod scope;
pub(crate) mod store;

pub use scope::{HANDOVER_DAYS, granted, scope_condition};
pub use store::{PersonHead, find, search};
