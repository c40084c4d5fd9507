//! Why somebody opens a person (section 32 paragraph 2 SächsDSUG): assigned people for their assignment, without a click;
//! everybody else for a purpose that was stated within the hour. And how many people somebody opens in an hour. Pure.

use std::collections::{HashMap, HashSet};

use crate::base::codes::codes;
use crate::base::ids::{AccountId, PersonId};
use crate::base::time::Instant;

/// How long a stated purpose holds.
pub const MINUTES: i64 = 60;
/// The shortest explanation.
pub const SHORTEST: usize = 10;
/// The longest explanation.
pub const LONGEST: usize = 300;

codes! {
    /// What one may open a person for who is not assigned to one.
    Purpose {
        /// Standing in.
        StandIn "vertretung" "Vertretung der zuständigen Person",
        /// Before and after a change of place.
        Transition "uebergang" "Übergabe, Verlegung oder Entlassung vor- oder nachbereiten",
        /// A question that reached the office.
        Inquiry "anfrage" "Anfrage der Person, eines Gerichts oder einer Behörde bearbeiten",
        /// Supervision, coordination.
        Supervision "fachaufsicht" "Einsatz planen, Fachaufsicht oder Beschwerde",
        /// Putting data right.
        Correction "berichtigung" "Angaben berichtigen oder vervollständigen",
        /// Averting a danger.
        Danger "gefahr" "Gefahr für Leben, Gesundheit oder Sicherheit abwenden",
    }
}

codes! {
    /// What the opening of a person rests on. The code stands in the audit log, followed by `/` and the id of the row.
    Basis {
        /// Placed in the own facility today.
        Placement "unterbringung" "Unterbringung in der Einrichtung",
        /// Own responsibility as probation officer.
        Assignment "bewaehrung" "Eigene Zuständigkeit",
        /// Standing in for the responsible officer.
        StandIn "abwesenheit" "Vertretung der zuständigen Person bei Abwesenheit",
        /// Member of an own group.
        Group "gruppe" "Eigene Gruppe",
        /// Own participation or case.
        Case "fall" "Eigener Fall",
        /// Handed over to the own place, or offered to it.
        HandOver "uebergabe" "Übergabe an die eigene Stelle",
        /// Follow-up of the own entry that moved or released the person, for an hour.
        FollowUp "nacharbeit" "Nacharbeit zur eigenen Verlegung oder Entlassung",
        /// Emergency access that is open.
        Emergency "notfall" "Notfallzugriff",
        /// A stated purpose; the code of the purpose stands between basis and id.
        Stated "zweck" "Angegebener Grund",
    }
}

/// A reason of the audit log in German words; nothing for one that rooms wrote in words themselves.
pub fn told(reason: &str) -> Option<String> {
    if reason == crate::audit::OWN_MATTER {
        return Some("Zuständigkeit".to_owned());
    }
    let mut parts = reason.split('/');
    let basis = Basis::from_code(parts.next()?)?;
    match basis {
        Basis::Stated => {
            let purpose = parts.next().and_then(Purpose::from_code)?;
            Some(format!("{}: {}", basis.label(), purpose.label()))
        }
        _ => Some(basis.label().to_owned()),
    }
}

/// Different people in an hour after which a reason is asked for.
pub const MANY: usize = 120;
/// Different people in an hour beyond which nothing more is shown.
pub const TOO_MANY: usize = 400;
const HOUR: i64 = 60 * 60 * 1_000;

/// What reading means for whoever reads much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Load {
    /// As usual.
    Usual,
    /// Unusually much: goes on with a reason only.
    Many,
    /// Blocked until the hour has passed.
    Blocked,
}

/// Which people each account opened in the last hour. In memory: what is refused stands in the audit log.
#[derive(Debug, Default)]
pub struct Budget(HashMap<AccountId, HashMap<PersonId, Instant>>);

