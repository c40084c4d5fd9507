//! Restriction, periods, erasure.

use super::classes::table;
use crate::base::ids::*;
use crate::base::time::Instant;

table! {
    /// That a person's record is restricted: out of lists and figures until it is lifted.
    person_restriction "person_restriction" Person {
        id [key]: RestrictionId => Plain withheld "interne Kennung" never;
        person_id: PersonId => Personal withheld "interne Kennung" never;
        ground: String => Personal told "Grund der Einschränkung" never;
        reason: String => Personal told "Begründung der Einschränkung" never;
        restricted_at: Instant => Personal told "Eingeschränkt am" never;
        restricted_by: Option<AccountId> => Staff withheld "Angabe zu Beschäftigten" never;
        restricted_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        erase_on: Option<Date> => Personal told "Zu löschen ab" never;
        lifted_at: Option<Instant> => Personal told "Einschränkung aufgehoben am" never;
        lifted_by_name: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
        lift_reason: Option<String> => Personal told "Begründung der Aufhebung" never;
        version: i64 => Plain withheld "technische Angabe" never;
    }
    /// That a person's record must not be erased yet.
    erasure_hold "erasure_hold" Person {
        id [key]: ErasureHoldId => Plain withheld "interne Kennung" never;
        person_id: PersonId => Personal withheld "interne Kennung" never;
        ground: String => Personal told "Grund der Löschsperre" never;
        reason: String => Personal told "Begründung der Löschsperre" never;
        review_on: Date => Personal told "Löschsperre zu prüfen am" never;
        set_at: Instant => Personal told "Löschsperre gesetzt am" never;
        set_by: Option<AccountId> => Staff withheld "Angabe zu Beschäftigten" never;
        set_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        lifted_at: Option<Instant> => Personal told "Löschsperre aufgehoben am" never;
        lifted_by_name: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
        lift_reason: Option<String> => Personal told "Begründung der Aufhebung der Löschsperre" never;
        version: i64 => Plain withheld "technische Angabe" never;
    }
    /// A period: how long what is kept, on which ground, by which source.
    retention_period "retention_period" Reference {
        code [key]: String => Plain withheld "keine Angabe zur Person" never;
        place: i64 => Plain withheld "keine Angabe zur Person" never;
        restrict_after: Option<i64> => Plain withheld "keine Angabe zur Person" never;
        erase_after: i64 => Plain withheld "keine Angabe zur Person" never;
        unit: String => Plain withheld "keine Angabe zur Person" never;
        ground: String => Plain withheld "keine Angabe zur Person" never;
        source: String => Plain withheld "keine Angabe zur Person" never;
        changed_at: Option<Instant> => Staff withheld "Angabe zu Beschäftigten" never;
        changed_by_name: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
        version: i64 => Plain withheld "technische Angabe" never;
    }
    /// A list of what is to be erased, and the proof that it was.
    erasure "erasure" Release {
        id [key]: ErasureId => Plain withheld "interne Kennung" never;
        state: String => Plain withheld "keine Angabe zur Person" never;
        approval_id: Option<uuid::Uuid> => Plain withheld "interne Kennung" never;
        content_hash: String => Plain withheld "technische Angabe" never;
        proposed_at: Instant => Plain withheld "keine Angabe zur Person" never;
        proposed_by: AccountId => Staff withheld "Angabe zu Beschäftigten" never;
        proposed_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        approved_by_name: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
        done_at: Option<Instant> => Plain withheld "keine Angabe zur Person" never;
        done_by_name: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
        ledger_number: Option<i64> => Plain withheld "technische Angabe" never;
        rows_gone: Option<i64> => Plain withheld "keine Angabe zur Person" never;
        version: i64 => Plain withheld "technische Angabe" never;
    }
    /// Whom such a list is about; deleted when it is done or withdrawn.
    erasure_item "erasure_item" Person {
        erasure_id [key]: ErasureId => Plain withheld "interne Kennung" never;
        kind [key]: String => Plain withheld "interne Kennung" never;
        subject_id [key]: uuid::Uuid => Personal withheld "interne Kennung" never;
        category: String => Personal told "Löschfrist" never;
        began: Date => Personal told "Löschfrist läuft ab" never;
        due: Date => Personal told "Zu löschen am" never;
    }
    /// How many records of which category were erased, on which ground.
    erasure_count "erasure_count" Release {
        erasure_id [key]: ErasureId => Plain withheld "interne Kennung" never;
        category [key]: String => Plain withheld "keine Angabe zur Person" never;
        ground: String => Plain withheld "keine Angabe zur Person" never;
        number: i64 => Plain withheld "keine Angabe zur Person" never;
    }
}
