//! People and where they are.
pub mod import;
pub mod pages;
