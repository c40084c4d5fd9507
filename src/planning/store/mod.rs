//! Queries of planning: what is known of houses, staff and people ([`facts`]), and stored plans ([`plans`]).

pub(crate) mod facts;
pub(crate) mod plans;
