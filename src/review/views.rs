//! Pages of items to be looked at.

use maud::{Markup, html};
use time::Date;

use super::pages::REASON_LENGTH;
use super::rules::events::{self, Event, MOST_GRACE_DAYS};
use super::rules::{self, Conclusion, Kind};
use super::store::events::Setting;
use super::store::{ItemRow, PAGE};
use crate::access::Role;
use crate::base::german;
use crate::base::time::{berlin_local, berlin_today};
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, Tone, Width, actions, empty_state, error_summary, hidden, link_button,
    post_form, post_form_unguarded, radio_group, stacked_table, submit, tabs, tag, text_field,
};

/// What is shown, and to whom.
pub(super) struct View<'a> {
    pub items: &'a [ItemRow],
    pub open: bool,
    pub role: Role,
    pub may_change: bool,
    /// Whether the actor sets the days of grace.
    pub may_set: bool,
    pub today: Date,
    pub form: &'a Form,
}

fn text(item: &ItemRow, role: Role) -> String {
    let kind = Kind::from_code(&item.kind);
    if let (Some(kind), Some(event)) = (kind, event(item)) {
        let what = match kind {
            Kind::GroupPlace => item.group_name.as_deref(),
            _ => item.programme_name.as_deref(),
        };
        let day = item.event_day.map_or_else(String::new, german::date);
        let word = if event == Event::Absence { "ab" } else { "am" };
        return format!(
            "{} {word} {day}. {}",
            event.label(),
            rules::question(kind, what.unwrap_or("–"))
        );
    }
    if let (Some(kind @ Kind::OldCharge), Some(officer)) = (kind, &item.officer_name) {
        return rules::question(kind, officer);
    }
    let provider = item
        .provider_code
        .as_deref()
        .zip(item.provider_name.as_deref());
    rules::text(kind, role, provider)
}

fn event(item: &ItemRow) -> Option<Event> {
    item.event.as_deref().and_then(Event::from_code)
}

fn heading(item: &ItemRow) -> &'static str {
    Kind::from_code(&item.kind).map_or("Vorgang zur Prüfung", Kind::label)
}

/// Who it is about, where the actor may know.
fn person(item: &ItemRow) -> Markup {
    html! {
        @if let (Some(id), Some(family), Some(given)) = (item.person_id, &item.family_name, &item.given_name) {
            p { a href={ "/personen/" (id) } { (family) ", " (given) } }
        }
    }
}

/// The list.
pub(super) fn list(frame: &Frame, view: &View<'_>) -> Markup {
    let options = PageOptions {
        errored: view.form.has_errors(),
        help: Some("pruefung"),
        tools: view
            .may_set
            .then(|| link_button("Frist festlegen", "/pruefung/frist", false)),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Vorgänge zur Prüfung",
        options,
        html! {
            (error_summary(view.form))
            (tabs(&[("Offen", "/pruefung", view.open), ("Erledigt", "/pruefung?ansicht=erledigt", !view.open)]))
            @if view.open { (open(frame, view)) } @else { (done(view)) }
            @if view.items.len() >= usize::try_from(PAGE).unwrap_or(usize::MAX) {
                p.muted { "Gezeigt werden " (PAGE) " Vorgänge." }
            }
        },
    )
}

fn open(frame: &Frame, view: &View<'_>) -> Markup {
    html! {
        @if view.items.is_empty() {
            (empty_state(
                "Nichts zu prüfen",
                if view.role == Role::AccessOfficer {
                    "Kommt jemand in Ihre Einrichtung, mit dem ein Träger ohne Freigabe arbeitet, steht es hier."
                } else if view.role == Role::Probation {
                    "Werden Sie für jemanden zuständig, der an etwas teilnimmt, oder ist neben Ihnen noch jemand zuständig, steht hier, was zu klären ist. Von selbst endet nichts."
                } else {
                    "Wird jemand verlegt, entlassen oder ist länger abwesend, steht hier, was zu klären ist. Von selbst endet nichts."
                },
                None,
            ))
        } @else {
            p { "Die ältesten stehen oben. Was erledigt ist, bleibt mit Begründung lesbar." }
            @for item in view.items { (part(frame, view, item)) }
        }
    }
}

