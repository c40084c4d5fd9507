//! The list of clearances and the page of one.

use maud::{Markup, html};
use time::{Date, Duration};

use super::{at, clearance_tags, period, restriction_tags};
use crate::base::german;
use crate::history::HistoryLine;
use crate::providers::rules::clearance::{
    Outcome, Refusal, Scope, Shown, State, WARNING_DAYS, shown, warning,
};
use crate::providers::rules::word;
use crate::providers::scope::AFTERWARDS_DAYS;
use crate::providers::service::clearance::state;
use crate::providers::store::clearance::{
    ClearanceLine, ClearanceRow, Part, RestingGrant, Running,
};
use crate::providers::views::clearance_forms as forms;
use crate::store::{Cursor, Page};
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, Pager, TimelineItem, Tone, Width, empty_state, error_summary, filter_form,
    hidden, link_button, list_layout, notice, pager, pager_below, post_form_unguarded,
    select_field, submit_danger, summary_list, table, tag, text_field, timeline,
};

fn address(form: &Form, cursor: &Cursor) -> String {
    let mut pairs: Vec<(&str, String)> = ["name", "stand"]
        .into_iter()
        .map(|field| (field, form.value(field).to_owned()))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    pairs.push(("ab", cursor.to_string()));
    format!(
        "/ueberpruefungen?{}",
        serde_urlencoded::to_string(pairs).unwrap_or_default()
    )
}

/// The state of a line, with everything that calls for a look.
pub(in crate::providers) fn line_tags(line: &ClearanceLine, today: Date) -> Markup {
    html! {
        (clearance_tags(&line.state, line.validity(), line.renewal, today))
        @if line.source_ended { " " (tag(Tone::Danger, "Ausgangsentscheidung beendet")) }
    }
}

pub(in crate::providers) fn list(
    frame: &Frame,
    form: &Form,
    page: &Page<ClearanceLine>,
    today: Date,
    may_request: bool,
) -> Markup {
    let rows: Vec<Vec<Markup>> = page
        .rows
        .iter()
        .map(|line| {
            vec![
                html! { a href={ "/ueberpruefungen/" (line.id) } { (line.staff_name) } },
                html! { @if may_request { (line.facility_name) } @else { (line.provider_name) } },
                html! { @if let Some((first, last)) = line.validity() { (period(first, last)) } @else { "–" } },
                html! { @if line.validity().is_some() { (restriction_tags(line.restrictions())) } @else { "–" } },
                line_tags(line, today),
            ]
        })
        .collect();
    let several = page.previous.is_some() || page.next.is_some();
    let count = german::plural(rows.len() as u64, "Überprüfung", "Überprüfungen");
    let way = Pager {
        previous: page.previous.as_ref().map(|cursor| address(form, cursor)),
        next: page.next.as_ref().map(|cursor| address(form, cursor)),
        text: if several {
            format!("{count} auf dieser Seite")
        } else {
            count
        },
    };
    let filtered = !form.value("name").trim().is_empty() || !form.value("stand").is_empty();
    let parts = Part::ALL.map(|part| (part.code(), part.label()));
    let filter = filter_form(
        "/ueberpruefungen",
        "/ueberpruefungen",
        html! {
            (text_field(form, &Field::search("name", "Name der Fachkraft")))
            (select_field(form, &Field::text("stand", "Stand").plain().width(Width::Full), &parts, Some("alle")))
        },
    );
    let head = [
        "Fachkraft",
        if may_request {
            "Einrichtung"
        } else {
            "Träger"
        },
        "Von – bis",
        "Auflagen",
        "Stand",
    ]
    .map(Column::text);
    let found = html! {
        @if rows.is_empty() && (filtered || several) {
            (empty_state("Keine Überprüfung gefunden", "Zu diesem Namen und Stand gibt es keine Überprüfung.", Some(("Alle Überprüfungen zeigen", "/ueberpruefungen"))))
        } @else if rows.is_empty() && may_request {
            (empty_state("Noch keine Überprüfungen", "Jede Anstalt prüft selbst, wen sie einlässt. Beantragen Sie die Überprüfung, sobald die Einwilligung unterschrieben ist.", Some(("Überprüfung beantragen", "/ueberpruefungen/neu"))))
        } @else if rows.is_empty() {
            (empty_state("Noch keine Überprüfungen", "Hier stehen Anträge der Träger, sobald sie für Ihre Einrichtung eine Überprüfung beantragen.", None))
        } @else {
            (pager(&way))
            (table("Überprüfungen", &head, rows))
            (pager_below(&way))
        }
    };
    let options = PageOptions {
        wide: true,
        help: Some("ueberpruefungen"),
        tools: may_request
            .then(|| link_button("Überprüfung beantragen", "/ueberpruefungen/neu", true)),
        ..PageOptions::default()
    };
    page_with(frame, "Überprüfungen", options, list_layout(filter, found))
}

