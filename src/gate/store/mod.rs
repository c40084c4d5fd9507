//! Queries of the gate, one file per kind of thing.

pub(super) mod changes;
pub(super) mod choices;
pub(super) mod family;
pub(super) mod list;
pub(super) mod objects;
pub(super) mod visits;

use sea_orm::FromQueryResult;

/// A count.
#[derive(FromQueryResult)]
pub(super) struct CountRow {
    pub number: i64,
}
