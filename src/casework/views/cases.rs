//! The page of one case, and what every page about it begins with.

use maud::{Markup, html};
use time::Date;

use super::deadlines::deadlines;
use super::plans::{missed_notice, plans_table};
use crate::base::german;
use crate::casework::codes::{
    AccessRoute, Asker, Availability, ClientKind, CourtOrder, SentencePlan, SessionForm, TalkResult,
};
use crate::casework::rules::course::State;
use crate::casework::rules::plan::cadence;
use crate::casework::store::cases::CaseLine;
use crate::casework::store::extras::Extras;
use crate::history::HistoryLine;
use crate::providers::Language;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, TimelineItem, Tone, link_button, stacked_table, summary_list, tag, timeline,
};

/// The state of a case as a tag.
pub(in crate::casework) fn state_tag(state: State) -> Markup {
    let tone = match state {
        State::Enquiry | State::Clearing | State::FirstTalk | State::Agreed => Tone::Info,
        State::Running | State::Transition | State::Aftercare => Tone::Success,
        State::Paused => Tone::Warning,
        State::Completed | State::BrokenOff | State::Declined | State::PassedOn => Tone::Neutral,
    };
    tag(tone, state.label())
}

pub(super) fn route(code: &str) -> &'static str {
    AccessRoute::from_code(code).map_or("–", AccessRoute::label)
}

pub(super) fn counsellors(line: &CaseLine) -> Markup {
    html! {
        @match (&line.staff_name, &line.second_staff_name) {
            (None, _) => span.muted { "noch niemand" },
            (Some(first), None) => (first),
            (Some(first), Some(second)) => { (first) br; (second) }
        }
    }
}

/// What the page of a case shows.
pub(in crate::casework) struct CasePage<'a> {
    pub line: &'a CaseLine,
    /// The steps the actor may take.
    pub steps: &'a [State],
    /// Talks of the case itself, planned talks, deadlines.
    pub extras: &'a Extras,
    /// Whether the planned talks of a provider's staff are the actor's own, or those of the probation service.
    pub own_plans: bool,
    pub may_deadline: bool,
    pub may_note: bool,
    pub may_disclose: bool,
    pub may_correct: bool,
    pub today: Date,
    pub may_plan: bool,
    pub history: &'a [HistoryLine],
    pub may_log: bool,
    pub may_link: bool,
    pub may_assign: bool,
    /// Whether the actor hands out a statement of attendance of this case.
    pub may_state: bool,
}

/// The way from a page of a case back.
pub(super) fn trail(line: &CaseLine) -> Vec<(String, String)> {
    let above = if line.course().state.before_agreement() {
        ("Anfragen".to_owned(), "/anfragen".to_owned())
    } else {
        ("Fälle".to_owned(), "/faelle".to_owned())
    };
    vec![above, (line.title(), format!("/faelle/{}", line.id))]
}

/// Which case a page is about.
pub(super) fn lead(line: &CaseLine) -> Markup {
    html! {
        @if line.client() == ClientKind::Person { "Vorgang " } @else { "Fallcode " }
        strong { (line.reference()) }
        " · " (line.programme_name) " · " (line.provider_name) " · " (state_tag(line.course().state))
    }
}

fn step_label(line: &CaseLine, to: State) -> &'static str {
    let from = line.course().state;
    match to {
        State::Clearing => "Fallabklärung beginnen",
        State::FirstTalk if from.closed() => "Wieder aufnehmen",
        State::FirstTalk => "Erstgespräch eintragen",
        State::Agreed if from.closed() || from == State::Aftercare => "Wieder aufnehmen",
        State::Agreed => "Vereinbarung eintragen",
        State::Running if from == State::Agreed => "Begleitung beginnen",
        State::Running if from == State::Paused => "Fortsetzen",
        State::Running if from == State::Transition => "Zurück in die Begleitung",
        State::Running | State::Enquiry => "Wieder aufnehmen",
        State::Paused => "Unterbrechen",
        State::Transition if from == State::Paused => "Fortsetzen",
        State::Transition => "Übergang beginnen",
        State::Completed | State::BrokenOff if from == State::Aftercare => "Nachsorge beenden",
        State::Completed => "Abschließen",
        State::BrokenOff => "Abbrechen",
        State::Declined => "Nicht zustande gekommen",
        State::PassedOn => "Weitergeben",
        State::Aftercare => "Nachsorge beginnen",
    }
}

/// Whether one step is what is done next as a rule.
fn usual_step(line: &CaseLine) -> bool {
    line.person_id.is_some() && line.course().state.before_agreement()
}

