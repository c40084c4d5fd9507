//! The figures of a release beside those of others: of the version it corrects, and of the period before.

use maud::{Markup, html};

use super::super::file::{Figure, MeasureInfo, ReleaseContent};
use super::super::screen::{Screen, changed, figure_in, written};
use super::release::Preview;
use super::tables::grid;
use crate::base::german;
use crate::web::parts::{Column, table};

/// The table on the screen beside each of the others.
pub(super) fn comparison(
    preview: &Preview<'_>,
    content: &ReleaseContent,
    screen: &Screen<'_>,
) -> Markup {
    let of_before = |other: &&ReleaseContent| other.period.code != content.period.code;
    let corrects = preview.compared.iter().find(|other| !of_before(other));
    html! {
        @if let Some(version) = corrects {
            h2 { "Was sich gegenüber Version " (version.version) " ändert" }
            (changes(preview, content, version))
            (changed_here(version, screen))
        }
        h2 { "Vergleich mit dem Zeitraum davor" }
        @if let Some(before) = preview.compared.iter().find(of_before) {
            (beside(before, &format!("Veränderung gegenüber {}", before.period.label), screen))
        } @else {
            p { "Der Zeitraum davor ist nicht veröffentlicht; es gibt nichts zu vergleichen." }
        }
    }
}

/// How many figures differ from the version that is corrected, table by table.
fn changes(preview: &Preview<'_>, content: &ReleaseContent, version: &ReleaseContent) -> Markup {
    let tables: Vec<(&str, String, usize)> = content
        .tables
        .iter()
        .map(|table| {
            let address = format!(
                "/statistik/{}?tabelle={}#tabelle",
                preview.line.id, table.code
            );
            (table.label.as_str(), address, changed(table, version))
        })
        .filter(|(_, _, number)| *number > 0)
        .collect();
    html! {
        @if tables.is_empty() {
            p { "Kein Wert, der zu sehen ist, ändert sich." }
        } @else {
            ul.ways {
                @for (label, address, number) in &tables {
                    li { a href=(address) { (label) } ": " (german::plural(*number as u64, "Wert ändert sich", "Werte ändern sich")) }
                }
            }
        }
        p.muted { "Gezählt sind Werte, die jetzt anders lauten, und solche, die nur in einer der beiden Fassungen geheim sind. Ob sich ein Wert ändert, der in beiden geheim ist, steht hier nicht." }
    }
}

/// The figures on the screen that are told otherwise than in the version before.
fn changed_here(version: &ReleaseContent, screen: &Screen<'_>) -> Markup {
    let told = |figure: &Figure, measure: &MeasureInfo| match figure {
        Figure::Number(value) => written(*value, measure),
        Figure::Hidden(_) => "geheim".to_owned(),
        Figure::Nothing => "–".to_owned(),
    };
    let mut rows = Vec::new();
    for row in &screen.rows {
        for (cell, measure) in row.cells.iter().zip(&screen.measures) {
            let Some(cell) = cell else { continue };
            let Some(then) = figure_in(version, &screen.table.code, cell) else {
                continue;
            };
            let same = match (&then, &cell.figure) {
                (Figure::Hidden(_), Figure::Hidden(_)) => true,
                (then, now) => then == now,
            };
            if !same {
                rows.push(vec![
                    html! { (row.name) },
                    html! { (measure.label) },
                    html! { (told(&then, measure)) },
                    html! { (told(&cell.figure, measure)) },
                ]);
            }
        }
    }
    let before = format!("Version {}", version.version);
    let head = [
        Column::text("Zeile"),
        Column::text("Merkmal"),
        Column::numeric(&before),
        Column::numeric("Jetzt"),
    ];
    html! {
        @if !rows.is_empty() {
            div.told { (table("Geänderte Werte, die oben zu sehen sind", &head, rows)) }
        }
    }
}

fn beside(other: &ReleaseContent, caption: &str, screen: &Screen<'_>) -> Markup {
    let cell = |row: usize, column: usize| {
        let cell = screen
            .rows
            .get(row)
            .and_then(|row| row.cells.get(column).copied().flatten());
        let (Some(cell), Some(measure)) = (cell, screen.measures.get(column)) else {
            return html! { "–" };
        };
        match (&cell.figure, figure_in(other, &screen.table.code, cell)) {
            (Figure::Number(now), Some(Figure::Number(then))) if *now == then => html! { "±0" },
            (Figure::Number(now), Some(Figure::Number(then))) if *now > then => {
                html! { "+" (written(now - then, measure)) }
            }
            (Figure::Number(now), Some(Figure::Number(then))) => {
                html! { "−" (written(then - now, measure)) }
            }
            (Figure::Number(_), Some(Figure::Hidden(_))) => html! { "war geheim" },
            (Figure::Hidden(_), Some(Figure::Number(_))) => html! { "jetzt geheim" },
            _ => html! { "–" },
        }
    };
    html! {
        div.told { (grid(caption, screen, cell)) }
        p.muted { "– = beide Werte sind geheim, oder einer fehlt" }
    }
}
