//! Taking over lists.

use maud::{Markup, html};

use crate::base::german;
use crate::base::time::berlin_local;
use crate::people::PlacementKind;
use crate::people::import::{RowProblem, Target};
use crate::people::import_service::Preview;
use crate::people::store::imports::ImportLine;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, Tone, actions, checkbox, error_summary, hidden, link_button, notice,
    post_button, post_form, select_field, summary_list, table, tag, text_field, upload_form,
};

/// Rows that the page shows, all groups together; what must be looked at comes first.
const SHOWN: usize = 100;
/// Rows of a group that are shown however many others there are.
const AT_LEAST: usize = 5;
/// Longest sample value, in characters.
const SAMPLE: usize = 40;

fn state_tag(line: &ImportLine) -> Markup {
    match line.state.as_str() {
        "committed" => tag(Tone::Success, "übernommen"),
        "uploaded" if line.has_content => tag(Tone::Info, "wartet auf Prüfung"),
        _ => tag(Tone::Neutral, "verworfen"),
    }
}

fn setting_field(form: &Form, kind: PlacementKind) -> Markup {
    let settings: Vec<(&str, &str)> = kind
        .settings()
        .iter()
        .map(|setting| (setting.code(), setting.label()))
        .collect();
    let field = Field::text("setting", "Art für die ganze Liste")
        .hint("Nur nötig, wenn die Liste keine Spalte dafür hat");
    select_field(form, &field, &settings, Some("steht in der Liste"))
}

pub(in crate::people) fn list(
    frame: &Frame,
    form: &Form,
    lines: &[ImportLine],
    kind: PlacementKind,
    token: &str,
) -> Markup {
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: vec![("Personen".into(), "/personen".into())],
        help: Some("einlesen"),
        ..PageOptions::default()
    };
    let rows: Vec<Vec<Markup>> = lines
        .iter()
        .map(|line| {
            let number = |count: i64| html! { @if line.state == "committed" { (count) } @else { "–" } };
            vec![
                html! { a href={ "/personen/einlesen/" (line.id) } { (german::date_time(berlin_local(line.created_at))) } },
                html! { @if line.file_name.is_empty() { "–" } @else { (line.file_name) } },
                html! { (line.account_name) },
                state_tag(line),
                number(line.new_count),
                number(line.changed_count),
                number(line.unchanged_count),
            ]
        })
        .collect();
    page_with(
        frame,
        "Liste einlesen",
        options,
        html! {
            (error_summary(form))
            p { "Eine Liste aus Ihrem Fachverfahren als CSV-Datei (Semikolon, Komma oder Tabulator; UTF-8 oder Windows). Zuerst sehen Sie in einem Probelauf, was neu ist und was sich ändert. Übernommen wird erst danach." }
            (upload_form(frame, "/personen/einlesen", Some(token), html! {
                (text_field(form, &Field::file("file", "Datei").required().hint("Höchstens 5 MiB und 50.000 Zeilen; die Datei wird nach der Übernahme, spätestens nach einem Tag gelöscht")))
                (setting_field(form, kind))
                (actions("Hochladen und prüfen", &[("Abbrechen", "/personen")]))
            }))
            @if !rows.is_empty() {
                h2 { "Bisherige Listen" }
                (table("Bisherige Listen", &[
                    Column::text("Hochgeladen"), Column::text("Datei"), Column::text("Von"), Column::text("Stand"),
                    Column::numeric("Neu"), Column::numeric("Geändert"), Column::numeric("Unverändert"),
                ], rows))
            }
        },
    )
}

fn options_of<'a>(line: &ImportLine, form: &Form) -> PageOptions<'a> {
    PageOptions {
        errored: form.has_errors(),
        crumbs: vec![
            ("Personen".into(), "/personen".into()),
            ("Liste einlesen".into(), "/personen/einlesen".into()),
        ],
        lead: Some(
            html! { (line.file_name) " · hochgeladen " (german::date_time(berlin_local(line.created_at))) " von " (line.account_name) },
        ),
        help: Some("einlesen"),
        ..PageOptions::default()
    }
}

