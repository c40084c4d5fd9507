//! The page of one person.

use maud::{Markup, html};
use time::Date;

use super::{day, identity};
use crate::base::german;
use crate::base::ids::ApplicationId;
use crate::base::time::berlin_local;
use crate::casework::CONFIDENTIAL_PROVIDER;
use crate::history::HistoryLine;
use crate::people::PersonHead;
use crate::people::rules::{absence_label, end_reason_label, setting_label, sex_from_code};
use crate::people::store::profile::{Part, PartLine, StayLine};
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, TimelineItem, Tone, empty_state, link_button, notice, summary_list, table, tag,
    timeline,
};

/// What the page shows.
pub(in crate::people) struct Shown<'a> {
    pub head: &'a PersonHead,
    pub stays: &'a [StayLine],
    /// Places on waiting lists.
    pub applications: &'a [StayLine],
    pub parts: &'a [Part],
    pub history: &'a [HistoryLine],
    pub today: Date,
    /// Whether stays and time line are shown at all.
    pub course: bool,
    /// Whether another facility is in charge by now.
    pub handed_over: bool,
    pub may_change: bool,
    pub may_enrol: bool,
    pub may_log: bool,
    pub may_calendar: bool,
    /// Whether the actor hands out statements of attendance.
    pub may_state: bool,
    pub custody: bool,
    pub may_apply: bool,
    /// Whether the actor plans groups here.
    pub may_plan: bool,
}

pub(in crate::people) fn page(frame: &Frame, shown: &Shown<'_>) -> Markup {
    let head = shown.head;
    let path = format!("/personen/{}", head.id);
    let tools = html! {
        @if shown.may_enrol { (link_button("Teilnahme beginnen", &format!("{path}/teilnahme/neu"), true)) " " }
        @if shown.may_log { (link_button("Gespräch erfassen", &format!("{path}/gespraech"), !shown.may_enrol)) " " }
        (link_button("Teilnahmen und Gespräche", &format!("{path}/gespraeche"), false)) " "
        @if shown.may_calendar { (link_button("Kalender", &format!("/kalender?person={}", shown.head.id), false)) " " }
        @if shown.may_change {
            (link_button(if shown.custody { "Unterbringung" } else { "Zuständigkeit" }, &format!("{path}/unterbringung"), false)) " "
            (link_button("Abwesenheit", &format!("{path}/abwesenheit"), false)) " "
            @if shown.may_plan { (link_button("Termine und Planung", &format!("{path}/planung"), false)) " " }
            (link_button("Bearbeiten", &format!("{path}/bearbeiten"), false))
        }
    };
    let options = PageOptions {
        crumbs: vec![("Personen".into(), "/personen".into())],
        lead: Some(html! { (identity(head)) }),
        tools: Some(tools),
        help: Some("personen"),
        ..PageOptions::default()
    };
    let absent = shown.stays.iter().find(|stay| {
        stay.kind == "absence"
            && stay.from_day <= shown.today
            && stay.to_day.is_none_or(|to| to > shown.today)
    });
    page_with(
        frame,
        &head.name(),
        options,
        html! {
            @if shown.handed_over {
                (notice(Tone::Warning, None, html! {
                    "In Übergabe: Die Person ist inzwischen in anderer Zuständigkeit. Sie bleibt hier vier Wochen nach dem Wechsel sichtbar; Änderungen an den Angaben macht die neue Stelle."
                }))
            }
            (summary_list(&[
                ("Nummer", html! { (head.number.as_deref().unwrap_or("–")) }),
                ("Geburtsdatum", html! { (day(head.birth_date)) }),
                ("Geschlecht", html! { (sex_from_code(&head.sex).label()) }),
                ("Einrichtung", html! { (head.facility_name.as_deref().unwrap_or("zurzeit keine")) }),
                ("Art", html! { (head.setting.as_deref().map_or("–", setting_label)) }),
                ("Voraussichtliche Entlassung", html! { (day(head.expected_release)) }),
                ("Anwesenheit", html! {
                    @if let Some(absence) = absent {
                        (tag(Tone::Info, "abwesend")) " seit " (german::date(absence.from_day)) ", " (absence_label(&absence.detail))
                    } @else { "–" }
                }),
            ]))
            h2 { "Teilnahme an Maßnahmen" }
            (participation(shown.parts, shown.may_state))
            ul.ways {
                @if shown.parts.iter().any(|part| matches!(part, Part::Open(line) if line.group_id.is_some())) {
                    li { a href={ (path) "/modulpass" } { "Modulpass" } }
                }
                li { a href={ (path) "/gespraeche" } { "Teilnahmen und Gespräche im Einzelnen" } }
                @if shown.may_enrol { li { a href={ "/anfragen/neu?person=" (head.id) } { "Anfrage stellen" } } }
                li { a href={ (path) "/einwilligungen" } { "Einwilligungen" } }
                @if shown.course { li { a href={ (path) "/einblick" } { "Wer diese Person sieht" } } }
                @if shown.custody { li { a href={ (path) "/uebergabe" } { "Übergabe anbieten" } } }
                @if shown.custody && !shown.handed_over { li { a href={ (path) "/zusammenfuehren" } { "Doppelt erfasst? Zusammenführen" } } }
            }
            @if shown.custody { (waiting(shown)) }
            @if shown.course {
                h2 { "Unterbringung und Zuständigkeit" }
                (stays(shown.stays))
                @if shown.stays.iter().any(|stay| stay.kind == "absence") {
                    h2 { "Abwesenheiten" }
                    (absences(shown.stays))
                }
                h2 { "Verlauf" }
                (timeline(&events(shown.stays, shown.history)))
            }
        },
    )
}

