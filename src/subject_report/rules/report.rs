//! The report: sections of what is stored, in words, with what is withheld and why. Pure.

use serde_json::{Map, Value as Json, json};
use time::{Date, Month};

use super::inquiry::{Ground, Restrictions};
use super::{Kind, Link, NAMES_OF_STAFF, TABLES, Told, class, columns, kind, marks, words};
use crate::base::crypto::{hex, sha256};
use crate::base::german;
use crate::base::time::{Instant, berlin_local};
use crate::schema::{Retention, kept};

/// Name of the list of recipients among the restrictions.
pub const RECIPIENTS: &str = "empfaenger";
/// Name of the list of offices among the restrictions.
pub const OFFICES: &str = "stellen";
/// What the history says of a disclosure of danger.
const DANGER_STEP: &str = "Gefahr offengelegt";

/// A row as the store reads it: the values of the told columns of a table, as text.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Which of [`TABLES`].
    pub table: usize,
    /// Of a row of the history, the table it is about.
    pub about: Option<String>,
    /// The values, in the order of the told columns.
    pub values: Vec<Option<String>>,
}

/// One value of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// The column.
    pub column: &'static str,
    /// Its heading.
    pub heading: &'static str,
    /// As it is stored.
    pub stored: String,
    /// In words.
    pub said: String,
}

/// What one table holds.
#[derive(Debug, Clone)]
pub struct Section {
    /// The table.
    pub name: &'static str,
    /// The heading.
    pub title: &'static str,
    /// Why it is withheld, if it is.
    pub withheld: Option<Ground>,
    /// The rows, the oldest first; only values that there are.
    pub entries: Vec<Vec<Value>>,
}

/// A disclosure that the protocol knows.
#[derive(Debug, Clone)]
pub struct Recipient {
    /// When.
    pub at: Instant,
    /// To whom.
    pub to: String,
    /// The facility or organisation that disclosed.
    pub by: String,
    /// What was done.
    pub what: String,
    /// Whether it is the disclosure of a danger.
    pub danger: bool,
}

/// An office whose members read or changed data.
#[derive(Debug, Clone)]
pub struct Office {
    /// Facility or organisation and the kind of office.
    pub name: String,
    /// How often.
    pub number: u64,
    /// First and last time.
    pub span: (Instant, Instant),
}

/// The request that the report answers.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Its file reference.
    pub reference: String,
    /// When it came in.
    pub received_on: Date,
    /// What is withheld.
    pub restricted: Restrictions,
    /// Whether it was not yet answered: the report is a draft.
    pub draft: bool,
}

/// All that a data subject is told.
#[derive(Debug, Clone)]
pub struct Report {
    /// The request.
    pub asked: Asked,
    /// When the report was made.
    pub made: Instant,
    /// Sections with at least one row.
    pub sections: Vec<Section>,
    /// The disclosures.
    pub recipients: Vec<Recipient>,
    /// The offices.
    pub offices: Vec<Office>,
}

/// A day as the database writes it.
pub fn day(text: &str) -> Option<Date> {
    let mut parts = text.splitn(3, '-');
    let year = parts.next()?.parse().ok()?;
    let month = Month::try_from(parts.next()?.parse::<u8>().ok()?).ok()?;
    let day = parts.next()?.get(..2)?.parse().ok()?;
    Date::from_calendar_date(year, month, day).ok()
}

fn session(stored: &str) -> Option<String> {
    let mut parts = stored.rsplitn(3, '|');
    let (on, ordinal, group) = (parts.next()?, parts.next()?, parts.next()?);
    Some(format!(
        "{group}, Sitzung {ordinal} am {}",
        german::date(day(on)?)
    ))
}

fn say(table: &str, column: &str, kind: Kind, stored: &str) -> String {
    let said = match kind {
        Kind::Text => words::of(table, column).map(|words| words.say(stored)),
        Kind::Count | Kind::Name(_) => None,
        Kind::Day => day(stored).map(german::date),
        Kind::Instant => stored
            .parse()
            .ok()
            .map(|millis| german::date_time(berlin_local(Instant::from_millis(millis)))),
        Kind::Flag => Some(if stored == "1" { "ja" } else { "nein" }.to_owned()),
        Kind::Session => session(stored),
    };
    said.unwrap_or_else(|| stored.to_owned())
}

