//! The start page (what is to do today, for each role), help, and the pages every public body must have.

pub mod pages;
mod store;
mod views;
