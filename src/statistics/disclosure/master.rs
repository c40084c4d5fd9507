//! The exact method: the cheapest pattern that meets all cuts (Fischetti and Salazar 2001), first in fractions, which
//! bounds every pattern from below; there is no branching on it.

use std::collections::BTreeSet;

use microlp::{ComparisonOp, OptimizationDirection, Problem, Solution, Variable};

use super::attack::{Attack, Cut};
use super::complete::Manner;
use super::search::{Gone, Search, Verdict, judge};
use super::system::{Choice, System};

/// A cut counts as met up to this.
const MET: f64 = 1e-4;

/// The linear relaxation, with the cuts found so far.
#[derive(Clone)]
pub(super) struct Master {
    solution: Option<Solution>,
    variables: Vec<Option<Variable>>,
    fixed: f64,
    seen: BTreeSet<Vec<(usize, i64)>>,
}

impl Master {
    pub(super) fn new(system: &System) -> Option<Master> {
        let mut model = Problem::new(OptimizationDirection::Minimize);
        let mut fixed = 0.0;
        let mut variables = Vec::with_capacity(system.units.len());
        for unit in &system.units {
            variables.push(match unit.choice {
                Choice::Free => Some(model.add_var(unit.weight as f64, (0.0, 1.0))),
                Choice::Shut => {
                    fixed += unit.weight as f64;
                    None
                }
                Choice::Open | Choice::Unseen => None,
            });
        }
        let solution = model.solve().ok()?.into_solution().ok()?;
        Some(Master {
            solution: Some(solution),
            variables,
            fixed,
            seen: BTreeSet::new(),
        })
    }

    /// Adds a cut; `None` when the solver fails or nothing meets all cuts.
    pub(super) fn add(&mut self, cut: &Cut) -> Option<()> {
        let key = cut
            .terms
            .iter()
            .map(|(unit, factor)| (*unit, (factor * 1e6).round() as i64))
            .collect();
        if !self.seen.insert(key) {
            return Some(());
        }
        let terms: Vec<(Variable, f64)> = cut
            .terms
            .iter()
            .filter_map(|(unit, factor)| Some((self.variables[*unit]?, *factor)))
            .collect();
        let solution = self.solution.take()?;
        let outcome = solution.add_constraint(terms, ComparisonOp::Ge, 1.0).ok()?;
        self.solution = Some(outcome.into_solution().ok()?);
        Some(())
    }

    pub(super) fn bound(&self) -> f64 {
        self.solution
            .as_ref()
            .map_or(self.fixed, |solution| solution.objective() + self.fixed)
    }

    pub(super) fn shares(&self, system: &System) -> Vec<f64> {
        self.variables
            .iter()
            .zip(&system.units)
            .map(
                |(variable, unit)| match (variable, &self.solution, unit.choice) {
                    (Some(variable), Some(solution), _) => {
                        solution.var_value(*variable).clamp(0.0, 1.0)
                    }
                    (_, _, Choice::Shut | Choice::Unseen) => 1.0,
                    _ => 0.0,
                },
            )
            .collect()
    }
}

/// How much of the cut is hidden.
fn covered(cut: &Cut, shares: &[f64]) -> f64 {
    cut.terms
        .iter()
        .map(|(unit, factor)| factor * shares[*unit])
        .sum()
}

/// Steps that adding a cut to the relaxation counts for.
const CUT: u64 = 10;
/// Rounds without a better pattern before only the bound is worked on.
const PATIENCE: usize = 60;

/// The same numbers every time.
struct Dice(u64);

impl Dice {
    /// Between zero and one.
    fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f64 / (1u64 << 24) as f64
    }
}

/// Completes a pattern and keeps it if it is better than the best.
fn attempt(
    search: &mut Search<'_>,
    hidden: &mut Vec<bool>,
    liking: &[f64],
    manner: Manner,
    best: &mut Vec<bool>,
) -> Result<bool, Gone> {
    if !search.complete(hidden, liking, manner)? {
        return Ok(false);
    }
    let order = search.dearest(hidden, liking);
    search.give_back(hidden, &order)?;
    let better = search.cost(hidden) < search.cost(best);
    if better {
        best.clone_from(hidden);
    }
    Ok(better)
}

