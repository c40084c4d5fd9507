//! Landesplan: the half-year of all houses in which an organisation works, in numbers.

use std::collections::BTreeMap;

use maud::{Markup, html};
use time::Date;

use super::half_year::{how, line_weekday, progress, state, times, when};
use super::{from_to, span, weekly};
use crate::base::german;
use crate::base::ids::{HalfYearPlanId, LandPlanId, ProviderId};
use crate::base::time::berlin_local;
use crate::planning::desk::Run;
use crate::planning::service::half_year::wanted;
use crate::planning::store::plans::{GroupRow, PlanRow};
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Tone, actions, empty_state, error_summary, link_button, notice, post_button, post_form,
    summary_list, table, tag,
};

fn crumbs() -> Vec<(String, String)> {
    vec![("Landesplan".to_owned(), "/landesplan".to_owned())]
}

/// Sums over the houses.
struct Sums {
    groups: i64,
    taken: i64,
    seated: i64,
    waiting: i64,
    talks: i64,
    offers: i64,
}

fn sums<'a>(plans: impl IntoIterator<Item = &'a PlanRow>) -> Sums {
    let none = Sums {
        groups: 0,
        taken: 0,
        seated: 0,
        waiting: 0,
        talks: 0,
        offers: 0,
    };
    plans.into_iter().fold(none, |sums, plan| Sums {
        groups: sums.groups + plan.groups,
        taken: sums.taken + plan.taken,
        seated: sums.seated + plan.seated,
        waiting: sums.waiting + plan.waiting,
        talks: sums.talks + plan.talks,
        offers: sums.offers + plan.offers,
    })
}

/// Everything that was computed for several houses.
pub(in crate::planning) fn list(
    frame: &Frame,
    plans: &[PlanRow],
    running: &[HalfYearPlanId],
) -> Markup {
    let options = PageOptions {
        wide: true,
        help: Some("planung"),
        tools: Some(link_button("Landesplan berechnen", "/landesplan/neu", true)),
        ..PageOptions::default()
    };
    let mut lands: Vec<(LandPlanId, Vec<&PlanRow>)> = Vec::new();
    for plan in plans {
        let Some(land) = plan.land_id else { continue };
        match lands.last_mut().filter(|(last, _)| *last == land) {
            Some((_, houses)) => houses.push(plan),
            None => lands.push((land, vec![plan])),
        }
    }
    let rows = lands
        .iter()
        .filter_map(|(land, houses)| {
            let first = houses.first()?;
            let sums = sums(houses.iter().copied());
            Some(vec![
                html! { a href={ "/landesplan/" (land) } { (first.name) ", Zufallszahl " (first.seed) } },
                state(first, running.contains(&first.id)),
                html! { (german::date_time(berlin_local(first.created_at))) ", " (first.created_by_name) },
                html! { (houses.len()) },
                html! { (sums.groups) },
                html! { (sums.seated) " von " (sums.waiting) },
                html! { (sums.taken) },
            ])
        })
        .collect();
    let head = [
        "Plan",
        "Stand",
        "Begonnen",
        "Einrichtungen",
        "Gruppen",
        "Wartende mit Platz",
        "Als Entwurf übernommen",
    ]
    .map(Column::text);
    page_with(
        frame,
        "Landesplan",
        options,
        html! {
            @if lands.is_empty() {
                (empty_state("Noch kein Landesplan", "Geleit plant die Gruppen eines Halbjahres für alle Einrichtungen zusammen, in denen Ihr Träger Zugangsfreigaben hat. Jede Einrichtung bekommt ihren Teil als Vorschlag, übernimmt Gruppen einzeln und veröffentlicht sie.", Some(("Landesplan berechnen", "/landesplan/neu"))))
            } @else { (table("Landespläne", &head, rows)) }
        },
    )
}

/// What to plan.
pub(in crate::planning) fn form(
    frame: &Frame,
    form: &Form,
    houses: &[String],
    halves: &[(String, Date, Date)],
    token: &str,
) -> Markup {
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: crumbs(),
        help: Some("planung"),
        lead: Some(html! {
            "Geplant werden so viele Gruppen, wie die Wartelisten der Einrichtungen füllen, und Zeiten für Gespräche in den Fällen Ihres Trägers. Namen von Wartenden sehen nur die Einrichtungen; Sie sehen Zahlen."
        }),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Landesplan berechnen",
        options,
        html! {
            (error_summary(form))
            @if houses.is_empty() {
                (notice(Tone::Warning, Some("Keine Einrichtung"), html! {
                    p { "Ihr Träger hat heute in keiner Anstalt eine gültige Zugangsfreigabe. " a href="/freigaben" { "Zugangsfreigaben" } }
                }))
            } @else {
                p { "Einrichtungen mit gültigen Zugangsfreigaben: " (houses.join(", ")) "." }
                (post_form(frame, "/landesplan/neu", Some(token), html! {
                    (when(form, halves))
                    (how(form))
                    (actions("Berechnung beginnen", &[("Abbrechen", "/landesplan")]))
                }))
            }
        },
    )
}

/// What the page of a plan shows.
pub(in crate::planning) struct Shown<'a> {
    pub land: LandPlanId,
    pub plans: &'a [PlanRow],
    pub groups: &'a [GroupRow],
    pub run: Option<&'a Run>,
    /// Whose staff is named.
    pub provider: Option<ProviderId>,
}

