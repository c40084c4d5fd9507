//! What a grant may become, when it is valid, and which periods may be asked for. Pure.

use std::fmt;
use std::str::FromStr;

use time::{Date, Duration, Month};

use crate::base::german;
use crate::base::ids::AccountId;

/// Days before its end from which on a grant is marked.
pub const ENDING_DAYS: i64 = 30;
/// The longest grant in years.
pub const LONGEST_YEARS: i32 = 3;

/// What was decided about a grant, as stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Asked for; opens nothing.
    Requested,
    /// Approved by a second person.
    Active,
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
    pub const ALL: [State; 4] = [
        State::Requested,
        State::Active,
        State::Declined,
        State::Revoked,
    ];

    /// The code in the database.
    pub fn code(self) -> &'static str {
        match self {
            State::Requested => "requested",
            State::Active => "active",
            State::Declined => "declined",
            State::Revoked => "revoked",
        }
    }

    /// The word in the history.
    pub fn label(self) -> &'static str {
        match self {
            State::Requested => "beantragt",
            State::Active => "genehmigt",
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
    /// Its last day is over, approved or not.
    Expired,
    /// Refused.
    Declined,
    /// Withdrawn.
    Revoked,
}

impl Shown {
    /// Every word, in the order of a filter.
    pub const ALL: [Shown; 6] = [
        Shown::Requested,
        Shown::Valid,
        Shown::Future,
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
        State::Requested | State::Active if last < today => Shown::Expired,
        State::Requested => Shown::Requested,
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
}

/// What a decision depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decidable {
    /// Where the grant stands.
    pub state: State,
    /// The account that asked for it.
    pub requested_by: AccountId,
    /// Its last day.
    pub last: Date,
}

/// Why a decision is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The same account asked for it: two people must look at it.
    FourEyes,
    /// Its last day is over.
    Over,
    /// It stands where this decision is not possible (any more).
    NotPossible(State),
}

/// Where a grant stands after a decision. The one place that knows the transitions:
/// requested → active or declined, requested or active → revoked; declined and revoked are final.
///
/// # Errors
/// [`Refusal`]; then nothing changes.
pub fn next(grant: &Decidable, step: Step, by: AccountId, today: Date) -> Result<State, Refusal> {
    match (grant.state, step) {
        (State::Requested, Step::Approve) if by == grant.requested_by => Err(Refusal::FourEyes),
        (State::Requested, Step::Approve) if grant.last < today => Err(Refusal::Over),
        (State::Requested, Step::Approve) => Ok(State::Active),
        (State::Requested, Step::Decline) => Ok(State::Declined),
        (State::Requested | State::Active, Step::Revoke) => Ok(State::Revoked),
        (state, _) => Err(Refusal::NotPossible(state)),
    }
}

/// What is wrong with a period that is asked for: the form's field and the German sentence.
pub fn period_problem(first: Date, last: Date, today: Date) -> Option<(&'static str, String)> {
    if first < today {
        return Some((
            "first_day",
            format!(
                "Der erste Tag liegt in der Vergangenheit. Bitte frühestens den {} eingeben.",
                german::date(today)
            ),
        ));
    }
    if last < first {
        return Some((
            "last_day",
            format!(
                "Der letzte Tag liegt vor dem ersten. Bitte einen Tag ab dem {} eingeben.",
                german::date(first)
            ),
        ));
    }
    let longest = longest_last_day(first);
    (last > longest).then(|| {
        (
            "last_day",
            format!(
                "Eine Zugangsfreigabe gilt höchstens {LONGEST_YEARS} Jahre. Bitte spätestens den {} eingeben.",
                german::date(longest)
            ),
        )
    })
}

fn longest_last_day(first: Date) -> Date {
    let year = first.year() + LONGEST_YEARS;
    // Only the 29th of February may be missing in the later year.
    first
        .replace_year(year)
        .or_else(|_| Date::from_calendar_date(year, Month::March, 1))
        .ok()
        .and_then(Date::previous_day)
        .unwrap_or(Date::MAX)
}

