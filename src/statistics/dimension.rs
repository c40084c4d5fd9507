//! By what figures are broken down: dimensions and the tree of codes that each had in a period.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// The word that stands for "all of them" in every dimension. No code may bear it.
pub const WHOLE: &str = "gesamt";

/// The code of what nothing is known of.
pub const UNKNOWN: &str = "ohne_angabe";

/// The kinds of facilities. Part of the format.
pub const FACILITY_KINDS: [(&str, &str); 2] = [
    ("anstalten", "Anstalten"),
    ("bewaehrungshilfe", "Bewährungshilfe"),
];

/// The kind of a facility, as its codes and those of hand-overs tell it.
pub fn facility_kind(kind: &str) -> &'static str {
    if kind == "prison" {
        FACILITY_KINDS[0].0
    } else {
        FACILITY_KINDS[1].0
    }
}

/// By what figures are broken down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Dimension {
    /// Programme, within its pillar.
    Programme,
    /// Facility, within its kind.
    Facility,
    /// Provider.
    Provider,
    /// Phenomenon area, within its federal area.
    Phenomenon,
    /// Sex.
    Sex,
    /// Age band.
    Age,
    /// Custody, remand, probation.
    Setting,
    /// How the person came to the programme.
    Route,
    /// How long people waited.
    Waiting,
    /// How a process ended, with the reason of those broken off.
    Outcome,
    /// Why a date fell out.
    CancelReason,
    /// Age band of children.
    ChildAge,
    /// The kind of facility that hands over.
    HandedFrom,
    /// The kind of facility that takes over.
    HandedTo,
}

/// The code words of the age bands that are known, youngest first: nobody goes down in them.
pub const AGES: [&str; 4] = ["a14_17", "a18_20", "a21_29", "a30"];

impl Dimension {
    /// Every dimension.
    pub const ALL: [Dimension; 14] = [
        Dimension::Programme,
        Dimension::Facility,
        Dimension::Provider,
        Dimension::Phenomenon,
        Dimension::Sex,
        Dimension::Age,
        Dimension::Setting,
        Dimension::Route,
        Dimension::Waiting,
        Dimension::Outcome,
        Dimension::CancelReason,
        Dimension::ChildAge,
        Dimension::HandedFrom,
        Dimension::HandedTo,
    ];

    /// The word in files. Part of the format: it never changes.
    pub const fn code(self) -> &'static str {
        match self {
            Dimension::Programme => "massnahme",
            Dimension::Facility => "einrichtung",
            Dimension::Provider => "traeger",
            Dimension::Phenomenon => "phaenomen",
            Dimension::Sex => "geschlecht",
            Dimension::Age => "alter",
            Dimension::Setting => "vollzug",
            Dimension::Route => "zugangsweg",
            Dimension::Waiting => "wartezeit",
            Dimension::Outcome => "ausgang",
            Dimension::CancelReason => "ausfallgrund",
            Dimension::ChildAge => "kindesalter",
            Dimension::HandedFrom => "uebergabe_von",
            Dimension::HandedTo => "uebergabe_an",
        }
    }

    /// The name on the screen.
    pub const fn label(self) -> &'static str {
        match self {
            Dimension::Programme => "Maßnahme",
            Dimension::Facility => "Einrichtung",
            Dimension::Provider => "Träger",
            Dimension::Phenomenon => "Phänomenbereich",
            Dimension::Sex => "Geschlecht",
            Dimension::Age => "Alter",
            Dimension::Setting => "Vollzugsart",
            Dimension::Route => "Zugangsweg",
            Dimension::Waiting => "Wartezeit",
            Dimension::Outcome => "Ausgang",
            Dimension::CancelReason => "Ausfallgrund",
            Dimension::ChildAge => "Alter der Kinder",
            Dimension::HandedFrom => "Übergeben von",
            Dimension::HandedTo => "Übergeben an",
        }
    }

    /// The dimension with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.code() == code)
    }

    /// Where a case falls in it, in one sentence.
    pub const fn definition(self) -> &'static str {
        match self {
            Dimension::Programme => {
                "Maßnahme, gegliedert nach der Säule, zu der sie am letzten Tag des Zeitraums gehört."
            }
            Dimension::Facility => {
                "Zuletzt zuständige Anstalt oder Dienststelle der Bewährungshilfe; Fälle ohne Einrichtung getrennt."
            }
            Dimension::Provider => "Träger, der den Fall oder die Gruppe führt.",
            Dimension::Phenomenon => {
                "Phänomenbereich des Falls, gegliedert nach der Zuordnung des Bundes (PMK)."
            }
            Dimension::Sex => "Eingetragenes Geschlecht; bei Beratung ohne Namen ohne Angabe.",
            Dimension::Age => {
                "Altersgruppe am Tag des Beginns, bei erreichten Personen am letzten Tag des Zeitraums."
            }
            Dimension::Setting => {
                "Vollzugsart am Tag des Beginns, bei erreichten Personen die letzte im Zeitraum."
            }
            Dimension::Route => {
                "Wie die Person zur Maßnahme kam; sagt nichts über die Einwilligung."
            }
            Dimension::Waiting => {
                "Tage von der Anfrage (oder dem Antrag auf der Warteliste, wenn er früher war) bis zum Beginn."
            }
            Dimension::Outcome => {
                "Wie die Maßnahme endete; abgebrochene nach dem zuletzt eingetragenen Grund."
            }
            Dimension::CancelReason => "Eingetragener Grund, aus dem die Sitzung nicht stattfand.",
            Dimension::ChildAge => "Altersgruppe, wie sie bei der Anfrage angegeben wurde.",
            Dimension::HandedFrom => "Art der Einrichtung, die die Übergabe angeboten hat.",
            Dimension::HandedTo => "Art der Einrichtung, der die Übergabe angeboten wurde.",
        }
    }
}

