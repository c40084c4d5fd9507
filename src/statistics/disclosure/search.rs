//! The fast method: hide what the attackers' cuts name until nobody gets too close, then give back what is not needed.

use std::collections::BTreeSet;

use super::attack::{Attack, Cut};
use super::system::{Choice, Need, System};

/// Rounding of the solver at a whole number.
pub(super) const EDGE: f64 = 1e-5;

/// The solver found no answer: never read as safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Gone;

/// What a question about one unit came to.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Verdict {
    /// Far enough; the units that must stay hidden for that.
    Safe(Vec<usize>),
    /// Too close, and what would help (nothing, if `None`).
    Close(Option<Cut>),
}

/// Something that one attacker must not get too close to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Target {
    /// Number of the attacker.
    pub(super) who: usize,
    pub(super) unit: usize,
    pub(super) need: Need,
    /// Only as long as the unit is hidden; safe also when certain to be at least this.
    pub(super) certain: Option<i64>,
}

/// Asks whether a unit can be anything its need says, under the attack's pattern.
pub(super) fn judge(attack: &mut Attack<'_>, target: &Target) -> Result<Verdict, Gone> {
    let (unit, need) = (target.unit, target.need);
    let value = attack.system.units[unit].value;
    let up_wanted = need.reach.saturating_sub(value).max(0) as f64;
    let width = need.width as f64;
    let deep = value.saturating_sub(need.depth).max(0) as f64;
    let up = attack.reach(unit, 1.0, up_wanted.max(width)).ok_or(Gone)?;
    if up.far < up_wanted - EDGE {
        return Ok(Verdict::Close(attack.cut(&[&up.prices], up_wanted)));
    }
    // Fractions will do here; `certify` asks again in whole numbers.
    let down_wanted = (width - up.far).max(deep);
    if down_wanted <= EDGE {
        return Ok(Verdict::Safe(up.moved));
    }
    let down = attack.reach(unit, -1.0, down_wanted).ok_or(Gone)?;
    if down.far >= down_wanted - EDGE {
        let mut moved = up.moved;
        moved.extend(down.moved);
        moved.sort_unstable();
        moved.dedup();
        return Ok(Verdict::Safe(moved));
    }
    let cut = if deep > 0.0 && down.far < deep - EDGE {
        attack.cut(&[&down.prices], deep)
    } else {
        attack.cut(&[&up.prices, &down.prices], width)
    };
    Ok(Verdict::Close(cut))
}

/// What a search has found out about its targets under a pattern.
#[derive(Debug, Clone)]
pub(super) struct Known {
    witness: Vec<Option<Vec<usize>>>,
    spared: Vec<bool>,
}

/// The search for a pattern against all attackers.
pub(super) struct Search<'a> {
    pub(super) system: &'a System,
    pub(super) attacks: Vec<Attack<'a>>,
    pub(super) targets: Vec<Target>,
    /// What must stay hidden for each target.
    witness: Vec<Option<Vec<usize>>>,
    /// Targets that are nobody's secret.
    spared: Vec<bool>,
    pub(super) cuts: Vec<Cut>,
    seen: BTreeSet<Vec<(usize, i64)>>,
}

