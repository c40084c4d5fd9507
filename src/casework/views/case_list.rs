//! The lists of enquiries and cases.

use maud::{Markup, html};

use super::cases::{counsellors, route, state_tag};
use crate::base::german;
use crate::casework::rules::course::State;
use crate::casework::store::cases::CaseLine;
use crate::store::Page;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, FieldKind, Pager, Tone, Width, empty_state, error_summary, filter_form,
    link_button, list_layout, pager, pager_below, select_field, stacked_table, tabs, tag,
    text_field,
};

/// What a list shows.
pub(in crate::casework) struct ListPage<'a> {
    pub form: &'a Form,
    pub page: &'a Page<CaseLine>,
    /// Enquiries, not cases.
    pub enquiries: bool,
    pub done: bool,
    /// Only those that nobody took up yet.
    pub new: bool,
    pub may_ask: bool,
    /// Whether who counsels is shown.
    pub team: bool,
}

/// The list of enquiries or of cases.
pub(in crate::casework) fn list(frame: &Frame, view: &ListPage<'_>) -> Markup {
    let place = if view.enquiries {
        "/anfragen"
    } else {
        "/faelle"
    };
    let title = if view.enquiries { "Anfragen" } else { "Fälle" };
    let options = PageOptions {
        errored: view.form.has_errors(),
        wide: true,
        help: Some("faelle"),
        tools: view
            .may_ask
            .then(|| link_button("Anfrage stellen", "/anfragen/neu", true)),
        ..PageOptions::default()
    };
    let at = |cursor: &crate::store::Cursor| {
        let mut query = vec![("seite", cursor.to_string())];
        for name in ["stand", "nummer"] {
            if !view.form.value(name).is_empty() {
                query.push((name, view.form.value(name).to_owned()));
            }
        }
        format!(
            "{place}?{}",
            serde_urlencoded::to_string(query).unwrap_or_default()
        )
    };
    let count = view.page.rows.len() as u64;
    let words = if view.enquiries {
        german::plural(count, "Anfrage", "Anfragen")
    } else {
        german::plural(count, "Fall", "Fälle")
    };
    let ways = Pager {
        previous: view.page.previous.as_ref().map(at),
        next: view.page.next.as_ref().map(at),
        text: if view.page.previous.is_some() || view.page.next.is_some() {
            format!("{words} auf dieser Seite")
        } else {
            words
        },
    };
    let rows = html! {
        @if view.page.rows.is_empty() { (empty(view)) } @else {
            (pager(&ways))
            (lines(view))
            (pager_below(&ways))
        }
    };
    page_with(
        frame,
        title,
        options,
        html! {
            (error_summary(view.form))
            @if view.enquiries {
                (tabs(&[
                    ("Offen", "/anfragen", !view.done && !view.new),
                    ("Neu", "/anfragen?stand=neu", view.new),
                    ("Erledigt", "/anfragen?stand=erledigt", view.done),
                ]))
            }
            (list_layout(filter(view, place), rows))
        },
    )
}

fn filter(view: &ListPage<'_>, place: &str) -> Markup {
    let mut states = vec![("", "alle offenen")];
    states.extend(State::choices());
    states.push(("alle", "alle, auch beendete"));
    filter_form(
        place,
        place,
        html! {
            @if !view.enquiries {
                (select_field(view.form, &Field::text("stand", "Stand").plain(), &states, None))
            }
            (text_field(view.form, &Field::new("nummer", "Vorgangsnummer oder Fallcode", FieldKind::Text, Width::Full)
                .plain().hint("Zum Beispiel K7Q-M4X-TR9")))
        },
    )
}

fn empty(view: &ListPage<'_>) -> Markup {
    let way = view.may_ask.then_some(("Anfrage stellen", "/anfragen/neu"));
    if !view.form.value("nummer").is_empty() {
        return empty_state(
            "Kein Vorgang mit dieser Nummer",
            "Entweder gibt es ihn nicht, oder er gehört nicht zu Ihrer Zuständigkeit.",
            None,
        );
    }
    match (view.enquiries, view.done) {
        (true, true) => empty_state(
            "Keine erledigte Anfrage",
            "Hier stehen Anfragen, aus denen keine Beratung wurde, und solche, die weitergegeben wurden.",
            None,
        ),
        (true, false) => empty_state(
            "Keine offene Anfrage",
            "Wer Beratung, Training oder Coaching braucht, kommt mit einer Anfrage hierher. Sie bleibt hier, bis etwas vereinbart ist.",
            way,
        ),
        (false, _) => empty_state(
            "Kein Fall mit diesem Stand",
            "Fälle entstehen aus Anfragen und mit jeder Teilnahme, die beginnt.",
            way,
        ),
    }
}

fn lines(view: &ListPage<'_>) -> Markup {
    let rows = view
        .page
        .rows
        .iter()
        .map(|line| {
            let mut cells = vec![
                html! {
                    a href={ "/faelle/" (line.id) } { (line.title()) }
                    span.detail { (line.reference()) }
                },
                html! { (line.programme_name) span.detail { (line.provider_name) } },
                html! {
                    (state_tag(line.course().state))
                    @if let Some(missed) = line.missed_in_a_row() {
                        " " (tag(Tone::Warning, &format!("{missed}-mal nicht erschienen")))
                    }
                },
                html! { (german::date(line.enquired_on)) span.detail { (route(&line.access_route)) } },
                html! { @if let Some(place) = &line.facility_name { (place) } @else { span.muted { "außerhalb" } } },
            ];
            if view.team {
                cells.push(counsellors(line));
            }
            cells
        })
        .collect();
    let mut head = [
        "Person oder Fallcode",
        "Maßnahme",
        "Stand",
        "Angefragt",
        "Einrichtung",
    ]
    .map(Column::text)
    .to_vec();
    if view.team {
        head.push(Column::text("Berät"));
    }
    stacked_table(
        if view.enquiries { "Anfragen" } else { "Fälle" },
        &head,
        rows,
    )
}