/// The steps as buttons, the usual one first.
pub(super) fn step_links(line: &CaseLine, steps: &[State]) -> Markup {
    // Only where one step is the usual one, and nothing else on the page is: a talk of somebody without a name is.
    let usual = usual_step(line);
    html! {
        div.actions {
            @for (index, to) in steps.iter().enumerate() {
                (link_button(step_label(line, *to), &format!("/faelle/{}/schritt?nach={}", line.id, to.code()), usual && index == 0))
            }
        }
    }
}

pub(super) fn step_title(line: &CaseLine, to: State) -> &'static str {
    step_label(line, to)
}

fn day(day: Option<Date>) -> Markup {
    html! { @if let Some(day) = day { (german::date(day)) } @else { "–" } }
}

/// The page of a case.
pub(in crate::casework) fn show(frame: &Frame, view: &CasePage<'_>) -> Markup {
    let line = view.line;
    let place = format!("/faelle/{}", line.id);
    let mut crumbs = trail(line);
    crumbs.pop();
    let options = PageOptions {
        crumbs,
        help: Some("faelle"),
        lead: Some(lead(line)),
        tools: Some(html! {
            @if view.may_log { (link_button("Gespräch erfassen", &format!("{place}/gespraech"), !usual_step(line))) " " }
            @if let (true, Some(person), Some(_)) = (view.may_plan, line.person_id, line.enrolment_id) {
                (link_button("Gespräch erfassen", &format!("/personen/{person}/gespraech"), true)) " "
            }
            @if view.may_plan { (link_button("Termin vereinbaren", &format!("{place}/termin"), false)) " " }
            @if view.may_plan && view.own_plans { (link_button("Gesprächsabstand", &format!("{place}/abstand"), false)) " " }
            @if view.may_note { (link_button("Notizen", &format!("{place}/notizen"), false)) " " }
            @if view.may_deadline { (link_button("Frist setzen", &format!("{place}/frist"), false)) " " }
            @if view.may_assign { (link_button("Team einteilen", &format!("{place}/team"), false)) " " }
            @if view.may_link { (link_button("Mit Person verknüpfen", &format!("{place}/verknuepfen"), false)) }
        }),
        ..PageOptions::default()
    };
    let nameless = line.person_id.is_none();
    page_with(
        frame,
        &line.title(),
        options,
        html! {
            @if let Some(missed) = line.missed_in_a_row() { (missed_notice(missed)) }
            @if !view.steps.is_empty() {
                h2 { "Nächster Schritt" }
                (step_links(line, view.steps))
                @if line.enrolment_id.is_some() && line.course().state == State::Agreed {
                    p.hint { "Die Teilnahme läuft, sobald die erste Sitzung oder das erste Gespräch stattfand." }
                }
            }
            h2 { "Fall" }
            (facts(line))
            @if view.may_correct || view.may_disclose {
                p {
                    @if view.may_correct { a href={ (place) "/berichtigen" } { "Angaben der Anfrage berichtigen" } }
                    @if view.may_correct && view.may_disclose { " · " }
                    @if view.may_disclose { a href={ (place) "/gefahr" } { "Offenlegung einer Gefahr festhalten" } }
                }
            }
            @if let (Some(person), false) = (line.person_id, nameless) {
                p { a href={ "/personen/" (person) "/gespraeche" } { "Teilnahmen und Gespräche der Person" } }
            }
            @if view.may_state {
                p {
                    "Teilnahmenachweis (PDF): "
                    a href={ (place) "/nachweis?fuer=gericht" } { "für das Gericht" } " · "
                    a href={ (place) "/nachweis?fuer=vollzugsplan" } { "für die Vollzugsplankonferenz" }
                }
            }
            @if !view.extras.deadlines.is_empty() {
                h2 { "Fristen" }
                (deadlines(frame, &view.extras.deadlines, view.may_deadline, view.today))
            }
            @if !view.extras.plans.is_empty() {
                h2 { "Termine" }
                (plans_table(line, &view.extras.plans, view.may_plan.then_some(view.own_plans), view.today))
            }
            @if nameless || !view.extras.talks.is_empty() {
                h2 { "Gespräche" }
                (talks(view))
            }
            h2 { "Verlauf" }
            @if view.history.is_empty() { p.muted { "Seit der Übernahme wurde nichts geändert." } }
            @else { (timeline(&view.history.iter().map(TimelineItem::from).collect::<Vec<_>>())) }
        },
    )
}

