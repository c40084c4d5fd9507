//! Conflicts that somebody took on.

use crate::access::Writes;
use crate::base::ids::{AcceptanceId, GroupId};
use crate::base::time::Instant;
use crate::conflicts::rules::Conflict;
use crate::schema::groups::conflict_acceptance;
use crate::store::{Result, Rows, Writer};

/// A conflict that somebody took on.
#[derive(Debug, Clone)]
pub(in crate::conflicts) struct Accepted {
    pub group: GroupId,
    /// See [`Conflict::mark`].
    pub mark: String,
    pub reason: String,
    pub by: String,
    pub at: Instant,
}

/// Keeps that conflicts of a group were taken on.
pub(in crate::conflicts) async fn insert<P: Writes>(
    writer: &Writer<P>,
    group: GroupId,
    conflicts: &[&Conflict],
    reason: &str,
) -> Result<()> {
    let rows = conflicts
        .iter()
        .map(|conflict| conflict_acceptance::Model {
            id: AcceptanceId(writer.entropy().uuid()),
            group_id: group,
            kind: conflict.kind.code().to_owned(),
            day: conflict.day,
            mark: conflict.mark(),
            reason: reason.to_owned(),
            accepted_at: writer.now(),
            accepted_by_name: writer.access().actor().name().to_owned(),
        })
        .collect();
    writer.insert_all(rows).await
}
