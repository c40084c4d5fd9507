//! The question before the page.

use maud::{Markup, html};

use super::pages::Question;
use crate::access::purpose::{LONGEST, MANY, MINUTES, Purpose, SHORTEST};
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Field, Width, actions, error_summary, hidden, post_form, radio_group, text_field,
};

/// The question.
pub(super) fn question(frame: &Frame, form: &Form, question: &Question) -> Markup {
    let options = PageOptions {
        errored: form.has_errors(),
        help: Some("grund"),
        ..PageOptions::default()
    };
    let title = if question.person.is_some() {
        "Warum öffnen Sie diese Person?"
    } else {
        "Warum öffnen Sie so viele Personen?"
    };
    let reasons: Vec<(&str, &str, Option<&str>)> = Purpose::choices()
        .into_iter()
        .map(|(code, label)| (code, label, None))
        .collect();
    page_with(
        frame,
        title,
        options,
        html! {
            (error_summary(form))
            @if question.person.is_some() {
                p.prose { "Die Person ist Ihnen zurzeit nicht zugewiesen. Bitte geben Sie an, wofür Sie ihre Daten brauchen. Der Grund gilt für diese Person " (MINUTES) " Minuten und steht im Protokoll (§ 32 SächsDSUG); der Datenschutz kann ihn prüfen." }
            } @else {
                p.prose { "In der letzten Stunde haben Sie mehr als " (MANY) " Personen geöffnet. Bitte geben Sie an, wofür. Der Grund gilt " (MINUTES) " Minuten und steht im Protokoll (§ 32 SächsDSUG); der Datenschutz wird darauf hingewiesen." }
            }
            (post_form(frame, "/zweck", None, html! {
                (hidden("person", &question.person.map(|person| person.to_string()).unwrap_or_default()))
                (hidden("weiter", &question.onward))
                (hidden("zeichen", &question.proof))
                (radio_group(form, "grund", "Grund", &reasons))
                (text_field(form, &Field::text("text", "Erläuterung")
                    .hint("Worum geht es? Mindestens zehn Zeichen, zum Beispiel ein Aktenzeichen. Bitte keine Angaben über die Person.")
                    .width(Width::Full).max_length(LONGEST).required()))
                (actions("Grund angeben und öffnen", &[("Abbrechen", "/")]))
            }))
        },
    )
}

const _: () = assert!(SHORTEST == 10, "the hint says ten");
