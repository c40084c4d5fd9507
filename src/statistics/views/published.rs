//! Pages of published figures, for KORA.

use maud::{Markup, html};

use super::super::chart::{Chart, Kind, Point, Series};
use super::super::cube::Measure;
use super::super::rules::Row;
use super::super::store::ReleaseLine;
use super::chart::chart;
use super::{definitions, figures, moment};
use crate::base::german;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{Column, empty_state, link_button, print_button, summary_list, table};

fn size(line: &ReleaseLine) -> String {
    german::plural(
        u64::try_from(line.content_size).unwrap_or(0),
        "Byte",
        "Byte",
    )
}

/// The published quarters, newest first.
pub(in super::super) fn list(frame: &Frame, releases: &[ReleaseLine]) -> Markup {
    let rows: Vec<Vec<Markup>> = releases
        .iter()
        .map(|line| {
            vec![
                html! { a href={ "/zahlen/" (line.id) } { (line.label()) } },
                html! { (german::date(line.cut_off)) },
                html! { (size(line)) },
                html! { code { (line.content_hash) } },
                html! { a href={ "/zahlen/" (line.id) "/csv" } { "CSV" span.hide { " " (line.label()) } } },
            ]
        })
        .collect();
    let head = [
        Column::text("Quartal"),
        Column::text("Stand"),
        Column::numeric("Größe"),
        Column::text("Prüfsumme (SHA-256)"),
        Column::text("Datei"),
    ];
    page_with(
        frame,
        "Zahlen",
        PageOptions {
            wide: true,
            ..PageOptions::default()
        },
        html! {
            @if rows.is_empty() {
                (empty_state("Noch keine Zahlen veröffentlicht", "Sobald ein Quartal freigegeben ist, steht es hier.", None))
            } @else {
                (table("Veröffentlichte Quartale", &head, rows))
            }
        },
    )
}

/// How many people began and completed each programme.
fn begun_and_completed(rows: &[Row<Option<u64>>]) -> Markup {
    let programmes = || rows.iter().filter(|row| !row.sum);
    let series = [Measure::PersonsStarted, Measure::PersonsCompleted].map(|measure| Series {
        label: measure.heading().to_owned(),
        points: programmes()
            .map(|row| {
                let place = Measure::ALL.iter().position(|known| *known == measure);
                match place.and_then(|place| row.cells.get(place)) {
                    Some(Some(Some(value))) => Point::Number(*value),
                    Some(Some(None)) => Point::Hidden,
                    _ => Point::Nothing,
                }
            })
            .collect(),
    });
    chart(&Chart {
        id: "begonnen",
        title: "Begonnene und abgeschlossene Teilnahmen",
        unit: "Personen",
        decimals: 0,
        kind: Kind::Bars,
        axis: "Maßnahme",
        categories: programmes().map(|row| row.name.clone()).collect(),
        series: series.into(),
    })
}

/// A published quarter.
pub(in super::super) fn published(
    frame: &Frame,
    line: &ReleaseLine,
    rows: &[Row<Option<u64>>],
) -> Markup {
    let address = format!("/zahlen/{}", line.id);
    let facts = [
        ("Stand", html! { (german::date(line.cut_off)) }),
        (
            "Veröffentlicht am",
            html! { @if let Some(at) = line.approved_at { (moment(at)) } @else { "–" } },
        ),
        ("Größe der Datei", html! { (size(line)) }),
        (
            "Prüfsumme (SHA-256)",
            html! { code { (line.content_hash) } },
        ),
    ];
    let options = PageOptions {
        wide: true,
        charts: true,
        crumbs: vec![("Zahlen".into(), "/zahlen".into())],
        tools: Some(html! {
            (link_button("CSV-Datei herunterladen", &format!("{address}/csv"), true))
            (link_button("Erläuterungen herunterladen", &format!("{address}/liesmich"), false))
            (print_button("Drucken"))
        }),
        ..PageOptions::default()
    };
    page_with(
        frame,
        &line.label(),
        options,
        html! {
            (summary_list(&facts))
            (figures("Maßnahmen der Extremismusprävention, Sachsen insgesamt", rows, line.threshold()))
            (begun_and_completed(rows))
            (definitions())
        },
    )
}
