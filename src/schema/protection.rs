//! Data protection: four eyes.

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
}
