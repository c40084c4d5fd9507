//! The page of past work.

use maud::{Markup, html};

use super::store::PastLine;
use crate::access::Role;
use crate::base::german;
use crate::store::{Cursor, Page};
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{Column, Pager, empty_state, pager, pager_below, table};

/// A label that stays the same and tells nothing: the beginning of a random id.
fn label(line: &PastLine) -> String {
    let id = line.about.simple().to_string().to_uppercase();
    let start: String = id.chars().take(8).collect();
    match line.kind.as_str() {
        "group" => format!("Gruppe {start}"),
        _ => format!("Fall {start}"),
    }
}

/// Dates, places and labels.
pub(super) fn past(frame: &Frame, page: &Page<PastLine>, role: Role) -> Markup {
    let address = |cursor: &Cursor| {
        format!(
            "/fruehere-termine?{}",
            serde_urlencoded::to_string([("ab", cursor.to_string())]).unwrap_or_default()
        )
    };
    let way = Pager {
        previous: page.previous.as_ref().map(address),
        next: page.next.as_ref().map(address),
        text: german::plural(page.rows.len() as u64, "Termin", "Termine")
            + if page.previous.is_some() || page.next.is_some() {
                " auf dieser Seite"
            } else {
                ""
            },
    };
    let rows = page
        .rows
        .iter()
        .map(|line| {
            let minutes = u32::try_from(line.minutes).unwrap_or(0);
            vec![
                html! { (german::weekday_date(line.day)) },
                html! { (line.facility_name) },
                html! { (label(line)) },
                html! { (german::duration_minutes(minutes)) },
            ]
        })
        .collect();
    let whose = if role == Role::Coordinator {
        "Ihres Trägers"
    } else {
        "von Ihnen"
    };
    page_with(
        frame,
        "Frühere Termine",
        PageOptions {
            help: Some("fruehere-termine"),
            ..PageOptions::default()
        },
        html! {
            p {
                "Gehaltene Sitzungen und Gespräche " (whose) ", auch dort, wo keine Freigabe mehr gilt. Namen stehen hier nicht; dieselbe Bezeichnung meint dieselbe Gruppe oder denselben Fall."
            }
            @if page.rows.is_empty() {
                (empty_state("Noch keine Termine", "Sobald eine Sitzung erfasst oder ein Gespräch eingetragen ist, steht es hier.", None))
            } @else {
                (pager(&way))
                (table("Frühere Termine", &["Tag", "Einrichtung", "Bezeichnung", "Dauer"].map(Column::text), rows))
                (pager_below(&way))
            }
        },
    )
}
