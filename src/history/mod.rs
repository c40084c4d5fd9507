//! The append-only history of objects: who changed what, when, from what to what, why. Names of actors are copied
//! at writing time, so that they stand there when the account is gone.

mod store;

pub use store::{HistoryLine, of_object, of_objects, of_person, record, record_sql};

/// One change to record.
#[derive(Debug, Clone)]
pub struct Change<'a> {
    /// The kind of object: the name of its table.
    pub object_kind: &'static str,
    /// The object's id.
    pub object_id: uuid::Uuid,
    /// The person it is about, if it is about one: shown on the person's page.
    pub person: Option<crate::base::ids::PersonId>,
    /// What happened, as a German sentence head such as "Anwesenheit berichtigt".
    pub what: &'a str,
    /// The old value as shown, if there was one.
    pub old: Option<String>,
    /// The new value as shown, if there is one.
    pub new: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

impl<'a> Change<'a> {
    /// Something happened to an object.
    pub fn new(object_kind: &'static str, object_id: uuid::Uuid, what: &'a str) -> Self {
        Self {
            object_kind,
            object_id,
            person: None,
            what,
            old: None,
            new: None,
            reason: None,
        }
    }

    /// About a person.
    pub fn about(mut self, person: crate::base::ids::PersonId) -> Self {
        self.person = Some(person);
        self
    }

    /// From what to what.
    pub fn values(mut self, old: Option<String>, new: Option<String>) -> Self {
        self.old = old;
        self.new = new;
        self
    }

    /// Why.
    pub fn because(mut self, reason: Option<String>) -> Self {
        self.reason = reason;
        self
    }
}
