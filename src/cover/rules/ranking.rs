//! Who could hold a session instead: what rules somebody out, and what makes one more suitable than another. Not a
//! judgement of people: only what the session needs (certificate, time, language, way) is compared. Pure.

use std::collections::BTreeSet;

use time::Date;

use super::{Facts, Gap, gap};
use crate::base::german;
use crate::base::ids::StaffId;

/// Roles that hold sessions.
pub const ROLES: [&str; 2] = ["trainer", "lead_trainer"];
/// Minutes of a day.
const DAY: i64 = 24 * 60;

/// A session that needs somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// Day.
    pub day: Date,
    /// Minute at which it begins.
    pub start: i64,
    /// Length in minutes.
    pub minutes: i64,
    /// Whether it belongs to an anti-violence training, which asks for the trainer's certificate.
    pub certificate: bool,
    /// Who holds it as planned, the one to be replaced too.
    pub trainers: Vec<StaffId>,
    /// The town of the facility.
    pub town: String,
    /// What the one to be replaced speaks besides German: the group may need it.
    pub languages: BTreeSet<String>,
}

impl Need {
    fn end(&self) -> i64 {
        self.start + self.minutes
    }
}

/// Somebody who might hold sessions.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Who.
    pub id: StaffId,
    /// Name.
    pub name: String,
    /// Organisation.
    pub provider: String,
    /// Role code.
    pub role: String,
    /// Town from which the way begins; may be empty.
    pub town: String,
    /// Grants, clearance, absences.
    pub facts: Facts,
    /// Certificates as trainer: from when, and the last day if there is one.
    pub certificates: Vec<(Date, Option<Date>)>,
    /// Weekly times that were announced: weekday (0 is Monday), from and to minute. Empty: none announced.
    pub times: Vec<(i64, i64, i64)>,
    /// Languages besides German.
    pub languages: BTreeSet<String>,
    /// What is planned already: day, from and to minute.
    pub busy: Vec<(Date, i64, i64)>,
    /// Minutes by road to the facility, if both towns are known.
    pub minutes: Option<u32>,
}

/// What rules somebody out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hindrance {
    /// Holds the session already: two trainers are two people.
    AlreadyThere,
    /// Counsels or coordinates, but holds no sessions.
    Role,
    /// Must or can not come on that day.
    Access(Gap),
    /// Has something else at that time.
    Busy,
}

impl Hindrance {
    /// In words, without a full stop.
    pub fn words(self, today: Date) -> String {
        match self {
            Hindrance::AlreadyThere => "leitet diese Sitzung schon".into(),
            Hindrance::Role => "leitet keine Sitzungen".into(),
            Hindrance::Access(gap) => gap.words(today),
            Hindrance::Busy => "hat zu dieser Zeit einen anderen Termin".into(),
        }
    }
}

/// Why somebody cannot hold a session; `None`: could.
pub fn hindrance(candidate: &Candidate, need: &Need) -> Option<Hindrance> {
    if need.trainers.contains(&candidate.id) {
        return Some(Hindrance::AlreadyThere);
    }
    if !ROLES.contains(&candidate.role.as_str()) {
        return Some(Hindrance::Role);
    }
    if let Some(gap) = gap(&candidate.facts, need.day) {
        return Some(Hindrance::Access(gap));
    }
    candidate
        .busy
        .iter()
        .any(|(day, from, to)| *day == need.day && *from < need.end() && need.start < *to)
        .then_some(Hindrance::Busy)
}

/// How well somebody fits; the smaller, the better. Certificate, announced time, language, way, then name and id, so
/// that the order never depends on chance.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fit {
    uncertified: bool,
    untimely: bool,
    unspoken: bool,
    minutes: u32,
    name: String,
    id: StaffId,
}

fn certified(candidate: &Candidate, day: Date) -> bool {
    candidate
        .certificates
        .iter()
        .any(|(first, last)| *first <= day && last.is_none_or(|last| day <= last))
}

