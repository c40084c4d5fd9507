//! The basis of the simplex: triangular factors, and elementary steps since they were computed.

/// Entries smaller than this are dropped.
pub(super) const DROP: f64 = 1e-12;
/// Changes of the basis before it is inverted afresh.
const REFRESH: usize = 80;

/// Row and coefficient.
pub(super) type Column = Vec<(usize, f64)>;

/// One elementary step of the inverse.
#[derive(Debug, Clone)]
pub(super) struct Eta {
    row: usize,
    pivot: f64,
    others: Column,
}

/// One column of the triangular factors of the basis.
#[derive(Debug, Clone)]
pub(super) struct Factor {
    pub(super) row: usize,
    pub(super) pivot: f64,
    /// Entries in rows that were settled before.
    pub(super) above: Column,
    /// What is subtracted from rows that were still open.
    pub(super) below: Column,
}

/// The columns of all variables, and which of them are basic.
#[derive(Debug, Clone)]
pub(super) struct Basis {
    pub(super) columns: Vec<Column>,
    /// The same row by row: variable and coefficient.
    entries: Vec<Vec<(usize, f64)>>,
    pub(super) rows: usize,
    /// Variable that is basic in each row.
    pub(super) head: Vec<usize>,
    /// Row in which a variable is basic.
    pub(super) place: Vec<Option<usize>>,
    pub(super) factors: Vec<Factor>,
    /// Those that subtract something from rows that were still open.
    pub(super) lower: Vec<usize>,
    pub(super) etas: Vec<Eta>,
    /// Rows whose variable has no bounds, so that it never leaves: what happens to them is not written down.
    pub(super) loose: Vec<bool>,
    pub(super) work: Vec<f64>,
    /// Rows in which `work` is not zero while the basis is inverted.
    pub(super) touched: Vec<usize>,
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
            lower: Vec::new(),
            touched: Vec::new(),
            etas: Vec::new(),
            loose: Vec::new(),
        };
        basis.invert();
        basis
    }

    /// Goes back to what was basic once.
    pub(super) fn load(&mut self, head: &[usize]) {
        for variable in &self.head {
            self.place[*variable] = None;
        }
        self.head.copy_from_slice(head);
        for (row, variable) in head.iter().enumerate() {
            self.place[*variable] = Some(row);
        }
        self.invert();
    }

    /// Says which variables have no bounds; whether the factors had to be computed afresh, because one has bounds again.
    pub(super) fn loosen(&mut self, free: impl Fn(usize) -> bool) -> bool {
        let stale = (0..self.rows).any(|row| self.loose[row] && !free(self.head[row]));
        if stale {
            self.invert();
        }
        for row in 0..self.rows {
            self.loose[row] = free(self.head[row]);
        }
        stale
    }

    pub(super) fn is_loose(&self, row: usize) -> bool {
        self.loose[row]
    }

    /// How many variables there are.
    pub(super) fn variables(&self) -> usize {
        self.columns.len()
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

    /// Whether the next exchange may compute the factors afresh.
    pub(super) fn is_due(&self) -> bool {
        self.etas.len() >= REFRESH
    }

    fn push(&mut self, row: usize, column: &[f64]) {
        let pivot = 1.0 / column[row];
        let others: Column = column
            .iter()
            .enumerate()
            .filter(|(other, factor)| *other != row && factor.abs() > DROP && !self.loose[*other])
            .map(|(other, factor)| (other, -factor * pivot))
            .collect();
        if others.is_empty() && pivot == 1.0 {
            return;
        }
        self.etas.push(Eta { row, pivot, others });
    }

    /// Computes what is basic from what is not, so that rounding does not add up.
    pub(super) fn revalue(&self, value: &mut [f64]) {
        let mut right = vec![0.0; self.rows];
        for (variable, known) in value.iter().enumerate() {
            if self.place[variable].is_none() && *known != 0.0 {
                for (row, factor) in &self.columns[variable] {
                    right[*row] -= factor * known;
                }
            }
        }
        self.solve(&mut right);
        for (row, variable) in self.head.iter().enumerate() {
            value[*variable] = right[row];
        }
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
        for number in &self.lower {
            let factor = &self.factors[*number];
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
        for number in self.lower.iter().rev() {
            let factor = &self.factors[*number];
            let mut sum = dual[factor.row];
            for (row, share) in &factor.below {
                sum -= dual[*row] * share;
            }
            dual[factor.row] = sum;
        }
    }
}
