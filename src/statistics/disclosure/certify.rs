//! Whole numbers: the exact ends of what an attacker can say. The attacker's linear programs allow fractions; where an
//! end is not certainly reached by whole numbers, a whole table is looked for that reaches it.

use microlp::{ComparisonOp, LinearExpr, OptimizationDirection, Problem, SolveOptions};

use super::attack::Attack;
use super::rule::Interval;
use super::search::{EDGE, Gone, Target};
use super::system::Choice;
use super::whole::sought;

/// What a unit can be for this attacker under the pattern.
pub(super) fn interval(
    attack: &mut Attack<'_>,
    hidden: &[bool],
    unit: usize,
) -> Result<Interval, Gone> {
    attack.pattern(hidden);
    let value = attack.system.units[unit].value;
    let up = end(attack, unit, 1.0)?;
    // Nothing is below zero, so there always is a lower limit.
    let down = end(attack, unit, -1.0)?.unwrap_or(value).min(value);
    let number = |number: i64| u64::try_from(number).map_err(|_| Gone);
    Ok(Interval {
        lower: number(value - down)?,
        upper: up.map(|up| number(value + up)).transpose()?,
    })
}

/// A whole table that an attacker cannot tell from the true one, as deviations of the base variables.
pub(super) type Table = Vec<i64>;

/// Whole tables of one attacker under one pattern: each was looked for to answer one question and answers others.
pub(super) struct Tables<'t> {
    before: &'t [Table],
    found: Vec<Table>,
    /// Branches after which a question about a large table is left open.
    branches: u64,
}

impl<'t> Tables<'t> {
    /// `before`: those found before. `round`: how often the pattern was looked at before; each time there is more patience,
    /// because what was left open before will not be asked for in another way.
    pub(super) fn new(before: &'t [Table], round: u64) -> Tables<'t> {
        Tables {
            before,
            found: Vec::new(),
            branches: BRANCHES << (2 * round.min(8)),
        }
    }

    /// Those found since.
    pub(super) fn found(self) -> Vec<Table> {
        self.found
    }

    /// Whether a unit made of these parts moves by `far` in one of them.
    fn show(&self, parts: &[usize], far: i64) -> bool {
        let known = self.before.iter().chain(&self.found);
        known
            .map(|table| moved(table, parts))
            .any(|moved| if far < 0 { moved <= far } else { moved >= far })
    }

    /// Whether it does in one of them turned round, or in two of them together.
    fn add_up(&mut self, attack: &Attack<'_>, hidden: &[bool], parts: &[usize], far: i64) -> bool {
        let side = far.signum();
        let mut helpful: Vec<(i64, i64, &Table)> = Vec::new();
        // The newest: pairs of all of them would be too many.
        for table in self.found.iter().rev().chain(self.before.iter().rev()) {
            if helpful.len() >= HELPFUL {
                break;
            }
            let moved = side * moved(table, parts);
            if moved != 0 {
                helpful.push((moved.abs(), moved.signum(), table));
            }
        }
        let base = &attack.system.base;
        let fits = |one: &Table, sign: i64, two: &Table, other: i64| {
            let both = one.iter().zip(two).zip(base);
            both.map(|((one, two), count)| sign * one + other * two + count)
                .all(|left| left >= 0)
        };
        let nothing = vec![0; base.len()];
        let mut sum = None;
        'all: for (place, (moved, sign, table)) in helpful.iter().enumerate() {
            if *moved >= far.abs() && fits(table, *sign, &nothing, 0) {
                sum = Some((*sign, *table, 0, &nothing));
                break;
            }
            for (more, other, second) in &helpful[place..] {
                if moved + more >= far.abs() && fits(table, *sign, second, *other) {
                    sum = Some((*sign, *table, *other, *second));
                    break 'all;
                }
            }
        }
        let Some((sign, one, other, two)) = sum else {
            return false;
        };
        let sum: Table = one
            .iter()
            .zip(two)
            .map(|(one, two)| sign * one + other * two)
            .collect();
        let holds = is_consistent(attack, hidden, &sum);
        if holds {
            self.found.push(sum);
        }
        holds
    }
}

/// How far a unit made of these parts moves in a table.
fn moved(table: &Table, parts: &[usize]) -> i64 {
    parts.iter().map(|part| table[*part]).sum()
}

