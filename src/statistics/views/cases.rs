//! How many clients reached what in a quarter.

use maud::{Markup, html};

use crate::base::calendar::Quarter;
use crate::base::german;
use crate::casework::ReachedCount;
use crate::facilities::ProgrammeLine;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, empty_state, error_summary, filter_form, select_field, suppressed, table,
};

/// What the page shows.
pub(in super::super) struct Reached<'a> {
    pub form: &'a Form,
    pub offered: &'a [Quarter],
    pub quarter: Quarter,
    pub counts: &'a [ReachedCount],
    pub programmes: &'a [ProgrammeLine],
    pub threshold: u64,
}

/// A figure; a small one stays hidden here, too: whoever sees the page does not work with people.
fn figure(number: i64, threshold: u64) -> Markup {
    let number = number.unsigned_abs();
    if number > 0 && number < threshold {
        return suppressed();
    }
    html! { (german::count(number)) }
}

/// The page.
pub(in super::super) fn reached(frame: &Frame, view: &Reached<'_>) -> Markup {
    let options = PageOptions {
        errored: view.form.has_errors(),
        crumbs: vec![("Veröffentlichungen".to_owned(), "/statistik".to_owned())],
        help: Some("statistik"),
        ..PageOptions::default()
    };
    let quarters: Vec<(String, String)> = view
        .offered
        .iter()
        .map(|quarter| (quarter.to_string(), quarter.label()))
        .collect();
    let quarters: Vec<(&str, &str)> = quarters
        .iter()
        .map(|(value, label)| (value.as_str(), label.as_str()))
        .collect();
    let name = |code: &str| {
        view.programmes
            .iter()
            .find(|programme| programme.code == code)
            .map_or_else(|| code.to_owned(), |programme| programme.name.clone())
    };
    let rows = view
        .counts
        .iter()
        .filter(|count| count.enquiries + count.cases + count.started + count.completed > 0)
        .map(|count| {
            vec![
                html! { (name(&count.programme_code)) },
                figure(count.enquiries, view.threshold),
                figure(count.cases, view.threshold),
                figure(count.started, view.threshold),
                figure(count.completed, view.threshold),
            ]
        })
        .collect::<Vec<_>>();
    page_with(
        frame,
        "Anfragen und Fälle",
        options,
        html! {
            (error_summary(view.form))
            (filter_form("/statistik/faelle", "/statistik/faelle", html! {
                (select_field(view.form, &Field::text("quartal", "Quartal").plain(), &quarters, None))
            }))
            h2 { (view.quarter.label()) }
            @if rows.is_empty() {
                (empty_state("Nichts gezählt", "In diesem Quartal kam keine Anfrage und wurde kein Fall begonnen oder abgeschlossen.", None))
            } @else {
                (table("Anfragen und Fälle", &[
                    Column::text("Maßnahme"),
                    Column::numeric("Anfragen"),
                    Column::numeric("Fälle"),
                    Column::numeric("Begonnen"),
                    Column::numeric("Abgeschlossen"),
                ], rows))
                p.hint {
                    "Gezählt wird jede Person einmal je Maßnahme, im Quartal, in dem sie die Stufe zum ersten Mal erreichte; wer ohne Namen bleibt, je Fall. Die vier Zahlen sind nicht dieselben Personen. Zahlen von 1 bis "
                    (view.threshold.saturating_sub(1)) " sind geheim gehalten. Nur für den Dienstgebrauch: Veröffentlicht wird über eine Veröffentlichung."
                }
            }
        },
    )
}
