//! What comes in, what goes out, and through which page, from the route table.

use super::{head, table};
use crate::audit::Verb;
use crate::server::routes;

fn pages(verb: Verb) -> String {
    let mut rows: Vec<Vec<String>> = routes()
        .iter()
        .filter_map(|route| {
            let info = route.permission.filter(|info| info.verb == verb)?;
            let roles: Vec<&str> = info.roles.iter().map(|role| role.label()).collect();
            let pattern = format!("{} {}", route.method, route.path);
            let name = crate::privacy::operation(&pattern);
            Some(vec![
                if name == pattern {
                    info.label.to_owned()
                } else {
                    name.to_owned()
                },
                format!("`{pattern}`"),
                roles.join(", "),
            ])
        })
        .collect();
    rows.sort();
    table(&["Vorgang", "Seite", "Rollen"], rows)
}

/// The data flow as Markdown.
pub(super) fn document() -> String {
    let mut text = head("Datenfluss");
    let all = routes();
    let guarded = all
        .iter()
        .filter(|route| route.permission.is_some())
        .count();
    text.push_str(&format!(
        "Geleit hat {} Seiten und Aktionen; {} davon verlangen ein Recht, jede davon hinterlässt vor der Antwort einen Eintrag im \
         Protokoll. Der Server öffnet keine Verbindung außer zu seiner Datenbank; Daten verlassen ihn nur als Antwort an einen \
         angemeldeten Browser, als Datei im Datenverzeichnis oder über den Befehl `geleit export`.\n\n",
        all.len(),
        guarded
    ));
    for verb in Verb::ALL {
        let table = pages(*verb);
        if table.lines().count() <= 3 {
            continue;
        }
        text.push_str(&format!("## {}\n\n", verb.label()));
        text.push_str(match verb {
            Verb::Collect => "Hier kommen Angaben in das System.\n\n",
            Verb::Disclose => "Hier verlassen Angaben das System: Ausdruck, Datei, Weitergabe an eine andere Stelle. Der Eintrag nennt den Empfänger.\n\n",
            Verb::Query => "Hier werden Angaben gelesen. Angemeldete sehen nur, was in ihrem Zuständigkeitsbereich liegt.\n\n",
            _ => "",
        });
        text.push_str(&table);
    }
    text.push_str("## Dateien neben der Datenbank\n\n");
    text.push_str(&super::table(
        &["Datei", "Inhalt", "Weg"],
        [
            [
                "`geleit.sqlite` oder PostgreSQL",
                "alle Angaben",
                "Sicherung verschlüsselt, siehe Betriebshandbuch",
            ],
            [
                "`pruefpunkte.jsonl`",
                "Kettenwerte des Protokolls, keine Angaben zu Personen",
                "laufend auf einen zweiten Rechner kopieren",
            ],
            [
                "`pforte/JJJJ-MM-TT/`",
                "Pfortenliste des Tages: externe Fachkräfte",
                "Ausdruck an der Pforte, nach sieben Tagen gelöscht",
            ],
        ]
        .map(|row| row.map(str::to_owned).to_vec()),
    ));
    text
}
