//! The calendar: what is when and where, for a facility, a room, a trainer or a person, each as far as the viewer may
//! see it; the page of today; who has to be brought where; and the subscription that a trainer's own calendar program
//! reads. It holds no dates itself: sessions, visits, family days, talks and closures belong to their rooms.

pub mod pages;
pub mod rules;
mod service;
mod store;
mod views;
