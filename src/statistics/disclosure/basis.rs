//! The basis of the simplex: triangular factors, and elementary steps since they were computed.

use std::collections::BTreeSet;

/// Pivots smaller than this are not used for the factors.
const LEAST: f64 = 1e-3;
/// Entries smaller than this are dropped.
const DROP: f64 = 1e-12;
/// Changes of the basis before it is inverted afresh.
const REFRESH: usize = 80;

/// Row and coefficient.
pub(super) type Column = Vec<(usize, f64)>;

/// One elementary step of the inverse.
#[derive(Debug, Clone)]
struct Eta {
    row: usize,
    pivot: f64,
    others: Column,
}

/// One column of the triangular factors of the basis.
#[derive(Debug, Clone)]
struct Factor {
    row: usize,
    pivot: f64,
    /// Entries in rows that were settled before.
    above: Column,
    /// What is subtracted from rows that were still open.
    below: Column,
}

/// The columns of all variables, and which of them are basic.
#[derive(Debug, Clone)]
pub(super) struct Basis {
    columns: Vec<Column>,
    /// The same row by row: variable and coefficient.
    entries: Vec<Vec<(usize, f64)>>,
    pub(super) rows: usize,
    /// Variable that is basic in each row.
    pub(super) head: Vec<usize>,
    /// Row in which a variable is basic.
    pub(super) place: Vec<Option<usize>>,
    factors: Vec<Factor>,
    etas: Vec<Eta>,
    work: Vec<f64>,
}

impl Basis {
    /// `head`: the variable that is basic in each row at first.
    pub(super) fn new(columns: Vec<Column>, head: Vec<usize>) -> Basis {
        let mut place = vec![None; columns.len()];
        for (row, variable) in head.iter().enumerate() {
            place[*variable] = Some(row);
        }
        let mut entries = vec![Vec::new(); head.len()];
        for (variable, column) in columns.iter().enumerate() {
            for (row, factor) in column {
                entries[*row].push((variable, *factor));
            }
        }
        let mut basis = Basis {
            entries,
            rows: head.len(),
            work: vec![0.0; head.len()],
            columns,
            head,
            place,
            factors: Vec::new(),
            etas: Vec::new(),
        };
        basis.invert();
        basis
    }

    /// How many variables there are.
    pub(super) fn variables(&self) -> usize {
        self.columns.len()
    }

    /// Rows and coefficients of a variable.
    pub(super) fn column(&self, variable: usize) -> &[(usize, f64)] {
        &self.columns[variable]
    }

    /// Gives the space of a column back.
    pub(super) fn recycle(&mut self, column: Vec<f64>) {
        self.work = column;
    }

    /// Subtracts a row of numbers times the columns of all variables; most of its numbers are nothing.
    pub(super) fn subtract(&self, dual: &[f64], from: &mut [f64]) {
        for (row, share) in dual.iter().enumerate() {
            if *share != 0.0 {
                for (variable, factor) in &self.entries[row] {
                    from[*variable] -= share * factor;
                }
            }
        }
    }

    /// A row of numbers times the column of a variable.
    pub(super) fn dot(&self, dual: &[f64], variable: usize) -> f64 {
        self.columns[variable]
            .iter()
            .map(|(row, factor)| dual[*row] * factor)
            .sum()
    }

    /// Puts a variable, whose column is given in terms of the basis, in the place of another. Whether the factors were
    /// computed afresh.
    pub(super) fn exchange(&mut self, entering: usize, row: usize, column: &[f64]) -> bool {
        self.push(row, column);
        self.place[self.head[row]] = None;
        self.head[row] = entering;
        self.place[entering] = Some(row);
        let afresh = self.etas.len() > REFRESH;
        if afresh {
            self.invert();
        }
        afresh
    }

    fn push(&mut self, row: usize, column: &[f64]) {
        let pivot = 1.0 / column[row];
        let others: Column = column
            .iter()
            .enumerate()
            .filter(|(other, factor)| *other != row && factor.abs() > DROP)
            .map(|(other, factor)| (other, -factor * pivot))
            .collect();
        if others.is_empty() && pivot == 1.0 {
            return;
        }
        self.etas.push(Eta { row, pivot, others });
    }

    /// The column of a variable in terms of the basis.
    pub(super) fn forward(&mut self, variable: usize) -> Vec<f64> {
        let mut column = std::mem::take(&mut self.work);
        column.clear();
        column.resize(self.rows, 0.0);
        for (row, factor) in &self.columns[variable] {
            column[*row] = *factor;
        }
        self.solve(&mut column);
        column
    }

    /// Applies the inverse of the basis.
    pub(super) fn solve(&self, column: &mut [f64]) {
        self.eliminate(column);
        for factor in self.factors.iter().rev() {
            let value = column[factor.row];
            if value.abs() > DROP {
                let value = value / factor.pivot;
                column[factor.row] = value;
                for (row, entry) in &factor.above {
                    column[*row] -= value * entry;
                }
            } else {
                column[factor.row] = 0.0;
            }
        }
        for eta in &self.etas {
            let value = column[eta.row];
            if value.abs() > DROP {
                column[eta.row] = value * eta.pivot;
                for (row, factor) in &eta.others {
                    column[*row] += value * factor;
                }
            }
        }
    }

