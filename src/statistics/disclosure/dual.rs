//! A dual simplex for the least movement: costs are positive, so nothing moving is the cheapest point whatever must hold,
//! and each bound that is asked for is met at the least price. Bounds may be narrowed afterwards at the price of few steps.

use super::basis::{Basis, Column};

/// Bounds may be overstepped by this much.
const SLIP: f64 = 1e-7;
/// Pivots smaller than this are not used.
const PIVOT: f64 = 1e-7;
/// Ratios that differ by less are the same.
const TIE: f64 = 1e-9;

/// What came of the steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    /// Everything is within its bounds, at the least cost.
    Best,
    /// Nothing can be.
    Never,
    /// Neither within the steps permitted, or with sound pivots.
    Open,
}

/// What is needed to go back to a point.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    head: Vec<usize>,
    lower: Vec<f64>,
    upper: Vec<f64>,
    value: Vec<f64>,
}

impl Mark {
    /// Where a variable was.
    pub(super) fn value(&self, variable: usize) -> f64 {
        self.value[variable]
    }
}

/// The relations, and the cheapest point of which some bounds may still be overstepped.
#[derive(Debug, Clone)]
pub(super) struct Dual {
    basis: Basis,
    lower: Vec<f64>,
    upper: Vec<f64>,
    value: Vec<f64>,
    cost: Vec<f64>,
    /// Reduced cost of each variable.
    price: Vec<f64>,
    /// How much a variable that is basic weighs in the choice of what leaves.
    weight: Vec<f64>,
    /// How the row that is looked at changes with each variable.
    along: Vec<f64>,
    dual: Vec<f64>,
    /// Pivots so far.
    pub(super) steps: u64,
}

impl Dual {
    /// `columns`: of each variable; the first ones are the rows' own, basic at first and at no cost.
    pub(super) fn new(
        columns: Vec<Column>,
        rows: usize,
        bounds: Vec<(f64, f64)>,
        cost: Vec<f64>,
    ) -> Dual {
        let (lower, upper): (Vec<f64>, Vec<f64>) = bounds.into_iter().unzip();
        Dual {
            value: vec![0.0; columns.len()],
            along: vec![0.0; columns.len()],
            weight: vec![1.0; columns.len()],
            dual: vec![0.0; rows],
            price: cost.clone(),
            basis: Basis::new(columns, (0..rows).collect()),
            lower,
            upper,
            cost,
            steps: 0,
        }
    }

    /// Where the last steps ended.
    pub(super) fn point(&self) -> &[f64] {
        &self.value
    }

    /// Where it is now, to go back to.
    pub(super) fn mark(&self) -> Mark {
        Mark {
            head: self.basis.head.clone(),
            lower: self.lower.clone(),
            upper: self.upper.clone(),
            value: self.value.clone(),
        }
    }

    /// Goes back.
    pub(super) fn back(&mut self, mark: &Mark) {
        self.lower.clone_from(&mark.lower);
        self.upper.clone_from(&mark.upper);
        self.value.clone_from(&mark.value);
        self.basis.load(&mark.head);
        self.refresh();
    }

    /// Narrows a variable to the whole numbers above or below `value`, where it is.
    pub(super) fn round(&mut self, variable: usize, value: f64, up: bool) {
        if up {
            self.lower[variable] = value.ceil();
        } else {
            self.upper[variable] = value.floor();
        }
    }

    fn shift(&mut self, variable: usize, by: f64, column: &[f64]) {
        self.value[variable] += by;
        for (row, factor) in column.iter().enumerate() {
            if *factor != 0.0 {
                self.value[self.basis.head[row]] -= by * factor;
            }
        }
    }

