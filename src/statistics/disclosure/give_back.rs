//! Gives back what the fast method hid without need.

use super::attack::Cut;
use super::search::{EDGE, Gone, Search};
use super::system::{Choice, System};
use super::witness::Witness;

/// For each unit all that contain it, smallest first: who wants to work a unit out begins with the smallest sum that is shown.
struct Sums(Vec<Vec<usize>>);

impl Sums {
    fn new(system: &System) -> Sums {
        let mut containing: Vec<Vec<usize>> = vec![Vec::new(); system.base.len()];
        let mut order: Vec<usize> = (0..system.units.len()).collect();
        order.sort_by_key(|unit| (system.units[*unit].parts.len(), *unit));
        for unit in order {
            for part in &system.units[unit].parts {
                containing[*part].push(unit);
            }
        }
        let contains = |unit: usize, parts: &[usize]| {
            let mut others = system.units[unit].parts.iter();
            parts.iter().all(|part| others.any(|other| other == part))
        };
        let sums = system.units.iter().map(|unit| {
            let candidates = unit
                .parts
                .first()
                .map_or(&[][..], |part| &containing[*part]);
            let candidates = candidates.iter().copied();
            candidates
                .filter(|other| contains(*other, &unit.parts))
                .collect()
        });
        Sums(sums.collect())
    }

    /// Size of the smallest sum that is shown and holds both.
    fn common(&self, system: &System, hidden: &[bool], one: usize, two: usize) -> usize {
        let common = self.0[one]
            .iter()
            .find(|sum| !hidden[**sum] && self.0[two].contains(sum));
        common.map_or(usize::MAX, |sum| system.units[*sum].parts.len())
    }
}

impl Search<'_> {
    /// Publishes again what is hidden without need, in the order given.
    pub(super) fn give_back(&mut self, hidden: &mut [bool], order: &[usize]) -> Result<(), Gone> {
        let sums = Sums::new(self.system);
        for unit in order {
            if !hidden[*unit] || self.system.units[*unit].choice != Choice::Free {
                continue;
            }
            hidden[*unit] = false;
            let about = |cut: &&Cut| cut.terms.iter().any(|(other, _)| other == unit);
            let met = |cut: &Cut| {
                let inside = cut.terms.iter().filter(|(unit, _)| hidden[*unit]);
                inside.map(|(_, factor)| factor).sum::<f64>() >= 1.0 - EDGE
            };
            // A cut found before saves the question.
            if !self.cuts.iter().filter(about).all(met)
                || !self.is_safe_without(*unit, hidden, &sums)?
            {
                hidden[*unit] = true;
            }
        }
        Ok(())
    }

    /// Whether all targets are safe although `unit` was hidden before; if not, what was known stays.
    fn is_safe_without(&mut self, unit: usize, hidden: &[bool], sums: &Sums) -> Result<bool, Gone> {
        let mut broken: Vec<usize> = (0..self.targets.len())
            .filter(|target| {
                let witness = self.witness[*target].as_ref();
                witness.is_some_and(|moved| moved.contains(&unit))
            })
            .collect();
        // A target that is close shows soon that the unit is needed: first what stands in the smallest sum with it, then what
        // was the reason last.
        broken.sort_by_cached_key(|target| {
            let other = self.targets[*target].unit;
            let near = sums.common(self.system, hidden, unit, other);
            (near, u64::MAX - self.needed[*target])
        });
        let before: Vec<Option<Witness>> = broken
            .iter()
            .map(|target| self.witness[*target].take())
            .collect();
        let Some(close) = self.first_close(&broken, hidden)? else {
            return Ok(true);
        };
        self.needed[close] = 1 + self.needed.iter().max().copied().unwrap_or(0);
        for (target, before) in broken.iter().zip(before) {
            self.witness[*target] = before;
        }
        Ok(false)
    }

    /// Free hidden units, the dearest first.
    pub(super) fn dearest(&self, hidden: &[bool], liking: &[f64]) -> Vec<usize> {
        let mut order: Vec<usize> = (0..hidden.len())
            .filter(|unit| hidden[*unit] && self.system.units[*unit].choice == Choice::Free)
            .collect();
        let units = &self.system.units;
        order.sort_by(|one, two| {
            let score = |unit: usize| units[unit].weight as f64 / liking[unit];
            score(*two)
                .total_cmp(&score(*one))
                .then_with(|| units[*two].value.cmp(&units[*one].value))
                .then(one.cmp(two))
        });
        order
    }
}
