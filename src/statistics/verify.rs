//! The second opinion on releases: what somebody can say about each hidden figure who has nothing but what is published.
//!
//! Shares no code with `disclosure`: another model (counts instead of deviations), another solver, and no knowledge of any
//! true figure. The ends of each interval come from linear programs; where whole numbers decide whether an interval is too
//! narrow, whole-number programs are solved. What cannot be settled is an error and never "nothing found".

use std::collections::{BTreeMap, BTreeSet};

use microlp::{ComparisonOp, LinearExpr, OptimizationDirection, Problem, Variable};
use thiserror::Error;

/// Rounding of the solver at a whole number.
const EDGE: f64 = 1e-5;

/// The end of an interval above which nothing is distinguished any more.
const FAR: f64 = 1e9;

/// What is published, and what somebody knows besides. Base cells are numbers from zero.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    threshold: u64,
    cells: BTreeMap<Vec<usize>, Option<u64>>,
    zeros: BTreeSet<usize>,
    knows: BTreeMap<usize, u64>,
    same: Vec<(Vec<usize>, Vec<usize>)>,
}

/// What is known of one hidden cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Base cells it consists of.
    pub parts: Vec<usize>,
    /// Smallest value it can have.
    pub lower: u64,
    /// Largest value it can have; `None` when there is no limit.
    pub upper: Option<u64>,
    /// The ends as far as fractions go, in whole numbers: what linear programs say, and certificates hold.
    pub fractions: (u64, Option<u64>),
    /// Whether that gives a small figure away: it may be small, and the interval does not reach the threshold or spans
    /// less than threshold minus one.
    pub too_narrow: bool,
}

/// Why the releases could not be judged. Never to be read as "nothing found".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum VerifyError {
    /// A cell is published with two different values, or sums contradict each other.
    #[error("Die veröffentlichten Werte widersprechen einander.")]
    Contradiction,
    /// The solver gave no answer.
    #[error("Der Rechenkern hat kein Ergebnis geliefert; nichts gilt als geprüft.")]
    NoAnswer,
}

impl Evidence {
    /// Nothing published yet; figures from one to `threshold` minus one are small.
    pub fn new(threshold: u64) -> Evidence {
        Evidence {
            threshold,
            ..Evidence::default()
        }
    }

    /// A release shows a cell: its number, or that it is hidden. The same cell may come up in several tables and
    /// releases; once a number is published, it is known.
    pub fn shows(
        &mut self,
        parts: impl IntoIterator<Item = usize>,
        value: Option<u64>,
    ) -> Result<(), VerifyError> {
        let parts: BTreeSet<usize> = parts.into_iter().collect();
        let parts: Vec<usize> = parts.into_iter().collect();
        if parts.is_empty() && value.is_some_and(|value| value > 0) {
            return Err(VerifyError::Contradiction);
        }
        let known = self.cells.entry(parts).or_insert(value);
        match (*known, value) {
            (Some(one), Some(two)) if one != two => return Err(VerifyError::Contradiction),
            (None, Some(_)) => *known = value,
            _ => {}
        }
        Ok(())
    }

    /// Everybody knows that this base cell is empty.
    pub fn impossible(&mut self, base: usize) {
        self.zeros.insert(base);
    }

    /// Everybody knows that two sets hold the same cases, sorted in two ways.
    pub fn same(
        &mut self,
        one: impl IntoIterator<Item = usize>,
        other: impl IntoIterator<Item = usize>,
    ) {
        self.same
            .push((one.into_iter().collect(), other.into_iter().collect()));
    }

    /// The same evidence in the hands of somebody who knows these base cells.
    pub fn insider(&self, knows: impl IntoIterator<Item = (usize, u64)>) -> Evidence {
        let mut evidence = self.clone();
        evidence.knows.extend(knows);
        evidence
    }

    /// The same evidence without any figure but zeros: what definitions alone say.
    pub fn bare(&self) -> Evidence {
        let mut evidence = self.clone();
        for value in evidence.cells.values_mut() {
            *value = value.filter(|value| *value == 0);
        }
        evidence
    }

