//! Pages of organisations, external staff and clearances.

pub(super) mod clearance;
pub(super) mod clearance_forms;
pub(super) mod details;
pub(super) mod organisations;
pub(super) mod staff;
pub(super) mod staff_forms;

use maud::{Markup, html};
use time::Date;

use super::rules;
use super::rules::clearance::{Restrictions, Shown, State, Urgency, shown, warning};
use crate::base::german;
use crate::base::time::{Instant, berlin_local};
use crate::web::parts::{Tone, tag};

fn at(instant: Instant) -> String {
    german::date_time(berlin_local(instant))
}

fn period(first: Date, last: Date) -> String {
    format!("{} – {}", german::date(first), german::date(last))
}

/// A half-open validity: "seit 01.01.2020", "ab 01.02.2027" or "01.01.2020 – 31.12.2024".
fn validity(from: Date, to: Option<Date>, today: Date) -> String {
    match rules::last_day(to) {
        Some(last) => period(from, last),
        None if from > today => format!("ab {}", german::date(from)),
        None => format!("seit {}", german::date(from)),
    }
}

/// Whether something with a half-open validity is there, as a tag.
fn presence(from: Date, to: Option<Date>, today: Date, here: &str, gone: &str) -> Markup {
    match rules::last_day(to) {
        Some(last) if last < today => tag(Tone::Neutral, gone),
        Some(last) => html! {
            (tag(if from > today { Tone::Info } else { Tone::Success }, here)) " "
            (tag(Tone::Warning, &format!("bis {}", german::date(last))))
        },
        None if from > today => tag(Tone::Info, &format!("ab {}", german::date(from))),
        None => tag(Tone::Success, here),
    }
}

fn shown_tone(shown: Shown) -> Tone {
    match shown {
        Shown::Requested => Tone::Warning,
        Shown::Valid => Tone::Success,
        Shown::Future => Tone::Info,
        Shown::Expired => Tone::Neutral,
        Shown::Declined | Shown::Withdrawn => Tone::Danger,
    }
}

/// The state of a clearance as a tag; with a second one if the end is near and nothing follows.
fn clearance_tags(
    state: &str,
    validity: Option<(Date, Date)>,
    followed: bool,
    today: Date,
) -> Markup {
    let state = State::from_code(state).unwrap_or(State::Withdrawn);
    let shown = shown(state, validity, today);
    let near = validity
        .filter(|_| shown == Shown::Valid)
        .and_then(|(_, last)| warning(last, today));
    html! {
        (tag(shown_tone(shown), shown.word()))
        @if let Some((urgency, left)) = near {
            " "
            @if followed { (tag(Tone::Info, "Erneuerung läuft")) }
            @else { (tag(urgency_tone(urgency), &ends(left))) }
        }
    }
}

fn urgency_tone(urgency: Urgency) -> Tone {
    match urgency {
        Urgency::Early => Tone::Info,
        Urgency::Soon => Tone::Warning,
        Urgency::Now => Tone::Danger,
    }
}

/// "endet heute", "endet in 12 Tagen".
fn ends(days: i64) -> String {
    match days {
        0 => "endet heute".to_owned(),
        1 => "endet morgen".to_owned(),
        _ => format!("endet in {days} Tagen"),
    }
}

fn restriction_tags(restrictions: Restrictions) -> Markup {
    html! {
        @for (index, label) in restrictions.labels().into_iter().enumerate() {
            @if index > 0 { " " }
            (tag(Tone::Warning, label))
        }
        @if restrictions.none() { "keine" }
    }
}
