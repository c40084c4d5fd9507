//! Family days and their guests.

use maud::{Markup, html};
use time::Date;

use super::{refs, times_fields};
use crate::access::{Person, same_person};
use crate::base::german;
use crate::gate::rules::span;
use crate::gate::store::family::{FamilyDayRow, GroupChoice, GuestRow};
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, Tone, Width, actions, empty_state, error_summary, hidden, link_button, notice,
    post_form, post_form_unguarded, select_field, submit_danger, summary_list, table, tag,
    text_field,
};

/// Who looks at family days.
pub(in crate::gate) struct Viewer {
    pub plans: bool,
    pub announces: bool,
    pub decides: bool,
    pub me: Person,
    pub today: Date,
}

fn numbers(day: &FamilyDayRow) -> Markup {
    html! {
        (day.approved) " genehmigt"
        @if day.open > 0 { " " (tag(Tone::Warning, &format!("{} offen", day.open))) }
    }
}

pub(in crate::gate) fn list(
    frame: &Frame,
    form: &Form,
    days: &[FamilyDayRow],
    viewer: &Viewer,
) -> Markup {
    let rows = days
        .iter()
        .map(|day| {
            vec![
                html! { a href={ "/familientage/" (day.id) } { (german::weekday_date(day.day)) ", " (span(day.start_minute, day.minutes)) } },
                html! { (day.facility_name) ", " (day.destination) },
                html! {
                    @if day.cancelled_at.is_some() { (tag(Tone::Danger, "abgesagt")) }
                    @else if viewer.today > day.guest_deadline { "Ankündigung beendet" }
                    @else { "bis " (german::date(day.guest_deadline)) }
                },
                numbers(day),
            ]
        })
        .collect();
    let head = ["Wann", "Wo", "Gäste ankündigen", "Gäste"].map(Column::text);
    let options = PageOptions {
        errored: form.has_errors(),
        help: Some("pforte"),
        tools: viewer
            .plans
            .then(|| link_button("Familientag planen", "/familientage/neu", true)),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Familientage",
        options,
        html! {
            (error_summary(form))
            @if days.is_empty() {
                (empty_state("Kein Familientag geplant", "Familientage plant der Sozialdienst der Einrichtung. Gäste werden bis zu einer Frist angekündigt und von der Stelle Zugang genehmigt.", viewer.plans.then_some(("Familientag planen", "/familientage/neu"))))
            } @else { (table("Familientage", &head, rows)) }
            @if viewer.decides {
                h2 { "Frist für Gäste" }
                (post_form_unguarded(frame, "/familientage/frist", None, html! {
                    (text_field(form, &Field::number("days", "Tage vor dem Familientag").required().hint("Bis dahin müssen Gäste angekündigt sein; gilt für neue Familientage")))
                    (actions("Frist speichern", &[]))
                }))
            }
        },
    )
}

pub(in crate::gate) fn plan(
    frame: &Frame,
    form: &Form,
    groups: &[GroupChoice],
    token: &str,
) -> Markup {
    let groups: Vec<(String, String)> = groups
        .iter()
        .map(|group| (group.id.to_string(), group.name.clone()))
        .collect();
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: vec![("Familientage".into(), "/familientage".into())],
        help: Some("pforte"),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Familientag planen",
        options,
        html! {
            (error_summary(form))
            (post_form(frame, "/familientage/neu", Some(token), html! {
                (text_field(form, &Field::date("day", "Tag").required()))
                (times_fields(form))
                (select_field(form, &Field::text("group", "Gruppe").width(Width::Full).hint("Ihre Fachkräfte können dann auch Gäste ankündigen"), &refs(&groups), Some("keine bestimmte")))
                (actions("Planen", &[("Abbrechen", "/familientage")]))
            }))
        },
    )
}

