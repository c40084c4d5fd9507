//! Why days of the log are kept, and which days a sheet is about. Pure.

use time::{Date, Duration};

use crate::base::codes::codes;

codes! {
    /// What a hold may serve: the purposes for which the log may be used at all (section 32 (3) SächsDSUG).
    Ground {
        /// Criminal proceedings.
        Criminal "criminal" "Strafverfahren",
        /// Proceedings about a fine under the data protection act.
        Fine "fine" "Bußgeldverfahren nach dem SächsDSUG",
        /// The supervisory authority checks.
        Supervision "supervision" "Prüfung durch die Sächsische Datenschutz- und Transparenzbeauftragte",
        /// A data subject complained or sues.
        Subject "subject" "Beschwerde oder Klage einer betroffenen Person",
        /// An attack or a fault is looked into.
        Security "security" "Aufklärung einer Verletzung der Datensicherheit",
    }
}

/// What is wrong with the days of a hold: the field and a sentence.
pub(super) fn problem(
    first: Date,
    last: Option<Date>,
    today: Date,
) -> Option<(&'static str, &'static str)> {
    if first > today {
        return Some((
            "von",
            "Der erste Tag liegt in der Zukunft. Aufbewahrt werden Tage, an denen schon protokolliert wurde.",
        ));
    }
    if last.is_some_and(|last| last < first) {
        return Some((
            "bis",
            "Der letzte Tag liegt vor dem ersten. Bitte einen Tag ab dem ersten eingeben.",
        ));
    }
    None
}

/// The Monday of a day's week.
pub(super) fn monday(day: Date) -> Date {
    day - Duration::days(i64::from(day.weekday().number_days_from_monday()))
}

/// The weeks that are over, the last one first.
pub(super) fn weeks(today: Date, number: i64) -> Vec<Date> {
    (1..=number)
        .map(|back| monday(today) - Duration::days(7 * back))
        .collect()
}

/// "16.11.2026 bis 22.11.2026 (Woche 47)".
pub(super) fn week_label(monday: Date) -> String {
    let (first, last) = (monday, monday + Duration::days(6));
    format!(
        "{} bis {} (Woche {})",
        crate::base::german::date(first),
        crate::base::german::date(last),
        monday.iso_week()
    )
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn weeks_begin_on_monday_and_are_over() {
        assert_eq!(
            weeks(date!(2026 - 11 - 23), 2),
            [date!(2026 - 11 - 16), date!(2026 - 11 - 09)]
        );
        assert_eq!(monday(date!(2026 - 11 - 22)), date!(2026 - 11 - 16));
        assert_eq!(
            week_label(date!(2026 - 11 - 16)),
            "16.11.2026 bis 22.11.2026 (Woche 47)"
        );
    }

    #[test]
    fn a_hold_has_days_that_can_have_entries() {
        let today = date!(2026 - 11 - 23);
        assert!(problem(today, None, today).is_none());
        assert_eq!(
            problem(date!(2026 - 11 - 24), None, today).map(|found| found.0),
            Some("von")
        );
        let before = problem(today, Some(date!(2026 - 11 - 22)), today);
        assert_eq!(before.map(|found| found.0), Some("bis"));
    }
}
