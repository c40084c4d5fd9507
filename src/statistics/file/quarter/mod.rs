//! The file handed to KORA: one line for each cell, in the long format of the
//! German statistical offices (modelled on GENESIS ffcsv), `;`, UTF-8 with
//! byte order mark, CRLF. It holds code words and numbers only, never a name
//! or free text, so that a spreadsheet finds nothing to run or to reinterpret.
//! The same release always gives the same bytes.

mod definitions;
#[cfg(test)]
mod example_tests;

use std::collections::BTreeSet;

use thiserror::Error;

use crate::statistics::cube::{Measure, is_code_word};
use crate::statistics::disclosure::{Published, PublishedValue};

use super::readable::BYTE_ORDER_MARK;
use super::words::HIDDEN_SIGN;

pub use definitions::definitions_text;

/// The columns of the file, in their order. Part of the format.
pub const COLUMNS: [&str; 9] = [
    "zeitraum",
    "stand",
    "version",
    "ebene",
    "saeule",
    "massnahme",
    "merkmal",
    "wert",
    "wert_q",
];

/// Quality of a hidden figure: "geheim gehalten".
pub const QUALITY_HIDDEN: &str = "g";

/// Quality of a published figure: "exakt", neither rounded nor altered, as
/// it stood on the cut-off day.
pub const QUALITY_EXACT: &str = "e";

/// What identifies a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseMeta {
    /// The quarter, such as `2026-Q3`.
    pub period: String,
    /// Day up to which entries were taken into account, such as `2026-10-15`.
    pub cut_off: String,
    /// 1 for the first release of the period, one more for each correction.
    pub version: u32,
}

/// Why a file cannot be written or is not a KORA file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum QuarterFileError {
    /// The period is not a quarter.
    #[error("„{0}“ ist kein Quartal in der Form 2026-Q3.")]
    Period(String),
    /// The cut-off day is not an ISO date.
    #[error("„{0}“ ist kein Datum in der Form 2026-10-15.")]
    CutOff(String),
    /// The version is not a number from 1.
    #[error("„{0}“ ist keine Version; Versionen sind Zahlen ab 1.")]
    Version(String),
    /// A word that may not stand in a release.
    #[error("„{0}“ ist kein zulässiges Schlüsselwort.")]
    Word(String),
    /// Byte order mark, line ends or header are not those of the format.
    #[error(
        "Die Datei hat nicht das Format der KORA-Datei (UTF-8 mit BOM, CRLF, vorgeschriebene Kopfzeile)."
    )]
    Format,
    /// The file holds no figures.
    #[error("Die Datei enthält keine Werte.")]
    Empty,
    /// A line that cannot be read; counted from 1 with the header.
    #[error("Zeile {line} ist nicht lesbar oder widerspricht den anderen Zeilen.")]
    Line {
        /// Number of the line.
        line: usize,
    },
    /// The CSV library gave up.
    #[error("Die Datei konnte nicht geschrieben werden: {0}")]
    Write(String),
}

/// The KORA file of a protected table. Writing the same table under the same
/// meta data gives the same bytes.
pub fn write_kora_csv(
    published: &Published,
    meta: &ReleaseMeta,
) -> Result<Vec<u8>, QuarterFileError> {
    check_meta(meta)?;
    let mut writer = csv::WriterBuilder::new()
        .delimiter(b';')
        .terminator(csv::Terminator::CRLF)
        .from_writer(BYTE_ORDER_MARK.to_vec());
    let failed = |error: csv::Error| QuarterFileError::Write(error.to_string());
    writer.write_record(COLUMNS).map_err(failed)?;
    let version = meta.version.to_string();
    for cell in published.cells() {
        let row = cell.row();
        let words = [
            row.level_code(),
            row.pillar_code(),
            row.programme_code(),
            cell.measure().code(),
        ];
        for word in words {
            check_word(word)?;
        }
        let (value, quality) = match cell.value() {
            PublishedValue::Number(number) => (number.to_string(), QUALITY_EXACT),
            PublishedValue::Hidden => (HIDDEN_SIGN.to_owned(), QUALITY_HIDDEN),
        };
        let [level, pillar, programme, measure] = words;
        writer
            .write_record([
                meta.period.as_str(),
                meta.cut_off.as_str(),
                version.as_str(),
                level,
                pillar,
                programme,
                measure,
                value.as_str(),
                quality,
            ])
            .map_err(failed)?;
    }
    writer
        .into_inner()
        .map_err(|error| QuarterFileError::Write(error.to_string()))
}

/// One line of a KORA file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadLine {
    /// `gesamt`, `saeule` or `massnahme`.
    pub level: String,
    /// Code word of the pillar, or `gesamt`.
    pub pillar: String,
    /// Code word of the programme, or `gesamt`.
    pub programme: String,
    /// Code word of the measure.
    pub measure: String,
    /// The figure; `None` when it is kept secret.
    pub value: Option<u64>,
}

