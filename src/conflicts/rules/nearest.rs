//! The free times nearest to a wish.

use time::{Date, Duration, Weekday};

use super::Span;

/// How many are offered.
pub const OFFERED: usize = 3;
/// Days before and after the wish that are looked at.
pub const DAYS: i64 = 14;
/// Minutes a beginning is a multiple of.
const STEP: i64 = 15;
/// The hours that are looked at where no house says others: 8 to 18.
const USUAL: Span = Span {
    from: 480,
    to: 1080,
};
/// Two offers of one day lie at least so far apart: three neighbouring quarters of an hour are no choice.
const APART: i64 = 60;
/// A day earlier or later is as far as so many minutes.
const DAY: i64 = 180;

fn weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// The times that `free` allows, nearest to the wish first: after now, within the hours of the house, on weekends only if
/// the wish is on one. The wish itself is not among them.
pub fn nearest(
    (day, span): (Date, Span),
    (today, now): (Date, i64),
    window: Option<Span>,
    mut free: impl FnMut(Date, Span) -> bool,
) -> Vec<(Date, Span)> {
    let hours = window.unwrap_or(USUAL);
    let length = span.to - span.from;
    let first = hours.from + (STEP - hours.from % STEP) % STEP;
    let mut asked: Vec<(i64, Date, i64)> = Vec::new();
    for away in -DAYS..=DAYS {
        let Some(other) = day.checked_add(Duration::days(away)) else {
            continue;
        };
        if other < today || (weekend(other) && !weekend(day)) {
            continue;
        }
        let mut start = first;
        while start + length <= hours.to {
            let wished = away == 0 && start == span.from;
            if !wished && (other > today || start > now) {
                asked.push((away.abs() * DAY + (start - span.from).abs(), other, start));
            }
            start += STEP;
        }
    }
    asked.sort_unstable();
    let mut found: Vec<(Date, Span)> = Vec::new();
    for (_, other, start) in asked {
        let near = |(known, taken): &(Date, Span)| {
            *known == other && (taken.from - start).abs() < APART.max(length)
        };
        if found.iter().any(near) {
            continue;
        }
        let time = Span::lasting(start, length);
        if free(other, time) {
            found.push((other, time));
            if found.len() == OFFERED {
                break;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use time::macros::date;

    /// A Tuesday.
    const DAY_OF_WISH: Date = date!(2027 - 03 - 09);
    const LONG_AGO: (Date, i64) = (date!(2027 - 01 - 04), 0);

    #[test]
    fn what_is_near_comes_first_and_neighbours_are_offered_once() {
        let wish = Span::lasting(600, 60);
        let busy = Span::lasting(600, 90);
        let found = nearest((DAY_OF_WISH, wish), LONG_AGO, None, |day, span| {
            day != DAY_OF_WISH || !span.meets(busy)
        });
        assert_eq!(
            found,
            [
                (DAY_OF_WISH, Span::lasting(540, 60)),
                (DAY_OF_WISH, Span::lasting(690, 60)),
                (DAY_OF_WISH, Span::lasting(480, 60)),
            ]
        );
    }

    #[test]
    fn a_full_day_leads_to_the_days_beside_it_but_not_to_a_weekend() {
        let friday = date!(2027 - 03 - 12);
        let found = nearest(
            (friday, Span::lasting(600, 60)),
            LONG_AGO,
            None,
            |day, _| day != friday,
        );
        assert!(found.iter().all(|(day, _)| !weekend(*day)));
        assert_eq!(found[0], (date!(2027 - 03 - 11), Span::lasting(600, 60)));
    }

    #[test]
    fn nothing_free_gives_nothing() {
        let wish = (DAY_OF_WISH, Span::lasting(600, 60));
        assert!(nearest(wish, LONG_AGO, None, |_, _| false).is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn what_is_offered_is_free_to_come_within_the_hours_and_nearer_than_what_is_not(
            start in 0_i64..1_380, length in 5_i64..240, now in 0_i64..1_440, later in 0_i64..20,
            from in 360_i64..600, open in 60_i64..600, salt in 0_u64..1_000,
        ) {
            let today = DAY_OF_WISH;
            let day = today + Duration::days(later);
            let window = Span::lasting(from, open);
            let free = |day: Date, span: Span| {
                (u64::from(day.to_julian_day().unsigned_abs()) * 31 + span.from.unsigned_abs() / 15 + salt).is_multiple_of(3)
            };
            let wish = (day, Span::lasting(start, length));
            let found = nearest(wish, (today, now), Some(window), free);
            prop_assert!(found.len() <= OFFERED);
            let cost = |(other, span): &(Date, Span)| (*other - day).whole_days().abs() * DAY + (span.from - start).abs();
            prop_assert!(found.windows(2).all(|two| cost(&two[0]) <= cost(&two[1])));
            for (other, span) in &found {
                prop_assert!(free(*other, *span) && (*other, *span) != wish);
                prop_assert!(span.from >= window.from && span.to <= window.to && span.to - span.from == length);
                prop_assert!(*other > today || (*other == today && span.from > now));
            }
        }
    }
}
