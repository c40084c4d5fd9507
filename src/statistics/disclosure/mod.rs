//! Disclosure control: which figures may be published, over linked tables, hierarchies and all earlier releases.
//!
//! A figure below the threshold is hidden, and so many others with it that nobody can work it out. The attacker is taken
//! to know every published figure of every release, every sum, this method and its threshold, where a correction
//! happened, and that counts are whole numbers from zero. What he can say about a hidden figure is an [`Interval`];
//! [`Interval::keeps_secret`] must hold for **every** hidden figure, because a file does not tell which of them were
//! hidden for their own sake. Insiders know some base cells besides.
//!
//! A [`Problem`] is described by base cells and the cells made of them; equal sets are one cell, and that is what links
//! tables. [`protect()`] is the only way from there to a [`Published`] by hiding, [`round_to`] the only one by rounding,
//! and writers take a [`Published`] only. [`Explainer`] tells officers why a figure is hidden, [`fn@coarsen`] ranks coarser
//! tables. `verify` beside this folder is the second opinion: it shares no code and works from what is published.
//!
//! The method (docs/decisions/0006): a greedy search that hides what the attacker's linear programs name, improved by the
//! linear relaxation of the exact model of Fischetti and Salazar, which also bounds every pattern from below. Effort is
//! counted in steps, never in time: the same figures give the same bytes on every machine.
//!
//! ```
//! use geleit::statistics::disclosure::{Budget, Figure, Problem, Rule, Silent, protect};
//!
//! let mut problem = Problem::new(Rule::default());
//! let counts = [3, 20, 6];
//! let bases = counts.map(|count| problem.base(count));
//! for (name, base) in ["a", "b", "c"].into_iter().zip(bases) {
//!     problem.figure(name, [base]);
//! }
//! problem.figure("gesamt", bases);
//! let published = protect(&problem, Budget::default(), &mut Silent)?;
//! assert_eq!(published.figure(&"gesamt"), Some(Figure::Number(29)));
//! assert_eq!(published.figure(&"a"), Some(Figure::Hidden));
//! assert_eq!(published.figure(&"b"), Some(Figure::Number(20)));
//! assert_eq!(published.figure(&"c"), Some(Figure::Hidden));
//! # Ok::<(), geleit::statistics::disclosure::CannotProtect<&str>>(())
//! ```

mod attack;
mod basis;
mod certificate;
mod certify;
mod coarsen;
mod complete;
mod dual;
mod explain;
mod give_back;
mod invert;
mod made;
mod master;
mod narrow;
mod pair;
mod problem;
mod protect;
mod published;
mod rounding;
mod rule;
mod search;
mod setting;
mod simplex;
mod system;
#[cfg(test)]
mod tests;
mod whole;
mod witness;

pub use coarsen::{Proposal, coarsen};
pub use explain::{Explainer, Why};
pub use problem::{BaseId, CellId, Closeness, GroupDisclosure, Levels, Problem, Shown};
pub use protect::{Budget, CannotProtect, Exposed, Phase, Progress, Silent, protect};
pub use published::{Certified, Figure, Inside, Loss, Method, Published};
pub use rounding::{Rounded, round_to};
pub use rule::{DEFAULT_THRESHOLD, Interval, Rule, SMALLEST_THRESHOLD, ThresholdTooLow};