    /// What is known of every hidden cell.
    pub fn verify(&self) -> Result<Vec<Finding>, VerifyError> {
        let hidden = self.cells.iter().filter(|(_, value)| value.is_none());
        let hidden: Vec<&[usize]> = hidden.map(|(parts, _)| parts.as_slice()).collect();
        self.judge(&hidden)
    }

    /// What is known of these cells, in their order; each is a set of base cells.
    pub fn judge(&self, cells: &[&[usize]]) -> Result<Vec<Finding>, VerifyError> {
        let view = View::new(self)?;
        // Also what hides nothing must be true.
        view.solve(&BTreeMap::new(), OptimizationDirection::Minimize)?;
        let sorted = |parts: &[usize]| parts.iter().copied().collect::<BTreeSet<usize>>();
        cells
            .iter()
            .map(|parts| view.finding(&sorted(parts).into_iter().collect::<Vec<_>>()))
            .collect()
    }

    /// Which of these cells, given with their true values, can be nothing else, by place. A single question moves many cells
    /// at once; what has moved by a whole case is settled.
    pub fn exact(&self, cells: &[(&[usize], u64)]) -> Result<Vec<usize>, VerifyError> {
        let view = View::new(self)?;
        let sums: Vec<(BTreeMap<usize, i64>, i64)> =
            cells.iter().map(|(parts, _)| view.sum(parts)).collect();
        let mut open: BTreeSet<usize> = (0..cells.len()).collect();
        for direction in [
            OptimizationDirection::Maximize,
            OptimizationDirection::Minimize,
        ] {
            loop {
                let mut wanted: BTreeMap<usize, i64> = BTreeMap::new();
                for place in &open {
                    for unknown in sums
                        .get(*place)
                        .into_iter()
                        .flat_map(|(terms, _)| terms.keys())
                    {
                        *wanted.entry(*unknown).or_insert(0) += 1;
                    }
                }
                let before = open.len();
                // Without limit everything asked for may still be fixed but one: then each is asked on its own.
                let Some(point) = view.solve(&wanted, direction)? else {
                    break;
                };
                open.retain(|place| {
                    let Some(((terms, known), (_, value))) =
                        sums.get(*place).zip(cells.get(*place))
                    else {
                        return true;
                    };
                    let sum: f64 = terms
                        .keys()
                        .map(|unknown| point.get(unknown).copied().unwrap_or(0.0))
                        .sum();
                    (sum + *known as f64 - *value as f64).abs() < 1.0 - EDGE
                });
                if open.len() == before || open.is_empty() {
                    break;
                }
            }
        }
        let mut exact = Vec::new();
        for place in open {
            if let Some((parts, _)) = cells.get(place) {
                let finding = view.finding(parts)?;
                if finding.fractions.1 == Some(finding.fractions.0) {
                    exact.push(place);
                }
            }
        }
        Ok(exact)
    }

    /// Only what gives a small figure away.
    pub fn too_narrow(&self) -> Result<Vec<Finding>, VerifyError> {
        let findings = self.verify()?.into_iter();
        Ok(findings.filter(|finding| finding.too_narrow).collect())
    }
}

/// The counts that are not known, each with the published sums it is in.
struct View {
    threshold: u64,
    /// Unknown of each base cell; those that always appear together are one. `None`: known.
    unknown: BTreeMap<usize, Option<usize>>,
    unknowns: usize,
    given: BTreeMap<usize, u64>,
    /// Sums of unknowns, with signs, and what they are.
    sums: Vec<(BTreeMap<usize, i64>, i64)>,
    /// Sums in which each unknown is.
    within: Vec<Vec<usize>>,
}

