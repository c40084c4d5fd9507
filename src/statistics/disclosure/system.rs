//! What can be known of the cells, reduced to what matters: base cells that a published zero or a structural zero fixes
//! are left out, base cells that always appear together are one, cells that are then equal are one unit, and each unit is
//! the sum of as few others as can be found.

use std::collections::{BTreeMap, BTreeSet};

use super::problem::Tie;

/// What may be done with a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    /// Published already, or a zero.
    Open,
    /// Small, marked, or hidden in an earlier release.
    Shut,
    /// The search decides.
    Free,
    /// Not in any table yet; only its protection counts.
    Unseen,
}

/// What must remain possible about a hidden unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Need {
    /// The largest possible value is at least this.
    pub(super) reach: i64,
    /// The smallest possible value is at most this.
    pub(super) depth: i64,
    /// Largest minus smallest is at least this.
    pub(super) width: i64,
}

/// One cell before the reduction.
#[derive(Debug, Clone)]
pub(super) struct Raw {
    pub(super) parts: Vec<usize>,
    pub(super) choice: Choice,
    pub(super) weight: u64,
    /// What protects it, if it must be protected.
    pub(super) need: Option<Need>,
}

/// Cells that show the same.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    pub(super) value: i64,
    pub(super) choice: Choice,
    pub(super) weight: u64,
    pub(super) need: Option<Need>,
    /// Variable of the relations.
    pub(super) variable: usize,
    /// Base variables it consists of.
    pub(super) parts: Vec<usize>,
}

#[derive(Debug, Clone)]
pub(super) struct System {
    pub(super) units: Vec<Unit>,
    /// Unit of each raw cell; `None` if it is a zero that everybody sees.
    pub(super) unit_of: Vec<Option<usize>>,
    /// Variables: first the base variables, then the units that are sums.
    pub(super) variables: usize,
    pub(super) relations: Vec<(usize, Vec<usize>)>,
    /// Sums of base variables with signs that are always zero, each with a variable of its own that stays there.
    pub(super) ties: Vec<(usize, Vec<(usize, f64)>)>,
    /// The count of each base variable.
    pub(super) base: Vec<i64>,
    /// Base variable of each base cell; `None` if it is known to be zero.
    pub(super) base_of: Vec<Option<usize>>,
    /// Unit of each variable.
    pub(super) unit_at: Vec<Option<usize>>,
    /// A unit that is open and shut at once: nothing can protect it.
    pub(super) exposed: Vec<usize>,
}

impl System {
    /// `counts` of the base cells, `None` for one that cannot be anything but zero.
    pub(super) fn new(
        counts: &[Option<u64>],
        cells: &[Raw],
        keep_apart: &[Vec<usize>],
        ties: &[Tie],
    ) -> System {
        let mut known = vec![false; counts.len()];
        for (base, count) in counts.iter().enumerate() {
            known[base] = count.is_none();
        }
        for cell in cells {
            let sum: u64 = cell.parts.iter().filter_map(|base| counts[*base]).sum();
            if sum == 0 && cell.choice == Choice::Open {
                for base in &cell.parts {
                    known[*base] = true;
                }
            }
        }
        // Base cells in the same cells are one variable.
        let mut signature: Vec<Vec<usize>> = vec![Vec::new(); counts.len()];
        for (number, cell) in cells.iter().enumerate() {
            for base in cell.parts.iter().filter(|base| !known[**base]) {
                signature[*base].push(number);
            }
        }
        let first = cells.len() + keep_apart.len();
        for (number, (one, other)) in ties.iter().enumerate() {
            for (side, parts) in [one, other].into_iter().enumerate() {
                for base in parts.iter().filter(|base| !known[**base]) {
                    signature[*base].push(first + 2 * number + side);
                }
            }
        }
        for (number, apart) in keep_apart.iter().enumerate() {
            for base in apart.iter().filter(|base| !known[**base]) {
                if !signature[*base].is_empty() {
                    signature[*base].push(cells.len() + number);
                }
            }
        }
        let mut merged: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
        let mut base = Vec::new();
        let mut base_of = vec![None; counts.len()];
        for (number, cells) in signature.into_iter().enumerate() {
            if known[number] || cells.is_empty() {
                continue;
            }
            let variable = *merged.entry(cells).or_insert_with(|| {
                base.push(0);
                base.len() - 1
            });
            base[variable] += counts[number].unwrap_or(0) as i64;
            base_of[number] = Some(variable);
        }
        let mut system = System {
            units: Vec::new(),
            unit_of: Vec::with_capacity(cells.len()),
            variables: base.len(),
            relations: Vec::new(),
            ties: Vec::new(),
            base,
            base_of,
            unit_at: Vec::new(),
            exposed: Vec::new(),
        };
        system.collect(cells);
        system.relate();
        system.tie(ties);
        system
    }

