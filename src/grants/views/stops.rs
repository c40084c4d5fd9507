//! Stops: the list, the form with the reason, the page of one stop.

use maud::{Markup, html};
use time::Date;

use super::{at, period};
use crate::grants::rules::{self, Shown, State};
use crate::grants::store::StaffChoice;
use crate::grants::store::stops::{StopRow, StoppedGrant};
use crate::history::HistoryLine;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, TimelineItem, Tone, Width, empty_state, error_summary, hidden, link_button,
    notice, post_form, post_form_unguarded, radio_group, select_field, submit, submit_danger,
    summary_list, table, tag, text_field, timeline,
};

fn extent(stop: &StopRow) -> &str {
    stop.facility_name
        .as_deref()
        .unwrap_or("alle Einrichtungen")
}

fn standing(stop: &StopRow) -> Markup {
    match (&stop.lifted_by_name, stop.lifted_at) {
        (Some(name), Some(instant)) => html! {
            (tag(Tone::Neutral, "aufgehoben")) " " (name) ", " (at(instant))
        },
        _ => tag(Tone::Danger, "gesperrt"),
    }
}

pub(in crate::grants) fn stops(frame: &Frame, stops: &[StopRow], may_set: bool) -> Markup {
    let rows = stops
        .iter()
        .map(|stop| {
            vec![
                html! { a href={ "/sperren/" (stop.id) } { (stop.staff_name) } },
                html! { (stop.provider_name) },
                html! { (extent(stop)) },
                html! { (stop.set_by_name) ", " (at(stop.set_at)) },
                standing(stop),
            ]
        })
        .collect();
    let head = ["Fachkraft", "Träger", "Gilt für", "Gesetzt", "Stand"].map(Column::text);
    let options = PageOptions {
        crumbs: vec![("Zugangsfreigaben".into(), "/freigaben".into())],
        help: Some("freigaben"),
        tools: may_set.then(|| link_button("Zugang sperren", "/sperren/neu", true)),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Sperren",
        options,
        html! {
            @if stops.is_empty() {
                (empty_state(
                    "Keine Sperre",
                    "Eine Sperre nimmt einer externen Fachkraft sofort den Zugang und die Einsicht. Aufgehoben wird sie von einer zweiten Person.",
                    None,
                ))
            } @else { (table("Sperren", &head, rows)) }
        },
    )
}

pub(in crate::grants) fn stop_form(
    frame: &Frame,
    form: &Form,
    staff: &[StaffChoice],
    of_facility: bool,
    token: &str,
) -> Markup {
    let options: Vec<(String, String)> = staff
        .iter()
        .map(|member| {
            (
                member.id.to_string(),
                format!("{} ({})", member.name, member.provider_name),
            )
        })
        .collect();
    let refs: Vec<(&str, &str)> = options
        .iter()
        .map(|(id, name)| (id.as_str(), name.as_str()))
        .collect();
    let chosen = staff
        .iter()
        .find(|member| member.id.to_string() == form.value("staff"));
    let page = PageOptions {
        errored: form.has_errors(),
        crumbs: vec![
            ("Zugangsfreigaben".into(), "/freigaben".into()),
            ("Sperren".into(), "/sperren".into()),
        ],
        help: Some("freigaben"),
        ..PageOptions::default()
    };
    let title = chosen.map_or_else(
        || "Zugang sperren".to_owned(),
        |member| format!("Zugang sperren: {}", member.name),
    );
    page_with(
        frame,
        &title,
        page,
        html! {
            (error_summary(form))
            p { "Gilt sofort: Alle Freigaben und Anträge sind geschlossen, an der Pforte steht „gesperrt“, und wer angemeldet ist, sieht beim nächsten Klick keine Daten mehr. Aufheben kann die Sperre nur eine andere Person mit der Rolle Zugang." }
            (post_form(frame, "/sperren/neu", Some(token), html! {
                @match chosen {
                    Some(member) => {
                        (hidden("staff", &member.id.to_string()))
                        (summary_list(&[
                            ("Fachkraft", html! { (member.name) }),
                            ("Träger", html! { (member.provider_name) }),
                        ]))
                    }
                    None => (select_field(form, &Field::text("staff", "Externe Fachkraft").required().width(Width::Full), &refs, Some("Bitte wählen"))),
                }
                @if of_facility {
                    (radio_group(form, "extent", "Wo gilt die Sperre?", &[
                        ("own", "in dieser Einrichtung", None),
                        ("all", "in allen Einrichtungen", Some("Jede andere Einrichtung hebt sie für sich selbst auf.")),
                    ]))
                } @else {
                    (summary_list(&[("Gilt für", html! { "alle Einrichtungen" })]))
                }
                (text_field(form, &Field::text("reason", "Grund").required().width(Width::Full).max_length(300)
                    .hint(if of_facility { "Lesen nur die Zugangsstellen, nicht Pforte und Träger. Keine Angaben zu Gefangenen." } else { "Lesen die Zugangsstellen der Einrichtungen und Ihr Träger, nicht die Pforte. Keine Angaben zu Gefangenen." })))
                div.actions { (submit_danger("schritt", "1", "Jetzt sperren")) a href="/sperren" { "Abbrechen" } }
            }))
        },
    )
}

