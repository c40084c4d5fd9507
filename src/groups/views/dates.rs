//! A group's dates, and what they say at a glance.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::group::GroupPage;
use crate::base::german;
use crate::groups::rules::glance::{Fact, Glance, SessionState};
use crate::groups::rules::{CancelReason, SessionKind, begins, session_number, time_range};
use crate::groups::store::SessionRow;
use crate::web::parts::{Column, Tone, link_button, table, tag};

/// When and where a group usually meets: what most of its sessions have in common.
pub(super) struct Usual<'a> {
    start_minute: i64,
    minutes: i64,
    room: &'a str,
}

impl<'a> Usual<'a> {
    pub(super) fn of(sessions: &'a [SessionRow]) -> Option<Self> {
        let mut times: BTreeMap<(i64, i64), usize> = BTreeMap::new();
        let mut rooms: BTreeMap<&str, usize> = BTreeMap::new();
        for session in sessions {
            *times
                .entry((session.start_minute, session.minutes))
                .or_default() += 1;
            *rooms.entry(session.room_name.as_str()).or_default() += 1;
        }
        let (start_minute, minutes) = most(times)?;
        Some(Self {
            start_minute,
            minutes,
            room: most(rooms)?,
        })
    }

    /// "14:00–17:30 Uhr, Gruppenraum 1".
    pub(super) fn words(&self) -> String {
        format!(
            "{}, {}",
            time_range(self.start_minute, self.minutes),
            self.room
        )
    }
}

fn most<T: Ord + Copy>(counts: BTreeMap<T, usize>) -> Option<T> {
    counts
        .into_iter()
        .max_by_key(|(_, count)| *count)
        .map(|(value, _)| value)
}

fn over(view: &GroupPage<'_>, session: &SessionRow) -> bool {
    begins(session.day, session.start_minute).plus_minutes(session.minutes) <= view.now
}

/// How the group stands: next session, sessions held, registers, attendance, trainers. All counted from what is shown
/// below.
pub(super) fn glance(view: &GroupPage<'_>) -> Vec<(&'static str, Markup)> {
    let next = view
        .sessions
        .iter()
        .find(|session| session.state == "planned" && !over(view, session));
    let published = view.group.state == "published";
    let facts: Vec<Fact> = view
        .sessions
        .iter()
        .map(|session| Fact {
            state: SessionState::of(&session.state),
            over: published && over(view, session),
            covered: session.cover_first.is_some(),
        })
        .collect();
    let members = view
        .members
        .iter()
        .map(|member| (member.attended, member.held));
    let glance = Glance::of(&facts, members);
    let mut rows = vec![
        (
            "Nächste Sitzung",
            html! {
                @match next {
                    Some(session) => {
                        a href={ "/sitzungen/" (session.id) } { (german::weekday_date(session.day)) }
                        ", " (time_range(session.start_minute, session.minutes)) ", " (session.room_name)
                        ", Nr. " (session.ordinal) ", " (session.module)
                    }
                    None => "keine mehr geplant",
                }
            },
        ),
        (
            "Verlauf",
            html! {
                (glance.held) " von " (glance.active) " Sitzungen gehalten"
                @if glance.cancelled > 0 { ", " (glance.cancelled) " abgesagt" }
            },
        ),
    ];
    if view.group.state != "draft" {
        rows.push((
            "Anwesenheitslisten",
            html! {
                @if glance.missing > 0 {
                    (tag(Tone::Warning, &german::plural(glance.missing as u64, "Liste fehlt", "Listen fehlen")))
                } @else if glance.held > 0 { "vollständig" } @else { "noch keine" }
            },
        ));
    }
    if let Some(share) = glance.attendance() {
        rows.push((
            "Anwesenheit",
            html! { (share) " % (" (german::count(glance.attended)) " von " (german::count(glance.expected)) " möglichen)" },
        ));
    }
    if let Some(share) = glance.continuity() {
        rows.push((
            "Eigene Fachkräfte",
            html! { "in " (glance.own) " von " (glance.held) " gehaltenen Sitzungen (" (share) " %)" },
        ));
    }
    rows
}

