//! Disclosure control of a whole report: each family of measures with everything it hangs together with, all earlier
//! releases included.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use super::catalogue::Report;
use super::cube::Counted;
use super::disclosure::Rule;
use super::file::Figure;
use super::link::{Earlier, FigureKey, families, link, open_figures};
use super::measure::Measure;
use super::period::Period;

/// Why a figure is hidden; for officers only, because it is itself a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Why {
    /// It is small.
    Small,
    /// It was hidden before, and showing it now would show what hid behind it.
    HiddenBefore,
    /// Without it another one could be worked out: table, measure, codes.
    Protects(Vec<(String, String, Vec<String>)>),
}

/// A protected report.
#[derive(Debug, Clone, Default)]
pub(super) struct Protected {
    /// What the public may know.
    pub figures: BTreeMap<FigureKey, Figure>,
    /// Why figures are hidden.
    pub why: Vec<(FigureKey, Why)>,
}

/// Why a report stays unpublished. Shown to people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum NotProtected {
    /// Somebody gave the computation up.
    #[error("Die Berechnung wurde abgebrochen.")]
    Cancelled,
    /// There is no safe choice of hidden figures.
    #[error("{0}")]
    Refused(String),
}

/// How far the computation is: the measure in words, steps done, steps in all.
pub(super) type Progress<'a> = &'a mut dyn FnMut(&str, u64, u64) -> ControlFlow<()>;

/// Protects a report.
///
/// # Errors
/// If nothing safe was found or the computation was given up.
pub(super) fn protect_report(
    report: &'static Report,
    period: Period,
    counted: &Counted,
    earlier: &[Earlier],
    rule: &Rule,
    progress: Progress<'_>,
) -> Result<Protected, NotProtected> {
    let mut protected = Protected::default();
    for (key, value) in open_figures(report, period, counted) {
        protected.figures.insert(key, Figure::Number(value));
    }
    let families = families(report);
    let of = u64::try_from(families.len()).unwrap_or(u64::MAX);
    for (done, family) in (0u64..).zip(families) {
        if progress(family.words().label, done, of).is_break() {
            return Err(NotProtected::Cancelled);
        }
        protect_family(
            report,
            period,
            counted,
            earlier,
            family,
            rule,
            &mut protected,
        )?;
    }
    Ok(protected)
}

fn protect_family(
    report: &'static Report,
    period: Period,
    counted: &Counted,
    earlier: &[Earlier],
    family: Measure,
    rule: &Rule,
    protected: &mut Protected,
) -> Result<(), NotProtected> {
    let linked = link(report, period, counted, earlier, family);
    let sum = |set: &super::link::Set| -> u64 {
        set.iter()
            .filter_map(|position| linked.base.get(*position))
            .sum()
    };
    let small = linked
        .figures
        .iter()
        .any(|(_, set)| rule.is_small(sum(set)));
    for (key, set) in &linked.figures {
        let value = sum(set);
        let figure = if small && value > 0 {
            protected.why.push((key.clone(), Why::Small));
            Figure::Hidden(vec![super::file::AttackerInterval {
                attacker: super::file::OUTSIDER.to_owned(),
                lower: 0,
                upper: None,
            }])
        } else {
            Figure::Number(value)
        };
        protected.figures.insert(key.clone(), figure);
    }
    Ok(())
}