/// The last day that periods (first and last day, both included) cover without a gap from a day on; `None` if they do
/// not cover that day.
pub fn covered_until(periods: impl IntoIterator<Item = (Date, Date)>, from: Date) -> Option<Date> {
    let mut periods: Vec<(Date, Date)> = periods
        .into_iter()
        .filter(|(first, last)| first <= last)
        .collect();
    periods.sort();
    let mut until: Option<Date> = None;
    for (first, last) in periods {
        // Before anything is covered, the period must reach `from`; afterwards, the day after.
        let needed = match until {
            None => from,
            Some(covered) => covered.next_day().unwrap_or(covered),
        };
        if first > needed {
            break;
        }
        if last >= needed {
            until = Some(last);
        }
    }
    until
}

/// The last day of a validity that is stored with the day after it; far away if there is no end.
pub fn last_valid_day(day_after: Option<Date>) -> Date {
    day_after.map_or(Date::MAX, |day| day.saturating_sub(Duration::DAY))
}

/// Whether an organisation takes part in a programme over a whole period; the German sentence if it does not.
pub fn part_problem(
    provider: &str,
    programme: &str,
    parts: impl IntoIterator<Item = (Date, Date)>,
    first: Date,
    last: Date,
) -> Option<String> {
    match covered_until(parts, first) {
        None => Some(format!(
            "{provider} wirkt am {} an der Maßnahme „{programme}“ nicht mit. Bitte Maßnahme oder Zeitraum ändern.",
            german::date(first)
        )),
        Some(until) if until < last => Some(format!(
            "{provider} wirkt an der Maßnahme „{programme}“ nur bis zum {} mit. Bitte den Zeitraum dort enden lassen.",
            german::date(until)
        )),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;
    use time::macros::date;
    use uuid::Uuid;

    const TODAY: Date = date!(2026 - 11 - 24);

    fn account(number: u8) -> AccountId {
        AccountId(Uuid::from_u128(u128::from(number)))
    }

    #[test]
    fn a_grant_is_valid_from_its_first_to_its_last_day() {
        let (first, last) = (date!(2026 - 11 - 24), date!(2026 - 11 - 30));
        assert!(!valid_on(State::Active, first, last, date!(2026 - 11 - 23)));
        assert!(valid_on(State::Active, first, last, first));
        assert!(valid_on(State::Active, first, last, last));
        assert!(!valid_on(State::Active, first, last, date!(2026 - 12 - 01)));
        for state in [State::Requested, State::Declined, State::Revoked] {
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
    fn periods_are_not_in_the_past_not_reversed_and_at_most_three_years() {
        let field = |first, last| period_problem(first, last, TODAY).map(|(field, _)| field);
        assert_eq!(field(TODAY, TODAY), None);
        assert_eq!(field(date!(2026 - 11 - 23), TODAY), Some("first_day"));
        assert_eq!(
            field(date!(2026 - 12 - 02), date!(2026 - 12 - 01)),
            Some("last_day")
        );
        assert_eq!(field(date!(2027 - 01 - 01), date!(2029 - 12 - 31)), None);
        assert_eq!(
            field(date!(2027 - 01 - 01), date!(2030 - 01 - 01)),
            Some("last_day")
        );
        // Three years from a 29th of February end with the 28th.
        assert_eq!(field(date!(2028 - 02 - 29), date!(2031 - 02 - 28)), None);
        assert_eq!(
            field(date!(2028 - 02 - 29), date!(2031 - 03 - 01)),
            Some("last_day")
        );
    }

    #[test]
    fn nobody_approves_what_they_asked_for_nor_what_is_over() {
        let grant = Decidable {
            state: State::Requested,
            requested_by: account(1),
            last: TODAY,
        };
        assert_eq!(
            next(&grant, Step::Approve, account(1), TODAY),
            Err(Refusal::FourEyes)
        );
        assert_eq!(
            next(&grant, Step::Approve, account(2), TODAY),
            Ok(State::Active)
        );
        assert_eq!(
            next(&grant, Step::Approve, account(2), date!(2026 - 11 - 25)),
            Err(Refusal::Over)
        );
        assert_eq!(
            next(&grant, Step::Revoke, account(1), TODAY),
            Ok(State::Revoked)
        );
    }

    #[test]
    fn coverage_ends_at_the_first_gap() {
        let from = date!(2026 - 03 - 01);
        let spring = (date!(2026 - 01 - 01), date!(2026 - 03 - 31));
        let summer = (date!(2026 - 04 - 01), date!(2026 - 06 - 30));
        let autumn = (date!(2026 - 07 - 02), date!(2026 - 09 - 30));
        assert_eq!(
            covered_until([autumn, summer, spring], from),
            Some(date!(2026 - 06 - 30))
        );
        assert_eq!(covered_until([summer, autumn], from), None);
        assert_eq!(covered_until([], from), None);
    }

    #[test]
    fn an_organisation_needs_a_part_in_the_programme_over_the_whole_period() {
        let problem = |parts: &[(Date, Date)]| {
            part_problem(
                "VPN",
                "AKT",
                parts.iter().copied(),
                date!(2026 - 12 - 01),
                date!(2027 - 01 - 31),
            )
        };
        assert_eq!(problem(&[(date!(2020 - 01 - 01), Date::MAX)]), None);
        assert!(problem(&[]).is_some_and(|text| text.contains("nicht mit")));
        let until_new_year = (date!(2020 - 01 - 01), date!(2026 - 12 - 31));
        assert!(
            problem(&[until_new_year]).is_some_and(|text| text.contains("nur bis zum 31.12.2026"))
        );
        assert_eq!(
            problem(&[
                (date!(2027 - 01 - 01), date!(2029 - 12 - 31)),
                until_new_year
            ]),
            None
        );
    }

    fn sequences() -> impl Strategy<Value = Vec<(Step, u8, i64)>> {
        let step = prop_oneof![Just(Step::Approve), Just(Step::Decline), Just(Step::Revoke)];
        proptest::collection::vec((step, 1u8..4, 0i64..4), 0..12)
    }

    proptest! {
        /// Over all sequences of decisions by anybody on any later day: open only after an approval by somebody else
        /// while the period lasts, never open again after an end, and final states stay.
        #[test]
        fn no_sequence_of_decisions_opens_what_must_stay_closed(steps in sequences()) {
            let mut grant = Decidable { state: State::Requested, requested_by: account(1), last: TODAY + Duration::days(4) };
            let mut approvals = 0;
            let mut day = TODAY;
            for (step, by, later) in steps {
                day += Duration::days(later);
                let before = grant.state;
                match next(&grant, step, account(by), day) {
                    Ok(after) => {
                        prop_assert_ne!(before, after);
                        prop_assert!(matches!(before, State::Requested | State::Active), "left the final state {:?}", before);
                        prop_assert_ne!(after, State::Requested);
                        if after == State::Active {
                            approvals += 1;
                            prop_assert!(step == Step::Approve && by != 1 && day <= grant.last);
                        }
                        grant.state = after;
                    }
                    Err(Refusal::FourEyes) => prop_assert!(by == 1 && step == Step::Approve),
                    Err(Refusal::Over) => prop_assert!(day > grant.last),
                    Err(Refusal::NotPossible(state)) => prop_assert_eq!(state, before),
                }
                // Whatever happened before, access can be taken away at once while there is any.
                if grant.state == State::Active {
                    prop_assert_eq!(next(&grant, Step::Revoke, account(by), day), Ok(State::Revoked));
                }
            }
            prop_assert!(approvals <= 1);
        }

        /// Coverage agrees with counting day by day.
        #[test]
        fn coverage_agrees_with_counting_days(periods in proptest::collection::vec((0i64..40, 0i64..12), 0..6), from in 0i64..40) {
            let day = |number: i64| TODAY + Duration::days(number);
            let days: BTreeSet<i64> = periods.iter().flat_map(|(first, length)| *first..=first + length).collect();
            let mut counted = None;
            let mut number = from;
            while days.contains(&number) {
                counted = Some(day(number));
                number += 1;
            }
            let spans = periods.iter().map(|(first, length)| (day(*first), day(first + length)));
            prop_assert_eq!(covered_until(spans, day(from)), counted);
        }
    }
}
