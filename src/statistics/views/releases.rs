//! Pages of the statistics office: the register of releases and the preview of one.

use maud::{Markup, html};

use super::super::attacker::{AttackError, Finding};
use super::super::rules::{Row, State};
use super::super::store::ReleaseLine;
use super::{definitions, figures, head, lines, moment};
use crate::base::calendar::Quarter;
use crate::base::german;
use crate::history::HistoryLine;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, TimelineItem, Tone, Width, actions, empty_state, error_summary, hidden,
    link_button, notice, post_form_unguarded, print_button, select_field, submit, submit_danger,
    summary_list, table, tag, timeline,
};

fn state_tag(line: &ReleaseLine) -> Markup {
    match line.state() {
        Some(state) => {
            let tone = match state {
                State::Prepared => Tone::Warning,
                State::Published => Tone::Success,
                State::Discarded => Tone::Neutral,
            };
            tag(tone, &state.to_string())
        }
        None => tag(Tone::Danger, "unbekannt"),
    }
}

fn approval(line: &ReleaseLine) -> Markup {
    html! {
        @match (&line.approved_by_name, line.approved_at) {
            (Some(name), Some(at)) => { (name) ", " (moment(at)) },
            _ => "–",
        }
    }
}

/// The register, and the form to prepare a quarter (`token` if the actor may).
pub(in super::super) fn register(
    frame: &Frame,
    form: &Form,
    releases: &[ReleaseLine],
    offered: &[Quarter],
    token: Option<&str>,
) -> Markup {
    let rows: Vec<Vec<Markup>> = releases
        .iter()
        .map(|line| {
            vec![
                html! { a href={ "/statistik/" (line.id) } { (line.label()) } },
                state_tag(line),
                html! { (german::date(line.cut_off)) },
                html! { (line.prepared_by_name) ", " (moment(line.prepared_at)) },
                approval(line),
                html! { code title=(line.content_hash) { (line.content_hash.get(..12).unwrap_or_default()) "…" } },
            ]
        })
        .collect();
    let options: Vec<(String, String)> = offered
        .iter()
        .map(|quarter| (quarter.to_string(), quarter.label()))
        .collect();
    let options: Vec<(&str, &str)> = options
        .iter()
        .map(|(value, label)| (value.as_str(), label.as_str()))
        .collect();
    let head = [
        "Quartal",
        "Status",
        "Eingaben bis",
        "Vorbereitet",
        "Freigegeben",
        "Prüfsumme",
    ]
    .map(Column::text);
    let page = PageOptions {
        errored: form.has_errors(),
        wide: true,
        tools: Some(link_button(
            "Anfragen und Fälle",
            "/statistik/faelle",
            false,
        )),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Veröffentlichungen",
        page,
        html! {
            (error_summary(form))
            @if rows.is_empty() {
                (empty_state("Noch keine Veröffentlichung", "Bereiten Sie ein abgeschlossenes Quartal vor. Eine zweite Person gibt es dann frei.", None))
            } @else {
                (table("Veröffentlichungen", &head, rows))
            }
            @if let Some(token) = token {
                h2 { "Quartal vorbereiten" }
                p.prose {
                    "Die Zahlen werden jetzt gezählt und sofort geheim gehalten, wo es nötig ist; gespeichert wird nur die \
                     geschützte Tabelle. KORA sieht sie erst, wenn eine zweite Person sie freigegeben hat."
                }
                @if options.is_empty() {
                    p { "Die letzten abgeschlossenen Quartale sind alle vorbereitet oder veröffentlicht." }
                } @else {
                    (post_form_unguarded(frame, "/statistik/vorbereiten", Some(token), html! {
                        (select_field(form, &Field::text("quartal", "Quartal").width(Width::Medium).required(), &options, None))
                        (actions("Quartal vorbereiten", &[]))
                    }))
                }
            }
        },
    )
}

/// What the preview shows of a release.
pub(in super::super) struct Preview<'a> {
    /// The release.
    pub line: &'a ReleaseLine,
    /// The table as KORA will see it.
    pub rows: &'a [Row<Option<u64>>],
    /// The attacker's intervals of hidden figures.
    pub intervals: &'a [Row<(u64, Option<u64>)>],
    /// What the attacker gets out of this and all published files.
    pub findings: &'a Result<Vec<Finding>, AttackError>,
    /// How many published files were attacked together with this one.
    pub others: usize,
    /// Whether the checksum fits the file.
    pub intact: bool,
    /// What happened to the release.
    pub history: &'a [HistoryLine],
    /// Whether the actor may approve releases, and did not prepare this one.
    pub may_approve: bool,
    /// Whether the actor prepared it.
    pub own: bool,
    /// Whether the actor may discard it.
    pub may_discard: bool,
}

