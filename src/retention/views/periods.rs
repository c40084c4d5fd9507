//! The table of periods, and the form that changes one.

use maud::{Markup, html};

use crate::base::german;
use crate::base::time::berlin_local;
use crate::restriction::rules::REASON_MOST;
use crate::retention::rules::Category;
use crate::retention::rules::period::Unit;
use crate::retention::store::periods::PeriodRow;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, actions, error_summary, hidden, post_form, summary_list, table, text_field,
    textarea,
};

fn row(row: &PeriodRow) -> Option<Vec<Markup>> {
    let (category, period) = (row.category()?, row.period()?);
    Some(vec![
        html! {
            (category.label()) span.detail { (category.clock()) }
        },
        html! { (period.restrict_text().map_or_else(|| "–".to_owned(), |text| format!("nach {}", text_dative(&text)))) },
        html! {
            "nach " (text_dative(&period.erase_text()))
            span.detail { @if category.by_list() { "Liste, zwei Personen" } @else { "selbsttätig" } }
        },
        html! {
            (row.ground) span.detail { (row.source) }
            @if let (Some(at), Some(name)) = (row.changed_at, &row.changed_by_name) {
                span.detail { "Geändert am " (german::date(berlin_local(at).date)) " von " (name) }
            }
        },
        html! {
            @if category == Category::Audit { "–" } @else {
                a href={ "/loeschfristen/" (row.code) } { "Ändern" span.hide { ": " (category.label()) } }
            }
        },
    ])
}

/// "nach 5 Jahren", "nach 12 Monaten", "nach 7 Tagen".
fn text_dative(text: &str) -> String {
    for (plain, dative) in [
        ("Jahre", "Jahren"),
        ("Monate", "Monaten"),
        ("Tage", "Tagen"),
    ] {
        if let Some(number) = text.strip_suffix(plain) {
            return format!("{number}{dative}");
        }
    }
    text.to_owned()
}

/// All periods.
pub(in crate::retention) fn list(frame: &Frame, rows: &[PeriodRow]) -> Markup {
    let options = PageOptions {
        help: Some("loeschen"),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Löschfristen",
        options,
        html! {
            p { "Wie lange was aufbewahrt wird, ab wann die Frist läuft und worauf sie sich stützt. Gehört eine Person in mehrere Zeilen, zählt die Frist, die zuletzt endet." }
            p { a href="/loeschungen/faellig" { "Was heute zu löschen ist" } }
            (table("Löschfristen", &["Was und ab wann", "Einschränken", "Löschen", "Rechtsgrundlage und Quelle", "Nächster Schritt"].map(Column::text), rows.iter().filter_map(row).collect()))
        },
    )
}

/// The form of one period.
pub(in crate::retention) fn edit(
    frame: &Frame,
    form: &Form,
    category: Category,
    row: &PeriodRow,
) -> Markup {
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: vec![("Löschfristen".into(), "/loeschfristen".into())],
        help: Some("loeschen"),
        ..PageOptions::default()
    };
    let unit = Unit::from_code(&row.unit).map_or("", Unit::label);
    let (erase, restrict) = (
        format!("Löschen nach ({unit})"),
        format!("Einschränken nach ({unit})"),
    );
    page_with(
        frame,
        "Löschfrist ändern",
        options,
        html! {
            (error_summary(form))
            (summary_list(&[
                ("Was", html! { (category.label()) }),
                ("Frist läuft", html! { (category.clock()) }),
                ("Rechtsgrundlage", html! { (row.ground) }),
            ]))
            (post_form(frame, &format!("/loeschfristen/{}", row.code), None, html! {
                (hidden("version", form.value("version")))
                @if row.restrict_after.is_some() {
                    (text_field(form, &Field::number("einschraenken", &restrict).required()))
                }
                (text_field(form, &Field::number("loeschen", &erase).required()))
                (textarea(form, &Field::text("quelle", "Quelle").required().max_length(400).hint("Vorschrift oder Entscheidung, aus der die Zahl folgt."), 3))
                (textarea(form, &Field::text("begruendung", "Begründung").required().max_length(REASON_MOST).hint("Warum die Frist geändert wird; steht im Verlauf."), 3))
                (actions("Löschfrist ändern", &[("Abbrechen", "/loeschfristen")]))
            }))
        },
    )
}
