//! Pages of restrictions and holds.

pub(super) mod lead;

use maud::{Markup, html};
use time::Date;

use super::rules::{Ground, HoldGround, REASON_MOST};
use super::store::{FactRow, HoldRow, LINES, Line, RestrictionRow, SubjectRow};
use crate::base::german;
use crate::base::time::berlin_local;
use crate::people::import::Setting;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, Tone, actions, empty_state, error_summary, get_form, hidden, notice, post_form,
    radio_group, select_field, submit_danger, summary_list, table, tag, text_field, textarea,
};

/// What the page of one person shows.
pub(super) struct View<'a> {
    pub subject: &'a SubjectRow,
    pub restrictions: &'a [RestrictionRow],
    pub holds: &'a [HoldRow],
    pub today: Date,
    pub form: &'a Form,
    pub token: &'a str,
}

fn crumbs() -> Vec<(String, String)> {
    vec![("Einschränkungen".into(), "/einschraenkungen".into())]
}

fn ground(code: &str) -> &str {
    Ground::from_code(code).map_or("–", Ground::label)
}

fn hold_ground(code: &str) -> &str {
    HoldGround::from_code(code).map_or("–", HoldGround::label)
}

fn when(at: crate::base::time::Instant) -> String {
    german::date_time(berlin_local(at))
}

fn about(subject: &SubjectRow) -> Vec<(&'static str, Markup)> {
    vec![
        ("Person", html! { (subject.name()) }),
        (
            "Geboren am",
            html! { @match subject.birth_date { Some(day) => (german::date(day)), None => "–" } },
        ),
        (
            "Nummer",
            html! { (subject.number.as_deref().unwrap_or("–")) },
        ),
    ]
}

fn reason_field(form: &Form, name: &str, hint: &str) -> Markup {
    textarea(
        form,
        &Field::text(name, "Begründung")
            .required()
            .max_length(REASON_MOST)
            .hint(hint),
        3,
    )
}

/// The page of one person.
pub(super) fn show(frame: &Frame, view: &View<'_>) -> Markup {
    let options = PageOptions {
        errored: view.form.has_errors(),
        crumbs: crumbs(),
        help: Some("einschraenkung"),
        ..PageOptions::default()
    };
    let standing = view.restrictions.iter().find(|row| row.lifted_at.is_none());
    let place = format!("/personen/{}/einschraenkung", view.subject.id);
    let state = match standing {
        Some(row) => html! {
            (tag(Tone::Danger, "eingeschränkt")) " seit " (when(row.restricted_at))
            span.detail { (ground(&row.ground)) }
        },
        None => tag(Tone::Success, "nicht eingeschränkt"),
    };
    let mut facts = about(view.subject);
    facts.push(("Stand", state));
    page_with(
        frame,
        "Einschränkung und Löschsperre",
        options,
        html! {
            (error_summary(view.form))
            (summary_list(&facts))
            @match standing {
                Some(row) => (standing_forms(frame, view, &place, row)),
                None => {
                    h2 { "Datensatz einschränken" }
                    p { "Ein eingeschränkter Datensatz steht in keiner Liste, keiner Suche, keinem Kalender und keiner Zählung mehr. Wo ein Platz belegt bleibt, steht „Gesperrte Person“." }
                    (post_form(frame, &place, Some(view.token), html! {
                        (radio_group(view.form, "grund", "Grund", &Ground::chosen().map(|ground| (ground.code(), ground.label(), Some(ground.hint()))).collect::<Vec<_>>()))
                        (reason_field(view.form, "begruendung", "Was vorliegt, zum Beispiel: Schreiben der Person vom 3. Mai, Geburtsdatum bestritten."))
                        div.actions { (submit_danger("tun", "einschraenken", "Datensatz einschränken")) }
                    }))
                }
            }
            (holds(frame, view))
            (past(view))
        },
    )
}

fn standing_forms(frame: &Frame, view: &View<'_>, place: &str, row: &RestrictionRow) -> Markup {
    html! {
        p { "Begründung: " (row.reason) " (" (row.restricted_by_name) ")" }
        h2 { "Im Einzelfall einsehen" }
        p { "Jede Einsicht steht mit ihrer Begründung im Protokoll und zeigt die Angaben einmal." }
        (post_form(frame, &format!("{place}/einsicht"), None, html! {
            (reason_field(view.form, "einsicht", "Wofür, auf wessen Anordnung."))
            (actions("Angaben zeigen", &[]))
        }))
        h2 { "Einschränkung aufheben" }
        (post_form(frame, &format!("{place}/aufheben"), None, html! {
            (hidden("version", &row.version.to_string()))
            (reason_field(view.form, "aufheben", "Zum Beispiel: Angaben sind berichtigt."))
            (actions("Einschränkung aufheben", &[]))
        }))
    }
}

