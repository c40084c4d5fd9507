//! The page on which the administration gives an account the lead of its office.

use maud::{Markup, html};

use super::super::store::AccountRow;
use crate::access::Role;
use crate::approvals::Approval;
use crate::history::HistoryLine;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Field, TimelineItem, Tone, Width, actions, error_summary, hidden, notice, post_form,
    submit_danger, summary_list, tag, text_field, timeline,
};

/// What the page shows.
pub(in crate::accounts) struct View<'a> {
    pub row: &'a AccountRow,
    /// The actor's request that a second person approved.
    pub approved: Option<&'a Approval>,
    pub history: &'a [HistoryLine],
    pub form: &'a Form,
    pub token: &'a str,
}

/// The page.
pub(in crate::accounts) fn page(frame: &Frame, view: &View<'_>) -> Markup {
    let row = view.row;
    let options = PageOptions {
        errored: view.form.has_errors(),
        crumbs: vec![("Konten".into(), "/konten".into())],
        help: Some("konten"),
        ..PageOptions::default()
    };
    let role = row
        .role
        .parse::<Role>()
        .map_or_else(|_| row.role.clone(), |role| role.label().to_owned());
    let items: Vec<TimelineItem> = view.history.iter().map(TimelineItem::from).collect();
    let place = format!("/konten/{}/leitung", row.id);
    let version = row.version.to_string();
    let reason = |hint: &str| {
        text_field(
            view.form,
            &Field::text("grund", "Grund")
                .required()
                .width(Width::Full)
                .hint(hint),
        )
    };
    page_with(
        frame,
        "Leitung der Stelle",
        options,
        html! {
            p.prose { "Die Leitung prüft Notfallzugriffe ihrer Stelle nach und kann eingeschränkte Datensätze der Stelle im Einzelfall mit Begründung einsehen. Sonst sieht sie nicht mehr als vorher." }
            (summary_list(&[
                ("Konto", html! { (row.login) }),
                ("Name", html! { (row.name) }),
                ("Rolle", html! { (role) }),
                ("Leitung", if row.lead { tag(Tone::Info, "Leitung") } else { html! { "nein" } }),
            ]))
            (error_summary(view.form))
            @if row.lead {
                h2 { "Leitung entziehen" }
                (post_form(frame, &place, None, html! {
                    (hidden("version", &version))
                    (reason("Steht im Verlauf und im Protokoll. Das Entziehen gilt sofort und braucht keine zweite Person."))
                    div.actions { (submit_danger("tun", "entziehen", "Leitung entziehen")) }
                }))
            } @else if let Some(approved) = view.approved {
                (notice(Tone::Info, Some("Genehmigt"), html! { p { "Genehmigt von " (approved.decided_by_name.as_deref().unwrap_or("–")) ". Grund des Antrags: " (approved.reason) } }))
                (post_form(frame, &place, None, html! {
                    (hidden("version", &version))
                    (hidden("tun", "uebertragen"))
                    (actions("Leitung übertragen", &[("Abbrechen", "/konten")]))
                }))
            } @else {
                h2 { "Leitung beantragen" }
                (post_form(frame, &place, Some(view.token), html! {
                    (hidden("version", &version))
                    (reason("Zum Beispiel: Bestellung vom 3. November. Eine zweite Person der Verwaltung oder des Datenschutzes muss zustimmen."))
                    (actions("Beantragen", &[("Abbrechen", "/konten")]))
                }))
            }
            @if !items.is_empty() {
                h2 { "Verlauf" }
                (timeline(&items))
            }
        },
    )
}
