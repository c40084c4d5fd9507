//! The overview: what waits, and how the published figures develop.

use maud::{Markup, html};

use super::super::chart::{Chart, Kind, Point, Series};
use super::super::file::{Figure, ReleaseContent};
use super::super::measure::Measure;
use super::super::screen::{Choice, screen, total, written};
use super::super::store::ReleaseLine;
use super::chart::chart;
use super::{moment, state_tag, title};
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, empty_state, link_button, print_button, summary_list, suppressed, table,
};

/// Open preparations, and the quarters published, oldest first.
pub(in super::super) fn overview(
    frame: &Frame,
    open: &[&ReleaseLine],
    quarters: &[ReleaseContent],
) -> Markup {
    let options = PageOptions {
        wide: true,
        charts: !quarters.is_empty(),
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

/// The measures of the newest quarter by programme.
const NEWEST: [Measure; 2] = [Measure::Started, Measure::Running];

/// What is counted, beside the figures.
fn counted(place: &str, measures: &[Measure]) -> Markup {
    let rows: Vec<(&str, Markup)> = measures
        .iter()
        .map(|measure| measure.words())
        .map(|words| (words.label, html! { (words.definition) }))
        .collect();
    html! {
        details {
            summary { "Was gezählt wird" span.hide { " " (place) } }
            (summary_list(&rows))
        }
    }
}

fn point(figure: Option<Figure>) -> Point {
    match figure {
        Some(Figure::Number(value)) => Point::Number(value),
        Some(Figure::Hidden(_)) => Point::Hidden,
        Some(Figure::Nothing) | None => Point::Nothing,
    }
}

/// The totals of measures over the quarters.
fn course<'a>(
    id: &'a str,
    title: &'a str,
    unit: &'a str,
    quarters: &[ReleaseContent],
    measures: &[Measure],
) -> Chart<'a> {
    Chart {
        id,
        title,
        unit,
        decimals: 0,
        kind: Kind::Lines,
        axis: "Quartal",
        categories: quarters
            .iter()
            // A quarter stays on one line of a narrow column.
            .map(|content| content.period.code.replace('-', "\u{2011}"))
            .collect(),
        series: measures
            .iter()
            .map(|measure| Series {
                label: measure.words().label.to_owned(),
                points: quarters
                    .iter()
                    .map(|content| point(total(content, measure.code())))
                    .collect(),
            })
            .collect(),
    }
}

/// A table of the newest quarter by its rows.
fn newest<'a>(
    id: &'a str,
    title: &'a str,
    content: &ReleaseContent,
    table: &str,
    measures: &[Measure],
) -> Option<Chart<'a>> {
    let choice = Choice {
        tabelle: table.to_owned(),
        ..Choice::default()
    };
    let screen = screen(content, &choice).filter(|screen| screen.table.code == table)?;
    // Leaves with something to show; sums would stand beside their parts.
    let rows: Vec<_> = screen
        .rows
        .iter()
        .filter(|row| {
            let leaf = !screen
                .rows_by
                .codes
                .iter()
                .any(|code| code.parent.as_deref() == Some(row.code));
            leaf && row.cells.iter().flatten().any(|cell| {
                measures
                    .iter()
                    .any(|measure| measure.code() == cell.measure)
                    && !matches!(cell.figure, Figure::Number(0) | Figure::Nothing)
            })
        })
        .collect();
    let series = measures
        .iter()
        .map(|measure| Series {
            label: measure.words().label.to_owned(),
            points: rows
                .iter()
                .map(|row| {
                    point(
                        row.cells
                            .iter()
                            .flatten()
                            .find(|cell| cell.measure == measure.code())
                            .map(|cell| cell.figure.clone()),
                    )
                })
                .collect(),
        })
        .collect();
    (!rows.is_empty()).then(|| Chart {
        id,
        title,
        unit: "Fälle",
        decimals: 0,
        kind: Kind::Bars,
        axis: "Maßnahme",
        categories: rows.iter().map(|row| row.name.to_owned()).collect(),
        series,
    })
}

fn development(quarters: &[ReleaseContent]) -> Markup {
    let flow = [Measure::Started, Measure::Completed, Measure::BrokenOff];
    let dates = [Measure::SessionsHeld, Measure::SessionsCancelled];
    let of_newest = quarters.last().and_then(|content| {
        newest(
            "massnahmen",
            "Begonnen und laufend im letzten Quartal",
            content,
            "massnahmen",
            &NEWEST,
        )
    });
    html! {
        div.charts {
            div {
                (chart(&course("verlauf", "Begonnen, abgeschlossen, abgebrochen", "Fälle", quarters, &flow)))
                (counted("im Diagramm „Begonnen, abgeschlossen, abgebrochen“", &flow))
            }
            div {
                (chart(&course("sitzungen", "Gruppensitzungen", "Sitzungen", quarters, &dates)))
                (counted("im Diagramm „Gruppensitzungen“", &dates))
            }
            @if let Some(bars) = of_newest {
                div {
                    (chart(&bars))
                    (counted("im Diagramm „Begonnen und laufend im letzten Quartal“", &NEWEST))
                }
            }
        }
        (totals(quarters))
        (counted("in der Tabelle „Sachsen insgesamt nach Quartal“", &SHOWN))
    }
}

fn totals(quarters: &[ReleaseContent]) -> Markup {
    let head: Vec<Column<'_>> = std::iter::once(Column::text("Quartal"))
        .chain(SHOWN.map(|measure| Column::numeric(measure.words().label)))
        .collect();
    let rows = quarters
        .iter()
        .rev()
        .map(|content| {
            std::iter::once(html! { (content.period.label.replace(' ', "\u{a0}")) })
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
    html! { div.told.wrap { (table("Sachsen insgesamt nach Quartal", &head, rows)) } }
}
