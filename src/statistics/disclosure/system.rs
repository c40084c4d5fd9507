//! Cells and relations in the shape disclosure control works on: unknowns
//! that are pairwise different sets of cases, and sums between them.

use std::collections::BTreeSet;

use super::super::cube::Table;

/// Unknowns and the sums between them. Cells that stand for the same set of
/// cases (a pillar with one programme, say) are **one** unknown: publishing
/// one of them would publish the other.
#[derive(Debug, Clone)]
pub(super) struct System {
    /// The true value of each unknown.
    values: Vec<u64>,
    /// How many cells of the table each unknown stands for.
    cell_counts: Vec<usize>,
    /// The unknown of each cell of the table.
    unknown_of_cell: Vec<usize>,
    /// Each sum: the unknown that is the total, and its parts (two or more).
    sums: Vec<Sum>,
    /// The sums each unknown appears in.
    sums_of: Vec<Vec<usize>>,
}

/// One unknown is the sum of others.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Sum {
    pub(super) total: usize,
    pub(super) parts: Vec<usize>,
}

impl Sum {
    /// Total and parts with their sign in "total minus parts is nothing".
    pub(super) fn terms(&self) -> impl Iterator<Item = (usize, f64)> + '_ {
        std::iter::once((self.total, 1.0)).chain(self.parts.iter().map(|part| (*part, -1.0)))
    }
}

impl System {
    /// The system of a table. The table's relations add up and name existing
    /// cells, which [`Table::new`] has checked.
    pub(super) fn of_table(table: &Table) -> System {
        let cells = table.cells();
        let mut parent: Vec<usize> = (0..cells.len()).collect();
        for relation in table.relations() {
            if let [only] = relation.parts.as_slice() {
                let (one, other) = (root(&parent, relation.total.0), root(&parent, only.0));
                // The smaller position leads, so that the order of relations does not matter.
                if let Some(slot) = parent.get_mut(one.max(other)) {
                    *slot = one.min(other);
                }
            }
        }
        let roots: BTreeSet<usize> = (0..cells.len()).map(|cell| root(&parent, cell)).collect();
        let roots: Vec<usize> = roots.into_iter().collect();
        let unknown_of_cell: Vec<usize> = (0..cells.len())
            .map(|cell| roots.partition_point(|other| *other < root(&parent, cell)))
            .collect();
        let unknown = |cell: usize| unknown_of_cell.get(cell).copied().unwrap_or(usize::MAX);

        let mut cell_counts = vec![0; roots.len()];
        for position in &unknown_of_cell {
            if let Some(count) = cell_counts.get_mut(*position) {
                *count += 1;
            }
        }
        let sums: BTreeSet<Sum> = table
            .relations()
            .iter()
            .filter(|relation| relation.parts.len() > 1)
            .map(|relation| {
                let mut parts: Vec<usize> =
                    relation.parts.iter().map(|part| unknown(part.0)).collect();
                parts.sort_unstable();
                Sum {
                    total: unknown(relation.total.0),
                    parts,
                }
            })
            .collect();
        let sums: Vec<Sum> = sums.into_iter().collect();
        let mut sums_of = vec![Vec::new(); roots.len()];
        for (position, sum) in sums.iter().enumerate() {
            for (member, _) in sum.terms() {
                if let Some(list) = sums_of.get_mut(member)
                    && list.last() != Some(&position)
                {
                    list.push(position);
                }
            }
        }
        System {
            values: roots
                .iter()
                .filter_map(|cell| cells.get(*cell).map(|cell| cell.value))
                .collect(),
            cell_counts,
            unknown_of_cell,
            sums,
            sums_of,
        }
    }

    /// How many unknowns there are.
    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    /// The true value of an unknown.
    pub(super) fn value(&self, unknown: usize) -> u64 {
        self.values.get(unknown).copied().unwrap_or(0)
    }

    /// How many cells of the table are hidden when this unknown is.
    pub(super) fn cell_count(&self, unknown: usize) -> usize {
        self.cell_counts.get(unknown).copied().unwrap_or(0)
    }

    /// The unknown behind each cell of the table, in the table's order.
    pub(super) fn unknown_of_cell(&self) -> &[usize] {
        &self.unknown_of_cell
    }

    /// The sums an unknown appears in, by position.
    pub(super) fn sums_of(&self, unknown: usize) -> &[usize] {
        self.sums_of.get(unknown).map_or(&[], Vec::as_slice)
    }

    /// A sum by its position.
    pub(super) fn sum(&self, position: usize) -> Option<&Sum> {
        self.sums.get(position)
    }

    /// Everything tied to `start` by a chain of sums, itself included,
    /// stepping only over unknowns that `passable` accepts.
    pub(super) fn block(&self, start: usize, passable: impl Fn(usize) -> bool) -> Block {
        let mut unknowns = BTreeSet::from([start]);
        let mut sums = BTreeSet::new();
        let mut open = vec![start];
        while let Some(unknown) = open.pop() {
            for position in self.sums_of(unknown) {
                if !sums.insert(*position) {
                    continue;
                }
                let Some(sum) = self.sum(*position) else {
                    continue;
                };
                for (member, _) in sum.terms() {
                    if passable(member) && unknowns.insert(member) {
                        open.push(member);
                    }
                }
            }
        }
        Block { unknowns, sums }
    }
}

/// Unknowns that are tied together, and the sums that tie them.
#[derive(Debug, Clone)]
pub(super) struct Block {
    pub(super) unknowns: BTreeSet<usize>,
    pub(super) sums: BTreeSet<usize>,
}

fn root(parent: &[usize], cell: usize) -> usize {
    let mut current = cell;
    while let Some(next) = parent.get(current)
        && *next != current
    {
        current = *next;
    }
    current
}
