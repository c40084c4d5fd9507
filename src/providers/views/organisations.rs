//! Organisations: list, page, and the page on which the administration keeps them.

use maud::{Markup, html};
use time::Date;

use super::{period, presence, validity};
use crate::base::german;
use crate::facilities::ProgrammeLine;
use crate::history::HistoryLine;
use crate::providers::pages::FORMER;
use crate::providers::rules::{self, Part, StaffRole};
use crate::providers::store::{Colleague, PartRow, ProviderLine, ProviderRow};
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, TimelineItem, Tone, Width, actions, empty_state, error_summary, hidden,
    link_button, notice, post_form, select_field, submit_danger, summary_list, table, tabs,
    text_field, timeline,
};

pub(in crate::providers) fn list(
    frame: &Frame,
    lines: &[ProviderLine],
    former: bool,
    may_add: bool,
    today: Date,
) -> Markup {
    let rows: Vec<Vec<Markup>> = lines
        .iter()
        .map(|line| {
            vec![
                html! { a href={ "/traeger/" (line.id) } { (line.name) } },
                html! { (line.full_name) },
                html! { (validity(line.valid_from, line.valid_to, today)) },
                html! { (line.programmes) },
                html! { (line.staff) },
                presence(line.valid_from, line.valid_to, today, "wirkt mit", "früher"),
            ]
        })
        .collect();
    let all = format!("/traeger?auch={FORMER}");
    let options = PageOptions {
        help: Some("traeger"),
        tools: may_add.then(|| link_button("Träger eintragen", "/traeger/neu", true)),
        ..PageOptions::default()
    };
    let head = [
        Column::text("Träger"),
        Column::text("Name"),
        Column::text("Gilt"),
        Column::numeric("Maßnahmen"),
        Column::numeric("Fachkräfte"),
        Column::text("Stand"),
    ];
    page_with(
        frame,
        "Träger",
        options,
        html! {
            (tabs(&[("Heute", "/traeger", !former), ("Auch frühere", &all, former)]))
            @if rows.is_empty() {
                (empty_state("Kein Träger eingetragen", "Träger und ihre Anteile an Maßnahmen trägt die Verwaltung ein.", may_add.then_some(("Träger eintragen", "/traeger/neu"))))
            } @else { (table("Träger", &head, rows)) }
        },
    )
}

/// Everything the page of an organisation shows.
pub(in crate::providers) struct Organisation<'a> {
    pub row: &'a ProviderRow,
    pub parts: &'a [PartRow],
    pub staff: &'a [Colleague],
    pub history: &'a [HistoryLine],
    pub former: bool,
    pub may_keep: bool,
    pub today: Date,
}

/// The parts, each with the pillars its programme belonged to meanwhile.
fn part_rows(parts: &[PartRow], today: Date) -> Vec<Vec<Markup>> {
    parts
        .chunk_by(|one, other| {
            one.programme_id == other.programme_id && one.valid_from == other.valid_from
        })
        .filter_map(|chunk| chunk.first().map(|part| (part, chunk)))
        .map(|(part, chunk)| {
            let pillars: Vec<Markup> = chunk
                .iter()
                .filter_map(|line| {
                    let (name, from) = (line.pillar_name.as_ref()?, line.pillar_from?);
                    let begin = from.max(line.valid_from);
                    let end = match (line.pillar_to, line.valid_to) {
                        (Some(one), Some(other)) => Some(one.min(other)),
                        (one, other) => one.or(other),
                    };
                    Some(html! { (name) " (" (validity(begin, end, today)) ")" })
                })
                .collect();
            vec![
                html! { (part.programme_name) },
                html! { (rules::word::<Part>(&part.part)) },
                html! { (validity(part.valid_from, part.valid_to, today)) },
                html! {
                    @if pillars.is_empty() { "Prisma Sachsen" }
                    @for (index, pillar) in pillars.iter().enumerate() { @if index > 0 { br; } (pillar) }
                },
                presence(part.valid_from, part.valid_to, today, "läuft", "beendet"),
            ]
        })
        .collect()
}

