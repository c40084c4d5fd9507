//! The only door to a linear solver. Disclosure control asks questions in its
//! own words here, so that another solver can be put in without touching it.

use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable as SolverVariable};
use thiserror::Error;

/// One unknown of a linear problem.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Variable {
    /// Smallest permitted value.
    pub lower: f64,
    /// Largest permitted value; `None` leaves it open.
    pub upper: Option<f64>,
    /// Whole numbers only. Solvers may limit these to 31 bits.
    pub whole: bool,
}

/// A sum of variables times coefficients that must equal a number.
#[derive(Debug, Clone, PartialEq)]
pub struct Equation {
    /// Position of the variable and its coefficient.
    pub terms: Vec<(usize, f64)>,
    /// What the sum must equal.
    pub right: f64,
}

/// Variables and the equations between them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LinearProblem {
    /// The unknowns.
    pub variables: Vec<Variable>,
    /// What holds between them.
    pub equations: Vec<Equation>,
}

/// Which end of the objective is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The smallest value.
    Smallest,
    /// The largest value.
    Largest,
}

/// The answer to a linear problem.
#[derive(Debug, Clone, PartialEq)]
pub enum Optimum {
    /// The best objective and a point that reaches it.
    Finite {
        /// Value of the objective.
        objective: f64,
        /// Value of each variable, in their order.
        point: Vec<f64>,
    },
    /// The objective has no limit in this direction.
    Unbounded,
    /// No point meets the equations.
    Infeasible,
}

/// The solver gave no answer. Never read as "protected".
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("Der Rechenkern hat kein Ergebnis geliefert ({0}).")]
pub struct SolverError(pub String);

/// Something that solves small linear problems. The same problem must always
/// get the same answer.
pub trait LinearSolver {
    /// The best value of `objective` (position of the variable, coefficient).
    fn optimum(
        &self,
        problem: &LinearProblem,
        objective: &[(usize, f64)],
        direction: Direction,
    ) -> Result<Optimum, SolverError>;
}

/// The solver in pure Rust that every build contains.
#[derive(Debug, Clone, Copy, Default)]
pub struct PureRustSolver;

impl LinearSolver for PureRustSolver {
    fn optimum(
        &self,
        problem: &LinearProblem,
        objective: &[(usize, f64)],
        direction: Direction,
    ) -> Result<Optimum, SolverError> {
        let mut model = Problem::new(match direction {
            Direction::Smallest => OptimizationDirection::Minimize,
            Direction::Largest => OptimizationDirection::Maximize,
        });
        let mut coefficients = vec![0.0; problem.variables.len()];
        for (position, coefficient) in objective {
            let slot = coefficients
                .get_mut(*position)
                .ok_or_else(|| missing(*position))?;
            *slot += coefficient;
        }
        let variables: Vec<SolverVariable> = problem
            .variables
            .iter()
            .zip(coefficients)
            .map(|(variable, coefficient)| add_variable(&mut model, variable, coefficient))
            .collect();
        for equation in &problem.equations {
            let mut terms = Vec::with_capacity(equation.terms.len());
            for (position, coefficient) in &equation.terms {
                let variable = variables.get(*position).ok_or_else(|| missing(*position))?;
                terms.push((*variable, *coefficient));
            }
            model.add_constraint(terms, ComparisonOp::Eq, equation.right);
        }
        let outcome = match model.solve() {
            Ok(outcome) => outcome,
            Err(microlp::Error::Unbounded) => return Ok(Optimum::Unbounded),
            Err(microlp::Error::Infeasible) => return Ok(Optimum::Infeasible),
            Err(other) => return Err(SolverError(other.to_string())),
        };
        let Ok(solution) = outcome.into_solution() else {
            return Err(SolverError("abgebrochen".to_owned()));
        };
        Ok(Optimum::Finite {
            objective: solution.objective(),
            point: variables
                .iter()
                .map(|variable| solution.var_value(*variable))
                .collect(),
        })
    }
}

fn add_variable(model: &mut Problem, variable: &Variable, coefficient: f64) -> SolverVariable {
    if variable.whole {
        // The solver takes 31-bit limits; the cast saturates.
        let upper = variable.upper.map_or(i32::MAX, |upper| upper as i32);
        model.add_integer_var(coefficient, (variable.lower as i32, upper))
    } else {
        let upper = variable.upper.unwrap_or(f64::INFINITY);
        model.add_var(coefficient, (variable.lower, upper))
    }
}

fn missing(position: usize) -> SolverError {
    SolverError(format!("Variable {position} fehlt"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(whole: bool) -> Variable {
        Variable {
            lower: 0.0,
            upper: None,
            whole,
        }
    }

    fn objective_of(problem: &LinearProblem, direction: Direction) -> Option<f64> {
        match PureRustSolver.optimum(problem, &[(0, 1.0)], direction) {
            Ok(Optimum::Finite { objective, .. }) => Some(objective),
            Ok(Optimum::Unbounded) => None,
            other => panic!("no answer: {other:?}"),
        }
    }

    #[test]
    fn finds_both_ends_and_knows_open_ends() {
        let mut problem = LinearProblem {
            variables: vec![open(false), open(false)],
            equations: Vec::new(),
        };
        assert_eq!(objective_of(&problem, Direction::Largest), None);
        problem.equations.push(Equation {
            terms: vec![(0, 1.0), (1, 1.0)],
            right: 7.0,
        });
        assert_eq!(objective_of(&problem, Direction::Largest), Some(7.0));
        assert_eq!(objective_of(&problem, Direction::Smallest), Some(0.0));
    }

    #[test]
    fn whole_variables_take_whole_values() {
        // 2 x + 3 y = 7 has x = 3.5 as its largest real solution, 2 as its largest whole one.
        for (whole, largest) in [(false, 3.5), (true, 2.0)] {
            let problem = LinearProblem {
                variables: vec![open(whole), open(whole)],
                equations: vec![Equation {
                    terms: vec![(0, 2.0), (1, 3.0)],
                    right: 7.0,
                }],
            };
            let found = objective_of(&problem, Direction::Largest).expect("bounded");
            assert!(
                (found - largest).abs() < 1e-6,
                "{found} instead of {largest}"
            );
        }
    }

    #[test]
    fn contradictions_and_missing_variables_are_told_apart() {
        let mut problem = LinearProblem {
            variables: vec![open(false)],
            equations: vec![Equation {
                terms: vec![(0, 1.0)],
                right: -1.0,
            }],
        };
        let answer = PureRustSolver.optimum(&problem, &[(0, 1.0)], Direction::Largest);
        assert_eq!(answer, Ok(Optimum::Infeasible));
        problem.equations[0].terms[0].0 = 4;
        let answer = PureRustSolver.optimum(&problem, &[(0, 1.0)], Direction::Largest);
        assert!(answer.is_err());
    }
}
