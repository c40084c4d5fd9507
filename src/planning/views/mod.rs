//! Pages of planning.

pub(super) mod half_year;
pub(super) mod land;
pub(super) mod propose;
pub(super) mod repair;
pub(super) mod talks;
pub(crate) mod why;

use maud::{Markup, html};
use time::Date;

use crate::base::german;
use crate::base::time::MinuteOfDay;
use crate::planning::rules::Template;

/// "13:00–16:30 Uhr".
fn span(from: u16, to: u16) -> String {
    let minute = |value: u16| MinuteOfDay::new(value).unwrap_or(MinuteOfDay::MIDNIGHT);
    german::time_range(minute(from), minute(to))
}

/// "dienstags" for 1.
fn weekly(weekday: u8) -> String {
    let name = german::weekday_name(time::Weekday::Monday.nth_next(weekday));
    format!("{}s", name.to_lowercase())
}

/// "Di., 12.01.2027 bis Di., 15.06.2027".
fn from_to(days: &[Date]) -> String {
    match (days.first(), days.last()) {
        (Some(first), Some(last)) => format!(
            "{} bis {}",
            german::weekday_date(*first),
            german::weekday_date(*last)
        ),
        _ => "–".to_owned(),
    }
}

/// "3 Stunden 20 Minuten" of so many minutes.
fn road(minutes: u64) -> String {
    german::duration_minutes(u32::try_from(minutes).unwrap_or(u32::MAX))
}

/// Why nothing is computed for some templates.
fn unplanned(templates: &[Template]) -> Markup {
    html! {
        @if !templates.is_empty() {
            details {
                summary { "Vorlagen, für die nichts berechnet wird (" (templates.len()) ")" }
                ul {
                    @for template in templates {
                        li { strong { (template.name) } ": " (template.unfit().unwrap_or_default()) }
                    }
                }
                p { "Gruppen nach diesen Vorlagen planen Sie selbst: " a href="/gruppen/neu" { "Gruppe planen" } "." }
            }
        }
    }
}
