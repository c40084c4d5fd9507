//! Reading values out of a form: each helper trims, checks, and records a German sentence beside the field when it
//! cannot return a value.

use std::fmt;
use std::ops::RangeInclusive;

use time::Date;
use uuid::Uuid;

use super::Form;
use crate::base::german;
use crate::base::time::MinuteOfDay;

impl Form {
    /// One line of text that must not be empty; trimmed, at most `max_len` characters.
    /// `None` means an error was recorded.
    pub fn required_text(&mut self, field: &str, label: &str, max_len: usize) -> Option<String> {
        self.text(field, label, max_len, Lines::One, Need::Required)
    }

    /// One line of text that may be empty. `None` means empty, or that an error was recorded.
    pub fn optional_text(&mut self, field: &str, label: &str, max_len: usize) -> Option<String> {
        self.text(field, label, max_len, Lines::One, Need::Optional)
    }

    /// Text of several lines that must not be empty; line ends are turned into `\n`.
    pub fn required_multiline(
        &mut self,
        field: &str,
        label: &str,
        max_len: usize,
    ) -> Option<String> {
        self.text(field, label, max_len, Lines::Many, Need::Required)
    }

    /// Text of several lines that may be empty; line ends are turned into `\n`.
    pub fn optional_multiline(
        &mut self,
        field: &str,
        label: &str,
        max_len: usize,
    ) -> Option<String> {
        self.text(field, label, max_len, Lines::Many, Need::Optional)
    }

    /// A date that must be given, in any German spelling [`german::parse_date`] knows.
    pub fn required_date(&mut self, field: &str, label: &str) -> Option<Date> {
        let typed = self.required_input(field, label)?;
        self.parsed(field, label, german::parse_date(&typed))
    }

    /// A date that may be missing.
    pub fn optional_date(&mut self, field: &str, label: &str) -> Option<Date> {
        let typed = self.input(field)?;
        self.parsed(field, label, german::parse_date(&typed))
    }

    /// A date in planning; years that cannot be meant are refused ([`german::parse_planning_date`]).
    pub fn required_planning_date(&mut self, field: &str, label: &str) -> Option<Date> {
        let typed = self.required_input(field, label)?;
        self.parsed(field, label, german::parse_planning_date(&typed))
    }

    /// A date in planning that may be missing.
    pub fn optional_planning_date(&mut self, field: &str, label: &str) -> Option<Date> {
        let typed = self.input(field)?;
        self.parsed(field, label, german::parse_planning_date(&typed))
    }

    /// A date of birth, where a year of two digits means the past and the future is refused (seen from `today`).
    pub fn birth_date(&mut self, field: &str, label: &str, today: Date) -> Option<Date> {
        let typed = self.required_input(field, label)?;
        self.parsed(field, label, german::parse_birth_date(&typed, today))
    }

    /// A time of day in Berlin that must be given, in any spelling [`german::parse_time`] knows.
    pub fn required_time(&mut self, field: &str, label: &str) -> Option<MinuteOfDay> {
        let typed = self.required_input(field, label)?;
        self.parsed(field, label, german::parse_time(&typed))
    }

    /// A time of day in Berlin that may be missing.
    pub fn optional_time(&mut self, field: &str, label: &str) -> Option<MinuteOfDay> {
        let typed = self.input(field)?;
        self.parsed(field, label, german::parse_time(&typed))
    }

    /// A whole number within `range` that must be given.
    pub fn required_number(
        &mut self,
        field: &str,
        label: &str,
        range: RangeInclusive<i64>,
    ) -> Option<i64> {
        let typed = self.required_input(field, label)?;
        self.number(field, label, &typed, range)
    }

    /// A whole number within `range` that may be missing.
    pub fn optional_number(
        &mut self,
        field: &str,
        label: &str,
        range: RangeInclusive<i64>,
    ) -> Option<i64> {
        let typed = self.input(field)?;
        self.number(field, label, &typed, range)
    }

    /// One of the `allowed` values (radios, select) that must be chosen.
    pub fn choice(&mut self, field: &str, label: &str, allowed: &[&str]) -> Option<String> {
        let chosen = self.optional_choice(field, label, allowed);
        if chosen.is_none() {
            self.reject(
                field,
                format!("Bitte bei „{label}“ eine Möglichkeit auswählen."),
            );
        }
        chosen
    }

