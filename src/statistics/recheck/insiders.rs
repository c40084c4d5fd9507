//! Those who know a part: whether one of them can work out a small figure of others. Only the installation can ask this,
//! because it takes what was counted.

use std::collections::BTreeMap;

use super::super::catalogue::report;
use super::super::cube::{Counted, times};
use super::super::dimension::Dimension;
use super::super::file::ReleaseContent;
use super::super::measure::Measure;
use super::super::period::Period;
use super::super::verify::{Evidence, VerifyError};
use super::super::who::name_of;
use super::grid::{Grid, Secret};
use super::{Inside, Judged, Known, span};

/// Finest cells with their counts.
type Counts = BTreeMap<usize, u64>;

/// Small figures of the release that somebody who knows a part can work out, and what disclosure control said wrongly of
/// them. What he knows although nothing but zeros is published is his own. `None`: it was given up.
pub(super) fn worked_out(
    judged: &Judged,
    releases: &[Known<'_>],
    last: usize,
    threshold: u64,
    inside: &BTreeMap<(String, String, Vec<String>), Inside>,
    go_on: &mut dyn FnMut(&str) -> bool,
) -> Result<Option<Vec<String>>, VerifyError> {
    let small = |value: u64| (1..threshold).contains(&value);
    let mut truth = Counts::new();
    let mut own: BTreeMap<String, Counts> = BTreeMap::new();
    for grid in &judged.grids.all {
        if let Some(known) = releases.get(grid.release) {
            counts(grid, known, &mut truth, &mut own);
        }
    }
    let value = |parts: &[usize], of: &Counts| -> u64 {
        parts.iter().filter_map(|part| of.get(part)).sum()
    };
    let mut known = judged.evidence.clone();
    coached(judged, releases, &mut known);
    let mut problems = Vec::new();
    let named = |word: &str| {
        releases.get(last).map_or_else(
            || word.to_owned(),
            |release| name_of(word, &release.counted.codes),
        )
    };
    for (word, knows) in &own {
        let name = &named(word);
        if !go_on(&format!(", mit dem Wissen von {name}")) {
            return Ok(None);
        }
        let told = |secret: &&Secret| {
            let all = value(&secret.parts, &truth);
            small(all) && all > value(&secret.parts, knows)
        };
        let secrets: Vec<&Secret> = judged.secrets_of(last).filter(told).collect();
        if secrets.is_empty() {
            continue;
        }
        let evidence = known.insider(knows.clone());
        let cells: Vec<(&[usize], u64)> = secrets
            .iter()
            .map(|secret| (secret.parts.as_slice(), value(&secret.parts, &truth)))
            .collect();
        let bare = known.bare().insider(knows.clone());
        for place in evidence.exact(&cells)? {
            let (Some(secret), Some(cell)) = (secrets.get(place), cells.get(place)) else {
                continue;
            };
            if bare.exact(&[*cell])?.is_empty() {
                problems.push(format!(
                    "{}: {name} kann den geheimen Wert aus den eigenen Zahlen errechnen.",
                    secret.name
                ));
            }
        }
        problems.extend(misjudged(&evidence, (word, name), judged, last, inside)?);
    }
    Ok(Some(problems))
}

/// Coached parents are the beginnings of the programmes for parents. No file says which programmes these are, but those who
/// carry them out know: what they coached themselves tells them how many began.
fn coached(judged: &Judged, releases: &[Known<'_>], evidence: &mut Evidence) {
    let all = &judged.grids.all;
    let of = |measure: Measure, dimension: Dimension| {
        all.iter().filter(move |grid| {
            grid.measure == measure && grid.dimensions == [dimension.code()] && grid.table.is_some()
        })
    };
    for coached in of(Measure::Parents, Dimension::Provider) {
        let Some(known) = releases.get(coached.release) else {
            continue;
        };
        let parents = &known.counted.parents;
        for began in of(Measure::Started, Dimension::Programme)
            .filter(|began| (began.release, began.at) == (coached.release, coached.at))
        {
            evidence.same(
                coached.set(|_| true),
                began.set(|codes| codes.iter().any(|code| parents.contains(code))),
            );
        }
    }
}

/// Where disclosure control grants an insider less than he can know.
fn misjudged(
    evidence: &Evidence,
    (word, name): (&str, &str),
    judged: &Judged,
    last: usize,
    inside: &BTreeMap<(String, String, Vec<String>), Inside>,
) -> Result<Vec<String>, VerifyError> {
    let mut problems = Vec::new();
    for secret in judged.secrets_of(last) {
        let key = (
            secret.table.clone(),
            secret.measure.code().to_owned(),
            secret.codes.clone(),
        );
        let Some((_, lower, upper)) = inside.get(&key).filter(|(who, ..)| who == word) else {
            continue;
        };
        for finding in evidence.judge(&[&secret.parts])? {
            let (low, high) = finding.fractions;
            let beyond = match (*upper, high) {
                (_, None) => false,
                (None, Some(_)) => true,
                (Some(said), Some(found)) => said > found,
            };
            if *lower < low || beyond {
                problems.push(format!(
                    "{}: Für {name} liegt der geheime Wert {} statt {}.",
                    secret.name,
                    span(low, high),
                    span(*lower, *upper)
                ));
            }
        }
    }
    Ok(problems)
}

/// What was counted for the cells of a table, and whose it is.
fn counts(grid: &Grid, known: &Known<'_>, truth: &mut Counts, own: &mut BTreeMap<String, Counts>) {
    let Some(layers) = layers(grid, known.content, known.counted) else {
        return;
    };
    for (codes, number) in &grid.cells {
        let count = layers.iter().filter_map(|layer| layer.get(codes)).sum();
        truth.insert(*number, count);
        for (dimension, code) in grid.dimensions.iter().zip(codes) {
            let who = match Dimension::from_code(dimension) {
                Some(Dimension::Provider) => Some(format!("traeger.{code}")),
                Some(Dimension::Facility) if code != "ohne_einrichtung" => {
                    Some(format!("einrichtung.{code}"))
                }
                Some(Dimension::Programme) => {
                    let alone = known.counted.alone.get(code);
                    alone.map(|provider| format!("traeger.{provider}"))
                }
                _ => None,
            };
            if let Some(who) = who {
                own.entry(who).or_default().insert(*number, count);
            }
        }
    }
}

/// The counts that make up the figures of a table.
fn layers<'a>(
    grid: &Grid,
    content: &ReleaseContent,
    counted: &'a Counted,
) -> Option<Vec<BTreeMap<&'a Vec<String>, u64>>> {
    let period: Period = content.period.code.parse().ok()?;
    let code = grid.table.as_ref()?;
    let tables = report(&content.report.code)?.tables;
    let table = tables.iter().find(|table| table.code == code)?;
    let measure = Measure::from_code(grid.measure.code())?;
    let times: Vec<String> = times(table, measure, period)
        .iter()
        .map(ToString::to_string)
        .collect();
    let own = counted.layers.iter().filter(|layer| {
        layer.dimensions == grid.dimensions
            && layer.measure == measure.code()
            && times.contains(&layer.time)
    });
    Some(
        own.map(|layer| {
            let cells = layer.cells.iter();
            cells.map(|(codes, count)| (codes, *count)).collect()
        })
        .collect(),
    )
}
