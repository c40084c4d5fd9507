//! From text to records: RFC 4180 quoting, any separator, any line ending. An own reader, because the usual
//! ones accept a never-closed quote in silence and would turn the rest of the list into one field.

use std::iter::Peekable;
use std::str::Chars;

use super::problem::{FileProblem, FileProblemKind as Kind, shown};

/// The most columns that are read.
pub const MAX_COLUMNS: usize = 200;
/// The longest field that is read, in characters.
pub const MAX_FIELD_CHARS: usize = 4_000;

/// One row of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRow {
    /// The line of the file on which the row begins, from 1.
    pub line: u32,
    /// The cells, quotes removed. May be fewer or more than the header has.
    pub cells: Vec<String>,
}

impl RawRow {
    /// Nothing in any cell, or only the announcement of the separator on the first line.
    pub(super) fn is_blank(&self) -> bool {
        let mut cells = self.cells.iter().map(|cell| cell.trim());
        let announces =
            |cell: &str| self.line == 1 && cell.to_ascii_lowercase().starts_with("sep=");
        cells
            .next()
            .is_none_or(|first| first.is_empty() || announces(first))
            && cells.all(str::is_empty)
    }
}

/// What ended a cell.
enum CellEnd {
    Separator,
    Record,
}

/// The records of a text, one after the other, with the line on which each begins.
pub(super) struct Records<'a> {
    chars: Peekable<Chars<'a>>,
    separator: char,
    line: u32,
    after_carriage_return: bool,
}

impl<'a> Records<'a> {
    pub(super) fn new(text: &'a str, separator: char) -> Self {
        Self {
            chars: text.chars().peekable(),
            separator,
            line: 1,
            after_carriage_return: false,
        }
    }

    /// The next record, or `None` at the end of the text.
    pub(super) fn next_record(&mut self) -> Result<Option<RawRow>, FileProblem> {
        if self.chars.peek().is_none() {
            return Ok(None);
        }
        let line = self.line;
        let mut cells = Vec::new();
        loop {
            if cells.len() == MAX_COLUMNS {
                let expected = format!("höchstens {MAX_COLUMNS} Spalten");
                return Err(
                    FileProblem::new(Kind::TooManyColumns, expected, "mehr Spalten").at(line, None),
                );
            }
            let column = u32::try_from(cells.len())
                .unwrap_or(u32::MAX)
                .saturating_add(1);
            let (cell, end) = if self.chars.peek() == Some(&'"') {
                self.quoted_cell(column)?
            } else {
                self.plain_cell(column)?
            };
            cells.push(cell);
            if let CellEnd::Record = end {
                return Ok(Some(RawRow { line, cells }));
            }
        }
    }

    /// The next character, line ends counted: LF, CRLF and CR each once.
    fn next_char(&mut self) -> Option<char> {
        let char = self.chars.next()?;
        if char == '\r' || (char == '\n' && !self.after_carriage_return) {
            self.line = self.line.saturating_add(1);
        }
        self.after_carriage_return = char == '\r';
        Some(char)
    }

    /// What the character after a cell means, or the character itself if it ends nothing.
    fn end_of_cell(&mut self, char: Option<char>) -> Result<CellEnd, char> {
        match char {
            None | Some('\n') => Ok(CellEnd::Record),
            Some('\r') => {
                if self.chars.peek() == Some(&'\n') {
                    self.next_char();
                }
                Ok(CellEnd::Record)
            }
            Some(char) if char == self.separator => Ok(CellEnd::Separator),
            Some(char) => Err(char),
        }
    }

    fn plain_cell(&mut self, column: u32) -> Result<(String, CellEnd), FileProblem> {
        let line = self.line;
        let mut cell = CellText::default();
        loop {
            let char = self.next_char();
            match self.end_of_cell(char) {
                Ok(end) => return Ok((cell.finish(line, column)?, end)),
                Err(char) => cell.push(char),
            }
        }
    }

    fn quoted_cell(&mut self, column: u32) -> Result<(String, CellEnd), FileProblem> {
        let line = self.line;
        self.next_char();
        let mut cell = CellText::default();
        loop {
            match self.next_char() {
                Some('"') if self.chars.peek() == Some(&'"') => {
                    self.next_char();
                    cell.push('"');
                }
                Some('"') => break,
                Some(char) => cell.push(char),
                None => {
                    let expected = "ein schließendes Anführungszeichen (\") für dieses Feld";
                    let found = format!("das Ende der Datei nach {}", shown(&cell.text));
                    return Err(FileProblem::new(Kind::UnclosedQuote, expected, found)
                        .at(line, Some(column)));
                }
            }
        }
        while self.chars.peek() == Some(&' ') {
            self.next_char();
        }
        let char = self.next_char();
        let end = self.end_of_cell(char).map_err(|char| {
            let expected = format!(
                "nach dem schließenden Anführungszeichen das Trennzeichen „{}“ oder das Zeilenende",
                self.separator
            );
            let found = format!("{} nach {}", shown(&char.to_string()), shown(&cell.text));
            FileProblem::new(Kind::TextAfterQuote, expected, found).at(line, Some(column))
        })?;
        Ok((cell.finish(line, column)?, end))
    }
}

/// The text of a cell; beyond the limit only the length is kept.
#[derive(Default)]
struct CellText {
    text: String,
    chars: usize,
}

impl CellText {
    fn push(&mut self, char: char) {
        self.chars += 1;
        if self.chars <= MAX_FIELD_CHARS {
            self.text.push(char);
        }
    }

    fn finish(self, line: u32, column: u32) -> Result<String, FileProblem> {
        if self.chars <= MAX_FIELD_CHARS {
            return Ok(self.text);
        }
        let expected = format!("höchstens {MAX_FIELD_CHARS} Zeichen in einem Feld");
        let found = format!(
            "{} Zeichen, beginnend mit {}",
            self.chars,
            shown(&self.text)
        );
        Err(FileProblem::new(Kind::FieldTooLong, expected, found).at(line, Some(column)))
    }
}
