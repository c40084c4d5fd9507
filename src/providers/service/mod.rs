//! Use cases of organisations, their staff, and clearances.

pub(super) mod clearance;
pub(super) mod organisations;
pub(super) mod staff;
