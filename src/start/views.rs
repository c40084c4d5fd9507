//! Start page, help, accessibility statement, privacy notice.

use maud::{Markup, html};

use crate::access::Actor;
use crate::web::layout::{Frame, page};

pub(super) fn start(frame: &Frame, actor: &Actor) -> Markup {
    page(frame, &format!("Guten Tag, {}", actor.name()), html! {})
}

pub(super) fn help(frame: &Frame) -> Markup {
    page(frame, "Hilfe", html! {})
}

pub(super) fn accessibility(frame: &Frame) -> Markup {
    page(frame, "Erklärung zur Barrierefreiheit", html! {})
}

pub(super) fn privacy_notice(frame: &Frame) -> Markup {
    page(frame, "Datenschutzhinweise", html! {})
}