/// A list that was taken over, discarded, or deleted after a day.
pub(in crate::people) fn over(frame: &Frame, line: &ImportLine) -> Markup {
    page_with(
        frame,
        "Liste prüfen",
        options_of(line, &Form::empty()),
        html! {
            p { (state_tag(line)) }
            @if line.state == "committed" {
                (summary_list(&[
                    ("Neu", html! { (line.new_count) }),
                    ("Geändert", html! { (line.changed_count) }),
                    ("Unverändert", html! { (line.unchanged_count) }),
                    ("Übernommen", html! { @if let Some(at) = line.committed_at { (german::date_time(berlin_local(at))) } }),
                ]))
            } @else {
                p { "Die Datei ist gelöscht; es wurde nichts übernommen." }
            }
            p { (link_button("Zu den Personen", "/personen", true)) " " (link_button("Weitere Liste einlesen", "/personen/einlesen", false)) }
        },
    )
}

pub(in crate::people) fn dry_run(
    frame: &Frame,
    form: &Form,
    line: &ImportLine,
    preview: &Preview,
    kind: PlacementKind,
) -> Markup {
    page_with(
        frame,
        "Liste prüfen",
        options_of(line, form),
        html! {
            (error_summary(form))
            @if preview.mapping_problems.is_empty() { (result(frame, form, line, preview)) }
            @else {
                (notice(Tone::Danger, Some("Die Zuordnung ist noch nicht vollständig"), html! {
                    ul { @for problem in &preview.mapping_problems { li { (problem) } } }
                }))
            }
            h2 { "Zuordnung der Spalten" }
            (mapping(frame, form, line, preview, kind))
            h2 { "Doch nicht" }
            p { "Verwerfen löscht die hochgeladene Datei. An den Personen ändert sich nichts." }
            (post_button(frame, &format!("/personen/einlesen/{}/verwerfen", line.id), None, "Liste verwerfen"))
        },
    )
}

fn mapping(
    frame: &Frame,
    form: &Form,
    line: &ImportLine,
    preview: &Preview,
    kind: PlacementKind,
) -> Markup {
    let targets: Vec<(&str, &str)> = Target::ALL
        .iter()
        .map(|target| (target.code(), target.label()))
        .collect();
    let sample = |column: usize| {
        let values: Vec<&str> = preview
            .table
            .rows
            .iter()
            .filter_map(|row| row.cells.get(column).map(|cell| cell.trim()))
            .filter(|cell| !cell.is_empty())
            .take(2)
            .collect();
        let mut text: String = values.join(", ").chars().take(SAMPLE).collect();
        if text.chars().count() == SAMPLE {
            text.push('…');
        }
        text
    };
    let rows = preview
        .table
        .header
        .iter()
        .enumerate()
        .map(|(index, name)| {
            let field = format!("spalte_{index}");
            vec![
                html! { @if name.is_empty() { "(ohne Überschrift)" } @else { (name) } },
                html! { (sample(index)) },
                html! {
                    select id={ "f-" (field) } name=(field) aria-label={ "Bedeutung der Spalte " (index + 1) ", " (name) } {
                        option value="" { "nicht übernehmen" }
                        @for (value, label) in &targets {
                            option value=(value) selected[form.contains(&field, value)] { (label) }
                        }
                    }
                },
            ]
        })
        .collect();
    post_form(
        frame,
        &format!("/personen/einlesen/{}/zuordnung", line.id),
        None,
        html! {
            (hidden("version", form.value("version")))
            (table("Spalten der Datei", &["Spalte", "Beispiele", "Bedeutung"].map(Column::text), rows))
            (setting_field(form, kind))
            (actions("Zuordnung speichern und neu prüfen", &[]))
        },
    )
}

/// How many rows of each group are shown.
fn shares(lengths: [usize; 4]) -> [usize; 4] {
    let mut rest = SHOWN;
    lengths.map(|length| {
        let share = length.min(rest.max(AT_LEAST));
        rest = rest.saturating_sub(share);
        share
    })
}

fn heading(title: &str, shown: usize, all: usize) -> Markup {
    html! {
        h3 { (title) }
        @if all > shown { p { "Die ersten " (shown) " von " (german::count(all as u64)) "." } }
    }
}

fn problems(title: &str, list: &[RowProblem], shown: usize) -> Markup {
    let rows = list
        .iter()
        .take(shown)
        .map(|problem| {
            vec![
                html! { (problem.line) },
                html! { (problem.column) },
                html! { (problem.expected) },
                html! { (problem.found) },
            ]
        })
        .collect();
    html! {
        (heading(title, shown, list.len()))
        (table(title, &["Zeile", "Spalte", "Erwartet", "Gefunden"].map(Column::text), rows))
    }
}

