//! What of the database a data subject is told: a decision for every table ([`TABLES`], [`NOT_TOLD`]), for every reason
//! for which a column is withheld ([`marks`]), and the words of every column ([`words`]). The columns themselves are told
//! or withheld by their class in [`crate::schema`]; a test fails when a table or a reason has no decision here. Pure.

pub mod inquiry;
pub mod report;
pub mod words;

use crate::schema::{self, ColumnClass, Report, TableClass};

/// How the rows of a table belong to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// The column holds the person.
    Person(&'static str),
    /// The column holds a row of a case of the person; the condition keeps rows that are told already from coming twice.
    Case(&'static str, &'static str),
    /// The column holds a place in a group of the person.
    Place(&'static str),
    /// The column holds a talk of the person.
    Talk(&'static str),
}

/// A table that is told.
#[derive(Debug, Clone, Copy)]
pub struct Told {
    /// Its name.
    pub name: &'static str,
    /// The heading of its section.
    pub title: &'static str,
    /// How its rows are found.
    pub links: &'static [Link],
    /// A further condition on its rows `t`; empty for all.
    pub only: &'static str,
}

const fn told(name: &'static str, title: &'static str, links: &'static [Link]) -> Told {
    Told {
        name,
        title,
        links,
        only: "",
    }
}

const PERSON: &[Link] = &[Link::Person("person_id")];
const CASE: &[Link] = &[Link::Case("case_id", "")];
const EITHER: &[Link] = &[
    Link::Person("person_id"),
    Link::Case("case_id", "t.person_id is null"),
];

/// The tables that are told, in the order of the report.
pub const TABLES: &[Told] = &[
    told("person", "Angaben zur Person", &[Link::Person("id")]),
    told("person_alias", "Nummern", PERSON),
    told("placement", "Unterbringung und Zuständigkeit", PERSON),
    told("absence", "Abwesenheiten", PERSON),
    told("assignment", "Zuständige Bewährungshilfe", PERSON),
    told("person_need", "Angaben zur Planung", PERSON),
    told("person_busy", "Termine außerhalb der Maßnahmen", PERSON),
    told("application", "Anträge auf Teilnahme", PERSON),
    told("enrolment", "Teilnahmen an Maßnahmen", PERSON),
    told("membership", "Plätze in Gruppen", PERSON),
    told(
        "membership_pause",
        "Aussetzungen der Teilnahme",
        &[Link::Place("membership_id")],
    ),
    told("attendance", "Anwesenheit in Sitzungen", PERSON),
    told("catch_up_person", "Nachholtermine", PERSON),
    told("completion", "Abschlüsse", PERSON),
    told("certificate", "Bescheinigungen", PERSON),
    told("client_case", "Anfragen und Fälle", PERSON),
    told("case_step", "Schritte der Fälle", CASE),
    told("case_deadline", "Fristen der Fälle", CASE),
    told("talk_plan", "Vereinbarte Gespräche", CASE),
    told("counselling_session", "Geführte Gespräche", EITHER),
    told(
        "counselling_topic",
        "Themen der Gespräche",
        &[Link::Talk("session_id")],
    ),
    told("case_note", "Notizen des Beratungsteams", CASE),
    told("danger_disclosure", "Offenlegung einer Gefahr", CASE),
    told("review_item", "Vorgänge zur Prüfung", PERSON),
    told("hand_over", "Übergaben", PERSON),
    told("consent", "Einwilligungen", EITHER),
    told(
        "person_merge",
        "Zusammengeführte Einträge",
        &[Link::Person("into_person_id")],
    ),
    told(
        "person_restriction",
        "Einschränkung der Verarbeitung",
        PERSON,
    ),
    told("erasure_hold", "Löschsperren", PERSON),
    told(
        "erasure_item",
        "Vorgeschlagene Löschung",
        &[Link::Person("subject_id")],
    ),
    told("stated_purpose", "Gründe von Zugriffen", PERSON),
    told("emergency_access", "Notfallzugriffe", PERSON),
    told("inquiry", "Auskunftsersuchen", PERSON),
    Told {
        name: "history",
        title: "Verlauf der Änderungen",
        links: PERSON,
        // Whether somebody must be kept apart from others is never told: it would tell of the others.
        only: "t.object_kind <> 'person_separation'",
    },
];

/// Steps of the history whose values name members of staff: what happened is told, who it was is not.
pub const NAMES_OF_STAFF: &[&str] = &[
    "Zuständig",
    "Zuständigkeit übergeben",
    "Zuständigkeit übernommen",
];

/// The table of a section.
pub fn table(name: &str) -> Option<&'static Told> {
    TABLES.iter().find(|table| table.name == name)
}

/// Why a table is not told as a section of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotTold {
    /// Reference data: named where a section refers to it.
    Named,
    /// About members of staff, accounts, or nobody.
    NoData,
    /// The protocol: told as recipients and as the offices that read.
    Protocol,
    /// Derived from what is told, or what was before it.
    Derived,
    /// About other people.
    Others,
    /// Hours or days, and not to be found by a person.
    Short,
}

