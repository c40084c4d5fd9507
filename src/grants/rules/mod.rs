//! What a grant may become and when it is valid; in files of their own: which periods may be asked for, what an
//! approval is bound to, the calendar, the quarterly confirmation. Pure.

mod approval;
mod calendar;
mod confirmation;
mod period;

pub use approval::{ClearancePeriod, Facts, NoClearance, clearance_for};
pub use calendar::{Line, MONTHS, MonthSpan, in_month, months};
pub use confirmation::{
    Answer, CONFIRM_DAYS, ItemRefusal, ItemState, Proposal, answered, due_day, may_propose,
};
pub use period::{
    LONGEST_YEARS, covered_until, last_valid_day, part_problem, period_problem, renewal_problem,
};

use std::fmt;
use std::str::FromStr;

use time::Date;

use crate::access::{Person, same_person};

/// Days before its end from which on a grant is marked.
pub const ENDING_DAYS: i64 = 30;
/// Days before its end from which on a grant may be renewed in bulk.
pub const RENEWAL_DAYS: i64 = 90;

/// What was decided about a grant, as stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Asked for; opens nothing.
    Requested,
    /// Approved by a second person.
    Active,
    /// Closed at once by a stop, or because its clearance or its confirmation is missing; may be resumed.
    Suspended,
    /// Refused. Final.
    Declined,
    /// Withdrawn before or after the approval. Final.
    Revoked,
}

/// A state's code that does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown state of a grant")]
pub struct UnknownState;

impl State {
    /// Every state.
    pub const ALL: [State; 5] = [
        State::Requested,
        State::Active,
        State::Suspended,
        State::Declined,
        State::Revoked,
    ];

    /// The code in the database.
    pub fn code(self) -> &'static str {
        match self {
            State::Requested => "requested",
            State::Active => "active",
            State::Suspended => "suspended",
            State::Declined => "declined",
            State::Revoked => "revoked",
        }
    }

    /// The word in the history.
    pub fn label(self) -> &'static str {
        match self {
            State::Requested => "beantragt",
            State::Active => "genehmigt",
            State::Suspended => "gesperrt",
            State::Declined => "abgelehnt",
            State::Revoked => "widerrufen",
        }
    }
}

impl FromStr for State {
    type Err = UnknownState;
    fn from_str(code: &str) -> Result<Self, UnknownState> {
        State::ALL
            .into_iter()
            .find(|state| state.code() == code)
            .ok_or(UnknownState)
    }
}

/// What the screens say of a grant on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// Waits for a decision.
    Requested,
    /// Opens its facility today.
    Valid,
    /// Approved, but begins later.
    Future,
    /// Closed for now.
    Suspended,
    /// Its last day is over, approved or not.
    Expired,
    /// Refused.
    Declined,
    /// Withdrawn.
    Revoked,
}

impl Shown {
    /// Every word, in the order of a filter.
    pub const ALL: [Shown; 7] = [
        Shown::Requested,
        Shown::Valid,
        Shown::Future,
        Shown::Suspended,
        Shown::Expired,
        Shown::Declined,
        Shown::Revoked,
    ];

    /// The value in the address of a filtered list, and the word on the screen.
    pub fn word(self) -> &'static str {
        match self {
            Shown::Requested => "beantragt",
            Shown::Valid => "gültig",
            Shown::Future => "künftig",
            Shown::Suspended => "gesperrt",
            Shown::Expired => "abgelaufen",
            Shown::Declined => "abgelehnt",
            Shown::Revoked => "widerrufen",
        }
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What the screens say of a grant today.
pub fn shown(state: State, first: Date, last: Date, today: Date) -> Shown {
    match state {
        State::Declined => Shown::Declined,
        State::Revoked => Shown::Revoked,
        State::Requested | State::Active | State::Suspended if last < today => Shown::Expired,
        State::Requested => Shown::Requested,
        State::Suspended => Shown::Suspended,
        State::Active if first > today => Shown::Future,
        State::Active => Shown::Valid,
    }
}

/// Whether a grant opens its facility on a day. Days are civil days in Berlin, so it ends at 24:00 there.
pub fn valid_on(state: State, first: Date, last: Date, day: Date) -> bool {
    state == State::Active && first <= day && day <= last
}

/// Whether the end of a valid grant is near enough to be marked; carries the days that are left (0: today is the
/// last one).
pub fn ends_within(shown: Shown, last: Date, today: Date) -> Option<i64> {
    let left = (last - today).whole_days();
    (shown == Shown::Valid && left <= ENDING_DAYS).then_some(left)
}

/// A decision about a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// "Genehmigen"
    Approve,
    /// "Ablehnen"
    Decline,
    /// "Widerrufen"
    Revoke,
    /// A stop, or a missing clearance or confirmation
    Suspend,
    /// The stop was lifted, or what was missing is there
    Resume,
}