/// Who looks at the clearance, what was just refused, and what could be accepted.
pub(in crate::providers) struct Viewer<'a> {
    /// Whether the role decides about clearances here.
    pub may_decide: bool,
    /// Whether the role asks for clearances.
    pub may_request: bool,
    /// What was just refused.
    pub refusal: Option<Refusal>,
    /// Decisions of other facilities that hold today.
    pub sources: &'a [Running],
    /// The one that is about to be accepted.
    pub source: Option<&'a Running>,
}

fn refused(refusal: Refusal) -> Markup {
    let (title, text) = match refusal {
        Refusal::FourEyes => (
            "Nicht entschieden: vier Augen",
            "Sie haben diese Überprüfung selbst beantragt, vielleicht mit einem anderen Konto. Wer beantragt, entscheidet nicht: Bitte eine zweite Person mit der Rolle Zugang entscheiden lassen.".to_owned(),
        ),
        Refusal::Over => (
            "Nicht möglich",
            "Der letzte Tag dieser Überprüfung ist vorbei. Sie gilt ohnehin nicht mehr.".to_owned(),
        ),
        Refusal::NotPossible(state) => (
            "Nicht möglich",
            format!("Diese Überprüfung ist {state}. Dieser Schritt ist dafür nicht vorgesehen."),
        ),
    };
    notice(Tone::Danger, Some(title), html! { (text) })
}

fn end_form(frame: &Frame, row: &ClearanceRow, viewer: &Viewer<'_>, open: bool) -> Markup {
    let step = if viewer.may_decide {
        "beenden"
    } else {
        "zurueckziehen"
    };
    html! {
        h2 { @if open { "Antrag zurückziehen" } @else { "Vorzeitig beenden" } }
        @if open { p { "Zum Beispiel, wenn die Einwilligung zurückgenommen wurde oder der Einsatz entfällt." } }
        @else { p { "Gilt sofort und lässt sich nicht zurücknehmen. Zugangsfreigaben, die sich darauf stützen, werden im selben Augenblick gesperrt. Geleit hält nicht fest, warum." } }
        (post_form_unguarded(frame, &format!("/ueberpruefungen/{}/{step}", row.id), None, html! {
            (hidden("version", &row.version.to_string()))
            div.actions { (submit_danger("schritt", "1", if open { "Zurückziehen" } else { "Überprüfung beenden" })) }
        }))
    }
}

fn sources_table(row: &ClearanceRow, viewer: &Viewer<'_>) -> Markup {
    let rows = viewer
        .sources
        .iter()
        .map(|source| {
            vec![
                html! { (source.facility_name) },
                html! { (word::<Scope>(source.scope.as_deref().unwrap_or_default())) },
                html! { (period(source.first_day, source.last_day)) },
                html! { (restriction_tags(source.restrictions())) },
                html! {
                    @if viewer.source.is_some_and(|chosen| chosen.id == source.id) { "wird übernommen" }
                    @else { a href={ "/ueberpruefungen/" (row.id) "?aus=" (source.id) "#entscheiden" } { "Übernehmen" } }
                },
            ]
        })
        .collect();
    html! {
        h2 { "Entscheidungen anderer Anstalten" }
        p { "Eine davon lässt sich übernehmen: höchstens ebenso lange und mit mindestens denselben Auflagen." }
        (table("Entscheidungen anderer Anstalten", &["Anstalt", "Gilt für", "Von – bis", "Auflagen", "Nächster Schritt"].map(Column::text), rows))
    }
}

fn resting_table(resting: &[RestingGrant], today: Date) -> Markup {
    let rows = resting
        .iter()
        .map(|grant| {
            let (tone, text) = match grant.state.as_str() {
                "suspended" => (Tone::Danger, "gesperrt"),
                "declined" => (Tone::Danger, "abgelehnt"),
                "revoked" => (Tone::Danger, "widerrufen"),
                _ if grant.last_day < today => (Tone::Neutral, "abgelaufen"),
                "requested" => (Tone::Warning, "beantragt"),
                _ => (Tone::Success, "genehmigt"),
            };
            vec![
                html! { a href={ "/freigaben/" (grant.id) } { (grant.programme_name) } },
                html! { (period(grant.first_day, grant.last_day)) },
                tag(tone, text),
            ]
        })
        .collect();
    html! {
        h2 { "Zugangsfreigaben, die sich darauf stützen" }
        @if resting.is_empty() { p { "Keine." } }
        @else { (table("Zugangsfreigaben", &["Maßnahme", "Von – bis", "Stand"].map(Column::text), rows)) }
    }
}

/// Whether the actor's scope still holds the member of staff because of this clearance.
fn member_open(row: &ClearanceRow, viewer: &Viewer<'_>, today: Date) -> bool {
    let recent = row
        .last_day
        .is_none_or(|last| last >= today - Duration::days(AFTERWARDS_DAYS));
    viewer.may_request || (recent && matches!(state(row), State::Requested | State::Granted))
}

