//! The list of grants.

use maud::{Markup, html};
use time::Date;

use super::{period, state_tags};
use crate::base::german;
use crate::grants::pages::ENDING;
use crate::grants::rules::{self, Shown, State};
use crate::grants::store::GrantLine;
use crate::store::{Cursor, Page};
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, Pager, Width, empty_state, filter_form, link_button, list_layout, pager,
    pager_below, select_field, table, text_field,
};

fn address(form: &Form, cursor: &Cursor) -> String {
    let mut pairs: Vec<(&str, String)> = ["name", "stand"]
        .into_iter()
        .map(|field| (field, form.value(field).to_owned()))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    pairs.push(("ab", cursor.to_string()));
    format!(
        "/freigaben?{}",
        serde_urlencoded::to_string(pairs).unwrap_or_default()
    )
}

pub(in crate::grants) fn list(
    frame: &Frame,
    form: &Form,
    page: &Page<GrantLine>,
    today: Date,
    may_request: bool,
) -> Markup {
    let rows: Vec<Vec<Markup>> = page
        .rows
        .iter()
        .map(|line| {
            let state = line.state.parse().unwrap_or(State::Revoked);
            let shown = rules::shown(state, line.first_day, line.last_day, today);
            vec![
                html! { a href={ "/freigaben/" (line.id) } { (line.staff_name) } },
                html! { (line.provider_name) },
                html! { (line.facility_name) },
                html! { (line.programme_name) },
                html! { (period(line.first_day, line.last_day)) },
                state_tags(shown, line.last_day, today),
            ]
        })
        .collect();
    let several = page.previous.is_some() || page.next.is_some();
    let count = german::plural(rows.len() as u64, "Freigabe", "Freigaben");
    let way = Pager {
        previous: page.previous.as_ref().map(|cursor| address(form, cursor)),
        next: page.next.as_ref().map(|cursor| address(form, cursor)),
        text: if several {
            format!("{count} auf dieser Seite")
        } else {
            count
        },
    };
    let filtered = !form.value("name").trim().is_empty() || !form.value("stand").is_empty();
    let mut states: Vec<(&str, &str)> = Shown::ALL
        .iter()
        .map(|shown| (shown.word(), shown.word()))
        .collect();
    states.push((ENDING, "gültig, endet in 30 Tagen"));
    let filter = filter_form(
        "/freigaben",
        "/freigaben",
        html! {
            (text_field(form, &Field::search("name", "Name der Fachkraft")))
            (select_field(form, &Field::text("stand", "Stand").plain().width(Width::Full), &states, Some("alle")))
        },
    );
    let head = [
        "Fachkraft",
        "Träger",
        "Einrichtung",
        "Maßnahme",
        "Von – bis",
        "Stand",
    ]
    .map(Column::text);
    let found = html! {
        @if rows.is_empty() && (filtered || several) {
            (empty_state("Keine Freigabe gefunden", "Zu diesem Namen und Stand gibt es keine Freigabe.", Some(("Alle Freigaben zeigen", "/freigaben"))))
        } @else if rows.is_empty() {
            (empty_state(
                "Noch keine Zugangsfreigaben",
                "Externe Fachkräfte dürfen erst in eine Einrichtung und an ihre Gruppen, wenn eine Freigabe genehmigt ist.",
                may_request.then_some(("Freigabe beantragen", "/freigaben/neu")),
            ))
        } @else {
            (pager(&way))
            (table("Zugangsfreigaben", &head, rows))
            (pager_below(&way))
        }
    };
    let options = PageOptions {
        wide: true,
        help: Some("freigaben"),
        tools: Some(html! {
            (link_button("Kalender", "/freigaben/kalender", false))
            (link_button("Sperren", "/sperren", false))
            @if may_request {
                (link_button("Verlängern", "/freigaben/verlaengern", false))
                (link_button("Freigabe beantragen", "/freigaben/neu", true))
            }
        }),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Zugangsfreigaben",
        options,
        list_layout(filter, found),
    )
}
