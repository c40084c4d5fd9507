//! Deadlines of a case.

use maud::{Markup, html};
use time::Date;

use super::cases::{lead, trail};
use super::counselling::radios;
use crate::base::german;
use crate::casework::codes::DeadlineKind;
use crate::casework::rules::deadline::Due;
use crate::casework::store::cases::CaseLine;
use crate::casework::store::extras::CaseDeadline;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, Tone, actions, error_summary, hidden, post_form, post_form_unguarded,
    radio_group, stacked_table, submit_secondary, tag, text_field,
};

/// How near a deadline is, as a tag.
pub(crate) fn due_tag(due: Due) -> Markup {
    let tone = match due {
        Due::Missing | Due::Soon(_) => Tone::Warning,
        Due::Over(_) => Tone::Danger,
        Due::Later(_) => Tone::Neutral,
    };
    tag(tone, &due.words())
}

/// The form for a deadline.
pub(in crate::casework) fn form(
    frame: &Frame,
    form: &Form,
    line: &CaseLine,
    token: &str,
) -> Markup {
    let place = format!("/faelle/{}", line.id);
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: trail(line),
        help: Some("faelle"),
        lead: Some(lead(line)),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Frist setzen",
        options,
        html! {
            (error_summary(form))
            p { "Vier Wochen vorher steht die Frist auf der Aufgabenliste aller, die mit dem Fall arbeiten." }
            (post_form(frame, &format!("{place}/frist"), Some(token), html! {
                (radio_group(form, "art", "Art der Frist", &radios(&DeadlineKind::choices())))
                (text_field(form, &Field::date("bis", "Frist bis").required()))
                (actions("Frist setzen", &[("Abbrechen", &place)]))
            }))
        },
    )
}

/// The open deadlines of a case.
pub(super) fn deadlines(
    frame: &Frame,
    deadlines: &[CaseDeadline],
    may_close: bool,
    today: Date,
) -> Markup {
    let rows = deadlines
        .iter()
        .map(|deadline| {
            let mut cells = vec![
                html! { (deadline.kind.label()) },
                html! { (german::date(deadline.due)) " " (due_tag(Due::of(Some(deadline.due), today))) },
            ];
            if may_close {
                cells.push(post_form_unguarded(
                    frame,
                    &format!("/fristen/{}/erledigt", deadline.id),
                    None,
                    html! {
                        (hidden("version", &deadline.version.to_string()))
                        (submit_secondary("fertig", "1", "Erledigt"))
                    },
                ));
            }
            cells
        })
        .collect();
    let mut head = ["Frist", "Bis"].map(Column::text).to_vec();
    if may_close {
        head.push(Column::text("Aktion"));
    }
    stacked_table("Fristen", &head, rows)
}
