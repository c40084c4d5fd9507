//! Spans of calendar days, half-open: the first day belongs to the span, the
//! end day does not. Spans that follow each other therefore share no day and
//! leave no gap.

use time::Date;

/// The days from `from` up to, but not including, `to`; without `to` the span
/// has no end yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DaySpan {
    from: Date,
    to: Option<Date>,
}

/// Two days do not make a span. The message is shown to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpanError {
    /// The end is on or before the first day, so the span would be empty.
    #[error("Das Ende muss nach dem Beginn liegen.")]
    EndNotAfterStart,
}

impl DaySpan {
    /// The span `[from, to)`.
    ///
    /// # Errors
    /// [`SpanError::EndNotAfterStart`] if `to` is not after `from`.
    pub fn new(from: Date, to: Option<Date>) -> Result<Self, SpanError> {
        match to {
            Some(end) if end <= from => Err(SpanError::EndNotAfterStart),
            _ => Ok(Self { from, to }),
        }
    }

    /// The span from `from` on, without an end.
    pub const fn open(from: Date) -> Self {
        Self { from, to: None }
    }

    /// The span from `first` to `last`, both belonging to it, as people write
    /// it. On the very last day of the calendar the span has no end.
    ///
    /// # Errors
    /// [`SpanError::EndNotAfterStart`] if `last` is before `first`.
    pub fn inclusive(first: Date, last: Date) -> Result<Self, SpanError> {
        if last < first {
            return Err(SpanError::EndNotAfterStart);
        }
        Self::new(first, last.next_day())
    }

    /// The first day of the span.
    pub const fn from(&self) -> Date {
        self.from
    }

    /// The first day after the span, or `None` if it has no end.
    pub const fn to(&self) -> Option<Date> {
        self.to
    }

    /// The last day that belongs to the span, or `None` if it has no end.
    pub fn last_day(&self) -> Option<Date> {
        self.to.and_then(Date::previous_day)
    }

    /// Whether `day` belongs to the span.
    pub fn contains(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|end| day < end)
    }

    /// Whether the two spans share a day. Spans that only touch do not.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.to.is_none_or(|end| other.from < end) && other.to.is_none_or(|end| self.from < end)
    }

    /// Whether every day of `other` belongs to this span.
    pub fn covers(&self, other: &Self) -> bool {
        self.from <= other.from
            && match (self.to, other.to) {
                (None, _) => true,
                (Some(_), None) => false,
                (Some(own_end), Some(other_end)) => other_end <= own_end,
            }
    }

    /// Whether the span is over when `day` begins: neither `day` nor any later
    /// day belongs to it. Never true for a span without an end.
    pub fn ends_on_or_before(&self, day: Date) -> bool {
        self.to.is_some_and(|end| end <= day)
    }

    /// The days that belong to both spans, or `None` if there are none.
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        let from = self.from.max(other.from);
        let to = match (self.to, other.to) {
            (Some(own_end), Some(other_end)) => Some(own_end.min(other_end)),
            (own_end, other_end) => own_end.or(other_end),
        };
        Self::new(from, to).ok()
    }

    /// How many days belong to the span, or `None` if it has no end.
    pub fn days(&self) -> Option<i64> {
        self.to.map(|end| (end - self.from).whole_days())
    }
}