/// Why a section is withheld: for itself, or with the section it hangs on. What may hang on a case (a talk, a consent)
/// names its organisation and is withheld with the cases, also where it stands beside a person only.
pub fn withheld(restricted: &Restrictions, table: &Told) -> Option<Ground> {
    let above = table.links.iter().find_map(|link| match link {
        Link::Case(..) | Link::Talk(_) => Some("client_case"),
        Link::Place(_) => Some("membership"),
        Link::Person(_) => None,
    });
    restricted
        .of(table.name)
        .or_else(|| above.and_then(|above| restricted.of(above)))
}

/// Sections of the rows that were read. The rows of a withheld section are in it all the same: the officer sees what is
/// withheld, the files leave it out.
pub fn sections(rows: &[Stored], restricted: &Restrictions) -> Vec<Section> {
    let mut found = Vec::new();
    for (index, table) in TABLES.iter().enumerate() {
        let Some(class) = class(table.name) else {
            continue;
        };
        let told: Vec<_> = columns(&class).collect();
        let sorted_by = told.iter().position(|(column, _)| {
            matches!(kind(table.name, column), Some(Kind::Day | Kind::Instant))
        });
        let mut mine: Vec<&Stored> = rows
            .iter()
            .filter(|row| row.table == index && !of_withheld(row, &told, restricted))
            .collect();
        if let Some(place) = sorted_by {
            mine.sort_by(|a, b| a.values.get(place).cmp(&b.values.get(place)));
        }
        if mine.is_empty() {
            continue;
        }
        let entries = mine
            .into_iter()
            .map(|row| entry(table.name, row, &told))
            .collect();
        found.push(Section {
            name: table.name,
            title: table.title,
            withheld: withheld(restricted, table),
            entries,
        });
    }
    found
}

type Columns = [(&'static crate::schema::ColumnClass, &'static str)];

fn value<'a>(row: &'a Stored, told: &Columns, name: &str) -> Option<&'a str> {
    let place = told.iter().position(|(column, _)| column.name == name)?;
    row.values.get(place)?.as_deref()
}

/// A step of the history about something that is withheld: it would tell of it.
fn of_withheld(row: &Stored, told: &Columns, restricted: &Restrictions) -> bool {
    let Some(about) = &row.about else {
        return false;
    };
    let kept_back =
        |name: &str| super::table(name).is_some_and(|table| withheld(restricted, table).is_some());
    kept_back(about)
        || kept_back("danger_disclosure") && value(row, told, "what") == Some(DANGER_STEP)
}

fn entry(table: &str, row: &Stored, told: &Columns) -> Vec<Value> {
    let nameless = table == "history"
        && value(row, told, "what").is_some_and(|what| NAMES_OF_STAFF.contains(&what));
    told.iter()
        .zip(&row.values)
        .filter_map(|((column, heading), stored)| {
            let stored = stored.as_ref().filter(|text| !text.is_empty())?;
            if nameless && matches!(column.name, "old_value" | "new_value") {
                return None;
            }
            let kind = kind(table, column)?;
            Some(Value {
                column: column.name,
                heading,
                stored: stored.clone(),
                said: say(table, column.name, kind, stored),
            })
        })
        .collect()
}

impl Report {
    /// The disclosures that are told.
    pub fn told_recipients(&self) -> Vec<&Recipient> {
        let danger = super::table("danger_disclosure")
            .is_some_and(|table| withheld(&self.asked.restricted, table).is_some());
        self.recipients
            .iter()
            .filter(|one| !(danger && one.danger))
            .collect()
    }

    /// What is withheld from everybody, or for what there is here.
    pub fn marks(&self) -> Vec<(&'static str, &'static str)> {
        let names: Vec<&str> = self.sections.iter().map(|section| section.name).collect();
        marks(&names)
    }

    /// The report for machines: column names, stored values, and the words of the paper.
    pub fn json(&self) -> Json {
        let restricted = &self.asked.restricted;
        json!({
            "auskunft": {
                "aktenzeichen": self.asked.reference,
                "eingegangen_am": self.asked.received_on.to_string(),
                "erstellt_am": self.made.to_rfc3339(),
                "entwurf": self.asked.draft,
                "daten_vorhanden": !self.sections.is_empty(),
            },
            "abschnitte": self.sections.iter().map(section_json).collect::<Vec<_>>(),
            "empfaenger": listed(restricted.of(RECIPIENTS), || {
                self.told_recipients().iter().map(|one| json!({
                    "zeitpunkt": one.at.to_rfc3339(),
                    "empfaenger": one.to,
                    "weitergegeben_von": one.by,
                    "vorgang": one.what,
                })).collect()
            }),
            "stellen": listed(restricted.of(OFFICES), || {
                self.offices.iter().map(|one| json!({
                    "stelle": one.name,
                    "vorgaenge": one.number,
                    "erster": one.span.0.to_rfc3339(),
                    "letzter": one.span.1.to_rfc3339(),
                })).collect()
            }),
            "nicht_enthalten": self.marks().iter().map(|(what, ground)| json!({ "was": what, "grund": ground })).collect::<Vec<_>>(),
            "hinweise": information().iter().map(|(heading, text)| json!({ "thema": heading, "text": text })).collect::<Vec<_>>(),
        })
    }

