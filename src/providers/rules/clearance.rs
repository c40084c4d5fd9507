//! A clearance ("Überprüfung"): what it may become, what it may say, how long it holds, when to warn. Pure.
//!
//! Geleit keeps the decision, its scope, the office that issued it, its validity and its restrictions. What was found
//! is kept nowhere: there is no field for it.

use time::{Date, Month};

use crate::base::codes::codes;
use crate::base::german;

/// The longest validity in years. The Saxon period for checking again could not be read; two years is the strictest of
/// those in use elsewhere.
pub const LONGEST_YEARS: i32 = 2;
/// How far ahead the first day may lie, in days.
pub const FARTHEST_DAYS: i64 = 2 * 366;
/// The days before the end on which provider and facility are warned, each time more urgently.
pub const WARNING_DAYS: [i64; 3] = [90, 30, 7];

codes! {
    /// What was decided about a clearance, as stored.
    State {
        /// Asked for; lets nobody in.
        Requested "requested" "beantragt",
        /// Decided by the facility.
        Granted "granted" "erteilt",
        /// Refused. Final.
        Declined "declined" "abgelehnt",
        /// Taken back before or after the decision. Final.
        Withdrawn "withdrawn" "beendet",
    }
}

codes! {
    /// The result; never what it rests on.
    Outcome {
        /// No restriction.
        Clear "clear" "keine Bedenken",
        /// With one restriction at least.
        Conditions "conditions" "keine Bedenken mit Auflagen",
    }
}

codes! {
    /// What a clearance is good for.
    Scope {
        /// Everything a provider does there.
        All "all" "Gruppen und Einzelgespräche",
        /// Group sessions.
        Groups "groups" "nur Gruppen",
        /// Talks with one person.
        Single "single" "nur Einzelgespräche",
    }
}

impl Scope {
    /// Whether this scope allows no more than another.
    pub fn within(self, other: Scope) -> bool {
        other == Scope::All || self == other
    }
}

/// What a cleared person may not do. More of them is stricter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Restrictions {
    /// Only in company of the facility's staff.
    pub escort: bool,
    /// No group session without a second trainer.
    pub not_alone: bool,
    /// No devices.
    pub no_devices: bool,
}

impl Restrictions {
    /// Field, German words for the gate and the planner, in the order of the screen.
    pub const WORDS: [(&'static str, &'static str); 3] = [
        ("escort", "nur in Begleitung"),
        ("not_alone", "keine Gruppensitzung allein"),
        ("no_devices", "keine Geräte"),
    ];

    fn set(self) -> [bool; 3] {
        [self.escort, self.not_alone, self.no_devices]
    }

    /// The words of those that hold.
    pub fn labels(self) -> Vec<&'static str> {
        Self::WORDS
            .into_iter()
            .zip(self.set())
            .filter(|(_, holds)| *holds)
            .map(|((_, word), _)| word)
            .collect()
    }

    /// Those that hold in one line; "keine" without any.
    pub fn line(self) -> String {
        let labels = self.labels();
        if labels.is_empty() {
            "keine".to_owned()
        } else {
            labels.join(", ")
        }
    }

    /// Whether none holds.
    pub fn none(self) -> bool {
        self == Self::default()
    }

    /// Whether everything that holds in another holds here too.
    pub fn at_least(self, other: Self) -> bool {
        self.set()
            .into_iter()
            .zip(other.set())
            .all(|(here, there)| here || !there)
    }

    /// What holds in one or the other.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            escort: self.escort || other.escort,
            not_alone: self.not_alone || other.not_alone,
            no_devices: self.no_devices || other.no_devices,
        }
    }
}

/// What the screens say of a clearance on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// Waits for a decision.
    Requested,
    /// Granted and running.
    Valid,
    /// Granted, but begins later.
    Future,
    /// Its last day is over.
    Expired,
    /// Refused.
    Declined,
    /// Taken back.
    Withdrawn,
}

