//! What the gate reads about a person, and what may be announced. Pure.

pub mod objects;

use time::{Date, Duration};

use crate::base::fold::{search_keys, search_terms};
use crate::base::german;
use crate::base::time::{Instant, MinuteOfDay, berlin_local};

/// Days before its end from which a grant or clearance is marked.
pub const SOON_DAYS: i64 = 30;
/// Days before and after today that the gate may look at.
pub const GATE_DAYS: i64 = 7;
/// How far ahead a visit or a family day may be announced.
pub const AHEAD_DAYS: i64 = 366;
/// Days for which sheets on disk are kept.
pub const SHEET_DAYS: i64 = 7;
/// The longest deadline for guests, in days.
pub const LONGEST_DEADLINE: i64 = 90;

/// What is known about a line of the list on its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Facts {
    /// The appointment does not take place.
    pub cancelled: bool,
    /// An approved guest of a family day.
    pub guest: bool,
    /// Entered by the access officer without a grant ("Nachtrag").
    pub late: bool,
    /// A stop ("Sperre") is set.
    pub stopped: bool,
    /// A grant for this day is suspended.
    pub suspended: bool,
    /// The last day of the grant that lets the person in.
    pub grant_until: Option<Date>,
    /// Whether this facility ever decided about a clearance.
    pub clearance_known: bool,
    /// The last day of the clearance that covers the day.
    pub clearance_until: Option<Date>,
}

/// What the gate reads in the column "Freigabe".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Does not come.
    Cancelled,
    /// Comes as a guest of a family day.
    Guest,
    /// Must not come in; never why.
    Blocked,
    /// Comes in on the word of one access officer.
    Late,
    /// Nobody approved it.
    NoGrant,
    /// A grant, but the clearance is over.
    ClearanceOver,
    /// May come in, until this day.
    Valid {
        /// The last day of grant and clearance.
        until: Date,
        /// Days left, if they are few.
        soon: Option<i64>,
    },
}

/// What the gate reads about a line.
pub fn standing(facts: &Facts, day: Date) -> Standing {
    if facts.cancelled {
        return Standing::Cancelled;
    }
    if facts.guest {
        return Standing::Guest;
    }
    if facts.stopped || (facts.suspended && facts.grant_until.is_none()) {
        return Standing::Blocked;
    }
    if facts.late {
        return Standing::Late;
    }
    let Some(grant) = facts.grant_until else {
        return Standing::NoGrant;
    };
    if facts.clearance_known && facts.clearance_until.is_none() {
        return Standing::ClearanceOver;
    }
    let until = facts.clearance_until.map_or(grant, |end| end.min(grant));
    let left = (until - day).whole_days();
    Standing::Valid {
        until,
        soon: (left <= SOON_DAYS).then_some(left),
    }
}

impl Standing {
    /// In words, as on the screen and on paper.
    pub fn words(self) -> String {
        match self {
            Standing::Cancelled => "abgesagt".to_owned(),
            Standing::Guest => "Gast, genehmigt".to_owned(),
            Standing::Blocked => "gesperrt".to_owned(),
            Standing::Late => "Nachtrag ohne Freigabe".to_owned(),
            Standing::NoGrant => "keine gültige Freigabe".to_owned(),
            Standing::ClearanceOver => "Überprüfung abgelaufen".to_owned(),
            Standing::Valid { until, soon } => {
                let end = format!("gültig bis {}", german::date(until));
                match soon {
                    None => end,
                    Some(0) => format!("{end}, endet heute"),
                    Some(1) => format!("{end}, endet morgen"),
                    Some(days) => format!("{end}, endet in {days} Tagen"),
                }
            }
        }
    }
}

/// Whether each word typed is a part of a word of the name, as in every search of the product.
pub fn named(name: &str, typed: &str) -> bool {
    let terms = search_terms(typed);
    let keys = search_keys(&[name]);
    !terms.is_empty()
        && terms
            .iter()
            .all(|term| keys.iter().any(|key| key.starts_with(term.as_str())))
}

/// What is known of somebody who is not on the list of today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Absent {
    /// A stop is set, or a grant for today is suspended while no other is valid.
    pub blocked: bool,
    /// A grant is valid on the day.
    pub granted: bool,
    /// The last day of the newest grant that is over.
    pub ended: Option<Date>,
    /// The first day of the next grant.
    pub begins: Option<Date>,
}