    /// A fingerprint of what is stored and what of it is withheld: an answer belongs to the preview that was looked at.
    /// Requests themselves and the protocol change by answering and are not in it.
    pub fn fingerprint(&self) -> String {
        let sections: Vec<Json> = self
            .sections
            .iter()
            .filter(|section| section.name != "inquiry")
            .map(section_json)
            .collect();
        hex(&sha256(Json::Array(sections).to_string().as_bytes()))
    }
}

fn listed(withheld: Option<Ground>, rows: impl FnOnce() -> Vec<Json>) -> Json {
    match withheld {
        Some(ground) => json!({ "nicht_mitgeteilt": ground.label() }),
        None => json!({ "eintraege": rows() }),
    }
}

fn section_json(section: &Section) -> Json {
    let entries = || {
        section
            .entries
            .iter()
            .map(|entry| {
                let values: Map<String, Json> = entry
                    .iter()
                    .map(|value| {
                        let told = json!({
                            "bezeichnung": value.heading,
                            "wert": value.stored,
                            "text": value.said,
                        });
                        (value.column.to_owned(), told)
                    })
                    .collect();
                Json::Object(values)
            })
            .collect()
    };
    json!({
        "name": section.name,
        "titel": section.title,
        "inhalt": listed(section.withheld, entries),
    })
}

