//! Training groups.
pub mod pages;
pub mod series;
