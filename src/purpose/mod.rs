//! Why a person is opened who is not assigned to one: the question before the page, and what was answered. The store asks
//! ([`crate::store::StoreError::PurposeNeeded`]); this room draws the question and keeps the answer. Offers [`prompt`] to
//! the frame.

pub mod pages;
mod store;
mod views;

pub use pages::prompt;
