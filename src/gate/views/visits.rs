//! Announced visits.

use maud::{Markup, html};
use time::Date;

use super::{anyway, escort_box, refs, staff_field, times_fields};
use crate::access::Role;
use crate::base::german;
use crate::gate::rules::span;
use crate::gate::service::visits::Choices;
use crate::gate::store::visits::VisitRow;
use crate::history::HistoryLine;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, TimelineItem, Tone, Width, actions, empty_state, error_summary, hidden,
    link_button, notice, post_form, post_form_unguarded, select_field, submit_danger, summary_list,
    table, tag, text_field, timeline, two_versions,
};

fn state(visit: &VisitRow) -> Markup {
    html! {
        @if visit.cancelled_at.is_some() { (tag(Tone::Danger, "abgesagt")) } @else { (tag(Tone::Success, "angekündigt")) }
        @if visit.waiver_reason.is_some() { " " (tag(Tone::Warning, "Nachtrag")) }
        @if visit.escort { " " (tag(Tone::Info, "mit Begleitung")) }
    }
}

pub(in crate::gate) fn list(frame: &Frame, visits: &[VisitRow], role: Role, today: Date) -> Markup {
    let rows = visits
        .iter()
        .map(|visit| {
            vec![
                html! { a href={ "/einzeltermine/" (visit.id) } { @if visit.day == today { "Heute, " } (german::weekday_date(visit.day)) ", " (span(visit.start_minute, visit.minutes)) } },
                html! { (visit.name) " (" (visit.organisation) ")" },
                html! { (visit.facility_name) ", " (visit.destination) },
                state(visit),
            ]
        })
        .collect();
    let options = PageOptions {
        help: Some("pforte"),
        tools: Some(link_button("Termin ankündigen", "/einzeltermine/neu", true)),
        ..PageOptions::default()
    };
    let whose = match role {
        Role::Trainer => {
            "Ihre Termine außerhalb der Gruppen, ab heute. Die Pforte der Einrichtung sieht sie."
        }
        Role::Coordinator => {
            "Termine Ihrer Fachkräfte außerhalb der Gruppen, ab heute. Die Pforte der Einrichtung sieht sie."
        }
        _ => {
            "Termine externer Fachkräfte in Ihrer Einrichtung außerhalb der Gruppen, ab heute. Die Pforte sieht sie."
        }
    };
    page_with(
        frame,
        "Einzeltermine",
        options,
        html! {
            p { (whose) }
            @if visits.is_empty() {
                (empty_state("Keine Termine angekündigt", "Sitzungen veröffentlichter Gruppen stehen von selbst auf der Pfortenliste; hier stehen nur einzelne Termine.", Some(("Termin ankündigen", "/einzeltermine/neu"))))
            } @else { (table("Einzeltermine", &["Wann", "Fachkraft", "Ziel", "Stand"].map(Column::text), rows)) }
        },
    )
}

pub(in crate::gate) fn announce(
    frame: &Frame,
    form: &Form,
    choices: &Choices,
    token: &str,
) -> Markup {
    let places: Vec<(String, String)> = choices
        .places
        .iter()
        .map(|place| (place.id.to_string(), place.name.clone()))
        .collect();
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: vec![("Einzeltermine".into(), "/einzeltermine".into())],
        help: Some("pforte"),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Termin ankündigen",
        options,
        html! {
            (error_summary(form))
            @if places.is_empty() {
                (notice(Tone::Warning, None, html! { "Zurzeit gilt keine Zugangsfreigabe. Ohne Freigabe wird niemand angekündigt; bitte zuerst eine Freigabe beantragen." }))
            }
            (post_form(frame, "/einzeltermine/neu", Some(token), html! {
                @match choices.staff.as_slice() {
                    [own] => (summary_list(&[("Fachkraft", html! { (own.name) })])),
                    all => (staff_field(form, all, true)),
                }
                @if let [own] = choices.staff.as_slice() { (hidden("staff", &own.id.to_string())) }
                @match choices.places.as_slice() {
                    [only] => (summary_list(&[("Einrichtung", html! { (only.name) })])),
                    _ => (select_field(form, &Field::text("facility", "Einrichtung").required().width(Width::Full), &refs(&places), Some("Bitte wählen"))),
                }
                (text_field(form, &Field::date("day", "Tag").required()))
                (times_fields(form))
                (escort_box(form))
                (anyway(form))
                (actions("Ankündigen", &[("Abbrechen", "/einzeltermine")]))
            }))
        },
    )
}