fn facts(line: &CaseLine) -> Markup {
    let asker = line.asked_by.as_deref().and_then(Asker::from_code);
    let order = line.court_order.as_deref().and_then(CourtOrder::from_code);
    let plan = line
        .sentence_plan
        .as_deref()
        .and_then(SentencePlan::from_code);
    let language = line.language.as_deref().and_then(Language::from_code);
    let times: Vec<&str> = line
        .availability
        .split_whitespace()
        .filter_map(Availability::from_code)
        .map(Availability::label)
        .collect();
    let unknown = "nicht erfasst";
    let mut rows = vec![
        (
            "Beraten wird",
            html! {
                @match (line.person_id, line.client()) {
                    (Some(person), _) => a href={ "/personen/" (person) } { (line.title()) },
                    (None, ClientKind::Relative) => {
                        (line.title())
                        @if let (Some(about), Some(family), Some(given)) = (line.about_id, &line.about_family, &line.about_given) {
                            ", es geht um " a href={ "/personen/" (about) } { (family) ", " (given) }
                        }
                    }
                    _ => { (line.title()) " (ohne Namen)" }
                }
            },
        ),
        (
            "Einrichtung",
            html! { (line.facility_name.as_deref().unwrap_or("außerhalb")) },
        ),
        ("Berät", counsellors(line)),
        (
            "Angefragt",
            html! {
                (german::date(line.enquired_on))
                @if let Some(asker) = asker { " durch: " (asker.label()) }
            },
        ),
        ("Erfasst von", html! { (line.created_by_name) }),
        ("Zugangsweg", html! { (route(&line.access_route)) }),
        ("Fall seit", day(line.taken_on)),
        ("Begonnen", day(line.begun_on)),
        ("Zuerst abgeschlossen", day(line.done_on)),
        (
            "Phänomenbereich",
            html! { (line.phenomenon_label.as_deref().unwrap_or(unknown)) },
        ),
        (
            "Weisung oder Auflage",
            html! {
                (order.map_or(unknown, CourtOrder::label))
                @if line.court_report { ", Teilnahme ist dem Gericht nachzuweisen" }
            },
        ),
        (
            "Vollzugsplan",
            html! { (plan.map_or(unknown, SentencePlan::label)) },
        ),
        (
            "Sprache",
            html! {
                (language.map_or("Deutsch oder unbekannt", Language::label))
                @if line.interpreter { ", Sprachmittlung nötig" }
            },
        ),
    ];
    if !times.is_empty() {
        rows.push(("Gespräche möglich", html! { (times.join(", ")) }));
    }
    if let Some((weeks, minutes)) = line.cadence() {
        rows.push(("Gesprächsabstand", html! { (cadence(weeks, minutes)) }));
    }
    let children: Vec<String> = [
        ("bis 5 Jahre", line.children_small),
        ("6 bis 11 Jahre", line.children_school),
        ("12 bis 17 Jahre", line.children_youth),
    ]
    .into_iter()
    .filter_map(|(band, number)| number.map(|number| format!("{number} ({band})")))
    .collect();
    if !children.is_empty() {
        rows.push(("Kinder", html! { (children.join(", ")) }));
    }
    if let Some(linked) = line.linked_on {
        rows.push((
            "Namentlich geführt seit",
            html! { (german::date(linked)) ", mit Einwilligung" },
        ));
    }
    summary_list(&rows)
}

fn talks(view: &CasePage<'_>) -> Markup {
    if view.extras.talks.is_empty() {
        return html! { p { "Noch kein Gespräch erfasst." } };
    }
    let rows = view
        .extras
        .talks
        .iter()
        .map(|talk| {
            let topics: Vec<&str> = view
                .extras
                .topics
                .iter()
                .filter(|topic| topic.session_id == talk.id)
                .map(|topic| topic.label.as_str())
                .collect();
            vec![
                html! {
                    (german::weekday_date(talk.day))
                    @if !topics.is_empty() { span.detail { (topics.join(", ")) } }
                },
                html! { (german::duration_minutes(u32::try_from(talk.minutes).unwrap_or_default())) },
                html! { (SessionForm::from_code(&talk.form).map_or("–", SessionForm::label)) },
                html! { (TalkResult::of(&talk.outcome, talk.late).map_or("–", TalkResult::label)) },
                html! { (talk.recorded_by_name) },
            ]
        })
        .collect();
    stacked_table(
        "Gespräche",
        &["Tag", "Dauer", "Ort", "Ergebnis", "Erfasst von"].map(Column::text),
        rows,
    )
}
