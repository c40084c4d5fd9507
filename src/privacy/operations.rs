//! The names of operations: routes in plain German, so that a data subject understands the list.

use crate::base::fold::fold;

/// Route pattern and what is done there. The order is that of the rooms; unknown routes are shown as they are.
const OPERATIONS: &[(&str, &str)] = &[
    ("GET /", "Startseite geöffnet"),
    ("GET /auskunft/{inquiry}", "Auskunftsersuchen geöffnet"),
    (
        "GET /auskunft/{inquiry}/angaben/{section}",
        "Abschnitt einer Auskunft geöffnet",
    ),
    (
        "POST /auskunft/{inquiry}/angaben/{section}",
        "Umfang einer Auskunft festgelegt",
    ),
    ("POST /auskunft/neu", "Auskunftsersuchen erfasst"),
    ("POST /auskunft/{inquiry}/erteilen", "Auskunft erteilt"),
    (
        "GET /auskunft/{inquiry}/auskunft.pdf",
        "Auskunft als PDF ausgegeben",
    ),
    (
        "GET /auskunft/{inquiry}/auskunft.json",
        "Auskunft als Datei ausgegeben",
    ),
    ("GET /protokoll/suche", "Protokoll durchsucht"),
    (
        "GET /protokoll/stichprobe",
        "Stichprobe aus dem Protokoll geöffnet",
    ),
    (
        "GET /protokoll/auffaelligkeiten",
        "Auffälligkeiten geöffnet",
    ),
    (
        "POST /protokoll/konto/auswertung",
        "Protokoll nach einem Konto ausgewertet",
    ),
    (
        "GET /protokoll/personen/{person}/auskunft.pdf",
        "Auskunft aus dem Protokoll gedruckt",
    ),
    ("POST /zweck", "Grund eines Zugriffs angegeben"),
    ("POST /notfallzugriff/neu", "Notfallzugriff geöffnet"),
    (
        "GET /notfallzugriff/{emergency}",
        "Im Notfallzugriff gelesen",
    ),
    (
        "POST /notfallzugriff/{emergency}/beenden",
        "Notfallzugriff beendet",
    ),
    (
        "POST /notfallzugriff/{emergency}/pruefung",
        "Notfallzugriff nachgeprüft",
    ),
    ("GET /personen", "Personenliste oder Suche geöffnet"),
    (
        "GET /personen/ausgabe",
        "Ausgabe einer Personenliste vorbereitet",
    ),
    (
        "POST /personen/ausgabe",
        "Personenliste als Datei ausgegeben",
    ),
    ("POST /personen/neu", "Person angelegt"),
    ("POST /personen/einlesen", "Personenliste hochgeladen"),
    (
        "GET /personen/einlesen/{import}",
        "Vorschau einer Personenliste geöffnet",
    ),
    (
        "POST /personen/einlesen/{import}/zuordnung",
        "Spalten einer Personenliste zugeordnet",
    ),
    (
        "GET /personen/einlesen/{import}/abgelehnt.csv",
        "Abgelehnte Zeilen einer Personenliste heruntergeladen",
    ),
    (
        "GET /personen/einlesen/{import}/ausgabe",
        "Ausgabe abgelehnter Zeilen vorbereitet",
    ),
    (
        "POST /personen/einlesen/{import}/ausgabe",
        "Abgelehnte Zeilen als Datei ausgegeben",
    ),
    (
        "POST /personen/einlesen/{import}/uebernehmen",
        "Aus einer Personenliste übernommen",
    ),
    (
        "POST /personen/einlesen/{import}/verwerfen",
        "Personenliste verworfen",
    ),
    ("GET /personen/{person}", "Person geöffnet"),
    (
        "GET /personen/{person}/uebergabe",
        "Übergabe einer Person vorbereitet",
    ),
    (
        "POST /personen/{person}/uebergabe",
        "Übergabe einer Person angeboten",
    ),
    ("GET /uebergaben", "Übergaben geöffnet"),
    ("GET /uebergaben/{handover}", "Übergabe geöffnet"),
    (
        "POST /uebergaben/{handover}/annehmen",
        "Übergabe angenommen",
    ),
    ("POST /uebergaben/{handover}/ablehnen", "Übergabe abgelehnt"),
    (
        "POST /uebergaben/{handover}/zurueckziehen",
        "Übergabe zurückgezogen",
    ),
    (
        "POST /uebergaben/{handover}/kontakt",
        "Ersten Kontakt nach einer Übergabe eingetragen",
    ),
    (
        "GET /personen/{person}/einwilligungen",
        "Einwilligungen geöffnet",
    ),
    (
        "POST /personen/{person}/einwilligungen",
        "Einwilligung erfasst",
    ),
    (
        "GET /personen/{person}/einwilligungen/blatt",
        "Blatt für eine Einwilligung gedruckt",
    ),
    (
        "GET /einwilligungen/{consent}/widerruf",
        "Widerruf einer Einwilligung vorbereitet",
    ),
    (
        "POST /einwilligungen/{consent}/widerruf",
        "Widerruf einer Einwilligung erfasst",
    ),
    (
        "GET /personen/{person}/zusammenfuehren",
        "Nach doppelten Einträgen einer Person gesucht",
    ),
    (
        "POST /personen/{person}/zusammenfuehren/vergleich",
        "Zwei Einträge einer Person verglichen",
    ),
    (
        "POST /personen/{person}/zusammenfuehren",
        "Doppelte Einträge einer Person zusammengeführt",
    ),
    (
        "POST /zusammenfuehrungen/{merge}/trennen",
        "Zusammengeführte Einträge wieder getrennt",
    ),
    (
        "GET /faelle/{case}/nachweis",
        "Teilnahmenachweis eines Falls ausgegeben",
    ),
    (
        "GET /personen/{person}/bearbeiten",
        "Stammdaten zum Bearbeiten geöffnet",
    ),
    ("POST /personen/{person}/bearbeiten", "Stammdaten geändert"),
    (
        "GET /personen/{person}/unterbringung",
        "Unterbringung oder Zuständigkeit geöffnet",
    ),
    (
        "POST /personen/{person}/unterbringung",
        "Unterbringung oder Zuständigkeit geändert",
    ),
    ("GET /konflikte", "Konflikte der Einrichtung geöffnet"),
    (
        "GET /personen/{person}/planung",
        "Termine und Planung geöffnet",
    ),
    (
        "POST /personen/{person}/planung/termine",
        "Termin der Person eingetragen",
    ),
    (
        "POST /personen/{person}/planung/termine/{busy}/loeschen",
        "Termin der Person gelöscht",
    ),
    (
        "POST /personen/{person}/planung/trennungen",
        "Trennung eingetragen",
    ),
    (
        "POST /personen/{person}/planung/trennungen/{separation}/aufheben",
        "Trennung aufgehoben",
    ),
    (
        "POST /personen/{person}/planung/bedarf",
        "Sprache und Sicherheitsstufe geändert",
    ),
    ("GET /personen/{person}/abwesenheit", "Abwesenheit geöffnet"),
    (
        "GET /personen/{person}/einblick",
        "Wer eine Person sieht, geöffnet",
    ),
    (
        "POST /personen/{person}/abwesenheit",
        "Abwesenheit geändert",
    ),
    (
        "GET /personen/{person}/teilnahme/neu",
        "Formular für eine Teilnahme geöffnet",
    ),
    (
        "POST /personen/{person}/teilnahme/neu",
        "Teilnahme begonnen",
    ),
    ("GET /anfragen", "Anfragen geöffnet"),
    ("GET /anfragen/neu", "Formular für eine Anfrage geöffnet"),
    ("POST /anfragen/neu", "Anfrage vorbereitet oder erfasst"),
    (
        "POST /anfragen/entwurf/verwerfen",
        "Entwurf einer Anfrage gelöscht",
    ),
    ("GET /faelle", "Fälle geöffnet"),
    ("GET /faelle/{case}", "Fall geöffnet"),
    (
        "GET /faelle/{case}/schritt",
        "Nächsten Schritt eines Falls geöffnet",
    ),
    ("POST /faelle/{case}/schritt", "Stand eines Falls geändert"),
    ("GET /faelle/{case}/team", "Team eines Falls geöffnet"),
    ("POST /faelle/{case}/team", "Team eines Falls eingeteilt"),
    (
        "GET /faelle/{case}/gespraech",
        "Formular für ein Gespräch ohne Namen geöffnet",
    ),
    (
        "POST /faelle/{case}/gespraech",
        "Gespräch ohne Namen erfasst",
    ),
    (
        "GET /faelle/{case}/verknuepfen",
        "Anonymen Fall zum Verknüpfen geöffnet",
    ),
    (
        "POST /faelle/{case}/verknuepfen",
        "Anonymen Fall mit Einwilligung verknüpft",
    ),
    ("GET /pruefung", "Vorgänge zur Prüfung geöffnet"),
    (
        "POST /pruefung/{item}/erledigen",
        "Vorgang zur Prüfung erledigt",
    ),
    (
        "GET /fruehere-termine",
        "Frühere Termine (ohne Namen) geöffnet",
    ),
    (
        "GET /personen/{person}/gespraech",
        "Formular für ein Beratungsgespräch geöffnet",
    ),
    (
        "POST /personen/{person}/gespraech",
        "Beratungsgespräch erfasst",
    ),
    (
        "GET /personen/{person}/gespraeche",
        "Teilnahmen und Gespräche geöffnet",
    ),
    (
        "GET /teilnahmen/{enrolment}/beenden",
        "Teilnahme zum Beenden geöffnet",
    ),
    ("POST /teilnahmen/{enrolment}/beenden", "Teilnahme beendet"),
    (
        "GET /teilnahmen/{enrolment}/wieder-oeffnen",
        "Beendete Teilnahme geöffnet",
    ),
    (
        "POST /teilnahmen/{enrolment}/wieder-oeffnen",
        "Teilnahme wieder geöffnet",
    ),
    (
        "GET /gespraeche/{counselling}/berichtigen",
        "Beratungsgespräch zum Berichtigen geöffnet",
    ),
    (
        "POST /gespraeche/{counselling}/berichtigen",
        "Beratungsgespräch berichtigt",
    ),
    (
        "GET /faelle/{case}/berichtigen",
        "Angaben eines Falls zum Berichtigen geöffnet",
    ),
    (
        "POST /faelle/{case}/berichtigen",
        "Angaben eines Falls berichtigt",
    ),
    (
        "GET /faelle/{case}/gefahr",
        "Formular zur Offenlegung einer Gefahr geöffnet",
    ),
    ("POST /faelle/{case}/gefahr", "Gefahr offengelegt"),
    ("GET /faelle/{case}/frist", "Frist eines Falls geöffnet"),
    ("POST /faelle/{case}/frist", "Frist eines Falls gesetzt"),
    (
        "POST /fristen/{deadline}/erledigt",
        "Frist eines Falls erledigt",
    ),
    ("GET /faelle/{case}/abstand", "Gesprächsabstand geöffnet"),
    ("POST /faelle/{case}/abstand", "Gesprächsabstand geändert"),
    (
        "GET /faelle/{case}/termin",
        "Termin eines Gesprächs geöffnet",
    ),
    ("POST /faelle/{case}/termin", "Gespräch vereinbart"),
    (
        "GET /termine/{talk}/verschieben",
        "Vereinbartes Gespräch zum Verschieben geöffnet",
    ),
    (
        "POST /termine/{talk}/verschieben",
        "Vereinbartes Gespräch verschoben",
    ),
    (
        "GET /termine/{talk}/absagen",
        "Vereinbartes Gespräch zum Absagen geöffnet",
    ),
    (
        "POST /termine/{talk}/absagen",
        "Vereinbartes Gespräch abgesagt",
    ),
    (
        "GET /gespraeche/erfassen",
        "Zu erfassende Gespräche geöffnet",
    ),
    (
        "GET /gespraeche/vorschlaege",
        "Vorgeschlagene Gesprächstermine geöffnet",
    ),
    (
        "POST /gespraeche/vorschlaege",
        "Vorgeschlagene Gesprächstermine vereinbart oder abgelehnt",
    ),
    ("GET /gespraeche/tag", "Gespräche eines Tages geöffnet"),
    ("POST /gespraeche/tag", "Gespräche eines Tages erfasst"),
    ("GET /faelle/{case}/notizen", "Notizen eines Falls geöffnet"),
    ("POST /faelle/{case}/notizen", "Notiz geschrieben"),
    ("POST /notizen/{note}/loeschen", "Notiz gelöscht"),
    ("GET /aufgaben", "Aufgaben geöffnet"),
    ("GET /gruppen", "Gruppenliste geöffnet"),
    (
        "POST /gruppen/terminvorschlag",
        "Vorschläge für eine neue Gruppe berechnet",
    ),
    ("POST /plan/neu", "Halbjahresplan berechnet"),
    ("GET /plan/{plan}", "Halbjahresplan geöffnet"),
    ("GET /plan/vergleich", "Zwei Halbjahrespläne verglichen"),
    ("POST /plan/umplanung", "Umplanung von Terminen berechnet"),
    (
        "POST /landesplan/neu",
        "Halbjahresplan mehrerer Einrichtungen berechnet (ohne Namen)",
    ),
    ("GET /gruppen/{group}", "Gruppe geöffnet"),
    (
        "POST /gruppen/{group}/veroeffentlichen",
        "Gruppe veröffentlicht",
    ),
    ("POST /gruppen/{group}/verwerfen", "Gruppe verworfen"),
    ("POST /gruppen/{group}/abschliessen", "Gruppe abgeschlossen"),
    (
        "POST /gruppen/{group}/teilnehmende",
        "In eine Gruppe aufgenommen",
    ),
    (
        "GET /gruppen/{group}/teilnehmende/{person}/beenden",
        "Ausscheiden aus einer Gruppe geöffnet",
    ),
    (
        "POST /gruppen/{group}/teilnehmende/{person}/beenden",
        "Aus einer Gruppe ausgeschieden",
    ),
    (
        "GET /gruppen/{group}/teilnehmende/{person}/aussetzen",
        "Aussetzen der Teilnahme geöffnet",
    ),
    (
        "POST /gruppen/{group}/teilnehmende/{person}/aussetzen",
        "Teilnahme ausgesetzt oder wieder aufgenommen",
    ),
    (
        "GET /gruppen/{group}/nachholen",
        "Versäumte Sitzungen einer Gruppe geöffnet",
    ),
    ("POST /gruppen/{group}/nachholen", "Nachholtermin geplant"),
    ("GET /nachholtermine/{session}", "Nachholtermin geöffnet"),
    (
        "GET /nachholtermine/{session}/aendern",
        "Nachholtermin zum Ändern geöffnet",
    ),
    (
        "POST /nachholtermine/{session}/aendern",
        "Nachholtermin geändert",
    ),
    (
        "GET /nachholtermine/{session}/absagen",
        "Nachholtermin zum Absagen geöffnet",
    ),
    (
        "POST /nachholtermine/{session}/absagen",
        "Nachholtermin abgesagt",
    ),
    ("GET /personen/{person}/modulpass", "Modulpass geöffnet"),
    (
        "GET /gruppen/{group}/abschluss",
        "Abschluss einer Gruppe geöffnet",
    ),
    ("POST /gruppen/{group}/abschluss", "Abschluss bestätigt"),
    (
        "GET /abschluesse/{completion}/zuruecknehmen",
        "Abschluss zum Zurücknehmen geöffnet",
    ),
    (
        "POST /abschluesse/{completion}/zuruecknehmen",
        "Abschluss zurückgenommen",
    ),
    (
        "POST /abschluesse/{completion}/bescheinigung",
        "Bescheinigung ausgestellt",
    ),
    (
        "GET /bescheinigungen/{certificate}/pdf",
        "Bescheinigung ausgegeben",
    ),
    (
        "POST /bescheinigungen/pruefen",
        "Echtheit einer Bescheinigung geprüft",
    ),
    (
        "GET /teilnahmen/{enrolment}/nachweis",
        "Teilnahmenachweis ausgegeben",
    ),
    (
        "GET /gruppen/{group}/zusammensetzung",
        "Vorschlag für die Besetzung einer Gruppe geöffnet",
    ),
    (
        "POST /gruppen/{group}/zusammensetzung",
        "Aus der Warteliste in eine Gruppe aufgenommen",
    ),
    (
        "GET /gruppen/{group}/absagen",
        "Absage mehrerer Sitzungen geöffnet",
    ),
    (
        "POST /gruppen/{group}/absagen",
        "Mehrere Sitzungen abgesagt",
    ),
    (
        "POST /gruppen/{group}/zuruecknehmen",
        "Änderung der Termine zurückgenommen",
    ),
    (
        "GET /gruppen/{group}/bestand",
        "Bestand einer Gruppe geöffnet",
    ),
    (
        "POST /gruppen/{group}/bestand",
        "Bestand einer Gruppe eingetragen",
    ),
    ("GET /sitzungen/{session}", "Sitzung geöffnet"),
    (
        "GET /sitzungen/{session}/verschieben",
        "Verschieben einer Sitzung geöffnet",
    ),
    (
        "POST /sitzungen/{session}/verschieben",
        "Sitzung verschoben",
    ),
    (
        "GET /sitzungen/{session}/wiederherstellen",
        "Aufheben einer Absage geöffnet",
    ),
    (
        "POST /sitzungen/{session}/wiederherstellen",
        "Absage einer Sitzung aufgehoben",
    ),
    (
        "GET /sitzungen/{session}/aendern",
        "Ändern einer Sitzung geöffnet",
    ),
    ("POST /sitzungen/{session}/aendern", "Sitzung geändert"),
    (
        "GET /sitzungen/{session}/absagen",
        "Absage einer Sitzung geöffnet",
    ),
    ("POST /sitzungen/{session}/absagen", "Sitzung abgesagt"),
    (
        "GET /sitzungen/{session}/anwesenheit",
        "Anwesenheitsliste geöffnet",
    ),
    (
        "POST /sitzungen/{session}/anwesenheit",
        "Anwesenheit erfasst oder berichtigt",
    ),
    (
        "GET /sitzungen/{session}/anwesenheit/rueckgaengig",
        "Zurücknehmen einer Anwesenheit geöffnet",
    ),
    (
        "POST /sitzungen/{session}/anwesenheit/rueckgaengig",
        "Anwesenheit zurückgenommen",
    ),
    (
        "GET /gruppen/{group}/sitzungen/{session}/blatt",
        "Anwesenheitsliste zum Drucken geöffnet",
    ),
    ("GET /warteliste", "Warteliste geöffnet"),
    (
        "GET /personen/{person}/antrag",
        "Formular für einen Antrag geöffnet",
    ),
    (
        "POST /personen/{person}/antrag",
        "Auf die Warteliste gesetzt",
    ),
    ("GET /antraege/{application}", "Antrag geöffnet"),
    (
        "GET /antraege/{application}/gespraech",
        "Auswahlgespräch geöffnet",
    ),
    (
        "POST /antraege/{application}/gespraech",
        "Auswahlgespräch eingetragen",
    ),
    (
        "GET /antraege/{application}/beenden",
        "Antrag zum Beenden geöffnet",
    ),
    ("POST /antraege/{application}/beenden", "Antrag beendet"),
    (
        "POST /antraege/{application}/oeffnen",
        "Antrag wieder geöffnet",
    ),
    (
        "POST /antraege/{application}/einzeltraining",
        "Einzeltraining statt der Gruppe begonnen",
    ),
    ("GET /protokoll", "Person im Protokoll gesucht"),
    (
        "GET /protokoll/personen/{person}",
        "Protokoll zur Person geöffnet",
    ),
    (
        "GET /protokoll/personen/{person}/auskunft.csv",
        "Auskunft aus dem Protokoll ausgestellt",
    ),
    (
        "GET /einschraenkungen",
        "Eingeschränkte Datensätze gelistet",
    ),
    (
        "POST /abwesenheiten",
        "Vertretung bei Abwesenheit eingerichtet",
    ),
    (
        "POST /abwesenheiten/{standin}/beenden",
        "Vertretung bei Abwesenheit beendet",
    ),
    (
        "GET /einschraenkungen/stelle",
        "Eingeschränkte Datensätze der Stelle geöffnet",
    ),
    (
        "GET /einschraenkungen/stelle/{person}",
        "Eingeschränkten Datensatz vor der Einsicht geöffnet",
    ),
    (
        "POST /einschraenkungen/stelle/{person}",
        "Eingeschränkten Datensatz als Leitung eingesehen",
    ),
    (
        "GET /personen/{person}/einschraenkung",
        "Einschränkung und Löschsperre geöffnet",
    ),
    (
        "POST /personen/{person}/einschraenkung",
        "Datensatz eingeschränkt",
    ),
    (
        "POST /personen/{person}/einschraenkung/aufheben",
        "Einschränkung aufgehoben",
    ),
    (
        "POST /personen/{person}/einschraenkung/einsicht",
        "Eingeschränkten Datensatz im Einzelfall eingesehen",
    ),
    (
        "POST /personen/{person}/loeschsperre",
        "Löschsperre gesetzt",
    ),
    (
        "POST /personen/{person}/loeschsperre/aufheben",
        "Löschsperre aufgehoben",
    ),
    ("GET /loeschungen/faellig", "Fällige Löschungen gelistet"),
    ("POST /loeschungen/faellig", "Löschung vorgeschlagen"),
    (
        "GET /loeschungen/{erasure}",
        "Liste einer Löschung geöffnet",
    ),
    ("POST /loeschungen/{erasure}/ausfuehren", "Daten gelöscht"),
];