/// Whether a target is as far as needed in whole numbers too.
pub(super) fn is_whole(
    attack: &mut Attack<'_>,
    hidden: &[bool],
    target: &Target,
    tables: &mut Tables<'_>,
) -> Result<bool, Gone> {
    attack.pattern(hidden);
    let (unit, need) = (target.unit, target.need);
    let value = attack.system.units[unit].value;
    let deep = value.saturating_sub(need.depth).max(0);
    let least = need.reach.saturating_sub(value).max(0);
    // Up as far as would do alone, or as far as it goes.
    let mut up = least.max(need.width);
    while up > least && !is_reached(attack, hidden, (unit, up), tables)? {
        up -= 1;
    }
    if up == least && least > 0 && !is_reached(attack, hidden, (unit, up), tables)? {
        return Ok(false);
    }
    let down = (need.width - up).max(deep);
    Ok(down <= 0 || is_reached(attack, hidden, (unit, -down), tables)?)
}

/// Whether a whole table shows that a target is far enough too.
pub(super) fn is_shown(attack: &Attack<'_>, table: &Table, target: &Target) -> bool {
    let unit = &attack.system.units[target.unit];
    let reach = target.need.reach.saturating_sub(unit.value);
    target.need.depth >= unit.value && moved(table, &unit.parts) >= reach.max(target.need.width)
}

/// Whether whole numbers let the unit move by `far`.
fn is_reached(
    attack: &mut Attack<'_>,
    hidden: &[bool],
    (unit, far): (usize, i64),
    tables: &mut Tables<'_>,
) -> Result<bool, Gone> {
    let parts = &attack.system.units[unit].parts;
    if tables.show(parts, far) {
        return Ok(true);
    }
    let sign = if far < 0 { -1.0 } else { 1.0 };
    let wanted = far.abs();
    // From a point that is a case further than needed, whole numbers are found more often. That fractions go so far proves
    // nothing: in linked tables whole numbers may stop short of them by any distance (De Loera and Onn 2006).
    let further = (wanted + 1) as f64;
    let most = attack.reach(unit, sign, further).ok_or(Gone)?.far;
    if most < wanted as f64 - STILL {
        return Ok(false);
    }
    let far_enough = |table: &Table| moved(table, parts) * far.signum() >= wanted;
    let near = whole_point(attack, hidden).filter(far_enough);
    if let Some(table) = near {
        tables.found.push(table);
        return Ok(true);
    }
    if tables.add_up(attack, hidden, parts, far) {
        return Ok(true);
    }
    // That a table is consistent says nothing about how far the unit goes in it.
    let least = sought(attack, hidden, (unit, far)).filter(far_enough);
    if let Some(table) = least {
        tables.found.push(table);
        return Ok(true);
    }
    // Branch and bound settles small questions. Of large ones it settles what moves in fractions: what is reached while all
    // else stands still is reached. If not, nothing is known, which is never read as safe.
    let all = attack.system.base.len();
    let mut moving = vec![true; all];
    let mut branches = None;
    if all > SETTLED {
        branches = Some(tables.branches);
        attack.reach(unit, sign, wanted as f64).ok_or(Gone)?;
        for (base, moving) in moving.iter_mut().enumerate() {
            *moving = attack.at(base).abs() > STILL;
        }
    }
    let number = moving.iter().filter(|moving| **moving).count();
    let found = if number <= MOVING {
        whole_end(attack, hidden, (unit, far), &moving, branches).ok()
    } else {
        None
    };
    tables.found.extend(found);
    Ok(tables.show(parts, far))
}

/// Tables of which two are put together.
const HELPFUL: usize = 200;

/// A base variable that moves by less stands still.
const STILL: f64 = 1e-3;

/// Moving base variables up to which whole numbers are looked for.
const MOVING: usize = 600;

/// Base variables up to which branch and bound settles the question.
const SETTLED: usize = 200;

/// Branches after which a question is left open at first. Then more is asked of the pattern, so nothing is published on the
/// strength of a question that was given up.
const BRANCHES: u64 = 300;

/// How far a unit can go; `None` without limit.
fn end(attack: &mut Attack<'_>, unit: usize, sign: f64) -> Result<Option<i64>, Gone> {
    let far = attack.reach(unit, sign, f64::INFINITY).ok_or(Gone)?.far;
    if far.is_infinite() {
        return Ok(None);
    }
    let limit = (far + EDGE).floor();
    (0.0..1e15)
        .contains(&limit)
        .then_some(Some(limit as i64))
        .ok_or(Gone)
}

