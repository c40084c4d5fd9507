//! Use cases of the gate, one file per kind of thing.

pub(super) mod family;
pub(super) mod list;
pub(super) mod objects;
pub(super) mod visits;

use crate::store::StoreError;

/// What came of a use case that may refuse.
pub(super) enum Outcome<T> {
    /// Stored, not yet committed.
    Done(T),
    /// Refused: form field (empty: the whole form) and German sentence. Nothing was stored.
    Refused(&'static str, String),
    /// There is no such thing in scope.
    Unknown,
}

/// The result of a use case.
pub(super) type Step<T> = Result<Outcome<T>, StoreError>;
