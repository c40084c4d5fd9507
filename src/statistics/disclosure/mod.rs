//! Disclosure control: which figures of a table may be published.
//!
//! A figure below the threshold is hidden, and so many others with it that
//! nobody can work it out from the sums. The attacker is taken to know every
//! published figure, every sum, this method and its threshold, and that
//! counts are whole numbers from zero. What he can say about a hidden figure
//! is an interval; requirement R ([`Interval::is_wide_enough`]) must hold for
//! **every** hidden figure, because the file does not tell which of them were
//! hidden for their own sake.
//!
//! [`protect()`] is the only way from a [`Table`] to a [`Published`], and
//! writers take a [`Published`] only.

mod bounds;
mod primary;
#[cfg(test)]
mod properties;
mod protect;
pub mod solver;
mod system;

use std::collections::BTreeSet;

use thiserror::Error;

pub use bounds::Interval;
use solver::{LinearSolver, PureRustSolver, SolverError};
use system::System;

use super::cube::{Measure, ProgrammeLine, RowKey, Table};

/// The threshold used unless an officer has chosen another.
pub const DEFAULT_THRESHOLD: u64 = 5;

/// The smallest threshold permitted, the minimum of official practice
/// (Statistik der Bundesagentur für Arbeit: at least three cases).
pub const SMALLEST_THRESHOLD: u64 = 3;

/// The parameters of disclosure control.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    threshold: u64,
}

/// The threshold is below [`SMALLEST_THRESHOLD`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("Der Schwellenwert {0} ist zu niedrig: zulässig sind Werte ab {SMALLEST_THRESHOLD}.")]
pub struct ThresholdTooLow(pub u64);

impl Rule {
    /// Figures from one to `threshold` minus one are kept secret.
    pub fn new(threshold: u64) -> Result<Rule, ThresholdTooLow> {
        if threshold < SMALLEST_THRESHOLD {
            return Err(ThresholdTooLow(threshold));
        }
        Ok(Rule { threshold })
    }

    /// The smallest figure other than zero that is published for its own sake.
    pub fn threshold(&self) -> u64 {
        self.threshold
    }

    /// Whether a figure must be hidden for its own sake.
    pub fn is_small(&self, value: u64) -> bool {
        (1..self.threshold).contains(&value)
    }
}

impl Default for Rule {
    fn default() -> Self {
        Rule {
            threshold: DEFAULT_THRESHOLD,
        }
    }
}

/// Why a table stays unpublished.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CannotProtect {
    /// No choice of hidden figures is safe.
    #[error(
        "Die Tabelle lässt sich nicht veröffentlichen: Auch wenn alle zusammenhängenden Werte geheim gehalten werden, \
         bleiben kleine Zahlen erschließbar."
    )]
    NoPattern,
    /// The solver gave no answer, so nothing is known to be safe.
    #[error("Die Geheimhaltung konnte nicht berechnet werden, es wird nichts veröffentlicht. {0}")]
    Solver(#[from] SolverError),
}

/// A figure as the public may see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublishedValue {
    /// The true figure.
    Number(u64),
    /// Kept secret.
    Hidden,
}

/// One cell of a protected table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedCell {
    row: RowKey,
    measure: Measure,
    value: PublishedValue,
}

impl PublishedCell {
    /// The row the cell stands in.
    pub fn row(&self) -> &RowKey {
        &self.row
    }

    /// What the cell counts.
    pub fn measure(&self) -> Measure {
        self.measure
    }

    /// What the public may see.
    pub fn value(&self) -> PublishedValue {
        self.value
    }
}

/// Proof for one hidden cell: what an attacker can say about it at best.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertifiedCell {
    /// The row of the hidden cell.
    pub row: RowKey,
    /// What it counts.
    pub measure: Measure,
    /// The attacker's interval.
    pub interval: Interval,
}

/// A table that may be published. It holds no hidden figure any more, so none
/// can reach a writer; it can only be made by [`protect()`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    lines: Vec<ProgrammeLine>,
    cells: Vec<PublishedCell>,
    certificate: Vec<CertifiedCell>,
    rule: Rule,
}

impl Published {
    /// The programmes with their names, for the screen.
    pub fn lines(&self) -> &[ProgrammeLine] {
        &self.lines
    }

    /// Every cell, in the order of the release.
    pub fn cells(&self) -> &[PublishedCell] {
        &self.cells
    }

    /// The cell in this row and column, if the table has it.
    pub fn value(&self, row: &RowKey, measure: Measure) -> Option<PublishedValue> {
        let found = |cell: &&PublishedCell| cell.row == *row && cell.measure == measure;
        self.cells.iter().find(found).map(|cell| cell.value)
    }

    /// The rows of the table in the order of the release, each once.
    pub fn rows(&self) -> Vec<&RowKey> {
        let mut known = BTreeSet::new();
        self.cells
            .iter()
            .map(|cell| &cell.row)
            .filter(|row| known.insert(*row))
            .collect()
    }

    /// The attacker's interval for every hidden cell, in the order of the release.
    pub fn certificate(&self) -> &[CertifiedCell] {
        &self.certificate
    }

    /// The rule the table was protected under.
    pub fn rule(&self) -> &Rule {
        &self.rule
    }
}

/// Hides what must be hidden and proves that it is enough. Fails rather than
/// publish anything that can be worked out.
pub fn protect(table: Table, rule: &Rule) -> Result<Published, CannotProtect> {
    protect_with(table, rule, &PureRustSolver)
}

/// [`protect()`] with a solver of the caller's choice.
pub fn protect_with(
    table: Table,
    rule: &Rule,
    solver: &dyn LinearSolver,
) -> Result<Published, CannotProtect> {
    let system = System::of_table(&table);
    let primaries = primary::primaries(&system, rule);
    let hidden = protect::complete(&system, rule, &primaries, solver)?;
    let published = assemble(&table, &system, rule, &hidden, solver)?;
    // The search has established this; publishing must not rest on the search being right.
    let safe = |cell: &CertifiedCell| cell.interval.is_wide_enough(rule.threshold());
    if published.certificate.iter().all(safe) {
        Ok(published)
    } else {
        Err(CannotProtect::NoPattern)
    }
}

fn assemble(
    table: &Table,
    system: &System,
    rule: &Rule,
    hidden: &BTreeSet<usize>,
    solver: &dyn LinearSolver,
) -> Result<Published, SolverError> {
    let mut cells = Vec::with_capacity(table.cells().len());
    let mut certificate = Vec::new();
    for (cell, unknown) in table.cells().iter().zip(system.unknown_of_cell()) {
        // A small figure is hidden here whatever the search said.
        let value = if hidden.contains(unknown) || rule.is_small(cell.value) {
            certificate.push(CertifiedCell {
                row: cell.row.clone(),
                measure: cell.measure,
                interval: bounds::interval(system, hidden, *unknown, solver)?,
            });
            PublishedValue::Hidden
        } else {
            PublishedValue::Number(cell.value)
        };
        cells.push(PublishedCell {
            row: cell.row.clone(),
            measure: cell.measure,
            value,
        });
    }
    Ok(Published {
        lines: table.lines().to_vec(),
        cells,
        certificate,
        rule: *rule,
    })
}

/// Hides small figures and nothing else: what disclosure control would be
/// without complementary suppression. Shows that the tests would notice.
#[cfg(test)]
pub(crate) fn hide_small_figures_only(table: &Table, rule: &Rule) -> Published {
    let system = System::of_table(table);
    let hidden = primary::primaries(&system, rule);
    assemble(table, &system, rule, &hidden, &PureRustSolver).expect("solvable")
}
