//! Pages of conflicts, and what other rooms show of them.

pub(super) mod house;
pub(super) mod person;

use maud::{Markup, html};

use super::rules::{Conflict, Line, Weight, fold};
use super::service::{self, REASON};
use crate::web::form::Form;
use crate::web::parts::{Field, Tone, Width, hidden, notice, text_field};

fn lines(lines: &[&Line]) -> Markup {
    html! {
        ul {
            @for line in lines {
                li { strong { (line.kind.label()) } " " (line.on_days()) ": " (line.text) }
            }
        }
    }
}

/// What stands against something that is about to be saved, with the field for the reason if it may be taken on. Stands
/// inside the form.
pub(crate) fn panel(form: &Form, conflicts: &[Conflict]) -> Markup {
    let all = fold(conflicts);
    let of = |weight: Weight| -> Vec<&Line> {
        all.iter().filter(|line| line.weight == weight).collect()
    };
    let (hard, soft) = (of(Weight::Hard), of(Weight::Soft));
    html! {
        @if !hard.is_empty() {
            (notice(Tone::Danger, Some("So kann nicht gespeichert werden"), html! { (lines(&hard)) }))
        }
        @if !soft.is_empty() {
            (notice(Tone::Warning, Some("Bitte prüfen"), html! { (lines(&soft)) }))
            @if hard.is_empty() { (reason_field(form)) }
        }
        (hidden("konflikte", &service::mark(conflicts)))
    }
}

/// The field for the reason why hints are taken on.
fn reason_field(form: &Form) -> Markup {
    let field = Field::text("trotz_grund", "Warum trotzdem?")
        .width(Width::Full)
        .max_length(REASON)
        .hint("Bleibt im Verlauf sichtbar. Keine Namen von Gefangenen.");
    text_field(form, &field.required())
}
