//! What a column of a list can hold, and under which names other systems write it.

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
                "buchnummer",
                "buchnr",
                "buchno",
                "gefangenenbuchnummer",
                "gefangenenbuchnr",
                "gbuchnr",
                "gefangenennummer",
                "gefangenennr",
                "basisnummer",
                "aktenzeichen",
                "az",
                "aktenz",
                "aktenzeichenbewaehrungshilfe",
                "aktenzeichenderbewaehrungshilfe",
                "azbewaehrungshilfe",
                "azbwh",
                "azbewh",
                "azbh",
                "registernummer",
                "registernr",
                "probandennummer",
                "probandennr",
                "buchnummeroderaktenzeichen",
            ],
            Target::FamilyName => &[
                "nachname",
                "name",
                "familienname",
                "zuname",
                "famname",
                "nachnamen",
            ],
            Target::GivenName => &["vorname", "vornamen", "rufname"],
            Target::BirthDate => &[
                "geburtsdatum",
                "geburtstag",
                "gebdatum",
                "gebdat",
                "gebam",
                "geb",
                "geborenam",
                "geboren",
            ],
            Target::Sex => &["geschlecht", "geschl", "sex", "mw", "mwd"],
            Target::Facility => &[
                "einrichtung",
                "anstalt",
                "jva",
                "justizvollzugsanstalt",
                "vollzugsanstalt",
                "haftanstalt",
                "haftort",
                "anstaltskuerzel",
                "dienststelle",
                "bewaehrungshilfestelle",
            ],
            Target::PlacedFrom => &[
                "zugang",
                "zugangam",
                "zugangsdatum",
                "zugangvom",
                "aufnahme",
                "aufnahmeam",
                "aufnahmedatum",
                "inhaftiertseit",
                "inhaftierungam",
                "haftbeginn",
                "strafbeginn",
                "unterbringungab",
                "unterbringungseit",
                "unterstelltseit",
                "unterstelltab",
                "unterstellungab",
                "unterstellungseit",
                "beginnderunterstellung",
                "beginn",
                "beginnderzustaendigkeit",
                "zustaendigseit",
                "zugangoderbeginnderzustaendigkeit",
            ],
            Target::ExpectedRelease => &[
                "entlassung",
                "entlassungvorauss",
                "entlassungvoraussichtlich",
                "voraussichtlicheentlassung",
                "voraussentlassung",
                "vorausentlassung",
                "voraussichtlichesentlassungsdatum",
                "voraussentlassungsdatum",
                "entlassungsdatum",
                "entlassungstermin",
                "strafende",
                "strafzeitende",
                "haftende",
                "voraussichtlicheshaftende",
                "voraussichtlichesende",
                "voraussende",
                "unterstelltbis",
                "unterstellungbis",
                "endederunterstellung",
                "bewaehrungsende",
                "bewaehrungbis",
                "endederbewaehrungszeit",
                "endebewaehrungszeit",
            ],
            Target::Setting => &[
                "haftart",
                "vollzugsart",
                "haftartoderaufsicht",
                "artderhaft",
                "unterstellungsart",
                "artderunterstellung",
                "artderaufsicht",
                "aufsichtsart",
            ],
        }
    }
}

/// A column name without case, accents, blanks and punctuation ("Buch-Nr." is "buchnr").
pub(super) fn header_key(name: &str) -> String {
    let folded = fold(name);
    let key: String = folded
        .chars()
        .filter(|char| char.is_alphanumeric())
        .collect();
    if key.is_empty() {
        name.trim().to_owned()
    } else {
        key
    }
}

/// The target whose usual column name this is.
pub(super) fn recognise(name: &str) -> Option<Target> {
    // The longest known name has far fewer characters; a long cell is never worth folding.
    if name.len() > 80 {
        return None;
    }
    let key = header_key(name);
    Target::ALL
        .into_iter()
        .find(|target| target.column_names().contains(&key.as_str()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_labels_and_column_names_are_unambiguous() {
        let mut names = BTreeSet::new();
        for target in Target::ALL {
            assert_eq!(Target::from_code(target.code()), Some(target));
            assert_eq!(
                serde_json::to_string(&target).unwrap(),
                format!("\"{}\"", target.code())
            );
            assert_eq!(
                recognise(target.label()),
                Some(target),
                "{}",
                target.label()
            );
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
}
