//! One table of a release on the screen, with the choice of table and part, the signs and the definitions.

use maud::{Markup, html};

use super::super::file::{Figure, HIDDEN_SIGN, Protection, ReleaseContent, TOTAL};
use super::super::screen::{Screen, heading, written};
use crate::base::german;
use crate::web::form::Form;
use crate::web::parts::{
    Column, Field, get_form, select_field, submit, summary_list, suppressed, table,
};

/// Columns of one table; more are put into a further table, so that a row stays readable.
const COLUMNS: usize = 5;

/// The choice of table and, where it has more dimensions, of the part shown.
pub(super) fn chooser(address: &str, content: &ReleaseContent, screen: &Screen<'_>) -> Markup {
    let tables: Vec<(&str, &str)> = content
        .tables
        .iter()
        .map(|table| (table.code.as_str(), table.label.as_str()))
        .collect();
    let mut form = Form::empty().with("tabelle", screen.table.code.clone());
    for picked in &screen.picked {
        form = form.with(picked.parameter, picked.code);
    }
    let near = |step: isize| {
        screen
            .place
            .checked_add_signed(step)
            .and_then(|place| content.tables.get(place))
            .map(|table| {
                (
                    table.label.as_str(),
                    format!("{address}?tabelle={}#tabelle", table.code),
                )
            })
    };
    html! {
        // On paper the caption of the table says what was chosen.
        div.no-print {
        (get_form(&format!("{address}#tabelle"), html! {
            (select_field(&form, &Field::text("tabelle", "Tabelle").plain(), &tables, None))
            @for picked in &screen.picked {
                @let options: Vec<(&str, &str)> = picked.dimension.codes.iter().map(|code| (code.code.as_str(), code.label.as_str())).collect();
                (select_field(&form, &Field::text(picked.parameter, &picked.dimension.label).plain(), &options, None))
            }
            div.actions { (submit("Anzeigen")) }
        }))
        }
        nav.pager aria-label="Tabellen" {
            @if let Some((label, href)) = near(-1) { a href=(href) rel="prev" { "Zurück: " (label) } " " }
            @if let Some((label, href)) = near(1) { a href=(href) rel="next" { "Weiter: " (label) } }
        }
    }
}

/// What the table is about, in one line.
pub(super) fn caption(content: &ReleaseContent, screen: &Screen<'_>) -> String {
    let mut caption = format!("{}, {}", screen.table.label, content.period.label);
    for picked in screen.picked.iter().filter(|picked| picked.code != TOTAL) {
        caption.push_str(&format!(
            ", {}: {}",
            picked.dimension.label,
            picked.dimension.label_of(picked.code)
        ));
    }
    caption
}

/// The rows, with one cell made for each figure.
pub(super) fn grid(
    caption: &str,
    screen: &Screen<'_>,
    cell: impl Fn(usize, usize) -> Markup,
) -> Markup {
    let blocks: Vec<Vec<usize>> = (0..screen.measures.len())
        .collect::<Vec<_>>()
        .chunks(COLUMNS)
        .map(<[usize]>::to_vec)
        .collect();
    html! {
        @for (number, block) in blocks.iter().enumerate() {
            @let name = if blocks.len() == 1 { caption.to_owned() } else { format!("{caption} ({} von {})", number + 1, blocks.len()) };
            @let head: Vec<Column<'_>> = std::iter::once(Column::text(&screen.rows_by.label))
                .chain(block.iter().filter_map(|column| screen.measures.get(*column)).map(|measure| Column::numeric(heading(measure))))
                .collect();
            @let rows: Vec<Vec<Markup>> = screen.rows.iter().enumerate().map(|(place, row)| {
                let name = if row.depth > 1 { html! { span.sub { (row.name) } } } else { html! { (row.name) } };
                std::iter::once(name).chain(block.iter().map(|column| cell(place, *column))).collect()
            }).collect();
            (table(&name, &head, rows))
        }
    }
}

/// The figures as KORA sees them.
pub(super) fn figures(content: &ReleaseContent, screen: &Screen<'_>) -> Markup {
    let shown = |row: usize, column: usize| {
        let cell = screen
            .rows
            .get(row)
            .and_then(|row| row.cells.get(column).copied().flatten());
        match (cell.map(|cell| &cell.figure), screen.measures.get(column)) {
            (Some(Figure::Number(value)), Some(measure)) => html! { (written(*value, measure)) },
            (Some(Figure::Hidden(_)), _) => suppressed(),
            _ => html! { "–" },
        }
    };
    html! {
        div.told id="tabelle" { (grid(&caption(content, screen), screen, shown)) }
        p.muted { strong { (HIDDEN_SIGN) } " = Zahlenwert geheim gehalten · 0 = kein Fall · – = gibt es nicht" }
        p.prose { (hidden_sentence(content)) }
    }
}

/// What a hidden figure means and why it is hidden, in one sentence.
fn hidden_sentence(content: &ReleaseContent) -> String {
    match content.protection {
        Protection::Suppression { threshold } => format!(
            "Ein Punkt heißt: Der Wert wird geheim gehalten, weil er selbst zwischen 1 und {} liegt und auf einzelne Menschen schließen \
             ließe, weil sich sonst ein solcher Wert aus Summen oder anderen Veröffentlichungen errechnen ließe, oder weil sonst zu sehen \
             wäre, dass alle einer Gruppe dasselbe Merkmal haben. Auch eine 0 kann aus diesen Gründen geheim sein.",
            threshold.saturating_sub(1)
        ),
        Protection::Rounding { base } => {
            format!("Alle Werte über Menschen sind auf Vielfache von {base} gerundet.")
        }
    }
}

/// What is counted in the table shown, beside the figures.
pub(super) fn definitions(content: &ReleaseContent, screen: &Screen<'_>) -> Markup {
    let measures = screen
        .measures
        .iter()
        .map(|measure| (measure.label.as_str(), html! { (measure.definition) }));
    let dimensions = screen
        .table
        .dimensions
        .iter()
        .filter_map(|code| content.dimension(code))
        .map(|dimension| (dimension.label.as_str(), html! { (dimension.definition) }));
    let rows: Vec<(&str, Markup)> = measures.chain(dimensions).collect();
    html! {
        h2 { "Was gezählt wird" }
        (summary_list(&rows))
        @for note in &content.notes { p.prose { (note) } }
    }
}

/// An interval in words.
pub(super) fn interval(lower: u64, upper: Option<u64>) -> String {
    match upper {
        Some(upper) => format!("{} bis {}", german::count(lower), german::count(upper)),
        None => format!("ab {}", german::count(lower)),
    }
}