/// The tables that are not told, and why.
pub const NOT_TOLD: &[(&str, NotTold)] = &[
    ("facility", NotTold::Named),
    ("provider", NotTold::Named),
    ("programme", NotTold::Named),
    ("training_group", NotTold::Named),
    ("group_session", NotTold::Named),
    ("code_entry", NotTold::Named),
    ("programme_pillar", NotTold::Named),
    ("template", NotTold::Named),
    ("room", NotTold::NoData),
    ("closure", NotTold::NoData),
    ("programme_provider", NotTold::NoData),
    ("template_session", NotTold::NoData),
    ("staff", NotTold::NoData),
    ("account", NotTold::NoData),
    ("recovery_code", NotTold::NoData),
    ("stand_in", NotTold::NoData),
    ("sign_in_throttle", NotTold::NoData),
    ("web_session", NotTold::NoData),
    ("calendar_feed", NotTold::NoData),
    ("form_token", NotTold::NoData),
    ("import_mapping", NotTold::NoData),
    ("group_slot", NotTold::NoData),
    ("series_undo", NotTold::NoData),
    ("conflict_acceptance", NotTold::NoData),
    ("group_trainer", NotTold::NoData),
    ("catch_up", NotTold::NoData),
    ("counselling_rule", NotTold::NoData),
    ("provider_key", NotTold::NoData),
    ("statistics_release", NotTold::NoData),
    ("statistics_file", NotTold::NoData),
    ("statistics_counter", NotTold::NoData),
    ("audit_segment", NotTold::NoData),
    ("audit_hold", NotTold::NoData),
    ("approval", NotTold::NoData),
    ("retention_period", NotTold::NoData),
    ("erasure", NotTold::NoData),
    ("erasure_count", NotTold::NoData),
    ("half_year_plan", NotTold::NoData),
    ("half_year_group", NotTold::NoData),
    ("installation", NotTold::NoData),
    ("staff_qualification", NotTold::NoData),
    ("staff_language", NotTold::NoData),
    ("staff_availability", NotTold::NoData),
    ("staff_absence", NotTold::NoData),
    ("clearance", NotTold::NoData),
    ("access_stop", NotTold::NoData),
    ("access_grant", NotTold::NoData),
    ("recertification", NotTold::NoData),
    ("recertification_item", NotTold::NoData),
    ("gate_visit", NotTold::NoData),
    ("gate_change", NotTold::NoData),
    ("gate_tick", NotTold::NoData),
    ("approved_object", NotTold::NoData),
    ("family_day", NotTold::NoData),
    ("session_trainer", NotTold::NoData),
    ("review_setting", NotTold::NoData),
    ("audit_entry", NotTold::Protocol),
    ("audit_subject", NotTold::Protocol),
    ("sampled_read", NotTold::Protocol),
    ("planned_member", NotTold::Derived),
    ("talk_offer", NotTold::Derived),
    ("person_key", NotTold::Derived),
    ("hand_over_part", NotTold::Derived),
    ("person_merge_row", NotTold::Derived),
    ("person_separation", NotTold::Others),
    ("family_guest", NotTold::Others),
    ("person_import", NotTold::Short),
    ("form_draft", NotTold::Short),
];

/// The class of a table.
pub fn class(name: &str) -> Option<TableClass> {
    schema::tables()
        .into_iter()
        .find(|table| table.name == name)
}

/// The columns of a table that are told, with their headings.
pub fn columns(class: &TableClass) -> impl Iterator<Item = (&'static ColumnClass, &'static str)> {
    class
        .columns
        .iter()
        .filter_map(|column| match column.report {
            Report::Told(heading) => Some((column, heading)),
            Report::Withheld(_) => None,
        })
}

