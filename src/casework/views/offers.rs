//! How often the client of a case is talked with, and the times that a plan of a half-year proposes to a counsellor.

use maud::{Markup, html};

use super::cases::{lead, trail};
use crate::base::german;
use crate::casework::rules::plan::{CADENCES, every, words};
use crate::casework::store::cases::CaseLine;
use crate::casework::store::offers::{OFFERS, OfferLine};
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, actions, actions_with, empty_state, error_summary, hidden, post_form,
    radio_group, stacked_table, submit_secondary, text_field,
};

/// The form that says how often a client is talked with.
pub(in crate::casework) fn cadence(frame: &Frame, form: &Form, line: &CaseLine) -> Markup {
    let place = format!("/faelle/{}", line.id);
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: trail(line),
        help: Some("gespraech"),
        lead: Some(lead(line)),
        ..PageOptions::default()
    };
    let choices = CADENCES.map(|weeks| (weeks.to_string(), every(weeks)));
    let choices: Vec<(&str, &str, Option<&str>)> = choices
        .iter()
        .map(|(code, text)| (code.as_str(), text.as_str(), None))
        .collect();
    page_with(
        frame,
        "Gesprächsabstand",
        options,
        html! {
            (error_summary(form))
            p { "Berechnet eine Anstalt ihren Halbjahresplan, sucht Geleit auch freie Zeiten für diese Gespräche. " (who(line)) }
            (post_form(frame, &format!("{place}/abstand"), None, html! {
                (hidden("version", form.value("version")))
                (radio_group(form, "wochen", "Wie oft sind Gespräche vereinbart?", &choices))
                (text_field(form, &Field::number("minutes", "Dauer in Minuten").hint("1 bis 240; nur bei festem Abstand nötig")))
                (actions("Speichern", &[("Abbrechen", &place)]))
            }))
        },
    )
}

/// Who gets the times, or why nobody does.
fn who(line: &CaseLine) -> String {
    match (line.person_id, &line.staff_name) {
        (None, _) => {
            "Für Fälle ohne Namen geht das nicht; der Abstand steht dann nur am Fall.".to_owned()
        }
        (_, None) => {
            "Noch ist niemand für den Fall eingeteilt; so lange werden keine Zeiten vorgeschlagen."
                .to_owned()
        }
        (_, Some(name)) => format!(
            "Vorgeschlagen werden sie {name}, solange die Person in Haft ist; vereinbart werden sie erst mit der Zustimmung."
        ),
    }
}

/// When a proposed talk is to be.
pub(in crate::casework) fn when(offer: &OfferLine) -> String {
    words(offer.day, offer.start_minute)
}

/// The field that says what stands against a proposed time.
pub(in crate::casework) fn field(offer: &OfferLine) -> String {
    format!("termin-{}", offer.id)
}

fn row(form: &Form, offer: &OfferLine) -> Vec<Markup> {
    let (field, id) = (field(offer), offer.id.to_string());
    let error = form.error_of(&field);
    vec![
        html! {
            @if let Some(error) = error { p.error id={ "e-" (field) } { (error) } }
            div.option {
                input id={ "f-" (field) } name="termin" type="checkbox" value=(id) checked[form.contains("termin", &id)]
                    aria-describedby=[error.map(|_| format!("e-{field}"))];
                label for={ "f-" (field) } { (when(offer)) }
            }
            @if let (Some(day), Some(start)) = (offer.old_day, offer.old_start) { span.detail { "statt " (words(day, start)) @if let Some(why) = &offer.why { ": " (why) } } }
        },
        html! { a href={ "/faelle/" (offer.case_id) } { (offer.title()) } },
        html! { (offer.programme_name) },
        html! { (offer.facility_name) },
        html! { (german::duration_minutes(u32::try_from(offer.minutes).unwrap_or_default())) },
    ]
}

/// The times that are proposed.
pub(in crate::casework) fn list(
    frame: &Frame,
    form: &Form,
    found: &[OfferLine],
    token: &str,
) -> Markup {
    let options = PageOptions {
        errored: form.has_errors(),
        wide: true,
        crumbs: vec![("Aufgaben".to_owned(), "/aufgaben".to_owned())],
        help: Some("gespraech"),
        ..PageOptions::default()
    };
    let head = ["Termin", "Person", "Maßnahme", "Einrichtung", "Dauer"].map(Column::text);
    let rows = found.iter().take(OFFERS).map(|offer| row(form, offer));
    page_with(
        frame,
        "Vorgeschlagene Gesprächstermine",
        options,
        html! {
            (error_summary(form))
            @if found.is_empty() {
                (empty_state(
                    "Keine Vorschläge",
                    "Wer in einer Anstalt einen Halbjahresplan oder eine Umplanung berechnet, kann Ihnen Zeiten für Gespräche vorschlagen: für Fälle mit einem Gesprächsabstand, und statt Terminen, die ausfallen müssten. Sie stehen dann hier.",
                    Some(("Fälle", "/faelle")),
                ))
            } @else {
                p {
                    @if found.len() > OFFERS { "Die nächsten " (OFFERS) " Vorschläge; die folgenden kommen nach, wenn diese beantwortet sind. " }
                    "Vereinbart wird, was angekreuzt ist; vorher prüft Geleit noch einmal, was dagegen spricht."
                }
                (post_form(frame, "/gespraeche/vorschlaege", Some(token), html! {
                    (stacked_table("Vorgeschlagene Gesprächstermine", &head, rows.collect()))
                    (actions_with("Angekreuzte vereinbaren", submit_secondary("aktion", "ablehnen", "Angekreuzte ablehnen"), &[]))
                }))
            }
        },
    )
}
