//! Pages of planned talks.

use maud::{Markup, html};
use time::Date;

use super::cases::{lead, trail};
use super::counselling::{NO_CONTENT, minutes_field, radios};
use crate::base::german;
use crate::base::time::MinuteOfDay;
use crate::casework::codes::{AskedBy, SessionForm, TalkResult};
use crate::casework::rules::plan::words;
use crate::casework::store::cases::CaseLine;
use crate::casework::store::extras::CasePlan;
use crate::casework::store::plans::{PLANS, PlanLine};
use crate::conflicts::{self, Against};
use crate::groups::rules::time_range;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, FieldKind, Tone, Width, actions, actions_with, empty_state, error_summary,
    hidden, link_button, notice, post_form, radio_group, stacked_table, submit_secondary, tag,
    text_field,
};

/// How long ago a day was.
fn ago(day: Date, today: Date) -> String {
    match (today - day).whole_days() {
        ..=0 => "heute".to_owned(),
        1 => "gestern".to_owned(),
        days => format!("vor {days} Tagen"),
    }
}

/// The planned talks that are over and not recorded.
pub(in crate::casework) fn to_record(frame: &Frame, found: &[PlanLine], today: Date) -> Markup {
    let options = PageOptions {
        crumbs: vec![("Aufgaben".to_owned(), "/aufgaben".to_owned())],
        help: Some("gespraech"),
        tools: found.first().map(|first| {
            link_button(
                "Mehrere auf einmal erfassen",
                &format!("/gespraeche/tag?tag={}", german::date(first.day)),
                true,
            )
        }),
        ..PageOptions::default()
    };
    let rows = found
        .iter()
        .take(PLANS)
        .map(|plan| {
            vec![
                html! { (words(plan.day, plan.start_minute)) span.detail { (ago(plan.day, today)) } },
                html! { (plan.title()) },
                html! { (plan.programme_name) },
                html! { (SessionForm::from_code(&plan.place).map_or("–", SessionForm::label)) },
                html! {
                    @if plan.recordable() { a href=(plan.recording()) { "Erfassen" span.hide { " " (plan.title()) } } }
                    @else { a href={ "/termine/" (plan.id) "/absagen" } { "Absagen" span.hide { " " (plan.title()) } } span.detail { "Fall vorher beendet" } }
                },
            ]
        })
        .collect();
    page_with(
        frame,
        "Zu erfassende Gespräche",
        options,
        html! {
            @if found.is_empty() {
                (empty_state(
                    "Alles erfasst",
                    "Hier stehen vereinbarte Gespräche, deren Zeit vorbei ist und für die noch kein Ergebnis eingetragen ist.",
                    Some(("Gespräche eines Tages erfassen", "/gespraeche/tag")),
                ))
            } @else {
                p {
                    @if found.len() > PLANS { "Die ältesten " (PLANS) " von mehr Gesprächen" }
                    @else { (german::plural(found.len() as u64, "Gespräch", "Gespräche")) }
                    " ohne Ergebnis, das älteste zuerst."
                }
                (stacked_table("Zu erfassende Gespräche", &["Termin", "Person", "Maßnahme", "Ort", "Aktion"].map(Column::text), rows))
            }
        },
    )
}

fn time_fields(form: &Form) -> Markup {
    html! {
        (text_field(form, &Field::date("day", "Tag").required()))
        (text_field(form, &Field::time("start", "Uhrzeit").required()))
        (text_field(form, &minutes_field()))
        (radio_group(form, "form", "Ort", &radios(&SessionForm::choices())))
    }
}

/// The buttons of a form with a time. Saving stands first, so that the enter key saves; asking what stands against the
/// time, and the free times, come after it.
fn time_actions(label: &str, back: &str, check: bool, against: Option<&Against>) -> Markup {
    let buttons = html! {
        @if check { (submit_secondary("aktion", "pruefen", "Warum nicht? Zeit prüfen")) }
    };
    html! {
        (actions_with(label, buttons, &[("Abbrechen", back)]))
        @if let Some(against) = against { (free_times(against)) }
    }
}

