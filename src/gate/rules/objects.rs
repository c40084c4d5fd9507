//! What external staff may bring along: a code list, a few words of detail, and who decides. Pure.

use crate::base::fold::fold;

use crate::access::{Person, same_person};

/// The longest detail in characters.
pub const DETAIL: usize = 60;

/// A kind of object: code, German word, whether it is a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// The code in the database.
    pub code: &'static str,
    /// The word on the screen.
    pub label: &'static str,
    /// Whether a clearance without devices forbids it.
    pub device: bool,
}

const fn kind(code: &'static str, label: &'static str, device: bool) -> Kind {
    Kind {
        code,
        label,
        device,
    }
}

/// The code list.
pub const KINDS: [Kind; 9] = [
    kind("laptop", "Laptop", true),
    kind("projector", "Beamer", true),
    kind("storage", "Datenträger", true),
    kind("camera", "Kamera oder Tonaufnahme", true),
    kind("flipchart", "Flipchart oder Moderationskoffer", false),
    kind("material", "Arbeitsmaterial auf Papier", false),
    kind("game", "Spiele", false),
    kind("food", "Lebensmittel", false),
    kind("other", "Sonstiges", false),
];

/// Words that name a device, folded: "Sonstiges" must not be the way around a restriction.
const DEVICE_WORDS: &[&str] = &[
    "laptop",
    "notebook",
    "computer",
    "tablet",
    "ipad",
    "handy",
    "telefon",
    "phone",
    "kamera",
    "beamer",
    "usb",
    "stick",
    "festplatte",
    "speicher",
    "smartwatch",
    "geraet",
    "router",
    "drucker",
];

/// An object as it is stored: its code, and behind a bar its detail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// What kind it is.
    pub kind: Kind,
    /// A few words more, or none.
    pub detail: String,
}

impl Object {
    /// An object of the code list; `None` for a code that does not exist.
    pub fn new(code: &str, detail: &str) -> Option<Self> {
        let kind = KINDS.into_iter().find(|kind| kind.code == code)?;
        Some(Self {
            kind,
            detail: detail.trim().to_owned(),
        })
    }

    /// Reads the stored form; a code that no longer exists counts as "Sonstiges".
    pub fn parse(stored: &str) -> Self {
        let (code, detail) = stored.split_once('|').unwrap_or((stored, ""));
        Self::new(code, detail).unwrap_or(Self {
            kind: kind("other", "Sonstiges", false),
            detail: stored.to_owned(),
        })
    }

    /// The stored form.
    pub fn stored(&self) -> String {
        if self.detail.is_empty() {
            self.kind.code.to_owned()
        } else {
            format!("{}|{}", self.kind.code, self.detail)
        }
    }

    /// In words.
    pub fn label(&self) -> String {
        match (self.kind.code, self.detail.is_empty()) {
            (_, true) => self.kind.label.to_owned(),
            ("other", false) => self.detail.clone(),
            (_, false) => format!("{} ({})", self.kind.label, self.detail),
        }
    }

    /// Whether it is a device, by kind or by what its detail says.
    pub fn is_device(&self) -> bool {
        let detail = fold(&self.detail);
        self.kind.device || DEVICE_WORDS.iter().any(|word| detail.contains(word))
    }
}

/// What was decided about an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Asked for.
    Requested,
    /// May come in.
    Approved,
    /// May not. Final.
    Declined,
    /// Taken back. Final.
    Withdrawn,
}

impl State {
    /// Every state.
    pub const ALL: [State; 4] = [
        State::Requested,
        State::Approved,
        State::Declined,
        State::Withdrawn,
    ];

    /// The code in the database.
    pub fn code(self) -> &'static str {
        match self {
            State::Requested => "requested",
            State::Approved => "approved",
            State::Declined => "declined",
            State::Withdrawn => "withdrawn",
        }
    }

    /// The word on the screen.
    pub fn label(self) -> &'static str {
        match self {
            State::Requested => "beantragt",
            State::Approved => "genehmigt",
            State::Declined => "abgelehnt",
            State::Withdrawn => "zurückgezogen",
        }
    }

    /// The state of a code; what nobody knows counts as withdrawn.
    pub fn of(code: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|state| state.code() == code)
            .unwrap_or(State::Withdrawn)
    }
}

/// A decision about an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// "Genehmigen"
    Approve,
    /// "Ablehnen"
    Decline,
    /// "Zurückziehen"
    Withdraw,
}

