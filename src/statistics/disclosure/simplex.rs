//! A primal simplex for the attacker's questions: one set of relations whose right sides are all zero, asked again and
//! again for the ends of one variable while bounds change.
//!
//! All variables are deviations from the true figures, so zero is a feasible point whatever is published: there is no
//! first phase. A variable may rest between its bounds without being in the basis. The basis outlives changes of bounds,
//! which makes the next question cheap. Column order and pivots depend on nothing but the figures.

use std::collections::BTreeSet;

/// Reduced costs smaller than this are zero.
const PRICE: f64 = 1e-7;
/// Pivots smaller than this are not used.
const PIVOT: f64 = 1e-7;
/// By how much lower bounds give way, at least; at most double.
const GIVE: f64 = 1e-6;
/// How much further than wanted a value must be before the question is answered early.
const SURE: f64 = 1e-2;
/// Bounds may be overstepped by this much.
const SLIP: f64 = 1e-9;
/// Entries smaller than this are dropped.
const DROP: f64 = 1e-12;
/// Changes of the basis before it is inverted afresh.
const REFRESH: usize = 40;
/// Steps without progress before the smallest index is taken, which cannot cycle (Bland 1977).
const PATIENCE: usize = 2000;

/// Row and coefficient.
type Column = Vec<(usize, f64)>;

/// What came of a question.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum End {
    /// The largest value, with the price of each variable that is not zero: at every point of the relations the variable
    /// asked for equals the sum of price times value.
    Limit { value: f64, prices: Vec<(usize, f64)> },
    /// The value wanted can be reached (or there is no limit).
    Reached,
    /// No answer within the steps permitted.
    Gone,
}

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

