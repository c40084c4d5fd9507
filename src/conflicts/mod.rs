//! Conflicts: what stands against planned dates. Offers the planner what stands against a plan ([`of_plan`]), a change
//! of dates ([`of_change`]) and a new member ([`of_person`]), whether a draft can be published ([`impossible`]), whether it may be saved all the same ([`judge`],
//! [`take_on`], [`panel`] for the page), and the register what else people have
//! ([`beside`]). The rule itself is [`rules`].

pub mod pages;
pub mod rules;
mod service;
pub(crate) mod store;
mod views;

pub(crate) use service::{
    Dated, Judged, Planned, REASON, Sent, beside, impossible, judge, of_change, of_person, of_plan,
    take_on,
};
pub(crate) use views::panel;