/// A KORA file as read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadRelease {
    /// What identifies the release.
    pub meta: ReleaseMeta,
    /// The lines in the order of the file; no two are about the same cell.
    pub lines: Vec<ReadLine>,
}

/// Reads a KORA file, strictly: whatever [`write_kora_csv`] would not write is
/// an error. What the rows mean to each other is not judged here.
pub fn read_kora_csv(bytes: &[u8]) -> Result<ReadRelease, QuarterFileError> {
    let text = bytes
        .strip_prefix(BYTE_ORDER_MARK)
        .ok_or(QuarterFileError::Format)?;
    let text = std::str::from_utf8(text).map_err(|_| QuarterFileError::Format)?;
    // Code words and numbers need no quotes, so a line is a line.
    let body = text.strip_suffix("\r\n").ok_or(QuarterFileError::Format)?;
    let mut lines = body.split("\r\n");
    if lines.next() != Some(COLUMNS.join(";").as_str()) {
        return Err(QuarterFileError::Format);
    }
    let mut meta: Option<ReleaseMeta> = None;
    let mut read = Vec::new();
    let mut known = BTreeSet::new();
    for (position, line) in lines.enumerate() {
        let number = position + 2;
        let unreadable = QuarterFileError::Line { line: number };
        let fields: Vec<&str> = line.split(';').collect();
        let Ok(
            [
                period,
                cut_off,
                version,
                level,
                pillar,
                programme,
                measure,
                value,
                quality,
            ],
        ) = <[&str; 9]>::try_from(fields)
        else {
            return Err(unreadable);
        };
        let line_meta = ReleaseMeta {
            period: period.to_owned(),
            cut_off: cut_off.to_owned(),
            version: canonical_number(version)
                .and_then(|version| u32::try_from(version).ok())
                .ok_or_else(|| QuarterFileError::Version(version.to_owned()))?,
        };
        check_meta(&line_meta)?;
        if *meta.get_or_insert_with(|| line_meta.clone()) != line_meta {
            return Err(unreadable);
        }
        for word in [level, pillar, programme, measure] {
            check_word(word)?;
        }
        let value = match (value, quality) {
            (HIDDEN_SIGN, QUALITY_HIDDEN) => None,
            (number, QUALITY_EXACT) => Some(canonical_number(number).ok_or(unreadable.clone())?),
            _ => return Err(unreadable),
        };
        if Measure::from_code(measure).is_none()
            || !known.insert((level, pillar, programme, measure))
        {
            return Err(unreadable);
        }
        read.push(ReadLine {
            level: level.to_owned(),
            pillar: pillar.to_owned(),
            programme: programme.to_owned(),
            measure: measure.to_owned(),
            value,
        });
    }
    Ok(ReadRelease {
        meta: meta.ok_or(QuarterFileError::Empty)?,
        lines: read,
    })
}

fn check_meta(meta: &ReleaseMeta) -> Result<(), QuarterFileError> {
    if !matches!(meta.period.as_bytes(),
        [year @ .., b'-', b'Q', b'1'..=b'4'] if year.len() == 4 && all_digits(year))
    {
        return Err(QuarterFileError::Period(meta.period.clone()));
    }
    if !is_iso_date(&meta.cut_off) {
        return Err(QuarterFileError::CutOff(meta.cut_off.clone()));
    }
    if meta.version == 0 {
        return Err(QuarterFileError::Version(meta.version.to_string()));
    }
    Ok(())
}

fn check_word(word: &str) -> Result<(), QuarterFileError> {
    if is_code_word(word) {
        Ok(())
    } else {
        Err(QuarterFileError::Word(word.to_owned()))
    }
}

fn all_digits(bytes: &[u8]) -> bool {
    bytes.iter().all(u8::is_ascii_digit)
}

/// Whether the text has the form of an ISO date and a month and day that exist in some month.
fn is_iso_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else {
        return false;
    };
    let within = |part: &str, largest: u8| {
        part.len() == 2
            && all_digits(part.as_bytes())
            && part
                .parse::<u8>()
                .is_ok_and(|number| (1..=largest).contains(&number))
    };
    year.len() == 4 && all_digits(year.as_bytes()) && within(month, 12) && within(day, 31)
}

