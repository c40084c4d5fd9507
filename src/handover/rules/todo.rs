//! What is to be done about a hand-over, by which side, until when. Pure.

use time::{Date, Duration};

use super::{Kind, LONG_AGO, Side, State, coaching_end, effective};
use crate::base::german;

/// Days before a release from which it is reminded of.
pub const BEFORE_RELEASE: i64 = 28;
/// Days after a release in which the first contact should be.
pub const FIRST_CONTACT: i64 = 5;
/// Days before the last one from which an offer without an answer is reminded of to who made it.
const SOON: i64 = 3;
/// Days for which an offer that came to nothing is reminded of.
const REMEMBER: i64 = 28;

/// What is known of a hand-over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// The recorded state.
    pub state: State,
    /// To whom.
    pub kind: Kind,
    /// Transfer or release.
    pub moves_on: Date,
    /// Last day of the offer.
    pub expires_on: Date,
    /// Begin of transition management.
    pub transition_from: Option<Date>,
    /// Months of coaching.
    pub coaching_months: i64,
    /// When the participations went along.
    pub moved_on: Option<Date>,
    /// First contact of the receiving side.
    pub contact_on: Option<Date>,
    /// Whether a case of it is in transition, or further.
    pub in_transition: bool,
    /// Whether stabilisation coaching runs.
    pub coaching_runs: bool,
}

impl Facts {
    /// Whether another prison accepted it, and nobody was moved there yet.
    pub fn pending(&self) -> bool {
        self.state == State::Accepted && self.kind == Kind::Prison && self.moved_on.is_none()
    }
}

/// What is to be done, with its day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Until when.
    pub due: Date,
    /// What.
    pub text: String,
}

fn task(due: Date, text: impl Into<String>) -> Task {
    Task {
        due,
        text: text.into(),
    }
}

/// The day on which a release is to be prepared.
pub fn prepare_on(release: Date) -> Date {
    release - Duration::days(BEFORE_RELEASE)
}

/// What a side has to do about a hand-over on a day, the earliest first.
pub fn tasks(facts: &Facts, side: Side, today: Date) -> Vec<Task> {
    let mut found = Vec::new();
    let state = effective(facts.state, today, facts.expires_on);
    let release = facts.kind == Kind::Probation;
    let within = |from: Date, days: i64| (0..=days).contains(&(today - from).whole_days());
    match (side, state) {
        (Side::Receiving, State::Offered) => {
            found.push(task(facts.expires_on, "Übergabe annehmen oder ablehnen"));
        }
        (Side::Giving, State::Offered) if (facts.expires_on - today).whole_days() <= SOON => {
            found.push(task(
                facts.expires_on,
                "Übergabe ist noch nicht beantwortet",
            ));
        }
        (Side::Giving, State::Declined | State::Expired)
            if within(facts.expires_on.min(today), REMEMBER) =>
        {
            found.push(task(
                facts.moves_on,
                format!("Übergabe ist {}: bitte neu klären", state.label()),
            ));
        }
        (Side::Giving, State::Accepted) if release && today <= facts.moves_on => {
            if let Some(from) = facts
                .transition_from
                .filter(|from| !facts.in_transition && within(*from - Duration::days(7), FAR))
            {
                found.push(task(from, "Übergangsmanagement beginnt"));
            }
            if today >= prepare_on(facts.moves_on) {
                found.push(task(facts.moves_on, "Entlassung steht bevor"));
            }
        }
        (Side::Giving, State::Accepted)
            if facts.pending() && within(facts.moves_on + Duration::days(1), LONG_AGO) =>
        {
            found.push(task(
                facts.moves_on,
                "Verlegung ist nicht erfolgt: Übergabe zurückziehen oder Verlegung eintragen",
            ));
        }
        // Nobody came, so nobody is to be met.
        (Side::Receiving, State::Accepted) if facts.pending() => {}
        (Side::Receiving, State::Accepted) => {
            if today < facts.moves_on {
                if release && today >= prepare_on(facts.moves_on) {
                    found.push(task(
                        facts.moves_on,
                        "Entlassung steht bevor: ersten Kontakt vorbereiten",
                    ));
                }
            } else if facts.contact_on.is_none() {
                let due = facts.moves_on + Duration::days(FIRST_CONTACT);
                let what = if release {
                    "der Entlassung"
                } else {
                    "der Verlegung"
                };
                found.push(task(
                    due,
                    format!("Erster Kontakt in den ersten fünf Tagen nach {what}"),
                ));
            } else if facts.coaching_months > 0 && facts.coaching_runs {
                let end = coaching_end(
                    facts.contact_on.unwrap_or(facts.moves_on),
                    facts.coaching_months,
                );
                if today >= prepare_on(end) {
                    found.push(task(
                        end,
                        format!(
                            "Stabilisierungscoaching endet am {}: abschließen",
                            german::date(end)
                        ),
                    ));
                }
            }
        }
        _ => {}
    }
    found.sort_by_key(|task| task.due);
    found
}

