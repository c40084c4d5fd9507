//! How the figures of a report hang together, with each other and with everything published before: finest cells, the sets
//! of them that are figures, and the sets that are the same cases sorted in another way.
//!
//! A cell that no late entry touched since an earlier release is the same unknown there and here; one that was touched is
//! another. So whoever holds all releases knows neither more nor less than what stands in the equations.

use std::collections::{BTreeMap, BTreeSet};

use super::catalogue::{Report, TableSpec};
use super::cube::{Counted, Layer, Time, times};
use super::dimension::{Codes, Dimension};
use super::measure::Measure;
use super::period::Period;

mod limits;

use limits::Limits;

/// A figure of a report: table, measure, one code for each dimension.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FigureKey {
    /// Code word of the table.
    pub table: &'static str,
    /// The measure.
    pub measure: Measure,
    /// Its codes.
    pub codes: Vec<String>,
}

/// An earlier release: what was counted then, and which figures of it are public.
#[derive(Debug, Clone)]
pub struct Earlier {
    /// The report.
    pub report: &'static Report,
    /// The period.
    pub period: Period,
    /// What was counted.
    pub counted: Counted,
    /// The figures that were kept secret: table, measure, codes.
    pub hidden: BTreeSet<(String, String, Vec<String>)>,
}

/// A set of finest cells, by position.
pub type Set = BTreeSet<usize>;

/// Measures that are tied together, as disclosure control wants them.
#[derive(Debug, Clone, Default)]
pub struct Linked {
    /// The count of each finest cell.
    pub base: Vec<u64>,
    /// The figures of this report.
    pub figures: Vec<(FigureKey, Set)>,
    /// Figures published before, and whether they were kept secret. Each set once; shown anywhere is shown.
    pub earlier: BTreeMap<Set, bool>,
    /// Sets that are the same cases.
    pub same: BTreeSet<(Set, Set)>,
    /// Who knows which cells.
    pub insiders: BTreeMap<String, Set>,
}

/// The combinations of codes of a table, in the order of the codes, with the leaves each is made of.
pub fn combinations(
    dimensions: &[Dimension],
    codes: &BTreeMap<Dimension, Codes>,
) -> Vec<(Vec<String>, Vec<BTreeSet<String>>)> {
    let mut all = vec![(Vec::new(), Vec::new())];
    for dimension in dimensions {
        let Some(tree) = codes.get(dimension) else {
            return Vec::new();
        };
        let made = tree.made_of();
        all = all
            .into_iter()
            .flat_map(|(words, leaves): (Vec<String>, Vec<BTreeSet<String>>)| {
                tree.all()
                    .iter()
                    .map(|code| {
                        let mut words = words.clone();
                        words.push(code.code.clone());
                        let mut leaves = leaves.clone();
                        let parts = made
                            .get(code.code.as_str())
                            .map(|parts| parts.iter().map(|leaf| (*leaf).to_owned()).collect());
                        leaves.push(parts.unwrap_or_default());
                        (words, leaves)
                    })
                    .collect::<Vec<_>>()
            })
            .collect();
    }
    all
}

/// The finest cells of one release, by what they count.
struct Placed<'a> {
    layers: Vec<(&'a Layer, Measure, Vec<usize>)>,
    by_key: BTreeMap<(&'a [String], Measure, &'a str), usize>,
}

/// What was last counted for a cell, and which unknown that is.
type Cells = BTreeMap<(Vec<String>, String, String, Vec<String>), (u64, usize)>;

impl<'a> Placed<'a> {
    fn new(counted: &'a Counted, family: Measure, cells: &mut Cells, base: &mut Vec<u64>) -> Self {
        let mut placed = Placed {
            layers: Vec::new(),
            by_key: BTreeMap::new(),
        };
        for layer in &counted.layers {
            let Some(measure) =
                Measure::from_code(&layer.measure).filter(|measure| measure.family() == family)
            else {
                continue;
            };
            let positions = layer
                .cells
                .iter()
                .map(|(codes, count)| {
                    let key = (
                        layer.dimensions.clone(),
                        layer.measure.clone(),
                        layer.time.clone(),
                        codes.clone(),
                    );
                    match cells.get(&key) {
                        Some((known, position)) if known == count => *position,
                        _ => {
                            base.push(*count);
                            cells.insert(key, (*count, base.len() - 1));
                            base.len() - 1
                        }
                    }
                })
                .collect();
            placed.by_key.insert(
                (&layer.dimensions, measure, &layer.time),
                placed.layers.len(),
            );
            placed.layers.push((layer, measure, positions));
        }
        placed
    }

