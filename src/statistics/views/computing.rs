//! A release on its way: how far disclosure control is, or that it found nothing safe.

use maud::{Markup, html};

use super::super::desk::Said;
use super::super::rules::State;
use super::super::store::ReleaseLine;
use super::release::{crumbs, discard_form};
use super::title;
use crate::base::german;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{Tone, notice, post_form_unguarded, submit};

/// A release that is computed, or could not be. The page loads anew by itself until it is stopped.
pub(in super::super) fn computing(
    frame: &Frame,
    line: &ReleaseLine,
    said: Option<&Said>,
    may_prepare: bool,
    halted: bool,
) -> Markup {
    let address = format!("/statistik/{}", line.id);
    let failed = line.state() == Some(State::Failed);
    let options = PageOptions {
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
            } @else if let Some(said) = said {
                p role="status" {
                    "Die Geheimhaltung wird berechnet: "
                    @if said.of == 0 { "wird begonnen" } @else { "Schritt " (german::count(said.done + 1)) " von " (german::count(said.of)) ", " (said.what) }
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
