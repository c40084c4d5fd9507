//! Charts: where everything is drawn. Bars, stacked bars and lines over periods are laid out here as plain shapes; the
//! views turn them into SVG. A hidden figure is never drawn at a height of its own: it gets a hatched mark of one size.

mod bars;
mod lines;
mod scale;

/// A chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart<'a> {
    /// Id on the page: a code word.
    pub id: &'a str,
    /// What it shows; names the chart and its table.
    pub title: &'a str,
    /// "Personen", "Stunden".
    pub unit: &'a str,
    /// Decimals of the figures.
    pub decimals: u8,
    /// How it is drawn.
    pub kind: Kind,
    /// What the categories are: "Maßnahme", "Zeitraum".
    pub axis: &'a str,
    /// The categories, in their order; for lines the periods.
    pub categories: Vec<String>,
    /// The series, each with a point for every category.
    pub series: Vec<Series>,
}

/// How a chart is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A bar for each figure, those of one category below each other.
    Bars,
    /// One bar for each category, made of the figures of all series.
    Stacked,
    /// A line for each series over the categories.
    Lines,
}

/// Figures of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// German name.
    pub label: String,
    /// One for each category.
    pub points: Vec<Point>,
}

/// A figure in a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point {
    /// The figure, in the smallest unit.
    Number(u64),
    /// Kept secret.
    Hidden,
    /// There is none.
    Nothing,
}

/// Colours there are; further series begin anew.
pub const COLOURS: usize = 6;

/// Width of every drawing, in its own units. Small, so that the writing stays readable on a telephone.
pub const WIDTH: f64 = 480.0;

/// Where a text begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// At its left end.
    Start,
    /// In its middle.
    Middle,
    /// At its right end.
    End,
}

/// What a text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// A category, a figure beside a bar.
    Plain,
    /// Ticks of an axis.
    Quiet,
    /// A figure inside a coloured bar.
    Inside,
}

/// Something to be drawn.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// A rectangle in the colour of a series.
    Bar {
        /// Left end.
        x: f64,
        /// Upper end.
        y: f64,
        /// Width.
        width: f64,
        /// Height.
        height: f64,
        /// Number of the series, from 0.
        series: usize,
    },
    /// The mark of a hidden figure, hatched.
    Secret {
        /// Left end.
        x: f64,
        /// Upper end.
        y: f64,
        /// Width.
        width: f64,
        /// Height.
        height: f64,
    },
    /// A straight line of the frame: the base line or a grid line.
    Rule {
        /// From here.
        from: (f64, f64),
        /// To here.
        to: (f64, f64),
        /// Whether it is the base line.
        base: bool,
    },
    /// The line of a series through neighbouring points.
    Line {
        /// The points.
        points: Vec<(f64, f64)>,
        /// Number of the series, from 0.
        series: usize,
    },
    /// The mark of a point of a series.
    Mark {
        /// Its middle.
        at: (f64, f64),
        /// Number of the series, from 0: its colour and form.
        series: usize,
    },
    /// A text.
    Text {
        /// Where it begins, ends or has its middle, and its base line.
        at: (f64, f64),
        /// Which of these.
        anchor: Anchor,
        /// What it is for.
        voice: Voice,
        /// The text.
        text: String,
    },
}

/// A drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    /// Height; the width is [`WIDTH`].
    pub height: f64,
    /// What is drawn, from back to front.
    pub shapes: Vec<Shape>,
}

/// Lays a chart out.
pub fn draw(chart: &Chart<'_>) -> Drawing {
    match chart.kind {
        Kind::Bars => bars::grouped(chart),
        Kind::Stacked => bars::stacked(chart),
        Kind::Lines => lines::lines(chart),
    }
}

