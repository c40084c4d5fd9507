//! Use cases: raising items in the unit of work that causes them, and closing them.

use time::Date;

use super::rules::{Conclusion, Kind};
use super::store;
use crate::access::Writes;
use crate::base::ids::{FacilityId, PersonId, PlacementId, ProviderId, ReviewItemId};
use crate::base::time::berlin_today;
use crate::history::{self, Change};
use crate::store::{Result, Rows, StoreError, Writer};

/// People asked about in one statement.
const CHUNK: usize = 500;

/// An item to be raised.
#[derive(Debug, Clone)]
pub struct Raise {
    /// What it is about.
    pub kind: Kind,
    /// Who must look at it.
    pub facility: FacilityId,
    /// Whom it is about, if it is about a person.
    pub person: Option<PersonId>,
    /// The organisation, if one is concerned.
    pub provider: Option<ProviderId>,
    /// What caused it, such as the id of a placement: the same cause raises an item once for ever.
    pub cause: String,
}

/// Raises an item in the caller's unit of work. Once for each cause, and not while one about the same person and
/// organisation is open. Says whether it was raised.
///
/// # Errors
/// If the store cannot.
pub async fn raise<P: Writes>(writer: &Writer<P>, item: Raise) -> Result<bool> {
    let id = ReviewItemId(writer.entropy().uuid());
    let about = (item.person, item.provider);
    let raised = store::insert(writer, id, item.kind, item.facility, about, item.cause).await?;
    if raised {
        // About the item, not the person: the time line of the person tells it only to those who see the item.
        let change = Change::new("review_item", id.0, "Vorgang zur Prüfung entstanden");
        history::record(writer, vec![change]).await?;
    }
    Ok(raised)
}

/// Somebody who came to a facility.
#[derive(Debug, Clone, Copy)]
pub struct Arrival {
    /// Who.
    pub person: PersonId,
    /// The stay that began.
    pub placement: PlacementId,
    /// Where.
    pub facility: FacilityId,
    /// Its first day; may lie ahead.
    pub from: Date,
}

/// After people came to a facility: wherever an organisation works with one of them and has no grant there, the
/// facility is asked to look at it. Call it in the unit of work of the change; repeated calls raise nothing twice.
/// Returns how many items were raised.
///
/// # Errors
/// If the store cannot.
pub async fn transferred<P: Writes>(writer: &Writer<P>, arrivals: &[Arrival]) -> Result<usize> {
    let today = berlin_today(writer.now());
    let mut raised = 0;
    let mut rest = arrivals.to_vec();
    rest.sort_by_key(|arrival| (arrival.facility, arrival.from.max(today)));
    for same in rest.chunk_by(|left, right| {
        (left.facility, left.from.max(today)) == (right.facility, right.from.max(today))
    }) {
        for chunk in same.chunks(CHUNK) {
            let Some(first) = chunk.first() else {
                continue;
            };
            let people: Vec<PersonId> = chunk.iter().map(|arrival| arrival.person).collect();
            let day = first.from.max(today);
            for shut in store::shut_out(writer, &people, first.facility, day).await? {
                let Some(arrival) = chunk
                    .iter()
                    .find(|arrival| arrival.person == shut.person_id)
                else {
                    continue;
                };
                let item = Raise {
                    kind: Kind::GrantAfterTransfer,
                    facility: arrival.facility,
                    person: Some(arrival.person),
                    provider: Some(shut.provider_id),
                    cause: format!("{} {}", arrival.placement, shut.provider_id),
                };
                raised += usize::from(raise(writer, item).await?);
            }
        }
    }
    Ok(raised)
}

/// Closes an item of the actor's facility. `None`: there is no such item; otherwise whom it is about.
///
/// # Errors
/// [`StoreError::Changed`] if it was closed or changed meanwhile.
pub(super) async fn close<P: Writes>(
    writer: &Writer<P>,
    id: ReviewItemId,
    version: Option<i64>,
    outcome: Conclusion,
    reason: String,
) -> Result<Option<Option<PersonId>>> {
    let Some(person) = store::subject(writer, id).await? else {
        return Ok(None);
    };
    let version = version.ok_or(StoreError::Changed)?;
    store::close(writer, id, version, outcome, reason.clone()).await?;
    let change = Change::new("review_item", id.0, "Vorgang zur Prüfung erledigt")
        .values(None, Some(outcome.label().to_owned()))
        .because(Some(reason));
    history::record(writer, vec![change]).await?;
    Ok(Some(person))
}
