//! Pages of participations; [`counselling`] has those of the talks, [`cases`] those of
//! cases, [`case_list`] their lists, [`referral`] the enquiry.

use maud::{Markup, html};

use super::codes::AccessRoute;
use super::service::begin::EnrolDesk;
use super::store::{CodeEntry, EnrolmentLine};
use crate::base::german;
use crate::people::PersonHead;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Field, FieldKind, Width, actions, error_summary, hidden, post_form, select_field, summary_list,
    text_field,
};

pub(super) mod case_list;
pub(super) mod cases;
pub(super) mod counselling;
pub(super) mod danger;
pub(super) mod day;
pub(super) mod deadlines;
pub(super) mod enquiry;
pub(super) mod offers;
pub(super) mod plans;
pub(super) mod referral;
pub(super) mod settings;
pub(super) mod steps;
pub(super) mod vocabulary;

/// Which person the page is about.
pub(super) fn lead(head: &PersonHead) -> Markup {
    html! {
        (head.name())
        @if let Some(birth) = head.birth_date { ", geb. " (german::date(birth)) }
        @if let Some(number) = &head.number { " · " (number) }
        @if let Some(place) = &head.facility_name { " · " (place) }
    }
}

pub(super) fn trail(head: &PersonHead) -> Vec<(String, String)> {
    vec![
        ("Personen".to_owned(), "/personen".to_owned()),
        (head.name(), format!("/personen/{}", head.id)),
        (
            "Teilnahmen und Gespräche".to_owned(),
            format!("/personen/{}/gespraeche", head.id),
        ),
    ]
}

pub(super) fn options<'a>(form: &Form, head: &PersonHead, help: &'a str) -> PageOptions<'a> {
    PageOptions {
        errored: form.has_errors(),
        crumbs: trail(head),
        help: Some(help),
        lead: Some(lead(head)),
        ..PageOptions::default()
    }
}

/// The form for a new participation.
pub(super) fn enrol(frame: &Frame, form: &Form, desk: &EnrolDesk, token: &str) -> Markup {
    let mut programmes: Vec<(String, &str)> = Vec::new();
    let mut groups: Vec<&str> = Vec::new();
    let mut providers: Vec<(String, &str)> = Vec::new();
    for offer in &desk.offers {
        if offer.client == "environment" {
            continue;
        }
        if offer.kind == "group" {
            if !groups.contains(&offer.programme_name.as_str()) {
                groups.push(&offer.programme_name);
            }
            continue;
        }
        let programme = (
            offer.programme_id.to_string(),
            offer.programme_name.as_str(),
        );
        if !programmes.contains(&programme) {
            programmes.push(programme);
        }
        let provider = (offer.provider_id.to_string(), offer.provider_name.as_str());
        if !providers.contains(&provider) {
            providers.push(provider);
        }
    }
    let staff: Vec<(String, String)> = desk
        .staff
        .iter()
        .map(|line| {
            (
                line.id.to_string(),
                format!("{} ({})", line.name, line.provider_name),
            )
        })
        .collect();
    fn refs<A: AsRef<str>, B: AsRef<str>>(list: &[(A, B)]) -> Vec<(&str, &str)> {
        list.iter()
            .map(|(value, label)| (value.as_ref(), label.as_ref()))
            .collect()
    }
    let hint = (!groups.is_empty())
        .then(|| format!("Wird über die Gruppe aufgenommen: {}.", groups.join(", ")));
    let mut programme = Field::text("programme", "Maßnahme")
        .required()
        .width(Width::Full);
    if let Some(hint) = &hint {
        programme = programme.hint(hint);
    }
    let back = format!("/personen/{}/gespraeche", desk.head.id);
    page_with(
        frame,
        "Teilnahme beginnen",
        options(form, &desk.head, "gespraech"),
        html! {
            (error_summary(form))
            (post_form(frame, &format!("/personen/{}/teilnahme/neu", desk.head.id), Some(token), html! {
                (select_field(form, &programme, &refs(&programmes), Some("Bitte wählen")))
                (select_field(form, &Field::text("provider", "Träger").hint("Nur nötig, wenn mehrere Träger die Maßnahme durchführen."), &refs(&providers), Some("der einzige Träger")))
                (select_field(form, &Field::text("access_route", "Zugangsweg").required(), &AccessRoute::choices(), Some("Bitte wählen")))
                (select_field(form, &Field::text("staff", "Zuständige Fachkraft").hint("Sie sieht die Person, solange eine Zugangsfreigabe gilt."), &refs(&staff), Some("noch offen")))
                (text_field(form, &Field::date("enrolled_on", "Aufgenommen am").required()))
                (actions("Teilnahme eintragen", &[("Abbrechen", &back)]))
            }))
        },
    )
}

