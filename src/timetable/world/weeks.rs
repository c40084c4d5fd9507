//! Sets of weeks, and days as numbers.

use std::ops::{BitAnd, BitOr, Not};

use super::super::measure;

/// Days since the Monday of week 0; negative before, beyond the last week after it.
pub type Day = i32;

/// A day number that no event has: before everything.
pub const LONG_AGO: Day = -1_000_000;

/// The week of a day.
pub fn week_of(day: Day) -> i32 {
    day.div_euclid(7)
}

/// The weekday of a day, 0 Monday .. 6 Sunday.
pub fn weekday_of(day: Day) -> u8 {
    u8::try_from(day.rem_euclid(7)).unwrap_or(0)
}

/// Minutes of a day, half open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First minute.
    pub from: u16,
    /// The minute after the last.
    pub to: u16,
}

impl Span {
    /// The span of `minutes` that begins at `from`.
    pub fn lasting(from: u16, minutes: u16) -> Self {
        Self {
            from,
            to: from.saturating_add(minutes),
        }
    }

    /// Whether both have a minute in common.
    #[inline]
    pub fn overlaps(self, other: Self) -> bool {
        measure::meet((self.from, self.to), (other.from, other.to))
    }

    /// Whether `other` lies within this span.
    #[inline]
    pub fn covers(self, other: Self) -> bool {
        measure::inside((other.from, other.to), (self.from, self.to))
    }
}

/// A set of weeks, week 0 to 63, as the bits of one word. A weekly event on a known weekday is such a set, so most
/// questions about it are one `and`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Weeks(pub u64);

impl Weeks {
    /// No week.
    pub const NONE: Self = Self(0);

    /// The weeks from 0 on, `count` of them.
    pub fn first(count: u8) -> Self {
        if count >= 64 {
            Self(u64::MAX)
        } else {
            Self((1 << count) - 1)
        }
    }

    /// One week; none when it lies outside 0..=63.
    #[inline]
    pub fn only(week: i32) -> Self {
        if (0..64).contains(&week) {
            Self(1 << week)
        } else {
            Self::NONE
        }
    }

    /// The weeks whose day on `weekday` lies between the two days, both included.
    pub fn between(weekday: u8, first: Day, last: Day) -> Self {
        let weekday = Day::from(weekday);
        let from = (first - weekday + 6).div_euclid(7).max(0);
        let to = (last - weekday).div_euclid(7).min(63);
        if from > to {
            return Self::NONE;
        }
        let below = |count: i32| Self::first(u8::try_from(count).unwrap_or(64)).0;
        Self(below(to + 1) & !below(from))
    }

    /// Whether the week is in the set.
    #[inline]
    pub fn has(self, week: i32) -> bool {
        self.0 & Self::only(week).0 != 0
    }

    /// Adds a week.
    #[inline]
    pub fn insert(&mut self, week: i32) {
        self.0 |= Self::only(week).0;
    }

    /// Takes a week out.
    #[inline]
    pub fn remove(&mut self, week: i32) {
        self.0 &= !Self::only(week).0;
    }

    /// How many weeks.
    #[inline]
    pub fn count(self) -> u32 {
        self.0.count_ones()
    }

    /// Whether there is none.
    #[inline]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The first week.
    #[inline]
    pub fn lowest(self) -> Option<i32> {
        (self.0 != 0).then(|| self.0.trailing_zeros().cast_signed())
    }

    /// The last week.
    #[inline]
    pub fn highest(self) -> Option<i32> {
        (self.0 != 0).then(|| 63 - self.0.leading_zeros().cast_signed())
    }

    /// Every week in order.
    #[inline]
    pub fn iter(self) -> impl Iterator<Item = i32> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            if left == 0 {
                return None;
            }
            let week = left.trailing_zeros().cast_signed();
            left &= left - 1;
            Some(week)
        })
    }
}

impl BitAnd for Weeks {
    type Output = Self;

    #[inline]
    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl BitOr for Weeks {
    type Output = Self;

    #[inline]
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl Not for Weeks {
    type Output = Self;

    #[inline]
    fn not(self) -> Self {
        Self(!self.0)
    }
}

/// A set of weeks for every weekday: a set of days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Days([Weeks; 7]);

impl Days {
    /// Every day of the first `weeks` weeks.
    pub fn all(weeks: u8) -> Self {
        Self([Weeks::first(weeks); 7])
    }

    /// The weeks in which this weekday is in the set.
    #[inline]
    pub fn on(&self, weekday: u8) -> Weeks {
        self.0
            .get(usize::from(weekday))
            .copied()
            .unwrap_or_default()
    }

    /// Whether the day is in the set.
    pub fn has(&self, day: Day) -> bool {
        self.on(weekday_of(day)).has(week_of(day))
    }

    /// Adds a day.
    pub fn insert(&mut self, day: Day) {
        if let Some(weeks) = self.0.get_mut(usize::from(weekday_of(day))) {
            weeks.insert(week_of(day));
        }
    }

    /// Takes a day out.
    pub fn remove(&mut self, day: Day) {
        if let Some(weeks) = self.0.get_mut(usize::from(weekday_of(day))) {
            weeks.remove(week_of(day));
        }
    }

    /// Adds the days between, both included.
    pub fn insert_range(&mut self, first: Day, last: Day) {
        for (weekday, weeks) in (0u8..).zip(self.0.iter_mut()) {
            *weeks = *weeks | Weeks::between(weekday, first, last);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_between_two_days_are_those_whose_weekday_lies_inside() {
        // Day 8 is the Tuesday of week 1, day 21 the Monday of week 3.
        assert_eq!(Weeks::between(1, 8, 21), Weeks(0b110));
        assert_eq!(Weeks::between(0, 8, 21), Weeks(0b1100));
        assert_eq!(Weeks::between(3, 4, 9), Weeks::NONE);
        assert_eq!(Weeks::between(0, -50, 1000), Weeks(u64::MAX));
    }

    #[test]
    fn days_before_the_start_have_negative_weeks() {
        assert_eq!((week_of(-1), weekday_of(-1)), (-1, 6));
        let mut days = Days::default();
        days.insert(-1);
        assert_eq!(days, Days::default());
    }
}
