//! The forms of a case: next step, team, talk with a client without a name, making the client known.

use maud::{Markup, html};

use super::cases::{lead, step_links, step_title, trail};
use super::counselling::{NO_CONTENT, talk_fields};
use crate::casework::rules::course::{State, reason_category};
use crate::casework::store::cases::CaseLine;
use crate::casework::store::talks::Offered;
use crate::casework::store::{CodeEntry, StaffLine};
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Field, FieldKind, Width, actions, checkbox, error_summary, hidden, post_form, select_field,
    text_field,
};

fn options<'a>(form: &Form, line: &CaseLine) -> PageOptions<'a> {
    PageOptions {
        errored: form.has_errors(),
        crumbs: trail(line),
        help: Some("faelle"),
        lead: Some(lead(line)),
        ..PageOptions::default()
    }
}

/// The form of a step, or the choice of one.
pub(in crate::casework) fn step(
    frame: &Frame,
    form: &Form,
    line: &CaseLine,
    steps: &[State],
    codes: &[CodeEntry],
) -> Markup {
    let place = format!("/faelle/{}", line.id);
    let chosen = State::from_code(form.value("nach")).filter(|to| steps.contains(to));
    let Some(to) = chosen else {
        return page_with(
            frame,
            "Nächster Schritt",
            options(form, line),
            html! {
                (error_summary(form))
                @if steps.is_empty() {
                    p { "Bei diesem Stand gibt es keinen Schritt, den Sie gehen. " a href=(place) { "Zurück zum Fall" } }
                } @else {
                    p { "Was ist geschehen?" }
                    (step_links(line, steps))
                }
            },
        );
    };
    let from = line.course().state;
    let category = reason_category(from, to);
    let reasons: Vec<(&str, &str)> = codes
        .iter()
        .filter(|entry| Some(entry.category.as_str()) == category)
        .map(|entry| (entry.code.as_str(), entry.label.as_str()))
        .collect();
    page_with(
        frame,
        step_title(line, to),
        options(form, line),
        html! {
            (error_summary(form))
            p { "Stand jetzt: " strong { (from.label()) } ". Stand danach: " strong { (to.label()) } "." }
            @if line.person_id.is_some() && line.enrolment_id.is_none() && to == State::Agreed {
                p { "Damit beginnt die Teilnahme der Person an „" (line.programme_name) "“." }
            }
            @if category == Some("reopened") && line.done_on.is_some() {
                p { "Der frühere Abschluss bleibt gezählt und im Verlauf." }
            }
            (post_form(frame, &format!("{place}/schritt"), None, html! {
                (hidden("version", form.value("version")))
                (hidden("nach", to.code()))
                @if category.is_some() {
                    (select_field(form, &Field::text("grund", "Grund").required().width(Width::Full), &reasons, Some("Bitte wählen")))
                }
                (text_field(form, &Field::date("tag", "Tag").required()))
                (actions(step_title(line, to), &[("Doch nicht", &place)]))
            }))
        },
    )
}

/// Who counsels.
pub(in crate::casework) fn team(
    frame: &Frame,
    form: &Form,
    line: &CaseLine,
    staff: &[StaffLine],
) -> Markup {
    let place = format!("/faelle/{}", line.id);
    let choices: Vec<(String, &str)> = staff
        .iter()
        .map(|member| (member.id.to_string(), member.name.as_str()))
        .collect();
    let choices: Vec<(&str, &str)> = choices
        .iter()
        .map(|(id, name)| (id.as_str(), *name))
        .collect();
    page_with(
        frame,
        "Team einteilen",
        options(form, line),
        html! {
            (error_summary(form))
            p.hint { "Wer eingeteilt ist, sieht den Fall, solange eine Zugangsfreigabe gilt; ein Fall außerhalb einer Einrichtung braucht keine." }
            (post_form(frame, &format!("{place}/team"), None, html! {
                (hidden("version", form.value("version")))
                (select_field(form, &Field::text("erste", "Fachkraft").width(Width::Full), &choices, Some("noch niemand")))
                @if line.team > 1 {
                    (select_field(form, &Field::text("zweite", "Zweite Fachkraft").width(Width::Full)
                        .hint("Diese Maßnahme berät ein Team von zwei."), &choices, Some("noch niemand")))
                }
                (actions("Team speichern", &[("Abbrechen", &place)]))
            }))
        },
    )
}

/// A talk that belongs to the case itself: of a client without a name, or before the agreement.
pub(in crate::casework) fn talk(
    frame: &Frame,
    form: &Form,
    line: &CaseLine,
    offered: &Offered,
    token: &str,
) -> Markup {
    let place = format!("/faelle/{}", line.id);
    page_with(
        frame,
        "Gespräch erfassen",
        options(form, line),
        html! {
            (error_summary(form))
            p.hint { (NO_CONTENT) }
            (post_form(frame, &format!("{place}/gespraech"), Some(token), html! {
                (talk_fields(form, &offered.topics, html! {}))
                (actions("Gespräch speichern", &[("Abbrechen", &place)]))
            }))
        },
    )
}

/// Making the client known.
pub(in crate::casework) fn link(frame: &Frame, form: &Form, line: &CaseLine) -> Markup {
    let place = format!("/faelle/{}", line.id);
    page_with(
        frame,
        "Mit Person verknüpfen",
        options(form, line),
        html! {
            (error_summary(form))
            p { "Ab jetzt gehört der Fall mit seinen Gesprächen zur Person und zählt mit ihr einmal. Das lässt sich nicht zurücknehmen." }
            (post_form(frame, &format!("{place}/verknuepfen"), None, html! {
                (hidden("version", form.value("version")))
                (text_field(form, &Field::new("nummer", "Buch- oder Aktennummer", FieldKind::Text, Width::Medium).required()
                    .hint("Nummer und Geburtsdatum müssen genau passen.")))
                (text_field(form, &Field::date("geburt", "Geburtsdatum").required()))
                (text_field(form, &Field::date("einwilligung", "Einwilligung vom").required()))
                (checkbox(form, "liegt_vor", "Die Einwilligung der Person liegt unterschrieben vor", None))
                (actions("Verknüpfen", &[("Abbrechen", &place)]))
            }))
        },
    )
}
