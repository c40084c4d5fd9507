//! Which column of a list holds what: suggested from the column names, corrected by people, and
//! remembered by column name, so that it is found again when the columns come in another order.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::base::fold::fold;

/// What a column can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// The prison's book number, or the file number of the probation service.
    Number,
    /// The family name.
    FamilyName,
    /// The given name or names.
    GivenName,
    /// The day of birth.
    BirthDate,
    /// Sex as registered.
    Sex,
    /// The facility, by code or name.
    Facility,
    /// The first day with this facility.
    PlacedFrom,
    /// The day on which the stay or supervision is expected to end.
    ExpectedRelease,
    /// The kind of custody or supervision.
    Setting,
}

impl Target {
    /// All targets, in the order in which they are offered.
    pub const ALL: [Target; 9] = [
        Target::Number,
        Target::FamilyName,
        Target::GivenName,
        Target::BirthDate,
        Target::Sex,
        Target::Facility,
        Target::PlacedFrom,
        Target::ExpectedRelease,
        Target::Setting,
    ];

    /// The stable code, as in forms and remembered mappings.
    pub const fn code(self) -> &'static str {
        match self {
            Target::Number => "number",
            Target::FamilyName => "family_name",
            Target::GivenName => "given_name",
            Target::BirthDate => "birth_date",
            Target::Sex => "sex",
            Target::Facility => "facility",
            Target::PlacedFrom => "placed_from",
            Target::ExpectedRelease => "expected_release",
            Target::Setting => "setting",
        }
    }

    /// The target with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|target| target.code() == code)
    }

    /// The name shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Target::Number => "Buchnummer oder Aktenzeichen",
            Target::FamilyName => "Nachname",
            Target::GivenName => "Vorname",
            Target::BirthDate => "Geburtsdatum",
            Target::Sex => "Geschlecht",
            Target::Facility => "Einrichtung",
            Target::PlacedFrom => "Zugang oder Beginn der Zuständigkeit",
            Target::ExpectedRelease => "Voraussichtliches Ende",
            Target::Setting => "Haftart oder Aufsicht",
        }
    }

    /// Whether a list without it cannot be imported.
    pub const fn is_required(self) -> bool {
        !matches!(self, Target::Sex | Target::ExpectedRelease)
    }

    /// Whether, if the list lacks it, one value may be chosen for the whole list instead.
    pub const fn may_be_chosen_for_all(self) -> bool {
        matches!(self, Target::Facility | Target::Setting)
    }

    /// Column names by which the target is known, as [`header_key`] writes them.
    const fn column_names(self) -> &'static [&'static str] {
        match self {
            Target::Number => &[
                "buchnummer", "buchnr", "buchno", "gefangenenbuchnummer", "gefangenenbuchnr", "gbuchnr",
                "gefangenennummer", "gefangenennr", "basisnummer", "aktenzeichen", "az", "aktenz",
                "aktenzeichenbewaehrungshilfe", "aktenzeichenderbewaehrungshilfe", "azbewaehrungshilfe",
                "azbwh", "azbewh", "azbh", "registernummer", "registernr", "probandennummer", "probandennr",
                "buchnummeroderaktenzeichen",
            ],
            Target::FamilyName => &[
                "nachname", "name", "familienname", "zuname", "famname", "nachnamen",
            ],
            Target::GivenName => &["vorname", "vornamen", "rufname"],
            Target::BirthDate => &[
                "geburtsdatum", "geburtstag", "gebdatum", "gebdat", "gebam", "geb", "geborenam", "geboren",
            ],
            Target::Sex => &["geschlecht", "geschl", "sex", "mw", "mwd"],
            Target::Facility => &[
                "einrichtung", "anstalt", "jva", "justizvollzugsanstalt", "vollzugsanstalt", "haftanstalt",
                "haftort", "anstaltskuerzel", "dienststelle", "bewaehrungshilfestelle",
            ],
            Target::PlacedFrom => &[
                "zugang", "zugangam", "zugangsdatum", "zugangvom", "aufnahme", "aufnahmeam", "aufnahmedatum",
                "inhaftiertseit", "inhaftierungam", "haftbeginn", "strafbeginn", "unterbringungab",
                "unterbringungseit", "unterstelltseit", "unterstelltab", "unterstellungab",
                "unterstellungseit", "beginnderunterstellung", "beginn", "beginnderzustaendigkeit",
                "zustaendigseit", "zugangoderbeginnderzustaendigkeit",
            ],
            Target::ExpectedRelease => &[
                "entlassung", "entlassungvorauss", "entlassungvoraussichtlich", "voraussichtlicheentlassung",
                "voraussentlassung", "vorausentlassung", "voraussichtlichesentlassungsdatum",
                "voraussentlassungsdatum", "entlassungsdatum", "entlassungstermin", "strafende",
                "strafzeitende", "haftende", "voraussichtlicheshaftende", "voraussichtlichesende",
                "voraussende", "unterstelltbis", "unterstellungbis", "endederunterstellung",
                "bewaehrungsende", "bewaehrungbis", "endederbewaehrungszeit", "endebewaehrungszeit",
            ],
            Target::Setting => &[
                "haftart", "vollzugsart", "haftartoderaufsicht", "artderhaft", "unterstellungsart",
                "artderunterstellung", "artderaufsicht", "aufsichtsart",
            ],
        }
    }
}

