//! What is counted, with the definitions printed beside every figure and in every file.

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// Enquiries.
    Enquiries,
    /// Enquiries that became a case.
    CasesOpened,
    /// Processes that began.
    Started,
    /// Processes that run at the end of the period.
    Running,
    /// Processes that reached their end.
    Completed,
    /// Processes that ended early.
    BrokenOff,
    /// Processes that somebody else goes on with.
    PassedOn,
    /// All processes that ended, for the table of outcomes.
    Ended,
    /// People, each once.
    Persons,
    /// Dates of groups.
    SessionsPlanned,
    /// Dates of groups that took place.
    SessionsHeld,
    /// Dates of groups that fell out.
    SessionsCancelled,
    /// Hours of the dates that took place.
    GroupHours,
    /// Attendances at dates of groups.
    Attendances,
    /// Talks that took place.
    Talks,
    /// Talks that fell out.
    TalksCancelled,
    /// Hours of the talks that took place.
    TalkHours,
    /// Groups with a date in the period.
    Groups,
    /// Completions of groups.
    GroupCompletions,
    /// Parents whose coaching began.
    Parents,
    /// Children of these parents.
    Children,
    /// Hand-overs that were offered.
    HandOversOffered,
    /// Hand-overs that the other side accepted.
    HandOversAccepted,
    /// Hand-overs that the other side declined.
    HandOversDeclined,
    /// Hand-overs that nobody answered in time.
    HandOversExpired,
}

/// How a measure behaves and reads.
#[derive(Debug, Clone, Copy)]
pub struct Words {
    /// The word in the file. Part of the format: it never changes.
    pub code: &'static str,
    /// The column heading, short.
    pub heading: &'static str,
    /// The name beside the definition.
    pub label: &'static str,
    /// What the number is a number of.
    pub unit: &'static str,
    /// What exactly is counted.
    pub definition: &'static str,
}

impl Measure {
    /// Every measure, in the order of the reports.
    pub const ALL: [Measure; 25] = [
        Measure::Enquiries,
        Measure::CasesOpened,
        Measure::Started,
        Measure::Running,
        Measure::Completed,
        Measure::BrokenOff,
        Measure::PassedOn,
        Measure::Ended,
        Measure::Persons,
        Measure::Talks,
        Measure::TalksCancelled,
        Measure::TalkHours,
        Measure::Groups,
        Measure::GroupCompletions,
        Measure::SessionsPlanned,
        Measure::SessionsHeld,
        Measure::SessionsCancelled,
        Measure::GroupHours,
        Measure::Attendances,
        Measure::Parents,
        Measure::Children,
        Measure::HandOversOffered,
        Measure::HandOversAccepted,
        Measure::HandOversDeclined,
        Measure::HandOversExpired,
    ];

