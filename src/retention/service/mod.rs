//! Marking what is due, proposing and running erasures, meeting the ledger, deleting what is kept for a short time only.

mod book;
mod due;
mod lists;
mod mark;
mod short;

pub use book::{LedgerProblem, catch_up, level, new_ledger};
pub(super) use due::{DueLine, due_today};
pub(super) use lists::{MOST, Trouble, first_digits, propose, run};
pub use mark::{Marked, mark_due};
pub use short::{delete_short_lived, erased_lately};