/// The places on waiting lists, as the room of the waiting list shows them.
fn waiting(shown: &Shown<'_>) -> Markup {
    let lines: Vec<crate::waiting::Shown<'_>> = shown
        .applications
        .iter()
        .map(|line| crate::waiting::Shown {
            id: ApplicationId(line.id),
            programme: &line.place,
            state: &line.detail,
            applied_on: line.from_day,
            closed_on: line.to_day,
            close_reason: line.end_reason.as_deref(),
        })
        .collect();
    crate::waiting::section(shown.head.id, &lines, shown.may_apply)
}

fn participation(parts: &[Part], may_state: bool) -> Markup {
    if parts.is_empty() {
        return empty_state(
            "Keine Teilnahme",
            "Für diese Person ist keine Teilnahme eingetragen, die Sie sehen dürfen.",
            None,
        );
    }
    let mut last = None;
    let rows = parts
        .iter()
        .map(|part| match part {
            Part::Appointment => {
                let dash = || html! { "–" };
                vec![
                    html! { "Beratungstermin" },
                    dash(),
                    dash(),
                    dash(),
                    dash(),
                    dash(),
                ]
            }
            Part::Open(line) => {
                let again = last == Some(line.id);
                last = Some(line.id);
                part_row(line, again, may_state)
            }
        })
        .collect();
    table(
        "Teilnahmen",
        &[
            "Maßnahme",
            "Träger",
            "Stand",
            "Zeitraum",
            "Gruppe und Sitzungen",
            "Gespräche",
        ]
        .map(Column::text),
        rows,
    )
}

