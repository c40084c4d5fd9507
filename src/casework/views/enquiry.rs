//! The form that corrects what an enquiry says.

use maud::{Markup, html};

use super::cases::{lead, trail};
use super::counselling::radios;
use crate::casework::codes::{AccessRoute, Asker, Availability, CourtOrder, SentencePlan};
use crate::casework::store::CodeEntry;
use crate::casework::store::cases::CaseLine;
use crate::providers::Language;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Field, FieldKind, Tone, Width, actions, checkbox, checkbox_group, error_summary, hidden,
    notice, post_form, radio_group, select_field, text_field, two_versions,
};

fn word(code: &str, of: impl Fn(&str) -> Option<&'static str>) -> String {
    of(code).unwrap_or("nicht erfasst").to_owned()
}

fn compared(typed: &Form, stored: &Form) -> Markup {
    let asker = |code: &str| Asker::from_code(code).map(Asker::label);
    let route = |code: &str| AccessRoute::from_code(code).map(AccessRoute::label);
    let order = |code: &str| CourtOrder::from_code(code).map(CourtOrder::label);
    let plan = |code: &str| SentencePlan::from_code(code).map(SentencePlan::label);
    let rows = [
        (
            "Anfragende Stelle",
            word(typed.value("anfragend"), asker),
            word(stored.value("anfragend"), asker),
        ),
        (
            "Zugangsweg",
            word(typed.value("zugangsweg"), route),
            word(stored.value("zugangsweg"), route),
        ),
        (
            "Eingang am",
            typed.value("eingang").to_owned(),
            stored.value("eingang").to_owned(),
        ),
        (
            "Weisung oder Auflage",
            word(typed.value("weisung"), order),
            word(stored.value("weisung"), order),
        ),
        (
            "Vollzugsplan",
            word(typed.value("vollzugsplan"), plan),
            word(stored.value("vollzugsplan"), plan),
        ),
    ];
    let rows: Vec<(&str, &str, &str)> = rows
        .iter()
        .map(|(label, typed, stored)| (*label, typed.as_str(), stored.as_str()))
        .collect();
    two_versions(&rows)
}

/// The form; `stored` is what somebody else saved meanwhile.
pub(in crate::casework) fn form(
    frame: &Frame,
    form: &Form,
    line: &CaseLine,
    phenomena: &[CodeEntry],
    stored: Option<&Form>,
) -> Markup {
    let place = format!("/faelle/{}", line.id);
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: trail(line),
        help: Some("faelle"),
        lead: Some(lead(line)),
        ..PageOptions::default()
    };
    let words: Vec<(&str, &str)> = phenomena
        .iter()
        .map(|word| (word.code.as_str(), word.label.as_str()))
        .collect();
    page_with(
        frame,
        "Angaben der Anfrage berichtigen",
        options,
        html! {
            (error_summary(form))
            @if let Some(stored) = stored {
                (notice(Tone::Warning, Some("Inzwischen wurde dieser Fall geändert"), html! {
                    "Ihre Eingaben stehen noch im Formular. Bitte vergleichen und noch einmal speichern."
                }))
                (compared(form, stored))
            }
            (post_form(frame, &format!("{place}/berichtigen"), None, html! {
                (hidden("version", form.value("version")))
                (select_field(form, &Field::text("anfragend", "Anfragende Stelle oder Person").plain(), &Asker::choices(), Some("nicht erfasst")))
                (select_field(form, &Field::text("zugangsweg", "Zugangsweg").required(), &AccessRoute::choices(), None))
                (text_field(form, &Field::date("eingang", "Eingang am").required()))
                (select_field(form, &Field::text("phaenomen", "Phänomenbereich").plain().width(Width::Full), &words, Some("nicht erfasst")))
                (radio_group(form, "weisung", "Weisung oder Auflage eines Gerichts", &radios(&CourtOrder::choices())))
                (checkbox(form, "nachweis", "Die Teilnahme ist dem Gericht nachzuweisen", None))
                (radio_group(form, "vollzugsplan", "Steht die Maßnahme im Vollzugsplan?", &radios(&SentencePlan::choices())))
                (select_field(form, &Field::text("sprache", "Sprache").plain(), &Language::choices(), Some("Deutsch oder unbekannt")))
                (checkbox(form, "sprachmittlung", "Sprachmittlung nötig", None))
                (checkbox_group(form, "zeiten", "Wann Gespräche möglich sind", &Availability::choices()))
                (text_field(form, &Field::new("grund", "Grund der Berichtigung", FieldKind::Text, Width::Full).required().max_length(200)
                    .hint("Zum Beispiel: Weisung lag erst später vor.")))
                (actions("Berichtigung speichern", &[("Abbrechen", &place)]))
            }))
        },
    )
}
