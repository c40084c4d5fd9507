//! The figures of one quarter before disclosure control: measures, programme
//! lines, cells, and the sums that tie the cells together.
//!
//! A [`Table`] is deliberately general: a list of cells and a list of
//! relations "this cell is the sum of those". Rows by facility, age band or
//! half-year become further cells and relations; nothing in disclosure control
//! knows what a programme is.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use thiserror::Error;

/// The word that stands for "all of them" in the columns for pillar and
/// programme. No pillar and no programme may bear it.
pub const TOTAL_CODE: &str = "gesamt";

/// The largest count accepted for one programme in one quarter. Far above any
/// real figure, and low enough for sums to be exact in the solver's numbers.
pub const LARGEST_COUNT: u64 = 1_000_000;

/// What is counted. Every measure is a count of participations or of sessions
/// in one quarter, so programme rows add up exactly to pillar rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// Persons enrolled in a programme within the quarter.
    PersonsEnrolled,
    /// Persons who attended their first session within the quarter.
    PersonsStarted,
    /// Persons who reached the end of the programme within the quarter.
    PersonsCompleted,
    /// Persons who left the programme early within the quarter.
    PersonsDroppedOut,
    /// Sessions that took place within the quarter.
    SessionsHeld,
}

impl Measure {
    /// Every measure, in the order of the release.
    pub const ALL: [Measure; 5] = [
        Measure::PersonsEnrolled,
        Measure::PersonsStarted,
        Measure::PersonsCompleted,
        Measure::PersonsDroppedOut,
        Measure::SessionsHeld,
    ];

    /// The word in the file. Part of the format: it never changes.
    pub fn code(self) -> &'static str {
        match self {
            Measure::PersonsEnrolled => "personen_aufgenommen",
            Measure::PersonsStarted => "personen_begonnen",
            Measure::PersonsCompleted => "personen_abgeschlossen",
            Measure::PersonsDroppedOut => "personen_abgebrochen",
            Measure::SessionsHeld => "sitzungen_durchgefuehrt",
        }
    }

    /// The measure with this code, if there is one.
    pub fn from_code(code: &str) -> Option<Measure> {
        Measure::ALL
            .into_iter()
            .find(|measure| measure.code() == code)
    }

    /// The column heading on the screen.
    pub fn label(self) -> &'static str {
        match self {
            Measure::PersonsEnrolled => "Aufgenommene Personen",
            Measure::PersonsStarted => "Personen mit Beginn",
            Measure::PersonsCompleted => "Personen mit Abschluss",
            Measure::PersonsDroppedOut => "Personen mit Abbruch",
            Measure::SessionsHeld => "Durchgeführte Sitzungen",
        }
    }

    /// The definition printed beside the figures.
    pub fn definition(self) -> &'static str {
        match self {
            Measure::PersonsEnrolled => {
                "Personen, deren Aufnahme in die Maßnahme auf einen Tag des Quartals fällt, \
                 auch wenn sie erst später beginnen. Wer an zwei Maßnahmen teilnimmt, zählt in jeder \
                 einmal. Eine Übergabe an eine andere Einrichtung zählt nicht als neue Aufnahme."
            }
            Measure::PersonsStarted => {
                "Personen, deren erste besuchte Sitzung in der Maßnahme auf einen Tag des Quartals \
                 fällt, auch wenn sie schon früher aufgenommen wurden. Wer an zwei Maßnahmen \
                 teilnimmt, zählt in jeder einmal."
            }
            Measure::PersonsCompleted => {
                "Personen, die die Maßnahme an einem Tag des Quartals regulär beendet haben, \
                 unabhängig vom Quartal des Beginns. Wer zwei Maßnahmen beendet, zählt in jeder einmal."
            }
            Measure::PersonsDroppedOut => {
                "Personen, deren Teilnahme an einem Tag des Quartals vorzeitig endete, gleich aus \
                 welchem Grund und unabhängig vom Quartal des Beginns. Wer zwei Maßnahmen vorzeitig \
                 verlässt, zählt in jeder einmal. Eine Übergabe oder eine vorübergehende Abwesenheit \
                 ist kein Abbruch."
            }
            Measure::SessionsHeld => {
                "Gruppen- und Einzelsitzungen der Maßnahme, die an einem Tag des Quartals stattgefunden \
                 haben. Ausgefallene Sitzungen zählen nicht; eine Gruppensitzung zählt einmal, \
                 unabhängig von der Zahl der Anwesenden."
            }
        }
    }
}

