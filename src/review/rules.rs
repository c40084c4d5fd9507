//! Kinds of items, how they end, and who may be told what. Pure.

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
    }
}

codes! {
    /// How an item was closed.
    Conclusion {
        /// What it asked for was done.
        Solved "solved" "gelöst",
        /// Read; nothing is to be done.
        Acknowledged "acknowledged" "zur Kenntnis genommen",
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
        (None, _) => "Bitte prüfen.".into(),
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
