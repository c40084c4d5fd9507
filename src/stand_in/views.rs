//! The page of who stands in for whom.

use maud::{Markup, html};
use time::{Date, Duration};

use super::rules::MOST_DAYS;
use super::store::{OfficerRow, StandInRow};
use crate::base::german;
use crate::base::ids::AccountId;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, Tone, Width, actions, empty_state, error_summary, hidden, post_form,
    select_field, table, tag, text_field,
};

/// What the page shows.
pub(super) struct View<'a> {
    pub lines: &'a [StandInRow],
    pub officers: &'a [OfficerRow],
    pub me: AccountId,
    pub lead: bool,
    pub today: Date,
    pub form: &'a Form,
    pub token: &'a str,
}

fn line(frame: &Frame, view: &View<'_>, row: &StandInRow) -> Vec<Markup> {
    let me = |id: AccountId, name: &str| html! { (name) @if id == view.me { " (Sie)" } };
    vec![
        me(row.absent_id, &row.absent_name),
        me(row.stand_in_id, &row.stand_in_name),
        html! { (german::date(row.from_day)) " bis " (german::date(row.to_day - Duration::days(1))) },
        html! {
            @if row.from_day <= view.today { (tag(Tone::Success, "gilt")) } @else { (tag(Tone::Info, "ab dann")) }
            span.detail { "eingerichtet von " (row.set_by_name) }
        },
        post_form(
            frame,
            &format!("/abwesenheiten/{}/beenden", row.id),
            None,
            html! {
                (hidden("version", &row.version.to_string()))
                button.second type="submit" { "Beenden" span.hide { ": " (row.stand_in_name) " für " (row.absent_name) } }
            },
        ),
    ]
}

/// The page.
pub(super) fn list(frame: &Frame, view: &View<'_>) -> Markup {
    let options = PageOptions {
        errored: view.form.has_errors(),
        help: Some("abwesenheit"),
        ..PageOptions::default()
    };
    let choices = |without: Option<AccountId>| -> Vec<(String, String)> {
        view.officers
            .iter()
            .filter(|officer| Some(officer.id) != without)
            .map(|officer| (officer.id.to_string(), officer.name.clone()))
            .collect()
    };
    let select = |name: &str, label: &str, choices: &[(String, String)]| {
        let options: Vec<(&str, &str)> = choices
            .iter()
            .map(|(id, name)| (id.as_str(), name.as_str()))
            .collect();
        select_field(
            view.form,
            &Field::text(name, label).required(),
            &options,
            Some("bitte wählen"),
        )
    };
    let rows = view
        .lines
        .iter()
        .map(|row| line(frame, view, row))
        .collect();
    page_with(
        frame,
        "Vertretung bei Abwesenheit",
        options,
        html! {
            p.prose { "Wer vertritt, sieht und bearbeitet in diesen Tagen die Probandinnen und Probanden der abwesenden Person wie die eigenen. Jede Abfrage steht mit der Vertretung als Grund im Protokoll." }
            @if view.lines.is_empty() {
                (empty_state("Keine Vertretung", "Was Sie einrichten, steht hier bis zu seinem Ende.", None))
            } @else {
                (table("Vertretungen", &["Abwesend", "Vertreten durch", "Tage", "Stand", "Aktion"].map(Column::text), rows))
            }
            h2 { "Vertretung einrichten" }
            @if view.officers.len() < 2 {
                p { "In Ihrer Dienststelle gibt es kein zweites Konto der Bewährungshilfe, das vertreten könnte." }
            } @else {
                (error_summary(view.form))
                (post_form(frame, "/abwesenheiten", Some(view.token), html! {
                    @if view.lead { (select("abwesend", "Abwesend", &choices(None))) }
                    (select("vertretung", "Vertreten durch", &choices((!view.lead).then_some(view.me))))
                    (text_field(view.form, &Field::date("von", "Von").required()))
                    (text_field(view.form, &Field::date("bis", "Bis").required().width(Width::Short).hint(&format!("Letzter Tag der Abwesenheit, höchstens {MOST_DAYS} Tage."))))
                    (actions("Einrichten", &[]))
                }))
            }
        },
    )
}