/// A number written the one way the writer writes it.
fn canonical_number(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::cube::{Count, ProgrammeLine, quarter_table};
    use crate::statistics::disclosure::{Rule, protect};

    fn published() -> Published {
        let line = |code: &str, pillar: &str| ProgrammeLine {
            code: code.to_owned(),
            label: "=Name mit Umlaut ä".to_owned(),
            pillar_code: pillar.to_owned(),
            pillar_label: "Säule".to_owned(),
        };
        let count = |code: &str, value| Count {
            programme_code: code.to_owned(),
            measure: Measure::PersonsStarted,
            value,
        };
        let table = quarter_table(
            &[line("a", "s2"), line("b", "s2"), line("c", "s3")],
            &[count("a", 3), count("b", 9), count("c", 6)],
        );
        protect(table.expect("valid"), &Rule::default()).expect("protectable")
    }

    fn meta() -> ReleaseMeta {
        ReleaseMeta {
            period: "2026-Q3".to_owned(),
            cut_off: "2026-10-15".to_owned(),
            version: 1,
        }
    }

    fn text() -> String {
        String::from_utf8(write_kora_csv(&published(), &meta()).expect("written")).expect("UTF-8")
    }

    #[test]
    fn writes_the_documented_format() {
        let text = text();
        let started: Vec<&str> = text
            .split("\r\n")
            .filter(|line| line.contains("personen_begonnen"))
            .collect();
        assert!(text.starts_with(
            "\u{feff}zeitraum;stand;version;ebene;saeule;massnahme;merkmal;wert;wert_q\r\n"
        ));
        assert!(text.ends_with("\r\n"));
        assert_eq!(
            started,
            [
                "2026-Q3;2026-10-15;1;gesamt;gesamt;gesamt;personen_begonnen;18;e",
                "2026-Q3;2026-10-15;1;saeule;s2;gesamt;personen_begonnen;12;e",
                "2026-Q3;2026-10-15;1;massnahme;s2;a;personen_begonnen;.;g",
                "2026-Q3;2026-10-15;1;massnahme;s2;b;personen_begonnen;.;g",
                "2026-Q3;2026-10-15;1;saeule;s3;gesamt;personen_begonnen;6;e",
                "2026-Q3;2026-10-15;1;massnahme;s3;c;personen_begonnen;6;e",
            ]
        );
    }

    #[test]
    fn names_never_reach_the_file() {
        assert!(text().trim_start_matches('\u{feff}').is_ascii());
    }

    #[test]
    fn reads_back_what_it_wrote() {
        let read = read_kora_csv(text().as_bytes()).expect("readable");
        assert_eq!(read.meta, meta());
        assert_eq!(read.lines.len(), published().cells().len());
        for (line, cell) in read.lines.iter().zip(published().cells()) {
            let expected = match cell.value() {
                PublishedValue::Number(number) => Some(number),
                PublishedValue::Hidden => None,
            };
            assert_eq!(line.value, expected);
            assert_eq!(line.level, cell.row().level_code());
            assert_eq!(line.programme, cell.row().programme_code());
            assert_eq!(line.measure, cell.measure().code());
        }
    }

    #[test]
    fn refuses_to_read_anything_else() {
        let good = text();
        let spoilt = [
            good.trim_start_matches('\u{feff}').to_owned(),
            good.replace("\r\n", "\n"),
            good.trim_end().to_owned(),
            good.replace("wert_q", "quality"),
            good.replace(";18;e", ";018;e"),
            good.replace(";18;e", ";+18;e"),
            good.replace(";18;e", ";;e"),
            good.replace(";18;e", ";18;g"),
            good.replace(";18;e", ";18"),
            good.replace(".;g", ".;e"),
            good.replace(";a;", ";=a;"),
            good.replace(";a;", ";\"a\";"),
            good.replace(";a;", ";b;"),
            good.replace("personen_begonnen", "personen_geboren"),
            good.replacen("2026-Q3", "2026-Q4", 1),
            good.replace("2026-Q3", "2026-Q5"),
            good.replace("2026-10-15", "15.10.2026"),
            good.replace(";1;gesamt", ";0;gesamt"),
            "\u{feff}zeitraum;stand;version;ebene;saeule;massnahme;merkmal;wert;wert_q\r\n"
                .to_owned(),
        ];
        for (position, bad) in spoilt.iter().enumerate() {
            assert_ne!(*bad, good, "case {position} changes nothing");
            assert!(read_kora_csv(bad.as_bytes()).is_err(), "case {position}");
        }
    }

    #[test]
    fn refuses_meta_data_that_could_be_read_as_something_else() {
        let written = |change: &dyn Fn(&mut ReleaseMeta)| {
            let mut changed = meta();
            change(&mut changed);
            write_kora_csv(&published(), &changed)
        };
        for period in ["", "2026-Q0", "2026Q3", "=026-Q3", "2026-H1"] {
            assert_eq!(
                written(&|meta| meta.period = period.to_owned()),
                Err(QuarterFileError::Period(period.to_owned()))
            );
        }
        for day in ["", "2026-13-01", "2026-1-1", "=1+1", "2026-10-15-1"] {
            assert_eq!(
                written(&|meta| meta.cut_off = day.to_owned()),
                Err(QuarterFileError::CutOff(day.to_owned()))
            );
        }
        assert!(written(&|meta| meta.version = 0).is_err());
    }
}
