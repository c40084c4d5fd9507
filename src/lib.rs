//! Geleit: programme management for prevention in prison and probation.
#![forbid(unsafe_code)]

pub mod access;
pub mod audit;
pub mod base;
pub mod schema;
pub mod store;
