//! The search for what else must be hidden. A greedy loop with an attacker in
//! it: as long as some hidden figure can be narrowed down too far, hide the
//! cheapest further figure that helps, and give back what proves superfluous.

use std::collections::BTreeSet;

use super::bounds::{Interval, interval};
use super::solver::{
    Direction, Equation, LinearProblem, LinearSolver, Optimum, SolverError, Variable,
};
use super::system::System;
use super::{CannotProtect, Rule};

/// A movement of the solver smaller than this is rounding, not a movement.
const MOVEMENT: f64 = 1e-6;

/// Extends `hidden` until every hidden unknown meets requirement R.
pub(super) fn complete(
    system: &System,
    rule: &Rule,
    primaries: &BTreeSet<usize>,
    solver: &dyn LinearSolver,
) -> Result<BTreeSet<usize>, CannotProtect> {
    let search = Search {
        system,
        rule,
        solver,
    };
    let mut hidden = primaries.clone();
    // Each round hides at least one more unknown, or fails.
    while let Some(target) = search.first_too_narrow(&hidden, &hidden)? {
        let further = search.repair(&hidden, target)?;
        let before = hidden.len();
        hidden.extend(further);
        if hidden.len() == before {
            return Err(CannotProtect::NoPattern);
        }
    }
    search.give_back(primaries, &mut hidden)?;
    Ok(hidden)
}

struct Search<'a> {
    system: &'a System,
    rule: &'a Rule,
    solver: &'a dyn LinearSolver,
}

