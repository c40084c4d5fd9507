//! The help: a page for each topic. Each is the target of "Hilfe zu dieser Seite" on some page.

use maud::{Markup, html};

use crate::web::layout::{Frame, PageOptions, page, page_with};
use crate::web::parts::{Column, table};

/// Names and headings, in the order of the list.
const TOPICS: &[(&str, &str)] = &[
    ("anmelden", "Anmelden"),
    ("sichtbarkeit", "Wer was sieht"),
    ("eingaben", "Eingaben und Tasten"),
    ("personen", "Personen"),
    ("einlesen", "Personenlisten einlesen"),
    ("kalender", "Kalender"),
    ("gruppen", "Gruppen und Terminreihen"),
    (
        "planung",
        "Terminvorschlag, Halbjahresplan, Landesplan, Umplanung",
    ),
    ("warteliste", "Warteliste"),
    ("anwesenheit", "Anwesenheit"),
    ("nachholen", "Versäumtes nachholen"),
    ("modulpass", "Modulpass"),
    ("abschluss", "Abschluss und Bescheinigungen"),
    ("faelle", "Anfragen und Fälle"),
    ("gespraech", "Teilnahmen und Gespräche"),
    ("notizen", "Notizen und Regeln der Beratung"),
    ("gefahr", "Offenlegung einer Gefahr"),
    ("aufgaben", "Aufgaben und Fristen"),
    ("traeger", "Träger"),
    ("fachkraefte", "Externe Fachkräfte"),
    ("ueberpruefungen", "Überprüfungen"),
    ("konflikte", "Konflikte"),
    ("vertretung", "Vertretung"),
    ("pruefung", "Vorgänge zur Prüfung"),
    ("uebergaben", "Übergaben"),
    ("einwilligungen", "Einwilligungen"),
    ("zusammenfuehren", "Doppelt erfasste Personen"),
    ("fruehere-termine", "Frühere Termine"),
    ("freigaben", "Zugangsfreigaben"),
    ("pforte", "Pfortenliste"),
    ("statistik", "Statistik und Zahlen"),
    ("protokoll", "Protokoll"),
    ("auskunft", "Auskunft"),
    ("protokollpflege", "Protokollpflege"),
    ("vier-augen", "Vier-Augen-Anträge"),
    ("ausgabe", "Listen als Datei ausgeben"),
    ("abwesenheit", "Vertretung bei Abwesenheit"),
    ("grund", "Grund eines Zugriffs"),
    ("notfallzugriff", "Notfallzugriff"),
    ("einschraenkung", "Einschränkung und Löschsperre"),
    ("loeschen", "Löschfristen und Löschungen"),
    ("konten", "Konten"),
    ("codelisten", "Codelisten"),
];

/// One topic, or all of them to choose from if it is none.
pub(in crate::start) fn help(frame: &Frame, asked: &str) -> Markup {
    let address = |topic: &str| format!("/hilfe?thema={topic}");
    let Some(place) = TOPICS.iter().position(|(topic, _)| *topic == asked) else {
        return page(
            frame,
            "Hilfe",
            html! {
                p { "Zu jeder Seite führt unten „Hilfe zu dieser Seite“ gleich zum Thema." }
                ul.ways { @for (topic, heading) in TOPICS { li { a href=(address(topic)) { (heading) } } } }
            },
        );
    };
    let beside = |place: Option<usize>, word: &str| {
        let found = place.and_then(|place| TOPICS.get(place));
        html! { @if let Some((topic, heading)) = found { a href=(address(topic)) { (word) ": " (heading) } } }
    };
    let heading = TOPICS.get(place).map_or("", |(_, heading)| *heading);
    page_with(
        frame,
        heading,
        PageOptions {
            crumbs: vec![("Hilfe".to_owned(), "/hilfe".to_owned())],
            ..PageOptions::default()
        },
        html! {
            div.prose { (topic(asked)) }
            nav.actions aria-label="Weitere Themen" {
                (beside(place.checked_sub(1), "Zurück"))
                (beside(Some(place + 1), "Weiter"))
                a href="/hilfe" { "Alle Themen" }
            }
        },
    )
}

fn keys(caption: &str, head: [&str; 2], rows: &[(&str, &str)]) -> Markup {
    table(
        caption,
        &head.map(Column::text),
        rows.iter()
            .map(|(left, right)| vec![html! { (left) }, html! { (right) }])
            .collect(),
    )
}

