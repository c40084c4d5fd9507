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

/// The figure of a cell in another release of the same report: `None` if there is none.
pub(super) fn figure_in(other: &ReleaseContent, table: &str, cell: &CellContent) -> Option<Figure> {
    let table = other.tables.iter().find(|known| known.code == table)?;
    let found = table
        .cells
        .iter()
        .find(|known| known.measure == cell.measure && known.codes == cell.codes)?;
    Some(found.figure.clone()).filter(|figure| *figure != Figure::Nothing)
}

/// How many figures of a table are told otherwise in another release: another number, or hidden in one of the two.
pub(super) fn changed(table: &TableContent, other: &ReleaseContent) -> usize {
    use std::collections::BTreeMap;
    let Some(then) = other.tables.iter().find(|known| known.code == table.code) else {
        return 0;
    };
    let known: BTreeMap<(&str, &[String]), &Figure> = then
        .cells
        .iter()
        .map(|cell| ((cell.measure.as_str(), cell.codes.as_slice()), &cell.figure))
        .collect();
    let is_other = |cell: &&CellContent| {
        let then = known.get(&(cell.measure.as_str(), cell.codes.as_slice()));
        match (&cell.figure, then) {
            (Figure::Number(now), Some(Figure::Number(then))) => now != then,
            (Figure::Number(_), Some(Figure::Hidden(_)))
            | (Figure::Hidden(_), Some(Figure::Number(_))) => true,
            _ => false,
        }
    };
    table.cells.iter().filter(is_other).count()
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

/// What a release, or one of its tables, tells of people.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Loss {
    /// Figures told, other than zero.
    pub told: usize,
    /// Zeros told: nothing is lost by hiding none of them.
    pub zeros: usize,
    /// Figures kept secret.
    pub hidden: usize,
}

impl Loss {
    fn add(&mut self, figure: &Figure) {
        match figure {
            Figure::Number(0) => self.zeros += 1,
            Figure::Number(_) => self.told += 1,
            Figure::Hidden(_) => self.hidden += 1,
            Figure::Nothing => {}
        }
    }

    /// All figures.
    pub(super) fn all(self) -> usize {
        self.told + self.zeros + self.hidden
    }

    /// All figures that are not told to be zero.
    pub(super) fn filled(self) -> usize {
        self.told + self.hidden
    }
}

/// How many figures about people a release tells, and how many it keeps secret; each figure once, whatever tables it stands in.
pub(super) fn loss(content: &ReleaseContent) -> Loss {
    let mut seen = std::collections::BTreeSet::new();
    let mut loss = Loss::default();
    for table in &content.tables {
        for cell in &table.cells {
            if is_about_people(content, cell) && seen.insert((&cell.measure, table.place(cell))) {
                loss.add(&cell.figure);
            }
        }
    }
    loss
}

/// The same of one table, with all its parts.
pub(super) fn loss_of(content: &ReleaseContent, table: &TableContent) -> Loss {
    let mut loss = Loss::default();
    for cell in &table.cells {
        if is_about_people(content, cell) {
            loss.add(&cell.figure);
        }
    }
    loss
}

fn is_about_people(content: &ReleaseContent, cell: &CellContent) -> bool {
    content
        .measure(&cell.measure)
        .is_some_and(|measure| !measure.open)
}

/// The parts of the table on the screen in which figures are hidden: the codes chosen, and how many; in the order of the table.
pub(super) fn hidden_parts<'a>(screen: &Screen<'a>) -> Vec<(Vec<&'a str>, u64)> {
    let mut parts: Vec<(Vec<&str>, u64)> = Vec::new();
    for cell in &screen.table.cells {
        if !matches!(cell.figure, Figure::Hidden(_)) {
            continue;
        }
        let codes: Vec<&str> = cell.codes.iter().skip(1).map(String::as_str).collect();
        match parts.iter_mut().find(|(known, _)| *known == codes) {
            Some((_, number)) => *number += 1,
            None => parts.push((codes, 1)),
        }
    }
    parts
}

/// A share of a whole in words: what is not nothing never reads as nothing, and what is not all never as all.
pub(super) fn percent(part: usize, whole: usize) -> String {
    match (part * 100).checked_div(whole) {
        None | Some(0) if part == 0 => "0 %".to_owned(),
        None => "–".to_owned(),
        Some(0) => "unter 1 %".to_owned(),
        Some(_) => {
            let rounded = (part * 200 + whole) / (whole * 2);
            if rounded >= 100 && part < whole {
                "über 99 %".to_owned()
            } else {
                format!("{rounded} %")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_never_reads_as_nothing_or_all_that_is_neither() {
        for (part, whole, said) in [
            (0, 0, "0 %"),
            (0, 5, "0 %"),
            (12, 1824, "unter 1 %"),
            (1, 100, "1 %"),
            (100, 426, "23 %"),
            (51, 82, "62 %"),
            (999, 1000, "über 99 %"),
            (7, 7, "100 %"),
        ] {
            assert_eq!(percent(part, whole), said, "{part} of {whole}");
        }
    }
}
