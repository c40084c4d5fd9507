//! Pages of grants.

mod calendar;
mod confirmation;
mod grant;
mod list;
mod renewal;
mod request;
mod stops;
mod together;

pub(super) use calendar::{Calendar, calendar};
pub(super) use confirmation::confirmation;
pub(super) use grant::{Viewer, grant};
pub(super) use list::list;
pub(super) use renewal::renewal;
pub(super) use request::{change, request};
pub(super) use stops::{StopViewer, stop, stop_form, stops};
pub(super) use together::{RequestViewer, of_request};

use maud::{Markup, html};
use time::Date;

use super::rules::{self, Shown};
use crate::base::german;
use crate::base::time::{Instant, berlin_local};
use crate::web::form::Form;
use crate::web::parts::{Tone, tag};

fn tone(shown: Shown) -> Tone {
    match shown {
        Shown::Requested => Tone::Warning,
        Shown::Valid => Tone::Success,
        Shown::Future => Tone::Info,
        Shown::Expired => Tone::Neutral,
        Shown::Suspended | Shown::Declined | Shown::Revoked => Tone::Danger,
    }
}

/// The state as a tag; with a second one if the end is near.
fn state_tags(shown: Shown, last: Date, today: Date) -> Markup {
    html! {
        (tag(tone(shown), shown.word()))
        @if let Some(left) = rules::ends_within(shown, last, today) { " " (tag(Tone::Warning, &ends(left))) }
    }
}

fn ends(days: i64) -> String {
    match days {
        0 => "endet heute".to_owned(),
        1 => "endet morgen".to_owned(),
        _ => format!("endet in {days} Tagen"),
    }
}

fn period(first: Date, last: Date) -> String {
    format!("{} – {}", german::date(first), german::date(last))
}

fn at(instant: Instant) -> String {
    german::date_time(berlin_local(instant))
}

/// The check box of a row, with what it is about as its label. The first row's carries the id of the field, so that the
/// error summary leads to it.
fn tick(form: &Form, name: &str, index: usize, value: &str, label: &str, ticked: bool) -> Markup {
    let id = match index {
        0 => format!("f-{name}"),
        _ => format!("f-{name}-{index}"),
    };
    html! {
        div.option {
            input id=(id) name=(name) type="checkbox" value=(value)
                checked[ticked || form.contains(name, value)];
            label for=(id) { (label) }
        }
    }
}
