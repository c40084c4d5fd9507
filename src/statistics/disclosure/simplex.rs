//! A primal simplex for the attacker's questions: one set of relations whose right sides are all zero, asked again and
//! again for the ends of one variable while bounds change.
//!
//! All variables are deviations from the true figures, so zero is a feasible point whatever is published: there is no
//! first phase. A variable may rest between its bounds without being in the basis. The basis outlives changes of bounds,
//! which makes the next question cheap. Column order and pivots depend on nothing but the figures.

use std::sync::Arc;

use super::basis::{Basis, Column};
use super::made::Made;

/// Reduced costs smaller than this are zero.
const PRICE: f64 = 1e-7;
/// Pivots smaller than this are not used.
const PIVOT: f64 = 1e-7;
/// A fixed variable leaves the basis only for a pivot of at least this size.
const SAFE: f64 = 1e-3;
/// By how much lower bounds give way, at least; at most double.
const GIVE: f64 = 1e-6;
/// How much further than wanted a value must be before the question is answered early.
const SURE: f64 = 1e-2;
/// Bounds may be overstepped by this much.
const SLIP: f64 = 1e-9;
/// Steps without progress before the smallest index is taken, which cannot cycle (Bland 1977).
const PATIENCE: usize = 2000;

/// What came of a question.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum End {
    /// The largest value, with the price of each variable that is not zero: at every point of the relations the variable
    /// asked for equals the sum of price times value.
    Limit {
        value: f64,
        prices: Vec<(usize, f64)>,
    },
    /// The value wanted can be reached (or there is no limit).
    Reached,
    /// No answer within the steps permitted.
    Gone,
}

#[derive(Debug, Clone)]
pub(super) struct Simplex {
    basis: Basis,
    made: Arc<Made>,
    lower: Vec<f64>,
    upper: Vec<f64>,
    value: Vec<f64>,
    /// Reduced cost of every variable for what is asked.
    price: Vec<f64>,
    /// Space for a row of the inverse.
    dual: Vec<f64>,
    /// Space for what moves with the entering variable.
    moving: Vec<(usize, f64, f64)>,
    /// Pivots so far: the unit in which effort is counted.
    pub(super) steps: u64,
}

impl Simplex {
    /// `relations`: each says that a variable equals the sum of others, which have smaller numbers or none of their own.
    /// `ties`: each says that a variable equals a sum with signs.
    pub(super) fn new(
        variables: usize,
        relations: &[(usize, Vec<usize>)],
        ties: &[(usize, Vec<(usize, f64)>)],
    ) -> Simplex {
        let mut columns = vec![Column::new(); variables];
        let mut head = Vec::with_capacity(relations.len() + ties.len());
        let plain = relations.iter().map(|(whole, parts)| {
            let parts = parts.iter().map(|part| (*part, 1.0));
            (*whole, parts.collect::<Vec<(usize, f64)>>())
        });
        for (row, (whole, parts)) in plain.chain(ties.iter().cloned()).enumerate() {
            columns[whole].push((row, 1.0));
            for (part, sign) in parts {
                columns[part].push((row, -sign));
            }
            head.push(whole);
        }
        Simplex {
            basis: Basis::new(columns, head),
            made: Arc::new(Made::new(variables, relations)),
            lower: vec![0.0; variables],
            upper: vec![0.0; variables],
            value: vec![0.0; variables],
            price: vec![0.0; variables],
            dual: Vec::new(),
            moving: Vec::new(),
            steps: 0,
        }
    }

    /// Sets what a variable may do; zero must lie within.
    pub(super) fn bound(&mut self, variable: usize, lower: f64, upper: f64) {
        let give = if upper - lower > SLIP {
            self.give(variable)
        } else {
            0.0
        };
        self.lower[variable] = lower - give;
        self.upper[variable] = upper;
    }

    /// Many variables rest on a bound at once, which makes a simplex stand still; so each lower bound gives way a little,
    /// each by another amount. [`End::Limit`] has it taken out again.
    fn give(&self, variable: usize) -> f64 {
        let mixed = (variable as u64)
            .wrapping_add(1)
            .wrapping_mul(0x9E37_79B9_7F4A_7C15)
            >> 40;
        GIVE * (1.0 + mixed as f64 / (1u64 << 24) as f64)
    }

    /// Goes back to the true figures: needed after bounds were narrowed.
    pub(super) fn home(&mut self) {
        self.value.fill(0.0);
    }

