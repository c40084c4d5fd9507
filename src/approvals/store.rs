//! Queries of requests.

use sea_orm::FromQueryResult;

use super::rules::{Kind, Stand, State};
use crate::access::{Person, Writes};
use crate::base::ids::{AccountId, ApprovalId};
use crate::base::time::Instant;
use crate::schema::protection::approval;
use crate::store::{Result, Rows, Sql, Writer};

/// Requests on a page of each kind of list.
pub(super) const LINES: i64 = 100;

/// A request as it is shown.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Approval {
    /// Which.
    pub id: ApprovalId,
    /// The code of its [`Kind`].
    pub kind: String,
    /// What it is about; nothing about people in programmes.
    pub subject: String,
    /// The page on which it is looked at and done.
    pub location: String,
    /// Why.
    pub reason: String,
    /// SHA-256 of what was asked.
    pub request_hash: Vec<u8>,
    /// The code of its state, as it was left.
    pub state: String,
    /// The account that asked.
    pub requested_by: AccountId,
    /// The human behind it.
    pub requested_holder: AccountId,
    /// The name.
    pub requested_by_name: String,
    /// When.
    pub requested_at: Instant,
    /// Until when the next step must be taken.
    pub expires_at: Instant,
    /// The account that decided.
    pub decided_by: Option<AccountId>,
    /// The human behind it.
    pub decided_holder: Option<AccountId>,
    /// The name.
    pub decided_by_name: Option<String>,
    /// When.
    pub decided_at: Option<Instant>,
    /// Why so.
    pub decided_reason: Option<String>,
    /// When it was used.
    pub used_at: Option<Instant>,
    /// For the optimistic lock.
    pub version: i64,
}

impl Approval {
    /// Who asked: the human, not the sign-in name.
    pub fn requester(&self) -> Person {
        Person::of(self.requested_by, Some(self.requested_holder))
    }

    /// What it is about.
    pub fn kind(&self) -> Option<Kind> {
        Kind::from_code(&self.kind)
    }

    /// Where it stands at a moment.
    pub fn shown(&self, now: Instant) -> State {
        self.stand()
            .map_or(State::Expired, |stand| stand.shown(now))
    }

    /// As the rules see it; nothing if the row is not readable.
    pub(super) fn stand(&self) -> Option<Stand> {
        Some(Stand {
            kind: self.kind()?,
            state: State::from_code(&self.state)?,
            requested_by: self.requester(),
            decided_by: self
                .decided_by
                .map(|account| Person::of(account, self.decided_holder)),
            hash: self.request_hash.as_slice().try_into().ok()?,
            expires_at: self.expires_at,
        })
    }
}

const APPROVAL: &str = "select v.id, v.kind, v.subject, v.location, v.reason, v.request_hash, v.state, v.requested_by, \
     coalesce(ra.holder_id, ra.id) as requested_holder, v.requested_by_name, v.requested_at, v.expires_at, v.decided_by, \
     coalesce(da.holder_id, da.id) as decided_holder, v.decided_by_name, v.decided_at, v.decided_reason, v.used_at, v.version \
     from approval v join account ra on ra.id = v.requested_by left join account da on da.id = v.decided_by where ";

fn kinds(kinds: &[Kind]) -> Vec<String> {
    kinds.iter().map(|kind| kind.code().to_owned()).collect()
}

/// A request that the actor may know of.
pub(super) async fn seen<R: Rows>(rows: &R, id: ApprovalId) -> Result<Option<Approval>> {
    rows.one(
        Sql::new(APPROVAL)
            .push("v.id = ? and ")
            .bind(id)
            .append(scope(rows)),
    )
    .await
}

/// A request.
///
/// # Errors
/// If the store cannot.
pub async fn find(rows: &impl Rows, id: ApprovalId) -> Result<Option<Approval>> {
    rows.one(Sql::new(APPROVAL).push("v.id = ?").bind(id)).await
}

/// What the actor may know of: requests about which the role decides, and the own ones.
fn scope<R: Rows>(rows: &R) -> Sql {
    let actor = rows.access().actor();
    Sql::new("(coalesce(ra.holder_id, ra.id) = ? or v.kind in ")
        .bind(actor.person().holder())
        .list(kinds(&Kind::decided_by(actor.role())))
        .push(")")
}

