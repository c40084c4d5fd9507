//! What external staff are and can do, and which periods may be recorded. Pure.

pub mod clearance;
pub mod week;

pub use week::{Week, read_week};

use time::{Date, Duration};

use crate::base::codes::codes;
use crate::base::german;

/// Most characters of a name, a town, a way of contact.
pub const MAX_NAME: usize = 80;
/// Most characters of where a paper is kept, of an office, of a contact.
pub const MAX_LINE: usize = 120;
/// The longest absence in days: whoever is away longer leaves and comes back.
pub const LONGEST_ABSENCE: i64 = 366;
/// How many years ahead an organisation's or a member's dates may lie.
const FARTHEST_YEARS: i64 = 10;

codes! {
    /// What a member of external staff does for the organisation.
    StaffRole {
        /// Leads group sessions together with another.
        Trainer "trainer" "Training",
        /// Answers for the course of a group.
        LeadTrainer "lead_trainer" "leitendes Training",
        /// Counsels single people.
        Counsellor "counsellor" "Beratung",
        /// Plans who works where.
        Coordinator "coordinator" "Koordination",
    }
}

codes! {
    /// What somebody has a paper about.
    Qualification {
        /// The certificate that AKT templates ask of trainers.
        AktTrainer "akt_trainer" "AKT-Trainerschein",
        /// Certificate of an anti-violence trainer.
        AntiViolence "anti_violence" "Anti-Gewalt-Training (Zertifikat)",
        /// De-escalation.
        DeEscalation "de_escalation" "Deeskalationstraining",
        /// Counselling.
        Counselling "counselling" "Beratungsausbildung",
        /// Degree in social work.
        SocialWork "social_work" "Soziale Arbeit (Abschluss)",
        /// Degree in psychology.
        Psychology "psychology" "Psychologie (Abschluss)",
        /// First aid.
        FirstAid "first_aid" "Erste Hilfe",
    }
}

codes! {
    /// Languages in which sessions are held (ISO 639, by German name).
    Language {
        /// Arabic.
        Arabic "ar" "Arabisch",
        /// Bosnian, Croatian, Serbian.
        Serbian "sr" "Bosnisch, Kroatisch, Serbisch",
        /// German.
        German "de" "Deutsch",
        /// German sign language.
        Sign "gsg" "Deutsche Gebärdensprache",
        /// English.
        English "en" "Englisch",
        /// French.
        French "fr" "Französisch",
        /// Georgian.
        Georgian "ka" "Georgisch",
        /// Kurdish.
        Kurdish "ku" "Kurdisch",
        /// Pashto.
        Pashto "ps" "Paschtu",
        /// Persian and Dari.
        Persian "fa" "Persisch (Farsi, Dari)",
        /// Polish.
        Polish "pl" "Polnisch",
        /// Romanian.
        Romanian "ro" "Rumänisch",
        /// Russian.
        Russian "ru" "Russisch",
        /// Sorbian.
        Sorbian "wen" "Sorbisch",
        /// Spanish.
        Spanish "es" "Spanisch",
        /// Tigrinya.
        Tigrinya "ti" "Tigrinisch",
        /// Czech.
        Czech "cs" "Tschechisch",
        /// Turkish.
        Turkish "tr" "Türkisch",
        /// Ukrainian.
        Ukrainian "uk" "Ukrainisch",
        /// Vietnamese.
        Vietnamese "vi" "Vietnamesisch",
    }
}

codes! {
    /// How an organisation takes part in a programme.
    Part {
        /// Carries it out.
        Lead "lead" "führt durch",
        /// Carries it out together with the one that leads.
        Partner "partner" "führt mit durch",
        /// Contributes.
        Cooperation "cooperation" "wirkt mit",
    }
}

/// The word for a stored code, or the code where the list no longer knows it.
pub fn word<T: std::str::FromStr + std::fmt::Display>(code: &str) -> String {
    code.parse::<T>()
        .map_or_else(|_| code.to_owned(), |value| value.to_string())
}

