//! The quarterly confirmation: each active grant is confirmed or ended by two people; what nobody confirms in time is
//! suspended.

use time::{Date, Duration};

use crate::access::{Person, same_person};
use crate::base::codes::codes;

/// Days that a facility has for its list.
pub const CONFIRM_DAYS: i64 = 30;

codes! {
    /// Where a grant stands in a confirmation.
    ItemState {
        /// Nobody looked at it yet.
        Open "open" "offen",
        /// One person proposed what to do.
        Proposed "proposed" "vorgeschlagen",
        /// Two people say that it is still needed.
        Confirmed "confirmed" "bestätigt",
        /// Two people say that it is not needed any more.
        Ended "ended" "beendet",
        /// Nobody confirmed it in time.
        Suspended "suspended" "nicht bestätigt",
        /// It ended by itself meanwhile.
        Moot "moot" "erledigt",
    }
}

codes! {
    /// What the first person proposes.
    Proposal {
        /// It is still needed.
        Confirm "confirm" "bestätigen",
        /// It is not needed any more.
        End "end" "beenden",
    }
}

/// What the second person says to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// "Zustimmen"
    Agree,
    /// "Zurückgeben"
    Return,
}

/// Why an answer does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemRefusal {
    /// The same person proposed it, with this account or another one.
    FourEyes,
    /// Nothing is proposed (any more).
    NotPossible,
}

/// The last day on which a list that was opened on a day can be confirmed in time.
pub fn due_day(opened: Date) -> Date {
    opened.saturating_add(Duration::days(CONFIRM_DAYS))
}

/// Whether something can be proposed. What was suspended can be confirmed late.
pub fn may_propose(state: ItemState) -> bool {
    matches!(state, ItemState::Open | ItemState::Suspended)
}

/// Where a grant stands after the second person's answer. `suspended`: it was suspended meanwhile because nobody
/// confirmed it.
///
/// # Errors
/// [`ItemRefusal`]; then nothing changes.
pub fn answered(
    state: ItemState,
    proposal: Proposal,
    answer: Answer,
    proposed_by: Person,
    by: Person,
    suspended: bool,
) -> Result<ItemState, ItemRefusal> {
    match (state, answer, proposal) {
        (ItemState::Proposed, Answer::Return, _) if suspended => Ok(ItemState::Suspended),
        // Whoever proposed may take it back.
        (ItemState::Proposed, Answer::Return, _) => Ok(ItemState::Open),
        (ItemState::Proposed, Answer::Agree, _) if same_person(proposed_by, by) => {
            Err(ItemRefusal::FourEyes)
        }
        (ItemState::Proposed, Answer::Agree, Proposal::Confirm) => Ok(ItemState::Confirmed),
        (ItemState::Proposed, Answer::Agree, Proposal::End) => Ok(ItemState::Ended),
        _ => Err(ItemRefusal::NotPossible),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::AccountId;
    use time::macros::date;
    use uuid::Uuid;

    #[test]
    fn thirty_days_and_not_one_less() {
        let due = due_day(date!(2026 - 10 - 01));
        assert_eq!(due, date!(2026 - 10 - 31));
    }

    #[test]
    fn two_people_confirm_or_end() {
        let account = |number: u128| AccountId(Uuid::from_u128(number));
        let (one, two) = (Person::of(account(1), None), Person::of(account(2), None));
        let second_account_of_one = Person::of(account(3), Some(account(1)));
        let agree = |state, proposal, by| answered(state, proposal, Answer::Agree, one, by, false);
        assert_eq!(
            agree(ItemState::Proposed, Proposal::Confirm, two),
            Ok(ItemState::Confirmed)
        );
        assert_eq!(
            agree(ItemState::Proposed, Proposal::End, two),
            Ok(ItemState::Ended)
        );
        for by in [one, second_account_of_one] {
            assert_eq!(
                agree(ItemState::Proposed, Proposal::Confirm, by),
                Err(ItemRefusal::FourEyes)
            );
        }
        for state in ItemState::ALL.iter().copied() {
            if state != ItemState::Proposed {
                assert_eq!(
                    agree(state, Proposal::Confirm, two),
                    Err(ItemRefusal::NotPossible)
                );
            }
        }
        let back = |suspended| {
            answered(
                ItemState::Proposed,
                Proposal::End,
                Answer::Return,
                one,
                one,
                suspended,
            )
        };
        assert_eq!(back(false), Ok(ItemState::Open));
        assert_eq!(back(true), Ok(ItemState::Suspended));
    }
}