    fn collect(&mut self, cells: &[Raw]) {
        let mut known: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
        for cell in cells {
            let mut parts: Vec<usize> = cell
                .parts
                .iter()
                .filter_map(|base| self.base_of[*base])
                .collect();
            parts.sort_unstable();
            parts.dedup();
            if parts.is_empty() {
                self.unit_of.push(None);
                continue;
            }
            let value = parts.iter().map(|part| self.base[*part]).sum();
            let unit = *known.entry(parts.clone()).or_insert_with(|| {
                self.units.push(Unit {
                    value,
                    choice: Choice::Unseen,
                    weight: 0,
                    need: None,
                    variable: 0,
                    parts,
                });
                self.units.len() - 1
            });
            self.unit_of.push(Some(unit));
            let known = &mut self.units[unit];
            known.weight += cell.weight;
            known.need = match (known.need, cell.need) {
                (Some(one), Some(two)) => Some(Need {
                    reach: one.reach.max(two.reach),
                    depth: one.depth.min(two.depth),
                    width: one.width.max(two.width),
                }),
                (one, two) => one.or(two),
            };
            known.choice = match (known.choice, cell.choice) {
                (Choice::Open, other) | (other, Choice::Open) => {
                    if other == Choice::Shut || known.need.is_some() {
                        self.exposed.push(unit);
                    }
                    Choice::Open
                }
                (Choice::Shut, _) | (_, Choice::Shut) => Choice::Shut,
                (Choice::Free, _) | (_, Choice::Free) => Choice::Free,
                _ => Choice::Unseen,
            };
        }
        // A need may come with a later cell than the one that opened the unit.
        for (number, unit) in self.units.iter_mut().enumerate() {
            if unit.need.is_some() {
                match unit.choice {
                    Choice::Open => self.exposed.push(number),
                    Choice::Free => unit.choice = Choice::Shut,
                    Choice::Shut | Choice::Unseen => {}
                }
            }
        }
        self.exposed.sort_unstable();
        self.exposed.dedup();
    }

    /// Writes each unit as a sum of few others: small units first, the largest fitting parts first.
    fn relate(&mut self) {
        let mut order: Vec<usize> = (0..self.units.len()).collect();
        order.sort_by_key(|unit| (self.units[*unit].parts.len(), *unit));
        let mut containing: Vec<Vec<usize>> = vec![Vec::new(); self.base.len()];
        let mut left = vec![false; self.base.len()];
        for unit in order {
            let parts = self.units[unit].parts.clone();
            if let [single] = parts.as_slice() {
                self.units[unit].variable = *single;
                continue;
            }
            for part in &parts {
                left[*part] = true;
            }
            let mut sum = Vec::new();
            for part in &parts {
                if !left[*part] {
                    continue;
                }
                // The last one noted is the largest.
                let fitting = containing[*part].iter().rev().find(|other| {
                    let other = &self.units[**other];
                    other.parts.iter().all(|base| left[*base])
                });
                match fitting {
                    Some(other) => {
                        sum.push(self.units[*other].variable);
                        for base in &self.units[*other].parts {
                            left[*base] = false;
                        }
                    }
                    None => {
                        sum.push(*part);
                        left[*part] = false;
                    }
                }
            }
            let variable = self.variables;
            self.variables += 1;
            self.units[unit].variable = variable;
            self.relations.push((variable, sum));
            for part in &parts {
                containing[*part].push(unit);
            }
        }
        self.unit_at = vec![None; self.variables];
        for (number, unit) in self.units.iter().enumerate() {
            self.unit_at[unit.variable] = Some(number);
        }
    }

    /// Writes what is the same as differences that are nothing.
    fn tie(&mut self, ties: &[Tie]) {
        for (one, other) in ties {
            let mut terms: BTreeMap<usize, f64> = BTreeMap::new();
            for (parts, sign) in [(one, 1.0), (other, -1.0)] {
                let variables = parts.iter().filter_map(|base| self.base_of[*base]);
                for variable in variables.collect::<BTreeSet<usize>>() {
                    *terms.entry(variable).or_insert(0.0) += sign;
                }
            }
            terms.retain(|_, sign| *sign != 0.0);
            if !terms.is_empty() {
                self.ties
                    .push((self.variables, terms.into_iter().collect()));
                self.variables += 1;
                self.unit_at.push(None);
            }
        }
    }

    /// Whether the variable is a difference that is always nothing.
    pub(super) fn is_tie(&self, variable: usize) -> bool {
        self.ties
            .first()
            .is_some_and(|(first, _)| variable >= *first)
    }

    /// The lowest deviation of a variable: a base variable falls to zero, sums follow.
    pub(super) fn lowest(&self, variable: usize) -> f64 {
        match self.base.get(variable) {
            Some(count) => -(*count as f64),
            None => f64::NEG_INFINITY,
        }
    }
}
