//! What a consent is for and when it holds. Pure.

use time::Date;

use crate::base::codes::codes;

codes! {
    /// What somebody consents to; each purpose by itself.
    Purpose {
        /// Facts go to the probation service.
        Probation "probation" "Weitergabe an die Bewährungshilfe",
        /// Facts go to another organisation.
        Provider "provider" "Weitergabe an einen anderen Träger",
        /// Being counted.
        Statistics "statistics" "Auswertung in der Statistik",
        /// A case without a name is linked to the person.
        Link "link" "Verknüpfung eines anonymen Falls mit der Person",
    }
}

impl Purpose {
    /// What the person agrees to, as the paper says it.
    pub const fn text(self) -> &'static str {
        match self {
            Purpose::Probation => {
                "Die Anstalt darf der Bewährungshilfe mitteilen, an welchen Maßnahmen ich teilnehme oder teilgenommen habe: Maßnahme, Träger, Zeitraum, Zahl der besuchten und der geplanten Sitzungen, Bausteine. Inhalte von Gesprächen werden nicht mitgeteilt."
            }
            Purpose::Provider => {
                "Der Träger darf meinen Fall an einen anderen Träger weitergeben: Maßnahme, Zeitraum und Stand. Inhalte von Gesprächen werden nicht weitergegeben."
            }
            Purpose::Statistics => {
                "Meine Teilnahme darf in den Statistiken über die Maßnahmen gezählt werden. Veröffentlicht werden nur zusammengefasste Zahlen, aus denen niemand zu erkennen ist."
            }
            Purpose::Link => {
                "Meine bisher anonyme Beratung darf unter meinem Namen geführt werden. Anstalt oder Bewährungshilfe können dann sehen, dass ich teilnehme."
            }
        }
    }

    /// What happens at once when the consent is withdrawn, as the screen says it.
    pub const fn withdrawal(self) -> &'static str {
        match self {
            Purpose::Probation => {
                "Übergaben an die Bewährungshilfe, die offen oder noch nicht vollzogen sind, werden zurückgezogen; wer dort nur deshalb zuständig wurde, sieht die Person nicht mehr. Übergebene Angaben sind nicht mehr zu sehen. Nach der Entlassung bleibt die Bewährungshilfe zuständig: Das beruht nicht auf der Einwilligung."
            }
            Purpose::Provider => {
                "Der Fall lässt sich nicht mehr an einen anderen Träger weitergeben."
            }
            Purpose::Statistics => {
                "Die Person zählt in keiner neuen Veröffentlichung mehr; die Veröffentlichung nennt, dass Personen fehlen."
            }
            Purpose::Link => {
                "Anstalt und Bewährungshilfe sehen den Fall, die Teilnahme und die Termine nicht mehr."
            }
        }
    }
}

/// A consent, `[from, to)`, and the day of its withdrawal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Given {
    /// First day.
    pub from: Date,
    /// The day from which it no longer holds.
    pub to: Option<Date>,
    /// The day on which it was withdrawn: it does not hold on that day any more.
    pub withdrawn_on: Option<Date>,
}

impl Given {
    /// Whether it holds on a day.
    pub fn holds(&self, day: Date) -> bool {
        self.from <= day
            && self.to.is_none_or(|to| day < to)
            && self.withdrawn_on.is_none_or(|withdrawn| day < withdrawn)
    }
}

/// Whether one of the consents for a purpose holds on a day. The queries say the same in SQL; a test holds both together.
pub fn holds(given: &[Given], day: Date) -> bool {
    given.iter().any(|one| one.holds(day))
}

/// Whether the person withdrew and did not consent again. Who was never asked did not refuse.
pub fn withdrawn(given: &[Given], day: Date) -> bool {
    given
        .iter()
        .any(|one| one.withdrawn_on.is_some_and(|withdrawn| withdrawn <= day))
        && !holds(given, day)
}

/// Why a consent cannot be recorded.
pub fn problem(from: Date, to: Option<Date>, today: Date) -> Option<(&'static str, &'static str)> {
    if from > today {
        return Some((
            "von",
            "Der Tag liegt in der Zukunft. Bitte den Tag der Unterschrift eingeben.",
        ));
    }
    if from < crate::casework::rules::first_day() {
        return Some(("von", "Bitte das Jahr prüfen."));
    }
    match to {
        Some(to) if to <= today.max(from) => Some((
            "bis",
            "Das Ende muss nach heute liegen. Ohne Ende gilt die Einwilligung bis zum Widerruf.",
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::Duration;
    use time::macros::date;

    use super::*;

    fn day() -> impl Strategy<Value = Date> {
        (0i64..60).prop_map(|days| date!(2026 - 10 - 01) + Duration::days(days))
    }

    /// Gives and withdrawals in the order in which they are recorded; a withdrawal ends all that stands.
    fn play(steps: &[(bool, Date, Option<i64>)]) -> Vec<Given> {
        let mut all: Vec<Given> = Vec::new();
        for (give, day, length) in steps {
            if *give {
                all.push(Given {
                    from: *day,
                    to: length.map(|days| *day + Duration::days(days + 1)),
                    withdrawn_on: None,
                });
            } else {
                for one in all.iter_mut().filter(|one| one.withdrawn_on.is_none()) {
                    one.withdrawn_on = Some(*day);
                }
            }
        }
        all
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(6_000))]

        #[test]
        fn a_withdrawal_counts_at_once_and_until_somebody_consents_again(
            mut steps in prop::collection::vec((any::<bool>(), day(), prop::option::of(0i64..30)), 0..8), ask in day(),
        ) {
            steps.sort_by_key(|step| step.1);
            let given = play(&steps);
            prop_assert!(!(holds(&given, ask) && withdrawn(&given, ask)));
            // The days told one by one, without the rule.
            let mut expected = false;
            for (index, (give, day, length)) in steps.iter().enumerate() {
                let over = steps[index + 1..].iter().find(|(give, ..)| !give).map(|(_, day, _)| *day);
                expected |= *give && *day <= ask && length.is_none_or(|days| ask <= *day + Duration::days(days))
                    && over.is_none_or(|over| ask < over);
            }
            prop_assert_eq!(holds(&given, ask), expected);
            // Whoever withdraws today is out today, whatever was before.
            let mut more = steps.clone();
            more.retain(|(_, day, _)| *day <= ask);
            more.push((false, ask, None));
            let after = play(&more);
            prop_assert!(!holds(&after, ask));
            // And who never withdrew is never counted as such.
            let only: Vec<_> = steps.iter().copied().filter(|(give, ..)| *give).collect();
            prop_assert!(!withdrawn(&play(&only), ask));
        }
    }

    #[test]
    fn a_consent_is_signed_before_it_is_recorded() {
        let today = date!(2026 - 11 - 23);
        assert_eq!(problem(today, None, today), None);
        assert_eq!(
            problem(date!(2026 - 11 - 24), None, today).unwrap().0,
            "von"
        );
        assert_eq!(problem(today, Some(today), today).unwrap().0, "bis");
        assert_eq!(problem(today, Some(date!(2026 - 11 - 24)), today), None);
    }
}
