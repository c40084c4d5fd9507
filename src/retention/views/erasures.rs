//! What is due, lists that were proposed, proofs of what was erased.

use maud::{Markup, html};

use crate::approvals::Approval;
use crate::approvals::rules::State;
use crate::base::german;
use crate::base::time::{Instant, berlin_local};
use crate::restriction::rules::REASON_MOST;
use crate::retention::rules::Category;
use crate::retention::service::{DueLine, MOST, first_digits};
use crate::retention::store::proposals::{CountRow, ErasureRow, ItemRow};
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, Tone, actions, empty_state, error_summary, hidden, link_button, notice,
    post_form, submit_danger, summary_list, table, tag, textarea,
};

fn when(at: Instant) -> String {
    german::date_time(berlin_local(at))
}

fn label(code: &str) -> &str {
    Category::from_code(code).map_or("–", Category::label)
}

fn records(number: i64) -> String {
    german::plural(number.unsigned_abs(), "Datensatz", "Datensätze")
}

/// The value of a line's box.
pub(in crate::retention) fn value(line: &DueLine) -> String {
    let kind = if line.item.person { "person" } else { "case" };
    format!("{kind}.{}", line.item.subject)
}

/// The list of what is due today.
pub(in crate::retention) fn due(
    frame: &Frame,
    form: &Form,
    lines: &[DueLine],
    token: &str,
) -> Markup {
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: vec![("Löschungen".into(), "/loeschungen".into())],
        help: Some("loeschen"),
        ..PageOptions::default()
    };
    let rows = lines
        .iter()
        .enumerate()
        .map(|(index, line)| {
            let value = value(line);
            let name = html! {
                (line.name)
                @if let Some(day) = line.birth_date { span.detail { "geboren am " (german::date(day)) } }
            };
            vec![
                html! {
                    @if line.proposed { (tag(Tone::Info, "vorgeschlagen")) " " (name) } @else {
                        input #{ "f-auswahl-" (index) } type="checkbox" name="auswahl" value=(value) checked[form.contains("auswahl", &value)];
                        " " label for={ "f-auswahl-" (index) } { (name) }
                    }
                },
                html! {
                    (line.item.category.label())
                    @if line.unlawful { span.detail { "Löschung verlangt oder unrechtmäßig verarbeitet" } }
                },
                html! { (german::date(line.item.began)) },
                html! { (german::date(line.item.due)) },
            ]
        })
        .collect();
    page_with(
        frame,
        "Heute zu löschen",
        options,
        html! {
            (error_summary(form))
            p { "Hier stehen Datensätze, deren Frist vorbei ist, die eingeschränkt sind und die keine Löschsperre hält. Gelöscht wird erst, wenn eine zweite Person genau diese Liste genehmigt hat." }
            @if lines.is_empty() {
                (empty_state("Heute ist nichts zu löschen", "Jede Nacht sieht Geleit alle Datensätze durch.", Some(("Löschfristen ansehen", "/loeschfristen"))))
            } @else {
                (post_form(frame, "/loeschungen/faellig", Some(token), html! {
                    div id="f-auswahl" {
                        (table("Fällige Datensätze", &["Wer oder was", "Frist", "Läuft seit", "Zu löschen ab"].map(Column::text), rows))
                    }
                    @if lines.len() > MOST { p { "Auf eine Liste passen " (MOST) " Datensätze; die übrigen kommen auf die nächste." } }
                    (textarea(form, &Field::text("begruendung", "Begründung").required().max_length(REASON_MOST).hint("Für die zweite Person, ohne Namen. Zum Beispiel: regelmäßige Löschung im November."), 3))
                    (actions("Löschung vorschlagen", &[("Abbrechen", "/loeschungen")]))
                }))
            }
        },
    )
}

fn state(row: &ErasureRow) -> Markup {
    match row.state.as_str() {
        "proposed" => tag(Tone::Warning, "vorgeschlagen"),
        "done" => tag(Tone::Success, "gelöscht"),
        _ => tag(Tone::Neutral, "zurückgezogen"),
    }
}

/// All lists and proofs.
pub(in crate::retention) fn lists(frame: &Frame, rows: &[ErasureRow]) -> Markup {
    let options = PageOptions {
        help: Some("loeschen"),
        ..PageOptions::default()
    };
    let lines = rows
        .iter()
        .map(|row| {
            vec![
                html! { a href={ "/loeschungen/" (row.id) } { "Liste " (first_digits(&row.content_hash)) } },
                state(row),
                html! { (records(row.number)) },
                html! { (when(row.proposed_at)) span.detail { (row.proposed_by_name) } },
                html! {
                    @match row.done_at {
                        Some(at) => { (when(at)) span.detail { "genehmigt von " (row.approved_by_name.as_deref().unwrap_or("–")) } }
                        None => "–"
                    }
                },
            ]
        })
        .collect();
    page_with(
        frame,
        "Löschungen",
        options,
        html! {
            p {
                (link_button("Heute zu löschen", "/loeschungen/faellig", true)) " "
                (link_button("Löschfristen", "/loeschfristen", false))
            }
            @if rows.is_empty() {
                (empty_state("Noch nichts gelöscht", "Sobald Fristen vorbei sind, stehen die Datensätze unter „Heute zu löschen“.", None))
            } @else {
                (table("Vorschläge und Nachweise", &["Liste", "Stand", "Umfang", "Vorgeschlagen", "Gelöscht"].map(Column::text), lines))
            }
        },
    )
}

