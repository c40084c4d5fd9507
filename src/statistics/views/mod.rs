//! Pages of the statistics: what they share.

mod catalogue;
pub(super) mod chart;
mod coarser;
mod comparison;
mod computing;
mod kora;
mod overview;
mod reasons;
mod register;
mod release;
mod tables;

use maud::{Markup, html};

use super::rules::State;
use super::service;
use super::store::ReleaseLine;
use crate::base::german;
use crate::base::time::{Instant, berlin_local};
use crate::web::parts::{Tone, tag};

pub(super) use catalogue::{Terms, catalogue, report};
pub(super) use computing::{Computing, computing};
pub(super) use kora::{list, published, withdrawn};
pub(super) use overview::overview;
pub(super) use register::register;
pub(super) use release::{Preview, preview, refused};

fn moment(at: Instant) -> String {
    german::date_time(berlin_local(at))
}

fn state_tag(line: &ReleaseLine) -> Markup {
    match line.state() {
        Some(state) => {
            let tone = match state {
                State::Computing | State::Prepared => Tone::Warning,
                State::Published => Tone::Success,
                State::Failed | State::Withdrawn => Tone::Danger,
                State::Discarded => Tone::Neutral,
            };
            tag(tone, &state.to_string())
        }
        None => tag(Tone::Danger, "unbekannt"),
    }
}

/// Somebody and when.
fn act(name: Option<&String>, at: Option<Instant>) -> Markup {
    html! {
        @match (name, at) {
            (Some(name), Some(at)) => { (name) ", " (moment(at)) },
            _ => "–",
        }
    }
}

/// Report, period and version in words.
fn title(line: &ReleaseLine) -> String {
    let title = service::title(line);
    if line.revision > 1 {
        format!("{title}, Version {}", line.revision)
    } else {
        title
    }
}

/// The newest version of the same report and period that took the place of this one; withdrawn or not, this one is not
/// valid any more.
fn replaced<'a>(line: &ReleaseLine, all: &'a [ReleaseLine]) -> Option<&'a ReleaseLine> {
    if line.state() != Some(State::Published) {
        return None;
    }
    all.iter()
        .filter(|other| {
            (&other.report, &other.period) == (&line.report, &line.period)
                && matches!(other.state(), Some(State::Published | State::Withdrawn))
                && other.revision > line.revision
        })
        .max_by_key(|other| other.revision)
}

/// Where a release stands among all.
fn standing(line: &ReleaseLine, all: &[ReleaseLine]) -> Markup {
    let newer = replaced(line, all);
    replaced_by(
        line,
        newer.map(|newer| (newer.revision, newer.state() == Some(State::Withdrawn))),
    )
}

/// Where a release stands, if a newer version took its place: its number, and whether that is withdrawn.
fn replaced_by(line: &ReleaseLine, newer: Option<(i64, bool)>) -> Markup {
    match newer.filter(|_| line.state() == Some(State::Published)) {
        Some((revision, true)) => html! {
            (tag(Tone::Neutral, "ersetzt")) " die Berichtigung (Version " (revision) ") ist zurückgezogen"
        },
        Some((revision, false)) => {
            html! { (tag(Tone::Neutral, "ersetzt")) " durch Version " (revision) }
        }
        None => state_tag(line),
    }
}
