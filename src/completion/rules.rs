//! Pure rules: which results may be confirmed when, the authenticity code, the sums of a statement.

use time::Date;

use crate::base::codes::codes;
use crate::base::crypto::{KeyedHash, readable_code};
use crate::base::fold::fold;
use crate::base::german;
use crate::groups::rules::passport::Proposal;
use crate::groups::rules::register::Status;

codes! {
    /// How a participation ended.
    Ending {
        /// Completed.
        Completed "completed" "abgeschlossen",
        /// Ended without completion.
        NotCompleted "not_completed" "nicht abgeschlossen",
    }
}

impl Ending {
    /// What the template's rule proposes.
    pub fn proposed(proposal: &Proposal) -> Ending {
        if proposal.completed {
            Ending::Completed
        } else {
            Ending::NotCompleted
        }
    }
}

/// Why an ending cannot be confirmed now, as a sentence part. Who still has sessions ahead may be completed, but has not
/// failed yet.
pub fn too_early(ending: Ending, ahead: usize) -> Option<String> {
    (ending == Ending::NotCompleted && ahead > 0).then(|| {
        format!(
            "noch {} geplant oder ohne Anwesenheitsliste",
            german::plural(ahead as u64, "Sitzung", "Sitzungen")
        )
    })
}

/// What is wrong with the day of a completion, as a sentence.
pub fn day_problem(day: Date, last_attended: Option<Date>, today: Date) -> Option<String> {
    if day > today {
        return Some(format!(
            "Dieser Tag liegt in der Zukunft. Bitte den {} oder einen früheren Tag eingeben.",
            german::date(today)
        ));
    }
    match last_attended {
        Some(last) if day < last => Some(format!(
            "Am {} war noch jemand davon in der Sitzung. Bitte diesen oder einen späteren Tag eingeben.",
            german::date(last)
        )),
        _ => None,
    }
}

/// Letters of an authenticity code: 20 of five bits each.
const CODE_LETTERS: usize = 20;

/// What stands on a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// "Kai Adler".
    pub name: String,
    /// What was completed, in the words of the template.
    pub title: String,
    /// The programme.
    pub programme: String,
    /// Who carried it out.
    pub provider: String,
    /// Where it was issued.
    pub town: String,
    /// Its date.
    pub day: Date,
}

/// The authenticity code of a certificate: a keyed hash over its id and all that stands on it, so that nobody without
/// the key can make one, and a changed row in the database is found out.
pub fn code(key: &KeyedHash, id: uuid::Uuid, content: &Content) -> String {
    let day = content.day.to_string();
    let tag = key.tag(&[
        b"certificate",
        id.as_bytes(),
        content.name.as_bytes(),
        content.title.as_bytes(),
        content.programme.as_bytes(),
        content.provider.as_bytes(),
        content.town.as_bytes(),
        day.as_bytes(),
    ]);
    readable_code(&tag, CODE_LETTERS)
}

/// Whether two names are the same, whatever the order of their words, capitals and signs.
pub fn same_name(left: &str, right: &str) -> bool {
    let words = |name: &str| {
        let folded = fold(name);
        let mut words: Vec<String> = folded
            .split(|letter: char| !letter.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
        words.sort_unstable();
        words
    };
    let left = words(left);
    !left.is_empty() && left == words(right)
}

/// A session of a stay in a group, as a statement needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meeting {
    /// When.
    pub day: Date,
    /// Whether it stood outside the numbering.
    pub catch_up: bool,
    /// Whether it took place.
    pub held: bool,
    /// What the register says.
    pub status: Option<Status>,
}

/// The sums of a stay.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// Sessions of the series in the time of the stay.
    pub planned: usize,
    /// Those that took place.
    pub held: usize,
    /// Those attended.
    pub attended: usize,
    /// Catch-up sessions attended.
    pub caught_up: usize,
    /// How often each outcome was recorded, in the order of the register; those that never were are left out.
    pub outcomes: Vec<(Status, usize)>,
    /// Held, but nothing is recorded.
    pub unrecorded: usize,
}

