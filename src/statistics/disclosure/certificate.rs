//! What is published under a pattern, and the proof of it: the interval of every hidden figure.

use std::collections::{BTreeMap, BTreeSet};

use super::certify::interval;
use super::pair::in_pairs;
use super::problem::{CellId, Problem, Shown};
use super::protect::{CannotProtect, Go, Phase};
use super::published::{Certified, Figure, Inside, Loss, Method, Published};
use super::rule::Interval;
use super::search::{EDGE, Gone, Search};
use super::system::Choice;

/// Writes down what is shown, what is hidden, and what everybody can say about it.
pub(super) fn finish<K: Ord + Clone + std::fmt::Debug>(
    problem: &Problem<K>,
    search: &mut Search<'_>,
    hidden: &[bool],
    intervals: &BTreeMap<usize, Interval>,
    bound: f64,
) -> Result<Published<K>, CannotProtect<K>> {
    let system = search.system;
    let is_hidden = |cell: usize| match system.unit_of.get(cell) {
        Some(Some(unit)) => hidden[*unit],
        _ => false,
    };
    let figures = problem.keys.iter().map(|(key, cell)| {
        let value = problem.value(CellId(*cell));
        // A small figure is hidden here whatever the search said.
        let secret = is_hidden(*cell)
            || (problem.rule.is_small(value)
                && problem.cells[*cell].shown != Some(Shown::Published));
        let figure = if secret {
            Figure::Hidden
        } else {
            Figure::Number(value)
        };
        (key.clone(), figure)
    });
    let figures: Vec<(K, Figure)> = figures.collect();
    let mut loss = Loss {
        cells: 0,
        filled: 0,
        hidden: 0,
        complementary: 0,
        complementary_sum: 0,
        weight: search.cost(hidden),
        bound: (bound - 1e-4).ceil().max(0.0) as u64,
    };
    let mut certificate = Vec::new();
    let mut hidden_cells = Vec::new();
    for (number, cell) in problem.cells.iter().enumerate() {
        let value = problem.sum(&cell.parts);
        let shown_now = !cell.figures.is_empty();
        loss.cells += usize::from(shown_now);
        loss.filled += usize::from(shown_now && value > 0);
        let unit = system.unit_of.get(number).copied().flatten();
        let Some(unit) = unit.filter(|unit| hidden[*unit]) else {
            continue;
        };
        if !shown_now && cell.shown.is_none() {
            continue;
        }
        if shown_now {
            hidden_cells.push(CellId(number));
            loss.hidden += 1;
            if system.units[unit].choice == Choice::Free {
                loss.complementary += 1;
                loss.complementary_sum += value;
            }
        }
        let known = intervals.get(&unit).copied().ok_or(Gone)?;
        certificate.push(Certified {
            cell: CellId(number),
            keys: cell
                .figures
                .iter()
                .filter_map(|figure| Some(problem.keys.get(*figure)?.0.clone()))
                .collect(),
            interval: known,
            insider: None,
        });
    }
    for (place, certified) in of_insiders(problem, search, hidden, &certificate)? {
        certificate[place].insider = Some(certified);
    }
    Ok(Published::new(
        figures,
        certificate,
        hidden_cells,
        loss,
        problem.rule,
        Method::Suppression,
    ))
}

/// What everybody can say about the hidden figures of this release and of those before, by unit.
pub(super) fn intervals<K: Ord + Clone + std::fmt::Debug>(
    problem: &Problem<K>,
    search: &mut Search<'_>,
    hidden: &[bool],
    go: Go<'_, K>,
) -> Result<BTreeMap<usize, Interval>, CannotProtect<K>> {
    let units: BTreeSet<usize> = (problem.cells.iter().zip(&search.system.unit_of))
        .filter(|(cell, _)| !cell.figures.is_empty() || cell.shown.is_some())
        .filter_map(|(_, unit)| unit.filter(|unit| hidden[*unit]))
        .collect();
    let mut known = BTreeMap::new();
    let units: Vec<usize> = units.into_iter().collect();
    for pair in units.chunks(2) {
        go(Phase::Certify, known.len() as u64, units.len() as u64)?;
        let first = &mut search.attacks[0];
        match (pair, search.beside.first_mut()) {
            ([one, two], Some(second)) => {
                let (left, right) = in_pairs(
                    || interval(first, hidden, *one),
                    || interval(second, hidden, *two),
                );
                known.insert(*one, left?);
                known.insert(*two, right?);
            }
            _ => {
                for unit in pair {
                    known.insert(*unit, interval(first, hidden, *unit)?);
                }
            }
        }
    }
    Ok(known)
}

/// The narrowest interval of somebody who knows a part, by place in the certificate, where it is narrower than what is asked
/// for everybody.
fn of_insiders<K: Ord + Clone>(
    problem: &Problem<K>,
    search: &mut Search<'_>,
    hidden: &[bool],
    certificate: &[Certified<K>],
) -> Result<BTreeMap<usize, Inside>, Gone> {
    let wide = (problem.rule.threshold() - 1) as f64;
    let mut units: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (place, certified) in certificate.iter().enumerate() {
        if let Some(Some(unit)) = search.system.unit_of.get(certified.cell.0) {
            units.entry(*unit).or_default().push(place);
        }
    }
    let mut narrowest: BTreeMap<usize, Inside> = BTreeMap::new();
    for number in 0..search.targets.len() {
        let target = search.targets[number];
        let Some(insider) = target
            .who
            .checked_sub(1)
            .and_then(|who| problem.insiders.get(who))
            .filter(|_| search.is_active(number, hidden))
        else {
            continue;
        };
        let Some(places) = units.get(&target.unit) else {
            continue;
        };
        search.go_on()?;
        let attack = &mut search.attacks[target.who];
        attack.pattern(hidden);
        let up = attack.reach(target.unit, 1.0, wide).ok_or(Gone)?.far;
        let rest = wide - up;
        if rest <= EDGE || attack.reach(target.unit, -1.0, rest).ok_or(Gone)?.far >= rest - EDGE {
            continue;
        }
        let found = Inside {
            name: insider.name.clone(),
            interval: interval(attack, hidden, target.unit)?,
        };
        for place in places {
            let known = narrowest.entry(*place).or_insert_with(|| found.clone());
            if found.interval.width() < known.interval.width() {
                known.clone_from(&found);
            }
        }
    }
    Ok(narrowest)
}