pub(in crate::providers) fn show(frame: &Frame, shown: &Organisation<'_>) -> Markup {
    let (row, today) = (shown.row, shown.today);
    let contacts = shown.staff.iter().any(|member| member.open);
    let staff: Vec<Vec<Markup>> = shown
        .staff
        .iter()
        .map(|member| {
            let mut cells = vec![
                html! {
                    @if member.open { a href={ "/fachkraefte/" (member.id) } { (member.name) } }
                    @else { (member.name) }
                },
                html! { (rules::word::<StaffRole>(&member.role)) },
                html! { (validity(member.valid_from, member.valid_to, today)) },
            ];
            if contacts {
                cells.push(
                    html! { @if member.contact.is_empty() { "–" } @else { (member.contact) } },
                );
            }
            cells
        })
        .collect();
    let mut head = vec![
        Column::text("Fachkraft"),
        Column::text("Aufgabe"),
        Column::text("Gemeldet"),
    ];
    if contacts {
        head.push(Column::text("Kontakt"));
    }
    let here = format!("/traeger/{}", row.id);
    let all = format!("{here}?auch={FORMER}");
    let keep = format!("{here}/pflegen");
    let options = PageOptions {
        crumbs: vec![("Träger".into(), "/traeger".into())],
        help: Some("traeger"),
        tools: shown.may_keep.then(|| link_button("Pflegen", &keep, false)),
        ..PageOptions::default()
    };
    let parts = part_rows(shown.parts, today);
    page_with(
        frame,
        &row.name,
        options,
        html! {
            (summary_list(&[
                ("Name", html! { (row.full_name) }),
                ("Gilt", html! { (validity(row.valid_from, row.valid_to, today)) }),
                ("Stand", presence(row.valid_from, row.valid_to, today, "wirkt mit", "früher")),
            ]))
            h2 { "Anteile an Maßnahmen" }
            @if parts.is_empty() {
                (empty_state("Noch kein Anteil", "Ohne Anteil an einer Maßnahme kann für diesen Träger keine Zugangsfreigabe beantragt werden.", shown.may_keep.then_some(("Anteil eintragen", keep.as_str()))))
            } @else {
                (table("Anteile an Maßnahmen", &["Maßnahme", "Anteil", "Gilt", "Säule im Modell der Zeit", "Stand"].map(Column::text), parts))
            }
            h2 { "Fachkräfte" }
            (tabs(&[("Heute", &here, !shown.former), ("Auch frühere", &all, shown.former)]))
            @if staff.is_empty() {
                (empty_state("Keine Fachkraft gemeldet", "Fachkräfte meldet die Koordination des Trägers.", None))
            } @else { (table("Fachkräfte", &head, staff)) }
            @if shown.may_keep {
                h2 { "Verlauf" }
                @if shown.history.is_empty() { p { "Seit der ersten Einrichtung hat sich nichts geändert." } }
                @else { (timeline(&shown.history.iter().map(TimelineItem::from).collect::<Vec<TimelineItem>>())) }
            }
        },
    )
}

pub(in crate::providers) fn add(frame: &Frame, form: &Form, token: &str) -> Markup {
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: vec![("Träger".into(), "/traeger".into())],
        help: Some("traeger"),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Träger eintragen",
        options,
        html! {
            (error_summary(form))
            (post_form(frame, "/traeger/neu", Some(token), html! {
                (text_field(form, &Field::text("name", "Kürzel").required().hint("Wie es in Listen steht, zum Beispiel VPN")))
                (text_field(form, &Field::text("full_name", "Name").required().width(Width::Full)))
                (text_field(form, &Field::date("first_day", "Erster Tag").required()))
                (actions("Eintragen", &[("Abbrechen", "/traeger")]))
            }))
        },
    )
}

/// An end as a form carries it, to find out whether it changed meanwhile.
pub(in crate::providers) fn stamp(day_after: Option<Date>) -> String {
    day_after.map_or_else(|| "offen".to_owned(), german::date)
}

/// A part as a form names it: programme, first day and end as shown.
pub(in crate::providers) fn part_stamp(part: &PartRow) -> String {
    format!(
        "{}_{}_{}",
        part.programme_id,
        german::date(part.valid_from),
        stamp(part.valid_to)
    )
}

