//! The closed lists of an import, in the words that other systems use for them.

use crate::base::fold::fold;

/// Sex as registered (section 22 (3) PStG: the entry may be female, male, diverse or left open).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sex {
    /// Registered as male.
    Male,
    /// Registered as female.
    Female,
    /// Registered as diverse.
    Diverse,
    /// Left open or not stated.
    Unknown,
}

impl Sex {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Sex::Male => "male",
            Sex::Female => "female",
            Sex::Diverse => "diverse",
            Sex::Unknown => "unknown",
        }
    }

    /// The name shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Sex::Male => "männlich",
            Sex::Female => "weiblich",
            Sex::Diverse => "divers",
            Sex::Unknown => "keine Angabe",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        match key(text).as_str() {
            "m" | "maennlich" | "mann" | "maennl" => Some(Sex::Male),
            "w" | "weiblich" | "f" | "frau" | "weibl" => Some(Sex::Female),
            "d" | "divers" => Some(Sex::Diverse),
            "" | "x" | "u" | "unbekannt" | "offen" | "ka" | "keineangabe" | "ohneangabe" => {
                Some(Sex::Unknown)
            }
            _ => None,
        }
    }
}

/// The kind of custody or supervision under which a person is placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Setting {
    /// Sentenced custody of adults, default imprisonment for fines included.
    Sentence,
    /// Remand before a conviction: presumption of innocence, no sentence plan.
    Remand,
    /// Youth custody (section 17 JGG).
    YouthCustody,
    /// Suspended sentence under supervision of a probation officer.
    Probation,
    /// Supervision of conduct (section 68 StGB).
    ConductSupervision,
}

impl Setting {
    /// All settings, in the order in which they are offered.
    pub const ALL: [Setting; 5] = [
        Setting::Sentence,
        Setting::Remand,
        Setting::YouthCustody,
        Setting::Probation,
        Setting::ConductSupervision,
    ];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Setting::Sentence => "sentence",
            Setting::Remand => "remand",
            Setting::YouthCustody => "youth_custody",
            Setting::Probation => "probation",
            Setting::ConductSupervision => "conduct_supervision",
        }
    }

    /// The setting with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|setting| setting.code() == code)
    }

    /// The name shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Setting::Sentence => "Strafhaft",
            Setting::Remand => "Untersuchungshaft",
            Setting::YouthCustody => "Jugendstrafe",
            Setting::Probation => "Bewährung",
            Setting::ConductSupervision => "Führungsaufsicht",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        match key(text).as_str() {
            "strafhaft" | "freiheitsstrafe" | "sh" | "fs" | "efs" | "ersatzfreiheitsstrafe" => {
                Some(Setting::Sentence)
            }
            "uhaft" | "untersuchungshaft" | "uh" | "u" => Some(Setting::Remand),
            "jugendstrafe" | "jugendhaft" | "jugendstrafhaft" | "js" => Some(Setting::YouthCustody),
            "bewaehrung" | "bewaehrungsaufsicht" | "bewaehrungshilfe" | "bwh" | "bewh" => {
                Some(Setting::Probation)
            }
            "fuehrungsaufsicht" | "fa" | "fuea" => Some(Setting::ConductSupervision),
            _ => None,
        }
    }
}

/// A word without case, blanks and punctuation.
pub(super) fn key(text: &str) -> String {
    fold(text)
        .chars()
        .filter(|char| char.is_alphanumeric())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_read_back() {
        for setting in Setting::ALL {
            assert_eq!(Setting::parse(setting.label()), Some(setting));
            assert_eq!(Setting::from_code(setting.code()), Some(setting));
        }
        for sex in [Sex::Male, Sex::Female, Sex::Diverse, Sex::Unknown] {
            assert_eq!(Sex::parse(sex.label()), Some(sex));
        }
    }

    #[test]
    fn usual_words_are_read_and_others_refused() {
        assert_eq!(Setting::parse("U-Haft"), Some(Setting::Remand));
        assert_eq!(Setting::parse("JUGENDSTRAFE"), Some(Setting::YouthCustody));
        assert_eq!(Setting::parse("Sicherungsverwahrung"), None);
        assert_eq!(Setting::parse(""), None);
        assert_eq!(Sex::parse("Männl."), Some(Sex::Male));
        assert_eq!(Sex::parse("k. A."), Some(Sex::Unknown));
        assert_eq!(Sex::parse("7"), None);
    }
}
