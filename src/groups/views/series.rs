//! Changing dates: the forms, the table of old and new dates, and the page of one session.

use maud::{Markup, html};

use crate::base::german;
use crate::base::ids::{GroupSessionId, RoomId};
use crate::base::time::{Instant, berlin_local};
use crate::conflicts::{self, rules::Conflict, rules::Kind as ConflictKind};
use crate::facilities::RoomLine;
use crate::groups::rules::{CancelReason, SessionKind, begins, minute, time_range};
use crate::groups::series::change::{Changed, Session};
use crate::groups::service::planning::weekday;
use crate::groups::service::series::{Loaded, Preview, PreviewLine};
use crate::groups::store::register::SessionHead;
use crate::groups::store::series::NoteRow;
use crate::history::HistoryLine;
use crate::planning::why::Other;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, TimelineItem, Tone, checkbox, error_summary, hidden, link_button, notice,
    post_form, radio_group, select_field, submit_secondary, summary_list, table, tag, text_field,
    timeline,
};

/// Which change a page makes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::groups) enum Kind {
    Move,
    Cancel,
    CancelDays,
    Restore,
    Adjust,
}

impl Kind {
    /// The heading of its page.
    pub const fn title(self) -> &'static str {
        match self {
            Kind::Move => "Sitzung verschieben",
            Kind::Cancel => "Sitzung absagen",
            Kind::CancelDays => "Mehrere Sitzungen absagen",
            Kind::Restore => "Absage aufheben",
            Kind::Adjust => "Sitzung ändern",
        }
    }

    /// The last part of its address.
    pub const fn step(self) -> &'static str {
        match self {
            Kind::Move => "verschieben",
            Kind::Cancel | Kind::CancelDays => "absagen",
            Kind::Restore => "wiederherstellen",
            Kind::Adjust => "aendern",
        }
    }

    /// What the history says.
    pub const fn what(self) -> &'static str {
        match self {
            Kind::Move => "Termine verschoben",
            Kind::Cancel => "Sitzung abgesagt",
            Kind::CancelDays => "Sitzungen abgesagt",
            Kind::Restore => "Absage aufgehoben",
            Kind::Adjust => "Sitzung geändert",
        }
    }

    /// What the next page says.
    pub const fn done(self) -> &'static str {
        match self {
            Kind::Move => "Die neuen Termine sind gespeichert.",
            Kind::Cancel => "Die Sitzung ist abgesagt.",
            Kind::CancelDays => "Die Sitzungen sind abgesagt.",
            Kind::Restore => "Die Absage ist aufgehoben.",
            Kind::Adjust => "Die Sitzung ist geändert.",
        }
    }
}

/// What a page is about: the change, the group with its dates, and the session if it is about one.
pub(in crate::groups) struct Subject {
    pub kind: Kind,
    pub loaded: Loaded,
    pub session: Option<Session>,
    pub rooms: Vec<RoomLine>,
    /// Whether the session has begun.
    pub begun: bool,
}

impl Subject {
    /// The address of the page.
    pub fn here(&self) -> String {
        match self.id() {
            Some(id) => format!("/sitzungen/{id}/{}", self.kind.step()),
            None => format!("/gruppen/{}/{}", self.loaded.group.id, self.kind.step()),
        }
    }

    /// The session's id.
    pub fn id(&self) -> Option<GroupSessionId> {
        self.session.as_ref().and_then(|session| session.id)
    }

    /// What the audit log calls it.
    pub fn object(&self) -> String {
        let step = self.kind.step();
        match self.id() {
            Some(id) => format!("sitzung {step} group_session/{id}"),
            None => format!("sitzungen {step} training_group/{}", self.loaded.group.id),
        }
    }

    /// The group's page.
    pub fn back(&self) -> String {
        format!("/gruppen/{}", self.loaded.group.id)
    }

    /// The name of a room.
    pub fn room(&self, id: RoomId) -> &str {
        self.rooms
            .iter()
            .find(|room| room.id == id)
            .map_or("anderer Raum", |room| room.name.as_str())
    }
}

/// A change that is shown and may be saved.
pub(in crate::groups) struct Proposal<'a> {
    pub preview: &'a Preview<'a>,
    pub changed: &'a Changed,
    /// What stands against it.
    pub against: &'a [Conflict],
    /// The mark over both.
    pub stand: String,
    /// Whether it is not what was shown before.
    pub stale: bool,
}

/// The page of a change: what would happen, if something was asked, and the form.
pub(in crate::groups) fn page(
    frame: &Frame,
    form: &Form,
    subject: &Subject,
    proposal: Option<&Proposal<'_>>,
) -> Markup {
    page_with_why(frame, form, subject, proposal, None)
}

