//! When a request may be approved and used. Pure.

use serde::Serialize;

use crate::access::{Person, Role, same_person};
use crate::base::codes::codes;
use crate::base::crypto::sha256;
use crate::base::time::Instant;

/// How long a request waits for its decision, and how long an approval can then be used.
pub const HOURS: i64 = 72;
const MILLIS: i64 = HOURS * 60 * 60 * 1_000;

codes! {
    /// What a second person decides about.
    Kind {
        /// Reading the audit log by member of staff (section 32 paragraph 3 SächsDSUG: not for judging performance).
        ProtocolByStaff "protocol_by_staff" "Protokoll zu einem Konto auswerten",
        /// Erasing what is due.
        Erasure "erasure" "Fällige Daten löschen",
        /// Keeping data or log entries beyond their period.
        LegalHold "legal_hold" "Löschung aussetzen",
        /// Giving an account the lead of its office.
        Lead "lead" "Leitung einer Stelle übertragen",
        /// A file with more than fifty people.
        PeopleExport "people_export" "Liste von Personen ausgeben",
    }
}

impl Kind {
    /// Who may ask for it.
    pub const fn requesters(self) -> &'static [Role] {
        match self {
            Kind::ProtocolByStaff | Kind::Erasure | Kind::LegalHold => &[Role::DataProtection],
            Kind::Lead => &[Role::Administration],
            Kind::PeopleExport => &[Role::SocialService, Role::Probation],
        }
    }

    /// Who may decide. Reading the log by member of staff can also be decided outside data protection; what concerns
    /// people cannot, because the administration sees no person.
    pub const fn approvers(self) -> &'static [Role] {
        match self {
            Kind::ProtocolByStaff | Kind::Lead => &[Role::DataProtection, Role::Administration],
            Kind::Erasure | Kind::LegalHold | Kind::PeopleExport => &[Role::DataProtection],
        }
    }

    /// The kinds about which a role decides.
    pub fn decided_by(role: Role) -> Vec<Kind> {
        Self::ALL
            .iter()
            .copied()
            .filter(|kind| kind.approvers().contains(&role))
            .collect()
    }
}

codes! {
    /// Where a request stands. Whether it has expired is not stored: [`Stand::shown`] says it.
    State {
        /// Waits for a second person.
        Requested "requested" "wartet auf Entscheidung",
        /// May be used once.
        Approved "approved" "genehmigt",
        /// Refused.
        Declined "declined" "abgelehnt",
        /// Taken back by who asked.
        Withdrawn "withdrawn" "zurückgezogen",
        /// Done.
        Used "used" "ausgeführt",
        /// Nobody decided, or nobody used it, in time.
        Expired "expired" "abgelaufen",
    }
}

/// What can be done with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Approve.
    Approve,
    /// Decline.
    Decline,
    /// Take back.
    Withdraw,
    /// Use: within the transaction of what was approved.
    Redeem {
        /// The hash of what is about to be done.
        hash: [u8; 32],
    },
}

/// A request as far as the rules need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stand {
    /// What it is about.
    pub kind: Kind,
    /// Where it was left.
    pub state: State,
    /// Who asked.
    pub requested_by: Person,
    /// Who decided.
    pub decided_by: Option<Person>,
    /// What was asked.
    pub hash: [u8; 32],
    /// Until when the next step must be taken.
    pub expires_at: Instant,
}

/// Why a step is not possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such request.
    Unknown,
    /// The same human asked.
    SamePerson,
    /// Only who asked may do this.
    NotTheRequester,
    /// The role neither asks for nor decides about this.
    NotTheRole,
    /// It waits for the second person.
    NotApproved,
    /// It was decided, taken back or used before.
    Over(State),
    /// What is to be done is not what was approved.
    Changed,
}

impl Refusal {
    /// A German sentence that says how to go on.
    pub fn sentence(self) -> &'static str {
        match self {
            Refusal::Unknown => "Diesen Antrag gibt es nicht.",
            Refusal::SamePerson => {
                "Den Antrag haben Sie selbst gestellt, vielleicht mit einem anderen Konto. Entscheiden muss eine zweite Person."
            }
            Refusal::NotTheRequester => "Das kann nur, wer den Antrag gestellt hat.",
            Refusal::NotTheRole => "Über Anträge dieser Art entscheidet eine andere Stelle.",
            Refusal::NotApproved => {
                "Der Antrag wartet noch auf die Entscheidung einer zweiten Person."
            }
            Refusal::Over(State::Expired) => {
                "Der Antrag ist abgelaufen: Entscheidung und Ausführung haben je 72 Stunden Zeit. Bitte neu beantragen."
            }
            Refusal::Over(State::Used) => {
                "Die Genehmigung ist verbraucht: Sie gilt für eine Ausführung. Bitte neu beantragen."
            }
            Refusal::Over(State::Withdrawn) => "Der Antrag wurde zurückgezogen.",
            Refusal::Over(State::Declined) => "Der Antrag wurde abgelehnt.",
            Refusal::Over(State::Requested | State::Approved) => {
                "Über den Antrag ist schon entschieden."
            }
            Refusal::Changed => {
                "Genehmigt wurde etwas anderes, als jetzt ausgeführt werden soll. Bitte neu beantragen."
            }
        }
    }
}