    fn find(&self, dimensions: &[String], measure: Measure, time: Time) -> Option<usize> {
        self.by_key
            .get(&(dimensions, measure, time.to_string().as_str()))
            .copied()
    }

    /// The cells of a layer with certain leaves.
    fn set(&self, layer: usize, wanted: impl Fn(&[String]) -> bool) -> Set {
        let Some((layer, _, positions)) = self.layers.get(layer) else {
            return Set::new();
        };
        layer
            .cells
            .iter()
            .zip(positions)
            .filter(|((codes, _), _)| wanted(codes))
            .map(|(_, position)| *position)
            .collect()
    }

    fn figure(
        &self,
        table: &TableSpec,
        measure: Measure,
        period: Period,
        leaves: &[BTreeSet<String>],
    ) -> Set {
        let dimensions: Vec<String> = table
            .dimensions
            .iter()
            .map(|dimension| dimension.code().to_owned())
            .collect();
        times(table, measure, period)
            .into_iter()
            .filter_map(|time| self.find(&dimensions, measure, time))
            .flat_map(|layer| {
                self.set(layer, |codes| {
                    codes
                        .iter()
                        .zip(leaves)
                        .all(|(code, leaves)| leaves.contains(code))
                })
            })
            .collect()
    }

    /// Ties layers that count the same in other dimensions, by what they have in common.
    fn margins(&self, period: Period, same: &mut BTreeSet<(Set, Set)>) {
        let mut groups: BTreeMap<Measure, Vec<&[String]>> = BTreeMap::new();
        for (layer, measure, _) in &self.layers {
            let known = groups.entry(*measure).or_default();
            if !known.contains(&layer.dimensions.as_slice()) {
                known.push(&layer.dimensions);
            }
        }
        for (measure, groups) in groups {
            for (place, one) in groups.iter().enumerate() {
                for other in groups.iter().skip(place + 1) {
                    let common: Vec<&String> =
                        one.iter().filter(|code| other.contains(code)).collect();
                    if common.is_empty() && place > 0 {
                        continue;
                    }
                    for (left, right) in self.meeting(measure, one, other, period) {
                        self.tie(&left, &right, &common, same);
                    }
                }
            }
        }
    }

    /// The layers of two tables that are about the same time: quarter by quarter, or the quarters of a year and the year.
    fn meeting(
        &self,
        measure: Measure,
        one: &[String],
        other: &[String],
        period: Period,
    ) -> Vec<(Vec<usize>, Vec<usize>)> {
        let mut pairs = Vec::new();
        let whole = |dimensions: &[String]| self.find(dimensions, measure, Time::Whole(period));
        let quarters = |dimensions: &[String]| -> Vec<usize> {
            period
                .quarters()
                .into_iter()
                .filter_map(|quarter| self.find(dimensions, measure, Time::In(quarter)))
                .collect()
        };
        for (layer, own, _) in &self.layers {
            if *own == measure && layer.dimensions == one {
                let key = (other, measure, layer.time.as_str());
                let left = self.by_key.get(&(one, measure, layer.time.as_str()));
                if let (Some(left), Some(right)) = (left, self.by_key.get(&key)) {
                    pairs.push((vec![*left], vec![*right]));
                }
            }
        }
        match (whole(one), whole(other)) {
            (Some(year), None) => pairs.push((vec![year], quarters(other))),
            (None, Some(year)) => pairs.push((quarters(one), vec![year])),
            _ => {}
        }
        pairs.retain(|(left, right)| !left.is_empty() && !right.is_empty());
        pairs
    }

    fn tie(
        &self,
        left: &[usize],
        right: &[usize],
        common: &[&String],
        same: &mut BTreeSet<(Set, Set)>,
    ) {
        let margins = |layers: &[usize]| {
            let mut margins: BTreeMap<Vec<String>, Set> = BTreeMap::new();
            for (layer, _, positions) in layers.iter().filter_map(|layer| self.layers.get(*layer)) {
                let columns: Vec<usize> = common
                    .iter()
                    .filter_map(|code| layer.dimensions.iter().position(|own| own == *code))
                    .collect();
                for ((codes, _), position) in layer.cells.iter().zip(positions) {
                    let key = columns
                        .iter()
                        .filter_map(|column| codes.get(*column).cloned())
                        .collect();
                    margins.entry(key).or_default().insert(*position);
                }
            }
            margins
        };
        let (left, mut right) = (margins(left), margins(right));
        for (key, one) in left {
            let other = right.remove(&key).unwrap_or_default();
            join(same, one, other);
        }
        for (_, other) in right {
            join(same, Set::new(), other);
        }
    }

