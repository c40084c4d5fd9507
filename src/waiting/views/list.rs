//! The waiting list of a facility.

use maud::{Markup, html};
use time::Date;

use super::{needed_by, returning, state_tag};
use crate::base::german;
use crate::casework::AccessRoute;
use crate::people::PersonHead;
use crate::waiting::rules::CloseReason;
use crate::waiting::store::Waiting;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, Pager, Tone, actions, empty_state, get_form, pager, pager_below, table, tabs,
    tag, text_field,
};

/// What the page shows.
pub struct ListPage<'a> {
    /// The lines of this page of the list.
    pub lines: &'a [&'a Waiting],
    pub pager: Pager,
    /// Whether the ended applications are shown.
    pub ended: bool,
    /// What was searched for, and who was found.
    pub search: Option<(&'a str, &'a [PersonHead])>,
    pub today: Date,
    pub may_change: bool,
}

/// The page.
pub fn page(frame: &Frame, view: &ListPage<'_>) -> Markup {
    let options = PageOptions {
        wide: true,
        help: Some("warteliste"),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Warteliste",
        options,
        html! {
            (tabs(&[
                ("Wartend", "/warteliste", !view.ended),
                ("Beendet", "/warteliste?stand=beendet", view.ended),
            ]))
            @if view.lines.is_empty() { (empty(view.ended)) } @else {
                (pager(&view.pager))
                @if view.ended { (ended(view)) } @else { (waiting(view)) }
                (pager_below(&view.pager))
            }
            @if view.may_change && !view.ended { (search(view)) }
        },
    )
}

fn empty(ended: bool) -> Markup {
    if ended {
        empty_state(
            "Kein beendeter Antrag",
            "Hier stehen Anträge, die im letzten Jahr mit einem Platz, einer Ablehnung oder einem Rückzug endeten.",
            None,
        )
    } else {
        empty_state(
            "Niemand wartet",
            "Wer in eine Gruppe möchte oder soll, kommt mit einem Antrag auf die Warteliste: unten die Person suchen oder auf der Seite der Person „Antrag erfassen“ wählen.",
            None,
        )
    }
}

fn route(code: &str) -> &'static str {
    AccessRoute::from_code(code).map_or("–", AccessRoute::label)
}

fn waiting(view: &ListPage<'_>) -> Markup {
    let rows = view
        .lines
        .iter()
        .map(|line| {
            vec![
                html! {
                    a href={ "/antraege/" (line.id) } { (line.name()) }
                    @if let Some(number) = &line.number { span.detail { (number) } }
                },
                needed_by(line.due(), view.today),
                html! {
                    (state_tag(&line.state)) (returning(line))
                    @if line.absent { " " (tag(Tone::Info, "vorübergehend abwesend")) }
                },
                html! { @if let Some(form) = line.recommended() { (form.label()) } @else { "–" } },
                html! { (german::date(line.applied_on)) span.detail { (route(&line.access_route)) } },
                html! { (line.programme_name) },
            ]
        })
        .collect();
    let head = [
        "Person",
        "Platz nötig bis",
        "Stand",
        "Empfohlen",
        "Beantragt",
        "Maßnahme",
    ]
    .map(Column::text);
    html! {
        (table("Wartende", &head, rows))
        p.hint {
            "Zuerst, wer früher ohne eigenes Verschulden ausscheiden musste; dann nach „Platz nötig bis“ (Entlassung oder geplantes Ende der Unterbringung abzüglich der Kursdauer der gültigen Vorlage, Feiertage nicht gerechnet). Unbekannte Tage stehen am Ende."
        }
    }
}

fn ended(view: &ListPage<'_>) -> Markup {
    let rows = view
        .lines
        .iter()
        .map(|line| {
            vec![
                html! {
                    a href={ "/antraege/" (line.id) } { (line.name()) }
                    @if let Some(number) = &line.number { span.detail { (number) } }
                },
                html! {
                    (state_tag(&line.state))
                    @if let Some(reason) = line.close_reason.as_deref().and_then(CloseReason::from_code) {
                        span.detail { (reason.label()) }
                    }
                },
                html! { @if let Some(name) = &line.group_name { (name) } @else { "–" } },
                html! { @if let Some(day) = line.closed_on { (german::date(day)) } },
                html! { (line.programme_name) },
            ]
        })
        .collect();
    table(
        "Beendete Anträge",
        &["Person", "Stand", "Gruppe", "Beendet", "Maßnahme"].map(Column::text),
        rows,
    )
}

fn search(view: &ListPage<'_>) -> Markup {
    let typed = view.search.map_or("", |(typed, _)| typed);
    let form = Form::empty().with("suche", typed);
    html! {
        h2 #suche { "Antrag erfassen" }
        (get_form("/warteliste#suche", html! {
            (text_field(&form, &Field::search("suche", "Name oder Buchnummer")))
            (actions("Suchen", &[]))
        }))
        @if let Some((typed, found)) = view.search {
            @if found.is_empty() {
                p { "Für „" (typed) "“ ist in der Einrichtung niemand untergebracht. Ein Teil des Namens genügt." }
            } @else {
                ul {
                    @for person in found {
                        li {
                            a href={ "/personen/" (person.id) "/antrag" } { (person.name()) }
                            @if let Some(number) = &person.number { " (" (number) ")" }
                        }
                    }
                }
            }
        }
    }
}