/// What the report says of columns that are withheld for a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Nothing: the column says nothing about the person, or the same is told otherwise.
    Nothing,
    /// The same sentence in every report, whether or not there is such data: the sentence itself must tell nothing.
    Always(&'static str, &'static str),
    /// A sentence where there are such rows.
    WithRows(&'static str, &'static str),
}

/// Sentence and ground for names of staff.
const STAFF: Mark = Mark::Always(
    "Namen und Kennungen von Bediensteten und externen Fachkräften. Genannt wird die Stelle.",
    "Schutz der Rechte anderer (Art. 15 Abs. 1 Buchst. e Richtlinie (EU) 2016/680, Art. 15 Abs. 4 DSGVO)",
);
const OTHERS: Mark = Mark::Always(
    "Angaben über andere Personen: andere Teilnehmende, Angehörige, Gäste, Personen, mit denen jemand nicht zusammenkommen darf, Beratung von Personen aus dem Umfeld. Dieser Satz steht in jeder Auskunft; er sagt nicht, ob es solche Angaben gibt.",
    "Schutz der Rechte anderer (Art. 15 Abs. 1 Buchst. e Richtlinie (EU) 2016/680, Art. 15 Abs. 4 DSGVO)",
);
const SHORT: Mark = Mark::Always(
    "Hochgeladene Listen (nach einem Tag gelöscht) und verschlüsselte Entwürfe von Formularen (nach zwei Wochen gelöscht). Sie lassen sich keiner Person zuordnen.",
    "keine Zuordnung möglich (Art. 11 DSGVO)",
);
const NOTES: Mark = Mark::WithRows(
    "Der Inhalt der Notizen des Beratungsteams. Die Notizen sind mit dem Schlüssel des Trägers verschlossen; die Justiz kann sie nicht lesen. Auskunft über ihren Inhalt erteilt der Träger, der die Notiz führt.",
    "Verantwortlich ist der Träger; er ist zur Verschwiegenheit gegenüber der Justiz verpflichtet (Art. 15 DSGVO, § 203 StGB)",
);

/// The decision for each reason for which a column is withheld.
const REASONS: &[(&str, Mark)] = &[
    ("interne Kennung", Mark::Nothing),
    ("technische Angabe", Mark::Nothing),
    ("abgeleitet vom Namen", Mark::Nothing),
    ("abgeleitet von der Nummer", Mark::Nothing),
    ("keine Angabe zur Person", Mark::Nothing),
    ("Schlüsselwort", Mark::Nothing),
    ("Geheimnis", Mark::Nothing),
    ("Freitext ohne Bezug zur Person", Mark::Nothing),
    ("Angabe zu einem Verfahren", Mark::Nothing),
    ("steht als Tag in der Auskunft", Mark::Nothing),
    ("steht beim jeweiligen Abschnitt", Mark::Nothing),
    (
        "Stand vor einer Zusammenführung; die geltenden Angaben stehen in der Auskunft",
        Mark::Nothing,
    ),
    (
        "Stand nach einer Zusammenführung; die geltenden Angaben stehen in der Auskunft",
        Mark::Nothing,
    ),
    // Whom a draft could seat is worked out from the applications, which are told.
    (
        "Rechenvorschlag ohne Entscheidung, endet mit dem Plan",
        Mark::Nothing,
    ),
    // What came of it is a planned talk, which is told.
    (
        "Rechenvorschlag, endet spätestens 30 Tage nach seinem Tag",
        Mark::Nothing,
    ),
    (
        "Vorschlag ohne Entscheidung, endet mit der Aufnahme",
        Mark::Nothing,
    ),
    ("kann Dritte nennen; der Grund wird mitgeteilt", OTHERS),
    (
        "kann Dritte nennen; der Notfallzugriff wird mitgeteilt",
        OTHERS,
    ),
    ("Angabe zu Beschäftigten", STAFF),
    ("Schutz der anderen Person", OTHERS),
    ("dritte Person", OTHERS),
    ("nach einem Tag gelöscht", SHORT),
    ("nach zwei Wochen gelöscht", SHORT),
    (
        "Arbeitsnotiz des Beratungsteams, nur mit dessen Schlüssel lesbar",
        NOTES,
    ),
];

fn mark(reason: &str) -> Option<Mark> {
    REASONS
        .iter()
        .find(|(known, _)| *known == reason)
        .map(|(_, mark)| *mark)
}