/// Why somebody is not on the list, in words that tell the gate nothing else.
pub fn reason(absent: Option<&Absent>) -> String {
    match absent {
        Some(absent) if absent.blocked => "gesperrt".to_owned(),
        Some(absent) if absent.granted => "kein Termin an diesem Tag".to_owned(),
        Some(Absent {
            begins: Some(day), ..
        }) => format!("Freigabe beginnt erst am {}", german::date(*day)),
        Some(Absent {
            ended: Some(day), ..
        }) => format!("Freigabe endete am {}", german::date(*day)),
        _ => "unbekannt: keine Freigabe für diese Einrichtung".to_owned(),
    }
}

/// What is wrong with the day and the times of something announced: the form's field and the German sentence.
pub fn times_problem(
    day: Date,
    from: MinuteOfDay,
    to: MinuteOfDay,
    now: Instant,
) -> Option<(&'static str, String)> {
    let local = berlin_local(now);
    if day < local.date {
        return Some((
            "day",
            format!(
                "Der Tag liegt in der Vergangenheit. Bitte frühestens den {} eingeben.",
                german::date(local.date)
            ),
        ));
    }
    let last = local.date + Duration::days(AHEAD_DAYS);
    if day > last {
        return Some((
            "day",
            format!(
                "So weit voraus wird nicht angekündigt. Bitte spätestens den {} eingeben.",
                german::date(last)
            ),
        ));
    }
    if to <= from {
        return Some((
            "to",
            format!(
                "Das Ende liegt nicht nach dem Beginn. Bitte eine Uhrzeit nach {} eingeben.",
                german::time_of_day(from)
            ),
        ));
    }
    if day == local.date && to <= local.minute {
        return Some((
            "to",
            format!(
                "Dieser Termin ist schon vorbei: Es ist {}.",
                german::time_of_day(local.minute)
            ),
        ));
    }
    None
}

/// The last day on which guests are announced, seen from the day on which a family day is planned: never past.
pub fn guest_deadline(day: Date, days_before: i64, today: Date) -> Date {
    (day - Duration::days(days_before.clamp(0, LONGEST_DEADLINE)))
        .max(today)
        .min(day)
}

/// A minute of the day from a column; midnight if it is out of range.
pub fn minute(stored: i64) -> MinuteOfDay {
    u16::try_from(stored)
        .ok()
        .and_then(MinuteOfDay::new)
        .unwrap_or(MinuteOfDay::MIDNIGHT)
}