fn step(frame: &Frame, guest: &GuestRow, way: &str, label: &str) -> Markup {
    html! {
        form.inline method="post" action={ "/gaeste/" (guest.id) "/" (way) } {
            (hidden("csrf", &frame.csrf)) (hidden("version", &guest.version.to_string()))
            button.second type="submit" aria-label={ (label) ": " (guest.name) } { (label) }
        }
    }
}

fn guest_row(frame: &Frame, guest: &GuestRow, viewer: &Viewer) -> Vec<Markup> {
    let own = same_person(Person::of(guest.announced_by, None), viewer.me);
    vec![
        html! { (guest.name) },
        html! {
            @match guest.state.as_str() {
                "approved" => (tag(Tone::Success, "genehmigt")),
                "declined" => (tag(Tone::Danger, "abgelehnt")),
                _ => (tag(Tone::Warning, "wartet")),
            }
            @if let Some(by) = &guest.decided_by_name { " " (by) }
        },
        html! { (guest.announced_by_name) },
        html! {
            @if guest.state == "announced" && viewer.decides && !own {
                (step(frame, guest, "genehmigen", "Genehmigen")) " "
                (step(frame, guest, "ablehnen", "Ablehnen"))
            }
            @if viewer.announces { (step(frame, guest, "entfernen", "Entfernen")) }
        },
    ]
}

pub(in crate::gate) fn day(
    frame: &Frame,
    form: &Form,
    day: &FamilyDayRow,
    guests: &[GuestRow],
    closed: Option<&str>,
    viewer: &Viewer,
    token: &str,
) -> Markup {
    let address = format!("/familientage/{}", day.id);
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: vec![("Familientage".into(), "/familientage".into())],
        help: Some("pforte"),
        ..PageOptions::default()
    };
    let mut facts = vec![
        (
            "Wann",
            html! { (german::weekday_date(day.day)) ", " (span(day.start_minute, day.minutes)) @if day.cancelled_at.is_some() { " " (tag(Tone::Danger, "abgesagt")) } },
        ),
        ("Wo", html! { (day.facility_name) ", " (day.destination) }),
        (
            "Gäste ankündigen bis",
            html! { (german::date(day.guest_deadline)) },
        ),
        ("Gäste", numbers(day)),
    ];
    // The name of a group may tell what it is about; the access officer need not know.
    if let (Some(group), true) = (&day.group_name, viewer.announces) {
        facts.insert(2, ("Gruppe", html! { (group) }));
    }
    let rows: Vec<Vec<Markup>> = guests
        .iter()
        .map(|guest| guest_row(frame, guest, viewer))
        .collect();
    let head = ["Name", "Stand", "Angekündigt von", "Nächster Schritt"].map(Column::text);
    page_with(
        frame,
        &format!("Familientag am {}", german::date(day.day)),
        options,
        html! {
            (error_summary(form))
            (summary_list(&facts))
            h2 { "Gäste" }
            @if rows.is_empty() { p { "Noch ist kein Gast angekündigt." } }
            @else {
                p { "Die Namen werden sieben Tage nach dem Familientag gelöscht." }
                (table("Gäste", &head, rows))
            }
            @if viewer.announces {
                @match closed {
                    Some(why) => (notice(Tone::Info, None, html! { (why) })),
                    None => {
                        h2 { "Gast ankündigen" }
                        (post_form(frame, &format!("{address}/gaeste"), Some(token), html! {
                            (text_field(form, &Field::text("name", "Name des Gastes").required().width(Width::Full).hint("Wie im Ausweis; kein Bezug zu einer Person in der Einrichtung")))
                            (actions("Ankündigen", &[]))
                        }))
                    }
                }
            }
            @if viewer.plans && day.cancelled_at.is_none() && day.day >= viewer.today {
                h2 { "Absagen" }
                (post_form_unguarded(frame, &format!("{address}/absagen"), None, html! {
                    (hidden("version", &day.version.to_string()))
                    div.actions { (submit_danger("schritt", "1", "Familientag absagen")) }
                }))
            }
        },
    )
}
