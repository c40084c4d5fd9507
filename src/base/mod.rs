//! What every other room stands on and what depends on nothing of ours: ids, clock, Berlin time,
//! the Saxon calendar, intervals, search folding, secrets.

pub mod calendar;
pub(crate) mod codes;
pub mod crypto;
pub mod csv;
pub mod fold;
pub mod german;
pub mod ids;
pub mod interval;
pub mod readable;
pub mod time;