    /// Brings a variable back to zero without leaving what is feasible, before it is fixed there.
    pub(super) fn still(&mut self, variable: usize) {
        let value = self.value[variable];
        let (lower, upper) = (self.lower[variable], self.upper[variable]);
        if value > 0.0 {
            self.lower[variable] = 0.0;
            self.largest(variable, -1.0, f64::INFINITY);
            self.lower[variable] = lower;
            self.upper[variable] = 0.0;
        } else if value < 0.0 {
            self.upper[variable] = 0.0;
            self.largest(variable, 1.0, f64::INFINITY);
            self.upper[variable] = upper;
            self.lower[variable] = 0.0;
        }
        if self.value[variable].abs() > SLIP && value.abs() > SLIP {
            self.home();
        } else {
            self.value[variable] = 0.0;
        }
    }

    /// Where the last question ended.
    pub(super) fn point(&self) -> &[f64] {
        &self.value
    }

    /// Brings fixed variables out of the basis, so that they need not be looked at again.
    pub(super) fn settle(&mut self) {
        self.ready();
        for row in 0..self.basis.rows {
            if self.is_free(self.basis.head[row]) {
                continue;
            }
            let mut unit = vec![0.0; self.basis.rows];
            unit[row] = 1.0;
            self.basis.backward(&mut unit);
            let mut best: Option<(usize, f64)> = None;
            for candidate in 0..self.basis.variables() {
                if self.basis.place[candidate].is_some() || !self.is_free(candidate) {
                    continue;
                }
                let size = self.basis.dot(&unit, candidate).abs();
                if size > SAFE && best.is_none_or(|(_, known)| size > known + 1e-9) {
                    best = Some((candidate, size));
                }
            }
            if let Some((candidate, _)) = best {
                let column = self.basis.forward(candidate);
                if column[row].abs() > PIVOT {
                    self.exchange(candidate, row, &column);
                }
                self.basis.recycle(column);
            }
        }
    }

    /// Tells the basis which variables have no bounds now.
    fn ready(&mut self) {
        let (lower, upper) = (&self.lower, &self.upper);
        let free = |variable: usize| lower[variable].is_infinite() && upper[variable].is_infinite();
        if self.basis.loosen(free) {
            self.basis.revalue(&mut self.value);
        }
    }

    /// Whether what a variable does follows from others and is not kept account of.
    fn is_loose(&self, variable: usize) -> bool {
        self.basis.place[variable].is_some_and(|row| self.basis.is_loose(row))
    }

    /// Adds up what was not kept account of.
    fn sum_up(&mut self) {
        for (whole, parts) in &self.made.relations {
            if self.basis.place[*whole].is_some_and(|row| self.basis.is_loose(row)) {
                self.value[*whole] = parts.iter().map(|part| self.value[*part]).sum();
            }
        }
    }

    fn is_free(&self, variable: usize) -> bool {
        self.upper[variable] - self.lower[variable] > SLIP
    }

    /// How large `sign * target` can become; stops as soon as it reaches `wanted`.
    pub(super) fn largest(&mut self, target: usize, sign: f64, wanted: f64) -> End {
        self.ready();
        let end = self.rise(target, sign, wanted);
        self.sum_up();
        end
    }

    fn rise(&mut self, target: usize, sign: f64, wanted: f64) -> End {
        let mut idle = 0;
        let limit = 200 + 20 * (self.basis.rows + self.basis.variables());
        for _ in 0..limit {
            if sign * self.value[target] >= wanted + SURE
                && sign * self.sum(target) >= wanted + SURE
            {
                return End::Reached;
            }
            self.find_prices(target, sign);
            let Some((entering, direction)) = self.entering(idle > PATIENCE) else {
                let prices = self.price.iter().copied().enumerate();
                let prices: Vec<(usize, f64)> =
                    prices.filter(|(_, price)| price.abs() > PRICE).collect();
                let given = prices
                    .iter()
                    .filter(|(variable, price)| *price < 0.0 && self.is_free(*variable));
                let given: f64 = given
                    .map(|(variable, price)| -price * self.give(*variable))
                    .sum();
                let value = sign * self.sum(target) - given;
                return End::Limit { value, prices };
            };
            let rate = sign * direction * self.price[entering];
            let column = self.basis.forward(entering);
            let follows = self.is_loose(target);
            let before = self.value[target];
            let step = match self.advance(entering, direction, &column, idle > PATIENCE) {
                Some(step) => step,
                None => {
                    self.basis.recycle(column);
                    return End::Reached;
                }
            };
            self.basis.recycle(column);
            if follows {
                self.value[target] = before + rate * step;
            }
            self.steps += 1;
            idle = if step > SLIP { 0 } else { idle + 1 };
        }
        End::Gone
    }

