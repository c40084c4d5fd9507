//! What is wrong with a list: with the file as a whole, or with single rows. Each problem says where,
//! what was expected and what was found; the texts are shown to people.

use std::fmt;

/// How many characters of a refused value are shown.
const SHOWN_CHARS: usize = 60;

/// Why a file cannot be read as a table at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileProblemKind {
    /// No bytes, or only blanks.
    Empty,
    /// More bytes than [`super::MAX_BYTES`].
    TooLarge,
    /// The text is encoded as UTF-16 ("Unicode" in some programs).
    Utf16,
    /// A spreadsheet or PDF file instead of a text list.
    OtherFormat,
    /// Not a text.
    Binary,
    /// A NUL byte inside the text.
    NulByte,
    /// The text is UTF-8, but damaged.
    BrokenUtf8,
    /// A quoted field is never closed.
    UnclosedQuote,
    /// Text directly behind the closing quote of a field.
    TextAfterQuote,
    /// A field is longer than [`super::MAX_FIELD_CHARS`].
    FieldTooLong,
    /// More data rows than [`super::MAX_ROWS`].
    TooManyRows,
    /// More columns than [`super::MAX_COLUMNS`].
    TooManyColumns,
    /// No separator found: every line is one single field.
    NoColumns,
    /// No line that names the columns.
    NoHeader,
    /// A header line, but nothing below it.
    NoRows,
}

/// A file that cannot be read as a table. The message is shown to people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub struct FileProblem {
    /// What is wrong, for code.
    pub kind: FileProblemKind,
    /// The line of the file, from 1, if the problem has a place.
    pub line: Option<u32>,
    /// The column of the table, from 1, if the problem has a place.
    pub column: Option<u32>,
    /// What was expected.
    pub expected: String,
    /// What was found instead.
    pub found: String,
}

impl FileProblem {
    pub(super) fn new(
        kind: FileProblemKind,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            line: None,
            column: None,
            expected: expected.into(),
            found: found.into(),
        }
    }

    pub(super) fn at(self, line: u32, column: Option<u32>) -> Self {
        Self {
            line: Some(line),
            column,
            ..self
        }
    }

    fn message(&self) -> String {
        let place = match (self.line, self.column) {
            (Some(line), Some(column)) => format!("Zeile {line}, Spalte {column}: "),
            (Some(line), None) => format!("Zeile {line}: "),
            _ => String::new(),
        };
        format!(
            "Die Datei kann nicht gelesen werden. {place}Erwartet: {}. Gefunden: {}.",
            self.expected, self.found
        )
    }
}

/// Why a row is refused. The text is shown to people and written into the list of refused rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowProblem {
    /// The line of the file on which the row begins, from 1.
    pub line: u32,
    /// The name of the column as the file writes it.
    pub column: String,
    /// What was expected.
    pub expected: String,
    /// What was found instead, shortened.
    pub found: String,
}

impl fmt::Display for RowProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Zeile {}, {}: erwartet {}, gefunden {}",
            self.line, self.column, self.expected, self.found
        )
    }
}

/// A value of a list as it may be shown: short, on one line, in German quotation marks.
pub(super) fn shown(value: &str) -> String {
    if value.trim().is_empty() {
        return "nichts".to_owned();
    }
    let mut text: String = value
        .trim()
        .chars()
        .take(SHOWN_CHARS)
        .map(|char| if char.is_control() { '·' } else { char })
        .collect();
    if value.trim().chars().nth(SHOWN_CHARS).is_some() {
        text.push('…');
    }
    format!("„{text}“")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_shown_short_and_on_one_line() {
        assert_eq!(shown("  \t "), "nichts");
        assert_eq!(shown("a\nb"), "„a·b“");
        assert_eq!(shown(&"x".repeat(60)), format!("„{}“", "x".repeat(60)));
        assert_eq!(shown(&"x".repeat(61)), format!("„{}…“", "x".repeat(60)));
    }

    #[test]
    fn messages_name_the_place_only_if_there_is_one() {
        let problem = FileProblem::new(FileProblemKind::Empty, "eine Liste", "eine leere Datei");
        assert_eq!(
            problem.to_string(),
            "Die Datei kann nicht gelesen werden. Erwartet: eine Liste. Gefunden: eine leere Datei."
        );
        assert!(
            problem
                .at(4, Some(2))
                .to_string()
                .contains("Zeile 4, Spalte 2: Erwartet")
        );
    }
}
