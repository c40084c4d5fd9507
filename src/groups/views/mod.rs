//! Pages of groups.

pub(super) mod catch_up;
pub(super) mod composition;
pub(super) mod dates;
pub(super) mod existing;
pub(super) mod group;
pub(super) mod members;
pub(super) mod passport;
pub(super) mod plan;
pub(super) mod register;
pub(super) mod register_sheet;
pub(super) mod series;
pub(super) mod templates;

use maud::{Markup, html};
use time::Date;

use super::rules::{Phase, minute};
use super::service::planning::weekday;
use super::store::{GroupLine, LIST_LIMIT};
use crate::base::german;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{Column, Tone, empty_state, link_button, table, tag};

/// The pages above a group's own pages.
pub(super) fn crumbs(group: Option<(String, String)>) -> Vec<(String, String)> {
    let mut trail = vec![("Gruppen".to_owned(), "/gruppen".to_owned())];
    trail.extend(group);
    trail
}

pub(super) fn phase_tag(phase: Phase) -> Markup {
    let tone = match phase {
        Phase::Draft | Phase::Closed => Tone::Neutral,
        Phase::Planned => Tone::Info,
        Phase::Running => Tone::Success,
    };
    tag(tone, phase.label())
}

/// "dienstags, 14:00 Uhr" in the words of the list: "Di. 14:00 Uhr".
pub(super) fn rhythm(stored_weekday: i64, start_minute: i64) -> String {
    format!(
        "{} {}",
        german::weekday_short(weekday(stored_weekday)),
        german::time_of_day(minute(start_minute))
    )
}

/// The list of groups.
pub(super) fn list(
    frame: &Frame,
    groups: &[GroupLine],
    today: Date,
    may_plan: bool,
    with_facility: bool,
) -> Markup {
    let rows: Vec<Vec<Markup>> = groups
        .iter()
        .map(|group| {
            let mut row = vec![
                html! { a href={ "/gruppen/" (group.id) } { (group.name) } },
                phase_tag(Phase::of(&group.state, group.first_day, today)),
                html! { @if with_facility { (group.facility_name) ", " } (group.room_name) },
                html! { (rhythm(group.weekday, group.start_minute)) },
                html! { @if let Some(day) = group.next_day { (german::weekday_date(day)) } @else { "–" } },
                html! { (group.members) " von " (group.places) },
            ];
            row.push(if group.missing > 0 {
                let count = group.missing.unsigned_abs();
                tag(Tone::Warning, &german::plural(count, "Liste fehlt", "Listen fehlen"))
            } else {
                html! { "–" }
            });
            row
        })
        .collect();
    let options = PageOptions {
        wide: true,
        tools: may_plan.then(|| {
            html! {
                (link_button("Gruppe planen", "/gruppen/neu", true))
                (link_button("Bestehende Gruppe eintragen", "/gruppen/bestehend", false))
                (link_button("Einstellungen", "/gruppen/einstellungen", false))
            }
        }),
        help: Some("gruppen"),
        ..PageOptions::default()
    };
    let head = [
        "Gruppe",
        "Stand",
        "Ort",
        "Zeit",
        "Nächste Sitzung",
        "Plätze belegt",
        "Anwesenheit",
    ]
    .map(Column::text);
    page_with(
        frame,
        "Gruppen",
        options,
        html! {
            @if rows.is_empty() {
                @if may_plan {
                    (empty_state("Noch keine Gruppe", "Eine Gruppe entsteht aus einer Vorlage: Sie wählen Raum, Wochentag und Fachkräfte und sehen alle Termine, bevor etwas gespeichert wird.", Some(("Gruppe planen", "/gruppen/neu"))))
                } @else {
                    (empty_state("Keine Gruppe", "Hier stehen Gruppen, sobald sie veröffentlicht sind und Ihre Zugangsfreigabe dafür gilt.", None))
                }
            } @else {
                (table("Gruppen", &head, rows))
                @if i64::try_from(groups.len()).is_ok_and(|count| count >= LIST_LIMIT) {
                    p.muted { "Gezeigt werden die ersten " (LIST_LIMIT) " Gruppen." }
                }
            }
        },
    )
}
