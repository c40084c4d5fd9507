//! The register: every release, in whatever state, for ever.

use maud::{Markup, html};

use super::super::store::ReleaseLine;
use super::{act, moment, standing, title};
use crate::base::german;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{Column, empty_state, link_button, print_button, table};

/// All releases.
pub(in super::super) fn register(frame: &Frame, releases: &[ReleaseLine]) -> Markup {
    let rows: Vec<Vec<Markup>> = releases
        .iter()
        .map(|line| {
            vec![
                html! { a href={ "/statistik/" (line.id) } { (title(line)) } },
                html! { (standing(line, releases)) },
                html! { (german::date(line.cut_off)) },
                html! { (line.prepared_by_name) ", " (moment(line.prepared_at)) },
                act(line.approved_by_name.as_ref(), line.approved_at),
                html! { @if line.content_hash.is_empty() { "–" } @else { code title=(line.content_hash) { (line.content_hash.get(..12).unwrap_or_default()) "…" } } },
            ]
        })
        .collect();
    let head = [
        "Bericht",
        "Status",
        "Stichtag",
        "Vorbereitet",
        "Freigegeben",
        "Prüfsumme",
    ]
    .map(Column::text);
    let options = PageOptions {
        wide: true,
        crumbs: vec![("Statistik".into(), "/statistik".into())],
        tools: Some(
            html! { (link_button("Bericht vorbereiten", "/statistik/berichte", true)) (print_button("Drucken")) },
        ),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Verzeichnis der Veröffentlichungen",
        options,
        html! {
            @if rows.is_empty() {
                (empty_state("Noch keine Veröffentlichung", "Bereiten Sie einen Bericht über einen abgeschlossenen Zeitraum vor. Eine zweite Person gibt ihn dann frei.", Some(("Zum Katalog der Berichte", "/statistik/berichte"))))
            } @else {
                p.prose { "Veröffentlichtes wird nie geändert. Korrekturen sind neue Versionen; was ersetzt oder zurückgezogen ist, bleibt hier stehen." }
                (table("Veröffentlichungen", &head, rows))
            }
        },
    )
}
