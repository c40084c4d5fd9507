//! Pages of requests for a second person.

use maud::{Markup, html};

use super::pages::REASON_LENGTH;
use super::rules::{HOURS, Kind, State};
use super::store::Approval;
use crate::access::{Person, Role, same_person};
use crate::base::german;
use crate::base::time::{Instant, berlin_local};
use crate::history::HistoryLine;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, TimelineItem, Tone, Width, empty_state, error_summary, link_button, notice,
    post_form, submit_danger, submit_secondary, summary_list, table, tag, text_field, timeline,
};

/// Requests, and who looks.
pub(super) struct List<'a> {
    pub open: &'a [Approval],
    pub over: &'a [Approval],
    pub me: Person,
    pub role: Role,
    pub now: Instant,
}

fn moment(at: Instant) -> String {
    german::date_time(berlin_local(at))
}

fn state_tag(state: State) -> Markup {
    let tone = match state {
        State::Requested => Tone::Warning,
        State::Approved => Tone::Info,
        State::Used => Tone::Success,
        State::Declined => Tone::Danger,
        State::Withdrawn | State::Expired => Tone::Neutral,
    };
    tag(tone, state.label())
}

fn lines(caption: &str, rows: &[&Approval], now: Instant) -> Markup {
    let head = ["Antrag", "Beantragt", "Stand", "Frist"].map(Column::text);
    let body = rows
        .iter()
        .map(|row| {
            let state = row.shown(now);
            vec![
                html! {
                    a href={ "/vier-augen/" (row.id) } { (row.kind().map_or_else(|| row.kind.clone(), |kind| kind.label().to_owned())) }
                    br; (row.subject)
                },
                html! { (row.requested_by_name) br; (moment(row.requested_at)) },
                html! {
                    (state_tag(state))
                    @if let Some(name) = &row.decided_by_name { br; (name) }
                },
                html! { @if matches!(state, State::Requested | State::Approved) { "bis " (moment(row.expires_at)) } @else { "–" } },
            ]
        })
        .collect();
    table(caption, &head, body)
}

/// The list: to decide, one's own, what others asked for, what is over.
pub(super) fn list(frame: &Frame, view: &List<'_>) -> Markup {
    let (mine, others): (Vec<&Approval>, Vec<&Approval>) = view
        .open
        .iter()
        .partition(|row| same_person(row.requester(), view.me));
    let (to_decide, decided): (Vec<&Approval>, Vec<&Approval>) =
        others.into_iter().partition(|row| {
            row.shown(view.now) == State::Requested
                && row
                    .kind()
                    .is_some_and(|kind| kind.approvers().contains(&view.role))
        });
    let over: Vec<&Approval> = view.over.iter().collect();
    let options = PageOptions {
        help: Some("vier-augen"),
        wide: true,
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Vier-Augen-Anträge",
        options,
        html! {
            p.prose {
                "Was hier steht, geschieht erst, wenn eine zweite Person zugestimmt hat. Eine Genehmigung gilt für genau das Beantragte, einmal und " (HOURS) " Stunden lang. "
                "Ein zweites Konto derselben Person zählt nicht."
            }
            @if Kind::decided_by(view.role).is_empty() {
                @if mine.is_empty() {
                    (empty_state("Keine offenen Anträge", "Was Sie beantragen, steht hier, bis es ausgeführt oder abgelaufen ist.", None))
                }
            } @else {
                h2 { "Von Ihnen zu entscheiden" }
                @if to_decide.is_empty() {
                    (empty_state("Nichts zu entscheiden", "Sobald jemand anderes einen Antrag stellt, steht er hier.", None))
                } @else { (lines("Zu entscheiden", &to_decide, view.now)) }
            }
            @if !mine.is_empty() {
                h2 { "Ihre offenen Anträge" }
                (lines("Ihre offenen Anträge", &mine, view.now))
            }
            @if !decided.is_empty() {
                h2 { "Offene Anträge anderer" }
                (lines("Offene Anträge anderer", &decided, view.now))
            }
            @if !over.is_empty() {
                h2 { "Erledigt" }
                (lines("Erledigte Anträge", &over, view.now))
            }
        },
    )
}

