//! The hard rules as far as two sides know them: the timetable, which counts in weeks and keys, and the check of
//! conflicts, which knows dates and ids of the database. Each is a question with a yes or no about whatever counts
//! minutes, days, heads and levels: whether two spans meet on a touching minute, whether one can be in two houses on the
//! same day, whether the last day may be the day of release. Both sides ask here, so that both draw the same line.

use std::ops::Add;

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

/// H9: sessions that nobody is planned to hold beyond on one day.
pub const MOST_A_DAY: u16 = 3;

/// Talks with one person that nobody is planned to hold beyond on one day: they are shorter than sessions of groups, and a
/// day in a house goes from morning to evening. A planning assumption; by hand more may be arranged.
pub const MOST_TALKS_A_DAY: u16 = 6;

/// H9: minutes of sessions that nobody is planned to hold beyond in one calendar week: the hours of a full
/// working week.
pub const MOST_A_WEEK: u32 = 39 * 60;

/// H9: more than somebody is to hold on one day or in one week.
#[inline]
pub fn overloaded<T: Ord>(held: T, most: T) -> bool {
    held > most
}

/// H17: still there on a day. On the day of leaving nobody is.
#[inline]
pub fn stays<T: Ord>(day: T, leaves: T) -> bool {
    day < leaves
}

/// H2: the room is taken at that time. One room holds one event at a time.
#[inline]
pub fn room_taken<R: PartialEq, T: Ord>(
    (room, span): (R, (T, T)),
    (other, taken): (R, (T, T)),
) -> bool {
    room == other && meet(span, taken)
}

/// H8: nobody can hold both, because `way` (the road and the entry procedure, nothing within one house) does not fit
/// between the end of the earlier and the begin of the later one.
#[inline]
pub fn too_close<T: Copy + Ord + Add<Output = T>>(one: (T, T), other: (T, T), way: T) -> bool {
    let (first, second) = if one.0 <= other.0 {
        (one, other)
    } else {
        (other, one)
    };
    second.0 < first.1 + way
}

/// H1, H6: the span lies within one of the windows; two that touch are two.
#[inline]
pub fn in_a_window<T: Copy + Ord>(windows: impl IntoIterator<Item = (T, T)>, span: (T, T)) -> bool {
    windows.into_iter().any(|window| inside(span, window))
}

/// H5, H16: one of them speaks the language.
#[inline]
pub fn spoken<S>(by: impl IntoIterator<Item = S>, speaks: impl FnMut(S) -> bool) -> bool {
    by.into_iter().any(speaks)
}

/// H19: the two must not meet, as one's list says.
#[inline]
pub fn apart<P: PartialEq>(separated: &[P], other: &P) -> bool {
    separated.contains(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_from_elsewhere_needs_the_way_between() {
        let morning = (9 * 60, 12 * 60);
        assert!(!too_close(morning, (12 * 60, 14 * 60), 0), "the same house");
        assert!(too_close(morning, (13 * 60, 14 * 60), 90));
        assert!(
            too_close((13 * 60, 14 * 60), morning, 90),
            "either way round"
        );
        assert!(
            !too_close(morning, (13 * 60 + 30, 15 * 60), 90),
            "just in time"
        );
    }

    #[test]
    fn a_room_is_taken_from_the_first_minute_to_before_the_last() {
        assert!(room_taken((1, (540, 600)), (1, (599, 700))));
        assert!(!room_taken((1, (540, 600)), (1, (600, 700))));
        assert!(!room_taken((1, (540, 600)), (2, (540, 600))));
    }

    #[test]
    fn what_may_just_be_held_is_not_too_much() {
        assert!(!overloaded(MOST_A_DAY, MOST_A_DAY));
        assert!(overloaded(MOST_A_WEEK + 1, MOST_A_WEEK));
    }

    #[test]
    fn windows_that_touch_are_two() {
        let windows = [(480, 720), (720, 960)];
        assert!(in_a_window(windows, (500, 720)));
        assert!(!in_a_window(windows, (700, 740)));
    }
}
