//! The timetable: which courses are held where, when, by whom and with whom. Pure computation on the format
//! `akt-sched/1`: no database, no web, no clock and no randomness but what is passed in.
//!
//! [`instance`] reads and writes files; [`world`] is the compact model; [`rules`] holds every hard rule once,
//! [`measure`] the comparisons inside;
//! [`objective`] says what a plan is worth; [`search`] makes plans and repairs them; [`explain`] says why a wish
//! cannot be had and what comes near; [`propose`] offers a group five ways to be held; [`infeasible`] names what
//! makes a plan impossible; [`habit`] puts appointments that belong together at the same time of the week.

pub mod bookings;
pub mod explain;
pub mod habit;
pub mod infeasible;
pub mod instance;
pub mod measure;
pub mod objective;
pub mod placements;
pub mod propose;
pub mod rules;
pub mod search;
mod seating;
pub mod world;

#[cfg(test)]
mod tests;
