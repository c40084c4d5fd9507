//! Cancelling a session.

use maud::{Markup, html};

use crate::base::german;
use crate::groups::rules::{CancelReason, time_range};
use crate::groups::series::Series;
use crate::groups::store::register::SessionHead;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Field, Tone, actions, error_summary, hidden, notice, post_form, radio_group, select_field,
    summary_list,
};

pub(super) fn about(session: &SessionHead) -> Markup {
    summary_list(&[
        ("Gruppe", html! { (session.group_name) }),
        (
            "Sitzung",
            html! { "Nr. " (session.ordinal) ", " (session.module) },
        ),
        (
            "Termin",
            html! { (german::long_date(session.day)) ", " (time_range(session.start_minute, session.minutes)) },
        ),
        (
            "Raum",
            html! { (session.room_name) ", " (session.facility_name) },
        ),
    ])
}

fn options<'a>(session: &SessionHead, form: &Form) -> PageOptions<'a> {
    PageOptions {
        errored: form.has_errors(),
        crumbs: super::crumbs(Some((
            session.group_name.clone(),
            format!("/gruppen/{}", session.group_id),
        ))),
        ..PageOptions::default()
    }
}

/// Why, and whether it is made up for.
pub fn cancel(frame: &Frame, form: &Form, session: &SessionHead) -> Markup {
    let reasons = CancelReason::choices();
    let here = format!("/gruppen/{}", session.group_id);
    page_with(
        frame,
        "Sitzung absagen",
        options(session, form),
        html! {
            (error_summary(form))
            (about(session))
            (post_form(frame, &format!("/sitzungen/{}/absagen", session.id), None, html! {
                (hidden("version", &session.version.to_string()))
                (select_field(form, &Field::text("grund", "Grund").required(), &reasons, Some("Bitte wählen")))
                (radio_group(form, "ersatz", "Was wird aus der Sitzung?", &[
                    ("anhaengen", "Hinten anhängen", Some("Der Baustein wird nach der letzten Sitzung der Reihe nachgeholt.")),
                    ("ersatzlos", "Ersatzlos", Some("Die Reihe hat eine Sitzung weniger.")),
                ]))
                (actions("Weiter", &[("Abbrechen", &here)]))
            }))
        },
    )
}

/// What will happen.
pub fn confirm(
    frame: &Frame,
    form: &Form,
    session: &SessionHead,
    reason: CancelReason,
    added: Option<&Series>,
) -> Markup {
    let back = format!("/sitzungen/{}/absagen", session.id);
    page_with(
        frame,
        "Absage bestätigen",
        options(session, form),
        html! {
            (about(session))
            (summary_list(&[
                ("Grund", html! { (reason.label()) }),
                ("Ersatz", html! {
                    @match added.and_then(|series| series.planned.first()) {
                        Some(planned) => { (german::long_date(planned.date)) ", " (german::time_range(planned.start, planned.end)) }
                        None => { "ersatzlos" }
                    }
                }),
            ]))
            @if let Some(series) = added {
                @for day in &series.skipped { p.muted { "Übersprungen: " (german::weekday_date(day.date)) ", " (day.reason) } }
                @for warning in &series.warnings {
                    @if matches!(warning, crate::groups::series::SeriesWarning::Conflict { .. }) {
                        (notice(Tone::Warning, None, html! { (warning) }))
                    }
                }
            }
            (post_form(frame, &back, None, html! {
                (hidden("version", &session.version.to_string()))
                (hidden("grund", reason.code()))
                (hidden("ersatz", form.value("ersatz")))
                (hidden("bestaetigt", "1"))
                (actions("Sitzung absagen", &[("Zurück", &back)]))
            }))
        },
    )
}