/// What was done, in German where known.
pub(crate) fn operation(route: &str) -> &str {
    OPERATIONS
        .iter()
        .find(|(pattern, _)| *pattern == route)
        .map_or(route, |(_, name)| *name)
}

/// The routes whose names hold all of these words, whatever their case.
pub(super) fn named(words: &str) -> Vec<&'static str> {
    let terms: Vec<String> = words.split_whitespace().map(fold).collect();
    OPERATIONS
        .iter()
        .filter(|(_, name)| {
            let name = fold(name);
            !terms.is_empty() && terms.iter().all(|term| name.contains(term.as_str()))
        })
        .map(|(route, _)| *route)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn known_routes_have_plain_names_and_others_stay_visible() {
        assert_eq!(operation("GET /personen/{person}"), "Person geöffnet");
        assert_eq!(
            operation("GET /sitzungen/{session}/anwesenheit"),
            "Anwesenheitsliste geöffnet"
        );
        assert_eq!(operation("geleit import"), "geleit import");
    }

    #[test]
    fn no_route_is_named_twice() {
        let patterns: BTreeSet<_> = OPERATIONS.iter().map(|(pattern, _)| pattern).collect();
        assert_eq!(patterns.len(), OPERATIONS.len());
    }

    #[test]
    fn every_name_belongs_to_a_route_and_every_route_about_people_has_one() {
        let routes = crate::server::routes();
        let patterns: BTreeSet<String> = routes
            .iter()
            .map(|route| format!("{} {}", route.method, route.path))
            .collect();
        for (pattern, _) in OPERATIONS {
            assert!(patterns.contains(*pattern), "{pattern} is no route");
        }
        let about_people = [
            "{person}",
            "{enrolment}",
            "{case}",
            "{counselling}",
            "{talk}",
            "{deadline}",
            "{note}",
            "{import}",
            "/sitzungen/{session}",
            "{group}",
        ];
        let own = |pattern: &str| pattern.contains(" /konto");
        for pattern in patterns.iter().filter(|pattern| {
            !own(pattern) && about_people.iter().any(|part| pattern.contains(part))
        }) {
            assert!(
                OPERATIONS.iter().any(|(known, _)| known == pattern),
                "{pattern} has no name"
            );
        }
    }
}