impl Shown {
    /// The word on the screen.
    pub fn word(self) -> &'static str {
        match self {
            Shown::Requested => "beantragt",
            Shown::Valid => "gültig",
            Shown::Future => "künftig",
            Shown::Expired => "abgelaufen",
            Shown::Declined => "abgelehnt",
            Shown::Withdrawn => "beendet",
        }
    }
}

/// What the screens say today; `validity` is there once it is granted.
pub fn shown(state: State, validity: Option<(Date, Date)>, today: Date) -> Shown {
    match (state, validity) {
        (State::Declined, _) => Shown::Declined,
        (State::Withdrawn, _) => Shown::Withdrawn,
        (State::Requested, _) => Shown::Requested,
        (State::Granted, Some((first, _))) if first > today => Shown::Future,
        (State::Granted, Some((_, last))) if last >= today => Shown::Valid,
        (State::Granted, _) => Shown::Expired,
    }
}

/// How urgent the coming end of a running clearance is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// Within 90 days: time to ask for the renewal.
    Early,
    /// Within 30 days.
    Soon,
    /// Within 7 days.
    Now,
}

/// The warning about an end: how urgent, and the days that are left (0: today is the last one).
pub fn warning(last: Date, today: Date) -> Option<(Urgency, i64)> {
    let left = (last - today).whole_days();
    let [early, soon, now] = WARNING_DAYS;
    let urgency = match left {
        ..0 => return None,
        left if left <= now => Urgency::Now,
        left if left <= soon => Urgency::Soon,
        left if left <= early => Urgency::Early,
        _ => return None,
    };
    Some((urgency, left))
}

/// What somebody does about a clearance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// "Erteilen", with a result of one's own or accepting another facility's.
    Grant,
    /// "Ablehnen"
    Decline,
    /// "Beenden", "Zurückziehen"
    Withdraw,
}

/// Why a step is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The same person asked for it: two people must look at it.
    FourEyes,
    /// Its last day is over.
    Over,
    /// It stands where this step is not possible (any more).
    NotPossible(State),
}

/// Where a clearance stands after a step. The one place that knows the transitions: requested → granted or declined (by
/// another person than the one who asked), requested or granted → withdrawn; declined and withdrawn are final.
///
/// `same_person`: the one who acts is the one who asked. `over`: its last day is past.
///
/// # Errors
/// [`Refusal`]; then nothing changes.
pub fn next(state: State, step: Step, same_person: bool, over: bool) -> Result<State, Refusal> {
    match (state, step) {
        (State::Requested, Step::Grant | Step::Decline) if same_person => Err(Refusal::FourEyes),
        (State::Requested, Step::Grant) => Ok(State::Granted),
        (State::Requested, Step::Decline) => Ok(State::Declined),
        (State::Granted, Step::Withdraw) if over => Err(Refusal::Over),
        (State::Requested | State::Granted, Step::Withdraw) => Ok(State::Withdrawn),
        (state, _) => Err(Refusal::NotPossible(state)),
    }
}

/// A decision of another facility that is to be accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    /// Its last day.
    pub last: Date,
    /// What it is good for.
    pub scope: Scope,
    /// Its restrictions.
    pub restrictions: Restrictions,
}

/// A decision about to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// The result.
    pub outcome: Outcome,
    /// What it is good for.
    pub scope: Scope,
    /// First day.
    pub first: Date,
    /// Last day.
    pub last: Date,
    /// What is not allowed.
    pub restrictions: Restrictions,
}

/// The result that goes with restrictions.
pub fn outcome_of(restrictions: Restrictions) -> Outcome {
    if restrictions.none() {
        Outcome::Clear
    } else {
        Outcome::Conditions
    }
}

