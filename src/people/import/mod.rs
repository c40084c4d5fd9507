//! Reading lists of people as prisons and probation offices export them: CSV in whatever dialect the
//! other system writes. Pure functions, one after the other:
//!
//! 1. [`read_table`]: bytes to a table (encoding, separator, header line, rows), or a [`FileProblem`];
//! 2. [`suggest_mapping`]: which column holds what, or a [`RememberedMapping`] of last time applied again;
//! 3. [`read_rows`]: each row to a [`PersonRow`] or to [`RowProblem`]s, never half a row;
//! 4. [`compare()`]: what would be new, changed, unchanged; a dry run and a real import use the same plan;
//! 5. [`rejected_csv`]: the refused rows with their reasons, to be corrected and handed in again.
//!
//! Nothing here knows the database, the web or who is signed in.

mod compare;
mod encoding;
mod mapping;
mod person;
mod problem;
mod records;
mod rejected;
mod row;
mod table;
mod target;
mod values;

pub use compare::{Change, Difference, ExistingPerson, ImportPlan, SamePerson, Unchanged, compare};
pub use encoding::{Encoding, MAX_BYTES};
pub use mapping::{Mapping, MappingProblem, RememberedMapping, fingerprint, suggest_mapping};
pub use person::{Lookup, PersonRow};
pub use problem::{FileProblem, FileProblemKind, RowProblem};
pub use records::{MAX_COLUMNS, MAX_FIELD_CHARS, RawRow};
pub use rejected::{neutralise_formula, rejected_csv};
pub use row::read_rows;
pub use table::{MAX_ROWS, RawTable, read_table};
pub use target::Target;
pub use values::{Setting, Sex};

#[cfg(test)]
mod tests;
