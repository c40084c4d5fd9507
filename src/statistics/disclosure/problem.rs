//! What is to be protected: base cells, the cells made of them, what was published before, and who knows what.

use std::collections::BTreeMap;

use super::rule::Rule;

/// A base cell: one combination of everything any table distinguishes, quarter included, in one version. A base cell that
/// no correction touched is the same in all versions; one that a correction touched is a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct BaseId(pub(super) usize);

/// A cell: a set of base cells. Equal sets are one cell, whatever table they stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CellId(pub(super) usize);

/// How an earlier release showed a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shown {
    /// As a number, for ever.
    Published,
    /// Not at all; it stays hidden.
    Hidden,
}

/// How close somebody who knows a part may come to the small figures of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Closeness {
    /// He must not be able to work one out.
    #[default]
    NotExact,
    /// The same as for everybody: his interval reaches the threshold and is as wide.
    Wide,
}

/// What must remain possible about a cell, for tables with protection levels of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Levels {
    /// The largest possible value is at least this.
    pub reach: u64,
    /// The smallest possible value is at most this.
    pub depth: u64,
    /// The interval is at least this wide.
    pub width: u64,
}

#[derive(Debug, Clone)]
pub(super) struct Cell {
    pub(super) parts: Vec<usize>,
    pub(super) figures: Vec<usize>,
    pub(super) shown: Option<Shown>,
    pub(super) weight: u64,
    pub(super) marked: Option<Levels>,
}

#[derive(Debug, Clone)]
pub(super) struct Insider {
    pub(super) name: String,
    pub(super) knows: Vec<usize>,
    pub(super) closeness: Closeness,
}

/// A group of which all, or none, are in one part of it: known without any small figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupDisclosure {
    /// The part.
    pub part: CellId,
    /// All of the group are in it; else nobody is.
    pub all: bool,
}

/// One measure of one release together with all that was published before. `K` is what the caller knows a figure by.
#[derive(Debug, Clone)]
pub struct Problem<K> {
    pub(super) rule: Rule,
    pub(super) every_hidden: bool,
    pub(super) counts: Vec<Option<u64>>,
    pub(super) cells: Vec<Cell>,
    known: BTreeMap<Vec<usize>, usize>,
    pub(super) keys: Vec<(K, usize)>,
    pub(super) insiders: Vec<Insider>,
    pub(super) ties: Vec<Tie>,
}

/// Two sets of base cells that are the same cases.
pub(super) type Tie = (Vec<usize>, Vec<usize>);

impl<K: Ord + Clone> Problem<K> {
    /// Nothing yet.
    pub fn new(rule: Rule) -> Problem<K> {
        Problem {
            rule,
            every_hidden: true,
            counts: Vec::new(),
            cells: Vec::new(),
            known: BTreeMap::new(),
            keys: Vec::new(),
            insiders: Vec::new(),
            ties: Vec::new(),
        }
    }

    /// The rule in force.
    pub fn rule(&self) -> &Rule {
        &self.rule
    }

    /// Asks for protection of small figures only, not of every hidden one: for comparison with other tools. A reader who
    /// knows the method can then tell some of the two apart.
    pub fn small_figures_only(&mut self) {
        self.every_hidden = false;
    }

    /// A base cell with its count.
    pub fn base(&mut self, count: u64) -> BaseId {
        self.counts.push(Some(count));
        BaseId(self.counts.len() - 1)
    }

    /// A base cell that everybody knows to be empty (structural zero).
    pub fn impossible(&mut self) -> BaseId {
        self.counts.push(None);
        BaseId(self.counts.len() - 1)
    }

    /// A figure of the release that is to be made. A second figure with the same key replaces nothing; both are kept.
    pub fn figure(&mut self, key: K, parts: impl IntoIterator<Item = BaseId>) -> CellId {
        let cell = self.cell(parts);
        self.keys.push((key, cell.0));
        self.cells[cell.0].figures.push(self.keys.len() - 1);
        cell
    }

