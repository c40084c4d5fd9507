//! The second opinion on releases, from their files alone: the tables of all packages put together as somebody would who has
//! them all, and judged by [`super::verify`], which shares no code with disclosure control. Nothing true is known here: finest
//! cells are the combinations of codes in the files, and what hangs together follows from the files' own code lists, from time,
//! and from the definitions of the measures.

use std::collections::{BTreeMap, BTreeSet};

use super::file::{Figure, Protection, ReadPackage, ReleaseContent, TIME, TOTAL, TableContent};
use super::measure::Measure;
use super::period::Period;
use super::verify::{Evidence, VerifyError};

/// The leaves below each code of a dimension.
type Leaves = BTreeMap<String, BTreeSet<String>>;

fn leaves(content: &ReleaseContent, dimension: &str) -> Leaves {
    let Some(dimension) = content.dimension(dimension) else {
        return Leaves::new();
    };
    let parents: BTreeSet<&str> = dimension
        .codes
        .iter()
        .filter_map(|code| code.parent.as_deref())
        .collect();
    let mut below = Leaves::new();
    for leaf in dimension
        .codes
        .iter()
        .filter(|code| !parents.contains(code.code.as_str()))
    {
        let mut at = Some(leaf);
        while let Some(code) = at {
            below
                .entry(code.code.clone())
                .or_default()
                .insert(leaf.code.clone());
            at = dimension
                .codes
                .iter()
                .find(|known| Some(&known.code) == code.parent.as_ref());
        }
    }
    below
}

/// The finest cells of one table and measure of one release.
struct Grid {
    period: Period,
    measure: String,
    dimensions: Vec<String>,
    cells: BTreeMap<Vec<String>, usize>,
}

impl Grid {
    fn set(&self, wanted: impl Fn(&[String]) -> bool) -> Vec<usize> {
        self.cells
            .iter()
            .filter(|(codes, _)| wanted(codes))
            .map(|(_, number)| *number)
            .collect()
    }

    fn column(&self, dimension: &str) -> Option<usize> {
        self.dimensions.iter().position(|known| known == dimension)
    }
}

/// The newest version of each report and period.
fn newest(packages: &[ReadPackage]) -> Vec<&ReleaseContent> {
    let mut newest: BTreeMap<(&str, &str), &ReleaseContent> = BTreeMap::new();
    for package in packages {
        let content = &package.content;
        let known = newest
            .entry((&content.report.code, &content.period.code))
            .or_insert(content);
        if known.version < content.version {
            *known = content;
        }
    }
    newest.into_values().collect()
}

/// Small figures that these releases give away all together, in German; none is what should come out.
///
/// # Errors
/// If the releases contradict each other or cannot be judged; never to be read as "nothing found".
pub fn verify_releases(packages: &[ReadPackage]) -> Result<Vec<String>, String> {
    let contents = newest(packages);
    let threshold = contents
        .iter()
        .map(|content| match content.protection {
            Protection::Suppression { threshold } => Ok(threshold),
            Protection::Rounding { .. } => {
                Err("Gerundete Veröffentlichungen werden hier nicht geprüft.")
            }
        })
        .collect::<Result<Vec<u64>, _>>()?
        .into_iter()
        .min()
        .unwrap_or(super::disclosure::DEFAULT_THRESHOLD);
    let families: BTreeSet<Measure> = Measure::ALL
        .into_iter()
        .filter(|measure| !measure.open())
        .map(Measure::family)
        .collect();
    let mut findings = Vec::new();
    for family in families {
        findings.extend(
            judge(&contents, family, threshold)
                .map_err(|error| format!("{}: {error}", family.words().label))?,
        );
    }
    Ok(findings)
}

