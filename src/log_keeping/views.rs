//! Pages of holds and sheets.

use maud::{Markup, html};
use time::Date;

use super::pages::{REASON_LENGTH, REFERENCE_LENGTH};
use super::rules::{Ground, week_label, weeks};
use super::store::HoldRow;
use crate::base::german;
use crate::base::time::berlin_local;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, Tone, Width, actions, empty_state, error_summary, hidden, post_form,
    radio_group, summary_list, table, tag, text_field,
};

/// Sheets offered.
const SHEETS: i64 = 8;

/// "01.03.2026 bis 31.03.2026", "ab 01.03.2026".
pub(super) fn days(first: Date, last: Option<Date>) -> String {
    match last {
        Some(last) => format!("{} bis {}", german::date(first), german::date(last)),
        None => format!("ab {}", german::date(first)),
    }
}

fn ground(code: &str) -> &str {
    Ground::from_code(code).map_or(code, |ground| ground.label())
}

fn holds(rows: &[HoldRow]) -> Markup {
    let lines = rows
        .iter()
        .map(|row| {
            vec![
                html! { (days(row.first_day, row.last_day)) },
                html! { (row.reference) br; (ground(&row.ground)) },
                html! { (german::date(berlin_local(row.set_at).date)) ", " (row.set_by_name) },
                html! {
                    @match (&row.lifted_at, &row.lifted_reason) {
                        (Some(at), Some(reason)) => {
                            (tag(Tone::Neutral, "aufgehoben")) " " (german::date(berlin_local(*at).date))
                            @if let Some(name) = &row.lifted_by_name { ", " (name) }
                            br; (reason)
                        }
                        _ => {
                            (tag(Tone::Info, "gilt")) " "
                            a href={ "/protokollpflege/aufbewahrungen/" (row.id) "/aufheben" } { "aufheben" }
                        }
                    }
                },
            ]
        })
        .collect();
    table(
        "Aufbewahrte Tage",
        &["Tage", "Verfahren", "Angeordnet", "Stand"].map(Column::text),
        lines,
    )
}

/// Holds, a new one, and the sheets.
pub(super) fn show(
    frame: &Frame,
    rows: &[HoldRow],
    form: &Form,
    token: &str,
    today: Date,
) -> Markup {
    let options = PageOptions {
        errored: form.has_errors(),
        help: Some("protokollpflege"),
        ..PageOptions::default()
    };
    let grounds: Vec<_> = Ground::ALL
        .iter()
        .map(|one| (one.code(), one.label(), None))
        .collect();
    page_with(
        frame,
        "Protokollpflege",
        options,
        html! {
            (error_summary(form))
            p.prose { "Einmal am Tag löscht Geleit die Tage des Protokolls, die älter als zwölf Monate sind (§ 32 Abs. 5 SächsDSUG). Braucht ein Verfahren ältere Tage, wird ihre Löschung hier ausgesetzt." }
            h2 { "Aufbewahrungen" }
            @if rows.is_empty() {
                (empty_state("Keine Aufbewahrung", "Alle Tage werden nach zwölf Monaten gelöscht.", None))
            } @else { (holds(rows)) }
            h2 { "Löschung aussetzen" }
            (post_form(frame, "/protokollpflege/aufbewahrungen", Some(token), html! {
                (text_field(form, &Field::date("von", "Erster Tag").required()))
                (text_field(form, &Field::date("bis", "Letzter Tag").hint("Leer: auch alle späteren Tage.")))
                (text_field(form, &Field::text("aktenzeichen", "Aktenzeichen").required().max_length(REFERENCE_LENGTH).hint("Des Verfahrens, für das die Tage gebraucht werden.")))
                (radio_group(form, "grund", "Grund", &grounds))
                (actions("Löschung aussetzen", &[]))
            }))
            h2 { "Wochenblätter" }
            p.prose { "Das Wochenblatt nennt die Kettenwerte aller Tage einer Woche. Einmal in der Woche gedruckt, unterschrieben und außer Haus aufbewahrt, verrät es jede spätere Änderung, auch durch jemanden mit Zugriff auf Datenbank und Schlüssel." }
            ul {
                @for monday in weeks(today, SHEETS) {
                    li { a href={ "/protokollpflege/wochenblatt.pdf?ab=" (monday) } { (week_label(monday)) } }
                }
            }
        },
    )
}

/// Lifting a hold.
pub(super) fn lift(frame: &Frame, row: &HoldRow, form: &Form) -> Markup {
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: vec![("Protokollpflege".to_owned(), "/protokollpflege".to_owned())],
        help: Some("protokollpflege"),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Aufbewahrung aufheben",
        options,
        html! {
            (error_summary(form))
            (summary_list(&[
                ("Tage", html! { (days(row.first_day, row.last_day)) }),
                ("Aktenzeichen", html! { (row.reference) }),
                ("Grund", html! { (ground(&row.ground)) }),
            ]))
            p.prose { "Tage, die älter als zwölf Monate sind, werden innerhalb eines Tages gelöscht. Das lässt sich nicht rückgängig machen." }
            (post_form(frame, &format!("/protokollpflege/aufbewahrungen/{}/aufheben", row.id), None, html! {
                (hidden("version", &row.version.to_string()))
                (text_field(form, &Field::text("warum", "Warum die Tage nicht mehr gebraucht werden").required().max_length(REASON_LENGTH).width(Width::Full)))
                (actions("Aufbewahrung aufheben", &[("Abbrechen", "/protokollpflege")]))
            }))
        },
    )
}