/// A request, and what may be done with it.
pub(super) struct One<'a> {
    pub row: &'a Approval,
    pub kind: Kind,
    pub state: State,
    pub own: bool,
    pub may_decide: bool,
    pub may_withdraw: bool,
    pub history: &'a [HistoryLine],
    pub form: &'a Form,
}

fn guidance(view: &One<'_>) -> Option<(Tone, Markup)> {
    match (view.state, view.own) {
        (State::Requested, true) => Some((
            Tone::Info,
            html! { "Der Antrag wartet auf die Entscheidung einer zweiten Person. Sie können ihn zurückziehen, aber nicht selbst genehmigen." },
        )),
        (State::Approved, true) => Some((
            Tone::Success,
            html! { p { "Genehmigt. Ausführen können Sie es bis " (moment(view.row.expires_at)) ", einmal." } p { (link_button("Jetzt ausführen", &view.row.location, true)) } },
        )),
        (State::Approved, false) => Some((
            Tone::Info,
            html! { "Genehmigt; ausgeführt wird es von der Person, die es beantragt hat." },
        )),
        (State::Expired, _) => Some((
            Tone::Warning,
            html! { "Die Frist ist vorbei: Entscheidung und Ausführung haben je " (HOURS) " Stunden. Ein neuer Antrag ist möglich." },
        )),
        _ => None,
    }
}

/// A request.
pub(super) fn one(frame: &Frame, view: &One<'_>) -> Markup {
    let row = view.row;
    let options = PageOptions {
        errored: view.form.has_errors(),
        crumbs: vec![("Vier-Augen-Anträge".to_owned(), "/vier-augen".to_owned())],
        help: Some("vier-augen"),
        lead: Some(html! { (row.subject) }),
        ..PageOptions::default()
    };
    let proof: String = crate::base::crypto::hex(&row.request_hash)
        .chars()
        .take(16)
        .collect();
    let mut facts = vec![
        ("Stand", state_tag(view.state)),
        (
            "Beantragt",
            html! { (row.requested_by_name) ", " (moment(row.requested_at)) },
        ),
        ("Begründung", html! { (row.reason) }),
    ];
    if let (Some(name), Some(at)) = (&row.decided_by_name, row.decided_at) {
        facts.push(("Entschieden", html! { (name) ", " (moment(at)) }));
    }
    if let Some(reason) = &row.decided_reason {
        facts.push(("Begründung der Entscheidung", html! { (reason) }));
    }
    if matches!(view.state, State::Requested | State::Approved) {
        facts.push(("Frist", html! { "bis " (moment(row.expires_at)) }));
    }
    facts.push((
        "Prüfwert",
        html! { code { (proof) } " – der Antrag lässt sich danach nicht mehr ändern" },
    ));
    let items: Vec<TimelineItem> = view.history.iter().map(TimelineItem::from).collect();
    page_with(
        frame,
        view.kind.label(),
        options,
        html! {
            (error_summary(view.form))
            @if let Some((tone, text)) = guidance(view) { (notice(tone, None, text)) }
            (summary_list(&facts))
            @if view.may_decide || view.may_withdraw {
                (post_form(frame, &format!("/vier-augen/{}", row.id), None, html! {
                    (text_field(view.form, &Field::text("grund", "Begründung").hint("Für eine Ablehnung nötig; keine Namen von Personen.").width(Width::Full).max_length(REASON_LENGTH).plain()))
                    div.actions {
                        @if view.may_decide {
                            button type="submit" name="tun" value="genehmigen" { "Genehmigen" }
                            (submit_danger("tun", "ablehnen", "Ablehnen"))
                        } @else {
                            (submit_secondary("tun", "zurueckziehen", "Antrag zurückziehen"))
                        }
                    }
                }))
            }
            h2 { "Verlauf" }
            (timeline(&items))
        },
    )
}
