//! The overview: what waits, and how the published figures develop.

use maud::{Markup, html};

use super::super::file::{Figure, ReleaseContent};
use super::super::measure::Measure;
use super::super::screen::{total, written};
use super::super::store::ReleaseLine;
use super::{moment, state_tag, title};
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{Column, empty_state, link_button, print_button, suppressed, table};

/// Open preparations, and the quarters published, oldest first.
pub(in super::super) fn overview(
    frame: &Frame,
    open: &[&ReleaseLine],
    quarters: &[ReleaseContent],
) -> Markup {
    let options = PageOptions {
        wide: true,
        tools: Some(html! {
            (link_button("Bericht vorbereiten", "/statistik/berichte", true))
            (link_button("Verzeichnis", "/statistik/verzeichnis", false))
            (print_button("Drucken"))
        }),
        ..PageOptions::default()
    };
    let rows: Vec<Vec<Markup>> = open
        .iter()
        .map(|line| {
            vec![
                html! { a href={ "/statistik/" (line.id) } { (title(line)) } },
                state_tag(line),
                html! { (line.prepared_by_name) ", " (moment(line.prepared_at)) },
            ]
        })
        .collect();
    page_with(
        frame,
        "Statistik",
        options,
        html! {
            h2 { "In Vorbereitung" }
            @if rows.is_empty() {
                p { "Nichts ist in Vorbereitung. " a href="/statistik/berichte" { "Zum Katalog der Berichte" } }
            } @else {
                (table("Veröffentlichungen in Vorbereitung", &["Bericht", "Stand", "Vorbereitet"].map(Column::text), rows))
            }
            h2 { "Die letzten Quartale, wie sie veröffentlicht sind" }
            @if quarters.is_empty() {
                (empty_state("Noch kein Quartalsbericht veröffentlicht", "Sobald einer freigegeben ist, steht hier der Verlauf.", Some(("Quartalsbericht vorbereiten", "/statistik/berichte?bericht=quartal"))))
            } @else {
                (development(quarters))
            }
        },
    )
}

/// The measures whose course the overview shows.
const SHOWN: [Measure; 6] = [
    Measure::Enquiries,
    Measure::Started,
    Measure::Running,
    Measure::Completed,
    Measure::BrokenOff,
    Measure::SessionsHeld,
];

fn development(quarters: &[ReleaseContent]) -> Markup {
    let head: Vec<Column<'_>> = std::iter::once(Column::text("Quartal"))
        .chain(SHOWN.map(|measure| Column::numeric(measure.words().heading)))
        .collect();
    let rows = quarters
        .iter()
        .rev()
        .map(|content| {
            std::iter::once(html! { (content.period.label) })
                .chain(SHOWN.map(|measure| {
                    match (
                        total(content, measure.code()),
                        content.measure(measure.code()),
                    ) {
                        (Some(Figure::Number(value)), Some(info)) => {
                            html! { (written(value, info)) }
                        }
                        (Some(Figure::Hidden(_)), _) => suppressed(),
                        _ => html! { "–" },
                    }
                }))
                .collect()
        })
        .collect();
    table("Sachsen insgesamt nach Quartal", &head, rows)
}
