//! What planning needs to know of a person: appointments, separations, language, security level.

use maud::{Markup, html};

use super::house::LEVELS;
use crate::base::german;
use crate::conflicts::rules::{BusyKind, SeparationCode};
use crate::conflicts::store::own::{BusyRow, NeedRow, SeparationRow};
use crate::conflicts::store::people::weekday;
use crate::groups::rules::time_range;
use crate::people::PersonHead;
use crate::providers::Language;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, actions, empty_state, error_summary, get_form, hidden, post_button, post_form,
    post_form_unguarded, radio_group, select_field, table, text_field,
};

/// What the page shows.
pub(in crate::conflicts) struct Shown<'a> {
    pub head: &'a PersonHead,
    pub busy: &'a [BusyRow],
    pub separations: &'a [SeparationRow],
    pub need: &'a NeedRow,
    /// What was searched for, and who was found.
    pub search: Option<(&'a str, &'a [PersonHead])>,
    pub token: &'a str,
}

/// When an appointment is, in words.
pub(in crate::conflicts) fn when(row: &BusyRow) -> String {
    let last = row.day_after.and_then(time::Date::previous_day);
    let days = match (row.weekday, last) {
        (Some(day), None) => format!(
            "jeden {} ab {}",
            german::weekday_name(weekday(day)),
            german::date(row.first_day)
        ),
        (Some(day), Some(last)) => format!(
            "jeden {}, {} bis {}",
            german::weekday_name(weekday(day)),
            german::date(row.first_day),
            german::date(last)
        ),
        (None, Some(last)) if last > row.first_day => {
            format!("{} bis {}", german::date(row.first_day), german::date(last))
        }
        (None, _) => german::weekday_date(row.first_day),
    };
    match row.start_minute.zip(row.end_minute) {
        Some((from, to)) => format!("{days}, {}", time_range(from, to - from)),
        None => format!("{days}, Uhrzeit unbekannt"),
    }
}

fn kind(row: &BusyRow) -> &'static str {
    BusyKind::from_code(&row.kind).map_or("Termin", BusyKind::label)
}

/// The page.
pub(in crate::conflicts) fn page(frame: &Frame, form: &Form, shown: &Shown<'_>) -> Markup {
    let back = format!("/personen/{}", shown.head.id);
    let here = format!("{back}/planung");
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: vec![
            ("Personen".into(), "/personen".into()),
            (shown.head.name(), back.clone()),
        ],
        help: Some("konflikte"),
        lead: Some(html! {
            (shown.head.name())
            @if let Some(number) = &shown.head.number { ", " (number) }
        }),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Termine und Planung",
        options,
        html! {
            (error_summary(form))
            h2 #termine { "Termine" }
            p { "Gericht, Arbeit, Schule, Arzt: Was hier steht, sehen Planung und Anwesenheitsliste als Hinweis. Abwesenheiten von einem Tag an stehen unter " a href={ (back) "/abwesenheit" } { "Abwesenheit" } "." }
            (appointments(frame, &here, shown))
            h3 { "Termin eintragen" }
            (appointment_form(frame, form, &here, shown.token))
            h2 #trennungen { "Trennungen" }
            p { "Wer wem in keiner Maßnahme begegnen darf. Eingetragen wird nur die Art, nie der Grund." }
            (separations(frame, &here, shown))
            (search(frame, form, &here, shown))
            h2 #bedarf { "Sprache und Sicherheitsstufe" }
            (needs(frame, form, &here, shown.need))
            div.actions { a href=(back) { "Zurück zur Person" } }
        },
    )
}

fn appointments(frame: &Frame, here: &str, shown: &Shown<'_>) -> Markup {
    let rows: Vec<Vec<Markup>> = shown
        .busy
        .iter()
        .map(|row| {
            let label = html! { (kind(row)) };
            let remove = html! {
                (post_form_unguarded(frame, &format!("{here}/termine/{}/loeschen", row.id), None, html! {
                    button.second type="submit" { "Löschen" span.hide { ": " (kind(row)) ", " (when(row)) } }
                }))
            };
            vec![label, html! { (when(row)) }, remove]
        })
        .collect();
    html! {
        @if rows.is_empty() {
            p.muted { "Kein Termin eingetragen." }
        } @else {
            (table("Termine der Person", &["Art", "Wann", "Aktion"].map(Column::text), rows))
        }
    }
}

