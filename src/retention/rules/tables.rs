//! What becomes of each table's rows when a person is erased. Pure. Every table of the schema has a line; a test compares
//! the list with the database, so that a new table cannot be forgotten.

use super::Category;

/// By what rows belong to those who are erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// The column holds a person.
    Person(&'static str),
    /// The column holds a case.
    Case(&'static str),
    /// The column holds a row of another table that is erased too.
    Row(&'static str, &'static str),
    /// The column holds any of the erased objects: people, cases, or rows of erased tables with an id.
    Object(&'static str),
}

/// What becomes of a table's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Rows that one of these links leads to are deleted.
    Erased(&'static [Link]),
    /// All rows are deleted: they are sealed, of no one known, and made anew by whoever needs them.
    Emptied,
    /// Rows go after a short period of their own, whoever they are about.
    Short(Category),
    /// Rows stay, for this reason.
    Kept(&'static str),
}

/// The decision for a table.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// What becomes of its rows.
    pub fate: Fate,
}

const fn erased(name: &'static str, links: &'static [Link]) -> Table {
    Table {
        name,
        fate: Fate::Erased(links),
    }
}

const fn kept(name: &'static str, why: &'static str) -> Table {
    Table {
        name,
        fate: Fate::Kept(why),
    }
}

const fn short(name: &'static str, period: Category) -> Table {
    Table {
        name,
        fate: Fate::Short(period),
    }
}

const PERSON: &[Link] = &[Link::Person("person_id")];
const CASE: &[Link] = &[Link::Case("case_id")];

const REFERENCE: &str = "Stammdaten, keine Angabe zu Personen in Maßnahmen";
const STAFF: &str =
    "Angaben zu Beschäftigten und externen Fachkräften; gehören zum Konto oder zur Fachkraft";
const GROUP: &str = "Termine und Planung von Gruppen, ohne Personen";
const FIGURES: &str = "veröffentlichte Zahlen und Nachweise ohne Personen";

/// Every table of the schema; of those that are erased, rows that refer come before rows they refer to.
pub const TABLES: &[Table] = &[
    // What hangs on objects of any kind goes while the objects are still there to be asked for.
    erased(
        "history",
        &[Link::Person("person_id"), Link::Object("object_id")],
    ),
    erased("erasure_item", &[Link::Object("subject_id")]),
    Table {
        name: "form_draft",
        fate: Fate::Emptied,
    },
    erased("certificate", PERSON),
    erased("completion", PERSON),
    erased("catch_up_person", PERSON),
    erased("attendance", PERSON),
    erased(
        "membership_pause",
        &[Link::Row("membership_id", "membership")],
    ),
    erased(
        "planned_member",
        &[Link::Row("application_id", "application")],
    ),
    erased("application", PERSON),
    erased("membership", PERSON),
    erased("hand_over_part", &[Link::Row("hand_over_id", "hand_over")]),
    erased("hand_over", PERSON),
    erased(
        "consent",
        &[Link::Person("person_id"), Link::Case("case_id")],
    ),
    erased(
        "counselling_topic",
        &[Link::Row("session_id", "counselling_session")],
    ),
    erased("talk_offer", CASE),
    erased("talk_plan", CASE),
    erased(
        "counselling_session",
        &[Link::Person("person_id"), Link::Case("case_id")],
    ),
    erased("case_note", CASE),
    erased("case_deadline", CASE),
    erased("danger_disclosure", CASE),
    erased("case_step", CASE),
    erased("client_case", &[Link::Case("id")]),
    erased("enrolment", PERSON),
    erased("review_item", PERSON),
    erased("assignment", PERSON),
    erased("person_need", PERSON),
    erased(
        "person_separation",
        &[Link::Person("person_id"), Link::Person("other_id")],
    ),
    erased("person_busy", PERSON),
    erased("absence", PERSON),
    erased("placement", PERSON),
    erased("person_alias", PERSON),
    erased("person_key", PERSON),
    erased("person_merge_row", &[Link::Row("merge_id", "person_merge")]),
    erased(
        "person_merge",
        &[
            Link::Person("into_person_id"),
            Link::Person("from_person_id"),
        ],
    ),
    // Their own twelve months are shorter; whoever is erased earlier takes them along.
    erased("stated_purpose", PERSON),
    erased("emergency_access", PERSON),
    // Answers to requests go with the person: what was told can no longer be asked about.
    erased("inquiry", PERSON),
    erased("erasure_hold", PERSON),
    erased("person_restriction", PERSON),
    erased("person", &[Link::Person("id")]),
    short("family_guest", Category::FamilyGuest),
    short("gate_tick", Category::GateTick),
    short("gate_change", Category::GateChange),
    short("person_import", Category::Import),
    short("form_token", Category::FormToken),
    short("web_session", Category::Session),
    short("sign_in_throttle", Category::Session),
    short("audit_entry", Category::Audit),
    // Twelve months with the internal id only, which then is nobody's any more (section 32 SächsDSUG).
    short("audit_subject", Category::Audit),
    short("sampled_read", Category::Audit),
    kept(
        "audit_hold",
        "Tage des Protokolls, die ein Verfahren braucht, und sein Aktenzeichen; die Einträge selbst gehen mit dem Protokoll",
    ),
    kept(
        "audit_segment",
        "Siegel gelöschter Tage des Protokolls, ohne Inhalt",
    ),
    kept("installation", "Kennzeichen der Installation"),
    kept(
        "approval",
        "Anträge zur zweiten Entscheidung: Prüfsumme und Worte ohne Personen",
    ),
    kept("erasure", FIGURES),
    kept("erasure_count", FIGURES),
    kept("retention_period", REFERENCE),
    kept("statistics_release", FIGURES),
    kept("statistics_file", FIGURES),
    kept("statistics_counter", FIGURES),
    kept("account", STAFF),
    kept("recovery_code", STAFF),
    kept("calendar_feed", STAFF),
    kept("stand_in", STAFF),
    kept("staff", STAFF),
    kept("staff_qualification", STAFF),
    kept("staff_language", STAFF),
    kept("staff_availability", STAFF),
    kept("staff_absence", STAFF),
    kept("clearance", STAFF),
    kept("access_stop", STAFF),
    kept("access_grant", STAFF),
    kept("recertification", STAFF),
    kept("recertification_item", STAFF),
    kept("gate_visit", STAFF),
    kept("approved_object", STAFF),
    kept("session_trainer", STAFF),
    kept("family_day", GROUP),
    kept("training_group", GROUP),
    kept("group_slot", GROUP),
    kept("group_trainer", GROUP),
    kept("group_session", GROUP),
    kept("series_undo", GROUP),
    kept("conflict_acceptance", GROUP),
    kept("half_year_plan", GROUP),
    kept(
        "half_year_group",
        "Terminvorschläge; die Kennungen von Anträgen darin zeigen nach der Löschung auf nichts mehr",
    ),
    kept("catch_up", GROUP),
    kept("facility", REFERENCE),
    kept("room", REFERENCE),
    kept("closure", REFERENCE),
    kept("provider", REFERENCE),
    kept("programme", REFERENCE),
    kept("programme_pillar", REFERENCE),
    kept("programme_provider", REFERENCE),
    kept("template", REFERENCE),
    kept("template_session", REFERENCE),
    kept("import_mapping", REFERENCE),
    kept("code_entry", REFERENCE),
    kept("counselling_rule", REFERENCE),
    kept(
        "provider_key",
        "Schlüssel der Träger, außerhalb der Datenbank verpackt; für keine einzelne Person",
    ),
    kept("review_setting", REFERENCE),
];

/// The decision for a table.
pub fn fate(name: &str) -> Option<Fate> {
    TABLES
        .iter()
        .find(|table| table.name == name)
        .map(|table| table.fate)
}

/// The links of a table that is erased; none for others.
pub fn links(name: &str) -> &'static [Link] {
    match fate(name) {
        Some(Fate::Erased(links)) => links,
        _ => &[],
    }
}

/// The tables that are erased and have an id to which others refer.
pub fn objects() -> impl Iterator<Item = &'static str> {
    TABLES.iter().filter_map(|table| {
        let Fate::Erased(links) = table.fate else {
            return None;
        };
        let has_id = !matches!(
            table.name,
            "history"
                | "erasure_item"
                | "counselling_topic"
                | "case_step"
                | "hand_over_part"
                | "person_need"
                | "person_key"
                | "person_merge_row"
                | "catch_up_person"
                | "planned_member"
        );
        let direct = !links.iter().any(|link| matches!(link, Link::Object(_)));
        (has_id && direct).then_some(table.name)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::schema::{self, Retention};

    #[test]
    fn every_table_has_one_decision() {
        let decided: Vec<&str> = TABLES.iter().map(|table| table.name).collect();
        let once: BTreeSet<&str> = decided.iter().copied().collect();
        assert_eq!(decided.len(), once.len(), "a table stands twice");
        let there: BTreeSet<&str> = schema::tables().iter().map(|table| table.name).collect();
        assert_eq!(
            there, once,
            "a new table needs a line in retention::rules::tables"
        );
    }

    #[test]
    fn what_belongs_to_a_person_by_its_class_is_erased() {
        for table in schema::tables() {
            let erased = matches!(fate(table.name), Some(Fate::Erased(_)));
            match table.retention {
                Retention::Person => assert!(erased, "{}", table.name),
                // What is logged with a person's name beside it may go with the person.
                Retention::Audit => {}
                _ => assert!(!erased, "{}", table.name),
            }
            let columns: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
            for link in links(table.name) {
                let (Link::Person(column)
                | Link::Case(column)
                | Link::Row(column, _)
                | Link::Object(column)) = link;
                assert!(columns.contains(column), "{}.{column}", table.name);
            }
        }
    }

    #[test]
    fn columns_of_people_are_links() {
        for table in schema::tables() {
            if !matches!(fate(table.name), Some(Fate::Erased(_))) {
                continue;
            }
            for column in table.columns {
                let person = column.name == "person_id" || column.name.ends_with("_person_id");
                // About whom a relative is counselled is cleared, the relative's case is not erased with it.
                if person && column.name != "about_person_id" && table.name != "client_case" {
                    assert!(
                        links(table.name).contains(&Link::Person(column.name)),
                        "{}.{}",
                        table.name,
                        column.name
                    );
                }
            }
        }
    }

    #[test]
    fn rows_go_before_what_they_refer_to() {
        let place = |name: &str| TABLES.iter().position(|table| table.name == name);
        for table in TABLES {
            for link in links(table.name) {
                match link {
                    Link::Row(_, parent) => assert!(place(table.name) < place(parent)),
                    Link::Case(column) if *column != "id" => {
                        assert!(place(table.name) < place("client_case"));
                    }
                    _ => {}
                }
            }
        }
        let ids: BTreeSet<&str> = schema::tables()
            .iter()
            .filter(|table| table.columns.iter().any(|column| column.name == "id"))
            .map(|table| table.name)
            .collect();
        for name in objects() {
            assert!(ids.contains(name), "{name} has no id");
        }
    }
}
