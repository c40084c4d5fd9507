//! One release for the statistics office: how far it is, what KORA will see, why figures are hidden, the decision.

use maud::{Markup, html};

use super::super::desk::Said;
use super::super::file::{CellContent, Figure, ReleaseContent};
use super::super::group::Because;
use super::super::measure::Measure;
use super::super::proposal::Proposals;
use super::super::rules::State;
use super::super::screen::{Screen, figure_in, loss, written};
use super::super::store::ReleaseLine;
use super::coarser::{Coarser, coarser};
use super::tables::{chooser, definitions, figures, grid, interval};
use super::{act, moment, state_tag, title};
use crate::base::german;
use crate::history::HistoryLine;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, TimelineItem, Tone, hidden, link_button, notice, post_form_unguarded,
    print_button, submit, submit_danger, summary_list, table, text_field, timeline,
};

pub(super) fn crumbs() -> Vec<(String, String)> {
    vec![
        ("Statistik".into(), "/statistik".into()),
        ("Verzeichnis".into(), "/statistik/verzeichnis".into()),
    ]
}

pub(super) fn discard_form(frame: &Frame, line: &ReleaseLine, label: &str) -> Markup {
    post_form_unguarded(
        frame,
        &format!("/statistik/{}/verwerfen", line.id),
        None,
        html! {
            (hidden("version", &line.version.to_string()))
            div.actions { (submit_danger("aktion", "verwerfen", label)) }
        },
    )
}

/// Why a cell is hidden: table, measure and codes of the cell, and the reason.
pub(in super::super) type Explained = ((String, String, Vec<String>), Because);

/// What the preview shows of a release.
pub(in super::super) struct Preview<'a> {
    /// The release.
    pub line: &'a ReleaseLine,
    /// What it says; `None` for releases of the earlier format.
    pub content: Option<&'a ReleaseContent>,
    /// The table shown.
    pub screen: Option<Screen<'a>>,
    /// The published release of the period before.
    pub before: Option<&'a ReleaseContent>,
    /// Why figures are hidden.
    pub explained: &'a [Explained],
    /// What happened to the release.
    pub history: &'a [HistoryLine],
    /// Whether the actor may approve releases, and did not prepare this one.
    pub may_approve: bool,
    /// Whether the actor prepared it.
    pub own: bool,
    /// Whether the actor may prepare and discard.
    pub may_prepare: bool,
    /// Coarser breakdowns that would show more.
    pub proposals: Option<&'a Proposals>,
    /// How far their computation is.
    pub said: Option<&'a Said>,
    /// Whether the page was asked not to load anew by itself.
    pub halted: bool,
}

/// One release, as KORA will see (or sees) it, with the proof.
pub(in super::super) fn preview(frame: &Frame, preview: &Preview<'_>) -> Markup {
    let line = preview.line;
    let address = format!("/statistik/{}", line.id);
    let published = line.state() == Some(State::Published);
    let options = PageOptions {
        wide: true,
        crumbs: crumbs(),
        refresh: (preview.said.is_some() && !preview.halted).then_some((2, address.as_str())),
        tools: Some(html! {
            @if published { (link_button("Wie KORA es sieht", &format!("/zahlen/{}", line.id), false)) }
            (print_button("Drucken"))
        }),
        ..PageOptions::default()
    };
    let events: Vec<TimelineItem> = preview.history.iter().map(TimelineItem::from).collect();
    page_with(
        frame,
        &title(line),
        options,
        html! {
            (facts(preview))
            @if let (Some(content), Some(screen)) = (preview.content, &preview.screen) {
                // While it is computed the page loads anew; what moves stands near its top.
                @if preview.said.is_some() { (breakdowns(frame, preview, content)) }
                h2 { "Die Zahlen, wie KORA sie sieht" }
                (chooser(&address, content, screen))
                (figures(content, screen))
                (reasons(preview, content, screen))
                @if preview.said.is_none() { (breakdowns(frame, preview, content)) }
                (comparison(preview, content, screen))
            } @else {
                p { "Zu dieser Veröffentlichung gibt es keine Tabellen in der heutigen Form." }
            }
            (decisions(frame, preview))
            @if let (Some(content), Some(screen)) = (preview.content, &preview.screen) { (definitions(content, screen)) }
            @if !events.is_empty() {
                h2 { "Verlauf" }
                (timeline(&events))
            }
        },
    )
}

/// Coarser breakdowns of what waits for a decision.
fn breakdowns(frame: &Frame, preview: &Preview<'_>, content: &ReleaseContent) -> Markup {
    let line = preview.line;
    html! {
        @if line.state() == Some(State::Prepared) {
            (coarser(frame, &Coarser {
                line,
                content,
                proposals: preview.proposals,
                said: preview.said,
                halted: preview.halted,
                may_prepare: preview.may_prepare,
            }))
        }
    }
}

fn facts(preview: &Preview<'_>) -> Markup {
    let line = preview.line;
    let mut rows = vec![("Status", state_tag(line))];
    if let Some(reason) = &line.correction {
        rows.push(("Grund der Korrektur", html! { (reason) }));
    }
    if let Some(reason) = &line.withdrawn_reason {
        rows.push((
            "Zurückgezogen",
            html! { (act(line.withdrawn_by_name.as_ref(), line.withdrawn_at)) ": " (reason) },
        ));
    }
    rows.push(("Stichtag", html! { (german::date(line.cut_off)) }));
    rows.push((
        "Vorbereitet von",
        html! { (line.prepared_by_name) ", " (moment(line.prepared_at)) },
    ));
    rows.push((
        "Freigegeben von",
        act(line.approved_by_name.as_ref(), line.approved_at),
    ));
    rows.push(("Schwellenwert", html! { (line.threshold()) }));
    if let Some(content) = preview.content {
        let (told, hidden) = loss(content);
        let all = told + hidden;
        let share = (hidden * 100).checked_div(all).unwrap_or(0);
        rows.push((
            "Informationsverlust",
            html! { (german::count(hidden as u64)) " von " (german::count(all as u64)) " Werten über Menschen sind geheim gehalten (" (share) " %)" },
        ));
    }
    if !line.content_hash.is_empty() {
        rows.push((
            "Prüfsumme (SHA-256)",
            html! { code { (line.content_hash) } },
        ));
    }
    summary_list(&rows)
}

