//! Suspends the grants that rest on a clearance.

use sea_orm::FromQueryResult;

use crate::access::Writes;
use crate::base::ids::{ClearanceId, GrantId};
use crate::history::{self, Change};
use crate::store::{Result, Rows, Sql, Writer};

#[derive(FromQueryResult)]
struct GrantRow {
    id: GrantId,
}

/// Suspends what is active and rests on a clearance, with its history; returns how many.
pub(in crate::providers) async fn suspend_for_clearance<P: Writes>(
    writer: &Writer<P>,
    clearance: ClearanceId,
) -> Result<usize> {
    let grants: Vec<GrantRow> = writer
        .all(
            Sql::new("select id from access_grant where clearance_id = ? and state = 'active' order by id limit 1000")
                .bind(clearance),
        )
        .await?;
    writer
        .change(
            Sql::new(
                "update access_grant set state = 'suspended', suspended_reason = 'clearance', version = version + 1 \
                 where clearance_id = ? and state = 'active'",
            )
            .bind(clearance),
        )
        .await?;
    let changes = grants
        .iter()
        .map(|grant| {
            Change::new("access_grant", grant.id.0, "Zugangsfreigabe ausgesetzt")
                .because(Some("Die Überprüfung wurde beendet.".to_owned()))
        })
        .collect();
    history::record(writer, changes).await?;
    Ok(grants.len())
}