/// Until when the next step after one at `now` must be taken.
pub fn deadline(now: Instant) -> Instant {
    now.plus_millis(MILLIS)
}

impl Stand {
    /// A new request.
    pub fn requested(kind: Kind, by: Person, hash: [u8; 32], now: Instant) -> Self {
        Self {
            kind,
            state: State::Requested,
            requested_by: by,
            decided_by: None,
            hash,
            expires_at: deadline(now),
        }
    }

    /// Where it stands at a moment.
    pub fn shown(&self, now: Instant) -> State {
        match self.state {
            State::Requested | State::Approved if now >= self.expires_at => State::Expired,
            state => state,
        }
    }

    /// The request after a step of somebody in a role at a moment.
    ///
    /// # Errors
    /// Why the step is not possible; nothing has changed then.
    pub fn after(self, step: Step, by: Person, role: Role, now: Instant) -> Result<Self, Refusal> {
        let own = same_person(by, self.requested_by);
        match step {
            Step::Approve | Step::Decline => {
                if !self.kind.approvers().contains(&role) {
                    return Err(Refusal::NotTheRole);
                }
                if own {
                    return Err(Refusal::SamePerson);
                }
                if self.shown(now) != State::Requested {
                    return Err(Refusal::Over(self.shown(now)));
                }
                let state = if step == Step::Approve {
                    State::Approved
                } else {
                    State::Declined
                };
                Ok(Self {
                    state,
                    decided_by: Some(by),
                    expires_at: deadline(now),
                    ..self
                })
            }
            Step::Withdraw => {
                if !own {
                    return Err(Refusal::NotTheRequester);
                }
                match self.shown(now) {
                    State::Requested | State::Approved => Ok(Self {
                        state: State::Withdrawn,
                        ..self
                    }),
                    state => Err(Refusal::Over(state)),
                }
            }
            Step::Redeem { hash } => {
                if !own {
                    return Err(Refusal::NotTheRequester);
                }
                if !self.kind.requesters().contains(&role) {
                    return Err(Refusal::NotTheRole);
                }
                match (self.shown(now), self.decided_by) {
                    // Two accounts may have turned out to be one human since.
                    (State::Approved, Some(other)) if same_person(other, self.requested_by) => {
                        Err(Refusal::SamePerson)
                    }
                    (State::Approved, Some(_)) if hash != self.hash => Err(Refusal::Changed),
                    (State::Approved, Some(_)) => Ok(Self {
                        state: State::Used,
                        ..self
                    }),
                    (State::Requested, _) => Err(Refusal::NotApproved),
                    (state, _) => Err(Refusal::Over(state)),
                }
            }
        }
    }
}