fn judge(
    contents: &[&ReleaseContent],
    family: Measure,
    threshold: u64,
) -> Result<Vec<String>, VerifyError> {
    let mut evidence = Evidence::new(threshold);
    let mut next = 0;
    let mut grids: Vec<Grid> = Vec::new();
    let mut names: BTreeMap<Vec<usize>, String> = BTreeMap::new();
    for content in contents {
        let Ok(period) = content.period.code.parse::<Period>() else {
            continue;
        };
        let first = grids.len();
        for table in &content.tables {
            let measures: BTreeSet<&str> = table
                .cells
                .iter()
                .map(|cell| cell.measure.as_str())
                .collect();
            let own = |code: &&str| {
                Measure::from_code(code)
                    .is_some_and(|measure| !measure.open() && measure.family() == family)
            };
            for measure in measures.into_iter().filter(own) {
                let grid = grid(content, period, table, measure, &mut next);
                show(content, table, &grid, &mut evidence, &mut names)?;
                grids.push(grid);
            }
        }
        let own = grids.get(first..).unwrap_or_default();
        margins(own, &mut evidence);
        outcomes(own, &mut evidence);
    }
    through_time(contents, &grids, &mut evidence);
    stocks(&grids, &mut evidence);
    let found = evidence.too_narrow()?;
    Ok(found
        .into_iter()
        .map(|finding| {
            let parts: BTreeSet<usize> = finding.parts.into_iter().collect();
            let name = names
                .get(&parts.into_iter().collect::<Vec<_>>())
                .cloned()
                .unwrap_or_default();
            let upper = finding
                .upper
                .map_or_else(|| "ohne Grenze".to_owned(), |upper| upper.to_string());
            format!(
                "{name}: Der geheime Wert liegt sicher zwischen {} und {upper}.",
                finding.lower
            )
        })
        .collect())
}

fn grid(
    content: &ReleaseContent,
    period: Period,
    table: &TableContent,
    measure: &str,
    next: &mut usize,
) -> Grid {
    let mut combinations: Vec<Vec<String>> = vec![Vec::new()];
    for dimension in &table.dimensions {
        let ends = leaves(content, dimension).remove(TOTAL).unwrap_or_default();
        combinations = combinations
            .into_iter()
            .flat_map(|start| {
                ends.iter()
                    .map(move |end| {
                        start
                            .iter()
                            .cloned()
                            .chain([end.clone()])
                            .collect::<Vec<_>>()
                    })
                    .collect::<Vec<_>>()
            })
            .collect();
    }
    let cells = combinations
        .into_iter()
        .map(|codes| {
            *next += 1;
            (codes, *next - 1)
        })
        .collect();
    Grid {
        period,
        measure: measure.to_owned(),
        dimensions: table.dimensions.clone(),
        cells,
    }
}

fn show(
    content: &ReleaseContent,
    table: &TableContent,
    grid: &Grid,
    evidence: &mut Evidence,
    names: &mut BTreeMap<Vec<usize>, String>,
) -> Result<(), VerifyError> {
    let below: Vec<Leaves> = table
        .dimensions
        .iter()
        .map(|dimension| leaves(content, dimension))
        .collect();
    for cell in table
        .cells
        .iter()
        .filter(|cell| cell.measure == grid.measure)
    {
        let parts = grid.set(|codes| {
            codes
                .iter()
                .zip(&cell.codes)
                .zip(&below)
                .all(|((leaf, code), below)| {
                    below.get(code).is_some_and(|ends| ends.contains(leaf))
                })
        });
        let value = match &cell.figure {
            Figure::Number(value) => Some(*value),
            Figure::Hidden(_) => None,
            Figure::Nothing => Some(0),
        };
        let name = format!(
            "{}, {}, {} {}",
            content.period.label,
            table.label,
            cell.measure,
            cell.codes.join(" ")
        );
        names.entry(parts.clone()).or_insert(name);
        evidence.shows(parts, value)?;
    }
    Ok(())
}

/// Tables of one release that count the same, by what they have in common.
fn margins(grids: &[Grid], evidence: &mut Evidence) {
    for (place, one) in grids.iter().enumerate() {
        for other in grids
            .iter()
            .skip(place + 1)
            .filter(|other| other.measure == one.measure)
        {
            let common: Vec<(usize, usize)> = one
                .dimensions
                .iter()
                .enumerate()
                .filter_map(|(column, dimension)| Some((column, other.column(dimension)?)))
                .collect();
            let mut pairs: BTreeMap<Vec<String>, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
            for (codes, number) in &one.cells {
                let key = common
                    .iter()
                    .filter_map(|(column, _)| codes.get(*column).cloned())
                    .collect();
                pairs.entry(key).or_default().0.push(*number);
            }
            for (codes, number) in &other.cells {
                let key = common
                    .iter()
                    .filter_map(|(_, column)| codes.get(*column).cloned())
                    .collect();
                pairs.entry(key).or_default().1.push(*number);
            }
            for (left, right) in pairs.into_values() {
                evidence.same(left, right);
            }
        }
    }
}

