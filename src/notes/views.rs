//! The page of the notes.

use maud::{Markup, html};

use super::LENGTH;
use crate::base::german;
use crate::base::ids::NoteId;
use crate::base::time::{Instant, berlin_local};
use crate::casework::TeamCase;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Field, FieldKind, Tone, Width, actions, error_summary, notice, post_button, post_form, textarea,
};

/// A note as it is shown.
pub(super) struct Shown {
    pub id: NoteId,
    /// Nothing: its key does not open it.
    pub text: Option<String>,
    pub by: String,
    pub at: Instant,
    /// The actor's own.
    pub own: bool,
}

/// What the page shows.
pub(super) struct NotesPage<'a> {
    pub case: &'a TeamCase,
    pub notes: &'a [Shown],
    /// Why nothing can be read or written, in German.
    pub problem: Option<String>,
    pub more: bool,
    pub may_write: bool,
}

/// The notes of a case, and the form for another.
pub(super) fn notes(frame: &Frame, form: &Form, view: &NotesPage<'_>, token: &str) -> Markup {
    let case = view.case;
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: vec![
            ("Fälle".to_owned(), "/faelle".to_owned()),
            (case.title.clone(), format!("/faelle/{}", case.id)),
        ],
        help: Some("notizen"),
        lead: Some(html! { "Vorgang " strong { (case.reference) } " · " (case.programme_name) }),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Notizen des Teams",
        options,
        html! {
            (error_summary(form))
            @if let Some(problem) = &view.problem {
                (notice(Tone::Danger, Some("Notizen sind gerade nicht lesbar"), html! {
                    "Der Grund: " (problem) ". Bitte die Verwaltung verständigen; alles andere arbeitet weiter."
                }))
            }
            (notice(Tone::Warning, Some("Notizen können vor Gericht verlesen werden"), html! {
                "Beratende haben in der Regel kein Zeugnisverweigerungsrecht, und Unterlagen können beschlagnahmt werden. Bitte nur, was das Team zum Arbeiten braucht. Lesen kann sie nur, wer für diesen Fall eingeteilt ist."
            }))
            @if view.problem.is_none() && view.may_write {
                (post_form(frame, &format!("/faelle/{}/notizen", case.id), Some(token), html! {
                    (textarea(form, &Field::new("notiz", "Neue Notiz", FieldKind::Text, Width::Full).required().max_length(LENGTH)
                        .hint("Keine Namen von Dritten."), 4))
                    (actions("Notiz speichern", &[("Zurück zum Fall", &format!("/faelle/{}", case.id))]))
                }))
            }
            h2 { "Bisher" }
            @if view.notes.is_empty() { p { "Noch keine Notiz." } }
            @if view.more { p.hint { "Ältere Notizen werden nicht gezeigt." } }
            ul.timeline {
                @for note in view.notes {
                    li {
                        p.detail { (german::date_time(berlin_local(note.at))) ", " (note.by) }
                        @match &note.text {
                            Some(text) => @for line in text.lines() { p { (line) } },
                            None => p.muted { "nicht lesbar" },
                        }
                        @if note.own {
                            (post_button(frame, &format!("/notizen/{}/loeschen", note.id), None, "Löschen"))
                        }
                    }
                }
            }
        },
    )
}