/// What is withheld in a report, with the ground; `rows` are the sections that have any.
pub fn marks(rows: &[&str]) -> Vec<(&'static str, &'static str)> {
    let mut found = Vec::new();
    for table in schema::tables() {
        for column in table.columns {
            let Report::Withheld(reason) = column.report else {
                continue;
            };
            let said = match mark(reason) {
                Some(Mark::Always(what, ground)) => Some((what, ground)),
                Some(Mark::WithRows(what, ground)) if rows.contains(&table.name) => {
                    Some((what, ground))
                }
                _ => None,
            };
            if let Some(said) = said
                && !found.contains(&said)
            {
                found.push(said);
            }
        }
    }
    found.sort_unstable();
    found
}

/// How a stored value is brought into words, by the type of its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text or a number, said by [`words`].
    Text,
    /// A number that counts something.
    Count,
    /// A day.
    Day,
    /// An instant.
    Instant,
    /// Yes or no.
    Flag,
    /// The name of a facility, an organisation, a programme or a group.
    Name(&'static str),
    /// A session of a group.
    Session,
}

/// The kind of a column; none for a type that nobody can be told.
pub fn kind(table: &str, column: &ColumnClass) -> Option<Kind> {
    // `stringify!` sets blanks as it likes.
    let bare: String = column.kind.chars().filter(|c| !c.is_whitespace()).collect();
    let bare = bare
        .strip_prefix("Option<")
        .and_then(|rest| rest.strip_suffix('>'))
        .unwrap_or(&bare);
    Some(match bare {
        "String" => Kind::Text,
        "i64" if words::of(table, column.name).is_some() => Kind::Text,
        "i64" => Kind::Count,
        "Date" => Kind::Day,
        "Instant" => Kind::Instant,
        "bool" => Kind::Flag,
        "FacilityId" => Kind::Name("facility"),
        "ProviderId" => Kind::Name("provider"),
        "ProgrammeId" => Kind::Name("programme"),
        "GroupId" => Kind::Name("training_group"),
        "GroupSessionId" => Kind::Session,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_table_is_told_or_not_for_a_reason() {
        let known: BTreeSet<&str> = schema::tables().iter().map(|table| table.name).collect();
        let mut decided = BTreeSet::new();
        for name in TABLES
            .iter()
            .map(|table| table.name)
            .chain(NOT_TOLD.iter().map(|(name, _)| *name))
        {
            assert!(decided.insert(name), "{name} is decided twice");
        }
        assert_eq!(known, decided);
    }

    #[test]
    fn a_table_with_told_columns_is_told() {
        for table in schema::tables() {
            let told = columns(&table).count() > 0;
            let decision = NOT_TOLD.iter().find(|(name, _)| *name == table.name);
            match decision {
                Some((_, NotTold::Named | NotTold::Protocol)) => {}
                Some((name, _)) => assert!(!told, "{name} has columns that are told"),
                None => assert!(told, "{} tells nothing", table.name),
            }
        }
    }

    #[test]
    fn every_told_column_can_be_said() {
        let mut said = BTreeSet::new();
        for table in TABLES {
            let class = class(table.name).unwrap();
            for (column, heading) in columns(&class) {
                assert!(!heading.is_empty());
                let place = format!("{}.{}", table.name, column.name);
                let Some(kind) = kind(table.name, column) else {
                    panic!("{place}: nobody can be told a {}", column.kind);
                };
                if kind == Kind::Text {
                    assert!(
                        words::of(table.name, column.name).is_some(),
                        "{place}: no decision whether it is a code or typed (rules/words.rs)"
                    );
                    said.insert((table.name, column.name));
                }
            }
        }
        let known: BTreeSet<(&str, &str)> = words::all()
            .map(|(table, column, _)| (table, column))
            .collect();
        assert_eq!(said, known, "words for columns that are not told");
    }

    #[test]
    fn every_reason_for_withholding_is_decided() {
        for table in schema::tables() {
            for column in table.columns {
                if let Report::Withheld(reason) = column.report {
                    assert!(
                        mark(reason).is_some(),
                        "{}.{}: {reason}",
                        table.name,
                        column.name
                    );
                }
            }
        }
    }

    #[test]
    fn what_a_report_withholds_does_not_tell_whether_it_exists() {
        let nothing = marks(&[]);
        let all: Vec<&str> = TABLES.iter().map(|table| table.name).collect();
        let everything = marks(&all);
        assert_eq!(everything.len(), nothing.len() + 1, "the notes only");
        let apart = marks(&["person_separation", "client_case"]);
        assert_eq!(apart, nothing);
        assert_eq!(nothing.len(), 3);
    }
}
