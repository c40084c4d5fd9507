//! Emergency access as a state machine. Pure. Half an hour, reading only; who holds it cannot make it longer, review it or
//! open it again before somebody else has reviewed it.

use time::Date;

use crate::access::{Person, same_person};
use crate::base::calendar::working_days_after;
use crate::base::codes::codes;
use crate::base::time::{Instant, berlin_today};

/// How long it lasts.
pub const MINUTES: i64 = 30;
/// Working days (Saxony) within which somebody else reviews it.
pub const REVIEW_DAYS: u32 = 3;
/// The shortest reason.
pub const SHORTEST: usize = 30;
/// The longest reason.
pub const LONGEST: usize = 500;

codes! {
    /// What the review found.
    Verdict {
        /// The access was needed.
        Justified "justified" "gerechtfertigt",
        /// It was not.
        Misuse "misuse" "nicht gerechtfertigt",
    }
}

/// Where it stands at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// The person can be read.
    Active,
    /// Nobody has reviewed it yet.
    Unreviewed,
    /// Reviewed.
    Reviewed(Verdict),
}

/// What somebody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Looks at the person.
    Read,
    /// Ends it early.
    End,
    /// Reviews it.
    Review(Verdict),
}

/// Why something is not possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The second factor was not right.
    Factor,
    /// The reason is too short.
    Reason,
    /// An earlier access to the same person by the same human waits for its review.
    Unreviewed,
    /// Somebody else holds it.
    NotYours,
    /// It is over.
    Over,
    /// It still runs: it is ended first.
    StillOpen,
    /// The holder does not review.
    OwnReview,
    /// It was reviewed.
    Reviewed,
}

impl Refusal {
    /// A German sentence that says how to go on.
    pub fn sentence(self) -> String {
        match self {
            Refusal::Factor => {
                "Der Code stimmt nicht oder wurde schon benutzt. Bitte den nächsten Code Ihrer App eingeben.".to_owned()
            }
            Refusal::Reason => format!(
                "Bitte mit mindestens {SHORTEST} Zeichen sagen, welcher Notfall vorliegt und warum er nicht warten kann."
            ),
            Refusal::Unreviewed => {
                "Ihr früherer Notfallzugriff auf diese Person ist noch nicht nachgeprüft. Bis dahin ist kein weiterer möglich.".to_owned()
            }
            Refusal::NotYours => "Diesen Notfallzugriff hat jemand anderes geöffnet.".to_owned(),
            Refusal::Over => "Der Notfallzugriff ist beendet.".to_owned(),
            Refusal::StillOpen => "Der Notfallzugriff läuft noch. Bitte erst beenden, dann prüfen.".to_owned(),
            Refusal::OwnReview => "Den eigenen Notfallzugriff prüft eine andere Person.".to_owned(),
            Refusal::Reviewed => "Der Notfallzugriff ist schon nachgeprüft.".to_owned(),
        }
    }
}

/// An emergency access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Emergency {
    /// Who holds it: the human.
    pub holder: Person,
    /// When it was opened.
    pub opened_at: Instant,
    /// When it ends by itself.
    pub ends_at: Instant,
    /// When somebody ended it.
    pub ended_at: Option<Instant>,
    /// What the review found.
    pub verdict: Option<Verdict>,
}

impl Emergency {
    /// Opens one, with a reason and the second factor; `earlier` are those of all accounts to the same person.
    ///
    /// # Errors
    /// Why not.
    pub fn open(
        earlier: &[Emergency],
        holder: Person,
        confirmed: bool,
        reason: &str,
        now: Instant,
    ) -> Result<Self, Refusal> {
        if reason.trim().chars().count() < SHORTEST {
            return Err(Refusal::Reason);
        }
        if earlier
            .iter()
            .any(|other| same_person(other.holder, holder) && other.verdict.is_none())
        {
            return Err(Refusal::Unreviewed);
        }
        if !confirmed {
            return Err(Refusal::Factor);
        }
        Ok(Self {
            holder,
            opened_at: now,
            ends_at: now.plus_minutes(MINUTES),
            ended_at: None,
            verdict: None,
        })
    }

    /// Where it stands.
    pub fn state(&self, now: Instant) -> State {
        match self.verdict {
            Some(verdict) => State::Reviewed(verdict),
            None if self.ended_at.is_none() && now < self.ends_at => State::Active,
            None => State::Unreviewed,
        }
    }

    /// After a step of somebody.
    ///
    /// # Errors
    /// Why it is not possible; nothing has changed then.
    pub fn after(self, step: Step, by: Person, now: Instant) -> Result<Self, Refusal> {
        let own = same_person(by, self.holder);
        match (step, self.state(now)) {
            (Step::Read, _) if !own => Err(Refusal::NotYours),
            (Step::Read, State::Active) => Ok(self),
            (Step::Read, _) => Err(Refusal::Over),
            // Whoever reviews may also stop it at once.
            (Step::End, State::Active) => Ok(Self {
                ended_at: Some(now),
                ..self
            }),
            (Step::End, _) => Err(Refusal::Over),
            (Step::Review(_), _) if own => Err(Refusal::OwnReview),
            (Step::Review(_), State::Active) => Err(Refusal::StillOpen),
            (Step::Review(_), State::Reviewed(_)) => Err(Refusal::Reviewed),
            (Step::Review(verdict), State::Unreviewed) => Ok(Self {
                verdict: Some(verdict),
                ..self
            }),
        }
    }
}