/// What stands against a time.
fn standing(form: &Form, against: &Against) -> Markup {
    if against.conflicts.is_empty() && form.has_errors() {
        return html! {};
    }
    if against.conflicts.is_empty() {
        return notice(
            Tone::Success,
            None,
            html! { "Zu dieser Zeit spricht nichts gegen den Termin." },
        );
    }
    html! { section #zeiten { (conflicts::panel(form, &against.conflicts)) } }
}

/// The nearest times at which nothing does: each puts itself into the form.
fn free_times(against: &Against) -> Markup {
    if against.conflicts.is_empty() {
        return html! {};
    }
    html! {
        @if against.others.is_empty() {
            p { "Zwei Wochen davor und danach ist keine Zeit frei, gegen die nichts spricht." }
        } @else {
            h2 #freie-zeiten { "Nächste freie Zeiten" }
            p { "Ein Druck trägt die Zeit ein; gespeichert wird erst danach." }
            div.actions role="group" aria-labelledby="freie-zeiten" {
                @for (day, span) in &against.others {
                    (submit_secondary("vorschlag", &format!("{} {}", german::date(*day), clock(span.from)),
                        &format!("{}, {}", german::weekday_date(*day), time_range(span.from, span.to - span.from))))
                }
            }
        }
    }
}

fn clock(minute: i64) -> String {
    u16::try_from(minute)
        .ok()
        .and_then(MinuteOfDay::new)
        .map_or_else(String::new, german::time)
}

/// The form that plans a talk; for a time that is over it asks what became of it.
pub(in crate::casework) fn plan(
    frame: &Frame,
    form: &Form,
    line: &CaseLine,
    token: &str,
    against: Option<&Against>,
) -> Markup {
    let place = format!("/faelle/{}", line.id);
    let asks = form.error_of("outcome").is_some() || !form.value("outcome").is_empty();
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: trail(line),
        help: Some("gespraech"),
        lead: Some(lead(line)),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Termin vereinbaren",
        options,
        html! {
            (error_summary(form))
            (post_form(frame, &format!("{place}/termin"), Some(token), html! {
                (time_fields(form))
                @if asks {
                    p.hint { (NO_CONTENT) }
                    (radio_group(form, "outcome", "Ergebnis", &radios(&TalkResult::choices())))
                }
                @if let Some(against) = against { (standing(form, against)) }
                (time_actions(if asks { "Speichern" } else { "Termin vereinbaren" }, &place, !asks, against))
            }))
        },
    )
}

fn options_of<'a>(form: &Form, plan: &PlanLine) -> PageOptions<'a> {
    PageOptions {
        errored: form.has_errors(),
        crumbs: vec![
            ("Fälle".to_owned(), "/faelle".to_owned()),
            (plan.title(), format!("/faelle/{}", plan.case_id)),
        ],
        help: Some("gespraech"),
        lead: Some(html! {
            "Vereinbart: " strong { (plan.words()) } " · "
            (SessionForm::from_code(&plan.place).map_or("–", SessionForm::label)) " · " (plan.programme_name)
        }),
        ..PageOptions::default()
    }
}

fn asked_fields(form: &Form) -> Markup {
    html! {
        (radio_group(form, "asked_by", "Wer bat darum?", &radios(&AskedBy::choices())))
        (text_field(form, &Field::new("reason", "Grund", FieldKind::Text, Width::Full).max_length(200)
            .hint("Zum Beispiel: Gerichtstermin. Keine Angaben zum Inhalt der Beratung.")))
    }
}

/// The form that moves a planned talk.
pub(in crate::casework) fn shift(
    frame: &Frame,
    form: &Form,
    plan: &PlanLine,
    against: Option<&Against>,
) -> Markup {
    page_with(
        frame,
        "Termin verschieben",
        options_of(form, plan),
        html! {
            (error_summary(form))
            p { "Der bisherige Termin bleibt als verschoben stehen." }
            (post_form(frame, &format!("/termine/{}/verschieben", plan.id), None, html! {
                (hidden("version", form.value("version")))
                (time_fields(form))
                (asked_fields(form))
                @if let Some(against) = against { (standing(form, against)) }
                (time_actions("Termin verschieben", &format!("/faelle/{}", plan.case_id), true, against))
            }))
        },
    )
}

