//! Keeping the audit log: days that are kept past their period as long as a proceeding needs them (legal hold), and the
//! sheet of a week with the ends of all chains, to be printed and filed away: what stands on paper cannot be recomputed.
//! Offers nothing to other rooms; the deletion in `store` goes by the holds.

mod documents;
pub mod pages;
mod rules;
mod store;
mod views;
