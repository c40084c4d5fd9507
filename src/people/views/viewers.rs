//! Who sees a person.

use maud::{Markup, html};
use time::Duration;

use super::{crumbs, identity};
use crate::base::german;
use crate::people::HANDOVER_DAYS;
use crate::people::PersonHead;
use crate::people::store::viewers::Viewer;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{Column, stacked_table};

fn why(kind: &str) -> &'static str {
    match kind {
        "prison" => "Die Person ist dort untergebracht.",
        "officer" => "Die Person ist ihr oder ihm zugeteilt.",
        "coordination" => {
            "Der Träger begleitet die Person; eine Freigabe von heute öffnet Einrichtung und Maßnahme."
        }
        _ => {
            "Leitet oder vertritt eine Gruppe der Person oder berät sie; eine Freigabe von heute öffnet Einrichtung und Maßnahme."
        }
    }
}

/// The list, and what opens a person beside it.
pub(in crate::people) fn page(frame: &Frame, head: &PersonHead, viewers: &[Viewer]) -> Markup {
    let rows = viewers
        .iter()
        .map(|viewer| {
            let who = match (viewer.kind.as_str(), &viewer.who) {
                (_, Some(name)) => name.as_str(),
                ("prison", None) => "Sozialdienst",
                (_, None) => "Koordination",
            };
            vec![
                html! { (who) },
                html! { (viewer.place) },
                html! {
                    @if let Some(left) = viewer.left_on {
                        "Übergabe nach dem Wechsel, bis " (german::date(left + Duration::days(HANDOVER_DAYS - 1)))
                    } @else { (why(&viewer.kind)) }
                },
            ]
        })
        .collect();
    page_with(
        frame,
        "Wer diese Person sieht",
        PageOptions {
            crumbs: crumbs(head),
            lead: Some(html! { (identity(head)) }),
            help: Some("personen"),
            ..PageOptions::default()
        },
        html! {
            p { "Stand heute. Endet eine Zuständigkeit, eine Teilnahme oder eine Freigabe, endet auch der Einblick." }
            (stacked_table("Einblick", &["Wer", "Wo", "Warum"].map(Column::text), rows))
            ul.ways {
                li { "Jede Stelle sieht nur ihren Teil: Träger ihre eigenen Teilnahmen, die Anstalt von vertraulicher Beratung nur Termine. Stellen, die vertraulich beraten, nennt diese Seite einer Anstalt nicht." }
                li { "Im Notfall kann jemand anderes öffnen, mit Begründung und Nachprüfung. Jedes Öffnen steht im Protokoll." }
            }
        },
    )
}