impl View {
    fn new(evidence: &Evidence) -> Result<View, VerifyError> {
        let mut given = evidence.knows.clone();
        given.extend(evidence.zeros.iter().map(|base| (*base, 0)));
        for (parts, value) in &evidence.cells {
            if *value == Some(0) {
                given.extend(parts.iter().map(|base| (*base, 0)));
            }
        }
        // What appears in the same cells cannot be told apart, and need not be.
        let mut appears: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let ties = evidence.same.iter().flat_map(|(one, other)| [one, other]);
        for (number, parts) in evidence.cells.keys().chain(ties).enumerate() {
            for base in parts {
                appears.entry(*base).or_default().push(number);
            }
        }
        let mut classes: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
        let mut unknown = BTreeMap::new();
        for (base, cells) in appears {
            let next = classes.len();
            let class = (!given.contains_key(&base)).then(|| *classes.entry(cells).or_insert(next));
            unknown.insert(base, class);
        }
        let mut view = View {
            threshold: evidence.threshold,
            unknown,
            unknowns: classes.len(),
            given,
            sums: Vec::new(),
            within: Vec::new(),
        };
        for (parts, value) in &evidence.cells {
            if let Some(value) = value {
                let (terms, known) = view.sum(parts);
                let right = as_signed(*value)? - known;
                view.add(terms, right)?;
            }
        }
        for (one, other) in &evidence.same {
            let (mut terms, known) = view.sum(one);
            let (others, known_others) = view.sum(other);
            for unknown in others.keys() {
                *terms.entry(*unknown).or_insert(0) -= 1;
            }
            view.add(terms, known_others - known)?;
        }
        view.within = vec![Vec::new(); view.unknowns];
        for (number, (terms, _)) in view.sums.iter().enumerate() {
            for unknown in terms.keys() {
                if let Some(within) = view.within.get_mut(*unknown) {
                    within.push(number);
                }
            }
        }
        Ok(view)
    }

    fn add(&mut self, mut terms: BTreeMap<usize, i64>, right: i64) -> Result<(), VerifyError> {
        terms.retain(|_, sign| *sign != 0);
        if terms.is_empty() {
            return if right == 0 {
                Ok(())
            } else {
                Err(VerifyError::Contradiction)
            };
        }
        self.sums.push((terms, right));
        Ok(())
    }

    /// The unknowns of a cell, and what is known of it.
    fn sum(&self, parts: &[usize]) -> (BTreeMap<usize, i64>, i64) {
        let mut known = 0_i64;
        let mut terms = BTreeMap::new();
        for base in parts {
            match self.unknown.get(base) {
                Some(Some(unknown)) => {
                    terms.insert(*unknown, 1);
                }
                _ => {
                    let given = self.given.get(base).copied().unwrap_or(0);
                    known = known.saturating_add(i64::try_from(given).unwrap_or(i64::MAX));
                }
            }
        }
        (terms, known)
    }

    fn finding(&self, parts: &[usize]) -> Result<Finding, VerifyError> {
        let (terms, known) = self.sum(parts);
        let low = self.end(&terms, OptimizationDirection::Minimize, false)?;
        let high = self.end(&terms, OptimizationDirection::Maximize, false)?;
        let number = |value: f64| u64::try_from(value as i64 + known).unwrap_or(0);
        let mut lower = number((low - EDGE).ceil().max(0.0));
        let mut upper = (high < FAR).then(|| number((high + EDGE).floor()));
        let fractions = (lower, upper);
        let wide = |lower: u64, upper: Option<u64>| {
            let wide = upper.is_none_or(|upper| {
                upper >= self.threshold && upper.saturating_sub(lower) + 1 >= self.threshold
            });
            wide || lower >= self.threshold || upper == Some(0)
        };
        // Whole numbers may reach less far than fractions: asked only where one case more or less decides.
        let tight = upper.map(|upper| upper.saturating_sub(1));
        if wide(lower, upper) && !wide(lower + 1, tight) {
            lower = number(
                self.end(&terms, OptimizationDirection::Minimize, true)?
                    .round(),
            );
            if upper.is_some() {
                upper = Some(number(
                    self.end(&terms, OptimizationDirection::Maximize, true)?
                        .round(),
                ));
            }
        }
        Ok(Finding {
            parts: parts.to_vec(),
            lower,
            upper,
            fractions,
            too_narrow: !wide(lower, upper),
        })
    }

