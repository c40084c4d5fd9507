//! The protocol pages of data protection.

pub mod pages;
