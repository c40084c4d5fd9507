//! The figures of a period before disclosure control: for each table and measure the counts of its finest cells, called a
//! [`Layer`]. Sums, hierarchies and reports are sets of such cells, so that what hangs together is known to be the same.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::catalogue::{Report, TableSpec, silent};
use super::dimension::{Codes, Dimension};
use super::measure::Measure;
use super::period::Period;
use crate::base::calendar::Quarter;

/// When something was counted: within a quarter, at its end, or within a whole period in which nothing adds up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Time {
    /// Within a quarter.
    In(Quarter),
    /// At the end of a quarter.
    At(Quarter),
    /// Within a period, each case once.
    Whole(Period),
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Time::In(quarter) => write!(f, "{quarter}"),
            Time::At(quarter) => write!(f, "bis-{quarter}"),
            Time::Whole(period) => write!(f, "je-{period}"),
        }
    }
}

/// A number of cases that agree in everything figures are broken down by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What was counted.
    pub measure: Measure,
    /// When.
    pub time: Time,
    /// Its code in each dimension that the measure is broken down by.
    pub codes: BTreeMap<Dimension, String>,
    /// How many.
    pub count: u64,
}

/// The counts of one table and measure at one time: one for each combination of codes that are made of no others, zeros
/// included, in the order of the codes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layer {
    /// Code words of the dimensions.
    pub dimensions: Vec<String>,
    /// Code word of the measure.
    pub measure: String,
    /// When, as [`Time`] is written.
    pub time: String,
    /// Codes, count.
    pub cells: Vec<(Vec<String>, u64)>,
}

impl Layer {
    /// What makes two layers of different reports the same: what they count, by what, when.
    pub fn key(&self) -> (&[String], &str, &str) {
        (&self.dimensions, &self.measure, &self.time)
    }
}

/// Everything counted for a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// The codes of each dimension used.
    pub codes: BTreeMap<Dimension, Codes>,
    /// The finest cells.
    pub layers: Vec<Layer>,
    /// Programmes of parental coaching.
    pub parents: BTreeSet<String>,
    /// Who alone carries out a programme: programme, provider.
    pub alone: BTreeMap<String, String>,
    /// Enquiries left out because they were recorded by mistake.
    pub mistakes: u64,
    /// People left out because they withdrew their consent to be counted.
    pub refused: u64,
    /// People left out because their record is restricted.
    pub restricted: u64,
}

/// Why nothing is counted. Shown to people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CubeError {
    /// Two codes of a dimension would read the same in a file.
    #[error(
        "Der Schlüssel „{0}“ kommt in „{1}“ doppelt vor oder ist nicht zulässig. Bitte die Stammdaten prüfen."
    )]
    BadCode(String, &'static str),
    /// Nothing happened.
    #[error(
        "Im Zeitraum „{0}“ ist nichts erfasst: keine Anfrage, keine Maßnahme, keine Sitzung. Es gibt nichts zu veröffentlichen."
    )]
    Empty(String),
}

/// Whether a word may stand in a release: small letters, digits, `_`, `.` and `-`, beginning with a letter. Such a word is
/// never a formula, a number or a date to a spreadsheet (OWASP ASVS 5.0, 1.2.10).
pub fn is_code_word(word: &str) -> bool {
    let permitted = |sign: char| {
        sign.is_ascii_lowercase() || sign.is_ascii_digit() || matches!(sign, '_' | '.' | '-')
    };
    word.starts_with(|first: char| first.is_ascii_lowercase()) && word.chars().all(permitted)
}

/// The times at which a table keeps a measure for a period; the last one is the figure's own unless it adds up.
pub fn times(table: &TableSpec, measure: Measure, period: Period) -> Vec<Time> {
    let quarters = period.quarters();
    if measure == Measure::Running {
        return quarters
            .last()
            .map(|last| Time::At(*last))
            .into_iter()
            .collect();
    }
    if !measure.adds_up_over_time() || !table.by_quarter {
        return vec![Time::Whole(period)];
    }
    quarters.into_iter().map(Time::In).collect()
}

