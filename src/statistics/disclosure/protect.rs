//! From a problem to what may be published.

use std::ops::ControlFlow;

use thiserror::Error;

use super::certify::{decided, ends};
use super::master;
use super::problem::{Cell, Closeness, Insider, Problem, Shown};
use super::problem::CellId;
use super::published::{Certified, Figure, Loss, Method, Published};
use super::rule::Interval;
use super::search::{Gone, Search, Target};
use super::system::{Choice, Need, Raw, System};

/// How much effort a pattern is worth, counted in steps of the solver and not in time: the same figures give the same
/// bytes on every machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Steps for finding better patterns after the first one.
    pub improve: u64,
}

impl Budget {
    /// The fast method alone: for previews.
    pub fn quick() -> Budget {
        Budget { improve: 0 }
    }

    /// Until a better pattern is proven impossible, or for a very long time.
    pub fn proof() -> Budget {
        Budget { improve: 2_000_000 }
    }
}

impl Default for Budget {
    /// Fast method and improvement: within a few seconds for the tables of a Land.
    fn default() -> Budget {
        Budget { improve: 25_000 }
    }
}

/// Where the work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Cells and relations are set up.
    Prepare,
    /// A first pattern is looked for.
    Protect,
    /// Better patterns are looked for.
    Improve,
    /// What an attacker can say is computed for each hidden figure.
    Certify,
}

/// Hears how the work goes on and may stop it.
pub trait Progress {
    /// `done` of `of` in this phase. Breaking off means that nothing is published.
    fn step(&mut self, phase: Phase, done: u64, of: u64) -> ControlFlow<()>;
}

/// Hears nothing and stops nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn step(&mut self, _: Phase, _: u64, _: u64) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// Somebody who could work out a small figure whatever is hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exposed<K> {
    /// The figures in question; none for a cell of an earlier release or of one to come.
    pub keys: Vec<K>,
    /// Who can; `None` for everybody.
    pub insider: Option<String>,
}

/// Why nothing can be published.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CannotProtect<K: std::fmt::Debug> {
    /// No choice of hidden figures is safe.
    #[error(
        "Die Tabelle lässt sich nicht veröffentlichen: Auch wenn alle zusammenhängenden Werte geheim gehalten werden, \
         bleiben kleine Zahlen erschließbar."
    )]
    NoPattern {
        /// What cannot be protected.
        exposed: Vec<Exposed<K>>,
    },
    /// Somebody stopped the work.
    #[error("Die Berechnung wurde abgebrochen, es wird nichts veröffentlicht.")]
    Cancelled,
    /// The solver gave no answer, so nothing is known to be safe.
    #[error("Die Geheimhaltung konnte nicht berechnet werden, es wird nichts veröffentlicht.")]
    Solver,
}

impl<K: std::fmt::Debug> From<Gone> for CannotProtect<K> {
    fn from(_: Gone) -> CannotProtect<K> {
        CannotProtect::Solver
    }
}

/// The problem in the words of the search.
pub(super) struct Setting {
    pub(super) system: System,
    /// Base variables each attacker knows; the first knows none.
    pub(super) known: Vec<Vec<bool>>,
    pub(super) targets: Vec<Target>,
}

