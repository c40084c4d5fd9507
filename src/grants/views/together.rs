//! The page of a request: everything that was asked for with one form, approved together.

use maud::{Markup, html};
use time::Date;

use super::grant::sentence;
use super::{period, state_tags, tick};
use crate::access::{Person, same_person};
use crate::base::crypto::hex;
use crate::base::ids::{ClearanceId, GrantId, GrantRequestId, StaffId};
use crate::grants::rules::{self, ClearancePeriod, State};
use crate::grants::service::decisions::{Why, clearance_of};
use crate::grants::store::GrantRow;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Tone, error_summary, hidden, notice, post_form_unguarded, submit, table,
};

/// Who looks at the request, and what was just refused to them.
pub(in crate::grants) struct RequestViewer {
    /// Whether the role decides about grants here.
    pub may_decide: bool,
    /// Who looks.
    pub me: Person,
    /// The clearances of the staff members at the facility.
    pub clearances: Vec<(StaffId, ClearancePeriod)>,
    /// What was just refused: for which grant and why.
    pub refusal: Option<(GrantId, Why)>,
}

/// The clearance on which a row could be approved now, or why it cannot.
fn approvable(row: &GrantRow, viewer: &RequestViewer, today: Date) -> Result<ClearanceId, String> {
    let grant = row.decidable();
    if grant.state != State::Requested {
        return Err(String::new());
    }
    if row.last_day < today {
        return Err("Der letzte Tag ist vorbei.".to_owned());
    }
    if same_person(grant.requested_by, viewer.me) {
        return Err("Selbst beantragt: Eine zweite Person muss genehmigen.".to_owned());
    }
    if row.stopped {
        return Err("Die Fachkraft ist hier gesperrt.".to_owned());
    }
    clearance_of(row, &viewer.clearances, today).map_err(rules::NoClearance::sentence)
}

pub(in crate::grants) fn of_request(
    frame: &Frame,
    form: &Form,
    request: GrantRequestId,
    rows: &[GrantRow],
    viewer: &RequestViewer,
    today: Date,
) -> Markup {
    let checked: Vec<(usize, Result<ClearanceId, String>)> = rows
        .iter()
        .scan(0, |number, row| {
            let found = approvable(row, viewer, today);
            let index = *number;
            *number += usize::from(found.is_ok());
            Some((index, found))
        })
        .collect();
    let ready = checked.iter().filter(|(_, found)| found.is_ok()).count();
    let body: Vec<Vec<Markup>> = rows
        .iter()
        .zip(&checked)
        .map(|(row, (index, found))| {
            let name = format!("{}, {}", row.facility_name, row.programme_name);
            let shown = rules::shown(row.decidable().state, row.first_day, row.last_day, today);
            vec![
                match found {
                    Ok(clearance) if viewer.may_decide => html! {
                        (tick(form, "grant", *index, &row.id.to_string(), &name, viewer.refusal.is_none() && !form.has_errors()))
                        (hidden(&format!("hash-{}", row.id), &hex(&row.facts(*clearance).hash())))
                    },
                    _ => html! { (name) },
                },
                html! { (row.staff_name) },
                html! { (period(row.first_day, row.last_day)) },
                html! {
                    (state_tags(shown, row.last_day, today))
                    @if viewer.may_decide && let Err(why) = found && !why.is_empty() { br; (why) }
                },
                html! { a href={ "/freigaben/" (row.id) } { "Ansehen" span.hide { ": " (name) } } },
            ]
        })
        .collect();
    let head = [
        "Einrichtung, Maßnahme",
        "Fachkraft",
        "Von – bis",
        "Stand",
        "Freigabe",
    ]
    .map(Column::text);
    let list = table("Freigaben dieses Antrags", &head, body);
    let refusal = viewer.refusal.as_ref().and_then(|(id, why)| {
        let row = rows.iter().find(|row| row.id == *id)?;
        Some((row, why))
    });
    let options = PageOptions {
        errored: form.has_errors() || refusal.is_some(),
        wide: true,
        crumbs: vec![("Zugangsfreigaben".into(), "/freigaben".into())],
        help: Some("freigaben"),
        ..PageOptions::default()
    };
    let by = rows
        .first()
        .map_or("", |row| row.requested_by_name.as_str());
    page_with(
        frame,
        "Antrag auf Zugangsfreigaben",
        PageOptions {
            lead: Some(html! { "Beantragt von " (by) }),
            ..options
        },
        html! {
            (error_summary(form))
            @if let Some((row, why)) = refusal {
                @let (title, text) = sentence(why, row, &[]);
                (notice(Tone::Danger, Some(title), html! {
                    p { (row.facility_name) ", " (row.programme_name) ": "
                        @if *why == Why::Changed { "Der Antrag hat sich geändert, seit Sie die Seite geöffnet haben." } @else { (text) } }
                    p { "Es wurde nichts genehmigt. Bitte den neuen Stand prüfen." }
                }))
            }
            @if viewer.may_decide && ready > 0 {
                p { "Was angekreuzt ist, wird zusammen genehmigt: alles oder nichts. Ablehnen lässt sich jede Freigabe auf ihrer eigenen Seite." }
                (post_form_unguarded(frame, &format!("/freigaben/antrag/{request}/genehmigen"), None, html! {
                    (list)
                    div.actions { (submit("Angekreuzte genehmigen")) }
                }))
            } @else { (list) }
        },
    )
}