impl Search<'_> {
    fn interval(&self, hidden: &BTreeSet<usize>, target: usize) -> Result<Interval, SolverError> {
        interval(self.system, hidden, target, self.solver)
    }

    fn is_safe(&self, hidden: &BTreeSet<usize>, target: usize) -> Result<bool, SolverError> {
        let interval = self.interval(hidden, target)?;
        Ok(interval.is_wide_enough(self.rule.threshold()))
    }

    /// The first of `targets` that an attacker can narrow down too far.
    fn first_too_narrow(
        &self,
        hidden: &BTreeSet<usize>,
        targets: &BTreeSet<usize>,
    ) -> Result<Option<usize>, SolverError> {
        for target in targets {
            if !self.is_safe(hidden, *target)? {
                return Ok(Some(*target));
            }
        }
        Ok(None)
    }

    /// What to hide in addition so that `target` is safe: one figure if one
    /// is enough, else the cheapest way to let the target move, else the whole
    /// block up to its totals.
    fn repair(
        &self,
        hidden: &BTreeSet<usize>,
        target: usize,
    ) -> Result<BTreeSet<usize>, CannotProtect> {
        let block = self.system.block(target, |_| true).unknowns;
        if let Some(single) = self.best_single(hidden, target, &block)? {
            return Ok(BTreeSet::from([single]));
        }
        if let Some(path) = self.best_path(hidden, target, &block)? {
            return Ok(path);
        }
        Ok(block.difference(hidden).copied().collect())
    }

    /// The one figure that makes the target safe and leaves the least to do.
    fn best_single(
        &self,
        hidden: &BTreeSet<usize>,
        target: usize,
        block: &BTreeSet<usize>,
    ) -> Result<Option<usize>, SolverError> {
        let mut best = None;
        for candidate in block.difference(hidden).copied() {
            let mut tried = hidden.clone();
            tried.insert(candidate);
            if !self.is_safe(&tried, target)? {
                continue;
            }
            let mut left_over = 0;
            for other in tried.intersection(block) {
                left_over += usize::from(!self.is_safe(&tried, *other)?);
            }
            let cost = (left_over, self.cost(candidate), candidate);
            if best.is_none_or(|known| cost < known) {
                best = Some(cost);
            }
        }
        Ok(best.map(|(_, _, candidate)| candidate))
    }

    /// Few cells first, then cells with cases (a hidden zero protects only as
    /// long as nobody knows that nothing happened there), then small figures.
    fn cost(&self, unknown: usize) -> (usize, bool, u64) {
        let value = self.system.value(unknown);
        (self.system.cell_count(unknown), value == 0, value)
    }

    /// The cheapest set of figures that must move for the target to move far
    /// enough up or down.
    fn best_path(
        &self,
        hidden: &BTreeSet<usize>,
        target: usize,
        block: &BTreeSet<usize>,
    ) -> Result<Option<BTreeSet<usize>>, SolverError> {
        let threshold = self.rule.threshold();
        let width = threshold.saturating_sub(1);
        let now = self.interval(hidden, target)?;
        let value = self.system.value(target);
        let up_to = threshold.max(now.lower.saturating_add(width));
        let mut moves = vec![up_to.saturating_sub(value) as f64];
        if let Some(upper) = now.upper.filter(|upper| *upper >= threshold) {
            moves.push(upper.saturating_sub(width) as f64 - value as f64);
        }
        let mut best: Option<((usize, u64), BTreeSet<usize>)> = None;
        for distance in moves {
            let Some(path) = self.path(hidden, target, block, distance)? else {
                continue;
            };
            let cost = path.iter().fold((0, 0_u64), |(cells, sum), unknown| {
                (
                    cells + self.system.cell_count(*unknown),
                    sum + self.system.value(*unknown),
                )
            });
            if !path.is_empty() && best.as_ref().is_none_or(|(known, _)| cost < *known) {
                best = Some((cost, path));
            }
        }
        Ok(best.map(|(_, path)| path))
    }

    /// The published figures that move when the target moves by `distance` at
    /// the least cost, each figure costing its movement times its weight (the
    /// incremental linear programme of Kelly, Golden and Assad 1992).
    fn path(
        &self,
        hidden: &BTreeSet<usize>,
        target: usize,
        block: &BTreeSet<usize>,
        distance: f64,
    ) -> Result<Option<BTreeSet<usize>>, SolverError> {
        let largest = block
            .iter()
            .map(|unknown| self.system.value(*unknown))
            .max();
        let scale = 1.0 + largest.unwrap_or(0) as f64;
        let mut problem = LinearProblem::default();
        let mut objective = Vec::new();
        // Two variables for each unknown: how far it moves up, and how far down.
        for (position, unknown) in block.iter().enumerate() {
            let value = self.system.value(*unknown) as f64;
            let (up, down) = if *unknown == target {
                (distance.max(0.0), (-distance).max(0.0))
            } else {
                (f64::INFINITY, value)
            };
            let fixed = *unknown == target;
            problem.variables.push(Variable {
                lower: if fixed { up } else { 0.0 },
                upper: up.is_finite().then_some(up),
                whole: false,
            });
            problem.variables.push(Variable {
                lower: if fixed { down } else { 0.0 },
                upper: Some(down),
                whole: false,
            });
            if !hidden.contains(unknown) {
                let weight = self.system.cell_count(*unknown) as f64 + value / scale;
                objective.push((2 * position, weight));
                objective.push((2 * position + 1, weight));
            }
        }
        let positions: Vec<usize> = block.iter().copied().collect();
        let sums: BTreeSet<usize> = block
            .iter()
            .flat_map(|unknown| self.system.sums_of(*unknown).iter().copied())
            .collect();
        for sum in sums.into_iter().filter_map(|at| self.system.sum(at)) {
            let mut terms = Vec::new();
            for (member, sign) in sum.terms() {
                let position = positions.partition_point(|other| *other < member);
                terms.push((2 * position, sign));
                terms.push((2 * position + 1, -sign));
            }
            problem.equations.push(Equation { terms, right: 0.0 });
        }
        let point = match self
            .solver
            .optimum(&problem, &objective, Direction::Smallest)?
        {
            Optimum::Finite { point, .. } => point,
            Optimum::Infeasible | Optimum::Unbounded => return Ok(None),
        };
        let moved = positions
            .iter()
            .zip(point.chunks_exact(2))
            .filter(|(unknown, both)| {
                !hidden.contains(unknown) && both.iter().sum::<f64>() > MOVEMENT
            })
            .map(|(unknown, _)| *unknown)
            .collect();
        Ok(Some(moved))
    }

    /// Publishes again what need not be hidden, the largest figures first,
    /// until every further figure still hidden is needed.
    fn give_back(
        &self,
        primaries: &BTreeSet<usize>,
        hidden: &mut BTreeSet<usize>,
    ) -> Result<(), SolverError> {
        let mut further: Vec<usize> = hidden.difference(primaries).copied().collect();
        further.sort_by_key(|unknown| (std::cmp::Reverse(self.system.value(*unknown)), *unknown));
        loop {
            let before = further.len();
            let mut needed = Vec::new();
            for unknown in further {
                if self.is_superfluous(hidden, unknown)? {
                    hidden.remove(&unknown);
                } else {
                    needed.push(unknown);
                }
            }
            if needed.len() == before {
                return Ok(());
            }
            // A figure hidden only for another one that is published again now may go too.
            further = needed;
        }
    }

    fn is_superfluous(
        &self,
        hidden: &BTreeSet<usize>,
        unknown: usize,
    ) -> Result<bool, SolverError> {
        let mut tried = hidden.clone();
        tried.remove(&unknown);
        let block = self.system.block(unknown, |_| true).unknowns;
        let affected = tried.intersection(&block).copied().collect();
        Ok(self.first_too_narrow(&tried, &affected)?.is_none())
    }
}
