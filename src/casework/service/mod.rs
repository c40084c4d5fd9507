//! Use cases of participations and cases: [`begin`] how a participation comes about, [`end`] how it ends and is opened
//! again, [`talks`] counselling sessions, [`plans`] planned ones, [`steps`] the way of a case. Each runs within the
//! caller's unit of work.

pub(super) mod begin;
pub(super) mod clients;
pub(super) mod danger;
pub(super) mod deadlines;
pub(super) mod end;
pub(super) mod enquiry;
pub(super) mod offers;
pub(super) mod plans;
pub(super) mod referral;
pub(super) mod steps;
pub(super) mod talks;

use super::rules::LifeProblem;
use crate::store::StoreError;

/// Why something was not done.
#[derive(Debug)]
pub(super) enum Problem {
    /// A sentence for a field of the form; "" means the form as a whole.
    Field(&'static str, String),
    /// The same for a field of one of several rows.
    Row(String, String),
    /// The database.
    Store(StoreError),
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Problem::Store(error)
    }
}

fn at(field: &'static str) -> impl Fn(LifeProblem) -> Problem {
    move |problem| Problem::Field(field, problem.to_string())
}
