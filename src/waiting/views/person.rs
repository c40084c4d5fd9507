//! The applications of one person, for their page.

use maud::{Markup, html};
use time::Date;

use crate::base::german;
use crate::base::ids::{ApplicationId, PersonId};
use crate::waiting::rules::CloseReason;
use crate::web::parts::{Column, table};

/// An application as the page of its person shows it.
pub(crate) struct Shown<'a> {
    pub id: ApplicationId,
    pub programme: &'a str,
    /// Code of the state.
    pub state: &'a str,
    pub applied_on: Date,
    pub closed_on: Option<Date>,
    /// Code of the reason.
    pub close_reason: Option<&'a str>,
}

/// The section of a person's page: the applications and the way to a new one.
pub(crate) fn section(person: PersonId, lines: &[Shown<'_>], may_apply: bool) -> Markup {
    let rows = lines
        .iter()
        .map(|line| {
            vec![
                html! { a href={ "/antraege/" (line.id) } { (line.programme) } },
                super::state_tag(line.state),
                html! { (german::date(line.applied_on)) },
                html! {
                    @if let Some(day) = line.closed_on { (german::date(day)) } @else { "–" }
                    @if let Some(reason) = line.close_reason.and_then(CloseReason::from_code) {
                        span.detail { (reason.label()) }
                    }
                },
            ]
        })
        .collect::<Vec<_>>();
    html! {
        h2 { "Warteliste" }
        @if rows.is_empty() { p { "Kein Antrag." } } @else {
            (table("Anträge", &["Maßnahme", "Stand", "Beantragt", "Beendet"].map(Column::text), rows))
        }
        @if may_apply { p { a href={ "/personen/" (person) "/antrag" } { "Antrag erfassen" } } }
    }
}
