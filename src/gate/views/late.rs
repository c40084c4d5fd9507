//! Late entries.

use maud::{Markup, html};

use super::{at, escort_box, staff_field, times_fields};
use crate::base::german;
use crate::gate::rules::span;
use crate::gate::store::choices::StaffChoice;
use crate::gate::store::visits::VisitRow;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, Tone, Width, actions, empty_state, error_summary, link_button, notice,
    post_form, table, text_field,
};

pub(in crate::gate) fn form(
    frame: &Frame,
    form: &Form,
    staff: &[StaffChoice],
    token: &str,
) -> Markup {
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: vec![("Pforte".into(), "/pforte".into())],
        help: Some("pforte"),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Nachtrag für heute",
        options,
        html! {
            (error_summary(form))
            (notice(Tone::Warning, None, html! {
                "Nur wenn heute jemand kommen muss und keine Zugangsfreigabe mehr rechtzeitig genehmigt werden kann. Das Vier-Augen-Prinzip ist damit ausgesetzt: Ihr Name und die Uhrzeit stehen auf der Liste, und der Nachtrag wird geprüft. Er öffnet keine Daten. Ohne gültige Überprüfung kommt die Person nur in Begleitung herein."
            }))
            (post_form(frame, "/pforte/nachtrag", Some(token), html! {
                (staff_field(form, staff, true))
                (times_fields(form))
                (escort_box(form))
                (text_field(form, &Field::text("reason", "Grund").required().width(Width::Full).max_length(200).hint("Warum es nicht warten kann")))
                (actions("Nachtragen", &[("Abbrechen", "/pforte")]))
            }))
        },
    )
}

pub(in crate::gate) fn review(frame: &Frame, entries: &[VisitRow], may_add: bool) -> Markup {
    let rows = entries
        .iter()
        .map(|visit| {
            vec![
                html! {
                    @if may_add { a href={ "/einzeltermine/" (visit.id) } { (german::weekday_date(visit.day)) ", " (span(visit.start_minute, visit.minutes)) } }
                    @else { (german::weekday_date(visit.day)) ", " (span(visit.start_minute, visit.minutes)) }
                    @if visit.cancelled_at.is_some() { " abgesagt" }
                },
                html! { (visit.name) " (" (visit.organisation) ")" },
                html! { (visit.facility_name) ", " (visit.destination) },
                html! { @if visit.escort { "nur in Begleitung" } @else { "gültige Überprüfung" } },
                html! { (visit.waiver_reason.as_deref().unwrap_or_default()) },
                html! { (visit.created_by_name) ", " (at(visit.created_at)) },
            ]
        })
        .collect();
    let head = [
        "Tag",
        "Fachkraft",
        "Ziel",
        "Einlass",
        "Grund",
        "Nachgetragen von",
    ]
    .map(Column::text);
    let options = PageOptions {
        wide: true,
        help: Some("pforte"),
        tools: may_add.then(|| link_button("Nachtrag", "/pforte/nachtrag", false)),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Nachträge auf der Pfortenliste",
        options,
        html! {
            p { "Wer ohne Zugangsfreigabe auf das Wort einer einzelnen Person eingelassen wurde, in den letzten drei Monaten. Zur Prüfung durch die zweite Person und den Datenschutz." }
            @if entries.is_empty() {
                (empty_state("Keine Nachträge", "In den letzten drei Monaten wurde niemand nachgetragen.", None))
            } @else { (table("Nachträge", &head, rows)) }
        },
    )
}
