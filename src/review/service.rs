//! Use cases: raising items in the unit of work that causes them. How they are answered is `answer`.

use time::Date;

use uuid::Uuid;

use super::rules::Kind;
use super::rules::events::{self, Event, Situation};
use super::store;
use crate::access::Writes;
use crate::base::ids::{
    AccountId, AssignmentId, FacilityId, PersonId, PlacementId, ProviderId, ReviewItemId,
};
use crate::base::time::berlin_today;
use crate::history::{self, Change};
use crate::store::{Result, Rows, Writer};

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
    /// The membership, participation or person that it is about: one open item of a kind about each.
    pub subject: Option<Uuid>,
    /// The change of placement that raised it, and its day.
    pub event: Option<(Event, Date)>,
}

/// Raises an item in the caller's unit of work. Once for each cause, and not while one about the same person and
/// organisation is open. Says whether it was raised.
///
/// # Errors
/// If the store cannot.
pub async fn raise<P: Writes>(writer: &Writer<P>, item: Raise) -> Result<bool> {
    let id = ReviewItemId(writer.entropy().uuid());
    let raised = store::insert(writer, id, &item).await?;
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
                    subject: None,
                    event: None,
                };
                raised += usize::from(raise(writer, item).await?);
            }
        }
    }
    Ok(raised)
}

/// A probation officer who became responsible for somebody.
#[derive(Debug, Clone, Copy)]
pub struct Charged {
    /// For whom.
    pub person: PersonId,
    /// The officer's office.
    pub office: FacilityId,
    /// The officer.
    pub account: AccountId,
    /// The new responsibility: the same one raises nothing twice.
    pub assignment: AssignmentId,
    /// Whether the officer took the person over by an own act, and so knows of it.
    pub known: bool,
}

/// After somebody else became responsible: the new officer looks at what runs, and whoever of the office is still
/// responsible beside is asked about, because a responsibility that nobody ended keeps a record open. Call it in the unit
/// of work of the change.
///
/// # Errors
/// If the store cannot.
pub async fn charge_changed<P: Writes>(writer: &Writer<P>, charged: Charged) -> Result<()> {
    let item = |kind: Kind, subject: Uuid| Raise {
        kind,
        facility: charged.office,
        person: Some(charged.person),
        provider: None,
        cause: format!("{} {subject}", charged.assignment),
        subject: Some(subject),
        event: None,
    };
    let parts = store::events::parts(writer, &[charged.person]).await?;
    if !charged.known && parts.iter().any(|part| part.ended_on.is_none()) {
        raise(writer, item(Kind::NewCharge, charged.person.0)).await?;
    }
    for old in store::beside(writer, charged.person, charged.office, charged.account).await? {
        raise(writer, item(Kind::OldCharge, old.0)).await?;
    }
    Ok(())
}

/// A change of a person's placement.
#[derive(Debug, Clone, Copy)]
pub struct Moved {
    /// Who.
    pub person: PersonId,
    /// What happened.
    pub event: Event,
    /// The prison where it happened: the one left, or on a recall the one that took the person in.
    pub facility: FacilityId,
    /// Its day; may lie ahead.
    pub day: Date,
    /// Days of an absence, if its end is known.
    pub days: Option<i64>,
    /// The placement or absence that says so: the same one raises nothing twice.
    pub cause: Uuid,
}

/// After changes of placement: raises what the facilities have to decide ([`events::items`]). Call it in the unit of work
/// of the change. A repeated event raises nothing twice; if its day was put right, open items follow. Returns how many
/// items were raised.
///
/// # Errors
/// If the store cannot.
pub async fn moved<P: Writes>(writer: &Writer<P>, changes: &[Moved]) -> Result<usize> {
    let mut raised = 0;
    for chunk in changes.chunks(CHUNK) {
        let people: Vec<PersonId> = chunk.iter().map(|change| change.person).collect();
        let parts = store::events::parts(writer, &people).await?;
        if parts.is_empty() {
            continue;
        }
        let under_way = store::events::handed_over(writer, &people).await?;
        for change in chunk {
            let situation = Situation {
                person: change.person.0,
                facility: change.facility,
                days: change.days,
                parts: parts
                    .iter()
                    .filter(|row| row.person_id == change.person)
                    .map(store::events::PartRow::part)
                    .filter(|part| part.runs || change.event == Event::Recall)
                    .collect(),
                handed_over: under_way.contains(&(change.person, change.facility)),
            };
            for wanted in events::items(change.event, &situation) {
                let item = Raise {
                    kind: wanted.kind,
                    facility: wanted.facility,
                    person: Some(change.person),
                    provider: None,
                    cause: format!(
                        "{} {} {}",
                        change.cause,
                        change.event.code(),
                        wanted.subject
                    ),
                    subject: Some(wanted.subject),
                    event: Some((change.event, change.day)),
                };
                let cause = item.cause.clone();
                if raise(writer, item).await? {
                    raised += 1;
                } else {
                    store::events::set_day(writer, &cause, change.day).await?;
                }
            }
        }
    }
    Ok(raised)
}
