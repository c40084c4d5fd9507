//! What is read rather than typed: tables, summary lists, time lines, pages of a list, ways through the pages.

use maud::{Markup, html};

use crate::base::german;
use crate::base::time::berlin_local;
use crate::history::HistoryLine;

/// Which way a column is sorted at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortDirection {
    /// Not by this column.
    None,
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

/// Makes a column head a link that sorts by it.
#[derive(Clone, Debug)]
pub struct SortLink {
    /// Address that sorts by this column, or the other way round if it is sorted by it already.
    pub href: String,
    /// How it is sorted now.
    pub direction: SortDirection,
}

/// The head of a table column.
#[derive(Clone, Debug)]
pub struct Column<'a> {
    /// German head.
    pub label: &'a str,
    /// Makes the head a link.
    pub sort: Option<SortLink>,
    /// Aligns the figures at the right, below each other.
    pub numeric: bool,
}

impl<'a> Column<'a> {
    /// A column of text.
    pub fn text(label: &'a str) -> Self {
        Self {
            label,
            sort: None,
            numeric: false,
        }
    }

    /// A column of figures.
    pub fn numeric(label: &'a str) -> Self {
        Self {
            numeric: true,
            ..Self::text(label)
        }
    }

    /// The same column, sortable.
    #[must_use]
    pub fn sorted_by(mut self, href: impl Into<String>, direction: SortDirection) -> Self {
        self.sort = Some(SortLink {
            href: href.into(),
            direction,
        });
        self
    }
}

