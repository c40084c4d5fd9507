//! How a group stands, in figures that are counted each time from its sessions and members; nothing of it is stored.

/// What is known of one session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fact {
    /// Where it stands.
    pub state: SessionState,
    /// It is over.
    pub over: bool,
    /// Somebody covered for one of the group's own trainers, or will.
    pub covered: bool,
}

/// Where a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionState {
    /// Not recorded yet.
    Planned,
    /// Recorded.
    Held,
    /// Does not take place.
    Cancelled,
}

impl SessionState {
    /// The state of its code; anything unknown counts as planned.
    pub fn of(code: &str) -> Self {
        match code {
            "held" => SessionState::Held,
            "cancelled" => SessionState::Cancelled,
            _ => SessionState::Planned,
        }
    }
}

/// The figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Glance {
    /// Sessions that were held.
    pub held: usize,
    /// Sessions that take place or took place: all but the cancelled ones.
    pub active: usize,
    /// Cancelled sessions.
    pub cancelled: usize,
    /// Sessions that are over and have no register.
    pub missing: usize,
    /// Held sessions with all of the group's own trainers.
    pub own: usize,
    /// How often a member was there.
    pub attended: u64,
    /// How often a member could have been there.
    pub expected: u64,
}

impl Glance {
    /// Counts. `members` holds for each member how often he was there, and at how many held sessions he was a member.
    pub fn of(sessions: &[Fact], members: impl IntoIterator<Item = (i64, i64)>) -> Self {
        let count =
            |wanted: &dyn Fn(&Fact) -> bool| sessions.iter().filter(|one| wanted(one)).count();
        let held = |one: &Fact| one.state == SessionState::Held;
        let (attended, expected) =
            members
                .into_iter()
                .fold((0, 0), |(attended, expected), (there, could)| {
                    let could = could.max(0).unsigned_abs();
                    (
                        attended + there.max(0).unsigned_abs().min(could),
                        expected + could,
                    )
                });
        Self {
            held: count(&held),
            active: count(&|one| one.state != SessionState::Cancelled),
            cancelled: count(&|one| one.state == SessionState::Cancelled),
            missing: count(&|one| one.over && one.state == SessionState::Planned),
            own: count(&|one| held(one) && !one.covered),
            attended,
            expected,
        }
    }

    /// Share of attendance in whole per cent; nothing before the first session.
    pub fn attendance(&self) -> Option<u64> {
        per_cent(self.attended, self.expected)
    }

    /// Share of the held sessions that the group's own trainers held, in whole per cent; nothing before the first.
    pub fn continuity(&self) -> Option<u64> {
        per_cent(self.own as u64, self.held as u64)
    }
}

/// Rounded down, so that "100 %" means all of them.
fn per_cent(part: u64, whole: u64) -> Option<u64> {
    (whole > 0).then(|| 100 * part / whole)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fact(state: SessionState, over: bool, covered: bool) -> Fact {
        Fact {
            state,
            over,
            covered,
        }
    }

    #[test]
    fn a_group_before_its_first_session_has_no_shares() {
        let glance = Glance::of(
            &[fact(SessionState::Planned, false, false)],
            [(0, 0), (0, 0)],
        );
        assert_eq!((glance.attendance(), glance.continuity()), (None, None));
        assert_eq!((glance.held, glance.active, glance.missing), (0, 1, 0));
    }

    #[test]
    fn a_running_group_is_counted() {
        let sessions = [
            fact(SessionState::Held, true, false),
            fact(SessionState::Held, true, true),
            fact(SessionState::Held, true, false),
            fact(SessionState::Cancelled, true, true),
            fact(SessionState::Planned, true, false),
            fact(SessionState::Planned, false, true),
        ];
        let glance = Glance::of(&sessions, [(3, 3), (1, 3)]);
        assert_eq!((glance.held, glance.active, glance.cancelled), (3, 5, 1));
        assert_eq!((glance.missing, glance.own), (1, 2));
        assert_eq!(glance.continuity(), Some(66));
        assert_eq!(glance.attendance(), Some(66));
    }

    proptest! {
        #[test]
        fn the_figures_fit_together(
            given in prop::collection::vec((0u8..3, any::<bool>(), any::<bool>()), 0..40),
            members in prop::collection::vec((-3i64..30, -3i64..30), 0..12),
        ) {
            let sessions: Vec<Fact> = given
                .iter()
                .map(|(state, over, covered)| fact(
                    [SessionState::Planned, SessionState::Held, SessionState::Cancelled][usize::from(*state)],
                    *over,
                    *covered,
                ))
                .collect();
            let glance = Glance::of(&sessions, members);
            prop_assert_eq!(glance.active + glance.cancelled, sessions.len());
            prop_assert!(glance.held + glance.missing <= glance.active);
            prop_assert!(glance.own <= glance.held);
            prop_assert!(glance.attendance().is_none_or(|share| share <= 100));
            prop_assert_eq!(glance.continuity() == Some(100), glance.held > 0 && glance.own == glance.held);
        }
    }
}
