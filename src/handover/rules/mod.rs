//! The states of a hand-over as one machine, what its offer must say, and what is to be done when ([`mod@todo`]). Pure.

pub mod todo;

use serde::{Deserialize, Serialize};
use time::{Date, Duration};

use crate::base::codes::codes;
use crate::base::ids::EnrolmentId;

codes! {
    /// Where a hand-over stands.
    State {
        /// Waits for an answer.
        Offered "offered" "angeboten",
        /// Taken over.
        Accepted "accepted" "angenommen",
        /// Not taken over.
        Declined "declined" "abgelehnt",
        /// Nobody answered in time.
        Expired "expired" "abgelaufen",
        /// Taken back by who offered it.
        Revoked "revoked" "zurückgezogen",
    }
}

codes! {
    /// To whom.
    Kind {
        /// To another prison.
        Prison "prison" "an eine Anstalt",
        /// To the probation service.
        Probation "probation" "an die Bewährungshilfe",
    }
}

codes! {
    /// What is done before somebody is handed over.
    Check {
        /// The person knows.
        Told "told" "Person ist informiert und einverstanden",
        /// The trainer or counsellor knows.
        Provider "provider" "Fachkraft oder Träger ist informiert",
        /// Paper is handed out.
        Papers "papers" "Bescheinigung oder Teilnahmenachweis ist ausgehändigt",
        /// A first date is agreed.
        FirstDate "first_date" "Erster Termin danach ist vereinbart",
        /// Everyday matters.
        Everyday "everyday" "Wohnung, Arbeit oder Ausbildung, Ausweis sind angesprochen",
        /// The personal safety plan.
        SafetyPlan "safety_plan" "Persönlicher Sicherheitsplan ist besprochen",
    }
}

/// What somebody does with a hand-over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Takes it over.
    Accept,
    /// Does not, and says why or not.
    Decline {
        /// Whether a reason is given.
        reason: bool,
    },
    /// Takes it back: an offer, or what was accepted and has not come about.
    Revoke {
        /// Whether it is to a prison and nobody was moved yet.
        pending: bool,
    },
    /// The last day is over.
    Expire,
}

/// Who does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Who offered it.
    Giving,
    /// To whom it is offered.
    Receiving,
    /// The clock.
    Clock,
}

/// Why something is not done. Shown to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum No {
    /// It is answered already.
    #[error("Diese Übergabe ist nicht mehr offen: {}.", .0.label())]
    Over(State),
    /// The last day is over.
    #[error("Das Angebot ist abgelaufen. Die abgebende Stelle kann die Übergabe neu anbieten.")]
    TooLate,
    /// It still runs.
    #[error("Das Angebot läuft noch.")]
    TooEarly,
    /// Others do that.
    #[error("Das entscheidet die andere Stelle.")]
    NotYours,
    /// Without a reason nobody declines.
    #[error("Bitte begründen, warum die Übergabe nicht angenommen wird.")]
    NoReason,
}

/// What becomes of a hand-over. Only an open offer can be answered, once, by whom it is offered to, until its last day.
/// What another prison accepted can be taken back until the person is moved there.
///
/// # Errors
/// Why not.
pub fn step(state: State, act: Act, by: Side, today: Date, expires_on: Date) -> Result<State, No> {
    match (state, act, by) {
        (State::Offered, ..) => {}
        (State::Accepted, Act::Revoke { pending: true }, Side::Giving) => {
            return Ok(State::Revoked);
        }
        _ => return Err(No::Over(state)),
    }
    let over = today > expires_on;
    match (act, by) {
        (Act::Expire, Side::Clock) if over => Ok(State::Expired),
        (Act::Expire, Side::Clock) => Err(No::TooEarly),
        (Act::Accept, Side::Receiving) if over => Err(No::TooLate),
        (Act::Accept, Side::Receiving) => Ok(State::Accepted),
        (Act::Decline { .. }, Side::Receiving) if over => Err(No::TooLate),
        (Act::Decline { reason: false }, Side::Receiving) => Err(No::NoReason),
        (Act::Decline { reason: true }, Side::Receiving) => Ok(State::Declined),
        // Also after the last day: nobody has to wait for the clock.
        (Act::Revoke { .. }, Side::Giving) => Ok(State::Revoked),
        _ => Err(No::NotYours),
    }
}

