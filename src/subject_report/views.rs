//! Pages of requests of data subjects.

use maud::{Markup, html};
use time::Date;

use super::documents::{headings, withheld};
use super::pages::{REASON_LENGTH, REFERENCE_LENGTH, here};
use super::rules::inquiry::{Asker, Delivery, Ground, Identity, State};
use super::rules::report::{OFFICES, RECIPIENTS, Report, Section};
use super::rules::words::Words;
use super::store::{FoundRow, InquiryRow, LINES};
use crate::base::german;
use crate::base::time::berlin_local;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, Tone, Width, actions, checkbox, empty_state, error_summary, fieldset, hidden,
    link_button, notice, post_form, radio_group, select_field, summary_list, table, tabs, tag,
    text_field,
};

/// Entries of a section on its page; the PDF has all.
const SHOWN: usize = 40;

fn crumbs() -> Vec<(String, String)> {
    vec![("Auskunft".to_owned(), "/auskunft".to_owned())]
}

/// How long there is to answer.
fn deadline(row: &InquiryRow, today: Date) -> Markup {
    let left = (row.due_on - today).whole_days();
    html! {
        (german::weekday_date(row.due_on)) " "
        @if left < 0 { (tag(Tone::Danger, "überfällig")) }
        @else if left == 0 { (tag(Tone::Warning, "heute")) }
        @else if left <= 7 { (tag(Tone::Warning, &format!("noch {}", german::plural(left.unsigned_abs(), "Tag", "Tage")))) }
    }
}

fn who(row: &InquiryRow) -> Markup {
    html! {
        @match row.name() {
            Some(name) => {
                (name)
                @if let Some(day) = row.birth_date { ", geb. " (german::date(day)) }
            }
            None => "keine Person gefunden",
        }
    }
}

/// The register of requests.
pub(super) fn register(frame: &Frame, state: State, rows: &[InquiryRow], today: Date) -> Markup {
    let open = state == State::Open;
    let lines = rows
        .iter()
        .take(LINES)
        .map(|row| {
            let last = if open {
                deadline(row, today)
            } else {
                html! {
                    @if let Some(day) = row.answered_on { (german::date(day)) }
                    @if row.answered_on > Some(row.due_on) { " " (tag(Tone::Danger, "nach Ablauf der Frist")) }
                }
            };
            vec![
                html! { a href=(here(row.id)) { (row.reference) } },
                who(row),
                html! { (german::date(row.received_on)) },
                last,
            ]
        })
        .collect();
    let head = [
        "Aktenzeichen",
        "Person",
        "Eingegangen am",
        if open {
            "Zu beantworten bis"
        } else {
            "Beantwortet am"
        },
    ]
    .map(Column::text);
    let options = PageOptions {
        help: Some("auskunft"),
        tools: Some(link_button("Neues Ersuchen", "/auskunft/neu", true)),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Auskunft",
        options,
        html! {
            (tabs(&[
                ("Offen", "/auskunft", open),
                ("Beantwortet", "/auskunft?stand=beantwortet", !open),
            ]))
            p.prose { "Ersuchen betroffener Personen um Auskunft über die gespeicherten Angaben (Art. 15 DSGVO, §§ 11 bis 13 SächsDSUG). Jedes wird innerhalb eines Monats beantwortet." }
            @if rows.is_empty() {
                (empty_state(
                    if open { "Kein offenes Ersuchen" } else { "Noch kein beantwortetes Ersuchen" },
                    "Ein neues Ersuchen beginnt mit der Nummer der Person oder mit Name und Geburtsdatum.",
                    None,
                ))
            } @else {
                @if rows.len() > LINES { p role="status" { "Die ersten " (LINES) " Ersuchen." } }
                (table("Auskunftsersuchen", &head, lines))
            }
        },
    )
}

