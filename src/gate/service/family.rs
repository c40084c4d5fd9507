//! Family days and their guests. Names of guests stand in no history and in no log.

use time::Date;

use super::visits::Appointment;
use super::{Outcome, Step};
use crate::access::{Person, Writes, same_person};
use crate::base::german;
use crate::base::ids::{FacilityId, FamilyDayId, FamilyGuestId, GroupId};
use crate::base::time::berlin_today;
use crate::gate::rules;
use crate::gate::store::family::{self as store, FamilyDayRow};
use crate::history::{self, Change};
use crate::schema::providers::{family_day, family_guest};
use crate::store::{Result, Rows, Writer};

/// The kind of object in the history.
pub(crate) const HISTORY: &str = "family_day";

/// Plans a family day of the actor's facility.
pub(crate) async fn plan<P: Writes>(
    writer: &Writer<P>,
    id: FamilyDayId,
    facility: FacilityId,
    group: Option<GroupId>,
    appointment: &Appointment,
) -> Result<Date> {
    let today = berlin_today(writer.now());
    let days = store::deadline(writer, facility).await?;
    let deadline = rules::guest_deadline(appointment.day, days, today);
    let row = family_day::Model {
        id,
        facility_id: facility,
        group_id: group,
        day: appointment.day,
        start_minute: i64::from(appointment.from.value()),
        minutes: i64::from(appointment.to.value()) - i64::from(appointment.from.value()),
        destination: appointment.destination.clone(),
        guest_deadline: deadline,
        cancelled_at: None,
        created_at: writer.now(),
        created_by_name: writer.access().actor().name().to_owned(),
        version: 1,
    };
    store::insert(writer, row).await?;
    let text = format!(
        "{}, Gäste bis {}",
        german::date(appointment.day),
        german::date(deadline)
    );
    let change = Change::new(HISTORY, id.0, "Familientag geplant").values(None, Some(text));
    history::record(writer, vec![change]).await?;
    Ok(deadline)
}

/// Why no guest can be announced (any more).
pub(crate) fn closed(day: &FamilyDayRow, today: Date) -> Option<String> {
    if day.cancelled_at.is_some() {
        return Some("Dieser Familientag ist abgesagt.".to_owned());
    }
    (today > day.guest_deadline).then(|| {
        format!(
            "Gäste konnten bis zum {} angekündigt werden. Bitte die Stelle Zugang der Einrichtung fragen.",
            german::date(day.guest_deadline)
        )
    })
}

/// Announces a guest of a family day in scope.
pub(crate) async fn announce<P: Writes>(
    writer: &Writer<P>,
    id: FamilyDayId,
    name: &str,
) -> Step<FamilyGuestId> {
    let Some(day) = store::day(writer, id).await? else {
        return Ok(Outcome::Unknown);
    };
    if let Some(why) = closed(&day, berlin_today(writer.now())) {
        return Ok(Outcome::Refused("name", why));
    }
    if !store::hold(writer, id).await? {
        return Ok(Outcome::Refused(
            "name",
            "Dieser Familientag ist abgesagt.".to_owned(),
        ));
    }
    let there = store::guests(writer, id).await?;
    if i64::try_from(there.len()).unwrap_or(i64::MAX) >= store::GUESTS {
        let why = format!("Ein Familientag hat höchstens {} Gäste.", store::GUESTS);
        return Ok(Outcome::Refused("name", why));
    }
    let folded = crate::base::fold::fold(name);
    if there
        .iter()
        .any(|guest| crate::base::fold::fold(&guest.name) == folded)
    {
        let why = "Dieser Name ist für diesen Familientag schon angekündigt.";
        return Ok(Outcome::Refused("name", why.to_owned()));
    }
    let actor = writer.access().actor();
    let guest = FamilyGuestId(writer.entropy().uuid());
    let row = family_guest::Model {
        id: guest,
        family_day_id: id,
        name: name.to_owned(),
        state: "announced".to_owned(),
        announced_by: actor.account(),
        announced_by_name: actor.name().to_owned(),
        announced_at: writer.now(),
        decided_by_name: None,
        decided_at: None,
        version: 1,
    };
    store::announce(writer, row).await?;
    Ok(Outcome::Done(guest))
}

/// What happens to a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GuestStep {
    Approve,
    Decline,
    Remove,
}

/// Decides about a guest in scope, or takes one back; gives the family day.
pub(crate) async fn decide<P: Writes>(
    writer: &Writer<P>,
    id: FamilyGuestId,
    version: Option<i64>,
    step: GuestStep,
) -> Step<FamilyDayId> {
    let Some(guest) = store::guest(writer, id).await? else {
        return Ok(Outcome::Unknown);
    };
    let by = writer.access().actor().person();
    let version = version.unwrap_or(-1);
    let state = match step {
        GuestStep::Remove => {
            store::remove(writer, id, version).await?;
            return Ok(Outcome::Done(guest.family_day_id));
        }
        GuestStep::Approve if same_person(Person::of(guest.announced_by, None), by) => {
            let why = "Wer einen Gast ankündigt, genehmigt ihn nicht: Eine zweite Person muss entscheiden.";
            return Ok(Outcome::Refused("", why.to_owned()));
        }
        GuestStep::Approve => "approved",
        GuestStep::Decline => "declined",
    };
    store::decide(writer, id, version, state).await?;
    Ok(Outcome::Done(guest.family_day_id))
}

/// Cancels a family day in scope.
pub(crate) async fn cancel<P: Writes>(
    writer: &Writer<P>,
    id: FamilyDayId,
    version: Option<i64>,
) -> Step<()> {
    let Some(day) = store::day(writer, id).await? else {
        return Ok(Outcome::Unknown);
    };
    if day.cancelled_at.is_some() {
        return Ok(Outcome::Refused(
            "",
            "Dieser Familientag ist schon abgesagt.".to_owned(),
        ));
    }
    store::cancel(writer, id, version.unwrap_or(-1)).await?;
    let change = Change::new(HISTORY, id.0, "Familientag abgesagt");
    history::record(writer, vec![change]).await?;
    Ok(Outcome::Done(()))
}

/// Sets how many days before a family day the actor's facility wants to know its guests.
pub(crate) async fn set_deadline<P: Writes>(
    writer: &Writer<P>,
    facility: FacilityId,
    days: i64,
) -> Result<()> {
    let before = store::deadline(writer, facility).await?;
    store::set_deadline(writer, facility, days).await?;
    let word = |days: i64| german::plural(days.unsigned_abs(), "Tag", "Tage");
    let change = Change::new("facility", facility.0, "Frist für Gäste geändert")
        .values(Some(word(before)), Some(word(days)));
    history::record(writer, vec![change]).await
}
