//! Why a record is restricted, and why it must not be erased. Pure.

use crate::base::codes::codes;

codes! {
    /// Why a record is restricted.
    Ground {
        /// The person says that it is wrong; being checked.
        Contested "contested" "Richtigkeit bestritten, wird geprüft",
        /// It must not be processed, or the person wants it erased.
        Unlawful "unlawful" "unrechtmäßig verarbeitet oder Löschung verlangt",
        /// It is needed for legal claims only.
        Claims "claims" "nur noch für Rechtsansprüche gebraucht",
        /// The person objected; being weighed.
        Objection "objection" "Widerspruch, wird geprüft",
        /// The first stage of its period is over.
        Period "period" "erste Stufe der Löschfrist erreicht",
    }
}

impl Ground {
    /// The law, and what follows.
    pub const fn hint(self) -> &'static str {
        match self {
            Ground::Period => "setzt Geleit selbst, siehe Löschfristen",
            Ground::Contested => {
                "Art. 18 Abs. 1 Buchst. a DSGVO, Art. 16 Abs. 3 Richtlinie (EU) 2016/680; bleibt bis zur Aufhebung, wird nicht gelöscht"
            }
            Ground::Unlawful => {
                "Art. 17 Abs. 1 DSGVO, Art. 16 Abs. 2 Richtlinie (EU) 2016/680; steht sofort auf der Liste der Löschungen"
            }
            Ground::Claims => {
                "Art. 18 Abs. 1 Buchst. c DSGVO; bleibt bis zur Aufhebung, wird nicht gelöscht"
            }
            Ground::Objection => {
                "Art. 18 Abs. 1 Buchst. d DSGVO; bleibt bis zur Aufhebung, wird nicht gelöscht"
            }
        }
    }

    /// What people choose; the first stage of a period is none of it.
    pub fn chosen() -> impl Iterator<Item = Ground> {
        Self::ALL
            .iter()
            .copied()
            .filter(|ground| *ground != Ground::Period)
    }
}

codes! {
    /// Why a record must not be erased yet.
    HoldGround {
        /// A court or an authority asks for it.
        Proceedings "proceedings" "Gericht oder Behörde hat die Daten angefordert",
        /// Legal claims.
        Claims "claims" "Rechtsansprüche sind angekündigt oder erhoben",
        /// It is offered to the archive first.
        Archive "archive" "Anbietung an das Archiv läuft",
        /// The supervisory authority looks into it.
        Supervision "supervision" "Die Aufsichtsbehörde prüft",
    }
}

/// Fewest characters of a reason: a word is none.
pub const REASON_LEAST: usize = 10;
/// Most characters of a reason.
pub const REASON_MOST: usize = 500;

/// What is wrong with a reason, if anything.
pub fn reason_problem(reason: &str) -> Option<String> {
    (reason.trim().chars().count() < REASON_LEAST).then(|| {
        format!(
            "Bitte in einem Satz begründen (mindestens {REASON_LEAST} Zeichen), damit es später nachvollziehbar ist."
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_stage_of_a_period_is_chosen_by_nobody() {
        assert_eq!(Ground::chosen().count(), 4);
        assert!(Ground::chosen().all(|ground| ground != Ground::Period));
    }

    #[test]
    fn a_word_is_no_reason() {
        assert!(reason_problem("  Antrag  ").is_some());
        assert!(reason_problem("Schreiben vom 3. Mai").is_none());
    }
}