/// What the page of one list shows.
pub(in crate::retention) struct View<'a> {
    pub row: &'a ErasureRow,
    pub counts: &'a [CountRow],
    pub items: &'a [ItemRow],
    pub approval: Option<&'a Approval>,
    /// Whether the actor proposed it.
    pub own: bool,
    pub now: Instant,
}

fn proof(row: &ErasureRow) -> Vec<(&'static str, Markup)> {
    let mut facts = vec![
        ("Stand", state(row)),
        ("Umfang", html! { (records(row.number)) }),
        (
            "Vorgeschlagen",
            html! { (when(row.proposed_at)) ", " (row.proposed_by_name) },
        ),
        ("Prüfsumme der Liste", html! { code { (row.content_hash) } }),
    ];
    if let Some(at) = row.done_at {
        facts.push((
            "Genehmigt von",
            html! { (row.approved_by_name.as_deref().unwrap_or("–")) },
        ));
        facts.push((
            "Gelöscht",
            html! { (when(at)) ", " (row.done_by_name.as_deref().unwrap_or("–")) },
        ));
        facts.push((
            "Zeilen in allen Tabellen",
            html! { (german::count(row.rows_gone.unwrap_or(0).unsigned_abs())) },
        ));
        facts.push((
            "Zeile im Löschbuch",
            html! { (row.ledger_number.unwrap_or(0)) },
        ));
    }
    facts
}

/// One list: whom it names while it is open, the proof afterwards.
pub(in crate::retention) fn list(frame: &Frame, view: &View<'_>) -> Markup {
    let row = view.row;
    let title = if row.state == "done" {
        "Nachweis einer Löschung"
    } else {
        "Vorschlag zur Löschung"
    };
    let options = PageOptions {
        crumbs: vec![("Löschungen".into(), "/loeschungen".into())],
        help: Some("loeschen"),
        ..PageOptions::default()
    };
    let counts = view
        .counts
        .iter()
        .map(|count| {
            vec![
                html! { (label(&count.category)) },
                html! { (count.ground) },
                html! { (count.number) },
            ]
        })
        .collect();
    page_with(
        frame,
        title,
        options,
        html! {
            (summary_list(&proof(row)))
            @if row.state == "proposed" { (next(frame, view)) }
            h2 { "Umfang nach Fristen" }
            (table("Umfang nach Fristen", &[Column::text("Frist"), Column::text("Rechtsgrundlage"), Column::numeric("Anzahl")], counts))
            @if row.state == "done" {
                p { "Wer gelöscht wurde, steht nirgends mehr. Das Protokoll kennt noch zwölf Monate die interne Kennung, das Löschbuch sie auf Dauer; beide führen zu niemandem." }
            }
            @if !view.items.is_empty() {
                h2 { "Was gelöscht werden soll" }
                (table("Was gelöscht werden soll", &["Wer oder was", "Frist", "Läuft seit", "Zu löschen ab"].map(Column::text), view.items.iter().map(item).collect()))
            }
        },
    )
}

fn item(item: &ItemRow) -> Vec<Markup> {
    let name = match (&item.family_name, &item.given_name) {
        (Some(family), Some(given)) => format!("{family}, {given}"),
        _ if item.kind == "case" => "Fall ohne Namen".to_owned(),
        _ => "–".to_owned(),
    };
    vec![
        html! {
            (name)
            @if let Some(day) = item.birth_date { span.detail { "geboren am " (german::date(day)) } }
            @if item.held { " " (tag(Tone::Danger, "Löschsperre")) }
        },
        html! { (label(&item.category)) },
        html! { (german::date(item.began)) },
        html! { (german::date(item.due)) },
    ]
}

fn next(frame: &Frame, view: &View<'_>) -> Markup {
    let place = format!("/loeschungen/{}", view.row.id);
    let stand = view.approval.map(|approval| approval.shown(view.now));
    let version = view.row.version.to_string();
    html! {
        @match stand {
            Some(State::Requested) => (notice(Tone::Info, None, html! { "Wartet auf die Entscheidung einer zweiten Person unter " a href="/vier-augen" { "Vier Augen" } "." })),
            Some(State::Approved) if view.own => {
                (notice(Tone::Warning, Some("Genehmigt"), html! { p { "Genau diese Liste ist genehmigt. Gelöschtes kommt nicht wieder, auch nicht aus einer Sicherung." } }))
                (post_form(frame, &format!("{place}/ausfuehren"), None, html! {
                    (hidden("version", &version))
                    div.actions { (submit_danger("tun", "loeschen", "Jetzt endgültig löschen")) }
                }))
            }
            Some(State::Approved) => (notice(Tone::Info, None, html! { "Genehmigt. Gelöscht wird von der Person, die es vorgeschlagen hat." })),
            Some(other) => (notice(Tone::Warning, None, html! { "Antrag " (other.label()) ". Bitte den Vorschlag zurückziehen und, wenn nötig, neu stellen." })),
            None => {}
        }
        @if view.own {
            (post_form(frame, &format!("{place}/zurueckziehen"), None, html! {
                (hidden("version", &version))
                (actions("Vorschlag zurückziehen", &[]))
            }))
        }
    }
}
