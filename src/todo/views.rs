//! The to-do list.

use maud::{Markup, html};
use time::Date;

use super::store::Task;
use crate::base::german;
use crate::casework::{DUE_LINES, DueLine, due_tag};
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{Column, empty_state, table};

/// The page.
pub(super) fn tasks(frame: &Frame, tasks: &[Task], due: &[DueLine], today: Date) -> Markup {
    let options = PageOptions {
        help: Some("aufgaben"),
        ..PageOptions::default()
    };
    let nothing = tasks.iter().all(|task| task.number == 0);
    page_with(
        frame,
        "Aufgaben",
        options,
        html! {
            @if nothing {
                (empty_state("Nichts zu tun", "Hier steht, was auf Sie wartet: Gespräche ohne Ergebnis, Fristen, Anfragen, Vorgänge zur Prüfung.", None))
            } @else {
                ul.ways {
                    @for task in tasks.iter().filter(|task| task.number > 0) {
                        li {
                            a href=(task.href) { (task.label()) }
                            " " span.hint { (task.hint) }
                        }
                    }
                }
            }
            @if !due.is_empty() {
                h2 id="fristen" { "Fristen" }
                @if due.len() > DUE_LINES { p { "Die nächsten " (DUE_LINES) " Fristen; es gibt mehr." } }
                (table("Fristen", &["Frist", "Bis", "Fall", "Maßnahme"].map(Column::text), due.iter().take(DUE_LINES).map(|line| vec![
                    html! { (line.what()) },
                    html! { @if let Some(due) = line.due { (german::date(due)) " " } (due_tag(line.near(today))) },
                    html! { a href={ "/faelle/" (line.case_id) } { (line.title()) } },
                    html! { (line.programme_name) },
                ]).collect()))
            }
        },
    )
}
