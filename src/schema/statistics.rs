//! The register of statistics releases.

use super::classes::table;
use crate::base::ids::*;
use crate::base::time::Instant;

table! {
    /// A prepared, published or discarded release: protected figures only.
    statistics_release "statistics_release" Release {
        id [key]: ReleaseId => Plain withheld "keine Angabe zur Person" never;
        period: String => Plain withheld "keine Angabe zur Person" never;
        state: String => Plain withheld "keine Angabe zur Person" never;
        content: Vec<u8> => Plain withheld "keine Angabe zur Person" never;
        content_hash: String => Plain withheld "keine Angabe zur Person" never;
        threshold: i64 => Plain withheld "keine Angabe zur Person" never;
        cut_off: Date => Plain withheld "keine Angabe zur Person" never;
        prepared_by: AccountId => Staff withheld "Angabe zu Beschäftigten" never;
        prepared_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        prepared_at: Instant => Plain withheld "keine Angabe zur Person" never;
        approved_by: Option<AccountId> => Staff withheld "Angabe zu Beschäftigten" never;
        approved_by_name: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
        approved_at: Option<Instant> => Plain withheld "keine Angabe zur Person" never;
        version: i64 => Plain withheld "technische Angabe" never;
    }
}
