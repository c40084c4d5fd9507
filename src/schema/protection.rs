//! Data protection: four eyes, stated purposes, emergency access, the monthly sample.

use super::classes::table;
use crate::base::ids::*;
use crate::base::time::Instant;

table! {
    /// A request that a second person decides about, and its one use.
    approval "approval" Reference {
        id [key]: ApprovalId => Plain withheld "interne Kennung" never;
        kind: String => Plain withheld "keine Angabe zur Person" never;
        subject: String => Staff withheld "Angabe zu Beschäftigten" never;
        location: String => Plain withheld "technische Angabe" never;
        reason: String => Staff withheld "Angabe zu Beschäftigten" never;
        request_hash: Vec<u8> => Plain withheld "technische Angabe" never;
        state: String => Plain withheld "keine Angabe zur Person" never;
        requested_by: AccountId => Staff withheld "Angabe zu Beschäftigten" never;
        requested_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        requested_at: Instant => Staff withheld "Angabe zu Beschäftigten" never;
        expires_at: Instant => Plain withheld "keine Angabe zur Person" never;
        decided_by: Option<AccountId> => Staff withheld "Angabe zu Beschäftigten" never;
        decided_by_name: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
        decided_at: Option<Instant> => Staff withheld "Angabe zu Beschäftigten" never;
        decided_reason: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
        used_at: Option<Instant> => Staff withheld "Angabe zu Beschäftigten" never;
        version: i64 => Plain withheld "technische Angabe" never;
    }
    /// Why somebody opened a person who is not assigned to them; without a person: why somebody opened very many.
    stated_purpose "stated_purpose" Audit {
        id [key]: PurposeId => Plain withheld "interne Kennung" never;
        person_id: Option<PersonId> => Personal withheld "interne Kennung" never;
        account_id: AccountId => Staff withheld "Angabe zu Beschäftigten" never;
        account_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        session: String => Plain withheld "technische Angabe" never;
        reason: String => Personal told "Grund eines Zugriffs" never;
        explanation: String => Personal withheld "kann Dritte nennen; der Grund wird mitgeteilt" never;
        stated_at: Instant => Personal told "Grund angegeben am" never;
        expires_at: Instant => Plain withheld "technische Angabe" never;
    }
    /// Emergency access to a person outside the own scope.
    emergency_access "emergency_access" Audit {
        id [key]: EmergencyId => Plain withheld "interne Kennung" never;
        person_id: PersonId => Personal withheld "interne Kennung" never;
        account_id: AccountId => Staff withheld "Angabe zu Beschäftigten" never;
        account_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        facility_id: FacilityId => Personal told "Notfallzugriff durch" never;
        reason: String => Personal withheld "kann Dritte nennen; der Notfallzugriff wird mitgeteilt" never;
        opened_at: Instant => Personal told "Notfallzugriff am" never;
        ends_at: Instant => Personal told "Notfallzugriff bis" never;
        ended_at: Option<Instant> => Personal told "Notfallzugriff beendet am" never;
        ended_by_name: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
        review_due: Date => Plain withheld "technische Angabe" never;
        result: Option<String> => Personal told "Ergebnis der Nachprüfung" never;
        review_note: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
        reviewed_by: Option<AccountId> => Staff withheld "Angabe zu Beschäftigten" never;
        reviewed_by_name: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
        reviewed_at: Option<Instant> => Personal told "Nachgeprüft am" never;
        version: i64 => Plain withheld "technische Angabe" never;
    }
    /// A read of the log drawn for the monthly sample, and what data protection thought of it.
    sampled_read "sampled_read" Audit {
        month [key]: String => Plain withheld "technische Angabe" never;
        writer [key]: Uuid => Plain withheld "technische Angabe" never;
        sequence [key]: i64 => Plain withheld "technische Angabe" never;
        place: i64 => Plain withheld "technische Angabe" never;
        judgement: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
        note: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
        judged_by: Option<AccountId> => Staff withheld "Angabe zu Beschäftigten" never;
        judged_by_name: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
        judged_at: Option<Instant> => Staff withheld "Angabe zu Beschäftigten" never;
        version: i64 => Plain withheld "technische Angabe" never;
    }
}
