//! Halbjahresplan: list, form, progress and result, two plans side by side.

use maud::{Markup, html};

use super::talks::link;
use super::{from_to, road, span, unplanned, weekly};
use crate::base::german;
use crate::base::ids::HalfYearPlanId;
use crate::base::time::berlin_local;
use crate::groups::rules::propose_name;
use crate::planning::desk::Run;
use crate::planning::rules::Template;
use crate::planning::service::half_year::{LEAST, MOST, THOROUGH, rounds, wanted};
use crate::planning::store::plans::{GroupRow, PlanRow, SeatRow};
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, Tone, actions, checkbox, empty_state, error_summary, fieldset, get_form, hidden,
    link_button, notice, post_button, post_form, radio_group, select_field, submit, summary_list,
    table, tag, text_field,
};
use time::Date;

fn crumbs() -> Vec<(String, String)> {
    vec![("Planung".to_owned(), "/plan".to_owned())]
}

pub(super) fn state(plan: &PlanRow, runs: bool) -> Markup {
    match plan.state.as_str() {
        "ready" => tag(Tone::Success, "fertig"),
        "stopped" => tag(Tone::Info, "vorzeitig beendet"),
        "failed" => tag(Tone::Danger, "kein Plan gefunden"),
        _ if runs => tag(Tone::Info, "wird berechnet"),
        _ => tag(Tone::Warning, "unterbrochen"),
    }
}

/// The stored plans, and the way to everything else that is computed.
pub(in crate::planning) fn list(
    frame: &Frame,
    plans: &[PlanRow],
    running: &[HalfYearPlanId],
) -> Markup {
    let options = PageOptions {
        wide: true,
        help: Some("planung"),
        tools: Some(html! {
            (link_button("Halbjahresplan berechnen", "/plan/neu", true))
            (link_button("Terminvorschlag für eine Gruppe", "/gruppen/terminvorschlag", false))
            (link_button("Umplanung", "/plan/umplanung", false))
        }),
        ..PageOptions::default()
    };
    let rows = plans
        .iter()
        .map(|plan| {
            vec![
                html! {
                    a href={ "/plan/" (plan.id) } { (plan.name) ", Zufallszahl " (plan.seed) }
                    @if plan.land_id.is_some() { br; span.muted { "Teil eines Plans für mehrere Einrichtungen" } }
                },
                state(plan, running.contains(&plan.id)),
                html! { (german::date_time(berlin_local(plan.created_at))) ", " (plan.created_by_name) },
                html! { (plan.groups) },
                html! { (plan.seated) " von " (plan.waiting) },
                html! { (plan.taken) },
            ]
        })
        .collect();
    let head = [
        "Plan",
        "Stand",
        "Begonnen",
        "Gruppen",
        "Wartende mit Platz",
        "Als Entwurf übernommen",
    ]
    .map(Column::text);
    page_with(
        frame,
        "Planung",
        options,
        html! {
            @if plans.is_empty() {
                (empty_state("Noch kein Halbjahresplan", "Geleit verteilt alle Gruppen eines Halbjahres auf Tage, Räume und Fachkräfte, so dass möglichst wenige weiter warten. Das Ergebnis ist ein Vorschlag; jede Gruppe übernehmen Sie einzeln.", Some(("Halbjahresplan berechnen", "/plan/neu"))))
            } @else {
                (table("Halbjahrespläne", &head, rows))
                @if plans.len() > 1 { p { a href="/plan/vergleich" { "Zwei Pläne vergleichen" } } }
            }
        },
    )
}

