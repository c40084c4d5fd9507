//! The page of a house's conflicts, and what planning may set of the house.

use maud::{Markup, html};
use time::Date;

use crate::base::german;
use crate::base::ids::GroupSessionId;
use crate::base::time::berlin_local;
use crate::conflicts::rules::{Conflict, Weight};
use crate::conflicts::service::Overview;
use crate::conflicts::store::house::RoomLevel;
use crate::groups::rules::time_range;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, Tone, actions, empty_state, error_summary, fieldset, hidden, link_button,
    post_form, select_field, table, tag, text_field,
};

/// The levels of security: code and word.
pub(in crate::conflicts) const LEVELS: &[(&str, &str)] =
    &[("1", "1 – normal"), ("2", "2 – erhöht"), ("3", "3 – hoch")];

/// All conflicts of the coming weeks, day by day.
pub(in crate::conflicts) fn page(
    frame: &Frame,
    place: &str,
    overview: &Overview,
    last: Date,
) -> Markup {
    let mut days: Vec<Date> = overview.conflicts.iter().map(|one| one.day).collect();
    days.sort_unstable();
    days.dedup();
    let open = overview
        .conflicts
        .iter()
        .filter(|one| overview.accepted(one).is_none())
        .count();
    let options = PageOptions {
        wide: true,
        help: Some("konflikte"),
        lead: Some(html! { (place) ", bis " (german::date(last)) }),
        tools: Some(link_button(
            "Zeiten und Räume",
            "/konflikte/einstellungen",
            false,
        )),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Konflikte",
        options,
        html! {
            @if days.is_empty() {
                (empty_state(
                    "Keine Konflikte",
                    "In den nächsten acht Wochen steht keiner Sitzung etwas entgegen, soweit es hier bekannt ist.",
                    Some(("Zu den Gruppen", "/gruppen")),
                ))
            } @else {
                p {
                    (german::plural(open as u64, "offener Konflikt", "offene Konflikte")) ", "
                    (overview.conflicts.len() - open) " in Kauf genommen."
                }
                @for day in &days { (of_day(overview, *day)) }
            }
        },
    )
}

fn of_day(overview: &Overview, day: Date) -> Markup {
    let today: Vec<&Conflict> = overview
        .conflicts
        .iter()
        .filter(|one| one.day == day)
        .collect();
    let mut last: Option<GroupSessionId> = None;
    let rows = today
        .iter()
        .map(|one| {
            let again = last.replace(one.session) == Some(one.session);
            row(overview, one, again)
        })
        .collect();
    html! {
        h2 { (german::long_date(day)) }
        (table(
            &format!("Konflikte am {}", german::date(day)),
            &["Gruppe", "Was", "Stand"].map(Column::text),
            rows,
        ))
    }
}

fn row(overview: &Overview, one: &Conflict, again: bool) -> Vec<Markup> {
    let group = overview.world.groups.get(&one.group);
    let name = group
        .and_then(|group| group.name.as_deref())
        .unwrap_or("Andere Gruppe");
    let time = time_range(one.span.from, one.span.to - one.span.from);
    vec![
        html! {
            @if again { (name) } @else { a href={ "/gruppen/" (one.group) } { (name) } }
            span.detail { a href={ "/sitzungen/" (one.session) } { (time) span.hide { ": " (name) " am " (german::date(one.day)) ", " (one.kind.label()) } } }
        },
        html! { (one.kind.label()) span.detail { (one.text) } },
        html! {
            @if let Some(taken) = overview.accepted(one) {
                (tag(Tone::Neutral, "in Kauf genommen"))
                span.detail { (taken.reason) " (" (taken.by) ", " (german::date(berlin_local(taken.at).date)) ")" }
            } @else if one.weight == Weight::Hard {
                (tag(Tone::Danger, "nicht möglich"))
            } @else {
                (tag(Tone::Warning, "offen"))
            }
        },
    ]
}

/// What planning may set of the house: its times, how many may come, how secure its rooms are.
pub(in crate::conflicts) fn settings(frame: &Frame, form: &Form, rooms: &[RoomLevel]) -> Markup {
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: vec![("Konflikte".into(), "/konflikte".into())],
        help: Some("konflikte"),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Zeiten und Räume",
        options,
        html! {
            (error_summary(form))
            p { "Was hier steht, prüft die Planung jeder Gruppe der Einrichtung." }
            (post_form(frame, "/konflikte/einstellungen", None, html! {
                (hidden("stand", form.value("stand")))
                (fieldset("Haus", None, html! {
                    (text_field(form, &Field::time("von", "Maßnahmen möglich ab").hint("Leer: zu jeder Zeit")))
                    (text_field(form, &Field::time("bis", "Maßnahmen möglich bis")))
                    (text_field(form, &Field::number("externe", "Externe Fachkräfte an einem Tag, höchstens").hint("Leer: ohne Grenze")))
                }))
                (fieldset("Sicherheitsstufe der Räume", Some("Personen mit höherer Stufe werden in einem Raum nicht eingeplant."), html! {
                    @for room in rooms {
                        (select_field(form, &Field::text(&level(room), &format!("{} ({} Plätze)", room.name, room.places)).required(), LEVELS, None))
                    }
                }))
                (actions("Speichern", &[("Abbrechen", "/konflikte")]))
            }))
        },
    )
}

/// The field of a room's level.
pub(in crate::conflicts) fn level(room: &RoomLevel) -> String {
    format!("stufe_{}", room.id.0.simple())
}
