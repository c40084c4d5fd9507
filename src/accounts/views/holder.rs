//! The page on which the administration corrects whose account it is.

use maud::{Markup, html};

use super::super::store::{AccountRow, Namesake};
use super::account_of;
use crate::history::HistoryLine;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Field, TimelineItem, Width, actions, error_summary, hidden, post_form, radio_group,
    summary_list, text_field, timeline,
};

/// The page; `others` are the accounts that count as the same person now.
pub(in crate::accounts) fn page(
    frame: &Frame,
    form: &Form,
    row: &AccountRow,
    others: &[Namesake],
    history: &[HistoryLine],
) -> Markup {
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: vec![("Konten".into(), "/konten".into())],
        help: Some("konten"),
        ..PageOptions::default()
    };
    let filled;
    let form = if form.value("version").is_empty() {
        let now = if others.is_empty() { "own" } else { "same" };
        filled = form
            .clone()
            .with("version", row.version.to_string())
            .with("person", now.to_owned());
        &filled
    } else {
        form
    };
    let items: Vec<TimelineItem> = history.iter().map(TimelineItem::from).collect();
    page_with(
        frame,
        "Wessen Konto ist das?",
        options,
        html! {
            p { "Bei vier Augen zählt die Person, nicht das Konto: Wer zwei Konten hat, kann sich nicht selbst freigeben." }
            (summary_list(&[
                ("Konto", html! { (row.login) }),
                ("Name", html! { (row.name) }),
                ("Dieselbe Person wie", html! {
                    @if others.is_empty() { "kein anderes Konto" }
                    @else { (others.iter().map(account_of).collect::<Vec<_>>().join("; ")) }
                }),
            ]))
            (error_summary(form))
            (post_form(frame, &format!("/konten/{}/person", row.id), None, html! {
                (hidden("version", form.value("version")))
                (radio_group(form, "person", "Wessen Konto ist das?", &[
                    ("own", "einer Person ohne weiteres Konto", None),
                    ("same", "einer Person, die schon ein Konto hat", Some("Deren Anmeldenamen bitte darunter eingeben.")),
                ]))
                (text_field(form, &Field::text("same_login", "Anmeldename des anderen Kontos")))
                (text_field(form, &Field::text("reason", "Grund").required().width(Width::Full).hint("Steht im Verlauf und im Protokoll")))
                (actions("Berichtigen", &[("Abbrechen", "/konten")]))
            }))
            @if !items.is_empty() {
                h2 { "Verlauf" }
                (timeline(&items))
            }
        },
    )
}
