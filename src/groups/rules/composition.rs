//! Who of the waiting people fits into a group, and why: advice, never a decision. It goes only by what the page shows
//! beside each name, so nobody can read off the order what they must not know.

use std::cmp::Ordering;

use time::Date;

use super::EndReason;
use crate::base::german;
use crate::waiting::rules::{Place, Recommended, Source, State, order};

/// The group as far as the advice goes by it.
#[derive(Debug, Clone, Copy)]
pub struct Course {
    /// The next session, which the person would attend first; `None` if there is none left.
    pub next: Option<Date>,
    /// The last session.
    pub last: Date,
    /// Free places.
    pub free: usize,
}

/// Which group of the programme a person is in already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Elsewhere {
    /// One of the own facility.
    Here(String),
    /// One of another facility.
    OtherFacility,
    /// No group, but a participation with another provider.
    OtherProvider,
}

/// A waiting person.
#[derive(Debug, Clone)]
pub struct Candidate<'a> {
    /// What the order of the waiting list goes by.
    pub place: Place<'a>,
    /// Where the application stands.
    pub state: State,
    /// Day of the latest interview.
    pub interview_on: Option<Date>,
    /// What it recommends.
    pub recommended: Option<Recommended>,
    /// When and why the person left earlier through no fault of their own.
    pub left: Option<(Date, EndReason)>,
    /// Placed in the group's facility today.
    pub here: bool,
    /// Temporarily absent today.
    pub absent: bool,
    /// Takes part already.
    pub elsewhere: Option<Elsewhere>,
}

/// What the advice comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Gets one of the free places.
    Proposed,
    /// Fits, but others come first.
    NoPlace,
    /// Something speaks against it; may be taken all the same.
    Doubtful,
    /// Cannot be taken.
    Excluded,
}

/// Advice about one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// Which of the candidates.
    pub index: usize,
    /// What it comes to.
    pub verdict: Verdict,
    /// Why the person has this place in the order.
    pub reasons: Vec<String>,
    /// What speaks against it.
    pub against: Vec<String>,
}

