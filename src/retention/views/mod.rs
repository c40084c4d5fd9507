//! Pages of retention.

pub(super) mod erasures;
pub(super) mod periods;
