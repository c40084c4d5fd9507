//! Enrolments and counselling sessions.

pub mod pages;
