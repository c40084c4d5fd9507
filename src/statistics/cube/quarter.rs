//! The quarter table "by programme, whole of Saxony".

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Cell, CellIndex, CubeError, Measure, ProgrammeLine, Relation, RowKey, TOTAL_CODE, Table,
    is_code_word,
};

/// The largest count accepted for one programme in one quarter. Far above any
/// real figure, and low enough for sums to be exact in the solver's numbers.
pub const LARGEST_COUNT: u64 = 1_000_000;

/// One counted figure of one programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// Code word of the programme.
    pub programme_code: String,
    /// What was counted.
    pub measure: Measure,
    /// The true figure.
    pub value: u64,
}

/// The quarter table "by programme, whole of Saxony": every measure for every
/// programme, every pillar and the whole. A count that is not given is zero.
/// The result does not depend on the order of `lines` and `counts`.
pub fn quarter_table(lines: &[ProgrammeLine], counts: &[Count]) -> Result<Table, CubeError> {
    let lines = checked_lines(lines)?;
    let counts = checked_counts(&lines, counts)?;

    let mut pillars: BTreeMap<&str, Vec<&ProgrammeLine>> = BTreeMap::new();
    for line in &lines {
        pillars
            .entry(line.pillar_code.as_str())
            .or_default()
            .push(line);
    }
    let mut cells = Vec::new();
    let mut relations = Vec::new();
    for measure in Measure::ALL {
        let total = CellIndex(cells.len());
        cells.push(Cell {
            row: RowKey::Total,
            measure,
            value: 0,
        });
        let mut pillar_cells = Vec::new();
        let mut whole = 0;
        for (pillar, members) in &pillars {
            let pillar_cell = CellIndex(cells.len());
            let values: Vec<u64> = members
                .iter()
                .map(|line| {
                    counts
                        .get(&(line.code.as_str(), measure))
                        .copied()
                        .unwrap_or(0)
                })
                .collect();
            let pillar_value: u64 = values.iter().sum();
            whole += pillar_value;
            cells.push(Cell {
                row: RowKey::Pillar {
                    pillar: (*pillar).to_owned(),
                },
                measure,
                value: pillar_value,
            });
            let mut parts = Vec::new();
            for (line, value) in members.iter().zip(values) {
                parts.push(CellIndex(cells.len()));
                cells.push(Cell {
                    row: RowKey::Programme {
                        pillar: (*pillar).to_owned(),
                        programme: line.code.clone(),
                    },
                    measure,
                    value,
                });
            }
            relations.push(Relation {
                total: pillar_cell,
                parts,
            });
            pillar_cells.push(pillar_cell);
        }
        if let Some(cell) = cells.get_mut(total.0) {
            cell.value = whole;
        }
        relations.push(Relation {
            total,
            parts: pillar_cells,
        });
    }
    Table::new(lines, cells, relations)
}

/// The lines sorted by pillar and code, with every code word checked.
fn checked_lines(lines: &[ProgrammeLine]) -> Result<Vec<ProgrammeLine>, CubeError> {
    if lines.is_empty() {
        return Err(CubeError::NoProgramme);
    }
    let mut programmes = BTreeSet::new();
    let mut pillar_labels: BTreeMap<&str, &str> = BTreeMap::new();
    for line in lines {
        for code in [&line.code, &line.pillar_code] {
            if code == TOTAL_CODE || !is_code_word(code) {
                return Err(CubeError::BadCode(code.clone()));
            }
        }
        if !programmes.insert(line.code.as_str()) {
            return Err(CubeError::DuplicateProgramme(line.code.clone()));
        }
        let label = pillar_labels
            .entry(line.pillar_code.as_str())
            .or_insert(line.pillar_label.as_str());
        if *label != line.pillar_label {
            return Err(CubeError::PillarLabels(line.pillar_code.clone()));
        }
    }
    let mut sorted = lines.to_vec();
    sorted.sort_by(|left, right| {
        (&left.pillar_code, &left.code).cmp(&(&right.pillar_code, &right.code))
    });
    Ok(sorted)
}