/// A plan: while it is computed its progress, then its houses with their groups.
pub(in crate::planning) fn show(frame: &Frame, view: &Shown<'_>) -> Markup {
    let here = format!("/landesplan/{}", view.land);
    let Some(plan) = view.plans.first() else {
        return html! {};
    };
    let computing = plan.state == "computing";
    let running = computing && view.run.is_some_and(|run| !run.progress.stopped());
    let options = PageOptions {
        wide: true,
        crumbs: crumbs(),
        help: Some("planung"),
        lead: Some(html! {
            "Zufallszahl " (plan.seed) ", begonnen " (german::date_time(berlin_local(plan.created_at)))
            " von " (plan.created_by_name)
        }),
        // Shown with a button that ends the computation.
        refresh: (computing && view.run.is_some()).then_some((3, here.as_str())),
        ..PageOptions::default()
    };
    page_with(
        frame,
        &format!("{} für alle Einrichtungen", plan.name),
        options,
        html! {
            p { (state(plan, view.run.is_some())) }
            @if computing { (progress(frame, &here, &plan.thorough, view.run, running)) }
            @else { (result(frame, view, plan)) }
        },
    )
}

fn result(frame: &Frame, view: &Shown<'_>, first: &PlanRow) -> Markup {
    let sums = sums(view.plans);
    let mut groups: BTreeMap<HalfYearPlanId, Vec<&GroupRow>> = BTreeMap::new();
    for line in view.groups {
        groups.entry(line.plan_id).or_default().push(line);
    }
    html! {
        @if first.state == "failed" {
            (notice(Tone::Danger, Some("Kein Plan gefunden"), html! { p { "Die Berechnung ist ohne Ergebnis zu Ende gegangen. Bitte mit anderen Angaben noch einmal versuchen." } }))
        } @else {
            (summary_list(&[
                ("Gruppen", html! { (sums.groups) " in " (german::plural(view.plans.len() as u64, "Einrichtung", "Einrichtungen")) }),
                ("Wartende mit Platz", html! { (sums.seated) " von " (sums.waiting) }),
                ("Einzelgespräche mit gefundener Zeit", html! { @if first.with_talks { (sums.offers) " von " (sums.talks) } @else { "nicht ausgewählt" } }),
                ("Als Entwurf übernommen", html! { (sums.taken) " von " (sums.groups) }),
                ("Zielwerte", html! { "Wartende " (first.service) ", Güte " (first.quality) ", Aufwand " (first.cost) " (kleiner ist besser)" }),
            ]))
            p.muted { "Die Einrichtungen finden ihren Teil unter „Planung“, übernehmen Gruppen einzeln als Entwurf und veröffentlichen sie. Zeiten für Gespräche schlagen sie den Fachkräften vor." }
            @for plan in view.plans {
                (house(plan, groups.get(&plan.id).map_or(&[][..], Vec::as_slice), view.provider))
            }
        }
        (post_button(frame, &format!("/landesplan/{}/loeschen", view.land), None, "Landesplan löschen"))
        p.muted { "Gelöscht wird der Vorschlag in allen Einrichtungen; Entwürfe, die schon übernommen sind, bleiben." }
    }
}

/// Staff of the own organisation by name, of others by their organisation.
fn trainers(line: &GroupRow, own: Option<ProviderId>) -> Markup {
    let one = (line.one_provider, &line.one_name, &line.one_provider_name);
    let two = (line.two_provider, &line.two_name, &line.two_provider_name);
    html! {
        @for (place, (provider, name, organisation)) in [one, two].into_iter().enumerate() {
            @if place > 0 { br; }
            @if Some(provider) == own { (name) } @else { "Fachkraft von " (organisation) }
        }
    }
}

fn house(plan: &PlanRow, groups: &[&GroupRow], own: Option<ProviderId>) -> Markup {
    let rows = groups
        .iter()
        .map(|line| {
            let (from, to) = times(line);
            vec![
                html! { (line.template_name) },
                html! { (weekly(line_weekday(line))) " " (span(from, to)) br; span.muted { (from_to(&line.dates())) } },
                trainers(line, own),
                html! { (line.seats().len()) },
                match (line.group_id, line.group_state.as_deref()) {
                    (None, _) => html! { "Vorschlag" },
                    (Some(_), Some("draft")) => tag(Tone::Info, "Entwurf"),
                    (Some(_), Some("published")) => tag(Tone::Success, "veröffentlicht"),
                    (Some(_), _) => html! { "übernommen" },
                },
            ]
        })
        .collect();
    let head = ["Vorlage", "Termin", "Fachkräfte", "Vorgesehen", "Stand"].map(Column::text);
    html! {
        section {
            h2 { (plan.facility_name) }
            p {
                "Wartende mit Platz: " (plan.seated) " von " (plan.waiting) "."
                @if plan.with_talks { " Einzelgespräche mit gefundener Zeit: " (plan.offers) " von " (plan.talks) "." }
            }
            @if groups.is_empty() && wanted(plan).is_empty() {
                p { "Hier warten nicht genug Personen auf eine Gruppe." }
            } @else if groups.is_empty() {
                p { "Hier lässt sich in diesem Halbjahr keine Gruppe eröffnen: Raum, Fachkräfte oder genügend Teilnehmende fehlen." }
            } @else { (table(&format!("Gruppen: {}", plan.facility_name), &head, rows)) }
        }
    }
}