    /// The word in the file.
    pub fn code(self) -> &'static str {
        self.words().code
    }

    /// The measure with this code, if there is one.
    pub fn from_code(code: &str) -> Option<Measure> {
        Measure::ALL
            .into_iter()
            .find(|measure| measure.code() == code)
    }

    /// Whether the number is about offers, not about people: known to everybody in the house and never hidden.
    pub const fn open(self) -> bool {
        matches!(
            self,
            Measure::SessionsPlanned
                | Measure::SessionsHeld
                | Measure::SessionsCancelled
                | Measure::GroupHours
                | Measure::Groups
        )
    }

    /// Whether the number of a year is the sum of its quarters.
    pub const fn adds_up_over_time(self) -> bool {
        !matches!(self, Measure::Running | Measure::Persons | Measure::Groups)
    }

    /// Digits after the decimal comma: the figure is a whole number of such parts.
    pub const fn decimals(self) -> u8 {
        match self {
            Measure::GroupHours => 2,
            _ => 0,
        }
    }

    /// Measures that are tied together by sums, or of which one is never smaller than the other: they are protected in one
    /// go.
    pub const fn family(self) -> Measure {
        match self {
            Measure::Started
            | Measure::Running
            | Measure::Completed
            | Measure::BrokenOff
            | Measure::PassedOn
            | Measure::Ended
            | Measure::Parents => Measure::Started,
            // Each talk counts for at least one hour.
            Measure::Talks | Measure::TalkHours => Measure::Talks,
            other => other,
        }
    }

    /// How it reads.
    pub const fn words(self) -> Words {
        match self {
            Measure::Enquiries => Words {
                code: "anfragen",
                heading: "Anfragen",
                label: "Anfragen",
                unit: "Fälle",
                definition: "Anfragen und Zuweisungen, die an einem Tag des Zeitraums eingegangen sind (Tag der Anfrage), gleich was \
                    daraus wurde. Wer für zwei Maßnahmen oder bei zwei Trägern anfragt, zählt zweimal. Irrtümlich erfasste \
                    Anfragen zählen nicht.",
            },
            Measure::CasesOpened => Words {
                code: "faelle",
                heading: "Fälle",
                label: "Eröffnete Fälle",
                unit: "Fälle",
                definition: "Anfragen, die an einem Tag des Zeitraums zum Fall wurden: Fallabklärung, Erstgespräch oder Vereinbarung \
                    hat begonnen, je nachdem, was zuerst kam. Ob später eine Maßnahme beginnt, ist gleich.",
            },
            Measure::Started => Words {
                code: "begonnen",
                heading: "Begonnen",
                label: "Begonnene Maßnahmen",
                unit: "Fälle",
                definition: "Fälle, deren Maßnahme an einem Tag des Zeitraums begonnen hat (erste besuchte Sitzung oder erstes \
                    Gespräch). Eine Übergabe an eine andere Einrichtung oder ein anderes Teammitglied ist kein neuer Beginn.",
            },
            Measure::Running => Words {
                code: "laufend_am_ende",
                heading: "Laufend",
                label: "Am Ende laufende Maßnahmen",
                unit: "Fälle",
                definition: "Fälle, deren Maßnahme am letzten Tag des Zeitraums begonnen hatte und nicht beendet war; Unterbrechungen \
                    zählen mit. Bestand vom Beginn des Zeitraums + begonnen = Bestand am Ende + abgeschlossen + abgebrochen + \
                    weitergegeben.",
            },
            Measure::Completed => Words {
                code: "abgeschlossen",
                heading: "Abgeschlossen",
                label: "Abgeschlossene Maßnahmen",
                unit: "Fälle",
                definition: "Begonnene Maßnahmen, die an einem Tag des Zeitraums zum ersten Mal abgeschlossen wurden, mit oder ohne \
                    Bescheinigung. Wird der Fall danach wieder aufgenommen, bleibt er als abgeschlossen gezählt.",
            },
            Measure::BrokenOff => Words {
                code: "abgebrochen",
                heading: "Abgebrochen",
                label: "Abgebrochene Maßnahmen",
                unit: "Fälle",
                definition: "Begonnene Maßnahmen, die an einem Tag des Zeitraums vor dem Abschluss endeten. Eine Übergabe, eine \
                    Unterbrechung oder eine vorübergehende Abwesenheit ist kein Abbruch. Wird der Fall wieder aufgenommen, gilt \
                    er wieder als laufend.",
            },
            Measure::PassedOn => Words {
                code: "weitergegeben",
                heading: "Weitergegeben",
                label: "Weitergegebene Maßnahmen",
                unit: "Fälle",
                definition: "Begonnene Maßnahmen, die an einem Tag des Zeitraums an einen anderen Träger, an Regeldienste oder in ein \
                    anderes Land weitergegeben wurden.",
            },
            Measure::Ended => Words {
                code: "beendet",
                heading: "Beendet",
                label: "Beendete Maßnahmen",
                unit: "Fälle",
                definition: "Begonnene Maßnahmen, die an einem Tag des Zeitraums abgeschlossen, abgebrochen oder weitergegeben wurden; \
                    abgebrochene nach dem zuletzt eingetragenen Grund.",
            },
            Measure::Persons => Words {
                code: "personen",
                heading: "Personen",
                label: "Erreichte Personen",
                unit: "Personen",
                definition: "Menschen mit mindestens einer Maßnahme, die an einem Tag des Zeitraums lief. Jeder Mensch zählt genau einmal, \
                    auch bei mehreren Maßnahmen, nach Verlegungen und nach dem Zusammenführen doppelter Einträge. Wer ohne Namen \
                    beraten wird, zählt je Fall einmal. Alter am letzten Tag des Zeitraums. Die Zahl eines Jahres ist nicht \
                    die Summe seiner Quartale.",
            },
            Measure::SessionsPlanned => Words {
                code: "sitzungen_geplant",
                heading: "Geplant",
                label: "Geplante Gruppensitzungen",
                unit: "Sitzungen",
                definition: "Termine von Gruppen (mit Einzelterminen der Gruppe, Nachholterminen und Familientagen), die auf einen Tag des \
                    Zeitraums gelegt waren: durchgeführte, ausgefallene und noch offene. Termine von Entwürfen zählen nicht. Die \
                    Zahl betrifft Angebote, keine Personen, und wird nie geheim gehalten.",
            },
            Measure::SessionsHeld => Words {
                code: "sitzungen_durchgefuehrt",
                heading: "Durchgeführt",
                label: "Durchgeführte Gruppensitzungen",
                unit: "Sitzungen",
                definition: "Termine von Gruppen, die als durchgeführt eingetragen sind. Eine Sitzung zählt einmal, unabhängig von der Zahl \
                    der Anwesenden und der Leitenden. Die Zahl betrifft Angebote und wird nie geheim gehalten.",
            },
            Measure::SessionsCancelled => Words {
                code: "sitzungen_ausgefallen",
                heading: "Ausgefallen",
                label: "Ausgefallene Gruppensitzungen",
                unit: "Sitzungen",
                definition: "Termine von Gruppen, die an ihrem Tag nicht stattfanden, nach dem eingetragenen Grund. Ein Ersatztermin zählt \
                    an seinem eigenen Tag als weiterer Termin. Die Zahl betrifft Angebote und wird nie geheim gehalten.",
            },
            Measure::GroupHours => Words {
                code: "gruppenstunden",
                heading: "Stunden",
                label: "Stunden der Gruppensitzungen",
                unit: "Stunden",
                definition: "Dauer der durchgeführten Gruppensitzungen in Stunden zu 60 Minuten, je Sitzung auf Hundertstel gerundet; eine \
                    Sitzung zählt einmal, nicht je Person. Die Zahl betrifft Angebote und wird nie geheim gehalten.",
            },
            Measure::Attendances => Words {
                code: "anwesenheiten",
                heading: "Anwesenheiten",
                label: "Anwesenheiten in Gruppensitzungen",
                unit: "Anwesenheiten",
                definition: "Eintragungen „anwesend“, „verspätet“ und „früher gegangen“ in den Anwesenheitslisten durchgeführter Sitzungen, \
                    je Person und Sitzung eine.",
            },
            Measure::Talks => Words {
                code: "gespraeche",
                heading: "Gespräche",
                label: "Durchgeführte Einzelgespräche",
                unit: "Gespräche",
                definition: "Beratungs-, Training- und Coachinggespräche mit einer Person oder einem Fall, die an einem Tag des Zeitraums \
                    stattgefunden haben, auch ohne Namen der beratenen Person; ein Gespräch zählt einmal, auch wenn zwei \
                    Fachkräfte es führen.",
            },
            Measure::TalksCancelled => Words {
                code: "gespraeche_ausgefallen",
                heading: "Ausgefallen",
                label: "Ausgefallene Einzelgespräche",
                unit: "Gespräche",
                definition: "Einzelgespräche, die abgesagt wurden oder zu denen die Person nicht erschienen ist.",
            },
            Measure::TalkHours => Words {
                code: "gespraechsstunden",
                heading: "Stunden",
                label: "Angefangene Stunden der Einzelgespräche",
                unit: "Stunden",
                definition: "Dauer der durchgeführten Einzelgespräche, je Gespräch auf volle Stunden aufgerundet.",
            },
            Measure::Groups => Words {
                code: "gruppen",
                heading: "Gruppen",
                label: "Gruppen mit Sitzungen",
                unit: "Gruppen",
                definition: "Gruppen, für die im Zeitraum mindestens eine Sitzung durchgeführt wurde; eine Gruppe zählt im Zeitraum einmal. \
                    Die Zahl betrifft Angebote und wird nie geheim gehalten.",
            },
            Measure::GroupCompletions => Words {
                code: "gruppenabschluesse",
                heading: "Abschlüsse",
                label: "Abschlüsse in Gruppen",
                unit: "Abschlüsse",
                definition: "Von den Leitenden bestätigte Abschlüsse in Gruppentrainings (AKT) mit Tag im Zeitraum; zurückgenommene zählen nicht.",
            },
            Measure::Parents => Words {
                code: "eltern",
                heading: "Eltern",
                label: "Eltern mit begonnenem Elterncoaching",
                unit: "Fälle",
                definition: "Fälle des Elterncoachings, die an einem Tag des Zeitraums begonnen haben.",
            },
            Measure::Children => Words {
                code: "kinder",
                heading: "Kinder",
                label: "Kinder der gecoachten Eltern",
                unit: "Kinder",
                definition: "Kinder der Eltern, deren Elterncoaching im Zeitraum begonnen hat, nach Altersgruppe. Kinder werden gezählt, nie \
                    benannt; dasselbe Kind zweier gecoachter Eltern zählt zweimal.",
            },
            Measure::HandOversOffered => Words {
                code: "uebergaben_angeboten",
                heading: "Angeboten",
                label: "Angebotene Übergaben",
                unit: "Übergaben",
                definition: "Übergaben einer Person an eine andere Anstalt oder an die Bewährungshilfe, die an einem Tag des Zeitraums angeboten \
                    wurden, gleich was daraus wurde, auch später zurückgezogene. Eine Übergabe zählt einmal, auch wenn mehrere Maßnahmen \
                    übergeben werden; wird nach einer Ablehnung neu angeboten, ist das eine weitere Übergabe.",
            },
            Measure::HandOversAccepted => Words {
                code: "uebergaben_angenommen",
                heading: "Angenommen",
                label: "Angenommene Übergaben",
                unit: "Übergaben",
                definition: "Übergaben, die die aufnehmende Einrichtung an einem Tag des Zeitraums angenommen hat, auch wenn sie früher \
                    angeboten wurden. Eine Übergabe ist weder ein Abschluss noch ein neuer Beginn einer Maßnahme.",
            },
            Measure::HandOversDeclined => Words {
                code: "uebergaben_abgelehnt",
                heading: "Abgelehnt",
                label: "Abgelehnte Übergaben",
                unit: "Übergaben",
                definition: "Übergaben, die die aufnehmende Einrichtung an einem Tag des Zeitraums mit Grund abgelehnt hat.",
            },
            Measure::HandOversExpired => Words {
                code: "uebergaben_verfallen",
                heading: "Verfallen",
                label: "Verfallene Übergaben",
                unit: "Übergaben",
                definition: "Übergaben, deren Frist an einem Tag des Zeitraums ablief, ohne dass die aufnehmende Einrichtung geantwortet hat.",
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_measure_has_its_own_code_and_definition() {
        let codes: BTreeSet<&str> = Measure::ALL.into_iter().map(Measure::code).collect();
        let definitions: BTreeSet<&str> = Measure::ALL
            .into_iter()
            .map(|measure| measure.words().definition)
            .collect();
        assert_eq!((codes.len(), definitions.len()), (25, 25));
        for measure in Measure::ALL {
            assert_eq!(Measure::from_code(measure.code()), Some(measure));
            assert!(measure.words().definition.ends_with('.'));
            assert_eq!(
                measure.words().definition.contains("nie geheim gehalten"),
                measure.open()
            );
            assert_eq!(measure.family().family(), measure.family());
        }
    }
}