pub(in crate::gate) fn visit(
    frame: &Frame,
    form: &Form,
    visit: &VisitRow,
    history: &[HistoryLine],
    change: bool,
) -> Markup {
    let address = format!("/einzeltermine/{}", visit.id);
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: vec![("Einzeltermine".into(), "/einzeltermine".into())],
        help: Some("pforte"),
        ..PageOptions::default()
    };
    let items: Vec<_> = history.iter().map(TimelineItem::from).collect();
    let version = visit.version.to_string();
    page_with(
        frame,
        &format!("Termin am {}", german::date(visit.day)),
        options,
        html! {
            (error_summary(form))
            (summary_list(&[
                ("Stand", state(visit)),
                ("Fachkraft", html! { (visit.name) " (" (visit.organisation) ")" }),
                ("Einrichtung", html! { (visit.facility_name) }),
                ("Wann", html! { (german::weekday_date(visit.day)) ", " (span(visit.start_minute, visit.minutes)) }),
                ("Ziel", html! { (visit.destination) }),
                ("Angekündigt von", html! { (visit.created_by_name) }),
            ]))
            @if change && visit.waiver_reason.is_none() {
                h2 { "Ändern" }
                (post_form(frame, &address, None, html! {
                    (hidden("version", &version))
                    (text_field(form, &Field::date("day", "Tag").required()))
                    (times_fields(form))
                    (escort_box(form))
                    (anyway(form))
                    (actions("Speichern", &[("Gegenstand beantragen", "/gegenstaende/neu"), ("Zurück", "/einzeltermine")]))
                }))
            }
            @if change {
                h2 { "Absagen" }
                (post_form_unguarded(frame, &format!("{address}/absagen"), None, html! {
                    (hidden("version", &version))
                    p { "Der Termin bleibt durchgestrichen auf der Pfortenliste stehen." }
                    div.actions { (submit_danger("schritt", "1", "Termin absagen")) }
                }))
            }
            h2 { "Verlauf" }
            (timeline(&items))
        },
    )
}

/// Both versions of a visit; `now` is what is stored: day, times, destination.
pub(in crate::gate) fn conflict(
    frame: &Frame,
    form: &Form,
    visit: &VisitRow,
    now: &[String; 3],
) -> Markup {
    let typed = format!("{}–{}", form.value("from").trim(), form.value("to").trim());
    let [day, times, destination] = now;
    let address = format!("/einzeltermine/{}", visit.id);
    page_with(
        frame,
        "Inzwischen geändert",
        PageOptions {
            crumbs: vec![("Einzeltermine".into(), "/einzeltermine".into())],
            ..PageOptions::default()
        },
        html! {
            p { "Jemand hat diesen Termin geändert, während Sie ihn bearbeiteten. Ihre Eingaben sind noch nicht gespeichert." }
            (two_versions(&[
                ("Tag", form.value("day").trim(), day),
                ("Zeit", &typed, times),
                ("Ziel", form.value("destination").trim(), destination),
            ]))
            (post_form(frame, &address, None, html! {
                (hidden("version", &visit.version.to_string()))
                @for field in ["day", "from", "to", "destination", "escort", "trotzdem"] { (hidden(field, form.value(field))) }
                (actions("Meine Fassung speichern", &[("Gespeicherte Fassung behalten", &address)]))
            }))
        },
    )
}
