//! The register of statistics releases.

use super::classes::table;
use crate::base::ids::*;
use crate::base::time::Instant;

table! {
    /// A release of a report, in whatever state: protected figures in files, and the counts behind them sealed.
    statistics_release "statistics_release" Release {
        id [key]: ReleaseId => Plain withheld "keine Angabe zur Person" never;
        report: String => Plain withheld "keine Angabe zur Person" never;
        period: String => Plain withheld "keine Angabe zur Person" never;
        revision: i64 => Plain withheld "keine Angabe zur Person" never;
        state: String => Plain withheld "keine Angabe zur Person" never;
        correction: Option<String> => Plain withheld "keine Angabe zur Person" never;
        content_hash: String => Plain withheld "keine Angabe zur Person" never;
        threshold: i64 => Plain withheld "keine Angabe zur Person" never;
        cut_off: Date => Plain withheld "keine Angabe zur Person" never;
        basis: i64 => Plain withheld "technische Angabe" never;
        figures: Option<Vec<u8>> => Secret withheld "keine Angabe zur Person" never;
        explained: Option<Vec<u8>> => Secret withheld "keine Angabe zur Person" never;
        shown: i64 => Plain withheld "keine Angabe zur Person" never;
        hidden: i64 => Plain withheld "keine Angabe zur Person" never;
        problem: Option<String> => Plain withheld "technische Angabe" never;
        prepared_by: AccountId => Staff withheld "Angabe zu Beschäftigten" never;
        prepared_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        prepared_at: Instant => Plain withheld "keine Angabe zur Person" never;
        approved_by: Option<AccountId> => Staff withheld "Angabe zu Beschäftigten" never;
        approved_by_name: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
        approved_at: Option<Instant> => Plain withheld "keine Angabe zur Person" never;
        withdrawn_by: Option<AccountId> => Staff withheld "Angabe zu Beschäftigten" never;
        withdrawn_by_name: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
        withdrawn_at: Option<Instant> => Plain withheld "keine Angabe zur Person" never;
        withdrawn_reason: Option<String> => Plain withheld "keine Angabe zur Person" never;
        version: i64 => Plain withheld "technische Angabe" never;
        shape: String => Plain withheld "keine Angabe zur Person" never;
        proposals: Option<Vec<u8>> => Secret withheld "keine Angabe zur Person" never;
    }
    /// A file of a release, exactly as it was approved.
    statistics_file "statistics_file" Release {
        release_id [key]: ReleaseId => Plain withheld "keine Angabe zur Person" never;
        kind [key]: String => Plain withheld "keine Angabe zur Person" never;
        name: String => Plain withheld "keine Angabe zur Person" never;
        content_type: String => Plain withheld "keine Angabe zur Person" never;
        content_hash: String => Plain withheld "keine Angabe zur Person" never;
        content: Vec<u8> => Plain withheld "keine Angabe zur Person" never;
    }
    /// How many releases were published; an approval names the number it was prepared under.
    statistics_counter "statistics_counter" Release {
        id [key]: i64 => Plain withheld "technische Angabe" never;
        published: i64 => Plain withheld "technische Angabe" never;
    }
}
