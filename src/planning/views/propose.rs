//! Terminvorschlag: the form and the offers.

use maud::{Markup, html};

use super::{from_to, road, span, unplanned, weekly};
use crate::base::german;
use crate::groups::rules::minute;
use crate::planning::rules::Template;
use crate::planning::service::propose::{LATER, Offer, Offers};
use crate::timetable::rules::Rule;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Field, Tone, actions, checkbox, error_summary, hidden, notice, post_form, select_field, submit,
    summary_list, text_field,
};

/// The page.
pub(in crate::planning) fn page(
    frame: &Frame,
    form: &Form,
    (templates, unfit): (&[Template], &[Template]),
    offers: Option<&Offers>,
    token: &str,
) -> Markup {
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: vec![("Gruppen".to_owned(), "/gruppen".to_owned())],
        help: Some("planung"),
        lead: Some(html! {
            "Fünf Möglichkeiten für eine neue Gruppe: Wochentag, Zeit, Raum, Fachkräfte, Beginn und wer von der Warteliste teilnehmen könnte. Alles, was schon geplant ist, bleibt, wie es ist."
        }),
        ..PageOptions::default()
    };
    let choices: Vec<(String, String)> = templates
        .iter()
        .map(|template| {
            let text = format!(
                "{} ({} Sitzungen, {} Plätze)",
                template.name,
                template.sessions.len(),
                template.places
            );
            (template.id.to_string(), text)
        })
        .collect();
    let pairs: Vec<(&str, &str)> = choices
        .iter()
        .map(|(id, text)| (id.as_str(), text.as_str()))
        .collect();
    let hint =
        format!("Vorgeschlagen werden Gruppen, die innerhalb von {LATER} Wochen danach beginnen");
    page_with(
        frame,
        "Terminvorschlag",
        options,
        html! {
            (error_summary(form))
            (post_form(frame, "/gruppen/terminvorschlag", None, html! {
                (select_field(form, &Field::text("vorlage", "Vorlage").required(), &pairs, Some("Bitte wählen")))
                (text_field(form, &Field::text("name", "Name der Gruppe").required().hint("Einmalig in der Einrichtung")))
                (text_field(form, &Field::date("ab", "Frühester Beginn").required().hint(&hint)))
                (checkbox(form, "alle", "Auch Personen ohne abgeschlossenes Auswahlgespräch einplanen", None))
                (unplanned(unfit))
                (actions("Vorschläge berechnen", &[("Selbst planen", "/gruppen/neu"), ("Abbrechen", "/gruppen")]))
            }))
            @if let Some(found) = offers { (result(frame, form, found, token)) }
        },
    )
}

fn result(frame: &Frame, form: &Form, found: &Offers, token: &str) -> Markup {
    if found.offers.is_empty() {
        return notice(
            Tone::Warning,
            Some("Kein Vorschlag möglich"),
            html! {
                @if found.reasons.is_empty() {
                    p { "Neben dem, was schon geplant ist, bleibt in diesem Zeitraum keine Möglichkeit. Ein späterer Beginn oder weitere Zugangsfreigaben könnten helfen." }
                } @else {
                    p { "Auch wenn sonst nichts geplant wäre, fände die Gruppe in diesem Zeitraum keinen Termin:" }
                    ul { @for reason in &found.reasons { li { (why_not(*reason)) } } }
                }
            },
        );
    }
    html! {
        @if found.foreseen > 0 {
            p.muted {
                (german::plural(found.foreseen as u64, "wartende Person ist", "wartende Personen sind"))
                " schon für eine Gruppe vorgesehen, die noch nicht begonnen hat, und hier nicht mitgezählt."
            }
        }
        h2 #vorschlaege { (german::plural(found.offers.len() as u64, "Vorschlag", "Vorschläge")) ", der beste zuerst" }
        @for (number, offer) in (1..).zip(&found.offers) {
            section {
                h3 {
                    "Vorschlag " (number) ": " (weekly(offer.weekday)) " " (span(offer.start, offer.end))
                    @if let Some(first) = offer.days.first() { ", ab " (german::weekday_date(*first)) }
                }
                (summary_list(&quality(offer)))
                details {
                    summary { "Alle " (offer.days.len()) " Termine" }
                    ol { @for day in &offer.days { li { (german::weekday_date(*day)) } } }
                }
                (post_form(frame, "/gruppen/terminvorschlag/uebernehmen", Some(token), html! {
                    @for field in ["vorlage", "name", "ab"] { (hidden(field, form.value(field))) }
                    @if form.checked("alle") { (hidden("alle", form.value("alle"))) }
                    (hidden("wochentag", &(offer.weekday + 1).to_string()))
                    (hidden("beginn", &german::time(minute(i64::from(offer.start)))))
                    @if let Some(first) = offer.days.first() { (hidden("erster_tag", &german::date(*first))) }
                    (hidden("raum", &offer.room.0.to_string()))
                    @for (field, (id, _)) in ["fachkraft_1", "fachkraft_2"].into_iter().zip(&offer.trainers) {
                        (hidden(field, &id.to_string()))
                    }
                    @for seat in &offer.seats {
                        @if let Some(application) = seat.application { (hidden("antrag", &application.to_string())) }
                    }
                    (submit(&format!("Vorschlag {number} als Entwurf übernehmen")))
                }))
            }
        }
    }
}

