//! Conflicts: what stands against planned dates. Offers the planner what stands against a plan, a change of dates, a
//! catch-up session and a new member, whether a draft can be published, and whether it may be saved all the same with the reason that was
//! given; and the register what else people have. The rule itself is [`rules`].

pub mod pages;
pub mod rules;
mod service;
pub(crate) mod store;
mod views;

pub(crate) use service::{
    Dated, Judged, Planned, REASON, Sent, beside, impossible, judge, known_of_house, mark,
    of_catch_up, of_change, of_person, of_plan, take_on,
};
pub(crate) use views::panel;
