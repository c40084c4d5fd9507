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
    /// Who turns to a provider with an enquiry.
    Asker {
        /// Social service of a prison.
        PrisonService "prison_service" "Sozialdienst einer Anstalt",
        /// Probation officer.
        Probation "probation" "Bewährungshilfe",
        /// The provider itself.
        Provider "provider" "Träger",
        /// KORA.
        Kora "kora" "KORA",
        /// The Federal Office for Migration and Refugees hands a case over.
        Bamf "bamf" "BAMF (Übergabe)",
        /// A security authority.
        SecurityAuthority "security_authority" "Sicherheitsbehörde",
        /// Family.
        Family "family" "Angehörige",
        /// A professional.
        Professional "professional" "Fachkräfte (Schule, Jugendhilfe, Vollzug)",
        /// The person.
        Oneself "self" "die Person selbst",
    }
}

codes! {
    /// Who is counselled.
    ClientKind {
        /// A person in prison or under probation.
        Person "person" "eine Person in Haft oder in der Bewährungshilfe",
        /// Somebody who does not want to be known: a case code only.
        Anonymous "anonymous" "anonym oder unter Pseudonym (nur Fallcode)",
        /// Somebody close to a radicalised person.
        Relative "relative" "Angehörige (nur Fallcode)",
        /// Somebody whose work it is.
        Professional "professional" "Fachkraft (nur Fallcode)",
    }
}

codes! {
    /// What a client is to the person or by profession, if not the person itself.
    ClientRole {
        /// Mother or father.
        Parent "parent" "Elternteil",
        /// Sister or brother.
        Sibling "sibling" "Geschwister",
        /// Partner.
        Partner "partner" "Partnerin oder Partner",
        /// Another relative or friend.
        OtherRelative "other_relative" "anderes Umfeld",
        /// Teacher.
        Teacher "teacher" "Lehrkraft",
        /// Social worker.
        SocialWorker "social_worker" "Sozialarbeit",
        /// Prison officer, police officer.
        Officer "officer" "Bedienstete (Vollzug, Polizei)",
        /// Another profession.
        OtherProfession "other_profession" "anderer Beruf",
    }
}

impl ClientRole {
    /// Which clients can be that.
    pub const fn of(self) -> ClientKind {
        match self {
            ClientRole::Parent
            | ClientRole::Sibling
            | ClientRole::Partner
            | ClientRole::OtherRelative => ClientKind::Relative,
            _ => ClientKind::Professional,
        }
    }
}

codes! {
    /// Whether a court ordered the counselling (sections 56c, 68b StGB).
    CourtOrder {
        /// No.
        Nothing "none" "keine",
        /// Instruction.
        Instruction "weisung" "Weisung",
        /// Condition.
        Condition "auflage" "Auflage",
    }
}

codes! {
    /// Whether the programme is part of the sentence plan.
    SentencePlan {
        /// Yes.
        Yes "yes" "ja",
        /// No.
        No "no" "nein",
        /// There is no plan: remand, or not in custody.
        NotApplicable "not_applicable" "entfällt (Untersuchungshaft oder nicht in Haft)",
    }
}

codes! {
    /// Why somebody is referred although another provider has an open case in the programme.
    Twice {
        /// The other case ends.
        Ending "ending" "der andere Fall endet demnächst",
        /// Both providers agreed.
        Together "together" "mit dem anderen Träger abgesprochen",
        /// A court wants it.
        Court "court" "vom Gericht so angeordnet",
    }
}

codes! {
    /// When a client has time.
    Availability {
        /// In the morning.
        Morning "morning" "vormittags",
        /// In the afternoon.
        Afternoon "afternoon" "nachmittags",
        /// In the evening.
        Evening "evening" "abends",
        /// On weekends.
        Weekend "weekend" "am Wochenende",
    }
}

codes! {
    /// Where a counselling session is held.
    SessionForm {
        /// In a prison.
        InPrison "prison" "in der Anstalt",
        /// In an office.
        Office "office" "in Büro oder Dienststelle",
        /// Home visit, outreach.
        Home "home" "Hausbesuch, aufsuchend",
        /// By telephone.
        Telephone "telephone" "telefonisch",
        /// By video.
        Video "video" "Video",
    }
}