    /// One of the `allowed` values, or none. A value that is not offered is an error.
    pub fn optional_choice(
        &mut self,
        field: &str,
        label: &str,
        allowed: &[&str],
    ) -> Option<String> {
        let typed = self.input(field)?;
        if allowed.contains(&typed.as_str()) {
            return Some(typed);
        }
        self.reject(field, not_offered(label));
        None
    }

    /// The chosen values of a group of check boxes, each one of `allowed`; an unknown value is an error.
    pub fn choices(&mut self, field: &str, label: &str, allowed: &[&str]) -> Vec<String> {
        let typed = self.values(field).to_vec();
        if typed.iter().any(|value| !allowed.contains(&value.as_str())) {
            self.reject(field, not_offered(label));
            return Vec::new();
        }
        typed
    }

    /// The identifier of an object that must be chosen from a list.
    pub fn uuid(&mut self, field: &str, label: &str) -> Option<Uuid> {
        let chosen = self.optional_uuid(field, label);
        if chosen.is_none() {
            self.reject(field, format!("Bitte „{label}“ auswählen."));
        }
        chosen
    }

    /// The identifier of an object chosen from a list, or none.
    pub fn optional_uuid(&mut self, field: &str, label: &str) -> Option<Uuid> {
        let typed = self.input(field)?;
        let parsed = Uuid::try_parse(&typed).ok();
        if parsed.is_none() {
            self.reject(field, not_offered(label));
        }
        parsed
    }

    /// Whether a check box is ticked. An unticked box is not posted at all; the values "" and "0" count as unticked.
    pub fn checked(&self, field: &str) -> bool {
        !matches!(self.value(field), "" | "0")
    }

    /// The number in a hidden field, such as the version of an optimistic lock. Records no error: a form without it
    /// was not made by this product.
    pub fn hidden_number(&self, field: &str) -> Option<i64> {
        self.value(field).trim().parse().ok()
    }

    fn input(&self, field: &str) -> Option<String> {
        let trimmed = self.value(field).trim();
        (!trimmed.is_empty()).then(|| trimmed.to_owned())
    }

    fn required_input(&mut self, field: &str, label: &str) -> Option<String> {
        let typed = self.input(field);
        if typed.is_none() {
            self.reject(field, missing(label));
        }
        typed
    }

