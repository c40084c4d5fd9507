//! Spans of minutes and of days, as they stand in lists.

use super::node::{InstanceError, Node};
use super::{DateRange, DatedSpan, WeeklySpan};

type Read<T> = Result<T, InstanceError>;

/// Minutes of a day: it has so many.
pub(super) const DAY: i64 = 24 * 60;

/// Minutes since midnight, half open.
pub(super) fn minutes(node: &Node<'_>, from: &Node<'_>, to: &Node<'_>) -> Read<(u16, u16)> {
    let span: (u16, u16) = (from.number(0, DAY)?, to.number(0, DAY)?);
    if span.0 >= span.1 {
        return Err(node.wrong(format!(
            "der Beginn ({}) liegt nicht vor dem Ende ({})",
            span.0, span.1
        )));
    }
    Ok(span)
}

/// `[weekday, from, to]`.
pub(super) fn weekly(node: &Node<'_>) -> Read<WeeklySpan> {
    let [weekday, from, to] = node.tuple()?;
    let (from, to) = minutes(node, &from, &to)?;
    Ok(WeeklySpan {
        weekday: weekday.number(0, 6)?,
        from,
        to,
    })
}

/// `[date, from, to]`.
pub(super) fn dated(node: &Node<'_>) -> Read<DatedSpan> {
    let [date, from, to] = node.tuple()?;
    let (from, to) = minutes(node, &from, &to)?;
    Ok(DatedSpan {
        date: date.date()?,
        from,
        to,
    })
}

/// Days from the first to the last.
pub(super) fn range(node: &Node<'_>, first: &Node<'_>, last: &Node<'_>) -> Read<DateRange> {
    let range = DateRange {
        first: first.date()?,
        last: last.date()?,
    };
    if range.first > range.last {
        return Err(node.wrong(format!(
            "der erste Tag ({}) liegt nach dem letzten ({})",
            range.first, range.last
        )));
    }
    Ok(range)
}

/// A list of words.
pub(super) fn words(node: &Node<'_>) -> Read<Vec<String>> {
    node.each(|word| Ok(word.text()?.to_owned()))
}