/// Counts a stay.
pub fn tally(meetings: &[Meeting]) -> Tally {
    let mut tally = Tally::default();
    for meeting in meetings {
        let attended = meeting.held && meeting.status.is_some_and(Status::attended);
        if meeting.catch_up {
            tally.caught_up += usize::from(attended);
            continue;
        }
        tally.planned += 1;
        tally.held += usize::from(meeting.held);
        tally.attended += usize::from(attended);
        tally.unrecorded += usize::from(meeting.held && meeting.status.is_none());
    }
    tally.outcomes = Status::ALL
        .iter()
        .map(|status| {
            let number = meetings
                .iter()
                .filter(|one| one.held && !one.catch_up && one.status == Some(*status))
                .count();
            (*status, number)
        })
        .filter(|(_, number)| *number > 0)
        .collect();
    tally
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use time::macros::date;

    fn content() -> Content {
        Content {
            name: "Kai Adler".into(),
            title: "AKT".into(),
            programme: "AKT in der Gruppe".into(),
            provider: "VPN".into(),
            town: "Dresden".into(),
            day: date!(2026 - 11 - 24),
        }
    }

    #[test]
    fn a_code_belongs_to_one_certificate_and_all_that_stands_on_it() {
        let key = KeyedHash::new(&[3; 32]);
        let id = uuid::Uuid::from_u128(7);
        let made = code(&key, id, &content());
        assert_eq!(made, code(&key, id, &content()));
        assert_eq!(made.len(), 24);
        assert!(made.split('-').all(|part| part.len() == 4));
        assert!(!made.contains(['0', 'O', '1', 'I']), "{made}");
        let changes: [fn(&mut Content); 6] = [
            |one| one.name.push('x'),
            |one| one.title.push('x'),
            |one| one.programme.push('x'),
            |one| one.provider.push('x'),
            |one| one.town.push('x'),
            |one| one.day = date!(2026 - 11 - 25),
        ];
        for change in changes {
            let mut other = content();
            change(&mut other);
            assert_ne!(made, code(&key, id, &other));
        }
        assert_ne!(made, code(&key, uuid::Uuid::from_u128(8), &content()));
        assert_ne!(made, code(&KeyedHash::new(&[4; 32]), id, &content()));
    }

    #[test]
    fn names_are_compared_by_their_words() {
        assert!(same_name("Kai Adler", "adler, KAI"));
        assert!(same_name(
            "Łukasz Kowalczyk-Müller",
            "Kowalczyk Müller, Lukasz"
        ));
        assert!(!same_name("Kai Adler", "Kai Alder"));
        assert!(!same_name("", ""));
    }

    #[test]
    fn nobody_has_failed_while_sessions_lie_ahead() {
        assert!(too_early(Ending::NotCompleted, 2).is_some());
        assert!(too_early(Ending::NotCompleted, 0).is_none());
        assert!(too_early(Ending::Completed, 2).is_none());
        let (today, last) = (date!(2026 - 11 - 24), date!(2026 - 11 - 17));
        assert!(day_problem(date!(2026 - 11 - 25), None, today).is_some());
        assert!(day_problem(date!(2026 - 11 - 16), Some(last), today).is_some());
        assert!(day_problem(last, Some(last), today).is_none());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]
        #[test]
        fn a_tally_adds_up(
            list in proptest::collection::vec((any::<bool>(), any::<bool>(), 0_usize..=Status::ALL.len()), 0..40)
        ) {
            let meetings: Vec<Meeting> = list.iter().map(|(catch_up, held, status)| Meeting {
                day: date!(2026 - 11 - 24),
                catch_up: *catch_up,
                held: *held,
                status: Status::ALL.get(*status).copied(),
            }).collect();
            let made = tally(&meetings);
            let caught = meetings.iter().filter(|one| one.catch_up).count();
            prop_assert_eq!(made.planned + caught, meetings.len());
            prop_assert!(made.attended <= made.held && made.held <= made.planned);
            prop_assert!(made.caught_up <= caught);
            let recorded: usize = made.outcomes.iter().map(|(_, number)| number).sum();
            prop_assert_eq!(recorded + made.unrecorded, made.held);
            let present: usize = made.outcomes.iter().filter(|(status, _)| status.attended()).map(|(_, number)| number).sum();
            prop_assert_eq!(present, made.attended);
        }
    }
}
