//! Bars lie, so that the long names of programmes and facilities stand above them in full.

use super::scale::share;
use super::*;
use crate::base::german;

/// Height of the line of a category's name.
const NAME: f64 = 19.0;
/// Letters of a name that fit on a line, also in the larger type of telephones.
const LETTERS: usize = 54;
/// Height of a bar and the space below it.
const BAR: f64 = 16.0;
const SPACE: f64 = 3.0;
/// Space below a category.
const GAP: f64 = 9.0;
/// Width of the mark of a hidden figure.
const SECRET: f64 = 26.0;
/// Distance of a figure from its bar, and of the base line from the edge.
const AWAY: f64 = 5.0;
const BASE: f64 = 1.0;

/// The base line at the left.
fn base_line(height: f64) -> Shape {
    Shape::Rule {
        from: (BASE, 0.0),
        to: (BASE, height),
        base: true,
    }
}

/// Draws the name of a category, on more than one line if it is long, and gives where its bars begin.
fn name(label: &str, mut top: f64, shapes: &mut Vec<Shape>) -> f64 {
    let mut lines: Vec<String> = Vec::new();
    for word in label.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < LETTERS => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    for line in lines {
        let at = (BASE + AWAY, top + 14.0);
        shapes.push(text(at, Anchor::Start, Voice::Plain, line));
        top += NAME;
    }
    top
}

/// A word or figure beside the end of a bar.
fn beside(x: f64, top: f64, words: impl Into<String>) -> Shape {
    text((x + AWAY, top + 12.5), Anchor::Start, Voice::Plain, words)
}

/// Space at the right for the longest of these words or figures.
fn margin(words: impl Iterator<Item = String>) -> f64 {
    let widest = words.map(|words| text_width(&words)).fold(50.0, f64::max);
    widest + 2.0 * AWAY
}

pub(super) fn grouped(chart: &Chart<'_>) -> Drawing {
    let figures = chart.points().filter_map(|point| match point {
        Point::Number(value) => Some(value),
        Point::Hidden | Point::Nothing => None,
    });
    let largest = figures.max().unwrap_or(0);
    let longest = german::decimal(largest, chart.decimals);
    let room = WIDTH - BASE - margin(std::iter::once(longest));
    let mut shapes = Vec::new();
    let mut top = 0.0;
    for (category, label) in chart.categories.iter().enumerate() {
        top = name(label, top, &mut shapes);
        for series in 0..chart.series.len() {
            match chart.point(series, category) {
                Point::Number(value) => {
                    let width = share(value, largest) * room;
                    shapes.push(Shape::Bar {
                        x: BASE,
                        y: top,
                        width,
                        height: BAR,
                        series,
                    });
                    let figure = german::decimal(value, chart.decimals);
                    shapes.push(beside(BASE + width, top, figure));
                }
                Point::Hidden => {
                    shapes.push(secret(BASE, top));
                    shapes.push(beside(BASE + SECRET, top, "geheim"));
                }
                Point::Nothing => shapes.push(beside(BASE, top, "–")),
            }
            top += BAR + SPACE;
        }
        top += GAP;
    }
    shapes.push(base_line(top));
    Drawing {
        height: top,
        shapes,
    }
}

fn secret(x: f64, top: f64) -> Shape {
    Shape::Secret {
        x,
        y: top,
        width: SECRET,
        height: BAR,
    }
}

pub(super) fn stacked(chart: &Chart<'_>) -> Drawing {
    let known = |category: usize| {
        let points = (0..chart.series.len()).map(|series| chart.point(series, category));
        let figures = points.filter_map(|point| match point {
            Point::Number(value) => Some(value),
            Point::Hidden | Point::Nothing => None,
        });
        figures.fold(0_u64, u64::saturating_add)
    };
    let largest = (0..chart.categories.len()).map(known).max().unwrap_or(0);
    let sum = |category: usize| {
        let mut points = (0..chart.series.len()).map(|series| chart.point(series, category));
        let sum = german::decimal(known(category), chart.decimals);
        if points.any(|point| point == Point::Hidden) {
            format!("{sum} + geheim")
        } else {
            sum
        }
    };
    let room = WIDTH - BASE - SECRET - margin((0..chart.categories.len()).map(sum));
    let mut shapes = Vec::new();
    let mut top = 0.0;
    for (category, label) in chart.categories.iter().enumerate() {
        top = name(label, top, &mut shapes);
        let mut x = BASE;
        let mut hidden = false;
        for series in 0..chart.series.len() {
            match chart.point(series, category) {
                Point::Number(value) => {
                    let width = share(value, largest) * room;
                    shapes.push(Shape::Bar {
                        x,
                        y: top,
                        width,
                        height: BAR,
                        series,
                    });
                    let figure = german::decimal(value, chart.decimals);
                    if text_width(&figure) + 4.0 < width {
                        let at = (x + width / 2.0, top + 12.5);
                        shapes.push(text(at, Anchor::Middle, Voice::Inside, figure));
                    }
                    x += width;
                }
                Point::Hidden => hidden = true,
                Point::Nothing => {}
            }
        }
        // Hidden parts come last and as one: their place among the others would tell nothing, their length is secret.
        if hidden {
            shapes.push(secret(x, top));
            x += SECRET;
        }
        shapes.push(beside(x, top, sum(category)));
        top += BAR + SPACE + GAP;
    }
    shapes.push(base_line(top));
    Drawing {
        height: top,
        shapes,
    }
}
