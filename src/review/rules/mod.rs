//! Kinds of items, how they end, and who may be told what; [`events`] says which items a change of placement raises.
//! Pure.

pub mod events;

use time::Date;

use crate::access::Role;
use crate::base::codes::codes;
use crate::base::german;
use crate::casework::CONFIDENTIAL_PROVIDER;

codes! {
    /// What an item is about.
    Kind {
        /// A provider worked with a person who came to a facility where it has no grant.
        GrantAfterTransfer "grant_after_transfer" "Freigabe nach Verlegung prüfen",
        /// Somebody asks the access officer for a grant.
        GrantAsked "grant_asked" "Freigabe erbeten",
        /// What happens with a place in a group.
        GroupPlace "group_place" "Platz in der Gruppe klären",
        /// What happens with individual training, coaching or counselling.
        IndividualWork "individual_work" "Einzeltermine klären",
        /// Who leaves should be handed over.
        HandOver "hand_over" "Übergabe anbieten",
        /// What happens with participations of somebody who is back in custody.
        Recall "recall" "Nach der Rückkehr in Haft klären",
        /// A probation officer became responsible for somebody who takes part in something.
        NewCharge "new_charge" "Neue Zuständigkeit prüfen",
        /// Another officer is still responsible beside the new one.
        OldCharge "old_charge" "Bisherige Zuständigkeit klären",
    }
}

codes! {
    /// How an item was closed.
    Conclusion {
        /// What it asked for was done.
        Solved "solved" "gelöst",
        /// Read; nothing is to be done.
        Acknowledged "acknowledged" "zur Kenntnis genommen",
        /// The place in the group ends.
        EndPlace "end_place" "Platz in der Gruppe beenden",
        /// The place in the group is kept.
        KeepPlace "keep_place" "Platz freihalten",
        /// The member does not take part while away.
        Suspend "suspend" "Teilnahme aussetzen, der Platz bleibt",
        /// The participation goes on.
        GoesOn "goes_on" "Teilnahme läuft weiter",
        /// The participation ends.
        EndPart "end_part" "Teilnahme beenden",
        /// A participation that broke off is opened again.
        Reopen "reopen" "Teilnahme wieder öffnen",
        /// It stays ended.
        StaysEnded "stays_ended" "bleibt beendet",
        /// A hand-over was offered.
        Offered "offered" "Übergabe angeboten",
        /// No hand-over is needed.
        NotNeeded "not_needed" "keine Übergabe nötig",
        /// The access officer is asked for a grant.
        AskGrant "ask_grant" "Freigabe beim Zugang erbitten",
        /// The new officer knows what runs.
        Taken "taken" "übernommen und geprüft",
        /// The officer so far is responsible no longer.
        EndCharge "end_charge" "bisherige Zuständigkeit beenden",
        /// The officer so far stands in.
        KeepCharge "keep_charge" "bleibt zur Vertretung zuständig",
    }
}

impl Conclusion {
    /// Whether the answer itself changes something besides the item.
    pub const fn acts(self) -> bool {
        matches!(
            self,
            Conclusion::EndPlace
                | Conclusion::Suspend
                | Conclusion::EndPart
                | Conclusion::Reopen
                | Conclusion::AskGrant
                | Conclusion::EndCharge
        )
    }
}

/// Days after which an open item is marked as old.
pub const OLD_DAYS: i64 = 14;

/// Whether an open item waits too long.
pub fn old(raised: Date, today: Date) -> bool {
    (today - raised).whole_days() >= OLD_DAYS
}

/// How long an item waits, in words.
pub fn age(raised: Date, today: Date) -> String {
    match (today - raised).whole_days() {
        ..=0 => "heute".into(),
        1 => "seit gestern".into(),
        days => format!(
            "seit {}",
            german::plural(days.unsigned_abs(), "Tag", "Tagen")
        ),
    }
}

/// What an item says to a role. The access officer learns of no person, the social service not which provider leads a
/// confidential case.
pub fn text(kind: Option<Kind>, role: Role, provider: Option<(&str, &str)>) -> String {
    let (code, name) = provider.unwrap_or(("", "Ein Träger"));
    match (kind, role) {
        (Some(Kind::GrantAfterTransfer), Role::SocialService) if code == CONFIDENTIAL_PROVIDER => {
            "Beratungstermine: Der Zugang prüft, ob sie hier fortgesetzt werden können.".into()
        }
        (Some(Kind::GrantAfterTransfer), Role::SocialService | Role::Probation) => format!(
            "{name} arbeitete bisher mit dieser Person und hat hier keine gültige Zugangsfreigabe. Bitte klären, ob die Arbeit fortgesetzt wird."
        ),
        (Some(Kind::GrantAfterTransfer), _) => format!(
            "{name} arbeitete bisher mit einer Person Ihrer Einrichtung und hat hier keine gültige Zugangsfreigabe. Bitte Freigabe prüfen."
        ),
        (Some(Kind::GrantAsked), _) => format!(
            "Der Sozialdienst bittet um eine Zugangsfreigabe für {name}: Der Träger arbeitet mit einer Person Ihrer Einrichtung."
        ),
        (Some(Kind::NewCharge), _) => "Für diese Person ist jemand neu zuständig. Bitte laufende Teilnahmen, vereinbarte Gespräche und Fristen prüfen; sie gehen weiter.".into(),
        _ => "Bitte prüfen.".into(),
    }
}

/// What an item about a change of placement or responsibility asks. `what` names the group, the programme or the officer.
pub fn question(kind: Kind, what: &str) -> String {
    match kind {
        Kind::GroupPlace => format!("Was geschieht mit dem Platz in der Gruppe „{what}“?"),
        Kind::IndividualWork => format!("Was geschieht mit der Teilnahme „{what}“?"),
        Kind::HandOver => {
            "Die Teilnahmen gehen nicht von selbst mit. Bitte der neuen Stelle eine Übergabe anbieten.".into()
        }
        Kind::Recall => format!("Wie geht es mit der Teilnahme „{what}“ weiter?"),
        Kind::OldCharge => format!(
            "{what} ist weiter für diese Person zuständig und sieht sie. Soll das zur Vertretung so bleiben?"
        ),
        Kind::GrantAfterTransfer | Kind::GrantAsked | Kind::NewCharge => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn age_is_told_in_words() {
        let today = date!(2026 - 11 - 24);
        assert_eq!(age(today, today), "heute");
        assert_eq!(age(date!(2026 - 11 - 23), today), "seit gestern");
        assert_eq!(age(date!(2026 - 11 - 10), today), "seit 14 Tagen");
        assert!(old(date!(2026 - 11 - 10), today) && !old(date!(2026 - 11 - 11), today));
    }

    #[test]
    fn the_social_service_does_not_learn_who_leads_a_confidential_case() {
        let exit = Some((CONFIDENTIAL_PROVIDER, "Aussteigerprogramm"));
        let kind = Some(Kind::GrantAfterTransfer);
        assert!(!text(kind, Role::SocialService, exit).contains("Aussteiger"));
        assert!(text(kind, Role::AccessOfficer, exit).contains("Aussteiger"));
        assert!(text(kind, Role::SocialService, Some(("vpn", "VPN"))).contains("VPN"));
    }
}