fn verdict(preview: &Preview<'_>) -> Markup {
    if !preview.intact {
        return notice(
            Tone::Danger,
            None,
            html! { "Die gespeicherte Datei passt nicht zu ihrer Prüfsumme." },
        );
    }
    let files = match preview.others {
        0 => "dieser Datei".to_owned(),
        others => format!(
            "dieser Datei und {}",
            german::plural(
                others as u64,
                "weiteren Veröffentlichung",
                "weiteren Veröffentlichungen"
            )
        ),
    };
    match preview.findings {
        Ok(found) if found.is_empty() => html! {
            p {
                (tag(Tone::Success, "geprüft"))
                " Ein unabhängiges Rechenverfahren hat aus " (files) " keinen geheim gehaltenen Wert erschlossen."
            }
        },
        Ok(found) => notice(
            Tone::Danger,
            None,
            html! {
                "Die Prüfung hat " (german::plural(found.len() as u64, "erschließbaren Wert", "erschließbare Werte"))
                " gefunden. Diese Tabelle darf nicht veröffentlicht werden."
            },
        ),
        Err(error) => notice(
            Tone::Danger,
            None,
            html! { "Die Geheimhaltung konnte nicht geprüft werden. " (error) },
        ),
    }
}

fn certificate(preview: &Preview<'_>) -> Markup {
    let cells = lines(preview.intervals, |entry| match entry {
        Some((lower, Some(upper))) => {
            html! { (german::count(*lower)) " bis " (german::count(*upper)) }
        }
        Some((lower, None)) => html! { "ab " (german::count(*lower)) },
        None => html! { "–" },
    });
    html! {
        h2 { "Nachweis der Geheimhaltung" }
        (verdict(preview))
        @if cells.is_empty() {
            p { "In dieser Tabelle musste kein Wert geheim gehalten werden." }
        } @else {
            p.prose {
                "Für jeden geheim gehaltenen Wert steht hier, welche Werte nach allem, was veröffentlicht ist, noch möglich \
                 sind. Die Spanne muss mindestens bis " (preview.line.threshold()) " reichen und mindestens "
                (preview.line.threshold().saturating_sub(1)) " breit sein. Ein Strich heißt: der Wert ist veröffentlicht."
            }
            (table("Mögliche Werte", &head(), cells))
        }
    }
}

fn decisions(frame: &Frame, preview: &Preview<'_>) -> Markup {
    let line = preview.line;
    let sound = preview.intact && preview.findings.as_ref().is_ok_and(Vec::is_empty);
    html! {
        h2 { "Entscheidung" }
        @if preview.own {
            p.prose { "Sie haben diese Veröffentlichung vorbereitet. Freigeben muss sie eine zweite Person (Vier-Augen-Prinzip)." }
        } @else if preview.may_approve && sound {
            p.prose {
                "Mit der Freigabe kann KORA genau diese Datei abrufen. Die Freigabe gilt nur für die Prüfsumme oben und kann \
                 nicht zurückgenommen werden."
            }
            (post_form_unguarded(frame, &format!("/statistik/{}/freigeben", line.id), None, html! {
                (hidden("version", &line.version.to_string()))
                (hidden("hash", &line.content_hash))
                div.actions { (submit("Für KORA freigeben")) }
            }))
        }
        @if preview.may_discard {
            (post_form_unguarded(frame, &format!("/statistik/{}/verwerfen", line.id), None, html! {
                (hidden("version", &line.version.to_string()))
                div.actions { (submit_danger("aktion", "verwerfen", "Verwerfen")) }
            }))
        }
    }
}

/// One release, as KORA will see (or sees) it, with the proof.
pub(in super::super) fn preview(frame: &Frame, preview: &Preview<'_>) -> Markup {
    let line = preview.line;
    let facts = [
        ("Status", state_tag(line)),
        (
            "Eingaben berücksichtigt bis",
            html! { (german::date(line.cut_off)) },
        ),
        (
            "Vorbereitet von",
            html! { (line.prepared_by_name) ", " (moment(line.prepared_at)) },
        ),
        ("Freigegeben von", approval(line)),
        ("Schwellenwert", html! { (line.threshold()) }),
        (
            "Prüfsumme (SHA-256)",
            html! { code { (line.content_hash) } },
        ),
    ];
    let published = line.state() == Some(State::Published);
    let options = PageOptions {
        wide: true,
        crumbs: vec![("Statistik".into(), "/statistik".into())],
        tools: Some(html! {
            @if published { (link_button("Veröffentlichte Fassung", &format!("/zahlen/{}", line.id), false)) }
            (print_button("Drucken"))
        }),
        ..PageOptions::default()
    };
    let title = format!("Veröffentlichung {}", line.label());
    let caption = format!("{}, Sachsen insgesamt", line.label());
    let events: Vec<TimelineItem> = preview
        .history
        .iter()
        .map(|event| TimelineItem {
            title: event.what.clone(),
            when: moment(event.at),
            by: event.actor_name.clone(),
            detail: event.reason.clone(),
        })
        .collect();
    page_with(
        frame,
        &title,
        options,
        html! {
            (summary_list(&facts))
            h2 { "Die Zahlen, wie KORA sie sieht" }
            (figures(&caption, preview.rows, line.threshold()))
            (certificate(preview))
            @if line.state() == Some(State::Prepared) { (decisions(frame, preview)) }
            (definitions())
            @if !events.is_empty() {
                h2 { "Verlauf" }
                (timeline(&events))
            }
        },
    )
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
        "Nicht freigegeben",
        options,
        html! {
            (notice(Tone::Danger, None, html! { (why) }))
            p { "Es wurde nichts veröffentlicht." }
            p { a href=(release) { "Zurück zur Veröffentlichung" } }
        },
    )
}