/// SHA-256 of a request in a fixed writing: kind, who asks, and the payload as JSON with sorted keys.
///
/// # Errors
/// If the payload cannot be written as JSON (a map whose keys are no texts).
pub fn hash(
    kind: Kind,
    requester: Person,
    payload: &impl Serialize,
) -> Result<[u8; 32], serde_json::Error> {
    // `Value` keeps objects sorted by key, whatever the order in which they were written.
    let payload = serde_json::to_value(payload)?;
    let text = format!(
        "geleit approval 1\nkind {}\nrequested_by {}\npayload {payload}\n",
        kind.code(),
        requester.holder()
    );
    Ok(sha256(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::AccountId;
    use proptest::prelude::*;
    use uuid::Uuid;

    const START: Instant = Instant::from_millis(1_790_000_000_000);

    /// People 1 to 3; account 10 + n is the second account of person n.
    fn person(account: u8) -> Person {
        let id = |number: u8| AccountId(Uuid::from_u128(u128::from(number)));
        if account > 10 {
            Person::of(id(account), Some(id(account - 10)))
        } else {
            Person::of(id(account), None)
        }
    }

    fn steps() -> impl Strategy<Value = Vec<(Step, u8, Role, i64)>> {
        let step = prop_oneof![
            4 => Just(Step::Approve),
            1 => Just(Step::Decline),
            1 => Just(Step::Withdraw),
            4 => Just(Step::Redeem { hash: [7; 32] }),
            1 => Just(Step::Redeem { hash: [8; 32] }),
        ];
        let account = prop_oneof![1u8..4, 11u8..14];
        let role = prop_oneof![
            6 => Just(Role::DataProtection),
            1 => Just(Role::Administration),
            1 => Just(Role::SocialService)
        ];
        let pause = prop_oneof![3 => 0i64..MILLIS / 3, 1 => MILLIS - 2..MILLIS + 2];
        proptest::collection::vec((step, account, role, pause), 0..14)
    }

    proptest! {
        /// Over all sequences of steps by anybody, with any pauses: used at most once, only by the human who asked, only
        /// after an approval by another human in a role that decides, only for the same hash, and never later than
        /// 72 hours after that approval, which itself came within 72 hours. Final states stay.
        #[test]
        fn no_sequence_of_steps_gets_round_the_second_person(steps in steps(), kind in proptest::sample::select(Kind::ALL)) {
            let mut stand = Stand::requested(kind, person(1), [7; 32], START);
            let (mut now, mut approved, mut uses) = (START, None, 0);
            for (step, account, role, pause) in steps {
                now = now.plus_millis(pause);
                let before = stand;
                match stand.after(step, person(account), role, now) {
                    Err(_) => prop_assert_eq!(stand, before),
                    Ok(next) => {
                        prop_assert!(matches!(before.state, State::Requested | State::Approved), "{:?} moved", before.state);
                        match next.state {
                            State::Approved => {
                                prop_assert!(before.state == State::Requested && now < deadline(START));
                                prop_assert!(kind.approvers().contains(&role));
                                prop_assert!(!same_person(person(account), person(1)));
                                approved = Some(now);
                            }
                            State::Used => {
                                uses += 1;
                                prop_assert!(same_person(person(account), person(1)));
                                prop_assert!(approved.is_some_and(|at| now < deadline(at)));
                                prop_assert_eq!(step, Step::Redeem { hash: [7; 32] });
                            }
                            State::Withdrawn => prop_assert!(same_person(person(account), person(1))),
                            State::Declined => prop_assert!(!same_person(person(account), person(1))),
                            State::Requested | State::Expired => prop_assert!(false, "{:?} is no result", next.state),
                        }
                        stand = next;
                    }
                }
            }
            prop_assert!(uses <= 1);
        }

        /// Another payload, another kind or another person gives another hash; the order of keys does not.
        #[test]
        fn the_hash_binds_what_was_asked(one in ".{0,20}", other in ".{0,20}") {
            let of = |kind, who, payload: &serde_json::Value| hash(kind, person(who), payload).unwrap();
            let payload = serde_json::json!({"a": one, "b": [1, 2]});
            let same: serde_json::Value = serde_json::from_str(&format!("{{\"b\":[1,2],\"a\":{}}}", serde_json::json!(one))).unwrap();
            let whole = of(Kind::Erasure, 1, &payload);
            prop_assert_eq!(whole, of(Kind::Erasure, 1, &same));
            prop_assert_eq!(whole, of(Kind::Erasure, 11, &payload), "the second account of the same person");
            prop_assert_ne!(whole, of(Kind::LegalHold, 1, &payload));
            prop_assert_ne!(whole, of(Kind::Erasure, 2, &payload));
            if one != other {
                prop_assert_ne!(whole, of(Kind::Erasure, 1, &serde_json::json!({"a": other, "b": [1, 2]})));
            }
        }
    }

    #[test]
    fn an_approval_lasts_to_the_last_millisecond_before_72_hours() {
        let open = Stand::requested(Kind::Erasure, person(1), [7; 32], START);
        let late = open.after(
            Step::Approve,
            person(2),
            Role::DataProtection,
            deadline(START),
        );
        assert_eq!(late, Err(Refusal::Over(State::Expired)));
        let now = deadline(START).plus_millis(-1);
        let approved = open
            .after(Step::Approve, person(2), Role::DataProtection, now)
            .unwrap();
        let redeem = Step::Redeem { hash: [7; 32] };
        let at = |now| approved.after(redeem, person(1), Role::DataProtection, now);
        assert!(at(deadline(now).plus_millis(-1)).is_ok());
        assert_eq!(at(deadline(now)), Err(Refusal::Over(State::Expired)));
    }

    #[test]
    fn two_accounts_that_turn_out_to_be_one_human_use_nothing() {
        let mut approved = Stand::requested(Kind::Erasure, person(1), [7; 32], START)
            .after(Step::Approve, person(2), Role::DataProtection, START)
            .unwrap();
        approved.decided_by = Some(person(11));
        let used = approved.after(
            Step::Redeem { hash: [7; 32] },
            person(1),
            Role::DataProtection,
            START,
        );
        assert_eq!(used, Err(Refusal::SamePerson));
    }
}
