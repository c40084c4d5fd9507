//! Umplanung: what happened, and the table of old and new dates.

use maud::{Markup, html};

use crate::base::german;
use crate::groups::rules::minute;
use crate::groups::service::planning::Choices;
use crate::planning::pages::{KINDS, REASON};
use crate::planning::rules::changes::{Change, Held};
use crate::planning::rules::leaving::Leaving;
use crate::planning::service::repair::Plan;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, Tone, Width, actions, checkbox, error_summary, fieldset, hidden, notice,
    post_form, radio_group, select_field, stacked_table, submit, tag, text_field,
};

/// The page.
pub(in crate::planning) fn page(
    frame: &Frame,
    form: &Form,
    choices: &Choices,
    plan: Option<&Plan>,
    token: &str,
) -> Markup {
    let options = PageOptions {
        errored: form.has_errors(),
        wide: plan.is_some(),
        crumbs: vec![("Planung".to_owned(), "/plan".to_owned())],
        help: Some("planung"),
        lead: Some(html! {
            "Wenn etwas dazwischenkommt: neue Termine und Vertretungen mit so wenigen Änderungen wie möglich. Gehaltene und heutige Sitzungen bleiben unberührt; gespeichert wird erst, wenn Sie übernehmen."
        }),
        ..PageOptions::default()
    };
    let mut staff: Vec<(String, String)> = Vec::new();
    for one in &choices.staff {
        let id = one.id.to_string();
        if staff.last().is_none_or(|(last, _)| *last != id) {
            staff.push((id, format!("{} ({})", one.name, one.provider_name)));
        }
    }
    let rooms: Vec<(String, String)> = choices
        .rooms
        .iter()
        .map(|room| (room.id.to_string(), room.name.clone()))
        .collect();
    fn words(list: &[(String, String)]) -> Vec<(&str, &str)> {
        list.iter()
            .map(|(id, text)| (id.as_str(), text.as_str()))
            .collect()
    }
    page_with(
        frame,
        "Umplanung",
        options,
        html! {
            (error_summary(form))
            (post_form(frame, "/plan/umplanung", None, html! {
                (radio_group(form, "art", "Was ist geschehen?", &KINDS.map(|(code, words)| (code, words, None))))
                (fieldset("Wer oder was, und wann", Some("Nur nötig, wenn etwas noch nicht eingetragen ist."), html! {
                    (select_field(form, &Field::text("fachkraft", "Fachkraft").width(Width::Full), &words(&staff), Some("keine")))
                    (select_field(form, &Field::text("raum", "Raum"), &words(&rooms), Some("keiner")))
                    (text_field(form, &Field::date("von", "Erster Tag")))
                    (text_field(form, &Field::date("bis", "Letzter Tag")))
                }))
                (actions("Umplanung berechnen", &[("Abbrechen", "/plan")]))
            }))
            @if let Some(plan) = plan { (result(frame, form, plan, token)) }
        },
    )
}

fn held(held: &Held, other: &Held, teams: bool) -> Markup {
    let names = |held: &Held| {
        held.trainers
            .iter()
            .map(|(_, name)| name.clone())
            .collect::<Vec<_>>()
            .join(", ")
    };
    html! {
        (german::weekday_date(held.day)) ", " (german::time_of_day(minute(i64::from(held.start))))
        @if held.room.0 != other.room.0 { br; (held.room.1) }
        @if teams { br; (names(held)) }
    }
}

fn line(change: &Change) -> Vec<Markup> {
    vec![
        html! { a href={ "/gruppen/" (change.group.0) } { (change.group.1) } },
        held(&change.old, &change.new, change.other_team()),
        if change.open.is_empty() {
            held(&change.new, &change.old, change.other_team())
        } else {
            html! { (tag(Tone::Danger, "kein Ersatz gefunden")) }
        },
        html! {
            @if change.reasons.is_empty() { "macht Platz für eine andere Sitzung" }
            @else { @for (place, reason) in change.reasons.iter().enumerate() { @if place > 0 { br; } (reason) } }
        },
    ]
}