/// The counts by programme and measure, each given once and for a known line.
fn checked_counts<'a>(
    lines: &[ProgrammeLine],
    counts: &'a [Count],
) -> Result<BTreeMap<(&'a str, Measure), u64>, CubeError> {
    let known: BTreeSet<&str> = lines.iter().map(|line| line.code.as_str()).collect();
    let mut checked = BTreeMap::new();
    for count in counts {
        let programme = count.programme_code.as_str();
        if !known.contains(programme) {
            return Err(CubeError::UnknownProgramme(programme.to_owned()));
        }
        if count.value > LARGEST_COUNT {
            return Err(CubeError::CountTooLarge(programme.to_owned()));
        }
        if checked
            .insert((programme, count.measure), count.value)
            .is_some()
        {
            return Err(CubeError::DuplicateCount {
                programme: programme.to_owned(),
                measure: count.measure.code(),
            });
        }
    }
    Ok(checked)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(pillar: &str, code: &str) -> ProgrammeLine {
        ProgrammeLine {
            code: code.to_owned(),
            label: format!("Maßnahme {code}"),
            pillar_code: pillar.to_owned(),
            pillar_label: format!("Säule {pillar}"),
        }
    }

    fn count(programme: &str, measure: Measure, value: u64) -> Count {
        Count {
            programme_code: programme.to_owned(),
            measure,
            value,
        }
    }

    fn value(table: &Table, row: &RowKey, measure: Measure) -> Option<u64> {
        let found = |cell: &&Cell| cell.row == *row && cell.measure == measure;
        table.cells().iter().find(found).map(|cell| cell.value)
    }

    #[test]
    fn sums_pillars_and_the_whole() {
        let lines = [line("s2", "b"), line("s1", "a"), line("s1", "c")];
        let counts = [
            count("a", Measure::PersonsStarted, 7),
            count("c", Measure::PersonsStarted, 2),
            count("b", Measure::PersonsStarted, 5),
        ];
        let table = quarter_table(&lines, &counts).expect("valid table");
        let pillar = RowKey::Pillar {
            pillar: "s1".to_owned(),
        };
        assert_eq!(value(&table, &pillar, Measure::PersonsStarted), Some(9));
        assert_eq!(
            value(&table, &RowKey::Total, Measure::PersonsStarted),
            Some(14)
        );
        assert_eq!(value(&table, &pillar, Measure::SessionsHeld), Some(0));
        assert_eq!(table.cells().len(), 5 * (1 + 2 + 3));
        assert_eq!(table.relations().len(), 5 * (1 + 2));
    }

    #[test]
    fn does_not_depend_on_the_order_of_its_input() {
        let lines = [line("s2", "b"), line("s1", "a")];
        let counts = [
            count("a", Measure::PersonsStarted, 7),
            count("b", Measure::SessionsHeld, 2),
        ];
        let mut reversed_lines = lines.clone();
        reversed_lines.reverse();
        let mut reversed_counts = counts.clone();
        reversed_counts.reverse();
        assert_eq!(
            quarter_table(&lines, &counts),
            quarter_table(&reversed_lines, &reversed_counts)
        );
    }

    #[test]
    fn refuses_what_does_not_fit_together() {
        use CubeError::*;
        let started = |code: &str, value| count(code, Measure::PersonsStarted, value);
        let refused =
            |lines: &[ProgrammeLine], counts: &[Count]| quarter_table(lines, counts).unwrap_err();
        assert_eq!(refused(&[], &[]), NoProgramme);
        for bad in [
            "", "=1", "-a", "1a", "a b", "Ä", "gesamt", "a;b", "a\n", "@a",
        ] {
            assert_eq!(refused(&[line("s1", bad)], &[]), BadCode(bad.to_owned()));
            assert_eq!(refused(&[line(bad, "a")], &[]), BadCode(bad.to_owned()));
        }
        assert_eq!(
            refused(&[line("s1", "a"), line("s2", "a")], &[]),
            DuplicateProgramme("a".to_owned())
        );
        let mut other_label = line("s1", "b");
        other_label.pillar_label = "anders".to_owned();
        assert_eq!(
            refused(&[line("s1", "a"), other_label], &[]),
            PillarLabels("s1".to_owned())
        );
        let one = [line("s1", "a")];
        assert_eq!(
            refused(&one, &[started("x", 1)]),
            UnknownProgramme("x".to_owned())
        );
        assert_eq!(
            refused(&one, &[started("a", LARGEST_COUNT + 1)]),
            CountTooLarge("a".to_owned())
        );
        assert!(matches!(
            refused(&one, &[started("a", 1), started("a", 1)]),
            DuplicateCount { .. }
        ));
    }
}
