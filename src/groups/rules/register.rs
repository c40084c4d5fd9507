//! What a sent register changes: only rows whose value differs are written, corrections need a reason, and what
//! somebody else saved meanwhile is never overwritten unseen.

use crate::base::codes::codes;
use crate::base::ids::PersonId;
use crate::base::time::Instant;

codes! {
    /// What the register says about one person.
    Status {
        /// Present.
        Present "present" "anwesend",
        /// Late.
        Late "late" "verspätet",
        /// Left before the end.
        LeftEarly "left_early" "früher gegangen",
        /// Absent, excused.
        Excused "excused" "entschuldigt",
        /// Absent, not excused.
        Unexcused "unexcused" "unentschuldigt",
        /// Not brought by the prison.
        NotBrought "not_brought" "nicht zugeführt",
        /// Refused to take part.
        Refused "refused" "verweigert",
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
            Status::LeftEarly => "g",
            Status::Excused => "e",
            Status::Unexcused => "u",
            Status::NotBrought => "n",
            Status::Refused => "w",
        }
    }

    /// Whether a reason belongs to it.
    pub const fn needs_reason(self) -> bool {
        matches!(self, Status::Excused | Status::NotBrought)
    }

    /// Whether minutes that were missed may be given with it.
    pub const fn takes_minutes(self) -> bool {
        matches!(self, Status::Late | Status::LeftEarly)
    }

    /// Whether the person took part.
    pub const fn attended(self) -> bool {
        matches!(self, Status::Present | Status::Late | Status::LeftEarly)
    }
}

/// A value of a register row. A status without need for a reason has none, and minutes stand only where some were
/// missed: each fact has one place, so that two can never contradict each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    status: Status,
    reason: Option<Reason>,
    minutes: Option<u16>,
}

impl Mark {
    /// A mark; `None` if the status needs a reason and has none. What does not belong to the status is dropped.
    pub fn new(status: Status, reason: Option<Reason>, minutes: Option<u16>) -> Option<Mark> {
        if status.needs_reason() && reason.is_none() {
            return None;
        }
        Some(Mark {
            status,
            reason: reason.filter(|_| status.needs_reason()),
            minutes: minutes.filter(|_| status.takes_minutes()),
        })
    }