/// The last day of the review.
pub fn review_due(opened_at: Instant) -> Date {
    working_days_after(berlin_today(opened_at), REVIEW_DAYS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::AccountId;
    use proptest::prelude::*;
    use time::macros::date;
    use uuid::Uuid;

    const START: Instant = Instant::from_millis(1_790_000_000_000);
    const REASON: &str = "Suizidankündigung am Telefon, Aufenthalt wird gebraucht";

    /// People 1 to 3; account 10 + n is the second account of person n.
    fn person(account: u8) -> Person {
        let id = |number: u8| AccountId(Uuid::from_u128(u128::from(number)));
        if account > 10 {
            Person::of(id(account), Some(id(account - 10)))
        } else {
            Person::of(id(account), None)
        }
    }

    #[derive(Debug, Clone, Copy)]
    enum Act {
        Open(bool),
        Step(Step),
    }

    fn acts() -> impl Strategy<Value = Vec<(Act, u8, i64)>> {
        let act = prop_oneof![
            3 => any::<bool>().prop_map(Act::Open),
            4 => Just(Act::Step(Step::Read)),
            1 => Just(Act::Step(Step::End)),
            2 => Just(Act::Step(Step::Review(Verdict::Justified))),
            1 => Just(Act::Step(Step::Review(Verdict::Misuse))),
        ];
        let account = prop_oneof![1u8..4, 11u8..14];
        let pause =
            prop_oneof![4 => 0i64..600_000, 1 => MINUTES * 60_000 - 1..MINUTES * 60_000 + 1];
        proptest::collection::vec((act, account, pause), 0..40)
    }

    proptest! {
        /// Over all sequences of opening, reading, ending and reviewing by anybody to one person: reading only by the human
        /// who opened it, only within half an hour of an opening with the second factor; the end never moves later; never
        /// two unreviewed ones of one human; no human reviews the own one; a review stays.
        #[test]
        fn nobody_gets_more_than_half_an_hour(acts in acts()) {
            let mut all: Vec<Emergency> = Vec::new();
            let mut now = START;
            for (act, account, pause) in acts {
                now = now.plus_millis(pause);
                let by = person(account);
                match act {
                    Act::Open(confirmed) => {
                        if let Ok(opened) = Emergency::open(&all, by, confirmed, REASON, now) {
                            prop_assert!(confirmed);
                            prop_assert_eq!(opened.ends_at.since(now), MINUTES * 60_000);
                            all.push(opened);
                        }
                    }
                    Act::Step(step) => {
                        for one in &mut all {
                            let before = *one;
                            match before.after(step, by, now) {
                                Err(_) => {}
                                Ok(after) => {
                                    prop_assert_eq!(after.ends_at, before.ends_at);
                                    prop_assert_eq!(before.verdict, None, "a reviewed one moved");
                                    prop_assert!(before.ended_at.is_none() || after.ended_at == before.ended_at);
                                    match step {
                                        Step::Read => {
                                            prop_assert!(same_person(by, before.holder));
                                            prop_assert!(now.since(before.opened_at) < MINUTES * 60_000);
                                            prop_assert!(before.ended_at.is_none());
                                        }
                                        Step::Review(_) => prop_assert!(!same_person(by, before.holder)),
                                        Step::End => {}
                                    }
                                    *one = after;
                                }
                            }
                        }
                    }
                }
                for holder in 1..4 {
                    let open = all.iter().filter(|one| same_person(one.holder, person(holder)) && one.verdict.is_none()).count();
                    prop_assert!(open <= 1);
                }
            }
        }
    }

    #[test]
    fn a_reason_is_a_sentence() {
        let open = |reason| Emergency::open(&[], person(1), true, reason, START);
        assert_eq!(open("eilt").err(), Some(Refusal::Reason));
        assert!(open(REASON).is_ok());
    }

    #[test]
    fn the_review_is_due_on_the_third_working_day_in_saxony() {
        let at = |date| crate::base::time::berlin_midnight(date).plus_minutes(600);
        assert_eq!(review_due(at(date!(2026 - 11 - 23))), date!(2026 - 11 - 26));
        assert_eq!(
            review_due(at(date!(2026 - 11 - 20))),
            date!(2026 - 11 - 25),
            "over a weekend"
        );
        // Reformation day (31 October) and the day of prayer (18 November 2026) are holidays in Saxony.
        assert_eq!(review_due(at(date!(2026 - 11 - 16))), date!(2026 - 11 - 20));
    }
}
