//! The sheet of a session to print: whom to expect, room for what happened, a column to sign.

use maud::{Markup, html};

use crate::base::german;
use crate::groups::rules::register::Status;
use crate::groups::store::register::{RegisterPerson, SessionHead};
use crate::web::form::Form;
use crate::web::layout::{Frame, page_with};
use crate::web::parts::{Column, print_button, table};

/// Empty rows below the names.
const SPARE: usize = 2;

/// The sheet.
pub fn sheet(
    frame: &Frame,
    session: &SessionHead,
    people: &[RegisterPerson],
    masked: usize,
) -> Markup {
    let blank = || html! { "\u{a0}" };
    let mut rows: Vec<Vec<Markup>> = people
        .iter()
        .map(|person| {
            vec![
                html! {
                    (person.name())
                    @if let Some(number) = &person.number { span.detail { (number) } }
                },
                html! {
                    @if person.paused { "ausgesetzt" } @else if person.absent { "vorübergehend abwesend" } @else { "☐ da" }
                },
                blank(),
                blank(),
                blank(),
            ]
        })
        .collect();
    for _ in 0..SPARE {
        rows.push(vec![
            Markup::default(),
            html! { "☐ da" },
            blank(),
            blank(),
            blank(),
        ]);
    }
    let head = [
        "Person",
        "Da",
        "Minuten versäumt",
        "Nicht da: Grund",
        "Unterschrift",
    ]
    .map(Column::text);
    let words: Vec<String> = Status::ALL
        .iter()
        .map(|status| format!("{} {}", status.key().to_uppercase(), status.label()))
        .collect();
    page_with(
        frame,
        "Anwesenheitsliste",
        super::register::options(session, &Form::empty(), Some(print_button("Drucken"))),
        html! {
            p { (session.facility_name) ". " (session.title()) @if !session.is_catch_up() { " von " (session.last_ordinal) } "." }
            (table("Anwesenheitsliste", &head, rows))
            p { "Kürzel: " (words.join(", ")) "." }
            @if masked > 0 { p { (german::plural(masked as u64, "weitere Person", "weitere Personen")) " außerhalb Ihres Zuständigkeitsbereichs." } }
            p { "Fand statt: ☐ ja ☐ nein, Grund: ______________________________" }
            p { "Datum, Unterschrift der Fachkräfte: ______________________________" }
            p.no-print { a href={ "/gruppen/" (session.group_id) } { "Zurück zur Gruppe" } }
        },
    )
}