/// The state that counts on a day: an offer whose last day is over has expired, whether the clock said so or not.
pub fn effective(state: State, today: Date, expires_on: Date) -> State {
    step(state, Act::Expire, Side::Clock, today, expires_on).unwrap_or(state)
}

/// Whether the receiving side may see the facts: what was offered is accepted, and nothing else.
pub fn facts_open(state: State, kind: Kind, consents: bool) -> bool {
    state == State::Accepted && (kind == Kind::Prison || consents)
}

/// A hand-over to a prison whose transfer was to be on this day or before, and never was, comes to nothing: the other
/// prison sees it no longer, and no participation goes along. A release may come later than was thought.
pub fn come_to_nothing(today: Date) -> Date {
    today - Duration::days(LONG_AGO)
}

/// Days an offer waits by default, at least and at most.
pub const USUAL_WAIT: i64 = 14;
/// The longest an offer may wait.
pub const LONGEST_WAIT: i64 = 60;
/// How far ahead a move may lie: transition management begins months before the release.
pub const FAR_AHEAD: i64 = 730;
/// How long ago it may lie.
pub const LONG_AGO: i64 = crate::people::HANDOVER_DAYS;

/// What the form of an offer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// To whom.
    pub kind: Kind,
    /// The day of transfer or release.
    pub moves_on: Date,
    /// The last day of the offer.
    pub expires_on: Date,
    /// When transition management begins.
    pub transition_from: Option<Date>,
    /// Months of stabilisation coaching; 0: none.
    pub coaching_months: i64,
    /// How many participations go along.
    pub parts: usize,
    /// Whether the person consents to tell the probation service.
    pub consents: bool,
}

/// What stands against an offer, as field and sentence.
pub fn problems(offer: &Offer, today: Date) -> Vec<(&'static str, &'static str)> {
    let mut found = Vec::new();
    let ahead = (offer.moves_on - today).whole_days();
    if !(-LONG_AGO..=FAR_AHEAD).contains(&ahead) {
        found.push((
            "tag",
            "Bitte einen Tag zwischen vor vier Wochen und in zwei Jahren eingeben.",
        ));
    }
    let wait = (offer.expires_on - today).whole_days();
    if !(0..=LONGEST_WAIT).contains(&wait) {
        found.push((
            "gilt_bis",
            "Bitte heute oder einen Tag in den nächsten 60 Tagen eingeben.",
        ));
    }
    if offer.parts == 0 {
        found.push(("teilnahmen", "Bitte mindestens eine Teilnahme ankreuzen."));
    }
    match offer.kind {
        Kind::Prison => {
            if offer.transition_from.is_some() {
                found.push((
                    "uebergang",
                    "Übergangsmanagement gibt es nur vor einer Entlassung. Bitte leer lassen.",
                ));
            }
            if offer.coaching_months != 0 {
                found.push((
                    "coaching",
                    "Stabilisierungscoaching gibt es nur nach einer Entlassung.",
                ));
            }
        }
        Kind::Probation => {
            if offer
                .transition_from
                .is_some_and(|from| from > offer.moves_on)
            {
                found.push(("uebergang", "Das Übergangsmanagement beginnt vor der Entlassung. Bitte einen früheren Tag eingeben."));
            }
            if offer.coaching_months != 0 && !(6..=12).contains(&offer.coaching_months) {
                found.push((
                    "coaching",
                    "Stabilisierungscoaching dauert 6 bis 12 Monate.",
                ));
            }
            if !offer.consents {
                found.push(("an", "Für die Weitergabe an die Bewährungshilfe liegt keine gültige Einwilligung vor. Bitte sie zuerst bei der Person erfassen."));
            }
        }
    }
    found
}