    /// What ran before and what began is what runs after and what ended; outcomes add up to ends; coached parents are the
    /// beginnings of their programmes.
    fn courses(&self, period: Period, parents: &BTreeSet<String>, same: &mut BTreeSet<(Set, Set)>) {
        let tables: BTreeSet<&[String]> = self
            .layers
            .iter()
            .map(|(layer, _, _)| layer.dimensions.as_slice())
            .collect();
        let all = |dimensions: &[String], measure: Measure, time: Time| {
            self.find(dimensions, measure, time)
        };
        for quarter in period.quarters() {
            for dimensions in &tables {
                let before = all(dimensions, Measure::Running, Time::At(quarter.previous()));
                let began = all(dimensions, Measure::Started, Time::In(quarter));
                let after = [
                    all(dimensions, Measure::Running, Time::At(quarter)),
                    all(dimensions, Measure::Completed, Time::In(quarter)),
                    all(dimensions, Measure::BrokenOff, Time::In(quarter)),
                    all(dimensions, Measure::PassedOn, Time::In(quarter)),
                ];
                if let (Some(before), Some(began), [Some(_), Some(_), Some(_), Some(_)]) =
                    (before, began, after)
                {
                    let after: Vec<usize> = after.into_iter().flatten().collect();
                    let dimensions: Vec<&String> = dimensions.iter().collect();
                    self.tie(&[before, began], &after, &dimensions, same);
                }
            }
            let hub = [Dimension::Programme.code().to_owned()];
            let outcomes = [Dimension::Outcome.code().to_owned()];
            if let Some(ended) = all(&outcomes, Measure::Ended, Time::In(quarter)) {
                let parts = [
                    (Measure::Completed, "abgeschlossen"),
                    (Measure::PassedOn, "weitergegeben"),
                ];
                for (measure, leaf) in parts {
                    if let Some(total) = all(&hub, measure, Time::In(quarter)) {
                        join(
                            same,
                            self.set(ended, |codes| codes == [leaf]),
                            self.set(total, |_| true),
                        );
                    }
                }
                if let Some(total) = all(&hub, Measure::BrokenOff, Time::In(quarter)) {
                    let broken = self.set(ended, |codes| {
                        codes
                            .iter()
                            .any(|code| !parts.iter().any(|(_, leaf)| leaf == code))
                    });
                    join(same, broken, self.set(total, |_| true));
                }
            }
            let coached = [Dimension::Provider.code().to_owned()];
            if let (Some(coached), Some(began)) = (
                all(&coached, Measure::Parents, Time::In(quarter)),
                all(&hub, Measure::Started, Time::In(quarter)),
            ) {
                let programmes = self.set(began, |codes| {
                    codes.iter().any(|code| parents.contains(code))
                });
                join(same, self.set(coached, |_| true), programmes);
            }
        }
    }

    fn insiders(&self, alone: &BTreeMap<String, String>, insiders: &mut BTreeMap<String, Set>) {
        for (layer, _, positions) in &self.layers {
            for (column, dimension) in layer.dimensions.iter().enumerate() {
                for ((codes, _), position) in layer.cells.iter().zip(positions) {
                    let Some(code) = codes.get(column) else {
                        continue;
                    };
                    let who = match Dimension::from_code(dimension) {
                        Some(Dimension::Provider) => Some(format!("traeger.{code}")),
                        Some(Dimension::Facility) if code != "ohne_einrichtung" => {
                            Some(format!("einrichtung.{code}"))
                        }
                        Some(Dimension::Programme) => alone
                            .get(code)
                            .map(|provider| format!("traeger.{provider}")),
                        _ => None,
                    };
                    if let Some(who) = who {
                        insiders.entry(who).or_default().insert(*position);
                    }
                }
            }
        }
    }
}

