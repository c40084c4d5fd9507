//! The quarterly confirmation: what waits for the second person, what nobody looked at, what is closed because nobody
//! confirmed it.

use maud::{Markup, html};
use time::Date;

use super::grant::until;
use super::tick;
use crate::access::{Person, same_person};
use crate::base::calendar::Quarter;
use crate::base::german;
use crate::grants::rules::{ItemState, Proposal};
use crate::grants::store::confirmation::Item;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Tone, empty_state, error_summary, post_form_unguarded, submit_danger, submit_secondary,
    table, tag,
};

const PATH: &str = "/freigaben/bestaetigung";

fn due(item: &Item, today: Date) -> Markup {
    let left = (item.due_day - today).whole_days();
    html! {
        (german::date(item.due_day))
        @if item.state() == ItemState::Suspended || left < 0 { " " (tag(Tone::Danger, "gesperrt, nicht bestätigt")) }
        @else if left <= 7 { " " (tag(Tone::Warning, &german::plural(left.unsigned_abs(), "Tag", "Tage"))) }
    }
}

fn proposed(item: &Item) -> Markup {
    html! {
        (item.proposal().map_or("–", Proposal::label))
        @if let Some(name) = &item.proposed_by_name { br; span.muted { (name) } }
    }
}

/// A table of lines; with check boxes numbered from `from` on, if they can be ticked.
fn lines(
    form: &Form,
    caption: &str,
    items: &[&Item],
    from: Option<usize>,
    with_proposal: bool,
    today: Date,
) -> Markup {
    let rows = items
        .iter()
        .enumerate()
        .map(|(index, item)| {
            let value = format!("{}.{}", item.id, item.version);
            let mut cells = vec![
                match from {
                    Some(from) => tick(form, "item", from + index, &value, &item.staff_name, false),
                    None => html! { (item.staff_name) },
                },
                html! { (item.provider_name) },
                html! { a href={ "/freigaben/" (item.grant_id) } { (item.programme_name) } },
                html! { (until(item.last_day)) },
                due(item, today),
            ];
            if with_proposal {
                cells.push(proposed(item));
            }
            cells
        })
        .collect();
    let mut head: Vec<Column<'_>> = ["Fachkraft", "Träger", "Maßnahme", "Freigabe gilt", "Frist"]
        .map(Column::text)
        .into();
    if with_proposal {
        head.push(Column::text("Vorschlag"));
    }
    table(caption, &head, rows)
}

fn quarters(items: &[Item]) -> String {
    let mut labels: Vec<String> = items
        .iter()
        .map(|item| {
            item.quarter
                .parse()
                .map_or_else(|_| item.quarter.clone(), Quarter::label)
        })
        .collect();
    labels.sort();
    labels.dedup();
    labels.join(", ")
}

pub(in crate::grants) fn confirmation(
    frame: &Frame,
    form: &Form,
    items: &[Item],
    more: bool,
    me: Person,
    today: Date,
) -> Markup {
    let mine = |item: &Item| {
        item.proposer()
            .is_some_and(|person| same_person(person, me))
    };
    let of = |state: ItemState| items.iter().filter(move |item| item.state() == state);
    let second: Vec<&Item> = of(ItemState::Proposed).filter(|item| !mine(item)).collect();
    let waiting: Vec<&Item> = of(ItemState::Proposed).filter(|item| mine(item)).collect();
    let open: Vec<&Item> = of(ItemState::Suspended)
        .chain(of(ItemState::Open))
        .collect();
    let options = PageOptions {
        errored: form.has_errors(),
        wide: true,
        crumbs: vec![("Zugangsfreigaben".into(), "/freigaben".into())],
        help: Some("freigaben"),
        lead: (!items.is_empty()).then(|| html! { (quarters(items)) }),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Freigaben bestätigen",
        options,
        html! {
            (error_summary(form))
            @if items.is_empty() {
                (empty_state(
                    "Alles bestätigt",
                    "Zu Beginn jedes Quartals stehen hier alle geltenden Freigaben Ihrer Einrichtung. Zwei Personen bestätigen oder beenden jede; was nach 30 Tagen niemand bestätigt hat, wird gesperrt.",
                    Some(("Zu den Freigaben", "/freigaben")),
                ))
            } @else {
                p { "Wird diese Freigabe noch gebraucht? Eine Person schlägt vor, eine zweite stimmt zu. Was bis zur Frist niemand bestätigt, wird gesperrt und lässt sich danach noch bestätigen." }
                @if more { p { "Gezeigt werden die dringendsten; die nächsten folgen, wenn diese entschieden sind." } }
            }
            @if !second.is_empty() {
                h2 { "Zur zweiten Prüfung" }
                (post_form_unguarded(frame, &format!("{PATH}/entscheiden"), None, html! {
                    (lines(form, "Zur zweiten Prüfung", &second, Some(0), true, today))
                    div.actions {
                        button type="submit" name="answer" value="agree" { "Angekreuzten zustimmen" }
                        (submit_secondary("answer", "return", "Zurückgeben"))
                    }
                }))
            }
            @if !open.is_empty() {
                h2 { "Noch offen" }
                (post_form_unguarded(frame, &format!("{PATH}/vorschlagen"), None, html! {
                    (lines(form, "Noch offen", &open, Some(second.len()), false, today))
                    div.actions {
                        button type="submit" name="proposal" value="confirm" { "Angekreuzte bestätigen" }
                        (submit_danger("proposal", "end", "Angekreuzte beenden"))
                    }
                }))
            }
            @if !waiting.is_empty() {
                h2 { "Von Ihnen vorgeschlagen" }
                p { "Zustimmen muss eine zweite Person mit der Rolle Zugang." }
                (post_form_unguarded(frame, &format!("{PATH}/entscheiden"), None, html! {
                    (lines(form, "Von Ihnen vorgeschlagen", &waiting, Some(second.len() + open.len()), true, today))
                    div.actions { (submit_secondary("answer", "return", "Vorschlag zurücknehmen")) }
                }))
            }
        },
    )
}
