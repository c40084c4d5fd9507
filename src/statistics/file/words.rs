//! What may stand in a file: code words, names, sentences, numbers, days. Nothing a spreadsheet could take for a
//! formula, a number or a date (OWASP ASVS 5.0, 1.2.10).

use time::{Date, Month};

pub use super::super::cube::is_code_word;

/// The sign of a hidden figure (Destatis: unknown or to be kept secret).
pub const HIDDEN_SIGN: &str = ".";

/// The sign of a figure that cannot be (Destatis: nothing there).
pub const NOTHING_SIGN: &str = "-";

/// The longest text of one field.
const LONGEST: usize = 4_000;

/// Months as a spreadsheet knows them; `mrz` is its short form of the third.
const MONTHS: [&str; 13] = [
    "januar",
    "februar",
    "märz",
    "mrz",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "dezember",
];

/// Whether a text is a sentence or paragraph: it begins with a letter, a digit or a quotation mark and has no control
/// signs.
pub fn is_text(text: &str) -> bool {
    let begins = |first: char| first.is_alphanumeric() || first == '„';
    text.starts_with(begins)
        && text.len() <= LONGEST
        && !text.contains(char::is_control)
        && text.trim_end() == text
}

/// Whether a text is a name that every spreadsheet leaves alone: a [text](is_text) with a word of two letters or more
/// that is neither a number (`1e5`) nor a date (`3. Mai`, `Mai 2026`).
pub fn is_name(text: &str) -> bool {
    let words: Vec<&str> = text
        .split(|sign: char| !sign.is_alphabetic())
        .filter(|word| word.chars().count() > 1)
        .collect();
    let month = |word: &str| {
        let word = word.to_lowercase();
        MONTHS
            .iter()
            .any(|month| *month == word || (word.chars().count() == 3 && month.starts_with(&word)))
    };
    let digits = text.contains(|sign: char| sign.is_ascii_digit());
    let date = digits && words.iter().all(|word| month(word));
    is_text(text) && !words.is_empty() && !date && text.parse::<f64>().is_err()
}

/// Whether a text is a code of a period: `2026`, `2026-H2`, `2026-Q3`.
pub fn is_period(text: &str) -> bool {
    let (year, part) = text.split_at_checked(4).unwrap_or(("", ""));
    let four_digits = year.len() == 4 && year.bytes().all(|digit| digit.is_ascii_digit());
    four_digits && matches!(part, "" | "-H1" | "-H2" | "-Q1" | "-Q2" | "-Q3" | "-Q4")
}

/// A day as `2026-10-15`.
pub fn iso(day: Date) -> String {
    format!(
        "{:04}-{:02}-{:02}",
        day.year(),
        u8::from(day.month()),
        day.day()
    )
}

/// The day of a text such as `2026-10-15`, in exactly this form.
pub fn parse_iso(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
    let date = Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()?;
    (iso(date) == text).then_some(date)
}

/// A figure with its decimals: `12,50`.
pub fn decimal(value: u64, decimals: u8, sign: char) -> String {
    let Some(unit) = 10_u64
        .checked_pow(u32::from(decimals))
        .filter(|_| decimals > 0)
    else {
        return value.to_string();
    };
    let width = usize::from(decimals);
    format!("{}{sign}{:0width$}", value / unit, value % unit)
}

/// The figure written by [`decimal`], if it is written exactly so.
pub fn parse_decimal(text: &str, decimals: u8, sign: char) -> Option<u64> {
    let digits: String = text.chars().filter(|letter| *letter != sign).collect();
    let value: u64 = digits.parse().ok()?;
    (decimal(value, decimals, sign) == text).then_some(value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;

    #[test]
    fn names_are_nothing_a_spreadsheet_reinterprets() {
        for good in [
            "JVA Görlitz",
            "14 bis 17 Jahre",
            "3. Quartal 2026",
            "Säule 1: Dialog",
            "Märkischer Verein",
            "Augsburg 2",
            "Jugendliche 14 bis 17",
        ] {
            assert!(is_name(good), "{good}");
        }
        for bad in [
            "",
            " JVA",
            "=1+1",
            "+49 351",
            "-",
            "-JVA",
            "@SUM(A1)",
            "\tJVA",
            "\rJVA",
            "'JVA",
            "\"JVA\"",
            "JVA\nGörlitz",
            "14",
            "14-17",
            "3/4",
            "1e5",
            "1.2.2026",
            "3. Mai",
            "Mai 2026",
            "März 3",
            "JVA ",
            "NaN",
            "infinity",
        ] {
            assert!(!is_name(bad), "{bad}");
        }
    }

    #[test]
    fn days_and_periods_have_one_form() {
        assert_eq!(parse_iso("2026-10-15"), Some(date!(2026 - 10 - 15)));
        for bad in [
            "2026-1-1",
            "2026-13-01",
            "2026-02-30",
            "15.10.2026",
            "",
            "=1",
            "2026-10-15-1",
        ] {
            assert_eq!(parse_iso(bad), None, "{bad}");
        }
        for good in ["2026", "2026-H1", "2026-Q4"] {
            assert!(is_period(good));
        }
        for bad in [
            "", "26", "2026-Q0", "2026-Q5", "2026Q3", "2026-H3", "=026-Q3", "ä026",
        ] {
            assert!(!is_period(bad), "{bad}");
        }
    }

    #[test]
    fn decimals_are_written_with_their_zeros() {
        assert_eq!(decimal(1250, 2, ','), "12,50");
        assert_eq!(decimal(5, 2, ','), "0,05");
        assert_eq!(decimal(7, 0, ','), "7");
        for bad in [
            "12,5", "012,50", "1250", "+12,50", "12.50", "", ",50", "1,250",
        ] {
            assert_eq!(parse_decimal(bad, 2, ','), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn figures_are_read_back(value in any::<u64>(), decimals in 0_u8..5) {
            for sign in [',', '.'] {
                prop_assert_eq!(parse_decimal(&decimal(value, decimals, sign), decimals, sign), Some(value));
            }
        }

        #[test]
        fn no_name_begins_like_a_formula(text in "\\PC{0,12}") {
            if is_name(&text) {
                prop_assert!(!text.starts_with(['=', '+', '-', '@', '\t', '\r', '\'', '"', '.']));
                prop_assert!(text.replace(',', ".").parse::<f64>().is_err());
            }
        }
    }
}
