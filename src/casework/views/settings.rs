//! How an organisation counsels.

use maud::{Markup, html};

use crate::casework::pages::settings::field;
use crate::casework::store::settings::RuleLine;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Field, Tone, actions, checkbox, empty_state, error_summary, fieldset, hidden, notice,
    post_form, text_field,
};

/// The page.
pub(in crate::casework) fn rules(frame: &Frame, form: &Form, lines: &[RuleLine]) -> Markup {
    let options = PageOptions {
        errored: form.has_errors(),
        help: Some("notizen"),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Regeln der Beratung",
        options,
        html! {
            (error_summary(form))
            @if lines.is_empty() {
                (empty_state("Keine Beratung", "Ihr Träger hat heute an keiner Maßnahme mit Einzelberatung einen Anteil.", None))
            } @else {
                (notice(Tone::Warning, Some("Notizen können vor Gericht verlesen werden"), html! {
                    "Sie sind deshalb ausgeschaltet, bis die Koordination sie für eine Maßnahme einschaltet. Gelesen werden sie nur von den Fachkräften, die für den Fall eingeteilt sind; auch die Koordination sieht sie nicht."
                }))
                (post_form(frame, "/beratungsregeln", None, html! {
                    @for line in lines {
                        @let (version, notes, missed) = (field("version", line), field("notizen", line), field("versaeumt", line));
                        (fieldset(&line.programme_name, None, html! {
                            (hidden(&version, form.value(&version)))
                            (checkbox(form, &notes, "Das Team führt Notizen", None))
                            (text_field(form, &Field::number(&missed, "Hinweis ab so vielen versäumten Gesprächen nacheinander").required().hint("2 bis 10")))
                            @if let Some(name) = &line.changed_by_name { p.hint { "Zuletzt festgelegt von " (name) } }
                        }))
                    }
                    (actions("Regeln speichern", &[("Abbrechen", "/")]))
                }))
            }
        },
    )
}