    /// A cell of an earlier release. Published once is published for ever.
    pub fn earlier(&mut self, parts: impl IntoIterator<Item = BaseId>, shown: Shown) -> CellId {
        let cell = self.cell(parts);
        let known = &mut self.cells[cell.0].shown;
        *known = Some(known.map_or(shown, |known| known.min(shown)));
        cell
    }

    /// The part of a table still to come that exists already, such as this quarter's share of a cell of the year. If it
    /// is small it is protected from now on, so that the later release can always be made safe.
    pub fn later(&mut self, parts: impl IntoIterator<Item = BaseId>) -> CellId {
        self.cell(parts)
    }

    /// Protects a cell whatever its value: a zero, or "all of them".
    pub fn protect_cell(&mut self, cell: CellId) {
        let threshold = self.rule.threshold();
        self.protect_with(
            cell,
            Levels {
                reach: threshold,
                depth: u64::MAX,
                width: threshold.saturating_sub(1),
            },
        );
    }

    /// Protects a cell at levels of the caller's choice.
    pub fn protect_with(&mut self, cell: CellId, levels: Levels) {
        if let Some(cell) = self.cells.get_mut(cell.0) {
            cell.marked = Some(levels);
        }
    }

    /// What hiding the cell costs; 100 unless set. Totals that readers need cost more.
    pub fn weight(&mut self, cell: CellId, weight: u32) {
        if let Some(cell) = self.cells.get_mut(cell.0) {
            cell.weight = u64::from(weight.max(1));
        }
    }

    /// Somebody who knows some base cells, because they are his own.
    pub fn insider(
        &mut self,
        name: impl Into<String>,
        knows: impl IntoIterator<Item = BaseId>,
        closeness: Closeness,
    ) {
        let knows = sorted(knows);
        self.insiders.push(Insider {
            name: name.into(),
            knows,
            closeness,
        });
    }

    /// Two sets of base cells that are the same cases, sorted in two ways: tables of different dimensions with a common
    /// margin, or a stock and what flows into it. Everybody knows that their sums are equal. Returns whether they are;
    /// if not, nothing is noted.
    pub fn same(
        &mut self,
        one: impl IntoIterator<Item = BaseId>,
        other: impl IntoIterator<Item = BaseId>,
    ) -> bool {
        let (one, other) = (sorted(one), sorted(other));
        let equal = self.sum(&one) == self.sum(&other);
        if equal {
            self.ties.push((one, other));
        }
        equal
    }

    /// The true value of a cell; zero for one of another problem.
    pub fn value(&self, cell: CellId) -> u64 {
        self.cells
            .get(cell.0)
            .map_or(0, |cell| self.sum(&cell.parts))
    }

    /// Parts that hold all of the group, or none of it, although the group is large enough to be published.
    pub fn group_disclosures(&self, group: CellId, parts: &[CellId]) -> Vec<GroupDisclosure> {
        let whole = self.value(group);
        if whole < self.rule.threshold() {
            return Vec::new();
        }
        parts
            .iter()
            .map(|part| (*part, self.value(*part)))
            .filter(|(_, value)| *value == 0 || *value == whole)
            .map(|(part, value)| GroupDisclosure {
                part,
                all: value == whole,
            })
            .collect()
    }

    pub(super) fn sum(&self, parts: &[usize]) -> u64 {
        let counts = parts.iter().filter_map(|part| self.counts.get(*part));
        counts.filter_map(|count| *count).sum()
    }

    fn cell(&mut self, parts: impl IntoIterator<Item = BaseId>) -> CellId {
        let parts = sorted(parts);
        let next = self.cells.len();
        let cell = *self.known.entry(parts.clone()).or_insert(next);
        if cell == next {
            self.cells.push(Cell {
                parts,
                figures: Vec::new(),
                shown: None,
                weight: 100,
                marked: None,
            });
        }
        CellId(cell)
    }
}

fn sorted(bases: impl IntoIterator<Item = BaseId>) -> Vec<usize> {
    let mut parts: Vec<usize> = bases.into_iter().map(|base| base.0).collect();
    parts.sort_unstable();
    parts.dedup();
    parts
}