/// Who looks at a stop, and what was just refused to them.
pub(in crate::grants) struct StopViewer {
    /// Whether the role lifts stops.
    pub may_lift: bool,
    /// Whether the role sees the sessions that need cover now.
    pub sees_cover: bool,
    /// Whether this person set it.
    pub own: bool,
    /// Whether the reason may be read.
    pub reads_reason: bool,
    /// What was just refused, as a sentence.
    pub refusal: Option<String>,
}

fn grants(held: &[StoppedGrant], open: bool, today: Date) -> Markup {
    let rows = held
        .iter()
        .map(|grant| {
            let state = grant.state.parse().unwrap_or(State::Revoked);
            let shown = rules::shown(state, grant.first_day, grant.last_day, today);
            vec![
                html! { a href={ "/freigaben/" (grant.id) } { (grant.facility_name) } },
                html! { (grant.programme_name) },
                html! { (period(grant.first_day, grant.last_day)) },
                html! {
                    @if shown == Shown::Expired { "abgelaufen, bleibt geschlossen" }
                    @else if grant.suspended_reason.is_some() || (grant.approved && !grant.cleared) { "bleibt auch danach geschlossen" }
                    @else if grant.approved { "gilt danach wieder" }
                    @else { "danach wieder beantragt" }
                },
            ]
        })
        .collect();
    let head = ["Einrichtung", "Maßnahme", "Von – bis", "Nach dem Aufheben"].map(Column::text);
    html! {
        @if open {
            h2 { "Geschlossene Freigaben" }
            @if held.is_empty() { p { "Es gab keine Freigabe und keinen Antrag. Neue können nicht genehmigt werden, solange die Sperre gilt." } }
            @else { (table("Geschlossene Freigaben", &head, rows)) }
        }
    }
}

pub(in crate::grants) fn stop(
    frame: &Frame,
    form: &Form,
    row: &StopRow,
    held: &[StoppedGrant],
    history: &[HistoryLine],
    viewer: &StopViewer,
    today: Date,
) -> Markup {
    let open = row.lifted_at.is_none();
    let options = PageOptions {
        errored: form.has_errors() || viewer.refusal.is_some(),
        crumbs: vec![
            ("Zugangsfreigaben".into(), "/freigaben".into()),
            ("Sperren".into(), "/sperren".into()),
        ],
        help: Some("freigaben"),
        tools: (open && viewer.sees_cover).then(|| {
            let way = format!("/vertretung?fachkraft={}", row.staff_id);
            link_button("Betroffene Sitzungen und Vertretung", &way, true)
        }),
        ..PageOptions::default()
    };
    let items: Vec<TimelineItem> = history
        .iter()
        .map(|entry| {
            let mut item = TimelineItem::from(entry);
            if !viewer.reads_reason {
                item.detail = None;
            }
            item
        })
        .collect();
    page_with(
        frame,
        &format!("Sperre {}", row.staff_name),
        options,
        html! {
            (error_summary(form))
            @if let Some(refusal) = &viewer.refusal { (notice(Tone::Danger, Some("Nicht aufgehoben"), html! { (refusal) })) }
            (summary_list(&[
                ("Stand", standing(row)),
                ("Fachkraft", html! { (row.staff_name) }),
                ("Träger", html! { (row.provider_name) }),
                ("Gilt für", html! { (extent(row)) }),
                ("Gesetzt", html! { (row.set_by_name) ", " (at(row.set_at)) }),
                ("Grund", html! { @if viewer.reads_reason { (row.reason) } @else { "Bitte bei der Zugangsstelle der Einrichtung erfragen." } }),
            ]))
            (grants(held, open, today))
            @if open && viewer.may_lift {
                h2 { "Aufheben" }
                @if viewer.own {
                    p { "Sie haben diese Sperre gesetzt. Aufheben muss sie eine zweite Person mit der Rolle Zugang Ihrer Einrichtung." }
                } @else {
                    @if row.facility_id.is_none() { p { "Aufgehoben wird sie für Ihre Einrichtung. In allen anderen gilt sie weiter, bis diese sie aufheben." } }
                    (post_form_unguarded(frame, &format!("/sperren/{}/aufheben", row.id), None, html! {
                        (hidden("version", &row.version.to_string()))
                        (text_field(form, &Field::text("reason", "Grund").required().width(Width::Full).max_length(300).hint("Steht im Verlauf.")))
                        div.actions { (submit("Sperre aufheben")) }
                    }))
                }
            }
            h2 { "Verlauf" }
            (timeline(&items))
        },
    )
}