/// The table of dates. Room and time stand in it only where they are not the usual ones.
pub(super) fn table_of(view: &GroupPage<'_>) -> Markup {
    let usual = Usual::of(view.sessions);
    let plan = view.may_plan && view.group.state != "closed";
    let mut head = ["Nr.", "Termin", "Stand", "Baustein"]
        .map(Column::text)
        .to_vec();
    if plan {
        head.push(Column::text("Aktion"));
    }
    let rows = view
        .sessions
        .iter()
        .map(|session| {
            let mut row = vec![
                html! { (session.ordinal) },
                html! {
                    a.date href={ "/sitzungen/" (session.id) } { (german::weekday_date(session.day)) }
                    @if let Some(usual) = &usual {
                        @if (session.start_minute, session.minutes) != (usual.start_minute, usual.minutes) {
                            span.detail { (time_range(session.start_minute, session.minutes)) }
                        }
                        @if session.room_name != usual.room { span.detail { (session.room_name) } }
                    }
                },
                state(view, session),
                html! {
                    (session.module)
                    @if let (Some(first), Some(last)) = (&session.cover_first, &session.cover_last) {
                        span.detail { "Vertretung: " (first) @if first != last { " und " (last) } }
                    }
                    @if let Some(kind) = SessionKind::from_code(&session.kind).filter(|kind| *kind != SessionKind::Group) {
                        span.detail { (kind.label()) }
                    }
                    @if let (true, Some(reason), Some(by)) = (view.may_plan, &session.taken_on, &session.taken_on_by) {
                        span.detail { "Trotz Hinweis geplant: " (reason) " (" (by) ")" }
                    }
                },
            ];
            if plan {
                row.push(ways(session));
            }
            row
        })
        .collect();
    html! {
        @if let Some(usual) = usual {
            p { "In der Regel " (usual.words()) ". Abweichungen stehen beim Termin; ein Termin führt zu seiner Seite, auf der er verschoben und geändert wird." }
        }
        (table("Termine", &head, rows))
        @if plan && view.group.state == "published" && view.sessions.iter().any(|session| session.state == "planned") {
            p { (link_button("Mehrere Sitzungen absagen", &format!("/gruppen/{}/absagen", view.group.id), false)) }
        }
    }
}

/// The sessions outside the numbering, if there are any.
pub(super) fn catch_ups(view: &GroupPage<'_>) -> Markup {
    let rows = view
        .catch_ups
        .iter()
        .map(|session| {
            vec![
                html! {
                    a.date href={ "/nachholtermine/" (session.id) } { (german::weekday_date(session.day)) }
                    span.detail { (time_range(session.start_minute, session.minutes)) ", " (session.room_name) }
                },
                state(view, session),
                html! { (session.module) },
            ]
        })
        .collect();
    html! {
        @if !view.catch_ups.is_empty() {
            h2 #nachholen { "Nachholtermine" }
            (table("Nachholtermine", &["Termin", "Stand", "Holt nach"].map(Column::text), rows))
        }
    }
}

fn ways(session: &SessionRow) -> Markup {
    let base = format!("/sitzungen/{}", session.id);
    let number = session.ordinal;
    html! {
        @if session.state == "planned" && !session.locked {
            a href={ (base) "/absagen" } { "Absagen" span.hide { " Nr. " (number) } }
        }
    }
}

fn state(view: &GroupPage<'_>, session: &SessionRow) -> Markup {
    let open = view.may_register
        && session.state != "cancelled"
        && view.group.state != "draft"
        && (session.state == "held" || begins(session.day, session.start_minute) <= view.now);
    html! {
        @match session.state.as_str() {
            "held" => { (tag(Tone::Success, "gehalten")) span.detail { (session.recorded) " erfasst" } }
            "cancelled" => {
                (tag(Tone::Danger, "abgesagt"))
                @if let Some(reason) = session.cancel_reason.as_deref().and_then(CancelReason::from_code) { span.detail { (reason.label()) } }
            }
            _ if over(view, session) => (tag(Tone::Warning, "Anwesenheit fehlt")),
            _ => "geplant",
        }
        @if open {
            " " a href={ "/sitzungen/" (session.id) "/anwesenheit" } { "Anwesenheit" span.hide { " " (session_number(session.ordinal)) @if session.ordinal == 0 { " am " (german::date(session.day)) } } }
        }
    }
}
