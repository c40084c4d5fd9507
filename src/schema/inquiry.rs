//! Requests of data subjects, and legal holds on the audit log.

use super::classes::table;
use crate::base::ids::*;
use crate::base::time::Instant;

table! {
    /// A request for the report on one's data ("Auskunftsersuchen"). Without a person: nothing was stored about whoever
    /// asked, whose name therefore is not kept here either.
    inquiry "inquiry" Person {
        id [key]: InquiryId => Plain withheld "interne Kennung" never;
        person_id: Option<PersonId> => Personal withheld "interne Kennung" never;
        reference: String => Personal told "Aktenzeichen des Ersuchens" never;
        asker: String => Personal told "Gestellt von" never;
        identity: String => Personal told "Identität geprüft durch" never;
        reason: Option<String> => Personal told "Anliegen" never;
        received_on: Date => Personal told "Eingegangen am" never;
        due_on: Date => Personal told "Zu beantworten bis" never;
        state: String => Personal told "Stand des Ersuchens" never;
        restricted: String => Plain withheld "steht beim jeweiligen Abschnitt" never;
        answered_on: Option<Date> => Personal told "Beantwortet am" never;
        delivery: Option<String> => Personal told "Ausgehändigt" never;
        content_hash: Option<String> => Plain withheld "technische Angabe" never;
        answered_by_name: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
        created_at: Instant => Personal told "Erfasst am" never;
        created_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        version: i64 => Plain withheld "technische Angabe" never;
    }
    /// A legal hold: days of the audit log that are kept past their period, on a ground.
    audit_hold "audit_hold" Audit {
        id [key]: AuditHoldId => Plain withheld "technische Angabe" never;
        first_day: Date => Plain withheld "keine Angabe zur Person" never;
        last_day: Option<Date> => Plain withheld "keine Angabe zur Person" never;
        reference: String => Plain withheld "Angabe zu einem Verfahren" never;
        ground: String => Plain withheld "Angabe zu einem Verfahren" never;
        set_at: Instant => Plain withheld "technische Angabe" never;
        set_by: Option<AccountId> => Staff withheld "Angabe zu Beschäftigten" never;
        set_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        lifted_at: Option<Instant> => Plain withheld "technische Angabe" never;
        lifted_by_name: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
        lifted_reason: Option<String> => Plain withheld "Angabe zu einem Verfahren" never;
        version: i64 => Plain withheld "technische Angabe" never;
    }
}
