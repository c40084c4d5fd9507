//! Whether a trainer can hold a session on a day, and if not, why not. Who could instead is in [`ranking`]. Pure.

pub mod ranking;

use time::Date;

use crate::base::german;
use crate::base::ids::GrantId;

/// Days ahead for which sessions are looked at.
pub const AHEAD_DAYS: i64 = 120;

/// What was decided about a grant, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decided {
    /// Approved.
    Active,
    /// Approved, at the moment without effect.
    Suspended,
    /// Ended before its last day.
    Revoked,
}

/// A grant for the facility and the programme in question; both days included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GrantSpan {
    /// The grant.
    pub id: GrantId,
    /// What was decided.
    pub decided: Decided,
    /// First day.
    pub first: Date,
    /// Last day.
    pub last: Date,
    /// Whether it rests on a clearance that Geleit knows.
    pub rests: bool,
}

impl GrantSpan {
    fn covers(&self, day: Date) -> bool {
        self.first <= day && day <= self.last
    }
}

/// A clearance of the facility in question that was granted once; both days included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClearanceSpan {
    /// Whether it still holds (not withdrawn).
    pub holds: bool,
    /// First day.
    pub first: Date,
    /// Last day.
    pub last: Date,
}

/// What decides whether a member of external staff can come to a facility for a programme.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// From when to when the member (and the organisation) is registered: first day, and the last one if known.
    pub registered: Option<(Date, Option<Date>)>,
    /// Whether access is stopped.
    pub stopped: bool,
    /// Grants for the facility and the programme.
    pub grants: Vec<GrantSpan>,
    /// Clearances of the facility.
    pub clearances: Vec<ClearanceSpan>,
    /// Absences: first day and the day after.
    pub absences: Vec<(Date, Date)>,
}

/// Why a trainer cannot hold a session on a day. The most serious first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gap {
    /// Access is stopped.
    Stopped,
    /// The grant is without effect at the moment.
    GrantSuspended,
    /// The grant was ended before its last day.
    GrantRevoked,
    /// There is no grant.
    GrantMissing,
    /// The grant ends before; carries its last day.
    GrantEnds(Date),
    /// The grant begins later; carries its first day.
    GrantBegins(Date),
    /// There is no clearance.
    ClearanceMissing,
    /// The clearance ends before; carries its last day.
    ClearanceEnds(Date),
    /// Registered only from a day on.
    RegisteredFrom(Date),
    /// Registered only until a day.
    RegisteredUntil(Date),
    /// Away.
    Absent,
}

impl Gap {
    /// Whether everything is in order today and only ends before the session: what a renewal would settle.
    pub fn lies_ahead(self, today: Date) -> bool {
        match self {
            Gap::GrantEnds(last) | Gap::ClearanceEnds(last) | Gap::RegisteredUntil(last) => {
                last >= today
            }
            _ => false,
        }
    }

    /// In words, without a full stop.
    pub fn words(self, today: Date) -> String {
        let ends = |last: Date| if last < today { "endete" } else { "endet" };
        match self {
            Gap::Stopped => "Der Zugang ist gesperrt".into(),
            Gap::GrantSuspended => "Die Zugangsfreigabe ist gesperrt".into(),
            Gap::GrantRevoked => "Die Zugangsfreigabe ist widerrufen".into(),
            Gap::GrantMissing => {
                "keine gültige Zugangsfreigabe für diese Maßnahme in dieser Einrichtung".into()
            }
            Gap::GrantEnds(last) => {
                format!(
                    "Die Zugangsfreigabe {} am {}",
                    ends(last),
                    german::date(last)
                )
            }
            Gap::GrantBegins(first) => {
                format!(
                    "Die Zugangsfreigabe beginnt erst am {}",
                    german::date(first)
                )
            }
            Gap::ClearanceMissing => "keine gültige Überprüfung in dieser Einrichtung".into(),
            Gap::ClearanceEnds(last) => {
                format!("Die Überprüfung {} am {}", ends(last), german::date(last))
            }
            Gap::RegisteredFrom(first) => {
                format!("Beim Träger gemeldet erst ab dem {}", german::date(first))
            }
            Gap::RegisteredUntil(last) => {
                format!("Beim Träger gemeldet nur bis zum {}", german::date(last))
            }
            Gap::Absent => "Als abwesend gemeldet".into(),
        }
    }
}

