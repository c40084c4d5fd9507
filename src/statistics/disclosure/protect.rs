//! From a problem to what may be published.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use thiserror::Error;

use super::attack::Attack;
use super::certify::{Tables, interval, is_shown, is_whole};
use super::master;
use super::problem::{CellId, Problem, Shown};
use super::published::{Certified, Figure, Inside, Loss, Method, Published};
use super::rule::Interval;
use super::search::{EDGE, Gone, Search, Target};
use super::setting::Setting;
use super::system::{Choice, System};

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
    let setting = Setting::new(problem);
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
    let mut search = Search::new(&setting.system, &setting.known, setting.targets.clone());
    let mut hidden = search.start();
    let alike = vec![1.0; setting.system.units.len()];
    let mut bound = None;
    // In whole numbers an attacker may get closer than in fractions; then more is asked for where he does.
    for round in 0..SHARPER {
        go(Phase::Protect, round, SHARPER)?;
        let mut found = search.complete(&mut hidden, &alike)?;
        if !found {
            // Whoever is too close with everything hidden always will be; else what is not needed is given back.
            search.hide_all(&mut hidden);
            let mut hopeless = search.hopeless(&hidden)?;
            // More than is needed was only asked for to find whole numbers.
            if search.relent(&hopeless, &setting.targets) {
                hopeless = search.hopeless(&hidden)?;
            }
            let (own, others) = own_figures(&mut search, &hopeless)?;
            if !others.is_empty() {
                return Err(no_pattern(problem, &setting, &others));
            }
            search.spare(&own);
            let mut again = search.start();
            if search.complete(&mut again, &alike)? {
                (hidden, found) = (again, true);
            }
        }
        if bound.is_none() || !found {
            let order = search.dearest(&hidden, &alike);
            search.give_back(&mut hidden, &order)?;
        }
        if bound.is_none() {
            let mut watch =
                |done: u64| go(Phase::Improve, done.min(budget.improve), budget.improve).is_ok();
            bound = Some(master::improve(
                &mut search,
                &mut hidden,
                budget.improve,
                &mut watch,
            )?);
        }
        go(Phase::Certify, 0, 1)?;
        let failed = too_narrow(&setting.targets, &mut search, &hidden)?;
        if failed.is_empty() {
            return finish(problem, &mut search, &hidden, bound.unwrap_or(0.0), &mut go);
        }
        search.sharpen(&failed);
    }
    Err(CannotProtect::Solver)
}

/// How often more is asked for before giving up.
const SHARPER: u64 = 6;

/// Of targets that no pattern protects, those that an insider knows from his own cases and from what is always shown (zeros
/// and definitions) although not a single number is published: there is nothing of others in them that could be kept from
/// him. And the rest, which what was published before gives away.
fn own_figures(
    search: &mut Search<'_>,
    hopeless: &[usize],
) -> Result<(Vec<usize>, Vec<usize>), Gone> {
    let bare = search.bare();
    let (mut own, mut others) = (Vec::new(), Vec::new());
    for place in hopeless {
        let target = search.targets[*place];
        // Nothing is everybody's own.
        let known = target.who > 0 && {
            let known = interval(&mut search.attacks[target.who], &bare, target.unit)?;
            known.upper == Some(known.lower)
        };
        if known {
            own.push(*place);
        } else {
            others.push(*place);
        }
    }
    Ok((own, others))
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

/// Targets whose interval in whole numbers is too narrow.
fn too_narrow(
    targets: &[Target],
    search: &mut Search<'_>,
    hidden: &[bool],
) -> Result<Vec<usize>, Gone> {
    let mut shown = vec![false; targets.len()];
    let mut failed = Vec::new();
    let mut tables: Vec<Tables> = search.attacks.iter().map(|_| Tables::default()).collect();
    for (place, target) in targets.iter().enumerate() {
        if shown[place] || !search.is_active(place, hidden) {
            continue;
        }
        let attack = &mut search.attacks[target.who];
        if is_whole(attack, hidden, target, &mut tables[target.who])? {
            let whole = is_shown(attack, hidden, target, true);
            for (other, shown) in targets.iter().zip(&mut shown) {
                *shown |= other.who == target.who && is_shown(attack, hidden, other, whole);
            }
        } else if !is_certain(attack, hidden, target)? {
            failed.push(place);
        }
    }
    Ok(failed)
}

/// Whether everybody can tell that a unit hidden for others' sake is not small.
fn is_certain(attack: &mut Attack<'_>, hidden: &[bool], target: &Target) -> Result<bool, Gone> {
    let Some(certain) = target.certain else {
        return Ok(false);
    };
    let lower = interval(attack, hidden, target.unit)?.lower;
    Ok(i64::try_from(lower).is_ok_and(|lower| lower >= certain))
}

pub(super) fn keys_of<K: Ord + Clone>(
    problem: &Problem<K>,
    system: &System,
    unit: usize,
) -> Vec<K> {
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
    hopeless: &[usize],
) -> CannotProtect<K> {
    let exposed = hopeless.iter().map(|place| {
        let target = setting.targets[*place];
        let insider = target
            .who
            .checked_sub(1)
            .and_then(|who| problem.insiders.get(who));
        Exposed {
            keys: keys_of(problem, &setting.system, target.unit),
            insider: insider.map(|insider| insider.name.clone()),
        }
    });
    CannotProtect::NoPattern {
        exposed: exposed.collect(),
    }
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
                let found = interval(&mut search.attacks[0], hidden, unit)?;
                intervals[unit] = Some(found);
                found
            }
        };
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
        go(Phase::Certify, of, of)?;
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
