//! Planning a group: the form and the preview of all dates.

use maud::{Markup, html};
use time::Date;

use crate::base::german;
use crate::conflicts::{self, rules::Kind};
use crate::groups::rules::minute;
use crate::groups::service::planning::{Choices, Draft, MORE_SLOTS, TRAINER_FIELDS, WEEKDAYS};
use crate::planning::why::Other;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, Tone, Width, error_summary, fieldset, hidden, notice, post_form, select_field,
    submit_secondary, table, tag, text_field,
};

/// The form, with the preview below once there is one.
pub fn form(
    frame: &Frame,
    form: &Form,
    choices: &Choices,
    draft: Option<&Draft>,
    token: &str,
) -> Markup {
    form_with(frame, form, choices, draft, token, None)
}

/// The same with the answer to "Warum nicht?" below.
pub fn form_with(
    frame: &Frame,
    form: &Form,
    choices: &Choices,
    draft: Option<&Draft>,
    token: &str,
    why: Option<Markup>,
) -> Markup {
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: super::crumbs(None),
        help: Some("gruppen"),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Gruppe planen",
        options,
        html! {
            (error_summary(form))
            (post_form(frame, "/gruppen/neu", Some(token), html! {
                (fields(form, choices))
                @if let Some(draft) = draft { (preview(form, draft)) }
                div.actions {
                    button type="submit" name="aktion" value="vorschau" { "Vorschau" }
                    (submit_secondary("aktion", "entwurf", "Als Entwurf speichern"))
                    (submit_secondary("aktion", "warum", "Warum nicht?"))
                    a href="/gruppen/terminvorschlag" { "Termin vorschlagen lassen" }
                    a href="/gruppen" { "Abbrechen" }
                }
            }))
            @if let Some(why) = why { (why) }
        },
    )
}

/// Puts another time into the form and shows its preview.
pub fn take_other(frame: &Frame, form: &Form, other: &Other) -> Markup {
    let weekday = other.day.weekday().number_from_monday().to_string();
    let start = german::time(minute(i64::from(other.start)));
    post_form(
        frame,
        "/gruppen/neu",
        Some(form.value("einmal")),
        html! {
            @for field in ["template", "name"] { (hidden(field, form.value(field))) }
            (hidden("room", &other.room.0.to_string()))
            (hidden("weekday", &weekday))
            (hidden("start", &start))
            (hidden("first_day", &german::date(other.day)))
            @for ((field, _), (id, _)) in TRAINER_FIELDS.into_iter().zip(&other.trainers) {
                (hidden(field, &id.to_string()))
            }
            (submit_secondary("aktion", "vorschau", "Übernehmen"))
        },
    )
}

/// The fields of a group: what, where and when, who.
pub(super) fn fields(form: &Form, choices: &Choices) -> Markup {
    let templates: Vec<(String, String)> = choices
        .templates
        .iter()
        .map(|template| {
            (
                template.id.to_string(),
                format!(
                    "{} ({} Sitzungen, {} Plätze)",
                    template.name, template.sessions, template.places
                ),
            )
        })
        .collect();
    let rooms: Vec<(String, String)> = choices
        .rooms
        .iter()
        .map(|room| {
            (
                room.id.to_string(),
                format!("{} ({} Plätze)", room.name, room.places),
            )
        })
        .collect();
    let mut staff: Vec<(String, String)> = Vec::new();
    for one in &choices.staff {
        let id = one.id.to_string();
        let grant = one.grant_until.map_or_else(
            || "ohne Freigabe".to_owned(),
            |day| format!("Freigabe bis {}", german::date(day)),
        );
        // With more than one programme for groups a person stands here once, with the first programme's grant.
        if staff.last().is_none_or(|(last, _)| *last != id) {
            staff.push((id, format!("{} ({}), {grant}", one.name, one.provider_name)));
        }
    }
    let weekdays = WEEKDAYS.map(|(code, day)| (code, german::weekday_name(day)));
    html! {
        (fieldset("Was", None, html! {
            (select_field(form, &Field::text("template", "Vorlage").required(), &pairs(&templates), Some("Bitte wählen")))
            (text_field(form, &Field::text("name", "Name der Gruppe").required().hint("Einmalig in der Einrichtung")))
        }))
        (fieldset("Wo und wann", Some("Feiertage in Sachsen und Schließtage der Einrichtung werden übersprungen; die Reihe wird dann länger."), html! {
            (select_field(form, &Field::text("room", "Raum").required(), &pairs(&rooms), Some("Bitte wählen")))
            (select_field(form, &Field::new("weekday", "Wochentag", crate::web::parts::FieldKind::Text, Width::Short).required(), &weekdays, Some("Bitte wählen")))
            (text_field(form, &Field::time("start", "Beginn").required()))
            (text_field(form, &Field::date("first_day", "Erster Tag").required()))
            details open[more_used(form)] {
                summary { "Mehrmals in der Woche" }
                @for (day, day_label, time, time_label) in MORE_SLOTS {
                    (select_field(form, &Field::new(day, day_label, crate::web::parts::FieldKind::Text, Width::Short), &weekdays, Some("keiner")))
                    (text_field(form, &Field::time(time, time_label)))
                }
            }
        }))
        (fieldset("Wer", None, html! {
            @for (field, label) in TRAINER_FIELDS {
                (select_field(form, &Field::text(field, label).required().width(Width::Full), &pairs(&staff), Some("Bitte wählen")))
            }
        }))
    }
}

