//! The start page, help, and the pages every public body must have.

pub mod pages;
mod views;
