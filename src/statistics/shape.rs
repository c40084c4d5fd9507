//! Coarser reports: the catalogue with breakdowns or tables left out, where most of a table would be hidden. What is left out
//! is counted along all the same, so that a coarse release and a finer one about the same cases are protected together.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;
use std::sync::{LazyLock, Mutex, PoisonError};

use super::catalogue::{Report, TableSpec};
use super::dimension::Dimension;

/// What is left out of the tables of a report: a table and one of its dimensions. A table without dimensions is gone.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Shape(BTreeSet<(String, Dimension)>);

/// A text names no breakdown of any report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NoShape;

impl Shape {
    /// Whether nothing is left out.
    pub(super) fn is_whole(&self) -> bool {
        self.0.is_empty()
    }

    /// With a breakdown of a table left out besides.
    #[must_use]
    pub(super) fn without(&self, table: &str, dimension: Dimension) -> Self {
        let mut all = self.0.clone();
        all.insert((table.to_owned(), dimension));
        Self(all)
    }

    /// With everything left out that another one leaves out, too.
    #[must_use]
    pub(super) fn and(&self, other: &Self) -> Self {
        Self(self.0.union(&other.0).cloned().collect())
    }

    /// Whether a table of a report has such breakdowns.
    pub(super) fn fits(&self, report: &Report) -> bool {
        self.0.iter().all(|(code, dimension)| {
            report
                .tables
                .iter()
                .any(|table| table.code == code && table.dimensions.contains(dimension))
        })
    }

    fn of(&self, table: &str) -> Vec<Dimension> {
        self.0
            .iter()
            .filter(|(code, _)| code == table)
            .map(|(_, dimension)| *dimension)
            .collect()
    }

    /// What is left out of a report, one sentence for each table; printed in the files.
    pub(super) fn sentences(&self, whole: &Report) -> Vec<String> {
        let coarse = shaped_tables(whole, self);
        whole
            .tables
            .iter()
            .filter_map(|table| {
                let gone = self.of(table.code);
                if gone.is_empty() {
                    return None;
                }
                let stays = coarse.iter().any(|one| one.of == table.code);
                Some(if stays {
                    format!(
                        "Vergröbert, weil sonst die meisten Werte geheim zu halten wären: „{}“ erscheint ohne die Gliederung nach {}.",
                        table.label,
                        labels(&gone)
                    )
                } else {
                    format!(
                        "Vergröbert, weil sonst die meisten Werte geheim zu halten wären: Die Tabelle „{}“ entfällt; ihre Summen für \
                         Sachsen stehen, soweit veröffentlicht, in den anderen Tabellen.",
                        table.label
                    )
                })
            })
            .collect()
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (table, dimension)) in self.0.iter().enumerate() {
            let gap = if place == 0 { "" } else { " " };
            write!(f, "{gap}{table}:{}", dimension.code())?;
        }
        Ok(())
    }
}

impl FromStr for Shape {
    type Err = NoShape;