/// What to plan.
pub(in crate::planning) fn form(
    frame: &Frame,
    form: &Form,
    (templates, unfit): (&[Template], &[Template]),
    halves: &[(String, Date, Date)],
    token: &str,
) -> Markup {
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: crumbs(),
        help: Some("planung"),
        ..PageOptions::default()
    };
    let least = format!(
        "Vorgeschlagen ist, was die Warteliste füllt. Eine Gruppe wird nur geplant, wenn mindestens {LEAST} Wartende teilnehmen können."
    );
    page_with(
        frame,
        "Halbjahresplan berechnen",
        options,
        html! {
            (error_summary(form))
            (post_form(frame, "/plan/neu", Some(token), html! {
                (when(form, halves))
                (fieldset("Wie viele Gruppen höchstens?", Some(&least), html! {
                    @for (number, template) in templates.iter().enumerate() {
                        @let name = format!("anzahl_{number}");
                        @let label = format!("Gruppen nach Vorlage {}", template.name);
                        (text_field(form, &Field::number(&name, &label).required()))
                    }
                    p.muted { "Höchstens " (MOST) " je Vorlage." }
                }))
                (unplanned(unfit))
                (how(form))
                (actions("Berechnung beginnen", &[("Abbrechen", "/plan")]))
            }))
        },
    )
}

/// Which half-year.
pub(super) fn when(form: &Form, halves: &[(String, Date, Date)]) -> Markup {
    let halves: Vec<(String, String)> = halves
        .iter()
        .enumerate()
        .map(|(number, (name, first, last))| {
            let days = format!("{} bis {}", german::date(*first), german::date(*last));
            (
                number.to_string(),
                format!("{name}: Gruppen beginnen vom {days}"),
            )
        })
        .collect();
    let halves: Vec<(&str, &str, Option<&str>)> = halves
        .iter()
        .map(|(code, text)| (code.as_str(), text.as_str(), None))
        .collect();
    radio_group(form, "zeitraum", "Zeitraum", &halves)
}

/// Who is thought of, and how thoroughly.
pub(super) fn how(form: &Form) -> Markup {
    let thorough = THOROUGH.map(|(code, words, _)| (code, words, None));
    html! {
        (checkbox(form, "gespraeche", "Auch Zeiten für Einzelgespräche suchen", Some("Für Fälle mit vereinbartem Gesprächsabstand. Die Fachkräfte bekommen die Zeiten vorgeschlagen und vereinbaren selbst.")))
        (checkbox(form, "alle", "Auch Personen ohne abgeschlossenes Auswahlgespräch einplanen", None))
        (radio_group(form, "umfang", "Umfang der Suche", &thorough))
        (text_field(form, &Field::number("saat", "Zufallszahl").required().hint("Gleiche Zahl, gleicher Plan: mit einer anderen Zahl entsteht ein zweiter Plan zum Vergleichen")))
    }
}

/// What the page of a plan shows.
pub(in crate::planning) struct Shown<'a> {
    pub plan: &'a PlanRow,
    pub groups: &'a [GroupRow],
    pub seats: &'a [SeatRow],
    /// The computation, while it runs in this process.
    pub run: Option<&'a Run>,
    pub names: &'a [String],
    pub token: &'a str,
}

/// A plan: while it is computed its progress, then its groups.
pub(in crate::planning) fn show(frame: &Frame, form: &Form, view: &Shown<'_>) -> Markup {
    let plan = view.plan;
    let here = format!("/plan/{}", plan.id);
    let running = plan.state == "computing" && view.run.is_some_and(|run| !run.progress.stopped());
    let options = PageOptions {
        errored: form.has_errors(),
        wide: true,
        crumbs: crumbs(),
        help: Some("planung"),
        lead: Some(html! {
            "Zufallszahl " (plan.seed) ", begonnen " (german::date_time(berlin_local(plan.created_at)))
            " von " (plan.created_by_name)
        }),
        // Shown with a button that ends the computation.
        refresh: (plan.state == "computing" && view.run.is_some()).then_some((3, here.as_str())),
        ..PageOptions::default()
    };
    page_with(
        frame,
        &plan.name,
        options,
        html! {
            (error_summary(form))
            p {
                (state(plan, view.run.is_some()))
                @if let Some(at) = plan.finished_at {
                    " " span.muted { (german::date_time(berlin_local(at))) ", " (german::count(plan.rounds.unsigned_abs())) " Schritte der Suche" }
                }
            }
            @if plan.land_id.is_some() {
                p.muted { "Dieser Plan ist mit dem anderer Einrichtungen zusammen berechnet, damit Fachkräfte, die in mehreren Häusern arbeiten, überall eingeplant werden können. Übernehmen und veröffentlichen Sie, was für Ihr Haus passt." }
            }
            @if plan.state == "computing" { (progress(frame, &here, &plan.thorough, view.run, running)) }
            @else { (result(frame, view)) }
        },
    )
}

