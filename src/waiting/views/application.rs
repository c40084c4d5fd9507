//! One application: recording it, its page, the selection interview, its end.

use maud::{Markup, html};
use time::Date;

use super::{crumbs, needed_by, returning, state_tag};
use crate::base::german;
use crate::casework::AccessRoute;
use crate::history::HistoryLine;
use crate::people::PersonHead;
use crate::waiting::rules::{CloseReason, InterviewResult, Recommended, State};
use crate::waiting::service::Desk;
use crate::waiting::store::Waiting;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Field, TimelineItem, Tone, Width, actions, error_summary, hidden, link_button, notice,
    post_form, radio_group, select_field, summary_list, text_field, timeline, two_versions,
};

/// The longest organisational remark.
pub(in crate::waiting) const REMARK: usize = 120;
const REMARK_HINT: &str = "Nur Organisatorisches, zum Beispiel „Schicht bis März“. Nichts zu Einstellung, Tat oder Gesundheit: Der Hinweis steht in der Auskunft an die Person.";

fn options<'a>(form: &Form, person: &PersonHead) -> PageOptions<'a> {
    PageOptions {
        errored: form.has_errors(),
        crumbs: {
            let mut trail = crumbs();
            trail.push((person.name(), format!("/personen/{}", person.id)));
            trail
        },
        help: Some("warteliste"),
        ..PageOptions::default()
    }
}

/// The form of a new application.
pub fn apply(frame: &Frame, form: &Form, desk: &Desk, token: &str) -> Markup {
    let person = &desk.head;
    let ids: Vec<(String, &str)> = desk
        .programmes
        .iter()
        .map(|programme| (programme.id.to_string(), programme.name.as_str()))
        .collect();
    let programmes: Vec<(&str, &str)> = ids.iter().map(|(id, name)| (id.as_str(), *name)).collect();
    let routes = AccessRoute::choices();
    let back = format!("/personen/{}", person.id);
    page_with(
        frame,
        "Antrag erfassen",
        options(form, person),
        html! {
            (error_summary(form))
            p { strong { (person.name()) } @if let Some(number) = &person.number { ", " (number) } }
            (post_form(frame, &format!("/personen/{}/antrag", person.id), Some(token), html! {
                (select_field(form, &Field::text("programme", "Maßnahme").required().width(Width::Full), &programmes, Some("Bitte wählen")))
                (select_field(form, &Field::text("access_route", "Zugangsweg").required(), &routes, Some("Bitte wählen")))
                (text_field(form, &Field::date("applied_on", "Beantragt am").required()))
                (text_field(form, &Field::text("remark", "Organisatorischer Hinweis").width(Width::Full).max_length(REMARK).hint(REMARK_HINT)))
                (actions("Auf die Warteliste setzen", &[("Abbrechen", &back)]))
            }))
        },
    )
}

/// What the page of an application shows.
pub struct Page<'a> {
    pub line: &'a Waiting,
    pub history: &'a [HistoryLine],
    pub today: Date,
    /// Whether the actor may change it: the person is placed here today.
    pub may_change: bool,
}

/// The page of an application.
pub fn show(frame: &Frame, view: &Page<'_>) -> Markup {
    let line = view.line;
    let here = format!("/antraege/{}", line.id);
    let state = line.course().state;
    let version = hidden("version", &line.version.to_string());
    let individual = state == State::Declined
        || (state.open() && line.recommended() == Some(Recommended::Individual));
    let tools = html! {
        @if view.may_change && state.open() {
            (link_button("Auswahlgespräch eintragen", &format!("{here}/gespraech"), true)) " "
            (link_button("Antrag beenden", &format!("{here}/beenden"), false)) " "
        }
        @if view.may_change && individual {
            form.inline method="post" action={ (here) "/einzeltraining" } {
                (hidden("csrf", &frame.csrf)) (version)
                button.second type="submit" { "Einzeltraining beginnen" }
            }
        }
        @if view.may_change && matches!(state, State::Declined | State::Withdrawn) {
            form.inline method="post" action={ (here) "/oeffnen" } {
                (hidden("csrf", &frame.csrf)) (version)
                button.second type="submit" { "Wieder öffnen" }
            }
        }
    };
    let options = PageOptions {
        crumbs: crumbs(),
        lead: Some(html! { (state_tag(&line.state)) " " (line.programme_name) (returning(line)) }),
        tools: Some(tools),
        help: Some("warteliste"),
        ..PageOptions::default()
    };
    let interview = html! {
        @match (line.interview_on, line.result()) {
            (Some(day), Some(result)) => { (german::date(day)) ": " (result.label()) }
            _ => "noch keines",
        }
    };
    page_with(
        frame,
        &line.name(),
        options,
        html! {
            @if !view.may_change {
                (notice(Tone::Info, None, html! { "Die Person ist heute nicht in Ihrer Einrichtung untergebracht; den Antrag führt die Einrichtung, die jetzt zuständig ist." }))
            }
            (summary_list(&[
                ("Person", html! { a href={ "/personen/" (line.person_id) } { (line.name()) } @if let Some(number) = &line.number { ", " (number) } }),
                ("Einrichtung", html! { (line.facility_name.as_deref().unwrap_or("zurzeit keine")) }),
                ("Zugangsweg", html! { (AccessRoute::from_code(&line.access_route).map_or("–", AccessRoute::label)) }),
                ("Beantragt am", html! { (german::date(line.applied_on)) ", erfasst von " (line.created_by_name) }),
                ("Platz nötig bis", needed_by(line.due(), view.today)),
                ("Auswahlgespräch", interview),
                ("Empfohlene Form", html! { (line.recommended().map_or("–", Recommended::label)) }),
                ("Organisatorischer Hinweis", html! { (line.remark.as_deref().unwrap_or("–")) }),
                ("Beendet", html! {
                    @if let Some(day) = line.closed_on { (german::date(day)) } @else { "–" }
                    @if let Some(reason) = line.close_reason.as_deref().and_then(CloseReason::from_code) { ", " (reason.label()) }
                    @if let (Some(id), Some(name)) = (line.group_id, &line.group_name) { ", " a href={ "/gruppen/" (id) } { (name) } }
                }),
            ]))
            h2 { "Verlauf" }
            (timeline(&view.history.iter().map(TimelineItem::from).collect::<Vec<_>>()))
        },
    )
}

