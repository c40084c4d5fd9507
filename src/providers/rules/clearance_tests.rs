use super::*;
use proptest::prelude::*;
use time::Duration;
use time::macros::date;

const TODAY: Date = date!(2026 - 11 - 23);
const ESCORT: Restrictions = Restrictions {
    escort: true,
    not_alone: false,
    no_devices: false,
};

fn decision(first: Date, last: Date, restrictions: Restrictions) -> Decision {
    Decision {
        outcome: outcome_of(restrictions),
        scope: Scope::All,
        first,
        last,
        restrictions,
    }
}

fn fields(
    decision: &Decision,
    runs_until: Option<Date>,
    source: Option<Source>,
) -> Vec<&'static str> {
    decision_problems(decision, runs_until, source, TODAY)
        .into_iter()
        .map(|(field, _)| field)
        .collect()
}

#[test]
fn warnings_begin_exactly_at_ninety_thirty_and_seven_days() {
    let at = |days: i64| warning(TODAY + Duration::days(days), TODAY);
    assert_eq!(at(91), None);
    assert_eq!(at(90), Some((Urgency::Early, 90)));
    assert_eq!(at(31), Some((Urgency::Early, 31)));
    assert_eq!(at(30), Some((Urgency::Soon, 30)));
    assert_eq!(at(8), Some((Urgency::Soon, 8)));
    assert_eq!(at(7), Some((Urgency::Now, 7)));
    assert_eq!(at(0), Some((Urgency::Now, 0)));
    assert_eq!(at(-1), None);
}

#[test]
fn what_is_shown_follows_state_and_day() {
    let days =
        |first: i64, last: i64| Some((TODAY + Duration::days(first), TODAY + Duration::days(last)));
    for (state, validity, expected) in [
        (State::Requested, None, Shown::Requested),
        (State::Granted, days(0, 0), Shown::Valid),
        (State::Granted, days(1, 9), Shown::Future),
        (State::Granted, days(-9, -1), Shown::Expired),
        (State::Granted, None, Shown::Expired),
        (State::Declined, None, Shown::Declined),
        (State::Withdrawn, days(0, 9), Shown::Withdrawn),
    ] {
        assert_eq!(shown(state, validity, TODAY), expected);
    }
}

#[test]
fn validity_is_ahead_in_order_and_at_most_two_years() {
    let free = Restrictions::default();
    let of = |first, last| fields(&decision(first, last, free), None, None);
    assert_eq!(of(TODAY, TODAY), Vec::<&str>::new());
    assert_eq!(of(date!(2026 - 11 - 22), TODAY), ["first_day"]);
    assert_eq!(
        of(date!(2026 - 12 - 02), date!(2026 - 12 - 01)),
        ["last_day"]
    );
    assert_eq!(of(TODAY, date!(2028 - 11 - 22)), Vec::<&str>::new());
    assert_eq!(of(TODAY, date!(2028 - 11 - 23)), ["last_day"]);
    assert_eq!(
        of(date!(2030 - 01 - 01), date!(2030 - 02 - 01)),
        ["first_day"]
    );
    // Two years from a 29th of February end with the 28th.
    assert_eq!(
        longest_last_day(date!(2028 - 02 - 29)),
        date!(2030 - 02 - 28)
    );
}

#[test]
fn a_renewal_begins_after_the_old_one_and_not_before() {
    let until = Some(date!(2026 - 12 - 31));
    let free = Restrictions::default();
    let of = |first| fields(&decision(first, date!(2027 - 12 - 31), free), until, None);
    assert_eq!(of(date!(2026 - 12 - 31)), ["first_day"]);
    assert_eq!(of(date!(2027 - 01 - 01)), Vec::<&str>::new());
}

#[test]
fn result_and_restrictions_agree() {
    let mut wrong = decision(TODAY, TODAY, ESCORT);
    wrong.outcome = Outcome::Clear;
    assert_eq!(fields(&wrong, None, None), ["result"]);
    let mut wrong = decision(TODAY, TODAY, Restrictions::default());
    wrong.outcome = Outcome::Conditions;
    assert_eq!(fields(&wrong, None, None), ["restriction"]);
}

#[test]
fn the_consent_is_neither_of_tomorrow_nor_stale() {
    assert_eq!(consent_problem(TODAY, TODAY), None);
    assert!(consent_problem(date!(2026 - 11 - 24), TODAY).is_some());
    assert_eq!(consent_problem(date!(2024 - 11 - 23), TODAY), None);
    assert!(consent_problem(date!(2024 - 11 - 22), TODAY).is_some());
}

#[test]
fn restrictions_have_words() {
    assert_eq!(Restrictions::default().line(), "keine");
    let all = Restrictions {
        escort: true,
        not_alone: true,
        no_devices: true,
    };
    assert_eq!(
        all.line(),
        "nur in Begleitung, keine Gruppensitzung allein, keine Geräte"
    );
}

fn restrictions() -> impl Strategy<Value = Restrictions> {
    (any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(escort, not_alone, no_devices)| {
        Restrictions {
            escort,
            not_alone,
            no_devices,
        }
    })
}

fn steps() -> impl Strategy<Value = Vec<(Step, bool, bool)>> {
    let step = prop_oneof![Just(Step::Grant), Just(Step::Decline), Just(Step::Withdraw)];
    proptest::collection::vec((step, any::<bool>(), any::<bool>()), 0..12)
}

proptest! {
    /// Over all sequences of steps: granted only by another person out of a request, never again after an end, and
    /// final states stay.
    #[test]
    fn no_sequence_of_steps_lets_in_who_must_stay_out(steps in steps()) {
        let mut state = State::Requested;
        let mut ended = false;
        for (step, same_person, over) in steps {
            let before = state;
            match next(state, step, same_person, over) {
                Ok(after) => {
                    prop_assert!(!ended, "a final state changed");
                    prop_assert_ne!(before, after);
                    if after == State::Granted {
                        prop_assert_eq!((before, step, same_person), (State::Requested, Step::Grant, false));
                    }
                    if after == State::Declined {
                        prop_assert_eq!((before, step, same_person), (State::Requested, Step::Decline, false));
                    }
                    prop_assert_ne!(after, State::Requested);
                    state = after;
                }
                Err(_) => prop_assert_eq!(before, state),
            }
            ended |= matches!(state, State::Declined | State::Withdrawn);
        }
    }

    /// What is accepted from another facility is never longer, laxer or wider than the original.
    #[test]
    fn accepting_never_widens(
        length in 0i64..900, source_length in 0i64..900, own in restrictions(), theirs in restrictions(),
        scope in 0usize..3, source_scope in 0usize..3,
    ) {
        let mut asked = decision(TODAY, TODAY + Duration::days(length), own);
        asked.scope = Scope::ALL[scope];
        let source = Source {
            last: TODAY + Duration::days(source_length),
            scope: Scope::ALL[source_scope],
            restrictions: theirs,
        };
        let allowed = decision_problems(&asked, None, Some(source), TODAY).is_empty();
        if allowed {
            prop_assert!(asked.last <= source.last);
            prop_assert_eq!(own.and(theirs), own);
            prop_assert!(source.scope == Scope::All || source.scope == asked.scope);
        }
        // And what is no wider is allowed.
        asked.restrictions = own.and(theirs);
        asked.outcome = outcome_of(asked.restrictions);
        asked.scope = source.scope;
        asked.last = asked.last.min(source.last).min(longest_last_day(TODAY));
        prop_assert!(decision_problems(&asked, None, Some(source), TODAY).is_empty());
    }
}
