//! Cases: the way of a client through a programme, from the enquiry to after-care, with participations and counselling
//! sessions. Offers what of them an actor may see ([`enrolment_condition`], `not_confidential`), the participations of a
//! person ([`enrolments_of`]), a probation officer's clients with their last talk ([`clients`]), the one way in which
//! participations come about (`take_part`), the code lists
//! ([`AccessRoute`], [`EnrolmentOutcome`], [`SessionForm`], [`SessionOutcome`]) and the rules of a participation's days
//! ([`rules::Life`]) and of a case's states ([`rules::course`]).

pub mod codes;
pub mod pages;
pub mod rules;
mod scope;
mod service;
mod store;
mod views;

pub use codes::{AccessRoute, EnrolmentOutcome, SessionForm, SessionOutcome};
pub(crate) use rules::CONFIDENTIAL_PROVIDER;
pub use scope::enrolment_condition;
pub(crate) use scope::{not_confidential, open_to, talk_condition};
pub(crate) use service::begin::{NotBegun, enrol_with_lead};
pub(crate) use service::end::{end_after_move, reopen_after_recall};
pub(crate) use store::deadlines::{
    DueLine, LINES as DUE_LINES, due_count, due_lines, waiting_count,
};
pub(crate) use store::drafts::purge_drafts;
pub(crate) use store::hold;
pub(crate) use store::offers::{
    OfferSum, booked_talks, cadence_cases, drop_offers, hand_on, keep_offers, offer_sums,
    offers_count, planned_days, purge_offers,
};
pub(crate) use store::participation::take_part;
pub(crate) use store::plans::{RunningCase, planned_talks, running_cases, to_record_count};
pub(crate) use store::team::{TeamCase, hold_team_case, team_case};
pub(crate) use store::write::case_goes_on;
pub use store::{CLIENTS, ClientLine, EnrolmentLine, clients, enrolments_of};
pub(crate) use views::deadlines::due_tag;