/// The day on which stabilisation coaching ends.
pub fn coaching_end(begin: Date, months: i64) -> Date {
    let months = i32::try_from(months).unwrap_or(0);
    let index = begin.year() * 12 + i32::from(u8::from(begin.month())) - 1 + months;
    let (year, month) = (index.div_euclid(12), index.rem_euclid(12) + 1);
    let month = u8::try_from(month)
        .ok()
        .and_then(|month| time::Month::try_from(month).ok())
        .unwrap_or(time::Month::January);
    let day = begin.day().min(month.length(year));
    Date::from_calendar_date(year, month, day).unwrap_or(begin + Duration::days(180))
}

/// A participation as the summary states it: facts, never notes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartFacts {
    /// The participation.
    #[serde(default)]
    pub part: Option<EnrolmentId>,
    /// The programme.
    pub programme: String,
    /// The organisation.
    pub provider: String,
    /// First day.
    pub enrolled_on: Date,
    /// First session.
    pub started_on: Option<Date>,
    /// Group sessions attended, of so many held while the person was a member.
    pub attended: i64,
    /// Held while the person was a member.
    pub held: i64,
    /// Talks that took place, of so many arranged.
    pub talks: i64,
    /// Arranged, whether they took place or not.
    pub arranged: i64,
    /// The module passport: each module with sessions done and sessions of the course.
    pub modules: Vec<(String, usize, usize)>,
}

/// What is handed over, frozen when it is offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Summary {
    /// The participations.
    pub parts: Vec<PartFacts>,
    /// Phenomenon areas, only where the giving side finds them necessary.
    pub phenomena: Vec<String>,
}

impl Summary {
    /// Without the participations that are unknown again because somebody withdrew the consent to be known by name; what
    /// cannot be told apart from theirs goes with them.
    pub fn without(mut self, unknown: &[EnrolmentId]) -> Self {
        if unknown.is_empty() {
            return self;
        }
        self.phenomena.clear();
        self.parts
            .retain(|facts| facts.part.is_some_and(|part| !unknown.contains(&part)));
        self
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;

    const LAST: Date = date!(2026 - 12 - 07);

    fn act() -> impl Strategy<Value = (Act, Side, i64)> {
        (
            prop::sample::select(vec![
                Act::Accept,
                Act::Decline { reason: true },
                Act::Decline { reason: false },
                Act::Revoke { pending: true },
                Act::Revoke { pending: false },
                Act::Expire,
            ]),
            prop::sample::select(vec![Side::Giving, Side::Receiving, Side::Clock]),
            0i64..10,
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12_000))]

        #[test]
        fn of_every_sequence_at_most_one_act_counts_and_the_right_one(acts in prop::collection::vec(act(), 0..12)) {
            let mut today = date!(2026 - 11 - 23);
            let mut state = State::Offered;
            let mut answers = 0;
            for (act, by, days) in acts {
                today += Duration::days(days);
                let seen = effective(state, today, LAST);
                match step(state, act, by, today, LAST) {
                    Ok(after) => {
                        answers += 1;
                        let taken_back = (state, act, by)
                            == (State::Accepted, Act::Revoke { pending: true }, Side::Giving);
                        prop_assert!(taken_back || state == State::Offered);
                        prop_assert!(after != State::Offered);
                        let allowed = match (act, after) {
                            (Act::Accept, State::Accepted) => by == Side::Receiving && today <= LAST,
                            (Act::Decline { reason }, State::Declined) => by == Side::Receiving && today <= LAST && reason,
                            (Act::Revoke { .. }, State::Revoked) => by == Side::Giving,
                            (Act::Expire, State::Expired) => by == Side::Clock && today > LAST,
                            _ => false,
                        };
                        prop_assert!(allowed, "{:?} by {:?} gave {:?}", act, by, after);
                        state = after;
                    }
                    Err(no) => prop_assert!(no.to_string().ends_with('.')),
                }
                // What counts is a fixed point, and facts are open after acceptance only.
                prop_assert_eq!(effective(seen, today, LAST), seen);
                for kind in Kind::ALL {
                    for consents in [true, false] {
                        let open = facts_open(effective(state, today, LAST), *kind, consents);
                        prop_assert!(!open || state == State::Accepted);
                        prop_assert!(!open || consents || *kind == Kind::Prison);
                    }
                }
            }
            // Accepted and then taken back are two.
            prop_assert!(answers <= 1 + usize::from(state == State::Revoked), "an offer is answered once");
            prop_assert_eq!(answers == 0, state == State::Offered);
        }

