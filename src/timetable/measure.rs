//! The comparison inside a hard rule, for whatever counts minutes, days, heads and levels: whether two spans meet on a
//! touching minute, whether the last day may be the day of release. Asked by the rules of the timetable and by the check
//! of conflicts, so that both draw the same line.

/// H2, H8, H20: both `[from, to)` share a minute. Touching they share none; what lasts no time meets nothing.
#[inline]
pub fn meet<T: Ord>((from, to): (T, T), (other_from, other_to): (T, T)) -> bool {
    from.max(other_from) < to.min(other_to)
}

/// H1: the span lies within the window.
#[inline]
pub fn inside<T: Ord>((from, to): (T, T), (first, last): (T, T)) -> bool {
    first <= from && to <= last
}

/// H3: more heads than places.
#[inline]
pub fn overfull<T: Ord>(heads: T, places: T) -> bool {
    heads > places
}

/// H4: the level is good enough for what is needed.
#[inline]
pub fn secure<T: Ord>(needed: T, level: T) -> bool {
    needed <= level
}

/// H10: more persons from outside than the house allows.
#[inline]
pub fn crowded<T: Ord>(persons: T, limit: T) -> bool {
    persons > limit
}

/// H17: still there on a day. On the day of leaving nobody is.
#[inline]
pub fn stays<T: Ord>(day: T, leaves: T) -> bool {
    day < leaves
}
