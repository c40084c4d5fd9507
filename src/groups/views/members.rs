//! Before somebody is taken into a group, and ending somebody's place.

use maud::{Markup, html};
use time::Date;

use crate::base::german;
use crate::base::ids::PersonId;
use crate::conflicts;
use crate::groups::rules::{EndReason, PauseReason};
use crate::groups::service::members::Question;
use crate::groups::store::GroupHead;
use crate::groups::store::members::MemberRow;
use crate::groups::store::pauses::PauseRow;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, Tone, Width, actions, error_summary, hidden, notice, post_form,
    post_form_unguarded, select_field, table, text_field,
};

fn options<'a>(group: &GroupHead, form: Option<&Form>) -> PageOptions<'a> {
    PageOptions {
        errored: form.is_some_and(Form::has_errors),
        crumbs: super::crumbs(Some((group.name.clone(), format!("/gruppen/{}", group.id)))),
        ..PageOptions::default()
    }
}

/// What to look at before a person is taken in.
pub fn confirm(frame: &Frame, form: &Form, asked: &Question, token: &str) -> Markup {
    let here = format!("/gruppen/{}", asked.group.id);
    page_with(
        frame,
        "Trotzdem aufnehmen?",
        options(&asked.group, Some(form)),
        html! {
            (error_summary(form))
            p { strong { (asked.person.name()) } }
            @if !asked.problems.is_empty() {
                (notice(Tone::Warning, Some("Vor der Aufnahme"), html! { ul { @for problem in &asked.problems { li { (problem) } } } }))
            }
            (post_form_unguarded(frame, &format!("{here}/teilnehmende"), Some(token), html! {
                (hidden("person", &asked.person.id.to_string()))
                (hidden("bestaetigt", "1"))
                (conflicts::panel(form, &asked.against))
                (actions("Trotzdem aufnehmen", &[("Abbrechen", &here)]))
            }))
        },
    )
}

/// Ending a place.
pub fn end(
    frame: &Frame,
    form: &Form,
    group: &GroupHead,
    member: &MemberRow,
    person: PersonId,
) -> Markup {
    let here = format!("/gruppen/{}", group.id);
    let reasons = EndReason::choices();
    page_with(
        frame,
        "Teilnahme beenden",
        options(group, Some(form)),
        html! {
            (error_summary(form))
            p { strong { (member.name()) } " scheidet aus der Gruppe aus; die Teilnahme endet vorzeitig. Anwesenheit und Verlauf bleiben lesbar." }
            p { "Teilgenommen: " (member.attended) " von " (member.held) " Sitzungen." }
            p { "Kommt die Person wieder? " a href={ (here) "/teilnehmende/" (person) "/aussetzen" } { "Nur für eine Zeit aussetzen" } ", dann bleibt der Platz erhalten." }
            (post_form(frame, &format!("{here}/teilnehmende/{person}/beenden"), None, html! {
                (select_field(form, &Field::text("grund", "Grund").required(), &reasons, Some("Bitte wählen")))
                (text_field(form, &Field::date("ab", "Nicht mehr dabei ab").hint("Leer heißt: ab sofort. Künftige Sitzungen entfallen, vergangene bleiben lesbar.")))
                (text_field(form, &Field::text("hinweis", "Organisatorischer Hinweis").width(Width::Full).max_length(120)
                    .hint("Nichts zu Einstellung, Tat oder Gesundheit: Der Hinweis steht im Verlauf.")))
                (actions("Teilnahme beenden", &[("Abbrechen", &here)]))
            }))
        },
    )
}

/// What the page of suspensions shows.
pub struct PausePage<'a> {
    pub group: &'a GroupHead,
    pub member: &'a MemberRow,
    pub known: &'a [PauseRow],
    pub today: Date,
    pub token: &'a str,
}

/// Suspending a member, and the suspensions so far.
pub fn pause(frame: &Frame, form: &Form, view: &PausePage<'_>) -> Markup {
    let here = format!("/gruppen/{}", view.group.id);
    let action = format!("{here}/teilnehmende/{}/aussetzen", view.member.person_id);
    let reasons = PauseReason::choices();
    let open = view
        .known
        .iter()
        .find(|row| row.to_day.is_none_or(|to| to > view.today));
    let rows = view
        .known
        .iter()
        .map(|row| {
            vec![
                html! { (german::date(row.from_day)) },
                html! { @if let Some(last) = row.to_day.and_then(Date::previous_day) { (german::date(last)) } @else { "bis auf Weiteres" } },
                html! { (PauseReason::from_code(&row.reason).map_or("–", PauseReason::label)) },
                html! { (row.created_by_name) },
            ]
        })
        .collect::<Vec<_>>();
    page_with(
        frame,
        "Teilnahme aussetzen",
        options(view.group, Some(form)),
        html! {
            (error_summary(form))
            p { strong { (view.member.name()) } " behält den Platz. In der Anwesenheitsliste steht die Person als „ausgesetzt“ und braucht keinen Eintrag." }
            @if !rows.is_empty() {
                (table("Aussetzungen", &["Ab", "Letzter Tag", "Grund", "Erfasst von"].map(Column::text), rows))
            }
            @if let Some(row) = open {
                h2 { "Aussetzung beenden" }
                (post_form(frame, &action, None, html! {
                    (hidden("aussetzung", &row.id.to_string()))
                    (hidden("version", &row.version.to_string()))
                    (text_field(form, &Field::date("back", "Wieder dabei ab").required()))
                    (actions("Aussetzung beenden", &[("Abbrechen", &here)]))
                }))
            }
            h2 { "Neue Aussetzung" }
            (post_form(frame, &action, Some(view.token), html! {
                (text_field(form, &Field::date("from_day", "Ausgesetzt ab").required()))
                (text_field(form, &Field::date("last_day", "Letzter Tag").hint("Leer heißt: bis auf Weiteres.")))
                (select_field(form, &Field::text("reason", "Grund").required(), &reasons, Some("Bitte wählen")))
                (actions("Aussetzen", &[("Abbrechen", &here)]))
            }))
        },
    )
}
