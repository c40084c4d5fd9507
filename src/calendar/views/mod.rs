//! Pages of the calendar: its tabs, and how one date is written.

pub(super) mod feed;
pub(super) mod grid;
pub(super) mod today;
pub(super) mod ward;

use maud::{Markup, html};

use super::store::EntryRow;
use crate::base::german;
use crate::base::time::Instant;
use crate::groups::rules::{CancelReason, begins, minute, time_range};
use crate::web::parts::{Tone, tabs as tabs_of, tag};

/// What the viewer may follow.
#[derive(Debug, Clone, Copy)]
pub(super) struct May {
    pub session: bool,
    /// Keep registers.
    pub register: bool,
    pub visit: bool,
    /// Move planned talks.
    pub plan: bool,
    pub family: bool,
    /// The list for the wards.
    pub ward: bool,
    /// The own subscription.
    pub feed: bool,
}

/// Which of the calendar's pages is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tab {
    Today,
    Week,
    Month,
    Ward,
    Feed,
}

fn tabs(may: &May, here: Tab) -> Markup {
    let all = [
        ("Heute", "/heute", Tab::Today, true),
        ("Woche", "/kalender", Tab::Week, true),
        ("Monat", "/kalender?ansicht=monat", Tab::Month, true),
        ("Zuführliste", "/kalender/zufuehrung", Tab::Ward, may.ward),
        ("Abonnement", "/kalender/abo", Tab::Feed, may.feed),
    ];
    let shown: Vec<(&str, &str, bool)> = all
        .into_iter()
        .filter(|(.., shown)| *shown)
        .map(|(label, href, tab, _)| (label, href, tab == here))
        .collect();
    tabs_of(&shown)
}

/// When a date is: "14:00–17:30 Uhr", or for the narrow cells of a month "14:00".
fn time(entry: &EntryRow, short: bool) -> String {
    match entry.start_minute {
        Some(start) if short => german::time(minute(start)),
        Some(start) => time_range(start, entry.minutes),
        None => "ohne Uhrzeit".to_owned(),
    }
}

/// What a date is called.
fn title(entry: &EntryRow) -> String {
    match entry.kind.as_str() {
        "visit" => format!("Einzeltermin {}", entry.title),
        "family" if entry.title.is_empty() => "Familientag".to_owned(),
        "family" => format!("Familientag, {}", entry.title),
        // Of a confidential talk a prison is told that there was one, and nothing else.
        "talk" | "plan" if entry.masked => "Beratungstermin".to_owned(),
        "talk" => "Gespräch".to_owned(),
        "plan" => "Beratungsgespräch".to_owned(),
        _ => entry.title.clone(),
    }
}

/// The page of a date, if the viewer may follow it.
fn href(entry: &EntryRow, may: &May) -> Option<String> {
    match entry.kind.as_str() {
        "session" if may.session => Some(format!("/sitzungen/{}", entry.id)),
        "visit" if may.visit => Some(format!("/einzeltermine/{}", entry.id)),
        "plan" if may.plan => Some(format!("/termine/{}/verschieben", entry.id)),
        "family" if may.family => Some(format!("/familientage/{}", entry.id)),
        _ => None,
    }
}

/// Who comes to a session: "A. Adler, B. Birke", or how many more there are.
fn staff(entry: &EntryRow) -> Option<String> {
    let (first, last) = (entry.staff_first.as_ref()?, entry.staff_last.as_ref()?);
    Some(match entry.staff_count {
        0 => return None,
        1 => first.clone(),
        2 => format!("{first}, {last}"),
        more => format!("{first}, {last} und {} weitere", more - 2),
    })
}

/// Whether a date is struck through.
fn cancelled(entry: &EntryRow) -> bool {
    entry.state == "cancelled"
}

/// Whether a session is over and nobody recorded who came.
fn unrecorded(entry: &EntryRow, now: Instant) -> bool {
    entry.kind == "session"
        && entry.group_state == "published"
        && entry.state == "planned"
        && entry
            .start_minute
            .is_some_and(|start| begins(entry.day, start).plus_minutes(entry.minutes) <= now)
}

/// Where a date stands, as a word; nothing for what is simply planned.
fn state(entry: &EntryRow, now: Instant) -> Option<Markup> {
    if cancelled(entry) {
        return Some(tag(Tone::Danger, "abgesagt"));
    }
    if entry.kind == "session" && entry.group_state == "draft" {
        return Some(tag(Tone::Neutral, "Entwurf"));
    }
    if unrecorded(entry, now) {
        return Some(tag(Tone::Warning, "Anwesenheit fehlt"));
    }
    (entry.kind == "session" && entry.state == "held").then(|| tag(Tone::Success, "gehalten"))
}

/// Why it does not take place.
fn reason(entry: &EntryRow) -> Option<&'static str> {
    let code = entry.cancel_reason.as_deref()?;
    CancelReason::from_code(code).map(CancelReason::label)
}

/// The way to a session's register, where there is one to keep.
fn register_link(entry: &EntryRow, may: &May, now: Instant) -> Option<Markup> {
    (may.register && unrecorded(entry, now)).then(|| {
        html! {
            a href={ "/sitzungen/" (entry.id) "/anwesenheit" } {
                "Anwesenheit erfassen" span.hide { ": " (entry.title) ", " (german::date(entry.day)) }
            }
        }
    })
}
