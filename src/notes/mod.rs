//! Notes of the team that counsels in a case: off unless the organisation's coordination switches them on for a programme,
//! short, sealed with the organisation's own key. The keys are wrapped by a master key in a file of its own, outside the
//! database; whoever leaves the team, or loses the grant, reads none from that moment.
//!
//! Offers [`Keys`] (the file) and [`rotate`] (everything sealed anew) to the command line.

mod keys;
pub mod pages;
mod rotation;
mod store;
mod views;

pub use keys::{KeyFileProblem, Keys, create, prepare};
pub use rotation::{Rotated, rotate};

/// Most characters of a note: a few lines.
pub const LENGTH: usize = 500;