#[derive(Debug, Clone)]
pub(super) struct Simplex {
    columns: Vec<Column>,
    rows: usize,
    lower: Vec<f64>,
    upper: Vec<f64>,
    value: Vec<f64>,
    /// Variable that is basic in each row.
    head: Vec<usize>,
    /// Row in which a variable is basic.
    place: Vec<Option<usize>>,
    factors: Vec<Factor>,
    etas: Vec<Eta>,
    /// Pivots so far: the unit in which effort is counted.
    pub(super) steps: u64,
    pub idle_steps: u64, pub bland: u64, pub asks: u64, pub eta_size: u64, pub inverts: u64, pub settles: u64,
    work: Vec<f64>,
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
        let mut place = vec![None; variables];
        let mut head = Vec::with_capacity(relations.len());
        for (row, (whole, parts)) in relations.iter().enumerate() {
            columns[*whole].push((row, 1.0));
            for part in parts {
                columns[*part].push((row, -1.0));
            }
            place[*whole] = Some(row);
            head.push(*whole);
        }
        for (row, (whole, parts)) in (relations.len()..).zip(ties) {
            columns[*whole].push((row, 1.0));
            for (part, sign) in parts {
                columns[*part].push((row, -sign));
            }
            place[*whole] = Some(row);
            head.push(*whole);
        }
        let mut simplex = Simplex {
            rows: relations.len() + ties.len(),
            lower: vec![0.0; variables],
            upper: vec![0.0; variables],
            value: vec![0.0; variables],
            head,
            place,
            factors: Vec::new(),
            etas: Vec::new(),
            steps: 0,
            idle_steps: 0, bland: 0, asks: 0, eta_size: 0, inverts: 0, settles: 0,
            work: vec![0.0; relations.len() + ties.len()],
            columns,
        };
        simplex.invert();
        simplex
    }

    /// Sets what a variable may do; zero must lie within.
    pub(super) fn bound(&mut self, variable: usize, lower: f64, upper: f64) {
        let give = if upper - lower > SLIP { self.give(variable) } else { 0.0 };
        self.lower[variable] = lower - give;
        self.upper[variable] = upper;
    }

    /// Many variables rest on a bound at once, which makes a simplex stand still; so each lower bound gives way a little,
    /// each by another amount. [`End::Limit`] has it taken out again.
    fn give(&self, variable: usize) -> f64 {
        let mixed = (variable as u64).wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
        GIVE * (1.0 + mixed as f64 / (1u64 << 24) as f64)
    }

    /// Goes back to the true figures: needed after bounds were narrowed.
    pub(super) fn home(&mut self) {
        self.value.fill(0.0);
    }

    /// Brings a variable back to zero without leaving what is feasible, before it is fixed there.
    pub(super) fn still(&mut self, variable: usize) {
        self.press(variable, 0.0);
    }

    /// Lets a variable go no further from zero than `limit`, which lies between zero and its value.
    pub(super) fn press(&mut self, variable: usize, limit: f64) {
        let value = self.value[variable];
        let (lower, upper) = (self.lower[variable], self.upper[variable]);
        if value > limit && value > 0.0 {
            self.lower[variable] = limit;
            self.largest(variable, -1.0, f64::INFINITY);
            self.lower[variable] = lower;
            self.upper[variable] = limit;
        } else if value < limit && value < 0.0 {
            self.upper[variable] = limit;
            self.largest(variable, 1.0, f64::INFINITY);
            self.upper[variable] = upper;
            self.lower[variable] = limit;
        }
        if (self.value[variable] - limit).abs() > SLIP && value.abs() > SLIP {
            self.home();
        } else {
            self.value[variable] = limit;
        }
    }

    /// What a variable may do now.
    pub(super) fn bounds(&self, variable: usize) -> (f64, f64) {
        (self.lower[variable], self.upper[variable])
    }

    /// Puts back what [`Simplex::bounds`] gave.
    pub(super) fn restore(&mut self, variable: usize, bounds: (f64, f64)) {
        (self.lower[variable], self.upper[variable]) = bounds;
    }

    /// Where the last question ended.
    pub(super) fn point(&self) -> &[f64] {
        &self.value
    }

    /// Brings fixed variables out of the basis, so that they need not be looked at again.
    pub(super) fn settle(&mut self) {
        for row in 0..self.rows {
            let variable = self.head[row];
            if self.upper[variable] - self.lower[variable] > SLIP {
                continue;
            }
            let mut unit = vec![0.0; self.rows];
            unit[row] = 1.0;
            self.backward(&mut unit);
            let mut best: Option<(usize, f64)> = None;
            for candidate in 0..self.columns.len() {
                if self.place[candidate].is_some()
                    || self.upper[candidate] - self.lower[candidate] <= SLIP
                {
                    continue;
                }
                let size = self.dot(&unit, candidate).abs();
                if size > 1e-3 && best.is_none_or(|(_, known)| size > known + 1e-9) {
                    best = Some((candidate, size));
                }
            }
            if let Some((candidate, _)) = best {
                let column = self.forward(candidate);
                if column[row].abs() > PIVOT {
                    self.exchange(candidate, row, &column);
                }
                self.work = column;
            }
        }
    }

    /// How large `sign * target` can become; stops as soon as it reaches `wanted`.
    pub(super) fn largest(&mut self, target: usize, sign: f64, wanted: f64) -> End {
        let mut idle = 0;
        self.asks += 1;
        let limit = 200 + 20 * (self.rows + self.columns.len());
        for _ in 0..limit {
            if sign * self.value[target] >= wanted + SURE {
                return End::Reached;
            }
            let prices = self.prices(target, sign);
            let Some((entering, direction)) = self.entering(&prices, idle > PATIENCE) else {
                let prices: Vec<(usize, f64)> = prices
                    .into_iter()
                    .enumerate()
                    .filter(|(_, price)| price.abs() > PRICE)
                    .collect();
                let given = prices.iter().filter(|(variable, price)| {
                    *price < 0.0 && self.upper[*variable] - self.lower[*variable] > SLIP
                });
                let given: f64 = given.map(|(variable, price)| -price * self.give(*variable)).sum();
                let value = sign * self.value[target] - given;
                return End::Limit { value, prices };
            };
            let column = self.forward(entering);
            let step = match self.advance(entering, direction, &column, idle > PATIENCE) {
                Some(step) => step,
                None => {
                    self.work = column;
                    return End::Reached;
                }
            };
            self.work = column;
            self.steps += 1;
            if step <= SLIP { self.idle_steps += 1; }
            if idle > PATIENCE { self.bland += 1; }
            idle = if step > SLIP { 0 } else { idle + 1 };
        }
        End::Gone
    }

    fn dot(&self, dual: &[f64], variable: usize) -> f64 {
        self.columns[variable]
            .iter()
            .map(|(row, factor)| dual[*row] * factor)
            .sum()
    }

    /// Reduced cost of every variable for the objective `sign * target`.
    fn prices(&mut self, target: usize, sign: f64) -> Vec<f64> {
        let mut dual = vec![0.0; self.rows];
        let mut prices = vec![0.0; self.columns.len()];
        match self.place[target] {
            Some(row) => {
                dual[row] = sign;
                self.backward(&mut dual);
            }
            None => {
                prices[target] = sign;
                return prices;
            }
        }
        for (variable, price) in prices.iter_mut().enumerate() {
            if self.place[variable].is_none() {
                *price = -self
                    .columns[variable]
                    .iter()
                    .map(|(row, factor)| dual[*row] * factor)
                    .sum::<f64>();
            }
        }
        prices
    }

    fn entering(&self, prices: &[f64], careful: bool) -> Option<(usize, f64)> {
        let mut best: Option<(usize, f64, f64)> = None;
        for (variable, price) in prices.iter().enumerate() {
            if price.abs() <= PRICE || self.place[variable].is_some() {
                continue;
            }
            let (value, lower, upper) =
                (self.value[variable], self.lower[variable], self.upper[variable]);
            let free = if *price > 0.0 { value < upper - SLIP } else { value > lower + SLIP };
            if !free || upper - lower <= SLIP {
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
        let room = |row: usize, speed: f64| {
            let basic = self.head[row];
            let room = if speed > 0.0 {
                self.upper[basic] - self.value[basic]
            } else {
                self.value[basic] - self.lower[basic]
            };
            room.max(0.0) / speed.abs()
        };
        let speeds = || {
            let moving = column.iter().enumerate();
            moving
                .map(|(row, factor)| (row, -direction * factor))
                .filter(|(_, speed)| speed.abs() > PIVOT)
        };
        let nearest = speeds()
            .map(|(row, speed)| room(row, speed))
            .fold(f64::INFINITY, f64::min);
        let step = own.min(nearest);
        let mut leaving: Option<(usize, f64)> = None;
        if own > nearest + 1e-10 {
            for (row, speed) in speeds() {
                if room(row, speed) > nearest + 1e-10 {
                    continue;
                }
                let better = leaving.is_none_or(|(known, size)| {
                    if careful {
                        self.head[row] < self.head[known]
                    } else {
                        speed.abs() > size + 1e-9
                    }
                });
                if better {
                    leaving = Some((row, speed.abs()));
                }
            }
        }
        if !step.is_finite() {
            return None;
        }
        self.value[entering] += direction * step;
        for (row, factor) in column.iter().enumerate() {
            if *factor != 0.0 {
                self.value[self.head[row]] -= direction * step * factor;
            }
        }
        if let Some((row, _)) = leaving {
            let basic = self.head[row];
            self.value[basic] = self.value[basic].clamp(self.lower[basic], self.upper[basic]);
            self.exchange(entering, row, column);
        } else {
            self.value[entering] =
                self.value[entering].clamp(self.lower[entering], self.upper[entering]);
        }
        Some(step)
    }

    fn exchange(&mut self, entering: usize, row: usize, column: &[f64]) {
        self.push(row, column);
        self.place[self.head[row]] = None;
        self.head[row] = entering;
        self.place[entering] = Some(row);
        if self.etas.len() > REFRESH {
            self.invert();
        }
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
    fn forward(&mut self, variable: usize) -> Vec<f64> {
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
    fn solve(&self, column: &mut [f64]) {
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

    fn backward(&self, dual: &mut [f64]) {
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
            dual[factor.row] = if sum.abs() > DROP { sum / factor.pivot } else { 0.0 };
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
        let mut queue: BTreeSet<(usize, usize)> = count
            .iter()
            .enumerate()
            .map(|(position, count)| (*count, position))
            .collect();
        let mut late = Vec::new();
        while let Some((_, position)) = queue.pop_first() {
            done[position] = true;
            let variable = basic[position];
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
                if !open[row] || factor.abs() < 1e-3 {
                    continue;
                }
                let width = rows_of[row].iter().filter(|other| !done[**other]).count();
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
        self.inverts += 1; self.eta_size += self.factors.iter().map(|e| (e.above.len()+e.below.len()) as u64).sum::<u64>();
        self.revalue();
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
            let fits = column[row].abs() > 1e-3;
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

    /// Recomputes what is basic from what is not, so that rounding does not add up.
    fn revalue(&mut self) {
        let mut right = vec![0.0; self.rows];
        for (variable, column) in self.columns.iter().enumerate() {
            let value = self.value[variable];
            if self.place[variable].is_none() && value != 0.0 {
                for (row, factor) in column {
                    right[*row] -= factor * value;
                }
            }
        }
        self.solve(&mut right);
        for (row, variable) in self.head.iter().enumerate() {
            self.value[*variable] = right[row];
        }
    }
}