fn choose(form: &Form, found: &[FoundRow]) -> Markup {
    let options: Vec<(String, String)> = found
        .iter()
        .map(|row| {
            let born = row.birth_date.map_or_else(
                || "Geburtsdatum unbekannt".to_owned(),
                |day| format!("geb. {}", german::date(day)),
            );
            let label = format!(
                "{}, {}, {born}, Nummer {}, {}",
                row.family_name,
                row.given_name,
                row.number.as_deref().unwrap_or("–"),
                row.place.as_deref().unwrap_or("zurzeit keine Einrichtung"),
            );
            (row.id.to_string(), label)
        })
        .collect();
    let choices: Vec<(&str, &str, Option<&str>)> = options
        .iter()
        .map(|(value, label)| (value.as_str(), label.as_str(), None))
        .collect();
    radio_group(form, "person", "Welche Person ist gemeint?", &choices)
}

/// A new request.
pub(super) fn new(frame: &Frame, form: &Form, token: &str, found: Option<&[FoundRow]>) -> Markup {
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: crumbs(),
        help: Some("auskunft"),
        ..PageOptions::default()
    };
    let askers: Vec<_> = Asker::ALL
        .iter()
        .map(|one| (one.code(), one.label(), None))
        .collect();
    let checks: Vec<_> = Identity::ALL
        .iter()
        .map(|one| (one.code(), one.label(), None))
        .collect();
    page_with(
        frame,
        "Neues Auskunftsersuchen",
        options,
        html! {
            (error_summary(form))
            (post_form(frame, "/auskunft/neu", Some(token), html! {
                (fieldset("Person", Some("Eine Nummer genügt. Ohne Nummer der genaue Name mit Geburtsdatum, so wie er im Ersuchen steht."), html! {
                    (text_field(form, &Field::text("nummer", "Nummer").hint("Buchnummer oder Aktenzeichen der Bewährungshilfe")))
                    (text_field(form, &Field::text("familienname", "Familienname")))
                    (text_field(form, &Field::text("vorname", "Vorname")))
                    (text_field(form, &Field::date("geburtsdatum", "Geburtsdatum")))
                    @match found {
                        Some([]) => { (checkbox(form, "ohne_treffer", "Ohne Treffer erfassen", Some("Die Antwort lautet dann: keine Daten. Der Name wird nicht gespeichert."))) }
                        Some(many) if many.len() > 1 => { (choose(form, many)) }
                        _ => {}
                    }
                }))
                (fieldset("Ersuchen", None, html! {
                    (text_field(form, &Field::text("aktenzeichen", "Aktenzeichen").required().max_length(REFERENCE_LENGTH).hint("Unter diesem Zeichen liegt das Ersuchen in der Akte.")))
                    (text_field(form, &Field::date("eingang", "Eingegangen am").required().hint("Von diesem Tag an läuft die Frist von einem Monat.")))
                    (radio_group(form, "wer", "Gestellt von", &askers))
                    (radio_group(form, "identitaet", "Identität geprüft durch", &checks))
                    (text_field(form, &Field::text("anliegen", "Anliegen").max_length(REASON_LENGTH).width(Width::Full).hint("Nur wenn das Ersuchen einen Anlass nennt oder sich auf bestimmte Angaben beschränkt.")))
                }))
                (actions("Ersuchen erfassen", &[("Abbrechen", "/auskunft")]))
            }))
        },
    )
}

fn label<T>(code: &str, of: fn(&str) -> Option<T>, label: fn(T) -> &'static str) -> String {
    of(code).map_or_else(|| code.to_owned(), |value| label(value).to_owned())
}

fn told(ground: Option<Ground>) -> Markup {
    html! {
        @match ground {
            Some(_) => (tag(Tone::Warning, "nicht mitgeteilt")),
            None => (tag(Tone::Success, "mitgeteilt")),
        }
    }
}