    fn parsed<T, E: fmt::Display>(
        &mut self,
        field: &str,
        label: &str,
        result: Result<T, E>,
    ) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                self.reject(field, format!("„{label}“: {error}"));
                None
            }
        }
    }

    fn number(
        &mut self,
        field: &str,
        label: &str,
        typed: &str,
        range: RangeInclusive<i64>,
    ) -> Option<i64> {
        match typed.parse::<i64>() {
            Ok(number) if range.contains(&number) => Some(number),
            _ => {
                let (low, high) = (range.start(), range.end());
                self.reject(
                    field,
                    format!("„{label}“: Bitte eine ganze Zahl von {low} bis {high} eingeben."),
                );
                None
            }
        }
    }

    fn text(
        &mut self,
        field: &str,
        label: &str,
        max_len: usize,
        lines: Lines,
        need: Need,
    ) -> Option<String> {
        // Browsers post \r\n; a tab comes with text copied from a spreadsheet and means a gap.
        let text = self.value(field).replace("\r\n", "\n").replace('\t', " ");
        let text = text.trim();
        if text.is_empty() {
            if need == Need::Required {
                self.reject(field, missing(label));
            }
            return None;
        }
        if text
            .chars()
            .any(|sign| is_forbidden(sign) && !(lines == Lines::Many && sign == '\n'))
        {
            self.reject(
                field,
                format!("„{label}“ enthält unsichtbare Steuerzeichen. Bitte den Text neu eintippen statt einzufügen."),
            );
            return None;
        }
        let length = text.chars().count();
        if length > max_len {
            self.reject(
                field,
                format!(
                    "„{label}“ ist zu lang: höchstens {max_len} Zeichen, eingegeben sind {length}."
                ),
            );
            return None;
        }
        Some(text.to_owned())
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Lines {
    One,
    Many,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    Required,
    Optional,
}

fn missing(label: &str) -> String {
    format!("Bitte „{label}“ angeben.")
}

fn not_offered(label: &str) -> String {
    format!("Bitte bei „{label}“ einen Wert aus der Liste auswählen.")
}

/// Control characters, and the signs that turn the writing direction: they let a text look different from what it is
/// (Unicode Technical Report 36, "bidirectional text spoofing").
fn is_forbidden(sign: char) -> bool {
    sign.is_control()
        || matches!(sign, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(name: &str, value: &str) -> Form {
        Form::empty().with(name, value)
    }

    #[test]
    fn keeps_what_was_typed_and_returns_it_trimmed() {
        let mut form = typed("family_name", "  Müller-Lüdenscheidt ");
        assert_eq!(
            form.required_text("family_name", "Nachname", 80).as_deref(),
            Some("Müller-Lüdenscheidt")
        );
        assert_eq!(form.value("family_name"), "  Müller-Lüdenscheidt ");
        assert!(!form.has_errors());
    }

    #[test]
    fn says_what_is_missing_in_the_order_of_reading() {
        let mut form = Form::empty();
        assert_eq!(form.required_text("a", "Nachname", 80), None);
        assert_eq!(form.choice("b", "Status", &["open"]), None);
        assert_eq!(form.uuid("c", "Anstalt"), None);
        let fields: Vec<_> = form.errors().iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["a", "b", "c"]);
        assert_eq!(form.error_of("a"), Some("Bitte „Nachname“ angeben."));
    }

    #[test]
    fn empty_optional_fields_are_no_error() {
        let mut form = typed("note", "   ");
        assert_eq!(form.optional_text("note", "Bemerkung", 10), None);
        assert_eq!(form.optional_date("day", "Tag"), None);
        assert_eq!(form.optional_number("count", "Anzahl", 1..=3), None);
        assert_eq!(form.optional_uuid("room", "Raum"), None);
        assert!(!form.has_errors());
    }

    #[test]
    fn length_counts_characters_and_names_the_limit() {
        let mut form = typed("note", "äöü");
        assert_eq!(
            form.optional_text("note", "Bemerkung", 3).as_deref(),
            Some("äöü")
        );
        assert_eq!(form.optional_text("note", "Bemerkung", 2), None);
        assert_eq!(
            form.error_of("note"),
            Some("„Bemerkung“ ist zu lang: höchstens 2 Zeichen, eingegeben sind 3.")
        );
    }

    #[test]
    fn refuses_control_signs_but_allows_lines_where_asked() {
        for sign in ['\u{0}', '\u{7}', '\u{1b}', '\u{85}', '\u{202e}', '\n'] {
            let mut form = typed("note", &format!("a{sign}b"));
            assert_eq!(
                form.optional_text("note", "Bemerkung", 9),
                None,
                "{sign:?} passed"
            );
            assert!(form.has_errors());
        }
        let mut form = typed("note", "a\r\nb\tc");
        assert_eq!(
            form.optional_multiline("note", "Bemerkung", 9).as_deref(),
            Some("a\nb c")
        );
    }

    #[test]
    fn numbers_stay_in_their_range() {
        for (text, expected) in [
            ("1", Some(1)),
            ("40", Some(40)),
            ("0", None),
            ("41", None),
            ("4,5", None),
            ("vier", None),
        ] {
            let mut form = typed("count", text);
            assert_eq!(
                form.required_number("count", "Anzahl", 1..=40),
                expected,
                "{text}"
            );
            assert_eq!(form.has_errors(), expected.is_none());
        }
    }

    #[test]
    fn a_value_that_was_not_offered_is_refused() {
        let mut form = typed("status", "geheim");
        assert_eq!(form.choice("status", "Status", &["offen"]), None);
        assert_eq!(
            form.error_of("status"),
            Some("Bitte bei „Status“ einen Wert aus der Liste auswählen.")
        );
        let mut form = typed("day", "so");
        assert!(form.choices("day", "Wochentage", &["mo", "di"]).is_empty());
        assert!(form.has_errors());
    }

    #[test]
    fn reads_dates_and_times_in_german() {
        let mut form = typed("day", "24.11.2026").with("from", "14:00");
        let day = form.required_date("day", "Tag");
        let from = form.required_time("from", "Beginn");
        assert_eq!(day.map(|d| (d.year(), d.ordinal())), Some((2026, 328)));
        assert_eq!(from.map(|t| (t.hour(), t.minute())), Some((14, 0)));
        let mut wrong = typed("day", "31.02.2026");
        assert_eq!(wrong.required_date("day", "Tag"), None);
        assert!(wrong.error_of("day").is_some_and(|m| m.contains("Tag")));
    }

    #[test]
    fn hidden_numbers_and_check_boxes() {
        let form = typed("version", "7").with("agreed", "1").with("off", "0");
        assert_eq!(form.hidden_number("version"), Some(7));
        assert_eq!(form.hidden_number("agreed_on"), None);
        assert!(form.checked("agreed") && !form.checked("off") && !form.checked("none"));
    }
}
