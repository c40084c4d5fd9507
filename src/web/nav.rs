//! The navigation: areas and their pages, each with the permission it needs, in a fixed order.

use super::layout::NavItem;
use crate::access::permissions as may;
use crate::access::{Actor, Permission, PermissionInfo, Role};

/// A link: its word, its address, the permission its page needs.
type Link = (&'static str, &'static str, PermissionInfo);

/// More links than this stand in two rows: the areas, and the pages of the area one is in. Nine fit side by side on the
/// screens of the offices.
const MOST_IN_ONE_ROW: usize = 9;

/// The areas in their fixed order. An area with one page that the actor may open is that page.
const AREAS: &[(&str, &[Link])] = &[
    ("Start", &[("Start", "/", may::Start::INFO)]),
    (
        "Aufgaben",
        &[("Aufgaben", "/aufgaben", may::TodoRead::INFO)],
    ),
    (
        "Kalender",
        &[("Kalender", "/kalender", may::CalendarRead::INFO)],
    ),
    (
        "Personen und Fälle",
        &[
            ("Personen", "/personen", may::PersonRead::INFO),
            ("Anfragen", "/anfragen", may::CaseRead::INFO),
            ("Fälle", "/faelle", may::CaseRead::INFO),
            ("Übergaben", "/uebergaben", may::HandOverRead::INFO),
            ("Prüfung", "/pruefung", may::ReviewRead::INFO),
            ("Frühere Termine", "/fruehere-termine", may::WorkRead::INFO),
            (
                "Notfallzugriff",
                "/notfallzugriff",
                may::EmergencyRead::INFO,
            ),
            ("Vertretung", "/abwesenheiten", may::StandInKeep::INFO),
            (
                "Eingeschränkte",
                "/einschraenkungen/stelle",
                may::RestrictionLook::INFO,
            ),
        ],
    ),
    (
        "Gruppen",
        &[
            ("Gruppen", "/gruppen", may::GroupRead::INFO),
            ("Planung", "/plan", may::GroupPlan::INFO),
            ("Landesplan", "/landesplan", may::LandPlan::INFO),
            ("Warteliste", "/warteliste", may::WaitingRead::INFO),
            ("Konflikte", "/konflikte", may::GroupPlan::INFO),
            ("Vertretung", "/vertretung", may::CoverRead::INFO),
            (
                "Bescheinigungen",
                "/bescheinigungen/pruefen",
                may::CertificateCheck::INFO,
            ),
        ],
    ),
    (
        "Externe",
        &[
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
        ],
    ),
    (
        "Zahlen",
        &[
            ("Statistik", "/statistik", may::StatisticsRead::INFO),
            ("Zahlen", "/zahlen", may::ReleaseRead::INFO),
        ],
    ),
    (
        "Datenschutz",
        &[
            ("Protokoll", "/protokoll", may::AuditRead::INFO),
            ("Auskunft", "/auskunft", may::InquiryRead::INFO),
            ("Protokollpflege", "/protokollpflege", may::AuditHold::INFO),
            (
                "Einschränkungen",
                "/einschraenkungen",
                may::RestrictionRead::INFO,
            ),
            ("Löschungen", "/loeschungen", may::RetentionRead::INFO),
            ("Löschfristen", "/loeschfristen", may::RetentionRead::INFO),
            ("Vier Augen", "/vier-augen", may::ApprovalRead::INFO),
        ],
    ),
    ("Konten", &[("Konten", "/konten", may::AccountRead::INFO)]),
    (
        "Stammdaten",
        &[
            ("Einrichtungen", "/einrichtungen", may::ReferenceRead::INFO),
            ("Träger", "/traeger", may::ReferenceRead::INFO),
            ("Codelisten", "/codelisten", may::CodeChange::INFO),
            (
                "Beratungsregeln",
                "/beratungsregeln",
                may::CounsellingRules::INFO,
            ),
        ],
    ),
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

/// Whether somebody who may open a page looks for it here.
fn needed(actor: &Actor, href: &str) -> bool {
    match href {
        "/einschraenkungen/stelle" => actor.leads().is_some(),
        // Who only asks finds what was approved among the tasks.
        "/vier-augen" => matches!(actor.role(), Role::DataProtection | Role::Administration),
        _ => true,
    }
}

/// The rows of links that the actor may follow from a page: one where they are few, else the areas and, where the page
/// lies in one with several pages, the pages of that area.
pub(super) fn rows(actor: &Actor, path: &str) -> Vec<Vec<NavItem>> {
    let above = BELOW
        .iter()
        .find(|(first, _)| below(path, first))
        .map(|(_, href)| *href);
    let item = |(label, href, _): &Link| NavItem {
        label,
        href,
        current: if *href == "/" {
            path == "/"
        } else {
            below(path, href) || above == Some(*href)
        },
    };
    let areas: Vec<(&str, Vec<NavItem>)> = AREAS
        .iter()
        .map(|(label, links)| {
            let open = links.iter().filter(|(_, href, permission)| {
                permission.roles.contains(&actor.role()) && needed(actor, href)
            });
            (*label, open.map(item).collect())
        })
        .collect();
    rows_of(areas)
}

fn rows_of(areas: Vec<(&'static str, Vec<NavItem>)>) -> Vec<Vec<NavItem>> {
    if areas.iter().map(|(_, links)| links.len()).sum::<usize>() <= MOST_IN_ONE_ROW {
        let flat: Vec<NavItem> = areas.into_iter().flat_map(|(_, links)| links).collect();
        return if flat.is_empty() { vec![] } else { vec![flat] };
    }
    let mut first = Vec::new();
    let mut second = None;
    for (label, links) in areas {
        let current = links.iter().any(|link| link.current);
        match links.as_slice() {
            [] => {}
            [only] => first.push(only.clone()),
            [leader, ..] => {
                first.push(NavItem {
                    label,
                    href: leader.href,
                    current,
                });
                if current {
                    second = Some(links);
                }
            }
        }
    }
    std::iter::once(first).chain(second).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_stands_below_one_link() {
        assert!(below("/gruppen/neu", "/gruppen") && below("/gruppen", "/gruppen"));
        assert!(!below("/gruppenbild", "/gruppen"));
        for (first, href) in BELOW {
            let known = |path| {
                AREAS
                    .iter()
                    .flat_map(|(_, links)| *links)
                    .any(|(_, link, _)| *link == path)
            };
            assert!(known(*href), "{href}");
            assert!(!known(*first), "{first}");
        }
    }

    fn area(
        label: &'static str,
        hrefs: &[&'static str],
        current: &str,
    ) -> (&'static str, Vec<NavItem>) {
        let link = |href: &&'static str| NavItem {
            label: href,
            href,
            current: *href == current,
        };
        (label, hrefs.iter().map(link).collect())
    }

    fn words(rows: &[Vec<NavItem>]) -> Vec<String> {
        let word =
            |item: &NavItem| format!("{}{}", item.label, if item.current { "*" } else { "" });
        rows.iter()
            .map(|row| row.iter().map(word).collect::<Vec<_>>().join(" "))
            .collect()
    }

    #[test]
    fn few_links_stand_side_by_side_and_many_in_areas() {
        let few = vec![
            area("Start", &["/"], "/a"),
            area("A", &["/a", "/b"], "/a"),
            area("C", &[], "/a"),
        ];
        assert_eq!(words(&rows_of(few)), ["/ /a* /b"]);
        let many = |current: &str| {
            vec![
                area("Start", &["/"], current),
                area("A", &["/a", "/b", "/c", "/d"], current),
                area("E", &["/e", "/f", "/g", "/h", "/i"], current),
                area("J", &["/j"], current),
                area("K", &[], current),
            ]
        };
        assert_eq!(words(&rows_of(many("/c"))), ["/ A* E /j", "/a /b /c* /d"]);
        assert_eq!(words(&rows_of(many("/j"))), ["/ A E /j*"]);
        assert!(rows_of(vec![area("K", &[], "")]).is_empty());
    }
}
