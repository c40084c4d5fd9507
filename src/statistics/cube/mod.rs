//! The figures of one quarter before disclosure control: measures, programme
//! lines, cells, and the sums that tie the cells together.
//!
//! A [`Table`] is deliberately general: a list of cells and a list of
//! relations "this cell is the sum of those". Rows by facility, age band or
//! half-year become further cells and relations; nothing in disclosure control
//! knows what a programme is.

mod measure;
mod quarter;

use std::fmt;

use thiserror::Error;

pub use measure::Measure;
pub use quarter::{Count, LARGEST_COUNT, quarter_table};

/// The word that stands for "all of them" in the columns for pillar and
/// programme. No pillar and no programme may bear it.
pub const TOTAL_CODE: &str = "gesamt";

/// The largest figure a cell of any table may hold, so that sums stay exact
/// in the solver's floating-point numbers.
const LARGEST_CELL: u64 = 1_000_000_000;

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
    /// A count is larger than [`LARGEST_COUNT`], or a cell than any table holds.
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
        if let Some(cell) = cells.iter().find(|cell| cell.value > LARGEST_CELL) {
            return Err(CubeError::CountTooLarge(cell.row.to_string()));
        }
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

#[cfg(test)]
mod tests {
    use super::*;

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
        let huge = vec![cell(RowKey::Total, LARGEST_CELL + 1)];
        assert!(matches!(
            Table::new(Vec::new(), huge, Vec::new()),
            Err(CubeError::CountTooLarge(_))
        ));
    }
}
