//! Which column of a list holds what: suggested from the column names, corrected by people, and
//! remembered by column name, so that it is found again when the columns come in another order.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::target::{Target, header_key, recognise};

/// What each column of a list holds; columns without a target are not imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// One entry per column of the header.
    pub columns: Vec<Option<Target>>,
}

/// Why rows cannot be read with a mapping yet. The text is shown to people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MappingProblem {
    /// No column holds something required, and nothing was chosen for the whole list.
    Missing(Target),
    /// Several columns (numbered from 0) are said to hold the same.
    Twice(Target, Vec<usize>),
}

impl fmt::Display for MappingProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MappingProblem::Missing(target) if target.may_be_chosen_for_all() => write!(
                f,
                "Für „{}“ fehlt eine Spalte. Ordnen Sie eine zu oder wählen Sie einen Wert für die ganze Liste.",
                target.label()
            ),
            MappingProblem::Missing(target) => {
                write!(f, "Für „{}“ fehlt eine Spalte.", target.label())
            }
            MappingProblem::Twice(target, columns) => {
                let numbers: Vec<String> = columns
                    .iter()
                    .map(|column| (column + 1).to_string())
                    .collect();
                write!(
                    f,
                    "„{}“ ist mehreren Spalten zugeordnet (Spalten {}).",
                    target.label(),
                    numbers.join(" und ")
                )
            }
        }
    }
}

impl Mapping {
    /// The first column that holds the target, from 0.
    pub fn column_of(&self, target: Target) -> Option<usize> {
        self.columns
            .iter()
            .position(|column| *column == Some(target))
    }

    /// What still hinders reading; nothing if the list can be read. `chosen_for_all` are the targets
    /// for which one value was chosen for the whole list.
    pub fn check(&self, chosen_for_all: &[Target]) -> Vec<MappingProblem> {
        let mut problems = Vec::new();
        for target in Target::ALL {
            let columns: Vec<usize> = (0..)
                .zip(&self.columns)
                .filter(|(_, column)| **column == Some(target))
                .map(|(position, _)| position)
                .collect();
            let chosen = target.may_be_chosen_for_all() && chosen_for_all.contains(&target);
            if columns.len() > 1 {
                problems.push(MappingProblem::Twice(target, columns));
            } else if columns.is_empty() && target.is_required() && !chosen {
                problems.push(MappingProblem::Missing(target));
            }
        }
        problems
    }

    /// The mapping by column name, to be kept for the next list of the same kind. Of several columns
    /// of the same name the first counts.
    pub fn remember(&self, header: &[String]) -> RememberedMapping {
        let mut columns = BTreeMap::new();
        for (name, target) in header.iter().zip(&self.columns) {
            columns.entry(header_key(name)).or_insert(*target);
        }
        RememberedMapping { columns }
    }
}

/// The mapping that the column names suggest; a target is given to the first column that fits.
pub fn suggest_mapping(header: &[String]) -> Mapping {
    let mut given = BTreeSet::new();
    let suggest = |name: &String| recognise(name).filter(|target| given.insert(*target));
    Mapping {
        columns: header.iter().map(suggest).collect(),
    }
}

/// A mapping as it is kept: column name to target. A column without target was left out on purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RememberedMapping {
    columns: BTreeMap<String, Option<Target>>,
}

impl RememberedMapping {
    /// The remembered mapping for this header; names it does not know are suggested anew.
    pub fn apply(&self, header: &[String]) -> Mapping {
        let mut given: BTreeSet<Target> = header
            .iter()
            .filter_map(|name| self.columns.get(&header_key(name)).copied().flatten())
            .collect();
        let mut used = BTreeSet::new();
        let mut columns = Vec::with_capacity(header.len());
        for name in header {
            let target = match self.columns.get(&header_key(name)) {
                Some(remembered) => remembered.filter(|target| used.insert(*target)),
                None => recognise(name).filter(|target| given.insert(*target)),
            };
            columns.push(target);
        }
        Mapping { columns }
    }

    /// The mapping as JSON text, for the database.
    ///
    /// # Errors
    /// Only if the JSON writer fails.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// The mapping from JSON text.
    ///
    /// # Errors
    /// If the text is no such mapping, for example of a newer version.
    pub fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }
}

/// A short text that is the same for the same set of column names in any order, under which a
/// [`RememberedMapping`] is kept. Not a secret and not proof against deliberate collisions: a wrong
/// mapping found by one would only miss its column names.
pub fn fingerprint(header: &[String]) -> String {
    let mut keys: Vec<String> = header.iter().map(|name| header_key(name)).collect();
    keys.sort_unstable();
    // FNV-1a with 64 bits; the column names are closed by a byte that no text contains.
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in keys.iter().flat_map(|key| key.bytes().chain([0xFF])) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    format!("1-{}-{hash:016x}", keys.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_target_is_suggested_once_and_checked() {
        let header = header(&[
            "Buchnr", "Name", "Nachname", "Vorname", "geb. am", "Zugang", "Notiz",
        ]);
        let mut mapping = suggest_mapping(&header);
        assert_eq!(mapping.columns[1..3], [Some(Target::FamilyName), None]);
        assert_eq!(
            mapping.check(&[]),
            [
                MappingProblem::Missing(Target::Facility),
                MappingProblem::Missing(Target::Setting)
            ]
        );
        assert_eq!(mapping.check(&[Target::Facility, Target::Setting]), []);
        mapping.columns[2] = Some(Target::FamilyName);
        mapping.columns[0] = None;
        let chosen = [Target::Facility, Target::Setting, Target::Number];
        let problems = mapping.check(&chosen);
        assert_eq!(
            problems,
            [
                MappingProblem::Missing(Target::Number),
                MappingProblem::Twice(Target::FamilyName, vec![1, 2])
            ]
        );
        assert!(problems[1].to_string().contains("Spalten 2 und 3"));
    }

    #[test]
    fn a_remembered_mapping_is_found_in_another_order() {
        let first = header(&["Kennung", "Name", "Vorname", "Zugang"]);
        let mapping = Mapping {
            columns: vec![
                Some(Target::Number),
                Some(Target::FamilyName),
                Some(Target::GivenName),
                None,
            ],
        };
        let json = mapping.remember(&first).to_json().unwrap();
        let second = header(&["zugang ", "VORNAME", "Name", "Kennung", "Geschlecht"]);
        let again = RememberedMapping::from_json(&json).unwrap().apply(&second);
        assert_eq!(
            again.columns,
            [
                None,
                Some(Target::GivenName),
                Some(Target::FamilyName),
                Some(Target::Number),
                Some(Target::Sex)
            ]
        );
        assert!(RememberedMapping::from_json("{\"columns\":{\"x\":\"shoe_size\"}}").is_err());
    }

    #[test]
    fn the_fingerprint_knows_names_but_not_their_order() {
        let one = fingerprint(&header(&["Name", "Vorname", "Buch-Nr."]));
        assert_eq!(one, fingerprint(&header(&["BUCHNR", "vorname", "Name"])));
        assert_ne!(one, fingerprint(&header(&["Name", "Vorname"])));
        assert_ne!(one, fingerprint(&header(&["Namev", "orname", "Buch-Nr."])));
    }
}
