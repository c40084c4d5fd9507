//! Who has to be brought where: on the screen, and as a sheet for the wards.

use maud::{Markup, html};
use time::Date;

use super::{May, Tab, tabs};
use crate::base::german;
use crate::base::time::{Instant, berlin_local};
use crate::calendar::service::WardList;
use crate::groups::rules::time_range;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, Tone, empty_state, error_summary, link_button, notice, print_button, submit,
    table, text_field,
};

/// Where and when.
pub(in crate::calendar) struct Shown {
    pub facility: String,
    pub day: Date,
    pub today: Date,
    pub now: Instant,
    pub may: May,
}

impl Shown {
    fn lead(&self) -> Markup {
        html! {
            (self.facility) ", " strong { (german::long_date(self.day)) }
            @if self.day == self.today { " (heute)" }
        }
    }
}

fn at(day: Option<Date>) -> Option<String> {
    day.map(|day| format!("/kalender/zufuehrung?tag={}", german::date(day)))
}

/// The page.
pub(in crate::calendar) fn page(
    frame: &Frame,
    shown: &Shown,
    list: &WardList,
    form: &Form,
) -> Markup {
    let sheet = format!("/kalender/zufuehrung/blatt?tag={}", german::date(shown.day));
    let options = PageOptions {
        errored: form.has_errors(),
        help: Some("kalender"),
        lead: Some(shown.lead()),
        tools: (!list.people.is_empty()).then(|| link_button("Blatt zum Drucken", &sheet, true)),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Zuführliste",
        options,
        html! {
            (error_summary(form))
            (tabs(&shown.may, Tab::Ward))
            form.filter.row method="get" action="/kalender/zufuehrung" role="search" aria-label="Tag wählen" {
                (text_field(form, &Field::date("tag", "Tag").plain()))
                div.actions { (submit("Anzeigen")) a href="/kalender/zufuehrung" { "Heute" } }
            }
            nav.actions aria-label="Tage" {
                @if let Some(href) = at(shown.day.previous_day()) { a.button.second href=(href) rel="prev" { "‹ Voriger Tag" } }
                @if let Some(href) = at(shown.day.next_day()) { a.button.second href=(href) rel="next" { "Nächster Tag ›" } }
            }
            p.print-only { "Bitte das Blatt zum Drucken öffnen: Jeder Ausdruck wird protokolliert." }
            div.no-print {
                @if list.people.is_empty() {
                    (empty_state(
                        "An diesem Tag ist niemand zuzuführen",
                        "Die Liste entsteht von selbst aus den Sitzungen der Gruppen und den vereinbarten Gesprächen.",
                        Some(("Zum Kalender", "/kalender")),
                    ))
                } @else { (people(list)) }
                (remarks(list))
            }
        },
    )
}

fn people(list: &WardList) -> Markup {
    let rows = list
        .people
        .iter()
        .map(|person| {
            vec![
                html! { (person.family_name) ", " (person.given_name) },
                html! { (person.number.as_deref().unwrap_or("–")) },
                html! { (time_range(person.start_minute, person.minutes)) },
                html! { (person.place) },
            ]
        })
        .collect();
    let head = ["Person", "Nummer", "Termin", "Wohin"].map(Column::text);
    html! {
        p { (german::plural(list.people.len() as u64, "Zuführung", "Zuführungen")) "." }
        (table("Zuführungen", &head, rows))
        @if list.more { (notice(Tone::Warning, None, html! { "Es sind mehr Personen, als hier stehen." })) }
    }
}

/// What the list does not hold, so that nobody waits for it or is brought in vain.
fn remarks(list: &WardList) -> Markup {
    let when = |cancelled: bool| -> Vec<String> {
        list.others
            .iter()
            .filter(|other| other.cancelled == cancelled)
            .map(|other| {
                format!(
                    "{}, {}",
                    time_range(other.start_minute, other.minutes),
                    other.place
                )
            })
            .collect()
    };
    let (cancelled, single) = (when(true), when(false));
    html! {
        @if !cancelled.is_empty() { p { strong { "Abgesagt: " } (cancelled.join("; ")) "." } }
        @if !single.is_empty() { p { "Einzelsitzung: " (single.join("; ")) ". Wer dazu kommt, sagen die Fachkräfte." } }
        @if list.away > 0 {
            p {
                (german::plural(list.away as u64, "Person ist", "Personen sind"))
                " an diesem Tag abwesend oder ausgesetzt und " (if list.away == 1 { "steht" } else { "stehen" }) " nicht auf der Liste."
            }
        }
    }
}

/// The sheet.
pub(in crate::calendar) fn sheet(frame: &Frame, shown: &Shown, list: &WardList) -> Markup {
    let options = PageOptions {
        crumbs: vec![(
            "Zuführliste".to_owned(),
            format!("/kalender/zufuehrung?tag={}", german::date(shown.day)),
        )],
        help: Some("kalender"),
        lead: Some(shown.lead()),
        tools: Some(print_button("Drucken")),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Zuführliste für die Stationen",
        options,
        html! {
            @if list.people.is_empty() { p { "An diesem Tag ist niemand zuzuführen." } } @else { (people(list)) }
            (remarks(list))
            p { "Stand: " (german::date_time(berlin_local(shown.now))) ". Nur für den Dienst auf der Station; nach dem Tag vernichten." }
        },
    )
}
