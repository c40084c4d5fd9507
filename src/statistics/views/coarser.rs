//! Where most of a table is hidden: which tables, which coarser breakdowns help and what they would show, and a button for each.

use maud::{Markup, html};

use super::super::desk::Said;
use super::super::file::ReleaseContent;
use super::super::proposal::{Proposal, Proposals, Told, mostly_hidden, told};
use super::super::store::ReleaseLine;
use crate::base::german;
use crate::web::layout::Frame;
use crate::web::parts::{
    Column, Tone, hidden, notice, post_form_unguarded, submit_secondary, table,
};

/// What is known of coarser breakdowns of a release.
pub(in super::super) struct Coarser<'a> {
    /// The release.
    pub line: &'a ReleaseLine,
    /// What it says; `None` if nothing safe was found.
    pub content: Option<&'a ReleaseContent>,
    /// What was computed.
    pub proposals: Option<&'a Proposals>,
    /// How far a computation is that runs.
    pub said: Option<&'a Said>,
    /// Whether the page was asked not to load anew by itself.
    pub halted: bool,
    /// Whether the actor may prepare.
    pub may_prepare: bool,
}

fn cost(told: Told) -> Markup {
    html! { (german::count(told.hidden as u64)) " von " (german::count((told.hidden + told.shown) as u64)) }
}

/// The tables of which most is hidden, by their names.
fn poor(content: &ReleaseContent) -> Vec<(&str, Told)> {
    let tables = told(content);
    let poor = mostly_hidden(&tables);
    content
        .tables
        .iter()
        .filter(|table| poor.contains(table.code.as_str()))
        .filter_map(|table| Some((table.label.as_str(), *tables.get(&table.code)?)))
        .collect()
}

/// The part of the preview; nothing if no table is mostly hidden.
pub(super) fn coarser(frame: &Frame, coarser: &Coarser<'_>) -> Markup {
    let labels = coarser.content.map(poor);
    if labels.as_ref().is_some_and(Vec::is_empty) {
        return html! {};
    }
    let address = format!("/statistik/{}", coarser.line.id);
    html! {
        h2 #groeber { "Gröber gliedern" }
        @if let Some(labels) = &labels {
        p.prose {
            "In " (german::plural(labels.len() as u64, "Tabelle ist", "Tabellen sind")) " mehr Werte geheim als gezeigt (Nullen nicht gerechnet). \
             Eine gröbere Gliederung kann mehr zeigen. Was veröffentlicht ist, bleibt aber veröffentlicht: Die Wahl gehört vor die Freigabe."
        }
        (table("Überwiegend geheime Tabellen", &[Column::text("Tabelle"), Column::numeric("Geheim")], labels.iter().map(|(label, told)| vec![html! { (label) }, cost(*told)]).collect()))
        } @else {
            p.prose { "Ein gröberer Bericht verrät weniger. Ob einer sicher ist, wird mit allem berechnet, was schon veröffentlicht ist." }
        }
        @if let Some(said) = coarser.said {
            p role="status" {
                "Gröbere Gliederungen werden berechnet: "
                @if said.of == 0 { "wird begonnen" } @else { (german::count(said.done + 1)) " von " (german::count(said.of)) ", " (said.what) }
                "."
            }
            @if said.of > 0 { progress max=(said.of) value=(said.done) aria-label="Fortschritt der Berechnung" {} }
            @if coarser.halted {
                p { a href={ (address) "#groeber" } { "Seite wieder von selbst erneuern" } }
            } @else {
                p { "Die Seite erneuert sich alle 2 Sekunden. " a href={ (address) "?halt=1#groeber" } { "Anhalten" } }
            }
            @if coarser.may_prepare {
                (post_form_unguarded(frame, &format!("{address}/vergroebern"), None, html! {
                    div.actions { (submit_secondary("aktion", "abbrechen", "Berechnung abbrechen")) }
                }))
            }
        } @else {
            @if let Some(proposals) = coarser.proposals { (found(frame, coarser, &address, proposals)) }
            @if coarser.may_prepare {
                (post_form_unguarded(frame, &format!("{address}/vergroebern"), None, html! {
                    div.actions { (submit_secondary("aktion", "berechnen", if coarser.proposals.is_some() { "Neu berechnen" } else { "Gröbere Gliederungen berechnen" })) }
                }))
            }
        }
    }
}

fn found(frame: &Frame, coarser: &Coarser<'_>, address: &str, proposals: &Proposals) -> Markup {
    let row = |(place, proposal): (usize, &Proposal)| {
        vec![
            html! { (proposal.title) },
            cost(proposal.now),
            if proposal.then == Told::default() {
                html! { "entfällt" }
            } else {
                cost(proposal.then)
            },
            html! { (german::count((proposal.now.shown + proposal.others.0.shown) as u64)) " → " (german::count((proposal.then.shown + proposal.others.1.shown) as u64)) },
            html! {
                @if coarser.may_prepare {
                    (post_form_unguarded(frame, &format!("{address}/groeber"), None, html! {
                        (hidden("version", &coarser.line.version.to_string()))
                        (submit_secondary("wahl", &place.to_string(), "So vorbereiten"))
                    }))
                }
            },
        ]
    };
    html! {
        @if proposals.helpful.is_empty() {
            (notice(Tone::Info, None, html! {
                @if coarser.content.is_none() {
                    @if proposals.computed == 0 { "Gröber lässt sich dieser Bericht nicht gliedern." }
                    @else { "Auch keine der " (german::count(proposals.computed as u64)) " berechneten gröberen Gliederungen ist sicher: Was schon veröffentlicht ist, verrät zusammen mit jeder von ihnen einen kleinen Wert. Dieser Zeitraum lässt sich nicht veröffentlichen." }
                } @else if proposals.computed == 0 {
                    "Es gibt keine gröbere Gliederung, die sich heute berechnen ließe."
                } @else {
                    "Keine der " (german::count(proposals.computed as u64)) " berechneten gröberen Gliederungen zeigt mehr."
                }
            }))
        } @else {
            (table(
                if coarser.content.is_some() { "Gliederungen, die mehr zeigen" } else { "Gliederungen, die sich veröffentlichen lassen" },
                &[Column::text("Vorschlag"), Column::numeric("Geheim jetzt"), Column::numeric("Geheim dann"), Column::numeric("Gezeigt im Bericht"), Column::text("Wählen")],
                proposals.helpful.iter().enumerate().map(row).collect(),
            ))
            p.muted { "Berechnet wurden " (german::count(proposals.computed as u64)) " Gliederungen mit derselben Geheimhaltung. „So vorbereiten“ verwirft diese Vorbereitung und berechnet den Bericht neu; was weggelassen ist, steht in den Dateien." }
        }
        @for sentence in &proposals.later { p { (sentence) } }
    }
}