fn facts(row: &ClearanceRow, viewer: &Viewer<'_>, today: Date) -> Markup {
    let person = |name: &Option<String>, when: Option<crate::base::time::Instant>| {
        name.as_ref()
            .zip(when)
            .map(|(name, when)| format!("{name}, {}", at(when)))
    };
    let mut list = vec![
        (
            "Stand",
            clearance_tags(&row.state, row.validity(), row.next_id.is_some(), today),
        ),
        (
            "Fachkraft",
            html! {
                @if member_open(row, viewer, today) { a href={ "/fachkraefte/" (row.staff_id) } { (row.staff_name) } }
                @else { (row.staff_name) }
            },
        ),
        ("Träger", html! { (row.provider_name) }),
        ("Einrichtung", html! { (row.facility_name) }),
        (
            "Einwilligung",
            html! { "vom " (german::date(row.consent_on)) "; liegt: " (row.consent_kept_at) },
        ),
    ];
    if let Some((first, last)) = row.validity() {
        list.push((
            "Ergebnis",
            html! { (word::<Outcome>(row.result.as_deref().unwrap_or_default())) },
        ));
        list.push((
            "Gilt für",
            html! { (word::<Scope>(row.scope.as_deref().unwrap_or_default())) },
        ));
        list.push(("Zeitraum", html! { (period(first, last)) }));
        list.push(("Auflagen", restriction_tags(row.restrictions())));
        list.push((
            "Ausstellende Stelle",
            html! {
                (row.issuing_office.as_deref().unwrap_or("–"))
                @if let Some(place) = &row.accepted_facility { "; übernommen von " (place) }
            },
        ));
    }
    list.push((
        "Beantragt",
        html! { (row.requested_by_name) ", " (at(row.requested_at)) },
    ));
    if let Some(text) = person(&row.decided_by_name, row.decided_at) {
        list.push(("Entschieden", html! { (text) }));
    }
    if let Some(text) = person(&row.ended_by_name, row.ended_at) {
        list.push(("Beendet", html! { (text) }));
    }
    summary_list(&list)
}

/// What stands before and after this clearance.
fn chain(row: &ClearanceRow, viewer: &Viewer<'_>, today: Date) -> Markup {
    let shown = shown(state(row), row.validity(), today);
    let near = row
        .last_day
        .filter(|_| shown == Shown::Valid)
        .and_then(|last| warning(last, today));
    html! {
        @if shown != Shown::Withdrawn && row.accepted_state.as_deref() == Some("withdrawn") {
            (notice(Tone::Danger, Some("Ausgangsentscheidung beendet"), html! {
                (row.accepted_facility.as_deref().unwrap_or("Die andere Anstalt")) " hat die Entscheidung, die hier übernommen wurde, vorzeitig beendet. Bitte prüfen, ob sie hier weiter gelten kann."
            }))
        }
        @if let Some(previous) = row.renewal_of {
            p { "Erneuert " a href={ "/ueberpruefungen/" (previous) } { "die bisherige Überprüfung" }
                @if let Some(until) = row.renewed_until { "; diese gilt bis zum " (german::date(until)) } "." }
        }
        @if let Some(next) = row.next_id {
            p { a href={ "/ueberpruefungen/" (next) } { "Die Erneuerung" } " ist beantragt oder erteilt. Bis zu ihrem eigenen Ende gilt diese Überprüfung weiter." }
        } @else if let Some((_, left)) = near {
            (notice(Tone::Warning, None, html! {
                "Diese Überprüfung " (super::ends(left)) ". "
                @if viewer.may_request { a href={ "/ueberpruefungen/neu?fachkraft=" (row.staff_id) "&einrichtung=" (row.facility_id) } { "Erneuerung beantragen" } }
                @else { "Der Träger kann die Erneuerung beantragen; er wird " (WARNING_DAYS.map(|days| days.to_string()).join(", ")) " Tage vorher erinnert." }
            }))
        }
    }
}

pub(in crate::providers) fn show(
    frame: &Frame,
    form: &Form,
    row: &ClearanceRow,
    resting: &[RestingGrant],
    history: &[HistoryLine],
    viewer: &Viewer<'_>,
    today: Date,
) -> Markup {
    let state = state(row);
    let over = row.last_day.is_some_and(|last| last < today);
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: vec![("Überprüfungen".into(), "/ueberpruefungen".into())],
        help: Some("ueberpruefungen"),
        ..PageOptions::default()
    };
    page_with(
        frame,
        &format!("Überprüfung {}", row.staff_name),
        options,
        html! {
            (error_summary(form))
            @if let Some(refusal) = viewer.refusal { (refused(refusal)) }
            (facts(row, viewer, today))
            (chain(row, viewer, today))
            @if state == State::Requested && viewer.may_decide {
                @if !viewer.sources.is_empty() { (sources_table(row, viewer)) }
                (forms::decision(frame, form, row, viewer.source))
            }
            @if state != State::Requested { (resting_table(resting, today)) }
            @if state == State::Requested && viewer.may_request { (end_form(frame, row, viewer, true)) }
            @if state == State::Granted && !over { (end_form(frame, row, viewer, false)) }
            h2 { "Verlauf" }
            @if history.is_empty() { p { "Nichts festgehalten." } }
            @else { (timeline(&history.iter().map(TimelineItem::from).collect::<Vec<TimelineItem>>())) }
        },
    )
}
