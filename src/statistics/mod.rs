//! Figures for KORA: measures, the catalogue of reports, disclosure control, releases.
//!
//! The way of a release: `service::prepare` counts a finished period and seals the counts; the computation protects the
//! tables together with everything published before and stores nothing but the files; a second person looks at them and
//! publishes them, bound to their checksum; KORA reads published files only. Late entries become a correction, a further
//! version with a reason; nothing published is ever changed.
//!
//! Offers others [`export_kora`], the bytes of a published release, [`ExportProblem`], [`FileKind`] and [`Period`].

mod catalogue;
pub mod chart;
mod cleared;
mod content;
pub mod cube;
mod desk;
pub mod dimension;
// Numbers in arrays: every index comes from a length or a list of the same problem, and a check at each of thousands of
// places in the inner loops would say nothing.
#[allow(clippy::indexing_slicing)]
pub mod disclosure;
mod facts;
pub mod file;
mod group;
mod link;
pub mod measure;
pub mod pages;
mod period;
mod proposal;
mod protection;
mod recheck;
mod rules;
mod screen;
pub(crate) mod service;
pub(crate) mod shape;
pub(crate) mod store;
pub mod verify;
mod views;
mod who;

pub(crate) use catalogue::report;
pub use cleared::{Cleared, Release};
pub use desk::Desk;
pub use link::FigureKey;
pub use period::{NoPeriod, Period, Span};
pub use recheck::{Compared, Recomputed, verify_releases};
pub use rules::FileKind;
pub use service::{ExportProblem, export_kora};