impl Chart<'_> {
    /// The point of a series in a category.
    pub fn point(&self, series: usize, category: usize) -> Point {
        let series = self.series.get(series);
        let point = series.and_then(|series| series.points.get(category));
        point.copied().unwrap_or(Point::Nothing)
    }

    /// All points, series by series.
    pub fn points(&self) -> impl Iterator<Item = Point> {
        (0..self.series.len())
            .flat_map(|series| (0..self.categories.len()).map(move |category| (series, category)))
            .map(|(series, category)| self.point(series, category))
    }

    /// Whether some figure is hidden.
    pub fn hides(&self) -> bool {
        self.points().any(|point| point == Point::Hidden)
    }

    /// What a listener must know: the kind, the range, how much is hidden.
    pub fn description(&self) -> String {
        let kind = match self.kind {
            Kind::Bars => "Balkendiagramm",
            Kind::Stacked => "Gestapeltes Balkendiagramm",
            Kind::Lines => "Liniendiagramm",
        };
        let figures = self.points().filter_map(|point| match point {
            Point::Number(value) => Some(value),
            Point::Hidden | Point::Nothing => None,
        });
        let figures: Vec<u64> = figures.collect();
        let shown = |value: &u64| crate::base::german::decimal(*value, self.decimals);
        let range = match (figures.iter().min(), figures.iter().max()) {
            (Some(least), Some(most)) if least == most => {
                format!("{}, Wert {}", self.unit, shown(least))
            }
            (Some(least), Some(most)) => format!(
                "{}, Werte von {} bis {}",
                self.unit,
                shown(least),
                shown(most)
            ),
            _ => "keine Werte".to_owned(),
        };
        let hidden = self
            .points()
            .filter(|point| *point == Point::Hidden)
            .count();
        let secret = match hidden {
            0 => String::new(),
            1 => " Ein Wert ist geheim gehalten.".to_owned(),
            many => format!(" {many} Werte sind geheim gehalten."),
        };
        format!("{kind}, {range}.{secret} Alle Werte stehen in der Tabelle darunter.")
    }
}

fn text(at: (f64, f64), anchor: Anchor, voice: Voice, text: impl Into<String>) -> Shape {
    Shape::Text {
        at,
        anchor,
        voice,
        text: text.into(),
    }
}

