//! One hand-over. Before acceptance the receiving side sees who is offered by whom, and nothing else.

use maud::{Markup, html};
use time::Date;

use crate::base::german;
use crate::handover::pages::{REASON_LENGTH, tone};
use crate::handover::rules::todo::FIRST_CONTACT;
use crate::handover::rules::{Check, Kind, PartFacts, Side, State, coaching_end};
use crate::handover::store::{HandOver, Told};
use crate::history::HistoryLine;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, TimelineItem, Tone, Width, actions, error_summary, hidden, notice,
    post_form_unguarded, submit_danger, summary_list, table, tag, text_field, timeline,
};

/// What the page shows.
pub(in crate::handover) struct View<'a> {
    pub line: &'a HandOver,
    pub history: &'a [HistoryLine],
    pub today: Date,
    pub form: &'a Form,
    /// Whether the actor may open the person.
    pub may_person: bool,
}

fn head(view: &View<'_>) -> Markup {
    let line = view.line;
    let mut rows = vec![
        (
            "Person",
            html! {
                @if view.may_person { a href={ "/personen/" (line.person_id) } { (line.name) } } @else { (line.name) }
            },
        ),
        (
            "Von",
            html! { (line.from_name) ", " (line.offered_by_name) },
        ),
        (
            "An",
            html! {
                (line.to_name)
                @if let Some(name) = &line.to_account_name { ", " (name) }
            },
        ),
        (
            "Stand",
            html! {
                (tag(tone(line.state), line.state.label()))
                @if let Some(name) = line.answered_by_name.as_ref().filter(|_| line.state != State::Expired) {
                    " von " (name)
                    @if let Some(at) = line.answered_at { " am " (german::date(crate::base::time::berlin_local(at).date)) }
                }
            },
        ),
        (
            "Angebot",
            html! { "vom " (german::date(line.offered_on)) ", gilt bis " (german::date(line.expires_on)) },
        ),
    ];
    if let Some(reason) = &line.reason {
        rows.push(("Begründung", html! { (reason) }));
    }
    summary_list(&rows)
}

fn part(part: &PartFacts) -> Vec<Markup> {
    let modules: Vec<String> = part
        .modules
        .iter()
        .map(|(name, done, all)| format!("{name}: {done} von {all}"))
        .collect();
    vec![
        html! { (part.programme) span.detail { (part.provider) } },
        html! {
            "seit " (german::date(part.enrolled_on))
            @if let Some(day) = part.started_on { span.detail { "erste Sitzung " (german::date(day)) } }
            @else { span.detail { "noch nicht begonnen" } }
        },
        html! {
            @if part.held > 0 { (part.attended) " von " (part.held) " Sitzungen" }
            @if part.arranged > 0 {
                @if part.held > 0 { br; }
                (part.talks) " von " (part.arranged) " Gesprächen"
            }
            @if part.held == 0 && part.arranged == 0 { "–" }
        },
        html! { @if modules.is_empty() { "–" } @else { (modules.join("; ")) } },
    ]
}

fn facts(line: &HandOver, told: &Told) -> Markup {
    let release = line.kind == Kind::Probation;
    let mut rows = vec![(
        if release { "Entlassung" } else { "Verlegung" },
        html! { (german::date(told.moves_on)) },
    )];
    if release {
        rows.push((
            "Übergangsmanagement",
            html! {
                @match told.transition_from { Some(day) => { "ab " (german::date(day)) } None => "nicht vereinbart" }
            },
        ));
        let begin = told.contact_on.unwrap_or(told.moves_on);
        rows.push((
            "Stabilisierungscoaching",
            html! {
                @if told.coaching_months == 0 { "nicht vereinbart" }
                @else {
                    (told.coaching_months) " Monate, bis " (german::date(coaching_end(begin, told.coaching_months)))
                }
            },
        ));
    }
    if !told.summary.phenomena.is_empty() {
        rows.push((
            "Phänomenbereich",
            html! { (told.summary.phenomena.join(", ")) },
        ));
    }
    let done: Vec<&str> = told.checklist.split_whitespace().collect();
    rows.push((
        "Vor der Übergabe",
        html! {
            ul {
                @for check in Check::ALL {
                    li { (check.label()) ": " @if done.contains(&check.code()) { "erledigt" } @else { "offen" } }
                }
            }
        },
    ));
    rows.push((
        "Teilnahmen",
        html! {
            @match told.moved_on {
                Some(day) => { "übergegangen am " (german::date(day)) }
                None => "gehen am Tag des Wechsels mit, wenn die Übergabe angenommen ist",
            }
        },
    ));
    if let Some(day) = told.contact_on {
        rows.push(("Erster Kontakt", html! { (german::date(day)) }));
    }
    let parts = told.summary.parts.iter().map(part).collect();
    html! {
        h2 { (if line.state == State::Accepted { "Übergebene Angaben" } else { "Angaben der Übergabe" }) }
        p { "Stand vom " (german::date(line.offered_on)) ". Tage und Zahlen; über Inhalte sagt die Übergabe nichts." }
        (summary_list(&rows))
        (table("Teilnahmen", &["Maßnahme", "Zeitraum", "Teilgenommen", "Bausteine"].map(Column::text), parts))
    }
}

