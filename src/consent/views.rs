//! Pages of consents.

use maud::{Markup, html};
use time::Date;

use super::pages::KEPT_LENGTH;
use super::rules::Purpose;
use super::store::ConsentLine;
use crate::base::german;
use crate::people::PersonHead;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, Tone, actions, empty_state, error_summary, hidden, post_form, radio_group,
    stacked_table, submit_danger, summary_list, tag, text_field,
};

/// What the page shows.
pub(super) struct View<'a> {
    pub head: &'a PersonHead,
    pub lines: &'a [ConsentLine],
    pub today: Date,
    pub may_change: bool,
    pub form: &'a Form,
    pub token: &'a str,
}

/// What is recorded here; being linked is recorded where the link is made.
pub(super) fn recordable() -> impl Iterator<Item = Purpose> {
    Purpose::ALL
        .iter()
        .copied()
        .filter(|purpose| *purpose != Purpose::Link)
}

fn label(code: &str) -> &str {
    Purpose::from_code(code).map_or("–", Purpose::label)
}

fn crumbs(head: &PersonHead) -> Vec<(String, String)> {
    vec![
        ("Personen".into(), "/personen".into()),
        (head.name(), format!("/personen/{}", head.id)),
    ]
}

fn span(line: &ConsentLine) -> Markup {
    html! {
        "ab " (german::date(line.from_day))
        @if let Some(to) = line.to_day { " bis vor " (german::date(to)) } @else { ", ohne Ende" }
    }
}

fn state(line: &ConsentLine, today: Date) -> Markup {
    match line.withdrawn_on {
        Some(day) => tag(
            Tone::Danger,
            &format!("widerrufen am {}", german::date(day)),
        ),
        None if line.given().holds(today) => tag(Tone::Success, "gilt"),
        None => tag(Tone::Neutral, "abgelaufen"),
    }
}

/// The consents of a person.
pub(super) fn list(frame: &Frame, view: &View<'_>) -> Markup {
    let options = PageOptions {
        errored: view.form.has_errors(),
        crumbs: crumbs(view.head),
        help: Some("einwilligungen"),
        ..PageOptions::default()
    };
    let place = format!("/personen/{}/einwilligungen", view.head.id);
    let rows = view
        .lines
        .iter()
        .map(|line| {
            vec![
                html! { (label(&line.purpose)) },
                span(line),
                html! {
                    (state(line, view.today))
                    @if let Some(name) = &line.withdrawn_by_name { span.detail { "erfasst von " (name) } }
                },
                html! {
                    (line.recorded_by_name)
                    @if let Some(place) = &line.place { span.detail { (place) } }
                    @if !line.kept_at.is_empty() { span.detail { "Unterschrift: " (line.kept_at) } }
                },
                html! {
                    @if view.may_change && line.withdrawn_on.is_none() {
                        a href={ "/einwilligungen/" (line.id) "/widerruf" } { "Widerruf erfassen" span.hide { ": " (label(&line.purpose)) } }
                    } @else { "–" }
                },
            ]
        })
        .collect();
    page_with(
        frame,
        "Einwilligungen",
        options,
        html! {
            (error_summary(view.form))
            @if view.lines.is_empty() {
                (empty_state("Keine Einwilligung erfasst", "Drucken Sie das Blatt für den Zweck, lassen Sie es unterschreiben und erfassen Sie es hier.", None))
            } @else {
                (stacked_table("Einwilligungen", &["Zweck", "Zeitraum", "Stand", "Erfasst", "Nächster Schritt"].map(Column::text), rows))
            }
            h2 { "Blatt zum Unterschreiben" }
            ul.ways {
                @for purpose in Purpose::ALL {
                    li { a href={ (place) "/blatt?zweck=" (purpose.code()) } { (purpose.label()) " (PDF)" } }
                }
            }
            @if view.may_change {
                h2 { "Unterschriebene Einwilligung erfassen" }
                (post_form(frame, &place, Some(view.token), html! {
                    (radio_group(view.form, "zweck", "Zweck", &recordable().map(|purpose| (purpose.code(), purpose.label(), None)).collect::<Vec<_>>()))
                    (text_field(view.form, &Field::date("von", "Unterschrieben am").required()))
                    (text_field(view.form, &Field::date("bis", "Gilt bis vor").hint("Leer: bis zum Widerruf.")))
                    (text_field(view.form, &Field::text("ort", "Unterschrift liegt").required().max_length(KEPT_LENGTH).hint("Wo das Blatt ist, zum Beispiel Gefangenenpersonalakte.")))
                    (actions("Einwilligung erfassen", &[]))
                }))
            }
        },
    )
}

/// The page that asks before a withdrawal.
pub(super) fn withdraw(frame: &Frame, head: &PersonHead, line: &ConsentLine) -> Markup {
    let place = format!("/personen/{}/einwilligungen", head.id);
    let mut above = crumbs(head);
    above.push(("Einwilligungen".into(), place.clone()));
    let options = PageOptions {
        crumbs: above,
        help: Some("einwilligungen"),
        ..PageOptions::default()
    };
    let action = format!("/einwilligungen/{}/widerruf", line.id);
    let purpose = Purpose::from_code(&line.purpose);
    page_with(
        frame,
        "Widerruf erfassen",
        options,
        html! {
            (summary_list(&[
                ("Person", html! { (head.name()) }),
                ("Zweck", html! { (label(&line.purpose)) }),
                ("Zeitraum", span(line)),
            ]))
            @if let Some(purpose) = purpose { p { "Der Widerruf wirkt sofort. " (purpose.withdrawal()) } }
            (post_form(frame, &action, None, html! {
                (hidden("version", &line.version.to_string()))
                div.actions { (submit_danger("tun", "widerrufen", "Widerruf erfassen")) a href=(place) { "Abbrechen" } }
            }))
        },
    )
}
