//! A release on its way: how far disclosure control is, or that it found nothing safe.

use maud::{Markup, html};

use super::super::desk::Said;
use super::super::proposal::Proposals;
use super::super::rules::State;
use super::super::store::ReleaseLine;
use super::coarser::{Coarser, coarser};
use super::release::{crumbs, discard_form};
use super::title;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{Tone, notice, post_form_unguarded, submit};

fn percent(done: u64, of: u64) -> String {
    let share = (done.min(of) * 100).checked_div(of);
    format!("{} %", share.unwrap_or(0))
}

/// What is known of a release on its way.
pub(in super::super) struct Computing<'a> {
    /// The release.
    pub line: &'a ReleaseLine,
    /// How far a computation is that runs.
    pub said: Option<&'a Said>,
    /// Whether the actor may prepare.
    pub may_prepare: bool,
    /// Whether the page was asked not to load anew by itself.
    pub halted: bool,
    /// Releases about the same time or the time beside it, which stand in the way if nothing safe was found.
    pub touching: &'a [ReleaseLine],
    /// Coarser breakdowns that can be published.
    pub proposals: Option<&'a Proposals>,
}

/// A release that is computed, or could not be. The page loads anew by itself until it is stopped.
pub(in super::super) fn computing(frame: &Frame, computing: &Computing<'_>) -> Markup {
    let Computing {
        line,
        said,
        may_prepare,
        halted,
        ..
    } = *computing;
    let address = format!("/statistik/{}", line.id);
    let failed = line.state() == Some(State::Failed);
    let options = PageOptions {
        wide: failed,
        crumbs: crumbs(),
        refresh: (said.is_some() && !halted).then_some((2, address.as_str())),
        ..PageOptions::default()
    };
    page_with(
        frame,
        &title(line),
        options,
        html! {
            @if failed {
                (notice(Tone::Danger, Some("Keine sichere Veröffentlichung gefunden"), html! { (line.problem.as_deref().unwrap_or("Der Grund ist nicht bekannt.")) }))
                p { "Es wurde nichts veröffentlicht." }
                (standing_in_the_way(computing.touching))
                (coarser(frame, &Coarser {
                    line,
                    content: None,
                    proposals: computing.proposals,
                    said,
                    halted,
                    may_prepare,
                }))
            } @else if let Some(said) = said {
                p role="status" {
                    "Die Geheimhaltung wird berechnet: "
                    @if said.of == 0 { "wird begonnen" } @else { (percent(said.done, said.of)) ", " (said.what) }
                    "."
                }
                @if said.of > 0 { progress max=(said.of) value=(said.done) aria-label="Fortschritt der Berechnung" {} }
                @if halted {
                    p { a href=(address) { "Seite wieder von selbst erneuern" } }
                } @else {
                    p { "Die Seite erneuert sich alle 2 Sekunden. " a href={ (address) "?halt=1" } { "Anhalten" } }
                }
            } @else {
                (notice(Tone::Warning, None, html! { "Die Berechnung läuft nicht mehr, zum Beispiel nach einem Neustart. Die gezählten Zahlen sind noch da." }))
                @if may_prepare {
                    (post_form_unguarded(frame, &format!("{address}/fortsetzen"), None, html! { div.actions { (submit("Berechnung fortsetzen")) } }))
                }
            }
            @if may_prepare {
                (discard_form(frame, line, if failed { "Verwerfen" } else { "Berechnung abbrechen" }))
            }
        },
    )
}

/// What was published about the time of a release, or the time beside it: together with it, something would be given away.
fn standing_in_the_way(touching: &[ReleaseLine]) -> Markup {
    html! {
        @if !touching.is_empty() {
            p { "Über diesen Zeitraum, oder den davor oder danach, ist schon veröffentlicht und bleibt bekannt:" }
            ul.ways {
                @for line in touching { li { a href={ "/statistik/" (line.id) } { (title(line)) } } }
            }
        }
    }
}
