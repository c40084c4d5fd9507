//! What an import would do: rows that are new, that change something, that change nothing. The dry run
//! shows this plan, the import carries out the same plan.

use std::collections::HashMap;

use time::Date;

use super::person::PersonRow;
use super::target::Target;
use super::values::{Setting, Sex};
use crate::base::fold::fold;
use crate::base::german;
use crate::base::ids::{FacilityId, PersonId};

/// What is known of a person already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExistingPerson {
    /// The person.
    pub person_id: PersonId,
    /// The family name.
    pub family_name: String,
    /// The given name or names.
    pub given_name: String,
    /// The day of birth, if it is known.
    pub birth_date: Option<Date>,
    /// Sex as registered.
    pub sex: Sex,
    /// The facility of the current placement.
    pub facility_id: FacilityId,
    /// The first day of the current placement.
    pub placed_from: Date,
    /// The expected end of the current placement; `None` if open.
    pub expected_release: Option<Date>,
    /// The kind of custody or supervision of the current placement.
    pub setting: Setting,
}

/// One value that a row would change, in words for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What would change.
    pub target: Target,
    /// The value now.
    pub old: String,
    /// The value in the list.
    pub new: String,
}

impl Difference {
    /// The name of what would change, shown to people.
    pub const fn label(&self) -> &'static str {
        self.target.label()
    }
}

/// A known person for whom the list states something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The person.
    pub person_id: PersonId,
    /// The row of the list.
    pub row: PersonRow,
    /// What would change; never empty.
    pub differences: Vec<Difference>,
}

impl Change {
    /// Whether family name and day of birth both differ: then the number was probably mistyped or given
    /// anew, and the row speaks of somebody else. Such a change needs a person's decision.
    pub fn may_be_somebody_else(&self) -> bool {
        let differs = |target| {
            self.differences
                .iter()
                .any(|difference| difference.target == target)
        };
        differs(Target::FamilyName) && differs(Target::BirthDate)
    }
}

/// A known person for whom the list states what is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unchanged {
    /// The person.
    pub person_id: PersonId,
    /// The line of the file, from 1.
    pub line: u32,
}

/// A row with an unknown number, but with name and day of birth of a known person: probably a new
/// number after a transfer. Taken over unseen, the person would count twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SamePerson {
    /// The line of the file, from 1.
    pub line: u32,
    /// The known person.
    pub person_id: PersonId,
}

/// What an import would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportPlan {
    /// Rows with an unknown number.
    pub new: Vec<PersonRow>,
    /// Known people with differences.
    pub changed: Vec<Change>,
    /// Known people without differences.
    pub unchanged: Vec<Unchanged>,
    /// Those of the new rows that may be known people under a new number.
    pub perhaps_known: Vec<SamePerson>,
}

/// Compares rows with the known people, given by number key. Missing information never erases what is
/// known: neither a list without a column for the expected end nor an unstated sex. `facility_name`
/// gives the name of a facility for the differences.
pub fn compare(
    rows: Vec<PersonRow>,
    existing: &HashMap<String, ExistingPerson>,
    facility_name: impl Fn(FacilityId) -> String,
) -> ImportPlan {
    let mut by_identity: HashMap<Identity, Vec<PersonId>> = HashMap::new();
    for person in existing.values() {
        let Some(birth_date) = person.birth_date else {
            continue;
        };
        by_identity
            .entry(identity(
                &person.family_name,
                &person.given_name,
                birth_date,
            ))
            .or_default()
            .push(person.person_id);
    }
    let mut plan = ImportPlan::default();
    for row in rows {
        let Some(person) = existing.get(&row.number_key) else {
            let identity = identity(&row.family_name, &row.given_name, row.birth_date);
            let mut known = by_identity.get(&identity).cloned().unwrap_or_default();
            known.sort_unstable();
            known.dedup();
            let line = row.line;
            plan.perhaps_known.extend(
                known
                    .into_iter()
                    .map(|person_id| SamePerson { line, person_id }),
            );
            plan.new.push(row);
            continue;
        };
        let person_id = person.person_id;
        let differences = differences(&row, person, &facility_name);
        if differences.is_empty() {
            plan.unchanged.push(Unchanged {
                person_id,
                line: row.line,
            });
        } else {
            plan.changed.push(Change {
                person_id,
                row,
                differences,
            });
        }
    }
    plan
}

type Identity = (String, String, Date);

fn identity(family_name: &str, given_name: &str, birth_date: Date) -> Identity {
    (fold(family_name), fold(given_name), birth_date)
}

fn differences(
    row: &PersonRow,
    person: &ExistingPerson,
    facility_name: impl Fn(FacilityId) -> String,
) -> Vec<Difference> {
    let release = |date: Option<Date>| date.map_or_else(|| "offen".to_owned(), german::date);
    let mut differences = Vec::new();
    let mut note = |target, differs: bool, old: String, new: String| {
        if differs {
            differences.push(Difference { target, old, new });
        }
    };
    let (old, new) = (&person.family_name, &row.family_name);
    note(Target::FamilyName, old != new, old.clone(), new.clone());
    let (old, new) = (&person.given_name, &row.given_name);
    note(Target::GivenName, old != new, old.clone(), new.clone());
    let (old, new) = (person.birth_date, row.birth_date);
    note(
        Target::BirthDate,
        old != Some(new),
        old.map_or_else(|| "nicht bekannt".to_owned(), german::date),
        german::date(new),
    );
    let (old, new) = (person.sex, row.sex);
    let differs = old != new && new != Sex::Unknown;
    note(
        Target::Sex,
        differs,
        old.label().to_owned(),
        new.label().to_owned(),
    );
    let (old, new) = (person.facility_id, row.facility_id);
    note(
        Target::Facility,
        old != new,
        facility_name(old),
        facility_name(new),
    );
    let (old, new) = (person.placed_from, row.placed_from);
    note(
        Target::PlacedFrom,
        old != new,
        german::date(old),
        german::date(new),
    );
    let (old, new) = (person.expected_release, row.expected_release);
    let differs = old != new && row.states_expected_release;
    note(Target::ExpectedRelease, differs, release(old), release(new));
    let (old, new) = (person.setting, row.setting);
    note(
        Target::Setting,
        old != new,
        old.label().to_owned(),
        new.label().to_owned(),
    );
    differences
}
