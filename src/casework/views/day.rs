//! The page on which several talks of a day are recorded.

use maud::{Markup, html};
use time::Date;

use crate::base::german;
use crate::casework::codes::{SessionForm, TalkResult};
use crate::casework::pages::day::{Row, Whom};
use crate::casework::rules::plan::words;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Field, actions, empty_state, error_summary, hidden, post_form, submit, text_field,
};

/// A field of a row, with its message; the name of the client is part of its label.
fn cell(form: &Form, name: &str, control: Markup) -> Markup {
    html! {
        td {
            @if let Some(text) = form.error_of(name) {
                p.error id={ "f-" (name) "-error" } { span.hide { "Fehler: " } (text) }
            }
            (control)
        }
    }
}

fn choice(
    form: &Form,
    name: &str,
    label: &str,
    choices: &[(&str, &str)],
    empty: Option<&str>,
) -> Markup {
    let bad = form.error_of(name).map(|_| "true");
    let about = bad.map(|_| format!("f-{name}-error"));
    cell(
        form,
        name,
        html! {
            select id={ "f-" (name) } name=(name) aria-label=(label) aria-invalid=[bad] aria-describedby=[about] {
                @if let Some(empty) = empty { option value="" { (empty) } }
                @for (value, label) in choices {
                    option value=(value) selected[form.contains(name, value)] { (label) }
                }
            }
        },
    )
}

fn input(form: &Form, name: &str, label: &str, example: &str) -> Markup {
    let bad = form.error_of(name).map(|_| "true");
    let about = bad.map(|_| format!("f-{name}-error"));
    cell(
        form,
        name,
        html! {
            input.w-short id={ "f-" (name) } name=(name) type="text" autocomplete="off" value=(form.value(name))
                placeholder=(example) aria-label=(label) aria-invalid=[bad] aria-describedby=[about];
        },
    )
}

fn line(form: &Form, row: &Row) -> Markup {
    let field = |name: &str| format!("{name}_{}", row.key);
    let name = row.name();
    let bad = ["result", "minutes", "form", "day", "start"]
        .iter()
        .any(|part| form.error_of(&field(part)).is_some());
    html! {
        tr.bad[bad] data-row {
            th scope="row" {
                (name)
                span.detail {
                    @match &row.whom {
                        Whom::Plan(plan) => { (words(plan.day, plan.start_minute)) " · " (plan.programme_name) }
                        Whom::Client(client) => (client.programme_name),
                    }
                }
            }
            (choice(form, &field("result"), &format!("Ergebnis, {name}"), &TalkResult::choices(), Some("–")))
            (input(form, &field("minutes"), &format!("Minuten, {name}"), "Minuten"))
            (choice(form, &field("form"), &format!("Ort, {name}"), &SessionForm::choices(), None))
            (input(form, &field("day"), &format!("Nächster Termin, Tag, {name}"), "Nächster Termin"))
            (input(form, &field("start"), &format!("Nächster Termin, Uhrzeit, {name}"), "um"))
        }
    }
}

/// The page of a day.
pub(in crate::casework) fn page(
    frame: &Frame,
    form: &Form,
    day: Date,
    rows: &[Row],
    token: &str,
) -> Markup {
    let planned = rows
        .iter()
        .filter(|row| matches!(row.whom, Whom::Plan(_)))
        .count();
    let options = PageOptions {
        errored: form.has_errors(),
        wide: true,
        crumbs: vec![
            ("Aufgaben".to_owned(), "/aufgaben".to_owned()),
            (
                "Zu erfassende Gespräche".to_owned(),
                "/gespraeche/erfassen".to_owned(),
            ),
        ],
        help: Some("gespraech"),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Gespräche eines Tages",
        options,
        html! {
            (error_summary(form))
            form.filter.row method="get" action="/gespraeche/tag" role="search" aria-label="Tag wählen" {
                (text_field(form, &Field::date("tag", "Tag").plain()))
                div.actions { (submit("Anzeigen")) a href="/gespraeche/tag" { "Heute" } }
            }
            @if rows.is_empty() {
                (empty_state(
                    "An diesem Tag ist nichts zu erfassen",
                    "Es ist kein Termin offen, und für Ihre Klientinnen und Klienten läuft an diesem Tag keine Beratung.",
                    Some(("Zu erfassende Gespräche", "/gespraeche/erfassen")),
                ))
            } @else {
                p.hint {
                    "Zeilen ohne Ergebnis bleiben unberührt. Im Feld „Ergebnis“ genügt der Anfangsbuchstabe, mit der Tabulatortaste geht es weiter. "
                    (super::counselling::NO_CONTENT)
                }
                (post_form(frame, "/gespraeche/tag", Some(token), html! {
                    (hidden("tag", &german::date(day)))
                    table.register {
                        caption {
                            (german::long_date(day)) ": "
                            @if planned == 0 { "kein offener Termin; laufende Beratungen" }
                            @else {
                                (german::plural(planned as u64, "offener Termin", "offene Termine"))
                                @if rows.len() > planned { ", dahinter laufende Beratungen ohne Termin an diesem Tag" }
                            }
                        }
                        thead { tr {
                            th scope="col" { "Person" }
                            th scope="col" { "Ergebnis" }
                            th scope="col" { "Minuten" }
                            th scope="col" { "Ort" }
                            th scope="col" { "Nächster Termin" }
                            th scope="col" { "um" }
                        } }
                        tbody { @for row in rows { (line(form, row)) } }
                    }
                    (actions("Alle speichern", &[("Abbrechen", "/gespraeche/erfassen")]))
                }))
            }
        },
    )
}
