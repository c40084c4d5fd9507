//! Hand-overs ("Übergaben") of a person's participations: prison to prison, prison to probation service. Offered with a
//! frozen summary of facts, accepted by one, declined with a reason, expired or revoked (one machine, `rules`). The
//! participation goes along and is never made anew: a person counts once. Offers what is to be done by whom until when
//! ([`open_for`]), and to the rooms that move people `follow` (participations go to where the person is) and
//! `consent_withdrawn`; the job is `tidy`, and made-up data choose among `members`.

pub mod pages;
pub mod rules;
mod service;
mod store;
mod views;

pub(crate) use service::{consent_withdrawn, follow, tidy};
pub(crate) use store::offer::members;
pub use store::todo::{Todo, open_for};
