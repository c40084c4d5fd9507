//! The forms themselves, their buttons, and the bar that holds the buttons.

use maud::{Markup, html};

use super::fields::hidden;
use crate::web::layout::Frame;

/// A form that changes something. Adds the token against forged requests and, when given, the token that makes a
/// second sending harmless (field `einmal`). Leaving the page with unsaved input asks first.
pub fn post_form(frame: &Frame, action: &str, token: Option<&str>, body: Markup) -> Markup {
    html! {
        form method="post" action=(action) novalidate data-guard { (tokens(frame, token)) (body) }
    }
}

/// A form that changes something but holds no work worth guarding: sign-in, a note of one word.
pub fn post_form_unguarded(
    frame: &Frame,
    action: &str,
    token: Option<&str>,
    body: Markup,
) -> Markup {
    html! {
        form method="post" action=(action) novalidate { (tokens(frame, token)) (body) }
    }
}

/// A form with a file in it (multipart). The tokens come first, so that they can be checked before the file is read.
pub fn upload_form(frame: &Frame, action: &str, token: Option<&str>, body: Markup) -> Markup {
    html! {
        form method="post" action=(action) enctype="multipart/form-data" novalidate { (tokens(frame, token)) (body) }
    }
}

/// A form of one secondary button, for an action inside a list or beside a heading.
pub fn post_button(frame: &Frame, action: &str, token: Option<&str>, label: &str) -> Markup {
    html! {
        form.inline method="post" action=(action) { (tokens(frame, token)) button.second type="submit" { (label) } }
    }
}

/// Several actions side by side in one form: address and label of each. Lighter than a form for each in a long list.
pub fn post_buttons(frame: &Frame, ways: &[(&str, &str)]) -> Markup {
    let action = ways.first().map_or("", |(action, _)| *action);
    html! {
        form.inline method="post" action=(action) {
            (tokens(frame, None))
            @for (index, (action, label)) in ways.iter().enumerate() {
                @if index > 0 { " " }
                button.second type="submit" formaction=[(index > 0).then_some(*action)] { (label) }
            }
        }
    }
}

/// A form that only asks: search and filters, kept in the address.
pub fn get_form(action: &str, body: Markup) -> Markup {
    html! { form method="get" action=(action) { (body) } }
}

/// The filter panel of a list with its buttons; `reset` is the address without filters.
pub fn filter_form(action: &str, reset: &str, body: Markup) -> Markup {
    html! {
        form.filter method="get" action=(action) role="search" aria-label="Liste filtern" {
            (body)
            div.actions { button type="submit" { "Filtern" } a href=(reset) { "Zurücksetzen" } }
        }
    }
}

/// The buttons below a form: what it does, then the ways out as links (label and address).
pub fn actions(primary_label: &str, secondary: &[(&str, &str)]) -> Markup {
    html! {
        div.actions {
            (submit(primary_label))
            @for (label, href) in secondary { a href=(href) { (label) } }
        }
    }
}

/// Like [`actions`], with more buttons ([`submit_secondary`]) between the first one and the links.
pub fn actions_with(primary_label: &str, buttons: Markup, secondary: &[(&str, &str)]) -> Markup {
    html! {
        div.actions {
            (submit(primary_label))
            (buttons)
            @for (label, href) in secondary { a href=(href) { (label) } }
        }
    }
}

/// The first button of a form.
pub fn submit(label: &str) -> Markup {
    html! { button type="submit" { (label) } }
}

/// A further button of the same form; the server tells them apart by name and value.
pub fn submit_secondary(name: &str, value: &str, label: &str) -> Markup {
    html! { button.second type="submit" name=(name) value=(value) { (label) } }
}

/// A button that takes something away or cannot be undone.
pub fn submit_danger(name: &str, value: &str, label: &str) -> Markup {
    html! { button.danger type="submit" name=(name) value=(value) { (label) } }
}

/// A link that looks like a button, for the next step that is a page of its own. `primary` at most once on a page.
pub fn link_button(label: &str, href: &str, primary: bool) -> Markup {
    html! { a.button.second[!primary] href=(href) { (label) } }
}

/// Prints the page; shown only where scripts run, since it could do nothing without.
pub fn print_button(label: &str) -> Markup {
    html! { button.second type="button" data-print hidden { (label) } }
}

fn tokens(frame: &Frame, token: Option<&str>) -> Markup {
    html! {
        (hidden("csrf", &frame.csrf))
        @if let Some(token) = token { (hidden("einmal", token)) }
    }
}