    fn from_str(text: &str) -> Result<Self, NoShape> {
        text.split_whitespace()
            .map(|word| {
                let (table, dimension) = word.split_once(':').ok_or(NoShape)?;
                let dimension = Dimension::from_code(dimension).ok_or(NoShape)?;
                Ok((table.to_owned(), dimension))
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

fn labels(dimensions: &[Dimension]) -> String {
    let labels: Vec<&str> = dimensions
        .iter()
        .map(|dimension| dimension.label())
        .collect();
    labels.join(" und ")
}

/// A table of a coarse report, and the table of the catalogue it is made of.
struct Coarse {
    of: &'static str,
    table: CoarseTable,
}

enum CoarseTable {
    Same(&'static TableSpec),
    Fewer(Vec<Dimension>, Vec<Dimension>),
}

/// The tables that are left. One that would only say again what another one says is gone, too.
fn shaped_tables(whole: &Report, shape: &Shape) -> Vec<Coarse> {
    let untouched = |table: &&&'static TableSpec| shape.of(table.code).is_empty();
    whole
        .tables
        .iter()
        .filter_map(|table| {
            let gone = shape.of(table.code);
            if gone.is_empty() {
                return Some(Coarse {
                    of: table.code,
                    table: CoarseTable::Same(table),
                });
            }
            let left: Vec<Dimension> = table
                .dimensions
                .iter()
                .copied()
                .filter(|dimension| !gone.contains(dimension))
                .collect();
            let said_elsewhere = table.measures.iter().all(|measure| {
                whole
                    .tables
                    .iter()
                    .filter(untouched)
                    .any(|other| other.dimensions == left && other.measures.contains(measure))
            });
            (!left.is_empty() && !said_elsewhere).then_some(Coarse {
                of: table.code,
                table: CoarseTable::Fewer(left, gone),
            })
        })
        .collect()
}

/// The coarse reports in use. There are finitely many, and each is made once: reports live as long as the program.
static COARSE: LazyLock<Mutex<BTreeMap<(&'static str, Shape), &'static Report>>> =
    LazyLock::new(Mutex::default);

/// A report of the catalogue with breakdowns left out; the report itself if nothing is, or nothing would be left.
pub(super) fn shaped(whole: &'static Report, shape: &Shape) -> &'static Report {
    if shape.is_whole() || !shape.fits(whole) {
        return whole;
    }
    let mut known = COARSE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(report) = known.get(&(whole.code, shape.clone())) {
        return report;
    }
    let tables: Vec<&'static TableSpec> = shaped_tables(whole, shape)
        .into_iter()
        .filter_map(|coarse| match coarse.table {
            CoarseTable::Same(table) => Some(table),
            CoarseTable::Fewer(left, gone) => {
                let table = whole.tables.iter().find(|table| table.code == coarse.of)?;
                Some(&*Box::leak(Box::new(fewer(table, left, &gone))))
            }
        })
        .collect();
    if tables.is_empty() {
        return whole;
    }
    let report: &'static Report = Box::leak(Box::new(Report {
        code: whole.code,
        label: whole.label,
        purpose: whole.purpose,
        span: whole.span,
        tables: Box::leak(tables.into_boxed_slice()),
    }));
    known.insert((whole.code, shape.clone()), report);
    report
}

fn fewer(table: &TableSpec, left: Vec<Dimension>, gone: &[Dimension]) -> TableSpec {
    let codes: Vec<&str> = gone.iter().map(|dimension| dimension.code()).collect();
    let code = format!("{}_ohne_{}", table.code, codes.join("_"));
    let label = format!("{}, {} zusammengefasst", table.label, labels(gone));
    TableSpec {
        code: Box::leak(code.into_boxed_str()),
        label: Box::leak(label.into_boxed_str()),
        dimensions: Box::leak(left.into_boxed_slice()),
        measures: table.measures,
        by_quarter: table.by_quarter,
    }
}

#[cfg(test)]
mod tests {
    use super::super::catalogue::{report, silent};
    use super::*;

    #[test]
    fn a_coarse_report_leaves_out_what_was_chosen_and_counts_it_along() {
        let whole = report("jahr").unwrap();
        let shape = Shape::default()
            .without("personen", Dimension::Age)
            .without("wartezeiten", Dimension::Waiting)
            .without("massnahmen_einrichtungen", Dimension::Facility);
        assert_eq!(
            shape.to_string(),
            "massnahmen_einrichtungen:einrichtung personen:alter wartezeiten:wartezeit"
        );
        assert_eq!(shape.to_string().parse::<Shape>(), Ok(shape.clone()));
        let coarse = shaped(whole, &shape);
        let codes: BTreeSet<&str> = coarse.tables.iter().map(|table| table.code).collect();
        assert!(codes.contains("personen_ohne_alter") && !codes.contains("personen"));
        assert!(!codes.contains("wartezeiten"));
        // What would stand in the table by programme anyway stands there only.
        assert!(
            !codes
                .iter()
                .any(|code| code.starts_with("massnahmen_einrichtungen"))
        );
        let along: BTreeSet<&str> = silent(coarse).iter().map(|table| table.code).collect();
        assert_eq!(
            along,
            BTreeSet::from(["massnahmen_einrichtungen", "personen", "wartezeiten"])
        );
        assert!(silent(whole).is_empty());
        // The same choice is the same report.
        assert!(std::ptr::eq(coarse, shaped(whole, &shape)));
        assert!(std::ptr::eq(whole, shaped(whole, &Shape::default())));
        assert_eq!(shape.sentences(whole).len(), 3);
        assert!(
            shape
                .sentences(whole)
                .iter()
                .any(|said| said.contains("ohne die Gliederung nach Alter"))
        );
    }

    #[test]
    fn nonsense_is_no_shape() {
        for wrong in ["personen", "personen:haarfarbe", ":alter personen"] {
            assert_eq!(wrong.parse::<Shape>(), Err(NoShape), "{wrong}");
        }
        let quarter = report("quartal").unwrap();
        let foreign = "landtag:traeger".parse::<Shape>().unwrap();
        assert!(!foreign.fits(quarter) && std::ptr::eq(quarter, shaped(quarter, &foreign)));
    }
}
