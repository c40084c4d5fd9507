//! The catalogue of reports, and the page of one report with the form to prepare it.

use maud::{Markup, html};
use time::Date;

use super::super::catalogue::Report;
use super::super::dimension::Dimension;
use super::super::measure::Measure;
use super::super::period::{Period, Span};
use super::super::rules::State;
use super::super::store::ReleaseLine;
use super::{moment, replaced, standing, title};
use crate::base::german;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, Width, actions, error_summary, hidden, post_form_unguarded, print_button,
    select_field, summary_list, table, text_field,
};

fn newest<'a>(report: &Report, releases: &'a [ReleaseLine]) -> Option<&'a ReleaseLine> {
    releases.iter().find(|line| {
        line.report == report.code
            && line.state() == Some(State::Published)
            && replaced(line, releases).is_none()
    })
}

/// All reports.
pub(in super::super) fn catalogue(
    frame: &Frame,
    reports: &[Report],
    releases: &[ReleaseLine],
) -> Markup {
    let rows: Vec<Vec<Markup>> = reports
        .iter()
        .map(|report| {
            vec![
                html! { a href={ "/statistik/berichte?bericht=" (report.code) } { (report.label) } },
                html! { (report.purpose) },
                html! { (german::plural(report.tables.len() as u64, "Tabelle", "Tabellen")) },
                html! { @if let Some(line) = newest(report, releases) { a href={ "/zahlen/" (line.id) } { (title(line)) } } @else { "noch nicht" } },
            ]
        })
        .collect();
    let options = PageOptions {
        wide: true,
        crumbs: vec![("Statistik".into(), "/statistik".into())],
        tools: Some(print_button("Drucken")),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Berichte",
        options,
        html! {
            p.prose {
                "Veröffentlicht werden nur die Berichte dieses Katalogs. Freie Abfragen gibt es nicht: Jede weitere Tabelle über dieselben wenigen \
                 Menschen gäbe etwas mehr von ihnen preis."
            }
            (table("Katalog der Berichte", &["Bericht", "Wozu", "Umfang", "Zuletzt veröffentlicht"].map(Column::text), rows))
            h2 { "Was gezählt wird" }
            (summary_list(&Measure::ALL.map(|measure| (measure.words().label, html! { (measure.words().definition) }))))
            h2 { "Wonach gegliedert wird" }
            (summary_list(&Dimension::ALL.map(|dimension| (dimension.label(), html! { (dimension.definition()) }))))
        },
    )
}

/// What may be ordered.
pub(in super::super) struct Terms<'a> {
    /// Periods to choose from.
    pub offered: &'a [Period],
    /// The day of the count.
    pub today: Date,
    /// The smallest threshold.
    pub least: u64,
}

/// One report: its tables, and the form to prepare it (`token` if the actor may).
pub(in super::super) fn report(
    frame: &Frame,
    form: &Form,
    report: &Report,
    releases: &[ReleaseLine],
    terms: &Terms<'_>,
    token: Option<&str>,
) -> Markup {
    let tables: Vec<Vec<Markup>> = report
        .tables
        .iter()
        .map(|table| {
            let dimensions: Vec<&str> = table
                .dimensions
                .iter()
                .map(|dimension| dimension.label())
                .collect();
            let measures: Vec<&str> = table
                .measures
                .iter()
                .map(|measure| measure.words().label)
                .collect();
            vec![
                html! { (table.label) },
                html! { (dimensions.join(" × ")) },
                html! { (measures.join(", ")) },
            ]
        })
        .collect();
    let options = PageOptions {
        errored: form.has_errors(),
        wide: true,
        crumbs: vec![
            ("Statistik".into(), "/statistik".into()),
            ("Berichte".into(), "/statistik/berichte".into()),
        ],
        ..PageOptions::default()
    };
    page_with(
        frame,
        report.label,
        options,
        html! {
            (error_summary(form))
            p.prose { (report.purpose) }
            @if let Some(token) = token { (prepare_form(frame, form, report, releases, terms, token)) }
            h2 { "Tabellen" }
            (table("Tabellen des Berichts", &["Tabelle", "Gliederung", "Merkmale"].map(Column::text), tables))
            @let own: Vec<&ReleaseLine> = releases.iter().filter(|line| line.report == report.code).collect();
            @if !own.is_empty() {
                h2 { "Bisher" }
                (table("Veröffentlichungen dieses Berichts", &["Zeitraum", "Stand", "Vorbereitet"].map(Column::text), own.iter().map(|line| vec![
                    html! { a href={ "/statistik/" (line.id) } { (title(line)) } },
                    standing(line, releases),
                    html! { (line.prepared_by_name) ", " (moment(line.prepared_at)) },
                ]).collect()))
            }
        },
    )
}