fn find<'a>(grids: &'a [Grid], measure: Measure, dimensions: &[&str]) -> Option<&'a Grid> {
    grids
        .iter()
        .find(|grid| grid.measure == measure.code() && grid.dimensions == dimensions)
}

/// Outcomes add up to the ends of the programmes.
fn outcomes(grids: &[Grid], evidence: &mut Evidence) {
    let Some(ended) = find(grids, Measure::Ended, &["ausgang"]) else {
        return;
    };
    for (measure, leaf) in [
        (Measure::Completed, Some("abgeschlossen")),
        (Measure::PassedOn, Some("weitergegeben")),
        (Measure::BrokenOff, None),
    ] {
        if let Some(total) = find(grids, measure, &["massnahme"]) {
            let wanted = |codes: &[String]| match leaf {
                Some(leaf) => codes == [leaf],
                None => codes
                    .iter()
                    .all(|code| code != "abgeschlossen" && code != "weitergegeben"),
            };
            evidence.same(ended.set(wanted), total.set(|_| true));
        }
    }
}

/// A half-year or year is the sum of its parts, where all of them are published, cell by cell; a stock at its end is that of
/// its last part.
fn through_time(contents: &[&ReleaseContent], grids: &[Grid], evidence: &mut Evidence) {
    let adds_up = |measure: &str| {
        contents
            .iter()
            .find_map(|content| content.measure(measure))
            .is_some_and(|info| info.additive.iter().any(|code| code == TIME))
    };
    for whole in grids.iter().filter(|grid| grid.period.quarters().len() > 1) {
        let same_table = |grid: &&Grid| {
            grid.measure == whole.measure
                && grid.dimensions == whole.dimensions
                && grid.period != whole.period
        };
        let inside: Vec<&Grid> = grids
            .iter()
            .filter(same_table)
            .filter(|grid| whole.period.contains(grid.period))
            .collect();
        for parts in [1, 2] {
            let level: Vec<&Grid> = inside
                .iter()
                .copied()
                .filter(|grid| grid.period.quarters().len() == parts)
                .collect();
            let complete = level.len() * parts == whole.period.quarters().len();
            if adds_up(&whole.measure) && complete {
                for (codes, number) in &whole.cells {
                    evidence.same(
                        [*number],
                        level
                            .iter()
                            .filter_map(|grid| grid.cells.get(codes).copied()),
                    );
                }
            } else if whole.measure == Measure::Running.code()
                && let Some(last) = level
                    .iter()
                    .find(|grid| grid.period.day_after() == whole.period.day_after())
            {
                for (codes, number) in &whole.cells {
                    evidence.same([*number], last.cells.get(codes).copied());
                }
            }
        }
    }
}

/// What ran at the end of the period before and what began is what runs at the end and what ended.
fn stocks(grids: &[Grid], evidence: &mut Evidence) {
    for after in grids
        .iter()
        .filter(|grid| grid.measure == Measure::Running.code())
    {
        let of = |period: Period, measure: Measure| {
            grids.iter().find(|grid| {
                grid.period == period
                    && grid.measure == measure.code()
                    && grid.dimensions == after.dimensions
            })
        };
        let Some(before) = of(after.period.previous(), Measure::Running) else {
            continue;
        };
        let flows = [
            Measure::Started,
            Measure::Completed,
            Measure::BrokenOff,
            Measure::PassedOn,
        ]
        .map(|measure| of(after.period, measure));
        let [Some(began), Some(completed), Some(broken), Some(passed)] = flows else {
            continue;
        };
        for (codes, number) in &after.cells {
            let cell = |grid: &Grid| grid.cells.get(codes).copied();
            let left: Vec<usize> = [before, began].into_iter().filter_map(cell).collect();
            let right: Vec<usize> = [completed, broken, passed]
                .into_iter()
                .filter_map(cell)
                .chain([*number])
                .collect();
            evidence.same(left, right);
        }
    }
}