/// Improves the pattern until it is proven best or the steps are used up. Returns the proven lower bound.
pub(super) fn improve(
    search: &mut Search<'_>,
    best: &mut Vec<bool>,
    steps: u64,
    watch: &mut dyn FnMut(u64) -> bool,
) -> Result<f64, Gone> {
    let system = search.system;
    if steps == 0 {
        // What must be hidden for its own sake bounds every pattern.
        let shut = system
            .units
            .iter()
            .filter(|unit| unit.choice == Choice::Shut);
        return Ok(shut.map(|unit| unit.weight as f64).sum());
    }
    let Some(mut master) = Master::new(system) else {
        return Ok(0.0);
    };
    let mut fractional: Vec<Attack<'_>> = search.attacks.clone();
    let needs = search.targets.iter().map(|target| target.need.width.max(1));
    let most = needs.max().unwrap_or(1) as f64;
    // All weights are multiples of this, so a bound is too.
    let grain = system
        .units
        .iter()
        .map(|unit| unit.weight)
        .fold(0, divisor)
        .max(1) as f64;
    let all = |search: &Search<'_>, fractional: &[Attack<'_>]| {
        search.steps() + fractional.iter().map(Attack::steps).sum::<u64>()
    };
    let begin = all(search, &fractional);
    let (mut idle, mut dice) = (0, Dice(2));
    // A table for which the first pattern took more than all of this gets no second one, only a bound.
    let single = search.steps() > steps;
    let (mut bound, mut charged) = (master.bound(), 0);
    loop {
        // Cuts that the search has met on the way, as far as the relaxation does not meet them.
        loop {
            let added = meet(search, &mut master, system)?;
            charged += added * CUT;
            if added == 0 || charged >= steps {
                break;
            }
        }
        bound = bound.max(((master.bound() - 1e-4) / grain).ceil() * grain);
        let used = all(search, &fractional) + charged - begin;
        if bound >= search.cost(best) as f64 || used >= steps || single || !watch(used) {
            return Ok(bound);
        }
        let shares = master.shares(system);
        if idle < PATIENCE {
            idle += 1;
            let liking: Vec<f64> = shares
                .iter()
                .map(|share| 0.02 + share * (1.0 + 0.5 * dice.next()))
                .collect();
            let mut hidden = search.start();
            if attempt(search, &mut hidden, &liking, Manner::Wide, best)? {
                idle = 0;
            }
            // Once more from the best pattern with a part of it torn down.
            let mut hidden = best.clone();
            for (unit, share) in shares.iter().enumerate() {
                let kept = dice.next() < 0.55 + 0.3 * share;
                if system.units[unit].choice == Choice::Free && hidden[unit] && !kept {
                    hidden[unit] = false;
                }
            }
            if attempt(search, &mut hidden, &liking, Manner::Deep, best)? {
                idle = 0;
            }
        }
        let mut found = 0;
        for attack in &mut fractional {
            attack.shares(&shares, most);
        }
        for place in 0..search.targets.len() {
            let target = search.targets[place];
            if target.certain.is_some() || search.is_spared(place) {
                continue;
            }
            search.go_on()?;
            if let Verdict::Close(Some(cut)) = judge(&mut fractional[target.who], &target)?
                && covered(&cut, &shares) < 1.0 - MET
            {
                found += usize::from(search.note(cut));
            }
        }
        if found == 0 && idle >= PATIENCE {
            return Ok(bound);
        }
    }
}

/// Adds the cuts that the relaxation does not meet, the worst first; how many.
fn meet(search: &Search<'_>, master: &mut Master, system: &System) -> Result<u64, Gone> {
    let shares = master.shares(system);
    let mut wrong: Vec<(i64, usize)> = Vec::new();
    for (place, cut) in search.cuts.iter().enumerate() {
        let part = covered(cut, &shares);
        if part < 1.0 - MET {
            wrong.push(((part * 1e6) as i64, place));
        }
    }
    wrong.sort_unstable();
    for (_, place) in wrong.iter().take(40) {
        master.add(&search.cuts[*place]).ok_or(Gone)?;
    }
    Ok(wrong.len().min(40) as u64)
}

fn divisor(one: u64, two: u64) -> u64 {
    if two == 0 {
        one
    } else {
        divisor(two, one % two)
    }
}
