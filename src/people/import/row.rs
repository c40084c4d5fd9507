//! From the cells of a row to a person: every value is understood and plausible, or the row is refused
//! with all its problems at once.

use std::collections::BTreeMap;

use time::{Date, Duration, Month};
use unicode_normalization::UnicodeNormalization;

use super::mapping::Mapping;
use super::person::{Lookup, PersonRow};
use super::problem::{RowProblem, shown};
use super::records::RawRow;
use super::table::RawTable;
use super::target::Target;
use super::values::{Setting, Sex, key};
use crate::base::fold::number_key;
use crate::base::german::{DateInputError, parse_birth_date, parse_date};
use crate::base::ids::FacilityId;

/// Longest name, in characters.
const MAX_NAME_CHARS: usize = 100;
/// Longest number, in characters.
const MAX_NUMBER_CHARS: usize = 40;
/// Younger people are not criminally responsible (section 19 StGB).
const MIN_AGE_YEARS: i32 = 14;
/// A placement or release further ahead than this is a typing mistake.
const MAX_PLACEMENT_AHEAD: Duration = Duration::days(366);
const MAX_RELEASE_AHEAD: Duration = Duration::days(60 * 366);

const EXPECTED_DATE: &str = "ein Datum wie 24.11.2026";

/// Reads all rows of a list, in their order. A number that occurs twice refuses every row that has it,
/// because no rule can know which row is right. Check the mapping first ([`Mapping::check`]): what no
/// column holds is reported in every row.
pub fn read_rows(
    table: &RawTable,
    mapping: &Mapping,
    lookup: &Lookup,
) -> Vec<Result<PersonRow, Vec<RowProblem>>> {
    let mut lines_of_number: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    let mut read = Vec::with_capacity(table.rows.len());
    for row in &table.rows {
        let mut reader = RowReader {
            table,
            row,
            mapping,
            problems: Vec::new(),
        };
        let number = reader.number();
        let number_key = number.as_deref().map(number_key);
        if let Some(number_key) = &number_key {
            lines_of_number
                .entry(number_key.clone())
                .or_default()
                .push(row.line);
        }
        let person = reader.person(number, lookup);
        read.push((number_key, person, reader));
    }
    read.into_iter()
        .map(|(number_key, person, mut reader)| {
            let lines = number_key.and_then(|number_key| lines_of_number.get(&number_key));
            if let Some(lines) = lines.filter(|lines| lines.len() > 1) {
                reader.refuse_repeated_number(lines);
            }
            match person {
                Some(person) if reader.problems.is_empty() => Ok(person),
                _ => Err(reader.problems),
            }
        })
        .collect()
}

struct RowReader<'a> {
    table: &'a RawTable,
    row: &'a RawRow,
    mapping: &'a Mapping,
    problems: Vec<RowProblem>,
}

