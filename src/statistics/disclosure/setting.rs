//! A problem in the words of the search: units, what each attacker knows, and what nobody may get too close to.

use super::problem::{Cell, Closeness, Insider, Problem, Shown};
use super::search::Target;
use super::system::{Choice, Need, Raw, System};

/// The problem in the words of the search.
pub(super) struct Setting {
    pub(super) system: System,
    /// Base variables each attacker knows; the first knows none.
    pub(super) known: Vec<Vec<bool>>,
    pub(super) targets: Vec<Target>,
}

impl Setting {
    pub(super) fn new<K: Ord + Clone>(problem: &Problem<K>) -> Setting {
        let raws: Vec<Raw> = problem
            .cells
            .iter()
            .map(|cell| raw(problem, cell))
            .collect();
        let apart: Vec<Vec<usize>> = problem
            .insiders
            .iter()
            .map(|insider| insider.knows.clone())
            .collect();
        let system = System::new(&problem.counts, &raws, &apart, &problem.ties);
        let mut known = vec![vec![false; system.base.len()]];
        let mut targets = outsiders(problem, &system);
        for insider in &problem.insiders {
            let mut mine = vec![false; system.base.len()];
            for base in &insider.knows {
                if let Some(Some(variable)) = system.base_of.get(*base) {
                    mine[*variable] = true;
                }
            }
            targets.extend(insiders(problem, &system, insider, known.len(), &mine));
            known.push(mine);
        }
        Setting {
            system,
            known,
            targets,
        }
    }
}

fn requirement<K: Ord + Clone>(problem: &Problem<K>) -> Need {
    let threshold = problem.rule.threshold() as i64;
    Need {
        reach: threshold,
        depth: i64::MAX,
        width: threshold - 1,
    }
}

fn raw<K: Ord + Clone>(problem: &Problem<K>, cell: &Cell) -> Raw {
    let value = problem.sum(&cell.parts);
    let hidden_before = cell.shown == Some(Shown::Hidden);
    let secret = problem.rule.is_small(value) || (hidden_before && value == 0);
    let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let need = match &cell.marked {
        Some(levels) => Some(Need {
            reach: number(levels.reach),
            depth: number(levels.depth),
            width: number(levels.width),
        }),
        None => secret.then(|| requirement(problem)),
    };
    let choice = match cell.shown {
        Some(Shown::Published) => Choice::Open,
        Some(Shown::Hidden) => Choice::Shut,
        None if cell.figures.is_empty() => Choice::Unseen,
        None if need.is_some() => Choice::Shut,
        None if value == 0 => Choice::Open,
        None => Choice::Free,
    };
    Raw {
        parts: cell.parts.clone(),
        choice,
        weight: if cell.figures.is_empty() {
            0
        } else {
            cell.weight
        },
        // What is public already cannot be protected any more.
        need: need.filter(|_| choice != Choice::Open),
    }
}

fn outsiders<K: Ord + Clone>(problem: &Problem<K>, system: &System) -> Vec<Target> {
    let mut targets = Vec::new();
    for (number, unit) in system.units.iter().enumerate() {
        if unit.choice == Choice::Open {
            continue;
        }
        let target = |need, certain| Target {
            who: 0,
            unit: number,
            need,
            certain,
        };
        match unit.need {
            Some(need) => targets.push(target(need, None)),
            None if problem.every_hidden && unit.choice != Choice::Unseen => {
                let threshold = problem.rule.threshold() as i64;
                targets.push(target(requirement(problem), Some(threshold)));
            }
            None => {}
        }
    }
    targets
}

fn insiders<K: Ord + Clone>(
    problem: &Problem<K>,
    system: &System,
    insider: &Insider,
    who: usize,
    mine: &[bool],
) -> Vec<Target> {
    let mut targets = Vec::new();
    for (number, unit) in system.units.iter().enumerate() {
        let own: i64 = unit
            .parts
            .iter()
            .filter(|part| mine[**part])
            .map(|part| system.base[*part])
            .sum();
        let others = unit.value - own;
        if unit.choice == Choice::Open || unit.need.is_none() || others == 0 {
            continue;
        }
        let wide = requirement(problem);
        targets.push(Target {
            who,
            unit: number,
            need: match insider.closeness {
                Closeness::NotExact => Need {
                    reach: i64::MIN,
                    depth: i64::MAX,
                    width: 1,
                },
                Closeness::Wide => Need {
                    reach: wide.reach + own,
                    ..wide
                },
            },
            certain: None,
        });
    }
    targets
}
