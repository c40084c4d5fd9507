//! Accounts, sign-in with two factors, sessions. Offers: [`identify`] (who sent this request), [`once`] (a form
//! sent twice acts once), [`confirmed`] (the second factor once more), [`Passwords`], [`create`]/[`reset`]/[`disable`] for
//! administration and command line, and the routes of sign-in, own account and account administration, [`feeds`] (the
//! secret address of an account's calendar).

mod administration;
pub mod feeds;
mod holder;
mod lead;
pub mod pages;
pub mod passwords;
pub mod rules;
mod service;
mod store;
pub mod views;

pub use administration::{
    AccountProblem, SetupCode, create, disable, enable, find_by_login, reset, staff_left,
};
pub(crate) use administration::{create_ready, second_factor_place};
pub(crate) use lead::appoint;
pub use pages::again::{confirmed, demo_code};
pub use pages::once::once;
pub use passwords::{HashCost, Passwords};
pub use rules::{NewAccount, WhosePerson, idle_warning_seconds};
pub use service::{Found, HalfWay, housekeeping, identify};
pub use store::{AccountLine, Namesake};