    /// Steps until everything is within its bounds.
    pub(super) fn fit(&mut self, limit: u64) -> Fit {
        let end = self.steps + limit;
        while self.steps < end {
            let Some((row, to)) = self.leaving() else {
                return Fit::Best;
            };
            self.dual.fill(0.0);
            self.dual[row] = 1.0;
            self.basis.backward(&mut self.dual);
            self.along.fill(0.0);
            self.basis.subtract(&self.dual, &mut self.along);
            let up = self.value[self.basis.head[row]] < to;
            let Some(entering) = self.entering(up) else {
                return Fit::Never;
            };
            let column = self.basis.forward(entering);
            if column[row].abs() < PIVOT {
                self.basis.recycle(column);
                return Fit::Open;
            }
            self.pivot(entering, row, to, &column);
            self.basis.recycle(column);
            self.steps += 1;
        }
        Fit::Open
    }

    /// The row that is furthest outside its bounds, and the bound it goes to.
    fn leaving(&self) -> Option<(usize, f64)> {
        let mut best: Option<(usize, f64, f64)> = None;
        for (row, variable) in self.basis.head.iter().enumerate() {
            let value = self.value[*variable];
            let (far, to) = if value < self.lower[*variable] - SLIP {
                (self.lower[*variable] - value, self.lower[*variable])
            } else if value > self.upper[*variable] + SLIP {
                (value - self.upper[*variable], self.upper[*variable])
            } else {
                continue;
            };
            let score = far * far / self.weight[*variable];
            if best.is_none_or(|(_, known, _)| score > known * (1.0 + 1e-9)) {
                best = Some((row, score, to));
            }
        }
        best.map(|(row, _, to)| (row, to))
    }

    /// The variable that lets the row rise (or fall) for the least.
    fn entering(&self, up: bool) -> Option<usize> {
        let mut best: Option<(usize, f64, f64)> = None;
        for (variable, speed) in self.along.iter().enumerate() {
            if speed.abs() <= PIVOT || self.basis.place[variable].is_some() {
                continue;
            }
            let (lower, upper) = (self.lower[variable], self.upper[variable]);
            if upper - lower <= SLIP {
                continue;
            }
            let value = self.value[variable];
            let rises = (*speed > 0.0) == up;
            let free = if rises {
                value < upper - SLIP
            } else {
                value > lower + SLIP
            };
            if !free {
                continue;
            }
            let ratio = self.price[variable].abs() / speed.abs();
            let better = best.is_none_or(|(_, known, size)| {
                ratio < known - TIE || (ratio < known + TIE && speed.abs() > size + TIE)
            });
            if better {
                best = Some((variable, ratio, speed.abs()));
            }
        }
        best.map(|(variable, _, _)| variable)
    }

    fn pivot(&mut self, entering: usize, row: usize, to: f64, column: &[f64]) {
        let leaving = self.basis.head[row];
        let by = (self.value[leaving] - to) / column[row];
        self.shift(entering, by, column);
        self.value[leaving] = to;
        let rate = self.price[entering] / column[row];
        for (variable, along) in self.along.iter().enumerate() {
            if *along != 0.0 {
                self.price[variable] += rate * along;
            }
        }
        self.price[leaving] = -rate;
        self.price[entering] = 0.0;
        // The reference weights of Forrest and Goldfarb (1992), without their exact term.
        let own = self.weight[leaving] / (column[row] * column[row]);
        for (other, factor) in column.iter().enumerate() {
            if *factor != 0.0 && other != row {
                let variable = self.basis.head[other];
                let least = factor * factor * own;
                if self.weight[variable] < least {
                    self.weight[variable] = least;
                }
            }
        }
        self.weight[entering] = own.max(1.0);
        self.weight[leaving] = 1.0;
        if self.basis.exchange(entering, row, column) {
            self.refresh();
        }
    }

    /// Computes values and prices afresh.
    fn refresh(&mut self) {
        self.basis.revalue(&mut self.value);
        let mut dual: Vec<f64> = self
            .basis
            .head
            .iter()
            .map(|variable| self.cost[*variable])
            .collect();
        self.basis.backward(&mut dual);
        self.price.clone_from(&self.cost);
        self.basis.subtract(&dual, &mut self.price);
        for variable in &self.basis.head {
            self.price[*variable] = 0.0;
        }
    }
}
