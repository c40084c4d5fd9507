//! Templates: the list, one version, and the form of a new one.

use maud::{Markup, html};
use time::Date;

use crate::base::german;
use crate::groups::rules::SessionKind;
use crate::groups::rules::templates::PlannedSession;
use crate::groups::store::templates::TemplateRow;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, Tone, checkbox, empty_state, error_summary, fieldset, hidden, link_button,
    post_form, radio_group, submit_secondary, summary_list, table, tag, text_field,
};

fn validity(template: &TemplateRow, today: Date) -> Markup {
    let ended = template.valid_to.is_some_and(|end| end <= today);
    html! {
        @if template.valid_from > today { (tag(Tone::Info, "gilt noch nicht")) }
        @else if ended { (tag(Tone::Neutral, "gilt nicht mehr")) }
        @else { (tag(Tone::Success, "gilt")) }
        span.detail {
            "ab " (german::date(template.valid_from))
            @if let Some(end) = template.valid_to { " bis " (german::date(end.previous_day().unwrap_or(end))) }
        }
    }
}

fn size(template: &TemplateRow) -> String {
    let together = template.sessions - template.individual;
    match (together, template.individual) {
        (0, 0) => "offen".to_owned(),
        (_, 0) => together.to_string(),
        (0, alone) => format!("{alone} einzeln"),
        _ => format!("{together} + {} einzeln", template.individual),
    }
}

fn rhythm(weeks: i64) -> String {
    match weeks {
        1 => "wöchentlich".to_owned(),
        weeks => format!("alle {weeks} Wochen"),
    }
}

/// All templates by programme, with their versions.
pub(in crate::groups) fn list(frame: &Frame, templates: &[TemplateRow], today: Date) -> Markup {
    let mut programmes: Vec<&str> = templates
        .iter()
        .map(|template| template.programme_name.as_str())
        .collect();
    programmes.dedup();
    let head = ["Vorlage", "Sitzungen", "Rhythmus", "Plätze", "Gültigkeit"].map(Column::text);
    let options = PageOptions {
        wide: true,
        crumbs: vec![("Einrichtungen".to_owned(), "/einrichtungen".to_owned())],
        help: Some("gruppen"),
        lead: Some(
            html! { "Der Ablauf der Maßnahmen. Eine Gruppe behält die Fassung, mit der sie geplant wurde." },
        ),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Vorlagen",
        options,
        html! {
            @if templates.is_empty() { (empty_state("Keine Vorlage", "Die Vorlagen kommen mit den Stammdaten der Maßnahmen.", None)) }
            @for programme in programmes {
                h2 { (programme) }
                (table(programme, &head, templates.iter().filter(|template| template.programme_name == programme).map(|template| vec![
                    html! { a href={ "/vorlagen/" (template.id) } { (template.name) } span.detail { "Fassung " (template.version) } },
                    html! { (size(template)) },
                    html! { (rhythm(template.interval_weeks)) },
                    html! { (template.places) },
                    validity(template, today),
                ]).collect()))
            }
        },
    )
}

fn kind_label(code: &str) -> &'static str {
    SessionKind::from_code(code).map_or("", SessionKind::label)
}

