//! Asking, deciding, using.

use serde::Serialize;

use super::rules::{self, Kind, Refusal, Stand, State, Step};
use super::store::{self, Approval};
use crate::access::Writes;
use crate::base::ids::ApprovalId;
use crate::history::{self, Change};
use crate::schema::protection::approval;
use crate::store::{Result, Rows, StoreError, Writer};

/// What is asked for.
#[derive(Debug)]
pub struct Request<'a, T: Serialize> {
    /// Its kind.
    pub kind: Kind,
    /// What it is about, in words for the second person; nothing about people in programmes.
    pub subject: String,
    /// The page on which it can be looked at and, once approved, be done.
    pub location: String,
    /// Exactly what will be done: the approval is bound to its hash.
    pub payload: &'a T,
    /// Why.
    pub reason: String,
}

/// What the second person says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Yes.
    Approve,
    /// No.
    Decline,
    /// Who asked takes it back.
    Withdraw,
}

/// The proof that a second person approved exactly this, and that the approval is used up with the writer's commit.
#[derive(Debug)]
pub struct Redeemed {
    /// Which request.
    pub id: ApprovalId,
    /// Who approved, as named then.
    pub approved_by: String,
}

fn unreadable(error: &serde_json::Error) -> StoreError {
    StoreError::Unavailable(format!("a request cannot be written: {error}"))
}

/// Asks for something. The role must be one that may ([`Kind::requesters`]).
///
/// # Errors
/// If the store cannot. The inner error: why it cannot be asked for.
pub async fn request<P: Writes, T: Serialize>(
    writer: &Writer<P>,
    request: Request<'_, T>,
) -> Result<std::result::Result<ApprovalId, Refusal>> {
    let actor = writer.access().actor();
    if !request.kind.requesters().contains(&actor.role()) {
        return Ok(Err(Refusal::NotTheRole));
    }
    let hash = rules::hash(request.kind, actor.person(), request.payload)
        .map_err(|error| unreadable(&error))?;
    let stand = Stand::requested(request.kind, actor.person(), hash, writer.now());
    let id = ApprovalId(writer.entropy().uuid());
    let row = approval::Model {
        id,
        kind: request.kind.code().to_owned(),
        subject: request.subject,
        location: request.location,
        reason: request.reason.clone(),
        request_hash: hash.to_vec(),
        state: stand.state.code().to_owned(),
        requested_by: actor.account(),
        requested_by_name: actor.name().to_owned(),
        requested_at: writer.now(),
        expires_at: stand.expires_at,
        decided_by: None,
        decided_by_name: None,
        decided_at: None,
        decided_reason: None,
        used_at: None,
        version: 1,
    };
    store::insert(writer, row).await?;
    let change = Change::new("approval", id.0, "Beantragt").because(Some(request.reason));
    history::record(writer, vec![change]).await?;
    Ok(Ok(id))
}

async fn stand<P: Writes>(
    writer: &Writer<P>,
    id: ApprovalId,
) -> Result<std::result::Result<(Approval, Stand), Refusal>> {
    let found = store::find(writer, id).await?;
    Ok(found
        .and_then(|row| row.stand().map(|stand| (row, stand)))
        .ok_or(Refusal::Unknown))
}

/// Decides about a request, or takes one's own back.
///
/// # Errors
/// If the store cannot. The inner error: why it is not possible; nothing has changed then.
pub async fn decide<P: Writes>(
    writer: &Writer<P>,
    id: ApprovalId,
    decision: Decision,
    reason: Option<String>,
) -> Result<std::result::Result<Approval, Refusal>> {
    let (row, before) = match stand(writer, id).await? {
        Ok(found) => found,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let actor = writer.access().actor();
    let step = match decision {
        Decision::Approve => Step::Approve,
        Decision::Decline => Step::Decline,
        Decision::Withdraw => Step::Withdraw,
    };
    let after = match before.after(step, actor.person(), actor.role(), writer.now()) {
        Ok(after) => after,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let what = match decision {
        Decision::Approve => "Genehmigt",
        Decision::Decline => "Abgelehnt",
        Decision::Withdraw => "Zurückgezogen",
    };
    if after.state == State::Withdrawn {
        store::end(writer, &row, &after).await?;
    } else {
        store::decide(writer, &row, &after, reason.clone()).await?;
    }
    let change = Change::new("approval", id.0, what).because(reason);
    history::record(writer, vec![change]).await?;
    Ok(Ok(row))
}

/// Uses an approval for exactly this payload, within the transaction of the act itself: it is used up if and only if the
/// writer commits.
///
/// # Errors
/// If the store cannot. The inner error: why it does not allow this.
pub async fn redeem<P: Writes>(
    writer: &Writer<P>,
    id: ApprovalId,
    kind: Kind,
    payload: &impl Serialize,
) -> Result<std::result::Result<Redeemed, Refusal>> {
    let (row, before) = match stand(writer, id).await? {
        Ok(found) => found,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let actor = writer.access().actor();
    let hash =
        rules::hash(kind, before.requested_by, payload).map_err(|error| unreadable(&error))?;
    let step = Step::Redeem { hash };
    match before.after(step, actor.person(), actor.role(), writer.now()) {
        Err(refusal) => Ok(Err(refusal)),
        Ok(after) => {
            store::end(writer, &row, &after).await?;
            history::record(writer, vec![Change::new("approval", id.0, "Ausgeführt")]).await?;
            Ok(Ok(Redeemed {
                id,
                approved_by: row.decided_by_name.unwrap_or_default(),
            }))
        }
    }
}

/// Uses up the approval of an act that was done before the program was cut short, whatever its period: who approved it.
/// A request that nobody has decided about, as in a restored backup, is taken back.
///
/// # Errors
/// If the store cannot.
pub async fn used_before<P: Writes>(writer: &Writer<P>, id: ApprovalId) -> Result<Option<String>> {
    let Ok((row, before)) = stand(writer, id).await? else {
        return Ok(None);
    };
    let (state, what) = match before.state {
        State::Approved => (State::Used, "Ausgeführt"),
        State::Requested => (State::Withdrawn, "Zurückgezogen"),
        _ => return Ok(row.decided_by_name),
    };
    store::end(writer, &row, &Stand { state, ..before }).await?;
    let change = Change::new("approval", id.0, what).because(Some(
        "Schon ausgeführt, bevor das Programm abbrach".to_owned(),
    ));
    history::record(writer, vec![change]).await?;
    Ok(row.decided_by_name)
}

/// The actor's own approval for exactly this payload that could be redeemed now, if there is one.
///
/// # Errors
/// If the store cannot.
pub async fn usable<R: Rows>(
    rows: &R,
    kind: Kind,
    payload: &impl Serialize,
) -> Result<Option<Approval>> {
    let person = rows.access().actor().person();
    let hash = rules::hash(kind, person, payload).map_err(|error| unreadable(&error))?;
    store::approved(rows, kind, hash).await
}