fn result(frame: &Frame, form: &Form, line: &ImportLine, preview: &Preview) -> Markup {
    let refused = preview.refused_lines().len();
    let (errors, checks) = (lines_of(&preview.errors), lines_of(&preview.to_check));
    let path = format!("/personen/einlesen/{}", line.id);
    let shown = shares([
        preview.to_check.len(),
        preview.errors.len(),
        preview.changed.len(),
        preview.new.len(),
    ]);
    html! {
        h2 { "Ergebnis des Probelaufs" }
        p { "Noch ist nichts übernommen." }
        (summary_list(&[
            ("Neu", html! { (german::plural(preview.new.len() as u64, "Person", "Personen")) }),
            ("Geändert", html! { (german::plural(preview.changed.len() as u64, "Person", "Personen")) }),
            ("Unverändert", html! { (german::plural(preview.unchanged.len() as u64, "Person", "Personen")) }),
            ("Fehler", html! { (german::plural(errors as u64, "Zeile", "Zeilen")) }),
            ("Bitte prüfen", html! { (german::plural(checks as u64, "Zeile", "Zeilen")) }),
        ]))
        @if refused > 0 {
            p { a href={ (path) "/abgelehnt.csv" } { "Abgelehnte Zeilen mit Gründen herunterladen (CSV)" } }
        }
        @if preview.does_something() || refused > 0 {
            (post_form(frame, &format!("{path}/uebernehmen"), None, html! {
                (hidden("version", form.value("version")))
                @if refused > 0 {
                    (checkbox(form, "ohne_abgelehnte", &format!("Ohne die {} übernehmen", german::plural(refused as u64, "abgelehnte Zeile", "abgelehnten Zeilen")), Some("Sie können sie herunterladen, berichtigen und später noch einmal einlesen")))
                }
                (actions("Übernehmen", &[]))
            }))
        } @else {
            (notice(Tone::Success, None, html! { "Alle Angaben der Liste sind schon bekannt. Es gibt nichts zu übernehmen." }))
            (post_form(frame, &format!("{path}/uebernehmen"), None, html! {
                (hidden("version", form.value("version")))
                (actions("Als geprüft abschließen", &[]))
            }))
        }
        @if !preview.to_check.is_empty() { (problems("Bitte prüfen", &preview.to_check, shown[0])) }
        @if !preview.errors.is_empty() { (problems("Fehler", &preview.errors, shown[1])) }
        @if !preview.changed.is_empty() { (changed(preview, shown[2])) }
        @if !preview.new.is_empty() { (new(preview, shown[3])) }
    }
}

fn lines_of(list: &[RowProblem]) -> usize {
    list.iter()
        .map(|problem| problem.line)
        .collect::<std::collections::BTreeSet<_>>()
        .len()
}

fn changed(preview: &Preview, shown: usize) -> Markup {
    let rows = preview
        .changed
        .iter()
        .take(shown)
        .map(|change| {
            vec![
                html! { (change.row.line) },
                html! { (change.row.family_name) ", " (change.row.given_name) },
                html! {
                    @for (index, difference) in change.differences.iter().enumerate() {
                        @if index > 0 { br; }
                        (difference.label()) ": " (difference.old) " → " (difference.new)
                    }
                },
            ]
        })
        .collect();
    html! {
        (heading("Geändert", shown, preview.changed.len()))
        (table("Geändert", &["Zeile", "Person", "Änderung"].map(Column::text), rows))
    }
}

fn new(preview: &Preview, shown: usize) -> Markup {
    let rows = preview
        .new
        .iter()
        .take(shown)
        .map(|row| {
            vec![
                html! { (row.line) },
                html! { (row.family_name) ", " (row.given_name) },
                html! { (row.number) },
                html! { (german::date(row.birth_date)) },
                html! { (german::date(row.placed_from)) },
            ]
        })
        .collect();
    html! {
        (heading("Neu", shown, preview.new.len()))
        (table("Neu", &["Zeile", "Person", "Nummer", "Geboren", "Zugang"].map(Column::text), rows))
    }
}