/// One version with its sessions.
pub(in crate::groups) fn version(
    frame: &Frame,
    template: &TemplateRow,
    versions: &[TemplateRow],
    sessions: &[PlannedSession],
    today: Date,
    may_change: bool,
) -> Markup {
    let options = PageOptions {
        crumbs: vec![("Vorlagen".to_owned(), "/vorlagen".to_owned())],
        help: Some("gruppen"),
        lead: Some(html! { (template.programme_name) ", Fassung " (template.version) }),
        tools: may_change.then(|| {
            link_button(
                "Neue Fassung",
                &format!("/vorlagen/{}/neue-fassung", template.id),
                true,
            )
        }),
        ..PageOptions::default()
    };
    let rule = match (template.complete_share, template.complete_sessions) {
        (Some(share), _) => format!("ab {share} % der Pflichtsitzungen"),
        (None, Some(count)) => format!(
            "ab {} Pflichtsitzungen",
            german::count(count.unsigned_abs())
        ),
        (None, None) => "keine feste Regel".to_owned(),
    };
    let rows: Vec<Vec<Markup>> = sessions
        .iter()
        .zip(1..)
        .map(|(session, number)| {
            vec![
                html! { (number) },
                html! {
                    (session.module)
                    @if session.kind != "group" { span.detail { (kind_label(&session.kind)) } }
                },
                html! { (german::duration_minutes(u32::try_from(session.minutes).unwrap_or(0))) },
                html! { (session.trainers) },
                html! {
                    @if session.optional { (tag(Tone::Neutral, "freigestellt")) " " }
                    @if !session.remand { (tag(Tone::Info, "nicht in U-Haft")) " " }
                    @if session.gap_days > 0 { "mindestens " (german::plural(session.gap_days.unsigned_abs(), "Tag", "Tage")) " nach der Sitzung davor" }
                },
            ]
        })
        .collect();
    page_with(
        frame,
        &template.name,
        options,
        html! {
            (summary_list(&[
                ("Gültigkeit", validity(template, today)),
                ("Sitzungen", html! { (size(template)) ", " (rhythm(template.interval_weeks)) }),
                ("Plätze", html! { (template.places) }),
                ("Fachkräfte", html! { "mindestens " (template.trainers) }),
                ("Abgeschlossen", html! { (rule) @if template.complete_modules && rule != "keine feste Regel" { ", jeder Pflichtbaustein mindestens einmal besucht" } }),
                ("Bescheinigung", html! { @if template.certificate { (template.certificate_title) } @else { "keine" } }),
            ]))
            h2 { "Sitzungen" }
            @if rows.is_empty() {
                p { "Diese Vorlage hat keine feste Zahl von Sitzungen; Termine entstehen einzeln." }
            } @else {
                (table("Sitzungen", &["Nr.", "Baustein", "Dauer", "Fachkräfte", "Hinweis"].map(Column::text), rows))
            }
            @if versions.len() > 1 {
                h2 { "Alle Fassungen" }
                (table("Alle Fassungen", &["Fassung", "Sitzungen", "Gültigkeit"].map(Column::text), versions.iter().map(|other| vec![
                    html! { @if other.id == template.id { "Fassung " (other.version) } @else { a href={ "/vorlagen/" (other.id) } { "Fassung " (other.version) } } },
                    html! { (size(other)) },
                    validity(other, today),
                ]).collect()))
            }
        },
    )
}

/// The form of a new version. What is said about a block stands in one row of the table.
pub(in crate::groups) fn form(
    frame: &Frame,
    form: &Form,
    base: &TemplateRow,
    newest: &TemplateRow,
    token: &str,
) -> Markup {
    let here = format!("/vorlagen/{}/neue-fassung", base.id);
    let options = PageOptions {
        wide: true,
        errored: form.has_errors(),
        crumbs: vec![
            ("Vorlagen".to_owned(), "/vorlagen".to_owned()),
            (base.name.clone(), format!("/vorlagen/{}", base.id)),
        ],
        help: Some("gruppen"),
        lead: Some(
            html! { "Aus Fassung " (base.version) ". Fassung " (newest.version) " endet am Tag davor; Gruppen, die schon geplant sind, behalten ihre Fassung." },
        ),
        ..PageOptions::default()
    };
    let count: usize = form.value("zeilen").parse().unwrap_or(0);
    page_with(
        frame,
        "Neue Fassung",
        options,
        html! {
            (error_summary(form))
            (post_form(frame, &here, Some(token), html! {
                // Enter in a field saves; the buttons of the rows come later in the page.
                button.hide type="submit" name="aktion" value="speichern" tabindex="-1" { "Fassung speichern" }
                (hidden("zeilen", &count.to_string()))
                (fieldset("Rahmen", None, html! {
                    (text_field(form, &Field::text("name", "Name").required()))
                    (text_field(form, &Field::date("gilt_ab", "Gilt ab").required()))
                    (text_field(form, &Field::number("plaetze", "Plätze").required()))
                    (text_field(form, &Field::number("fachkraefte", "Fachkräfte").required().hint("So viele braucht eine Gruppe mindestens.")))
                    (text_field(form, &Field::number("wochen", "Wochen zwischen den Treffen").required()))
                }))
                h2 #bausteine { "Bausteine" }
                p.hint { "Eine Zeile je Baustein; „Abstand“ sind die Tage, die vor seiner ersten Sitzung mindestens vergehen (0: keine Vorgabe)." }
                (rows(form, count))
                p { (submit_secondary("aktion", "neu", "Zeile hinzufügen")) }
                (fieldset("Abschluss", None, html! {
                    (radio_group(form, "regel", "Wann ist die Teilnahme abgeschlossen?", &[
                        ("anteil", "Ab einem Anteil der Pflichtsitzungen in Prozent", None),
                        ("zahl", "Ab einer Zahl von Pflichtsitzungen", None),
                        ("keine", "Ohne feste Regel", None),
                    ]))
                    (text_field(form, &Field::number("wert", "Prozent oder Zahl")))
                    (checkbox(form, "bausteine", "Jeder Pflichtbaustein muss mindestens einmal besucht sein", None))
                    (checkbox(form, "bescheinigung", "Am Ende steht eine Teilnahmebescheinigung", None))
                    (text_field(form, &Field::text("titel", "Titel der Bescheinigung").hint("Steht auf der Bescheinigung, zum Beispiel Antigewalt- und Kompetenztraining (AKT)")))
                }))
                div.actions {
                    button type="submit" name="aktion" value="speichern" { "Fassung speichern" }
                    a href={ "/vorlagen/" (base.id) } { "Abbrechen" }
                }
            }))
        },
    )
}

