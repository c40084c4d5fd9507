//! Rules of participations and counselling sessions: which day fits which, and what a prison may know.

pub mod course;
pub mod deadline;
pub mod plan;
pub mod referral;
pub mod vocabulary;

use time::{Date, Month};

use super::codes::TalkResult;
use crate::access::{ActorProfile, Role, Scope};
use crate::base::ids::{AccountId, FacilityId};

/// A counselling session lasts at most this many minutes: ten hours, a whole day out.
pub const LONGEST_SESSION: i64 = 600;
/// Offered as duration to whoever logs their first session.
pub const USUAL_SESSION: i64 = 60;
/// Days without a session after which a client's line is marked.
pub const QUIET_DAYS: i64 = 28;
/// Code of the exit programme, whose cases a prison knows only as "Beratungstermin" (design, section 4:
/// confidentiality is the programme's central principle, domain facts 2.1).
pub const CONFIDENTIAL_PROVIDER: &str = "apro";

/// Whether a case of this provider is confidential towards whoever has this scope.
pub fn confidential(scope: &Scope, provider_code: &str) -> bool {
    matches!(scope, Scope::Facility(_)) && provider_code == CONFIDENTIAL_PROVIDER
}

/// Whether the actor may correct a counselling session: whoever recorded it, and the probation service of the office
/// where the participation belongs. The session is in the actor's scope already.
pub fn may_correct(profile: &ActorProfile, recorded_by: AccountId, facility: FacilityId) -> bool {
    profile.account == recorded_by
        || (profile.role == Role::Probation && profile.facility == Some(facility))
}

/// Whether the actor may know what a counselling session was about: the provider's staff who see it at all, and of the
/// probation service who may correct it. A prison never.
pub fn may_know_topics(
    scope: &Scope,
    profile: &ActorProfile,
    recorded_by: AccountId,
    facility: Option<FacilityId>,
) -> bool {
    match scope {
        Scope::Trainer { .. } | Scope::Provider { .. } => true,
        Scope::Assigned { .. } => {
            facility.is_some_and(|facility| may_correct(profile, recorded_by, facility))
        }
        Scope::Facility(_) | Scope::Nothing => false,
    }
}

/// Nothing is recorded for days before this one.
pub fn first_day() -> Date {
    Date::from_calendar_date(2000, Month::January, 1).unwrap_or(Date::MIN)
}

/// Why a day or a step does not fit a participation. Shown to people beside the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LifeProblem {
    /// After today.
    #[error("Dieser Tag liegt in der Zukunft. Bitte heute oder einen früheren Tag eingeben.")]
    Future,
    /// Before 2000.
    #[error("Tage vor dem 01.01.2000 werden nicht erfasst. Bitte das Jahr prüfen.")]
    TooEarly,
    /// Before the enrolment.
    #[error("Dieser Tag liegt vor dem Beginn der Teilnahme am {}. Bitte einen Tag ab dann eingeben.", crate::base::german::date(*.0))]
    BeforeEnrolment(Date),
    /// A session was held after the day.
    #[error("Am {} fand noch eine Sitzung oder ein Gespräch statt. Bitte diesen oder einen späteren Tag eingeben.", crate::base::german::date(*.0))]
    BeforeLastSession(Date),
    /// The participation is over.
    #[error("Die Teilnahme endete am {}. Bitte einen Tag bis dahin eingeben.", crate::base::german::date(*.0))]
    AfterEnd(Date),
    /// It has ended already.
    #[error("Diese Teilnahme ist schon beendet.")]
    Ended,
    /// It has not ended.
    #[error("Diese Teilnahme läuft noch.")]
    Running,
    /// An earlier participation in the same programme reaches beyond the day.
    #[error("Eine frühere Teilnahme an dieser Maßnahme endete am {}. Bitte diesen oder einen späteren Tag eingeben.", crate::base::german::date(*.0))]
    Overlap(Date),
}

/// Checks a day on which something happened.
pub fn past_day(day: Date, today: Date) -> Result<(), LifeProblem> {
    if day > today {
        return Err(LifeProblem::Future);
    }
    if day < first_day() {
        return Err(LifeProblem::TooEarly);
    }
    Ok(())
}