/// The last day of a validity that is stored with the day after it.
pub fn last_day(day_after: Option<Date>) -> Option<Date> {
    day_after.map(|day| day.previous_day().unwrap_or(day))
}

/// Whether a half-open validity has a day.
pub fn valid_on(from: Date, to: Option<Date>, day: Date) -> bool {
    from <= day && to.is_none_or(|end| end > day)
}

/// What is wrong with a qualification's days: the field and the German sentence.
pub fn qualification_problem(
    acquired: Date,
    valid_to: Option<Date>,
    today: Date,
) -> Option<(&'static str, String)> {
    if acquired > today {
        return Some((
            "acquired_on",
            "Der Tag liegt in der Zukunft. Bitte erst eintragen, wenn der Nachweis vorliegt."
                .to_owned(),
        ));
    }
    valid_to.filter(|end| *end < acquired).map(|_| {
        (
            "valid_to",
            format!(
                "Das Ende liegt vor dem Erwerb. Bitte einen Tag ab dem {} eingeben oder das Feld leer lassen.",
                german::date(acquired)
            ),
        )
    })
}

/// What is wrong with an absence (first and last day, both included): the field and the German sentence.
/// `others` are the absences that are already recorded, likewise.
pub fn absence_problem(
    first: Date,
    last: Date,
    today: Date,
    others: &[(Date, Date)],
) -> Option<(&'static str, String)> {
    if last < first {
        return Some((
            "last_day",
            format!(
                "Der letzte Tag liegt vor dem ersten. Bitte einen Tag ab dem {} eingeben.",
                german::date(first)
            ),
        ));
    }
    if last < today {
        return Some((
            "last_day",
            format!(
                "Die Abwesenheit ist schon vorbei. Bitte einen letzten Tag ab dem {} eingeben.",
                german::date(today)
            ),
        ));
    }
    if (last - first).whole_days() >= LONGEST_ABSENCE {
        return Some((
            "last_day",
            "Eine Abwesenheit dauert höchstens ein Jahr. Wer länger fehlt, scheidet aus und wird später wieder aufgenommen."
                .to_owned(),
        ));
    }
    if first > today + Duration::days(366 * 2) {
        return Some((
            "first_day",
            "Der erste Tag liegt mehr als zwei Jahre in der Zukunft. Bitte das Jahr prüfen."
                .to_owned(),
        ));
    }
    let clash = others
        .iter()
        .find(|(begin, end)| *begin <= last && *end >= first)?;
    Some((
        "first_day",
        format!(
            "In dieser Zeit ist schon eine Abwesenheit eingetragen: {} bis {}. Bitte andere Tage wählen oder die alte zuerst entfernen.",
            german::date(clash.0),
            german::date(clash.1)
        ),
    ))
}

/// What is wrong with the last day of a member of staff or an organisation that has been there since `from`: the German
/// sentence. The last day is today at the earliest.
pub fn end_problem(from: Date, last: Date, today: Date) -> Option<String> {
    if last < today {
        return Some(format!(
            "Der letzte Tag liegt in der Vergangenheit. Bitte frühestens den {} eingeben.",
            german::date(today)
        ));
    }
    if last < from {
        return Some(format!(
            "Der letzte Tag liegt vor dem ersten ({}). Bitte einen späteren Tag eingeben.",
            german::date(from)
        ));
    }
    too_far(last, today)
}

/// What is wrong with a first day that may lie in the past or the near future.
pub fn begin_problem(first: Date, today: Date) -> Option<String> {
    too_far(first, today)
}

fn too_far(day: Date, today: Date) -> Option<String> {
    ((day - today).whole_days() > FARTHEST_YEARS * 366).then(|| {
        "Der Tag liegt mehr als zehn Jahre in der Zukunft. Bitte das Jahr prüfen.".to_owned()
    })
}

