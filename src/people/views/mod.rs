//! Pages of people.

pub(super) mod absence;
pub(super) mod export;
pub(super) mod imports;
pub(super) mod list;
pub(super) mod master;
pub(super) mod person;
pub(super) mod placement;
pub(super) mod viewers;

use time::Date;

use super::PersonHead;
use super::rules::setting_label;
use crate::base::german;

/// A day, or a dash.
fn day(day: Option<Date>) -> String {
    day.map_or_else(|| "–".to_owned(), german::date)
}

/// The ways from the list to a person's pages.
fn crumbs(head: &PersonHead) -> Vec<(String, String)> {
    vec![
        ("Personen".into(), "/personen".into()),
        (head.name(), format!("/personen/{}", head.id)),
    ]
}

/// Who the page is about, in one line: name, number, birth date, place.
fn identity(head: &PersonHead) -> String {
    let mut parts: Vec<String> = head.number.iter().cloned().collect();
    parts.extend(
        head.birth_date
            .map(|birth| format!("geboren {}", german::date(birth))),
    );
    parts.extend(head.facility_name.clone());
    parts.extend(
        head.setting
            .as_deref()
            .map(|code| setting_label(code).to_owned()),
    );
    parts.join(" · ")
}

/// Values and labels as a select wants them.
fn options(list: &[(String, String)]) -> Vec<(&str, &str)> {
    list.iter()
        .map(|(value, label)| (value.as_str(), label.as_str()))
        .collect()
}
