//! Why a record is restricted, and why it must not be erased. Pure.

/// Why a record is restricted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// The first stage of its period is over.
    Period,
    /// The person says that it is wrong; being checked.
    Contested,
    /// It must not be processed, or the person wants it erased.
    Unlawful,
    /// It is needed for legal claims only.
    Claims,
    /// The person objected; being weighed.
    Objection,
}

impl Ground {
    /// All of them.
    pub const ALL: [Ground; 5] = [
        Ground::Contested,
        Ground::Unlawful,
        Ground::Claims,
        Ground::Objection,
        Ground::Period,
    ];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Ground::Period => "period",
            Ground::Contested => "contested",
            Ground::Unlawful => "unlawful",
            Ground::Claims => "claims",
            Ground::Objection => "objection",
        }
    }

    /// The ground with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ground| ground.code() == code)
    }

    /// In words.
    pub const fn label(self) -> &'static str {
        match self {
            Ground::Period => "erste Stufe der Löschfrist erreicht",
            Ground::Contested => "Richtigkeit bestritten, wird geprüft",
            Ground::Unlawful => "unrechtmäßig verarbeitet oder Löschung verlangt",
            Ground::Claims => "nur noch für Rechtsansprüche gebraucht",
            Ground::Objection => "Widerspruch, wird geprüft",
        }
    }

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
            .into_iter()
            .filter(|ground| *ground != Ground::Period)
    }
}

/// Why a record must not be erased yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldGround {
    /// A court or an authority asks for it.
    Proceedings,
    /// Legal claims.
    Claims,
    /// It is offered to the archive first.
    Archive,
    /// The supervisory authority looks into it.
    Supervision,
}

impl HoldGround {
    /// All of them.
    pub const ALL: [HoldGround; 4] = [
        HoldGround::Proceedings,
        HoldGround::Claims,
        HoldGround::Archive,
        HoldGround::Supervision,
    ];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            HoldGround::Proceedings => "proceedings",
            HoldGround::Claims => "claims",
            HoldGround::Archive => "archive",
            HoldGround::Supervision => "supervision",
        }
    }

    /// The ground with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ground| ground.code() == code)
    }

    /// In words.
    pub const fn label(self) -> &'static str {
        match self {
            HoldGround::Proceedings => "Gericht oder Behörde hat die Daten angefordert",
            HoldGround::Claims => "Rechtsansprüche sind angekündigt oder erhoben",
            HoldGround::Archive => "Anbietung an das Archiv läuft",
            HoldGround::Supervision => "Die Aufsichtsbehörde prüft",
        }
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
    fn codes_lead_back() {
        for ground in Ground::ALL {
            assert_eq!(Ground::from_code(ground.code()), Some(ground));
        }
        for ground in HoldGround::ALL {
            assert_eq!(HoldGround::from_code(ground.code()), Some(ground));
        }
        assert_eq!(Ground::chosen().count(), 4);
        assert_eq!(Ground::from_code("sonst"), None);
    }

    #[test]
    fn a_word_is_no_reason() {
        assert!(reason_problem("  Antrag  ").is_some());
        assert!(reason_problem("Schreiben vom 3. Mai").is_none());
    }
}
