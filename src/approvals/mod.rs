//! Four eyes as one thing (ASVS 5.0.0, 2.3.5): somebody asks, another person approves exactly that, and it is done once.
//! Offers [`request`], [`decide`], [`redeem`], [`used_before`], and [`usable`] to the rooms whose acts need a second person,
//! [`waiting_count`] and [`usable_count`] to the to-do list, and the page `/vier-augen`.

pub mod pages;
pub mod rules;
mod service;
mod store;
mod views;

pub use rules::{Kind, Refusal};
pub use service::{Decision, Redeemed, Request, decide, redeem, request, usable, used_before};
pub use store::{Approval, find, usable_count, waiting_count};
