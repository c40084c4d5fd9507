//! What may leave the house, by type: figures that disclosure control published or that are about no people ([`Cleared`]), and
//! releases made of them ([`Release`]). Writers of files take a [`Release`] and nothing else. What is read back from files is
//! a [`ReleaseContent`], which anybody can make, and which no writer takes:
//!
//! ```compile_fail,E0308
//! use geleit::base::crypto::Signer;
//! use geleit::statistics::file::{ReleaseContent, write_release};
//! fn past(content: &ReleaseContent, signer: &Signer) {
//!     let _ = write_release(content, signer);
//! }
//! ```
//!
//! A release cannot be put together past disclosure control:
//!
//! ```compile_fail,E0451
//! use geleit::statistics::{Release, file::ReleaseContent};
//! fn forge(content: ReleaseContent) -> Release {
//!     Release { content }
//! }
//! ```
//!
//! Nor can a number be put among those that are cleared:
//!
//! ```compile_fail,E0616
//! use geleit::statistics::{Cleared, FigureKey, file::Figure};
//! fn smuggle(cleared: &mut Cleared, key: FigureKey) {
//!     cleared.figures.insert(key, Figure::Number(3));
//! }
//! ```

use std::collections::BTreeMap;
use std::ops::Deref;

use super::catalogue::Report;
use super::cube::Counted;
use super::disclosure::{self, Published};
use super::file::{AttackerInterval, Figure, OUTSIDER, ReleaseContent};
use super::link::{FigureKey, open_figures};
use super::period::Period;

/// Figures that may leave the house. To be read like a map; only disclosure control puts figures about people into it.
#[derive(Debug, Clone, Default)]
pub struct Cleared {
    figures: BTreeMap<FigureKey, Figure>,
}

impl Cleared {
    /// The figures of a report that are about no people ([`super::measure::Measure::open`]).
    pub(super) fn open(report: &'static Report, period: Period, counted: &Counted) -> Cleared {
        let figures = open_figures(report, period, counted).into_iter();
        Cleared {
            figures: figures
                .map(|(key, value)| (key, Figure::Number(value)))
                .collect(),
        }
    }

    /// Adds what disclosure control published, hidden figures with what outsiders can say of them.
    pub fn add(&mut self, published: &Published<FigureKey>) {
        let mut intervals: BTreeMap<&FigureKey, AttackerInterval> = BTreeMap::new();
        for cell in published.certificate() {
            for key in &cell.keys {
                let interval = AttackerInterval {
                    attacker: OUTSIDER.to_owned(),
                    lower: cell.interval.lower,
                    upper: cell.interval.upper,
                };
                intervals.insert(key, interval);
            }
        }
        for (key, figure) in published.figures() {
            let figure = match figure {
                disclosure::Figure::Number(value) => Figure::Number(value),
                disclosure::Figure::Hidden => {
                    Figure::Hidden(intervals.get(key).cloned().into_iter().collect())
                }
            };
            self.figures.insert(key.clone(), figure);
        }
    }
}

impl Deref for Cleared {
    type Target = BTreeMap<FigureKey, Figure>;

    fn deref(&self) -> &Self::Target {
        &self.figures
    }
}

/// A release as it may be written into files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    content: ReleaseContent,
}

impl Release {
    /// Puts figures into tables. Whatever stood in the tables before is gone; a figure that is not given does not exist.
    pub fn new(words: ReleaseContent, figures: Cleared) -> Release {
        let mut figures: BTreeMap<(String, String, Vec<String>), Figure> = figures
            .figures
            .into_iter()
            .map(|(key, figure)| {
                let measure = key.measure.code().to_owned();
                ((key.table.to_owned(), measure, key.codes), figure)
            })
            .collect();
        let mut content = words;
        for table in &mut content.tables {
            for cell in &mut table.cells {
                let place = (table.code.clone(), cell.measure.clone(), cell.codes.clone());
                cell.figure = figures.remove(&place).unwrap_or(Figure::Nothing);
            }
        }
        Release { content }
    }

    /// What it says.
    pub fn content(&self) -> &ReleaseContent {
        &self.content
    }

    /// A release with made-up figures, for tests of the format.
    #[cfg(test)]
    pub(super) fn made_up(content: ReleaseContent) -> Release {
        Release { content }
    }
}
