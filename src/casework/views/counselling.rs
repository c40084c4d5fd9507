//! Pages of counselling sessions.

use maud::{Markup, html};

use super::super::codes::{SessionForm, SessionOutcome};
use super::super::pages::TalkDesk;
use super::super::rules::{self, SessionFacts};
use super::super::store::{EnrolmentLine, SessionLine};
use super::{lead, options};
use crate::access::permissions::{CaseAssign, CounsellingLog, EnrolmentChange};
use crate::access::{Actor, Scope};
use crate::base::german;
use crate::people::PersonHead;
use crate::store::Page;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, FieldKind, Pager, Tone, Width, actions, empty_state, error_summary, hidden,
    link_button, notice, pager, post_form, radio_group, select_field, table, tag, text_field,
    two_versions,
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

/// The form for a talk: five fields, most of them filled in.
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
    let empty = (choices.len() != 1 || begins).then_some("Bitte wählen");
    let back = format!("/personen/{}/gespraeche", desk.head.id);
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
                p.hint { (NO_CONTENT) }
                (post_form(frame, &format!("/personen/{}/gespraech", desk.head.id), Some(token), html! {
                    (text_field(form, &day_field()))
                    (text_field(form, &minutes_field()))
                    (radio_group(form, "form", "Form", &radios(&SessionForm::choices())))
                    (select_field(form, &field, &choices, empty))
                    (radio_group(form, "outcome", "Ergebnis", &radios(&SessionOutcome::choices())))
                    (actions("Gespräch speichern", &[("Abbrechen", &back)]))
                }))
            }
        },
    )
}

/// The form that corrects a talk; `stored` are the values that somebody else saved meanwhile.
pub(in super::super) fn correct(
    frame: &Frame,
    form: &Form,
    session: &SessionLine,
    head: &PersonHead,
    stored: Option<&SessionFacts>,
) -> Markup {
    let back = format!("/personen/{}/gespraeche", head.id);
    page_with(
        frame,
        "Gespräch berichtigen",
        options(form, head, "gespraech"),
        html! {
            (error_summary(form))
            @if let Some(stored) = stored {
                (notice(Tone::Warning, Some("Inzwischen wurde dieses Gespräch geändert"), html! {
                    "Ihre Eingaben stehen noch im Formular. Bitte vergleichen und noch einmal speichern."
                }))
                @let typed_form = SessionForm::from_code(form.value("form")).map_or("", SessionForm::label);
                @let typed_outcome = SessionOutcome::from_code(form.value("outcome")).map_or("", SessionOutcome::label);
                (two_versions(&[
                    ("Tag", form.value("day"), &german::date(stored.day)),
                    ("Dauer in Minuten", form.value("minutes"), &stored.minutes.to_string()),
                    ("Form", typed_form, stored.form.label()),
                    ("Ergebnis", typed_outcome, stored.outcome.label()),
                ]))
            }
            p { (session.programme_name) ", erfasst von " (session.recorded_by_name) }
            p.hint { (NO_CONTENT) }
            (post_form(frame, &format!("/gespraeche/{}/berichtigen", session.id), None, html! {
                (hidden("version", form.value("version")))
                (text_field(form, &day_field()))
                (text_field(form, &minutes_field()))
                (radio_group(form, "form", "Form", &radios(&SessionForm::choices())))
                (radio_group(form, "outcome", "Ergebnis", &radios(&SessionOutcome::choices())))
                (text_field(form, &Field::new("reason", "Grund der Berichtigung", FieldKind::Text, Width::Full).required()
                    .max_length(200).hint("Zum Beispiel: Tag verwechselt. Keine Angaben zum Inhalt.")))
                (actions("Berichtigung speichern", &[("Abbrechen", &back)]))
            }))
        },
    )
}

fn enrolments_table(actor: &Actor, enrolments: &[EnrolmentLine]) -> Markup {
    let may_change = actor.may::<EnrolmentChange>();
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
    table("Teilnahmen", &head, rows)
}

fn sessions_table(actor: &Actor, scope: &Scope, sessions: &[SessionLine]) -> Markup {
    let may_log = actor.may::<CounsellingLog>();
    let rows = sessions
        .iter()
        .map(|session| {
            let day = html! { (german::weekday_date(session.day)) };
            if session.masked(scope) {
                // Said once and completely: nothing of programme, form or result (confidentiality).
                let hidden = || html! { span.muted { "–" } };
                return vec![day, html! { "Beratungstermin" }, hidden(), hidden(), hidden(), hidden()];
            }
            let mut cells = vec![
                day,
                html! { (session.programme_name) },
                html! { (german::duration_minutes(u32::try_from(session.minutes).unwrap_or_default())) },
                html! { (SessionForm::from_code(&session.form).map_or("–", SessionForm::label)) },
                match SessionOutcome::from_code(&session.outcome) {
                    Some(SessionOutcome::Held) => tag(Tone::Success, SessionOutcome::Held.label()),
                    Some(other) => tag(Tone::Neutral, other.label()),
                    None => html! { "–" },
                },
                html! { (session.recorded_by_name) },
            ];
            if may_log {
                cells.push(html! {
                    @if rules::may_correct(actor.profile(), session.recorded_by, session.facility_id) {
                        a href={ "/gespraeche/" (session.id) "/berichtigen" } {
                            "Berichtigen" span.hide { " " (german::date(session.day)) }
                        }
                    } @else { "–" }
                });
            }
            cells
        })
        .collect();
    let mut head = [
        "Tag",
        "Maßnahme",
        "Dauer",
        "Form",
        "Ergebnis",
        "Erfasst von",
    ]
    .map(Column::text)
    .to_vec();
    if may_log {
        head.push(Column::text("Aktion"));
    }
    table("Gespräche", &head, rows)
}

/// The participations and talks of a person.
pub(in super::super) fn list(
    frame: &Frame,
    actor: &Actor,
    scope: &Scope,
    head: &PersonHead,
    enrolments: &[EnrolmentLine],
    page: &Page<SessionLine>,
) -> Markup {
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
            @if enrolments.is_empty() {
                p { "Für diese Person ist keine Teilnahme eingetragen, die Sie sehen." }
            } @else { (enrolments_table(actor, enrolments)) }
            h2 { "Gespräche" }
            @if page.rows.is_empty() {
                p { "Noch kein Gespräch erfasst." }
            } @else {
                (pager(&ways))
                (sessions_table(actor, scope, &page.rows))
            }
        },
    )
}