/// The days of a participation: enrolled, then started, then ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Life {
    /// First day.
    pub enrolled_on: Date,
    /// Day of the first session that took place.
    pub started_on: Option<Date>,
    /// Last day.
    pub ended_on: Option<Date>,
}

impl Life {
    /// A new participation. `earlier_end` is the last day of the latest earlier one in the same programme.
    pub fn enrol(day: Date, earlier_end: Option<Date>, today: Date) -> Result<Self, LifeProblem> {
        past_day(day, today)?;
        if let Some(end) = earlier_end
            && day < end
        {
            return Err(LifeProblem::Overlap(end));
        }
        Ok(Self {
            enrolled_on: day,
            started_on: None,
            ended_on: None,
        })
    }

    /// Checks the day of a session of this participation.
    pub fn session_day(&self, day: Date, today: Date) -> Result<(), LifeProblem> {
        past_day(day, today)?;
        if day < self.enrolled_on {
            return Err(LifeProblem::BeforeEnrolment(self.enrolled_on));
        }
        match self.ended_on {
            Some(end) if day > end => Err(LifeProblem::AfterEnd(end)),
            _ => Ok(()),
        }
    }

    /// The same participation after its sessions became known or were corrected; `first_held` is the day of the
    /// first session that took place, if one did.
    pub fn with_first_session(self, first_held: Option<Date>) -> Self {
        Self {
            started_on: first_held,
            ..self
        }
    }

    /// Ends it on its last day. `last_session` is the day of the last session that took place.
    pub fn end(
        self,
        day: Date,
        last_session: Option<Date>,
        today: Date,
    ) -> Result<Self, LifeProblem> {
        if self.ended_on.is_some() {
            return Err(LifeProblem::Ended);
        }
        past_day(day, today)?;
        if day < self.enrolled_on {
            return Err(LifeProblem::BeforeEnrolment(self.enrolled_on));
        }
        if let Some(last) = last_session.max(self.started_on)
            && day < last
        {
            return Err(LifeProblem::BeforeLastSession(last));
        }
        Ok(Self {
            ended_on: Some(day),
            ..self
        })
    }

    /// Undoes the ending.
    pub fn reopen(self) -> Result<Self, LifeProblem> {
        if self.ended_on.is_none() {
            return Err(LifeProblem::Running);
        }
        Ok(Self {
            ended_on: None,
            ..self
        })
    }
}

/// What a form about a counselling session says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionFacts {
    /// Day.
    pub day: Date,
    /// Minutes, 1 to [`LONGEST_SESSION`].
    pub minutes: i64,
    /// How it was held.
    pub form: super::codes::SessionForm,
    /// What became of it.
    pub outcome: TalkResult,
}

impl SessionFacts {
    /// As one line, for the history.
    pub fn line(&self) -> String {
        format!(
            "{}, {} Minuten, {}, {}",
            crate::base::german::date(self.day),
            self.minutes,
            self.form.label(),
            self.outcome.label()
        )
    }
}

