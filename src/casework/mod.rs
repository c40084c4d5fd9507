//! Participations and counselling sessions. Offers the one condition on participations ([`enrolment_condition`]),
//! the participations of a person as the actor may see them ([`enrolments_of`]), a probation officer's clients with
//! their last talk ([`clients`]), the code lists ([`AccessRoute`], [`EndReason`], [`EnrolmentOutcome`],
//! [`SessionForm`], [`SessionOutcome`]) and the rules of a participation's days ([`rules::Life`]).

pub mod codes;
pub mod pages;
pub mod rules;
mod service;
mod store;
mod views;

pub use codes::{AccessRoute, EndReason, EnrolmentOutcome, SessionForm, SessionOutcome};
pub(crate) use rules::CONFIDENTIAL_PROVIDER;
pub(crate) use service::{NotBegun, enrol_with_lead};
pub use store::{CLIENTS, ClientLine, EnrolmentLine, clients, enrolment_condition, enrolments_of};
pub(crate) use store::{hold, talk_condition};
