//! The workbook (XLSX): the same figures for office programs, each cell with its type, so that nothing is
//! reinterpreted. An overview with definitions and signs, each table as people read it, all figures as a list, and the
//! code lists. Text is stored as text, never as formula; no macro, no author.

use std::collections::{BTreeMap, BTreeSet};

use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet,
    XlsxError,
};
use time::Date;

use super::FileError;
use super::content::*;
use super::package::explanation;
use super::rows::{Field, head, rows};
use super::words::{HIDDEN_SIGN, NOTHING_SIGN};

/// Name of the sheet with all figures, one a line.
pub(super) const LIST: &str = "Werte";

/// Paper size A4.
const A4: u8 = 9;
/// The longest name a sheet may have.
const LONGEST_NAME: usize = 31;

impl From<XlsxError> for FileError {
    fn from(error: XlsxError) -> Self {
        FileError::Write(error.to_string())
    }
}

/// The formats of the workbook.
struct Formats {
    title: Format,
    heading: Format,
    head: Format,
    head_right: Format,
    wrapped: Format,
    day: Format,
    sign: Format,
}

impl Formats {
    fn new() -> Self {
        let head = Format::new()
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::Top)
            .set_border_bottom(FormatBorder::Thin)
            .set_background_color(Color::RGB(0x00E9_EEFB));
        Self {
            title: Format::new().set_bold().set_font_size(14),
            heading: Format::new().set_bold(),
            head_right: head.clone().set_align(FormatAlign::Right),
            head,
            wrapped: Format::new().set_text_wrap().set_align(FormatAlign::Top),
            day: Format::new().set_num_format("dd.mm.yyyy"),
            sign: Format::new().set_align(FormatAlign::Right),
        }
    }

    /// Figures with thousands apart; Excel shows the signs of its own language.
    fn number(decimals: u8) -> Format {
        let zeros = "0".repeat(usize::from(decimals));
        let dot = if decimals > 0 { "." } else { "" };
        Format::new().set_num_format(format!("#,##0{dot}{zeros}"))
    }
}

/// The bytes of the workbook. The content is expected to be [checked](fn@super::check).
pub(super) fn workbook(content: &ReleaseContent) -> Result<Vec<u8>, FileError> {
    let formats = Formats::new();
    let mut book = Workbook::new();
    // Not the moment of writing: the same release gives the same bytes.
    let properties = DocProperties::new()
        .set_title(format!(
            "{}, {}",
            content.report.label, content.period.label
        ))
        .set_creation_datetime(&excel_day(content.cut_off)?);
    book.set_properties(&properties);
    overview(book.add_worksheet(), content, &formats)?;
    for (index, table) in content.tables.iter().enumerate() {
        let sheet = book.add_worksheet();
        sheet.set_name(sheet_name(index + 1, &table.label))?;
        as_people_read_it(sheet, content, table, &formats)?;
    }
    list(book.add_worksheet(), content, &formats)?;
    codes(book.add_worksheet(), content, &formats)?;
    Ok(book.save_to_buffer()?)
}

fn excel_day(day: Date) -> Result<ExcelDateTime, FileError> {
    let year = u16::try_from(day.year()).map_err(|error| FileError::Write(error.to_string()))?;
    Ok(ExcelDateTime::from_ymd(
        year,
        u8::from(day.month()),
        day.day(),
    )?)
}

/// A name of a sheet: short, unique by its number, without the signs Excel refuses.
fn sheet_name(number: usize, label: &str) -> String {
    let name = format!("{number} {label}");
    name.chars()
        .filter(|sign| !matches!(sign, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\''))
        .take(LONGEST_NAME)
        .collect()
}

#[expect(clippy::cast_precision_loss, reason = "figures are far below 2^53")]
fn as_float(value: u64, decimals: u8) -> f64 {
    value as f64 / 10_f64.powi(i32::from(decimals))
}

/// A place in a sheet, counted up by hand.
fn place(index: usize) -> Result<u16, FileError> {
    u16::try_from(index).map_err(|error| FileError::Write(error.to_string()))
}

