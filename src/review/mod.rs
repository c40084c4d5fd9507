//! What somebody must look at ("Vorgang zur Prüfung"): raised by other rooms with [`raise`] in the unit of work that
//! causes it, listed by age, answered with a reason by a choice that does what it says. Changes of placement say
//! [`moved`] (what becomes of groups, talks, hand-over) and [`transferred`] (where organisations have no grant); an officer
//! who becomes responsible says [`charge_changed`]; an offered hand-over says [`hand_over_offered`]. The to-do list uses [`open_items_count`].

mod answer;
pub mod pages;
pub mod rules;
mod service;
mod store;
mod views;

pub use answer::hand_over_offered;
pub use rules::Kind;
pub use rules::events::Event;
pub use service::{Arrival, Charged, Moved, Raise, charge_changed, moved, raise, transferred};
pub use store::open_items_count;
