//! Lines over periods.

use super::scale::{length, share, ticks};
use super::*;
use crate::base::german;

const HEIGHT: f64 = 250.0;
const TOP: f64 = 22.0;
const BOTTOM: f64 = 44.0;
const RIGHT: f64 = 34.0;
/// Mark of a hidden figure above the base line.
const SECRET: (f64, f64) = (14.0, 26.0);

pub(super) fn lines(chart: &Chart<'_>) -> Drawing {
    let figures = chart.points().filter_map(|point| match point {
        Point::Number(value) => Some(value),
        Point::Hidden | Point::Nothing => None,
    });
    let ticks = ticks(figures.max().unwrap_or(0));
    let largest = ticks.last().copied().unwrap_or(1);
    let widest = ticks
        .iter()
        .map(|tick| text_width(&tick_label(chart, *tick)));
    let left = widest.fold(20.0, f64::max) + 8.0;
    let base = HEIGHT - BOTTOM;
    let height_of = |value: u64| base - share(value, largest) * (base - TOP);
    let mut shapes = Vec::new();
    for tick in &ticks {
        let y = height_of(*tick);
        shapes.push(Shape::Rule {
            from: (left, y),
            to: (WIDTH, y),
            base: *tick == 0,
        });
        let at = (left - 6.0, y + 4.0);
        shapes.push(text(
            at,
            Anchor::End,
            Voice::Quiet,
            tick_label(chart, *tick),
        ));
    }
    let steps = length(chart.categories.len().saturating_sub(1).max(1));
    let inset = left + 24.0;
    let place = |category: usize| {
        if chart.categories.len() == 1 {
            (inset + WIDTH - RIGHT) / 2.0
        } else {
            inset + length(category) / steps * (WIDTH - RIGHT - inset)
        }
    };
    periods(chart, &place, base, &mut shapes);
    for category in 0..chart.categories.len() {
        let hidden =
            (0..chart.series.len()).any(|series| chart.point(series, category) == Point::Hidden);
        if hidden {
            shapes.push(Shape::Secret {
                x: place(category) - SECRET.0 / 2.0,
                y: base - SECRET.1,
                width: SECRET.0,
                height: SECRET.1,
            });
            let at = (place(category), base + 32.0);
            shapes.push(text(at, Anchor::Middle, Voice::Quiet, "geheim"));
        }
    }
    for series in 0..chart.series.len() {
        let mut run: Vec<(f64, f64)> = Vec::new();
        let mut runs = Vec::new();
        for category in 0..chart.categories.len() {
            match chart.point(series, category) {
                Point::Number(value) => run.push((place(category), height_of(value))),
                Point::Hidden | Point::Nothing => runs.push(std::mem::take(&mut run)),
            }
        }
        runs.push(run);
        for points in runs.into_iter().filter(|points| points.len() > 1) {
            shapes.push(Shape::Line { points, series });
        }
        for category in 0..chart.categories.len() {
            let Point::Number(value) = chart.point(series, category) else {
                continue;
            };
            let at = (place(category), height_of(value));
            shapes.push(Shape::Mark { at, series });
            let figure = german::decimal(value, chart.decimals);
            let room = (WIDTH - RIGHT - inset) / steps;
            let first = category == 0 && text_width(&figure) / 2.0 > inset;
            let fits = text_width(&figure) < room && text_width(&figure) / 2.0 < RIGHT && !first;
            if chart.series.len() == 1 && fits {
                shapes.push(text(
                    (at.0, at.1 - 9.0),
                    Anchor::Middle,
                    Voice::Plain,
                    figure,
                ));
            }
        }
    }
    Drawing {
        height: HEIGHT,
        shapes,
    }
}

fn tick_label(chart: &Chart<'_>, tick: u64) -> String {
    german::decimal(tick, chart.decimals)
}

/// The names of the periods; where they would run into each other, every second or third of them.
fn periods(chart: &Chart<'_>, place: &impl Fn(usize) -> f64, base: f64, shapes: &mut Vec<Shape>) {
    let widest = chart.categories.iter().map(|label| text_width(label));
    let widest = widest.fold(1.0, f64::max) + 6.0;
    let distance = if chart.categories.len() > 1 {
        place(1) - place(0)
    } else {
        WIDTH
    };
    let mut every = 1;
    while length(every) * distance < widest && every < chart.categories.len() {
        every += 1;
    }
    // Counted from the newest, which is the one people look for.
    let last = chart.categories.len().saturating_sub(1);
    for (category, label) in chart.categories.iter().enumerate() {
        if (last - category).is_multiple_of(every) {
            let at = (place(category), base + 17.0);
            let half = text_width(label) / 2.0;
            let (at, anchor) = if at.0 + half > WIDTH {
                ((WIDTH, at.1), Anchor::End)
            } else {
                (at, Anchor::Middle)
            };
            shapes.push(text(at, anchor, Voice::Quiet, label));
        }
    }
}