/// One programme as it stands in the release. List every programme on offer
/// in the quarter, also those without participants; leave out a programme
/// that did not exist, because its zeros would be known from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgrammeLine {
    /// Code word of the programme, unique in the table.
    pub code: String,
    /// Name on the screen; never written to the KORA file.
    pub label: String,
    /// Code word of the pillar the programme belongs to in this quarter.
    pub pillar_code: String,
    /// Name of the pillar on the screen.
    pub pillar_label: String,
}

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

/// The place of a row in the tree Saxony, pillar, programme.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowKey {
    /// All programmes of all pillars.
    Total,
    /// All programmes of one pillar.
    Pillar {
        /// Code word of the pillar.
        pillar: String,
    },
    /// One programme.
    Programme {
        /// Code word of the pillar it belongs to.
        pillar: String,
        /// Code word of the programme.
        programme: String,
    },
}

impl RowKey {
    /// The word in the level column of the file.
    pub fn level_code(&self) -> &'static str {
        match self {
            RowKey::Total => "gesamt",
            RowKey::Pillar { .. } => "saeule",
            RowKey::Programme { .. } => "massnahme",
        }
    }

    /// The word in the pillar column of the file.
    pub fn pillar_code(&self) -> &str {
        match self {
            RowKey::Total => TOTAL_CODE,
            RowKey::Pillar { pillar } | RowKey::Programme { pillar, .. } => pillar,
        }
    }

    /// The word in the programme column of the file.
    pub fn programme_code(&self) -> &str {
        match self {
            RowKey::Total | RowKey::Pillar { .. } => TOTAL_CODE,
            RowKey::Programme { programme, .. } => programme,
        }
    }
}

impl fmt::Display for RowKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RowKey::Total => formatter.write_str("gesamt"),
            RowKey::Pillar { pillar } => write!(formatter, "Säule {pillar}"),
            RowKey::Programme { pillar, programme } => {
                write!(formatter, "Maßnahme {programme} (Säule {pillar})")
            }
        }
    }
}

/// Position of a cell in its [`Table`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellIndex(pub usize);

/// One true, unprotected figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The row it stands in.
    pub row: RowKey,
    /// What it counts.
    pub measure: Measure,
    /// The true figure.
    pub value: u64,
}

/// One cell is the sum of others. A relation with a single part says that
/// both cells are the same figure under two names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// The sum.
    pub total: CellIndex,
    /// What it adds up; never empty.
    pub parts: Vec<CellIndex>,
}

/// Why a table cannot be built.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CubeError {
    /// There is nothing to report on.
    #[error("Die Tabelle enthält keine Maßnahme.")]
    NoProgramme,
    /// A code is not made of the permitted signs.
    #[error(
        "Der Schlüssel „{0}“ ist nicht zulässig: erlaubt sind Kleinbuchstaben, Ziffern, „_“, „.“ und „-“, \
         beginnend mit einem Buchstaben; „gesamt“ ist vergeben."
    )]
    BadCode(String),
    /// Two programme lines bear the same code.
    #[error("Die Maßnahme „{0}“ ist doppelt aufgeführt.")]
    DuplicateProgramme(String),
    /// One pillar code comes with two names.
    #[error("Die Säule „{0}“ ist mit zwei verschiedenen Bezeichnungen aufgeführt.")]
    PillarLabels(String),
    /// A count belongs to no programme line.
    #[error("Für „{0}“ liegt eine Zahl vor, die Maßnahme ist aber nicht aufgeführt.")]
    UnknownProgramme(String),
    /// The same figure was given twice.
    #[error("Für „{programme}“ liegt „{measure}“ doppelt vor.")]
    DuplicateCount {
        /// Code word of the programme.
        programme: String,
        /// Code word of the measure.
        measure: &'static str,
    },
    /// A count is larger than [`LARGEST_COUNT`].
    #[error("Die Zahl für „{0}“ ist unglaubhaft groß.")]
    CountTooLarge(String),
    /// A relation names a cell that is not there, or its numbers do not add up.
    #[error("Die Summen der Tabelle gehen nicht auf.")]
    NotAdditive,
}

