//! The module passport of a person.

use maud::{Markup, html};

use crate::base::german;
use crate::groups::rules::passport::{How, Line, Standing};
use crate::groups::service::passport::{GroupOffer, PersonPass};
use crate::people::PersonHead;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Tone, empty_state, hidden, post_form_unguarded, summary_list, table, tag,
};

/// What the page shows.
pub struct PassportPage<'a> {
    pub person: &'a PersonHead,
    pub passes: &'a [PersonPass],
    pub may_plan: bool,
    /// Token of the forms that take the person in.
    pub token: &'a str,
}

/// The page.
pub fn page(frame: &Frame, view: &PassportPage<'_>) -> Markup {
    let here = format!("/personen/{}", view.person.id);
    let options = PageOptions {
        wide: true,
        crumbs: vec![
            ("Personen".into(), "/personen".into()),
            (view.person.name(), here.clone()),
        ],
        lead: Some(
            html! { (view.person.name()) @if let Some(number) = &view.person.number { ", " (number) } },
        ),
        help: Some("modulpass"),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Modulpass",
        options,
        html! {
            @if view.passes.is_empty() {
                (empty_state("Noch kein Modulpass", "Ein Modulpass entsteht mit der ersten Aufnahme in eine Gruppe.", Some(("Zur Person", &here))))
            }
            @for pass in view.passes { (course(frame, view, pass)) }
        },
    )
}

fn course(frame: &Frame, view: &PassportPage<'_>, one: &PersonPass) -> Markup {
    let pass = &one.pass;
    let totals = pass.passport.totals();
    let name = &pass.programme_name;
    let template = one.template.as_ref().map_or_else(String::new, |template| {
        format!("{}, Fassung {}", template.name, template.version)
    });
    let lacking = pass.proposal.lacking();
    let now = match pass.open() {
        Some(stay) => match &stay.group_name {
            Some(group) => {
                html! { "in der Gruppe " a href={ "/gruppen/" (stay.group_id) } { (group) } " seit " (german::date(stay.from_day)) }
            }
            None => html! { "in einer anderen Gruppe seit " (german::date(stay.from_day)) },
        },
        None => html! { "in keiner Gruppe" },
    };
    let may_catch_up = view.may_plan && pass.open().is_some_and(|stay| stay.group_name.is_some());
    let mut last = "";
    let rows = pass
        .passport
        .lines
        .iter()
        .map(|line| {
            let again = last == line.planned.module;
            last = &line.planned.module;
            row(line, again)
        })
        .collect();
    html! {
        h2 { (name) }
        (summary_list(&[
            ("Vorlage", html! { (template) }),
            ("Stand", html! {
                (totals.done) " von " (totals.done + totals.missing) " Sitzungen besucht, " (totals.missing) " offen"
                @if totals.not_intended > 0 { ", " (totals.not_intended) " nicht vorgesehen" }
            }),
            ("Abschluss", html! {
                @if pass.proposal.completed { (tag(Tone::Success, "Regel erfüllt")) }
                @else { (tag(Tone::Neutral, "offen")) " " (lacking.join("; ")) }
                span.detail { (pass.proposal.done) " von " (pass.proposal.required) " Pflichtsitzungen, nötig sind " (pass.proposal.needed) }
            }),
            ("Zurzeit", now),
        ]))
        @if may_catch_up && !pass.missed().is_empty() {
            p { a href={ "/gruppen/" (pass.stay.group_id) "/nachholen?person=" (pass.person_id) } { "Nachholtermin planen" } }
        }
        (table(&format!("Bausteine: {name}"), &["Nr.", "Baustein", "Stand", "Wann", "Wo"].map(Column::text), rows))
        @if view.may_plan && pass.open().is_none() && totals.missing > 0 {
            h3 { "Wo es weitergehen kann" }
            (offers(frame, view, name, &one.offers))
        }
    }
}

fn row(line: &Line, again: bool) -> Vec<Markup> {
    let (standing, day, place) = match &line.standing {
        Standing::Done(done) => (
            html! { (tag(Tone::Success, if done.how == How::CatchUp { "nachgeholt" } else { "besucht" })) },
            html! { (german::date(done.day)) },
            html! {
                (done.place)
                @match done.how {
                    How::Group => {}
                    How::CatchUp => span.detail { "Nachholtermin" },
                    How::Earlier => span.detail { "frühere Gruppe" },
                }
            },
        ),
        Standing::Missing(Some(day)) => (
            html! { (tag(Tone::Info, "Nachholtermin geplant")) },
            html! { (german::date(*day)) },
            html! { "–" },
        ),
        Standing::Missing(None) => (html! { "offen" }, html! { "–" }, html! { "–" }),
        Standing::NotIntended => (
            html! { (tag(Tone::Neutral, "nicht vorgesehen")) span.detail { "nicht in Untersuchungshaft" } },
            html! { "–" },
            html! { "–" },
        ),
    };
    vec![
        html! { (line.planned.ordinal) },
        html! {
            @if again { span.muted { (line.planned.module) } } @else { (line.planned.module) }
            @if line.planned.optional { span.detail { "freigestellt" } }
        },
        standing,
        day,
        place,
    ]
}

fn offers(
    frame: &Frame,
    view: &PassportPage<'_>,
    programme: &str,
    offers: &[GroupOffer],
) -> Markup {
    if offers.is_empty() {
        return html! { p { "In Ihrer Einrichtung läuft zurzeit keine Gruppe dieser Maßnahme." } };
    }
    let rows = offers
        .iter()
        .map(|one| {
            let offer = &one.offer;
            vec![
                html! { a href={ "/gruppen/" (one.group_id) } { (one.group_name) } },
                html! {
                    @match &offer.entry {
                        Some((day, module)) => { (german::weekday_date(*day)) span.detail { (module) } }
                        None => "–",
                    }
                },
                html! {
                    @if offer.covers > 0 {
                        (german::plural(offer.covers as u64, "offene Sitzung", "offene Sitzungen"))
                        @if offer.rest > 0 { span.detail { "danach bleiben " (offer.rest) " nachzuholen" } }
                        @else { span.detail { "danach ist alles besucht" } }
                    } @else { "nichts davon" }
                },
                html! {
                    @if offer.against.is_empty() {
                        (post_form_unguarded(frame, &format!("/gruppen/{}/teilnehmende", one.group_id), Some(view.token), html! {
                            (hidden("person", &view.person.id.to_string()))
                            button.second type="submit" { "Aufnehmen" span.hide { " in " (one.group_name) } }
                        }))
                    } @else {
                        (tag(Tone::Warning, "nicht möglich"))
                        @for why in &offer.against { span.detail { (why) } }
                    }
                },
            ]
        })
        .collect();
    html! {
        p { "Laufende Gruppen, nach dem, was sie von den offenen Sitzungen noch halten. Wer später dazukommt, nimmt ab der nächsten Sitzung teil." }
        (table(&format!("Gruppen: {programme}"), &["Gruppe", "Einstieg", "Deckt ab", "Aufnahme"].map(Column::text), rows))
    }
}
