//! The way of a case, as one machine: which state follows which, who may take the step, and which category of reason it
//! needs. From the agreement on, a person's case has a participation; its days say whether it runs or ended
//! ([`effective`]), so that registers, groups and cases cannot disagree.

use crate::access::Role;
use crate::base::codes::codes;

codes! {
    /// Where a case stands.
    State {
        /// Somebody asked.
        Enquiry "enquiry" "Anfrage",
        /// The provider looks into it: from here it is a case.
        Clearing "clearing" "Fallabklärung",
        /// First talk.
        FirstTalk "first_talk" "Erstgespräch",
        /// Agreed, not begun.
        Agreed "agreed" "vereinbart",
        /// Runs.
        Running "running" "läuft",
        /// Interrupted.
        Paused "paused" "unterbrochen",
        /// On the way out: release, hand-over.
        Transition "transition" "Übergang",
        /// Reached its end.
        Completed "completed" "abgeschlossen",
        /// Ended early.
        BrokenOff "broken_off" "abgebrochen",
        /// Did not come to an agreement.
        Declined "declined" "nicht zustande gekommen",
        /// Somebody else goes on.
        PassedOn "passed_on" "weitergegeben",
        /// Contact after the end.
        Aftercare "aftercare" "Nachsorge",
    }
}

impl State {
    /// Whether the case is over (and can be opened again).
    pub const fn closed(self) -> bool {
        matches!(
            self,
            State::Completed | State::BrokenOff | State::Declined | State::PassedOn
        )
    }

    /// Whether nothing is agreed yet.
    pub const fn before_agreement(self) -> bool {
        matches!(self, State::Enquiry | State::Clearing | State::FirstTalk)
    }
}

/// What a case has reached once; nothing of it is ever taken back. A recall after the end opens the case again and leaves
/// it counted as completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reached {
    /// It became a case: clearing, a talk or an agreement.
    pub case: bool,
    /// The process began.
    pub started: bool,
    /// It was completed.
    pub completed: bool,
}

impl Reached {
    fn with(self, state: State) -> Self {
        Self {
            case: self.case || !matches!(state, State::Enquiry | State::Declined | State::PassedOn),
            started: self.started || matches!(state, State::Running),
            completed: self.completed || matches!(state, State::Completed),
        }
    }
}

/// Where a case stands and where it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Course {
    /// The state.
    pub state: State,
    /// The state to go back to from a pause, from after-care, from an end before the agreement.
    pub before: Option<State>,
    /// What was reached.
    pub reached: Reached,
}

/// Why a step is not taken. Shown to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoStep {
    /// It does not follow from the state.
    #[error("Dieser Schritt passt nicht zum Stand „{}“. Bitte die Seite neu laden und einen der angebotenen Schritte wählen.", .0.label())]
    NotFrom(State),
    /// Others take it.
    #[error("Diesen Schritt geht der Träger oder die Bewährungshilfe.")]
    NotYours,
}

impl Course {
    /// A new enquiry.
    pub const NEW: Course = Course {
        state: State::Enquiry,
        before: None,
        reached: Reached {
            case: false,
            started: false,
            completed: false,
        },
    };

    /// A participation that began without an enquiry.
    pub const AGREED: Course = Course {
        state: State::Agreed,
        before: None,
        reached: Reached {
            case: true,
            started: false,
            completed: false,
        },
    };

    /// Where work goes on when the case is opened again.
    fn again(self) -> State {
        match self.before {
            Some(State::Paused | State::Transition) => State::Running,
            Some(before) if !before.closed() && before != State::Aftercare => before,
            _ if self.reached.started => State::Running,
            _ => State::Agreed,
        }
    }

    /// The states that may follow, whoever asks.
    pub fn follows(self) -> Vec<State> {
        use State::*;
        match self.state {
            Enquiry => vec![Clearing, FirstTalk, Declined, PassedOn],
            Clearing => vec![FirstTalk, Declined, PassedOn],
            FirstTalk => vec![Agreed, Declined, PassedOn],
            Agreed => vec![Running, BrokenOff, PassedOn],
            Running => vec![Paused, Transition, Completed, BrokenOff, PassedOn],
            Paused => vec![self.before.unwrap_or(Running), BrokenOff, PassedOn],
            Transition => vec![Running, Paused, Completed, BrokenOff, PassedOn],
            Completed | BrokenOff => vec![Aftercare, self.again()],
            Declined | PassedOn => vec![self.again()],
            Aftercare => vec![self.before.unwrap_or(Completed), self.again()],
        }
    }