/// Puts another day into the form of a move and shows its preview.
pub(in crate::groups) fn take_other(
    frame: &Frame,
    form: &Form,
    subject: &Subject,
    other: &Other,
) -> Markup {
    let start = german::time(minute(i64::from(other.start)));
    post_form(
        frame,
        &subject.here(),
        None,
        html! {
            (hidden("umfang", "nur"))
            (hidden("tag", &german::date(other.day)))
            (hidden("start", &start))
            (hidden("raum", &other.room.0.to_string()))
            (hidden("bemerkung", form.value("bemerkung")))
            (submit_secondary("aktion", "vorschau", "Übernehmen"))
        },
    )
}

/// The page of a change with the answer to "Warum nicht?" below.
pub(in crate::groups) fn page_with_why(
    frame: &Frame,
    form: &Form,
    subject: &Subject,
    proposal: Option<&Proposal<'_>>,
    why: Option<Markup>,
) -> Markup {
    let group = &subject.loaded.group;
    let back = format!("/gruppen/{}", group.id);
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: super::crumbs(Some((group.name.clone(), back.clone()))),
        help: Some("gruppen"),
        lead: Some(lead(subject)),
        ..PageOptions::default()
    };
    page_with(
        frame,
        subject.kind.title(),
        options,
        html! {
            (error_summary(form))
            (post_form(frame, &subject.here(), None, html! {
                @if let Some(proposal) = proposal { (preview(form, subject, proposal)) h2 { "Angaben ändern" } }
                (fields(form, subject))
                div.actions {
                    @if subject.kind != Kind::Restore || proposal.is_none() {
                        button.second[proposal.is_some()] type="submit" { @if proposal.is_some() { "Neue Vorschau" } @else { "Vorschau" } }
                    }
                    @if subject.kind == Kind::Move { (submit_secondary("aktion", "warum", "Warum nicht?")) }
                    a href=(back) { "Abbrechen" }
                }
            }))
            @if let Some(why) = why { (why) }
        },
    )
}

fn lead(subject: &Subject) -> Markup {
    let group = &subject.loaded.group;
    html! {
        (group.name) ", "
        @if let Some(session) = &subject.session {
            "Sitzung " (session.content.ordinal) " (" (session.content.module) "), " (when(session)) ", " (subject.room(session.room))
        } @else { (group.facility_name) }
    }
}

fn when(session: &Session) -> String {
    format!(
        "{}, {}",
        german::weekday_date(session.day),
        time_range(i64::from(session.start.value()), session.content.minutes)
    )
}

fn fields(form: &Form, subject: &Subject) -> Markup {
    let rooms: Vec<(String, String)> = subject
        .rooms
        .iter()
        .map(|room| (room.id.to_string(), room.name.clone()))
        .collect();
    let room = || {
        select_field(
            form,
            &Field::text("raum", "Raum").required(),
            &super::plan::pairs(&rooms),
            None,
        )
    };
    let anyway = || {
        checkbox(
            form,
            "trotzdem",
            "Auch an einem Feiertag oder Schließtag",
            Some(
                "Nur ankreuzen, wenn die Einrichtung die Sitzung an diesem Tag ausdrücklich erlaubt.",
            ),
        )
    };
    let why = || {
        html! {
            (select_field(form, &Field::text("grund", "Grund").required(), &CancelReason::choices(), Some("Bitte wählen")))
            (text_field(form, &Field::text("bemerkung", "Bemerkung").hint("Keine Namen von Gefangenen").max_length(200)))
            (radio_group(form, "ersatz", "Was wird aus dem Baustein?", &[
                ("anhaengen", "Nachholen", Some("Er rückt auf den nächsten Termin, die übrigen rücken nach; am Ende kommt ein Termin dazu.")),
                ("ersatzlos", "Ersatzlos", Some("Er entfällt; alle anderen Termine bleiben.")),
            ]))
        }
    };
    match subject.kind {
        Kind::Move => html! {
            (radio_group(form, "umfang", "Was wird verschoben?", &[
                ("nur", "Nur diese Sitzung", None),
                ("folgende", "Diese und die folgenden", Some("Die folgenden bleiben im gewohnten Abstand; Wochentag, Uhrzeit und Raum gelten auch für sie.")),
                ("alle", "Alle, die noch nicht stattgefunden haben", Some("Der neue Tag gilt für die nächste Sitzung der Gruppe.")),
            ]))
            (text_field(form, &Field::date("tag", "Neuer Tag").required()))
            (text_field(form, &Field::time("start", "Beginn").required()))
            (room())
            (anyway())
            (text_field(form, &Field::text("bemerkung", "Grund").max_length(200).hint("Keine Namen von Gefangenen")))
        },
        Kind::Cancel => why(),
        Kind::CancelDays => html! {
            (text_field(form, &Field::date("von", "Erster Tag").required()))
            (text_field(form, &Field::date("bis", "Letzter Tag").required()))
            (why())
        },
        Kind::Restore => anyway(),
        Kind::Adjust => {
            let held = subject.begun
                || subject
                    .session
                    .as_ref()
                    .is_some_and(|session| session.locked);
            html! {
                @if held {
                    (notice(Tone::Info, None, html! { "Diese Sitzung hat schon begonnen. Sie kann berichtigt und verkürzt, aber nicht verlängert werden; der Grund bleibt im Verlauf sichtbar." }))
                }
                @if subject.begun {
                    (text_field(form, &Field::date("tag", "Tag").required()))
                    (text_field(form, &Field::time("start", "Beginn").required()))
                }
                (text_field(form, &Field::time("ende", "Ende").required().hint("Zum Beispiel 17:30")))
                (room())
                @let reason = Field::text("bemerkung", if held { "Grund der Berichtigung" } else { "Grund" }).max_length(200).hint("Keine Namen von Gefangenen");
                (text_field(form, &if held { reason.required() } else { reason }))
            }
        }
    }
}