    /// The value of a variable, added up from what it is made of if no account is kept of it.
    fn sum(&self, target: usize) -> f64 {
        if self.is_loose(target) {
            let parts = self.made.parts[target].iter();
            parts.map(|part| self.value[*part]).sum()
        } else {
            self.value[target]
        }
    }

    /// Computes the reduced cost of every variable for the objective `sign * target`.
    fn find_prices(&mut self, target: usize, sign: f64) {
        self.price.fill(0.0);
        self.dual.clear();
        self.dual.resize(self.basis.rows, 0.0);
        for part in &self.made.parts[target] {
            match self.basis.place[*part] {
                Some(row) => self.dual[row] = sign,
                None => self.price[*part] = sign,
            }
        }
        self.basis.backward(&mut self.dual);
        self.basis.subtract(&self.dual, &mut self.price);
        for variable in &self.basis.head {
            self.price[*variable] = 0.0;
        }
    }

    fn entering(&self, careful: bool) -> Option<(usize, f64)> {
        let mut best: Option<(usize, f64, f64)> = None;
        for (variable, price) in self.price.iter().enumerate() {
            if price.abs() <= PRICE || self.basis.place[variable].is_some() {
                continue;
            }
            let (value, lower, upper) = (
                self.value[variable],
                self.lower[variable],
                self.upper[variable],
            );
            let free = if *price > 0.0 {
                value < upper - SLIP
            } else {
                value > lower + SLIP
            };
            if !free || !self.is_free(variable) {
                continue;
            }
            if careful {
                return Some((variable, price.signum()));
            }
            if best.is_none_or(|(_, _, known)| price.abs() > known + 1e-12) {
                best = Some((variable, price.signum(), price.abs()));
            }
        }
        best.map(|(variable, direction, _)| (variable, direction))
    }

    /// Moves the entering variable as far as it goes; `None` when nothing stops it.
    fn advance(
        &mut self,
        entering: usize,
        direction: f64,
        column: &[f64],
        careful: bool,
    ) -> Option<f64> {
        let own = if direction > 0.0 {
            self.upper[entering] - self.value[entering]
        } else {
            self.value[entering] - self.lower[entering]
        };
        // Row, speed, and how far it may go.
        let mut moving = std::mem::take(&mut self.moving);
        moving.clear();
        for (row, factor) in column.iter().enumerate() {
            let speed = -direction * factor;
            if speed.abs() <= PIVOT || self.basis.is_loose(row) {
                continue;
            }
            let basic = self.basis.head[row];
            let room = if speed > 0.0 {
                self.upper[basic] - self.value[basic]
            } else {
                self.value[basic] - self.lower[basic]
            };
            moving.push((row, speed.abs(), room.max(0.0) / speed.abs()));
        }
        let rooms = moving.iter().map(|(_, _, room)| *room);
        let nearest = rooms.fold(f64::INFINITY, f64::min);
        let step = own.min(nearest);
        let mut leaving: Option<(usize, f64)> = None;
        if own > nearest + 1e-10 {
            for (row, speed, room) in &moving {
                if *room > nearest + 1e-10 {
                    continue;
                }
                let better = leaving.is_none_or(|(known, size)| {
                    if careful {
                        self.basis.head[*row] < self.basis.head[known]
                    } else {
                        *speed > size + 1e-9
                    }
                });
                if better {
                    leaving = Some((*row, *speed));
                }
            }
        }
        self.moving = moving;
        if !step.is_finite() {
            return None;
        }
        self.value[entering] += direction * step;
        for (row, factor) in column.iter().enumerate() {
            if *factor != 0.0 && !self.basis.is_loose(row) {
                self.value[self.basis.head[row]] -= direction * step * factor;
            }
        }
        if let Some((row, _)) = leaving {
            let basic = self.basis.head[row];
            self.value[basic] = self.value[basic].clamp(self.lower[basic], self.upper[basic]);
            self.exchange(entering, row, column);
        } else {
            self.value[entering] =
                self.value[entering].clamp(self.lower[entering], self.upper[entering]);
        }
        Some(step)
    }

    fn exchange(&mut self, entering: usize, row: usize, column: &[f64]) {
        // What leaves the basis when it is computed afresh stays where it is: that must be up to date.
        if self.basis.is_due() {
            self.sum_up();
        }
        if self.basis.exchange(entering, row, column) {
            self.basis.revalue(&mut self.value);
            self.ready();
        }
    }
}
