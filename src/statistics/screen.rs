//! One table of a release as a screen shows it: rows by one dimension, columns by measure, the other dimensions chosen. Pure.

use serde::Deserialize;

use super::file::{
    CellContent, Dimension, Figure, MeasureInfo, ReleaseContent, TOTAL, TableContent,
};
use super::measure::Measure;
use crate::base::german;

/// What an address asks to see.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Choice {
    /// Code of the table.
    pub tabelle: String,
    /// Codes chosen in the second and third dimension.
    pub teil: String,
    pub teil2: String,
    /// Whether a page that loads anew by itself was stopped.
    pub halt: String,
}

/// A dimension of which one code is shown.
#[derive(Debug)]
pub(super) struct Picked<'a> {
    /// The dimension.
    pub dimension: &'a Dimension,
    /// The code.
    pub code: &'a str,
    /// The name in the address.
    pub parameter: &'static str,
}

/// One screen of a table.
#[derive(Debug)]
pub(super) struct Screen<'a> {
    /// The table.
    pub table: &'a TableContent,
    /// Its place among the tables of the report.
    pub place: usize,
    /// What the rows are.
    pub rows_by: &'a Dimension,
    /// The other dimensions.
    pub picked: Vec<Picked<'a>>,
    /// The columns.
    pub measures: Vec<&'a MeasureInfo>,
    /// Code, name, depth, and one figure for each measure.
    pub rows: Vec<Line<'a>>,
}

/// One row.
#[derive(Debug)]
pub(super) struct Line<'a> {
    /// Its code.
    pub code: &'a str,
    /// Its name.
    pub name: &'a str,
    /// How deep below the whole.
    pub depth: usize,
    /// The cells; `None` where there is none.
    pub cells: Vec<Option<&'a CellContent>>,
}

fn depth(dimension: &Dimension, code: &str) -> usize {
    let mut depth = 0;
    let mut at = code;
    while let Some(parent) = dimension
        .codes
        .iter()
        .find(|item| item.code == at)
        .and_then(|item| item.parent.as_deref())
    {
        depth += 1;
        at = parent;
        if depth > 9 {
            break;
        }
    }
    depth
}

/// The screen asked for; the first table and the wholes if nothing else is. `None` if the release has no tables.
pub(super) fn screen<'a>(content: &'a ReleaseContent, choice: &Choice) -> Option<Screen<'a>> {
    let place = content
        .tables
        .iter()
        .position(|table| table.code == choice.tabelle)
        .unwrap_or(0);
    let table = content.tables.get(place)?;
    let mut dimensions = table
        .dimensions
        .iter()
        .filter_map(|code| content.dimension(code));
    let rows_by = dimensions.next()?;
    let picked: Vec<Picked<'a>> = dimensions
        .zip([("teil", &choice.teil), ("teil2", &choice.teil2)])
        .map(|(dimension, (parameter, asked))| Picked {
            dimension,
            code: dimension
                .codes
                .iter()
                .map(|item| item.code.as_str())
                .find(|code| *code == asked)
                .unwrap_or(TOTAL),
            parameter,
        })
        .collect();
    let mut measures: Vec<&MeasureInfo> = Vec::new();
    for cell in &table.cells {
        if !measures.iter().any(|known| known.code == cell.measure) {
            measures.extend(content.measure(&cell.measure));
        }
    }
    let rows = rows_by
        .codes
        .iter()
        .map(|item| {
            let wanted: Vec<&str> = std::iter::once(item.code.as_str())
                .chain(picked.iter().map(|one| one.code))
                .collect();
            Line {
                code: &item.code,
                name: if item.code == TOTAL {
                    "Sachsen insgesamt"
                } else {
                    &item.label
                },
                depth: depth(rows_by, &item.code),
                cells: measures
                    .iter()
                    .map(|measure| {
                        table
                            .cells
                            .iter()
                            .find(|cell| cell.measure == measure.code && cell.codes == wanted)
                    })
                    .collect(),
            }
        })
        .collect();
    Some(Screen {
        table,
        place,
        rows_by,
        picked,
        measures,
        rows,
    })
}

/// A figure as German readers write it.
pub(super) fn written(value: u64, measure: &MeasureInfo) -> String {
    if measure.decimals == 0 {
        return german::count(value);
    }
    super::file::decimal(value, measure.decimals, ',')
}

/// The short head of a column.
pub(super) fn heading(measure: &MeasureInfo) -> &str {
    Measure::from_code(&measure.code).map_or(measure.label.as_str(), |known| known.words().heading)
}

/// The figure of a cell in another release of the same report: `None` if it is not told there.
pub(super) fn figure_in(other: &ReleaseContent, table: &str, cell: &CellContent) -> Option<u64> {
    let table = other.tables.iter().find(|known| known.code == table)?;
    let found = table
        .cells
        .iter()
        .find(|known| known.measure == cell.measure && known.codes == cell.codes)?;
    match found.figure {
        Figure::Number(value) => Some(value),
        Figure::Hidden(_) | Figure::Nothing => None,
    }
}

/// The total of a measure: the cell of a table in which all codes are the whole.
pub(super) fn total(content: &ReleaseContent, measure: &str) -> Option<Figure> {
    content
        .tables
        .iter()
        .flat_map(|table| &table.cells)
        .find(|cell| cell.measure == measure && cell.codes.iter().all(|code| code == TOTAL))
        .map(|cell| cell.figure.clone())
}

/// How many figures about people a release tells, and how many it keeps secret; each figure once, whatever tables it stands in.
pub(super) fn loss(content: &ReleaseContent) -> (usize, usize) {
    let mut seen = std::collections::BTreeSet::new();
    let (mut told, mut hidden) = (0, 0);
    for table in &content.tables {
        for cell in &table.cells {
            if content
                .measure(&cell.measure)
                .is_none_or(|measure| measure.open)
                || !seen.insert((&cell.measure, table.place(cell)))
            {
                continue;
            }
            match cell.figure {
                Figure::Number(_) => told += 1,
                Figure::Hidden(_) => hidden += 1,
                Figure::Nothing => {}
            }
        }
    }
    (told, hidden)
}