fn leaving(one: &Leaving) -> Vec<Markup> {
    vec![
        html! { a href={ "/gruppen/" (one.group_id) } { (one.group) } },
        html! { a href={ "/personen/" (one.person) } { (one.name) } },
        html! {
            @match &one.next {
                Some(next) => {
                    a href={ "/gruppen/" (one.group_id) "/zusammensetzung" } { (next.name) }
                    br; span.muted { "wartet seit " (german::date(next.since)) }
                }
                None if one.begun => "Die Gruppe läuft, der Platz bleibt frei.",
                None => "Zurzeit wartet niemand, für den die Gruppe passt.",
            }
        },
        html! {
            @if one.moves { "Verlegung" } @else { "Entlassung" } " am " (german::date(one.day)) ", "
            (german::plural(one.lost as u64, "Sitzung fiele weg", "Sitzungen fielen weg"))
        },
    ]
}

/// What may be entered beside the changes, with what comes of it.
fn entry(kind: &str) -> Option<(&'static str, &'static str)> {
    match kind {
        "fachkraft" => Some((
            "Abwesenheit der Fachkraft eintragen",
            "Damit neue Planungen und andere Einrichtungen sie kennen. Der Träger sieht den Eintrag und kann ihn aufheben.",
        )),
        "raum" => Some((
            "Raum für diese Tage sperren",
            "Damit neue Planungen ihn nicht mehr belegen. Aufheben lässt sich die Sperre unter „Schließtage“.",
        )),
        "haus" => Some((
            "Schließtage eintragen",
            "Damit neue Planungen diese Tage überspringen. Aufheben lassen sie sich unter „Schließtage“.",
        )),
        _ => None,
    }
}

fn result(frame: &Frame, form: &Form, plan: &Plan, token: &str) -> Markup {
    let (groups, sessions) = plan.looked;
    let good = plan.good().count();
    let open = plan.changes.len() - good;
    let proposed = plan.good_talks().count();
    let head = ["Gruppe", "Bisher", "Neu", "Grund"].map(Column::text);
    html! {
        h2 #umplanung { "Was sich ändern würde" }
        p {
            "Angesehen: " (german::plural(groups as u64, "Gruppe", "Gruppen")) " mit "
            (german::plural(sessions as u64, "Sitzung", "Sitzungen")) " ab morgen."
        }
        @let happened = entry(form.value("art"));
        @if plan.changes.is_empty() && plan.talks.is_empty() {
            (notice(Tone::Success, None, html! { "Alle Termine passen: Es ist nichts umzuplanen." }))
        }
        @if !plan.changes.is_empty() || !plan.talks.is_empty() || happened.is_some() {
            @if !plan.changes.is_empty() { (stacked_table("Alte und neue Termine", &head, plan.changes.iter().map(line).collect())) }
            @if !plan.talks.is_empty() { (super::talks::lost(plan)) }
            @if open > 0 {
                (notice(Tone::Warning, Some("Nicht alles lässt sich lösen"), html! {
                    p { (german::plural(open as u64, "Sitzung bleibt", "Sitzungen bleiben")) " ohne möglichen Termin. Zwischen zwei Sitzungen liegen hier höchstens drei Wochen; bei längeren Pausen bitte die Termine der Gruppe von Hand nach hinten verschieben. Sonst absagen oder weitere Fachkräfte freigeben lassen." }
                }))
            }
            @if good + proposed > 0 || happened.is_some() {
                (post_form(frame, "/plan/umplanung/uebernehmen", Some(token), html! {
                    @for field in ["art", "fachkraft", "raum", "von", "bis"] { (hidden(field, form.value(field))) }
                    (hidden("stand", &plan.mark()))
                    (text_field(form, &Field::text("bemerkung", "Bemerkung").width(Width::Full).max_length(REASON)
                        .hint("Steht als Grund an den Terminen. Keine Namen von Gefangenen.")))
                    @if let Some((label, hint)) = happened { (checkbox(form, "eintragen", label, Some(hint))) }
                    @if good + proposed == 0 { (submit("Eintragen")) }
                    @else { (submit(&format!("{} übernehmen", german::plural((good + proposed) as u64, "Änderung", "Änderungen")))) }
                }))
            }
        }
        @if !plan.left.is_empty() {
            h2 { "Nicht mitgeplant" }
            ul { @for (name, why) in &plan.left { li { (name) ": " (why) } } }
        }
        @if !plan.leaving.is_empty() {
            h2 { "Teilnehmende, die vor dem Ende gehen" }
            p.muted { "Andere Termine ändern daran nichts. Vor Beginn einer Gruppe kann jemand von der Warteliste den Platz bekommen; danach bitte Übergabe oder Einzeltraining prüfen." }
            (stacked_table("Plätze, die frei werden", &["Gruppe", "Bisher", "Neu", "Grund"].map(Column::text), plan.leaving.iter().map(leaving).collect()))
        }
    }
}
