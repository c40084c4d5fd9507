//! The audit log.

use super::classes::table;
use crate::base::ids::*;
use crate::base::time::Instant;

table! {
    /// One entry.
    audit_entry "audit_entry" Audit {
        writer [key]: Uuid => Plain withheld "technische Angabe" never;
        sequence [key]: i64 => Plain withheld "technische Angabe" never;
        day: Date => Plain withheld "technische Angabe" never;
        at: Instant => Staff told "Zeitpunkt" never;
        actor_id: Option<AccountId> => Staff withheld "Angabe zu Beschäftigten" never;
        role: String => Staff told "Stelle" never;
        route: String => Plain told "Vorgang" never;
        request: String => Plain withheld "technische Angabe" never;
        session: String => Plain withheld "technische Angabe" never;
        verb: String => Plain told "Art der Verarbeitung" never;
        outcome: String => Plain told "Ergebnis" never;
        reason: String => Plain told "Begründung" never;
        recipient: String => Plain told "Empfänger" never;
        object: String => Plain withheld "interne Kennung" never;
        fields: String => Plain told "Geänderte Angaben" never;
        hash: Vec<u8> => Secret withheld "Geheimnis" never;
    }
    /// A person an entry is about.
    audit_subject "audit_subject" Audit {
        person_id [key]: PersonId => Personal withheld "interne Kennung" never;
        writer [key]: Uuid => Plain withheld "technische Angabe" never;
        sequence [key]: i64 => Plain withheld "technische Angabe" never;
        level [key]: String => Plain told "Umfang" never;
    }
    /// A day of a writer's chain whose entries were deleted after their period.
    audit_segment "audit_segment" Release {
        writer [key]: Uuid => Plain withheld "technische Angabe" never;
        day [key]: Date => Plain withheld "technische Angabe" never;
        first_sequence: i64 => Plain withheld "technische Angabe" never;
        last_sequence: i64 => Plain withheld "technische Angabe" never;
        start_hash: Vec<u8> => Secret withheld "Geheimnis" never;
        end_hash: Vec<u8> => Secret withheld "Geheimnis" never;
        seal: Vec<u8> => Secret withheld "Geheimnis" never;
        removed_at: Instant => Plain withheld "technische Angabe" never;
    }
    /// What the database knows of its installation: the fingerprint of the master secret, the highest time seen.
    installation "installation" Reference {
        name [key]: String => Plain withheld "technische Angabe" never;
        value: String => Plain withheld "technische Angabe" never;
    }
}
