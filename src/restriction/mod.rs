//! Restriction of a person's record ("Einschränkung"): out of lists, counts, search, calendar and figures from the same
//! second on, by the one scope of people. Readable in the single case, with a reason. Offers how many people the figures
//! leave out ([`left_out`]), restricting many at once (`restrict_all`) and lifting (`lift_all`) to the periods of
//! retention. What keeps a record from being erased ("Löschsperre") is kept on the same page.

pub mod pages;
pub mod rules;
mod store;
mod views;

pub use store::left_out;
pub(crate) use store::{lift_all, restrict_all};