    /// What becomes of the case if somebody of a role takes the step to a state.
    ///
    /// # Errors
    /// If the state does not follow, or the step is not the role's.
    pub fn after(self, to: State, role: Role) -> Result<Course, NoStep> {
        if !self.follows().contains(&to) {
            return Err(NoStep::NotFrom(self.state));
        }
        if !may(role, self.state, to) {
            return Err(NoStep::NotYours);
        }
        Ok(self.stepped(to))
    }

    /// The same without asking whether it may: for what was recorded.
    pub fn stepped(self, to: State) -> Course {
        use State::*;
        let before = match to {
            Paused | BrokenOff | Declined | PassedOn => Some(match (self.state, self.before) {
                // From a pause the case goes on where it was before the pause.
                (Paused, Some(before)) => before,
                (state, _) => state,
            }),
            Aftercare => Some(self.state),
            _ => None,
        };
        Course {
            state: to,
            before,
            reached: self.reached.with(to),
        }
    }
}

/// Whether the step is the role's at all. Which cases an account sees is the scope's matter.
pub fn may(role: Role, from: State, to: State) -> bool {
    match role {
        // Who counsels, and the probation service that answers for the client.
        Role::Trainer | Role::Coordinator | Role::Probation => true,
        // The prison asks, withdraws, lets begin, ends and opens again; what happens between is not its own.
        Role::SocialService => {
            to == State::Declined
                || to == State::Agreed
                || (!from.before_agreement() && matches!(to, State::Completed | State::BrokenOff))
                || (from.closed() && to != State::Aftercare)
        }
        _ => false,
    }
}

/// The category of reasons that a step needs, as in the code list `reason`.
pub fn reason_category(from: State, to: State) -> Option<&'static str> {
    match to {
        State::Completed | State::BrokenOff if from == State::Aftercare => None,
        State::Completed | State::BrokenOff | State::Declined | State::PassedOn | State::Paused => {
            Some(to.code())
        }
        State::Aftercare => None,
        _ if from.closed() || from == State::Aftercare => Some("reopened"),
        _ => None,
    }
}

/// What the days of a participation say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The first session took place.
    pub started: bool,
    /// It is over, and whether as completed.
    pub ended: Option<bool>,
}

