//! Whole tables that an attacker cannot tell from the true one: the least movement with which a unit goes as far as wanted.
//!
//! A point at which the attacker's simplex stops moves nearly everything by some fraction. The least movement mostly is a few
//! whole cases that are exchanged between a few cells; where it is not, its largest fractions are rounded, and what is then
//! the least movement shows the next ones.

use super::attack::Attack;
use super::basis::Column;
use super::certify::{Table, is_consistent};
use super::dual::{Dual, Fit};
use super::system::Choice;

/// Parts of a case that are rounding of the solver.
const FRACTION: f64 = 1e-4;
/// With how many different prices a movement is looked for.
const TRIES: u64 = 8;
/// How much prices differ, so that there is one least movement and not many.
const SPREAD: f64 = 0.5;
/// How often fractions are rounded before other prices are tried.
const ROUNDS: usize = 60;
/// How many fractions are rounded up at once.
const AT_ONCE: usize = 8;
/// Steps for what rounding changed.
const MENDS: u64 = 1000;
/// Steps for one question.
const STEPS: u64 = 40_000;

/// A base variable and the variables by which it goes up and down.
struct Way {
    base: usize,
    up: usize,
    down: Option<usize>,
}

/// The question as the solver sees it.
struct Model {
    columns: Vec<Column>,
    bounds: Vec<(f64, f64)>,
    ways: Vec<Way>,
    /// The first rows say how far the unit goes and what stands still; each has a variable of its own.
    rows: usize,
}

impl Model {
    fn new(attack: &Attack<'_>, hidden: &[bool], (unit, far): (usize, i64)) -> Model {
        let system = attack.system;
        let mut rows = 1;
        let mut inside: Vec<Column> = vec![Vec::new(); system.base.len()];
        let towards = if far < 0 { 1.0 } else { -1.0 };
        for part in &system.units[unit].parts {
            inside[*part].push((0, towards));
        }
        let is_shown = |variable: usize| {
            system.unit_at[variable]
                .is_some_and(|unit| !hidden[unit] && system.units[unit].choice != Choice::Unseen)
        };
        // What is shown stands still: of a larger sum only the rest counts.
        let mut rests: Vec<Vec<usize>> = Vec::with_capacity(system.relations.len());
        for (whole, sum) in &system.relations {
            let mut rest: Vec<usize> = Vec::new();
            for part in sum.iter().filter(|part| !is_shown(**part)) {
                match part.checked_sub(system.base.len()) {
                    Some(relation) => rest.extend_from_slice(&rests[relation]),
                    None => rest.push(*part),
                }
            }
            if is_shown(*whole) && !rest.is_empty() {
                for part in &rest {
                    inside[*part].push((rows, -1.0));
                }
                rows += 1;
            }
            rests.push(rest);
        }
        for (_, terms) in &system.ties {
            for (part, sign) in terms {
                inside[*part].push((rows, -sign));
            }
            rows += 1;
        }
        let mut model = Model {
            columns: (0..rows).map(|row| vec![(row, 1.0)]).collect(),
            bounds: vec![(0.0, 0.0); rows],
            ways: Vec::new(),
            rows,
        };
        model.bounds[0] = (far.abs() as f64, f64::INFINITY);
        for (base, (column, count)) in inside.into_iter().zip(&system.base).enumerate() {
            if attack.is_known(base) || is_shown(base) {
                continue;
            }
            let back = column.iter().map(|(row, factor)| (*row, -factor)).collect();
            let up = model.variable(column, f64::INFINITY);
            let down = (*count > 0).then(|| model.variable(back, *count as f64));
            model.ways.push(Way { base, up, down });
        }
        model
    }

    fn variable(&mut self, column: Column, most: f64) -> usize {
        self.columns.push(column);
        self.bounds.push((0.0, most));
        self.columns.len() - 1
    }

    /// What a movement by one case costs; other prices in each try.
    fn prices(&self, round: u64) -> Vec<f64> {
        let price = |variable: usize| {
            let mixed = (variable as u64)
                .wrapping_add(round.wrapping_mul(1_000_003))
                .wrapping_add(1)
                .wrapping_mul(0x9E37_79B9_7F4A_7C15)
                >> 40;
            1.0 + SPREAD * mixed as f64 / (1u64 << 24) as f64
        };
        let moving = self.rows..self.columns.len();
        std::iter::repeat_n(0.0, self.rows)
            .chain(moving.map(price))
            .collect()
    }

    /// The movement as a table, if the numbers are numbers.
    fn table(&self, point: &[f64], size: usize) -> Option<Table> {
        let mut table = vec![0; size];
        for way in &self.ways {
            let down = way.down.map_or(0.0, |down| point[down]);
            let value = (point[way.up] - down).round();
            table[way.base] = (value.abs() < 1e15).then_some(value as i64)?;
        }
        Some(table)
    }
}

/// Looks for a whole table in which a unit goes by `far`. The table holds in whole numbers; how far the unit goes in it is for
/// the caller to see. That none is found says nothing.
pub(super) fn sought(
    attack: &Attack<'_>,
    hidden: &[bool],
    (unit, far): (usize, i64),
) -> Option<Table> {
    let model = Model::new(attack, hidden, (unit, far));
    let mut steps = STEPS;
    for round in 0..TRIES {
        let (columns, prices) = (model.columns.clone(), model.prices(round));
        let mut dual = Dual::new(columns, model.rows, model.bounds.clone(), prices);
        let fit = dual.fit(steps);
        if fit == Fit::Never {
            return None;
        }
        if fit == Fit::Best && rounded(&mut dual, model.rows, steps) {
            let table = model.table(dual.point(), attack.system.base.len());
            let holds = |table: &Table| is_consistent(attack, hidden, table);
            if let Some(table) = table.filter(holds) {
                return Some(table);
            }
        }
        steps = steps.saturating_sub(dual.steps);
        if steps == 0 {
            return None;
        }
    }
    None
}

/// Rounds fractions, the largest first, until none are left; whether that was possible. The first `rows` variables may be
/// fractions.
fn rounded(dual: &mut Dual, rows: usize, steps: u64) -> bool {
    for _ in 0..ROUNDS {
        let point = dual.point();
        let mut fractions: Vec<usize> = (rows..point.len())
            .filter(|variable| (point[*variable] - point[*variable].round()).abs() > FRACTION)
            .collect();
        fractions.sort_by(|one, two| point[*two].total_cmp(&point[*one]).then(one.cmp(two)));
        let Some(largest) = fractions.first().copied() else {
            return true;
        };
        if dual.steps >= steps {
            return false;
        }
        let up = |variable: &usize| point[*variable].fract() >= 0.5;
        let nearest = up(&largest);
        let several: Vec<usize> = fractions.into_iter().filter(up).take(AT_ONCE).collect();
        let mark = dual.mark();
        if several.len() > 1 {
            for variable in &several {
                dual.round(*variable, mark.value(*variable), true);
            }
            if dual.fit(MENDS) == Fit::Best {
                continue;
            }
            dual.back(&mark);
        }
        // One alone, to the nearest whole number or, if that leads nowhere, to the other.
        dual.round(largest, mark.value(largest), nearest);
        if dual.fit(MENDS) != Fit::Best {
            dual.back(&mark);
            dual.round(largest, mark.value(largest), !nearest);
            if dual.fit(MENDS) != Fit::Best {
                return false;
            }
        }
    }
    false
}