/// Everything a table needs counted for its measures: what stands in it, and what ties it together (beginnings and ends tie
/// the stock of one quarter to that of the next; who was reached in a part of a period was reached in all of it).
fn needed(
    table: &TableSpec,
    period: Period,
    families: &BTreeSet<Measure>,
) -> BTreeSet<(Measure, Time)> {
    let mut all = BTreeSet::new();
    for measure in table.measures {
        if families.contains(&measure.family()) {
            all.extend(
                times(table, *measure, period)
                    .into_iter()
                    .map(|time| (*measure, time)),
            );
        }
    }
    if all.contains(&(Measure::Persons, Time::Whole(period))) {
        let parts = period.parts().into_iter();
        all.extend(parts.map(|part| (Measure::Persons, Time::Whole(part))));
    }
    if table.measures.contains(&Measure::Running) && families.contains(&Measure::Started) {
        for quarter in period.quarters() {
            all.insert((Measure::Running, Time::At(quarter.previous())));
            all.insert((Measure::Running, Time::At(quarter)));
            for flow in [
                Measure::Started,
                Measure::Completed,
                Measure::BrokenOff,
                Measure::PassedOn,
            ] {
                all.insert((flow, Time::In(quarter)));
            }
        }
    }
    all
}

/// Counts facts into the layers of a report.
///
/// # Errors
/// If codes are no code words, or nothing was counted at all.
pub fn count(
    report: &Report,
    period: Period,
    mut codes: BTreeMap<Dimension, Codes>,
    facts: &[Fact],
) -> Result<Counted, CubeError> {
    if facts.iter().all(|fact| fact.count == 0) {
        return Err(CubeError::Empty(period.label()));
    }
    // A code that is not in force any more but has cases stands among the others: no case is lost.
    for fact in facts {
        for (dimension, code) in &fact.codes {
            if let Some(tree) = codes.get_mut(dimension) {
                tree.add(code, code, super::dimension::WHOLE);
            }
        }
    }
    for (dimension, tree) in &codes {
        for code in tree.all() {
            if !is_code_word(&code.code) {
                return Err(CubeError::BadCode(code.code.clone(), dimension.label()));
            }
        }
    }
    let families: BTreeSet<Measure> = report
        .tables
        .iter()
        .flat_map(|table| table.measures)
        .map(|measure| measure.family())
        .collect();
    let mut layers: Vec<Layer> = Vec::new();
    let mut known = BTreeSet::new();
    let tables = report.tables.iter().copied().chain(silent(report));
    for table in tables {
        for (measure, time) in needed(table, period, &families) {
            if known.insert((table.dimensions, measure, time)) {
                layers.push(layer(table.dimensions, measure, time, &codes, facts));
            }
        }
    }
    let used: BTreeSet<Dimension> = report
        .tables
        .iter()
        .flat_map(|table| table.dimensions)
        .copied()
        .chain([Dimension::Programme])
        .collect();
    codes.retain(|dimension, _| used.contains(dimension));
    Ok(Counted {
        codes,
        layers,
        parents: BTreeSet::new(),
        alone: BTreeMap::new(),
        mistakes: 0,
        refused: 0,
        restricted: 0,
    })
}

/// Whether a fact belongs to a time.
fn within(fact: Time, time: Time) -> bool {
    match (fact, time) {
        (Time::In(quarter), Time::Whole(period)) => period.contains(Period::Quarter(quarter)),
        (fact, time) => fact == time,
    }
}

fn layer(
    dimensions: &[Dimension],
    measure: Measure,
    time: Time,
    codes: &BTreeMap<Dimension, Codes>,
    facts: &[Fact],
) -> Layer {
    let mut cells: BTreeMap<Vec<String>, u64> = BTreeMap::new();
    for fact in facts
        .iter()
        .filter(|fact| fact.measure == measure && within(fact.time, time))
    {
        let place: Vec<String> = dimensions
            .iter()
            .map(|dimension| {
                fact.codes
                    .get(dimension)
                    .cloned()
                    .unwrap_or_else(|| super::dimension::UNKNOWN.to_owned())
            })
            .collect();
        *cells.entry(place).or_default() += fact.count;
    }
    let leaves: Vec<Vec<&str>> = dimensions
        .iter()
        .map(|dimension| codes.get(dimension).map(Codes::leaves).unwrap_or_default())
        .collect();
    let combinations = leaves
        .iter()
        .fold(vec![Vec::new()], |all: Vec<Vec<String>>, leaves| {
            all.iter()
                .flat_map(|start| {
                    leaves.iter().map(move |leaf| {
                        start.iter().cloned().chain([(*leaf).to_owned()]).collect()
                    })
                })
                .collect()
        });
    Layer {
        dimensions: dimensions
            .iter()
            .map(|dimension| dimension.code().to_owned())
            .collect(),
        measure: measure.code().to_owned(),
        time: time.to_string(),
        cells: combinations
            .into_iter()
            .map(|place| {
                let count = cells.get(&place).copied().unwrap_or(0);
                (place, count)
            })
            .collect(),
    }
}
