//! What the fast method knows: attackers, targets, what shows them safe, and the cuts found so far. `complete` hides what is
//! needed, `give_back` publishes again what is not.

use std::collections::BTreeSet;

use super::attack::{Attack, Cut};
use super::system::{Choice, Need, System};
use super::witness::{Ends, Witness};

/// Rounding of the solver at a whole number.
pub(super) const EDGE: f64 = 1e-5;

/// There is no answer, because the solver found none or the work was stopped: never read as safe.
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

/// Base variables and units from which on two questions are asked at a time.
const LARGE: usize = 1200;

/// What a search has found out about its targets under a pattern.
#[derive(Debug, Clone)]
pub(super) struct Known {
    witness: Vec<Option<Witness>>,
    spared: Vec<bool>,
}

/// The search for a pattern against all attackers.
pub(super) struct Search<'a> {
    pub(super) system: &'a System,
    pub(super) attacks: Vec<Attack<'a>>,
    /// The same attackers once more, so that two of their questions can be worked on at a time; none unless asked for.
    pub(super) beside: Vec<Attack<'a>>,
    pub(super) targets: Vec<Target>,
    /// What must stay hidden for each target.
    pub(super) witness: Vec<Option<Witness>>,
    /// How far the unit of each target was seen to move.
    pub(super) ends: Vec<Ends>,
    /// When each target was last the reason to keep a unit hidden.
    pub(super) needed: Vec<u64>,
    /// Targets that are nobody's secret.
    spared: Vec<bool>,
    pub(super) cuts: Vec<Cut>,
    /// Hears that the work goes on and may stop it.
    watch: Option<&'a dyn Fn() -> bool>,
    seen: BTreeSet<Vec<(usize, i64)>>,
}

impl<'a> Search<'a> {
    /// `known`: the base variables each attacker knows.
    pub(super) fn new(system: &'a System, known: &[Vec<bool>], targets: Vec<Target>) -> Search<'a> {
        let attacks: Vec<Attack<'a>> = known
            .iter()
            .map(|known| Attack::new(system, known.clone()))
            .collect();
        Search {
            beside: Vec::new(),
            attacks,
            witness: vec![None; targets.len()],
            ends: vec![Ends::default(); targets.len()],
            needed: vec![0; targets.len()],
            spared: vec![false; targets.len()],
            targets,
            system,
            cuts: Vec::new(),
            watch: None,
            seen: BTreeSet::new(),
        }
    }

    /// From now on two questions about large tables are worked on at a time.
    pub(super) fn in_pairs(&mut self) {
        if self.system.base.len() + self.system.units.len() >= LARGE {
            self.beside.clone_from(&self.attacks);
        }
    }

    /// From now on `watch` is asked before each question whether to go on.
    pub(super) fn watched(&mut self, watch: &'a dyn Fn() -> bool) {
        self.watch = Some(watch);
    }

    /// Stops the work if somebody wants it stopped.
    pub(super) fn go_on(&self) -> Result<(), Gone> {
        match self.watch {
            Some(watch) if !watch() => Err(Gone),
            _ => Ok(()),
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
        let both = self.attacks.iter().chain(&self.beside);
        both.map(Attack::steps).sum()
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

    /// Forgets what is not known any more under this pattern.
    pub(super) fn recall(&mut self, hidden: &[bool]) {
        for (target, witness) in self.targets.iter().zip(&mut self.witness) {
            // Being certain does not outlive that more is hidden.
            let holds = witness.as_ref().is_some_and(|witness| {
                let certain = target.certain.is_some() && witness.is_empty();
                !certain && witness.iter().all(|unit| hidden[*unit])
            });
            if !holds {
                *witness = None;
            }
        }
    }

    /// The targets that are not safe, each with its cut.
    pub(super) fn open(&mut self, hidden: &[bool]) -> Result<Vec<(usize, Option<Cut>)>, Gone> {
        self.recall(hidden);
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

    /// `None`: safe; else what would help.
    pub(super) fn ask(
        &mut self,
        target: usize,
        hidden: &[bool],
    ) -> Result<Option<Option<Cut>>, Gone> {
        self.go_on()?;
        let about = self.targets[target];
        let attack = &mut self.attacks[about.who];
        attack.pattern(hidden);
        let cut = match judge(attack, &about)? {
            Verdict::Safe(moved) => {
                self.witness[target] = Some(Witness::from(moved));
                self.share(about.who, hidden);
                return Ok(None);
            }
            Verdict::Close(cut) => cut,
        };
        self.witness[target] = None;
        if let Some(certain) = about.certain {
            let wanted = (self.system.units[about.unit].value - certain + 1) as f64;
            let down = attack.reach(about.unit, -1.0, wanted).ok_or(Gone)?;
            if down.far < wanted - EDGE {
                self.witness[target] = Some(Witness::default());
                return Ok(None);
            }
        } else if let Some(cut) = &cut {
            self.note(cut.clone());
        }
        Ok(Some(cut.filter(|cut| !cut.terms.is_empty())))
    }

    /// Asks about targets until one is not safe: which. `Ok(None)` if all are.
    pub(super) fn first_close(
        &mut self,
        targets: &[usize],
        hidden: &[bool],
    ) -> Result<Option<usize>, Gone> {
        for target in targets {
            if self.witness[*target].is_none()
                && self.is_active(*target, hidden)
                && self.ask(*target, hidden)?.is_some()
            {
                return Ok(Some(*target));
            }
        }
        Ok(None)
    }

    /// The last point may show other targets safe too: by itself, or together with one that was seen before.
    fn share(&mut self, who: usize, hidden: &[bool]) {
        let attack = &self.attacks[who];
        let mut moved = None;
        for (place, target) in self.targets.iter().enumerate() {
            if target.who != who || self.witness[place].is_some() {
                continue;
            }
            let far = attack.deviation(target.unit);
            let ends = &mut self.ends[place];
            ends.recall(hidden);
            if ends.is_news(far) {
                let moved = moved.get_or_insert_with(|| Witness::from(attack.moved()));
                ends.see(far, moved);
                let value = self.system.units[target.unit].value;
                self.witness[place] = ends.show(value, &target.need);
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

    /// Weight of what is hidden.
    pub(super) fn cost(&self, hidden: &[bool]) -> u64 {
        let units = self.system.units.iter().zip(hidden);
        units
            .filter(|(unit, hidden)| **hidden && unit.choice != Choice::Unseen)
            .map(|(unit, _)| unit.weight)
            .sum()
    }
}