fn sub_options<'a>(form: &Form, line: &Waiting) -> PageOptions<'a> {
    let mut trail = crumbs();
    trail.push((line.name(), format!("/antraege/{}", line.id)));
    PageOptions {
        errored: form.has_errors(),
        crumbs: trail,
        help: Some("warteliste"),
        lead: Some(html! { (line.name()) ", " (line.programme_name) }),
        ..PageOptions::default()
    }
}

/// The result of a selection interview. `clash` holds both versions if somebody else saved meanwhile.
pub fn interview(
    frame: &Frame,
    form: &Form,
    line: &Waiting,
    clash: &[(&str, String, String)],
) -> Markup {
    let here = format!("/antraege/{}", line.id);
    let results: Vec<(&str, &str, Option<&str>)> = InterviewResult::ALL
        .iter()
        .map(|result| {
            let hint = match result {
                InterviewResult::Unsuitable => Some("Der Antrag ist damit abgelehnt; Einzeltraining ist danach mit einem Klick möglich."),
                InterviewResult::Unwilling => Some("Der Antrag ist damit zurückgezogen."),
                _ => None,
            };
            (result.code(), result.label(), hint)
        })
        .collect();
    let forms = Recommended::choices();
    let versions: Vec<(&str, &str, &str)> = clash
        .iter()
        .map(|(label, mine, theirs)| (*label, mine.as_str(), theirs.as_str()))
        .collect();
    page_with(
        frame,
        "Auswahlgespräch",
        sub_options(form, line),
        html! {
            (error_summary(form))
            @if !versions.is_empty() {
                (notice(Tone::Warning, Some("Inzwischen hat jemand anderes gespeichert"), html! {
                    "Es wurde nichts überschrieben. Unten stehen Ihre Angaben; „Ergebnis speichern“ ersetzt die inzwischen gespeicherten."
                }))
                (two_versions(&versions))
            }
            p { "Erfasst wird nur das Ergebnis. Was im Gespräch gesagt wurde, gehört nicht hierher." }
            (post_form(frame, &format!("{here}/gespraech"), None, html! {
                (hidden("version", form.value("version")))
                (text_field(form, &Field::date("interview_on", "Tag des Gesprächs").required()))
                (radio_group(form, "result", "Ergebnis", &results))
                (select_field(form, &Field::text("recommended_form", "Empfohlene Form").plain(), &forms, Some("keine")))
                (text_field(form, &Field::text("remark", "Organisatorischer Hinweis").width(Width::Full).max_length(REMARK).hint(REMARK_HINT)))
                (actions("Ergebnis speichern", &[("Abbrechen", &here)]))
            }))
        },
    )
}

/// Ending an application without a place.
pub fn close(frame: &Frame, form: &Form, line: &Waiting) -> Markup {
    let here = format!("/antraege/{}", line.id);
    let reasons = CloseReason::choices();
    page_with(
        frame,
        "Antrag beenden",
        sub_options(form, line),
        html! {
            (error_summary(form))
            p { "Die Person verlässt die Warteliste. Der Verlauf bleibt lesbar; war es ein Versehen, lässt sich der Antrag wieder öffnen." }
            (post_form(frame, &format!("{here}/beenden"), None, html! {
                (hidden("version", form.value("version")))
                (select_field(form, &Field::text("reason", "Grund").required(), &reasons, Some("Bitte wählen")))
                (actions("Antrag beenden", &[("Abbrechen", &here)]))
            }))
        },
    )
}
