//! Pages of grants.

mod grant;
mod list;
mod request;

pub(super) use grant::{Viewer, grant};
pub(super) use list::list;
pub(super) use request::request;

use maud::{Markup, html};
use time::Date;

use super::rules::{self, Shown};
use crate::base::german;
use crate::web::parts::{Tone, tag};

fn tone(shown: Shown) -> Tone {
    match shown {
        Shown::Requested => Tone::Warning,
        Shown::Valid => Tone::Success,
        Shown::Future => Tone::Info,
        Shown::Expired => Tone::Neutral,
        Shown::Declined | Shown::Revoked => Tone::Danger,
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
