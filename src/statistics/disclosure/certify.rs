//! Whole numbers: the exact ends of what an attacker can say. The attacker's linear programs allow fractions; where an
//! end is not reached by whole numbers, the whole-number program is solved.

use microlp::{ComparisonOp, LinearExpr, OptimizationDirection, Problem};

use super::attack::Attack;
use super::rule::Interval;
use super::search::{EDGE, Gone};
use super::system::Choice;

/// The ends of what a unit can be for this attacker under the pattern, from the linear program, and whether whole numbers
/// were seen to reach them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ends {
    pub(super) interval: Interval,
    lower_seen: bool,
    upper_seen: bool,
}

pub(super) fn ends(attack: &mut Attack<'_>, hidden: &[bool], unit: usize) -> Result<Ends, Gone> {
    attack.pattern(hidden);
    let value = attack.system.units[unit].value;
    let (up, upper_seen) = end(attack, hidden, unit, 1.0)?;
    let (down, lower_seen) = end(attack, hidden, unit, -1.0)?;
    // Nothing is below zero, so there always is a lower limit.
    let down = down.unwrap_or(value).min(value);
    let number = |number: i64| u64::try_from(number).map_err(|_| Gone);
    Ok(Ends {
        interval: Interval {
            lower: number(value - down)?,
            upper: up.map(|up| number(value + up)).transpose()?,
        },
        lower_seen,
        upper_seen,
    })
}

/// The same with exact ends where they decide: where the interval would not do if it were one shorter at each end that
/// whole numbers were not seen to reach.
pub(super) fn decided(
    attack: &mut Attack<'_>,
    hidden: &[bool],
    unit: usize,
    does: impl Fn(&Interval) -> bool,
) -> Result<Interval, Gone> {
    let found = ends(attack, hidden, unit)?;
    let mut worst = found.interval;
    worst.lower += u64::from(!found.lower_seen);
    worst.upper = worst.upper.map(|upper| upper.saturating_sub(u64::from(!found.upper_seen)));
    if !does(&found.interval) || does(&worst) {
        return Ok(found.interval);
    }
    let value = attack.system.units[unit].value;
    let number = |number: i64| u64::try_from(number).map_err(|_| Gone);
    let mut exact = found.interval;
    if !found.upper_seen && let Some(upper) = exact.upper {
        let far = upper.saturating_sub(number(value)?);
        exact.upper = Some(number(value)? + whole_far(attack, hidden, unit, 1.0, far)?);
    }
    if !found.lower_seen {
        let far = number(value)?.saturating_sub(exact.lower);
        exact.lower = number(value)? - whole_far(attack, hidden, unit, -1.0, far)?;
    }
    Ok(exact)
}

/// How far a unit can go in whole numbers, at most `far`; less if whole numbers that go so far were not found and the
/// question is too large to be settled.
fn whole_far(
    attack: &mut Attack<'_>,
    hidden: &[bool],
    unit: usize,
    sign: f64,
    far: u64,
) -> Result<u64, Gone> {
    for far in (1..=far).rev().take(2) {
        let wanted = i64::try_from(far).map_err(|_| Gone)?;
        let seen = |attack: &Attack<'_>| {
            whole_point(attack, hidden, unit).is_some_and(|reached| reached * sign as i64 >= wanted)
        };
        if attack.whole(unit, sign, wanted as f64, seen).ok_or(Gone)? {
            return Ok(far);
        }
        if attack.system.base.len() <= SETTLED {
            return u64::try_from(whole_end(attack, hidden, unit, sign)?).map_err(|_| Gone);
        }
    }
    Ok(0)
}

/// Base variables up to which branch and bound settles the question.
const SETTLED: usize = 200;

/// How far a unit can go; `None` without limit.
fn end(
    attack: &mut Attack<'_>,
    hidden: &[bool],
    unit: usize,
    sign: f64,
) -> Result<(Option<i64>, bool), Gone> {
    let far = attack.reach(unit, sign, f64::INFINITY).ok_or(Gone)?;
    if far.far.is_infinite() {
        return Ok((None, true));
    }
    let limit = (far.far + EDGE).floor();
    if !(0.0..1e15).contains(&limit) {
        return Err(Gone);
    }
    let limit = limit as i64;
    let found = whole_point(attack, hidden, unit).map(|reached| reached * sign as i64);
    Ok((Some(limit), limit == 0 || found == Some(limit)))
}

/// The attack's last point in whole numbers, if it is one: how far the unit went.
fn whole_point(attack: &Attack<'_>, hidden: &[bool], unit: usize) -> Option<i64> {
    let system = attack.system;
    let mut point = Vec::with_capacity(system.base.len());
    for (variable, count) in system.base.iter().enumerate() {
        let value = attack.at(variable).round();
        let value = (value.abs() < 1e15).then_some(value as i64)?;
        let stuck = attack.is_known(variable) && value != 0;
        if value < -count || stuck {
            return None;
        }
        point.push(value);
    }
    let sum = |unit: usize| -> i64 {
        let parts = system.units[unit].parts.iter();
        parts.map(|part| point[*part]).sum()
    };
    let shown = (0..system.units.len()).filter(|unit| {
        system.units[*unit].choice != Choice::Unseen && !hidden[*unit]
    });
    let mut ties = system.ties.iter();
    if !ties.all(|(_, terms)| terms.iter().map(|(part, sign)| point[*part] * *sign as i64).sum::<i64>() == 0) {
        return None;
    }
    let mut shown = shown;
    shown.all(|unit| sum(unit) == 0).then(|| sum(unit))
}

/// The end by branch and bound in whole numbers.
fn whole_end(attack: &Attack<'_>, hidden: &[bool], unit: usize, sign: f64) -> Result<i64, Gone> {

    let system = attack.system;
    let direction = if sign > 0.0 {
        OptimizationDirection::Maximize
    } else {
        OptimizationDirection::Minimize
    };
    let mut model = Problem::new(direction);
    let mut wanted = vec![0.0; system.base.len()];
    for part in &system.units[unit].parts {
        wanted[*part] = 1.0;
    }
    let variables: Vec<_> = system
        .base
        .iter()
        .zip(wanted)
        .enumerate()
        .map(|(variable, (count, wanted))| {
            // The solver takes 31 bits; the cast saturates.
            let count = i32::try_from(*count).unwrap_or(i32::MAX);
            let highest = if attack.is_known(variable) { count } else { i32::MAX };
            let lowest = if attack.is_known(variable) { count } else { 0 };
            model.add_integer_var(wanted, (lowest, highest))
        })
        .collect();
    for (number, shown) in system.units.iter().enumerate() {
        if hidden[number] || shown.choice == Choice::Unseen {
            continue;
        }
        let mut sum = LinearExpr::empty();
        for part in &shown.parts {
            sum.add(variables[*part], 1.0);
        }
        model.add_constraint(sum, ComparisonOp::Eq, shown.value as f64);
    }
    for (_, terms) in &system.ties {
        let mut sum = LinearExpr::empty();
        for (part, sign) in terms {
            sum.add(variables[*part], *sign);
        }
        // Base variables are whole counts here, not deviations: both sides hold the same cases.
        model.add_constraint(sum, ComparisonOp::Eq, 0.0);
    }
    let solution = model
        .solve()
        .ok()
        .and_then(|outcome| outcome.into_solution().ok())
        .ok_or(Gone)?;
    let far = (solution.objective() - system.units[unit].value as f64) * sign;
    if !(-0.5..1e15).contains(&far) {
        return Err(Gone);
    }
    Ok(far.round() as i64)
}
