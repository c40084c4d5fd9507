//! Conflicts: what stands against planned dates. Offers the planner what stands against a plan, a change of dates, a
//! catch-up session, a new member and a talk (with the nearest times that are free), whether a draft can be published, and whether it may be saved all the same with the reason that was
//! given; and the register what else people have. The rule itself is [`rules`].

pub mod pages;
pub mod rules;
mod service;
pub(crate) mod store;
mod talks;
mod views;

pub(crate) use pages::{judged, sent};
pub(crate) use service::{
    Dated, Judged, Planned, Sent, beside, impossible, judge, known_of_house, mark, of_catch_up,
    of_change, of_person, of_plan, take_on,
};
pub(crate) use talks::{Against, Talk, of_talk};
pub(crate) use views::panel;
