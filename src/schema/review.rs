//! Cover of sessions, and what somebody must look at.

use super::classes::table;
use crate::base::ids::*;
use crate::base::time::Instant;

table! {
    /// Who holds a session instead of a trainer of its group; lifted ones stay as history.
    session_trainer "session_trainer" Reference {
        id [key]: CoverId => Plain withheld "interne Kennung" never;
        session_id: GroupSessionId => Plain withheld "interne Kennung" never;
        staff_id: StaffId => Staff withheld "Angabe zu Beschäftigten" never;
        replaces_staff_id: StaffId => Staff withheld "Angabe zu Beschäftigten" never;
        created_at: Instant => Staff withheld "Angabe zu Beschäftigten" never;
        created_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        removed_at: Option<Instant> => Staff withheld "Angabe zu Beschäftigten" never;
        removed_by_name: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
    }
    /// Something that somebody in a facility must look at ("Vorgang zur Prüfung").
    review_item "review_item" Person {
        id [key]: ReviewItemId => Plain withheld "interne Kennung" never;
        kind: String => Special told "Vorgang zur Prüfung" never;
        facility_id: FacilityId => Special told "Einrichtung" never;
        person_id: Option<PersonId> => Special withheld "interne Kennung" never;
        provider_id: Option<ProviderId> => Special told "Träger" never;
        cause: String => Plain withheld "interne Kennung" never;
        raised_at: Instant => Special told "Entstanden am" never;
        raised_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        state: String => Special told "Stand" never;
        outcome: Option<String> => Special told "Ergebnis" never;
        reason: Option<String> => Special told "Begründung" never;
        done_by: Option<AccountId> => Staff withheld "Angabe zu Beschäftigten" never;
        done_by_name: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
        done_at: Option<Instant> => Special told "Erledigt am" never;
        version: i64 => Plain withheld "technische Angabe" never;
        subject_id: Option<uuid::Uuid> => Plain withheld "interne Kennung" never;
        event: Option<String> => Special told "Anlass" never;
        event_day: Option<Date> => Special told "Tag des Anlasses" never;
    }
    /// How long a facility lets what a change of placement leaves open wait before it is marked.
    review_setting "review_setting" Reference {
        facility_id [key]: FacilityId => Plain withheld "keine Angabe zur Person" never;
        grace_days: i64 => Plain withheld "keine Angabe zur Person" never;
        changed_at: Instant => Staff withheld "Angabe zu Beschäftigten" never;
        changed_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        version: i64 => Plain withheld "technische Angabe" never;
    }
}