/// A code of a dimension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// The word.
    pub code: String,
    /// Its name.
    pub label: String,
    /// What it is a part of; only the whole is part of nothing.
    pub parent: Option<String>,
}

/// All codes of a dimension: a tree whose root is [`WHOLE`]. Each code comes after what it is a part of.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Codes(Vec<Code>);

impl Codes {
    /// A tree with nothing but the whole.
    pub fn new(whole: &str) -> Self {
        Self(vec![Code {
            code: WHOLE.to_owned(),
            label: whole.to_owned(),
            parent: None,
        }])
    }

    /// Adds a code below another (the whole if that is not there). A code that is there already stays as it is.
    pub fn add(&mut self, code: &str, label: &str, parent: &str) {
        if self.get(code).is_some() {
            return;
        }
        let parent = if self.get(parent).is_some() {
            parent
        } else {
            WHOLE
        };
        // Behind its siblings and what they hold, so that a tree reads from top to bottom.
        let mut family = BTreeSet::from([parent.to_owned()]);
        let mut place = 0;
        for (index, known) in self.0.iter().enumerate() {
            if known
                .parent
                .as_ref()
                .is_some_and(|above| family.contains(above))
            {
                family.insert(known.code.clone());
            }
            if family.contains(&known.code) {
                place = index + 1;
            }
        }
        self.0.insert(
            place,
            Code {
                code: code.to_owned(),
                label: label.to_owned(),
                parent: Some(parent.to_owned()),
            },
        );
    }

    /// Every code, the whole first, each after what it is a part of.
    pub fn all(&self) -> &[Code] {
        &self.0
    }

    /// The code with this word.
    pub fn get(&self, code: &str) -> Option<&Code> {
        self.0.iter().find(|known| known.code == code)
    }

    /// A tree of one code that is made of no others, without what stands above it.
    pub fn alone(&self, code: &str) -> Option<Codes> {
        self.get(code)
            .filter(|known| self.leaves().contains(&known.code.as_str()))
            .map(|known| {
                Codes(vec![Code {
                    parent: None,
                    ..known.clone()
                }])
            })
    }

    /// The codes that are made of no others.
    pub fn leaves(&self) -> Vec<&str> {
        let parents: BTreeSet<&str> = self
            .0
            .iter()
            .filter_map(|code| code.parent.as_deref())
            .collect();
        self.0
            .iter()
            .map(|code| code.code.as_str())
            .filter(|code| !parents.contains(code))
            .collect()
    }

    /// For each code the leaves it is made of; a leaf is made of itself.
    pub fn made_of(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut made: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for leaf in self.leaves() {
            let mut at = Some(leaf);
            while let Some(code) = at {
                made.entry(code).or_default().insert(leaf);
                at = self.get(code).and_then(|known| known.parent.as_deref());
            }
        }
        made
    }

    /// How deep a code lies below the whole.
    pub fn depth(&self, code: &str) -> usize {
        std::iter::successors(self.get(code), |known| {
            known.parent.as_deref().and_then(|above| self.get(above))
        })
        .count()
        .saturating_sub(1)
    }
}

/// A fixed list of codes without levels.
fn flat(whole: &str, codes: &[(&str, &str)]) -> Codes {
    let mut tree = Codes::new(whole);
    for (code, label) in codes {
        tree.add(code, label, WHOLE);
    }
    tree.add(UNKNOWN, "ohne Angabe", WHOLE);
    tree
}

