//! CSV as the offices' spreadsheets open it: `;`, UTF-8 with byte order mark, CRLF, and no cell that a spreadsheet runs
//! as a formula (OWASP "CSV Injection").

/// What a file begins with.
pub const BEGIN: &str = "\u{FEFF}";

/// Writes a line.
pub fn line<'a>(text: &mut String, cells: impl IntoIterator<Item = &'a str>) {
    for (index, cell) in cells.into_iter().enumerate() {
        if index > 0 {
            text.push(';');
        }
        let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
        if formula || cell.contains([';', '"', '\r', '\n']) {
            text.push('"');
            text.push_str(if formula { "'" } else { "" });
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(cell);
        }
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_needed_and_no_formula_runs() {
        let mut text = String::from(BEGIN);
        line(
            &mut text,
            ["Müller; Kai", "=2+2", "sagt \"ja\"", "", "26.11."],
        );
        assert_eq!(
            text,
            "\u{FEFF}\"Müller; Kai\";\"'=2+2\";\"sagt \"\"ja\"\"\";;26.11.\r\n"
        );
    }
}