fn topic(anchor: &str) -> Markup {
    match anchor {
        "anmelden" => html! {
            p { "Zum Anmelden gehören Anmeldename, Kennwort und ein Code aus der App Ihres Geräts. Jeder Code gilt einmal. Beim ersten Mal brauchen Sie den Einrichtungscode der Verwaltung; er gilt 24 Stunden." }
            p { "Nach 15 Minuten ohne Eingabe endet die Sitzung. Die Seite warnt vorher. Ein Formular, das danach ankommt, geht nicht verloren: Nach der Anmeldung bekommen Sie Ihre Eingaben zurück." }
            p { "Ist das Gerät verloren, hilft ein Wiederherstellungscode. Ist beides verloren, setzt die Verwaltung das Konto zurück." }
        },
        "sichtbarkeit" => html! {
            p { "Sie sehen nur, was zu Ihrer Aufgabe gehört. Was nicht dazugehört, meldet Geleit wie eine Seite, die es nicht gibt." }
            (keys("Wer was sieht", ["Rolle", "Sieht"], &[
                ("Sozialdienst", "Personen der eigenen Anstalt und 28 Tage nach Verlegung oder Entlassung; Gruppen. Vom Aussteigerprogramm nur „Beratungstermin“."),
                ("Bewährungshilfe", "die eigenen Klientinnen und Klienten"),
                ("Training und Beratung", "eigene Gruppen und Fälle, solange eine Zugangsfreigabe gilt"),
                ("Trägerkoordination", "Fälle und Fachkräfte des eigenen Trägers"),
                ("Zugang, Pforte", "externe Fachkräfte und Freigaben, keine Gefangenen"),
                ("Statistik, KORA", "Zahlen, keine Personen"),
                ("Datenschutz", "das Protokoll; für ein Auskunftsersuchen alle Angaben der Person, die es gestellt hat"),
                ("Verwaltung", "Konten, keine Personen"),
            ]))
        },
        "eingaben" => html! {
            p { "Ein Tag lässt sich als 24.11.2026, 24.11.26 oder 2026-11-24 eingeben, eine Uhrzeit als 14:00, 14.00 oder 14." }
            p { "Speichert jemand anderes zuerst, zeigt Geleit beide Fassungen. Zweimaliges Absenden speichert nur einmal." }
            (keys("Tasten", ["Taste", "Wirkung"], &[
                ("Tabulator, Umschalt + Tabulator", "nächstes, voriges Feld"),
                ("Leertaste", "Kästchen an oder aus, Knopf drücken"),
                ("Pfeiltasten", "in einer Gruppe von Auswahlknöpfen wechseln"),
                ("Eingabetaste", "Formular absenden"),
                ("a, v, g, e, u, n, w", "in der Anwesenheitsliste: anwesend, verspätet, früher gegangen, entschuldigt, unentschuldigt, nicht zugeführt, verweigert"),
            ]))
        },
        "personen" => html! {
            p { "Die Suche findet Teile von Namen und Nummern; Umlaute und ihre Umschreibung gelten gleich (Müller, Mueller). Bitte vor dem Anlegen suchen: Jede Person wird nur einmal geführt." }
            p { "Eine Verlegung oder Entlassung beendet keine Teilnahme. Eine vorübergehende Abwesenheit (Gericht, Krankenhaus) wird als Abwesenheit erfasst." }
            p { "„Wer diese Person sieht“ nennt, wer die Person heute öffnen kann und warum; für die zuständige Anstalt und die Bewährungshilfe." }
        },
        "einlesen" => html! {
            p { "Listen als CSV aus dem Fachverfahren: Datei wählen, Spalten zuordnen, Vorschau prüfen, übernehmen. Erst die Übernahme speichert. Zeilen mit Fehlern werden mit Grund genannt und lassen sich als Datei herunterladen, berichtigen und neu einlesen." }
            p { "Die Zuordnung der Spalten merkt sich Geleit für die nächste Liste. Die Datei selbst wird nach der Übernahme gelöscht." }
        },
        "kalender" => html! {
            p { "Woche und Monat zeigen, was Sie sehen dürfen; Abgesagtes ist durchgestrichen und trägt das Wort „abgesagt“. „Heute“ nennt zuerst, welche Anwesenheitslisten fehlen." }
            p { "Die Zuführliste nennt Person, Nummer, Zeit und Raum, sonst nichts; jeder Ausdruck wird protokolliert. Fachkräfte können ihre Termine abonnieren: Die Adresse ist geheim, nennt keine Namen und lässt sich jederzeit beenden." }
        },
        "planung" => html! {
            p { "Ein " strong { "Terminvorschlag" } " nennt fünf Möglichkeiten für eine neue Gruppe: Wochentag, Uhrzeit, Raum, zwei Fachkräfte, Beginn und wer von der Warteliste teilnehmen könnte. Was schon geplant ist, bleibt, wie es ist. „Als Entwurf übernehmen“ legt die Gruppe mit allen Terminen als Entwurf an; beim Besetzen aus der Warteliste sind die Vorgesehenen angekreuzt. Aufgenommen ist damit niemand." }
            p { "Der " strong { "Halbjahresplan" } " verteilt alle Gruppen eines Halbjahres auf Tage, Räume und Fachkräfte, so dass möglichst wenige weiter warten, danach möglichst wenige Sitzungen versäumt werden, danach wenig gefahren wird. Sie können die Berechnung jederzeit beenden und behalten den besten Plan. Gleiche Zufallszahl und gleiche Daten ergeben denselben Plan; zwei Pläne lassen sich vergleichen. Jede Gruppe übernehmen, ändern und veröffentlichen Sie einzeln. Pläne vergangener Halbjahre werden nach 200 Tagen gelöscht." }
            p { "Für Fälle mit vereinbartem " strong { "Gesprächsabstand" } " sucht der Plan danach Zeiten für Einzelgespräche um die Gruppen herum, so dass niemand an zwei Stellen sein muss; eine Fachkraft führt dabei höchstens sechs Gespräche am Tag. Sie schlagen die Zeiten der Fachkraft vor; nur sie vereinbart die Gespräche, und erst dann steht im Kalender, mit wem." }
            p { "Mit dem " strong { "Landesplan" } " berechnet die Koordination eines Trägers das Halbjahr für alle Einrichtungen zusammen, in denen der Träger Zugangsfreigaben hat: Fachkräfte, die in mehreren Häusern arbeiten, werden so verteilt, dass insgesamt möglichst wenige weiter warten. Die Koordination sieht dabei nur Zahlen, keine Namen von Wartenden. Jede Einrichtung findet ihren Teil unter „Planung“ und entscheidet über jede Gruppe selbst." }
            p { "Die " strong { "Umplanung" } " hilft, wenn eine Fachkraft oder ein Raum ausfällt, das Haus geschlossen ist oder eine Freigabe endet: Sie zeigt mit so wenigen Änderungen wie möglich alte und neue Termine und Vertretungen mit dem Grund. Gehaltene und heutige Sitzungen bleiben unberührt. Gespeichert wird erst, wenn Sie übernehmen. Für Einzelgespräche, die ausfallen müssten, sucht sie nahe neue Zeiten und schlägt sie den Fachkräften vor; verschieben können nur diese. Auf Wunsch trägt sie gleich ein, was geschehen ist: Schließtage, einen gesperrten Raum, eine Abwesenheit. Wer vor dem Ende einer Gruppe entlassen oder verlegt wird, steht darunter, und wer von der Warteliste den Platz bekommen könnte." }
            p { "„" strong { "Warum nicht?" } "“ beim Planen einer Gruppe und beim Verschieben einer Sitzung nennt alles, was gegen einen Termin spricht, und die drei nächsten möglichen Termine." }
            p { "Wer für eine Gruppe vorgesehen ist, die noch nicht begonnen hat, wird in keinen weiteren Vorschlag eingeplant. Räume sperren Sie unter „Einrichtungen“, „Schließtage“." }
            p { "Gerechnet wird mit wöchentlichen Vorlagen und zwei Fachkräften, montags bis freitags, in den Zeiten des Hauses (ohne Angabe 7 bis 20 Uhr) und in den gemeldeten Zeiten der Fachkräfte; je Tag höchstens drei Termine einer Fachkraft, je Woche höchstens 39 Stunden, zwischen zwei Häusern Fahrzeit und eine halbe Stunde für den Einlass." }
        },
        "gruppen" => html! {
            p { "Eine Gruppe entsteht aus einer Vorlage: Wochentag, Uhrzeit, Raum, erster Tag. Die Vorschau zeigt alle Termine und was dagegen spricht: Feiertage, Schließtage, belegte Räume, Abwesenheit von Fachkräften. Veröffentlicht wird erst danach." }
            p { "Fällt eine Sitzung aus, bleibt sie mit Grund stehen. Teilnehmende werden in die Gruppe aufgenommen; damit beginnt auch die Teilnahme." }
        },
        "warteliste" => html! {
            p { "Ein Antrag nennt Maßnahme, Zugangsweg und Tag; das Auswahlgespräch nur Ergebnis und empfohlene Form, nie Inhalte. Je Person und Maßnahme gibt es einen offenen Antrag. „Platz nötig bis“ ist die Entlassung abzüglich der Kursdauer." }
            p { "„Gruppe besetzen“ schlägt auf der Seite einer Gruppe Wartende mit Gründen vor; entschieden wird von Hand. Nach einer Ablehnung beginnt das Einzeltraining mit einem Klick." }
        },
        "anwesenheit" => html! {
            p { "Eine Seite für alle: je Person eine Auswahl, „Alle übrigen anwesend“ füllt den Rest. Entschuldigtes Fehlen braucht einen Grund. Mit den Buchstaben aus der Tabelle oben geht es ohne Maus." }
            p { "Wer gesperrt oder vorübergehend abwesend ist, braucht keinen Eintrag. Die eigene letzte Speicherung lässt sich zehn Minuten lang zurücknehmen; spätere Berichtigungen brauchen einen Grund, die alte Angabe bleibt im Verlauf." }
        },
        "nachholen" => html! {
            p { "„Versäumtes nachholen“ auf der Seite einer Gruppe zeigt, wer welche Sitzung versäumt hat. Ein Nachholtermin steht außerhalb der Terminreihe: Verschieben, Absagen und Anhängen lassen ihn unberührt. Er hat eine eigene Anwesenheitsliste; wer dabei war, hat die Sitzung nachgeholt, und sie zählt einmal." }
        },
        "modulpass" => html! {
            p { "Der Modulpass einer Person zeigt zu jeder Sitzung des Kurses, ob sie besucht, nachgeholt, offen oder nicht vorgesehen ist. Er gilt über Einrichtungen hinweg; andere Gruppen werden nur genannt, wenn Sie sie sehen dürfen. Für Verlegte steht darunter, welche laufende Gruppe ab wann das Fehlende noch hält." }
        },
        "abschluss" => html! {
            p { "Ob jemand abgeschlossen hat, schlägt die Regel der Vorlage vor; bestätigt wird es von einer Fachkraft der Gruppe, mit Datum. Was gezählt wurde, wird dabei festgehalten. Zurücknehmen geht mit Grund; eine Bescheinigung gilt dann nicht mehr." }
            p { "Die Bescheinigung nennt Name, Maßnahme, Träger, Ort und Datum. Ihr Echtheitscode lässt sich unter „Bescheinigungen“ prüfen. Der Teilnahmenachweis auf der Seite einer Person nennt Tage und Zahlen für die Vollzugsplankonferenz, nie Inhalte." }
        },
        "faelle" => html! {
            p { "Eine Anfrage nennt, wer fragt, um wen es geht und wofür. Sie bekommt eine Vorgangsnummer ohne verwechselbare Zeichen; das letzte ist ein Prüfzeichen. Was noch nicht abgesendet ist, bleibt zwei Wochen als Entwurf." }
            p { "Anfrage, Fallabklärung, Erstgespräch, Vereinbarung, laufende Begleitung, Übergang, Ende, Nachsorge: Jeder Schritt steht mit Namen, Zeit und Grund im Verlauf und wird nie gelöscht. Mit der Vereinbarung beginnt die Teilnahme, mit der ersten Sitzung läuft sie. Was einmal abgeschlossen war, bleibt auch nach einem Widerruf abgeschlossen gezählt." }
            p { "Wer nicht genannt werden will, hat nur einen Fallcode; Angehörige und Fachkräfte werden nie namentlich geführt. Mit Einwilligung lässt sich ein anonymer Fall später mit der Person verknüpfen. Fälle des Aussteigerprogramms sieht eine Anstalt nicht, nur Beratungstermine." }
        },
        "gespraech" => html! {
            p { "Termine werden am Fall vereinbart, verschoben oder abgesagt; der alte Termin bleibt stehen, mit dem, wer darum bat. In einer Anstalt stehen sie von selbst im Kalender, auf der Zuführliste und auf der Pfortenliste. Ist die Zeit vorbei, warten sie unter „Zu erfassen“; mehrere eines Tages lassen sich auf einer Seite erfassen, nur mit der Tastatur." }
            p { "Erfasst werden Tag, Dauer, Ort, Ergebnis und Themen aus einer Liste – kein Inhalt. Was geschrieben steht, kann beschlagnahmt oder vor Gericht verlesen werden; Beratung braucht Vertrauen." }
            p { "Am Fall lässt sich ein Gesprächsabstand festhalten, zum Beispiel alle zwei Wochen. Halbjahrespläne der Anstalten suchen dann freie Zeiten; unter „Aufgaben“ stehen sie als Vorschläge. Ein Druck vereinbart alle angekreuzten, wenn noch nichts dagegen spricht." }
            p { "Läuft noch keine Teilnahme, beginnt sie für die Bewährungshilfe mit dem ersten Gespräch. Eine Person nimmt an jeder Maßnahme nur einmal zugleich teil. Der Tag der ersten Sitzung, die stattfand, gilt als Beginn." }
            p { "Berichtigen kann, wer das Gespräch erfasst hat, und die Bewährungshilfe der zuständigen Dienststelle, immer mit Grund. Eine versehentlich beendete Teilnahme lässt sich mit Grund wieder öffnen." }
        },
        "notizen" => html! {
            p { "Notizen sind ausgeschaltet, bis die Koordination sie unter „Beratungsregeln“ für eine Maßnahme einschaltet. Lesen kann sie nur, wer für den Fall eingeteilt ist, solange die Zugangsfreigabe gilt; auch Koordination, Anstalt und Verwaltung nicht. Sie sind mit einem Schlüssel des Trägers verschlüsselt, der nicht in der Datenbank liegt, und können trotzdem vor Gericht verlesen werden: kurz halten." }
        },
        "gefahr" => html! {
            p { "Wer wegen einer Gefahr eine Stelle unterrichtet hat, hält am Fall fest: auf welcher Rechtsgrundlage, an wen, wann. Ohne Inhalt. Es steht im Verlauf und als Offenlegung im Protokoll und lässt sich nicht ändern. Geleit benachrichtigt niemanden." }
        },
        "aufgaben" => html! {
            p { "Hier steht, was auf Sie wartet: Gespräche ohne Ergebnis, offene Anwesenheitslisten, neue Anfragen, Vorgänge zur Prüfung, Fristen. Jede Zahl ist die Länge der Liste dahinter. Fristen von Vereinbarungen und Nachweisen ans Gericht werden am Fall gesetzt und stehen hier vier Wochen vorher; verlangt ein Gericht einen Nachweis und fehlt die Frist, steht auch das hier." }
        },
        "codelisten" => html! {
            p { "Themen, Gründe, Phänomenbereiche, Rechtsgrundlagen und Empfänger sind Listen mit Gültigkeit. Ein neues Wort gilt ab seinem Tag. Ein Wort, das irgendwo steht, lässt sich beenden, aber nicht löschen." }
        },
        "traeger" => html! {
            p { "Träger wechseln mit den Förderzeiträumen. Deshalb hat jeder Träger und jeder Anteil an einer Maßnahme einen ersten und oft einen letzten Tag; frühere bleiben stehen. Die Säule ist die des Modells, das damals galt. Eintragen und beenden kann die Verwaltung." }
        },
        "fachkraefte" => html! {
            p { "Die Koordination meldet die Fachkräfte des eigenen Trägers: Aufgabe, Qualifikationen mit Datum, Sprachen, Zeiten in der Woche, Tage der Abwesenheit – nie deren Grund. Der Zugang einer Einrichtung liest mit, wer dort eine Überprüfung oder Freigabe hat." }
            p { "Wer ausscheidet, behält den Namen auf alten Einträgen, kann sich aber nicht mehr anmelden und wird nicht mehr eingelassen." }
        },
        "ueberpruefungen" => html! {
            p { "Die Koordination beantragt, der Zugang der Einrichtung entscheidet; das sind immer zwei Personen. Eine Anstalt kann die Entscheidung einer anderen übernehmen: nicht länger, nicht weiter und mit mindestens denselben Auflagen." }
            p { "Gespeichert werden Ergebnis, Umfang, Gültigkeit und Auflagen, nie die Erkenntnisse. 90, 30 und 7 Tage vor dem Ende erinnert die Startseite beide Seiten. Die alte Überprüfung gilt bis zu ihrem Ende, danach die neue. Wird eine vorzeitig beendet, sind Freigaben, die sich darauf stützen, sofort gesperrt." }
        },
        "konflikte" => html! {
            p { "Vor jedem Speichern und auf der Seite „Konflikte“ für acht Wochen prüft Geleit, was Terminen entgegensteht: Raum und Fachkräfte doppelt belegt, zu viele Personen im Raum oder Externe im Haus, Trennungen – so wird nicht gespeichert. Anderes, etwa Gericht, Arbeit, Arzt, Abwesenheit, Entlassung, Sprache oder ein auslaufender Zugang, kann mit Begründung in Kauf genommen werden; sie bleibt am Termin sichtbar." }
            p { "Was endet, wenn die Sitzung beginnt, stört nicht. Abgesagte Sitzungen zählen nicht. Was Sie nicht wissen dürfen, steht nur als „anderer Termin“ da. Termine, Trennungen, Sprache und Sicherheitsstufe stehen bei der Person unter „Termine und Planung“, Zeiten des Hauses und Stufen der Räume unter „Zeiten und Räume“." }
        },
        "vertretung" => html! {
            p { "Hier stehen Sitzungen der nächsten 120 Tage, deren Fachkraft gesperrt oder abwesend ist oder deren Freigabe oder Überprüfung vorher endet, mit Vorschlägen: wer dort zugelassen und zu dieser Zeit frei ist, zuerst mit AKT-Trainerschein und kurzem Weg. Der Sozialdienst setzt mit einem Klick ein; Pfortenliste und Anwesenheitsliste folgen." }
        },
        "pruefung" => html! {
            p { "Kommt eine Person in Ihre Einrichtung, mit der ein Träger ohne hiesige Freigabe arbeitet, entsteht einmal ein Vorgang. Zugang und Sozialdienst prüfen und erledigen ihn mit Begründung; der Zugang erfährt keinen Namen." }
            p { "Nach Verlegung, Entlassung, Rückkehr in Haft oder einer Abwesenheit über sieben Tage fragt ein Vorgang, was mit Gruppenplatz, Einzelterminen und Übergabe geschieht. Die gewählte Antwort wird ausgeführt. Ohne Antwort endet nichts; nach der Frist Ihrer Einrichtung (Vorgabe 14 Tage) wird er hervorgehoben." }
            p { "Bei der Bewährungshilfe: Wer für jemanden zuständig wird, prüft, was läuft. Ist daneben noch jemand zuständig, fragt ein Vorgang, ob das zur Vertretung so bleibt; sonst endet diese Zuständigkeit mit der Antwort." }
        },
        "uebergaben" => html! {
            p { "Eine Anstalt bietet der nächsten oder der Bewährungshilfe an, Teilnahmen zu übernehmen. Bis zur Annahme sieht die andere Stelle nur, von wem und für wen; danach Tage, Zahlen und Bausteine vom Tag des Angebots, nie Inhalte. Eine Stelle kann annehmen; ablehnen geht mit Begründung. Was eine Anstalt annahm, lässt sich bis zur Verlegung zurückziehen; kommt es vier Wochen lang nicht dazu, ist es hinfällig." }
            p { "Teilnahmen gehen am Tag des Wechsels mit; die Person zählt einmal. An die Bewährungshilfe nur mit Einwilligung. Vor der Entlassung und in den ersten fünf Tagen danach wird erinnert; mit dem ersten Kontakt beginnt ein vereinbartes Stabilisierungscoaching (6 bis 12 Monate)." }
        },
        "einwilligungen" => html! {
            p { "Je Zweck eine Einwilligung, mit Blatt zum Unterschreiben. Ein Widerruf wirkt sofort: Übergaben an die Bewährungshilfe, die offen oder noch nicht vollzogen sind, werden zurückgezogen, übergebene Angaben und verknüpfte anonyme Fälle sind für andere Stellen nicht mehr zu sehen, in neuen Veröffentlichungen zählt die Person nicht mehr." }
        },
        "zusammenfuehren" => html! {
            p { "Ist eine Person zweimal erfasst, führt der Sozialdienst die Einträge zusammen: beide müssen heute in der Einrichtung sein. Haben beide in einer Sitzung eine Anwesenheit, entscheiden Sie, welche gilt. Die alte Nummer findet die Person weiter, Protokoll und Verlauf bleiben unverändert. Solange danach nichts davon geändert wurde, lässt sich alles genau zurücknehmen." }
        },
        "fruehere-termine" => html! {
            p { "Endet eine Freigabe oder wird eine Person verlegt, schließt sich die Akte sofort. Tag, Ort und Dauer der eigenen Arbeit bleiben als Tatsachen lesbar, ohne Namen." }
        },
        "freigaben" => html! {
            p { "Eine Freigabe sagt: diese Fachkraft, diese Einrichtung, diese Maßnahme, von Tag bis Tag. Der Träger beantragt sie, die Stelle „Zugang“ entscheidet; beantragen und genehmigen darf nicht dieselbe Person." }
            p { "Sie beruht auf einer Überprüfung der Fachkraft in dieser Einrichtung, die den ganzen Zeitraum abdeckt, und endet um 24 Uhr ihres letzten Tages. Ändert sich ein Antrag, während jemand ihn prüft, zeigt die Seite, was anders ist. Wer zwei Konten hat, zählt als eine Person." }
            p { "Mehrere Einrichtungen und Maßnahmen lassen sich mit einem Formular beantragen und zusammen genehmigen; was bald endet, lässt sich zusammen verlängern. „Wer darf wohin“ zeigt das nächste Halbjahr." }
            p { "Eine Sperre schließt sofort alle Freigaben und Anträge einer Fachkraft, für eine oder alle Einrichtungen. Aufheben muss sie eine zweite Person; Abgelaufenes und Widerrufenes bleibt zu." }
            p { "Zu Beginn jedes Quartals bestätigt oder beendet die Stelle „Zugang“ zu zweit alle geltenden Freigaben. Was nach 30 Tagen niemand bestätigt hat, wird gesperrt." }
        },
        "pforte" => html! {
            p { "Die Liste nennt für einen Tag Fachkraft, Träger, Zeit, Ort, Auflagen, genehmigte Gegenstände und ob die Freigabe gilt. Gefangene und Maßnahmen stehen nicht darauf. Sie entsteht von selbst aus Sitzungen, Freigaben, angekündigten Terminen und genehmigten Gästen; was sich heute geändert hat, ist mit der Uhrzeit markiert." }
            p { "Wer nicht auf der Liste steht: Namen suchen, dann nennt die Seite den Grund und wen man anruft. Ein- und Ausgang darf man abhaken; die Vermerke werden nach 48 Stunden gelöscht. Um 6 Uhr legt Geleit die Liste als PDF ab, für den Fall, dass das Netz ausfällt." }
            p { "Einzelne Termine kündigen Fachkräfte, ihre Koordination oder die Stelle Zugang an; sie brauchen eine gültige Freigabe. Ein Nachtrag setzt das Vier-Augen-Prinzip aus, nur für heute, mit Namen und Uhrzeit, und wird geprüft. Gegenstände genehmigt eine andere Person als die, die sie beantragt. Gäste eines Familientags werden bis zu einer Frist angekündigt; ihre Namen werden sieben Tage danach gelöscht." }
        },
        "statistik" => html! {
            p { "Zahlen werden je Quartal vorbereitet und von einer zweiten Person freigegeben. Ein Punkt (.) bedeutet: geheim gehalten, weil sich sonst auf einzelne Personen schließen ließe. Veröffentlichte Zahlen ändern sich nicht mehr." }
            p { "Stichtag ist immer der Tag, an dem gezählt wird; wie es an einem früheren Tag aussah, lässt sich nicht mehr zählen. Was danach nachgetragen oder geändert wird, kommt in eine Korrektur, und ein längerer Zeitraum wartet auf sie." }
            p { "Aufnahme, Beginn, Abschluss und Abbruch werden getrennt gezählt. Die Definition steht neben jeder Zahl und in der Datei." }
        },
        "protokoll" => html! {
            p { "Datenschutzbeauftragte suchen eine Person und sehen, welche Stelle wann was abgefragt, geändert oder weitergegeben hat. Die Auskunft für die betroffene Person gibt es als Datei. Namen von Beschäftigten stehen nicht darin. Auch das Nachsehen wird protokolliert." }
        },
        "auskunft" => html! {
            p { "Ein Ersuchen wird mit Aktenzeichen und Eingang erfasst; von da an läuft ein Monat. Gefunden wird die Person über eine Nummer oder den genauen Namen mit Geburtsdatum. Wer nicht gefunden wird, bekommt die Auskunft „keine Daten“; der Name wird dann nicht gespeichert." }
            p { "Die Auskunft enthält alles, was über die Person gespeichert ist, in Worten, dazu Empfänger und Stellen aus dem Protokoll. Nicht darin stehen Namen von Beschäftigten, andere Personen und der Inhalt der Notizen eines Trägers. Ein Abschnitt lässt sich mit einem gesetzlichen Grund ausnehmen; die Auskunft nennt den Grund." }
            p { "Bis zum Erteilen sind PDF und Datei Entwürfe. Das Erteilen und jede spätere Ausgabe stehen als Offenlegung im Protokoll. Ändert sich zwischen Vorschau und Erteilen etwas, muss die Vorschau noch einmal angesehen werden." }
        },
        "protokollpflege" => html! {
            p { "Nach zwölf Monaten werden Tage des Protokolls gelöscht. Eine Aufbewahrung setzt das für die Tage aus, die ein Verfahren braucht; sie gilt, bis sie mit Begründung aufgehoben wird." }
            p { "Das Wochenblatt gehört unterschrieben in eine Akte außerhalb des Rechenzentrums. Es lässt sich für jede Woche noch einmal drucken und Zeile für Zeile vergleichen." }
        },
        "grund" => html! {
            p { "Wer untergebracht, zugewiesen oder Mitglied einer eigenen Gruppe ist, öffnet sich ohne Rückfrage; die Zuständigkeit steht im Protokoll. Für alle anderen fragt Geleit nach einem von sechs Gründen und einer kurzen Erläuterung. Danach geht es dorthin weiter, wohin Sie wollten." }
            p { "Der Grund gilt 60 Minuten für diese Person und diese Anmeldung. Ab 120 verschiedenen Personen in einer Stunde wird noch einmal gefragt, nach 400 wird gesperrt; der Datenschutz sieht beides." }
        },
        "notfallzugriff" => html! {
            p { "Wenn Gefahr droht und die zuständige Stelle nicht erreichbar ist: Mit Nummer, Begründung und Code der zweiten Anmeldestufe lassen sich die Stammdaten einer Person außerhalb des eigenen Zuständigkeitsbereichs 30 Minuten lang lesen. Notizen und Inhalte von Fällen gehören nie dazu." }
            p { "Die Leitung der eigenen Stelle und der Datenschutz sehen den Zugriff sofort. Innerhalb von drei Arbeitstagen prüft eine andere Person von ihnen, ob er nötig war. Verlängern geht nicht; dieselbe Person lässt sich erst nach der Prüfung noch einmal öffnen." }
        },
        "vier-augen" => html! {
            p { "Was viel Schaden anrichten kann, geschieht erst nach Zustimmung einer zweiten Person: das Protokoll nach einem Konto auswerten, fällige Daten löschen, die Leitung einer Stelle übertragen, mehr als 50 Personen als Datei ausgeben. Der Antrag nennt Anlass und Umfang, nie eine Person aus einer Maßnahme." }
            p { "Die Genehmigung ist an genau diesen Antrag gebunden, gilt 72 Stunden und für eine Ausführung. Wer den Antrag gestellt hat, kann ihn zurückziehen, aber nicht entscheiden, auch nicht mit einem zweiten Konto." }
        },
        "abwesenheit" => html! {
            p { "Wer in der Bewährungshilfe abwesend ist, lässt sich von jemandem derselben Dienststelle vertreten, von Tag bis Tag. Für andere richtet das die Leitung ein. In diesen Tagen stehen die Personen bei der Vertretung wie die eigenen; danach nicht mehr. Beenden lässt es sich jederzeit, es gilt sofort." }
        },
        "ausgabe" => html! {
            p { "Eine Liste von Personen geht als Datei für Tabellenprogramme hinaus, so gefiltert, wie sie gezeigt wird. Der Zweck steht im Protokoll." }
            p { "Mehr als 50 Personen am Tag brauchen die Zustimmung des Datenschutzes zu genau dieser Liste. Ist sie da, steht die Ausgabe unter „Aufgaben“, 72 Stunden lang und für eine Datei. Kommt jemand dazu oder fällt weg, ist sie neu zu beantragen." }
        },
        "einschraenkung" => html! {
            p { "Ein eingeschränkter Datensatz steht in keiner Liste, Suche, Zählung und in keinem Kalender mehr, für niemanden. Wo ein Platz belegt bleibt, steht „Gesperrte Person“. Im Einzelfall sehen ihn der Datenschutz und die Leitung einer Stelle ein, in der die Person war, jedes Mal mit Begründung. Aufheben kann die Einschränkung nur der Datenschutz." }
            p { "Geleit schränkt nachts selbst ein, wenn die erste Stufe der Löschfrist vorbei ist, und hebt es auf, wenn die Person wieder untergebracht ist, teilnimmt oder die Aufsicht verlängert wurde. Wird die Löschung verlangt oder war die Verarbeitung unrechtmäßig, steht der Datensatz sofort unter „Heute zu löschen“." }
            p { "Eine Löschsperre hält die Löschung auf, solange ein Verfahren läuft, mit einem Tag, an dem sie zu prüfen ist." }
        },
        "loeschen" => html! {
            p { "Unter „Löschfristen“ steht, wie lange was bleibt, ab wann die Frist läuft und worauf sie sich stützt. Ändern lässt sich eine Frist nur mit Begründung; sie wirkt ab der nächsten Nacht." }
            p { "„Heute zu löschen“ zeigt, wessen Frist vorbei ist. Eine Person schlägt die Liste vor, eine zweite genehmigt unter „Vier Augen“ genau diese Liste, dann löscht die erste. Gelöscht werden alle Angaben in allen Tabellen, mit Verlauf, Suchwörtern, Notizen und Entwürfen. Es bleibt ein Nachweis mit Zahlen, ohne Personen; veröffentlichte Zahlen bleiben. Das Löschbuch außerhalb der Datenbank sorgt dafür, dass eine zurückgeholte Sicherung niemanden wiederbringt." }
            p { "Kurze Fristen (Gäste, Vermerke der Pforte, Entwürfe, Anmeldungen, Notizen beendeter Fälle, erledigte Anfragen) laufen von selbst ab." }
        },
        "konten" => html! {
            p { "Die Verwaltung legt Konten an und gibt den Einrichtungscode persönlich weiter. Ein Konto hat eine Rolle; wer zwei Aufgaben hat, hat zwei Konten. Bei gleichem Namen fragt das Formular, ob es dieselbe Person ist: Vier Augen zählen Personen. Sperren beendet alle Anmeldungen sofort." }
            p { "Die Leitung einer Stelle prüft deren Notfallzugriffe nach und kann eingeschränkte Datensätze im Einzelfall einsehen. Übertragen wird sie mit Zustimmung einer zweiten Person aus Verwaltung oder Datenschutz; entziehen lässt sie sich sofort." }
            p { "Eigene Anmeldungen und Wiederherstellungscodes stehen unter " a href="/konto" { "Mein Konto" } "." }
        },
        _ => html! {},
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_has_a_page_with_a_text() {
        let all = help(&Frame::default(), "").into_string();
        for (name, heading) in TOPICS {
            assert!(all.contains(&format!("/hilfe?thema={name}\"")), "{name}");
            let page = help(&Frame::default(), name).into_string();
            assert!(page.contains(heading), "{name}");
            assert!(topic(name).into_string().len() > 100, "{name} says nothing");
            assert!(page.len() < 12 * 1024, "{name}: {} bytes", page.len());
        }
        assert_eq!(help(&Frame::default(), "gibt es nicht").into_string(), all);
    }
}
