//! Correcting whose account it is. Four eyes are counted by person, so a wrong choice at the creation of an account
//! would either forbid two people to check each other or let one person check herself.

use super::store::{self, AccountRow};
use crate::access::Writes;
use crate::history::{self, Change};
use crate::store::{Result, StoreError, Writer};

/// The kind of object in the history.
pub(super) const HISTORY: &str = "account";

/// Whose account it is.
pub(super) enum Whose {
    /// Of a person without any other account.
    Own,
    /// Of the person behind this account.
    SameAs(Box<AccountRow>),
}

/// Says anew whose account it is, if it stands as it was shown. Accounts that were of the same person stay together:
/// they come along to the other account's person, and stay among themselves when this account turns out to be somebody
/// else's.
///
/// # Errors
/// [`crate::store::StoreError::Changed`] if somebody changed the account meanwhile.
pub(super) async fn correct<P: Writes>(
    writer: &Writer<P>,
    row: &AccountRow,
    version: i64,
    whose: Whose,
    reason: String,
) -> Result<()> {
    let first = row.holder_id.unwrap_or(row.id);
    let told = match whose {
        Whose::Own => {
            store::set_holder(writer, row.id, version, None).await?;
            if first == row.id {
                store::regroup(writer, row.id).await?;
            }
            "eine eigene Person".to_owned()
        }
        Whose::SameAs(other) => {
            // Whose account the other one is must not change until this is stored: chains of two are not followed.
            let Some(other) = store::hold(writer, other.id).await? else {
                return Err(StoreError::Changed);
            };
            let holder = other.holder_id.unwrap_or(other.id);
            store::set_holder(
                writer,
                row.id,
                version,
                (holder != row.id).then_some(holder),
            )
            .await?;
            if first == row.id && holder != row.id {
                store::move_holder(writer, row.id, holder).await?;
            }
            format!("dieselbe Person wie {}", other.login)
        }
    };
    let change = Change::new(HISTORY, row.id.0, "Inhaber berichtigt")
        .values(None, Some(told))
        .because(Some(reason));
    history::record(writer, vec![change]).await
}