impl RowReader<'_> {
    /// The whole person, or `None` after at least one problem was noted.
    fn person(&mut self, number: Option<String>, lookup: &Lookup) -> Option<PersonRow> {
        if !self.has_right_width() {
            return None;
        }
        let family_name = self.name(Target::FamilyName);
        let given_name = self.name(Target::GivenName);
        let birth_date = self.birth_date(lookup.today);
        let sex = self.sex();
        let facility_id = self.facility(lookup);
        let placed_from = self.placed_from(birth_date, lookup.today);
        let expected_release = self.expected_release(placed_from, lookup.today);
        let setting = self.setting(lookup);
        let number = number?;
        Some(PersonRow {
            line: self.row.line,
            number_key: number_key(&number),
            number,
            family_name: family_name?,
            given_name: given_name?,
            birth_date: birth_date?,
            sex: sex?,
            facility_id: facility_id?,
            placed_from: placed_from?,
            expected_release: expected_release?,
            states_expected_release: self.mapping.column_of(Target::ExpectedRelease).is_some(),
            setting: setting?,
        })
    }

    fn refuse(&mut self, target: Target, expected: impl Into<String>, found: impl Into<String>) {
        let column = self
            .mapping
            .column_of(target)
            .and_then(|position| self.table.header.get(position))
            .filter(|name| !name.is_empty())
            .map_or_else(|| target.label().to_owned(), Clone::clone);
        self.refuse_column(column, expected, found);
    }

    fn refuse_column(
        &mut self,
        column: String,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) {
        let (expected, found) = (expected.into(), found.into());
        self.problems.push(RowProblem {
            line: self.row.line,
            column,
            expected,
            found,
        });
    }

    fn refuse_repeated_number(&mut self, lines: &[u32]) {
        let others: Vec<String> = lines.iter().map(u32::to_string).collect();
        let found = format!("dieselbe Nummer in den Zeilen {}", others.join(", "));
        self.refuse(Target::Number, "jede Nummer nur einmal in der Liste", found);
    }

    /// More filled cells than columns, text in a nameless column at the end, or so few cells that
    /// something required is cut off, mean that cells are shifted: then no cell of the row is believed.
    fn has_right_width(&mut self) -> bool {
        let columns = self.table.header.len();
        let cells = self.row.cells.len();
        let last_used = self
            .mapping
            .columns
            .iter()
            .rposition(Option::is_some)
            .unwrap_or(0);
        let names = self
            .table
            .header
            .iter()
            .map(String::as_str)
            .chain(std::iter::repeat(""));
        let surplus = names
            .zip(&self.row.cells)
            .skip(last_used + 1)
            .any(|(name, cell)| name.is_empty() && !cell.trim().is_empty());
        let cut_off = Target::ALL.into_iter().any(|target| {
            target.is_required()
                && self
                    .mapping
                    .column_of(target)
                    .is_some_and(|position| position >= cells)
        });
        if !surplus && !cut_off {
            return true;
        }
        self.problems.clear();
        let (expected, found) = if surplus {
            (
                "Text nur in Spalten mit Überschrift".to_owned(),
                "Text daneben".to_owned(),
            )
        } else {
            (format!("{columns} Felder"), format!("{cells} Felder"))
        };
        self.refuse_column("ganze Zeile".to_owned(), expected, found);
        false
    }

    /// The value of a cell, trimmed; `None` if there is no such column or nothing in it.
    fn value(&self, target: Target) -> Option<String> {
        let cell = self.row.cells.get(self.mapping.column_of(target)?)?;
        let cell = cell.replace(['\u{A0}', '\u{202F}'], " ");
        let cell = cell.trim();
        // Lists of refused rows, and some spreadsheets, mark harmless text by a leading apostrophe.
        let cell = match cell.strip_prefix('\'') {
            Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest,
            _ => cell,
        };
        (!cell.is_empty()).then(|| cell.to_owned())
    }

    /// The value of a required cell; notes a problem if it is missing.
    fn required(&mut self, target: Target, expected: &str) -> Option<String> {
        let value = self.value(target);
        if value.is_none() {
            self.refuse(target, expected, "nichts");
        }
        value
    }

    fn number(&mut self) -> Option<String> {
        let expected = "eine Nummer wie 1234-24";
        let value = self.required(Target::Number, expected)?;
        let fits = value.chars().count() <= MAX_NUMBER_CHARS
            && value.starts_with(char::is_alphanumeric)
            && value.chars().any(|char| char.is_ascii_digit())
            && value.chars().all(|char| {
                char.is_alphanumeric() || matches!(char, ' ' | '-' | '/' | '.' | '_' | '(' | ')')
            })
            && !number_key(&value).is_empty();
        if fits {
            return Some(value);
        }
        self.refuse(Target::Number, expected, shown(&value));
        None
    }

    fn name(&mut self, target: Target) -> Option<String> {
        let expected = "ein Name";
        let value = self.required(target, expected)?;
        if value.starts_with(['=', '+', '-', '@']) {
            self.refuse(target, "ein Name, keine Formel", shown(&value));
            return None;
        }
        if value.chars().count() > MAX_NAME_CHARS {
            let expected = format!("ein Name mit höchstens {MAX_NAME_CHARS} Zeichen");
            self.refuse(target, expected, shown(&value));
            return None;
        }
        if !value.chars().any(char::is_alphabetic) || !value.chars().all(is_name_char) {
            let expected = "ein Name aus Buchstaben, Leerzeichen, Bindestrich, Apostroph und Punkt";
            self.refuse(target, expected, shown(&value));
            return None;
        }
        // Composed and decomposed accents look the same and must be the same.
        let name: String = value.nfc().collect();
        Some(
            name.split(' ')
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" "),
        )
    }

    fn date(&mut self, target: Target, value: &str) -> Option<Date> {
        self.understood(target, value, parse_date(without_midnight(value)))
    }

    fn understood(
        &mut self,
        target: Target,
        value: &str,
        read: Result<Date, DateInputError>,
    ) -> Option<Date> {
        let hint = match read {
            Ok(date) => return Some(date),
            Err(DateInputError::NoSuchDay(_)) => " (diesen Tag gibt es nicht)",
            Err(DateInputError::BirthInFuture(_)) => " (in der Zukunft)",
            Err(DateInputError::BirthTooLongAgo(_)) => " (vor mehr als 110 Jahren)",
            Err(_) => "",
        };
        self.refuse(target, EXPECTED_DATE, shown(value) + hint);
        None
    }

    fn birth_date(&mut self, today: Date) -> Option<Date> {
        let target = Target::BirthDate;
        let value = self.required(target, EXPECTED_DATE)?;
        let read = parse_birth_date(without_midnight(&value), today);
        let date = self.understood(target, &value, read)?;
        if years_later(date, MIN_AGE_YEARS) > today {
            let expected = format!("eine Person von mindestens {MIN_AGE_YEARS} Jahren");
            self.refuse(target, expected, shown(&value));
            return None;
        }
        Some(date)
    }

    fn placed_from(&mut self, birth_date: Option<Date>, today: Date) -> Option<Date> {
        let target = Target::PlacedFrom;
        let value = self.required(target, EXPECTED_DATE)?;
        let date = self.date(target, &value)?;
        if birth_date.is_some_and(|birth_date| years_later(birth_date, MIN_AGE_YEARS) > date) {
            let expected = format!("ein Tag nach dem {MIN_AGE_YEARS}. Geburtstag");
            self.refuse(target, expected, shown(&value));
            return None;
        }
        if date - today > MAX_PLACEMENT_AHEAD {
            self.refuse(
                target,
                "ein Tag höchstens ein Jahr im Voraus",
                shown(&value),
            );
            return None;
        }
        Some(date)
    }

    /// The outer `None` means a problem, the inner one an open end.
    fn expected_release(&mut self, placed_from: Option<Date>, today: Date) -> Option<Option<Date>> {
        let target = Target::ExpectedRelease;
        let Some(value) = self.value(target) else {
            return Some(None);
        };
        // Systems that cannot leave a date empty write its highest value.
        let open_end = [
            "offen",
            "unbekannt",
            "lebenslang",
            "ka",
            "ll",
            "31129999",
            "99991231",
            "",
        ];
        if open_end.contains(&key(without_midnight(&value)).as_str()) {
            return Some(None);
        }
        let date = self.date(target, &value)?;
        if placed_from.is_some_and(|placed_from| date < placed_from) {
            self.refuse(target, "ein Tag nicht vor dem Zugang", shown(&value));
            return None;
        }
        if date - today > MAX_RELEASE_AHEAD {
            self.refuse(
                target,
                "ein Tag höchstens 60 Jahre im Voraus, oder „offen“",
                shown(&value),
            );
            return None;
        }
        Some(Some(date))
    }

    fn sex(&mut self) -> Option<Sex> {
        let Some(value) = self.value(Target::Sex) else {
            return Some(Sex::Unknown);
        };
        let sex = Sex::parse(&value);
        if sex.is_none() {
            self.refuse(Target::Sex, "m, w, d oder nichts", shown(&value));
        }
        sex
    }

    fn facility(&mut self, lookup: &Lookup) -> Option<FacilityId> {
        let target = Target::Facility;
        let expected = "Kürzel oder Name einer Einrichtung, für die Sie zuständig sind";
        match (self.value(target), lookup.default_facility) {
            (None, Some(default)) => Some(default),
            (None, None) => {
                self.refuse(target, expected, "nichts");
                None
            }
            (Some(value), _) => {
                let facility = lookup.facility(&value);
                if facility.is_none() {
                    self.refuse(target, expected, shown(&value));
                }
                facility
            }
        }
    }

    fn setting(&mut self, lookup: &Lookup) -> Option<Setting> {
        let target = Target::Setting;
        let labels = Setting::ALL.map(Setting::label).join(", ");
        let expected = format!("eine von: {labels}");
        match (self.value(target), lookup.default_setting) {
            (None, Some(default)) => Some(default),
            (None, None) => {
                self.refuse(target, expected, "nichts");
                None
            }
            (Some(value), _) => {
                let setting = Setting::parse(&value);
                if setting.is_none() {
                    self.refuse(target, expected, shown(&value));
                }
                setting
            }
        }
    }
}

/// Letters of any script with their accents, and what stands between parts of names.
fn is_name_char(char: char) -> bool {
    char.is_alphabetic()
        || ('\u{300}'..='\u{36F}').contains(&char)
        || matches!(
            char,
            ' ' | '-' | '‐' | '‑' | '\'' | '’' | '‘' | 'ʼ' | '`' | '´' | '.' | '·'
        )
}

/// A date without the midnight that spreadsheets and databases append to it.
fn without_midnight(value: &str) -> &str {
    [" 00:00:00", " 00:00", " 0:00", "T00:00:00"]
        .into_iter()
        .find_map(|midnight| value.strip_suffix(midnight))
        .unwrap_or(value)
        .trim_end()
}

/// The same day so many years later; for 29 February 1 March.
fn years_later(date: Date, years: i32) -> Date {
    let year = date.year().saturating_add(years);
    date.replace_year(year)
        .or_else(|_| Date::from_calendar_date(year, Month::March, 1))
        .unwrap_or(Date::MAX)
}
