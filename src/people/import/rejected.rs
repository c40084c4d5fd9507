//! The list of refused rows: all columns as they came, and the reason at the end. It can be corrected in
//! a spreadsheet and handed in again.

use std::collections::BTreeMap;

use super::problem::RowProblem;
use super::table::RawTable;

const REASON_COLUMN: &str = "Grund";

/// The rows that have problems as CSV: `;`, UTF-8 with byte order mark, CRLF, and no cell that a
/// spreadsheet would take for a formula.
pub fn rejected_csv<'a>(
    table: &RawTable,
    problems: impl IntoIterator<Item = &'a RowProblem>,
) -> Vec<u8> {
    let mut reasons: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for problem in problems {
        let reason = format!(
            "{}: erwartet {}, gefunden {}",
            problem.column, problem.expected, problem.found
        );
        reasons.entry(problem.line).or_default().push(reason);
    }
    let rejected: Vec<_> = table
        .rows
        .iter()
        .filter_map(|row| Some((&row.cells, reasons.get(&row.line)?.join("; "))))
        .collect();
    let width = rejected
        .iter()
        .map(|(cells, _)| cells.len())
        .chain([table.header.len()])
        .max()
        .unwrap_or(0);

    let mut text = String::from("\u{FEFF}");
    write_record(&mut text, &table.header, width, REASON_COLUMN);
    for (cells, reason) in rejected {
        write_record(&mut text, cells, width, &reason);
    }
    text.into_bytes()
}

fn write_record(text: &mut String, cells: &[String], width: usize, last: &str) {
    for cell in cells
        .iter()
        .map(String::as_str)
        .chain(std::iter::repeat(""))
        .take(width)
    {
        write_cell(text, cell);
        text.push(';');
    }
    write_cell(text, last);
    text.push_str("\r\n");
}

fn write_cell(text: &mut String, cell: &str) {
    let cell = neutralise_formula(cell);
    if cell.contains([';', ',', '\t', '"', '\r', '\n']) || cell.trim() != cell {
        text.push('"');
        text.push_str(&cell.replace('"', "\"\""));
        text.push('"');
    } else {
        text.push_str(&cell);
    }
}

/// The cell, with an apostrophe in front if a spreadsheet would run it as a formula (OWASP "CSV
/// Injection": a cell beginning with `=`, `+`, `-`, `@`, tab or carriage return).
pub fn neutralise_formula(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::super::table::read_table;
    use super::*;

    fn problem(line: u32, found: &str) -> RowProblem {
        RowProblem {
            line,
            column: "Name".to_owned(),
            expected: "ein Name".to_owned(),
            found: found.to_owned(),
        }
    }

    #[test]
    fn refused_rows_keep_their_cells_and_get_a_reason() {
        let list = "Name,Vorname\nA,B\n=1+1,\"x;\"\"y\"\"\"\nC,D,E\n";
        let table = read_table(list.as_bytes()).unwrap();
        let problems = [problem(3, "„=1+1“"), problem(4, "eins"), problem(4, "zwei")];
        let csv = String::from_utf8(rejected_csv(&table, &problems)).unwrap();
        assert_eq!(
            csv,
            "\u{FEFF}Name;Vorname;;Grund\r\n\
             '=1+1;\"x;\"\"y\"\"\";;\"Name: erwartet ein Name, gefunden „=1+1“\"\r\n\
             C;D;E;\"Name: erwartet ein Name, gefunden eins; Name: erwartet ein Name, gefunden zwei\"\r\n"
        );
    }

    #[test]
    fn formulas_are_disarmed_and_other_text_is_left_alone() {
        for dangerous in ["=1", "+1", "-1", "@x", "\tx", "\rx"] {
            assert_eq!(neutralise_formula(dangerous), format!("'{dangerous}"));
        }
        for harmless in ["", "a=1", "1-2", "'=1", " =1"] {
            assert_eq!(neutralise_formula(harmless), harmless);
        }
    }
}
