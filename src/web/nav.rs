//! The navigation: each link with the permission its page needs, in a fixed order.

use super::layout::NavItem;
use crate::access::permissions as may;
use crate::access::{Actor, Permission, PermissionInfo};

const LINKS: &[(&str, &str, PermissionInfo)] = &[
    ("Start", "/", may::Start::INFO),
    ("Aufgaben", "/aufgaben", may::TodoRead::INFO),
    ("Personen", "/personen", may::PersonRead::INFO),
    ("Anfragen", "/anfragen", may::CaseRead::INFO),
    ("Fälle", "/faelle", may::CaseRead::INFO),
    ("Kalender", "/kalender", may::CalendarRead::INFO),
    ("Gruppen", "/gruppen", may::GroupRead::INFO),
    ("Planung", "/plan", may::GroupPlan::INFO),
    ("Warteliste", "/warteliste", may::WaitingRead::INFO),
    ("Konflikte", "/konflikte", may::GroupPlan::INFO),
    (
        "Bescheinigungen",
        "/bescheinigungen/pruefen",
        may::CertificateCheck::INFO,
    ),
    ("Vertretung", "/vertretung", may::CoverRead::INFO),
    ("Prüfung", "/pruefung", may::ReviewRead::INFO),
    ("Übergaben", "/uebergaben", may::HandOverRead::INFO),
    ("Frühere Termine", "/fruehere-termine", may::WorkRead::INFO),
    ("Freigaben", "/freigaben", may::GrantRead::INFO),
    ("Pforte", "/pforte", may::GateRead::INFO),
    ("Termine", "/einzeltermine", may::VisitRead::INFO),
    ("Gegenstände", "/gegenstaende", may::ObjectRead::INFO),
    ("Familientage", "/familientage", may::FamilyDayRead::INFO),
    ("Fachkräfte", "/fachkraefte", may::StaffRead::INFO),
    (
        "Überprüfungen",
        "/ueberpruefungen",
        may::ClearanceRead::INFO,
    ),
    ("Statistik", "/statistik", may::StatisticsRead::INFO),
    ("Zahlen", "/zahlen", may::ReleaseRead::INFO),
    ("Protokoll", "/protokoll", may::AuditRead::INFO),
    (
        "Beratungsregeln",
        "/beratungsregeln",
        may::CounsellingRules::INFO,
    ),
    ("Konten", "/konten", may::AccountRead::INFO),
    ("Codelisten", "/codelisten", may::CodeChange::INFO),
    ("Einrichtungen", "/einrichtungen", may::ReferenceRead::INFO),
    ("Träger", "/traeger", may::ReferenceRead::INFO),
];

/// Pages that stand below a link without carrying its address: the first part of theirs, and the link's.
const BELOW: &[(&str, &str)] = &[
    ("/heute", "/kalender"),
    ("/sitzungen", "/gruppen"),
    ("/nachholtermine", "/gruppen"),
    ("/abschluesse", "/gruppen"),
    ("/vorlagen", "/gruppen"),
    ("/teilnahmen", "/faelle"),
    ("/gespraeche", "/faelle"),
    ("/antraege", "/freigaben"),
    ("/sperren", "/freigaben"),
    ("/gaeste", "/familientage"),
];

/// Whether a path is the page of a link or one below it.
fn below(path: &str, href: &str) -> bool {
    path.strip_prefix(href)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The links that the actor may follow.
pub(super) fn items(actor: &Actor, path: &str) -> Vec<NavItem> {
    let above = BELOW
        .iter()
        .find(|(first, _)| below(path, first))
        .map(|(_, href)| *href);
    LINKS
        .iter()
        .filter(|(_, _, permission)| permission.roles.contains(&actor.role()))
        .map(|(label, href, _)| NavItem {
            label,
            href: (*href).to_owned(),
            current: if *href == "/" {
                path == "/"
            } else {
                below(path, href) || above == Some(*href)
            },
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_stands_below_one_link() {
        assert!(below("/gruppen/neu", "/gruppen") && below("/gruppen", "/gruppen"));
        assert!(!below("/gruppenbild", "/gruppen"));
        for (first, href) in BELOW {
            assert!(LINKS.iter().any(|(_, link, _)| link == href), "{href}");
            assert!(!LINKS.iter().any(|(_, link, _)| link == first), "{first}");
        }
    }
}
