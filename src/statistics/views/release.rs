//! One release for the statistics office: how far it is, what KORA will see, why figures are hidden, the decision.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::super::desk::Said;
use super::super::dimension::{Codes, Dimension};
use super::super::file::ReleaseContent;
use super::super::proposal::Proposals;
use super::super::rules::State;
use super::super::screen::{Screen, loss, percent};
use super::super::service::Explanation;
use super::super::store::ReleaseLine;
use super::coarser::{Coarser, coarser};
use super::comparison::comparison;
use super::reasons::reasons;
use super::tables::{chooser, definitions, figures};
use super::{act, moment, replaced_by, title};
use crate::base::german;
use crate::history::HistoryLine;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Field, TimelineItem, Tone, hidden, link_button, notice, post_form_unguarded, print_button,
    submit, submit_danger, summary_list, text_field, timeline,
};

pub(super) fn crumbs() -> Vec<(String, String)> {
    vec![
        ("Statistik".into(), "/statistik".into()),
        ("Verzeichnis".into(), "/statistik/verzeichnis".into()),
    ]
}

/// The button that prepares the same report once more.
pub(super) fn anew_form(frame: &Frame, line: &ReleaseLine) -> Markup {
    post_form_unguarded(
        frame,
        &format!("/statistik/{}/neu", line.id),
        None,
        html! {
            (hidden("version", &line.version.to_string()))
            div.actions { (submit("Neu vorbereiten")) }
        },
    )
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

/// What the preview shows of a release.
pub(in super::super) struct Preview<'a> {
    /// The release.
    pub line: &'a ReleaseLine,
    /// What it says; `None` for releases of the earlier format.
    pub content: Option<&'a ReleaseContent>,
    /// The table shown.
    pub screen: Option<Screen<'a>>,
    /// What it is compared with: the version it corrects, the published release of the period before.
    pub compared: &'a [ReleaseContent],
    /// The newest version after this one that was ever public, and whether it is withdrawn.
    pub newer: Option<(i64, bool)>,
    /// Whether something else was published since it was prepared.
    pub stale: bool,
    /// Why figures are hidden.
    pub explained: &'a Explanation,
    /// The codes it was counted by, for the names of those who know a part.
    pub codes: Option<&'a BTreeMap<Dimension, Codes>>,
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
                (heading(preview))
                (chooser(&address, content, screen))
                (figures(content, screen))
                (reasons(preview, content, screen))
                @if preview.said.is_none() { (breakdowns(frame, preview, content)) }
                // What cannot be decided any more need not be compared.
                @if !preview.stale { (comparison(preview, content, screen)) }
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

/// Whose eyes the figures are for.
fn heading(preview: &Preview<'_>) -> Markup {
    html! {
        @match preview.line.state() {
            Some(State::Withdrawn) => {
                h2 { "Die Zahlen, wie sie veröffentlicht waren" }
                p { "KORA sieht davon nur noch den Hinweis, dass und warum sie zurückgezogen sind." }
            }
            Some(State::Discarded) => { h2 { "Die Zahlen, wie sie vorbereitet waren" } }
            _ => { h2 { "Die Zahlen, wie KORA sie sieht" } }
        }
    }
}

/// Coarser breakdowns of what waits for a decision.
fn breakdowns(frame: &Frame, preview: &Preview<'_>, content: &ReleaseContent) -> Markup {
    let line = preview.line;
    html! {
        @if line.state() == Some(State::Prepared) {
            (coarser(frame, &Coarser {
                line,
                content: Some(content),
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
    let mut rows = vec![("Status", replaced_by(line, preview.newer))];
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
        let loss = loss(content);
        rows.push((
            "Informationsverlust",
            html! {
                (german::count(loss.hidden as u64)) " von " (german::count(loss.filled() as u64)) " Werten über Menschen, die nicht 0 sind, sind geheim gehalten (" (percent(loss.hidden, loss.filled())) "). "
                "Mit den Nullen gerechnet: " (german::count(loss.hidden as u64)) " von " (german::count(loss.all() as u64)) " (" (percent(loss.hidden, loss.all())) ")."
            },
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

fn decisions(frame: &Frame, preview: &Preview<'_>) -> Markup {
    let line = preview.line;
    html! {
        @match line.state() {
            Some(State::Prepared) => {
                h2 { "Entscheidung" }
                @if preview.stale {
                    (notice(Tone::Warning, Some("Seit der Vorbereitung wurde etwas anderes veröffentlicht"), html! {
                        "Die Geheimhaltung gilt nur für alle Veröffentlichungen zusammen; diese Vorbereitung lässt sich nicht mehr freigeben."
                    }))
                    @if preview.may_prepare { (anew_form(frame, line)) }
                } @else if preview.own {
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
