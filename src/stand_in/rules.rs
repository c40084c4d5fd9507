//! For how long somebody may stand in. Pure.

use time::{Date, Duration};

/// Most days at a time: longer absences need a new assignment, which clients are told of.
pub(super) const MOST_DAYS: i64 = 92;

/// What is wrong with the days (both included): the field and a sentence.
pub(super) fn problem(
    first: Date,
    last: Date,
    today: Date,
) -> Option<(&'static str, &'static str)> {
    if first < today {
        return Some(("von", "Bitte heute oder einen späteren Tag eingeben."));
    }
    if last < first {
        return Some((
            "bis",
            "Der letzte Tag liegt vor dem ersten. Bitte einen Tag ab dem ersten eingeben.",
        ));
    }
    if last - first >= Duration::days(MOST_DAYS) {
        return Some((
            "bis",
            "Eine Vertretung gilt höchstens 92 Tage. Für länger bitte die Zuständigkeit ändern.",
        ));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn days_are_at_most_ninety_two_and_not_in_the_past() {
        let today = date!(2026 - 11 - 23);
        let of = |first, last| problem(first, last, today).map(|(field, _)| field);
        assert_eq!(of(today, today), None);
        assert_eq!(of(today, date!(2027 - 02 - 22)), None);
        assert_eq!(of(today, date!(2027 - 02 - 23)), Some("bis"));
        assert_eq!(of(date!(2026 - 11 - 22), today), Some("von"));
        assert_eq!(
            of(date!(2026 - 11 - 25), date!(2026 - 11 - 24)),
            Some("bis")
        );
    }
}
