//! Rules of a referral: which statements of the form fit together.

use crate::casework::codes::{ClientKind, ClientRole, CourtOrder, SentencePlan};

/// The most children of an age band that are counted.
pub const MOST_CHILDREN: i64 = 20;

/// For whom a programme is, as in `programme.client`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// The person in prison or under probation.
    Participant,
    /// That person as a parent: children are counted by age, never named.
    Parent,
    /// People around: relatives, professionals.
    Environment,
}

impl For {
    /// From the code of the programme.
    pub fn of(code: &str) -> For {
        match code {
            "environment" => For::Environment,
            "parent" => For::Parent,
            _ => For::Participant,
        }
    }
}

/// What the form says that must fit together.
#[derive(Debug, Clone, Copy)]
pub struct Stated {
    /// For whom the programme is.
    pub offer: For,
    /// Who is counselled.
    pub client: ClientKind,
    /// What they are, if not the person itself.
    pub role: Option<ClientRole>,
    /// Whether a person was chosen.
    pub person: bool,
    /// Order of a court.
    pub order: CourtOrder,
    /// Whether attendance is shown to the court.
    pub report: bool,
    /// Sentence plan.
    pub plan: SentencePlan,
    /// Whether the person serves a sentence now; `None` if nobody knows.
    pub serves: Option<bool>,
}

/// What does not fit: field and sentence.
pub fn problems(stated: &Stated) -> Vec<(&'static str, &'static str)> {
    let mut found = Vec::new();
    let known = stated.client == ClientKind::Person;
    match (stated.offer, stated.client) {
        (For::Environment, ClientKind::Person | ClientKind::Anonymous) => found.push((
            "angebot",
            "Dieses Angebot berät das Umfeld. Bitte unter „Um wen geht es?“ Angehörige oder Fachkraft wählen.",
        )),
        (For::Participant | For::Parent, ClientKind::Relative | ClientKind::Professional) => found.push((
            "angebot",
            "Dieses Angebot berät die Person selbst. Für Angehörige und Fachkräfte bitte die Umfeldberatung wählen.",
        )),
        _ => {}
    }
    match (stated.client, stated.role) {
        (ClientKind::Relative, role) if role.is_none_or(|role| role.of() != ClientKind::Relative) => {
            found.push(("rolle", "Bitte auswählen, in welcher Beziehung die oder der Angehörige steht."));
        }
        (ClientKind::Professional, role) if role.is_none_or(|role| role.of() != ClientKind::Professional) => {
            found.push(("rolle", "Bitte den Beruf der Fachkraft auswählen."));
        }
        (ClientKind::Person | ClientKind::Anonymous, Some(_)) => found.push((
            "rolle",
            "Beziehung oder Beruf gehören nur zu Angehörigen und Fachkräften. Bitte „entfällt“ wählen.",
        )),
        _ => {}
    }
    if known && !stated.person {
        found.push(("suche", "Bitte die Person suchen und auswählen."));
    }
    if !known && stated.order != CourtOrder::Nothing {
        found.push(("weisung", "Mit Weisung oder Auflage ist die Person bekannt. Bitte die Person auswählen oder „keine“ wählen."));
    }
    if stated.report && stated.order == CourtOrder::Nothing {
        found.push((
            "nachweis",
            "Ein Nachweis gegenüber dem Gericht setzt eine Weisung oder Auflage voraus.",
        ));
    }
    if let Some(serves) = stated.serves.filter(|_| known) {
        if serves && stated.plan == SentencePlan::NotApplicable {
            found.push((
                "vollzugsplan",
                "Die Person verbüßt eine Strafe. Bitte „ja“ oder „nein“ wählen.",
            ));
        }
        if !serves && stated.plan != SentencePlan::NotApplicable {
            found.push((
                "vollzugsplan",
                "Für die Person gibt es heute keinen Vollzugsplan. Bitte „entfällt“ wählen.",
            ));
        }
    } else if !known && stated.plan != SentencePlan::NotApplicable {
        found.push((
            "vollzugsplan",
            "Ein Vollzugsplan gehört zu einer bekannten Person. Bitte „entfällt“ wählen.",
        ));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const FITS: Stated = Stated {
        offer: For::Participant,
        client: ClientKind::Person,
        role: None,
        person: true,
        order: CourtOrder::Instruction,
        report: true,
        plan: SentencePlan::No,
        serves: Some(true),
    };

    fn fields(stated: Stated) -> Vec<&'static str> {
        problems(&stated)
            .into_iter()
            .map(|(field, _)| field)
            .collect()
    }

    #[test]
    fn what_does_not_fit_is_told_at_its_field() {
        assert_eq!(fields(FITS), Vec::<&str>::new());
        assert_eq!(
            fields(Stated {
                person: false,
                ..FITS
            }),
            ["suche"]
        );
        assert_eq!(
            fields(Stated {
                order: CourtOrder::Nothing,
                ..FITS
            }),
            ["nachweis"]
        );
        assert_eq!(
            fields(Stated {
                plan: SentencePlan::NotApplicable,
                ..FITS
            }),
            ["vollzugsplan"]
        );
        assert_eq!(
            fields(Stated {
                serves: Some(false),
                ..FITS
            }),
            ["vollzugsplan"]
        );
        assert_eq!(
            fields(Stated {
                role: Some(ClientRole::Parent),
                ..FITS
            }),
            ["rolle"]
        );
        assert_eq!(
            fields(Stated {
                offer: For::Environment,
                ..FITS
            }),
            ["angebot"]
        );
    }

    #[test]
    fn people_around_are_counselled_by_what_they_are() {
        let mother = Stated {
            offer: For::Environment,
            client: ClientKind::Relative,
            role: Some(ClientRole::Parent),
            person: false,
            order: CourtOrder::Nothing,
            report: false,
            plan: SentencePlan::NotApplicable,
            serves: None,
        };
        assert_eq!(fields(mother), Vec::<&str>::new());
        assert_eq!(
            fields(Stated {
                role: None,
                ..mother
            }),
            ["rolle"]
        );
        assert_eq!(
            fields(Stated {
                role: Some(ClientRole::Teacher),
                ..mother
            }),
            ["rolle"]
        );
        assert_eq!(
            fields(Stated {
                offer: For::Parent,
                ..mother
            }),
            ["angebot"]
        );
        assert_eq!(
            fields(Stated {
                order: CourtOrder::Condition,
                ..mother
            }),
            ["weisung"]
        );
        let unknown = Stated {
            client: ClientKind::Anonymous,
            role: None,
            offer: For::Participant,
            ..mother
        };
        assert_eq!(fields(unknown), Vec::<&str>::new());
    }
}
