//! Pages of the protocol.

pub(super) mod log;
pub(super) mod sample;

use maud::{Markup, html};

use super::rules::Told;
use super::store::{DayRow, HITS, SubjectRow};
use crate::audit::Verb;
use crate::base::german;
use crate::store::{Cursor, Page};
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, Pager, Tone, actions, empty_state, error_summary, filter_form, get_form,
    link_button, notice, pager, pager_below, select_field, table, tabs, text_field,
};

/// The pages of the protocol; `here` is the address of the one that is shown.
fn ways(here: &str) -> Markup {
    tabs(
        &[
            ("Person", "/protokoll"),
            ("Einträge", "/protokoll/suche"),
            ("Konto", "/protokoll/konto"),
            ("Stichprobe", "/protokoll/stichprobe"),
            ("Auffälligkeiten", "/protokoll/auffaelligkeiten"),
            ("Prüfung", "/protokoll/pruefung"),
        ]
        .map(|(label, href)| (label, href, href == here)),
    )
}

/// The search for a person.
pub(super) fn search(frame: &Frame, form: &Form, found: Option<&[SubjectRow]>) -> Markup {
    let options = PageOptions {
        errored: form.has_errors(),
        help: Some("protokoll"),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Protokoll",
        options,
        html! {
            (ways("/protokoll"))
            (error_summary(form))
            p.prose { "Hier steht, wer wann Daten einer Person abgefragt, geändert oder weitergegeben hat (§ 32 SächsDSUG). Auch diese Suche wird protokolliert." }
            (get_form("/protokoll", html! {
                (text_field(form, &Field::text("suche", "Name oder Nummer").required().hint("Mindestens drei Buchstaben oder Ziffern")))
                (actions("Suchen", &[]))
            }))
            @if let Some(found) = found {
                @if found.is_empty() {
                    (empty_state("Keine Person gefunden", "Bitte die Schreibweise prüfen oder nur den Anfang des Namens eingeben.", None))
                } @else {
                    p role="status" {
                        @if found.len() >= HITS { "Die ersten " (HITS) " Treffer. Bitte genauer suchen, wenn die Person fehlt." }
                        @else { (german::plural(found.len() as u64, "Treffer", "Treffer")) }
                    }
                    (table("Gefundene Personen", &["Name", "Geburtsdatum", "Nummer"].map(Column::text), found.iter().map(|row| vec![
                        html! { a href={ "/protokoll/personen/" (row.id) } { (row.name()) } },
                        html! { @if let Some(day) = row.birth_date { (german::date(day)) } @else { "–" } },
                        html! { (row.number.as_deref().unwrap_or("–")) },
                    ]).collect()))
                }
            }
        },
    )
}

fn with_cursor(here: &str, form: &Form, cursor: &Cursor) -> String {
    let cursor = cursor.to_string();
    let mut pairs: Vec<(&str, &str)> = ["von", "bis", "art"]
        .into_iter()
        .map(|name| (name, form.value(name)))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    pairs.push(("ab", &cursor));
    format!(
        "{here}?{}",
        serde_urlencoded::to_string(pairs).unwrap_or_default()
    )
}