fn part(frame: &Frame, view: &View<'_>, item: &ItemRow) -> Markup {
    let raised = berlin_today(item.raised_at);
    let key = item.id.0.simple().to_string();
    let (outcome, reason) = (format!("ergebnis_{key}"), format!("grund_{key}"));
    let kind = Kind::from_code(&item.kind);
    let choices: Vec<(&str, &str, Option<&str>)> = kind
        .map_or(&[][..], |kind| {
            events::answers(kind, event(item), view.role)
        })
        .iter()
        .map(|one| (one.code(), one.label(), None))
        .collect();
    let due = item.due();
    html! {
        section {
            h2 { (heading(item)) }
            (person(item))
            p { (text(item, view.role)) }
            p {
                "entstanden am " (german::date(raised)) ", " (rules::age(raised, view.today)) " "
                @match due {
                    Some(due) => {
                        (tag(if due < view.today { Tone::Warning } else { Tone::Info }, &events::countdown(due, view.today)))
                        " (bis " (german::date(due)) ") "
                    }
                    None => @if rules::old(raised, view.today) { (tag(Tone::Warning, "wartet lange")) " " }
                }
                @if item.settled { (tag(Tone::Success, "inzwischen geklärt")) }
            }
            @if item.settled && kind == Some(Kind::GrantAfterTransfer) { p { "Für die laufende Arbeit gilt inzwischen eine Freigabe, oder sie ist beendet." } }
            @if let (Some(Kind::HandOver), Some(person), false) = (kind, item.person_id, item.settled) {
                p { a href={ "/personen/" (person) "/uebergabe" } { "Übergabe anbieten" } }
            }
            @if view.role == Role::AccessOfficer && !item.settled {
                p { a href="/freigaben/neu" { "Freigabe beantragen" } }
            }
            @if view.may_change {
                (post_form_unguarded(frame, &format!("/pruefung/{}/erledigen", item.id), None, html! {
                    (hidden("version", &item.version.to_string()))
                    (radio_group(view.form, &outcome, "Ergebnis", &choices))
                    (text_field(view.form, &Field::text(&reason, "Begründung").required().width(Width::Full).max_length(REASON_LENGTH).hint("Steht im Vorgang; bitte keine Namen.")))
                    div.actions { (submit("Erledigen")) }
                }))
            }
        }
    }
}

/// The days of grace of the facility.
pub(super) fn grace(frame: &Frame, form: &Form, setting: Option<&Setting>) -> Markup {
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: vec![("Vorgänge zur Prüfung".into(), "/pruefung".into())],
        help: Some("pruefung"),
        ..PageOptions::default()
    };
    let hint = format!(
        "1 bis {MOST_GRACE_DAYS} Tage ab dem Tag der Verlegung, Entlassung oder Abwesenheit."
    );
    page_with(
        frame,
        "Frist für Vorgänge",
        options,
        html! {
            (error_summary(form))
            p { "So lange hat Ihre Einrichtung Zeit zu klären, was nach einer Verlegung, Entlassung oder längeren Abwesenheit offen ist. Danach wird der Vorgang hervorgehoben. Es wird nichts gelöscht und nichts von selbst beendet." }
            @if let Some(setting) = setting {
                p.muted { "Zuletzt geändert von " (setting.changed_by_name) " am " (german::date_time(berlin_local(setting.changed_at))) "." }
            }
            (post_form(frame, "/pruefung/frist", None, html! {
                (hidden("version", form.value("version")))
                (text_field(form, &Field::number("tage", "Tage").required().hint(&hint)))
                (actions("Frist speichern", &[("Abbrechen", "/pruefung")]))
            }))
        },
    )
}

fn done(view: &View<'_>) -> Markup {
    let rows = view
        .items
        .iter()
        .map(|item| {
            let outcome = item
                .outcome
                .as_deref()
                .and_then(Conclusion::from_code)
                .map_or("", Conclusion::label);
            vec![
                html! { (heading(item)) span.detail { "entstanden am " (german::date(berlin_today(item.raised_at))) } },
                html! { (text(item, view.role)) (person(item)) },
                html! { (outcome) @if let Some(reason) = &item.reason { span.detail { (reason) } } },
                html! {
                    (item.done_by_name.as_deref().unwrap_or_default())
                    @if let Some(at) = item.done_at { ", " (german::date_time(berlin_local(at))) }
                },
            ]
        })
        .collect();
    html! {
        @if view.items.is_empty() {
            (empty_state("Noch nichts erledigt", "Erledigte Vorgänge stehen hier mit ihrer Begründung.", Some(("Offene zeigen", "/pruefung"))))
        } @else {
            (stacked_table("Erledigte Vorgänge", &["Vorgang", "Worum es ging", "Ergebnis", "Erledigt"].map(Column::text), rows))
        }
    }
}
