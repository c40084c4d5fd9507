//! Disclosure control of a whole report: each family of measures with everything it hangs together with, all earlier
//! releases included.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use super::catalogue::Report;
use super::cleared::Cleared;
use super::cube::Counted;
use super::dimension::WHOLE;
use super::disclosure::{
    self, BaseId, Budget, CannotProtect, CellId, Closeness, Explainer, Phase, Problem, Rule, Shown,
};
use super::link::{Earlier, FigureKey, Linked, Set, families, link};
use super::period::Period;

/// Why a figure is hidden; for officers only, because it is itself a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Why {
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
    pub figures: Cleared,
    /// Why figures are hidden.
    pub why: Vec<(FigureKey, Why)>,
    /// Who of those who know a part gets closest to a hidden figure, where somebody gets closer than everybody may. Never
    /// for a file.
    pub inside: Vec<(FigureKey, disclosure::Inside)>,
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
    mut progress: Progress<'_>,
) -> Result<Protected, NotProtected> {
    let mut protected = Protected {
        figures: Cleared::open(report, period, counted),
        ..Protected::default()
    };
    let families = families(report);
    let of = u64::try_from(families.len()).unwrap_or(u64::MAX);
    for (done, family) in (0u64..).zip(families) {
        if progress(family.words().label, done, of).is_break() {
            return Err(NotProtected::Cancelled);
        }
        let linked = link(report, period, counted, earlier, family);
        let mut watch = Watch {
            tell: &mut progress,
            what: family.words().label,
            done,
            of,
        };
        protect_family(&linked, rule, &mut watch, &mut protected)?;
    }
    Ok(protected)
}

/// Tells the caller how far a family is, and hears whether to go on.
struct Watch<'a, 'b> {
    tell: &'a mut Progress<'b>,
    what: &'static str,
    done: u64,
    of: u64,
}

impl disclosure::Progress for Watch<'_, '_> {
    fn step(&mut self, _: Phase, _: u64, _: u64) -> ControlFlow<()> {
        (self.tell)(self.what, self.done, self.of)
    }
}

/// Everything disclosure control has to know of a family.
fn problem(
    linked: &Linked,
    rule: &Rule,
) -> Result<(Problem<FigureKey>, BTreeMap<FigureKey, CellId>), NotProtected> {
    let mut problem = Problem::new(*rule);
    let mut cells = BTreeMap::new();
    let base: Vec<BaseId> = linked
        .base
        .iter()
        .map(|count| problem.base(*count))
        .collect();
    let ids = |set: &Set| {
        set.iter()
            .filter_map(|position| base.get(*position).copied())
            .collect::<Vec<_>>()
    };
    for (key, set) in &linked.figures {
        let cell = problem.figure(key.clone(), ids(set));
        cells.insert(key.clone(), cell);
        // Sums that readers need are the last to go.
        let whole = key
            .codes
            .iter()
            .filter(|code| code.as_str() == WHOLE)
            .count();
        problem.weight(
            cell,
            if whole == key.codes.len() {
                400
            } else {
                100 + 50 * u32::try_from(whole).unwrap_or(0)
            },
        );
    }
    for (set, hidden) in &linked.earlier {
        problem.earlier(
            ids(set),
            if *hidden {
                Shown::Hidden
            } else {
                Shown::Published
            },
        );
    }
    for (one, other) in &linked.same {
        if !problem.same(ids(one), ids(other)) {
            return Err(NotProtected::Refused(
                "Die Zahlen passen nicht zusammen: Zwei Tabellen zählen dieselben Fälle verschieden. Bitte die Verwaltung benachrichtigen.".to_owned(),
            ));
        }
    }
    for (name, set) in &linked.insiders {
        problem.insider(name.clone(), ids(set), Closeness::NotExact);
    }
    Ok((problem, cells))
}

fn refused(why: CannotProtect<FigureKey>) -> NotProtected {
    match why {
        CannotProtect::Cancelled => NotProtected::Cancelled,
        CannotProtect::NoPattern { exposed } => {
            let who = exposed.iter().find_map(|one| one.insider.clone());
            let figure = exposed.iter().flat_map(|one| &one.keys).next().map(|key| {
                format!(
                    " (zum Beispiel {}, {})",
                    key.measure.words().label,
                    key.codes.join(", ")
                )
            });
            NotProtected::Refused(format!(
                "Auch wenn alles Zusammenhängende geheim gehalten wird, bliebe ein kleiner Wert erschließbar{}{}. Bitte einen längeren Zeitraum wählen: \
                 In einem Halbjahr oder Jahr sind die Werte größer.",
                figure.unwrap_or_default(),
                who.map(|who| format!(", und zwar für {who}"))
                    .unwrap_or_default()
            ))
        }
        other => NotProtected::Refused(other.to_string()),
    }
}

fn protect_family(
    linked: &Linked,
    rule: &Rule,
    watch: &mut Watch<'_, '_>,
    protected: &mut Protected,
) -> Result<(), NotProtected> {
    let (problem, cells) = problem(linked, rule)?;
    let published = disclosure::protect(&problem, Budget::default(), watch).map_err(refused)?;
    for cell in published.certificate() {
        for key in &cell.keys {
            let inside = cell.insider.iter().cloned();
            protected
                .inside
                .extend(inside.map(|inside| (key.clone(), inside)));
        }
    }
    let explainer = Explainer::new(&problem, &published);
    for (key, figure) in published.figures() {
        if figure == disclosure::Figure::Hidden {
            let why = cells
                .get(key)
                .and_then(|cell| explainer.why(*cell).ok().flatten());
            protected
                .why
                .extend(why.map(|why| (key.clone(), told(why))));
        }
    }
    protected.figures.add(&published);
    Ok(())
}

fn told(why: disclosure::Why<FigureKey>) -> Why {
    match why {
        disclosure::Why::Small | disclosure::Why::Marked => Why::Small,
        disclosure::Why::HiddenBefore => Why::HiddenBefore,
        disclosure::Why::Protects { figures, .. } => Why::Protects(
            figures
                .into_iter()
                .take(3)
                .map(|key| {
                    (
                        key.table.to_owned(),
                        key.measure.code().to_owned(),
                        key.codes,
                    )
                })
                .collect(),
        ),
    }
}