/// The entries about a person.
pub(super) fn entries(
    frame: &Frame,
    form: &Form,
    subject: &SubjectRow,
    page: &Page<Told>,
) -> Markup {
    let here = format!("/protokoll/personen/{}", subject.id);
    let verbs: Vec<(&str, &str)> = Verb::ALL
        .iter()
        .map(|verb| (verb.code(), verb.label()))
        .collect();
    let filter = filter_form(
        &here,
        &here,
        html! {
            (text_field(form, &Field::date("von", "Von").plain()))
            (text_field(form, &Field::date("bis", "Bis").plain()))
            (select_field(form, &Field::text("art", "Art der Verarbeitung").plain(), &verbs, Some("alle")))
        },
    );
    let count = page.rows.len();
    let ways = Pager {
        previous: page
            .previous
            .as_ref()
            .map(|cursor| with_cursor(&here, form, cursor)),
        next: page
            .next
            .as_ref()
            .map(|cursor| with_cursor(&here, form, cursor)),
        text: if page.previous.is_some() || page.next.is_some() {
            format!("{count} Einträge auf dieser Seite")
        } else {
            german::plural(count as u64, "Eintrag", "Einträge")
        },
    };
    // One column for what happened and its circumstances: ten columns would not fit any window.
    let rows = page
        .rows
        .iter()
        .map(|told| {
            vec![
                html! { (told.when) },
                html! { (told.office) @if !told.place.is_empty() { ", " (told.place) } },
                html! {
                    (told.operation)
                    @if !told.fields.is_empty() { br; "Geändert: " (told.fields) }
                    @if !told.recipient.is_empty() { br; "Empfänger: " (told.recipient) }
                },
                html! { (told.verb) ", " (told.level) },
                html! { (told.outcome) @if !told.reason.is_empty() { ", " (told.reason) } },
            ]
        })
        .collect();
    let head = [
        "Zeitpunkt",
        "Stelle",
        "Vorgang",
        "Art und Umfang",
        "Ergebnis und Begründung",
    ]
    .map(Column::text);
    let options = PageOptions {
        errored: form.has_errors(),
        wide: true,
        crumbs: vec![("Protokoll".to_owned(), "/protokoll".to_owned())],
        help: Some("protokoll"),
        lead: Some(html! {
            (subject.name())
            @if let Some(day) = subject.birth_date { ", geb. " (german::date(day)) }
            @if let Some(number) = &subject.number { " · " (number) }
        }),
        tools: Some(html! {
            (link_button("Auskunft drucken (PDF)", &format!("{here}/auskunft.pdf"), false)) " "
            (link_button("Auskunft herunterladen (CSV)", &format!("{here}/auskunft.csv"), false))
        }),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Protokoll zur Person",
        options,
        html! {
            (error_summary(form))
            p.prose {
                "Namen von Beschäftigten stehen hier nicht; genannt wird die Stelle. Einträge werden zwölf Monate aufbewahrt. "
                "Das Herunterladen der Auskunft gilt als Offenlegung und wird protokolliert."
            }
            div.list-page {
                div { (filter) }
                div {
                    @if page.rows.is_empty() {
                        (empty_state("Keine Einträge", "In diesem Zeitraum wurden keine Daten dieser Person verarbeitet.", None))
                    } @else {
                        (pager(&ways))
                        (table("Einträge", &head, rows))
                        (pager_below(&ways))
                    }
                }
            }
        },
    )
}

/// How much was logged, and how to check that the log is whole.
pub(super) fn check(frame: &Frame, days: &[DayRow]) -> Markup {
    let options = PageOptions {
        crumbs: vec![("Protokoll".to_owned(), "/protokoll".to_owned())],
        help: Some("protokoll"),
        ..PageOptions::default()
    };
    let rows = days
        .iter()
        .map(|row| {
            vec![
                html! { (german::weekday_date(row.day)) },
                html! { (german::count(row.number.unsigned_abs())) },
                html! { (german::count(row.denied.unsigned_abs())) },
            ]
        })
        .collect();
    let head = [
        Column::text("Tag"),
        Column::numeric("Einträge"),
        Column::numeric("davon verweigert"),
    ];
    page_with(
        frame,
        "Prüfung des Protokolls",
        options,
        html! {
            (ways("/protokoll/pruefung"))
            (notice(Tone::Info, Some("So wird geprüft, ob das Protokoll vollständig ist"), html! {
                "Jeder Eintrag ist mit dem vorigen verkettet; jede Minute wird ein unterschriebener Kontrollpunkt in eine Datei geschrieben. "
                "Der Betrieb prüft beides mit dem Befehl " code { "geleit audit verify" } ". "
                "Bitte das Ergebnis regelmäßig anfordern; es nennt die Zahl der geprüften Einträge und jede Abweichung."
            }))
            @if days.is_empty() {
                (empty_state("Keine Einträge", "In den letzten 30 Tagen wurde nichts protokolliert.", None))
            } @else {
                p { "Ein Tag ohne Einträge fehlt in der Liste. An Arbeitstagen wäre das auffällig." }
                (table("Einträge der letzten 30 Tage", &head, rows))
            }
        },
    )
}
