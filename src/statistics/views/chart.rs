//! Charts as SVG made on the server, each with its table: classes instead of style, so that dark mode, print and a
//! strict content security policy all work.

use maud::{Markup, html};

use super::super::chart::{Anchor, COLOURS, Chart, Kind, Point, Shape, Voice, WIDTH, draw};
use crate::base::german;
use crate::web::parts::{Column, suppressed, table};

/// A chart with title, legend and table. The page must load the style sheet of charts
/// ([`crate::web::layout::PageOptions::charts`]).
pub(in super::super) fn chart(chart: &Chart<'_>) -> Markup {
    let drawing = draw(chart);
    let (title, desc) = (format!("{}-titel", chart.id), format!("{}-text", chart.id));
    let hatch = format!("{}-geheim", chart.id);
    html! {
        figure.chart {
            figcaption { (chart.title) " (" (chart.unit) ")" }
            (legend(chart))
            svg viewBox={ "0 0 " (WIDTH) " " (number(drawing.height)) } role="img" aria-labelledby={ (title) " " (desc) } {
                title id=(title) { (chart.title) }
                desc id=(desc) { (chart.description()) }
                @if chart.hides() {
                    defs {
                        pattern id=(hatch) width="6" height="6" patternUnits="userSpaceOnUse" {
                            path.hatch d="M-1 1l2-2M0 6l6-6M5 7l2-2" {}
                        }
                    }
                }
                @for shape in &drawing.shapes { (drawn(shape, &hatch)) }
            }
        }
        (figures(chart))
    }
}

/// A number of the drawing with as many digits as one can see.
fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// The colour of a series.
fn colour(series: usize) -> String {
    format!("s{}", series % COLOURS + 1)
}

fn drawn(shape: &Shape, hatch: &str) -> Markup {
    html! {
        @match shape {
            Shape::Bar { x, y, width, height, series } => {
                rect class={ "fill " (colour(*series)) } x=(number(*x)) y=(number(*y)) width=(number(*width)) height=(number(*height)) {}
            }
            Shape::Secret { x, y, width, height } => {
                rect.secret x=(number(*x)) y=(number(*y)) width=(number(*width)) height=(number(*height)) fill={ "url(#" (hatch) ")" } {}
            }
            Shape::Rule { from, to, base } => {
                line class=(if *base { "base" } else { "rule" }) x1=(number(from.0)) y1=(number(from.1)) x2=(number(to.0)) y2=(number(to.1)) {}
            }
            Shape::Line { points, series } => {
                polyline class={ "line " (colour(*series)) } points=(path(points)) stroke-dasharray=[dashes(*series)] {}
            }
            Shape::Mark { at, series } => { (mark(*at, *series)) }
            Shape::Text { at, anchor, voice, text } => {
                text class=[voice_class(*voice)] x=(number(at.0)) y=(number(at.1)) text-anchor=[anchor_word(*anchor)] { (text) }
            }
        }
    }
}

fn path(points: &[(f64, f64)]) -> String {
    let pairs: Vec<String> = points
        .iter()
        .map(|(x, y)| format!("{},{}", number(*x), number(*y)))
        .collect();
    pairs.join(" ")
}

/// Series differ in more than colour: lines in their dashes, marks in their form.
fn dashes(series: usize) -> Option<&'static str> {
    [None, Some("7 4"), Some("2 4"), Some("9 3 2 3")]
        .get(series % 4)
        .copied()
        .flatten()
}

fn mark((x, y): (f64, f64), series: usize) -> Markup {
    let class = format!("fill {}", colour(series));
    let form = match series % 4 {
        0 => return html! { circle class=(class) cx=(number(x)) cy=(number(y)) r="5" {} },
        1 => "h9v9h-9z",
        2 => "l5.5 9.5h-11z",
        _ => "l6 6-6 6-6-6z",
    };
    let start = match series % 4 {
        1 => (x - 4.5, y - 4.5),
        2 => (x, y - 5.5),
        _ => (x, y - 6.0),
    };
    html! { path class=(class) d={ "M" (number(start.0)) " " (number(start.1)) (form) } {} }
}

fn voice_class(voice: Voice) -> Option<&'static str> {
    match voice {
        Voice::Plain => None,
        Voice::Quiet => Some("quiet"),
        Voice::Inside => Some("inside"),
    }
}

fn anchor_word(anchor: Anchor) -> Option<&'static str> {
    match anchor {
        Anchor::Start => None,
        Anchor::Middle => Some("middle"),
        Anchor::End => Some("end"),
    }
}