/// What would have to change, in the words of whoever can change it.
fn why_not(rule: Rule) -> &'static str {
    match rule {
        Rule::H1 => {
            "Zeiten des Hauses, Schließtage oder Feiertage lassen keine wöchentlichen Termine zu."
        }
        Rule::H2 => "Kein Raum der Einrichtung ist frei und für Gruppen geeignet.",
        Rule::H3 => "Kein Raum hat genug Plätze.",
        Rule::H4 => "Kein Raum ist für die nötige Sicherheitsstufe geeignet.",
        Rule::H5 => {
            "Es fehlen zwei Fachkräfte, die diese Maßnahme in der Einrichtung halten dürfen."
        }
        Rule::H6 => {
            "Die Fachkräfte sind zu diesen Zeiten nicht da: angemeldete Zeiten oder Abwesenheiten."
        }
        Rule::H7 => {
            "Zugangsfreigaben für die Einrichtung fehlen oder enden, bevor die Gruppe endet."
        }
        Rule::H9 => {
            "Eine Sitzung wäre länger, als Fachkräfte am Tag oder in der Woche eingeplant werden."
        }
        Rule::H10 => "Das Haus lässt an einem Tag zu wenige externe Fachkräfte zu.",
        Rule::H11 => "Zu viele Wochen fielen aus.",
        Rule::H12 => "Der Zeitraum ist zu kurz für alle Sitzungen.",
        Rule::H13 => "In den Wochen nach dem frühesten Beginn kann die Gruppe nicht anfangen.",
        Rule::H14 | Rule::H16 => "Es warten zu wenige, die teilnehmen könnten.",
        Rule::H17 => "Zu viele würden vor dem Ende der Gruppe entlassen oder verlegt.",
        Rule::H18 => "Zu viele wären zu oft verhindert.",
        Rule::H19 => "Zu viele dürfen nicht mit anderen zusammen in eine Gruppe.",
        Rule::H8 | Rule::H15 | Rule::H20 | Rule::H21 | Rule::H22 => {
            "Was schon geplant ist, lässt keinen Platz."
        }
    }
}

fn quality(offer: &Offer) -> Vec<(&'static str, Markup)> {
    let names: Vec<&str> = offer
        .seats
        .iter()
        .map(|seat| seat.name.as_deref().unwrap_or("Gesperrte Person"))
        .collect();
    vec![
        (
            "Zeitraum",
            html! {
                (from_to(&offer.days)) ", " (german::plural(offer.days.len() as u64, "Sitzung", "Sitzungen"))
                @match offer.skipped {
                    0 => ", jede Woche eine",
                    1 => ", 1 Woche fällt aus",
                    more => { ", " (more) " Wochen fallen aus (Feiertage, Schließtage, Abwesenheiten)" }
                }
            },
        ),
        ("Raum", html! { (offer.room.1) }),
        (
            "Fachkräfte",
            html! {
                @for (place, (_, name)) in offer.trainers.iter().enumerate() {
                    @if place > 0 { " und " } (name)
                }
            },
        ),
        (
            "Teilnehmen könnten",
            html! {
                @if names.is_empty() { "Zurzeit wartet niemand, für den dieser Termin passt." }
                @else { (names.join("; ")) }
            },
        ),
        (
            "Weiter warten müssten",
            html! {
                @if offer.left.is_empty() { "niemand" } @else { (offer.left.join("; ")) }
            },
        ),
        (
            "Versäumte Sitzungen",
            html! {
                @match offer.missed {
                    0 => "keine",
                    more => { (german::plural(u64::from(more), "Sitzung müsste nachgeholt werden", "Sitzungen müssten nachgeholt werden")) }
                }
            },
        ),
        (
            "Fahrzeit beider Fachkräfte",
            html! { (road(offer.travel)) " über alle Sitzungen" },
        ),
    ]
}
