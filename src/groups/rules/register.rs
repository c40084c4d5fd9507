//! What a sent register changes: only rows whose value differs are written, corrections need a reason, and what
//! somebody else saved meanwhile is never overwritten unseen.

use crate::base::codes::codes;
use crate::base::ids::PersonId;

codes! {
    /// What the register says about one person.
    Status {
        /// Present.
        Present "present" "anwesend",
        /// Late.
        Late "late" "verspätet",
        /// Absent, excused.
        Excused "excused" "entschuldigt",
        /// Absent, not excused.
        Unexcused "unexcused" "unentschuldigt",
        /// Not brought by the prison.
        NotBrought "not_brought" "nicht zugeführt",
    }
}

codes! {
    /// Why somebody was absent.
    Reason {
        /// Illness.
        Illness "illness" "Krankheit",
        /// A court date.
        Court "court" "Gericht",
        /// A visit.
        Visit "visit" "Besuch",
        /// Work or school.
        WorkSchool "work_school" "Arbeit oder Schule",
        /// Leave.
        Leave "leave" "Ausgang",
        /// The prison's reasons.
        Prison "prison" "Anstaltsgrund",
    }
}

impl Status {
    /// The letter that chooses it.
    pub const fn key(self) -> &'static str {
        match self {
            Status::Present => "a",
            Status::Late => "v",
            Status::Excused => "e",
            Status::Unexcused => "u",
            Status::NotBrought => "n",
        }
    }

    /// Whether a reason belongs to it.
    pub const fn needs_reason(self) -> bool {
        matches!(self, Status::Excused | Status::NotBrought)
    }

    /// Whether the person took part.
    pub const fn attended(self) -> bool {
        matches!(self, Status::Present | Status::Late)
    }
}

/// A value of a register row. A status without need for a reason has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    status: Status,
    reason: Option<Reason>,
}

impl Mark {
    /// A mark; `None` if the status needs a reason and has none. A reason that is not needed is dropped.
    pub fn new(status: Status, reason: Option<Reason>) -> Option<Mark> {
        match (status.needs_reason(), reason) {
            (true, None) => None,
            (true, reason) => Some(Mark { status, reason }),
            (false, _) => Some(Mark {
                status,
                reason: None,
            }),
        }
    }

    /// As stored, also where an older version stored a status without its reason.
    pub fn stored(status: &str, reason: Option<&str>) -> Option<Mark> {
        Some(Mark {
            status: Status::from_code(status)?,
            reason: reason.and_then(Reason::from_code),
        })
    }

    /// The status.
    pub const fn status(self) -> Status {
        self.status
    }

    /// The reason.
    pub const fn reason(self) -> Option<Reason> {
        self.reason
    }

    /// As shown: "entschuldigt (Krankheit)".
    pub fn label(self) -> String {
        match self.reason {
            Some(reason) => format!("{} ({})", self.status.label(), reason.label()),
            None => self.status.label().to_owned(),
        }
    }

    /// As carried by the page: `excused:illness`, `present:`.
    pub fn code(self) -> String {
        format!(
            "{}:{}",
            self.status.code(),
            self.reason.map_or("", Reason::code)
        )
    }

    /// Reads [`Mark::code`]; anything else is "nothing".
    pub fn from_code(code: &str) -> Option<Mark> {
        let (status, reason) = code.split_once(':')?;
        Mark::stored(status, Some(reason))
    }
}

/// One row as sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    /// Whose row.
    pub person: PersonId,
    /// What the page showed when it was loaded.
    pub shown: Option<Mark>,
    /// What was chosen.
    pub chosen: Option<Mark>,
    /// What is stored now.
    pub stored: Option<Mark>,
}

/// What to do with a sent register.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Rows recorded for the first time.
    pub new: Vec<(PersonId, Mark)>,
    /// Rows that change: old and new value.
    pub corrected: Vec<(PersonId, Mark, Mark)>,
    /// Rows that somebody else changed meanwhile to something else: chosen and stored value.
    pub clashing: Vec<(PersonId, Mark, Option<Mark>)>,
    /// Rows that were recorded and sent empty: a recorded value is corrected, never taken away.
    pub emptied: Vec<PersonId>,
}

impl Outcome {
    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.new.is_empty() && self.corrected.is_empty()
    }
}

