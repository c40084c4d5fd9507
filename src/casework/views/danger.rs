//! The form about the disclosure of a danger.

use maud::{Markup, html};

use super::cases::{lead, trail};
use crate::casework::store::CodeEntry;
use crate::casework::store::cases::CaseLine;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Field, Tone, Width, actions, error_summary, notice, post_form, select_field, text_field,
};

/// The words to choose from.
pub(in crate::casework) struct Words {
    pub grounds: Vec<CodeEntry>,
    pub recipients: Vec<CodeEntry>,
}

fn choices(words: &[CodeEntry]) -> Vec<(&str, &str)> {
    words
        .iter()
        .map(|word| (word.code.as_str(), word.label.as_str()))
        .collect()
}

/// The form.
pub(in crate::casework) fn form(
    frame: &Frame,
    form: &Form,
    line: &CaseLine,
    words: &Words,
    token: &str,
) -> Markup {
    let place = format!("/faelle/{}", line.id);
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: trail(line),
        help: Some("gefahr"),
        lead: Some(lead(line)),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Offenlegung einer Gefahr",
        options,
        html! {
            (error_summary(form))
            (notice(Tone::Info, Some("Dieses Formular benachrichtigt niemanden"), html! {
                "Bei Gefahr zuerst die Stelle selbst verständigen. Hier wird nur festgehalten, dass es geschah: auf welcher Grundlage, an wen, wann. Kein Wort zum Inhalt."
            }))
            (post_form(frame, &format!("{place}/gefahr"), Some(token), html! {
                (select_field(form, &Field::text("grundlage", "Rechtsgrundlage").required().width(Width::Full), &choices(&words.grounds), Some("Bitte wählen")))
                (select_field(form, &Field::text("empfaenger", "Empfänger").required().width(Width::Full), &choices(&words.recipients), Some("Bitte wählen")))
                (text_field(form, &Field::date("tag", "Tag").required()))
                (text_field(form, &Field::time("um", "Uhrzeit").required()))
                p.hint { "Die Angaben lassen sich danach nicht mehr ändern." }
                (actions("Offenlegung festhalten", &[("Abbrechen", &place)]))
            }))
        },
    )
}
