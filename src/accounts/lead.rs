//! Who leads an office: a right of an account of the social service or of the probation service. The lead reviews the
//! emergency accesses of the office and may look into its restricted records in the single case.

use serde::Serialize;

use super::holder::HISTORY;
use super::store::{self, AccountRow};
use crate::access::{Role, Writes};
use crate::base::ids::{AccountId, FacilityId};
use crate::history::{self, Change};
use crate::store::{Result, Writer};

/// What the second person approves: this account as it is leads this office.
#[derive(Debug, Serialize)]
pub(super) struct Payload {
    account: AccountId,
    role: String,
    facility: Option<FacilityId>,
}

impl Payload {
    pub(super) fn of(row: &AccountRow) -> Self {
        Self {
            account: row.id,
            role: row.role.clone(),
            facility: row.facility_id,
        }
    }
}

/// Whether accounts with this role's code can lead an office.
pub(super) fn leading(role: &str) -> bool {
    matches!(
        role.parse::<Role>(),
        Ok(Role::SocialService | Role::Probation)
    )
}

/// Whether an account can lead an office.
pub(super) fn can_lead(row: &AccountRow) -> bool {
    leading(&row.role) && row.facility_id.is_some()
}

/// Gives the lead to an account that was just made up.
pub(crate) async fn appoint<P: Writes>(writer: &Writer<P>, account: AccountId) -> Result<()> {
    store::appoint(writer, account).await
}

/// Gives the lead or takes it away, if the account stands as it was shown.
///
/// # Errors
/// [`crate::store::StoreError::Changed`] if somebody changed the account meanwhile.
pub(super) async fn set<P: Writes>(
    writer: &Writer<P>,
    row: &AccountRow,
    version: i64,
    lead: bool,
    reason: String,
) -> Result<()> {
    store::set_lead(writer, row.id, version, lead).await?;
    let what = if lead {
        "Leitung übertragen"
    } else {
        "Leitung entzogen"
    };
    let change = Change::new(HISTORY, row.id.0, what).because(Some(reason));
    history::record(writer, vec![change]).await
}
