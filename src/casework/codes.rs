//! Code lists of participations and counselling sessions: codes in the database, German words on the screen.
//! The lists are the proposal of the domain facts (section 2.4); no source gives an official one.

use crate::base::codes::codes;

codes! {
    /// How a person came to a programme. Says nothing about consent.
    AccessRoute {
        /// On their own.
        SelfReferral "self" "eigener Wunsch",
        /// Proposed by prison staff.
        Staff "staff" "Vorschlag von Bediensteten",
        /// Part of the sentence plan.
        SentencePlan "vollzugsplan" "Vollzugsplan",
        /// Instruction or condition of a court.
        CourtOrder "court_order" "Weisung oder Auflage des Gerichts",
        /// Proposed by the probation service.
        Probation "probation" "Bewährungshilfe",
        /// Through KORA.
        Kora "kora" "KORA",
        /// Handed over by the Federal Office for Migration and Refugees.
        Bamf "bamf" "Übergabe durch das BAMF",
        /// Through a security authority.
        SecurityAuthority "security_authority" "Sicherheitsbehörde",
        /// Through family or a professional.
        FamilyProfessional "family_professional" "Angehörige oder Fachkräfte",
    }
}

codes! {
    /// How a participation ended.
    EnrolmentOutcome {
        /// Reached its end.
        Completed "completed" "abgeschlossen",
        /// Ended early.
        DroppedOut "dropped_out" "abgebrochen",
    }
}

codes! {
    /// Why a participation ended.
    EndReason {
        /// Completed with a certificate.
        Certificate "certificate" "abgeschlossen, mit Bescheinigung",
        /// Completed without a certificate.
        NoCertificate "no_certificate" "abgeschlossen, ohne Bescheinigung",
        /// Consent withdrawn.
        ConsentWithdrawn "consent_withdrawn" "abgebrochen: Einwilligung zurückgezogen",
        /// Excluded by the trainers.
        ExcludedByProvider "excluded_by_provider" "abgebrochen: vom Träger ausgeschlossen",
        /// Excluded by the prison.
        ExcludedByPrison "excluded_by_prison" "abgebrochen: von der Anstalt ausgeschlossen (Sicherheit, Disziplin)",
        /// Moved to another prison without a hand-over.
        Transferred "transferred" "abgebrochen: verlegt, keine Fortsetzung",
        /// Released.
        Released "released" "abgebrochen: entlassen, keine Fortsetzung",
        /// Work, school or health.
        Unavailable "unavailable" "abgebrochen: Arbeit, Schule oder Gesundheit",
        /// Goes on in another programme.
        OtherOffer "other_offer" "abgebrochen: Wechsel in ein anderes Angebot",
        /// Died, deported, other.
        Other "other" "abgebrochen: anderer Grund",
    }
}

impl EndReason {
    /// The outcome that follows from the reason: one choice, so the two cannot contradict each other.
    pub fn outcome(self) -> EnrolmentOutcome {
        match self {
            EndReason::Certificate | EndReason::NoCertificate => EnrolmentOutcome::Completed,
            _ => EnrolmentOutcome::DroppedOut,
        }
    }
}

codes! {
    /// How a counselling session was held.
    SessionForm {
        /// In person.
        InPerson "in_person" "persönlich",
        /// By telephone.
        Telephone "telephone" "telefonisch",
        /// By video.
        Video "video" "Video",
        /// Home visit, outreach.
        Outreach "outreach" "Hausbesuch, aufsuchend",
    }
}

codes! {
    /// What became of a counselling session.
    SessionOutcome {
        /// Took place.
        Held "took_place" "stattgefunden",
        /// The person did not come.
        NoShow "no_show" "nicht erschienen",
        /// Called off.
        Cancelled "cancelled" "abgesagt",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_and_words_are_unique_and_read_back() {
        assert_eq!(
            AccessRoute::codes()
                .into_iter()
                .collect::<BTreeSet<_>>()
                .len(),
            9
        );
        let words: BTreeSet<_> = EndReason::ALL.iter().map(|reason| reason.label()).collect();
        assert_eq!(words.len(), EndReason::ALL.len());
        for route in AccessRoute::ALL {
            assert_eq!(AccessRoute::from_code(route.code()), Some(*route));
        }
        assert_eq!(SessionForm::from_code("persönlich"), None);
    }

    #[test]
    fn the_words_of_a_reason_agree_with_its_outcome() {
        for reason in EndReason::ALL {
            assert!(
                reason.label().starts_with(reason.outcome().label()),
                "{reason:?}"
            );
        }
    }
}
