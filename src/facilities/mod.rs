//! Facilities, rooms, closures, and the reference data of programmes and providers. Offers choices for forms
//! ([`account_choices`], [`facilities`], [`rooms`], [`programmes`]), the closures of a facility, and
//! [`load_reference`], which fills an empty database from `fixtures/`.

pub mod pages;
mod reference;
pub(crate) mod store;
mod views;

pub use reference::{ReferenceProblem, load_reference};
pub use store::{
    AccountChoices, Closure, FacilityLine, ProgrammeLine, RoomLine, StaffLine, account_choices,
    closures, facilities, facility, facility_by_code, programme_by_code, programmes, rooms,
    staff_of_provider,
};
pub(crate) use store::{close, closed_days};
