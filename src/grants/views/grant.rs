//! The page of one grant.

use maud::{Markup, html};
use time::Date;

use super::{period, state_tags};
use crate::base::german;
use crate::base::time::{Instant, berlin_local};
use crate::grants::rules::{self, Decidable, Refusal, State};
use crate::grants::service::decidable;
use crate::grants::store::GrantRow;
use crate::history::HistoryLine;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Field, TimelineItem, Tone, Width, error_summary, hidden, notice, post_form_unguarded, submit,
    submit_danger, summary_list, text_field, timeline,
};

/// Who looks at the grant, and what was just refused to them.
pub(in crate::grants) struct Viewer {
    /// Whether the role decides about grants here.
    pub may_decide: bool,
    /// Whether this account asked for it.
    pub own: bool,
    /// Who may decide instead.
    pub others: Vec<String>,
    /// What was just refused.
    pub refusal: Option<Refusal>,
}

fn at(instant: Instant) -> String {
    german::date_time(berlin_local(instant))
}

fn line(entry: &HistoryLine) -> TimelineItem {
    let title = match (&entry.old_value, &entry.new_value) {
        (Some(old), Some(new)) => format!("{}: {old} → {new}", entry.what),
        (None, Some(value)) | (Some(value), None) => format!("{}: {value}", entry.what),
        (None, None) => entry.what.clone(),
    };
    TimelineItem {
        title,
        when: at(entry.at),
        by: entry.actor_name.clone(),
        detail: entry
            .reason
            .as_ref()
            .map(|reason| format!("Grund: {reason}")),
    }
}

/// Why the same account cannot approve, and who can.
fn four_eyes(others: &[String]) -> Markup {
    html! {
        "Dieses Konto hat die Freigabe selbst beantragt. Wer beantragt, genehmigt nicht: eine zweite Person muss sie prüfen. "
        @if others.is_empty() {
            "In dieser Einrichtung gibt es kein zweites Konto mit der Rolle Zugang. Bitten Sie die Verwaltung (Konten), eines für die Vertretung anzulegen."
        } @else {
            "Bitten Sie darum: " (others.join(", ")) " (Zugang)."
        }
    }
}

fn refused(refusal: Refusal, others: &[String]) -> Markup {
    let body = match refusal {
        Refusal::FourEyes => four_eyes(others),
        Refusal::Over => {
            html! { "Der letzte Tag dieser Freigabe ist vorbei. Bitte eine neue beantragen." }
        }
        Refusal::NotPossible(state) => {
            html! { "Diese Freigabe ist " (state.label()) ". Dieser Schritt ist dafür nicht vorgesehen." }
        }
    };
    let title = if refusal == Refusal::FourEyes {
        "Nicht genehmigt: vier Augen"
    } else {
        "Nicht möglich"
    };
    notice(Tone::Danger, Some(title), body)
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

fn decisions(
    frame: &Frame,
    form: &Form,
    row: &GrantRow,
    viewer: &Viewer,
    grant: &Decidable,
    today: Date,
) -> Markup {
    let action = |step: &str| format!("/freigaben/{}/{step}", row.id);
    let version = row.version.to_string();
    let over = grant.last < today;
    html! {
        @match grant.state {
            State::Requested if viewer.own => {
                @if viewer.refusal.is_none() && !over { (notice(Tone::Info, None, four_eyes(&viewer.others))) }
                h2 { "Antrag zurückziehen" }
                (reason_form(frame, form, &action("widerrufen"), &version, "Steht im Verlauf.", "Zurückziehen"))
            }
            State::Requested => {
                @if !over {
                    h2 { "Genehmigen" }
                    p { "Die Person wird damit im genannten Zeitraum eingelassen und sieht ihre Gruppen dieser Maßnahme." }
                    (post_form_unguarded(frame, &action("genehmigen"), None, html! {
                        (hidden("version", &version))
                        div.actions { (submit("Genehmigen")) }
                    }))
                }
                h2 { "Ablehnen" }
                (reason_form(frame, form, &action("ablehnen"), &version, "Steht im Verlauf; der Träger liest ihn.", "Ablehnen"))
            }
            State::Active if !over => {
                h2 { "Widerrufen" }
                p { "Gilt sofort: Die Person steht ohne gültige Freigabe auf der Pfortenliste und sieht ihre Gruppen hier nicht mehr." }
                (reason_form(frame, form, &action("widerrufen"), &version, "Steht im Verlauf; der Träger liest ihn.", "Widerrufen"))
            }
            _ => {}
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
    let grant = decidable(row);
    let shown = rules::shown(grant.state, row.first_day, row.last_day, today);
    let decided = match (&row.decided_by_name, row.decided_at) {
        (Some(name), Some(instant)) => html! { (name) ", " (at(instant)) },
        _ => html! { "noch nicht" },
    };
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: vec![("Zugangsfreigaben".into(), "/freigaben".into())],
        help: Some("freigaben"),
        ..PageOptions::default()
    };
    let items: Vec<TimelineItem> = history.iter().map(line).collect();
    page_with(
        frame,
        &format!("Zugangsfreigabe {}", row.staff_name),
        options,
        html! {
            (error_summary(form))
            @if let Some(refusal) = viewer.refusal { (refused(refusal, &viewer.others)) }
            (summary_list(&[
                ("Stand", state_tags(shown, row.last_day, today)),
                ("Fachkraft", html! { (row.staff_name) }),
                ("Träger", html! { (row.provider_name) }),
                ("Einrichtung", html! { (row.facility_name) }),
                ("Maßnahme", html! { (row.programme_name) }),
                ("Zeitraum", html! { (period(row.first_day, row.last_day)) ", bis 24 Uhr des letzten Tages" }),
                ("Beantragt", html! { (row.requested_by_name) ", " (at(row.requested_at)) }),
                ("Zuletzt entschieden", decided),
            ]))
            @if viewer.may_decide { (decisions(frame, form, row, viewer, &grant, today)) }
            h2 { "Verlauf" }
            (timeline(&items))
        },
    )
}