/// A table in a region of its own that scrolls sideways when the window is narrow and can be reached by keyboard.
/// The first cell of a row is its head. The caption names the table and must be unique on the page.
pub fn table(caption: &str, head: &[Column<'_>], rows: Vec<Vec<Markup>>) -> Markup {
    drawn(caption, head, rows, false)
}

/// The same where the last columns say what can be done: on a telephone each row becomes a block with every value under
/// the other, each with its head, so that nothing has to be scrolled to.
pub fn stacked_table(caption: &str, head: &[Column<'_>], rows: Vec<Vec<Markup>>) -> Markup {
    drawn(caption, head, rows, true)
}

fn drawn(caption: &str, head: &[Column<'_>], rows: Vec<Vec<Markup>>, stacked: bool) -> Markup {
    let label = |index: usize| {
        let column = head.get(index).filter(|_| stacked);
        column.map(|column| column.label)
    };
    let numeric = |index: usize| head.get(index).is_some_and(|column| column.numeric);
    // Figures spread over a wide window are hard to follow along the row; such a table stays narrow.
    let figures = head.len() > 1 && head.iter().skip(1).all(|column| column.numeric);
    html! {
        div.scroll role="region" aria-label=(caption) tabindex="0" {
            table class=[if stacked { Some("stack") } else { figures.then_some("figures") }] {
                caption { (caption) }
                thead {
                    tr { @for column in head { (column_head(column)) } }
                }
                tbody {
                    @for row in rows {
                        tr {
                            @for (index, cell) in row.iter().enumerate() {
                                // A line to be filled in by hand has nothing that names it.
                                @if index == 0 && !cell.0.is_empty() { th scope="row" class=[number_class(numeric(0))] { (cell) } }
                                @else { td class=[number_class(numeric(index))] data-l=[label(index)] { (cell) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn number_class(numeric: bool) -> Option<&'static str> {
    numeric.then_some("num")
}

fn column_head(column: &Column<'_>) -> Markup {
    let sorted = column.sort.as_ref().and_then(|sort| match sort.direction {
        SortDirection::None => None,
        SortDirection::Ascending => Some(("ascending", "▲")),
        SortDirection::Descending => Some(("descending", "▼")),
    });
    html! {
        th scope="col" class=[number_class(column.numeric)] aria-sort=[sorted.map(|(word, _)| word)] {
            @if let Some(sort) = &column.sort {
                a href=(sort.href) {
                    (column.label)
                    @if let Some((_, arrow)) = sorted { span aria-hidden="true" { " " (arrow) } }
                }
            } @else { (column.label) }
        }
    }
}

/// A figure that is kept secret: the sign "." of official statistics, said in words to screen readers.
/// Print the legend ". = Zahlenwert geheim zu halten" below the table.
pub fn suppressed() -> Markup {
    html! { span.supp aria-hidden="true" { "." } span.hide { "geheim gehalten" } }
}

/// Facts about one object: label and value.
pub fn summary_list(rows: &[(&str, Markup)]) -> Markup {
    html! {
        dl.summary { @for (label, value) in rows { div { dt { (label) } dd { (value) } } } }
    }
}

/// One event of a time line.
#[derive(Clone, Debug)]
pub struct TimelineItem {
    /// What happened, verb at the end: "Anwesenheit korrigiert: unentschuldigt → entschuldigt".
    pub title: String,
    /// When, as shown: "17.11.2026, 16:12 Uhr".
    pub when: String,
    /// Who did it.
    pub by: String,
    /// Reason or further text.
    pub detail: Option<String>,
}

impl From<&HistoryLine> for TimelineItem {
    /// A change as every page shows it: what, from what to what, when, by whom, why.
    fn from(line: &HistoryLine) -> Self {
        let title = match (&line.old_value, &line.new_value) {
            (Some(old), Some(new)) => format!("{}: {old} → {new}", line.what),
            (None, Some(new)) => format!("{}: {new}", line.what),
            (Some(old), None) => format!("{}: {old} → leer", line.what),
            (None, None) => line.what.clone(),
        };
        Self {
            title,
            when: german::date_time(berlin_local(line.at)),
            by: line.actor_name.clone(),
            detail: line
                .reason
                .as_ref()
                .map(|reason| format!("Grund: {reason}")),
        }
    }
}

/// Events in the order given, newest first as a rule.
pub fn timeline(items: &[TimelineItem]) -> Markup {
    html! {
        ol.timeline {
            @for item in items {
                li {
                    p { strong { (item.title) } }
                    p.muted { (item.when) @if !item.by.is_empty() { " · " (item.by) } }
                    @if let Some(detail) = &item.detail { p { (detail) } }
                }
            }
        }
    }
}

/// Where in a long list the page stands.
#[derive(Clone, Debug, Default)]
pub struct Pager {
    /// Address of the page before.
    pub previous: Option<String>,
    /// Address of the page after.
    pub next: Option<String>,
    /// "1 bis 25 von 37 Personen".
    pub text: String,
}

/// How many there are and the ways to the pages before and after; without such pages only the number.
pub fn pager(pager: &Pager) -> Markup {
    html! {
        div.pager {
            p role="status" { (pager.text) }
            @if pager.previous.is_some() || pager.next.is_some() {
                (pager_links(pager, "Seiten der Liste"))
            }
        }
    }
}

/// The same ways once more below a long list, without the number; prints nothing when there is only one page.
pub fn pager_below(pager: &Pager) -> Markup {
    html! {
        @if pager.previous.is_some() || pager.next.is_some() {
            div.pager { (pager_links(pager, "Seiten der Liste, unten")) }
        }
    }
}

fn pager_links(pager: &Pager, name: &str) -> Markup {
    html! {
        nav aria-label=(name) {
            @if let Some(href) = &pager.previous { a href=(href) rel="prev" { "Zurück" } }
            @if let Some(href) = &pager.next { a href=(href) rel="next" { "Weiter" } }
        }
    }
}

/// A list page: the filter panel at the left (above on narrow windows), the list at the right.
pub fn list_layout(filter: Markup, list: Markup) -> Markup {
    html! { div.list-page { div { (filter) } div { (list) } } }
}

/// The views of one object as links: label, address, whether it is the one shown.
pub fn tabs(items: &[(&str, &str, bool)]) -> Markup {
    html! {
        nav.tabs aria-label="Bereiche" {
            ul {
                @for (label, href, current) in items {
                    li { a href=(href) aria-current=[current.then_some("page")] { (label) } }
                }
            }
        }
    }
}

/// The way from the start to this page: the pages above as links (label and address), then this page.
pub fn crumbs(above: &[(String, String)], here: &str) -> Markup {
    html! {
        nav.crumbs aria-label="Sie sind hier" {
            ol {
                @for (label, href) in above { li { a href=(href) { (label) } } }
                li { span aria-current="page" { (here) } }
            }
        }
    }
}

/// Two versions of the same object after somebody else saved first: label, what you typed, what is stored now.
/// Rows that differ are marked by a word, not by colour alone.
pub fn two_versions(rows: &[(&str, &str, &str)]) -> Markup {
    html! {
        div.scroll role="region" aria-label="Beide Fassungen" tabindex="0" {
            table.versions {
                caption { "Beide Fassungen" }
                thead {
                    tr { th scope="col" { "Angabe" } th scope="col" { "Ihre Eingabe" } th scope="col" { "Inzwischen gespeichert" } }
                }
                tbody {
                    @for (label, yours, theirs) in rows {
                        tr class=[(yours != theirs).then_some("differs")] {
                            th scope="row" {
                                (label)
                                @if yours != theirs { " " (super::tag(super::Tone::Warning, "verschieden")) }
                            }
                            td { (or_dash(yours)) }
                            td { (or_dash(theirs)) }
                        }
                    }
                }
            }
        }
    }
}

fn or_dash(text: &str) -> Markup {
    html! {
        @if text.is_empty() { span.muted aria-hidden="true" { "–" } span.hide { "leer" } } @else { (text) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sorted_column_says_so_and_figures_stand_right() {
        let head = [
            Column::text("Name").sorted_by("?s=name", SortDirection::Descending),
            Column::numeric("Sitzungen"),
        ];
        let rows = vec![vec![html! { "Adler" }, html! { "7" }]];
        let page = table("Personen", &head, rows).into_string();
        assert!(page.contains(r#"<th scope="col" aria-sort="descending">"#));
        assert!(page.contains(r#"<th scope="row">Adler</th><td class="num">7</td>"#));
    }

    #[test]
    fn a_list_of_one_page_has_no_ways() {
        let short = Pager {
            text: "3 Personen".to_owned(),
            ..Pager::default()
        };
        assert!(!pager(&short).into_string().contains("<nav"));
        assert_eq!(pager_below(&short).into_string(), "");
    }

    #[test]
    fn only_rows_that_differ_are_marked() {
        let rows = [("Raum", "2.14", "1.03"), ("Titel", "gleich", "gleich")];
        let page = two_versions(&rows).into_string();
        assert_eq!(page.matches("verschieden").count(), 1);
    }
}
