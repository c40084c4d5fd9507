//! The page of today: what is still to record first, then what is on.

use maud::{Markup, html};
use time::Date;

use super::{May, Tab, cancelled, href, reason, register_link, staff, state, tabs, time, title};
use crate::base::german;
use crate::base::time::Instant;
use crate::calendar::service::{Day, Days};
use crate::calendar::store::EntryRow;
use crate::groups::SessionLine;
use crate::groups::rules::{session_number, time_range};
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{Column, Tone, link_button, notice, table};

/// Everything the page shows.
pub(in crate::calendar) struct Today<'a> {
    /// Sessions that are over and not recorded.
    pub open: &'a [SessionLine],
    /// Today.
    pub days: &'a Days,
    pub today: Date,
    pub now: Instant,
    pub may: May,
}

/// The page.
pub(in crate::calendar) fn page(frame: &Frame, view: &Today<'_>) -> Markup {
    let options = PageOptions {
        help: Some("kalender"),
        lead: Some(html! { (german::long_date(view.today)) }),
        tools: view
            .may
            .ward
            .then(|| link_button("Zuführliste von heute", "/kalender/zufuehrung", false)),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Heute",
        options,
        html! {
            (tabs(&view.may, Tab::Today))
            @if view.may.register { (registers(view)) }
            @for day in view.days.rows.iter().flatten() { (on(view, day)) }
        },
    )
}

fn registers(view: &Today<'_>) -> Markup {
    let rows = view
        .open
        .iter()
        .map(|session| {
            vec![
                html! { (german::weekday_date(session.day)) ", " (time_range(session.start_minute, session.minutes)) },
                html! { a href={ "/gruppen/" (session.group_id) } { (session.group_name) } ", " (session_number(session.ordinal)) },
                html! { (german::plural(session.members.unsigned_abs(), "Person", "Personen")) },
                html! {
                    a href={ "/sitzungen/" (session.id) "/anwesenheit" } {
                        "Anwesenheit erfassen" span.hide { ": " (session.group_name) ", " (session_number(session.ordinal)) }
                    }
                },
            ]
        })
        .collect();
    let head = ["Sitzung", "Gruppe", "Teilnehmende", "Nächster Schritt"].map(Column::text);
    html! {
        h2 { "Offene Anwesenheitslisten (" (view.open.len()) ")" }
        @if view.open.is_empty() { p { "Alle vergangenen Sitzungen sind erfasst." } }
        @else { (table("Offene Anwesenheitslisten", &head, rows)) }
    }
}

fn on(view: &Today<'_>, day: &Day) -> Markup {
    let rows = day.entries.iter().map(|entry| row(view, entry)).collect();
    let head = ["Zeit", "Termin", "Ort", "Stand"].map(Column::text);
    html! {
        h2 { "Termine heute (" (day.entries.len()) ")" }
        @if let Some(name) = day.holiday { (notice(Tone::Info, None, html! { "Heute ist Feiertag: " (name) "." })) }
        @for (facility, why) in &day.closed {
            (notice(Tone::Warning, None, html! { (facility) " ist heute geschlossen: " (why) "." }))
        }
        @if day.entries.is_empty() {
            p { "Heute steht nichts an. " a href="/kalender" { "Zur Woche" } }
        } @else { (table("Termine heute", &head, rows)) }
    }
}

fn row(view: &Today<'_>, entry: &EntryRow) -> Vec<Markup> {
    let when = html! {
        @match href(entry, &view.may) {
            Some(href) => a href=(href) { (time(entry, false)) },
            None => (time(entry, false)),
        }
    };
    vec![
        html! { @if cancelled(entry) { s { (when) } } @else { (when) } },
        html! {
            @if cancelled(entry) { s { (title(entry)) } } @else { (title(entry)) }
            @if !entry.module.is_empty() { span.detail { (session_number(entry.ordinal)) ", " (entry.module) } }
            @if let ("session", Some(staff)) = (entry.kind.as_str(), staff(entry)) { span.detail { (staff) } }
        },
        html! { (entry.facility_name) @if !entry.place.is_empty() { ", " (entry.place) } },
        html! {
            @match state(entry, view.now) { Some(state) => (state), None => "geplant" }
            @if let Some(reason) = reason(entry) { span.detail { (reason) } }
            @if let Some(link) = register_link(entry, &view.may, view.now) { " " (link) }
        },
    ]
}
