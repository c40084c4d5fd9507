//! What the statistics count, with the words for file, screen and reader.

/// What is counted. Every measure is a count of participations or of sessions
/// in one quarter, so programme rows add up exactly to pillar rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// Persons enrolled in a programme within the quarter.
    PersonsEnrolled,
    /// Persons whose participation began within the quarter.
    PersonsStarted,
    /// Persons whose participation ended within the quarter as completed.
    PersonsCompleted,
    /// Persons whose participation ended within the quarter as dropped out.
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

    /// The column heading of a table, short enough for five of them side by side.
    pub fn heading(self) -> &'static str {
        match self {
            Measure::PersonsEnrolled => "Aufgenommen",
            Measure::PersonsStarted => "Begonnen",
            Measure::PersonsCompleted => "Abgeschlossen",
            Measure::PersonsDroppedOut => "Abgebrochen",
            Measure::SessionsHeld => "Sitzungen",
        }
    }

    /// The name beside its definition.
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
                 auch wenn sie erst später beginnen. Wer in zwei Maßnahmen aufgenommen wird, zählt in jeder \
                 einmal; wer im Quartal zweimal in dieselbe Maßnahme aufgenommen wird, zählt einmal. \
                 Eine Übergabe an eine andere Einrichtung zählt nicht als neue Aufnahme."
            }
            Measure::PersonsStarted => {
                "Personen, deren Teilnahme an der Maßnahme an einem Tag des Quartals begonnen hat (eingetragener \
                 Tag des Beginns), auch wenn sie schon früher aufgenommen wurden. Wer zwei Maßnahmen beginnt, \
                 zählt in jeder einmal; wer im Quartal zweimal mit derselben Maßnahme beginnt, zählt einmal."
            }
            Measure::PersonsCompleted => {
                "Personen, deren Teilnahme an einem Tag des Quartals mit dem Ergebnis „abgeschlossen“ endete, \
                 unabhängig vom Quartal des Beginns. Wer zwei Maßnahmen abschließt, zählt in jeder einmal."
            }
            Measure::PersonsDroppedOut => {
                "Personen, deren Teilnahme an einem Tag des Quartals mit dem Ergebnis „abgebrochen“ endete, \
                 unabhängig vom Quartal des Beginns. Wer zwei Maßnahmen abbricht, zählt in jeder einmal. \
                 Eine Übergabe oder eine vorübergehende Abwesenheit ist kein Abbruch."
            }
            Measure::SessionsHeld => {
                "Gruppensitzungen, die als durchgeführt eingetragen sind, und Einzelgespräche, die stattgefunden \
                 haben, auch solche ohne Namen der beratenen Person, jeweils an einem Tag des Quartals. Ausgefallene und versäumte Termine zählen nicht; eine \
                 Gruppensitzung zählt einmal, unabhängig von der Zahl der Anwesenden."
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