/// Which mark is which series; a chart with one series needs none.
fn legend(chart: &Chart<'_>) -> Markup {
    let swatch = |content: Markup| {
        html! { svg viewBox="0 0 24 14" width="24" height="14" aria-hidden="true" focusable="false" { (content) } }
    };
    html! {
        @if chart.series.len() > 1 {
            ul.legend {
                @for (index, series) in chart.series.iter().enumerate() {
                    li {
                        @if chart.kind == Kind::Lines {
                            (swatch(html! {
                                (drawn(&Shape::Line { points: vec![(0.0, 7.0), (24.0, 7.0)], series: index }, ""))
                                (mark((12.0, 7.0), index))
                            }))
                        } @else {
                            (swatch(drawn(&Shape::Bar { x: 5.0, y: 0.0, width: 14.0, height: 14.0, series: index }, "")))
                        }
                        (series.label)
                    }
                }
                // A quarter has one mark, whatever number of its figures is hidden: here is which.
                @for (category, hidden) in secrets(chart) {
                    li {
                        svg viewBox="0 0 24 14" width="24" height="14" aria-hidden="true" focusable="false" {
                            (drawn(&Shape::Secret { x: 5.0, y: 0.5, width: 14.0, height: 13.0 }, &format!("{}-geheim", chart.id)))
                        }
                        "geheim " (category) ": " (hidden.join(", "))
                    }
                }
            }
        }
    }
}

/// The series hidden in each category, where one mark stands for all of them.
fn secrets<'a>(chart: &'a Chart<'_>) -> Vec<(&'a str, Vec<&'a str>)> {
    if chart.kind != Kind::Lines {
        return Vec::new();
    }
    let hidden = |category: usize| -> Vec<&str> {
        let series = chart.series.iter().enumerate();
        series
            .filter(|(index, _)| chart.point(*index, category) == Point::Hidden)
            .map(|(_, series)| series.label.as_str())
            .collect()
    };
    chart
        .categories
        .iter()
        .enumerate()
        .map(|(index, category)| (category.as_str(), hidden(index)))
        .filter(|(_, hidden)| !hidden.is_empty())
        .collect()
}

/// The same figures as a table.
fn figures(chart: &Chart<'_>) -> Markup {
    let head: Vec<Column<'_>> = std::iter::once(Column::text(chart.axis))
        .chain(
            chart
                .series
                .iter()
                .map(|series| Column::numeric(&series.label)),
        )
        .collect();
    let rows = chart
        .categories
        .iter()
        .enumerate()
        .map(|(category, label)| {
            let cells = (0..chart.series.len()).map(|series| match chart.point(series, category) {
                Point::Number(value) => html! { (german::decimal(value, chart.decimals)) },
                Point::Hidden => suppressed(),
                Point::Nothing => html! { "–" },
            });
            std::iter::once(html! { (label) }).chain(cells).collect()
        });
    let caption = format!("{}: Zahlen zum Diagramm", chart.title);
    html! {
        (table(&caption, &head, rows.collect()))
        @if chart.hides() { p.muted { strong { "." } " = Zahlenwert geheim gehalten, im Diagramm schraffiert" } }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::chart::Series;
    use super::*;

    fn example(kind: Kind) -> Chart<'static> {
        use Point::{Hidden, Nothing, Number};
        let series = |label: &str, points: [Point; 4]| Series {
            label: label.to_owned(),
            points: points.into(),
        };
        Chart {
            id: "beispiel",
            title: "Begonnene Teilnahmen <nach Quartal>",
            unit: "Personen",
            decimals: 0,
            kind,
            axis: "Quartal",
            categories: ["2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"]
                .map(str::to_owned)
                .into(),
            series: vec![
                series("Vollzug", [Number(38), Number(1200), Hidden, Number(41)]),
                series("Bewährungshilfe", [Number(12), Hidden, Number(0), Nothing]),
            ],
        }
    }

    #[test]
    fn each_chart_is_drawn_named_and_told() {
        for (name, kind) in [
            ("balken", Kind::Bars),
            ("gestapelt", Kind::Stacked),
            ("linien", Kind::Lines),
        ] {
            let page = chart(&example(kind)).into_string();
            insta::assert_snapshot!(name, page.replace("><", ">\n<"));
            let document = scraper::Html::parse_fragment(&page);
            let count = |selector: &str| {
                let selector = scraper::Selector::parse(selector).expect("a selector");
                document.select(&selector).count()
            };
            assert_eq!(count("figure > svg[role=img] > title"), 1);
            assert_eq!(
                count("svg[aria-labelledby='beispiel-titel beispiel-text'] > desc"),
                1
            );
            assert!(
                count("figure > svg > .secret") >= 2,
                "hidden figures are marked"
            );
            // Shapes that nest would not be seen.
            assert_eq!(
                count(
                    "figure > svg rect *, figure > svg path *, figure > svg circle *, figure > svg line *"
                ),
                0
            );
            assert_eq!(count("tbody tr"), 4);
            assert_eq!(count(".supp"), 2);
            assert_eq!(count("[style]"), 0);
        }
    }
}
