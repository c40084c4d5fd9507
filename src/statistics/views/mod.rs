//! Pages of the statistics.

pub(super) mod chart;
mod published;
mod releases;

use maud::{Markup, html};

use super::cube::Measure;
use super::file::HIDDEN_SIGN;
use super::rules::{Row, hidden_sentence};
use crate::base::german;
use crate::base::time::{Instant, berlin_local};
use crate::web::parts::{Column, summary_list, suppressed, table};

pub(super) use published::{list, published};
pub(super) use releases::{Preview, preview, refused, register};

fn moment(at: Instant) -> String {
    german::date_time(berlin_local(at))
}

fn head() -> Vec<Column<'static>> {
    std::iter::once(Column::text("Maßnahme"))
        .chain(Measure::ALL.map(|measure| Column::numeric(measure.heading())))
        .collect()
}

fn lines<T>(rows: &[Row<T>], cell: impl Fn(Option<&T>) -> Markup) -> Vec<Vec<Markup>> {
    rows.iter()
        .map(|row| {
            let name = html! { @if row.sum { (row.name) } @else { span.sub { (row.name) } } };
            std::iter::once(name)
                .chain(row.cells.iter().map(|entry| cell(entry.as_ref())))
                .collect()
        })
        .collect()
}

/// The figures as KORA sees them, with the signs explained below.
fn figures(caption: &str, rows: &[Row<Option<u64>>], threshold: u64) -> Markup {
    let cells = lines(rows, |entry| match entry {
        Some(Some(figure)) => html! { (german::count(*figure)) },
        Some(None) => suppressed(),
        None => html! { "–" },
    });
    html! {
        (table(caption, &head(), cells))
        p.muted { strong { (HIDDEN_SIGN) } " = Zahlenwert geheim gehalten · 0 = im Quartal kein Fall · Aufgenommen bis Abgebrochen: Personen" }
        p.prose { (hidden_sentence(threshold)) }
    }
}

/// What is counted, beside the figures.
fn definitions() -> Markup {
    let rows = Measure::ALL.map(|measure| (measure.label(), html! { (measure.definition()) }));
    html! {
        h2 { "Was gezählt wird" }
        p.prose {
            "Teilnahmen je Maßnahme, Sachsen insgesamt: Wer an zwei Maßnahmen teilnimmt, zählt in jeder einmal und in \
             der Summe zweimal. Die Zahlen der Maßnahmen ergeben genau die Zahl ihrer Säule."
        }
        (summary_list(&rows))
    }
}
