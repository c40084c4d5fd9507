//! Who of a probation office stands in for whom while somebody is absent: from day to day, set by the absent officer or the
//! lead. Whoever stands in has the absent officer's clients in scope as the own ones. Offers [`charges`], the accounts for
//! whose clients somebody is responsible on a day.

pub mod pages;
mod rules;
mod store;
mod views;

pub use store::charges;