/// The unprotected table. Only [`super::disclosure::protect`] turns it into
/// something that may be written to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    lines: Vec<ProgrammeLine>,
    cells: Vec<Cell>,
    relations: Vec<Relation>,
}

impl Table {
    /// A table of any shape. Refuses relations that name missing cells, have
    /// no parts, or do not add up.
    pub fn new(
        lines: Vec<ProgrammeLine>,
        cells: Vec<Cell>,
        relations: Vec<Relation>,
    ) -> Result<Table, CubeError> {
        let value_of = |index: &CellIndex| cells.get(index.0).map(|cell| cell.value);
        for relation in &relations {
            let total = value_of(&relation.total).ok_or(CubeError::NotAdditive)?;
            let mut sum = 0_u64;
            for part in &relation.parts {
                let value = value_of(part).ok_or(CubeError::NotAdditive)?;
                sum = sum.checked_add(value).ok_or(CubeError::NotAdditive)?;
            }
            if relation.parts.is_empty() || sum != total {
                return Err(CubeError::NotAdditive);
            }
        }
        Ok(Table {
            lines,
            cells,
            relations,
        })
    }

    /// The programmes, sorted by pillar and programme code.
    pub fn lines(&self) -> &[ProgrammeLine] {
        &self.lines
    }

    /// Every cell, in the order of the release: measure by measure, the whole
    /// first, then each pillar before its programmes.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// Every sum known to hold between cells.
    pub fn relations(&self) -> &[Relation] {
        &self.relations
    }
}

/// Whether a word may stand in a release: lower-case letters, digits, `_`,
/// `.` and `-`, beginning with a letter. Such a word is never a formula, a
/// number or a date to a spreadsheet (OWASP ASVS 5.0, 1.2.10).
pub fn is_code_word(word: &str) -> bool {
    let permitted = |sign: char| {
        sign.is_ascii_lowercase() || sign.is_ascii_digit() || matches!(sign, '_' | '.' | '-')
    };
    word.starts_with(|first: char| first.is_ascii_lowercase()) && word.chars().all(permitted)
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

    #[test]
    fn refuses_a_general_table_that_does_not_add_up() {
        let cell = |row, value| Cell {
            row,
            measure: Measure::SessionsHeld,
            value,
        };
        let pillar = RowKey::Pillar {
            pillar: "s1".to_owned(),
        };
        let cells = vec![cell(RowKey::Total, 3), cell(pillar, 2)];
        let relation = |parts| {
            vec![Relation {
                total: CellIndex(0),
                parts,
            }]
        };
        for parts in [vec![CellIndex(1)], vec![], vec![CellIndex(9)]] {
            assert_eq!(
                Table::new(Vec::new(), cells.clone(), relation(parts)),
                Err(CubeError::NotAdditive)
            );
        }
    }

    #[test]
    fn every_measure_has_its_own_code_and_definition() {
        let codes: BTreeSet<&str> = Measure::ALL.into_iter().map(Measure::code).collect();
        let definitions: BTreeSet<&str> =
            Measure::ALL.into_iter().map(Measure::definition).collect();
        assert_eq!((codes.len(), definitions.len()), (5, 5));
        for measure in Measure::ALL {
            assert_eq!(Measure::from_code(measure.code()), Some(measure));
            assert!(is_code_word(measure.code()));
        }
    }
}
