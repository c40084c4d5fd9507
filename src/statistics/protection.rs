//! Disclosure control of a whole report: each family of measures with everything it hangs together with, all earlier
//! releases included.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use super::catalogue::Report;
use super::cleared::Cleared;
use super::cube::Counted;
use super::dimension::{Codes, Dimension, WHOLE};
use super::disclosure::{
    self, BaseId, Budget, CannotProtect, CellId, Closeness, Explainer, Exposed, Phase, Problem,
    Rule, Shown,
};
use super::link::{Earlier, FigureKey, Linked, Set, families, link};
use super::period::{Period, Span};
use super::who::name_of;

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

/// How far the computation is: the measure and the phase in words, parts done, parts in all.
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
        if progress(family.words().label, done * PARTS, of * PARTS).is_break() {
            return Err(NotProtected::Cancelled);
        }
        let linked = link(report, period, counted, earlier, family);
        let mut watch = Watch {
            tell: &mut progress,
            what: family.words().label,
            done,
            of,
        };
        let names = Names {
            report,
            codes: &counted.codes,
            span: period.span(),
        };
        protect_family(&linked, rule, &names, &mut watch, &mut protected)?;
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

/// Parts of a family's work, as far as they can be told apart beforehand.
pub(super) const PARTS: u64 = 100;

impl disclosure::Progress for Watch<'_, '_> {
    fn step(&mut self, phase: Phase, done: u64, of: u64) -> ControlFlow<()> {
        let (words, from, until) = match phase {
            Phase::Prepare => ("Zusammenhänge werden gesucht", 0, 5),
            Phase::Protect => ("geheime Werte werden bestimmt", 5, 40),
            Phase::Improve => ("es wird geprüft, was gezeigt werden kann", 40, 70),
            Phase::Certify => ("mögliche Spannen werden berechnet", 70, PARTS),
        };
        let part = (done.min(of) * (until - from)).checked_div(of);
        let done = self.done * PARTS + from + part.unwrap_or(0);
        let what = format!("{}: {words}", self.what);
        (self.tell)(&what, done, self.of * PARTS)
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

/// What figures and those who know a part of them are called.
struct Names<'a> {
    report: &'static Report,
    codes: &'a BTreeMap<Dimension, Codes>,
    span: Span,
}

impl Names<'_> {
    /// A figure in words: "Begonnene Maßnahmen: JVA Dresden".
    fn of(&self, key: &FigureKey) -> String {
        let tables = self.report.tables.iter();
        let dimensions = tables
            .filter(|table| table.code == key.table)
            .flat_map(|table| table.dimensions);
        let names: Vec<&str> = dimensions
            .zip(&key.codes)
            .map(|(dimension, code)| {
                let known = self.codes.get(dimension).and_then(|tree| tree.get(code));
                known.map_or(code.as_str(), |known| known.label.as_str())
            })
            .collect();
        format!("{}: {}", key.measure.words().label, names.join(", "))
    }
}

fn refused(why: CannotProtect<FigureKey>, names: &Names<'_>) -> NotProtected {
    match why {
        CannotProtect::Cancelled => NotProtected::Cancelled,
        CannotProtect::NoPattern { exposed } => NotProtected::Refused(no_pattern(&exposed, names)),
        other => NotProtected::Refused(other.to_string()),
    }
}

/// That nothing can be published, what is given away and to whom, and what can be done about it.
fn no_pattern(exposed: &[Exposed<FigureKey>], names: &Names<'_>) -> String {
    let who = exposed.iter().find_map(|one| one.insider.as_deref());
    let who = who.map_or_else(String::new, |who| {
        format!(
            ", und zwar für {} aus den eigenen Zahlen",
            name_of(who, names.codes)
        )
    });
    let figure = exposed.iter().flat_map(|one| &one.keys).next();
    let Some(figure) = figure else {
        return format!(
            "Ein kleiner Wert, der in einer früheren Veröffentlichung geheim ist, ließe sich mit diesem Bericht errechnen{who}, auch wenn alles \
             Neue außer den Nullen geheim gehalten wird. Nullen und das, was schon veröffentlicht ist, hängen mit ihm zusammen: Was am Ende eines \
             Zeitraums läuft, folgt aus dem, was im nächsten läuft, beginnt und endet."
        );
    };
    let longer = match names.span {
        Span::Quarter => " In einem Halbjahr oder Jahr sind die Werte größer.",
        Span::Half => " In einem Jahr sind die Werte größer.",
        Span::Year => "",
    };
    format!(
        "Auch wenn alles Zusammenhängende geheim gehalten wird, bliebe ein kleiner Wert erschließbar (zum Beispiel {}){who}.{longer}",
        names.of(figure)
    )
}

fn protect_family(
    linked: &Linked,
    rule: &Rule,
    names: &Names<'_>,
    watch: &mut Watch<'_, '_>,
    protected: &mut Protected,
) -> Result<(), NotProtected> {
    let (problem, cells) = problem(linked, rule)?;
    let published = disclosure::protect(&problem, Budget::default(), watch)
        .map_err(|why| refused(why, names))?;
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