fn holds(frame: &Frame, view: &View<'_>) -> Markup {
    let standing: Vec<&HoldRow> = view
        .holds
        .iter()
        .filter(|hold| hold.lifted_at.is_none())
        .collect();
    let place = format!("/personen/{}/loeschsperre", view.subject.id);
    let rows = standing
        .iter()
        .map(|hold| {
            vec![
                html! { (hold_ground(&hold.ground)) span.detail { (hold.reason) } },
                html! { (when(hold.set_at)) span.detail { (hold.set_by_name) } },
                html! {
                    (german::date(hold.review_on))
                    @if hold.review_on <= view.today { " " (tag(Tone::Warning, "jetzt prüfen")) }
                },
            ]
        })
        .collect();
    let open: Vec<(String, &str)> = standing
        .iter()
        .map(|hold| {
            (
                format!("{}.{}", hold.id, hold.version),
                hold_ground(&hold.ground),
            )
        })
        .collect();
    let open: Vec<(&str, &str)> = open
        .iter()
        .map(|(value, label)| (value.as_str(), *label))
        .collect();
    let grounds: Vec<_> = HoldGround::ALL
        .iter()
        .map(|ground| (ground.code(), ground.label(), None))
        .collect();
    html! {
        h2 { "Löschsperre" }
        @if standing.is_empty() {
            p { "Keine. Der Datensatz wird gelöscht, wenn seine Frist vorbei ist." }
        } @else {
            (table("Löschsperren", &["Grund", "Gesetzt", "Zu prüfen am"].map(Column::text), rows))
            (post_form(frame, &format!("{place}/aufheben"), None, html! {
                (select_field(view.form, &Field::text("sperre_nr", "Löschsperre, die endet").required(), &open, Some("bitte auswählen")))
                (reason_field(view.form, "sperrende", "Zum Beispiel: Verfahren ist abgeschlossen."))
                (actions("Löschsperre aufheben", &[]))
            }))
        }
        h3 { "Weitere Löschsperre setzen" }
        (post_form(frame, &place, Some(view.token), html! {
            (radio_group(view.form, "sperrgrund", "Grund der Löschsperre", &grounds))
            (reason_field(view.form, "sperre", "Aktenzeichen und Stelle, keine Einzelheiten."))
            (text_field(view.form, &Field::date("pruefen", "Zu prüfen am").required()))
            (actions("Löschsperre setzen", &[]))
        }))
    }
}

fn past(view: &View<'_>) -> Markup {
    let mut lines: Vec<Vec<Markup>> = Vec::new();
    for row in view
        .restrictions
        .iter()
        .filter(|row| row.lifted_at.is_some())
    {
        lines.push(vec![
            html! { "Einschränkung: " (ground(&row.ground)) span.detail { (row.reason) } },
            html! { (when(row.restricted_at)) span.detail { (row.restricted_by_name) } },
            ended(
                row.lifted_at,
                row.lifted_by_name.as_deref(),
                row.lift_reason.as_deref(),
            ),
        ]);
    }
    for row in view.holds.iter().filter(|row| row.lifted_at.is_some()) {
        lines.push(vec![
            html! { "Löschsperre: " (hold_ground(&row.ground)) span.detail { (row.reason) } },
            html! { (when(row.set_at)) span.detail { (row.set_by_name) } },
            ended(
                row.lifted_at,
                row.lifted_by_name.as_deref(),
                row.lift_reason.as_deref(),
            ),
        ]);
    }
    html! {
        @if !lines.is_empty() {
            h2 { "Frühere" }
            (table("Frühere Einschränkungen und Löschsperren", &["Was", "Von", "Aufgehoben"].map(Column::text), lines))
        }
    }
}

fn ended(at: Option<crate::base::time::Instant>, by: Option<&str>, reason: Option<&str>) -> Markup {
    html! {
        @if let Some(at) = at { (when(at)) }
        span.detail { (by.unwrap_or_default()) ": " (reason.unwrap_or_default()) }
    }
}

