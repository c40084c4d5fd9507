//! Which items a change of placement raises. Pure: the whole decision is [`items`].

use time::Date;
use uuid::Uuid;

use super::{Conclusion, Kind};
use crate::access::Role;
use crate::base::codes::codes;
use crate::base::ids::FacilityId;

codes! {
    /// What happened to a person.
    Event {
        /// Moved to another prison.
        Transfer "transfer" "Verlegung",
        /// Released from custody.
        Release "release" "Entlassung",
        /// Back in custody after a release.
        Recall "recall" "Rückkehr in Haft",
        /// Away for a while; the placement goes on.
        Absence "absence" "Abwesenheit",
    }
}

/// An absence of at most so many days raises nothing: the register knows it, and nothing has to be decided.
pub const SHORT_ABSENCE: i64 = 7;
/// Days a facility has by default to decide what an event leaves open.
pub const GRACE_DAYS: i64 = 14;
/// The most days a facility may take: afterwards it no longer sees whom it handed over.
pub const MOST_GRACE_DAYS: i64 = crate::people::HANDOVER_DAYS;

/// A participation of the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Its id.
    pub enrolment: Uuid,
    /// Whether a prison knows only its appointments.
    pub confidential: bool,
    /// Whether it runs; otherwise it broke off.
    pub runs: bool,
    /// The open place in a group: membership, and the facility of the group.
    pub place: Option<(Uuid, FacilityId)>,
}

/// What there is when the event happens.
#[derive(Debug, Clone)]
pub struct Situation {
    /// Whom the event concerns: its id stands for the person as a whole.
    pub person: Uuid,
    /// The prison where it happened: the one left, or on a recall the one that took the person in.
    pub facility: FacilityId,
    /// Days of an absence, if its end is known.
    pub days: Option<i64>,
    /// The participations: running ones, and on a recall those that broke off.
    pub parts: Vec<Part>,
    /// Whether a hand-over of the person by the facility is offered or accepted already.
    pub handed_over: bool,
}

/// An item to be raised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wanted {
    /// What it is about.
    pub kind: Kind,
    /// The membership, participation or person it is about.
    pub subject: Uuid,
    /// Who has to decide.
    pub facility: FacilityId,
}

/// The items that an event raises. Confidential participations raise none: to a prison there are only appointments.
pub fn items(event: Event, situation: &Situation) -> Vec<Wanted> {
    let open = situation.parts.iter().filter(|part| !part.confidential);
    let place_or_work = |part: &Part| match part.place {
        Some((membership, facility)) => Wanted {
            kind: Kind::GroupPlace,
            subject: membership,
            facility,
        },
        None => Wanted {
            kind: Kind::IndividualWork,
            subject: part.enrolment,
            facility: situation.facility,
        },
    };
    let running = open.clone().filter(|part| part.runs);
    let mut wanted: Vec<Wanted> = match event {
        Event::Absence if situation.days.is_some_and(|days| days <= SHORT_ABSENCE) => Vec::new(),
        // A group elsewhere does not wait for somebody who is away from here.
        Event::Absence => running
            .filter(|part| {
                part.place
                    .is_none_or(|(_, facility)| facility == situation.facility)
            })
            .map(place_or_work)
            .collect(),
        Event::Transfer | Event::Release => {
            let mut wanted: Vec<Wanted> = running.map(place_or_work).collect();
            if !wanted.is_empty() && !situation.handed_over {
                wanted.push(Wanted {
                    kind: Kind::HandOver,
                    subject: situation.person,
                    facility: situation.facility,
                });
            }
            wanted
        }
        Event::Recall => open
            .map(|part| Wanted {
                kind: Kind::Recall,
                subject: part.enrolment,
                facility: situation.facility,
            })
            .collect(),
    };
    wanted.sort();
    wanted.dedup();
    wanted
}

/// How an item of a kind may be answered by a role. The first is the usual one.
pub fn answers(kind: Kind, event: Option<Event>, role: Role) -> &'static [Conclusion] {
    use Conclusion::*;
    match (kind, event, role) {
        (Kind::GroupPlace, Some(Event::Absence), _) => &[Suspend, KeepPlace, EndPlace],
        (Kind::GroupPlace, _, _) => &[EndPlace, KeepPlace],
        (Kind::IndividualWork, Some(Event::Absence), _) => &[GoesOn],
        (Kind::IndividualWork, _, _) => &[GoesOn, EndPart],
        (Kind::HandOver, _, _) => &[NotNeeded],
        (Kind::Recall, _, _) => &[GoesOn, Reopen, StaysEnded],
        // A probation office has no access officer to ask.
        (Kind::GrantAfterTransfer, _, Role::SocialService) => &[AskGrant, Solved, Acknowledged],
        (Kind::GrantAfterTransfer | Kind::GrantAsked, _, _) => &[Solved, Acknowledged],
        (Kind::NewCharge, _, _) => &[Taken],
        (Kind::OldCharge, _, _) => &[EndCharge, KeepCharge],
    }
}