    /// As stored, also where an older version stored a status without its reason.
    pub fn stored(status: &str, reason: Option<&str>, minutes: Option<i64>) -> Option<Mark> {
        Some(Mark {
            status: Status::from_code(status)?,
            reason: reason.and_then(Reason::from_code),
            minutes: minutes.and_then(|minutes| u16::try_from(minutes).ok()),
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

    /// The minutes that were missed, if somebody counted them.
    pub const fn minutes(self) -> Option<u16> {
        self.minutes
    }

    /// As shown: "entschuldigt (Krankheit)", "verspätet (15 Minuten)".
    pub fn label(self) -> String {
        match (self.reason, self.minutes) {
            (Some(reason), _) => format!("{} ({})", self.status.label(), reason.label()),
            (None, Some(minutes)) => format!(
                "{} ({})",
                self.status.label(),
                crate::base::german::plural(u64::from(minutes), "Minute", "Minuten")
            ),
            (None, None) => self.status.label().to_owned(),
        }
    }

    /// As carried by the page: `excused:illness`, `present:`, `late::15`.
    pub fn code(self) -> String {
        let reason = self.reason.map_or("", Reason::code);
        match self.minutes {
            Some(minutes) => format!("{}:{reason}:{minutes}", self.status.code()),
            None => format!("{}:{reason}", self.status.code()),
        }
    }

    /// Reads [`Mark::code`]; anything else is "nothing".
    pub fn from_code(code: &str) -> Option<Mark> {
        let (status, rest) = code.split_once(':')?;
        let (reason, minutes) = rest.split_once(':').unwrap_or((rest, ""));
        Mark::stored(status, Some(reason), minutes.parse().ok())
    }
}

/// For how long a saving can be taken back.
pub const UNDO_MINUTES: i64 = 10;

/// A recorded row as far as taking back goes by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recorded<W> {
    /// Whose row.
    pub person: PersonId,
    /// What is stored now.
    pub mark: Mark,
    /// What was stored before the last saving; `None` if nothing was.
    pub before: Option<Mark>,
    /// When it was saved.
    pub at: Instant,
    /// Who saved it; `None` for rows that cannot be taken back.
    pub by: Option<W>,
}

/// What taking back a saving changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakeBack {
    /// When it was saved.
    pub at: Instant,
    /// Whose rows go from what to what; to nothing if they were recorded for the first time.
    pub rows: Vec<(PersonId, Mark, Option<Mark>)>,
}

/// The last saving of somebody, if it is young enough to be taken back. Rows that somebody else changed since belong to
/// the other's saving and stay.
pub fn take_back<W: PartialEq + Copy>(
    rows: &[Recorded<W>],
    who: W,
    now: Instant,
) -> Option<TakeBack> {
    let mine = || rows.iter().filter(|row| row.by == Some(who));
    let at = mine().map(|row| row.at).max()?;
    if now.since(at) > UNDO_MINUTES * 60_000 {
        return None;
    }
    Some(TakeBack {
        at,
        rows: mine()
            .filter(|row| row.at == at)
            .map(|row| (row.person, row.mark, row.before))
            .collect(),
    })
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

/// Digits of an id in a field name.
const KEY: usize = 12;

/// Short field names for the rows of a register: the first twelve digits of each person's id, the last twelve where two
/// would be alike, all of them where even those are.
pub fn row_keys(people: &[PersonId]) -> Vec<String> {
    let whole: Vec<String> = people
        .iter()
        .map(|person| person.0.simple().to_string())
        .collect();
    let part = |skip: usize| -> Vec<String> {
        whole
            .iter()
            .map(|key| key.chars().skip(skip).take(KEY).collect())
            .collect()
    };
    let distinct = |keys: &[String]| {
        keys.iter().collect::<std::collections::BTreeSet<_>>().len() == keys.len()
    };
    [part(0), part(32 - KEY)]
        .into_iter()
        .find(|keys| distinct(keys))
        .unwrap_or(whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const PRESENT: Option<Mark> = Some(Mark {
        status: Status::Present,
        reason: None,
        minutes: None,
    });
    const LATE: Option<Mark> = Some(Mark {
        status: Status::Late,
        reason: None,
        minutes: None,
    });
    const ILL: Option<Mark> = Some(Mark {
        status: Status::Excused,
        reason: Some(Reason::Illness),
        minutes: None,
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
                    reason: None,
                    minutes: None
                },
                Mark {
                    status: Status::Excused,
                    reason: Some(Reason::Illness),
                    minutes: None
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
        let court = Mark::new(Status::Excused, Some(Reason::Court), None);
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
        assert_eq!(Mark::new(Status::Excused, None, None), None);
        assert_eq!(Mark::new(Status::NotBrought, None, None), None);
        assert_eq!(
            Mark::new(Status::Present, Some(Reason::Court), Some(9)),
            PRESENT
        );
        assert_eq!(
            Mark::new(Status::Excused, Some(Reason::Illness), Some(9)),
            ILL
        );
    }

    #[test]
    fn marks_survive_the_page() {
        for status in Status::ALL {
            let mark = Mark::new(*status, Some(Reason::Visit), Some(15));
            assert_eq!(
                mark.map(Mark::code).as_deref().and_then(Mark::from_code),
                mark
            );
        }
        assert_eq!(Mark::from_code(""), None);
        assert_eq!(Mark::from_code("unknown:"), None);
    }

    #[test]
    fn each_letter_chooses_one_status() {
        let keys: std::collections::BTreeSet<_> =
            Status::ALL.iter().map(|status| status.key()).collect();
        assert_eq!(keys.len(), Status::ALL.len());
        assert!(keys.iter().all(|key| key.len() == 1));
    }

    #[test]
    fn missed_minutes_are_said_where_some_were_missed() {
        let late = Mark::new(Status::Late, None, Some(15)).unwrap();
        assert_eq!(late.label(), "verspätet (15 Minuten)");
        assert_eq!(
            Mark::new(Status::LeftEarly, None, Some(1)).unwrap().label(),
            "früher gegangen (1 Minute)"
        );
        assert_eq!(Mark::from_code("late:"), LATE);
        assert_eq!(compare(&[row(LATE, Some(late), LATE)]).corrected.len(), 1);
    }

    fn recorded(number: u128, before: Option<Mark>, at: i64, by: Option<u8>) -> Recorded<u8> {
        Recorded {
            person: person(number),
            mark: LATE.unwrap(),
            before,
            at: Instant::from_millis(at),
            by,
        }
    }

    #[test]
    fn only_the_own_last_saving_is_taken_back_for_ten_minutes() {
        let rows = [
            recorded(1, None, 5_000, Some(1)),
            recorded(2, PRESENT, 9_000, Some(1)),
            recorded(3, None, 9_000, Some(1)),
            recorded(4, None, 9_500, Some(2)),
            recorded(5, None, 9_900, None),
        ];
        let now = Instant::from_millis(9_000 + UNDO_MINUTES * 60_000);
        let back = take_back(&rows, 1, now).unwrap();
        assert_eq!(back.at, Instant::from_millis(9_000));
        assert_eq!(
            back.rows,
            [
                (person(2), LATE.unwrap(), PRESENT),
                (person(3), LATE.unwrap(), None)
            ]
        );
        assert_eq!(take_back(&rows, 1, now.plus_millis(1)), None);
        assert_eq!(take_back(&rows, 3, Instant::from_millis(9_901)), None);
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(10_000))]

        #[test]
        fn what_two_people_save_is_kept_or_told(
            shown in proptest::collection::vec(0usize..4, 1..9), mine in proptest::collection::vec(0usize..4, 9), theirs in proptest::collection::vec(0usize..4, 9)
        ) {
            let value = |index: usize| [None, PRESENT, LATE, ILL][index];
            let rows: Vec<Sent> = shown.iter().enumerate().map(|(index, shown)| Sent {
                person: person(index as u128 + 1),
                shown: value(*shown),
                chosen: value(mine[index]),
                // A recorded value is never taken away.
                stored: if theirs[index] == 0 { value(*shown) } else { value(theirs[index]) },
            }).collect();
            let outcome = compare(&rows);
            for row in &rows {
                let written = outcome.new.iter().any(|(who, mark)| *who == row.person && Some(*mark) == row.chosen && row.stored.is_none())
                    || outcome.corrected.iter().any(|(who, old, new)| *who == row.person && Some(*old) == row.stored && Some(*new) == row.chosen);
                let told = outcome.clashing.iter().any(|(who, ..)| *who == row.person) || outcome.emptied.contains(&row.person);
                proptest::prop_assert!(!(written && told));
                if row.chosen == row.shown || row.chosen == row.stored {
                    proptest::prop_assert!(!written, "what I left alone or what stands there already is not written");
                } else {
                    proptest::prop_assert!(written || told, "what I changed is written or told");
                }
                if written {
                    proptest::prop_assert_eq!(row.stored, row.shown, "nothing unseen is overwritten");
                }
            }
        }
    }

    #[test]
    fn keys_are_short_and_never_alike() {
        let far = [person(1u128 << 100), person(2u128 << 100)];
        assert!(row_keys(&far).iter().all(|key| key.len() == 12));
        let near = row_keys(&[person(1), person(2)]);
        assert!(near[0] != near[1] && near[0].len() == 12);
        let middle = row_keys(&[person(1u128 << 64), person(2u128 << 64)]);
        assert!(middle[0] != middle[1] && middle[0].len() == 32);
    }
}