fn appointment_form(frame: &Frame, form: &Form, here: &str, token: &str) -> Markup {
    post_form(
        frame,
        &format!("{here}/termine"),
        Some(token),
        html! {
            (select_field(form, &Field::text("art", "Art").required(), &BusyKind::choices(), Some("Bitte wählen")))
            (radio_group(form, "wie_oft", "Wie oft?", &[
                ("einmal", "Einmal, oder an mehreren Tagen hintereinander", None),
                ("woche", "Jede Woche", Some("An dem Wochentag des ersten Tages.")),
            ]))
            (text_field(form, &Field::date("erster_tag", "Erster Tag").required()))
            (text_field(form, &Field::date("letzter_tag", "Letzter Tag").hint("Leer: nur dieser eine Tag, oder jede Woche bis auf Weiteres")))
            (text_field(form, &Field::time("von", "Von").hint("Leer lassen, wenn die Uhrzeit unbekannt ist")))
            (text_field(form, &Field::time("bis", "Bis")))
            (actions("Termin eintragen", &[]))
        },
    )
}

fn separations(frame: &Frame, here: &str, shown: &Shown<'_>) -> Markup {
    let rows: Vec<Vec<Markup>> = shown
        .separations
        .iter()
        .map(|row| {
            let name = if row.visible {
                format!("{}, {}", row.family_name, row.given_name)
            } else {
                "Gesperrte Person".to_owned()
            };
            vec![
                html! { (name) },
                html! { (SeparationCode::from_code(&row.code).map_or("–", SeparationCode::label)) },
                post_button(
                    frame,
                    &format!("{here}/trennungen/{}/aufheben", row.id),
                    None,
                    "Aufheben",
                ),
            ]
        })
        .collect();
    html! {
        @if !rows.is_empty() {
            (table("Trennungen", &["Von", "Art", "Aktion"].map(Column::text), rows))
        }
    }
}

fn search(frame: &Frame, form: &Form, here: &str, shown: &Shown<'_>) -> Markup {
    let typed = shown.search.map_or("", |(typed, _)| typed);
    let asked = Form::empty().with("suche", typed);
    html! {
        h3 { "Trennung eintragen" }
        (get_form(&format!("{here}#trennungen"), html! {
            (text_field(&asked, &Field::search("suche", "Von wem? Name oder Buchnummer")))
            (actions("Suchen", &[]))
        }))
        @if let Some((typed, found)) = shown.search {
            @if found.is_empty() {
                (empty_state("Niemand gefunden", &format!("Für „{typed}“ ist in der Einrichtung niemand untergebracht. Ein Teil des Namens genügt."), None))
            } @else {
                @let people: Vec<(String, String)> = found.iter().map(|person| {
                    let number = person.number.as_deref().map_or_else(String::new, |number| format!(" ({number})"));
                    (person.id.to_string(), format!("{}{number}", person.name()))
                }).collect();
                @let choices: Vec<(&str, &str)> = people.iter().map(|(id, name)| (id.as_str(), name.as_str())).collect();
                (post_form(frame, &format!("{here}/trennungen"), Some(shown.token), html! {
                    (hidden("suche", typed))
                    (select_field(form, &Field::text("person", "Person").required(), &choices, Some("Bitte wählen")))
                    (select_field(form, &Field::text("code", "Art der Trennung").required(), &SeparationCode::choices(), Some("Bitte wählen")))
                    (actions("Trennung eintragen", &[]))
                }))
            }
        }
    }
}

fn needs(frame: &Frame, form: &Form, here: &str, need: &NeedRow) -> Markup {
    let filled = Form::empty()
        .with("sprache", need.language.as_str())
        .with("stufe", need.security.to_string());
    let typed = if form.names().any(|name| name == "stufe") {
        form
    } else {
        &filled
    };
    post_form(
        frame,
        &format!("{here}/bedarf"),
        None,
        html! {
            (hidden("version", &need.version.to_string()))
            (select_field(typed, &Field::text("sprache", "Sprache in Maßnahmen").required(), &Language::choices(), None))
            (select_field(typed, &Field::text("stufe", "Sicherheitsstufe des Raums").required(), LEVELS, None))
            (actions("Speichern", &[]))
        },
    )
}
