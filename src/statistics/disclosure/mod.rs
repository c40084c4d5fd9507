//! Disclosure control: which figures may be published.

mod attack;
mod certify;
mod master;
mod problem;
mod protect;
mod published;
mod rule;
mod search;
mod simplex;
mod system;

pub use problem::*;
pub use protect::*;
pub use published::*;
pub use rule::*;