/// A column name without case, accents, blanks and punctuation ("Buch-Nr." is "buchnr").
fn header_key(name: &str) -> String {
    let folded = fold(name);
    let key: String = folded.chars().filter(|char| char.is_alphanumeric()).collect();
    if key.is_empty() { name.trim().to_owned() } else { key }
}

/// The target whose usual column name this is.
pub(super) fn recognise(name: &str) -> Option<Target> {
    // The longest known name has far fewer characters; a long cell is never worth folding.
    if name.len() > 80 {
        return None;
    }
    let key = header_key(name);
    Target::ALL.into_iter().find(|target| target.column_names().contains(&key.as_str()))
}

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
                let numbers: Vec<String> =
                    columns.iter().map(|column| (column + 1).to_string()).collect();
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
        self.columns.iter().position(|column| *column == Some(target))
    }

    /// What still hinders reading; nothing if the list can be read. `chosen_for_all` are the targets
    /// for which one value was chosen for the whole list.
    pub fn check(&self, chosen_for_all: &[Target]) -> Vec<MappingProblem> {
        let mut problems = Vec::new();
        for target in Target::ALL {
            let columns: Vec<usize> = (0..).zip(&self.columns)
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
    Mapping { columns: header.iter().map(suggest).collect() }
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
    fn codes_labels_and_column_names_are_unambiguous() {
        let mut names = BTreeSet::new();
        for target in Target::ALL {
            assert_eq!(Target::from_code(target.code()), Some(target));
            assert_eq!(serde_json::to_string(&target).unwrap(), format!("\"{}\"", target.code()));
            assert_eq!(recognise(target.label()), Some(target), "{}", target.label());
            for name in target.column_names() {
                assert!(names.insert(*name), "{name} twice");
                assert_eq!(header_key(name), *name);
            }
        }
    }

    #[test]
    fn usual_spellings_are_recognised() {
        for (name, target) in [
            ("Buch-Nr.", Target::Number),
            ("BuchNr", Target::Number),
            ("Gefangenenbuchnummer", Target::Number),
            ("Az. Bewährungshilfe", Target::Number),
            ("geb. am", Target::BirthDate),
            ("GEBURTSDATUM", Target::BirthDate),
            (" Vorname(n) ", Target::GivenName),
            ("Entlassung vorauss.", Target::ExpectedRelease),
            ("Ende der Bewährungszeit", Target::ExpectedRelease),
            ("Zugang", Target::PlacedFrom),
            ("Haftart", Target::Setting),
            ("m/w/d", Target::Sex),
        ] {
            assert_eq!(recognise(name), Some(target), "{name}");
        }
        assert_eq!(recognise("lfd. Nr."), None);
        assert_eq!(recognise("Bemerkung"), None);
    }

    #[test]
    fn a_target_is_suggested_once_and_checked() {
        let header = header(&["Buchnr", "Name", "Nachname", "Vorname", "geb. am", "Zugang", "Notiz"]);
        let mut mapping = suggest_mapping(&header);
        assert_eq!(mapping.columns[1..3], [Some(Target::FamilyName), None]);
        assert_eq!(
            mapping.check(&[]),
            [MappingProblem::Missing(Target::Facility), MappingProblem::Missing(Target::Setting)]
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
            columns: vec![Some(Target::Number), Some(Target::FamilyName), Some(Target::GivenName), None],
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
