//! The monthly sample: which readings are drawn. Anybody can draw it again and gets the same ones, so nobody can choose.

use time::{Date, Month};
use uuid::Uuid;

use crate::base::codes::codes;
use crate::base::crypto::sha256;

/// Readings drawn in a month.
pub(in crate::privacy) const READINGS: u32 = 20;

codes! {
    /// What was thought of a drawn reading.
    Judgement {
        /// The reason carries it.
        Fine "ok" "in Ordnung",
        /// To be asked about.
        Conspicuous "conspicuous" "auffällig",
    }
}

/// A month as `2026-10`.
pub(in crate::privacy) fn month_text(day: Date) -> String {
    format!("{:04}-{:02}", day.year(), u8::from(day.month()))
}

/// The first and last day of a month written like that.
pub(in crate::privacy) fn month_days(text: &str) -> Option<(Date, Date)> {
    let (year, month) = text.split_once('-')?;
    if year.len() != 4 || month.len() != 2 {
        return None;
    }
    let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
    let year: i32 = year.parse().ok()?;
    let first = Date::from_calendar_date(year, month, 1).ok()?;
    let last = first.replace_day(month.length(year)).ok()?;
    Some((first, last))
}

/// The month before that of a day.
pub(in crate::privacy) fn month_before(day: Date) -> String {
    day.replace_day(1)
        .ok()
        .and_then(Date::previous_day)
        .map_or_else(|| month_text(day), month_text)
}

/// Where the `number`th draw of a month looks: an index into stretches of these lengths (by weight), and an offset in it.
pub(in crate::privacy) fn draw(month: &str, number: u32, lengths: &[u64]) -> Option<(usize, u64)> {
    let total: u64 = lengths.iter().sum();
    if total == 0 {
        return None;
    }
    let hash = sha256(format!("geleit sample 1 {month} {number}").as_bytes());
    let value = Uuid::from_slice(hash.get(..16)?).ok()?.as_u128();
    let mut place = u64::try_from(value % u128::from(total)).ok()?;
    for (index, length) in lengths.iter().enumerate() {
        if place < *length {
            return Some((index, place));
        }
        place -= length;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use time::macros::date;

    #[test]
    fn months_are_read_and_written() {
        assert_eq!(month_text(date!(2026 - 11 - 23)), "2026-11");
        assert_eq!(month_before(date!(2026 - 01 - 31)), "2025-12");
        assert_eq!(
            month_days("2028-02"),
            Some((date!(2028 - 02 - 01), date!(2028 - 02 - 29)))
        );
        for wrong in ["2026", "2026-13", "26-10", "2026-1", "x-y"] {
            assert_eq!(month_days(wrong), None, "{wrong}");
        }
    }

    proptest! {
        /// The same month draws the same places, always within the stretches; empty stretches are never drawn.
        #[test]
        fn a_draw_stays_within_and_repeats(lengths in proptest::collection::vec(0u64..1_000, 1..6), number in 0u32..50) {
            let drawn = draw("2026-10", number, &lengths);
            prop_assert_eq!(drawn, draw("2026-10", number, &lengths));
            match drawn {
                None => prop_assert_eq!(lengths.iter().sum::<u64>(), 0),
                Some((index, offset)) => prop_assert!(offset < lengths[index]),
            }
        }
    }

    #[test]
    fn different_months_draw_different_places() {
        let of = |month| {
            (0..READINGS)
                .map(|number| draw(month, number, &[100_000]))
                .collect::<Vec<_>>()
        };
        assert_ne!(of("2026-10"), of("2026-11"));
        let places: std::collections::BTreeSet<_> = of("2026-10").into_iter().collect();
        assert!(places.len() > 15, "spread over the month");
    }
}
