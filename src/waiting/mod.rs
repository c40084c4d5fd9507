//! The waiting list: applications, selection interviews, who needs a place by when. Offers the people who wait for a
//! programme (`waiting_for`) with what is to be said of each ([`rules`]), closing an application when its person was
//! taken into a group (`placed`), and the applications of a person for their page (`Shown`, `section`).

pub mod pages;
pub mod rules;
mod service;
pub(crate) mod store;
mod views;

pub(crate) use service::placed;
pub(crate) use store::{Waiting, of_person_sql, waiting_for};
pub(crate) use views::needed_by;
pub(crate) use views::person::{Shown, section};
