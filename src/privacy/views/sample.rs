//! The monthly sample.

use maud::{Markup, html};
use time::Date;

use super::super::operations::operation;
use super::super::rules::{self, sample::Judgement};
use super::super::store::sample::SampleRow;
use super::ways;
use crate::base::german;
use crate::base::time::berlin_local;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, Tone, empty_state, error_summary, hidden, post_form_unguarded, submit,
    submit_secondary, table, tag, text_field,
};

/// A month's sample.
pub(in crate::privacy) struct Sample<'a> {
    pub month: &'a str,
    pub rows: &'a [SampleRow],
    pub form: &'a Form,
    pub today: Date,
}

fn month_name(month: &str) -> String {
    rules::sample::month_days(month).map_or_else(
        || month.to_owned(),
        |(first, _)| format!("{} {}", german::month_name(first.month()), first.year()),
    )
}

fn judging(frame: &Frame, view: &Sample<'_>, row: &SampleRow) -> Markup {
    let field = format!("bemerkung_{}", row.place);
    let label = format!("Bemerkung zu Abfrage {}", row.place);
    post_form_unguarded(
        frame,
        "/protokoll/stichprobe/beurteilen",
        None,
        html! {
            (hidden("monat", view.month))
            (hidden("eintrag", &row.writer.to_string()))
            (hidden("nummer", &row.sequence.to_string()))
            (hidden("platz", &row.place.to_string()))
            (text_field(view.form, &Field::text(&field, &label).plain()))
            div.actions {
                (submit_secondary("urteil", Judgement::Fine.code(), "In Ordnung"))
                (submit_secondary("urteil", Judgement::Conspicuous.code(), "Auffällig"))
            }
        },
    )
}

fn judged(row: &SampleRow, judgement: Judgement) -> Markup {
    let tone = match judgement {
        Judgement::Fine => Tone::Success,
        Judgement::Conspicuous => Tone::Danger,
    };
    html! {
        (tag(tone, judgement.label()))
        @if let (Some(name), Some(at)) = (&row.judged_by_name, row.judged_at) {
            br; (name) ", " (german::date(berlin_local(at).date))
        }
        @if let Some(note) = &row.note { br; (note) }
    }
}

/// The page.
pub(in crate::privacy) fn page(frame: &Frame, view: &Sample<'_>) -> Markup {
    let options = PageOptions {
        errored: view.form.has_errors(),
        wide: true,
        help: Some("protokoll"),
        lead: Some(html! { (month_name(view.month)) }),
        ..PageOptions::default()
    };
    let over = rules::sample::month_days(view.month).is_some_and(|(_, last)| last < view.today);
    let open = view
        .rows
        .iter()
        .filter(|row| row.judgement.is_none())
        .count();
    let months: Vec<String> = [0u32, 1, 2]
        .iter()
        .scan(view.today, |day, _| {
            let month = rules::sample::month_before(*day);
            *day = rules::sample::month_days(&month)?.0;
            Some(month)
        })
        .collect();
    let body = view
        .rows
        .iter()
        .map(|row| {
            let judgement = row.judgement.as_deref().and_then(Judgement::from_code);
            vec![
                html! { (row.place) },
                html! {
                    @match row.at {
                        Some(at) => { (german::date_time(berlin_local(at))) br; (rules::office(row.role.as_deref().unwrap_or("system"), row.office.as_deref())) },
                        None => "aus dem Protokoll gelöscht",
                    }
                },
                html! {
                    (row.route.as_deref().map(operation).unwrap_or("–"))
                    @if let Some(person) = row.person { br; a href={ "/protokoll/personen/" (person) } { "Protokoll zur Person" } }
                },
                html! {
                    (row.reason.as_deref().map(rules::reason).unwrap_or_default())
                    @if let Some(text) = &row.explanation { br; "„" (text) "“" }
                },
                html! {
                    @match judgement {
                        Some(judgement) => (judged(row, judgement)),
                        None => (judging(frame, view, row)),
                    }
                },
            ]
        })
        .collect();
    page_with(
        frame,
        "Stichprobe",
        options,
        html! {
            (ways("/protokoll/stichprobe"))
            (error_summary(view.form))
            p.prose { "Jeden Monat werden 20 Abfragen einzelner Personen gezogen und beurteilt: Trägt der Grund? Welche es sind, ergibt sich aus dem Monat; wer noch einmal zieht, zieht dieselben." }
            p { @for month in &months { a href={ "/protokoll/stichprobe?monat=" (month) } { (month_name(month)) } " " } }
            @if !view.rows.is_empty() {
                p role="status" { (german::plural(open as u64, "Abfrage ist noch zu beurteilen.", "Abfragen sind noch zu beurteilen.")) }
                (table("Gezogene Abfragen", &["Nr.", "Wann und wer", "Vorgang", "Grund", "Urteil"].map(Column::text), body))
            } @else if over {
                (empty_state("Noch nicht gezogen", "Für diesen Monat gibt es noch keine Stichprobe.", None))
                (post_form_unguarded(frame, "/protokoll/stichprobe/ziehen", None, html! {
                    (hidden("monat", view.month))
                    div.actions { (submit("Stichprobe ziehen")) }
                }))
            } @else {
                (empty_state("Der Monat läuft noch", "Gezogen wird, sobald er vorbei ist.", None))
            }
        },
    )
}