/// What is left of a stretch of days if others are taken away; first and last days, both included, in their order.
pub fn days_left((first, last): (Date, Date), others: &[(Date, Date)]) -> Vec<(Date, Date)> {
    let mut others = others.to_vec();
    others.sort_unstable();
    let (mut left, mut from) = (Vec::new(), Some(first));
    for (begin, end) in others {
        let Some(open) = from else { break };
        if end < open {
            continue;
        }
        if let Some(before) = begin.min(last.next_day().unwrap_or(last)).previous_day()
            && open <= before
        {
            left.push((open, before));
        }
        from = end.next_day();
    }
    if let Some(open) = from.filter(|open| *open <= last) {
        left.push((open, last));
    }
    left
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::Duration;
    use time::macros::date;

    use super::*;

    const WINDOW: i64 = 40;

    fn day(number: i64) -> Date {
        date!(2026 - 12 - 15) + Duration::days(number)
    }

    /// Spans that begin and end well within the window of checked days.
    fn spans() -> impl Strategy<Value = DaySpan> {
        (1..WINDOW - 10, proptest::option::of(1_i64..9)).prop_map(|(from, length)| {
            DaySpan::new(day(from), length.map(|days| day(from + days))).unwrap()
        })
    }

    fn members(span: &DaySpan) -> Vec<i64> {
        (0..WINDOW)
            .filter(|number| span.contains(day(*number)))
            .collect()
    }

    proptest! {
        /// Every day is either taken away or left, and what is left is in order and apart.
        #[test]
        fn what_is_left_of_days_is_what_others_do_not_have(
            first in 0_i64..40,
            length in 0_i64..30,
            others in proptest::collection::vec((0_i64..70, 0_i64..12), 0..6),
        ) {
            let others: Vec<(Date, Date)> =
                others.iter().map(|(begin, length)| (day(*begin), day(begin + length))).collect();
            let left = days_left((day(first), day(first + length)), &others);
            for number in 0..90 {
                let one = day(number);
                let inside = (first..=first + length).contains(&number)
                    && !others.iter().any(|(begin, end)| (*begin..=*end).contains(&one));
                let found = left.iter().filter(|(begin, end)| (*begin..=*end).contains(&one)).count();
                prop_assert_eq!(found, usize::from(inside));
            }
            prop_assert!(left.windows(2).all(|pair| pair[0].1 < pair[1].0));
        }
    }

    #[test]
    fn an_empty_or_reversed_span_is_refused() {
        let refused = Err(SpanError::EndNotAfterStart);
        assert_eq!(DaySpan::new(day(3), Some(day(3))), refused);
        assert_eq!(DaySpan::new(day(3), Some(day(2))), refused);
        assert_eq!(DaySpan::inclusive(day(3), day(2)), refused);
    }

    #[test]
    fn one_day_and_the_end_of_the_calendar() {
        let one = DaySpan::inclusive(day(3), day(3)).unwrap();
        assert_eq!((one.days(), one.last_day()), (Some(1), Some(day(3))));
        assert_eq!((one.from(), one.to()), (day(3), Some(day(4))));
        let last = DaySpan::inclusive(day(3), Date::MAX).unwrap();
        assert!(last.contains(Date::MAX));
        assert_eq!(last.days(), None);
    }

    #[test]
    fn touching_is_no_overlap() {
        let first = DaySpan::new(day(1), Some(day(5))).unwrap();
        let second = DaySpan::open(day(5));
        assert!(!first.overlaps(&second) && !second.overlaps(&first));
        assert_eq!(first.intersection(&second), None);
        assert!(first.ends_on_or_before(day(5)) && !first.ends_on_or_before(day(4)));
        assert!(!second.ends_on_or_before(Date::MAX));
    }

    proptest! {
        #[test]
        fn agrees_with_counting_days(a in spans(), b in spans()) {
            let (in_a, in_b) = (members(&a), members(&b));
            let shared: Vec<i64> = in_a.iter().copied().filter(|d| in_b.contains(d)).collect();
            prop_assert_eq!(a.overlaps(&b), !shared.is_empty());
            prop_assert_eq!(a.overlaps(&b), b.overlaps(&a));
            prop_assert_eq!(a.intersection(&b), b.intersection(&a));
            prop_assert_eq!(a.intersection(&b).map_or(vec![], |both| members(&both)), shared.clone());
            prop_assert_eq!(a.covers(&b), shared == in_b);
            if let Some(days) = a.days() {
                prop_assert_eq!(days, in_a.len() as i64);
                prop_assert_eq!(a.last_day(), in_a.last().map(|last| day(*last)));
            }
        }

        #[test]
        fn over_means_no_member_from_there_on(span in spans(), number in 0..WINDOW) {
            let none_left = members(&span).iter().all(|member| *member < number);
            // Near the window's end an open span still has days beyond it.
            prop_assert_eq!(span.ends_on_or_before(day(number)), none_left && span.to().is_some());
        }
    }
}
