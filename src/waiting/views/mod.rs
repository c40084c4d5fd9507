//! Pages of the waiting list.

pub(super) mod application;
pub(super) mod list;
pub(super) mod person;

use maud::{Markup, html};

use super::rules::{Due, State};
use super::store::Waiting;
use crate::base::german;
use crate::web::parts::{Tone, tag};
use time::Date;

/// The pages above the pages of this room.
fn crumbs() -> Vec<(String, String)> {
    vec![("Warteliste".to_owned(), "/warteliste".to_owned())]
}

/// The state in words.
fn state_tag(code: &str) -> Markup {
    let Some(state) = State::from_code(code) else {
        return html! { (code) };
    };
    let tone = match state {
        State::Applied | State::Interviewed => Tone::Info,
        State::Suitable | State::Placed | State::Individual => Tone::Success,
        State::Postponed => Tone::Warning,
        State::Declined | State::Withdrawn => Tone::Neutral,
    };
    tag(tone, state.label())
}

/// "Platz nötig bis" with the source of the date; who cannot finish any more is marked.
pub(crate) fn needed_by(due: Option<Due>, today: Date) -> Markup {
    html! {
        @match due {
            Some(due) => {
                (german::date(due.needed_by))
                @if due.missed(today) { " " (tag(Tone::Danger, "schafft den Kurs nicht mehr")) }
                span.detail { (due.source.label()) " " (german::date(due.leaves)) }
            }
            None => { "unbekannt" span.detail { "keine voraussichtliche Entlassung eingetragen" } }
        }
    }
}

/// That somebody had to leave earlier through no fault of their own.
fn returning(line: &Waiting) -> Markup {
    html! {
        @if let Some((day, reason)) = line.returning() {
            " " (tag(Tone::Info, "früher ausgeschieden"))
            span.detail { (german::date(day)) ": " (reason.label()) }
        }
    }
}