/// Whether further weekly times were typed.
fn more_used(form: &Form) -> bool {
    MORE_SLOTS
        .iter()
        .any(|(day, _, time, _)| !form.value(day).is_empty() || !form.value(time).is_empty())
}

pub(super) fn pairs(list: &[(String, String)]) -> Vec<(&str, &str)> {
    list.iter()
        .map(|(value, label)| (value.as_str(), label.as_str()))
        .collect()
}

enum Line<'a> {
    Session(usize),
    Skipped(&'a str),
}

/// The kinds of conflicts on a day.
fn against(draft: &Draft, day: Date) -> Vec<Kind> {
    let found = draft.conflicts.iter().filter(|one| one.day == day);
    let mut kinds: Vec<Kind> = found.map(|one| one.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

fn preview(form: &Form, draft: &Draft) -> Markup {
    let series = &draft.series;
    let mut lines: Vec<(Date, Line<'_>)> = series
        .planned
        .iter()
        .enumerate()
        .map(|(index, session)| (session.date, Line::Session(index)))
        .collect();
    lines.extend(
        series
            .skipped
            .iter()
            .map(|day| (day.date, Line::Skipped(day.reason.as_str()))),
    );
    lines.sort_by_key(|(day, _)| *day);
    let rows = lines
        .into_iter()
        .map(|(day, line)| match line {
            Line::Skipped(reason) => vec![
                html! { "–" },
                html! { (german::weekday_date(day)) },
                html! { span.muted { "keine Sitzung" } },
                tag(Tone::Info, reason),
            ],
            Line::Session(index) => {
                let planned = series.planned.get(index);
                vec![
                    html! { @if let Some(planned) = planned { (planned.ordinal) } },
                    html! { (german::weekday_date(day)) @if let Some(planned) = planned { ", " (german::time_range(planned.start, planned.end)) } },
                    html! { @if let Some(session) = draft.sessions.get(index) { (session.module) } },
                    html! {
                        @if let Some(planned) = planned {
                            @for kind in against(draft, planned.date) {
                                (tag(Tone::Warning, kind.label())) " "
                            }
                        }
                    },
                ]
            }
        })
        .collect();
    html! {
        h2 #vorschau { "Vorschau: noch nichts gespeichert" }
        @for warning in &series.warnings { (notice(Tone::Info, None, html! { (warning) })) }
        (conflicts::panel(form, &draft.conflicts))
        @if !draft.grants.is_empty() {
            (notice(Tone::Warning, Some("Nicht alle Termine sind abgedeckt"), html! {
                ul { @for problem in &draft.grants { li { (problem) } } }
                p { "Als Entwurf können Sie so speichern. Wo Freigabe oder Überprüfung fehlt, wird die Gruppe erst veröffentlicht, wenn eine Vertretung eingesetzt oder die Freigabe verlängert ist; eine Abwesenheit bleibt als Hinweis unter Vertretung stehen." }
            }))
        }
        p {
            (german::plural(series.planned.len() as u64, "Sitzung", "Sitzungen"))
            @if !series.skipped.is_empty() { ", " (german::plural(series.skipped.len() as u64, "Tag", "Tage")) " übersprungen" }
            "."
        }
        (table("Alle Termine", &["Nr.", "Termin", "Baustein", "Hinweis"].map(Column::text), rows))
    }
}
