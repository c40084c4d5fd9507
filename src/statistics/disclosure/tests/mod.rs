//! Disclosure control against an attacker written apart from it (`statistics::verify`), on hand-made tables, on the test
//! tables of `fixtures/disclosure`, on random tables and on random sequences of releases.
//!
//! `PROPTEST_CASES=10000` runs the whole number of random cases; without it a small share of them runs.

mod examples;
#[path = "../../../../benches/disclosure/instance.rs"]
#[allow(dead_code)]
mod instance;
mod random;
mod solver;
mod tables;

use std::collections::BTreeMap;

use super::super::verify::{Evidence, Finding};
use super::*;

/// Everything there is to know: counts of base cells, and what was shown of which sets of them.
#[derive(Debug, Clone, Default)]
struct World {
    threshold: u64,
    counts: Vec<u64>,
    shown: BTreeMap<Vec<usize>, Option<u64>>,
}

impl World {
    fn new(threshold: u64, counts: &[u64]) -> World {
        World {
            threshold,
            counts: counts.to_vec(),
            shown: BTreeMap::new(),
        }
    }

    fn base(&mut self, count: u64) -> usize {
        self.counts.push(count);
        self.counts.len() - 1
    }

    fn value(&self, set: &[usize]) -> u64 {
        set.iter().map(|base| self.counts[*base]).sum()
    }

    /// The release of these sets after all that was shown before, with parts of later tables in mind.
    fn problem(&self, sets: &[Vec<usize>], later: &[Vec<usize>]) -> Problem<Vec<usize>> {
        let mut problem = Problem::new(Rule::new(self.threshold).expect("permitted"));
        let ids: Vec<BaseId> = self
            .counts
            .iter()
            .map(|count| problem.base(*count))
            .collect();
        let of = |set: &[usize]| -> Vec<BaseId> { set.iter().map(|base| ids[*base]).collect() };
        for (set, value) in &self.shown {
            let shown = if value.is_some() {
                Shown::Published
            } else {
                Shown::Hidden
            };
            problem.earlier(of(set), shown);
        }
        for set in sets {
            problem.figure(set.clone(), of(set));
        }
        for set in later {
            problem.later(of(set));
        }
        problem
    }

    /// Releases the sets and remembers what was shown; `None` if that is refused.
    fn release(
        &mut self,
        sets: &[Vec<usize>],
        later: &[Vec<usize>],
    ) -> Option<Published<Vec<usize>>> {
        let problem = self.problem(sets, later);
        match protect(&problem, Budget { improve: 300 }, &mut Silent) {
            Ok(published) => {
                self.note(&published);
                Some(published)
            }
            Err(CannotProtect::NoPattern { .. }) => None,
            Err(error) => panic!("no answer: {error:?}"),
        }
    }

    fn note(&mut self, published: &Published<Vec<usize>>) {
        for (set, figure) in published.figures() {
            let value = match figure {
                Figure::Number(number) => Some(number),
                Figure::Hidden => None,
            };
            assert!(
                value.is_none_or(|value| value == self.value(set)),
                "a true figure"
            );
            let known = self.shown.entry(set.clone()).or_insert(value);
            *known = known.or(value);
        }
    }

    fn evidence(&self) -> Evidence {
        let mut evidence = Evidence::new(self.threshold);
        for (set, value) in &self.shown {
            evidence
                .shows(set.iter().copied(), *value)
                .expect("no contradiction");
        }
        evidence
    }

    /// What somebody with all releases gets too close to.
    fn found(&self) -> Vec<Finding> {
        let small =
            |value: &Option<u64>| value.is_some_and(|value| (1..self.threshold).contains(&value));
        assert!(
            !self.shown.values().any(small),
            "no small figure in the open"
        );
        self.evidence().too_narrow().expect("judged")
    }
}

/// Every combination of one part of each dimension: base cells in row order, codes as sets of leaves.
fn cube(dims: &[Vec<Vec<usize>>], sizes: &[usize]) -> Vec<Vec<usize>> {
    let mut sets: Vec<Vec<usize>> = vec![vec![0]];
    for (codes, size) in dims.iter().zip(sizes) {
        let mut next = Vec::new();
        for set in &sets {
            for code in codes {
                let wider = set
                    .iter()
                    .flat_map(|start| code.iter().map(move |leaf| start * size + leaf));
                next.push(wider.collect());
            }
        }
        sets = next;
    }
    sets
}

/// Leaves one by one, and all of them.
fn plain(size: usize) -> Vec<Vec<usize>> {
    let mut codes: Vec<Vec<usize>> = (0..size).map(|leaf| vec![leaf]).collect();
    codes.push((0..size).collect());
    codes
}
