//! What an attacker can work out about a hidden figure who knows every
//! published figure, the sums, and that counts are whole and never negative.

use std::collections::{BTreeMap, BTreeSet};

use super::solver::{
    Direction, Equation, LinearProblem, LinearSolver, Optimum, SolverError, Variable,
};
use super::system::{Block, System};

/// The solver works in floating point; a value this close to a whole number
/// is that number. Counts are below 10^9, so rounding stays far below it.
const ROUNDING: f64 = 1e-6;

/// The smallest and the largest value a hidden figure can have in the eyes of
/// an attacker, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// Smallest possible value.
    pub lower: u64,
    /// Largest possible value; `None` when there is no limit.
    pub upper: Option<u64>,
}

impl Interval {
    /// Requirement R: the interval reaches the threshold and is at least
    /// threshold minus one wide. The lower levels (not exactly known, not
    /// provably small) would still point at single persons.
    pub fn is_wide_enough(&self, threshold: u64) -> bool {
        match self.upper {
            None => true,
            Some(upper) => {
                upper >= threshold
                    && upper.saturating_sub(self.lower) >= threshold.saturating_sub(1)
            }
        }
    }
}

/// The attacker's interval for `target`, exact in whole numbers, when the
/// unknowns in `hidden` (with `target` among them) are not published.
pub(super) fn interval(
    system: &System,
    hidden: &BTreeSet<usize>,
    target: usize,
    solver: &dyn LinearSolver,
) -> Result<Interval, SolverError> {
    let block = system.block(target, |unknown| hidden.contains(&unknown));
    let mut attack = Attack::new(system, &block, solver);
    let relaxed_lower = attack.end(target, Direction::Smallest)?;
    let relaxed_upper = attack.end(target, Direction::Largest)?;
    if is_network(system, &block) {
        // Every corner of such a system is whole: nothing to tighten.
        return Ok(Interval {
            lower: round_up(relaxed_lower.unwrap_or(0.0)),
            upper: relaxed_upper.map(round_down),
        });
    }
    attack.require_whole_numbers();
    let lower = match relaxed_lower {
        None => None,
        Some(_) => attack.end(target, Direction::Smallest)?,
    };
    // No limit among real numbers means none among whole ones: all coefficients are whole.
    let upper = match relaxed_upper {
        None => None,
        Some(_) => attack.end(target, Direction::Largest)?,
    };
    Ok(Interval {
        lower: round_up(lower.unwrap_or(0.0)),
        upper: upper.map(round_down),
    })
}

/// The attacker's linear problem over one block of hidden unknowns.
struct Attack<'a> {
    problem: LinearProblem,
    variable_of: BTreeMap<usize, usize>,
    solver: &'a dyn LinearSolver,
}

impl<'a> Attack<'a> {
    fn new(system: &System, block: &Block, solver: &'a dyn LinearSolver) -> Attack<'a> {
        let variable_of: BTreeMap<usize, usize> = block
            .unknowns
            .iter()
            .enumerate()
            .map(|(position, unknown)| (*unknown, position))
            .collect();
        let variables = vec![
            Variable {
                lower: 0.0,
                upper: None,
                whole: false,
            };
            variable_of.len()
        ];
        let equations = block
            .sums
            .iter()
            .filter_map(|position| system.sum(*position))
            .map(|sum| {
                let mut terms = Vec::new();
                let mut right = 0.0;
                for (member, sign) in sum.terms() {
                    match variable_of.get(&member) {
                        Some(position) => terms.push((*position, sign)),
                        None => right -= sign * system.value(member) as f64,
                    }
                }
                Equation { terms, right }
            })
            .collect();
        Attack {
            problem: LinearProblem {
                variables,
                equations,
            },
            variable_of,
            solver,
        }
    }

    fn require_whole_numbers(&mut self) {
        for variable in &mut self.problem.variables {
            variable.whole = true;
        }
    }

    /// One end of the target's interval; `None` when there is no limit.
    fn end(&self, target: usize, direction: Direction) -> Result<Option<f64>, SolverError> {
        let position = self
            .variable_of
            .get(&target)
            .copied()
            .ok_or_else(|| SolverError("Ziel fehlt".to_owned()))?;
        let objective = [(position, 1.0)];
        match self.solver.optimum(&self.problem, &objective, direction)? {
            Optimum::Finite { objective, .. } => Ok(Some(objective)),
            Optimum::Unbounded => Ok(None),
            // The true figures solve the system, so this is a defect, not an answer.
            Optimum::Infeasible => Err(SolverError("Widerspruch in den Summen".to_owned())),
        }
    }
}

/// Whether each unknown of the block is the total of at most one sum and a
/// part of at most one. Each column then holds at most one +1 and one -1: a
/// network matrix, totally unimodular, so real and whole bounds agree
/// (Heller and Tompkins 1956).
fn is_network(system: &System, block: &Block) -> bool {
    let mut totals = BTreeSet::new();
    let mut parts = BTreeSet::new();
    block
        .sums
        .iter()
        .filter_map(|position| system.sum(*position))
        .all(|sum| totals.insert(sum.total) && sum.parts.iter().all(|part| parts.insert(*part)))
}

/// The casts saturate; the values are below 10^9 and not negative by construction.
fn round_up(value: f64) -> u64 {
    (value - ROUNDING).ceil().max(0.0) as u64
}

fn round_down(value: f64) -> u64 {
    (value + ROUNDING).floor().max(0.0) as u64
}

#[cfg(test)]
mod tests {
    use super::super::super::cube::{Cell, CellIndex, Measure, Relation, RowKey, Table};
    use super::super::solver::PureRustSolver;
    use super::*;

    /// Three figures of which any two share a case that can only go to one of
    /// them: real numbers put half a case to each, whole numbers cannot.
    #[test]
    fn bounds_are_those_of_whole_numbers() {
        let mut cells = Vec::new();
        let mut add = |value| {
            let pillar = format!("z{}", cells.len());
            cells.push(Cell {
                row: RowKey::Pillar { pillar },
                measure: Measure::SessionsHeld,
                value,
            });
            CellIndex(cells.len() - 1)
        };
        let sum = add(0);
        let mut relations = Vec::new();
        let mut parts = Vec::new();
        let mut published = BTreeSet::new();
        for _ in 0..2 {
            let three = [add(0), add(0), add(0)];
            for pair in [[0, 1], [1, 2], [0, 2]] {
                let total = add(1);
                published.insert(total.0);
                let rest = add(1);
                relations.push(Relation {
                    total,
                    parts: vec![three[pair[0]], three[pair[1]], rest],
                });
            }
            parts.extend(three);
        }
        relations.push(Relation { total: sum, parts });
        let all: BTreeSet<usize> = (0..cells.len()).collect();
        let hidden: BTreeSet<usize> = all.difference(&published).copied().collect();
        let table = Table::new(Vec::new(), cells, relations).expect("additive");
        let system = System::of_table(&table);
        let found = interval(&system, &hidden, sum.0, &PureRustSolver);
        let two = Interval {
            lower: 0,
            upper: Some(2),
        };
        assert_eq!(found, Ok(two), "real numbers would allow 3");
    }

    #[test]
    fn the_interval_must_reach_the_threshold_and_be_wide() {
        let wide = |lower, upper| Interval { lower, upper }.is_wide_enough(5);
        assert!(wide(0, Some(5)) && wide(1, Some(5)) && wide(6, Some(10)) && wide(9, None));
        assert!(!wide(0, Some(4)) && !wide(2, Some(5)) && !wide(9, Some(9)));
    }
}
