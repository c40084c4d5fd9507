//! What rows are read into, and what must be known to read them.

use std::collections::HashMap;

use time::Date;

use super::values::{Setting, Sex, key};
use crate::base::ids::FacilityId;

/// What the rules must know from outside the list.
#[derive(Debug, Clone)]
pub struct Lookup {
    facilities: HashMap<String, Option<FacilityId>>,
    /// The facility chosen for rows that name none.
    pub default_facility: Option<FacilityId>,
    /// The setting chosen for rows that name none.
    pub default_setting: Option<Setting>,
    /// The day in Berlin on which the list is read.
    pub today: Date,
}

impl Lookup {
    /// A lookup without facilities and defaults.
    pub fn new(today: Date) -> Self {
        Self {
            facilities: HashMap::new(),
            default_facility: None,
            default_setting: None,
            today,
        }
    }

    /// Makes a facility known by a code or one of its names. A name that two facilities share names
    /// neither.
    pub fn add_facility(&mut self, code_or_name: &str, id: FacilityId) {
        self.facilities
            .entry(key(code_or_name))
            .and_modify(|known| *known = known.filter(|known| *known == id))
            .or_insert(Some(id));
    }

    pub(super) fn facility(&self, text: &str) -> Option<FacilityId> {
        self.facilities.get(&key(text)).copied().flatten()
    }
}

/// A person as one row of a list states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRow {
    /// The line of the file on which the row begins, from 1.
    pub line: u32,
    /// The number as the list writes it.
    pub number: String,
    /// The number as it is compared, see [`number_key`](crate::base::fold::number_key).
    pub number_key: String,
    /// The family name, spelled as in the list.
    pub family_name: String,
    /// The given name or names, spelled as in the list.
    pub given_name: String,
    /// The day of birth.
    pub birth_date: Date,
    /// Sex as registered; [`Sex::Unknown`] says nothing about what is known already.
    pub sex: Sex,
    /// The facility.
    pub facility_id: FacilityId,
    /// The first day with this facility.
    pub placed_from: Date,
    /// The expected end; `None` if open.
    pub expected_release: Option<Date>,
    /// Whether the list has a column for the expected end, so that `None` means "open" and not
    /// "not stated".
    pub states_expected_release: bool,
    /// The kind of custody or supervision.
    pub setting: Setting,
}
