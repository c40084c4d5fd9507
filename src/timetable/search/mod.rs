//! Making plans: a constructive start, then simulated annealing with steps that push others out, on two threads.
//! Deterministic for a seed when the effort is counted in steps.

mod anneal;
mod blockers;
mod catalogue;
mod moves;
mod people;
mod random;
mod repair;
mod state;

pub use anneal::{Effort, Found, Settings, plan};
pub(super) use blockers::blockers;
pub use catalogue::{Catalogue, Choices};
pub use random::Random;
pub use repair::repair;