/// What a data subject is told besides the data (Art. 14 Directive (EU) 2016/680, Art. 15 (1) GDPR): heading and text.
pub fn information() -> Vec<(&'static str, String)> {
    let person = kept(Retention::Person);
    let audit = kept(Retention::Audit);
    vec![
        (
            "Zwecke und Rechtsgrundlage",
            "Planung, Durchführung und Nachweis von Maßnahmen der Prävention und der Distanzierung im Vollzug und in der Bewährungshilfe; Auswertung in zusammengefassten Zahlen. Rechtsgrundlagen: Sächsisches Justizvollzugsdatenschutzgesetz, Sächsisches Datenschutz-Umsetzungsgesetz; für die Träger die Datenschutz-Grundverordnung.".to_owned(),
        ),
        (
            "Herkunft",
            "Angaben der betroffenen Person, der Anstalten, der Bewährungshilfe und der Träger. Eingelesene Listen stammen aus den Fachverfahren der Anstalt oder der Dienststelle.".to_owned(),
        ),
        (
            "Dauer der Speicherung",
            format!("Angaben zur Person: {}. Protokoll: {}.", person.how_long, audit.how_long),
        ),
        (
            "Rechte",
            "Es besteht ein Recht auf Berichtigung, Löschung oder Einschränkung der Verarbeitung. Anträge nimmt die Stelle entgegen, die diese Auskunft erteilt.".to_owned(),
        ),
        (
            "Beschwerde",
            "Beschwerden nimmt die Sächsische Datenschutz- und Transparenzbeauftragte in Dresden entgegen. Sie prüft auch, ob Angaben zu Recht nicht mitgeteilt wurden.".to_owned(),
        ),
        (
            "Automatisierte Entscheidungen",
            "Entscheidungen trifft immer ein Mensch; Profile werden nicht gebildet.".to_owned(),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(name: &str, values: &[(&str, &str)]) -> Stored {
        let table = TABLES.iter().position(|table| table.name == name).unwrap();
        let class = class(name).unwrap();
        Stored {
            table,
            about: None,
            values: columns(&class)
                .map(|(column, _)| {
                    values
                        .iter()
                        .find(|(known, _)| *known == column.name)
                        .map(|(_, value)| (*value).to_owned())
                })
                .collect(),
        }
    }

    fn step(about: &str, what: &str, new: &str) -> Stored {
        Stored {
            about: Some(about.to_owned()),
            ..stored(
                "history",
                &[("at", "1795420800000"), ("what", what), ("new_value", new)],
            )
        }
    }

    #[test]
    fn values_are_told_in_words() {
        let rows = [
            stored(
                "placement",
                &[
                    ("kind", "custody"),
                    ("setting", "remand"),
                    ("from_day", "2026-03-01"),
                    ("facility_id", "JVA Dresden"),
                ],
            ),
            stored(
                "attendance",
                &[
                    ("session_id", "Gruppe|A|3|2026-11-24"),
                    ("status", "excused"),
                    ("reason", "court"),
                ],
            ),
        ];
        let sections = sections(&rows, &Restrictions::default());
        let said: Vec<(&str, &str)> = sections
            .iter()
            .flat_map(|section| section.entries.iter().flatten())
            .map(|value| (value.heading, value.said.as_str()))
            .collect();
        assert!(said.contains(&("Vollzugsart", "Untersuchungshaft")));
        assert!(said.contains(&("Unterbringung oder Zuständigkeit", "Unterbringung")));
        assert!(said.contains(&("Seit", "01.03.2026")));
        assert!(said.contains(&("Sitzung", "Gruppe|A, Sitzung 3 am 24.11.2026")));
        assert!(said.contains(&("Anwesenheit", "entschuldigt")));
        assert!(said.contains(&("Grund", "Gericht")));
    }

    #[test]
    fn entries_stand_in_the_order_of_their_days() {
        let rows: Vec<Stored> = ["2026-05-01", "2024-01-31", "2025-12-31"]
            .iter()
            .map(|from| stored("placement", &[("kind", "custody"), ("from_day", from)]))
            .collect();
        let sections = sections(&rows, &Restrictions::default());
        let days: Vec<&str> = sections[0]
            .entries
            .iter()
            .flatten()
            .filter(|value| value.column == "from_day")
            .map(|value| value.stored.as_str())
            .collect();
        assert_eq!(days, ["2024-01-31", "2025-12-31", "2026-05-01"]);
    }

    #[test]
    fn the_history_names_no_staff_and_nothing_that_is_withheld() {
        let rows = [
            step("client_case", "Zuständig", "Tamara Muster"),
            step("client_case", DANGER_STEP, "Polizei"),
            step("placement", "Verlegt", "JVA Leipzig, ab 01.01.2026"),
        ];
        let open = sections(&rows, &Restrictions::default());
        assert_eq!(open[0].entries.len(), 3);
        assert!(!format!("{open:?}").contains("Tamara"));
        let mut restricted = Restrictions::default();
        restricted.set("danger_disclosure", Some(Ground::Proceedings));
        let some = sections(&rows, &restricted);
        assert_eq!(some[0].entries.len(), 2);
        assert!(!format!("{some:?}").contains("Polizei"));
        restricted.set("client_case", Some(Ground::Others));
        let few = sections(&rows, &restricted);
        assert_eq!(few[0].entries.len(), 1);
    }

    #[test]
    fn what_hangs_on_a_withheld_section_is_withheld_with_it() {
        let mut restricted = Restrictions::default();
        restricted.set("client_case", Some(Ground::Enforcement));
        for name in [
            "consent",
            "case_step",
            "talk_plan",
            "counselling_topic",
            "case_note",
            "client_case",
        ] {
            let table = super::super::table(name).unwrap();
            assert_eq!(
                withheld(&restricted, table),
                Some(Ground::Enforcement),
                "{name}"
            );
        }
        assert_eq!(
            withheld(&restricted, super::super::table("person").unwrap()),
            None
        );
    }

    fn report(rows: &[Stored], restricted: Restrictions) -> Report {
        Report {
            sections: sections(rows, &restricted),
            asked: Asked {
                reference: "DS 1/26".into(),
                received_on: Date::from_calendar_date(2026, Month::November, 2).unwrap(),
                restricted,
                draft: false,
            },
            made: Instant::from_millis(1_795_420_800_000),
            recipients: Vec::new(),
            offices: Vec::new(),
        }
    }

    #[test]
    fn a_withheld_section_is_in_no_file_but_its_ground_is() {
        let rows = [stored("application", &[("remark", "geheimer Hinweis")])];
        let open = report(&rows, Restrictions::default());
        assert!(open.json().to_string().contains("geheimer Hinweis"));
        let mut restricted = Restrictions::default();
        restricted.set("application", Some(Ground::PublicSecurity));
        let closed = report(&rows, restricted);
        let text = closed.json().to_string();
        assert!(!text.contains("geheimer Hinweis"));
        assert!(text.contains("öffentlichen Sicherheit"));
        assert_ne!(open.fingerprint(), closed.fingerprint());
    }
}