/// The attack's last point in whole numbers, if it is one.
pub(super) fn whole_point(attack: &Attack<'_>, hidden: &[bool]) -> Option<Table> {
    let mut point = Vec::with_capacity(attack.system.base.len());
    for variable in 0..attack.system.base.len() {
        let value = attack.at(variable).round();
        point.push((value.abs() < 1e15).then_some(value as i64)?);
    }
    is_consistent(attack, hidden, &point).then_some(point)
}

/// Whether whole deviations change nothing that is shown, nor what is always the same, and leave nothing below zero.
pub(super) fn is_consistent(attack: &Attack<'_>, hidden: &[bool], table: &[i64]) -> bool {
    let system = attack.system;
    let mut bases = table.iter().zip(&system.base).enumerate();
    let apart = |(_, terms): &(usize, Vec<(usize, f64)>)| -> i64 {
        let terms = terms.iter();
        terms.map(|(part, sign)| table[*part] * *sign as i64).sum()
    };
    let shown = |unit: &usize| system.units[*unit].choice != Choice::Unseen && !hidden[*unit];
    let sum = |unit: usize| -> i64 {
        let parts = system.units[unit].parts.iter();
        parts.map(|part| table[*part]).sum()
    };
    bases.all(|(base, (moved, count))| *moved >= -count && (*moved == 0 || !attack.is_known(base)))
        && system.ties.iter().all(|tie| apart(tie) == 0)
        && (0..system.units.len())
            .filter(shown)
            .all(|unit| sum(unit) == 0)
}

/// A whole table in which a unit goes by `far`, by branch and bound, while all that is not `moving` stands still.
fn whole_end(
    attack: &Attack<'_>,
    hidden: &[bool],
    (unit, far): (usize, i64),
    moving: &[bool],
    branches: Option<u64>,
) -> Result<Table, Gone> {
    let system = attack.system;
    let (direction, towards) = if far < 0 {
        (OptimizationDirection::Minimize, ComparisonOp::Le)
    } else {
        (OptimizationDirection::Maximize, ComparisonOp::Ge)
    };
    let mut model = Problem::new(direction);
    let mut inside = vec![0.0; system.base.len()];
    for part in &system.units[unit].parts {
        inside[*part] = 1.0;
    }
    // What stands still is left out, with what it adds up to.
    let moves = |variable: usize| moving[variable] && !attack.is_known(variable);
    let variables: Vec<_> = inside
        .into_iter()
        .enumerate()
        .map(|(variable, inside)| {
            moves(variable).then(|| model.add_integer_var(inside, (0, i32::MAX)))
        })
        .collect();
    let (mut wanted, mut right) = (LinearExpr::empty(), system.units[unit].value + far);
    for part in &system.units[unit].parts {
        match variables[*part] {
            Some(variable) => wanted.add(variable, 1.0),
            None => right -= system.base[*part],
        }
    }
    // Said aloud, it spares the branches in which the unit goes less far.
    model.add_constraint(wanted, towards, right as f64);
    for (number, shown) in system.units.iter().enumerate() {
        if hidden[number] || shown.choice == Choice::Unseen {
            continue;
        }
        let (mut sum, mut right, mut some) = (LinearExpr::empty(), shown.value, false);
        for part in &shown.parts {
            match variables[*part] {
                Some(variable) => {
                    sum.add(variable, 1.0);
                    some = true;
                }
                None => right -= system.base[*part],
            }
        }
        if some {
            model.add_constraint(sum, ComparisonOp::Eq, right as f64);
        }
    }
    for (_, terms) in &system.ties {
        let (mut sum, mut right, mut some) = (LinearExpr::empty(), 0.0, false);
        for (part, sign) in terms {
            match variables[*part] {
                Some(variable) => {
                    sum.add(variable, *sign);
                    some = true;
                }
                None => right -= sign * system.base[*part] as f64,
            }
        }
        if some {
            model.add_constraint(sum, ComparisonOp::Eq, right);
        }
    }
    let mut options = SolveOptions::default();
    options.node_limit = branches;
    let solution = model
        .solve_with(options)
        .ok()
        .and_then(|outcome| outcome.into_solution().ok())
        .ok_or(Gone)?;
    let table = variables.iter().zip(&system.base).map(|(variable, count)| {
        let Some(variable) = variable else {
            return Ok(0);
        };
        let value = solution.var_value(*variable).round();
        let sane = (0.0..1e15).contains(&value);
        sane.then_some(value as i64 - count).ok_or(Gone)
    });
    let table = table.collect::<Result<Vec<i64>, Gone>>()?;
    if is_consistent(attack, hidden, &table) {
        Ok(table)
    } else {
        Err(Gone)
    }
}
