//! Controlled rounding, the documented alternative to hiding: every base cell becomes a neighbouring multiple of the
//! base, every figure is the sum of its rounded base cells, and the choice up or down keeps sums near the truth.
//!
//! Figures add up exactly, and a reader learns of each base cell only between which multiples it lies. A base cell that was rounded
//! before keeps its value, so that several releases say no more than one.

use std::collections::BTreeMap;

use super::problem::{BaseId, CellId, Problem, Shown};
use super::published::{Figure, Loss, Method, Published};

/// Passes over all base cells at most.
const PASSES: usize = 50;

/// A rounded release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rounded<K> {
    /// The figures.
    pub published: Published<K>,
    /// What each base cell was rounded to: to be kept for the releases to come.
    pub bases: BTreeMap<BaseId, u64>,
    /// The largest difference between a figure and the truth. For officers only.
    pub largest_error: u64,
}

/// Rounds to multiples of `base`, which is at least the threshold so that no small figure stands in the open. `kept`: the base
/// cells of earlier releases. `None` if the base is smaller, or if an earlier release published true figures of the
/// same cells: exact and rounded figures together give small ones away.
pub fn round_to<K: Ord + Clone>(
    problem: &Problem<K>,
    base: u64,
    kept: &BTreeMap<BaseId, u64>,
) -> Option<Rounded<K>> {
    let exact_before = problem
        .cells
        .iter()
        .any(|cell| cell.shown == Some(Shown::Published));
    if base < problem.rule.threshold() || exact_before {
        return None;
    }
    let counts: Vec<u64> = problem
        .counts
        .iter()
        .map(|count| count.unwrap_or(0))
        .collect();
    let mut rounded: Vec<u64> = Vec::with_capacity(counts.len());
    for (number, count) in counts.iter().enumerate() {
        let down = count / base * base;
        let nearest = if (count - down) * 2 >= base {
            down + base
        } else {
            down
        };
        rounded.push(kept.get(&BaseId(number)).copied().unwrap_or(nearest));
    }
    let mut cells_of: Vec<Vec<usize>> = vec![Vec::new(); counts.len()];
    let mut error: Vec<i64> = Vec::with_capacity(problem.cells.len());
    for (number, cell) in problem.cells.iter().enumerate() {
        let mut sum = 0;
        for part in &cell.parts {
            sum += difference(rounded[*part], counts[*part]);
            cells_of[*part].push(number);
        }
        error.push(sum);
    }
    let cost = |error: i64, cell: usize| {
        let weight = if problem.cells[cell].figures.is_empty() {
            0
        } else {
            1
        };
        error * error * weight
    };
    for _ in 0..PASSES {
        let mut better = false;
        for (number, count) in counts.iter().enumerate() {
            if count % base == 0 || kept.contains_key(&BaseId(number)) {
                continue;
            }
            let down = count / base * base;
            let other = if rounded[number] == down {
                down + base
            } else {
                down
            };
            let step = difference(other, rounded[number]);
            let cells = cells_of[number].iter();
            let gain: i64 = cells
                .map(|cell| cost(error[*cell] + step, *cell) - cost(error[*cell], *cell))
                .sum();
            if gain < 0 {
                rounded[number] = other;
                for cell in &cells_of[number] {
                    error[*cell] += step;
                }
                better = true;
            }
        }
        if !better {
            break;
        }
    }
    let figures = problem.keys.iter().map(|(key, cell)| {
        let sum = problem.cells[*cell]
            .parts
            .iter()
            .map(|part| rounded[*part])
            .sum();
        (key.clone(), Figure::Number(sum))
    });
    let shown: Vec<usize> = (0..problem.cells.len())
        .filter(|cell| !problem.cells[*cell].figures.is_empty())
        .collect();
    let filled = shown
        .iter()
        .filter(|cell| problem.value(CellId(**cell)) > 0)
        .count();
    let loss = Loss {
        cells: shown.len(),
        filled,
        hidden: 0,
        complementary: 0,
        complementary_sum: 0,
        weight: 0,
        bound: 0,
    };
    let largest = shown.iter().map(|cell| error[*cell].unsigned_abs()).max();
    Some(Rounded {
        published: Published::new(
            figures.collect(),
            Vec::new(),
            Vec::new(),
            loss,
            problem.rule,
            Method::Rounding(base),
        ),
        bases: rounded
            .iter()
            .enumerate()
            .map(|(number, value)| (BaseId(number), *value))
            .collect(),
        largest_error: largest.unwrap_or(0),
    })
}

fn difference(one: u64, two: u64) -> i64 {
    i64::try_from(one).unwrap_or(i64::MAX) - i64::try_from(two).unwrap_or(i64::MAX)
}
