//! Catch-up sessions: who missed what, planning, the page of one, moving and cancelling it.

use maud::{Markup, html};

use crate::base::german;
use crate::base::time::Instant;
use crate::conflicts::{self, rules::Conflict};
use crate::facilities::RoomLine;
use crate::groups::rules::{CATCH_UP_LABEL, CancelReason, begins, time_range};
use crate::groups::service::passport::Pass;
use crate::groups::store::catch_up::{CatchUp, MadeGood};
use crate::groups::store::{GroupHead, Trainer};
use crate::history::HistoryLine;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, TimelineItem, Tone, Width, actions, empty_state, error_summary, hidden,
    link_button, post_form, select_field, summary_list, table, tag, text_field, timeline,
};

fn options<'a>(group: (String, String), form: &Form) -> PageOptions<'a> {
    PageOptions {
        errored: form.has_errors(),
        crumbs: super::crumbs(Some(group)),
        help: Some("nachholen"),
        ..PageOptions::default()
    }
}

/// When, where, with whom.
fn fields(form: &Form, rooms: &[RoomLine], trainers: &[Trainer]) -> Markup {
    let rooms: Vec<(String, &str)> = rooms
        .iter()
        .map(|room| (room.id.to_string(), room.name.as_str()))
        .collect();
    let rooms: Vec<(&str, &str)> = rooms
        .iter()
        .map(|(id, name)| (id.as_str(), *name))
        .collect();
    let staff: Vec<(String, &str)> = trainers
        .iter()
        .map(|trainer| (trainer.id.to_string(), trainer.name.as_str()))
        .collect();
    let staff: Vec<(&str, &str)> = staff
        .iter()
        .map(|(id, name)| (id.as_str(), *name))
        .collect();
    html! {
        (text_field(form, &Field::date("tag", "Tag").required()))
        (text_field(form, &Field::time("start", "Beginn").required()))
        (text_field(form, &Field::time("ende", "Ende").required()))
        (select_field(form, &Field::text("raum", "Raum").required(), &rooms, Some("Bitte wählen")))
        (select_field(form, &Field::text("fachkraft", "Fachkraft").plain()
            .hint("Wer den Termin hält. Nur diese Person steht dann auf der Pfortenliste."), &staff, Some("alle Fachkräfte der Gruppe")))
    }
}

/// What planning shows.
pub struct PlanPage<'a> {
    pub group: &'a GroupHead,
    /// Present members.
    pub people: &'a [Pass],
    pub rooms: &'a [RoomLine],
    pub trainers: &'a [Trainer],
    /// What stands against what was sent.
    pub against: &'a [Conflict],
    pub token: &'a str,
}

/// Who missed what, and planning a catch-up session.
pub fn plan(frame: &Frame, form: &Form, view: &PlanPage<'_>) -> Markup {
    let here = format!("/gruppen/{}", view.group.id);
    let mut first = true;
    let mut rows = Vec::new();
    let mut open = false;
    for pass in view.people {
        let missed = pass.missed();
        if missed.is_empty() {
            continue;
        }
        let boxes: Vec<Markup> = missed
            .iter()
            .map(|(ordinal, module, day)| {
                let words = format!("Nr. {ordinal} vom {}, {module}", german::date(*day));
                if let Some(planned) = pass.catch_ups.get(ordinal) {
                    return html! { p { (words) span.detail { "Nachholtermin am " (german::weekday_date(*planned)) } } };
                }
                open = true;
                let value = format!("{}:{ordinal}", pass.person_id);
                // The first box carries the id to which the error summary leads.
                let target = if std::mem::take(&mut first) {
                    "f-versaeumt".to_owned()
                } else {
                    format!("f-{}-{ordinal}", pass.person_id.0.simple())
                };
                html! {
                    div.option {
                        input type="checkbox" name="versaeumt" value=(value) id=(target) checked[form.contains("versaeumt", &value)];
                        label for=(target) { (words) span.hide { ", " (pass.name()) } }
                    }
                }
            })
            .collect();
        rows.push(vec![
            html! { a href={ "/personen/" (pass.person_id) "/modulpass" } { (pass.name()) } },
            html! { @for one in &boxes { (one) } },
        ]);
    }
    page_with(
        frame,
        "Versäumtes nachholen",
        PageOptions {
            wide: true,
            ..options((view.group.name.clone(), here.clone()), form)
        },
        html! {
            (error_summary(form))
            @if rows.is_empty() {
                (empty_state("Nichts nachzuholen", "Alle Teilnehmenden haben jede Sitzung besucht, die diese Gruppe bisher hatte, oder sie anderswo nachgeholt.", Some(("Zur Gruppe", &here))))
            } @else {
                p { "Ein Nachholtermin steht außerhalb der Terminreihe: Verschieben, Absagen und Anhängen lassen ihn unberührt. Er hat eine eigene Anwesenheitsliste; wer dabei war, hat die Sitzung nachgeholt." }
                @if open {
                    (post_form(frame, &format!("{here}/nachholen"), Some(view.token), html! {
                        @if let Some(text) = form.error_of("versaeumt") { p.error #f-versaeumt-error { span.hide { "Fehler: " } (text) } }
                        (table("Wer was versäumt hat", &["Person", "Nachholen"].map(Column::text), rows))
                        h2 { "Nachholtermin" }
                        (fields(form, view.rooms, view.trainers))
                        @if !view.against.is_empty() { (conflicts::panel(form, view.against)) }
                        (actions("Nachholtermin planen", &[("Abbrechen", &here)]))
                    }))
                } @else {
                    (table("Wer was versäumt hat", &["Person", "Nachholen"].map(Column::text), rows))
                    p { "Für alles Versäumte ist ein Nachholtermin geplant." }
                }
            }
        },
    )
}

/// What the page of one shows.
pub struct SessionPage<'a> {
    pub session: &'a CatchUp,
    pub made_good: &'a [MadeGood],
    pub events: &'a [HistoryLine],
    pub may_plan: bool,
    pub may_register: bool,
    pub now: Instant,
}