    /// The sums that bear on these unknowns: in which they are, in which others of those are, and so on.
    fn bearing(&self, terms: &BTreeMap<usize, i64>) -> (BTreeSet<usize>, BTreeSet<usize>) {
        let mut unknowns = BTreeSet::new();
        let mut sums = BTreeSet::new();
        let mut open: Vec<usize> = terms.keys().copied().collect();
        while let Some(unknown) = open.pop() {
            if !unknowns.insert(unknown) {
                continue;
            }
            for sum in self.within.get(unknown).into_iter().flatten() {
                if sums.insert(*sum) {
                    open.extend(
                        self.sums
                            .get(*sum)
                            .into_iter()
                            .flat_map(|(terms, _)| terms.keys()),
                    );
                }
            }
        }
        (unknowns, sums)
    }

    /// The smallest or largest value of the sum of these unknowns.
    fn end(
        &self,
        terms: &BTreeMap<usize, i64>,
        direction: OptimizationDirection,
        whole: bool,
    ) -> Result<f64, VerifyError> {
        if terms.is_empty() {
            return Ok(0.0);
        }
        let wanted: BTreeMap<usize, i64> = terms.keys().map(|unknown| (*unknown, 1)).collect();
        let (model, _) = self.model(&wanted, self.bearing(terms), direction, whole)?;
        match model.solve() {
            Ok(outcome) => {
                let solution = outcome.into_solution().map_err(|_| VerifyError::NoAnswer)?;
                Ok(solution.objective())
            }
            Err(microlp::Error::Unbounded) if direction == OptimizationDirection::Maximize => {
                Ok(f64::INFINITY)
            }
            Err(microlp::Error::Infeasible) => Err(VerifyError::Contradiction),
            Err(_) => Err(VerifyError::NoAnswer),
        }
    }

    /// The point at which the sum of these unknowns ends; of none, any point at all. `None` if there is no end.
    fn solve(
        &self,
        wanted: &BTreeMap<usize, i64>,
        direction: OptimizationDirection,
    ) -> Result<Option<BTreeMap<usize, f64>>, VerifyError> {
        let scope = if wanted.is_empty() {
            ((0..self.unknowns).collect(), (0..self.sums.len()).collect())
        } else {
            self.bearing(wanted)
        };
        let (model, variables) = self.model(wanted, scope, direction, false)?;
        match model.solve() {
            Ok(outcome) => {
                let solution = outcome.into_solution().map_err(|_| VerifyError::NoAnswer)?;
                let values = variables.into_iter();
                Ok(Some(
                    values
                        .map(|(unknown, variable)| (unknown, solution.var_value(variable)))
                        .collect(),
                ))
            }
            Err(microlp::Error::Unbounded) => Ok(None),
            Err(microlp::Error::Infeasible) => Err(VerifyError::Contradiction),
            Err(_) => Err(VerifyError::NoAnswer),
        }
    }

    fn model(
        &self,
        wanted: &BTreeMap<usize, i64>,
        (unknowns, sums): (BTreeSet<usize>, BTreeSet<usize>),
        direction: OptimizationDirection,
        whole: bool,
    ) -> Result<(Problem, BTreeMap<usize, Variable>), VerifyError> {
        let mut model = Problem::new(direction);
        let variables: BTreeMap<usize, Variable> = unknowns
            .into_iter()
            .map(|unknown| {
                let wanted = wanted.get(&unknown).copied().unwrap_or(0) as f64;
                let variable = if whole {
                    model.add_integer_var(wanted, (0, i32::MAX))
                } else {
                    model.add_var(wanted, (0.0, f64::INFINITY))
                };
                (unknown, variable)
            })
            .collect();
        for number in sums {
            let (terms, right) = self.sums.get(number).ok_or(VerifyError::NoAnswer)?;
            let mut sum = LinearExpr::empty();
            for (unknown, sign) in terms {
                let variable = variables.get(unknown).ok_or(VerifyError::NoAnswer)?;
                sum.add(*variable, *sign as f64);
            }
            model.add_constraint(sum, ComparisonOp::Eq, *right as f64);
        }
        Ok((model, variables))
    }
}

fn as_signed(value: u64) -> Result<i64, VerifyError> {
    i64::try_from(value).map_err(|_| VerifyError::NoAnswer)
}
