//! What the statistics count, with the words for file, screen and reader.

/// What is counted. Every measure is a count of participations or of sessions
/// in one quarter, so programme rows add up exactly to pillar rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// Persons enrolled in a programme within the quarter.
    PersonsEnrolled,
    /// Persons who attended their first session within the quarter.
    PersonsStarted,
    /// Persons who reached the end of the programme within the quarter.
    PersonsCompleted,
    /// Persons who left the programme early within the quarter.
    PersonsDroppedOut,
    /// Sessions that took place within the quarter.
    SessionsHeld,
}

impl Measure {
    /// Every measure, in the order of the release.
    pub const ALL: [Measure; 5] = [
        Measure::PersonsEnrolled,
        Measure::PersonsStarted,
        Measure::PersonsCompleted,
        Measure::PersonsDroppedOut,
        Measure::SessionsHeld,
    ];

    /// The word in the file. Part of the format: it never changes.
    pub fn code(self) -> &'static str {
        match self {
            Measure::PersonsEnrolled => "personen_aufgenommen",
            Measure::PersonsStarted => "personen_begonnen",
            Measure::PersonsCompleted => "personen_abgeschlossen",
            Measure::PersonsDroppedOut => "personen_abgebrochen",
            Measure::SessionsHeld => "sitzungen_durchgefuehrt",
        }
    }

    /// The measure with this code, if there is one.
    pub fn from_code(code: &str) -> Option<Measure> {
        Measure::ALL
            .into_iter()
            .find(|measure| measure.code() == code)
    }

    /// The column heading on the screen.
    pub fn label(self) -> &'static str {
        match self {
            Measure::PersonsEnrolled => "Aufgenommene Personen",
            Measure::PersonsStarted => "Personen mit Beginn",
            Measure::PersonsCompleted => "Personen mit Abschluss",
            Measure::PersonsDroppedOut => "Personen mit Abbruch",
            Measure::SessionsHeld => "Durchgeführte Sitzungen",
        }
    }

    /// The definition printed beside the figures.
    pub fn definition(self) -> &'static str {
        match self {
            Measure::PersonsEnrolled => {
                "Personen, deren Aufnahme in die Maßnahme auf einen Tag des Quartals fällt, \
                 auch wenn sie erst später beginnen. Wer an zwei Maßnahmen teilnimmt, zählt in jeder \
                 einmal. Eine Übergabe an eine andere Einrichtung zählt nicht als neue Aufnahme."
            }
            Measure::PersonsStarted => {
                "Personen, deren erste besuchte Sitzung in der Maßnahme auf einen Tag des Quartals \
                 fällt, auch wenn sie schon früher aufgenommen wurden. Wer an zwei Maßnahmen \
                 teilnimmt, zählt in jeder einmal."
            }
            Measure::PersonsCompleted => {
                "Personen, die die Maßnahme an einem Tag des Quartals regulär beendet haben, \
                 unabhängig vom Quartal des Beginns. Wer zwei Maßnahmen beendet, zählt in jeder einmal."
            }
            Measure::PersonsDroppedOut => {
                "Personen, deren Teilnahme an einem Tag des Quartals vorzeitig endete, gleich aus \
                 welchem Grund und unabhängig vom Quartal des Beginns. Wer zwei Maßnahmen vorzeitig \
                 verlässt, zählt in jeder einmal. Eine Übergabe oder eine vorübergehende Abwesenheit \
                 ist kein Abbruch."
            }
            Measure::SessionsHeld => {
                "Gruppen- und Einzelsitzungen der Maßnahme, die an einem Tag des Quartals stattgefunden \
                 haben. Ausgefallene Sitzungen zählen nicht; eine Gruppensitzung zählt einmal, \
                 unabhängig von der Zahl der Anwesenden."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::is_code_word;
    use super::*;

    #[test]
    fn every_measure_has_its_own_code_and_definition() {
        let codes: BTreeSet<&str> = Measure::ALL.into_iter().map(Measure::code).collect();
        let definitions: BTreeSet<&str> =
            Measure::ALL.into_iter().map(Measure::definition).collect();
        assert_eq!((codes.len(), definitions.len()), (5, 5));
        for measure in Measure::ALL {
            assert_eq!(Measure::from_code(measure.code()), Some(measure));
            assert!(is_code_word(measure.code()));
        }
    }
}