/// The last day for an item of an event.
pub fn due(event_day: Date, grace: i64) -> Date {
    event_day + time::Duration::days(grace.clamp(1, MOST_GRACE_DAYS))
}

/// How long there is still, in words.
pub fn countdown(due: Date, today: Date) -> String {
    let days = (due - today).whole_days();
    let plural = |days: i64| crate::base::german::plural(days.unsigned_abs(), "Tag", "Tage");
    match days {
        0 => "Frist endet heute".to_owned(),
        1.. => format!("noch {}", plural(days)),
        _ => format!(
            "Frist seit {} vorbei",
            crate::base::german::plural(days.unsigned_abs(), "Tag", "Tagen")
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use time::macros::date;

    use super::*;

    fn facility(number: u8) -> FacilityId {
        FacilityId(Uuid::from_u128(1000 + u128::from(number)))
    }

    fn parts() -> impl Strategy<Value = Vec<Part>> {
        prop::collection::vec(
            (any::<bool>(), any::<bool>(), prop::option::of(0u8..3)),
            0..6,
        )
        .prop_map(|rows| {
            (1u128..)
                .zip(rows)
                .map(|(number, (confidential, runs, place))| Part {
                    enrolment: Uuid::from_u128(number),
                    confidential,
                    runs,
                    // Only who takes part has a place.
                    place: place
                        .filter(|_| runs)
                        .map(|place| (Uuid::from_u128(100 + number), facility(place))),
                })
                .collect()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn every_running_part_is_asked_about_exactly_once_and_no_confidential_one(
            event in prop::sample::select(Event::ALL), parts in parts(),
            days in prop::option::of(0i64..40), handed_over: bool,
        ) {
            let person = Uuid::from_u128(9_999);
            let situation = Situation { person, facility: facility(0), days, parts: parts.clone(), handed_over };
            let found = items(event, &situation);
            // Nothing twice, and the order of the rows does not matter.
            prop_assert_eq!(found.iter().map(|one| (one.kind, one.subject)).collect::<BTreeSet<_>>().len(), found.len());
            let mut turned = situation.clone();
            turned.parts.reverse();
            prop_assert_eq!(&items(event, &turned), &found);
            for part in &parts {
                let about = found.iter().filter(|one| one.subject == part.enrolment
                    || part.place.is_some_and(|(membership, _)| one.subject == membership)).count();
                let short = event == Event::Absence && days.is_some_and(|days| days <= SHORT_ABSENCE);
                let elsewhere = event == Event::Absence && part.place.is_some_and(|(_, at)| at != facility(0));
                let asked = !part.confidential && !short && !elsewhere && (part.runs || event == Event::Recall);
                prop_assert_eq!(about, usize::from(asked), "{:?} {:?}", event, part);
            }
            // A place is decided about where the group is, everything else where it happened.
            for one in &found {
                match one.kind {
                    Kind::GroupPlace => prop_assert!(parts.iter().any(|part| part.place == Some((one.subject, one.facility)))),
                    _ => prop_assert_eq!(one.facility, facility(0)),
                }
                // And there is always an answer that changes nothing.
                let answers = answers(one.kind, Some(event), Role::SocialService);
                prop_assert!(answers.iter().any(|answer| !answer.acts()));
            }
            let hand_over = found.iter().filter(|one| one.kind == Kind::HandOver).count();
            let leaves = matches!(event, Event::Transfer | Event::Release);
            let runs = parts.iter().any(|part| part.runs && !part.confidential);
            prop_assert_eq!(hand_over, usize::from(leaves && runs && !handed_over));
        }
    }

    #[test]
    fn the_countdown_is_told_in_words() {
        let due = due(date!(2026 - 11 - 23), GRACE_DAYS);
        assert_eq!(due, date!(2026 - 12 - 07));
        assert_eq!(countdown(due, date!(2026 - 11 - 23)), "noch 14 Tage");
        assert_eq!(countdown(due, date!(2026 - 12 - 06)), "noch 1 Tag");
        assert_eq!(countdown(due, due), "Frist endet heute");
        assert_eq!(
            countdown(due, date!(2026 - 12 - 10)),
            "Frist seit 3 Tagen vorbei"
        );
    }
}