/// Where one is within a record.
pub(super) fn above(subject: &SubjectRow) -> Vec<(String, String)> {
    let place = format!("/personen/{}/einschraenkung", subject.id);
    let mut above = crumbs();
    above.push((subject.name(), place));
    above
}

/// What a look into a restricted record shows.
pub(super) fn look(
    frame: &Frame,
    above: Vec<(String, String)>,
    subject: &SubjectRow,
    facts: &[FactRow],
    reason: &str,
) -> Markup {
    let span = |fact: &FactRow| {
        html! { (german::date(fact.from_day)) " bis " @match fact.to_day { Some(day) => (german::date(day)), None => "heute" } }
    };
    let of = |kind: &str| -> Vec<Vec<Markup>> {
        facts
            .iter()
            .filter(|fact| fact.kind == kind)
            .map(|fact| {
                let what = match kind {
                    "stay" => Setting::from_code(&fact.what).map_or("–", Setting::label),
                    _ => fact.what.as_str(),
                };
                vec![html! { (fact.place) }, html! { (what) }, span(fact)]
            })
            .collect()
    };
    let (stays, parts) = (of("stay"), of("part"));
    let options = PageOptions {
        crumbs: above,
        help: Some("einschraenkung"),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Eingeschränkter Datensatz",
        options,
        html! {
            (notice(Tone::Warning, None, html! { "Diese Einsicht ist protokolliert. Begründung: " (reason) }))
            (summary_list(&about(subject)))
            h2 { "Unterbringungen und Zuständigkeiten" }
            @if stays.is_empty() { p { "Keine." } } @else {
                (table("Unterbringungen und Zuständigkeiten", &["Einrichtung", "Art", "Zeitraum"].map(Column::text), stays))
            }
            h2 { "Teilnahmen" }
            @if parts.is_empty() { p { "Keine." } } @else {
                (table("Teilnahmen", &["Träger", "Maßnahme", "Zeitraum"].map(Column::text), parts))
            }
        },
    )
}

/// The list of what is restricted or held, with a search.
pub(super) fn list(
    frame: &Frame,
    form: &Form,
    found: Option<&[SubjectRow]>,
    lines: &[Line],
    today: Date,
) -> Markup {
    let options = PageOptions {
        help: Some("einschraenkung"),
        ..PageOptions::default()
    };
    let link = |id: crate::base::ids::PersonId, name: String| html! { a href={ "/personen/" (id) "/einschraenkung" } { (name) } };
    let rows = lines
        .iter()
        .take(LINES)
        .map(|line| {
            vec![
                link(line.id, format!("{}, {}", line.family_name, line.given_name)),
                html! {
                    @match (&line.ground, line.restricted_at) {
                        (Some(code), Some(at)) => { (german::date(berlin_local(at).date)) span.detail { (ground(code)) } }
                        _ => "–"
                    }
                },
                html! {
                    @match line.review_on {
                        Some(day) => { "prüfen am " (german::date(day)) @if day <= today { " " (tag(Tone::Warning, "jetzt prüfen")) } }
                        None => "–"
                    }
                },
            ]
        })
        .collect();
    page_with(
        frame,
        "Einschränkungen",
        options,
        html! {
            (get_form("/einschraenkungen", html! {
                (text_field(form, &Field::search("suche", "Name oder Nummer").max_length(100)))
                (actions("Person suchen", &[]))
            }))
            @if let Some(found) = found {
                h2 { "Gefunden" }
                @if found.is_empty() {
                    p { "Niemand mit diesem Namen oder dieser Nummer." }
                } @else {
                    (table("Gefundene Personen", &["Person", "Geboren am", "Nummer"].map(Column::text), found.iter().map(|row| vec![
                        link(row.id, row.name()),
                        html! { @match row.birth_date { Some(day) => (german::date(day)), None => "–" } },
                        html! { (row.number.as_deref().unwrap_or("–")) },
                    ]).collect()))
                }
            }
            h2 { "Eingeschränkt oder gesperrt" }
            @if lines.is_empty() {
                (empty_state("Kein Datensatz ist eingeschränkt", "Verlangt jemand eine Einschränkung, suchen Sie die Person oben.", None))
            } @else {
                @if lines.len() > LINES { p { "Gezeigt werden die ersten " (LINES) "." } }
                (table("Eingeschränkte Datensätze und Löschsperren", &["Person", "Eingeschränkt", "Löschsperre"].map(Column::text), rows))
            }
        },
    )
}
