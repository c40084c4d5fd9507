//! Pages of counselling sessions.

use maud::{Markup, html};

use super::super::codes::{SessionForm, TalkResult};
use super::super::pages::talks::TalkDesk;
use super::super::rules::plan::words;
use super::super::rules::{self, SessionFacts};
use super::super::store::talks::{DateLine, SessionLine, TopicLine};
use super::super::store::{CodeEntry, EnrolmentLine};
use super::plans::{asked_words, plan_links, plan_tag};
use super::{lead, options};
use crate::access::permissions::{CaseAssign, CounsellingLog, EnrolmentChange, TalkPlan};
use crate::access::{Actor, Scope};
use crate::base::german;
use crate::people::PersonHead;
use crate::store::Page;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, FieldKind, Pager, Tone, Width, actions, checkbox_group, empty_state,
    error_summary, fieldset, hidden, link_button, notice, pager, post_form, radio_group,
    select_field, stacked_table, tag, text_field, two_versions,
};

pub(super) const NO_CONTENT: &str = "Nur die Tatsache des Gesprächs wird erfasst, kein Inhalt: Was hier steht, kann vor Gericht verlesen werden.";

pub(super) fn day_field<'a>() -> Field<'a> {
    Field::date("day", "Tag").required()
}

pub(super) fn minutes_field<'a>() -> Field<'a> {
    Field::number("minutes", "Dauer in Minuten")
        .required()
        .hint("1 bis 600; bei Absage die geplante Dauer")
}

pub(super) fn radios<'a>(
    choices: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str, Option<&'a str>)> {
    choices
        .iter()
        .map(|(value, label)| (*value, *label, None))
        .collect()
}

/// The fields about a talk, most of them filled in: six questions at most.
pub(super) fn talk_fields(form: &Form, topics: &[CodeEntry], between: Markup) -> Markup {
    let words: Vec<(&str, &str)> = topics
        .iter()
        .map(|topic| (topic.code.as_str(), topic.label.as_str()))
        .collect();
    html! {
        @if !form.value("termin").is_empty() { (hidden("termin", form.value("termin"))) }
        (text_field(form, &day_field()))
        (text_field(form, &minutes_field()))
        (radio_group(form, "form", "Ort", &radios(&SessionForm::choices())))
        (between)
        (radio_group(form, "outcome", "Ergebnis", &radios(&TalkResult::choices())))
        @if !words.is_empty() { (checkbox_group(form, "topics", "Themen (freiwillig)", &words)) }
        (fieldset("Nächster Termin (freiwillig)", Some("Dauer und Ort wie bei diesem Gespräch."), html! {
            (text_field(form, &Field::date("next_day", "Am").plain()))
            (text_field(form, &Field::time("next_start", "Um").plain()))
        }))
    }
}