/// Compares what was sent with what is stored.
///
/// A row that I left as it was shown keeps what is stored now, even if somebody else changed it. A row that both
/// changed to different values clashes.
pub fn compare(rows: &[Sent]) -> Outcome {
    let mut outcome = Outcome::default();
    for row in rows {
        let meanwhile = row.stored != row.shown;
        match (row.chosen, row.stored) {
            (chosen, stored) if chosen == stored => {}
            (chosen, _) if meanwhile && chosen == row.shown => {}
            (Some(chosen), stored) if meanwhile => {
                outcome.clashing.push((row.person, chosen, stored))
            }
            (Some(chosen), Some(stored)) => outcome.corrected.push((row.person, stored, chosen)),
            (Some(chosen), None) => outcome.new.push((row.person, chosen)),
            (None, Some(_)) => outcome.emptied.push(row.person),
            (None, None) => {}
        }
    }
    outcome
}

/// Short field names for the rows of a register: the first twelve digits of each person's id, all of them where two
/// would be alike.
pub fn row_keys(people: &[PersonId]) -> Vec<String> {
    let whole: Vec<String> = people
        .iter()
        .map(|person| person.0.simple().to_string())
        .collect();
    let short: Vec<String> = whole
        .iter()
        .map(|key| key.chars().take(12).collect())
        .collect();
    let distinct: std::collections::BTreeSet<&String> = short.iter().collect();
    if distinct.len() == short.len() {
        short
    } else {
        whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const PRESENT: Option<Mark> = Some(Mark {
        status: Status::Present,
        reason: None,
    });
    const LATE: Option<Mark> = Some(Mark {
        status: Status::Late,
        reason: None,
    });
    const ILL: Option<Mark> = Some(Mark {
        status: Status::Excused,
        reason: Some(Reason::Illness),
    });

    fn person(number: u128) -> PersonId {
        PersonId(Uuid::from_u128(number))
    }

    fn row(shown: Option<Mark>, chosen: Option<Mark>, stored: Option<Mark>) -> Sent {
        Sent {
            person: person(1),
            shown,
            chosen,
            stored,
        }
    }

    #[test]
    fn only_what_differs_is_written() {
        let mut rows = vec![
            row(None, PRESENT, None),
            row(None, None, None),
            row(PRESENT, ILL, PRESENT),
        ];
        let outcome = compare(&rows);
        assert_eq!(outcome.new.len(), 1);
        assert_eq!(
            outcome.corrected,
            [(
                person(1),
                Mark {
                    status: Status::Present,
                    reason: None
                },
                Mark {
                    status: Status::Excused,
                    reason: Some(Reason::Illness)
                }
            )]
        );
        // The same again, now that it is stored.
        for row in &mut rows {
            row.stored = row.chosen;
        }
        assert!(compare(&rows).is_empty());
    }

    #[test]
    fn a_changed_reason_is_a_correction() {
        let court = Mark::new(Status::Excused, Some(Reason::Court));
        assert_eq!(compare(&[row(ILL, court, ILL)]).corrected.len(), 1);
    }

    #[test]
    fn what_somebody_else_saved_is_never_overwritten_unseen() {
        // Both recorded a row that was empty, differently.
        assert_eq!(compare(&[row(None, PRESENT, ILL)]).clashing.len(), 1);
        // Both changed the same value, differently.
        assert_eq!(compare(&[row(PRESENT, LATE, ILL)]).clashing.len(), 1);
        // I left it as shown: theirs stays.
        assert_eq!(compare(&[row(PRESENT, PRESENT, ILL)]), Outcome::default());
        assert_eq!(compare(&[row(None, None, ILL)]), Outcome::default());
        // Both chose the same.
        assert_eq!(compare(&[row(None, ILL, ILL)]), Outcome::default());
    }

    #[test]
    fn a_recorded_value_cannot_be_taken_away() {
        assert_eq!(compare(&[row(PRESENT, None, PRESENT)]).emptied, [person(1)]);
    }

    #[test]
    fn reasons_stand_only_where_they_belong() {
        assert_eq!(Mark::new(Status::Excused, None), None);
        assert_eq!(Mark::new(Status::NotBrought, None), None);
        assert_eq!(Mark::new(Status::Present, Some(Reason::Court)), PRESENT);
        assert_eq!(Mark::new(Status::Excused, Some(Reason::Illness)), ILL);
    }

    #[test]
    fn marks_survive_the_page() {
        for status in Status::ALL {
            let mark = Mark::new(*status, Some(Reason::Visit));
            assert_eq!(
                mark.map(Mark::code).as_deref().and_then(Mark::from_code),
                mark
            );
        }
        assert_eq!(Mark::from_code(""), None);
        assert_eq!(Mark::from_code("unknown:"), None);
    }

    #[test]
    fn keys_are_short_and_never_alike() {
        let far = [person(1u128 << 100), person(2u128 << 100)];
        assert!(row_keys(&far).iter().all(|key| key.len() == 12));
        let near = row_keys(&[person(1), person(2)]);
        assert_ne!(near[0], near[1]);
    }
}
