//! What an approval is bound to: the facts the second person looked at, and the clearance the grant rests on.

use time::Date;

use crate::base::crypto::sha256;
use crate::base::german;
use crate::base::ids::{AccountId, ClearanceId, FacilityId, ProgrammeId, StaffId};

/// Everything a second person approves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// Who.
    pub staff: StaffId,
    /// Where.
    pub facility: FacilityId,
    /// What for.
    pub programme: ProgrammeId,
    /// From this day on.
    pub first: Date,
    /// Until 24:00 of this day.
    pub last: Date,
    /// The clearance it rests on.
    pub clearance: ClearanceId,
    /// Who asked for it.
    pub requested_by: AccountId,
}

impl Facts {
    /// SHA-256 of the facts in a fixed writing. What was approved can be proved with it later, and anything changed
    /// since the page was shown gives another one.
    pub fn hash(&self) -> [u8; 32] {
        let text = format!(
            "geleit access_grant 1\nstaff {}\nfacility {}\nprogramme {}\nfirst_day {}\nlast_day {}\nclearance {}\nrequested_by {}\n",
            self.staff,
            self.facility,
            self.programme,
            self.first,
            self.last,
            self.clearance,
            self.requested_by
        );
        sha256(text.as_bytes())
    }
}

/// A clearance of a staff member at a facility, as far as a grant needs to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClearancePeriod {
    /// Which.
    pub id: ClearanceId,
    /// Whether it was granted (and not withdrawn), or only asked for.
    pub granted: bool,
    /// Its first day, once granted.
    pub first: Option<Date>,
    /// Its last day, once granted.
    pub last: Option<Date>,
}

/// Why no clearance carries a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoClearance {
    /// There is none, nor is one asked for.
    None,
    /// One is asked for and not yet decided.
    Requested,
    /// It begins only later.
    From(Date),
    /// It ends before the grant does.
    Until(Date),
}

impl NoClearance {
    /// What is missing, as a German sentence.
    pub fn sentence(self) -> String {
        match self {
            NoClearance::None => {
                "Für diese Fachkraft gibt es in dieser Einrichtung keine gültige Überprüfung."
                    .to_owned()
            }
            NoClearance::Requested => {
                "Die Überprüfung dieser Fachkraft ist beantragt, aber noch nicht entschieden."
                    .to_owned()
            }
            NoClearance::From(day) => format!(
                "Die Überprüfung dieser Fachkraft gilt erst ab dem {}, die Freigabe beginnt früher.",
                german::date(day)
            ),
            NoClearance::Until(day) => format!(
                "Die Überprüfung dieser Fachkraft gilt nur bis zum {}, die Freigabe länger.",
                german::date(day)
            ),
        }
    }
}

/// The clearance that covers a whole period; of several, the one that lasts longest.
///
/// # Errors
/// [`NoClearance`]: what is missing.
pub fn clearance_for(
    clearances: &[ClearancePeriod],
    first: Date,
    last: Date,
) -> Result<ClearanceId, NoClearance> {
    let granted = || {
        clearances
            .iter()
            .filter(|one| one.granted)
            .filter_map(|one| Some((one.first?, one.last?, one.id)))
    };
    let covering = granted()
        .filter(|(from, to, _)| *from <= first && last <= *to)
        .max_by_key(|(_, to, id)| (*to, *id));
    if let Some((_, _, id)) = covering {
        return Ok(id);
    }
    // The nearest miss says the most.
    let running = granted().filter(|(from, to, _)| *from <= first && first <= *to);
    if let Some((_, to, _)) = running.max_by_key(|(_, to, _)| *to) {
        return Err(NoClearance::Until(to));
    }
    let later = granted().filter(|(from, _, _)| *from > first && *from <= last);
    if let Some((from, _, _)) = later.min_by_key(|(from, _, _)| *from) {
        return Err(NoClearance::From(from));
    }
    if clearances.iter().any(|one| !one.granted) {
        return Err(NoClearance::Requested);
    }
    Err(NoClearance::None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;
    use uuid::Uuid;

    fn period(id: u128, span: Option<(Date, Date)>) -> ClearancePeriod {
        ClearancePeriod {
            id: ClearanceId(Uuid::from_u128(id)),
            granted: span.is_some(),
            first: span.map(|span| span.0),
            last: span.map(|span| span.1),
        }
    }

    #[test]
    fn only_a_clearance_over_the_whole_period_carries_a_grant() {
        let (first, last) = (date!(2026 - 12 - 01), date!(2027 - 05 - 31));
        let find = |list: &[ClearancePeriod]| clearance_for(list, first, last);
        let whole = period(1, Some((first, last)));
        let longer = period(2, Some((date!(2026 - 01 - 01), date!(2028 - 01 - 01))));
        assert_eq!(find(&[whole]), Ok(whole.id));
        assert_eq!(find(&[longer, whole]), Ok(longer.id));
        // Two that touch do not make one: the grant rests on a single decision.
        let early = period(3, Some((date!(2026 - 01 - 01), date!(2027 - 01 - 31))));
        let late = period(4, Some((date!(2027 - 02 - 01), last)));
        assert_eq!(
            find(&[early, late]),
            Err(NoClearance::Until(date!(2027 - 01 - 31)))
        );
        assert_eq!(find(&[late]), Err(NoClearance::From(date!(2027 - 02 - 01))));
        assert_eq!(find(&[period(5, None)]), Err(NoClearance::Requested));
        assert_eq!(find(&[]), Err(NoClearance::None));
        let long_ago = period(6, Some((date!(2020 - 01 - 01), date!(2020 - 12 - 31))));
        assert_eq!(find(&[long_ago]), Err(NoClearance::None));
    }

    #[test]
    fn every_fact_changes_the_hash() {
        let id = Uuid::from_u128;
        let facts = Facts {
            staff: StaffId(id(1)),
            facility: FacilityId(id(2)),
            programme: ProgrammeId(id(3)),
            first: date!(2026 - 12 - 01),
            last: date!(2027 - 05 - 31),
            clearance: ClearanceId(id(4)),
            requested_by: AccountId(id(5)),
        };
        let others = [
            Facts {
                staff: StaffId(id(9)),
                ..facts
            },
            Facts {
                facility: FacilityId(id(9)),
                ..facts
            },
            Facts {
                programme: ProgrammeId(id(9)),
                ..facts
            },
            Facts {
                first: date!(2026 - 12 - 02),
                ..facts
            },
            Facts {
                last: date!(2027 - 06 - 01),
                ..facts
            },
            Facts {
                clearance: ClearanceId(id(9)),
                ..facts
            },
            Facts {
                requested_by: AccountId(id(9)),
                ..facts
            },
        ];
        assert_eq!(facts.hash(), facts.hash());
        for other in others {
            assert_ne!(facts.hash(), other.hash(), "{other:?}");
        }
    }
}
