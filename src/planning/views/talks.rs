//! Times for talks: of a plan of a half-year, and instead of talks that cannot take place. Whom they are with is for the
//! counsellors to know; of the confidential programme a house reads no numbers either, because it knows nothing of its cases
//! but the appointments.

use maud::{Markup, html};

use crate::base::german;
use crate::casework::OfferSum;
use crate::groups::rules::minute;
use crate::planning::service::repair::{MovedTalk, Plan};
use crate::planning::store::plans::PlanRow;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{Column, Tone, empty_state, post_button, stacked_table, table, tag};

/// Whether a plan has times for talks, and the way to them.
pub(super) fn link(plan: &PlanRow) -> Markup {
    html! {
        section {
            h2 { "Einzelgespräche" }
            @if plan.offers == 0 {
                p { "Für Gespräche sind keine Zeiten gefunden: In keinem Fall ist ein Gesprächsabstand vereinbart, alle Gespräche sind schon geplant, oder Personen, Fachkräfte und Haus sind nie zugleich frei." }
            } @else {
                p { "Für Gespräche sind freie Zeiten gefunden, um die Gruppen herum." }
                p { a href={ "/plan/" (plan.id) "/gespraeche" } { "Gesprächstermine den Fachkräften vorschlagen" } }
            }
        }
    }
}

fn standing(frame: &Frame, plan: &PlanRow, sum: &OfferSum) -> Markup {
    let shown = |tone, words, number: i64| {
        html! {
            @if number > 0 { (tag(tone, words)) " " @if !sum.confidential { (number) " " } }
        }
    };
    html! {
        (shown(Tone::Info, "vorgeschlagen", sum.offered))
        (shown(Tone::Success, "vereinbart", sum.planned))
        (shown(Tone::Neutral, "abgelehnt", sum.declined))
        (shown(Tone::Neutral, "verfallen oder ersetzt", sum.lapsed))
        @if sum.found > 0 {
            (post_button(frame, &format!("/plan/{}/gespraeche/{}/vorschlagen", plan.id, sum.staff_id), None, &format!("Vorschlagen an {}", sum.staff_name)))
        }
    }
}

/// The times of a plan by counsellor.
pub(in crate::planning) fn page(frame: &Frame, plan: &PlanRow, sums: &[OfferSum]) -> Markup {
    let here = format!("/plan/{}", plan.id);
    let options = PageOptions {
        wide: true,
        crumbs: vec![
            ("Planung".to_owned(), "/plan".to_owned()),
            (plan.name.clone(), here.clone()),
        ],
        help: Some("planung"),
        ..PageOptions::default()
    };
    let head = ["Fachkraft", "Gespräche", "Zeitraum", "Stand"].map(Column::text);
    let rows = sums
        .iter()
        .map(|sum| {
            vec![
                html! { (sum.staff_name) },
                html! { @if sum.confidential { "vertraulich" } @else { (sum.talks) } },
                html! { @if sum.confidential { "–" } @else { (german::date(sum.first)) " bis " (german::date(sum.last)) } },
                standing(frame, plan, sum),
            ]
        })
        .collect();
    page_with(
        frame,
        "Gesprächstermine vorschlagen",
        options,
        html! {
            @if sums.is_empty() {
                (empty_state("Keine Gesprächstermine", "Dieser Plan hat für kein Gespräch eine Zeit gefunden.", Some(("Zurück zum Plan", &here))))
            } @else {
                p { "Vereinbart wird erst, wenn die Fachkräfte zustimmen; bis dahin hält niemand diese Zeiten frei. Mit wem die Gespräche sind, steht erst danach im Kalender." }
                (stacked_table("Gesprächstermine nach Fachkraft", &head, rows))
            }
        },
    )
}

fn line(talk: &MovedTalk) -> Option<Vec<Markup>> {
    let lost = talk.lost()?;
    let at = |day, start| html! { (german::weekday_date(day)) ", " (german::time_of_day(minute(start))) };
    Some(vec![
        html! { (talk.staff_name) },
        at(lost.day, lost.start),
        match (talk.new, lost.answer.as_deref()) {
            (Some((day, start)), _) => at(day, i64::from(start)),
            (None, Some("offered")) => tag(Tone::Info, "schon vorgeschlagen"),
            (None, Some(_)) => tag(Tone::Neutral, "von der Fachkraft abgelehnt"),
            (None, None) => tag(Tone::Warning, "keine Zeit gefunden"),
        },
        html! { (lost.why) },
    ])
}

/// Talks that cannot take place.
pub(super) fn lost(plan: &Plan) -> Markup {
    let head = ["Fachkraft", "Bisher", "Vorschlag", "Grund"].map(Column::text);
    let rows = plan.talks.iter().filter_map(line).collect();
    html! {
        h3 { "Einzelgespräche" }
        p { "Mit dem Übernehmen bekommen die Fachkräfte die neuen Zeiten vorgeschlagen; verschoben wird ein Gespräch erst, wenn sie zustimmen. Wo keine Zeit gefunden ist, bitte mit der Fachkraft sprechen." }
        (table("Einzelgespräche, die nicht stattfinden können", &head, rows))
    }
}
