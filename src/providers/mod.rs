//! External staff: grants and the gate list.

pub mod pages;