impl Setting {
    pub(super) fn new<K: Ord + Clone>(problem: &Problem<K>) -> Setting {
        let raws: Vec<Raw> = problem.cells.iter().map(|cell| raw(problem, cell)).collect();
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
        weight: if cell.figures.is_empty() { 0 } else { cell.weight },
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
        let own: i64 = unit.parts.iter().filter(|part| mine[**part]).map(|part| system.base[*part]).sum();
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

/// Hides what must be hidden and proves that it is enough. Fails rather than publish anything that can be worked out.
pub fn protect<K: Ord + Clone + std::fmt::Debug>(
    problem: &Problem<K>,
    budget: Budget,
    progress: &mut dyn Progress,
) -> Result<Published<K>, CannotProtect<K>> {
    let mut go = |phase, done, of| match progress.step(phase, done, of) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(CannotProtect::Cancelled),
    };
    go(Phase::Prepare, 0, 1)?;
    let mut setting = Setting::new(problem);
    if !setting.system.exposed.is_empty() {
        let units = setting.system.exposed.clone();
        let exposed = units.iter().map(|unit| Exposed {
            keys: keys_of(problem, &setting.system, *unit),
            insider: None,
        });
        return Err(CannotProtect::NoPattern {
            exposed: exposed.collect(),
        });
    }
    // In whole numbers an attacker may get closer than in fractions; then more is asked for where he does.
    for round in 0..SHARPER {
        go(Phase::Protect, round, SHARPER)?;
        let mut search = Search::new(&setting.system, &setting.known, setting.targets.clone());
        let mut hidden = search.start();
        let alike = vec![1.0; setting.system.units.len()];
        if !search.complete(&mut hidden, &alike)? {
            return Err(no_pattern(problem, &setting, &mut search, &hidden)?);
        }
        let order = search.dearest(&hidden, &alike);
        search.give_back(&mut hidden, &order)?;
        let mut watch = |done: u64| go(Phase::Improve, done.min(budget.improve), budget.improve).is_ok();
        let bound = master::improve(&mut search, &mut hidden, budget.improve, &mut watch)?;
        go(Phase::Certify, 0, 1)?;
    
        let failed = too_narrow(problem, &mut search, &hidden)?;
        if failed.is_empty() {
            return finish(problem, &mut search, &hidden, bound, &mut go);
        }
        for place in failed {
            let need = &mut setting.targets[place].need;
            need.width += 1;
            need.reach = need.reach.saturating_add(1);
        }
    }
    Err(CannotProtect::Solver)
}

/// How often more is asked for before giving up.
const SHARPER: u64 = 6;

/// Targets whose interval in whole numbers is too narrow.
fn too_narrow<K: Ord + Clone>(
    problem: &Problem<K>,
    search: &mut Search<'_>,
    hidden: &[bool],
) -> Result<Vec<usize>, Gone> {
    let mut failed = Vec::new();
    let original = Setting::new(problem).targets;
    for (place, target) in original.iter().enumerate() {
        if target.certain.is_some() && !hidden[target.unit] {
            continue;
        }
        let value = search.system.units[target.unit].value;
        let does = |interval: &Interval| meets(interval, target, value);
        let attack = &mut search.attacks[target.who];
        if !does(&decided(attack, hidden, target.unit, does)?) {
            failed.push(place);
        }
    }
    Ok(failed)
}

fn meets(interval: &Interval, target: &Target, value: i64) -> bool {
    let lower = i64::try_from(interval.lower).unwrap_or(i64::MAX);
    let upper = interval.upper.map(|upper| i64::try_from(upper).unwrap_or(i64::MAX));
    let need = target.need;
    let wide = upper.is_none_or(|upper| upper >= need.reach && upper - lower >= need.width)
        && lower <= need.depth.max(value.min(need.depth));
    wide || target.certain.is_some_and(|certain| lower >= certain)
}

fn keys_of<K: Ord + Clone>(problem: &Problem<K>, system: &System, unit: usize) -> Vec<K> {
    let cells = problem.cells.iter().zip(&system.unit_of);
    cells
        .filter(|(_, of)| **of == Some(unit))
        .flat_map(|(cell, _)| &cell.figures)
        .filter_map(|figure| problem.keys.get(*figure))
        .map(|(key, _)| key.clone())
        .collect()
}

fn no_pattern<K: Ord + Clone + std::fmt::Debug>(
    problem: &Problem<K>,
    setting: &Setting,
    search: &mut Search<'_>,
    hidden: &[bool],
) -> Result<CannotProtect<K>, Gone> {
    // With everything hidden, whoever is still too close always will be.
    let mut all = hidden.to_vec();
    for (unit, hidden) in setting.system.units.iter().zip(&mut all) {
        *hidden |= unit.choice == Choice::Free;
    }
    let mut exposed = Vec::new();
    for place in search.hopeless(&all)? {
        let target = setting.targets[place];
        let insider = target.who.checked_sub(1).and_then(|who| problem.insiders.get(who));
        exposed.push(Exposed {
            keys: keys_of(problem, &setting.system, target.unit),
            insider: insider.map(|insider| insider.name.clone()),
        });
    }
    Ok(CannotProtect::NoPattern { exposed })
}

fn finish<K: Ord + Clone + std::fmt::Debug>(
    problem: &Problem<K>,
    search: &mut Search<'_>,
    hidden: &[bool],
    bound: f64,
    go: &mut impl FnMut(Phase, u64, u64) -> Result<(), CannotProtect<K>>,
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
            || (problem.rule.is_small(value) && problem.cells[*cell].shown != Some(Shown::Published));
        let figure = if secret { Figure::Hidden } else { Figure::Number(value) };
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
    let mut intervals: Vec<Option<Interval>> = vec![None; system.units.len()];
    let of = problem.cells.len() as u64;
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
        go(Phase::Certify, number as u64, of)?;
        let known = match intervals[unit] {
            Some(known) => known,
            None => {
                let found = ends(&mut search.attacks[0], hidden, unit)?.interval;
                intervals[unit] = Some(found);
                found
            }
        };
        certificate.push(Certified {
            cell: CellId(number),
            keys: cell.figures.iter().filter_map(|figure| Some(problem.keys.get(*figure)?.0.clone())).collect(),
            interval: known,
        });
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