/// The cut-off: no field, because there is but one. What somebody else sends is answered where it stands.
fn cut_off(form: &Form, today: Date) -> Markup {
    let error = form.error_of("stichtag");
    html! {
        div.field.bad[error.is_some()] #f-stichtag {
            p { "Stichtag: heute, " (german::date(today)) }
            p.hint { "Gezählt wird, was jetzt erfasst ist. Was später nachgetragen wird, kommt in eine Korrektur." }
            @if let Some(message) = error {
                p.error #f-stichtag-error { span.hide { "Fehler: " } (message) }
            }
        }
    }
}

fn prepare_form(
    frame: &Frame,
    form: &Form,
    report: &Report,
    releases: &[ReleaseLine],
    terms: &Terms<'_>,
    token: &str,
) -> Markup {
    let standing = |period: &Period| {
        let own =
            |line: &&ReleaseLine| line.report == report.code && line.period == period.to_string();
        let known: Vec<State> = releases
            .iter()
            .filter(own)
            .filter_map(ReleaseLine::state)
            .collect();
        if known.contains(&State::Prepared) || known.contains(&State::Computing) {
            " – in Vorbereitung"
        } else if known.contains(&State::Published) {
            " – veröffentlicht, nur Korrektur"
        } else {
            ""
        }
    };
    let options: Vec<(String, String)> = terms
        .offered
        .iter()
        .map(|period| {
            (
                period.to_string(),
                format!("{}{}", period.label(), standing(period)),
            )
        })
        .collect();
    let options: Vec<(&str, &str)> = options
        .iter()
        .map(|(value, label)| (value.as_str(), label.as_str()))
        .collect();
    let label = match report.span {
        Span::Quarter => "Quartal",
        Span::Half => "Halbjahr",
        Span::Year => "Jahr",
    };
    let threshold_hint = format!(
        "Leer: {}. Kleinere Werte werden geheim gehalten; strenger ist möglich, lockerer nicht.",
        terms.least
    );
    html! {
        h2 { "Vorbereiten" }
        p.prose {
            "Die Zahlen werden jetzt gezählt und zusammen mit allen früheren Veröffentlichungen geheim gehalten, wo es nötig ist. KORA sieht sie erst, \
             wenn eine zweite Person sie freigegeben hat."
        }
        (post_form_unguarded(frame, "/statistik/vorbereiten", Some(token), html! {
            (hidden("bericht", report.code))
            (select_field(form, &Field::text("zeitraum", label).width(Width::Medium).required(), &options, None))
            (cut_off(form, terms.today))
            (text_field(form, &Field::number("schwellenwert", "Schwellenwert").hint(&threshold_hint)))
            (text_field(form, &Field::text("grund", "Grund der Korrektur").max_length(200).hint("Nur wenn der Zeitraum schon veröffentlicht ist. Der Grund steht in den Dateien; keine Angaben zu Personen.")))
            (actions("Bericht vorbereiten", &[("Zum Katalog", "/statistik/berichte")]))
        }))
    }
}