fn preview(form: &Form, subject: &Subject, proposal: &Proposal<'_>) -> Markup {
    let preview = proposal.preview;
    let with_room = preview.lines.iter().any(|line| {
        line.before.map(|session| session.room) != line.after.map(|session| session.room)
            && line.before.is_some()
            && line.after.is_some()
    });
    let kinds = |line: &PreviewLine<'_>| -> Vec<ConflictKind> {
        let Some(session) = line.after else {
            return Vec::new();
        };
        let of_line = |one: &&Conflict| {
            one.day == session.day && one.span.from == i64::from(session.start.value())
        };
        let mut kinds: Vec<ConflictKind> = proposal
            .against
            .iter()
            .filter(of_line)
            .map(|one| one.kind)
            .collect();
        kinds.dedup();
        kinds
    };
    let with_hint = !proposal.against.is_empty();
    let cell = |session: Option<&Session>| {
        html! {
            @match session {
                Some(session) => {
                    span.date { (when(session)) }
                    @if with_room { span.detail { (subject.room(session.room)) } }
                }
                None => { span.muted { "entfällt" } }
            }
        }
    };
    let row = |line: &PreviewLine<'_>| {
        let session = line.after.or(line.before);
        let mut row = vec![
            html! {
                @if let Some(session) = session { "Nr. " (session.content.ordinal) span.detail { (session.content.module) } }
            },
            html! { @if line.before.is_some() { (cell(line.before)) } @else { span.muted { "abgesagt" } } },
            cell(line.after),
        ];
        if with_hint {
            row.push(html! { @for kind in kinds(line) { (tag(Tone::Warning, kind.label())) " " } });
        }
        row
    };
    let mut head = vec![
        Column::text("Sitzung"),
        Column::text("Bisher"),
        Column::text("Neu"),
    ];
    if with_hint {
        head.push(Column::text("Hinweis"));
    }
    html! {
        @if proposal.stale {
            (notice(Tone::Warning, Some("Die Termine haben sich seit der Vorschau geändert"), html! {
                "Nichts wurde gespeichert. Unten steht, was jetzt geschehen würde. Bitte noch einmal prüfen."
            }))
        }
        h2 #vorschau { "Vorschau: noch nichts gespeichert" }
        (table("Bisherige und neue Termine", &head, preview.lines.iter().map(row).collect()))
        @if preview.unchanged > 0 {
            p { (german::plural(preview.unchanged as u64, "Sitzung bleibt, wie sie ist.", "Sitzungen bleiben, wie sie sind.")) }
        }
        @if let Some(slots) = &proposal.changed.slots {
            p { "Die Gruppe trifft sich dann: "
                @for (index, slot) in slots.iter().enumerate() {
                    @if index > 0 { ", " }
                    (german::weekday_name(slot.weekday)) " " (german::time_of_day(slot.start))
                }
                "."
            }
        }
        @for day in &proposal.changed.skipped { p.muted { "Übersprungen: " (german::weekday_date(day.date)) ", " (day.reason) } }
        @if !preview.hints.is_empty() {
            @for hint in &preview.hints { (notice(Tone::Info, None, html! { (hint) })) }
        }
        (conflicts::panel(form, proposal.against))
        (hidden("stand", &proposal.stand))
        div.actions { button type="submit" name="bestaetigt" value="1" { (save_label(subject.kind)) } }
    }
}

const fn save_label(kind: Kind) -> &'static str {
    match kind {
        Kind::Move => "Neue Termine speichern",
        Kind::Cancel => "Sitzung absagen",
        Kind::CancelDays => "Sitzungen absagen",
        Kind::Restore => "Absage aufheben",
        Kind::Adjust => "Änderung speichern",
    }
}

