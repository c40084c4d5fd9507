//! Why a figure is hidden: for officers, never for a file, because which figures are small is itself secret.

use super::problem::{CellId, Problem, Shown};
use super::protect::{CannotProtect, keys_of};
use super::published::Published;
use super::search::{Known, Search};
use super::setting::Setting;

/// Why a figure is hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why<K> {
    /// It is small.
    Small,
    /// Somebody marked it for protection.
    Marked,
    /// An earlier release hid it.
    HiddenBefore,
    /// If it were published, others could be worked out.
    Protects {
        /// Figures of this release that could be.
        figures: Vec<K>,
        /// Cells that only earlier releases hide, or later ones will show.
        elsewhere: usize,
        /// Those who could, if not everybody.
        insiders: Vec<String>,
    },
}

/// Answers why figures of one release are hidden.
pub struct Explainer<'a, K> {
    problem: &'a Problem<K>,
    setting: Setting,
    hidden: Vec<bool>,
    /// What keeps each target safe now.
    known: Known,
}

impl<'a, K: Ord + Clone + std::fmt::Debug> Explainer<'a, K> {
    /// For what [`super::protect()`] made of this problem.
    pub fn new(problem: &'a Problem<K>, published: &Published<K>) -> Explainer<'a, K> {
        let setting = Setting::new(problem);
        let mut search = Search::new(&setting.system, &setting.known, setting.targets.clone());
        let mut hidden = search.start();
        for cell in published.hidden_cells() {
            if let Some(Some(unit)) = setting.system.unit_of.get(cell.0) {
                hidden[*unit] = true;
            }
        }
        // Whom nothing was kept from, nothing is kept from by this figure either.
        if let Ok(open) = search.hopeless(&hidden) {
            search.spare(&open);
        }
        let known = search.known();
        Explainer {
            problem,
            setting,
            hidden,
            known,
        }
    }

    /// Why the cell is hidden; `None` if it is not.
    pub fn why(&self, cell: CellId) -> Result<Option<Why<K>>, CannotProtect<K>> {
        let unit = self.setting.system.unit_of.get(cell.0).copied().flatten();
        let (Some(unit), Some(about)) = (unit, self.problem.cells.get(cell.0)) else {
            return Ok(None);
        };
        if !self.hidden[unit] || about.figures.is_empty() {
            return Ok(None);
        }
        if about.shown == Some(Shown::Hidden) {
            return Ok(Some(Why::HiddenBefore));
        }
        if about.marked.is_some() {
            return Ok(Some(Why::Marked));
        }
        if self.problem.rule.is_small(self.problem.value(cell)) {
            return Ok(Some(Why::Small));
        }
        self.protects(unit).map(Some)
    }

    fn protects(&self, unit: usize) -> Result<Why<K>, CannotProtect<K>> {
        let setting = &self.setting;
        let mut search = Search::new(&setting.system, &setting.known, setting.targets.clone());
        search.take_up(&self.known);
        let mut without = self.hidden.clone();
        without[unit] = false;
        let (mut figures, mut insiders, mut elsewhere) = (Vec::new(), Vec::new(), 0);
        for place in search.hopeless(&without)? {
            let target = setting.targets[place];
            let keys = keys_of(self.problem, &setting.system, target.unit);
            elsewhere += usize::from(keys.is_empty());
            for key in keys {
                if !figures.contains(&key) {
                    figures.push(key);
                }
            }
            let who = target.who.checked_sub(1);
            if let Some(insider) = who.and_then(|who| self.problem.insiders.get(who))
                && !insiders.contains(&insider.name)
            {
                insiders.push(insider.name.clone());
            }
        }
        Ok(Why::Protects {
            figures,
            elsewhere,
            insiders,
        })
    }
}