        #[test]
        fn whoever_declines_without_a_reason_declines_nothing(days in 0i64..40) {
            let today = date!(2026 - 11 - 23) + Duration::days(days);
            let no = step(State::Offered, Act::Decline { reason: false }, Side::Receiving, today, LAST);
            prop_assert!(no.is_err());
        }

        #[test]
        fn coaching_ends_on_the_same_day_months_later(days in 0i64..1_500, months in 6i64..=12) {
            let begin = date!(2024 - 01 - 01) + Duration::days(days);
            let end = coaching_end(begin, months);
            let whole = (end - begin).whole_days();
            prop_assert!(whole >= months * 28 && whole <= months * 31);
            prop_assert!(end.day() == begin.day() || end.day() == end.month().length(end.year()));
        }
    }

    #[test]
    fn of_what_is_unknown_again_the_summary_says_nothing() {
        let facts = |part: Option<EnrolmentId>| PartFacts {
            part,
            programme: "Distanzierung".into(),
            provider: "VPN".into(),
            enrolled_on: LAST,
            started_on: None,
            attended: 0,
            held: 0,
            talks: 0,
            arranged: 0,
            modules: Vec::new(),
        };
        let id = |number: u128| EnrolmentId(uuid::Uuid::from_u128(number));
        let summary = Summary {
            parts: vec![facts(Some(id(1))), facts(Some(id(2))), facts(None)],
            phenomena: vec!["Rechtsextremismus".into()],
        };
        assert_eq!(summary.clone().without(&[]), summary);
        let left = summary.without(&[id(2)]);
        assert_eq!(left.parts, [facts(Some(id(1)))]);
        assert!(left.phenomena.is_empty());
    }

    #[test]
    fn an_offer_to_the_probation_service_needs_consent_and_its_days() {
        let today = date!(2026 - 11 - 23);
        let good = Offer {
            kind: Kind::Probation,
            moves_on: date!(2027 - 03 - 01),
            expires_on: date!(2026 - 12 - 07),
            transition_from: Some(date!(2026 - 12 - 01)),
            coaching_months: 6,
            parts: 1,
            consents: true,
        };
        assert!(problems(&good, today).is_empty());
        let field = |offer: Offer| problems(&offer, today).first().map(|found| found.0);
        assert_eq!(
            field(Offer {
                consents: false,
                ..good
            }),
            Some("an")
        );
        assert_eq!(
            field(Offer {
                coaching_months: 5,
                ..good
            }),
            Some("coaching")
        );
        assert_eq!(field(Offer { parts: 0, ..good }), Some("teilnahmen"));
        assert_eq!(
            field(Offer {
                moves_on: date!(2026 - 10 - 01),
                transition_from: None,
                ..good
            }),
            Some("tag")
        );
        assert_eq!(
            field(Offer {
                expires_on: date!(2026 - 11 - 22),
                ..good
            }),
            Some("gilt_bis")
        );
        let prison = Offer {
            kind: Kind::Prison,
            consents: false,
            transition_from: None,
            coaching_months: 0,
            ..good
        };
        assert!(problems(&prison, today).is_empty());
        assert_eq!(
            field(Offer {
                coaching_months: 6,
                ..prison
            }),
            Some("coaching")
        );
    }
}