/// The form for a talk.
pub(in super::super) fn log(frame: &Frame, form: &Form, desk: &TalkDesk, token: &str) -> Markup {
    let begins = desk.running.is_empty();
    let running: Vec<(String, String)> = if begins {
        desk.offers
            .iter()
            .map(|offer| {
                (
                    TalkDesk::offer_value(offer),
                    format!("{} – {}", offer.programme_name, offer.provider_name),
                )
            })
            .collect()
    } else {
        desk.running
            .iter()
            .map(|line| {
                (
                    line.id.to_string(),
                    format!("{} – {}", line.programme_name, line.provider_name),
                )
            })
            .collect()
    };
    let choices: Vec<(&str, &str)> = running
        .iter()
        .map(|(value, label)| (value.as_str(), label.as_str()))
        .collect();
    let mut field = Field::text("enrolment", "Teilnahme")
        .required()
        .width(Width::Full);
    if begins {
        field = field.hint("Es läuft noch keine Teilnahme. Mit der Wahl einer Maßnahme beginnt sie am Tag des Gesprächs, Zugangsweg Bewährungshilfe.");
    }
    let only = if begins { None } else { single(&choices) };
    let empty = (choices.len() != 1 || begins).then_some("Bitte wählen");
    let back = format!("/personen/{}/gespraeche", desk.head.id);
    let belongs = html! {
        @match only {
            // One participation runs: there is nothing to choose.
            Some((value, _)) => (hidden("enrolment", value)),
            None => (select_field(form, &field, &choices, empty)),
        }
    };
    page_with(
        frame,
        "Gespräch erfassen",
        options(form, &desk.head, "gespraech"),
        html! {
            (error_summary(form))
            @if choices.is_empty() {
                (empty_state(
                    "Keine laufende Teilnahme",
                    "Ein Gespräch gehört zu einer Teilnahme. Bitte den Sozialdienst oder die Bewährungshilfe, sie einzutragen.",
                    Some(("Zurück zur Person", &back)),
                ))
            } @else {
                @if let Some((_, label)) = only { p { (label) } }
                @if let Some(plan) = &desk.plan { p { "Vereinbart war " strong { (plan.words()) } "." } }
                p.hint { (NO_CONTENT) }
                (post_form(frame, &format!("/personen/{}/gespraech", desk.head.id), Some(token), html! {
                    (talk_fields(form, &desk.offered.topics, belongs))
                    (actions("Gespräch speichern", &[("Abbrechen", &back)]))
                }))
            }
        },
    )
}

fn single<'a>(choices: &[(&'a str, &'a str)]) -> Option<(&'a str, &'a str)> {
    match choices {
        [one] => Some(*one),
        _ => None,
    }
}

/// A talk that is corrected.
pub(in super::super) struct Correction<'a> {
    pub session: &'a SessionLine,
    pub head: &'a PersonHead,
    /// The topics to choose from.
    pub words: &'a [CodeEntry],
    /// What somebody else saved meanwhile, with its topics as words.
    pub stored: Option<(SessionFacts, String)>,
}

/// The form that corrects a talk.
pub(in super::super) fn correct(frame: &Frame, form: &Form, view: &Correction<'_>) -> Markup {
    let back = format!("/personen/{}/gespraeche", view.head.id);
    let topics: Vec<(&str, &str)> = view
        .words
        .iter()
        .map(|word| (word.code.as_str(), word.label.as_str()))
        .collect();
    let typed_topics: Vec<&str> = topics
        .iter()
        .filter(|(code, _)| form.contains("topics", code))
        .map(|(_, label)| *label)
        .collect();
    page_with(
        frame,
        "Gespräch berichtigen",
        options(form, view.head, "gespraech"),
        html! {
            (error_summary(form))
            @if let Some((stored, stored_topics)) = &view.stored {
                (notice(Tone::Warning, Some("Inzwischen wurde dieses Gespräch geändert"), html! {
                    "Ihre Eingaben stehen noch im Formular. Bitte vergleichen und noch einmal speichern."
                }))
                @let typed_form = SessionForm::from_code(form.value("form")).map_or("", SessionForm::label);
                @let typed_outcome = TalkResult::from_code(form.value("outcome")).map_or("", TalkResult::label);
                (two_versions(&[
                    ("Tag", form.value("day"), &german::date(stored.day)),
                    ("Dauer in Minuten", form.value("minutes"), &stored.minutes.to_string()),
                    ("Ort", typed_form, stored.form.label()),
                    ("Ergebnis", typed_outcome, stored.outcome.label()),
                    ("Themen", &typed_topics.join(", "), stored_topics),
                ]))
            }
            p { (view.session.programme_name) ", erfasst von " (view.session.recorded_by_name) }
            p.hint { (NO_CONTENT) }
            (post_form(frame, &format!("/gespraeche/{}/berichtigen", view.session.id), None, html! {
                (hidden("version", form.value("version")))
                (text_field(form, &day_field()))
                (text_field(form, &minutes_field()))
                (radio_group(form, "form", "Ort", &radios(&SessionForm::choices())))
                (radio_group(form, "outcome", "Ergebnis", &radios(&TalkResult::choices())))
                @if !topics.is_empty() { (checkbox_group(form, "topics", "Themen (freiwillig)", &topics)) }
                (text_field(form, &Field::new("reason", "Grund der Berichtigung", FieldKind::Text, Width::Full).required()
                    .max_length(200).hint("Zum Beispiel: Tag verwechselt. Keine Angaben zum Inhalt.")))
                (actions("Berichtigung speichern", &[("Abbrechen", &back)]))
            }))
        },
    )
}

