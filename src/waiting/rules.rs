//! Rules of the waiting list: what may become of an application, until when a place is needed, and in which order
//! people wait.

use std::cmp::Ordering;

use time::{Date, Duration};

use crate::base::codes::codes;

codes! {
    /// Where an application stands.
    State {
        /// Recorded, no interview yet.
        Applied "applied" "beantragt",
        /// The interview was held and left the question open.
        Interviewed "interviewed" "Gespräch geführt",
        /// Suitable, waits for a place.
        Suitable "suitable" "geeignet",
        /// Suitable, but not now.
        Postponed "postponed" "zurückgestellt",
        /// Taken into a group.
        Placed "placed" "in Gruppe aufgenommen",
        /// Individual training instead of the group.
        Individual "individual" "im Einzeltraining",
        /// Declined.
        Declined "declined" "abgelehnt",
        /// The person does not want it any more, or is gone.
        Withdrawn "withdrawn" "zurückgezogen",
    }
}

impl State {
    /// Whether the person still waits.
    pub const fn open(self) -> bool {
        matches!(
            self,
            State::Applied | State::Interviewed | State::Suitable | State::Postponed
        )
    }
}

codes! {
    /// What came of the selection interview.
    InterviewResult {
        /// Suitable.
        Suitable "suitable" "geeignet",
        /// Suitable, but later.
        Later "later" "geeignet, aber erst später",
        /// Not decided.
        Open "open" "noch offen, weiteres Gespräch nötig",
        /// Not suitable for this programme.
        Unsuitable "unsuitable" "für diese Maßnahme nicht geeignet",
        /// The person does not want to.
        Unwilling "unwilling" "möchte nicht teilnehmen",
    }
}

codes! {
    /// Which form of training the interview recommends.
    Recommended {
        /// The group.
        Group "group" "Gruppentraining",
        /// Individual training.
        Individual "individual" "Einzeltraining",
        /// Another offer.
        Other "other" "anderes Angebot",
    }
}

codes! {
    /// Why an application ended without a place.
    CloseReason {
        /// Not suitable.
        Unsuitable "unsuitable" "nicht geeignet",
        /// No time left until the release.
        NoTime "no_time" "Zeit bis zur Entlassung reicht nicht",
        /// No place within reach.
        NoPlace "no_place" "auf absehbare Zeit kein Platz",
        /// Another offer fits better.
        OtherOffer "other_offer" "anderes Angebot passt besser",
        /// Security and order.
        Security "security" "Sicherheit und Ordnung der Anstalt",
        /// Recorded by mistake.
        Mistake "mistake" "irrtümlich erfasst",
        /// The person's own wish.
        OwnWish "own_wish" "eigener Wunsch der Person",
        /// Released or transferred.
        Gone "gone" "entlassen oder verlegt",
    }
}

impl CloseReason {
    /// The state that follows: one choice, so that reason and state cannot contradict each other.
    pub const fn state(self) -> State {
        match self {
            CloseReason::OwnWish | CloseReason::Gone => State::Withdrawn,
            _ => State::Declined,
        }
    }
}

/// What happens to an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// An interview was held.
    Interview(InterviewResult),
    /// It ends without a place.
    Close(CloseReason),
    /// The person was taken into a group of the programme.
    Place,
    /// Individual training begins instead.
    Individual,
    /// It ended by mistake: the person waits again.
    Reopen,
}

/// What an application remembers of its course.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Course {
    /// Where it stands.
    pub state: State,
    /// The result of the latest interview.
    pub interview: Option<InterviewResult>,
}

impl Course {
    /// A new application.
    pub const NEW: Course = Course {
        state: State::Applied,
        interview: None,
    };

    /// What becomes of it; `Err` says in a sentence why not.
    ///
    /// # Errors
    /// If the event does not fit where the application stands.
    pub fn after(self, event: Event) -> Result<Course, &'static str> {
        let state = match event {
            Event::Interview(_) | Event::Close(_) if !self.state.open() => {
                return Err("Dieser Antrag ist schon beendet.");
            }
            Event::Interview(result) => {
                return Ok(Course {
                    state: waits_as(Some(result)).unwrap_or(match result {
                        InterviewResult::Unwilling => State::Withdrawn,
                        _ => State::Declined,
                    }),
                    interview: Some(result),
                });
            }
            Event::Close(reason) => reason.state(),
            Event::Place if self.state.open() => State::Placed,
            Event::Place => return Err("Dieser Antrag ist schon beendet."),
            Event::Individual => match self.state {
                State::Placed | State::Individual => {
                    return Err("Aus diesem Antrag ist schon eine Teilnahme geworden.");
                }
                State::Withdrawn => {
                    return Err(
                        "Der Antrag ist zurückgezogen. Bitte ihn zuerst wieder öffnen, wenn die Person doch möchte.",
                    );
                }
                _ => State::Individual,
            },
            Event::Reopen => match self.state {
                State::Declined | State::Withdrawn => {
                    waits_as(self.interview).unwrap_or(State::Interviewed)
                }
                State::Placed | State::Individual => {
                    return Err(
                        "Aus diesem Antrag ist eine Teilnahme geworden; er bleibt beendet.",
                    );
                }
                _ => return Err("Dieser Antrag ist noch offen."),
            },
        };
        Ok(Course { state, ..self })
    }
}

