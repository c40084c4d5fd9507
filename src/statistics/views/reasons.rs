//! Why figures of a table are hidden, and what can be said of them at best: for whoever decides on a release, and for nobody else.

use maud::{Markup, html};

use super::super::file::{CellContent, Figure, ReleaseContent, TOTAL};
use super::super::group::Because;
use super::super::measure::Measure;
use super::super::screen::{Screen, hidden_parts, loss_of, percent};
use super::super::who::name_of;
use super::release::Preview;
use super::tables::interval;
use crate::base::german;
use crate::web::parts::{Column, Tone, notice, table};

/// As many parts of a table as are listed without being asked for.
const OPEN: usize = 12;

fn explained<'a>(preview: &'a Preview<'_>, table: &str, cell: &CellContent) -> Option<&'a Because> {
    preview
        .explained
        .why
        .iter()
        .find(|((of, measure, codes), _)| {
            of == table && *measure == cell.measure && *codes == cell.codes
        })
        .map(|(_, why)| why)
}

/// A figure of this release in words, for the reason of another one.
fn named(content: &ReleaseContent, key: &(String, String, Vec<String>)) -> String {
    let (table, measure, codes) = key;
    let measure =
        Measure::from_code(measure).map_or(measure.as_str(), |known| known.words().heading);
    let Some(table) = content.tables.iter().find(|known| known.code == *table) else {
        return measure.to_owned();
    };
    let names: Vec<&str> = table
        .dimensions
        .iter()
        .zip(codes)
        .filter_map(|(dimension, code)| {
            content
                .dimension(dimension)
                .map(|dimension| dimension.label_of(code))
        })
        .collect();
    format!("{measure}: {}", names.join(", "))
}

/// What the one who knows most of a hidden figure can say of it.
fn inside(preview: &Preview<'_>, table: &str, cell: &CellContent) -> String {
    let Some(known) = &preview.explained.inside else {
        return "–".to_owned();
    };
    let place = (table.to_owned(), cell.measure.clone(), cell.codes.clone());
    match known.get(&place) {
        Some((who, lower, upper)) => {
            let who = preview
                .codes
                .map_or_else(|| who.clone(), |codes| name_of(who, codes));
            format!("{} ({who})", interval(*lower, *upper))
        }
        None => "weit genug".to_owned(),
    }
}

/// How much of the whole table is hidden, whatever part of it is on the screen.
fn whole_table(content: &ReleaseContent, screen: &Screen<'_>) -> String {
    let loss = loss_of(content, screen.table);
    if loss.all() == 0 {
        return "In dieser Tabelle stehen keine Werte über Menschen; nichts ist geheim gehalten."
            .to_owned();
    }
    if loss.hidden == 0 {
        return "In dieser Tabelle ist kein Wert geheim gehalten.".to_owned();
    }
    format!(
        "In der ganzen Tabelle {} {} geheim gehalten: {} der Werte, die nicht 0 sind.",
        if loss.hidden == 1 { "ist" } else { "sind" },
        german::plural(loss.hidden as u64, "Wert", "Werte"),
        percent(loss.hidden, loss.filled()),
    )
}

/// Where else in the table figures are hidden, each part with the way there.
fn elsewhere(preview: &Preview<'_>, screen: &Screen<'_>) -> Markup {
    let here: Vec<&str> = screen.picked.iter().map(|picked| picked.code).collect();
    let parts: Vec<(Vec<&str>, u64)> = hidden_parts(screen)
        .into_iter()
        .filter(|(codes, _)| *codes != here)
        .collect();
    let link = |(codes, number): &(Vec<&str>, u64)| {
        let mut address = format!(
            "/statistik/{}?tabelle={}",
            preview.line.id, screen.table.code
        );
        let mut names = Vec::new();
        for (picked, code) in screen.picked.iter().zip(codes) {
            address.push_str(&format!("&{}={code}", picked.parameter));
            let name = if *code == TOTAL {
                "insgesamt"
            } else {
                picked.dimension.label_of(code)
            };
            names.push(format!("{}: {name}", picked.dimension.label));
        }
        html! { a href={ (address) "#tabelle" } { (names.join(", ")) } " (" (german::count(*number)) ")" }
    };
    let all: u64 = parts.iter().map(|(_, number)| number).sum();
    html! {
        @if !parts.is_empty() {
            details open[parts.len() <= OPEN] {
                summary { (german::plural(all, "Wert", "Werte")) " davon in anderen Teilen der Tabelle" }
                ul.ways { @for part in &parts { li { (link(part)) } } }
            }
        }
    }
}

