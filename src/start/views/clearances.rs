//! The clearances that wait for somebody, on the start pages of coordination and access officers.

use maud::{Markup, html};
use time::Date;

use crate::access::Role;
use crate::base::german;
use crate::providers::{ClearanceLine, Urgency, warning};
use crate::web::parts::{Column, Tone, table, tag};

fn ends(left: i64) -> String {
    match left {
        0 => "endet heute".to_owned(),
        1 => "endet morgen".to_owned(),
        _ => format!("endet in {left} Tagen"),
    }
}

fn state(line: &ClearanceLine, today: Date) -> Markup {
    let near = line.last_day.and_then(|last| warning(last, today));
    html! {
        @if line.source_ended { (tag(Tone::Danger, "Ausgangsentscheidung beendet")) " " }
        @match near {
            None if line.last_day.is_none() => (tag(Tone::Warning, "beantragt")),
            None => {}
            Some((urgency, left)) => (tag(match urgency {
                Urgency::Early => Tone::Info,
                Urgency::Soon => Tone::Warning,
                Urgency::Now => Tone::Danger,
            }, &ends(left))),
        }
    }
}

/// What is to do; nothing at all without a line, so that the page stays short.
pub(in crate::start) fn to_do(lines: &[ClearanceLine], role: Role, today: Date) -> Option<Markup> {
    if lines.is_empty() {
        return None;
    }
    let decides = role == Role::AccessOfficer;
    let rows = lines
        .iter()
        .map(|line| {
            let step = match (line.last_day, decides) {
                (None, true) => "entscheiden",
                (None, false) => "wartet auf die Einrichtung",
                (Some(_), _) if line.source_ended => "prüfen",
                (Some(_), _) if line.renewal => "Erneuerung ist beantragt",
                (Some(_), true) => "Träger an die Erneuerung erinnern",
                (Some(_), false) => "Erneuerung beantragen",
            };
            vec![
                html! { a href={ "/ueberpruefungen/" (line.id) } { (line.staff_name) } },
                html! { @if decides { (line.provider_name) } @else { (line.facility_name) } },
                html! { @if let Some(last) = line.last_day { (german::date(last)) } @else { "–" } },
                state(line, today),
                html! { (step) },
            ]
        })
        .collect();
    let head = [
        "Fachkraft",
        if decides { "Träger" } else { "Einrichtung" },
        "Gilt bis",
        "Stand",
        "Nächster Schritt",
    ]
    .map(Column::text);
    Some(html! {
        h2 { "Überprüfungen, um die es geht" }
        (table("Überprüfungen", &head, rows))
        p { a href="/ueberpruefungen" { "Alle Überprüfungen" } }
    })
}