impl Budget {
    /// What it would mean that an account opens these people now. Whoever was opened within the hour costs nothing.
    pub fn weigh(&mut self, account: AccountId, people: &HashSet<PersonId>, now: Instant) -> Load {
        let Some(opened) = self.0.get_mut(&account) else {
            return Self::load(people.len());
        };
        opened.retain(|_, at| now.since(*at) < HOUR && *at <= now);
        let new = people.iter().filter(|person| !opened.contains_key(person));
        let number = new.count();
        if number == 0 {
            return Load::Usual;
        }
        Self::load(opened.len() + number)
    }

    fn load(number: usize) -> Load {
        if number <= MANY {
            Load::Usual
        } else if number <= TOO_MANY {
            Load::Many
        } else {
            Load::Blocked
        }
    }

    /// Notes that they were opened.
    pub fn note(&mut self, account: AccountId, people: &HashSet<PersonId>, now: Instant) {
        if people.is_empty() {
            return;
        }
        // Accounts that have opened nobody for an hour are forgotten, so that the map stays small.
        self.0
            .retain(|_, opened| opened.values().any(|at| now.since(*at) < HOUR));
        self.0
            .entry(account)
            .or_default()
            .extend(people.iter().map(|person| (*person, now)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    const START: Instant = Instant::from_millis(1_790_000_000_000);

    fn person(number: usize) -> PersonId {
        PersonId(Uuid::from_u128(number as u128 + 1))
    }

    fn account(number: u128) -> AccountId {
        AccountId(Uuid::from_u128(number))
    }

    #[test]
    fn reasons_are_told_in_words() {
        assert_eq!(told("zustaendigkeit").as_deref(), Some("Zuständigkeit"));
        assert_eq!(
            told("unterbringung/1c8f").as_deref(),
            Some("Unterbringung in der Einrichtung")
        );
        assert_eq!(
            told("zweck/vertretung/1c8f").as_deref(),
            Some("Angegebener Grund: Vertretung der zuständigen Person")
        );
        assert_eq!(told("zweck/erfunden/1c8f"), None);
        assert_eq!(told("Auskunftsersuchen"), None);
    }

    proptest! {
        /// Against a plain count: with any order of people and pauses, the load is that of the different people of the
        /// last hour, an account's reading never weighs on another's, and looking again costs nothing.
        #[test]
        fn the_budget_counts_different_people_of_the_last_hour(
            reads in proptest::collection::vec((0usize..500, 1u128..3, 0i64..40_000), 1..700)
        ) {
            let mut budget = Budget::default();
            let mut seen: Vec<(u128, usize, Instant)> = Vec::new();
            let mut now = START;
            for (number, who, pause) in reads {
                now = now.plus_millis(pause);
                let recent: HashSet<usize> = seen.iter()
                    .filter(|(other, _, at)| *other == who && now.since(*at) < HOUR)
                    .map(|(_, number, _)| *number)
                    .collect();
                let people = HashSet::from([person(number)]);
                let load = budget.weigh(account(who), &people, now);
                let expected = if recent.contains(&number) { Load::Usual } else { Budget::load(recent.len() + 1) };
                prop_assert_eq!(load, expected);
                if load != Load::Blocked {
                    budget.note(account(who), &people, now);
                    seen.push((who, number, now));
                }
            }
        }
    }

    #[test]
    fn the_borders_are_120_and_400() {
        let mut budget = Budget::default();
        let people = |range: std::ops::Range<usize>| range.map(person).collect::<HashSet<_>>();
        assert_eq!(
            budget.weigh(account(1), &people(0..120), START),
            Load::Usual
        );
        budget.note(account(1), &people(0..120), START);
        assert_eq!(
            budget.weigh(account(1), &people(120..121), START),
            Load::Many
        );
        assert_eq!(budget.weigh(account(1), &people(5..6), START), Load::Usual);
        assert_eq!(
            budget.weigh(account(1), &people(120..400), START),
            Load::Many
        );
        assert_eq!(
            budget.weigh(account(1), &people(120..401), START),
            Load::Blocked
        );
        let later = START.plus_minutes(60);
        assert_eq!(
            budget.weigh(account(1), &people(120..121), later),
            Load::Usual
        );
    }
}
