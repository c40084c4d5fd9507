//! Queries of retention.

pub(super) mod due;
pub(super) mod erase;
pub(super) mod periods;
pub(super) mod proposals;
