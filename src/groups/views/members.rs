//! Before somebody is taken into a group, and ending somebody's place.

use maud::{Markup, html};

use crate::base::ids::PersonId;
use crate::groups::rules::EndReason;
use crate::groups::store::GroupHead;
use crate::groups::store::members::MemberRow;
use crate::people::PersonHead;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Field, Tone, actions, error_summary, hidden, notice, post_form, post_form_unguarded,
    select_field,
};

fn options<'a>(group: &GroupHead, form: Option<&Form>) -> PageOptions<'a> {
    PageOptions {
        errored: form.is_some_and(Form::has_errors),
        crumbs: super::crumbs(Some((group.name.clone(), format!("/gruppen/{}", group.id)))),
        ..PageOptions::default()
    }
}

/// What to look at before a person is taken in.
pub fn confirm(
    frame: &Frame,
    group: &GroupHead,
    person: &PersonHead,
    problems: &[String],
    token: &str,
) -> Markup {
    let here = format!("/gruppen/{}", group.id);
    page_with(
        frame,
        "Trotzdem aufnehmen?",
        options(group, None),
        html! {
            (notice(Tone::Warning, Some(&person.name()), html! { ul { @for problem in problems { li { (problem) } } } }))
            (post_form_unguarded(frame, &format!("{here}/teilnehmende"), Some(token), html! {
                (hidden("person", &person.id.to_string()))
                (hidden("bestaetigt", "1"))
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
            p { strong { (member.name()) } " scheidet heute aus der Gruppe aus; die Teilnahme endet vorzeitig. Anwesenheit und Verlauf bleiben lesbar." }
            p { "Teilgenommen: " (member.attended) " von " (member.held) " Sitzungen." }
            (post_form(frame, &format!("{here}/teilnehmende/{person}/beenden"), None, html! {
                (select_field(form, &Field::text("grund", "Grund").required(), &reasons, Some("Bitte wählen")))
                (actions("Teilnahme beenden", &[("Abbrechen", &here)]))
            }))
        },
    )
}
