//! Planning with the timetable: a proposal for one group ("Terminvorschlag"), a half-year for the whole house
//! ("Halbjahresplan"), the repair of dates that no longer fit ("Umplanung"), and why a wish cannot be had. Reads what the
//! other rooms know, computes in [`crate::timetable`], and hands what is taken over to the room of groups. Offers the
//! page of a new group and that of moving dates the answer to "Warum nicht?" (`why`), and the command line the instance
//! of the database (`land`).

pub(crate) mod desk;
pub mod pages;
pub mod rules;
mod service;
pub(crate) mod store;
mod views;

pub use desk::Desk;
pub(crate) use service::land::land;
pub(crate) use service::why;
pub(crate) use views::why::panel as why_panel;
