//! People and where they are: master data, numbers, placements, absences, responsibilities, import. Offers the one
//! scope of people ([`scope_condition`]), single read ([`find`]), search within the scope ([`search`]), what
//! other rooms show of a person ([`PersonHead`]), recording many people at once ([`insert_people`]), and taking over
//! lists ([`import_service`]).

mod charge;
pub mod import;
pub mod import_service;
pub mod pages;
pub mod rules;
mod scope;
mod service;
pub(crate) mod store;
mod views;

pub(crate) use charge::{end_charge, give_back, take_charge};
pub use rules::{NumberKind, PlacementKind};
pub(crate) use scope::facility_people;
pub use scope::{HANDOVER_DAYS, granted, scope_condition, unrestricted};
pub use store::imports::purge_imports;
pub use store::write::{NewPerson, insert_people};
pub use store::{PersonHead, find, search};
pub(crate) use store::{number_sql, search_condition};
