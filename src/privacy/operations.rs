//! The names of operations: routes in plain German, so that a data subject understands the list.

/// Route pattern and what is done there. The order is that of the rooms; unknown routes are shown as they are.
const OPERATIONS: &[(&str, &str)] = &[
    ("GET /", "Startseite geöffnet"),
    ("GET /personen", "Personenliste oder Suche geöffnet"),
    ("GET /personen/suche", "Person gesucht"),
    ("GET /personen/neu", "Formular für eine neue Person geöffnet"),
    ("POST /personen/neu", "Person angelegt"),
    ("GET /personen/{person}", "Person geöffnet"),
    ("GET /personen/{person}/bearbeiten", "Stammdaten zum Bearbeiten geöffnet"),
    ("POST /personen/{person}/bearbeiten", "Stammdaten geändert"),
    ("GET /personen/{person}/verlauf", "Verlauf der Person geöffnet"),
    ("POST /personen/{person}/verlegen", "Person verlegt"),
    ("POST /personen/{person}/entlassen", "Entlassung erfasst"),
    ("POST /personen/{person}/abwesenheit", "Abwesenheit erfasst"),
    ("GET /personen/{person}/teilnahme/neu", "Formular für eine Teilnahme geöffnet"),
    ("POST /personen/{person}/teilnahme/neu", "Teilnahme begonnen"),
    ("GET /personen/{person}/gespraech", "Formular für ein Beratungsgespräch geöffnet"),
    ("POST /personen/{person}/gespraech", "Beratungsgespräch erfasst"),
    ("GET /personen/{person}/gespraeche", "Teilnahmen und Gespräche geöffnet"),
    ("GET /teilnahmen/{enrolment}/beenden", "Teilnahme zum Beenden geöffnet"),
    ("POST /teilnahmen/{enrolment}/beenden", "Teilnahme beendet"),
    ("GET /teilnahmen/{enrolment}/wieder-oeffnen", "Beendete Teilnahme geöffnet"),
    ("POST /teilnahmen/{enrolment}/wieder-oeffnen", "Teilnahme wieder geöffnet"),
    ("GET /gespraeche/{counselling}/berichtigen", "Beratungsgespräch zum Berichtigen geöffnet"),
    ("POST /gespraeche/{counselling}/berichtigen", "Beratungsgespräch berichtigt"),
    ("GET /gruppen", "Gruppenliste geöffnet"),
    ("GET /gruppen/{group}", "Gruppe geöffnet"),
    ("GET /protokoll", "Person im Protokoll gesucht"),
    ("GET /protokoll/personen/{person}", "Protokoll zur Person geöffnet"),
    ("GET /protokoll/personen/{person}/auskunft.csv", "Auskunft aus dem Protokoll ausgestellt"),
];

/// What was done, in German where known.
pub(super) fn operation(route: &str) -> String {
    OPERATIONS
        .iter()
        .find(|(pattern, _)| *pattern == route)
        .map_or_else(|| guess(route), |(_, name)| (*name).to_owned())
}

/// An operation of a room that has no name of its own in the list: what kind of thing was opened or changed.
fn guess(route: &str) -> String {
    let (method, path) = route.split_once(' ').unwrap_or(("", route));
    let what = [
        ("/personen/einlesen", "Personenliste einlesen"),
        ("/einlesen", "Personenliste einlesen"),
        ("/anwesenheit", "Anwesenheitsliste"),
        ("/gruppen", "Gruppe"),
        ("/sitzungen", "Sitzung"),
        ("/personen", "Person"),
    ]
    .into_iter()
    .find(|(part, _)| path.contains(part));
    match (what, method) {
        (Some((_, what)), "GET") => format!("{what}: geöffnet ({path})"),
        (Some((_, what)), "POST") => format!("{what}: geändert ({path})"),
        _ => route.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn known_routes_have_plain_names_and_others_stay_visible() {
        assert_eq!(operation("GET /personen/{person}"), "Person geöffnet");
        assert_eq!(
            operation("POST /sitzungen/{session}/anwesenheit"),
            "Anwesenheitsliste: geändert (/sitzungen/{session}/anwesenheit)"
        );
        assert_eq!(operation("geleit import"), "geleit import");
    }

    #[test]
    fn no_route_is_named_twice() {
        let patterns: BTreeSet<_> = OPERATIONS.iter().map(|(pattern, _)| pattern).collect();
        assert_eq!(patterns.len(), OPERATIONS.len());
    }

    #[test]
    fn the_routes_of_casework_and_protocol_are_named() {
        let routes = crate::casework::pages::routes().into_iter().chain(super::super::pages::routes());
        for route in routes.filter(|route| route.path.contains('{')) {
            let pattern = format!("{} {}", route.method, route.path);
            assert!(OPERATIONS.iter().any(|(known, _)| *known == pattern), "{pattern} has no name");
        }
    }
}
