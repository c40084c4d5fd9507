//! Pages of hand-overs: the list, [`show`] one, [`offer`] one.

pub(super) mod offer;
pub(super) mod show;

use maud::{Markup, html};
use time::Date;

use super::pages::tone;
use super::rules::{Side, State};
use super::store::HandOver;
use super::store::todo::Todo;
use crate::base::german;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{Column, Tone, empty_state, stacked_table, tag};

/// What is to be done, with its day.
fn tasks(todo: &[Todo], today: Date) -> Markup {
    let rows = todo
        .iter()
        .map(|line| {
            vec![
                html! {
                    (german::weekday_date(line.due)) " "
                    @if line.due < today { (tag(Tone::Warning, "überfällig")) }
                    @else if line.due == today { (tag(Tone::Info, "heute")) }
                },
                html! { a href=(line.href) { (line.name) } },
                html! { (line.text) },
            ]
        })
        .collect();
    stacked_table(
        "Zu erledigen",
        &["Bis", "Person", "Was"].map(Column::text),
        rows,
    )
}

fn other(line: &HandOver) -> Markup {
    html! {
        @if line.side == Side::Giving {
            "an " (line.to_name)
            @if let Some(name) = &line.to_account_name { span.detail { (name) } }
        } @else { "von " (line.from_name) }
    }
}

fn lines(caption: &str, found: &[&HandOver], today: Date) -> Markup {
    let rows = found
        .iter()
        .map(|line| {
            vec![
                html! { a href={ "/uebergaben/" (line.id) } { (line.name) } },
                other(line),
                html! {
                    (tag(tone(line.state), line.state.label()))
                    @if line.state == State::Offered {
                        span.detail { "bis " (german::date(line.expires_on)) ", " (left(line.expires_on, today)) }
                    }
                },
                html! { (german::date(line.offered_on)) span.detail { (line.offered_by_name) } },
            ]
        })
        .collect();
    stacked_table(
        caption,
        &["Person", "Stelle", "Stand", "Angeboten"].map(Column::text),
        rows,
    )
}

/// How long an offer waits still.
fn left(expires_on: Date, today: Date) -> String {
    match (expires_on - today).whole_days() {
        ..=0 => "letzter Tag".into(),
        days => format!(
            "noch {}",
            german::plural(days.unsigned_abs(), "Tag", "Tage")
        ),
    }
}

/// The list.
pub(super) fn list(frame: &Frame, found: &[HandOver], todo: &[Todo], today: Date) -> Markup {
    let options = PageOptions {
        help: Some("uebergaben"),
        ..PageOptions::default()
    };
    let (giving, receiving): (Vec<&HandOver>, Vec<&HandOver>) =
        found.iter().partition(|line| line.side == Side::Giving);
    page_with(
        frame,
        "Übergaben",
        options,
        html! {
            @if !todo.is_empty() {
                h2 { "Zu erledigen" }
                (tasks(todo, today))
            }
            @if found.is_empty() {
                (empty_state(
                    "Keine Übergabe",
                    "Übergaben werden auf der Seite einer Person angeboten, wenn sie verlegt oder entlassen wird. Was Ihrer Stelle angeboten wird, steht hier.",
                    None,
                ))
            }
            @if !receiving.is_empty() {
                h2 { "An Ihre Stelle" }
                (lines("Übergaben an Ihre Stelle", &receiving, today))
            }
            @if !giving.is_empty() {
                h2 { "Von Ihrer Stelle" }
                (lines("Übergaben von Ihrer Stelle", &giving, today))
            }
        },
    )
}