/// The open state that goes with the latest interview; `None` if its result ends the application.
const fn waits_as(interview: Option<InterviewResult>) -> Option<State> {
    match interview {
        None => Some(State::Applied),
        Some(InterviewResult::Open) => Some(State::Interviewed),
        Some(InterviewResult::Suitable) => Some(State::Suitable),
        Some(InterviewResult::Later) => Some(State::Postponed),
        Some(InterviewResult::Unsuitable | InterviewResult::Unwilling) => None,
    }
}

/// What is wrong with result and recommended form together, as a sentence for the field of the form.
pub const fn form_problem(
    result: InterviewResult,
    form: Option<Recommended>,
) -> Option<&'static str> {
    match (result, form) {
        (InterviewResult::Suitable | InterviewResult::Later, None) => {
            Some("Bitte auswählen, welche Form das Gespräch empfiehlt.")
        }
        (InterviewResult::Unsuitable, Some(Recommended::Group)) => Some(
            "Wer nicht geeignet ist, kommt nicht in die Gruppe. Bitte Einzeltraining, ein anderes Angebot oder nichts empfehlen.",
        ),
        (InterviewResult::Unwilling, Some(_)) => {
            Some("Wer nicht teilnehmen möchte, bekommt keine Form empfohlen. Bitte leer lassen.")
        }
        _ => None,
    }
}

/// Where a date on the waiting list comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// The expected release of the placement.
    Release,
    /// The planned end of the placement: a transfer.
    Transfer,
}

impl Source {
    /// As shown behind the date.
    pub const fn label(self) -> &'static str {
        match self {
            Source::Release => "voraussichtliche Entlassung laut Unterbringung",
            Source::Transfer => "geplantes Ende der Unterbringung",
        }
    }
}

/// Until when a person needs a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The last day on which a course may begin that ends before the person leaves.
    pub needed_by: Date,
    /// The day on which the person leaves.
    pub leaves: Date,
    /// Why the person leaves.
    pub source: Source,
}

impl Due {
    /// "Platz nötig bis": the person leaves on the earlier of both days; the last session must be before it. `None` if
    /// neither day is known. `course_days` is the time between the first and the last session of the current template.
    pub fn of(release: Option<Date>, transfer: Option<Date>, course_days: i64) -> Option<Due> {
        let (leaves, source) = [
            release.map(|day| (day, Source::Release)),
            transfer.map(|day| (day, Source::Transfer)),
        ]
        .into_iter()
        .flatten()
        .min()?;
        let needed_by = leaves
            .checked_sub(Duration::days(course_days.max(0)))
            .and_then(Date::previous_day)
            .unwrap_or(Date::MIN);
        Some(Due {
            needed_by,
            leaves,
            source,
        })
    }

    /// Whether a course that begins today would end too late.
    pub fn missed(self, today: Date) -> bool {
        self.needed_by < today
    }
}

/// Days between the first and the last of a template's sessions.
pub const fn course_days(sessions: i64, interval_weeks: i64) -> i64 {
    let gaps = if sessions > 1 { sessions - 1 } else { 0 };
    gaps.saturating_mul(interval_weeks).saturating_mul(7)
}

/// What the order of the waiting list goes by. Nothing else may enter it: everything here is shown in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// Left a group of the programme earlier, through no fault of their own.
    pub returning: bool,
    /// Until when the place is needed.
    pub due: Option<Due>,
    /// Day of the application.
    pub applied_on: Date,
    /// Folded name.
    pub sort_key: &'a str,
}