/// The state that counts: the one recorded in the case, unless the days of the participation say otherwise. The query of
/// the cases says the same in SQL; a test holds both together.
pub fn effective(recorded: State, part: Option<Part>) -> State {
    use State::*;
    let Some(part) = part else {
        return recorded;
    };
    match part.ended {
        Some(_) if recorded == Aftercare => Aftercare,
        Some(true) => Completed,
        Some(false) if recorded == PassedOn => PassedOn,
        Some(false) => BrokenOff,
        None if matches!(recorded, Paused | Transition) => recorded,
        None if part.started => Running,
        None => Agreed,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn step() -> impl Strategy<Value = (State, Role)> {
        (
            prop::sample::select(State::ALL),
            prop::sample::select(&Role::ALL[..]),
        )
    }

    /// The whole machine, written down a second time: what may follow what.
    const TABLE: &[(State, &[State])] = {
        use State::*;
        &[
            (Enquiry, &[Clearing, FirstTalk, Declined, PassedOn]),
            (Clearing, &[FirstTalk, Declined, PassedOn]),
            (FirstTalk, &[Agreed, Declined, PassedOn]),
            (Agreed, &[Running, BrokenOff, PassedOn]),
            (
                Running,
                &[Paused, Transition, Completed, BrokenOff, PassedOn],
            ),
            (Paused, &[Running, Transition, BrokenOff, PassedOn]),
            (
                Transition,
                &[Running, Paused, Completed, BrokenOff, PassedOn],
            ),
            (Completed, &[Aftercare, Running]),
            (BrokenOff, &[Aftercare, Running, Agreed]),
            (Declined, &[Enquiry, Clearing, FirstTalk]),
            (PassedOn, &[Enquiry, Clearing, FirstTalk, Agreed, Running]),
            (Aftercare, &[Completed, BrokenOff, Running, Agreed]),
        ]
    };

    fn in_table(from: State, to: State) -> bool {
        TABLE
            .iter()
            .any(|(state, next)| *state == from && next.contains(&to))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12_000))]

        #[test]
        fn every_sequence_keeps_the_rules(steps in prop::collection::vec(step(), 0..40)) {
            let mut course = Course::NEW;
            let mut log = vec![State::Enquiry];
            for (to, role) in steps {
                let before = course;
                match course.after(to, role) {
                    Err(no) => {
                        prop_assert!(no.to_string().ends_with('.'));
                        prop_assert!(!before.follows().contains(&to) || !may(role, before.state, to));
                    }
                    Ok(after) => {
                        prop_assert!(in_table(before.state, to), "{:?} -> {to:?}", before.state);
                        prop_assert!(matches!(role, Role::Trainer | Role::Coordinator | Role::Probation | Role::SocialService));
                        prop_assert!(after.state == to && to != before.state);
                        // Nothing reached is ever lost, a recall included.
                        prop_assert!(after.reached.case >= before.reached.case);
                        prop_assert!(after.reached.started >= before.reached.started);
                        prop_assert!(after.reached.completed >= before.reached.completed);
                        log.push(to);
                        course = after;
                    }
                }
                // The four counts are apart, and each needs the one before.
                let reached = course.reached;
                prop_assert_eq!(reached.started, log.contains(&State::Running));
                prop_assert_eq!(reached.completed, log.contains(&State::Completed));
                prop_assert!(reached.case || !reached.started);
                prop_assert!(reached.started || !reached.completed);
                // There is always a way on, and an open case can always be ended.
                prop_assert!(!course.follows().is_empty());
                if !course.state.closed() {
                    prop_assert!(course.follows().iter().any(|to| to.closed()));
                }
                // Who comes back from a pause is where they were.
                if let (State::Paused, Some(before)) = (course.state, course.before) {
                    prop_assert!(matches!(before, State::Running | State::Transition));
                    prop_assert_eq!(course.follows().first().copied(), Some(before));
                }
                for to in course.follows() {
                    prop_assert!(to != State::Running || reached.started || course.state == State::Agreed);
                }
            }
            // The log alone gives the same course again.
            let replayed = log.iter().skip(1).fold(Course::NEW, |course, to| course.stepped(*to));
            prop_assert_eq!(replayed, course);
        }

        #[test]
        fn the_days_of_a_participation_have_the_last_word(
            recorded in prop::sample::select(State::ALL), started: bool, ended in prop::option::of(any::<bool>())
        ) {
            let state = effective(recorded, Some(Part { started, ended }));
            prop_assert!(!state.before_agreement() && state != State::Declined);
            prop_assert_eq!(ended.is_some(), state.closed() || state == State::Aftercare);
            // What counts is a fixed point.
            prop_assert_eq!(effective(state, Some(Part { started, ended })), state);
            prop_assert_eq!(effective(recorded, None), recorded);
        }
    }

    #[test]
    fn every_end_and_every_return_needs_a_reason_of_its_category() {
        for (from, next) in TABLE {
            for to in *next {
                let category = reason_category(*from, *to);
                if (to.closed() && *from != State::Aftercare) || *to == State::Paused {
                    assert_eq!(category, Some(to.code()), "{from:?} -> {to:?}");
                } else if from.closed() && *to != State::Aftercare {
                    assert_eq!(category, Some("reopened"), "{from:?} -> {to:?}");
                }
            }
        }
    }

    #[test]
    fn a_prison_neither_counsels_nor_watches() {
        for (from, to) in [
            (State::Enquiry, State::Clearing),
            (State::Running, State::Paused),
            (State::Running, State::Transition),
            (State::Completed, State::Aftercare),
            (State::Running, State::PassedOn),
        ] {
            assert!(!may(Role::SocialService, from, to), "{from:?} -> {to:?}");
            assert!(may(Role::Trainer, from, to));
            assert!(!may(Role::Kora, from, to));
        }
        assert!(may(Role::SocialService, State::Completed, State::Running));
    }
}