/// The requests that wait for a decision or for their use, the oldest first.
///
/// # Errors
/// If the store cannot.
pub(super) async fn open<R: Rows>(rows: &R) -> Result<Vec<Approval>> {
    rows.all(
        Sql::new(APPROVAL)
            .push("v.state in ('requested', 'approved') and v.expires_at > ? and ")
            .bind(rows.now())
            .append(scope(rows))
            .push(" order by v.requested_at, v.id limit ?")
            .bind(LINES),
    )
    .await
}

/// The newest requests that are over.
pub(super) async fn over<R: Rows>(rows: &R) -> Result<Vec<Approval>> {
    rows.all(
        Sql::new(APPROVAL)
            .push("(v.state in ('declined', 'withdrawn', 'used') or v.expires_at <= ?) and ")
            .bind(rows.now())
            .append(scope(rows))
            .push(" order by v.requested_at desc, v.id limit ?")
            .bind(LINES),
    )
    .await
}

/// An approved request of a person for exactly this, that can be used now.
pub(super) async fn approved<R: Rows>(
    rows: &R,
    kind: Kind,
    hash: [u8; 32],
) -> Result<Option<Approval>> {
    rows.one(
        Sql::new(APPROVAL)
            .push("v.state = 'approved' and v.kind = ? and v.request_hash = ? and v.expires_at > ? order by v.expires_at limit 1")
            .bind(kind.code().to_owned())
            .bind(hash.to_vec())
            .bind(rows.now()),
    )
    .await
}

/// How many requests wait for the actor, as a value in a statement: those of other people that the role decides about.
pub fn waiting_count<R: Rows>(rows: &R) -> Sql {
    let actor = rows.access().actor();
    Sql::new(
        "(select count(*) from approval v join account ra on ra.id = v.requested_by where v.state = 'requested' \
         and v.expires_at > ? and coalesce(ra.holder_id, ra.id) <> ? and v.kind in ",
    )
    .bind(rows.now())
    .bind(actor.person().holder())
    .list(kinds(&Kind::decided_by(actor.role())))
    .push(")")
}

/// How many requests of the actor were approved and can be used, as a value in a statement.
pub fn usable_count<R: Rows>(rows: &R) -> Sql {
    Sql::new(
        "(select count(*) from approval v join account ra on ra.id = v.requested_by where v.state = 'approved' \
         and v.expires_at > ? and coalesce(ra.holder_id, ra.id) = ?)",
    )
    .bind(rows.now())
    .bind(rows.access().actor().person().holder())
}

pub(super) async fn insert<P: Writes>(writer: &Writer<P>, row: approval::Model) -> Result<()> {
    writer.insert(row).await
}

/// Writes a decision down: approved or declined.
pub(super) async fn decide<P: Writes>(
    writer: &Writer<P>,
    before: &Approval,
    after: &Stand,
    reason: Option<String>,
) -> Result<()> {
    let actor = writer.access().actor();
    let sql = Sql::new("update approval set state = ?, expires_at = ?, decided_by = ?, decided_by_name = ?, decided_at = ?, ")
        .bind(after.state.code().to_owned())
        .bind(after.expires_at)
        .bind(actor.account())
        .bind(actor.name().to_owned())
        .bind(writer.now())
        .push("decided_reason = ?, version = version + 1 where id = ? and version = ?")
        .bind(reason)
        .bind(before.id)
        .bind(before.version);
    writer.change_one(sql).await
}

/// Writes down that a request was taken back or used.
pub(super) async fn end<P: Writes>(
    writer: &Writer<P>,
    before: &Approval,
    after: &Stand,
) -> Result<()> {
    let used = (after.state == State::Used).then(|| writer.now());
    let sql = Sql::new(
        "update approval set state = ?, used_at = ?, version = version + 1 where id = ? and version = ?",
    )
    .bind(after.state.code().to_owned())
    .bind(used)
    .bind(before.id)
    .bind(before.version);
    writer.change_one(sql).await
}
