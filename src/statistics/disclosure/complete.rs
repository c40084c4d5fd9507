//! The fast method: hide what the attackers' cuts name until nobody gets too close.

use std::collections::BTreeSet;

use super::attack::Cut;
use super::search::{EDGE, Gone, Search};

/// In which order cuts are met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// One target after the other, each until it is safe: an attacker who is asked about the same target again has his answer
    /// soon.
    Deep,
    /// What helps most targets first.
    Wide,
}

impl Search<'_> {
    /// Hides further units until every target is safe; whether that was possible. `liking` makes some units preferred.
    pub(super) fn complete(
        &mut self,
        hidden: &mut [bool],
        liking: &[f64],
        manner: Manner,
    ) -> Result<bool, Gone> {
        match manner {
            Manner::Deep => self.complete_deep(hidden, liking),
            Manner::Wide => self.complete_wide(hidden, liking),
        }
    }

    fn complete_deep(&mut self, hidden: &mut [bool], liking: &[f64]) -> Result<bool, Gone> {
        let mut more = true;
        while more {
            more = false;
            self.recall(hidden);
            for target in 0..self.targets.len() {
                if self.witness[target].is_some() || !self.is_active(target, hidden) {
                    continue;
                }
                while let Some(cut) = self.ask(target, hidden)? {
                    let Some(cut) = cut else {
                        return Ok(false);
                    };
                    if self.cover(&[&cut], hidden, liking).is_empty() {
                        return Ok(false);
                    }
                    // What is hidden now may be a target itself, and what was certain may not be any more.
                    more = true;
                }
            }
        }
        Ok(true)
    }

    fn complete_wide(&mut self, hidden: &mut [bool], liking: &[f64]) -> Result<bool, Gone> {
        loop {
            let mut open = self.open(hidden)?;
            if open.is_empty() {
                return Ok(true);
            }
            while !open.is_empty() {
                let mut cuts = Vec::with_capacity(open.len());
                for (_, cut) in &open {
                    match cut {
                        Some(cut) => cuts.push(cut),
                        None => return Ok(false),
                    }
                }
                let added = self.cover(&cuts, hidden, liking);
                if added.is_empty() {
                    return Ok(false);
                }
                let mut still = Vec::with_capacity(open.len());
                for (target, cut) in std::mem::take(&mut open) {
                    if self.witness[target].is_some() {
                        continue;
                    }
                    let touched = cut
                        .as_ref()
                        .is_none_or(|cut| cut.terms.iter().any(|(unit, _)| added.contains(unit)));
                    if !touched {
                        still.push((target, cut));
                    } else if let Some(cut) = self.ask(target, hidden)? {
                        still.push((target, cut));
                    }
                }
                open = still;
            }
        }
    }

    /// Hides units until every cut is met, the one that helps most first.
    fn cover(&self, open: &[&Cut], hidden: &mut [bool], liking: &[f64]) -> BTreeSet<usize> {
        let mut added = BTreeSet::new();
        let met = |cut: &Cut, hidden: &[bool]| -> f64 {
            let met = cut.terms.iter().filter(|(unit, _)| hidden[*unit]);
            met.map(|(_, factor)| factor).sum()
        };
        let mut missing: Vec<f64> = open.iter().map(|cut| 1.0 - met(cut, hidden)).collect();
        loop {
            let mut gain = vec![0.0; self.system.units.len()];
            for (cut, missing) in open.iter().zip(&missing) {
                if *missing > EDGE {
                    for (unit, factor) in cut.terms.iter().filter(|(unit, _)| !hidden[*unit]) {
                        gain[*unit] += factor.min(*missing);
                    }
                }
            }
            let Some(best) = self.best(&gain, hidden, liking) else {
                return added;
            };
            hidden[best] = true;
            added.insert(best);
            for (cut, missing) in open.iter().zip(&mut missing) {
                for (_, factor) in cut.terms.iter().filter(|(unit, _)| *unit == best) {
                    *missing -= factor;
                }
            }
        }
    }

    fn best(&self, gain: &[f64], hidden: &[bool], liking: &[f64]) -> Option<usize> {
        let mut best: Option<(usize, f64)> = None;
        for (unit, gain) in gain.iter().enumerate() {
            if *gain <= 0.0 || hidden[unit] {
                continue;
            }
            let about = &self.system.units[unit];
            // Few cells first, then small figures.
            let cost = about.weight as f64 * (1.0 + about.value as f64 * 1e-4);
            let score = gain * liking[unit] / cost.max(1e-3);
            if best.is_none_or(|(_, known)| score > known * (1.0 + 1e-9)) {
                best = Some((unit, score));
            }
        }
        best.map(|(unit, _)| unit)
    }
}
