//! Geleit: programme management for prevention in prison and probation.
#![forbid(unsafe_code)]

pub mod access;
pub mod accounts;
pub mod audit;
pub mod base;
pub mod casework;
pub mod cli;
pub mod demo;
pub mod facilities;
pub mod groups;
pub mod history;
pub mod jobs;
pub mod people;
pub mod privacy;
pub mod providers;
pub mod schema;
pub mod server;
pub mod start;
pub mod statistics;
pub mod store;
pub mod web;
