//! The attacker inside the search: how far a unit can move under a pattern, and what would have to be hidden for it to
//! move further.

use super::simplex::{End, Simplex};
use super::system::{Choice, System};

/// Rounding of the solver that is not a movement.
const NOISE: f64 = 1e-3;

/// Cells of which enough must be hidden: the sum of the factors of those that are hidden must reach one.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cut {
    pub(super) terms: Vec<(usize, f64)>,
}

/// One way of looking: everybody, or somebody who knows some base cells.
#[derive(Debug, Clone)]
pub(super) struct Attack<'a> {
    pub(super) system: &'a System,
    simplex: Simplex,
    /// Base variables this attacker knows.
    known: Vec<bool>,
    /// Hidden or not, as the bounds say now.
    hidden: Vec<bool>,
}

/// One end of what is possible.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Move {
    /// How far it goes (at least, if it was stopped because that is enough).
    pub(super) far: f64,
    /// Units that moved on the way, without those that always may.
    pub(super) moved: Vec<usize>,
    /// Prices of the units at the end; empty when far enough.
    pub(super) prices: Vec<(usize, f64)>,
}

impl<'a> Attack<'a> {
    pub(super) fn new(system: &'a System, known: Vec<bool>) -> Attack<'a> {
        let mut attack = Attack {
            system,
            simplex: Simplex::new(system.variables, &system.relations, &system.ties),
            hidden: vec![false; system.units.len()],
            known,
        };
        for variable in 0..system.variables {
            let lowest = if attack.known.get(variable).copied().unwrap_or(false) {
                0.0
            } else {
                system.lowest(variable)
            };
            let highest = if lowest == 0.0 && attack.known.get(variable).copied().unwrap_or(false) {
                0.0
            } else {
                f64::INFINITY
            };
            attack.simplex.bound(variable, lowest, highest);
        }
        for (variable, _) in &system.ties {
            attack.simplex.bound(*variable, 0.0, 0.0);
        }
        for unit in 0..system.units.len() {
            if system.units[unit].choice != Choice::Unseen {
                attack.set(unit, false);
            } else {
                attack.hidden[unit] = true;
            }
        }
        attack
    }

    pub(super) fn steps(&self) -> u64 {
        self.simplex.steps
    }

    pub(super) fn is_known(&self, variable: usize) -> bool {
        self.known.get(variable).copied().unwrap_or(false)
    }

    fn set(&mut self, unit: usize, hidden: bool) {
        let variable = self.system.units[unit].variable;
        self.hidden[unit] = hidden;
        if hidden && !self.is_known(variable) {
            let lowest = self.system.lowest(variable);
            self.simplex.bound(variable, lowest, f64::INFINITY);
        } else {
            self.simplex.bound(variable, 0.0, 0.0);
        }
    }

    /// Takes the pattern over.
    pub(super) fn pattern(&mut self, hidden: &[bool]) {
        let changed = |unit: &usize| {
            self.system.units[*unit].choice != Choice::Unseen && self.hidden[*unit] != hidden[*unit]
        };
        let changes: Vec<usize> = (0..hidden.len()).filter(changed).collect();
        let narrower = changes.iter().filter(|unit| !hidden[**unit]).count();
        let few = narrower <= 3;
        for unit in &changes {
            if few && !hidden[*unit] {
                self.simplex.still(self.system.units[*unit].variable);
            }
            self.set(*unit, hidden[*unit]);
        }
        if !few {
            self.simplex.home();
        }
        if changes.len() > 8 {
            self.simplex.settle();
        }
    }

    /// How far `unit` can move up (`sign` 1) or down (-1) under the pattern.
    pub(super) fn reach(&mut self, unit: usize, sign: f64, wanted: f64) -> Option<Move> {
        let target = self.system.units[unit].variable;
        match self.simplex.largest(target, sign, wanted) {
            End::Gone => None,
            End::Reached => Some(Move {
                far: wanted,
                moved: self.moved(),
                prices: Vec::new(),
            }),
            End::Limit { value, prices } => Some(Move {
                far: value,
                moved: self.moved(),
                prices,
            }),
        }
    }

    /// Units that moved, without those that always may.
    pub(super) fn moved(&self) -> Vec<usize> {
        let point = self.simplex.point();
        (0..self.system.units.len())
            .filter(|unit| {
                let unit = &self.system.units[*unit];
                unit.choice == Choice::Free && point[unit.variable].abs() > NOISE
            })
            .collect()
    }

    /// Value of a variable at the last point.
    pub(super) fn at(&self, variable: usize) -> f64 {
        self.simplex.point().get(variable).copied().unwrap_or(0.0)
    }

    /// The movement of a unit at the last point.
    pub(super) fn deviation(&self, unit: usize) -> f64 {
        self.simplex.point()[self.system.units[unit].variable]
    }

    /// With each unit hidden to the share `share` (fractions too): bounds between nothing and `most`.
    pub(super) fn shares(&mut self, share: &[f64], most: f64) {
        self.simplex.home();
        for (number, unit) in self.system.units.iter().enumerate() {
            if unit.choice == Choice::Unseen || self.is_known(unit.variable) {
                continue;
            }
            let part = share[number];
            self.hidden[number] = part >= 1.0 - 1e-9;
            let value = unit.value as f64;
            if part >= 1.0 - 1e-9 {
                let lowest = self.system.lowest(unit.variable);
                self.simplex.bound(unit.variable, lowest, f64::INFINITY);
            } else {
                self.simplex
                    .bound(unit.variable, -value * part, most * part);
            }
        }
        self.simplex.settle();
    }

    /// What must be hidden so that movements bought at these prices can add up to `missing`: the sum of several ends may
    /// be asked for at once. `None` if hiding does not help.
    pub(super) fn cut(&self, ends: &[&[(usize, f64)]], wanted: f64) -> Option<Cut> {
        let mut right = wanted;
        let mut factors: Vec<(usize, f64)> = Vec::new();
        for prices in ends {
            for (variable, price) in prices.iter() {
                if self.is_known(*variable) || self.system.is_tie(*variable) {
                    continue;
                }
                let most = if *price > 0.0 {
                    f64::INFINITY
                } else {
                    match self.system.unit_at[*variable] {
                        Some(unit) => -price * self.system.units[unit].value as f64,
                        None => price * self.system.lowest(*variable),
                    }
                };
                let unit = self.system.unit_at[*variable];
                match unit.map(|unit| (unit, self.system.units[unit].choice)) {
                    Some((_, Choice::Open)) => {}
                    Some((unit, Choice::Free)) => factors.push((unit, most)),
                    Some((_, Choice::Shut | Choice::Unseen)) | None => {
                        if most > 0.0 {
                            right -= most;
                        }
                    }
                }
            }
        }
        if right <= 1e-7 {
            return None;
        }
        factors.sort_by_key(|(unit, _)| *unit);
        let mut terms: Vec<(usize, f64)> = Vec::new();
        for (unit, most) in factors {
            if most <= 1e-7 {
                continue;
            }
            match terms.last_mut() {
                Some((known, factor)) if *known == unit => *factor += most,
                _ => terms.push((unit, most)),
            }
        }
        for (_, factor) in &mut terms {
            *factor = (*factor / right).min(1.0);
        }
        Some(Cut { terms })
    }
}
