//! Pages of records put together.

use maud::{Markup, html};

use super::pages::REASON_LENGTH;
use super::rules::TABLES;
use super::store::{MergeLine, Twice};
use crate::base::german;
use crate::base::time::berlin_local;
use crate::groups::rules::register::Status;
use crate::people::PersonHead;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, Tone, Width, actions, empty_state, error_summary, get_form, hidden, notice,
    post_form, post_form_unguarded, radio_group, submit, submit_danger, table, text_field,
};

/// What the page for choosing shows.
pub(super) struct Choice<'a> {
    pub head: &'a PersonHead,
    pub query: &'a str,
    pub found: &'a [PersonHead],
    pub made: &'a [MergeLine],
    pub form: &'a Form,
}

fn crumbs(head: &PersonHead) -> Vec<(String, String)> {
    vec![
        ("Personen".into(), "/personen".into()),
        (head.name(), format!("/personen/{}", head.id)),
    ]
}

fn birth(head: &PersonHead) -> String {
    head.birth_date
        .map_or_else(|| "nicht bekannt".to_owned(), german::date)
}

fn number(head: &PersonHead) -> &str {
    head.number.as_deref().unwrap_or("–")
}

/// Choosing the other record, and what was put together before.
pub(super) fn choose(frame: &Frame, view: &Choice<'_>) -> Markup {
    let options = PageOptions {
        errored: view.form.has_errors(),
        crumbs: crumbs(view.head),
        help: Some("zusammenfuehren"),
        ..PageOptions::default()
    };
    let place = format!("/personen/{}/zusammenfuehren", view.head.id);
    let rows = view
        .found
        .iter()
        .map(|other| {
            vec![
                html! {
                    a href={ "/personen/" (other.id) } { (other.name()) }
                    span.detail { (number(other)) ", geboren am " (birth(other)) }
                },
                html! {
                    (post_form_unguarded(frame, &format!("{place}/vergleich"), None, html! {
                        (hidden("mit", &other.id.to_string()))
                        (submit("Vergleichen"))
                    }))
                },
            ]
        })
        .collect();
    page_with(
        frame,
        "Doppelt erfasst",
        options,
        html! {
            (error_summary(view.form))
            p { "Ist dieselbe Person zweimal erfasst, wird der andere Eintrag mit diesem zusammengeführt: " strong { (view.head.name()) } ", Nummer " (number(view.head)) ", geboren am " (birth(view.head)) "." }
            (get_form(&place, html! {
                (text_field(view.form, &Field::search("q", "Anderen Eintrag suchen").hint("Name oder Nummer. Gefunden wird, wer heute in Ihrer Einrichtung untergebracht ist.")))
                (submit("Suchen"))
            }))
            @if !view.query.is_empty() {
                @if view.found.is_empty() {
                    (empty_state("Niemand gefunden", "Beide Einträge müssen heute in Ihrer Einrichtung untergebracht sein.", None))
                } @else {
                    (table("Gefunden", &["Person", "Nächster Schritt"].map(Column::text), rows))
                }
            }
            @if !view.made.is_empty() {
                h2 { "Bisher zusammengeführt" }
                @for line in view.made { (made(frame, view.form, line)) }
            }
        },
    )
}

fn made(frame: &Frame, form: &Form, line: &MergeLine) -> Markup {
    html! {
        section {
            h3 { (line.from_name) }
            p { "Zusammengeführt von " (line.made_by_name) " am " (german::date_time(berlin_local(line.made_at))) ": " (line.reason) }
            @if let (Some(at), Some(name)) = (line.undone_at, &line.undone_by_name) {
                p { "Wieder getrennt von " (name) " am " (german::date_time(berlin_local(at))) @if let Some(reason) = &line.undo_reason { ": " (reason) } }
            } @else {
                (post_form_unguarded(frame, &format!("/zusammenfuehrungen/{}/trennen", line.id), None, html! {
                    (hidden("version", &line.version.to_string()))
                    (text_field(form, &Field::text("grund", "Grund").required().width(Width::Full).max_length(REASON_LENGTH).hint("Warum es doch zwei Personen sind.")))
                    div.actions { (submit_danger("tun", "trennen", "Wieder trennen")) }
                }))
            }
        }
    }
}

