//! Figures for KORA: measures, disclosure control, releases.

pub mod attacker;
pub mod cube;
pub mod disclosure;
pub mod file;
pub mod pages;
