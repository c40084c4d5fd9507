//! Pages of the statistics: what they share.

mod catalogue;
pub(super) mod chart;
mod coarser;
mod computing;
mod kora;
mod overview;
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
pub(super) use computing::computing;
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

/// Whether a newer version of the same report and period is published.
fn replaced(line: &ReleaseLine, all: &[ReleaseLine]) -> bool {
    line.state() == Some(State::Published)
        && all.iter().any(|other| {
            (&other.report, &other.period) == (&line.report, &line.period)
                && other.state() == Some(State::Published)
                && other.revision > line.revision
        })
}
