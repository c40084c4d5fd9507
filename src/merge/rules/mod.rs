//! What becomes of each table's rows when two records of one person are put together. Pure. A table that gets a person
//! column joins [`TABLES`]; a test compares the list with the database.

pub mod combine;

use std::collections::BTreeMap;

use serde_json::Value;

/// What happens to the rows of the record that goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Treatment {
    /// They belong to the record that stays.
    Moves,
    /// They move; what both have for the same days or the same thing becomes one.
    Joins,
    /// They move; where both have one, the record that stays keeps its own.
    KeepsOwn,
    /// They move; where both have one, somebody says which counts.
    Asks,
    /// They follow the rows they belong to.
    Follows,
    /// They are made anew.
    Derived,
    /// They stay as they are: what was written down is never rewritten.
    Stays,
}

/// The decision for a table.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its primary key.
    pub key: &'static [&'static str],
    /// The columns that hold a person.
    pub people: &'static [&'static str],
    /// What happens.
    pub treatment: Treatment,
    /// The table in words, and the rule in a sentence; empty where it is nothing to people.
    pub words: (&'static str, &'static str),
}

const fn table(
    name: &'static str,
    key: &'static [&'static str],
    people: &'static [&'static str],
    treatment: Treatment,
    words: (&'static str, &'static str),
) -> Table {
    Table {
        name,
        key,
        people,
        treatment,
        words,
    }
}

const ID: &[&str] = &["id"];
const PERSON: &[&str] = &["person_id"];

/// Every table with a person, and those that hang on its rows; parents first.
pub const TABLES: &[Table] = &[
    table(
        "person",
        ID,
        &["id"],
        Treatment::KeepsOwn,
        (
            "Name, Geburtsdatum, Geschlecht",
            "gelten wie beim Eintrag, der bleibt",
        ),
    ),
    table(
        "person_alias",
        ID,
        PERSON,
        Treatment::Moves,
        (
            "Nummern",
            "gehen mit; auch die alte Nummer findet die Person",
        ),
    ),
    table(
        "placement",
        ID,
        PERSON,
        Treatment::Joins,
        (
            "Unterbringungen",
            "gehen mit; dieselbe Unterbringung wird eine",
        ),
    ),
    table(
        "absence",
        ID,
        PERSON,
        Treatment::Joins,
        ("Abwesenheiten", "gehen mit"),
    ),
    table(
        "person_busy",
        ID,
        PERSON,
        Treatment::Moves,
        ("Termine der Person", "gehen mit"),
    ),
    table(
        "person_separation",
        ID,
        &["person_id", "other_id"],
        Treatment::Joins,
        ("Trennungsvermerke", "gelten für die Person, die bleibt"),
    ),
    table(
        "person_need",
        PERSON,
        PERSON,
        Treatment::KeepsOwn,
        (
            "Sprache und Sicherheitsstufe",
            "gelten wie beim Eintrag, der bleibt",
        ),
    ),
    table(
        "assignment",
        ID,
        PERSON,
        Treatment::Joins,
        ("Zuständigkeiten", "gehen mit"),
    ),
    table(
        "enrolment",
        ID,
        PERSON,
        Treatment::Joins,
        (
            "Teilnahmen",
            "gehen mit; an derselben Maßnahme in denselben Tagen wird eine",
        ),
    ),
    table(
        "client_case",
        ID,
        &["person_id", "about_person_id"],
        Treatment::Joins,
        (
            "Anfragen und Fälle",
            "gehen mit; ein doppelter Fall endet als „irrtümlich erfasst“, seine Termine und offenen Fristen gehen an den anderen",
        ),
    ),
    table(
        "case_step",
        &["case_id", "number"],
        &[],
        Treatment::Follows,
        ("", ""),
    ),
    table("talk_plan", ID, &[], Treatment::Follows, ("", "")),
    table("case_deadline", ID, &[], Treatment::Follows, ("", "")),
    table(
        "counselling_session",
        ID,
        PERSON,
        Treatment::Moves,
        ("Gespräche", "gehen mit"),
    ),
    table(
        "application",
        ID,
        PERSON,
        Treatment::Joins,
        (
            "Anträge",
            "gehen mit; ein doppelter offener Antrag endet als „irrtümlich erfasst“",
        ),
    ),
    table(
        "membership",
        ID,
        PERSON,
        Treatment::Joins,
        ("Plätze in Gruppen", "gehen mit; derselbe Platz wird einer"),
    ),
    table("membership_pause", ID, &[], Treatment::Follows, ("", "")),
    table(
        "attendance",
        ID,
        PERSON,
        Treatment::Asks,
        (
            "Anwesenheit",
            "geht mit; bei zwei Einträgen in einer Sitzung entscheiden Sie",
        ),
    ),
    table(
        "catch_up_person",
        &["session_id", "person_id", "ordinal"],
        PERSON,
        Treatment::Joins,
        ("Nachholtermine", "gehen mit"),
    ),
    table(
        "completion",
        ID,
        PERSON,
        Treatment::Moves,
        ("Abschlüsse", "gehen mit"),
    ),
    table(
        "certificate",
        ID,
        PERSON,
        Treatment::Moves,
        ("Bescheinigungen", "gehen mit; ausgegebene gelten weiter"),
    ),
    table(
        "review_item",
        ID,
        PERSON,
        Treatment::Joins,
        (
            "Vorgänge zur Prüfung",
            "gehen mit; ein doppelter wird erledigt",
        ),
    ),
    table(
        "hand_over",
        ID,
        PERSON,
        Treatment::Moves,
        ("Übergaben", "gehen mit"),
    ),
    table(
        "hand_over_part",
        &["hand_over_id", "enrolment_id"],
        &[],
        Treatment::Follows,
        ("", ""),
    ),
    table(
        "consent",
        ID,
        PERSON,
        Treatment::Moves,
        (
            "Einwilligungen",
            "gehen mit; ein Widerruf bleibt ein Widerruf",
        ),
    ),
    table(
        "inquiry",
        ID,
        PERSON,
        Treatment::Moves,
        ("Auskunftsersuchen", "gehen mit"),
    ),
    table(
        "person_restriction",
        ID,
        PERSON,
        Treatment::Moves,
        ("Einschränkungen", "gehen mit"),
    ),
    table(
        "erasure_hold",
        ID,
        PERSON,
        Treatment::Moves,
        ("Löschsperren", "gehen mit und gelten weiter"),
    ),
    table(
        "person_key",
        &["key", "person_id"],
        PERSON,
        Treatment::Derived,
        ("", ""),
    ),
    table(
        "history",
        ID,
        PERSON,
        Treatment::Stays,
        (
            "Verlauf",
            "bleibt, wie er geschrieben wurde, und wird bei der Person gezeigt",
        ),
    ),
    table(
        "audit_subject",
        &["person_id", "writer", "sequence"],
        PERSON,
        Treatment::Stays,
        ("Protokoll", "bleibt, wie es geschrieben wurde"),
    ),
    table(
        "stated_purpose",
        ID,
        PERSON,
        Treatment::Stays,
        ("Gründe von Zugriffen", "bleiben, wie sie angegeben wurden"),
    ),
    table(
        "emergency_access",
        ID,
        PERSON,
        Treatment::Stays,
        ("Notfallzugriffe", "bleiben, wie sie waren"),
    ),
    table(
        "person_merge",
        ID,
        &["into_person_id", "from_person_id"],
        Treatment::Stays,
        ("", ""),
    ),
];