/// What is wrong with a decision: the form's field and the German sentence. `runs_until` is the last day of what is
/// granted already for the same person and facility; `source` the decision it accepts.
pub fn decision_problems(
    decision: &Decision,
    runs_until: Option<Date>,
    source: Option<Source>,
    today: Date,
) -> Vec<(&'static str, String)> {
    let mut problems = Vec::new();
    match (decision.outcome, decision.restrictions.none()) {
        (Outcome::Clear, false) => problems.push((
            "result",
            "Mit Auflagen ist das Ergebnis „keine Bedenken mit Auflagen“. Bitte das Ergebnis oder die Auflagen ändern.".to_owned(),
        )),
        (Outcome::Conditions, true) => problems.push((
            "restriction",
            "Bitte mindestens eine Auflage ankreuzen oder das Ergebnis „keine Bedenken“ wählen.".to_owned(),
        )),
        _ => {}
    }
    if let Some(problem) = validity_problem(decision.first, decision.last, runs_until, today) {
        problems.push(problem);
    }
    if let Some(source) = source {
        if decision.last > source.last {
            problems.push((
                "last_day",
                format!(
                    "Die übernommene Entscheidung gilt nur bis zum {}. Bitte spätestens diesen Tag eingeben.",
                    german::date(source.last)
                ),
            ));
        }
        if !decision.restrictions.at_least(source.restrictions) {
            problems.push((
                "restriction",
                format!(
                    "Die übernommene Entscheidung hat Auflagen, die auch hier gelten müssen: {}.",
                    source.restrictions.line()
                ),
            ));
        }
        if !decision.scope.within(source.scope) {
            problems.push((
                "scope",
                format!(
                    "Die übernommene Entscheidung gilt {}. Bitte nicht mehr erlauben.",
                    match source.scope {
                        Scope::All => "für Gruppen und Einzelgespräche",
                        other => other.label(),
                    }
                ),
            ));
        }
    }
    problems
}

fn validity_problem(
    first: Date,
    last: Date,
    runs_until: Option<Date>,
    today: Date,
) -> Option<(&'static str, String)> {
    if first < today {
        return Some((
            "first_day",
            format!(
                "Der erste Tag liegt in der Vergangenheit. Bitte frühestens den {} eingeben.",
                german::date(today)
            ),
        ));
    }
    if let Some(until) = runs_until.filter(|until| first <= *until) {
        return Some((
            "first_day",
            format!(
                "Die bisherige Überprüfung gilt bis zum {}. Die neue beginnt frühestens am {}.",
                german::date(until),
                german::date(until.next_day().unwrap_or(until))
            ),
        ));
    }
    if (first - today).whole_days() > FARTHEST_DAYS {
        return Some((
            "first_day",
            "Der erste Tag liegt mehr als zwei Jahre in der Zukunft. Bitte das Jahr prüfen."
                .to_owned(),
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
                "Eine Überprüfung gilt höchstens {LONGEST_YEARS} Jahre. Bitte spätestens den {} eingeben.",
                german::date(longest)
            ),
        )
    })
}

/// The last day of the longest validity that begins on a day.
pub fn longest_last_day(first: Date) -> Date {
    let year = first.year() + LONGEST_YEARS;
    // Only the 29th of February may be missing in the later year.
    first
        .replace_year(year)
        .or_else(|_| Date::from_calendar_date(year, Month::March, 1))
        .ok()
        .and_then(Date::previous_day)
        .unwrap_or(Date::MAX)
}

/// What is wrong with the day of the consent.
pub fn consent_problem(day: Date, today: Date) -> Option<String> {
    if day > today {
        return Some(
            "Der Tag der Einwilligung liegt in der Zukunft. Bitte erst beantragen, wenn sie unterschrieben ist."
                .to_owned(),
        );
    }
    (day < longest_ago(today)).then(|| {
        format!(
            "Die Einwilligung ist älter als {LONGEST_YEARS} Jahre. Bitte eine neue unterschreiben lassen."
        )
    })
}

fn longest_ago(today: Date) -> Date {
    let year = today.year() - LONGEST_YEARS;
    today
        .replace_year(year)
        .or_else(|_| Date::from_calendar_date(year, Month::February, 28))
        .unwrap_or(Date::MIN)
}

#[cfg(test)]
#[path = "clearance_tests.rs"]
mod tests;