fn parts(row: &InquiryRow, report: &Report) -> Markup {
    let line = |name: &str, title: &str, number: usize, ground: Option<Ground>| {
        vec![
            html! { a href={ (here(row.id)) "/angaben/" (name) } { (title) } },
            html! { (german::count(number as u64)) },
            told(ground),
        ]
    };
    let restricted = &report.asked.restricted;
    let mut lines: Vec<Vec<Markup>> = report
        .sections
        .iter()
        .map(|section| {
            line(
                section.name,
                section.title,
                section.entries.len(),
                section.withheld,
            )
        })
        .collect();
    lines.push(line(
        RECIPIENTS,
        "Empfänger (Protokoll)",
        report.told_recipients().len(),
        restricted.of(RECIPIENTS),
    ));
    lines.push(line(
        OFFICES,
        "Stellen, die abgefragt haben (Protokoll)",
        report.offices.len(),
        restricted.of(OFFICES),
    ));
    table(
        "Inhalt der Auskunft",
        &[
            Column::text("Abschnitt"),
            Column::numeric("Einträge"),
            Column::text("Auskunft"),
        ],
        lines,
    )
}

fn hand_out(frame: &Frame, row: &InquiryRow, report: &Report, form: &Form) -> Markup {
    let ways: Vec<_> = Delivery::ALL
        .iter()
        .map(|one| (one.code(), one.label(), None))
        .collect();
    let print = if row.person_id.is_some() {
        report.fingerprint()
    } else {
        String::new()
    };
    html! {
        h2 { "Auskunft erteilen" }
        p.prose {
            "Der Entwurf lässt sich vorher als PDF lesen. Mit dem Erteilen steht die Weitergabe im Protokoll; danach gibt es die endgültigen Dateien. "
            "Bitte verschlossen aushändigen: Schon die Teilnahme an einer Maßnahme ist eine besonders geschützte Angabe."
        }
        (post_form(frame, &format!("{}/erteilen", here(row.id)), None, html! {
            (hidden("version", &row.version.to_string()))
            (hidden("stand", &print))
            (text_field(form, &Field::date("am", "Ausgehändigt am").required()))
            (radio_group(form, "weg", "Weg der Aushändigung", &ways))
            (actions("Auskunft erteilen", &[]))
        }))
    }
}

/// A request with what would be, or was, told.
pub(super) fn show(
    frame: &Frame,
    row: &InquiryRow,
    report: &Report,
    form: &Form,
    today: Date,
) -> Markup {
    let place = here(row.id);
    let open = row.open();
    let files = if open { "Entwurf als " } else { "" };
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: crumbs(),
        help: Some("auskunft"),
        lead: Some(who(row)),
        tools: Some(html! {
            (link_button(&format!("{files}PDF"), &format!("{place}/auskunft.pdf"), !open))
            (link_button(&format!("{files}Datei (JSON)"), &format!("{place}/auskunft.json"), false))
        }),
        ..PageOptions::default()
    };
    let mut facts = vec![
        (
            "Eingegangen am",
            html! { (german::weekday_date(row.received_on)) },
        ),
        (
            "Zu beantworten bis",
            if open {
                deadline(row, today)
            } else {
                html! { (german::weekday_date(row.due_on)) }
            },
        ),
        (
            "Gestellt von",
            html! { (label(&row.asker, Asker::from_code, Asker::label)) },
        ),
        (
            "Identität geprüft durch",
            html! { (label(&row.identity, Identity::from_code, Identity::label)) },
        ),
    ];
    if let Some(reason) = &row.reason {
        facts.push(("Anliegen", html! { (reason) }));
    }
    if let (Some(day), Some(way)) = (row.answered_on, &row.delivery) {
        facts.push((
            "Beantwortet",
            html! {
                (german::weekday_date(day)) ", " (label(way, Delivery::from_code, Delivery::label))
                @if let Some(name) = &row.answered_by_name { ", durch " (name) }
            },
        ));
    }
    facts.push((
        "Erfasst",
        html! { (german::date_time(berlin_local(row.created_at))) ", durch " (row.created_by_name) },
    ));
    let changed = row
        .content_hash
        .as_ref()
        .is_some_and(|hash| *hash != report.fingerprint());
    page_with(
        frame,
        &format!("Auskunft {}", row.reference),
        options,
        html! {
            (error_summary(form))
            @if row.person_id.is_none() {
                (notice(Tone::Info, Some("Keine Daten"), html! {
                    "Zu der Person, die im Ersuchen genannt ist, sind in Geleit keine Angaben gespeichert. Auch das ist eine Auskunft: Das PDF sagt es so."
                }))
            } @else if changed {
                (notice(Tone::Warning, None, html! {
                    "Seit der Aushändigung haben sich Angaben geändert. PDF und Datei zeigen den heutigen Stand, nicht den ausgehändigten."
                }))
            }
            (summary_list(&facts))
            @if row.person_id.is_some() {
                h2 { "Was mitgeteilt wird" }
                @if open {
                    p.prose { "Jeder Abschnitt lässt sich öffnen und mit einem gesetzlichen Grund von der Auskunft ausnehmen. Freitext bitte auf Angaben über andere Personen prüfen." }
                }
                (parts(row, report))
                h2 { "Was die Auskunft nicht enthält" }
                ul { @for (what, ground) in report.marks() { li { (what) " Grund: " (ground) "." } } }
            }
            @if open { (hand_out(frame, row, report, form)) }
        },
    )
}

