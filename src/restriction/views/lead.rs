//! Restricted records as the lead of an office sees them.

use maud::{Markup, html};

use super::super::store::{LINES, Line};
use super::{ground, reason_field, when};
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, actions, empty_state, error_summary, post_form, summary_list, table,
};

const HERE: &str = "/einschraenkungen/stelle";

fn name(line: &Line) -> String {
    format!("{}, {}", line.family_name, line.given_name)
}

/// Where one is within a record.
pub(in crate::restriction) fn above(line: &Line) -> Vec<(String, String)> {
    vec![
        ("Eingeschränkte Datensätze".into(), HERE.into()),
        (name(line), format!("{HERE}/{}", line.id)),
    ]
}

fn since(line: &Line) -> Markup {
    html! { @match line.restricted_at { Some(at) => (when(at)), None => "–" } }
}

/// The restricted records of people whom the office knew.
pub(in crate::restriction) fn list(frame: &Frame, lines: &[Line]) -> Markup {
    let options = PageOptions {
        help: Some("einschraenkung"),
        ..PageOptions::default()
    };
    let rows: Vec<Vec<Markup>> = lines
        .iter()
        .take(LINES)
        .map(|line| {
            vec![
                html! { a href={ (HERE) "/" (line.id) } { (name(line)) } },
                html! { (line.ground.as_deref().map_or("–", ground)) },
                since(line),
            ]
        })
        .collect();
    page_with(
        frame,
        "Eingeschränkte Datensätze",
        options,
        html! {
            p.prose { "Personen, die in Ihrer Stelle waren und deren Datensatz eingeschränkt ist. Sie stehen in keiner anderen Liste. Als Leitung können Sie einen Datensatz im Einzelfall einsehen; aufheben kann die Einschränkung nur der Datenschutz." }
            @if rows.is_empty() {
                (empty_state("Keine eingeschränkten Datensätze", "Schränkt der Datenschutz den Datensatz einer Person Ihrer Stelle ein, steht er hier.", None))
            } @else {
                (table("Eingeschränkte Datensätze", &["Person", "Grund", "Eingeschränkt seit"].map(Column::text), rows))
                @if lines.len() > LINES { p { "Gezeigt werden die " (LINES) " neuesten." } }
            }
        },
    )
}

/// The question before a look.
pub(in crate::restriction) fn form(frame: &Frame, line: &Line, form: &Form) -> Markup {
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: vec![("Eingeschränkte Datensätze".into(), HERE.into())],
        help: Some("einschraenkung"),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Im Einzelfall einsehen",
        options,
        html! {
            (error_summary(form))
            (summary_list(&[
                ("Person", html! { (name(line)) }),
                ("Grund der Einschränkung", html! { (line.ground.as_deref().map_or("–", ground)) }),
                ("Eingeschränkt seit", since(line)),
            ]))
            p.prose { "Jede Einsicht steht mit ihrer Begründung im Protokoll und zeigt die Angaben einmal. Der Datenschutz kann sie prüfen." }
            (post_form(frame, &format!("{HERE}/{}", line.id), None, html! {
                (reason_field(form, "einsicht", "Wofür, auf wessen Anordnung."))
                (actions("Angaben zeigen", &[("Abbrechen", HERE)]))
            }))
        },
    )
}