/// The order of the waiting list: who had to leave earlier through no fault of their own, then by the day until which
/// the place is needed, unknown days last, then who waits longest, then by name.
pub fn order(left: &Place<'_>, right: &Place<'_>) -> Ordering {
    let day = |place: &Place<'_>| (place.due.is_none(), place.due.map(|due| due.needed_by));
    right
        .returning
        .cmp(&left.returning)
        .then_with(|| day(left).cmp(&day(right)))
        .then_with(|| left.applied_on.cmp(&right.applied_on))
        .then_with(|| left.sort_key.cmp(right.sort_key))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;

    fn event() -> impl Strategy<Value = Event> {
        prop_oneof![
            prop::sample::select(InterviewResult::ALL).prop_map(Event::Interview),
            prop::sample::select(CloseReason::ALL).prop_map(Event::Close),
            Just(Event::Place),
            Just(Event::Individual),
            Just(Event::Reopen),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn every_sequence_keeps_the_rules(events in prop::collection::vec(event(), 0..12)) {
            let mut course = Course::NEW;
            let mut last_interview = None;
            for event in events {
                let before = course;
                match course.after(event) {
                    Err(sentence) => prop_assert!(sentence.ends_with('.')),
                    Ok(after) => {
                        // What became a participation stays one.
                        prop_assert!(!matches!(before.state, State::Placed | State::Individual));
                        if let Event::Interview(result) = event {
                            last_interview = Some(result);
                        }
                        prop_assert_eq!(after.interview, last_interview);
                        if !before.state.open() {
                            prop_assert!(matches!(event, Event::Reopen | Event::Individual));
                        }
                        match after.state {
                            State::Applied => prop_assert_eq!(last_interview, None),
                            State::Suitable => prop_assert_eq!(last_interview, Some(InterviewResult::Suitable)),
                            State::Postponed => prop_assert_eq!(last_interview, Some(InterviewResult::Later)),
                            State::Interviewed => prop_assert!(last_interview.is_some()),
                            State::Placed => prop_assert_eq!(event, Event::Place),
                            State::Individual => prop_assert_eq!(event, Event::Individual),
                            State::Declined | State::Withdrawn => prop_assert!(before.state.open()),
                        }
                        course = after;
                    }
                }
            }
            // An open application can always be ended, a declined one always be taken up again.
            if course.state.open() {
                prop_assert!(course.after(Event::Place).is_ok() && course.after(Event::Close(CloseReason::OwnWish)).is_ok());
            } else if course.state == State::Declined {
                prop_assert!(course.after(Event::Individual).is_ok());
                prop_assert!(course.after(Event::Reopen).is_ok_and(|again| again.state.open()));
            }
        }

        #[test]
        fn the_order_is_one_order(
            rows in prop::collection::vec((any::<bool>(), prop::option::of(0i64..900), 0i64..400, "[a-c]{1,3}"), 1..9)
        ) {
            let base = date!(2026 - 11 - 23);
            let mut places: Vec<Place<'_>> = rows.iter().map(|(returning, due, applied, key)| Place {
                returning: *returning,
                due: Due::of(due.map(|days| base + Duration::days(days)), None, 154),
                applied_on: base - Duration::days(*applied),
                sort_key: key,
            }).collect();
            places.sort_by(order);
            for pair in places.windows(2) {
                let [left, right] = pair else { continue };
                prop_assert!(left.returning >= right.returning);
                if left.returning == right.returning {
                    prop_assert!(left.due.is_some() || right.due.is_none(), "unknown days come last");
                    if let (Some(one), Some(two)) = (left.due, right.due) {
                        prop_assert!(one.needed_by <= two.needed_by);
                    }
                }
                prop_assert_eq!(order(left, right), order(right, left).reverse());
            }
        }
    }

    #[test]
    fn a_place_is_needed_so_long_before_the_release_that_the_last_session_is_before_it() {
        let length = course_days(23, 1);
        assert_eq!(length, 154);
        let due = Due::of(Some(date!(2027 - 06 - 30)), None, length).unwrap();
        assert_eq!(due.needed_by, date!(2027 - 01 - 26));
        assert_eq!(
            due.needed_by + Duration::days(length),
            date!(2027 - 06 - 29)
        );
        assert!(!due.missed(date!(2027 - 01 - 26)) && due.missed(date!(2027 - 01 - 27)));
        let transfer =
            Due::of(Some(date!(2027 - 06 - 30)), Some(date!(2027 - 03 - 01)), 0).unwrap();
        assert_eq!(
            (transfer.source, transfer.needed_by),
            (Source::Transfer, date!(2027 - 02 - 28))
        );
        assert_eq!(Due::of(None, None, length), None);
        assert_eq!(course_days(1, 1), 0);
        assert_eq!(course_days(0, 4), 0);
    }

    #[test]
    fn days_at_the_edge_of_the_calendar_do_not_overflow() {
        assert_eq!(
            Due::of(Some(Date::MIN), None, i64::MAX / 100_000_000).map(|due| due.needed_by),
            Some(Date::MIN)
        );
    }

    #[test]
    fn result_and_form_fit() {
        assert!(form_problem(InterviewResult::Suitable, None).is_some());
        assert!(form_problem(InterviewResult::Suitable, Some(Recommended::Individual)).is_none());
        assert!(form_problem(InterviewResult::Unsuitable, Some(Recommended::Group)).is_some());
        assert!(form_problem(InterviewResult::Unsuitable, Some(Recommended::Individual)).is_none());
        assert!(form_problem(InterviewResult::Unwilling, Some(Recommended::Other)).is_some());
        assert!(form_problem(InterviewResult::Open, None).is_none());
    }

    #[test]
    fn the_reason_decides_the_end() {
        for reason in CloseReason::ALL {
            assert!(!reason.state().open());
        }
        assert_eq!(CloseReason::OwnWish.state(), State::Withdrawn);
        assert_eq!(CloseReason::NoTime.state(), State::Declined);
    }
}
