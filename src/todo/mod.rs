//! What is to do ("Aufgaben"), put together from other rooms: each gives a count as a part of one statement, and has the
//! page on which the same things stand as a list. Offers [`open`] to the start page.
//!
//! A further source is one line in `store.rs`.

pub mod pages;
mod store;
mod views;

pub use store::{Task, open};