#[allow(clippy::too_many_arguments, reason = "one page with three forms")]
pub(in crate::providers) fn keep(
    frame: &Frame,
    form: &Form,
    row: &ProviderRow,
    parts: &[PartRow],
    programmes: &[ProgrammeLine],
    beyond: u64,
    today: Date,
    token: &str,
) -> Markup {
    let here = format!("/traeger/{}", row.id);
    let programmes: Vec<(String, &str)> = programmes
        .iter()
        .map(|line| (line.id.to_string(), line.name.as_str()))
        .collect();
    let programmes: Vec<(&str, &str)> = programmes
        .iter()
        .map(|(id, name)| (id.as_str(), *name))
        .collect();
    let mut running: Vec<(String, String)> = parts
        .iter()
        .filter(|part| part.valid_to.is_none_or(|end| end > today))
        .map(|part| {
            let text = format!(
                "{} ({})",
                part.programme_name,
                validity(part.valid_from, part.valid_to, today)
            );
            (part_stamp(part), text)
        })
        .collect();
    running.dedup();
    let running: Vec<(&str, &str)> = running
        .iter()
        .map(|(stamp, text)| (stamp.as_str(), text.as_str()))
        .collect();
    let over = row.valid_to.is_some_and(|end| end <= today);
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: vec![
            ("Träger".into(), "/traeger".into()),
            (row.name.clone(), here.clone()),
        ],
        help: Some("traeger"),
        ..PageOptions::default()
    };
    page_with(
        frame,
        &format!("{} pflegen", row.name),
        options,
        html! {
            (error_summary(form))
            @if over {
                (notice(Tone::Info, None, html! { "Dieser Träger wirkt nicht mehr mit (" (period(row.valid_from, rules::last_day(row.valid_to).unwrap_or(row.valid_from))) "). Seine Angaben bleiben stehen." }))
            } @else {
                h2 { "Anteil an einer Maßnahme eintragen" }
                (post_form(frame, &format!("{here}/anteile"), Some(token), html! {
                    (select_field(form, &Field::text("programme", "Maßnahme").required().width(Width::Full), &programmes, Some("Bitte wählen")))
                    (select_field(form, &Field::text("part", "Anteil").required(), &Part::choices(), Some("Bitte wählen")))
                    (text_field(form, &Field::date("part_first", "Erster Tag").required()))
                    (text_field(form, &Field::date("part_last", "Letzter Tag").hint("Leer lassen, wenn kein Ende bekannt ist")))
                    (actions("Eintragen", &[]))
                }))
                h2 { "Anteil beenden" }
                @if running.is_empty() { p { "Es läuft kein Anteil." } }
                @else {
                    (post_form(frame, &format!("{here}/anteile/beenden"), None, html! {
                        (select_field(form, &Field::text("ending", "Anteil, der endet").required().width(Width::Full), &running, Some("Bitte wählen")))
                        (text_field(form, &Field::date("ending_last", "Letzter Tag").required()))
                        (text_field(form, &Field::text("ending_reason", "Grund").required().width(Width::Full).hint("Steht im Verlauf")))
                        div.actions { (submit_danger("schritt", "anteil", "Anteil beenden")) }
                    }))
                }
                h2 { "Träger beenden" }
                p {
                    "Mit dem Träger enden seine Anteile und die Meldung seiner Fachkräfte: Sie können sich danach nicht mehr anmelden und werden nicht mehr eingelassen. Alte Einträge behalten ihre Namen."
                    @if beyond > 0 { " Heute laufen " (german::plural(beyond, "Freigabe oder Antrag", "Freigaben und Anträge")) " dieses Trägers." }
                }
                (post_form(frame, &format!("{here}/beenden"), None, html! {
                    (hidden("bisher", &stamp(row.valid_to)))
                    (text_field(form, &Field::date("last_day", "Letzter Tag").required()))
                    (text_field(form, &Field::text("reason", "Grund").required().width(Width::Full).hint("Steht im Verlauf")))
                    div.actions { (submit_danger("schritt", "traeger", "Träger beenden")) a href=(here) { "Abbrechen" } }
                }))
            }
        },
    )
}