/// What the comparison shows.
pub(super) struct Comparison<'a> {
    pub into: &'a PersonHead,
    pub from: &'a PersonHead,
    pub problems: &'a [String],
    pub twice: &'a [Twice],
    pub form: &'a Form,
    pub token: &'a str,
}

fn status(code: &str) -> &'static str {
    Status::from_code(code).map_or("–", Status::label)
}

/// Two records beside each other, the rule of each table, and what has to be chosen.
pub(super) fn compare(frame: &Frame, view: &Comparison<'_>) -> Markup {
    let (into, from) = (view.into, view.from);
    let place = format!("/personen/{}/zusammenfuehren", into.id);
    let mut above = crumbs(into);
    above.push(("Doppelt erfasst".into(), place.clone()));
    let options = PageOptions {
        errored: view.form.has_errors(),
        crumbs: above,
        help: Some("zusammenfuehren"),
        ..PageOptions::default()
    };
    let row = |label: &str, one: &str, other: &str| {
        vec![
            html! { (label) },
            html! { (one) },
            html! { (other) @if one != other { span.detail { strong { "anders" } } } },
        ]
    };
    let sex = |head: &PersonHead| crate::people::rules::sex_from_code(&head.sex).label();
    let master = vec![
        row("Nachname", &into.family_name, &from.family_name),
        row("Vorname", &into.given_name, &from.given_name),
        row("Geburtsdatum", &birth(into), &birth(from)),
        row("Geschlecht", sex(into), sex(from)),
        row("Nummer", number(into), number(from)),
    ];
    let rules = TABLES
        .iter()
        .filter(|table| !table.words.0.is_empty())
        .map(|table| vec![html! { (table.words.0) }, html! { (table.words.1) }])
        .collect();
    page_with(
        frame,
        "Einträge vergleichen",
        options,
        html! {
            (error_summary(view.form))
            (table("Angaben zur Person", &["Angabe", "bleibt", "geht auf"].map(Column::text), master))
            @if view.problems.is_empty() {
                (post_form(frame, &place, Some(view.token), html! {
                    (hidden("mit", &from.id.to_string()))
                    (hidden("version", &into.version.to_string()))
                    (hidden("version_mit", &from.version.to_string()))
                    @if !view.twice.is_empty() {
                        h2 { "Zwei Einträge in einer Sitzung" }
                        @for session in view.twice {
                            @let field = format!("sitzung_{}", session.session_id.0.simple());
                            @let stays = format!("{}: {}", number(into), status(&session.into_status));
                            @let goes = format!("{}: {}", number(from), status(&session.from_status));
                            (radio_group(view.form, &field, &format!("{}, {}", german::weekday_date(session.day), session.group_name), &[
                                ("bleibt", stays.as_str(), None), ("geht", goes.as_str(), None),
                            ]))
                        }
                    }
                    (text_field(view.form, &Field::text("grund", "Grund").required().width(Width::Full).max_length(REASON_LENGTH).hint("Woran Sie erkennen, dass es dieselbe Person ist.")))
                    (actions("Zusammenführen", &[("Abbrechen", place.as_str())]))
                }))
            } @else {
                @for problem in view.problems { (notice(Tone::Warning, None, html! { (problem) })) }
                p { a href=(place) { "Zurück" } }
            }
            h2 { "Was geschieht" }
            (table("Was geschieht", &["Was", "Regel"].map(Column::text), rules))
            p { "Solange daran nichts geändert wurde, lässt sich die Zusammenführung aufheben; dann ist alles wie vorher." }
        },
    )
}