/// Why somebody of whom these facts are known cannot come on a day; `None`: nothing stands against it.
pub fn gap(facts: &Facts, day: Date) -> Option<Gap> {
    if facts.stopped {
        return Some(Gap::Stopped);
    }
    match facts.registered {
        None => return Some(Gap::GrantMissing),
        Some((first, _)) if day < first => return Some(Gap::RegisteredFrom(first)),
        Some((_, Some(last))) if last < day => return Some(Gap::RegisteredUntil(last)),
        Some(_) => {}
    }
    let on_day = |decided: Decided| {
        facts
            .grants
            .iter()
            .find(|grant| grant.decided == decided && grant.covers(day))
    };
    let Some(grant) = on_day(Decided::Active) else {
        return Some(without_grant(facts, day));
    };
    if let Some(gap) = clearance_gap(facts, grant, day) {
        return Some(gap);
    }
    facts
        .absences
        .iter()
        .any(|(first, after)| *first <= day && day < *after)
        .then_some(Gap::Absent)
}

fn without_grant(facts: &Facts, day: Date) -> Gap {
    let of = |decided: Decided| {
        facts
            .grants
            .iter()
            .filter(move |grant| grant.decided == decided)
    };
    if of(Decided::Suspended).any(|grant| grant.covers(day)) {
        return Gap::GrantSuspended;
    }
    let ended = of(Decided::Active)
        .map(|grant| grant.last)
        .filter(|last| *last < day)
        .max();
    // A revoked grant is the reason unless another one held beside or after it.
    if of(Decided::Revoked)
        .any(|grant| grant.covers(day) && ended.is_none_or(|last| last < grant.first))
    {
        return Gap::GrantRevoked;
    }
    if let Some(last) = ended {
        return Gap::GrantEnds(last);
    }
    of(Decided::Active)
        .map(|grant| grant.first)
        .filter(|first| *first > day)
        .min()
        .map_or(Gap::GrantMissing, Gap::GrantBegins)
}

/// A grant rests on a clearance. One from before Geleit knew clearances rests on none and stands by itself, until the
/// facility has decided about a clearance of this person.
fn clearance_gap(facts: &Facts, grant: &GrantSpan, day: Date) -> Option<Gap> {
    if facts.clearances.is_empty() && !grant.rests {
        return None;
    }
    let holding = || facts.clearances.iter().filter(|clearance| clearance.holds);
    if holding().any(|clearance| clearance.first <= day && day <= clearance.last) {
        return None;
    }
    let ended = holding()
        .map(|clearance| clearance.last)
        .filter(|last| *last < day)
        .max();
    Some(ended.map_or(Gap::ClearanceMissing, Gap::ClearanceEnds))
}

/// The grant whose end is the reason of a gap: the one to be renewed.
pub fn ending_grant(facts: &Facts, gap: Gap) -> Option<GrantId> {
    let Gap::GrantEnds(last) = gap else {
        return None;
    };
    facts
        .grants
        .iter()
        .find(|grant| grant.decided == Decided::Active && grant.last == last)
        .map(|grant| grant.id)
}

