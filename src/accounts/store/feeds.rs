//! Queries of calendar subscriptions.

use sea_orm::FromQueryResult;

use super::{HOLDER, HOLDER_FROM, Holder};
use crate::access::Writes;
use crate::base::ids::{AccountId, FeedId};
use crate::base::time::Instant;
use crate::schema::accounts::calendar_feed;
use crate::store::{Result, Rows, Sql, Writer};

/// A subscription with its account.
#[derive(Debug, FromQueryResult)]
pub(in crate::accounts) struct FeedRow {
    pub id: FeedId,
    pub epoch: i64,
    pub used_at: Option<Instant>,
    #[sea_orm(nested)]
    pub account: Holder,
}

/// The subscription of an account, without its address, which nobody can know any more.
#[derive(Debug, Clone, Copy, FromQueryResult)]
pub struct Feed {
    /// Id.
    pub id: FeedId,
    /// Since when.
    pub created_at: Instant,
    /// When a program last read it, to ten minutes.
    pub used_at: Option<Instant>,
}

/// The subscription whose address has this hash, unless it was ended.
pub(in crate::accounts) async fn by_hash(
    rows: &impl Rows,
    token_hash: &[u8],
) -> Result<Option<FeedRow>> {
    rows.one(
        Sql::new("select c.id, c.epoch, c.used_at, ")
            .push(HOLDER)
            .push("from calendar_feed c join account a on a.id = c.account_id ")
            .push(HOLDER_FROM)
            .push("where c.token_hash = ? and c.revoked_at is null")
            .bind(token_hash.to_vec()),
    )
    .await
}

/// The subscription of an account. One made before the account was set up anew is as good as ended.
pub(in crate::accounts) async fn of(rows: &impl Rows, account: AccountId) -> Result<Option<Feed>> {
    rows.one(
        Sql::new(
            "select c.id, c.created_at, c.used_at from calendar_feed c join account a on a.id = c.account_id \
             and a.session_epoch = c.epoch where c.account_id = ? and c.revoked_at is null",
        )
        .bind(account),
    )
    .await
}

/// Ends an account's subscription: how many there were, none or one.
pub(in crate::accounts) async fn revoke<P: Writes>(
    writer: &Writer<P>,
    account: AccountId,
) -> Result<u64> {
    writer
        .change(
            Sql::new("update calendar_feed set revoked_at = ? where account_id = ? and revoked_at is null")
                .bind(writer.now())
                .bind(account),
        )
        .await
}

/// Stores a new subscription of an account.
pub(in crate::accounts) async fn insert<P: Writes>(
    writer: &Writer<P>,
    account: AccountId,
    token_hash: &[u8],
) -> Result<FeedId> {
    let row: Option<EpochRow> = writer
        .one(Sql::new("select session_epoch from account where id = ?").bind(account))
        .await?;
    let id = FeedId(writer.entropy().uuid());
    writer
        .insert(calendar_feed::Model {
            id,
            account_id: account,
            token_hash: token_hash.to_vec(),
            epoch: row.map_or(0, |row| row.session_epoch),
            created_at: writer.now(),
            used_at: None,
            revoked_at: None,
        })
        .await?;
    Ok(id)
}

#[derive(FromQueryResult)]
struct EpochRow {
    session_epoch: i64,
}

/// Keeps when a subscription was last read.
pub(in crate::accounts) async fn touch<P: Writes>(
    writer: &Writer<P>,
    id: FeedId,
    now: Instant,
) -> Result<()> {
    writer
        .change(
            Sql::new("update calendar_feed set used_at = ? where id = ?")
                .bind(now)
                .bind(id),
        )
        .await?;
    Ok(())
}
