//! Absences.

use maud::{Markup, html};
use time::Date;

use super::{crumbs, day, identity};
use crate::base::german;
use crate::people::rules::{ABSENCE_REASONS, absence_label};
use crate::people::service::{Own, running};
use crate::people::store::absences::AbsenceRow;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, Tone, actions, error_summary, hidden, notice, post_form, select_field, table,
    text_field,
};

pub(in crate::people) fn page(
    frame: &Frame,
    form: &Form,
    own: &Own,
    known: &[AbsenceRow],
    today: Date,
    token: &str,
) -> Markup {
    let page_options = PageOptions {
        errored: form.has_errors(),
        crumbs: crumbs(&own.head),
        lead: Some(html! { (identity(&own.head)) }),
        ..PageOptions::default()
    };
    let path = format!("/personen/{}/abwesenheit", own.head.id);
    let back = format!("/personen/{}", own.head.id);
    let rows: Vec<Vec<Markup>> = known
        .iter()
        .map(|row| {
            vec![
                html! { (german::date(row.from_day)) },
                html! { (day(row.to_day)) },
                html! { (absence_label(&row.reason)) },
            ]
        })
        .collect();
    page_with(
        frame,
        "Abwesenheit",
        page_options,
        html! {
            (error_summary(form))
            @if own.current.is_none() {
                (notice(Tone::Info, None, html! { "Die Person ist zurzeit nicht hier; eine Abwesenheit kann nur während einer Unterbringung eingetragen werden." }))
            } @else if let Some(row) = running(known, today) {
                p { "Abwesend seit " (german::date(row.from_day)) " (" (absence_label(&row.reason)) ")." }
                (post_form(frame, &path, Some(token), html! {
                    (hidden("tun", "beenden"))
                    (hidden("version", &row.version.to_string()))
                    (text_field(form, &Field::date("back_day", "Zurück am").required()))
                    (actions("Rückkehr eintragen", &[("Zurück zur Person", &back)]))
                }))
            } @else {
                p { "Eine Abwesenheit beendet keine Teilnahme und keinen Platz in einer Gruppe." }
                (post_form(frame, &path, Some(token), html! {
                    (hidden("tun", "beginnen"))
                    (text_field(form, &Field::date("from_day", "Erster Tag").required()))
                    (text_field(form, &Field::date("to_day", "Voraussichtlich zurück am").hint("Der erste Tag wieder hier; leer lassen, wenn unbekannt")))
                    (select_field(form, &Field::text("reason", "Grund").required(), ABSENCE_REASONS, Some("Bitte wählen")))
                    (actions("Abwesenheit eintragen", &[("Zurück zur Person", &back)]))
                }))
            }
            @if !rows.is_empty() {
                h2 { "Eingetragene Abwesenheiten" }
                (table("Abwesenheiten", &["Ab", "Zurück am", "Grund"].map(Column::text), rows))
            }
        },
    )
}