/// Everything the page of a session shows.
pub(in crate::groups) struct SessionPage<'a> {
    pub session: &'a SessionHead,
    pub note: Option<&'a NoteRow>,
    pub locked: bool,
    pub events: &'a [HistoryLine],
    pub now: Instant,
    pub may_plan: bool,
    pub may_register: bool,
}

/// One session: when, where, what happened to it, and what can be done.
pub(in crate::groups) fn session(frame: &Frame, view: &SessionPage<'_>) -> Markup {
    let session = view.session;
    let base = format!("/sitzungen/{}", session.id);
    let begun = begins(session.day, session.start_minute) <= view.now;
    let cancelled = session.state == "cancelled";
    let running = session.group_state == "published";
    let plan = view.may_plan && session.group_state != "closed";
    let tools = html! {
        @if view.may_register && running && !cancelled && (begun || session.state == "held") {
            (link_button("Anwesenheit", &format!("{base}/anwesenheit"), true))
        }
        @if plan && !cancelled && session.state == "planned" && !begun && !view.locked {
            (link_button("Verschieben", &format!("{base}/verschieben"), false))
        }
        @if plan && running && session.state == "planned" && !view.locked {
            (link_button("Absagen", &format!("{base}/absagen"), false))
        }
        @if plan && running && !cancelled { (link_button("Ändern", &format!("{base}/aendern"), false)) }
        @if plan && running && cancelled && !begun { (link_button("Absage aufheben", &format!("{base}/wiederherstellen"), false)) }
    };
    let options = PageOptions {
        crumbs: super::crumbs(Some((
            session.group_name.clone(),
            format!("/gruppen/{}", session.group_id),
        ))),
        help: Some("gruppen"),
        lead: Some(html! { (session.group_name) ", " (session.facility_name) }),
        tools: Some(tools),
        ..PageOptions::default()
    };
    let state = match session.state.as_str() {
        "held" => tag(Tone::Success, "gehalten"),
        "cancelled" => html! {
            (tag(Tone::Danger, "abgesagt")) " "
            (session.cancel_reason.as_deref().and_then(CancelReason::from_code).map_or("", CancelReason::label))
            @if let Some(note) = view.note.and_then(|note| note.cancel_note.as_deref()) { ": " (note) }
        },
        _ if begun => tag(Tone::Warning, "Anwesenheit fehlt"),
        _ => tag(Tone::Neutral, "geplant"),
    };
    let kind = view
        .note
        .and_then(|note| SessionKind::from_code(&note.kind))
        .map_or("Sitzung", SessionKind::label);
    let items: Vec<TimelineItem> = view
        .events
        .iter()
        .map(|event| TimelineItem {
            title: event.what.clone(),
            when: german::date_time(berlin_local(event.at)),
            by: event.actor_name.clone(),
            detail: change_words(
                event.old_value.as_deref(),
                event.new_value.as_deref(),
                event.reason.as_deref(),
            ),
        })
        .collect();
    page_with(
        frame,
        &format!("Sitzung {}", session.ordinal),
        options,
        html! {
            (summary_list(&[
                ("Termin", html! { (german::long_date(session.day)) ", " (time_range(session.start_minute, session.minutes)) }),
                ("Baustein", html! { (session.module) ", " (kind) }),
                ("Raum", html! { (session.room_name) }),
                ("Stand", html! {
                    (state)
                    @if view.locked { " " (tag(Tone::Info, "gesperrt")) }
                    @if let Some(day) = view.note.and_then(|note| note.replaced_day) {
                        span.detail { "kam dazu, weil die Sitzung am " (german::weekday_date(day)) " ausfiel" }
                    }
                }),
            ]))
            @if session.day.weekday() != weekday(session.weekday) && !cancelled {
                p.muted { "Nicht am gewohnten Wochentag der Gruppe (" (german::weekday_name(weekday(session.weekday))) ")." }
            }
            h2 { "Verlauf" }
            @if items.is_empty() { p { "Diese Sitzung wurde seit ihrer Planung nicht geändert." } } @else { (timeline(&items)) }
        },
    )
}

/// What a line of a history says besides its head: from what to what, and why.
pub(super) fn change_words(
    old: Option<&str>,
    new: Option<&str>,
    reason: Option<&str>,
) -> Option<String> {
    match (old, new, reason) {
        (Some(old), Some(new), reason) => Some(with_reason(&format!("{old} → {new}"), reason)),
        (None, Some(value), reason) | (Some(value), None, reason) => {
            Some(with_reason(value, reason))
        }
        (None, None, Some(reason)) => Some(format!("Grund: {reason}")),
        (None, None, None) => None,
    }
}

fn with_reason(text: &str, reason: Option<&str>) -> String {
    match reason {
        Some(reason) => format!("{text}. Grund: {reason}"),
        None => text.to_owned(),
    }
}