/// Long enough for whatever has no end of its own.
const FAR: i64 = 3_650;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;

    const TODAY: Date = date!(2026 - 11 - 23);

    fn facts(state: State) -> Facts {
        Facts {
            state,
            kind: Kind::Probation,
            moves_on: date!(2027 - 02 - 01),
            expires_on: date!(2026 - 12 - 07),
            transition_from: Some(date!(2026 - 12 - 15)),
            coaching_months: 6,
            moved_on: None,
            contact_on: None,
            in_transition: false,
            coaching_runs: false,
        }
    }

    fn texts(facts: &Facts, side: Side, today: Date) -> Vec<(Date, String)> {
        tasks(facts, side, today)
            .into_iter()
            .map(|task| (task.due, task.text))
            .collect()
    }

    #[test]
    fn each_day_has_its_reminder() {
        let offered = facts(State::Offered);
        assert_eq!(
            texts(&offered, Side::Receiving, TODAY),
            [(
                date!(2026 - 12 - 07),
                "Übergabe annehmen oder ablehnen".to_owned()
            )]
        );
        assert!(tasks(&offered, Side::Giving, TODAY).is_empty());
        assert_eq!(
            tasks(&offered, Side::Giving, date!(2026 - 12 - 05)).len(),
            1
        );
        // Nobody answered: it is over for the one, and has to be settled by the other.
        let late = date!(2026 - 12 - 10);
        assert!(tasks(&offered, Side::Receiving, late).is_empty());
        assert!(
            texts(&offered, Side::Giving, late)[0]
                .1
                .contains("abgelaufen")
        );

        let accepted = facts(State::Accepted);
        assert!(tasks(&accepted, Side::Giving, TODAY).is_empty());
        assert_eq!(
            texts(&accepted, Side::Giving, date!(2026 - 12 - 10)),
            [(
                date!(2026 - 12 - 15),
                "Übergangsmanagement beginnt".to_owned()
            )]
        );
        let begun = Facts {
            in_transition: true,
            ..accepted
        };
        assert!(tasks(&begun, Side::Giving, date!(2026 - 12 - 20)).is_empty());
        assert_eq!(
            texts(&begun, Side::Giving, date!(2027 - 01 - 10))[0].1,
            "Entlassung steht bevor"
        );
        assert_eq!(
            tasks(&accepted, Side::Receiving, date!(2027 - 01 - 10))[0].due,
            date!(2027 - 02 - 01)
        );
        // The first five days, and longer until somebody did it.
        for day in [date!(2027 - 02 - 01), date!(2027 - 03 - 01)] {
            let found = tasks(&accepted, Side::Receiving, day);
            assert_eq!(found[0].due, date!(2027 - 02 - 06));
            assert!(found[0].text.contains("ersten fünf Tagen"));
        }
        let coaching = Facts {
            contact_on: Some(date!(2027 - 02 - 03)),
            coaching_runs: true,
            ..accepted
        };
        assert!(tasks(&coaching, Side::Receiving, date!(2027 - 06 - 01)).is_empty());
        assert_eq!(
            tasks(&coaching, Side::Receiving, date!(2027 - 07 - 10))[0].due,
            date!(2027 - 08 - 03)
        );
    }

    #[test]
    fn a_transfer_that_does_not_come_about_is_told_of_to_who_gave() {
        let waiting = Facts {
            kind: Kind::Prison,
            transition_from: None,
            coaching_months: 0,
            moves_on: date!(2026 - 11 - 25),
            ..facts(State::Accepted)
        };
        for (day, told) in [
            (date!(2026 - 11 - 25), false),
            (date!(2026 - 11 - 26), true),
            (date!(2026 - 12 - 24), true),
            (date!(2026 - 12 - 25), false),
        ] {
            let found = texts(&waiting, Side::Giving, day);
            assert_eq!(
                found.iter().any(|task| task.1.contains("nicht erfolgt")),
                told,
                "{day}"
            );
            assert!(tasks(&waiting, Side::Receiving, day).is_empty());
        }
        let moved = Facts {
            moved_on: Some(date!(2026 - 11 - 25)),
            ..waiting
        };
        assert!(tasks(&moved, Side::Giving, date!(2026 - 11 - 26)).is_empty());
        assert!(
            texts(&moved, Side::Receiving, date!(2026 - 11 - 26))[0]
                .1
                .contains("nach der Verlegung")
        );
    }

    proptest! {
        #[test]
        fn nothing_is_to_be_done_about_what_was_taken_back(
            days in -400i64..400, giving: bool, state in prop::sample::select(State::ALL),
        ) {
            let today = TODAY + Duration::days(days);
            let side = if giving { Side::Giving } else { Side::Receiving };
            let found = tasks(&facts(state), side, today);
            let counts = effective(state, today, facts(state).expires_on);
            if counts == State::Revoked { prop_assert!(found.is_empty()); }
            // Who did not accept has nothing left to do.
            if side == Side::Receiving && !matches!(counts, State::Offered | State::Accepted) { prop_assert!(found.is_empty()); }
            prop_assert!(found.windows(2).all(|pair| pair[0].due <= pair[1].due));
        }
    }
}