/// What a decision depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decidable {
    /// Where the grant stands.
    pub state: State,
    /// Whether it was approved at some time.
    pub approved: bool,
    /// Who asked for it.
    pub requested_by: Person,
    /// Its last day.
    pub last: Date,
}

/// Why a decision is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The same person asked for it, with this account or another one: two people must look at it.
    FourEyes,
    /// Its last day is over.
    Over,
    /// It stands where this decision is not possible (any more).
    NotPossible(State),
}

/// Where a grant stands after a step. The one place that knows the transitions: requested → active or declined;
/// requested and active → suspended and back to where it came from; requested, active and suspended → revoked; declined
/// and revoked are final, and what is over by its date never opens again.
///
/// # Errors
/// [`Refusal`]; then nothing changes.
pub fn next(grant: &Decidable, step: Step, by: Person, today: Date) -> Result<State, Refusal> {
    let over = grant.last < today;
    match (grant.state, step) {
        (State::Requested, Step::Approve) if same_person(by, grant.requested_by) => {
            Err(Refusal::FourEyes)
        }
        (State::Requested, Step::Approve)
        | (State::Requested | State::Active, Step::Suspend)
        | (State::Suspended, Step::Resume)
            if over =>
        {
            Err(Refusal::Over)
        }
        (State::Requested, Step::Approve) => Ok(State::Active),
        (State::Requested, Step::Decline) => Ok(State::Declined),
        (State::Requested | State::Active | State::Suspended, Step::Revoke) => Ok(State::Revoked),
        (State::Requested | State::Active, Step::Suspend) => Ok(State::Suspended),
        (State::Suspended, Step::Resume) if grant.approved => Ok(State::Active),
        (State::Suspended, Step::Resume) => Ok(State::Requested),
        (state, _) => Err(Refusal::NotPossible(state)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::AccountId;
    use proptest::prelude::*;
    use time::Duration;
    use time::macros::date;
    use uuid::Uuid;

    const TODAY: Date = date!(2026 - 11 - 24);

    fn person(number: u8) -> Person {
        Person::of(AccountId(Uuid::from_u128(u128::from(number))), None)
    }

    #[test]
    fn a_grant_is_valid_from_its_first_to_its_last_day() {
        let (first, last) = (date!(2026 - 11 - 24), date!(2026 - 11 - 30));
        assert!(!valid_on(State::Active, first, last, date!(2026 - 11 - 23)));
        assert!(valid_on(State::Active, first, last, first));
        assert!(valid_on(State::Active, first, last, last));
        assert!(!valid_on(State::Active, first, last, date!(2026 - 12 - 01)));
        for state in [
            State::Requested,
            State::Suspended,
            State::Declined,
            State::Revoked,
        ] {
            assert!(!valid_on(state, first, last, first), "{state:?}");
        }
    }

    #[test]
    fn what_is_shown_follows_state_and_day() {
        let (yesterday, tomorrow) = (date!(2026 - 11 - 23), date!(2026 - 11 - 25));
        for (state, first, last, expected) in [
            (State::Requested, TODAY, tomorrow, Shown::Requested),
            (State::Requested, yesterday, yesterday, Shown::Expired),
            (State::Active, TODAY, TODAY, Shown::Valid),
            (State::Active, tomorrow, tomorrow, Shown::Future),
            (State::Active, yesterday, yesterday, Shown::Expired),
            (State::Declined, yesterday, yesterday, Shown::Declined),
            (State::Revoked, TODAY, tomorrow, Shown::Revoked),
            (State::Suspended, TODAY, tomorrow, Shown::Suspended),
            (State::Suspended, yesterday, yesterday, Shown::Expired),
        ] {
            assert_eq!(
                shown(state, first, last, TODAY),
                expected,
                "{state:?} {first} {last}"
            );
            assert_eq!(
                shown(state, first, last, TODAY) == Shown::Valid,
                valid_on(state, first, last, TODAY)
            );
        }
    }

    #[test]
    fn the_end_is_marked_thirty_days_before_and_only_for_valid_grants() {
        assert_eq!(ends_within(Shown::Valid, TODAY, TODAY), Some(0));
        assert_eq!(
            ends_within(Shown::Valid, date!(2026 - 12 - 24), TODAY),
            Some(30)
        );
        assert_eq!(
            ends_within(Shown::Valid, date!(2026 - 12 - 25), TODAY),
            None
        );
        assert_eq!(
            ends_within(Shown::Future, date!(2026 - 12 - 01), TODAY),
            None
        );
    }

    #[test]
    fn nobody_approves_what_they_asked_for_nor_what_is_over() {
        let grant = Decidable {
            state: State::Requested,
            approved: false,
            requested_by: person(1),
            last: TODAY,
        };
        assert_eq!(
            next(&grant, Step::Approve, person(1), TODAY),
            Err(Refusal::FourEyes)
        );
        assert_eq!(
            next(&grant, Step::Approve, person(2), TODAY),
            Ok(State::Active)
        );
        assert_eq!(
            next(&grant, Step::Approve, person(2), date!(2026 - 11 - 25)),
            Err(Refusal::Over)
        );
        assert_eq!(
            next(&grant, Step::Revoke, person(1), TODAY),
            Ok(State::Revoked)
        );
    }

    fn sequences() -> impl Strategy<Value = Vec<(Step, u8, i64)>> {
        let step = prop_oneof![
            Just(Step::Approve),
            Just(Step::Decline),
            Just(Step::Revoke),
            Just(Step::Suspend),
            Just(Step::Resume)
        ];
        proptest::collection::vec((step, 1u8..4, 0i64..3), 0..16)
    }

    proptest! {
        /// Over all sequences of steps by anybody on any later day: open only after an approval by somebody else while
        /// the period lasts, suspended goes back only to where it came from, never open again after an end, and final
        /// states stay.
        #[test]
        fn no_sequence_of_steps_opens_what_must_stay_closed(steps in sequences()) {
            let mut grant = Decidable {
                state: State::Requested,
                approved: false,
                requested_by: person(1),
                last: TODAY + Duration::days(4),
            };
            let (mut approvals, mut day, mut before_stop) = (0, TODAY, State::Requested);
            for (step, by, later) in steps {
                day += Duration::days(later);
                let before = grant.state;
                match next(&grant, step, person(by), day) {
                    Ok(after) => {
                        prop_assert_ne!(before, after);
                        prop_assert!(
                            !matches!(before, State::Declined | State::Revoked),
                            "left the final state {:?}", before
                        );
                        match step {
                            Step::Approve => {
                                prop_assert!(by != 1 && day <= grant.last && before == State::Requested);
                                approvals += 1;
                                grant.approved = true;
                            }
                            Step::Suspend => before_stop = before,
                            Step::Resume => {
                                prop_assert!(day <= grant.last && before == State::Suspended);
                                prop_assert_eq!(after, before_stop);
                            }
                            Step::Decline => prop_assert_eq!(after, State::Declined),
                            Step::Revoke => prop_assert_eq!(after, State::Revoked),
                        }
                        if after == State::Active {
                            prop_assert!(grant.approved && day <= grant.last);
                        }
                        grant.state = after;
                    }
                    Err(Refusal::FourEyes) => prop_assert!(by == 1 && step == Step::Approve),
                    Err(Refusal::Over) => prop_assert!(day > grant.last && step != Step::Revoke),
                    Err(Refusal::NotPossible(state)) => prop_assert_eq!(state, before),
                }
                // Whatever happened before, access can be taken away at once while there is any, once.
                if matches!(grant.state, State::Active | State::Suspended) {
                    prop_assert_eq!(next(&grant, Step::Revoke, person(by), day), Ok(State::Revoked));
                    let revoked = Decidable { state: State::Revoked, ..grant };
                    for again in [Step::Approve, Step::Decline, Step::Revoke, Step::Suspend, Step::Resume] {
                        prop_assert_eq!(
                            next(&revoked, again, person(by), day),
                            Err(Refusal::NotPossible(State::Revoked))
                        );
                    }
                }
                // What is over by its date opens nothing, whatever it says.
                prop_assert!(day <= grant.last || !valid_on(grant.state, TODAY, grant.last, day));
            }
            prop_assert!(approvals <= 1);
        }
    }
}