/// The candidates in order with advice about each: the free places go to the first who fit.
pub fn compose(candidates: &[Candidate<'_>], course: &Course) -> Vec<Advice> {
    let mut all: Vec<Advice> = candidates
        .iter()
        .enumerate()
        .map(|(index, candidate)| {
            let excluded = exclusions(candidate, course);
            let (verdict, against) = if excluded.is_empty() {
                let doubts = doubts(candidate, course);
                if doubts.is_empty() {
                    (Verdict::Proposed, doubts)
                } else {
                    (Verdict::Doubtful, doubts)
                }
            } else {
                (Verdict::Excluded, excluded)
            };
            Advice {
                index,
                verdict,
                reasons: reasons(candidate),
                against,
            }
        })
        .collect();
    let place = |advice: &Advice| candidates.get(advice.index).map(|one| one.place);
    all.sort_by(|left, right| {
        left.verdict
            .cmp(&right.verdict)
            .then_with(|| match (place(left), place(right)) {
                (Some(left), Some(right)) => order(&left, &right),
                _ => Ordering::Equal,
            })
    });
    for (rank, advice) in all
        .iter_mut()
        .take_while(|advice| advice.verdict == Verdict::Proposed)
        .enumerate()
        .skip(course.free)
    {
        advice.verdict = Verdict::NoPlace;
        advice
            .against
            .push(format!("Kein freier Platz: steht an {}. Stelle.", rank + 1));
    }
    all
}

fn exclusions(candidate: &Candidate<'_>, course: &Course) -> Vec<String> {
    let mut found = Vec::new();
    if !candidate.here {
        found.push("Heute nicht in dieser Einrichtung untergebracht.".to_owned());
    }
    match &candidate.elsewhere {
        Some(Elsewhere::Here(name)) => {
            found.push(format!("Schon in der Gruppe „{name}“ dieser Maßnahme."));
        }
        Some(Elsewhere::OtherFacility) => {
            found
                .push("Schon in einer Gruppe dieser Maßnahme in einer anderen Einrichtung.".into());
        }
        Some(Elsewhere::OtherProvider) => {
            found.push("Nimmt an dieser Maßnahme schon bei einem anderen Träger teil.".into());
        }
        None => {}
    }
    match candidate.recommended {
        Some(form @ (Recommended::Individual | Recommended::Other)) => {
            found.push(format!("Das Auswahlgespräch empfiehlt: {}.", form.label()));
        }
        Some(Recommended::Group) | None => {}
    }
    if course.next.is_none() {
        found.push("Die Gruppe hat keine Sitzung mehr vor sich.".into());
    }
    found
}

fn doubts(candidate: &Candidate<'_>, course: &Course) -> Vec<String> {
    let mut found = Vec::new();
    match candidate.state {
        State::Applied => found.push("Noch kein Auswahlgespräch.".to_owned()),
        State::Interviewed => {
            found.push("Das Auswahlgespräch hat die Eignung offen gelassen.".into());
        }
        State::Postponed => found.push("Laut Auswahlgespräch erst später geeignet.".into()),
        _ => {}
    }
    if let Some(due) = candidate.place.due
        && due.leaves <= course.last
    {
        let what = match due.source {
            Source::Release => "Entlassung voraussichtlich",
            Source::Transfer => "Unterbringung endet",
        };
        found.push(format!(
            "{what} {}, vor der letzten Sitzung am {}.",
            german::date(due.leaves),
            german::date(course.last)
        ));
    }
    if candidate.absent {
        found.push("Zurzeit vorübergehend abwesend.".into());
    }
    found
}

fn reasons(candidate: &Candidate<'_>) -> Vec<String> {
    let mut found = Vec::new();
    if let Some((day, reason)) = candidate.left {
        found.push(format!(
            "Musste am {} ohne eigenes Verschulden ausscheiden ({}).",
            german::date(day),
            reason.label()
        ));
    }
    if let (State::Suitable, Some(day)) = (candidate.state, candidate.interview_on) {
        found.push(format!(
            "Geeignet laut Auswahlgespräch vom {}.",
            german::date(day)
        ));
    }
    found.push(match candidate.place.due {
        Some(due) => format!("Platz nötig bis {}.", german::date(due.needed_by)),
        None => "Voraussichtliche Entlassung nicht bekannt.".to_owned(),
    });
    found.push(format!(
        "Wartet seit {}.",
        german::date(candidate.place.applied_on)
    ));
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::Duration;
    use time::macros::date;

    use super::*;
    use crate::waiting::rules::Due;

    const TODAY: Date = date!(2026 - 11 - 23);

    fn course(free: usize) -> Course {
        Course {
            next: Some(TODAY),
            last: date!(2027 - 05 - 01),
            free,
        }
    }

    fn fits(due: Option<i64>) -> Candidate<'static> {
        Candidate {
            place: Place {
                returning: false,
                due: Due::of(due.map(|days| TODAY + Duration::days(days)), None, 154),
                applied_on: date!(2026 - 10 - 01),
                sort_key: "a",
            },
            state: State::Suitable,
            interview_on: Some(date!(2026 - 10 - 10)),
            recommended: Some(Recommended::Group),
            left: None,
            here: true,
            absent: false,
            elsewhere: None,
        }
    }

    #[test]
    fn the_free_places_go_to_the_first_who_fit() {
        let people = [fits(Some(400)), fits(None), fits(Some(300))];
        let advice = compose(&people, &course(2));
        let order: Vec<(usize, Verdict)> =
            advice.iter().map(|one| (one.index, one.verdict)).collect();
        assert_eq!(
            order,
            [
                (2, Verdict::Proposed),
                (0, Verdict::Proposed),
                (1, Verdict::NoPlace)
            ]
        );
        assert!(advice[2].against[0].contains("3. Stelle"));
        assert!(
            compose(&people, &course(0))
                .iter()
                .all(|one| one.verdict == Verdict::NoPlace)
        );
    }

    #[test]
    fn each_obstacle_is_told() {
        let open = fits(Some(400));
        for (candidate, verdict, words) in [
            (
                Candidate {
                    here: false,
                    ..open.clone()
                },
                Verdict::Excluded,
                "nicht in dieser Einrichtung",
            ),
            (
                Candidate {
                    elsewhere: Some(Elsewhere::Here("A".into())),
                    ..open.clone()
                },
                Verdict::Excluded,
                "„A“",
            ),
            (
                Candidate {
                    elsewhere: Some(Elsewhere::OtherProvider),
                    ..open.clone()
                },
                Verdict::Excluded,
                "anderen Träger",
            ),
            (
                Candidate {
                    recommended: Some(Recommended::Individual),
                    ..open.clone()
                },
                Verdict::Excluded,
                "Einzeltraining",
            ),
            (
                Candidate {
                    absent: true,
                    ..open.clone()
                },
                Verdict::Doubtful,
                "abwesend",
            ),
            (
                Candidate {
                    state: State::Applied,
                    ..open.clone()
                },
                Verdict::Doubtful,
                "kein Auswahlgespräch",
            ),
            (
                Candidate {
                    state: State::Postponed,
                    ..open.clone()
                },
                Verdict::Doubtful,
                "später",
            ),
            (
                fits(Some(100)),
                Verdict::Doubtful,
                "vor der letzten Sitzung am 01.05.2027",
            ),
        ] {
            let advice = compose(&[candidate], &course(1));
            assert_eq!(advice[0].verdict, verdict, "{words}");
            assert!(
                advice[0].against.iter().any(|text| text.contains(words)),
                "{:?}",
                advice[0].against
            );
        }
        let over = Course {
            next: None,
            ..course(1)
        };
        assert_eq!(compose(&[open], &over)[0].verdict, Verdict::Excluded);
    }

    #[test]
    fn whoever_had_to_leave_comes_first() {
        let mut back = fits(None);
        back.place.returning = true;
        back.left = Some((date!(2026 - 06 - 01), EndReason::Transferred));
        let advice = compose(&[fits(Some(200)), back], &course(1));
        assert_eq!((advice[0].index, advice[0].verdict), (1, Verdict::Proposed));
        assert!(advice[0].reasons[0].contains("01.06.2026"));
    }

    prop_compose! {
        fn candidate()(
            due in prop::option::of(0i64..900), applied in 0i64..300, returning in any::<bool>(), here in prop::bool::weighted(0.8),
            absent in prop::bool::weighted(0.2), state in prop::sample::select(&[State::Applied, State::Interviewed, State::Suitable, State::Postponed][..]),
            recommended in prop::option::of(prop::sample::select(Recommended::ALL)), taken in prop::bool::weighted(0.1),
        ) -> Candidate<'static> {
            let mut one = fits(due);
            one.place.applied_on = TODAY - Duration::days(applied);
            one.place.returning = returning;
            one.left = returning.then_some((TODAY, EndReason::Transferred));
            one.here = here;
            one.absent = absent;
            one.state = state;
            one.recommended = recommended;
            one.elsewhere = taken.then_some(Elsewhere::OtherFacility);
            one
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn nobody_is_lost_and_no_place_is_given_twice(people in prop::collection::vec(candidate(), 0..14), free in 0usize..9) {
            let advice = compose(&people, &course(free));
            let mut indexes: Vec<usize> = advice.iter().map(|one| one.index).collect();
            indexes.sort_unstable();
            prop_assert_eq!(indexes, (0..people.len()).collect::<Vec<_>>());
            let proposed = advice.iter().filter(|one| one.verdict == Verdict::Proposed).count();
            let fitting = advice.iter().filter(|one| one.verdict <= Verdict::NoPlace).count();
            prop_assert_eq!(proposed, fitting.min(free));
            for pair in advice.windows(2) {
                prop_assert!(pair[0].verdict <= pair[1].verdict);
                if pair[0].verdict == pair[1].verdict {
                    prop_assert_ne!(order(&people[pair[0].index].place, &people[pair[1].index].place), Ordering::Greater);
                }
            }
            for one in &advice {
                prop_assert!(!one.reasons.is_empty());
                prop_assert_eq!(one.against.is_empty(), one.verdict == Verdict::Proposed);
            }
        }
    }
}