/// How far a computation is; `here` is the address of what it is for.
pub(super) fn progress(
    frame: &Frame,
    here: &str,
    thorough: &str,
    run: Option<&Run>,
    running: bool,
) -> Markup {
    let Some(run) = run else {
        return html! {
            (notice(Tone::Warning, Some("Die Berechnung ist unterbrochen"), html! {
                p { "Sie läuft nicht mehr, weil Geleit neu gestartet wurde. Mit derselben Zufallszahl entsteht derselbe Plan." }
            }))
            (post_button(frame, &format!("{here}/fortsetzen"), None, "Neu berechnen"))
            (post_button(frame, &format!("{here}/loeschen"), None, "Plan löschen"))
        };
    };
    let all = rounds(thorough).steps().max(1);
    let part = (run.progress.steps().min(all) * 100) / all;
    let best = run.best.lock().ok().and_then(|best| best.clone());
    html! {
        p { label for="fortschritt" { "Fortschritt" } " " progress #fortschritt max="100" value=(part) { (part) " %" } " " (part) " %" }
        @if let Some((round, vector)) = best {
            p {
                "Bester Plan bis jetzt (Durchgang " (round) "): Gewicht der weiter Wartenden "
                (vector.get(1).copied().unwrap_or(0)) ", Güte " (vector.get(2).copied().unwrap_or(0))
                ", Aufwand " (vector.get(3).copied().unwrap_or(0)) " (kleiner ist besser)."
            }
        } @else { p { "Noch kein Plan gefunden." } }
        @if running {
            p.muted { "Diese Seite lädt sich alle drei Sekunden neu." }
            (post_button(frame, &format!("{here}/beenden"), None, "Beenden und den besten Plan behalten"))
        } @else { p { "Die Berechnung endet gleich." } }
    }
}

fn names(seats: &[SeatRow], line: &GroupRow) -> Vec<String> {
    let ids = line.seats();
    seats
        .iter()
        .filter(|seat| ids.contains(&seat.id))
        .map(|seat| {
            let gone = if seat.waits {
                ""
            } else {
                " (wartet nicht mehr)"
            };
            format!("{}, {}{gone}", seat.family_name, seat.given_name)
        })
        .collect()
}

pub(super) fn line_weekday(line: &GroupRow) -> u8 {
    u8::try_from(line.weekday - 1).unwrap_or(0)
}

pub(super) fn times(line: &GroupRow) -> (u16, u16) {
    let number = |value: i64| u16::try_from(value).unwrap_or(0);
    (
        number(line.start_minute),
        number(line.start_minute + line.minutes),
    )
}

fn worth(plan: &PlanRow, groups: &[&GroupRow]) -> Vec<(&'static str, Markup)> {
    let missed: i64 = groups.iter().map(|line| line.missed).sum();
    let travel: i64 = groups.iter().map(|line| line.travel).sum();
    let waiting = (plan.waiting - plan.seated).max(0);
    let asked: i64 = wanted(plan).iter().map(|(_, number)| number).sum();
    vec![
        (
            "Gruppen",
            html! { (groups.len()) " von höchstens " (asked) },
        ),
        (
            "Wartende mit Platz",
            html! { (plan.seated) " von " (plan.waiting) },
        ),
        (
            "Weiter warten müssten",
            html! { (german::plural(waiting.unsigned_abs(), "Person", "Personen")) },
        ),
        (
            "Zeiten für Gespräche",
            html! { @if plan.with_talks { "gesucht" } @else { "nicht ausgewählt" } },
        ),
        (
            "Versäumte Sitzungen",
            html! {
                @if missed == 0 { "keine" } @else { (german::plural(missed.unsigned_abs(), "Sitzung müsste nachgeholt werden", "Sitzungen müssten nachgeholt werden")) }
            },
        ),
        (
            "Fahrzeit der Fachkräfte",
            html! { (road(travel.unsigned_abs())) },
        ),
        (
            "Zielwerte",
            html! {
                "Wartende " (plan.service) ", Güte " (plan.quality) ", Aufwand " (plan.cost) " (kleiner ist besser"
                @if plan.land_id.is_some() { ", für alle Einrichtungen zusammen" } ")"
            },
        ),
    ]
}

fn result(frame: &Frame, view: &Shown<'_>) -> Markup {
    let plan = view.plan;
    let groups: Vec<&GroupRow> = view.groups.iter().collect();
    let mut taken = view.names.to_vec();
    html! {
        @if plan.state == "failed" {
            (notice(Tone::Danger, Some("Kein Plan gefunden"), html! { p { "Die Berechnung ist ohne Ergebnis zu Ende gegangen. Bitte mit anderen Angaben noch einmal versuchen." } }))
        } @else if groups.is_empty() && wanted(plan).is_empty() {
            p { "Gruppen waren nicht ausgewählt." }
        } @else if groups.is_empty() {
            (notice(Tone::Warning, Some("Keine Gruppe lässt sich eröffnen"), html! {
                p { "Für keine Gruppe gibt es einen Termin, an dem mindestens " (LEAST) " Wartende teilnehmen können. Woran es liegt, zeigt der Terminvorschlag für eine einzelne Gruppe." }
                p { a href="/gruppen/terminvorschlag" { "Terminvorschlag" } }
            }))
        } @else {
            (summary_list(&worth(plan, &groups)))
            @for line in &groups {
                @let name = {
                    let year = line.dates().first().map_or(2000, |day| day.year());
                    let name = propose_name(&taken, year);
                    // What was taken over has its name among those that are taken.
                    if line.group_id.is_none() {
                        taken.push(name.clone());
                    }
                    name
                };
                (group(frame, view, line, &name))
            }
        }
        @if plan.with_talks && plan.state != "failed" { (link(plan)) }
        (post_button(frame, &format!("/plan/{}/loeschen", plan.id), None, "Plan löschen"))
        p.muted { "Entwürfe, die schon übernommen sind, und Gespräche, die schon vereinbart sind, bleiben beim Löschen erhalten; Vorschläge für Gespräche entfallen." }
    }
}

fn group(frame: &Frame, view: &Shown<'_>, line: &GroupRow, name: &str) -> Markup {
    let (from, to) = times(line);
    let dates = line.dates();
    let people = names(view.seats, line);
    html! {
        section {
            h2 { (line.template_name) ": " (weekly(line_weekday(line))) " " (span(from, to)) }
            (summary_list(&[
                ("Zeitraum", html! { (from_to(&dates)) ", " (german::plural(dates.len() as u64, "Sitzung", "Sitzungen")) }),
                ("Raum", html! { (line.room_name) }),
                ("Fachkräfte", html! { (line.one_name) " und " (line.two_name) }),
                ("Vorgesehen", html! { (german::plural(people.len() as u64, "Person", "Personen")) @if !people.is_empty() { ": " (people.join("; ")) } }),
                ("Versäumte Sitzungen", html! { (line.missed) }),
                ("Fahrzeit beider Fachkräfte", html! { (road(line.travel.unsigned_abs())) }),
            ]))
            @if let (Some(id), Some(group)) = (line.group_id, &line.group_name) {
                p {
                    (tag(Tone::Success, "übernommen")) " "
                    a href={ "/gruppen/" (id) } { (group) }
                    @match line.group_state.as_deref() {
                        Some("draft") => ": Entwurf, dort ändern und veröffentlichen",
                        Some("published") => ": veröffentlicht",
                        _ => "",
                    }
                }
            } @else {
                (post_form(frame, &format!("/plan/{}/gruppen/{}/uebernehmen", view.plan.id, line.id), Some(view.token), html! {
                    (hidden("name", name))
                    (submit(&format!("Als Entwurf „{name}“ übernehmen")))
                }))
            }
        }
    }
}

/// Two plans side by side.
pub(in crate::planning) fn compare(
    frame: &Frame,
    all: &[PlanRow],
    chosen: &[Option<PlanRow>; 2],
    groups: &[GroupRow],
    seats: &[SeatRow],
) -> Markup {
    let options = PageOptions {
        wide: true,
        crumbs: crumbs(),
        help: Some("planung"),
        ..PageOptions::default()
    };
    let choices: Vec<(String, String)> = all
        .iter()
        .map(|plan| {
            let begun = german::date_time(berlin_local(plan.created_at));
            (
                plan.id.to_string(),
                format!("{}, Zufallszahl {}, {begun}", plan.name, plan.seed),
            )
        })
        .collect();
    let pairs: Vec<(&str, &str)> = choices
        .iter()
        .map(|(id, text)| (id.as_str(), text.as_str()))
        .collect();
    let mut form = Form::empty();
    for (field, plan) in ["eins", "zwei"].into_iter().zip(chosen) {
        if let Some(plan) = plan {
            form.set(field, plan.id.to_string());
        }
    }
    let [one, two] = chosen;
    page_with(
        frame,
        "Pläne vergleichen",
        options,
        html! {
            @if let (Some(one), Some(two)) = (one, two) {
                (get_form("/plan/vergleich", html! {
                    (select_field(&form, &Field::text("eins", "Erster Plan"), &pairs, None))
                    (select_field(&form, &Field::text("zwei", "Zweiter Plan"), &pairs, None))
                    (submit("Vergleichen"))
                }))
                (side_by_side((one, two), groups, seats))
            } @else {
                (empty_state("Noch keine zwei Pläne", "Vergleichen lassen sich zwei fertige Pläne, zum Beispiel mit verschiedenen Zufallszahlen.", Some(("Halbjahresplan berechnen", "/plan/neu"))))
            }
        },
    )
}

fn side_by_side(
    (one, two): (&PlanRow, &PlanRow),
    groups: &[GroupRow],
    seats: &[SeatRow],
) -> Markup {
    let of = |plan: &PlanRow| -> Vec<&GroupRow> {
        groups
            .iter()
            .filter(|line| line.plan_id == plan.id)
            .collect()
    };
    let (left, right) = (of(one), of(two));
    let mut rows: Vec<Vec<Markup>> = worth(one, &left)
        .into_iter()
        .zip(worth(two, &right))
        .map(|((label, left), (_, right))| vec![html! { (label) }, left, right])
        .collect();
    let cell = |line: Option<&&GroupRow>| {
        html! {
            @if let Some(line) = line {
                @let (from, to) = times(line);
                (weekly(line_weekday(line))) " " (span(from, to)) br;
                (from_to(&line.dates())) br;
                (line.room_name) ", " (line.one_name) " und " (line.two_name) br;
                span.muted { (names(seats, line).join("; ")) }
            } @else { "–" }
        }
    };
    for place in 0..left.len().max(right.len()) {
        rows.push(vec![
            html! { "Gruppe " (place + 1) },
            cell(left.get(place)),
            cell(right.get(place)),
        ]);
    }
    let heads = [one, two].map(|plan| format!("{}, Zufallszahl {}", plan.name, plan.seed));
    let [first, second] = &heads;
    table(
        "Zwei Pläne nebeneinander",
        &["Angabe", first.as_str(), second.as_str()].map(Column::text),
        rows,
    )
}