fn part_row(line: &PartLine, again: bool, may_state: bool) -> Vec<Markup> {
    let status = match (&line.outcome, line.ended_on, line.started_on) {
        (Some(code), _, _) => tag(Tone::Neutral, outcome_label(code)),
        (None, Some(_), _) => tag(Tone::Neutral, "beendet"),
        (None, None, Some(_)) => tag(Tone::Success, "läuft"),
        (None, None, None) => tag(Tone::Info, "aufgenommen"),
    };
    vec![
        html! {
            (line.programme_name) @if again { " (weitere Gruppe)" }
            @if may_state && !again && line.provider_code != CONFIDENTIAL_PROVIDER {
                span.detail { a href={ "/teilnahmen/" (line.id) "/nachweis" } { "Teilnahmenachweis (PDF)" span.hide { ": " (line.programme_name) } } }
            }
        },
        html! { (line.provider_name) },
        status,
        html! {
            "aufgenommen " (german::date(line.enrolled_on))
            @if let Some(started) = line.started_on { br; "begonnen " (german::date(started)) }
            @if let Some(ended) = line.ended_on { br; "beendet " (german::date(ended)) }
        },
        html! {
            @match (&line.group_id, &line.group_name) {
                (Some(_), Some(name)) => { (name) br; (line.attended) " von " (line.held) " Sitzungen anwesend" }
                _ => "–",
            }
        },
        html! { @if line.talks > 0 { (line.talks) } @else { "–" } },
    ]
}

/// How a participation ended, in words.
fn outcome_label(code: &str) -> &'static str {
    match code {
        "completed" => "abgeschlossen",
        "dropped_out" => "abgebrochen",
        _ => "beendet",
    }
}

fn stays(all: &[StayLine]) -> Markup {
    let rows: Vec<Vec<Markup>> = all
        .iter()
        .filter(|stay| stay.kind != "absence")
        .map(|stay| {
            vec![
                html! { (stay.place) },
                html! { (setting_label(&stay.detail)) },
                html! { (german::date(stay.from_day)) },
                html! { (day(stay.to_day)) },
                html! { @if let Some(code) = &stay.end_reason { (end_reason_label(code)) } @else { "–" } },
            ]
        })
        .collect();
    if rows.is_empty() {
        return empty_state(
            "Keine Unterbringung",
            "Für diese Person ist keine Unterbringung eingetragen.",
            None,
        );
    }
    table(
        "Unterbringungen",
        &["Einrichtung", "Art", "Seit", "Bis", "Ende durch"].map(Column::text),
        rows,
    )
}

fn absences(all: &[StayLine]) -> Markup {
    let rows = all
        .iter()
        .filter(|stay| stay.kind == "absence")
        .map(|stay| {
            vec![
                html! { (german::date(stay.from_day)) },
                html! { (day(stay.to_day)) },
                html! { (absence_label(&stay.detail)) },
                html! { (stay.place) },
            ]
        })
        .collect();
    table(
        "Abwesenheiten",
        &["Ab", "Zurück am", "Grund", "Aus"].map(Column::text),
        rows,
    )
}

/// Recorded changes, and the stays that no change tells of (because they came with a list or a hand-over).
fn events(stays: &[StayLine], history: &[HistoryLine]) -> Vec<TimelineItem> {
    let told = |date: Date| {
        let date = german::date(date);
        history.iter().any(|line| {
            line.new_value
                .as_deref()
                .is_some_and(|new| new.contains(&date))
        })
    };
    let mut items: Vec<(Date, bool, TimelineItem)> = history
        .iter()
        .map(|line| (berlin_local(line.at).date, true, TimelineItem::from(line)))
        .collect();
    for stay in stays.iter().filter(|stay| stay.kind != "absence") {
        let mut add = |date: Date, title: String| {
            if !told(date) {
                items.push((
                    date,
                    false,
                    TimelineItem {
                        title,
                        when: german::date(date),
                        by: String::new(),
                        detail: None,
                    },
                ));
            }
        };
        add(
            stay.from_day,
            format!(
                "{}: seit diesem Tag ({})",
                stay.place,
                setting_label(&stay.detail)
            ),
        );
        if let Some(to) = stay.to_day {
            let why = stay
                .end_reason
                .as_deref()
                .map_or("beendet", end_reason_label);
            add(to, format!("{}: bis zu diesem Tag ({why})", stay.place));
        }
    }
    // A stable sort: changes of one day keep their order.
    items.sort_by(|left, right| right.0.cmp(&left.0).then(right.1.cmp(&left.1)));
    items.into_iter().map(|(_, _, item)| item).collect()
}