/// The codes that never change; `None` for those that come from reference data.
pub fn fixed(dimension: Dimension) -> Option<Codes> {
    Some(match dimension {
        Dimension::Sex => flat(
            "alle",
            &[
                ("maennlich", "männlich"),
                ("weiblich", "weiblich"),
                ("divers", "divers"),
            ],
        ),
        Dimension::Age => flat(
            "alle",
            &[
                ("a14_17", "14 bis 17 Jahre"),
                ("a18_20", "18 bis 20 Jahre"),
                ("a21_29", "21 bis 29 Jahre"),
                ("a30", "30 Jahre und älter"),
            ],
        ),
        Dimension::Setting => flat(
            "alle",
            &[
                ("haft", "Strafhaft und Jugendstrafe"),
                ("untersuchungshaft", "Untersuchungshaft"),
                ("bewaehrung", "Bewährung und Führungsaufsicht"),
            ],
        ),
        Dimension::Waiting => {
            let mut tree = Codes::new("alle");
            for (code, label) in [
                ("bis_30", "bis 30 Tage"),
                ("bis_90", "31 bis 90 Tage"),
                ("bis_180", "91 bis 180 Tage"),
                ("ueber_180", "mehr als 180 Tage"),
            ] {
                tree.add(code, label, WHOLE);
            }
            tree
        }
        Dimension::ChildAge => {
            let mut tree = Codes::new("alle");
            for (code, label) in [
                ("k0_5", "bis 5 Jahre"),
                ("k6_11", "6 bis 11 Jahre"),
                ("k12_17", "12 bis 17 Jahre"),
            ] {
                tree.add(code, label, WHOLE);
            }
            tree
        }
        Dimension::HandedFrom | Dimension::HandedTo => {
            let mut tree = Codes::new("alle");
            for (code, label) in FACILITY_KINDS {
                tree.add(code, label, WHOLE);
            }
            tree
        }
        Dimension::Route => {
            let mut tree = Codes::new("alle");
            for route in crate::casework::AccessRoute::ALL {
                tree.add(route_code(route.code()), route.label(), WHOLE);
            }
            tree.add(UNKNOWN, "ohne Angabe", WHOLE);
            tree
        }
        Dimension::CancelReason => {
            let mut tree = Codes::new("alle");
            for reason in crate::groups::rules::CancelReason::ALL {
                tree.add(cancel_code(reason.code()), reason.label(), WHOLE);
            }
            tree.add(UNKNOWN, "ohne Angabe", WHOLE);
            tree
        }
        Dimension::Programme
        | Dimension::Facility
        | Dimension::Provider
        | Dimension::Phenomenon
        | Dimension::Outcome => return None,
    })
}

/// The word in files for an access route. Part of the format.
pub fn route_code(code: &str) -> &str {
    match code {
        "self" => "selbst",
        "staff" => "bedienstete",
        "court_order" => "gericht",
        "probation" => "bewaehrungshilfe",
        "security_authority" => "sicherheitsbehoerde",
        "family_professional" => "umfeld",
        "" => UNKNOWN,
        other => other,
    }
}

/// The word in files for the reason of a cancelled date. Part of the format.
pub fn cancel_code(code: &str) -> &str {
    match code {
        "holiday" => "feiertag",
        "lock_in" => "einschluss",
        "trainer" => "leitung",
        "access" => "zugang",
        "room" => "raum",
        "too_few" => "zu_wenige",
        "other" => "sonstiges",
        "" => UNKNOWN,
        other => other,
    }
}

/// A name as a code word: small letters, digits and `_`.
pub fn slug(text: &str) -> String {
    let mut word = String::new();
    for letter in text.to_lowercase().chars() {
        match letter {
            'ä' => word.push_str("ae"),
            'ö' => word.push_str("oe"),
            'ü' => word.push_str("ue"),
            'ß' => word.push_str("ss"),
            'a'..='z' | '0'..='9' => word.push(letter),
            _ if !word.is_empty() && !word.ends_with('_') => word.push('_'),
            _ => {}
        }
    }
    let word = word.trim_end_matches('_');
    if word.starts_with(|first: char| first.is_ascii_lowercase()) {
        word.to_owned()
    } else {
        format!("x{word}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_reads_from_top_to_bottom_and_knows_its_leaves() {
        let mut tree = Codes::new("alle");
        tree.add("b", "B", WHOLE);
        tree.add("c", "C", WHOLE);
        tree.add("b1", "B1", "b");
        tree.add("b2", "B2", "b");
        tree.add("b1", "noch einmal", "c");
        tree.add("d", "D", "nirgends");
        let order: Vec<&str> = tree.all().iter().map(|code| code.code.as_str()).collect();
        assert_eq!(order, ["gesamt", "b", "b1", "b2", "c", "d"]);
        assert_eq!(tree.leaves(), ["b1", "b2", "c", "d"]);
        let made = tree.made_of();
        assert_eq!(made["b"], BTreeSet::from(["b1", "b2"]));
        assert_eq!(made["gesamt"].len(), 4);
        assert_eq!((tree.depth("gesamt"), tree.depth("b2")), (0, 2));
    }

    #[test]
    fn names_become_words() {
        assert_eq!(
            slug("PMK -religiöse Ideologie-"),
            "pmk_religioese_ideologie"
        );
        assert_eq!(slug("BH-DD"), "bh_dd");
        assert_eq!(slug("18 und 20"), "x18_und_20");
    }

    #[test]
    fn every_fixed_code_is_a_word_and_no_code_is_the_whole() {
        for dimension in Dimension::ALL {
            assert_eq!(Dimension::from_code(dimension.code()), Some(dimension));
            let Some(tree) = fixed(dimension) else {
                continue;
            };
            for code in tree.all() {
                assert_eq!(slug(&code.code), code.code, "{}", code.code);
                assert_eq!(code.code == WHOLE, code.parent.is_none());
            }
        }
    }
}