/// Why a decision is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The same person asked for it.
    FourEyes,
    /// The clearance allows no devices.
    NoDevices,
    /// It stands where this decision is not possible (any more).
    NotPossible(State),
}

impl Refusal {
    /// In words.
    pub fn words(self) -> String {
        match self {
            Refusal::FourEyes => "Wer beantragt, genehmigt nicht: Eine zweite Person mit der Rolle Zugang muss entscheiden.".to_owned(),
            Refusal::NoDevices => NO_DEVICES.to_owned(),
            Refusal::NotPossible(state) => format!("Dieser Gegenstand ist schon {}. Dieser Schritt ist dafür nicht vorgesehen.", state.label()),
        }
    }
}

/// The sentence for a device that the clearance forbids.
pub const NO_DEVICES: &str = "Die Überprüfung dieser Fachkraft erlaubt in dieser Einrichtung keine Geräte. Bitte ohne Gerät planen oder die Stelle Zugang fragen.";

/// Where an object stands after a decision.
///
/// # Errors
/// [`Refusal`]; then nothing changes.
pub fn next(
    state: State,
    step: Step,
    requested_by: Person,
    by: Person,
    forbidden: bool,
) -> Result<State, Refusal> {
    match (state, step) {
        (State::Requested, Step::Approve) if same_person(requested_by, by) => {
            Err(Refusal::FourEyes)
        }
        (State::Requested, Step::Approve) if forbidden => Err(Refusal::NoDevices),
        (State::Requested, Step::Approve) => Ok(State::Approved),
        (State::Requested, Step::Decline) => Ok(State::Declined),
        (State::Requested | State::Approved, Step::Withdraw) => Ok(State::Withdrawn),
        (state, _) => Err(Refusal::NotPossible(state)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::AccountId;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn account(number: u128) -> Person {
        Person::of(AccountId(Uuid::from_u128(number)), None)
    }

    #[test]
    fn objects_are_stored_and_read_back() {
        for kind in KINDS {
            for detail in ["", "zwei | drei", "Größe 3"] {
                let object = Object::new(kind.code, detail).unwrap();
                assert_eq!(Object::parse(&object.stored()), object);
            }
        }
        assert_eq!(Object::new("bombe", ""), None);
        assert_eq!(Object::parse("früher").label(), "früher");
        assert_eq!(Object::new("other", "Ball").unwrap().label(), "Ball");
        assert_eq!(
            Object::new("laptop", "silber").unwrap().label(),
            "Laptop (silber)"
        );
    }

    #[test]
    fn a_device_under_another_name_is_a_device() {
        for (code, detail, device) in [
            ("laptop", "", true),
            ("other", "mein Läptop, äh Laptop", true),
            ("material", "USB-Stick mit Bildern", true),
            ("food", "Kuchen", false),
            ("other", "Messgerät", true),
        ] {
            assert_eq!(
                Object::new(code, detail).unwrap().is_device(),
                device,
                "{code} {detail}"
            );
        }
    }

    #[test]
    fn only_another_person_approves_and_no_device_against_the_clearance() {
        let (me, other) = (account(1), account(2));
        assert_eq!(
            next(State::Requested, Step::Approve, me, me, false),
            Err(Refusal::FourEyes)
        );
        assert_eq!(
            next(State::Requested, Step::Approve, me, other, true),
            Err(Refusal::NoDevices)
        );
        assert_eq!(
            next(State::Requested, Step::Approve, me, other, false),
            Ok(State::Approved)
        );
        assert_eq!(
            next(State::Requested, Step::Withdraw, me, me, true),
            Ok(State::Withdrawn)
        );
    }

    proptest! {
        #[test]
        fn declined_and_withdrawn_are_final_in_every_sequence(steps in proptest::collection::vec((0usize..3, 0u128..3, any::<bool>()), 0..12)) {
            let mut state = State::Requested;
            for (step, by, forbidden) in steps {
                let step = [Step::Approve, Step::Decline, Step::Withdraw][step];
                let before = state;
                if let Ok(after) = next(state, step, account(0), account(by), forbidden) {
                    prop_assert!(!matches!(before, State::Declined | State::Withdrawn));
                    prop_assert!(after != State::Approved || (by != 0 && !forbidden));
                    state = after;
                }
            }
        }
    }
}