fn enrolments_table(actor: &Actor, enrolments: &[EnrolmentLine]) -> Markup {
    let may_change = actor.may::<EnrolmentChange>();
    let may_plan = actor.may::<TalkPlan>();
    // A trainer of a group sees its people, but the case is whoever's counsels.
    let may_open = may_change || actor.may::<CaseAssign>();
    let rows = enrolments
        .iter()
        .map(|line| {
            let mut cells = vec![
                html! {
                    @match line.case_id {
                        Some(case) if may_open => a href={ "/faelle/" (case) } { (line.programme_name) },
                        _ => (line.programme_name),
                    }
                },
                html! { (line.provider_name) },
                super::cases::state_tag(line.state()),
                html! {
                    (german::date(line.enrolled_on)) " – "
                    @if let Some(end) = line.ended_on { (german::date(end)) } @else { "offen" }
                },
            ];
            if may_change {
                cells.push(html! {
                    @if line.ended_on.is_none() {
                        @if let (Some(case), true) = (line.case_id, may_plan) {
                            a href={ "/faelle/" (case) "/termin" } { "Termin vereinbaren" span.hide { " " (line.programme_name) } } br;
                        }
                        a href={ "/teilnahmen/" (line.id) "/beenden" } { "Beenden" span.hide { " " (line.programme_name) } }
                    } @else {
                        a href={ "/teilnahmen/" (line.id) "/wieder-oeffnen" } { "Wieder öffnen" span.hide { " " (line.programme_name) } }
                    }
                });
            }
            cells
        })
        .collect();
    let mut head = vec![
        Column::text("Maßnahme"),
        Column::text("Träger"),
        Column::text("Stand"),
        Column::text("Zeitraum"),
    ];
    if may_change {
        head.push(Column::text("Aktion"));
    }
    stacked_table("Teilnahmen", &head, rows)
}

/// What became of a talk, or where a planned one stands.
fn state(date: &DateLine) -> Markup {
    if date.plan {
        return html! {
            (plan_tag(&date.outcome))
            @if let Some(asked) = asked_words(date.asked_by.as_deref(), date.reason.as_deref()) { span.detail { (asked) } }
        };
    }
    match TalkResult::of(&date.outcome, date.late) {
        Some(result) if result.held() => tag(Tone::Success, result.label()),
        Some(other) => tag(Tone::Neutral, other.label()),
        None => html! { "–" },
    }
}

