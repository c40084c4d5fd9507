//! What may leave: figures after disclosure control. Only this module's parent can make them.

use std::collections::BTreeMap;

use super::problem::CellId;
use super::rule::{Interval, Rule};

/// A figure as the public may see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// The number: true, or rounded if the method rounds.
    Number(u64),
    /// Kept secret.
    Hidden,
}

/// How figures were protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Small figures and what gives them away are hidden.
    Suppression,
    /// All figures are multiples of this base.
    Rounding(u64),
}

/// Proof for one hidden cell: what somebody who has all releases can say about it at best. Follows from what is
/// published alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certified<K> {
    /// The cell.
    pub cell: CellId,
    /// The figures of this release that show it; none for a cell that only earlier releases hide.
    pub keys: Vec<K>,
    /// What it can be.
    pub interval: Interval,
    /// Who knows a part and gets closest, if somebody gets closer than everybody may. Follows from his own counts, which
    /// may be secret themselves: **never for a file**.
    pub insider: Option<Inside>,
}

/// What somebody who knows a part can say about a hidden cell. Never for a file: together with what is published, his
/// interval would tell everybody his own part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inside {
    /// His name in the problem.
    pub name: String,
    /// What the cell can be for him.
    pub interval: Interval,
}

/// What protection costs. The cells of this release, each once however many tables show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loss {
    /// Cells.
    pub cells: usize,
    /// Cells that are not zero.
    pub filled: usize,
    /// Cells hidden.
    pub hidden: usize,
    /// Of these, hidden for others' sake. For officers only.
    pub complementary: usize,
    /// Sum of what is hidden for others' sake. For officers only.
    pub complementary_sum: u64,
    /// Sum of the weights of what is hidden.
    pub weight: u64,
    /// No pattern can weigh less than this.
    pub bound: u64,
}

impl Loss {
    /// How far the pattern may be from the best one, in parts of one; zero if it is proven best.
    pub fn gap(&self) -> f64 {
        if self.weight <= self.bound {
            return 0.0;
        }
        (self.weight - self.bound) as f64 / self.weight as f64
    }

    /// Whether more than half of what is not zero is hidden: time for a coarser table.
    pub fn is_mostly_hidden(&self) -> bool {
        self.hidden * 2 > self.filled
    }
}

/// Figures that may be published. It holds no hidden number, so none can reach a writer, and it cannot be made but by
/// the methods of disclosure control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published<K> {
    pub(super) figures: Vec<(K, Figure)>,
    pub(super) places: BTreeMap<K, usize>,
    pub(super) certificate: Vec<Certified<K>>,
    pub(super) loss: Loss,
    pub(super) rule: Rule,
    pub(super) method: Method,
    pub(super) hidden_cells: Vec<CellId>,
}

impl<K: Ord + Clone> Published<K> {
    pub(super) fn new(
        figures: Vec<(K, Figure)>,
        certificate: Vec<Certified<K>>,
        hidden_cells: Vec<CellId>,
        loss: Loss,
        rule: Rule,
        method: Method,
    ) -> Published<K> {
        let places = figures.iter().enumerate();
        Published {
            places: places
                .map(|(place, (key, _))| (key.clone(), place))
                .collect(),
            figures,
            certificate,
            loss,
            rule,
            method,
            hidden_cells,
        }
    }

    /// Every figure, in the order in which the problem named them.
    pub fn figures(&self) -> impl Iterator<Item = (&K, Figure)> {
        self.figures.iter().map(|(key, figure)| (key, *figure))
    }

    /// The figure with this key.
    pub fn figure(&self, key: &K) -> Option<Figure> {
        let place = self.places.get(key)?;
        self.figures.get(*place).map(|(_, figure)| *figure)
    }

    /// The interval of every hidden cell of this release and of the earlier ones. Empty when the method rounds.
    pub fn certificate(&self) -> &[Certified<K>] {
        &self.certificate
    }

    /// The cells of this release that are hidden: what later releases name as [`super::Shown::Hidden`].
    pub fn hidden_cells(&self) -> &[CellId] {
        &self.hidden_cells
    }

    /// What protection cost.
    pub fn loss(&self) -> &Loss {
        &self.loss
    }

    /// The rule the figures were protected under.
    pub fn rule(&self) -> &Rule {
        &self.rule
    }

    /// How they were protected.
    pub fn method(&self) -> Method {
        self.method
    }
}