fn for_printing(sheet: &mut Worksheet) {
    sheet
        .set_paper_size(A4)
        .set_landscape()
        .set_print_fit_to_pages(1, 0)
        .set_footer("&L&A&RSeite &P von &N");
}

fn overview(
    sheet: &mut Worksheet,
    content: &ReleaseContent,
    formats: &Formats,
) -> Result<(), FileError> {
    sheet.set_name("Überblick")?;
    sheet.set_column_width(0, 28)?.set_column_width(1, 110)?;
    sheet.write_string_with_format(0, 0, &content.report.label, &formats.title)?;
    sheet.write_string(1, 0, "Zeitraum")?;
    sheet.write_string(1, 1, &content.period.label)?;
    sheet.write_string(2, 0, "Stand")?;
    let stand = formats.day.clone().set_align(FormatAlign::Left);
    sheet.write_datetime_with_format(2, 1, &excel_day(content.cut_off)?, &stand)?;
    sheet.write_string(3, 0, "Version")?;
    let left = Format::new().set_align(FormatAlign::Left);
    sheet.write_number_with_format(3, 1, content.version, &left)?;
    let mut row = 5;
    for (heading, lines) in explanation(content) {
        sheet.write_string_with_format(row, 0, heading, &formats.heading)?;
        for line in lines {
            sheet.write_string_with_format(row, 1, line, &formats.wrapped)?;
            row += 1;
        }
        row += 1;
    }
    for_printing(sheet);
    Ok(())
}

/// Rows by codes, columns by measures.
fn as_people_read_it(
    sheet: &mut Worksheet,
    content: &ReleaseContent,
    table: &TableContent,
    formats: &Formats,
) -> Result<(), FileError> {
    let mut measures: Vec<&MeasureInfo> = Vec::new();
    let mut lines: Vec<&[String]> = Vec::new();
    let mut known: BTreeSet<&[String]> = BTreeSet::new();
    let mut figures: BTreeMap<(&str, &[String]), &Figure> = BTreeMap::new();
    for cell in &table.cells {
        let codes = cell.codes.as_slice();
        if let Some(measure) = content.measure(&cell.measure)
            && !measures.contains(&measure)
        {
            measures.push(measure);
        }
        if known.insert(codes) {
            lines.push(codes);
        }
        figures.insert((&cell.measure, codes), &cell.figure);
    }
    sheet.write_string_with_format(0, 0, &table.label, &formats.title)?;
    sheet.write_string(
        1,
        0,
        format!(
            "{}, Stand {}. {HIDDEN_SIGN} = geheim gehalten, {NOTHING_SIGN} = nichts vorhanden",
            content.period.label,
            crate::base::german::date(content.cut_off)
        ),
    )?;
    const HEAD: u32 = 3;
    let dimensions: Vec<&Dimension> = table
        .dimensions
        .iter()
        .filter_map(|code| content.dimension(code))
        .collect();
    for (index, dimension) in dimensions.iter().enumerate() {
        let column = place(index)?;
        sheet.set_column_width(column, 34)?;
        sheet.write_string_with_format(HEAD, column, &dimension.label, &formats.head)?;
    }
    for (index, measure) in measures.iter().enumerate() {
        let column = place(dimensions.len() + index)?;
        sheet.set_column_width(column, 16)?;
        sheet.write_string_with_format(HEAD, column, &measure.label, &formats.head_right)?;
    }
    for (row, line) in (HEAD + 1..).zip(&lines) {
        for (index, (dimension, code)) in dimensions.iter().zip(*line).enumerate() {
            sheet.write_string(row, place(index)?, dimension.label_of(code))?;
        }
        for (index, measure) in measures.iter().enumerate() {
            let column = place(dimensions.len() + index)?;
            match figures.get(&(measure.code.as_str(), *line)) {
                Some(Figure::Number(value)) => {
                    let format = Formats::number(measure.decimals);
                    let value = as_float(*value, measure.decimals);
                    sheet.write_number_with_format(row, column, value, &format)?;
                }
                Some(Figure::Hidden(_)) => {
                    sheet.write_string_with_format(row, column, HIDDEN_SIGN, &formats.sign)?;
                }
                Some(Figure::Nothing) => {
                    sheet.write_string_with_format(row, column, NOTHING_SIGN, &formats.sign)?;
                }
                None => {}
            }
        }
    }
    sheet.set_freeze_panes(HEAD + 1, place(dimensions.len())?)?;
    sheet.set_repeat_rows(HEAD, HEAD)?;
    for_printing(sheet);
    Ok(())
}