fn join(same: &mut BTreeSet<(Set, Set)>, one: Set, other: Set) {
    // What stands on both sides says nothing.
    let left: Set = one.difference(&other).copied().collect();
    let right: Set = other.difference(&one).copied().collect();
    if left.is_empty() && right.is_empty() {
        return;
    }
    same.insert(if left <= right {
        (left, right)
    } else {
        (right, left)
    });
}

/// The measures that are protected together, each named by its family.
pub fn families(report: &Report) -> BTreeSet<Measure> {
    report
        .tables
        .iter()
        .flat_map(|table| table.measures)
        .filter(|measure| !measure.open())
        .map(|measure| measure.family())
        .collect()
}

/// The figures of a family with everything they hang together with.
pub fn link(
    report: &'static Report,
    period: Period,
    counted: &Counted,
    earlier: &[Earlier],
    family: Measure,
) -> Linked {
    let mut linked = Linked::default();
    let mut cells = Cells::new();
    let releases = earlier
        .iter()
        .map(|release| (&release.counted, release.period))
        .chain([(counted, period)]);
    let all: Vec<(Placed<'_>, Period)> = releases
        .map(|(counted, period)| {
            let placed = Placed::new(counted, family, &mut cells, &mut linked.base);
            placed.margins(period, &mut linked.same);
            placed.courses(period, &counted.parents, &mut linked.same);
            placed.insiders(&counted.alone, &mut linked.insiders);
            (placed, period)
        })
        .collect();
    for (release, (placed, _)) in earlier.iter().zip(&all) {
        for (key, set) in figures(
            placed,
            release.report,
            release.period,
            &release.counted,
            family,
        ) {
            let hidden = release.hidden.contains(&(
                key.table.to_owned(),
                key.measure.code().to_owned(),
                key.codes,
            ));
            let known = linked.earlier.entry(set).or_insert(hidden);
            *known &= hidden;
        }
    }
    if let Some((placed, _)) = all.last() {
        linked.figures = figures(placed, report, period, counted, family);
    }
    let mut limits = Limits::new(&linked);
    for (placed, period) in &all {
        limits.people(placed, *period);
        limits.hours(placed);
    }
    limits.enter(&mut linked);
    linked
}

fn figures(
    placed: &Placed<'_>,
    report: &'static Report,
    period: Period,
    counted: &Counted,
    family: Measure,
) -> Vec<(FigureKey, Set)> {
    let mut figures = Vec::new();
    for table in report.tables {
        for (codes, leaves) in combinations(table.dimensions, &counted.codes) {
            for measure in table
                .measures
                .iter()
                .filter(|measure| measure.family() == family)
            {
                let set = placed.figure(table, *measure, period, &leaves);
                let key = FigureKey {
                    table: table.code,
                    measure: *measure,
                    codes: codes.clone(),
                };
                figures.push((key, set));
            }
        }
    }
    figures
}

/// The figures of measures that are about no people: known to everybody.
pub fn open_figures(
    report: &'static Report,
    period: Period,
    counted: &Counted,
) -> Vec<(FigureKey, u64)> {
    let mut all = Vec::new();
    let families: BTreeSet<Measure> = report
        .tables
        .iter()
        .flat_map(|table| table.measures)
        .filter(|measure| measure.open())
        .copied()
        .collect();
    for family in families {
        let (mut cells, mut base) = (Cells::new(), Vec::new());
        let placed = Placed::new(counted, family, &mut cells, &mut base);
        for (key, set) in figures(&placed, report, period, counted, family) {
            let sum = set.iter().filter_map(|position| base.get(*position)).sum();
            all.push((key, sum));
        }
    }
    all
}

/// Which of an earlier release's cells were counted otherwise since, by what they count: late entries.
pub fn touched(now: &Counted, then: &Counted) -> BTreeSet<Measure> {
    let known: BTreeMap<_, &Layer> = then
        .layers
        .iter()
        .map(|layer| (layer.key(), layer))
        .collect();
    let mut measures = BTreeSet::new();
    for layer in &now.layers {
        let Some(before) = known.get(&layer.key()) else {
            continue;
        };
        let other = |one: &Layer, two: &Layer| {
            let counts: BTreeMap<_, _> = two
                .cells
                .iter()
                .map(|(codes, count)| (codes, *count))
                .collect();
            one.cells
                .iter()
                .any(|(codes, count)| counts.get(codes).copied().unwrap_or(0) != *count)
        };
        if other(layer, before) || other(before, layer) {
            measures.extend(Measure::from_code(&layer.measure));
        }
    }
    measures
}
