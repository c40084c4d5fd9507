//! The triangular factors of the basis, computed afresh.

use std::collections::BTreeSet;

use super::basis::{Basis, Column, DROP, Factor};

/// Pivots smaller than this are not used for the factors.
const LEAST: f64 = 1e-3;

impl Basis {
    /// Inverts the basis afresh, columns with a single open row first.
    pub(super) fn invert(&mut self) {
        self.etas.clear();
        self.factors.clear();
        self.lower.clear();
        self.loose.clear();
        self.loose.resize(self.rows, false);
        self.work.clear();
        self.work.resize(self.rows, 0.0);
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
            self.raw(variable);
            let mut best: Option<(usize, (usize, f64))> = None;
            for row in &self.touched {
                let (row, factor) = (*row, self.work[*row]);
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
                    self.keep(row, &open);
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
            self.wipe();
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

    /// Computes the column of a variable after the factors found so far, in `work`.
    fn raw(&mut self, variable: usize) {
        for (row, factor) in &self.columns[variable] {
            self.work[*row] = *factor;
            self.touched.push(*row);
        }
        for number in &self.lower {
            let factor = &self.factors[*number];
            let value = self.work[factor.row];
            if value.abs() > DROP {
                for (row, share) in &factor.below {
                    if self.work[*row] == 0.0 {
                        self.touched.push(*row);
                    }
                    self.work[*row] -= value * share;
                }
            }
        }
        self.touched.sort_unstable();
        self.touched.dedup();
    }

    /// Makes `work` nothing again.
    fn wipe(&mut self) {
        for row in self.touched.drain(..) {
            self.work[row] = 0.0;
        }
    }

    /// Adds the column in `work` to the factors.
    fn keep(&mut self, row: usize, open: &[bool]) {
        let pivot = self.work[row];
        let (mut above, mut below) = (Column::new(), Column::new());
        for other in &self.touched {
            let entry = self.work[*other];
            if *other == row || entry.abs() <= DROP {
                continue;
            }
            if open[*other] {
                below.push((*other, entry / pivot));
            } else {
                above.push((*other, entry));
            }
        }
        if above.is_empty() && below.is_empty() && pivot == 1.0 {
            return;
        }
        if !below.is_empty() {
            self.lower.push(self.factors.len());
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
            self.raw(candidate);
            let fits = self.work[row].abs() > LEAST;
            if fits {
                open[row] = false;
                self.keep(row, open);
                self.head[row] = candidate;
                self.place[candidate] = Some(row);
            }
            self.wipe();
            if fits {
                return;
            }
        }
    }
}
