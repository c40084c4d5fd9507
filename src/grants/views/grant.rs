//! The page of one grant.

use maud::{Markup, html};
use time::Date;

use super::{at, period, state_tags};
use crate::access::Role;
use crate::base::crypto::hex;
use crate::base::german;
use crate::base::ids::ClearanceId;
use crate::grants::rules::{self, ClearancePeriod, NoClearance, Refusal, State};
use crate::grants::service::decisions::{Why, may_be_readmitted};
use crate::grants::store::GrantRow;
use crate::grants::store::decisions::Helper;
use crate::history::HistoryLine;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Field, TimelineItem, Tone, Width, error_summary, hidden, link_button, notice,
    post_form_unguarded, submit, submit_danger, summary_list, text_field, timeline, two_versions,
};

/// Who looks at the grant, and what was just refused to them.
pub(in crate::grants) struct Viewer {
    /// Whether the role decides about grants here.
    pub may_decide: bool,
    /// Whether the role asks for grants.
    pub may_request: bool,
    /// Whether the role may close access at once.
    pub may_stop: bool,
    /// Whether this person asked for it.
    pub own: bool,
    /// Who can help instead.
    pub helpers: Vec<Helper>,
    /// The clearance on which an approval would rest.
    pub clearance: Result<ClearanceId, NoClearance>,
    /// The clearances there are.
    pub clearances: Vec<ClearancePeriod>,
    /// What was just refused.
    pub why: Option<Why>,
}