fn state(session: &CatchUp) -> Markup {
    html! {
        @match session.state.as_str() {
            "held" => (tag(Tone::Success, "gehalten")),
            "cancelled" => {
                (tag(Tone::Danger, "abgesagt"))
                @if let Some(reason) = session.cancel_reason.as_deref().and_then(CancelReason::from_code) {
                    span.detail { (reason.label()) @if let Some(note) = &session.cancel_note { ": " (note) } }
                }
            }
            _ => (tag(Tone::Info, "geplant")),
        }
    }
}

/// The page of one.
pub fn session(frame: &Frame, view: &SessionPage<'_>) -> Markup {
    let session = view.session;
    let base = format!("/nachholtermine/{}", session.id);
    let begun = begins(session.day, session.start_minute) <= view.now;
    let planned = session.state == "planned";
    let tools = html! {
        @if view.may_register && session.state != "cancelled" {
            @if begun || session.state == "held" { (link_button("Anwesenheit", &format!("/sitzungen/{}/anwesenheit", session.id), true)) " " }
            (link_button("Liste zum Ausdrucken", &format!("/gruppen/{}/sitzungen/{}/blatt", session.group_id, session.id), false)) " "
        }
        @if view.may_plan && planned {
            (link_button("Ändern", &format!("{base}/aendern"), false)) " "
            (link_button("Absagen", &format!("{base}/absagen"), false))
        }
    };
    let mut rows: Vec<Vec<Markup>> = Vec::new();
    let mut last = None;
    for row in view.made_good {
        let again = last == Some(row.person_id);
        last = Some(row.person_id);
        rows.push(vec![
            html! {
                @if row.visible && !again { a href={ "/personen/" (row.person_id) } { (row.name()) } }
                @else { (row.name()) }
            },
            html! { "Nr. " (row.ordinal) ", " (row.module) },
        ]);
    }
    let items: Vec<TimelineItem> = view.events.iter().map(TimelineItem::from).collect();
    let group = (
        session.group_name.clone(),
        format!("/gruppen/{}", session.group_id),
    );
    page_with(
        frame,
        CATCH_UP_LABEL,
        PageOptions {
            tools: Some(tools),
            lead: Some(html! { (session.group_name) ", " (session.facility_name) }),
            ..options(group, &Form::empty())
        },
        html! {
            (summary_list(&[
                ("Termin", html! { (german::long_date(session.day)) ", " (time_range(session.start_minute, session.minutes)) }),
                ("Raum", html! { (session.room_name) }),
                ("Fachkraft", html! { (session.staff_name.as_deref().unwrap_or("alle Fachkräfte der Gruppe")) }),
                ("Stand", state(session)),
            ]))
            (table("Was nachgeholt wird", &["Person", "Sitzung"].map(Column::text), rows))
            h2 { "Verlauf" }
            (timeline(&items))
        },
    )
}

/// Moving one.
pub fn change(
    frame: &Frame,
    form: &Form,
    session: &CatchUp,
    (rooms, trainers): (&[RoomLine], &[Trainer]),
    against: &[Conflict],
) -> Markup {
    let base = format!("/nachholtermine/{}", session.id);
    let group = (
        session.group_name.clone(),
        format!("/gruppen/{}", session.group_id),
    );
    page_with(
        frame,
        "Nachholtermin ändern",
        options(group, form),
        html! {
            (error_summary(form))
            (post_form(frame, &format!("{base}/aendern"), None, html! {
                (hidden("version", form.value("version")))
                (fields(form, rooms, trainers))
                @if !against.is_empty() { (conflicts::panel(form, against)) }
                (actions("Speichern", &[("Abbrechen", &base)]))
            }))
        },
    )
}

/// Cancelling one.
pub fn cancel(frame: &Frame, form: &Form, session: &CatchUp) -> Markup {
    let base = format!("/nachholtermine/{}", session.id);
    let group = (
        session.group_name.clone(),
        format!("/gruppen/{}", session.group_id),
    );
    let reasons = CancelReason::choices();
    page_with(
        frame,
        "Nachholtermin absagen",
        options(group, form),
        html! {
            (error_summary(form))
            p { (german::long_date(session.day)) ", " (time_range(session.start_minute, session.minutes)) ". Was nachgeholt werden sollte, ist danach wieder offen." }
            (post_form(frame, &format!("{base}/absagen"), None, html! {
                (hidden("version", form.value("version")))
                (select_field(form, &Field::text("grund", "Grund").required(), &reasons, Some("Bitte wählen")))
                (text_field(form, &Field::text("bemerkung", "Bemerkung").width(Width::Full).max_length(200)))
                (actions("Nachholtermin absagen", &[("Abbrechen", &base)]))
            }))
        },
    )
}