/// Whether a new part (half-open, perhaps without an end) overlaps one that is there.
pub fn part_overlap(
    from: Date,
    to: Option<Date>,
    others: &[(Date, Option<Date>)],
) -> Option<(Date, Option<Date>)> {
    others
        .iter()
        .copied()
        .find(|(begin, end)| to.is_none_or(|to| *begin < to) && end.is_none_or(|end| from < end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;
    use time::macros::date;

    const TODAY: Date = date!(2026 - 11 - 23);

    #[test]
    fn codes_and_words_are_unique() {
        let all = [
            StaffRole::choices(),
            Qualification::choices(),
            Language::choices(),
            Part::choices(),
        ];
        for list in all {
            assert_eq!(
                list.iter()
                    .map(|(code, _)| *code)
                    .collect::<BTreeSet<_>>()
                    .len(),
                list.len()
            );
            assert_eq!(
                list.iter()
                    .map(|(_, word)| *word)
                    .collect::<BTreeSet<_>>()
                    .len(),
                list.len()
            );
        }
    }

    #[test]
    fn a_qualification_is_not_of_tomorrow_and_does_not_end_before_it_begins() {
        let field = |acquired, end| qualification_problem(acquired, end, TODAY).map(|it| it.0);
        assert_eq!(field(TODAY, None), None);
        assert_eq!(field(TODAY, Some(TODAY)), None);
        assert_eq!(field(date!(2026 - 11 - 24), None), Some("acquired_on"));
        assert_eq!(field(TODAY, Some(date!(2026 - 11 - 22))), Some("valid_to"));
    }

    #[test]
    fn absences_are_in_order_not_over_and_do_not_overlap() {
        let other = [(date!(2026 - 12 - 01), date!(2026 - 12 - 05))];
        let field = |first, last| absence_problem(first, last, TODAY, &other).map(|it| it.0);
        assert_eq!(field(TODAY, TODAY), None);
        assert_eq!(field(date!(2026 - 11 - 20), TODAY), None);
        assert_eq!(
            field(date!(2026 - 11 - 24), date!(2026 - 11 - 23)),
            Some("last_day")
        );
        assert_eq!(
            field(date!(2026 - 11 - 20), date!(2026 - 11 - 22)),
            Some("last_day")
        );
        assert_eq!(
            field(date!(2026 - 12 - 05), date!(2026 - 12 - 06)),
            Some("first_day")
        );
        assert_eq!(field(date!(2026 - 12 - 06), date!(2026 - 12 - 06)), None);
        assert_eq!(field(date!(2027 - 01 - 01), date!(2027 - 12 - 31)), None);
        assert_eq!(
            field(date!(2027 - 01 - 01), date!(2028 - 01 - 02)),
            Some("last_day")
        );
        assert_eq!(
            field(date!(2036 - 01 - 01), date!(2036 - 01 - 02)),
            Some("first_day")
        );
    }

    #[test]
    fn nobody_leaves_in_the_past_or_before_they_came() {
        assert_eq!(end_problem(date!(2020 - 01 - 01), TODAY, TODAY), None);
        assert!(end_problem(date!(2020 - 01 - 01), date!(2026 - 11 - 22), TODAY).is_some());
        assert!(end_problem(date!(2026 - 12 - 02), date!(2026 - 12 - 01), TODAY).is_some());
        assert!(end_problem(date!(2020 - 01 - 01), date!(2126 - 12 - 01), TODAY).is_some());
    }

    proptest! {
        /// Two half-open spans overlap exactly if they share a day.
        #[test]
        fn parts_overlap_if_they_share_a_day(a in 0i64..40, b in 1i64..40, c in 0i64..40, d in 1i64..40) {
            let day = |offset: i64| TODAY + Duration::days(offset);
            let (first, second) = ((day(a), Some(day(a + b))), (day(c), Some(day(c + d))));
            let shared = (0..90).any(|offset| {
                valid_on(first.0, first.1, day(offset)) && valid_on(second.0, second.1, day(offset))
            });
            prop_assert_eq!(part_overlap(first.0, first.1, &[second]).is_some(), shared);
        }
    }
}