fn timely(candidate: &Candidate, need: &Need) -> bool {
    let weekday = i64::from(need.day.weekday().number_days_from_monday());
    candidate.times.is_empty()
        || candidate.times.iter().any(|(day, from, to)| {
            *day == weekday && *from <= need.start && need.end().min(DAY) <= *to
        })
}

fn spoken(candidate: &Candidate, need: &Need) -> bool {
    need.languages.is_subset(&candidate.languages)
}

/// How well somebody who is not ruled out fits.
pub fn fit(candidate: &Candidate, need: &Need) -> Fit {
    Fit {
        uncertified: need.certificate && !certified(candidate, need.day),
        untimely: !timely(candidate, need),
        unspoken: !spoken(candidate, need),
        minutes: candidate.minutes.unwrap_or(u32::MAX),
        name: candidate.name.clone(),
        id: candidate.id,
    }
}

/// Why somebody fits, and what to bear in mind, in words.
pub fn reasons(candidate: &Candidate, need: &Need) -> Vec<String> {
    let mut reasons = Vec::new();
    if need.certificate {
        reasons.push(if certified(candidate, need.day) {
            "AKT-Trainerschein".to_owned()
        } else {
            "kein gültiger AKT-Trainerschein eingetragen".to_owned()
        });
    }
    if !candidate.times.is_empty() {
        reasons.push(if timely(candidate, need) {
            "zu dieser Zeit verfügbar".to_owned()
        } else {
            "außerhalb der gemeldeten Zeiten".to_owned()
        });
    }
    if !need.languages.is_empty() {
        reasons.push(if spoken(candidate, need) {
            "spricht dieselben Sprachen".to_owned()
        } else {
            "spricht nicht dieselben Sprachen".to_owned()
        });
    }
    reasons.push(match candidate.minutes {
        Some(0) => format!("am Ort ({})", candidate.town),
        Some(minutes) => format!("etwa {minutes} Minuten Anfahrt von {}", candidate.town),
        None => "Anfahrt unbekannt".to_owned(),
    });
    reasons
}

/// Somebody proposed for several sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Position in the list of candidates.
    pub candidate: usize,
    /// The sessions that are possible, as positions in the list of needs.
    pub possible: Vec<usize>,
    /// The reasons, for the session where the candidate fits worst.
    pub reasons: Vec<String>,
    fit: Fit,
}

/// Who could hold which of some sessions: who can hold most comes first, then who fits best (judged by the session
/// where they fit worst). Whoever can hold none is left out.
pub fn rank(candidates: &[Candidate], needs: &[Need]) -> Vec<Proposal> {
    let mut proposals: Vec<Proposal> = candidates
        .iter()
        .enumerate()
        .filter_map(|(position, candidate)| {
            let possible: Vec<usize> = needs
                .iter()
                .enumerate()
                .filter(|(_, need)| hindrance(candidate, need).is_none())
                .map(|(need, _)| need)
                .collect();
            let worst = possible
                .iter()
                .filter_map(|need| needs.get(*need))
                .max_by_key(|need| fit(candidate, need))?;
            Some(Proposal {
                candidate: position,
                reasons: reasons(candidate, worst),
                fit: fit(candidate, worst),
                possible,
            })
        })
        .collect();
    proposals.sort_by(|left, right| {
        (right.possible.len().cmp(&left.possible.len())).then_with(|| left.fit.cmp(&right.fit))
    });
    proposals
}