    /// Applies the lower factor only.
    fn eliminate(&self, column: &mut [f64]) {
        for factor in &self.factors {
            if factor.below.is_empty() {
                continue;
            }
            let value = column[factor.row];
            if value.abs() > DROP {
                for (row, share) in &factor.below {
                    column[*row] -= value * share;
                }
            }
        }
    }

    /// Applies the inverse from the left.
    pub(super) fn backward(&self, dual: &mut [f64]) {
        for eta in self.etas.iter().rev() {
            let mut sum = dual[eta.row] * eta.pivot;
            for (row, factor) in &eta.others {
                sum += dual[*row] * factor;
            }
            dual[eta.row] = if sum.abs() > DROP { sum } else { 0.0 };
        }
        for factor in &self.factors {
            let mut sum = dual[factor.row];
            for (row, entry) in &factor.above {
                sum -= dual[*row] * entry;
            }
            dual[factor.row] = if sum.abs() > DROP {
                sum / factor.pivot
            } else {
                0.0
            };
        }
        for factor in self.factors.iter().rev() {
            let mut sum = dual[factor.row];
            for (row, share) in &factor.below {
                sum -= dual[*row] * share;
            }
            dual[factor.row] = sum;
        }
    }

    /// Inverts the basis afresh, columns with a single open row first.
    fn invert(&mut self) {
        self.etas.clear();
        self.factors.clear();
        let basic: Vec<usize> = self.head.clone();
        let mut open = vec![true; self.rows];
        let mut rows_of: Vec<Vec<usize>> = vec![Vec::new(); self.rows];
        let mut count: Vec<usize> = Vec::with_capacity(basic.len());
        for (position, variable) in basic.iter().enumerate() {
            for (row, _) in &self.columns[*variable] {
                rows_of[*row].push(position);
            }
            count.push(self.columns[*variable].len());
        }
        let mut done = vec![false; basic.len()];
        // Open columns in each row.
        let mut wide: Vec<usize> = rows_of.iter().map(Vec::len).collect();
        let mut queue: BTreeSet<(usize, usize)> = count
            .iter()
            .enumerate()
            .map(|(position, count)| (*count, position))
            .collect();
        let mut late = Vec::new();
        while let Some((_, position)) = queue.pop_first() {
            done[position] = true;
            let variable = basic[position];
            for (row, _) in &self.columns[variable] {
                wide[*row] -= 1;
            }
            if let [(row, 1.0)] = self.columns[variable][..]
                && open[row]
            {
                open[row] = false;
                self.head[row] = variable;
                self.place[variable] = Some(row);
                for other in &rows_of[row] {
                    if !done[*other] {
                        queue.remove(&(count[*other], *other));
                        count[*other] = count[*other].saturating_sub(1);
                        queue.insert((count[*other], *other));
                    }
                }
                continue;
            }
            let column = self.raw(variable);
            let mut best: Option<(usize, (usize, f64))> = None;
            for (row, factor) in column.iter().enumerate() {
                if !open[row] || factor.abs() < LEAST {
                    continue;
                }
                let width = wide[row];
                let better = best.is_none_or(|(_, (known, size))| {
                    width < known || (width == known && factor.abs() > size + 1e-9)
                });
                if better {
                    best = Some((row, (width, factor.abs())));
                }
            }
            match best {
                Some((row, _)) => {
                    open[row] = false;
                    self.keep(row, &column, &open);
                    self.head[row] = variable;
                    self.place[variable] = Some(row);
                    for other in &rows_of[row] {
                        if !done[*other] {
                            queue.remove(&(count[*other], *other));
                            count[*other] = count[*other].saturating_sub(1);
                            queue.insert((count[*other], *other));
                        }
                    }
                }
                None => late.push(variable),
            }
            self.work = column;
        }
        // Numerically dependent columns are replaced by the whole of an open row.
        for variable in late {
            self.place[variable] = None;
        }
        for row in 0..self.rows {
            if open[row] {
                self.fill(row, &mut open);
            }
        }
    }

    /// The column of a variable after the factors found so far.
    fn raw(&mut self, variable: usize) -> Vec<f64> {
        let mut column = std::mem::take(&mut self.work);
        column.clear();
        column.resize(self.rows, 0.0);
        for (row, factor) in &self.columns[variable] {
            column[*row] = *factor;
        }
        self.eliminate(&mut column);
        column
    }

    /// Adds a column to the factors.
    fn keep(&mut self, row: usize, column: &[f64], open: &[bool]) {
        let pivot = column[row];
        let (mut above, mut below) = (Column::new(), Column::new());
        for (other, entry) in column.iter().enumerate() {
            if other == row || entry.abs() <= DROP {
                continue;
            }
            if open[other] {
                below.push((other, entry / pivot));
            } else {
                above.push((other, *entry));
            }
        }
        if above.is_empty() && below.is_empty() && pivot == 1.0 {
            return;
        }
        self.factors.push(Factor {
            row,
            pivot,
            above,
            below,
        });
    }

    fn fill(&mut self, row: usize, open: &mut [bool]) {
        for candidate in 0..self.columns.len() {
            if self.place[candidate].is_some() {
                continue;
            }
            let column = self.raw(candidate);
            let fits = column[row].abs() > LEAST;
            if fits {
                open[row] = false;
                self.keep(row, &column, open);
                self.head[row] = candidate;
                self.place[candidate] = Some(row);
            }
            self.work = column;
            if fits {
                return;
            }
        }
    }
}
