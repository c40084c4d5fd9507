//! The dates of past work ("Frühere Termine"): what external staff and their organisation keep as facts of their own
//! work after a grant ended or a person was moved: when and where, and a label of the case. Never a name, never
//! whether somebody came.

pub mod pages;
mod store;
mod views;