/// Whether a client is due for a talk: none for [`QUIET_DAYS`] days, or never one.
pub fn quiet(last_session: Option<Date>, today: Date) -> bool {
    last_session.is_none_or(|day| (today - day).whole_days() >= QUIET_DAYS)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::Duration;

    use super::*;

    fn day(number: i64) -> Date {
        first_day() + Duration::days(number)
    }

    #[derive(Debug, Clone)]
    enum Step {
        Session(i64, bool),
        End(i64),
        Reopen,
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            (-20i64..120, any::<bool>()).prop_map(|(day, held)| Step::Session(day, held)),
            (-20i64..120).prop_map(Step::End),
            Just(Step::Reopen),
        ];
        prop::collection::vec(step, 0..30)
    }

    proptest! {
        #[test]
        fn days_stay_in_order_whatever_is_done(begin in 0i64..90, steps in steps()) {
            let today = day(100);
            let mut life = Life::enrol(day(begin), None, today).unwrap();
            let mut held: Vec<Date> = Vec::new();
            for step in steps {
                match step {
                    Step::Session(number, took_place) => {
                        if life.session_day(day(number), today).is_ok() && took_place {
                            held.push(day(number));
                            life = life.with_first_session(held.iter().min().copied());
                        }
                    }
                    Step::End(number) => {
                        if let Ok(ended) = life.end(day(number), held.iter().max().copied(), today) {
                            prop_assert_eq!(life.ended_on, None);
                            life = ended;
                        }
                    }
                    Step::Reopen => life = life.reopen().unwrap_or(life),
                }
                prop_assert!(life.enrolled_on <= today);
                prop_assert!(life.started_on.is_none_or(|start| start >= life.enrolled_on && start <= today));
                if let Some(end) = life.ended_on {
                    prop_assert!(end >= life.enrolled_on && end <= today);
                    prop_assert!(held.iter().all(|day| *day <= end));
                }
                prop_assert_eq!(life.started_on, held.iter().min().copied());
            }
        }

        #[test]
        fn participations_in_one_programme_never_overlap(end in 0i64..100, begin in -5i64..110) {
            let today = day(100);
            let enrolled = Life::enrol(day(begin), Some(day(end)), today);
            prop_assert_eq!(enrolled.is_ok(), begin >= end && begin <= 100);
        }
    }

    #[test]
    fn a_day_that_does_not_fit_is_named() {
        let today = day(100);
        let life = Life::enrol(day(10), None, today).unwrap();
        assert_eq!(Life::enrol(day(101), None, today), Err(LifeProblem::Future));
        assert_eq!(
            Life::enrol(day(-1), None, today),
            Err(LifeProblem::TooEarly)
        );
        assert_eq!(
            life.session_day(day(9), today),
            Err(LifeProblem::BeforeEnrolment(day(10)))
        );
        let started = life.with_first_session(Some(day(20)));
        assert_eq!(
            started.end(day(19), None, today),
            Err(LifeProblem::BeforeLastSession(day(20)))
        );
        assert_eq!(
            started.end(day(29), Some(day(30)), today),
            Err(LifeProblem::BeforeLastSession(day(30)))
        );
        let ended = started.end(day(30), Some(day(30)), today).unwrap();
        assert_eq!(ended.end(day(30), None, today), Err(LifeProblem::Ended));
        assert_eq!(
            ended.session_day(day(31), today),
            Err(LifeProblem::AfterEnd(day(30)))
        );
        assert_eq!(started.reopen(), Err(LifeProblem::Running));
        assert_eq!(ended.reopen(), Ok(started));
        assert_eq!(
            LifeProblem::BeforeEnrolment(day(10)).to_string(),
            "Dieser Tag liegt vor dem Beginn der Teilnahme am 11.01.2000. Bitte einen Tag ab dann eingeben."
        );
    }

    #[test]
    fn only_a_prison_knows_less_of_the_exit_programme() {
        let prison = Scope::Facility(FacilityId(uuid::Uuid::nil()));
        assert!(confidential(&prison, "apro"));
        assert!(!confidential(&prison, "vpn"));
        assert!(!confidential(&Scope::Nothing, "apro"));
    }

    #[test]
    fn corrections_come_from_whoever_recorded_or_from_the_office() {
        let id = |number: u128| uuid::Uuid::from_u128(number);
        let profile = |account: u128, role: Role, facility: Option<u128>| ActorProfile {
            account: AccountId(id(account)),
            holder: AccountId(id(account)),
            name: String::new(),
            role,
            facility: facility.map(|number| FacilityId(id(number))),
            facility_name: None,
            provider: None,
            provider_name: None,
            staff: None,
            lead: false,
            grants: Vec::new(),
            session: String::new(),
        };
        let allowed =
            |profile: ActorProfile| may_correct(&profile, AccountId(id(1)), FacilityId(id(7)));
        assert!(allowed(profile(1, Role::Trainer, None)));
        assert!(!allowed(profile(2, Role::Trainer, None)));
        assert!(allowed(profile(2, Role::Probation, Some(7))));
        assert!(!allowed(profile(2, Role::Probation, Some(8))));
        assert!(!allowed(profile(2, Role::SocialService, Some(7))));
    }

    #[test]
    fn four_weeks_without_a_talk_are_quiet() {
        assert!(quiet(None, day(28)));
        assert!(quiet(Some(day(0)), day(28)));
        assert!(!quiet(Some(day(1)), day(28)));
    }
}