/// About how wide a text of figures is, in the larger type of telephones.
fn text_width(text: &str) -> f64 {
    text.chars().map(|_| 8.8).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn chart(kind: Kind, series: Vec<Vec<Point>>) -> Chart<'static> {
        let categories = series.iter().map(Vec::len).max().unwrap_or(0);
        Chart {
            id: "probe",
            title: "Probe",
            unit: "Personen",
            decimals: 0,
            kind,
            axis: "Maßnahme",
            categories: (0..categories)
                .map(|at| format!("Kategorie {at}"))
                .collect(),
            series: series
                .into_iter()
                .map(|points| Series {
                    label: "Reihe".to_owned(),
                    points,
                })
                .collect(),
        }
    }

    /// The box around a shape: left, top, right, bottom.
    fn bounds(shape: &Shape) -> [f64; 4] {
        match shape {
            Shape::Bar {
                x,
                y,
                width,
                height,
                ..
            }
            | Shape::Secret {
                x,
                y,
                width,
                height,
            } => [*x, *y, x + width, y + height],
            Shape::Rule { from, to, .. } => [from.0, from.1, to.0, to.1],
            Shape::Line { points, .. } => {
                points
                    .iter()
                    .fold([f64::MAX, f64::MAX, 0.0, 0.0], |all, at| {
                        [
                            all[0].min(at.0),
                            all[1].min(at.1),
                            all[2].max(at.0),
                            all[3].max(at.1),
                        ]
                    })
            }
            Shape::Mark { at, .. } => [at.0, at.1, at.0, at.1],
            Shape::Text {
                at, anchor, text, ..
            } => {
                let wide = if text.contains("Kategorie") {
                    0.0
                } else {
                    text_width(text)
                };
                let left = match anchor {
                    Anchor::Start => at.0,
                    Anchor::Middle => at.0 - wide / 2.0,
                    Anchor::End => at.0 - wide,
                };
                [left, at.1 - 10.0, left + wide, at.1]
            }
        }
    }

    fn lengths(drawing: &Drawing) -> Vec<f64> {
        let bars = drawing.shapes.iter().filter_map(|shape| match shape {
            Shape::Bar { width, .. } => Some(*width),
            _ => None,
        });
        bars.collect()
    }

    #[test]
    fn bars_are_as_long_as_their_figures() {
        use Point::Number;
        for kind in [Kind::Bars, Kind::Stacked] {
            let drawn = lengths(&draw(&chart(
                kind,
                vec![vec![Number(10), Number(40), Number(0)]],
            )));
            assert!(
                (drawn[0] * 4.0 - drawn[1]).abs() < 0.01,
                "{kind:?} {drawn:?}"
            );
        }
        let stacked = draw(&chart(
            Kind::Stacked,
            vec![vec![Number(30)], vec![Number(10)]],
        ));
        let drawn = lengths(&stacked);
        assert!((drawn[0] - drawn[1] * 3.0).abs() < 0.01, "{drawn:?}");
    }

    #[test]
    fn a_hidden_figure_looks_the_same_whatever_stands_beside_it() {
        use Point::{Hidden, Number};
        for kind in [Kind::Bars, Kind::Stacked, Kind::Lines] {
            let sizes = [5, 500_000].map(|beside| {
                let drawing = draw(&chart(kind, vec![vec![Number(beside), Hidden]]));
                let secret = drawing.shapes.into_iter().find_map(|shape| match shape {
                    Shape::Secret { width, height, .. } => Some((width, height)),
                    _ => None,
                });
                secret.expect("a mark")
            });
            assert_eq!(sizes[0], sizes[1], "{kind:?}");
        }
    }

    #[test]
    fn a_line_is_broken_where_a_figure_is_hidden() {
        use Point::{Hidden, Number};
        let points = vec![Number(1), Number(2), Hidden, Number(4), Number(5)];
        let drawing = draw(&chart(Kind::Lines, vec![points]));
        let lines: Vec<usize> = drawing
            .shapes
            .iter()
            .filter_map(|shape| match shape {
                Shape::Line { points, .. } => Some(points.len()),
                _ => None,
            })
            .collect();
        assert_eq!(lines, [2, 2]);
    }

    #[test]
    fn a_long_name_stands_on_two_lines() {
        let mut chart = chart(Kind::Bars, vec![vec![Point::Number(1)]]);
        let long =
            "Antigewalt- und Kompetenztraining für Jugendliche und Heranwachsende in der Gruppe";
        chart.categories = vec![long.to_owned()];
        let lines: Vec<String> = draw(&chart)
            .shapes
            .into_iter()
            .filter_map(|shape| match shape {
                Shape::Text { text, .. } => Some(text),
                _ => None,
            })
            .collect();
        assert_eq!(lines.len(), 3, "{lines:?}");
        assert_eq!(lines[..2].join(" "), long);
        assert_eq!(lines[2], "1");
    }

    #[test]
    fn the_description_tells_range_and_secrets() {
        use Point::{Hidden, Number};
        let chart = chart(Kind::Bars, vec![vec![Number(1200), Hidden, Number(0)]]);
        assert_eq!(
            chart.description(),
            "Balkendiagramm, Personen, Werte von 0 bis 1.200. Ein Wert ist geheim gehalten. Alle Werte stehen in der Tabelle darunter."
        );
    }

    fn point() -> impl Strategy<Value = Point> {
        prop_oneof![
            3 => (0_u64..1_000_000_000).prop_map(Point::Number),
            3 => (0_u64..50).prop_map(Point::Number),
            1 => Just(Point::Hidden),
            1 => Just(Point::Nothing),
        ]
    }

    proptest! {
        #[test]
        fn everything_stays_within_the_drawing(
            kind in prop_oneof![Just(Kind::Bars), Just(Kind::Stacked), Just(Kind::Lines)],
            series in (1_usize..14).prop_flat_map(|long| proptest::collection::vec(proptest::collection::vec(point(), long), 0..7)),
        ) {
            let chart = chart(kind, series);
            let drawing = draw(&chart);
            for shape in &drawing.shapes {
                let [left, top, right, bottom] = bounds(shape);
                prop_assert!(left >= -0.1 && top >= -0.1, "{:?}", shape);
                prop_assert!(right <= WIDTH + 0.1 && bottom <= drawing.height + 0.1, "{:?} {}", shape, drawing.height);
                prop_assert!(right >= left && bottom >= top);
            }
            let secrets = drawing.shapes.iter().filter(|shape| matches!(shape, Shape::Secret { .. })).count();
            prop_assert_eq!(secrets > 0, chart.hides());
        }
    }
}
