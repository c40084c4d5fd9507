//! Pages of published figures, for KORA.

use maud::{Markup, html};

use super::super::file::ReleaseContent;
use super::super::rules::{FileKind, State};
use super::super::screen::Screen;
use super::super::store::{ReleaseLine, StoredFile};
use super::tables::{chooser, definitions, figures};
use super::{act, moment, replaced, standing, title};
use crate::base::german;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Tone, empty_state, link_button, notice, print_button, summary_list, table,
};

/// The published releases, newest first.
pub(in super::super) fn list(frame: &Frame, releases: &[ReleaseLine]) -> Markup {
    let rows: Vec<Vec<Markup>> = releases
        .iter()
        .map(|line| {
            vec![
                html! { a href={ "/zahlen/" (line.id) } { (title(line)) } },
                html! { (standing(line, releases)) },
                html! { (german::date(line.cut_off)) },
                html! { @if let Some(at) = line.approved_at { (moment(at)) } @else { "–" } },
                html! {
                    @if line.state() == Some(State::Published) {
                        a href={ "/zahlen/" (line.id) "/csv" } { "CSV" span.hide { " " (title(line)) } }
                    } @else { "–" }
                },
            ]
        })
        .collect();
    let head = ["Bericht", "Status", "Stichtag", "Veröffentlicht", "Datei"].map(Column::text);
    page_with(
        frame,
        "Zahlen",
        PageOptions {
            wide: true,
            tools: Some(print_button("Drucken")),
            ..PageOptions::default()
        },
        html! {
            @if rows.is_empty() {
                (empty_state("Noch keine Zahlen veröffentlicht", "Sobald ein Bericht freigegeben ist, steht er hier.", None))
            } @else {
                (table("Veröffentlichte Berichte", &head, rows))
            }
        },
    )
}

/// That something newer took the place of a release, and whether that is still valid.
fn superseded(line: &ReleaseLine, versions: &[ReleaseLine]) -> Markup {
    html! {
        @if let Some(newer) = replaced(line, versions) {
            (notice(Tone::Warning, Some("Diese Fassung ist ersetzt"), html! {
                @if newer.state() == Some(State::Withdrawn) {
                    p { "Die Berichtigung, " a href={ "/zahlen/" (newer.id) } { "Version " (newer.revision) } ", ist zurückgezogen: " (newer.withdrawn_reason.as_deref().unwrap_or("Der Grund ist nicht angegeben.")) }
                    p { "Diese Fassung gilt dadurch nicht wieder. Zurzeit gibt es zu diesem Zeitraum keine gültigen Zahlen; die Statistik kann eine neue Berichtigung veröffentlichen." }
                } @else {
                    p { "Bitte die Berichtigung verwenden: " a href={ "/zahlen/" (newer.id) } { (title(newer)) } @if let Some(at) = newer.approved_at { ", veröffentlicht am " (moment(at)) } "." }
                    @if let Some(reason) = &newer.correction { p { "Grund: " (reason) } }
                }
            }))
        }
    }
}

/// A published release.
pub(in super::super) fn published(
    frame: &Frame,
    line: &ReleaseLine,
    content: Option<&ReleaseContent>,
    screen: Option<&Screen<'_>>,
    files: &[StoredFile],
    versions: &[ReleaseLine],
) -> Markup {
    let address = format!("/zahlen/{}", line.id);
    let mut facts = vec![
        ("Stichtag", html! { (german::date(line.cut_off)) }),
        (
            "Veröffentlicht am",
            html! { @if let Some(at) = line.approved_at { (moment(at)) } @else { "–" } },
        ),
        ("Version", html! { (line.revision) }),
    ];
    if let Some(reason) = &line.correction {
        facts.push(("Grund der Korrektur", html! { (reason) }));
    }
    facts.push((
        "Prüfsumme (SHA-256)",
        html! { code { (line.content_hash) } },
    ));
    let options = PageOptions {
        wide: true,
        crumbs: vec![("Zahlen".into(), "/zahlen".into())],
        tools: Some(html! {
            (link_button("CSV herunterladen", &format!("{address}/csv"), true))
            (print_button("Drucken"))
        }),
        ..PageOptions::default()
    };
    page_with(
        frame,
        &title(line),
        options,
        html! {
            (superseded(line, versions))
            (summary_list(&facts))
            @if let (Some(content), Some(screen)) = (content, screen) {
                (chooser(&address, content, screen))
                (figures(content, screen))
            }
            h2 { "Dateien" }
            (downloads(&address, files))
            @if let (Some(content), Some(screen)) = (content, screen) { (definitions(content, screen)) }
        },
    )
}

fn downloads(address: &str, files: &[StoredFile]) -> Markup {
    let rows = FileKind::ALL
        .into_iter()
        .filter_map(|kind| files.iter().find(|file| file.kind == kind.code()).map(|file| (kind, file)))
        .map(|(kind, file)| {
            vec![
                html! { a href={ (address) "/" (kind.code()) } { (kind.label()) } },
                html! { (file.name) },
                html! { (german::plural(file.content.len() as u64, "Byte", "Byte")) },
                html! { code title=(file.content_hash) { (file.content_hash.get(..12).unwrap_or_default()) "…" } },
            ]
        })
        .collect();
    table(
        "Dateien zum Herunterladen",
        &["Datei", "Name", "Größe", "Prüfsumme"].map(Column::text),
        rows,
    )
}

/// A release that was withdrawn: that it was, when and why.
pub(in super::super) fn withdrawn(frame: &Frame, line: &ReleaseLine) -> Markup {
    let options = PageOptions {
        crumbs: vec![("Zahlen".into(), "/zahlen".into())],
        ..PageOptions::default()
    };
    page_with(
        frame,
        &title(line),
        options,
        html! {
            (notice(Tone::Danger, Some("Zurückgezogen"), html! {
                "Diese Zahlen sollen nicht mehr verwendet werden. " (line.withdrawn_reason.as_deref().unwrap_or("Der Grund ist nicht angegeben."))
            }))
            (summary_list(&[
                ("Veröffentlicht am", html! { @if let Some(at) = line.approved_at { (moment(at)) } @else { "–" } }),
                ("Zurückgezogen von", act(line.withdrawn_by_name.as_ref(), line.withdrawn_at)),
            ]))
        },
    )
}