/// The decision for a table.
pub fn table_of(name: &str) -> Option<&'static Table> {
    TABLES.iter().find(|table| table.name == name)
}

/// A row of a table, with its values by column. Ids and days are text, so that they compare as they sort.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The table.
    pub table: &'static str,
    /// The values.
    pub values: BTreeMap<String, Value>,
}

impl Row {
    /// The text of a column.
    pub fn text(&self, column: &str) -> Option<&str> {
        self.values.get(column).and_then(Value::as_str)
    }

    /// Sets a text or nothing.
    pub fn set(&mut self, column: &str, value: Option<&str>) {
        let value = value.map_or(Value::Null, |text| Value::String(text.to_owned()));
        self.values.insert(column.to_owned(), value);
    }

    /// What tells the row from others of its table.
    pub fn key(&self) -> Vec<Value> {
        table_of(self.table).map_or_else(Vec::new, |table| {
            table
                .key
                .iter()
                .map(|column| self.values.get(*column).cloned().unwrap_or(Value::Null))
                .collect()
        })
    }
}

/// A row before and after; nothing: there was none, or there is none any more.
#[derive(Debug, Clone, PartialEq)]
pub struct Changed {
    /// The table.
    pub table: &'static str,
    /// Before.
    pub before: Option<Row>,
    /// After.
    pub after: Option<Row>,
}

impl Changed {
    /// The way back.
    pub fn undone(&self) -> Changed {
        Changed {
            table: self.table,
            before: self.after.clone(),
            after: self.before.clone(),
        }
    }
}

/// What differs between two states of the same rows, in the order of [`TABLES`].
pub fn difference(before: &[Row], after: &[Row]) -> Vec<Changed> {
    let mut found = Vec::new();
    for table in TABLES {
        let of = |rows: &[Row]| -> BTreeMap<String, Row> {
            rows.iter()
                .filter(|row| row.table == table.name)
                .map(|row| (Value::Array(row.key()).to_string(), row.clone()))
                .collect()
        };
        let (old, new) = (of(before), of(after));
        for (key, row) in &old {
            match new.get(key) {
                Some(now) if now == row => {}
                now => found.push(Changed {
                    table: table.name,
                    before: Some(row.clone()),
                    after: now.cloned(),
                }),
            }
        }
        for (key, row) in new {
            if !old.contains_key(&key) {
                found.push(Changed {
                    table: table.name,
                    before: None,
                    after: Some(row),
                });
            }
        }
    }
    found
}

/// How changes are written so that at no moment a reference hangs or two rows are in each other's way. Putting together
/// goes from the rows that refer to those referred to, taking apart the other way round; in a table what goes goes first.
pub fn in_order(changes: &[Changed], together: bool) -> Vec<&Changed> {
    let place = |change: &Changed| {
        let place = TABLES
            .iter()
            .position(|table| table.name == change.table)
            .unwrap_or(usize::MAX);
        if together { usize::MAX - place } else { place }
    };
    let turn = |change: &Changed| match (&change.before, &change.after) {
        (Some(_), None) => 0,
        (Some(_), Some(_)) => 1,
        _ => 2,
    };
    let mut ordered: Vec<&Changed> = changes.iter().collect();
    ordered.sort_by_key(|change| (place(change), turn(change)));
    ordered
}
