//! From a problem to what may be published.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ops::ControlFlow;

use thiserror::Error;

use super::certificate::{finish, intervals};
use super::certify::interval;
use super::complete::Manner;
use super::master;
use super::narrow::too_narrow;
use super::problem::Problem;
use super::published::Published;
use super::rule::Interval;
use super::search::{Gone, Search};
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
    let (stopped, progress) = (Cell::new(false), RefCell::new(progress));
    let go = |phase, done, of| {
        let stop = stopped.get() || progress.borrow_mut().step(phase, done, of).is_break();
        stopped.set(stop);
        if stop {
            Err(CannotProtect::Cancelled)
        } else {
            Ok(())
        }
    };
    // Whoever stops the work inside has no answer; here it is known why.
    let found = look(problem, budget, &go);
    if stopped.get() {
        Err(CannotProtect::Cancelled)
    } else {
        found
    }
}

/// Told how the work goes on; an error means that it is to stop.
pub(super) type Go<'a, K> = &'a dyn Fn(Phase, u64, u64) -> Result<(), CannotProtect<K>>;

fn look<K: Ord + Clone + std::fmt::Debug>(
    problem: &Problem<K>,
    budget: Budget,
    go: Go<'_, K>,
) -> Result<Published<K>, CannotProtect<K>> {
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
    let last = Cell::new((Phase::Prepare, 0, 1));
    let go: Go<'_, K> = &|phase, done, of| {
        last.set((phase, done, of));
        go(phase, done, of)
    };
    // Between two steps, each question says once more where the work is.
    let watch = || {
        let (phase, done, of) = last.get();
        go(phase, done, of).is_ok()
    };
    let mut search = Search::new(&setting.system, &setting.known, setting.targets.clone());
    search.watched(&watch);
    search.in_pairs();
    let mut hidden = search.start();
    let alike = vec![1.0; setting.system.units.len()];
    let mut bound = None;
    let mut tables = vec![Vec::new(); search.attacks.len()];
    // In whole numbers an attacker may get closer than in fractions; then more is asked for where he does.
    for round in 0..SHARPER {
        go(Phase::Protect, round, SHARPER)?;
        let before = hidden.clone();
        let mut whole_again = !search.complete(&mut hidden, &alike, Manner::Deep)?;
        if whole_again {
            // Whoever is too close with everything hidden always will be; else what is not needed is given back.
            search.hide_all(&mut hidden);
            let mut hopeless = search.hopeless(&hidden)?;
            // More than is needed was only asked for to find whole numbers.
            let relented = search.relent(&hopeless, &setting.targets);
            if relented {
                hopeless = search.hopeless(&hidden)?;
            }
            let (own, others) = own_figures(&mut search, &hopeless)?;
            if !others.is_empty() {
                return Err(no_pattern(problem, &setting, &others));
            }
            search.spare(&own);
            // What was found before serves all but those; only if that does not help is another pattern looked for.
            whole_again = !relented || round > ANOTHER;
            let mut again = if whole_again { search.start() } else { before };
            if search.complete(&mut again, &alike, Manner::Deep)? {
                hidden = again;
            } else {
                whole_again = true;
            }
        }
        if bound.is_none() || whole_again {
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
        let failed = too_narrow(&setting.targets, &mut search, &hidden, &mut tables, round)?;
        if failed.is_empty() {
            let mut known = intervals(problem, &mut search, &hidden, go)?;
            let idle = idle(&setting.system, &known);
            let mut without = hidden.clone();
            for unit in &idle {
                without[*unit] = false;
            }
            if !idle.is_empty()
                && too_narrow(&setting.targets, &mut search, &without, &mut tables, round)?
                    .is_empty()
            {
                known = intervals(problem, &mut search, &without, go)?;
                hidden = without;
            }
            return finish(problem, &mut search, &hidden, &known, bound.unwrap_or(0.0));
        }
        search.sharpen(&failed);
    }
    Err(CannotProtect::Solver)
}

/// Units that are hidden for others' sake although everybody can work them out: showing them tells nothing.
fn idle(system: &System, known: &BTreeMap<usize, Interval>) -> Vec<usize> {
    let exact = known
        .iter()
        .filter(|(_, interval)| interval.upper == Some(interval.lower));
    let units = exact.map(|(unit, _)| *unit);
    units
        .filter(|unit| system.units[*unit].choice == Choice::Free)
        .collect()
}

/// How often more is asked for before giving up.
const SHARPER: u64 = 6;
/// After how many times a pattern is looked for from the beginning.
const ANOTHER: u64 = 2;

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