/// `14:00–17:00`; an end on the next day is left out.
pub fn span(start: i64, minutes: i64) -> String {
    let from = minute(start);
    match u16::try_from(minutes)
        .ok()
        .and_then(|minutes| from.plus_minutes(minutes))
    {
        Some(to) => format!("{}–{}", german::time(from), german::time(to)),
        None => format!("ab {}", german::time(from)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::berlin_instant;
    use proptest::prelude::*;
    use time::macros::date;

    const DAY: Date = date!(2026 - 11 - 24);

    fn now() -> Instant {
        berlin_instant(DAY, MinuteOfDay::from_hm(9, 0).unwrap()).unwrap()
    }

    #[test]
    fn the_first_reason_that_keeps_somebody_out_is_the_one_that_is_said() {
        let valid = Facts {
            grant_until: Some(date!(2027 - 06 - 30)),
            ..Facts::default()
        };
        assert_eq!(standing(&valid, DAY).words(), "gültig bis 30.06.2027");
        let cases = [
            (
                Facts {
                    cancelled: true,
                    stopped: true,
                    ..valid
                },
                "abgesagt",
            ),
            (
                Facts {
                    stopped: true,
                    ..valid
                },
                "gesperrt",
            ),
            (
                Facts {
                    stopped: true,
                    late: true,
                    ..valid
                },
                "gesperrt",
            ),
            (
                Facts {
                    suspended: true,
                    grant_until: None,
                    ..valid
                },
                "gesperrt",
            ),
            (
                Facts {
                    suspended: true,
                    ..valid
                },
                "gültig bis 30.06.2027",
            ),
            (
                Facts {
                    grant_until: None,
                    ..valid
                },
                "keine gültige Freigabe",
            ),
            (
                Facts {
                    clearance_known: true,
                    ..valid
                },
                "Überprüfung abgelaufen",
            ),
            (
                Facts {
                    clearance_known: true,
                    clearance_until: Some(DAY),
                    ..valid
                },
                "gültig bis 24.11.2026, endet heute",
            ),
            (
                Facts {
                    grant_until: Some(date!(2026 - 12 - 24)),
                    ..valid
                },
                "gültig bis 24.12.2026, endet in 30 Tagen",
            ),
            (
                Facts {
                    late: true,
                    grant_until: None,
                    ..valid
                },
                "Nachtrag ohne Freigabe",
            ),
        ];
        for (facts, expected) in cases {
            assert_eq!(standing(&facts, DAY).words(), expected, "{facts:?}");
        }
    }

    proptest! {
        #[test]
        fn nobody_who_is_stopped_or_without_a_grant_is_ever_valid(
            cancelled: bool, late: bool, stopped: bool, suspended: bool, known: bool,
            grant in proptest::option::of(0i64..400), clearance in proptest::option::of(0i64..400),
        ) {
            let later = |days: i64| DAY + Duration::days(days);
            let facts = Facts {
                cancelled, guest: false, late, stopped, suspended, clearance_known: known || clearance.is_some(),
                grant_until: grant.map(later), clearance_until: clearance.map(later),
            };
            if let Standing::Valid { until, soon } = standing(&facts, DAY) {
                prop_assert!(!cancelled && !stopped && !late);
                prop_assert!(until >= DAY && Some(until) <= facts.grant_until);
                prop_assert!(facts.clearance_until.is_none_or(|end| until <= end));
                prop_assert_eq!(soon.is_some(), (until - DAY).whole_days() <= SOON_DAYS);
            }
        }
    }

    #[test]
    fn who_is_not_on_the_list_is_told_why_in_neutral_words() {
        let ended = Absent {
            ended: Some(date!(2026 - 10 - 31)),
            ..Absent::default()
        };
        assert_eq!(reason(Some(&ended)), "Freigabe endete am 31.10.2026");
        assert_eq!(
            reason(Some(&Absent {
                blocked: true,
                ..ended
            })),
            "gesperrt"
        );
        assert_eq!(
            reason(Some(&Absent {
                granted: true,
                ..ended
            })),
            "kein Termin an diesem Tag"
        );
        assert!(reason(None).starts_with("unbekannt"));
        assert_eq!(reason(Some(&Absent::default())), reason(None));
    }

    #[test]
    fn times_are_not_reversed_nor_past_nor_far_away() {
        let at = |hour: u8| MinuteOfDay::from_hm(hour, 0).unwrap();
        let field =
            |day, from, to| times_problem(day, at(from), at(to), now()).map(|(field, _)| field);
        assert_eq!(field(DAY, 8, 12), None);
        assert_eq!(field(DAY, 12, 8), Some("to"));
        assert_eq!(field(DAY, 12, 12), Some("to"));
        assert_eq!(field(DAY, 7, 9), Some("to"));
        assert_eq!(field(DAY - Duration::DAY, 8, 12), Some("day"));
        assert_eq!(
            field(DAY + Duration::days(AHEAD_DAYS + 1), 8, 12),
            Some("day")
        );
    }

    #[test]
    fn the_deadline_for_guests_is_never_past_nor_after_the_day() {
        assert_eq!(
            guest_deadline(date!(2026 - 12 - 24), 14, DAY),
            date!(2026 - 12 - 10)
        );
        assert_eq!(guest_deadline(date!(2026 - 11 - 30), 14, DAY), DAY);
        assert_eq!(guest_deadline(DAY, 0, DAY), DAY);
    }

    #[test]
    fn names_are_found_by_parts_of_their_words() {
        assert!(named("Jörg Müller-Lüdenscheidt", "muell joe"));
        assert!(named("Jörg Müller", "Müller"));
        assert!(named("Jörg Müller", "ller"));
        assert!(!named("Jörg Müller", "Müller Anna"));
        assert!(!named("Jörg Müller", "  "));
    }

    #[test]
    fn times_of_a_line() {
        assert_eq!(span(840, 180), "14:00–17:00");
        assert_eq!(span(1_380, 180), "ab 23:00");
    }
}