/// One sentence about a trainer who cannot hold some sessions: why, and which days.
pub fn sentence(name: &str, gap: Gap, days: &[Date], today: Date) -> String {
    let list: Vec<String> = days.iter().copied().map(german::date).collect();
    format!(
        "{name}: {}; nicht abgedeckt: {}.",
        gap.words(today),
        list.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;
    use uuid::Uuid;

    const DAY: Date = date!(2026 - 12 - 01);

    fn grant(decided: Decided, first: Date, last: Date) -> GrantSpan {
        GrantSpan {
            id: GrantId(Uuid::from_u128(1)),
            decided,
            first,
            last,
            rests: false,
        }
    }

    fn fine() -> Facts {
        Facts {
            registered: Some((date!(2020 - 01 - 01), None)),
            grants: vec![grant(
                Decided::Active,
                date!(2026 - 01 - 01),
                date!(2026 - 12 - 31),
            )],
            ..Facts::default()
        }
    }

    #[test]
    fn a_valid_grant_covers_its_last_day_and_not_the_next() {
        assert_eq!(gap(&fine(), date!(2026 - 12 - 31)), None);
        assert_eq!(
            gap(&fine(), date!(2027 - 01 - 01)),
            Some(Gap::GrantEnds(date!(2026 - 12 - 31)))
        );
        assert_eq!(
            gap(&fine(), date!(2025 - 12 - 31)),
            Some(Gap::GrantBegins(date!(2026 - 01 - 01)))
        );
    }

    #[test]
    fn what_stands_against_a_day_is_named_most_serious_first() {
        let mut facts = fine();
        facts.absences = vec![(DAY, date!(2026 - 12 - 02))];
        assert_eq!(gap(&facts, DAY), Some(Gap::Absent));
        assert_eq!(gap(&facts, date!(2026 - 12 - 02)), None, "the day after");
        facts.clearances = vec![ClearanceSpan {
            holds: true,
            first: date!(2025 - 01 - 01),
            last: date!(2026 - 11 - 30),
        }];
        assert_eq!(
            gap(&facts, DAY),
            Some(Gap::ClearanceEnds(date!(2026 - 11 - 30)))
        );
        facts.clearances[0].holds = false;
        assert_eq!(gap(&facts, DAY), Some(Gap::ClearanceMissing));
        facts.grants[0].decided = Decided::Suspended;
        assert_eq!(gap(&facts, DAY), Some(Gap::GrantSuspended));
        facts.grants[0].decided = Decided::Revoked;
        assert_eq!(gap(&facts, DAY), Some(Gap::GrantRevoked));
        facts.grants.clear();
        assert_eq!(gap(&facts, DAY), Some(Gap::GrantMissing));
        facts.registered = Some((date!(2020 - 01 - 01), Some(date!(2026 - 11 - 30))));
        assert_eq!(
            gap(&facts, DAY),
            Some(Gap::RegisteredUntil(date!(2026 - 11 - 30)))
        );
        facts.stopped = true;
        assert_eq!(gap(&facts, DAY), Some(Gap::Stopped));
    }

    #[test]
    fn a_grant_without_clearance_stands_until_a_clearance_is_decided() {
        let mut facts = fine();
        assert_eq!(gap(&facts, DAY), None);
        facts.grants[0].rests = true;
        assert_eq!(gap(&facts, DAY), Some(Gap::ClearanceMissing));
        facts.clearances = vec![
            ClearanceSpan {
                holds: true,
                first: date!(2025 - 01 - 01),
                last: date!(2026 - 11 - 30),
            },
            ClearanceSpan {
                holds: true,
                first: date!(2026 - 12 - 01),
                last: date!(2027 - 11 - 30),
            },
        ];
        assert_eq!(gap(&facts, DAY), None, "the renewal carries on");
    }

    #[test]
    fn a_renewal_closes_the_gap_and_a_revoked_one_opens_it() {
        let mut facts = fine();
        let next = date!(2027 - 01 - 05);
        facts.grants.push(grant(
            Decided::Revoked,
            date!(2027 - 01 - 01),
            date!(2027 - 12 - 31),
        ));
        assert_eq!(gap(&facts, next), Some(Gap::GrantRevoked));
        facts.grants.push(grant(
            Decided::Active,
            date!(2027 - 01 - 01),
            date!(2027 - 12 - 31),
        ));
        assert_eq!(gap(&facts, next), None);
    }

    #[test]
    fn only_what_still_runs_today_lies_ahead() {
        assert!(Gap::GrantEnds(DAY).lies_ahead(DAY));
        assert!(Gap::ClearanceEnds(date!(2026 - 12 - 02)).lies_ahead(DAY));
        assert!(!Gap::GrantEnds(date!(2026 - 11 - 30)).lies_ahead(DAY));
        for now in [Gap::Stopped, Gap::Absent, Gap::GrantMissing] {
            assert!(!now.lies_ahead(DAY));
        }
    }

    #[test]
    fn the_sentence_names_the_days() {
        assert_eq!(
            sentence(
                "Tarik Probe",
                Gap::GrantEnds(date!(2026 - 12 - 31)),
                &[date!(2027 - 01 - 05), date!(2027 - 01 - 12)],
                DAY
            ),
            "Tarik Probe: Die Zugangsfreigabe endet am 31.12.2026; nicht abgedeckt: 05.01.2027, 12.01.2027."
        );
    }
}