/// All figures, one a line, as in the CSV for people.
fn list(
    sheet: &mut Worksheet,
    content: &ReleaseContent,
    formats: &Formats,
) -> Result<(), FileError> {
    sheet.set_name(LIST)?;
    let head = head(content);
    for (index, label) in head.iter().enumerate() {
        let column = place(index)?;
        sheet.write_string_with_format(0, column, label, &formats.head)?;
        let width = if label.ends_with("_Code") || label.starts_with("Wert") {
            18
        } else {
            26
        };
        sheet.set_column_width(column, width)?;
    }
    let mut last = 0;
    for (row, fields) in (1..).zip(rows(content)) {
        for (index, field) in fields.iter().enumerate() {
            let column = place(index)?;
            match field {
                Field::Text(text) => {
                    let sign = matches!(*text, HIDDEN_SIGN | NOTHING_SIGN);
                    if sign {
                        sheet.write_string_with_format(row, column, *text, &formats.sign)?;
                    } else {
                        sheet.write_string(row, column, *text)?;
                    }
                }
                Field::Day(day) => {
                    sheet.write_datetime_with_format(
                        row,
                        column,
                        &excel_day(*day)?,
                        &formats.day,
                    )?;
                }
                Field::Number(value, decimals) => {
                    let format = Formats::number(*decimals);
                    let value = as_float(*value, *decimals);
                    sheet.write_number_with_format(row, column, value, &format)?;
                }
                Field::Empty => {}
            }
        }
        last = row;
    }
    let right = place(head.len().saturating_sub(1))?;
    sheet.autofilter(0, 0, last, right)?;
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_repeat_rows(0, 0)?;
    for_printing(sheet);
    Ok(())
}

fn codes(
    sheet: &mut Worksheet,
    content: &ReleaseContent,
    formats: &Formats,
) -> Result<(), FileError> {
    sheet.set_name("Codelisten")?;
    let head = [
        ("Merkmal", 24),
        ("Code", 24),
        ("Bezeichnung", 40),
        ("Übergeordnet", 24),
        ("Gültig von", 14),
        ("Gültig bis", 14),
        ("Bund: Code", 20),
        ("Bund: Bezeichnung", 40),
    ];
    for (column, (label, width)) in (0..).zip(head) {
        sheet.write_string_with_format(0, column, label, &formats.head)?;
        sheet.set_column_width(column, width)?;
    }
    let items = content
        .dimensions
        .iter()
        .flat_map(|dimension| dimension.codes.iter().map(move |item| (dimension, item)));
    for (row, (dimension, item)) in (1..).zip(items) {
        sheet.write_string(row, 0, &dimension.label)?;
        sheet.write_string(row, 1, &item.code)?;
        sheet.write_string(row, 2, &item.label)?;
        if let Some(parent) = &item.parent {
            sheet.write_string(row, 3, parent)?;
        }
        for (column, day) in [(4, item.valid_from), (5, item.valid_until)] {
            if let Some(day) = day {
                sheet.write_datetime_with_format(row, column, &excel_day(day)?, &formats.day)?;
            }
        }
        if let Some(federal) = &item.federal {
            sheet.write_string(row, 6, &federal.code)?;
            sheet.write_string(row, 7, &federal.label)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_repeat_rows(0, 0)?;
    for_printing(sheet);
    Ok(())
}
