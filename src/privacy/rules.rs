//! What an entry of the audit log says to people, and the file for the data subject.

pub(super) mod sample;

use super::operations::operation;
use super::store::EntryRow;
use super::store::log::LogRow;
use crate::access::{Role, purpose};
use crate::audit::{Level, Outcome, Verb};
use crate::base::time::berlin_local;
use crate::base::{csv, german};
use crate::schema::{self, Report, Retention};
use crate::store::{BLOCKED_CODE, MANY_CODE};

/// Fewest letters or digits of a search: shorter ones would list half the house.
pub(super) const SHORTEST_SEARCH: usize = 3;

/// Whether something typed is long enough to be searched for.
pub(super) fn long_enough(query: &str) -> bool {
    query
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .count()
        >= SHORTEST_SEARCH
}

/// One entry about a person, in German. Members of staff are not named: the office answers for them, and a name
/// is told only after a second approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    /// When, in Berlin.
    pub when: String,
    /// Role.
    pub office: String,
    /// Facility or provider of the account.
    pub place: String,
    /// What was done.
    pub operation: String,
    /// Kind of processing (section 32 paragraph 1 SächsDSUG).
    pub verb: String,
    /// How much was seen.
    pub level: String,
    /// Whether it was allowed.
    pub outcome: String,
    /// Why (section 32 paragraph 2).
    pub reason: String,
    /// To whom it was disclosed.
    pub recipient: String,
    /// Which fields changed.
    pub fields: String,
}

fn label<T: std::str::FromStr + std::fmt::Display>(code: &str) -> String {
    code.parse::<T>()
        .map_or_else(|_| code.to_owned(), |value| value.to_string())
}

/// The German name of a column of a person's data.
fn field_label(name: &str) -> String {
    schema::tables()
        .iter()
        .filter(|table| table.retention == Retention::Person)
        .flat_map(|table| table.columns)
        .find_map(|column| match column.report {
            Report::Told(words) if column.name == name => Some(words.to_owned()),
            _ => None,
        })
        .unwrap_or_else(|| name.to_owned())
}

/// A reason as it is told.
pub(super) fn reason(code: &str) -> String {
    match code {
        "grund-fehlt" => "Grund wurde nicht angegeben".to_owned(),
        MANY_CODE => "sehr viele Personen in einer Stunde, ohne Grund".to_owned(),
        BLOCKED_CODE => "zu viele Personen in einer Stunde, gesperrt".to_owned(),
        _ => purpose::told(code).unwrap_or_else(|| code.to_owned()),
    }
}

/// An entry as it is told.
pub(super) fn tell(row: &EntryRow) -> Told {
    let office = match row.role.as_str() {
        "system" => "Geleit (automatisch)".to_owned(),
        code => label::<Role>(code),
    };
    let level = match row.depth {
        3 => Level::Case,
        2 => Level::Basic,
        _ => Level::List,
    };
    let fields: Vec<String> = row
        .fields
        .split(',')
        .filter(|name| !name.is_empty())
        .map(field_label)
        .collect();
    Told {
        when: german::date_time(berlin_local(row.at)),
        office,
        place: row.place.clone().unwrap_or_default(),
        operation: operation(&row.route).to_owned(),
        verb: label::<Verb>(&row.verb),
        level: level.to_string(),
        outcome: label::<Outcome>(&row.outcome),
        reason: reason(&row.reason),
        recipient: row.recipient.clone(),
        fields: fields.join(", "),
    }
}

/// The office of an entry: role and place, never a name.
pub(super) fn office(role: &str, place: Option<&str>) -> String {
    let role = match role {
        "system" => "Geleit (automatisch)".to_owned(),
        code => label::<Role>(code),
    };
    match place {
        Some(place) => format!("{role}, {place}"),
        None => role,
    }
}

/// An entry of the log as a line: when, office, operation, kind and outcome, reason.
pub(super) fn line(row: &LogRow) -> [String; 5] {
    let kind = if row.outcome == Outcome::Allowed.code() {
        label::<Verb>(&row.verb)
    } else {
        format!(
            "{}, {}",
            label::<Verb>(&row.verb),
            label::<Outcome>(&row.outcome)
        )
    };
    [
        german::date_time(berlin_local(row.at)),
        office(&row.role, row.place.as_deref()),
        operation(&row.route).to_owned(),
        kind,
        reason(&row.reason),
    ]
}

/// The head of the table on screen and in the file.
pub(super) const HEAD: [&str; 10] = [
    "Zeitpunkt",
    "Stelle",
    "Einrichtung oder Träger",
    "Vorgang",
    "Art der Verarbeitung",
    "Umfang",
    "Ergebnis",
    "Begründung",
    "Empfänger",
    "Geänderte Angaben",
];

impl Told {
    /// The cells in the order of [`HEAD`].
    pub fn cells(&self) -> [&str; 10] {
        [
            &self.when,
            &self.office,
            &self.place,
            &self.operation,
            &self.verb,
            &self.level,
            &self.outcome,
            &self.reason,
            &self.recipient,
            &self.fields,
        ]
    }
}

/// The entries as CSV.
pub(super) fn csv(entries: &[Told]) -> Vec<u8> {
    let mut text = String::from(csv::BEGIN);
    csv::line(&mut text, HEAD);
    for entry in entries {
        csv::line(&mut text, entry.cells());
    }
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::base::time::Instant;

    fn row() -> EntryRow {
        EntryRow {
            writer: Uuid::nil(),
            sequence: 1,
            at: Instant::from_millis(1_795_420_800_000),
            role: "social_service".into(),
            place: Some("JVA Dresden".into()),
            route: "GET /personen/{person}".into(),
            verb: "abfrage".into(),
            outcome: "erlaubt".into(),
            reason: "zustaendigkeit".into(),
            recipient: String::new(),
            fields: "family_name,ended_on".into(),
            depth: 2,
        }
    }

    #[test]
    fn an_entry_is_told_in_german_without_a_name() {
        let told = tell(&row());
        assert_eq!(told.office, "Sozialdienst");
        assert_eq!(told.operation, "Person geöffnet");
        assert_eq!(told.verb, "Abfrage");
        assert_eq!(told.level, "Stammdaten");
        assert_eq!(told.reason, "Zuständigkeit");
        assert_eq!(told.fields, "Familienname, Beendet am");
    }

    #[test]
    fn the_file_opens_in_a_spreadsheet_and_runs_nothing() {
        let mut told = tell(&row());
        told.reason = "=1+1".into();
        told.recipient = "Amt; \"Post\"".into();
        let text = String::from_utf8(csv(&[told])).unwrap();
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert_eq!(lines.len(), 3);
        assert!(lines[0].starts_with("\u{FEFF}Zeitpunkt;Stelle;"));
        assert!(
            lines[1].contains(";\"'=1+1\";\"Amt; \"\"Post\"\"\";"),
            "{}",
            lines[1]
        );
        assert_eq!(lines[2], "");
    }

    #[test]
    fn two_letters_are_too_few_to_search() {
        assert!(!long_enough(" a- b "));
        assert!(long_enough("abc"));
        assert!(long_enough("12/3"));
    }
}
