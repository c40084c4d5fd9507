//! What an audit entry says. No names and no old values: row histories keep those.

use crate::base::codes::codes;
use crate::base::ids::{AccountId, PersonId};
use crate::base::time::Instant;

codes! {
    /// The operation, after section 32 paragraph 1 SächsDSUG, and four of our own.
    Verb {
        /// Collecting.
        Collect "erhebung" "Erhebung",
        /// Changing.
        Change "veraenderung" "Veränderung",
        /// Consulting.
        Query "abfrage" "Abfrage",
        /// Disclosing, including transmission.
        Disclose "offenlegung" "Offenlegung",
        /// Combining.
        Combine "kombination" "Kombination",
        /// Erasing.
        Erase "loeschung" "Löschung",
        /// Signing in and out.
        SignIn "anmeldung" "Anmeldung",
        /// Changing rights.
        Rights "rechte" "Rechte",
        /// The system itself.
        System "system" "System",
    }
}

codes! {
    /// Whether it was allowed.
    Outcome {
        /// Done.
        Allowed "erlaubt" "erlaubt",
        /// Refused.
        Denied "verweigert" "verweigert",
    }
}

codes! {
    /// How much of a person was seen or touched.
    Level {
        /// A line of a list.
        List "liste" "Listenzeile",
        /// The master data.
        Basic "basis" "Stammdaten",
        /// The participation.
        Case "fall" "Teilnahme",
    }
}

/// Who did it within which request; filled in by the store from the access, never by a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// When.
    pub at: Instant,
    /// The account, if one was signed in.
    pub actor: Option<AccountId>,
    /// The role's code, or `system`.
    pub role: String,
    /// The route's pattern or the command.
    pub route: String,
    /// The request's id.
    pub request: String,
    /// The first bytes of the session's hash.
    pub session: String,
}

/// The reason of whoever acts in the own responsibility and rests on no single assignment, such as for a list.
pub const OWN_MATTER: &str = "zustaendigkeit";

/// What happened; written by the room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The operation.
    pub verb: Verb,
    /// Whether it was allowed.
    pub outcome: Outcome,
    /// Why (section 32 paragraph 2 SächsDSUG): a code such as `zustaendigkeit`, often with the id of what it rests on.
    pub reason: String,
    /// To whom something was disclosed; empty if to nobody but the actor.
    pub recipient: String,
    /// What it was about, as a code word and perhaps an id; never a name.
    pub object: String,
    /// The names of changed fields, never their values.
    pub fields: Vec<&'static str>,
    /// The people it was about.
    pub subjects: Vec<(PersonId, Level)>,
}

impl Entry {
    /// An allowed operation within the actor's own responsibility.
    pub fn new(verb: Verb, object: impl Into<String>) -> Self {
        Self {
            verb,
            outcome: Outcome::Allowed,
            reason: OWN_MATTER.to_owned(),
            recipient: String::new(),
            object: object.into(),
            fields: Vec::new(),
            subjects: Vec::new(),
        }
    }

    /// The same, refused.
    pub fn denied(mut self) -> Self {
        self.outcome = Outcome::Denied;
        self.reason = String::new();
        self
    }

    /// One more person it was about.
    pub fn about(mut self, person: PersonId, level: Level) -> Self {
        self.subjects.push((person, level));
        self
    }

    /// The people it was about.
    pub fn about_all(mut self, people: impl IntoIterator<Item = PersonId>, level: Level) -> Self {
        self.subjects
            .extend(people.into_iter().map(|person| (person, level)));
        self
    }

    /// The one person whose details were opened: exactly one was seen beyond a line of a list.
    pub fn opens(&self) -> Option<PersonId> {
        let mut opened = self.opened();
        let first = opened.next()?;
        opened.all(|person| person == first).then_some(first)
    }

    /// The people seen beyond a line of a list; whoever was named twice comes twice.
    pub fn opened(&self) -> impl Iterator<Item = PersonId> + '_ {
        self.subjects
            .iter()
            .filter(|(_, level)| *level != Level::List)
            .map(|(person, _)| *person)
    }

    /// The fields it changed.
    pub fn fields(mut self, fields: impl IntoIterator<Item = &'static str>) -> Self {
        self.fields.extend(fields);
        self
    }

    /// To whom it was disclosed.
    pub fn to(mut self, recipient: impl Into<String>) -> Self {
        self.recipient = recipient.into();
        self
    }

    /// Why, where it is not the actor's own responsibility.
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = reason.into();
        self
    }
}
