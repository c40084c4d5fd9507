//! Four eyes as one thing (ASVS 5.0.0, 2.3.5): somebody asks, another person approves exactly that, and it is done once.
//! Offers [`request`], [`decide`], [`redeem`], [`usable`] and [`open_for`] to the rooms whose acts need a second person,
//! [`waiting_count`] to the to-do list, and the page `/vier-augen`.

pub mod pages;
pub mod rules;
mod service;
mod store;
mod views;

pub use rules::{Kind, Refusal};
pub use service::{Decision, Redeemed, Request, decide, redeem, request, usable};
pub use store::{Approval, find, open_for, waiting_count};
