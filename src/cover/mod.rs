//! Cover ("Vertretung"): which planned sessions have a trainer who cannot come, because a grant or a clearance ends
//! before, access was stopped, or the trainer is away; who could hold them instead; and putting somebody in. Offers
//! the start page its numbers ([`counts`]), the planner its refusal ([`publish_problems`], [`plan_problems`]),
//! the page of a group what is not covered ([`group_problems`]), and catch-up sessions the end of a cover
//! ([`keep_only`]).
//! Who holds a session is told by [`crate::groups::session_staff_sql`].

pub mod pages;
pub mod rules;
mod service;
pub(crate) mod store;
pub mod travel;
mod views;

pub use service::{Counts, counts, group_problems, keep_only, plan_problems, publish_problems};
pub(crate) use service::{Outcome as Put, put_in, versions};
pub(crate) use store::facts::{CERTIFICATE, facts as staff_known};