fn typed(section: &str, column: &str) -> bool {
    matches!(super::rules::words::of(section, column), Some(Words::Typed))
}

/// One section: what is in it, and whether it is told.
pub(super) fn section(
    frame: &Frame,
    row: &InquiryRow,
    (name, title): (&str, &str),
    section: Option<&Section>,
    form: &Form,
) -> Markup {
    let place = here(row.id);
    let mut above = crumbs();
    above.push((format!("Auskunft {}", row.reference), place.clone()));
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: above,
        help: Some("auskunft"),
        lead: Some(who(row)),
        ..PageOptions::default()
    };
    let ground = row.restrictions().of(name);
    let content = section.map(|section| {
        let heads = headings(section);
        let rows = section
            .entries
            .iter()
            .take(SHOWN)
            .enumerate()
            .map(|(index, entry)| {
                vec![
                    html! { (index + 1) },
                    html! { @for value in entry { div { (value.heading) ": " (value.said) } } },
                ]
            })
            .collect();
        html! {
            @if heads.iter().any(|(column, _)| typed(name, column)) {
                p.prose { "Dieser Abschnitt enthält Text, den jemand getippt hat. Bitte prüfen, ob er andere Personen nennt." }
            }
            @if section.entries.len() > SHOWN {
                p role="status" { "Die ersten " (SHOWN) " von " (section.entries.len()) " Einträgen. Alle stehen im PDF." }
            }
            (table(title, &[Column::numeric("Nr."), Column::text("Angaben")], rows))
        }
    });
    let options_of: Vec<(&str, &str)> = Ground::ALL
        .iter()
        .map(|ground| (ground.code(), ground.label()))
        .collect();
    page_with(
        frame,
        title,
        options,
        html! {
            (error_summary(form))
            @if let Some(ground) = ground {
                (notice(Tone::Warning, None, html! { (withheld(ground.label())) }))
            }
            @match content {
                Some(content) => (content),
                None => p { "Dieser Teil kommt aus dem Protokoll und steht ganz im PDF." },
            }
            @if row.open() {
                h2 { "Von der Auskunft ausnehmen" }
                p.prose {
                    "Nur mit einem gesetzlichen Grund, und nur solange er besteht. Die Auskunft nennt den Grund. "
                    "Mit „Anfragen und Fälle“ entfallen auch deren Schritte, Fristen, Gespräche, Notizen und die Einwilligungen (sie nennen den Träger), mit „Plätze in Gruppen“ deren Aussetzungen."
                }
                (post_form(frame, &format!("{place}/angaben/{name}"), None, html! {
                    (hidden("version", form.value("version")))
                    (select_field(form, &Field::text("grund", "Auskunft").width(Width::Full), &options_of, Some("wird mitgeteilt")))
                    (actions("Speichern", &[("Abbrechen", &place)]))
                }))
            }
        },
    )
}