/// The form that cancels a planned talk.
pub(in crate::casework) fn cancel(frame: &Frame, form: &Form, plan: &PlanLine) -> Markup {
    page_with(
        frame,
        "Termin absagen",
        options_of(form, plan),
        html! {
            (error_summary(form))
            (post_form(frame, &format!("/termine/{}/absagen", plan.id), None, html! {
                (hidden("version", form.value("version")))
                (asked_fields(form))
                (actions("Termin absagen", &[("Doch nicht", &format!("/faelle/{}", plan.case_id))]))
            }))
        },
    )
}

/// The state of a plan as a tag.
pub(super) fn plan_tag(state: &str) -> Markup {
    match state {
        "planned" => tag(Tone::Info, "vereinbart"),
        "moved" => tag(Tone::Neutral, "verschoben"),
        _ => tag(Tone::Neutral, "abgesagt"),
    }
}

/// Who asked for a change and why: "die beratene Person: Gerichtstermin".
pub(super) fn asked_words(asked_by: Option<&str>, reason: Option<&str>) -> Option<String> {
    let by = asked_by.and_then(AskedBy::from_code)?;
    Some(match reason {
        Some(reason) => format!("auf Bitte: {}; {reason}", by.label()),
        None => format!("auf Bitte: {}", by.label()),
    })
}

/// The ways on from a planned talk that is the actor's own.
pub(super) fn plan_links(
    id: impl std::fmt::Display,
    recording: &str,
    (day, today): (Date, Date),
    over: Option<Date>,
) -> Markup {
    let late = over.is_some_and(|over| day > over);
    html! {
        @if day <= today && !late { a href=(recording) { "Erfassen" span.hide { " " (german::date(day)) } } " " }
        @if over.is_none() { a href={ "/termine/" (id) "/verschieben" } { "Verschieben" span.hide { " " (german::date(day)) } } }
        @if day >= today || late { " " a href={ "/termine/" (id) "/absagen" } { "Absagen" span.hide { " " (german::date(day)) } } }
    }
}

/// The planned talks of a case; `own` says whether those of a provider's staff are the actor's own to change, or those of
/// the probation service. Nothing: none are.
pub(super) fn plans_table(
    line: &CaseLine,
    plans: &[CasePlan],
    own: Option<bool>,
    today: Date,
) -> Markup {
    let rows = plans
        .iter()
        .map(|plan| {
            let mut cells = vec![
                html! { (words(plan.day, plan.start_minute)) },
                html! { (german::duration_minutes(u32::try_from(plan.minutes).unwrap_or_default())) },
                html! { (SessionForm::from_code(&plan.place).map_or("–", SessionForm::label)) },
                html! {
                    (plan_tag(&plan.state))
                    @if let Some(asked) = asked_words(plan.asked_by.as_deref(), plan.reason.as_deref()) { span.detail { (asked) } }
                },
            ];
            if let Some(own) = own {
                let recording = match (line.person_id, line.enrolment_id) {
                    (Some(person), Some(_)) => format!("/personen/{person}/gespraech?termin={}", plan.id),
                    _ => format!("/faelle/{}/gespraech?termin={}", line.id, plan.id),
                };
                cells.push(if plan.state == "planned" && plan.of_provider == own {
                    plan_links(plan.id, &recording, (plan.day, today), line.over_on())
                } else {
                    html! { "–" }
                });
            }
            cells
        })
        .collect();
    let mut head = ["Termin", "Dauer", "Ort", "Stand"]
        .map(Column::text)
        .to_vec();
    if own.is_some() {
        head.push(Column::text("Aktion"));
    }
    stacked_table("Termine", &head, rows)
}

/// That a client missed several talks in a row.
pub(in crate::casework) fn missed_notice(missed: i64) -> Markup {
    notice(
        Tone::Warning,
        Some("Mehrmals nicht erschienen"),
        html! { "Die letzten " (missed) " Gespräche hat die beratene Person versäumt." },
    )
}