/// The names of the helpers with a role.
pub(super) fn names(helpers: &[Helper], role: Role) -> String {
    helpers
        .iter()
        .filter(|helper| helper.role == role.code())
        .map(|helper| helper.name.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}

/// Why the same person cannot approve, and who can.
fn four_eyes(helpers: &[Helper]) -> Markup {
    let others = names(helpers, Role::AccessOfficer);
    html! {
        "Sie haben diese Freigabe selbst beantragt, mit diesem oder einem anderen Konto. Wer beantragt, genehmigt nicht: eine zweite Person muss sie prüfen. "
        @if others.is_empty() {
            "In dieser Einrichtung hat keine zweite Person ein Konto mit der Rolle Zugang. Bitten Sie die Verwaltung (Konten), eines für die Vertretung anzulegen."
        } @else { "Bitten Sie darum: " (others) " (Zugang)." }
    }
}

/// What is missing before the grant can be approved, and whom to ask for it.
pub(super) fn missing_clearance(missing: NoClearance, helpers: &[Helper]) -> Markup {
    let coordination = names(helpers, Role::Coordinator);
    html! {
        (missing.sentence()) " Eine Freigabe braucht eine Überprüfung, die den ganzen Zeitraum abdeckt. "
        @match missing {
            NoClearance::Requested => "Darüber entscheidet die Stelle „Zugang“ dieser Einrichtung; danach lässt sich die Freigabe genehmigen.",
            _ => {
                "Die Überprüfung beantragt die Trägerkoordination"
                @if !coordination.is_empty() { " (" (coordination) ")" }
                "; alternativ lässt sich der Zeitraum des Antrags ändern."
            }
        }
    }
}

/// What a page shows of a grant before it is approved: label and text. Sent along with the form, so that the page after
/// a change can say what changed.
fn looked_at(
    row: &GrantRow,
    clearances: &[ClearancePeriod],
    clearance: Option<ClearanceId>,
) -> Vec<(&'static str, String)> {
    let rests = clearance.and_then(|id| clearances.iter().find(|one| one.id == id));
    vec![
        (
            "Stand",
            row.state.parse().map_or_else(
                |_| row.state.clone(),
                |state: State| state.label().to_owned(),
            ),
        ),
        ("Fachkraft", row.staff_name.clone()),
        ("Einrichtung", row.facility_name.clone()),
        ("Maßnahme", row.programme_name.clone()),
        ("Zeitraum", period(row.first_day, row.last_day)),
        (
            "Überprüfung",
            rests.map_or_else(|| "keine".to_owned(), clearance_words),
        ),
        ("Beantragt von", row.requested_by_name.clone()),
    ]
}

fn clearance_words(clearance: &ClearancePeriod) -> String {
    match (clearance.first, clearance.last) {
        (Some(first), Some(last)) => format!("gültig {}", period(first, last)),
        _ => "beantragt".to_owned(),
    }
}

/// What changed since the page was opened.
fn changed(form: &Form, now: &[(&'static str, String)]) -> Markup {
    let before = form.values("gesehen");
    let rows: Vec<(&str, &str, &str)> = now
        .iter()
        .zip(before)
        .map(|((label, now), before)| (*label, before.as_str(), now.as_str()))
        .collect();
    html! {
        p { "Es wurde nichts gespeichert. Bitte den neuen Stand prüfen und dann entscheiden." }
        @if rows.len() == now.len() && rows.iter().any(|(_, before, now)| before != now) {
            p { "Geändert hat sich: "
                (rows.iter().filter(|(_, before, now)| before != now)
                    .map(|(label, before, now)| format!("{label} (bisher {before}, jetzt {now})")).collect::<Vec<_>>().join("; ")) "." }
        }
    }
}

/// Both states next to each other, below the notice.
fn both(form: &Form, now: &[(&'static str, String)]) -> Markup {
    let before = form.values("gesehen");
    html! {
        @if before.len() == now.len() {
            (two_versions(&now.iter().zip(before).map(|((label, now), before)| (*label, before.as_str(), now.as_str())).collect::<Vec<_>>()))
        }
    }
}

fn decided(row: &GrantRow) -> String {
    match (&row.decided_by_name, row.decided_at) {
        (Some(name), Some(instant)) => {
            format!(" (zuletzt entschieden von {name}, {})", at(instant))
        }
        _ => String::new(),
    }
}

/// Why a decision was refused, as one German sentence or two.
pub(super) fn sentence(why: &Why, row: &GrantRow, helpers: &[Helper]) -> (&'static str, Markup) {
    match why {
        Why::Rule(Refusal::FourEyes) => ("Nicht genehmigt: vier Augen", four_eyes(helpers)),
        Why::Rule(Refusal::Over) => (
            "Nicht möglich",
            html! { "Der letzte Tag dieser Freigabe ist vorbei. Bitte eine neue beantragen." },
        ),
        Why::Rule(Refusal::NotPossible(state)) => (
            "Schon entschieden",
            html! { "Diese Freigabe ist schon " (state.label()) (decided(row)) ". Dieser Schritt ist nicht mehr möglich." },
        ),
        Why::Clearance(missing) => (
            "Nicht genehmigt: Überprüfung fehlt",
            missing_clearance(*missing, helpers),
        ),
        Why::Stopped => (
            "Nicht genehmigt: Sperre",
            html! { "Diese Fachkraft ist hier gesperrt. Solange die " a href="/sperren" { "Sperre" } " gilt, kann keine Freigabe genehmigt werden." },
        ),
        Why::Changed => ("Inzwischen geändert", html! {}),
    }
}

fn reason_form(
    frame: &Frame,
    form: &Form,
    action: &str,
    version: &str,
    hint: &str,
    label: &str,
) -> Markup {
    post_form_unguarded(
        frame,
        action,
        None,
        html! {
            (hidden("version", version))
            (text_field(form, &Field::text("reason", "Grund").required().width(Width::Full).max_length(200).hint(hint)))
            div.actions { (submit_danger("schritt", "1", label)) }
        },
    )
}

/// The form that approves exactly what the page shows; or what is missing for it.
fn approval(frame: &Frame, row: &GrantRow, viewer: &Viewer, label: &str) -> Markup {
    match viewer.clearance {
        Ok(clearance) => {
            let facts = looked_at(row, &viewer.clearances, Some(clearance));
            let hash = hex(&row.facts(clearance).hash());
            post_form_unguarded(
                frame,
                &format!("/freigaben/{}/genehmigen", row.id),
                None,
                html! {
                    (hidden("hash", &hash))
                    @for (_, text) in &facts { (hidden("gesehen", text)) }
                    div.actions { (submit(label)) }
                },
            )
        }
        Err(missing) if matches!(viewer.why, Some(Why::Clearance(_))) => {
            html! { p { (missing.sentence()) } }
        }
        Err(missing) => notice(
            Tone::Warning,
            None,
            missing_clearance(missing, &viewer.helpers),
        ),
    }
}

fn decisions(frame: &Frame, form: &Form, row: &GrantRow, viewer: &Viewer, today: Date) -> Markup {
    let action = |step: &str| format!("/freigaben/{}/{step}", row.id);
    let version = row.version.to_string();
    let over = row.last_day < today;
    let stopped = html! { p { "Solange die Sperre gilt, kann nichts genehmigt werden." } };
    html! {
        @match row.decidable().state {
            State::Requested if viewer.own => {
                @if viewer.why.is_none() && !over { (notice(Tone::Info, None, four_eyes(&viewer.helpers))) }
                h2 { "Antrag zurückziehen" }
                (reason_form(frame, form, &action("widerrufen"), &version, "Steht im Verlauf.", "Zurückziehen"))
            }
            State::Requested => {
                @if !over {
                    h2 { "Genehmigen" }
                    p { "Die Person wird damit im genannten Zeitraum eingelassen und sieht ihre Gruppen dieser Maßnahme." }
                    @if row.stopped { (stopped) } @else { (approval(frame, row, viewer, "Genehmigen")) }
                }
                h2 { "Ablehnen" }
                (reason_form(frame, form, &action("ablehnen"), &version, "Steht im Verlauf; der Träger liest ihn.", "Ablehnen"))
            }
            State::Active | State::Suspended if !over => {
                @if may_be_readmitted(row) {
                    h2 { "Wieder zulassen" }
                    p { "Mit einer gültigen Überprüfung kann die Freigabe bis zu ihrem letzten Tag wieder gelten." }
                    @if viewer.own { (notice(Tone::Info, None, four_eyes(&viewer.helpers))) }
                    @else if row.stopped { (stopped) }
                    @else { (approval(frame, row, viewer, "Wieder zulassen")) }
                }
                h2 { "Widerrufen" }
                p { "Gilt sofort und endgültig: Die Person steht ohne gültige Freigabe auf der Pfortenliste und sieht ihre Gruppen hier nicht mehr." }
                (reason_form(frame, form, &action("widerrufen"), &version, "Steht im Verlauf; der Träger liest ihn.", "Widerrufen"))
            }
            _ => {}
        }
    }
}

/// What the coordination can do with its request.
fn own_request(frame: &Frame, form: &Form, row: &GrantRow) -> Markup {
    html! {
        @if row.state == State::Requested.code() {
            h2 { "Antrag ändern oder zurückziehen" }
            p { "Solange niemand entschieden hat: " a href={ "/freigaben/" (row.id) "/aendern" } { "Zeitraum ändern" } "." }
            (reason_form(frame, form, &format!("/freigaben/{}/zurueckziehen", row.id), &row.version.to_string(), "Steht im Verlauf.", "Zurückziehen"))
        }
    }
}

/// Why the grant is closed at the moment, and what opens it again.
fn closed(row: &GrantRow) -> Markup {
    html! {
        @if row.state == State::Suspended.code() {
            @if let Some(stop) = row.stop_id {
                (notice(Tone::Danger, None, html! { "Der Zugang ist gesperrt. " a href={ "/sperren/" (stop) } { "Zur Sperre" } }))
            }
            @if let Some(reason) = &row.suspended_reason { (notice(Tone::Warning, None, html! { (reason) })) }
        } @else if row.stopped {
            (notice(Tone::Danger, None, html! { "Diese Fachkraft ist hier gesperrt. " a href="/sperren" { "Zu den Sperren" } }))
        }
    }
}

pub(in crate::grants) fn grant(
    frame: &Frame,
    form: &Form,
    row: &GrantRow,
    history: &[HistoryLine],
    viewer: &Viewer,
    today: Date,
) -> Markup {
    let state = row.decidable().state;
    let shown = rules::shown(state, row.first_day, row.last_day, today);
    let decided = match (&row.decided_by_name, row.decided_at) {
        (Some(name), Some(instant)) => html! { (name) ", " (at(instant)) },
        _ => html! { "noch nicht" },
    };
    let rests = row
        .clearance_id
        .or(viewer.clearance.ok())
        .and_then(|id| viewer.clearances.iter().find(|one| one.id == id));
    let facts = looked_at(row, &viewer.clearances, viewer.clearance.ok());
    let options = PageOptions {
        errored: form.has_errors() || viewer.why.is_some(),
        crumbs: vec![("Zugangsfreigaben".into(), "/freigaben".into())],
        help: Some("freigaben"),
        tools: viewer.may_stop.then(|| {
            link_button(
                "Zugang sperren",
                &format!("/sperren/neu?fachkraft={}", row.staff_id),
                false,
            )
        }),
        ..PageOptions::default()
    };
    let items: Vec<TimelineItem> = history.iter().map(TimelineItem::from).collect();
    let mut rows = vec![
        ("Stand", state_tags(shown, row.last_day, today)),
        ("Fachkraft", html! { (row.staff_name) }),
        ("Träger", html! { (row.provider_name) }),
        ("Einrichtung", html! { (row.facility_name) }),
        ("Maßnahme", html! { (row.programme_name) }),
        (
            "Zeitraum",
            html! { (period(row.first_day, row.last_day)) ", bis 24 Uhr des letzten Tages" },
        ),
        (
            "Überprüfung",
            html! { @match rests { Some(clearance) => (clearance_words(clearance)), None => "keine, die den Zeitraum abdeckt" } },
        ),
        (
            "Beantragt",
            html! { (row.requested_by_name) ", " (at(row.requested_at)) },
        ),
        ("Zuletzt entschieden", decided),
    ];
    if let Some(before) = row.renewal_of {
        rows.push((
            "Verlängert",
            html! { a href={ "/freigaben/" (before) } { "die vorige Freigabe" } },
        ));
    }
    if let Some(request) = row.request_id {
        rows.push((
            "Antrag",
            html! { a href={ "/freigaben/antrag/" (request) } { "alles aus diesem Antrag" } },
        ));
    }
    page_with(
        frame,
        &format!("Zugangsfreigabe {}", row.staff_name),
        options,
        html! {
            (error_summary(form))
            @if let Some(why) = &viewer.why {
                @let (title, body) = sentence(why, row, &viewer.helpers);
                @if *why == Why::Changed {
                    (notice(Tone::Danger, Some(title), changed(form, &facts)))
                    (both(form, &facts))
                } @else { (notice(Tone::Danger, Some(title), body)) }
            }
            (closed(row))
            (summary_list(&rows))
            @if viewer.may_decide { (decisions(frame, form, row, viewer, today)) }
            @else if viewer.may_request { (own_request(frame, form, row)) }
            h2 { "Verlauf" }
            (timeline(&items))
        },
    )
}

/// The last day in words, for lists.
pub(super) fn until(day: Date) -> String {
    format!("bis {}", german::date(day))
}
