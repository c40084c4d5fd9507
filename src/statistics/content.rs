//! What a release says, without its figures: the tables of the catalogue with names, definitions and notes.

use std::collections::BTreeSet;

use time::Date;

use super::catalogue::Report;
use super::cube::Counted;
use super::dimension::{Codes, Dimension};
use super::file::{
    self, CellContent, CodeItem, Figure, MeasureInfo, Named, PeriodInfo, Protection,
    ReleaseContent, TIME, TableContent, method_text,
};
use super::link::combinations;
use super::measure::Measure;
use super::period::Period;
use super::shape::Shape;
use crate::base::german;

/// What identifies a release.
#[derive(Debug, Clone)]
pub(super) struct Head {
    pub report: &'static Report,
    pub period: Period,
    pub cut_off: Date,
    pub revision: u32,
    pub correction: Option<String>,
    pub threshold: u64,
    pub shape: Shape,
}

/// The content of a release without its figures.
pub(super) fn content(head: &Head, counted: &Counted) -> ReleaseContent {
    let report = head.report;
    let tables: Vec<TableContent> = report
        .tables
        .iter()
        .map(|table| {
            let places = combinations(table.dimensions, &counted.codes);
            let mut cells = Vec::with_capacity(table.measures.len() * places.len());
            for measure in table.measures {
                for (codes, _) in &places {
                    cells.push(CellContent {
                        measure: measure.code().to_owned(),
                        codes: codes.clone(),
                        figure: Figure::Nothing,
                    });
                }
            }
            TableContent {
                code: table.code.to_owned(),
                label: table.label.to_owned(),
                dimensions: table
                    .dimensions
                    .iter()
                    .map(|dimension| dimension.code().to_owned())
                    .collect(),
                cells,
            }
        })
        .collect();
    let protection = Protection::Suppression {
        threshold: head.threshold,
    };
    let used: BTreeSet<Dimension> = report
        .tables
        .iter()
        .flat_map(|table| table.dimensions)
        .copied()
        .collect();
    let measures: BTreeSet<Measure> = report
        .tables
        .iter()
        .flat_map(|table| table.measures)
        .copied()
        .collect();
    ReleaseContent {
        report: Named {
            code: report.code.to_owned(),
            label: report.label.to_owned(),
        },
        period: PeriodInfo {
            code: head.period.to_string(),
            label: head.period.label(),
            first: head.period.first_day(),
            last: head.period.last_day(),
        },
        cut_off: head.cut_off,
        version: head.revision,
        correction: head.correction.clone(),
        method: method_text(&protection),
        protection,
        notes: notes(head, counted),
        dimensions: used
            .into_iter()
            .filter_map(|dimension| Some(described(dimension, counted.codes.get(&dimension)?)))
            .collect(),
        measures: Measure::ALL
            .into_iter()
            .filter(|measure| measures.contains(measure))
            .map(|measure| info(measure, report))
            .collect(),
        tables,
    }
}

fn described(dimension: Dimension, codes: &Codes) -> file::Dimension {
    let federal = |code: &super::dimension::Code| {
        let above = codes.get(code.parent.as_deref()?)?;
        (dimension == Dimension::Phenomenon && above.parent.is_some()).then(|| Named {
            code: above.code.clone(),
            label: above.label.clone(),
        })
    };
    file::Dimension {
        code: dimension.code().to_owned(),
        label: dimension.label().to_owned(),
        definition: dimension.definition().to_owned(),
        codes: codes
            .all()
            .iter()
            .map(|code| CodeItem {
                code: code.code.clone(),
                label: code.label.clone(),
                parent: code.parent.clone(),
                valid_from: None,
                valid_until: None,
                federal: federal(code),
            })
            .collect(),
    }
}

fn info(measure: Measure, report: &Report) -> MeasureInfo {
    let words = measure.words();
    let mut additive: BTreeSet<&str> = report
        .tables
        .iter()
        .filter(|table| table.measures.contains(&measure))
        .flat_map(|table| table.dimensions)
        .map(|dimension| dimension.code())
        .collect();
    if measure.adds_up_over_time() {
        additive.insert(TIME);
    }
    MeasureInfo {
        code: words.code.to_owned(),
        label: words.label.to_owned(),
        definition: words.definition.to_owned(),
        unit: words.unit.to_owned(),
        decimals: measure.decimals(),
        additive: additive.into_iter().map(str::to_owned).collect(),
        open: measure.open(),
    }
}

fn notes(head: &Head, counted: &Counted) -> Vec<String> {
    let mut notes = vec![format!(
        "Gezählt wurde am {}, was zu diesem Zeitpunkt erfasst war; was später kommt, steht in einer Korrektur mit neuer Versionsnummer.",
        german::date(head.cut_off)
    )];
    if let Some(whole) = super::catalogue::report(head.report.code) {
        notes.extend(head.shape.sentences(whole));
    }
    // A small number is a figure like any other.
    let told = |number: u64, words: &str| {
        if number < head.threshold {
            format!("Weniger als {} {words}", head.threshold)
        } else {
            // Exact numbers of two releases would tell the small one between them.
            format!("Mindestens {} {words}", head.threshold)
        }
    };
    if counted.mistakes > 0 {
        notes.push(format!(
            "{} wurden als irrtümlich erfasst beendet und sind nicht gezählt.",
            told(counted.mistakes, "Anfragen")
        ));
    }
    if counted.refused > 0 {
        notes.push(format!(
            "{} haben die Einwilligung widerrufen, gezählt zu werden, und sind nicht gezählt.",
            told(counted.refused, "Personen")
        ));
    }
    if counted.restricted > 0 {
        notes.push(format!(
            "{} sind nicht gezählt, weil die Verarbeitung ihrer Daten eingeschränkt ist.",
            told(counted.restricted, "Personen")
        ));
    }
    notes
}