fn facts(line: &EnrolmentLine) -> Markup {
    let route = AccessRoute::from_code(&line.access_route).map_or("–", AccessRoute::label);
    let day = |day: Option<time::Date>| html! { @if let Some(day) = day { (german::date(day)) } @else { "–" } };
    summary_list(&[
        ("Maßnahme", html! { (line.programme_name) }),
        ("Träger", html! { (line.provider_name) }),
        ("Einrichtung", html! { (line.facility_name) }),
        ("Zugangsweg", html! { (route) }),
        ("Aufgenommen am", html! { (german::date(line.enrolled_on)) }),
        ("Erste Sitzung", day(line.started_on)),
        ("Beendet am", day(line.ended_on)),
    ])
}

/// The form that ends a participation.
pub(super) fn end(
    frame: &Frame,
    form: &Form,
    line: &EnrolmentLine,
    head: &PersonHead,
    reasons: &[CodeEntry],
) -> Markup {
    let reasons: Vec<(&str, &str)> = reasons
        .iter()
        .map(|reason| (reason.code.as_str(), reason.label.as_str()))
        .collect();
    let back = format!("/personen/{}/gespraeche", head.id);
    page_with(
        frame,
        "Teilnahme beenden",
        options(form, head, "gespraech"),
        html! {
            (error_summary(form))
            (facts(line))
            (post_form(frame, &format!("/teilnahmen/{}/beenden", line.id), None, html! {
                (hidden("version", form.value("version")))
                (select_field(form, &Field::text("reason", "Ergebnis und Grund").required().width(Width::Full)
                    .hint("Eine vorübergehende Abwesenheit beendet keine Teilnahme."), &reasons, Some("Bitte wählen")))
                (text_field(form, &Field::date("ended_on", "Letzter Tag").required()))
                (actions("Teilnahme beenden", &[("Abbrechen", &back)]))
            }))
        },
    )
}

/// The form that takes an ending back.
pub(super) fn reopen(
    frame: &Frame,
    form: &Form,
    line: &EnrolmentLine,
    head: &PersonHead,
) -> Markup {
    let back = format!("/personen/{}/gespraeche", head.id);
    page_with(
        frame,
        "Teilnahme wieder öffnen",
        options(form, head, "gespraech"),
        html! {
            (error_summary(form))
            (facts(line))
            @if line.ended_on.is_none() {
                p { "Diese Teilnahme läuft noch; es gibt nichts zurückzunehmen. " a href=(back) { "Zurück zur Person" } }
            } @else {
                p { "Letzter Tag und Ergebnis werden zurückgenommen. Beides bleibt mit dem Grund im Verlauf stehen." }
                (post_form(frame, &format!("/teilnahmen/{}/wieder-oeffnen", line.id), None, html! {
                    (hidden("version", form.value("version")))
                    (text_field(form, &Field::new("reason", "Grund", FieldKind::Text, Width::Full).required().max_length(200)
                        .hint("Zum Beispiel: Versehentlich beendet. Keine Angaben zum Inhalt.")))
                    (actions("Teilnahme wieder öffnen", &[("Abbrechen", &back)]))
                }))
            }
        },
    )
}