fn explained<'a>(preview: &'a Preview<'_>, table: &str, cell: &CellContent) -> Option<&'a Because> {
    preview
        .explained
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

/// Why figures of the table are hidden, and what can be said about them at best.
fn reasons(preview: &Preview<'_>, content: &ReleaseContent, screen: &Screen<'_>) -> Markup {
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
            let inside = intervals
                .iter()
                .skip(1)
                .min_by_key(|one| {
                    one.upper
                        .map_or(u64::MAX, |upper| upper - one.lower.min(upper))
                })
                .map_or_else(
                    || "–".to_owned(),
                    |one| format!("{} ({})", interval(one.lower, one.upper), one.attacker),
                );
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
        @if rows.is_empty() {
            p { "In dieser Tabelle ist kein Wert geheim gehalten." }
        } @else {
            p.prose {
                "Für jeden geheimen Wert steht hier, was nach allen Veröffentlichungen zusammen noch möglich ist: für Außenstehende, und für den Träger oder \
                 die Einrichtung, die am meisten darüber weiß. Eine Spanne reicht mindestens bis " (threshold) " und ist mindestens " (threshold.saturating_sub(1)) " breit."
            }
            (table("Geheim gehaltene Werte dieser Tabelle", &["Zeile", "Merkmal", "Warum", "Möglich (außen)", "Möglich (wer am meisten weiß)"].map(Column::text), rows))
        }
    }
}

/// The figures beside those of the period before.
fn comparison(preview: &Preview<'_>, content: &ReleaseContent, screen: &Screen<'_>) -> Markup {
    let Some(before) = preview.before else {
        return html! {
            h2 { "Vergleich" }
            p { "Der Zeitraum davor ist nicht veröffentlicht; es gibt nichts zu vergleichen." }
        };
    };
    let cell = |row: usize, column: usize| {
        let cell = screen
            .rows
            .get(row)
            .and_then(|row| row.cells.get(column).copied().flatten());
        let (Some(cell), Some(measure)) = (cell, screen.measures.get(column)) else {
            return html! { "–" };
        };
        match (&cell.figure, figure_in(before, &screen.table.code, cell)) {
            (Figure::Number(now), Some(then)) if now == &then => html! { "±0" },
            (Figure::Number(now), Some(then)) if *now > then => {
                html! { "+" (written(now - then, measure)) }
            }
            (Figure::Number(now), Some(then)) => html! { "−" (written(then - now, measure)) },
            _ => html! { "–" },
        }
    };
    html! {
        h2 { "Vergleich" }
        (grid(&format!("Veränderung gegenüber {}, {}", before.period.label, content.period.label), screen, cell))
        p.muted { "– = einer der beiden Werte ist geheim oder fehlt" }
    }
}

fn decisions(frame: &Frame, preview: &Preview<'_>) -> Markup {
    let line = preview.line;
    html! {
        @match line.state() {
            Some(State::Prepared) => {
                h2 { "Entscheidung" }
                @if preview.own {
                    p.prose { "Sie haben diese Veröffentlichung vorbereitet. Freigeben muss sie eine zweite Person (Vier-Augen-Prinzip)." }
                } @else if preview.may_approve && preview.content.is_some() {
                    p.prose {
                        "Mit der Freigabe kann KORA genau diese Dateien abrufen. Die Freigabe gilt nur für die Prüfsumme oben. Was veröffentlicht ist, \
                         bleibt bei jeder späteren Veröffentlichung berücksichtigt."
                    }
                    (post_form_unguarded(frame, &format!("/statistik/{}/freigeben", line.id), None, html! {
                        (hidden("version", &line.version.to_string()))
                        (hidden("hash", &line.content_hash))
                        div.actions { (submit("Für KORA freigeben")) }
                    }))
                }
                @if preview.may_prepare { (discard_form(frame, line, "Verwerfen")) }
            }
            Some(State::Published) if preview.may_approve || preview.own => {
                    h2 { "Zurückziehen" }
                    p.prose { "Nur bei einem Fehler, der schadet. Neue Einträge sind kein Grund: Dafür gibt es die Korrektur als neue Version." }
                    (post_form_unguarded(frame, &format!("/statistik/{}/zurueckziehen", line.id), None, html! {
                        (hidden("version", &line.version.to_string()))
                        (text_field(&Form::empty(), &Field::text("grund", "Grund").max_length(200).required()))
                        div.actions { (submit_danger("aktion", "zurueckziehen", "Zurückziehen")) }
                    }))
            }
            _ => {}
        }
    }
}

/// Why a release was not published.
pub(in super::super) fn refused(frame: &Frame, release: &str, why: &str) -> Markup {
    let options = PageOptions {
        crumbs: vec![
            ("Statistik".into(), "/statistik".into()),
            ("Veröffentlichung".into(), release.to_owned()),
        ],
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Nicht ausgeführt",
        options,
        html! {
            (notice(Tone::Danger, None, html! { (why) }))
            p { "Es wurde nichts geändert und nichts veröffentlicht." }
            p { a href=(release) { "Zurück zur Veröffentlichung" } }
        },
    )
}
