//! Pages of reference data.

use maud::{Markup, html};
use time::Date;

use super::store::{Closure, FacilityLine, PartLine, ProgrammeLine, RoomLine};
use crate::base::german;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, actions, empty_state, error_summary, link_button, post_button, post_form,
    select_field, table, text_field,
};

fn kind(code: &str) -> &'static str {
    match code {
        "group" => "Gruppe",
        "individual" => "Einzeltraining",
        "counselling" => "Beratung",
        "coaching" => "Coaching",
        _ => "–",
    }
}

pub(super) fn list(
    frame: &Frame,
    facilities: &[FacilityLine],
    programmes: &[ProgrammeLine],
    parts: &[PartLine],
    today: Date,
    may_close: bool,
) -> Markup {
    let rows = |wanted: &str| -> Vec<Vec<Markup>> {
        facilities
            .iter()
            .filter(|facility| facility.kind == wanted)
            .map(|facility| {
                vec![
                    html! { (facility.name) },
                    html! { (facility.code) },
                    html! {
                        (facility.remit)
                        @if facility.valid_from > today { " Ab " (german::date(facility.valid_from)) "." }
                    },
                ]
            })
            .collect()
    };
    let offers = programmes
        .iter()
        .map(|programme| {
            let names: Vec<String> = parts
                .iter()
                .filter(|part| part.programme_id == programme.id)
                .map(|part| match part.part.as_str() {
                    "lead" => part.provider_name.clone(),
                    "partner" => format!("{} (Partner)", part.provider_name),
                    _ => format!("{} (wirkt mit)", part.provider_name),
                })
                .collect();
            vec![
                html! { (programme.name) },
                html! { (programme.pillar_name) },
                html! { (kind(&programme.kind)) },
                html! { (names.join(", ")) },
            ]
        })
        .collect();
    let options = PageOptions {
        tools: may_close.then(|| link_button("Schließtage", "/einrichtungen/schliesstage", false)),
        ..PageOptions::default()
    };
    let head = ["Einrichtung", "Kürzel", "Zuständigkeit"].map(Column::text);
    page_with(
        frame,
        "Einrichtungen und Maßnahmen",
        options,
        html! {
            h2 { "Anstalten" }
            (table("Anstalten", &head, rows("prison")))
            h2 { "Bewährungshilfe" }
            (table("Bewährungshilfe", &head, rows("probation")))
            h2 { "Maßnahmen" }
            p { a href="/vorlagen" { "Vorlagen der Maßnahmen" } ": Ablauf, Bausteine und Regeln, mit allen Fassungen." }
            (table("Maßnahmen", &["Maßnahme", "Säule", "Form", "Träger"].map(Column::text), offers))
        },
    )
}

pub(super) fn closures(
    frame: &Frame,
    form: &Form,
    (closures, rooms): (&[Closure], &[RoomLine]),
    token: &str,
) -> Markup {
    let choices: Vec<(String, &str)> = rooms
        .iter()
        .map(|room| (room.id.to_string(), room.name.as_str()))
        .collect();
    let choices: Vec<(&str, &str)> = choices
        .iter()
        .map(|(id, name)| (id.as_str(), *name))
        .collect();
    let rows: Vec<Vec<Markup>> = closures
        .iter()
        .map(|closure| {
            let last = closure
                .day_after
                .previous_day()
                .unwrap_or(closure.first_day);
            vec![
                html! {
                    (german::weekday_date(closure.first_day))
                    @if last != closure.first_day { " bis " (german::weekday_date(last)) }
                },
                html! { (closure.room_name.as_deref().unwrap_or("Ganze Einrichtung")) },
                html! { (closure.reason) },
                html! { (closure.created_by_name) },
                post_button(
                    frame,
                    &format!("/einrichtungen/schliesstage/{}/aufheben", closure.id),
                    None,
                    "Aufheben",
                ),
            ]
        })
        .collect();
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: vec![("Einrichtungen".into(), "/einrichtungen".into())],
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Schließtage",
        options,
        html! {
            (error_summary(form))
            @if rows.is_empty() {
                (empty_state("Keine Schließtage und gesperrten Räume", "Gesetzliche Feiertage in Sachsen sind immer berücksichtigt; hier stehen Schließungen des Hauses und gesperrte Räume.", None))
            } @else {
                (table("Schließtage", &["Tage", "Was", "Grund", "Eingetragen von", "Aktion"].map(Column::text), rows))
            }
            h2 { "Schließung eintragen" }
            (post_form(frame, "/einrichtungen/schliesstage", Some(token), html! {
                (select_field(form, &Field::text("room", "Was ist geschlossen?").plain(), &choices, Some("Ganze Einrichtung")))
                (text_field(form, &Field::date("first_day", "Erster Tag").required()))
                (text_field(form, &Field::date("last_day", "Letzter Tag").hint("Leer lassen, wenn es nur ein Tag ist")))
                (text_field(form, &Field::text("reason", "Grund").required().hint("Zum Beispiel Betriebsausflug, Revision oder Wasserschaden")))
                (actions("Eintragen", &[]))
            }))
        },
    )
}
