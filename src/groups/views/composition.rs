//! The assistant that fills a group from the waiting list.

use maud::{Markup, html};
use time::Date;

use crate::base::german;
use crate::conflicts::{self, rules::Conflict};
use crate::groups::rules::composition::{Advice, Verdict};
use crate::groups::store::GroupHead;
use crate::waiting::{Waiting, needed_by};
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Tone, actions, checkbox, empty_state, error_summary, post_form, table, tag,
};

/// What the page shows.
pub struct CompositionPage<'a> {
    pub group: &'a GroupHead,
    pub free: usize,
    pub next: Option<Date>,
    pub waiting: &'a [Waiting],
    pub advice: &'a [Advice],
    /// What stands against the dates of those who were ticked.
    pub against: &'a [Conflict],
    pub today: Date,
    pub token: &'a str,
}

/// The page.
pub fn page(frame: &Frame, form: &Form, view: &CompositionPage<'_>) -> Markup {
    let group = view.group;
    let here = format!("/gruppen/{}", group.id);
    let options = PageOptions {
        errored: form.has_errors(),
        wide: true,
        crumbs: super::crumbs(Some((group.name.clone(), here.clone()))),
        help: Some("warteliste"),
        lead: Some(html! {
            (german::plural(view.free as u64, "freier Platz", "freie Plätze")) " von " (group.places)
            @if let Some(day) = view.next { ", dabei ab der Sitzung am " (german::weekday_date(day)) }
            ", letzte Sitzung am " (german::date(group.last_day))
        }),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Gruppe besetzen",
        options,
        html! {
            (error_summary(form))
            @if view.advice.is_empty() {
                (empty_state("Niemand wartet", "Für diese Maßnahme steht in der Einrichtung niemand auf der Warteliste.", Some(("Zur Warteliste", "/warteliste"))))
            } @else {
                p { "Ein Vorschlag, keine Entscheidung: Angekreuzt sind so viele Passende, wie Plätze frei sind, in der Reihenfolge der Warteliste." }
                (post_form(frame, &format!("{here}/zusammensetzung"), Some(view.token), html! {
                    (rows(form, view))
                    @if !view.against.is_empty() { (conflicts::panel(form, view.against)) }
                    (checkbox(form, "bestaetigt", "Hinweise gelesen, auch Personen mit Hinweis aufnehmen", None))
                    (actions("Angekreuzte aufnehmen", &[("Abbrechen", &here)]))
                }))
            }
        },
    )
}

fn rows(form: &Form, view: &CompositionPage<'_>) -> Markup {
    let mut first = true;
    let mut rows = Vec::with_capacity(view.advice.len());
    for (rank, advice) in view.advice.iter().enumerate() {
        let Some(line) = view.waiting.get(advice.index) else {
            continue;
        };
        let id = line.person_id.to_string();
        let open = advice.verdict != Verdict::Excluded;
        // The first box carries the id to which the error summary leads.
        let target = if open && std::mem::take(&mut first) {
            "f-person".to_owned()
        } else {
            format!("f-person-{rank}")
        };
        rows.push(vec![
            html! {
                @if open {
                    div.option {
                        input type="checkbox" name="person" value=(id) id=(target) checked[form.contains("person", &id)];
                        label for=(target) { (line.name()) }
                    }
                } @else { (line.name()) }
                @if let Some(number) = &line.number { span.detail { (number) } }
            },
            html! {
                (verdict(advice.verdict, rank + 1))
                @for text in &advice.against { span.detail { (text) } }
            },
            html! { @for text in &advice.reasons { span.detail { (text) } } },
            needed_by(line.due(), view.today),
            html! { a href={ "/antraege/" (line.id) } { "Antrag" span.hide { " von " (line.name()) } } },
        ]);
    }
    let message = form.error_of("person");
    html! {
        @if let Some(text) = message { p.error #f-person-error { span.hide { "Fehler: " } (text) } }
        (table("Wartende", &["Person", "Vorschlag", "Gründe", "Platz nötig bis", "Mehr"].map(Column::text), rows))
    }
}

fn verdict(verdict: Verdict, rank: usize) -> Markup {
    match verdict {
        Verdict::Proposed => tag(Tone::Success, &format!("{rank}. Platz")),
        Verdict::NoPlace => tag(Tone::Neutral, "wartet weiter"),
        Verdict::Doubtful => tag(Tone::Warning, "mit Hinweis"),
        Verdict::Excluded => tag(Tone::Danger, "nicht möglich"),
    }
}