codes! {
    /// Who asked that a planned talk is moved or does not take place.
    AskedBy {
        /// The client.
        Client "client" "die beratene Person",
        /// Who counsels.
        Counsellor "counsellor" "wer berät",
        /// The facility.
        Facility "facility" "die Einrichtung",
        /// Somebody else.
        Other "other" "andere Stelle",
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

codes! {
    /// A dated code list.
    CodeList {
        /// What a talk was about.
        Topic "topic" "Themen von Gesprächen",
        /// Why a step of a case was taken.
        Reason "reason" "Gründe von Schritten",
        /// Phenomenon areas.
        Phenomenon "phenomenon" "Phänomenbereiche",
        /// Legal grounds.
        DangerGround "danger_ground" "Rechtsgrundlagen der Offenlegung",
        /// To whom a danger was disclosed.
        DangerRecipient "danger_recipient" "Empfänger der Offenlegung",
    }
}

codes! {
    /// To which step of a case a reason belongs.
    ReasonOf {
        /// Completed.
        Completed "completed" "abgeschlossen",
        /// Broken off.
        BrokenOff "broken_off" "abgebrochen",
        /// Did not come to an agreement.
        Declined "declined" "nicht zustande gekommen",
        /// Passed on.
        PassedOn "passed_on" "weitergegeben",
        /// Interrupted.
        Paused "paused" "unterbrochen",
        /// Opened again.
        Reopened "reopened" "wieder aufgenommen",
    }
}

codes! {
    /// What has to be done with a case until a day.
    DeadlineKind {
        /// The agreement ends: renew it or end the case.
        Agreement "agreement" "Vereinbarung läuft aus",
        /// A report to the court is due.
        Report "report" "Nachweis ans Gericht fällig",
    }
}

codes! {
    /// What a form says became of a counselling session.
    TalkResult {
        /// Took place.
        Held "took_place" "stattgefunden",
        /// Took place, the client came late.
        Late "late" "stattgefunden, kam verspätet",
        /// The person did not come.
        NoShow "no_show" "nicht erschienen",
        /// Called off.
        Cancelled "cancelled" "abgesagt",
    }
}

impl TalkResult {
    /// As it is stored: the outcome, and whether the client came late.
    pub const fn stored(self) -> (SessionOutcome, bool) {
        match self {
            TalkResult::Held => (SessionOutcome::Held, false),
            TalkResult::Late => (SessionOutcome::Held, true),
            TalkResult::NoShow => (SessionOutcome::NoShow, false),
            TalkResult::Cancelled => (SessionOutcome::Cancelled, false),
        }
    }

    /// From what is stored.
    pub fn of(outcome: &str, late: bool) -> Option<Self> {
        match SessionOutcome::from_code(outcome)? {
            SessionOutcome::Held if late => Some(TalkResult::Late),
            SessionOutcome::Held => Some(TalkResult::Held),
            SessionOutcome::NoShow => Some(TalkResult::NoShow),
            SessionOutcome::Cancelled => Some(TalkResult::Cancelled),
        }
    }

    /// Whether there was a talk.
    pub const fn held(self) -> bool {
        matches!(self, TalkResult::Held | TalkResult::Late)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_read_back_and_words_are_no_codes() {
        for route in AccessRoute::ALL {
            assert_eq!(AccessRoute::from_code(route.code()), Some(*route));
        }
        for asker in Asker::ALL {
            assert_eq!(Asker::from_code(asker.code()), Some(*asker));
        }
        assert_eq!(SessionForm::from_code("telefonisch"), None);
    }

    #[test]
    fn a_result_is_read_back_from_what_is_stored() {
        for result in TalkResult::ALL {
            let (outcome, late) = result.stored();
            assert_eq!(TalkResult::of(outcome.code(), late), Some(*result));
            assert_eq!(result.held(), outcome == SessionOutcome::Held);
        }
    }

    #[test]
    fn every_role_belongs_to_relatives_or_professionals() {
        let of = |kind: ClientKind| {
            ClientRole::ALL
                .iter()
                .filter(|role| role.of() == kind)
                .count()
        };
        assert_eq!(
            (of(ClientKind::Relative), of(ClientKind::Professional)),
            (4, 4)
        );
    }
}