impl<'a> Search<'a> {
    /// `known`: the base variables each attacker knows.
    pub(super) fn new(system: &'a System, known: &[Vec<bool>], targets: Vec<Target>) -> Search<'a> {
        Search {
            attacks: known
                .iter()
                .map(|known| Attack::new(system, known.clone()))
                .collect(),
            witness: vec![None; targets.len()],
            spared: vec![false; targets.len()],
            targets,
            system,
            cuts: Vec::new(),
            seen: BTreeSet::new(),
        }
    }

    /// What is known of the targets now.
    pub(super) fn known(&self) -> Known {
        Known {
            witness: self.witness.clone(),
            spared: self.spared.clone(),
        }
    }

    /// Goes on from what another search of the same targets found out.
    pub(super) fn take_up(&mut self, known: &Known) {
        self.witness.clone_from(&known.witness);
        self.spared.clone_from(&known.spared);
    }

    /// What is hidden before the search begins.
    pub(super) fn start(&self) -> Vec<bool> {
        let units = self.system.units.iter();
        units
            .map(|unit| matches!(unit.choice, Choice::Shut | Choice::Unseen))
            .collect()
    }

    /// Pivots so far.
    pub(super) fn steps(&self) -> u64 {
        self.attacks.iter().map(Attack::steps).sum()
    }

    pub(super) fn is_active(&self, place: usize, hidden: &[bool]) -> bool {
        let target = &self.targets[place];
        !self.spared[place] && (target.certain.is_none() || hidden[target.unit])
    }

    /// Leaves single targets out of account.
    pub(super) fn spare(&mut self, places: &[usize]) {
        for place in places {
            self.spared[*place] = true;
        }
        self.forget(places);
    }

    pub(super) fn is_spared(&self, place: usize) -> bool {
        self.spared[place]
    }

    /// The pattern that shows nothing but zeros: not even what was published before.
    pub(super) fn bare(&self) -> Vec<bool> {
        let units = self.system.units.iter();
        units
            .map(|unit| unit.choice != Choice::Open || unit.value != 0)
            .collect()
    }

    /// Hides further units until every target is safe; whether that was possible. `liking` makes some units preferred.
    pub(super) fn complete(&mut self, hidden: &mut [bool], liking: &[f64]) -> Result<bool, Gone> {
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

    /// The targets that are not safe, each with its cut.
    fn open(&mut self, hidden: &[bool]) -> Result<Vec<(usize, Option<Cut>)>, Gone> {
        for target in 0..self.targets.len() {
            // Being certain does not outlive that more is hidden.
            let certain = self.targets[target].certain.is_some()
                && self.witness[target].as_ref().is_some_and(Vec::is_empty);
            if certain || !self.still_safe(target, hidden) {
                self.witness[target] = None;
            }
        }
        let mut open = Vec::new();
        for target in 0..self.targets.len() {
            if self.witness[target].is_none()
                && self.is_active(target, hidden)
                && let Some(cut) = self.ask(target, hidden)?
            {
                open.push((target, cut));
            }
        }
        Ok(open)
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

    /// Hides whatever may be hidden.
    pub(super) fn hide_all(&self, hidden: &mut [bool]) {
        for (unit, hidden) in self.system.units.iter().zip(hidden) {
            *hidden |= unit.choice == Choice::Free;
        }
    }

    /// Asks for one more of these targets.
    pub(super) fn sharpen(&mut self, places: &[usize]) {
        for place in places {
            let need = &mut self.targets[*place].need;
            need.width += 1;
            need.reach = need.reach.saturating_add(1);
            self.witness[*place] = None;
        }
    }

    /// Takes back what was asked for beyond the needs of the targets that no pattern serves; whether there was such.
    pub(super) fn relent(&mut self, places: &[usize], targets: &[Target]) -> bool {
        let mut relented = Vec::new();
        for place in places {
            if let Some(target) = targets.get(*place)
                && self.targets[*place].need != target.need
            {
                self.targets[*place].need = target.need;
                relented.push(*place);
            }
        }
        self.forget(&relented);
        !relented.is_empty()
    }

    /// Forgets what is known of targets that are asked something else from now on.
    fn forget(&mut self, places: &[usize]) {
        for place in places {
            self.witness[*place] = None;
        }
        // What would have helped them cannot be asked for.
        if !places.is_empty() {
            self.cuts.clear();
            self.seen.clear();
        }
    }

    /// Targets that are not safe under this pattern.
    pub(super) fn hopeless(&mut self, hidden: &[bool]) -> Result<Vec<usize>, Gone> {
        Ok(self
            .open(hidden)?
            .into_iter()
            .map(|(target, _)| target)
            .collect())
    }

    fn still_safe(&self, target: usize, hidden: &[bool]) -> bool {
        match &self.witness[target] {
            Some(moved) => moved.iter().all(|unit| hidden[*unit]),
            None => false,
        }
    }

    /// `None`: safe; else what would help.
    fn ask(&mut self, target: usize, hidden: &[bool]) -> Result<Option<Option<Cut>>, Gone> {
        let about = self.targets[target];
        let attack = &mut self.attacks[about.who];
        attack.pattern(hidden);
        match judge(attack, &about)? {
            Verdict::Safe(moved) => {
                self.share(about.who, &moved);
                self.witness[target] = Some(moved);
                Ok(None)
            }
            Verdict::Close(cut) => {
                self.witness[target] = None;
                if let Some(certain) = about.certain {
                    let value = self.system.units[about.unit].value;
                    let wanted = (value - certain + 1) as f64;
                    let down = self.attacks[about.who].reach(about.unit, -1.0, wanted);
                    if down.ok_or(Gone)?.far < wanted - EDGE {
                        self.witness[target] = Some(Vec::new());
                        return Ok(None);
                    }
                } else if let Some(cut) = &cut {
                    self.note(cut.clone());
                }
                Ok(Some(cut.filter(|cut| !cut.terms.is_empty())))
            }
        }
    }

    /// The last point may show other targets safe too.
    fn share(&mut self, who: usize, moved: &[usize]) {
        for (place, target) in self.targets.iter().enumerate() {
            if target.who != who || self.witness[place].is_some() {
                continue;
            }
            let value = self.system.units[target.unit].value;
            let up = self.attacks[who].deviation(target.unit);
            let wanted = (target.need.reach.saturating_sub(value)).max(target.need.width) as f64;
            if target.need.depth >= value && up >= wanted + EDGE && !moved.is_empty() {
                self.witness[place] = Some(moved.to_vec());
            }
        }
    }

    /// Remembers a cut that holds for every pattern, each once.
    pub(super) fn note(&mut self, cut: Cut) -> bool {
        let terms = cut.terms.iter();
        let key = terms
            .map(|(unit, factor)| (*unit, (factor * 1e6).round() as i64))
            .collect();
        let new = self.seen.insert(key);
        if new {
            self.cuts.push(cut);
        }
        new
    }

    /// Publishes again what is hidden without need, in the order given.
    pub(super) fn give_back(&mut self, hidden: &mut [bool], order: &[usize]) -> Result<(), Gone> {
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
            if !self.cuts.iter().filter(about).all(met) || !self.is_safe_without(*unit, hidden)? {
                hidden[*unit] = true;
            }
        }
        Ok(())
    }

    /// Whether all targets are safe although `unit` was hidden before; if not, what was known stays.
    fn is_safe_without(&mut self, unit: usize, hidden: &[bool]) -> Result<bool, Gone> {
        let broken: Vec<usize> = (0..self.targets.len())
            .filter(|target| {
                let witness = self.witness[*target].as_ref();
                witness.is_some_and(|moved| moved.contains(&unit))
            })
            .collect();
        let before: Vec<Option<Vec<usize>>> = broken
            .iter()
            .map(|target| self.witness[*target].take())
            .collect();
        for target in &broken {
            if self.witness[*target].is_none()
                && self.is_active(*target, hidden)
                && self.ask(*target, hidden)?.is_some()
            {
                for (target, before) in broken.iter().zip(before) {
                    self.witness[*target] = before;
                }
                return Ok(false);
            }
        }
        Ok(true)
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

    /// Weight of what is hidden.
    pub(super) fn cost(&self, hidden: &[bool]) -> u64 {
        let units = self.system.units.iter().zip(hidden);
        units
            .filter(|(unit, hidden)| **hidden && unit.choice != Choice::Unseen)
            .map(|(unit, _)| unit.weight)
            .sum()
    }
}