/// "Wiebke Probe (VPN): AKT-Trainerschein, etwa 35 Minuten Anfahrt von Meißen".
pub fn line(candidate: &Candidate, proposal: &Proposal, needs: usize) -> String {
    let number = proposal.possible.len();
    let for_all = if number == needs && needs > 1 {
        format!("für alle {needs} Sitzungen frei, ")
    } else if number < needs {
        format!(
            "für {number} von {} frei, ",
            german::plural(needs as u64, "Sitzung", "Sitzungen")
        )
    } else {
        String::new()
    };
    format!(
        "{} ({}): {for_all}{}",
        candidate.name,
        candidate.provider,
        proposal.reasons.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::super::{Decided, GrantSpan};
    use super::*;
    use crate::base::ids::GrantId;
    use proptest::prelude::*;
    use time::Duration;
    use time::macros::date;
    use uuid::Uuid;

    const TUESDAY: Date = date!(2026 - 12 - 01);

    fn staff(number: u8) -> StaffId {
        StaffId(Uuid::from_u128(u128::from(number)))
    }

    fn need() -> Need {
        Need {
            day: TUESDAY,
            start: 14 * 60,
            minutes: 180,
            certificate: true,
            trainers: vec![staff(200), staff(201)],
            town: "Dresden".into(),
            languages: BTreeSet::new(),
        }
    }

    fn able(number: u8) -> Candidate {
        Candidate {
            id: staff(number),
            name: format!("Fachkraft {number:03}"),
            role: "trainer".into(),
            facts: Facts {
                registered: Some((date!(2020 - 01 - 01), None)),
                grants: vec![GrantSpan {
                    id: GrantId(Uuid::from_u128(1)),
                    decided: Decided::Active,
                    first: date!(2026 - 01 - 01),
                    last: date!(2027 - 12 - 31),
                    rests: false,
                }],
                ..Facts::default()
            },
            certificates: vec![(date!(2024 - 01 - 01), None)],
            minutes: Some(30),
            town: "Meißen".into(),
            provider: "VPN".into(),
            times: Vec::new(),
            languages: BTreeSet::new(),
            busy: Vec::new(),
        }
    }

    #[test]
    fn touching_appointments_do_not_collide_and_overlapping_ones_do() {
        let mut candidate = able(1);
        candidate.busy = vec![(TUESDAY, 12 * 60, 14 * 60), (TUESDAY, 17 * 60, 18 * 60)];
        assert_eq!(hindrance(&candidate, &need()), None);
        candidate.busy = vec![(TUESDAY, 16 * 60 + 59, 18 * 60)];
        assert_eq!(hindrance(&candidate, &need()), Some(Hindrance::Busy));
        candidate.busy = vec![(TUESDAY + Duration::DAY, 14 * 60, 17 * 60)];
        assert_eq!(hindrance(&candidate, &need()), None, "another day");
    }

    #[test]
    fn whoever_is_there_already_or_counsels_is_ruled_out() {
        assert_eq!(
            hindrance(&able(201), &need()),
            Some(Hindrance::AlreadyThere)
        );
        let mut candidate = able(1);
        candidate.role = "counsellor".into();
        assert_eq!(hindrance(&candidate, &need()), Some(Hindrance::Role));
        candidate.role = "lead_trainer".into();
        assert_eq!(hindrance(&candidate, &need()), None);
        candidate.facts.grants.clear();
        assert_eq!(
            hindrance(&candidate, &need()),
            Some(Hindrance::Access(Gap::GrantMissing))
        );
    }

    #[test]
    fn certificate_time_language_and_way_count_in_this_order() {
        let far = Candidate {
            minutes: Some(90),
            ..able(1)
        };
        let unknown = Candidate {
            minutes: None,
            ..able(2)
        };
        let mute = Candidate {
            minutes: Some(0),
            ..able(3)
        };
        let untimely = Candidate {
            minutes: Some(0),
            times: vec![(1, 8 * 60, 16 * 60)],
            languages: BTreeSet::from(["tr".to_owned()]),
            ..able(4)
        };
        let uncertified = Candidate {
            minutes: Some(0),
            certificates: vec![(date!(2020 - 01 - 01), Some(date!(2026 - 11 - 30)))],
            languages: BTreeSet::from(["tr".to_owned()]),
            ..able(5)
        };
        let speaking = |candidate: Candidate| Candidate {
            languages: BTreeSet::from(["tr".to_owned()]),
            ..candidate
        };
        let candidates = [
            uncertified,
            untimely,
            mute,
            speaking(unknown),
            speaking(far),
        ];
        let wanted = Need {
            languages: BTreeSet::from(["tr".to_owned()]),
            ..need()
        };
        let order: Vec<usize> = rank(&candidates, &[wanted])
            .iter()
            .map(|proposal| proposal.candidate)
            .collect();
        assert_eq!(order, [4, 3, 2, 1, 0]);
    }

    #[test]
    fn the_reasons_are_told_in_words() {
        let candidate = able(1);
        let proposals = rank(std::slice::from_ref(&candidate), &[need(), need()]);
        assert_eq!(
            line(&candidate, &proposals[0], 2),
            "Fachkraft 001 (VPN): für alle 2 Sitzungen frei, AKT-Trainerschein, etwa 30 Minuten Anfahrt von Meißen"
        );
    }

    fn candidates() -> impl Strategy<Value = Vec<Candidate>> {
        let one = (
            any::<bool>(),
            any::<bool>(),
            any::<bool>(),
            any::<bool>(),
            proptest::option::of(0u32..200),
            0i64..6,
            any::<bool>(),
        );
        proptest::collection::vec(one, 0..12).prop_map(|drawn| {
            drawn
                .into_iter()
                .enumerate()
                .map(
                    |(number, (role, granted, certified, away, minutes, busy, there))| {
                        let mut candidate = able(if there && number == 0 {
                            200
                        } else {
                            number as u8
                        });
                        if !role {
                            candidate.role = "counsellor".into();
                        }
                        if !granted {
                            candidate.facts.grants[0].last = date!(2026 - 12 - 10);
                        }
                        if !certified {
                            candidate.certificates.clear();
                        }
                        if away {
                            candidate.facts.absences = vec![(TUESDAY, TUESDAY + Duration::DAY)];
                        }
                        candidate.minutes = minutes;
                        candidate.busy = vec![(TUESDAY + Duration::weeks(busy), 15 * 60, 16 * 60)];
                        candidate
                    },
                )
                .collect()
        })
    }

    fn needs() -> impl Strategy<Value = Vec<Need>> {
        proptest::collection::vec(0i64..6, 1..6).prop_map(|weeks| {
            weeks
                .into_iter()
                .map(|week| Need {
                    day: TUESDAY + Duration::weeks(week),
                    ..need()
                })
                .collect()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        /// Nobody is proposed for a session that something stands against, and nobody who could is left out.
        #[test]
        fn proposals_are_exactly_who_can(candidates in candidates(), needs in needs()) {
            let proposals = rank(&candidates, &needs);
            for (position, candidate) in candidates.iter().enumerate() {
                let can: Vec<usize> = (0..needs.len())
                    .filter(|need| hindrance(candidate, &needs[*need]).is_none())
                    .collect();
                let found = proposals.iter().find(|proposal| proposal.candidate == position);
                prop_assert_eq!(found.map(|proposal| proposal.possible.clone()).unwrap_or_default(), can);
                if let Some(found) = found {
                    prop_assert!(!found.reasons.is_empty());
                    for need in &found.possible {
                        prop_assert!(!needs[*need].trainers.contains(&candidate.id));
                    }
                }
            }
        }

        /// The order of the list that comes in does not matter.
        #[test]
        fn the_order_does_not_depend_on_chance(candidates in candidates(), needs in needs(), turn in 0usize..12) {
            let names = |list: &[Candidate]| -> Vec<(StaffId, String, usize)> {
                rank(list, &needs)
                    .iter()
                    .map(|proposal| {
                        let candidate = &list[proposal.candidate];
                        (candidate.id, candidate.name.clone(), proposal.possible.len())
                    })
                    .collect()
            };
            let mut turned = candidates.clone();
            if !turned.is_empty() {
                let by = turn % turned.len();
                turned.rotate_left(by);
            }
            prop_assert_eq!(names(&candidates), names(&turned));
        }

        /// Who can hold more sessions never stands behind, and among equals the better fit stands first.
        #[test]
        fn more_sessions_come_first_then_the_better_fit(candidates in candidates(), needs in needs()) {
            let proposals = rank(&candidates, &needs);
            for pair in proposals.windows(2) {
                prop_assert!(pair[0].possible.len() >= pair[1].possible.len());
                if pair[0].possible.len() == pair[1].possible.len() {
                    prop_assert!(pair[0].fit <= pair[1].fit);
                    prop_assert!(pair[0].fit.uncertified <= pair[1].fit.uncertified);
                }
            }
        }
    }
}
