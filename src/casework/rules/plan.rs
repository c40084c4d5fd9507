//! Rules of planned talks, and of talks that were missed one after the other.

use time::Date;

use crate::base::german;
use crate::base::time::MinuteOfDay;

/// From how many missed talks in a row a case is marked, where the organisation said nothing else.
pub const USUAL_MISSED: i64 = 2;
/// Days ahead for which talks are planned: two years.
pub const PLANNING_DAYS: i64 = 731;

/// The cadences that can be agreed, in weeks; 0 is none.
pub const CADENCES: [i64; 7] = [0, 1, 2, 3, 4, 6, 8];
/// A talk that takes place regularly lasts at most this many minutes: half a working day.
pub const LONGEST_REGULAR: i64 = 240;

/// How often talks take place.
pub fn every(weeks: i64) -> String {
    match weeks {
        0 => "kein fester Abstand".to_owned(),
        1 => "jede Woche".to_owned(),
        weeks => format!("alle {weeks} Wochen"),
    }
}

/// How often and how long: "alle 2 Wochen, 60 Minuten".
pub fn cadence(weeks: i64, minutes: i64) -> String {
    format!("{}, {minutes} Minuten", every(weeks))
}

/// When a talk is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    /// The day.
    pub day: Date,
    /// Beginning.
    pub start: MinuteOfDay,
}

/// Why a talk is not planned for a time. Shown to people beside the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotPlanned {
    /// Before now.
    #[error(
        "Diese Zeit ist vorbei. Bitte einen späteren Termin eingeben oder das Gespräch mit seinem Ergebnis erfassen."
    )]
    Past,
    /// Beyond what is planned.
    #[error("Termine werden höchstens zwei Jahre im Voraus vereinbart. Bitte das Jahr prüfen.")]
    FarAhead,
    /// Goes on after midnight.
    #[error("Das Gespräch ginge über Mitternacht hinaus. Bitte Uhrzeit oder Dauer ändern.")]
    OverMidnight,
}

/// Checks when a talk is to be.
pub fn plannable(
    when: When,
    minutes: i64,
    (today, now): (Date, MinuteOfDay),
) -> Result<(), NotPlanned> {
    if when.day < today || (when.day == today && when.start < now) {
        return Err(NotPlanned::Past);
    }
    if (when.day - today).whole_days() > PLANNING_DAYS {
        return Err(NotPlanned::FarAhead);
    }
    if i64::from(when.start.value()) + minutes > 24 * 60 {
        return Err(NotPlanned::OverMidnight);
    }
    Ok(())
}

/// "Di., 24.11.2026, 14:00 Uhr".
pub fn words(day: Date, start_minute: i64) -> String {
    let start = u16::try_from(start_minute)
        .ok()
        .and_then(MinuteOfDay::new)
        .map_or_else(String::new, german::time_of_day);
    format!("{}, {start}", german::weekday_date(day))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::Duration;
    use time::macros::date;

    use super::*;

    const TODAY: Date = date!(2026 - 11 - 23);

    proptest! {
        #[test]
        fn nothing_is_planned_for_the_past_or_beyond_a_day(
            days in -800i64..1600, start in 0u16..1440, now in 0u16..1440, minutes in 1i64..=600
        ) {
            let when = When { day: TODAY + Duration::days(days), start: MinuteOfDay::new(start).unwrap() };
            let now_minute = MinuteOfDay::new(now).unwrap();
            if plannable(when, minutes, (TODAY, now_minute)).is_ok() {
                prop_assert!(days > 0 || (days == 0 && start >= now));
                prop_assert!(days <= PLANNING_DAYS);
                prop_assert!(i64::from(start) + minutes <= 1440);
            } else {
                let out_of_reach = !(0..=PLANNING_DAYS).contains(&days);
                let over = i64::from(start) + minutes > 1440;
                prop_assert!(out_of_reach || (days == 0 && start < now) || over);
            }
        }
    }

    #[test]
    fn a_time_reads_as_people_write_it() {
        assert_eq!(
            words(date!(2026 - 11 - 24), 840),
            "Di., 24.11.2026, 14:00 Uhr"
        );
    }
}