fn cell(form: &Form, name: &str, label: &str, class: &str) -> Markup {
    html! {
        @if let Some(error) = form.error_of(name) { p.error id={ "f-" (name) "-error" } { (error) } }
        input id={ "f-" (name) } name=(name) class=(class) aria-label=(label) value=(form.value(name))
            aria-invalid=[form.error_of(name).map(|_| "true")];
    }
}

fn tick(form: &Form, name: &str, label: &str) -> Markup {
    html! { input type="checkbox" name=(name) value="1" aria-label=(label) checked[form.checked(name)]; }
}

fn rows(form: &Form, count: usize) -> Markup {
    let head = [
        "Baustein",
        "Sitzungen",
        "Art",
        "Minuten",
        "Abstand",
        "Fachkräfte",
        "frei\u{ad}gestellt",
        "auch in U-Haft",
        "Zeile",
    ]
    .map(Column::text);
    let lines = (0..count)
        .map(|row| {
            let line = row + 1;
            let kind = format!("art_{row}");
            vec![
                cell(form, &format!("baustein_{row}"), &format!("Baustein, Zeile {line}"), "w-medium"),
                cell(form, &format!("anzahl_{row}"), &format!("Sitzungen, Zeile {line}"), "w-tiny"),
                html! {
                    select name=(kind) aria-label={ "Art, Zeile " (line) } {
                        @for (code, label) in SessionKind::choices() { option value=(code) selected[form.value(&kind) == code] { (label) } }
                    }
                },
                cell(form, &format!("minuten_{row}"), &format!("Minuten, Zeile {line}"), "w-tiny"),
                cell(form, &format!("abstand_{row}"), &format!("Abstand, Zeile {line}"), "w-tiny"),
                cell(form, &format!("leitung_{row}"), &format!("Fachkräfte, Zeile {line}"), "w-tiny"),
                tick(form, &format!("frei_{row}"), &format!("freigestellt, Zeile {line}")),
                tick(form, &format!("uhaft_{row}"), &format!("auch in U-Haft, Zeile {line}")),
                html! {
                    span.inline {
                        @if row > 0 { button.second type="submit" name="aktion" value={ "hoch-" (row) } aria-label={ "Zeile " (line) " nach oben" } { "↑" } " " }
                        @if row + 1 < count { button.second type="submit" name="aktion" value={ "runter-" (row) } aria-label={ "Zeile " (line) " nach unten" } { "↓" } " " }
                        button.second type="submit" name="aktion" value={ "weg-" (row) } aria-label={ "Zeile " (line) " entfernen" } { "✕" }
                    }
                },
            ]
        })
        .collect();
    table("Bausteine", &head, lines)
}