fn dates_table(actor: &Actor, scope: &Scope, view: &Dates<'_>, today: time::Date) -> Markup {
    let may_log = actor.may::<CounsellingLog>();
    let rows = view
        .page
        .rows
        .iter()
        .map(|date| {
            let day = html! {
                @match date.start_minute {
                    Some(start) => (words(date.day, start)),
                    None => (german::weekday_date(date.day)),
                }
            };
            if date.masked(scope) {
                // Said once and completely: nothing of programme, place or result (confidentiality).
                let hidden = || html! { span.muted { "–" } };
                return vec![day, html! { "Beratungstermin" }, hidden(), hidden(), hidden(), hidden()];
            }
            let topics: Vec<&str> = view
                .topics
                .iter()
                .filter(|topic| !date.plan && topic.session_id.0 == date.id)
                .map(|topic| topic.label.as_str())
                .collect();
            let mut cells = vec![
                day,
                html! {
                    (date.programme_name)
                    @if !topics.is_empty() { span.detail { (topics.join(", ")) } }
                },
                html! { (german::duration_minutes(u32::try_from(date.minutes).unwrap_or_default())) },
                html! { (SessionForm::from_code(&date.form).map_or("–", SessionForm::label)) },
                state(date),
                html! { (date.recorded_by_name) },
            ];
            if may_log {
                let own = actor.profile().staff.is_some() == date.of_provider;
                cells.push(html! {
                    @if date.plan {
                        @if own && date.outcome == "planned" {
                            (plan_links(date.id, &format!("/personen/{}/gespraech?termin={}", view.head.id, date.id), (date.day, today), date.over_on))
                        } @else { "–" }
                    } @else if date.facility_id.is_some_and(|facility| rules::may_correct(actor.profile(), date.recorded_by, facility)) {
                        a href={ "/gespraeche/" (date.id) "/berichtigen" } {
                            "Berichtigen" span.hide { " " (german::date(date.day)) }
                        }
                    } @else { "–" }
                });
            }
            cells
        })
        .collect();
    let mut head = [
        "Termin",
        "Maßnahme",
        "Dauer",
        "Ort",
        "Ergebnis",
        "Erfasst von",
    ]
    .map(Column::text)
    .to_vec();
    if may_log {
        head.push(Column::text("Aktion"));
    }
    stacked_table("Gespräche", &head, rows)
}

/// What the page of a person's participations and talks shows.
pub(in super::super) struct Dates<'a> {
    pub head: &'a PersonHead,
    pub enrolments: &'a [EnrolmentLine],
    pub page: &'a Page<DateLine>,
    pub topics: &'a [TopicLine],
    pub today: time::Date,
}

/// The participations and talks of a person.
pub(in super::super) fn list(
    frame: &Frame,
    actor: &Actor,
    scope: &Scope,
    view: &Dates<'_>,
) -> Markup {
    let Dates { head, page, .. } = view;
    let here = format!("/personen/{}/gespraeche", head.id);
    let may_log = actor.may::<CounsellingLog>();
    let label = if page.rows.is_empty() {
        "Gespräch erfassen"
    } else {
        "Weiteres Gespräch"
    };
    let tools = html! {
        @if may_log { (link_button(label, &format!("/personen/{}/gespraech", head.id), true)) }
        @if actor.may::<EnrolmentChange>() {
            (link_button("Teilnahme beginnen", &format!("/personen/{}/teilnahme/neu", head.id), !may_log))
        }
    };
    let count = page.rows.len();
    let ways = Pager {
        previous: page.previous.as_ref().map(|_| here.clone()),
        next: page
            .next
            .as_ref()
            .map(|cursor| format!("{here}?ab={cursor}")),
        text: if page.next.is_some() || page.previous.is_some() {
            format!("{count} Gespräche auf dieser Seite")
        } else {
            german::plural(count as u64, "Gespräch", "Gespräche")
        },
    };
    let options = PageOptions {
        crumbs: vec![
            ("Personen".to_owned(), "/personen".to_owned()),
            (head.name(), format!("/personen/{}", head.id)),
        ],
        help: Some("gespraech"),
        lead: Some(lead(head)),
        tools: Some(tools),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Teilnahmen und Gespräche",
        options,
        html! {
            h2 { "Teilnahmen" }
            @if view.enrolments.is_empty() {
                p { "Für diese Person ist keine Teilnahme eingetragen, die Sie sehen." }
            } @else { (enrolments_table(actor, view.enrolments)) }
            h2 { "Gespräche" }
            @if page.rows.is_empty() {
                p { "Noch kein Gespräch vereinbart oder erfasst." }
            } @else {
                (pager(&ways))
                (dates_table(actor, scope, view, view.today))
            }
        },
    )
}
