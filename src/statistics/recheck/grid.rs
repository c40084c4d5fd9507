//! The finest cells behind the tables of releases, as far as their files tell: one for each combination of the codes that are
//! made of no others.

use std::collections::{BTreeMap, BTreeSet};

use time::Date;

use super::super::file::{AttackerInterval, Figure, OUTSIDER, ReleaseContent, TOTAL, TableContent};
use super::super::measure::Measure;
use super::super::period::Period;
use super::super::verify::{Evidence, VerifyError};

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

/// When something was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum At {
    /// Within a period.
    Within(Period),
    /// Before the beginning of a day.
    Before(Date),
}

/// The finest cells of one table and measure of one release.
pub(super) struct Grid {
    /// Which release.
    pub release: usize,
    /// Its table; `None` for figures that no table shows, but that hang together with others.
    pub table: Option<String>,
    pub at: At,
    pub measure: Measure,
    pub dimensions: Vec<String>,
    pub cells: BTreeMap<Vec<String>, usize>,
}

impl Grid {
    pub(super) fn set(&self, wanted: impl Fn(&[String]) -> bool) -> Vec<usize> {
        self.cells
            .iter()
            .filter(|(codes, _)| wanted(codes))
            .map(|(_, number)| *number)
            .collect()
    }

    pub(super) fn column(&self, dimension: &str) -> Option<usize> {
        self.dimensions.iter().position(|known| known == dimension)
    }

    /// Cells of the same codes, about something else.
    fn beside(&self, measure: Measure, at: At, next: &mut usize) -> Grid {
        let cells = self.cells.keys().map(|codes| {
            *next += 1;
            (codes.clone(), *next - 1)
        });
        Grid {
            release: self.release,
            table: None,
            at,
            measure,
            dimensions: self.dimensions.clone(),
            cells: cells.collect(),
        }
    }
}

/// A hidden figure: where it stands, what it is made of, and what the file says that everybody can know of it.
pub(super) struct Secret {
    pub release: usize,
    pub name: String,
    pub table: String,
    pub measure: Measure,
    pub codes: Vec<String>,
    pub parts: Vec<usize>,
    pub certified: Option<AttackerInterval>,
}

/// The cells of all releases for measures that are tied together.
pub(super) struct Grids {
    pub all: Vec<Grid>,
    pub secrets: Vec<Secret>,
    /// The next number for a cell.
    pub next: usize,
}

/// Takes the tables of releases apart and notes what they show.
pub(super) fn grids(
    contents: &[&ReleaseContent],
    family: Measure,
    evidence: &mut Evidence,
) -> Result<Grids, VerifyError> {
    let mut grids = Grids {
        all: Vec::new(),
        secrets: Vec::new(),
        next: 0,
    };
    for (release, content) in contents.iter().enumerate() {
        let Ok(period) = content.period.code.parse::<Period>() else {
            continue;
        };
        let first = grids.all.len();
        for table in &content.tables {
            let measures: BTreeSet<Measure> = table
                .cells
                .iter()
                .filter_map(|cell| Measure::from_code(&cell.measure))
                .filter(|measure| !measure.open() && measure.family() == family)
                .collect();
            for measure in measures {
                let grid = grid(content, release, period, table, measure, &mut grids.next);
                show(content, table, &grid, evidence, &mut grids.secrets)?;
                grids.all.push(grid);
            }
        }
        let own = grids.all.get(first..).unwrap_or_default();
        let silent = silent(own, period, &mut grids.next);
        grids.all.extend(silent);
    }
    Ok(grids)
}

/// What ran before the period, and ways of ending that a table does not show although it shows what runs at the end.
fn silent(own: &[Grid], period: Period, next: &mut usize) -> Vec<Grid> {
    let mut silent = Vec::new();
    for running in own.iter().filter(|grid| grid.measure == Measure::Running) {
        let before = At::Before(period.first_day());
        silent.push(running.beside(Measure::Running, before, next));
        for flow in [
            Measure::Started,
            Measure::Completed,
            Measure::BrokenOff,
            Measure::PassedOn,
        ] {
            let known = own
                .iter()
                .any(|grid| grid.measure == flow && grid.dimensions == running.dimensions);
            if !known {
                silent.push(running.beside(flow, At::Within(period), next));
            }
        }
    }
    silent
}

fn grid(
    content: &ReleaseContent,
    release: usize,
    period: Period,
    table: &TableContent,
    measure: Measure,
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
        release,
        table: Some(table.code.clone()),
        at: if measure == Measure::Running {
            At::Before(period.day_after())
        } else {
            At::Within(period)
        },
        measure,
        dimensions: table.dimensions.clone(),
        cells,
    }
}

fn show(
    content: &ReleaseContent,
    table: &TableContent,
    grid: &Grid,
    evidence: &mut Evidence,
    secrets: &mut Vec<Secret>,
) -> Result<(), VerifyError> {
    let below: Vec<Leaves> = table
        .dimensions
        .iter()
        .map(|dimension| leaves(content, dimension))
        .collect();
    for cell in table
        .cells
        .iter()
        .filter(|cell| cell.measure == grid.measure.code())
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
            Figure::Hidden(intervals) => {
                secrets.push(Secret {
                    release: grid.release,
                    name: format!(
                        "{}, {}, {} {}",
                        content.period.label,
                        table.label,
                        cell.measure,
                        cell.codes.join(" ")
                    ),
                    table: table.code.clone(),
                    measure: grid.measure,
                    codes: cell.codes.clone(),
                    parts: parts.clone(),
                    certified: intervals
                        .iter()
                        .find(|interval| interval.attacker == OUTSIDER)
                        .cloned(),
                });
                None
            }
            Figure::Nothing => Some(0),
        };
        evidence.shows(parts, value)?;
    }
    Ok(())
}
