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
use crate::store::{Cursor, Page};
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Pager, Tone, empty_state, link_button, pager, pager_below, table, tag,
};

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

/// What the list of groups shows.
pub(super) struct List<'a> {
    pub groups: &'a Page<GroupLine>,
    /// Those that are over, in pages.
    pub closed: bool,
    pub today: Date,
    pub may_plan: bool,
    pub with_facility: bool,
}

/// A line of the list; what is over has no next session and no place to fill.
fn line(group: &GroupLine, view: &List<'_>) -> Vec<Markup> {
    let mut row = vec![
        html! { a href={ "/gruppen/" (group.id) } { (group.name) } },
        phase_tag(Phase::of(&group.state, group.first_day, view.today)),
        html! { @if view.with_facility { (group.facility_name) ", " } (group.room_name) },
        html! { (rhythm(group.weekday, group.start_minute)) },
    ];
    if view.closed {
        row.push(html! { (german::date(group.first_day)) });
        row.push(html! { (group.members) });
        return row;
    }
    row.extend([
        html! { @if let Some(day) = group.next_day { (german::weekday_date(day)) } @else { "–" } },
        html! { (group.members) " von " (group.places) },
        if group.missing > 0 {
            let count = group.missing.unsigned_abs();
            tag(
                Tone::Warning,
                &german::plural(count, "Liste fehlt", "Listen fehlen"),
            )
        } else {
            html! { "–" }
        },
    ]);
    row
}

/// The list of groups.
pub(super) fn list(frame: &Frame, view: &List<'_>) -> Markup {
    let groups = &view.groups.rows;
    let rows: Vec<Vec<Markup>> = groups.iter().map(|group| line(group, view)).collect();
    let options = PageOptions {
        wide: true,
        tools: (view.may_plan && !view.closed).then(|| {
            html! {
                (link_button("Gruppe planen", "/gruppen/neu", true))
                (link_button("Terminvorschlag", "/gruppen/terminvorschlag", false))
                (link_button("Bestehende Gruppe eintragen", "/gruppen/bestehend", false))
                (link_button("Einstellungen", "/gruppen/einstellungen", false))
            }
        }),
        crumbs: if view.closed {
            crumbs(None)
        } else {
            Vec::new()
        },
        help: Some("gruppen"),
        ..PageOptions::default()
    };
    if view.closed {
        return page_with(frame, "Abgeschlossene Gruppen", options, closed(view, rows));
    }
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
                @if view.may_plan {
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
            p { a href="/gruppen?stand=abgeschlossen" { "Abgeschlossene Gruppen" } }
        },
    )
}

fn closed(view: &List<'_>, rows: Vec<Vec<Markup>>) -> Markup {
    let address = |cursor: &Cursor| {
        let query = [
            ("stand", "abgeschlossen".to_owned()),
            ("ab", cursor.to_string()),
        ];
        format!(
            "/gruppen?{}",
            serde_urlencoded::to_string(query).unwrap_or_default()
        )
    };
    let page = view.groups;
    let way = Pager {
        previous: page.previous.as_ref().map(address),
        next: page.next.as_ref().map(address),
        text: german::plural(page.rows.len() as u64, "Gruppe", "Gruppen")
            + if page.previous.is_some() || page.next.is_some() {
                " auf dieser Seite"
            } else {
                ""
            },
    };
    let head = [
        "Gruppe",
        "Stand",
        "Ort",
        "Zeit",
        "Begann am",
        "Bis zum Ende dabei",
    ]
    .map(Column::text);
    html! {
        @if rows.is_empty() {
            (empty_state("Noch keine abgeschlossene Gruppe", "Hier stehen Gruppen, wenn alle ihre Sitzungen vorbei sind und ihr Abschluss bestätigt ist.", Some(("Zu den Gruppen", "/gruppen"))))
        } @else {
            (pager(&way))
            (table("Abgeschlossene Gruppen", &head, rows))
            (pager_below(&way))
        }
    }
}