fn answer(frame: &Frame, view: &View<'_>) -> Markup {
    let line = view.line;
    let place = format!("/uebergaben/{}", line.id);
    let version = || hidden("version", &line.version.to_string());
    let reason = |hint: &str| {
        text_field(
            view.form,
            &Field::text("grund", "Grund")
                .required()
                .width(Width::Full)
                .max_length(REASON_LENGTH)
                .hint(hint),
        )
    };
    match (line.side, line.state) {
        (Side::Receiving, State::Offered) => html! {
            h2 { "Antworten" }
            p {
                "Wenn Sie annehmen, sehen Sie die Angaben zu den Teilnahmen."
                @if line.kind == Kind::Probation { " Sie werden für die Person zuständig." }
            }
            (post_form_unguarded(frame, &format!("{place}/annehmen"), None, html! {
                (version())
                (actions("Übergabe annehmen", &[]))
            }))
            h2 { "Ablehnen" }
            (post_form_unguarded(frame, &format!("{place}/ablehnen"), None, html! {
                (version())
                (reason("Die abgebende Stelle liest ihn."))
                div.actions { (submit_danger("tun", "ablehnen", "Übergabe ablehnen")) }
            }))
        },
        (Side::Giving, _) if line.recorded == State::Offered || line.facts.pending() => {
            html! {
                h2 { "Zurückziehen" }
                @if line.facts.pending() {
                    p { "Angenommen ist die Übergabe, verlegt ist noch niemand. Nach dem Zurückziehen sieht die andere Anstalt die Angaben nicht mehr." }
                }
                (post_form_unguarded(frame, &format!("{place}/zurueckziehen"), None, html! {
                    (version())
                    (reason("Bitte keine Namen."))
                    div.actions { (submit_danger("tun", "zurueckziehen", "Übergabe zurückziehen")) }
                }))
            }
        }
        (Side::Giving, State::Declined | State::Expired | State::Revoked) if view.may_person => {
            html! {
                p { a href={ "/personen/" (line.person_id) "/uebergabe" } { "Neu anbieten" } }
            }
        }
        (Side::Receiving, State::Accepted) if !line.facts.pending() => html! {
            @if line.told.as_ref().is_some_and(|told| told.contact_on.is_none() && told.moves_on <= view.today) {
                h2 { "Erster Kontakt" }
                p { "In den ersten " (german::count(FIRST_CONTACT.unsigned_abs())) " Tagen. " @if line.facts.coaching_months > 0 { "Mit dem ersten Kontakt beginnt das Stabilisierungscoaching." } }
                (post_form_unguarded(frame, &format!("{place}/kontakt"), None, html! {
                    (version())
                    (text_field(view.form, &Field::date("kontakt", "Erster Kontakt am").required()))
                    (actions("Ersten Kontakt eintragen", &[]))
                }))
            }
        },
        _ => html! {},
    }
}

/// The page.
pub(in crate::handover) fn page(frame: &Frame, view: &View<'_>) -> Markup {
    let line = view.line;
    let options = PageOptions {
        errored: view.form.has_errors(),
        crumbs: vec![("Übergaben".into(), "/uebergaben".into())],
        help: Some("uebergaben"),
        ..PageOptions::default()
    };
    let open = line.open_tasks(view.today);
    page_with(
        frame,
        &format!("Übergabe: {}", line.name),
        options,
        html! {
            (error_summary(view.form))
            @for task in &open {
                (notice(if task.due < view.today { Tone::Warning } else { Tone::Info }, None, html! { (task.text) ", bis " (german::weekday_date(task.due)) }))
            }
            (head(view))
            @match &line.told {
                Some(told) => (facts(line, told)),
                None if line.state == State::Accepted => {
                    (notice(Tone::Warning, None, html! { "Die Person hat ihre Einwilligung widerrufen. Die übergebenen Angaben sind nicht mehr zu sehen." }))
                }
                None => {}
            }
            (answer(frame, view))
            h2 { "Verlauf" }
            (timeline(&view.history.iter().map(TimelineItem::from).collect::<Vec<_>>()))
        },
    )
}