/// Why figures of the table are hidden, and what can be said about them at best.
pub(super) fn reasons(
    preview: &Preview<'_>,
    content: &ReleaseContent,
    screen: &Screen<'_>,
) -> Markup {
    let mut rows = Vec::new();
    for row in &screen.rows {
        for (cell, measure) in row.cells.iter().zip(&screen.measures) {
            let Some(cell) = cell else { continue };
            let Figure::Hidden(intervals) = &cell.figure else {
                continue;
            };
            let why = match explained(preview, &screen.table.code, cell) {
                Some(Because::Small) => "Der Wert ist klein.".to_owned(),
                Some(Because::Group) => {
                    "Sonst wäre zu sehen, dass alle einer Gruppe dasselbe Merkmal haben (Gruppenmerkmal).".to_owned()
                }
                Some(Because::HiddenBefore) => {
                    "War in einer früheren Veröffentlichung geheim.".to_owned()
                }
                Some(Because::Protects(others)) => match others.first() {
                    Some(first) => format!(
                        "Sonst ließe sich ein anderer Wert errechnen ({}).",
                        named(content, first)
                    ),
                    None => "Sonst ließe sich ein anderer Wert errechnen.".to_owned(),
                },
                Some(Because::GroupShown) | None => "Geheim gehalten.".to_owned(),
            };
            let outside = intervals
                .first()
                .map_or_else(|| "–".to_owned(), |one| interval(one.lower, one.upper));
            let inside = inside(preview, &screen.table.code, cell);
            rows.push(vec![
                html! { (row.name) },
                html! { (measure.label) },
                html! { (why) },
                html! { (outside) },
                html! { (inside) },
            ]);
        }
    }
    let threshold = preview.line.threshold();
    let alike: Vec<String> = preview
        .explained
        .why
        .iter()
        .filter(|((table, _, _), why)| *table == screen.table.code && *why == Because::GroupShown)
        .map(|(key, _)| named(content, key))
        .collect();
    html! {
        h2 { "Warum Werte geheim sind" }
        @if !alike.is_empty() {
            (notice(Tone::Warning, Some("Gruppenmerkmal bleibt sichtbar"), html! {
                p { "Hier ist zu lesen, dass alle einer Gruppe dasselbe Merkmal haben. Es ließ sich nicht verdecken, ohne kleine Werte preiszugeben, oder ist schon veröffentlicht. Bitte vor der Freigabe abwägen, ob das jemandem schadet:" }
                ul { @for name in &alike { li { (name) } } }
            }))
        }
        p { (whole_table(content, screen)) }
        (elsewhere(preview, screen))
        @if !rows.is_empty() {
            p.prose {
                "Für jeden geheimen Wert steht hier, was nach allen Veröffentlichungen zusammen noch möglich ist: für Außenstehende, und für den Träger oder \
                 die Einrichtung, die am meisten darüber weiß, ohne dass es nur ihre eigenen Fälle sind. Für Außenstehende reicht eine Spanne mindestens bis " (threshold) " und ist mindestens " (threshold.saturating_sub(1)) " breit, \
                 wer einen Teil kennt, darf den Wert nicht errechnen können; „weit genug“ heißt: auch dann so breit wie für Außenstehende verlangt. Diese Spannen stehen nur hier, in keiner Datei."
            }
            (table("Geheim gehaltene Werte, die oben zu sehen sind", &["Zeile", "Merkmal", "Warum", "Möglich (außen)", "Möglich (wer am meisten weiß)"].map(Column::text), rows))
        }
    }
}
